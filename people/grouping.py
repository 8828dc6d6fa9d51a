"""Put the households of a community into groups of neighbours: propose, apply, take back.

`people.walks` says what is a good division and how it is found.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit, network
from people.coverage import community_level
from people.models import Area, AreaLevel, Building, Household, Regrouping, SpanKind, SpanLimit, User
from people.proximity import Place, in_walking_order, place_of, walk
from people.walks import Door, divide

DEFAULT_SIZE = 15
UNDO_WITHIN = timedelta(minutes=10)
# How many random divisions are averaged for comparison; always the same ones.
SHUFFLES = 20
LONGEST_NAME = 80


class NotPossible(Exception):
    """The groups cannot be made as asked. Its message is for the user."""


class ChangedMeanwhile(NotPossible):
    """Households of the community were changed since the division was drawn up."""


@dataclass(frozen=True)
class PlannedGroup:
    """A group as it shall be, its households in walking order; `area` is None for a group to be made."""

    name: str
    households: list[Household]
    area: Area | None = None


@dataclass(frozen=True)
class Proposal:
    """A division of a community, and the metres of its walks beside those of an alphabetical and a random one.

    `moves` counts the households that leave a group they are in today, `known` those whose house stands at a point
    that is known (`people.models.Building`).
    """

    community: Area
    groups: list[PlannedGroup]
    moves: int
    distance: int
    distance_alphabetical: int
    distance_random: int
    known: int = 0

    @property
    def households(self) -> int:
        return sum(len(group.households) for group in self.groups)


@dataclass(frozen=True)
class Change:
    """One household put elsewhere."""

    household: Household
    before: Area
    since: Area


@dataclass
class Regrouped:
    """What applying a division changed."""

    record: Regrouping | None = None
    changes: list[Change] = field(default_factory=list)


def usual_size() -> int:
    """How many households a group may have at most, as the office set it."""
    return SpanLimit.objects.filter(kind=SpanKind.GROUP).values_list("most", flat=True).first() or DEFAULT_SIZE


def communities() -> QuerySet[Area]:
    """The areas whose households are put into groups."""
    return Area.objects.active().filter(level=community_level())


def groups_of(community: Area) -> list[Area]:
    """The groups of a community, those that are no more left out."""
    below = Area.objects.active().below(community).filter(level__holds_households=True)
    return list(below.select_related("level", "parent").order_by("position", "pk"))


def propose(community: Area, size: int) -> Proposal:
    """Propose groups of at most *size* households: neighbours together, existing groups kept as far as can be.

    Groups that nobody belongs to are filled before new ones are made.
    """
    if size < 1:
        raise NotPossible(_("A group has at least one household."))
    groups = {group.pk: group for group in groups_of(community)}
    households = {household.pk: household for household in _households(community)}
    places = places_of(community, households.values())
    walks = divide(
        [
            Door(pk, places[pk], household.area_id if household.area_id in groups else None)
            for pk, household in households.items()
        ],
        size,
    )
    going_on = {found.group for found in walks}
    empty = iter([group for pk, group in groups.items() if pk not in going_on])
    names = _new_names(community)
    planned = []
    for found in walks:
        area = next(empty, None) if found.group is None else groups[found.group]
        name = area.name if area else next(names)
        planned.append(PlannedGroup(name, [households[door.key] for door in found.doors], area))
    order = {pk: position for position, pk in enumerate(groups)}
    planned.sort(key=lambda group: order[group.area.pk] if group.area else len(order))
    return _judged(community, planned, groups, places)


def drawn_up(community: Area, homes: Mapping[int, str], versions: Mapping[int, int]) -> Proposal:
    """The division that somebody made by hand: the name of a group for each household, by primary key.

    *versions* are those of the households as he saw them, so that `apply` can tell whether they have changed since.
    Raises `NotPossible` for a name that no group can have.
    """
    groups = groups_of(community)
    known = {group.name: group for group in groups}
    taken = set(Area.objects.filter(parent=community, active=False).values_list("name", flat=True))
    # The shorter first: 第10小组 comes after 第9小组.
    names = [*known, *sorted(set(homes.values()), key=lambda name: (len(name), name))]
    members: dict[str, list[Household]] = {name: [] for name in names}
    households = list(_households(community))
    places = places_of(community, households)
    for household in households:
        if household.pk in homes:
            household.version = versions.get(household.pk, 0)
            members[homes[household.pk]].append(household)
    for name in members:
        if not name.strip() or len(name) > LONGEST_NAME or name in taken:
            raise NotPossible(_("“%(name)s” cannot be the name of a new group.") % {"name": name})
    planned = [
        PlannedGroup(name, in_walking_order(theirs, lambda home: places[home.pk]), known.get(name))
        for name, theirs in members.items()
        if theirs
    ]
    return _judged(community, planned, {group.pk: group for group in groups}, places)


def drawn_up_again(community: Area, homes: Mapping[int, str]) -> Proposal:
    """The same division of the households as they are now; whoever came since stays where he is.

    Whoever came and has no group stands in the first one: the page shows that he has none.
    """
    present = list(_households(community))
    stay = {one.pk: one.area.name if one.area_id != community.pk else min(homes.values()) for one in present}
    return drawn_up(community, stay | dict(homes), {one.pk: one.version for one in present})


def places_of(community: Area, households: Iterable[Household]) -> dict[int, Place]:
    """Where each household lives, by its key, its house at its point where one is known. One query."""
    places = {household.pk: place_of(household.address) for household in households}
    points = Building.objects.around(community).points(place.street for place in places.values())
    if not points:
        return places
    return {
        pk: place.at(next((points[house] for house in place.house.around if house in points), None))
        for pk, place in places.items()
    }


def _judged(
    community: Area, planned: list[PlannedGroup], groups: dict[int, Area], places: Mapping[int, Place]
) -> Proposal:
    households = sorted((household for group in planned for household in group.households), key=lambda home: home.pk)
    return Proposal(
        community,
        planned,
        _moves(planned, groups),
        _metres([group.households for group in planned], places),
        *_comparisons(households, len(planned), places),
        known=sum(places[household.pk].point is not None for household in households),
    )


def apply(community: Area, groups: Sequence[PlannedGroup], *, by: User | None) -> Regrouped:
    """Make the groups that do not exist yet and put every household into its own, all in one step.

    Raises `ChangedMeanwhile` where a household was changed since the division was drawn up, or it leaves one out.
    """
    with transaction.atomic():
        present = {household.pk: household for household in _households(community).select_for_update(of=("self",))}
        wanted = {household.pk: household.version for group in groups for household in group.households}
        if wanted != {pk: household.version for pk, household in present.items()}:
            raise ChangedMeanwhile(
                _("Households of this community have changed since. Please look at the groups again.")
            )
        homes, added = {}, []
        for group in groups:
            area = group.area
            if area is None:
                area = network.add_area(group.name, _group_level(community), community, by=by)
                added.append(area.pk)
            homes.update({household.pk: area for household in group.households})
        changes = [
            Change(present[pk], present[pk].area, area) for pk, area in homes.items() if present[pk].area_id != area.pk
        ]
        if not changes and not added:
            return Regrouped()
        _put(changes)
        record = Regrouping.objects.create(
            community=community,
            by=by,
            moves=[[change.household.pk, change.before.pk, change.since.pk] for change in changes],
            added=added,
        )
        _record(by, "network.regroup", record, changes)
    return Regrouped(record, changes)


def last(community: Area) -> Regrouping | None:
    """The regrouping of *community* that would be taken back next."""
    return Regrouping.objects.filter(community=community, undone_at=None).first()


def undo(record: Regrouping, *, by: User | None, within: timedelta | None = None) -> Regrouped:
    """Put the households back where they were and remove the groups made for them, where nothing else is tied to them.

    Raises `NotPossible` where it was taken back already, lies back longer than *within*, or a household has gone
    elsewhere since.
    """
    if within is not None and timezone.now() - record.at > within:
        raise NotPossible(_("It was done too long ago to be taken back here."))
    with transaction.atomic():
        if not Regrouping.objects.filter(pk=record.pk, undone_at=None).update(undone_at=timezone.now()):
            raise NotPossible(_("This has been taken back already."))
        moves = {household: (before, since) for household, before, since in record.moves}
        areas = Area.objects.in_bulk({pk for move in moves.values() for pk in move})
        present = Household.objects.select_for_update(of=("self",)).filter(pk__in=moves)
        changes = [Change(home, areas[moves[home.pk][1]], areas[moves[home.pk][0]]) for home in present]
        if len(changes) < len(moves) or any(change.household.area_id != change.before.pk for change in changes):
            raise NotPossible(_("Some of the households have gone elsewhere since, so it cannot be taken back."))
        _put(changes)
        for area in Area.objects.filter(pk__in=record.added).order_by("pk"):
            _remove(area, by)
        _record(by, "network.regroup.undo", record, changes)
    return Regrouped(record, changes)


def _remove(area: Area, by: User | None) -> None:
    try:
        with transaction.atomic():
            audit.record(by, "area.delete", area)
            area.delete()
    except ProtectedError:
        pass  # It has a leader by now, or a case: it stays as it is.


def _households(community: Area) -> QuerySet[Household]:
    return Household.objects.current().in_area(community).select_related("area", "head").order_by("pk")


def _group_level(community: Area) -> AreaLevel:
    levels = AreaLevel.objects.filter(holds_households=True, rank__gt=community.level.rank)
    level = levels.order_by("rank").first()
    if level is None:
        raise NotPossible(_("No level below this one has households. Please check the area levels."))
    return level


def _new_names(community: Area) -> Iterator[str]:
    """Names as the offices give them, in the language of their ledgers, that no area below has or had."""
    taken = set(Area.objects.filter(parent=community).values_list("name", flat=True))
    return (name for number in count(1) if (name := f"第{number}小组") not in taken)


def _moves(planned: list[PlannedGroup], groups: dict[int, Area]) -> int:
    return sum(
        household.area_id in groups and (group.area is None or household.area_id != group.area.pk)
        for group in planned
        for household in group.households
    )


def _metres(groups: Iterable[list[Household]], places: Mapping[int, Place]) -> int:
    return sum(walk(places[household.pk] for household in group) for group in groups)


def _comparisons(households: list[Household], number: int, places: Mapping[int, Place]) -> tuple[int, int]:
    """The metres of as many groups of equal size, cut from the list by address and from the shuffled list."""
    if not number:
        return 0, 0
    by_address = sorted(households, key=lambda household: (household.address, household.pk))
    shuffled = []
    for seed in range(SHUFFLES):
        row = list(households)
        random.Random(seed).shuffle(row)
        shuffled.append(_metres(_even(row, number), places))
    return _metres(_even(by_address, number), places), round(sum(shuffled) / SHUFFLES)


def _even(row: list[Household], number: int) -> list[list[Household]]:
    return [row[len(row) * part // number : len(row) * (part + 1) // number] for part in range(number)]


def _put(changes: list[Change]) -> None:
    for change in changes:
        change.household.area = change.since
        change.household.version += 1
    Household.objects.bulk_update([change.household for change in changes], ["area", "version"], batch_size=500)


def _record(by: User | None, action: str, record: Regrouping, changes: list[Change]) -> None:
    entries = [audit.Entry(change.household, ["area"], subject=change.household.uuid) for change in changes]
    audit.record_many(by, action, [audit.Entry(record, ["moves"]), *entries])
