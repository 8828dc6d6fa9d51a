"""How far apart two households live, as far as their addresses tell, and where their houses stand, if that is known.

The parts of an address are taken as a tree, street, village group, number, building, stairs, storey, door, and two
households are as far apart as the first part in which they differ says. The metres are a rule of thumb for a Chinese
town, good enough to compare walks. Where the office has taken in where its buildings stand (`people.models.Building`),
the straight way between two houses counts instead; within one building it is stairs, storeys and doors as before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple, TypeVar

from people.addresses import Address, parse_address

# Between two streets of one community, in metres; between two addresses that do not say where they are, too.
BETWEEN_STREETS = 500
# How often an order of streets is gone through for a stretch that is better walked the other way round.
ROUNDS = 5

Item = TypeVar("Item")
Point = tuple[float, float]
"""East and north in metres on the plane of the town (`people.planes`)."""


class Part(NamedTuple):
    """One part of an address in its order: 12甲 is (12, "甲"), 东 is (0, "东"), a part not given (0, "")."""

    number: int
    text: str

    @property
    def written(self) -> str:
        return f"{self.number or ''}{self.text}"


class House(NamedTuple):
    """What an address says down to the building, each part as written or ""; a lane (弄) counts as a number."""

    street: str
    group: str
    number: str
    building: str

    @property
    def around(self) -> list[House]:
        """The house, then what it is part of: for a building its number, for both the group of their village."""
        wider = [self, self._replace(building=""), self._replace(building="", number="")]
        return [house for house in dict.fromkeys(wider) if any(house[1:])]


class _Level(NamedTuple):
    """Metres between two that differ at a level: `least`, and `step` for each number between them, up to `most`.

    `most` is at most twice the `least` of the level above, so that a detour is never shorter than the way itself.
    """

    least: int
    step: int
    most: int


_LEVELS = (
    _Level(300, 50, 600),  # village groups
    _Level(20, 4, 600),  # house numbers and lanes along a street
    _Level(15, 10, 40),  # buildings behind one number
    _Level(10, 5, 30),  # stairs of a building
    _Level(4, 3, 20),  # storeys
    _Level(1, 1, 8),  # doors on a landing
)
# So many of the levels say which house it is.
_OF_A_HOUSE = 3
_LEADING = re.compile(r"\d*")


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where a household lives. The order of places is the walking order: street by street, door after door.

    `point` is where its house stands, if known: it makes the way shorter or longer, and no place another one.
    """

    street: str
    parts: tuple[Part, ...]
    point: Point | None = field(default=None, compare=False)

    @property
    def known(self) -> bool:
        """Whether the address says anything at all."""
        return bool(self.street) or any(part != _NOTHING for part in self.parts)

    @property
    def house(self) -> House:
        return House(self.street, *(part.written for part in self.parts[:_OF_A_HOUSE]))

    def at(self, point: Point | None) -> Place:
        """The same place, its house standing at *point*."""
        return replace(self, point=point)


_NOTHING = Part(0, "")


@lru_cache(maxsize=4096)
def place_of(address: str) -> Place:
    """Read an address as it stands in the ledger; never raises. The area before the street is left out."""
    parsed = parse_address(address)
    floor, room = _storey(parsed)
    # A lane (弄) has its number along the street among those of the houses.
    parts = (parsed.group, parsed.lane or parsed.number, parsed.building, parsed.unit, floor, room or parsed.rest)
    return Place(parsed.street, tuple(_part(text) for text in parts))


def distance(one: Place, other: Place) -> int:
    """Return the way between two places in metres, the same in both directions.

    A metric on the places that say where they are, as long as each house has a point of its own or none has one.
    """
    straight = math.dist(one.point, other.point) if one.point and other.point else None
    if one.street != other.street or not (one.known and other.known):
        return BETWEEN_STREETS if straight is None else round(straight)
    for rank, (level, mine, theirs) in enumerate(zip(_LEVELS, one.parts, other.parts, strict=True)):
        if mine != theirs:
            # Two houses of a street at one point share a point that is neither's own: it says nothing between them.
            if straight and rank < _OF_A_HOUSE:
                return round(straight)
            return min(level.least + level.step * abs(mine.number - theirs.number), level.most)
    return 0


def walk(places: Iterable[Place]) -> int:
    """Return the metres of one walk through all *places*, in walking order."""
    return sum(distance(one, other) for one, other in pairwise(in_walking_order(places, lambda place: place)))


def in_walking_order(items: Iterable[Item], place: Callable[[Item], Place]) -> list[Item]:
    """Return *items*, each living at its *place*, in the order of one walk: street by street, door after door.

    Streets follow one another by name, or as they lie in the town once two of them are known to lie somewhere.
    """
    in_order = sorted(items, key=place)
    if not any(place(item).point for item in in_order):
        return in_order
    streets = [list(row) for _street, row in groupby(in_order, key=lambda item: place(item).street)]
    return [item for street in lined_up(streets, place) for item in street]


def lined_up(
    streets: Iterable[Sequence[Item]], place: Callable[[Item], Place], *, behind: Sequence[Sequence[Item]] = ()
) -> list[Sequence[Item]]:
    """Put *streets*, rows of items along each, into a good order for one walk, turned round where that is shorter.

    Each is put where it makes the walk least longer, then stretches of the walk are turned round as long as that helps.
    The streets *behind* which they come stay in their order, and the others come among or after them. The walk is
    never longer than in the order given, which it keeps where less than two streets are known to lie somewhere.
    """
    given = [_Leg(place(row[0]), place(row[-1]), row) for row in [*behind, *streets]]
    if sum(leg.first.point is not None or leg.last.point is not None for leg in given) < 2:
        return [leg.row for leg in given]
    order = given[: len(behind)]
    for leg in given[len(behind) :]:
        ways = [(there, way) for there in range(len(order), -1, -1) for way in (leg, leg.turned)]
        there, way = min(ways, key=lambda found: _longer(order, *found))
        order.insert(there, way)
    if not behind:
        _turn_stretches(order)
    return [leg.row for leg in (order if _between(order) < _between(given) else given)]


class _Leg(NamedTuple):
    """A street as it is walked: its ends, and the row of what lives along it."""

    first: Place
    last: Place
    row: Sequence[Any]

    @property
    def turned(self) -> _Leg:
        return _Leg(self.last, self.first, self.row[::-1])


def _longer(order: list[_Leg], there: int, leg: _Leg) -> int:
    """By how many metres the way between the streets grows with *leg* put at *there*."""
    before = order[there - 1] if there else None
    after = order[there] if there < len(order) else None
    added = (distance(before.last, leg.first) if before else 0) + (distance(leg.last, after.first) if after else 0)
    return added - (distance(before.last, after.first) if before and after else 0)


def _turn_stretches(order: list[_Leg]) -> None:
    """Turn stretches of *order* round, one street or several, as long as the walk becomes shorter."""
    for _round in range(ROUNDS):
        length = _between(order)
        for begin in range(len(order)):
            for end in range(begin + 1, len(order) + 1):
                before = order[begin - 1].last if begin else None
                after = order[end].first if end < len(order) else None
                first, last = order[begin].first, order[end - 1].last
                today = (distance(before, first) if before else 0) + (distance(last, after) if after else 0)
                turned = (distance(before, last) if before else 0) + (distance(first, after) if after else 0)
                if turned < today:
                    order[begin:end] = [leg.turned for leg in reversed(order[begin:end])]
        if _between(order) == length:
            return


def _between(order: list[_Leg]) -> int:
    return sum(distance(one.last, other.first) for one, other in pairwise(order))


def _part(text: str) -> Part:
    leading = _LEADING.match(text)
    digits = leading[0] if leading else ""
    return Part(int(digits or 0), text[len(digits) :])


def _storey(address: Address) -> tuple[str, str]:
    """Return storey and door: 1102室 is the second door on the eleventh storey."""
    if not address.floor and (match := re.fullmatch(r"(\d{1,2})(\d\d)", address.room)):
        return match[1], match[2]
    return address.floor, address.room
