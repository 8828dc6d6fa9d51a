"""Routing rules as conditions: when one fits, and whether the rules above it leave it anything to take.

Pure. The first rule that fits decides, so a rule can never fire when those above it together take every request that
it fits; such a rule is nearly always a mistake of order.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field

from people.criteria import HouseholdFacts, Households

# A request of a category, or in a place, that no rule names.
ELSEWHERE = ""


@dataclass(frozen=True)
class Facts:
    """What a rule can ask of a request.

    `categories` the primary keys of its category and of the one that is part of, empty for a request not yet sorted;
    `place` the path of the area it is about, empty where none is known; `household` whose it is, as far as rules ask:
    its kind and its tier, both or neither.
    """

    categories: tuple[int, ...]
    channel: str
    place: str
    urgency: str
    household: HouseholdFacts


@dataclass(frozen=True)
class Conditions:
    """What a rule asks; what is left empty holds for every request. A category stands for its parts, an area too.

    `categories` the primary keys of the category and of the one it is part of; `place` the path of the area that a
    request is about, which need not be where its household lives; `households` whose requests, by kind and tier.
    """

    categories: tuple[int, ...] = ()
    channel: str = ""
    place: str = ""
    urgency: str = ""
    households: Households = field(default_factory=Households)

    def fit(self, request: Facts) -> bool:
        return (
            self.stand_for(request.categories)
            and self.channel in ("", request.channel)
            and self.urgency in ("", request.urgency)
            and request.place.startswith(self.place)
            and self.households.fit(request.household)
        )

    def stand_for(self, categories: tuple[int, ...]) -> bool:
        return not self.categories or self.categories[0] in categories


@dataclass(frozen=True)
class World:
    """All the channels, urgencies and households there are. Of households, one of each kind and tier, and none at all:
    a request has both or neither, so that the two are one side of a box.
    """

    channels: Collection[str]
    urgencies: Collection[str]
    households: Collection[HouseholdFacts]


# One part of the space of requests: the kinds it holds along each side.
_Box = tuple[frozenset[Hashable], ...]


def takers(rules: Sequence[Conditions], world: World) -> list[tuple[int, ...]]:
    """For each rule, tried in this order, say which of those above leave it nothing: their indexes, or () if it fires.

    Categories go two deep. The answer is exact: the kinds of request that the rules can tell apart are finitely many
    boxes, and each rule above takes its part out of them.
    """
    grounds = [_ground(rule, rules, world) for rule in rules]
    return [_taken(ground, grounds[:above]) for above, ground in enumerate(grounds)]


def _ground(rule: Conditions, rules: Sequence[Conditions], world: World) -> _Box:
    """The kinds of request that *rule* fits, among those that some rule tells apart.

    A named category stands for a request of just that category, a named area for one of just that area: what lies
    below them and is named nowhere is told apart by no rule.
    """
    categories = {r.categories[0] for r in rules if r.categories and rule.stand_for(r.categories)}
    places = {r.place for r in rules if r.place and r.place.startswith(rule.place)}
    return (
        frozenset([*categories] if rule.categories else [*categories, ELSEWHERE]),
        frozenset([rule.channel] if rule.channel else world.channels),
        frozenset([*places] if rule.place else [*places, ELSEWHERE]),
        frozenset([rule.urgency] if rule.urgency else world.urgencies),
        frozenset(household for household in world.households if rule.households.fit(household)),
    )


def _taken(ground: _Box, above: Sequence[_Box]) -> tuple[int, ...]:
    """The indexes of those of *above* that together cover *ground*; one alone where one alone does, else ()."""
    for index, box in enumerate(above):
        if all(mine <= theirs for mine, theirs in zip(ground, box, strict=True)):
            return (index,)
    needed = [index for index, box in enumerate(above) if _overlap(ground, box)]
    if _rest(ground, [above[index] for index in needed]):
        return ()
    for index in reversed(needed):
        without = [other for other in needed if other != index]
        if not _rest(ground, [above[other] for other in without]):
            needed = without
    return tuple(needed)


def _overlap(one: _Box, other: _Box) -> bool:
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _rest(ground: _Box, taken: Sequence[_Box]) -> list[_Box]:
    """What is left of *ground* after every box of *taken*."""
    left = [ground]
    for box in taken:
        left = [piece for part in left for piece in _without(part, box)]
    return left


def _without(part: _Box, box: _Box) -> list[_Box]:
    """*part* less *box*, as boxes that do not overlap."""
    if not _overlap(part, box):
        return [part]
    pieces: list[_Box] = []
    inside = list(part)
    for side, theirs in enumerate(box):
        outside = inside[side] - theirs
        if outside:
            piece = list(inside)
            piece[side] = outside
            pieces.append(tuple(piece))
        inside[side] &= theirs
    return pieces
