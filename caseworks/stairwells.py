"""Stairwells: the doors behind one street door, so that one walk up the stairs serves everybody who is due there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from caseworks.duties import visits_of
from outreach.models import VisitTask
from people.models import Household, User
from people.proximity import Place, place_of

# A long block of flats has some sixty doors behind one street door; a whole street without house numbers is no walk.
MOST_DOORS = 60


@dataclass(frozen=True)
class Door:
    """A household behind the street door, and the day by which somebody is to call on it, if any is set."""

    household: Household
    due_on: date | None = None

    @property
    def place(self) -> Place:
        return place_of(self.household.address)

    @property
    def number(self) -> str:
        """Storey and door as on the door, "302": without the house it tells a stranger nothing."""
        *_house, storey, door = self.place.parts
        return f"{storey.number or ''}{storey.text}{door.number:02d}" if door.number else ""


@dataclass(frozen=True)
class Stairwell:
    """Doors in walking order. Any household in it stands for it in an address."""

    doors: list[Door]

    @property
    def first(self) -> Household:
        return self.doors[0].household

    @property
    def key(self) -> str:
        """Stands for the same stairs whichever of its doors are due or leave, and says nothing of where they are."""
        return hashlib.sha256(repr(_stairs(self.first)).encode()).hexdigest()[:16]

    @property
    def due(self) -> list[Door]:
        return [door for door in self.doors if door.due_on]

    @property
    def soonest(self) -> date | None:
        return min((door.due_on for door in self.doors if door.due_on), default=None)


def end_of_week(day: date) -> date:
    """The last of the seven days that begin with *day*: on a Sunday, too, a week lies ahead."""
    return day + timedelta(days=6)


def due_this_week(user: User, today: date) -> list[Stairwell]:
    """What *user* has to call on within seven days, the late ones included, by stairwell, the most pressing first.

    One query. A household whose address names no street door is a stairwell of its own.
    """
    tasks = (
        visits_of(user)
        .due_by(end_of_week(today))
        .select_related("household__head", "household__area__parent", "household__area__level")
        .order_by("due_on", "pk")
    )
    found: dict[object, list[Door]] = {}
    for task in tasks:
        found.setdefault(_stairs(task.household), []).append(Door(task.household, task.due_on))
    wells = [Stairwell(_in_order(doors)) for doors in found.values()]
    return sorted(wells, key=lambda well: (well.soonest or date.max, -len(well.doors)))


def stairwell_of(user: User, household: Household) -> Stairwell:
    """Every household behind the street door of *household* in the same group, due or not. Two queries.

    *household* itself may have left: its neighbours are still there.
    """
    neighbours = (
        Household.objects.visible_to(user)
        .current()
        .filter(area=household.area)
        .select_related("head", "area__parent", "area__level")
    )
    stairs = _stairs(household)
    behind = [one for one in neighbours if one.pk == household.pk or _stairs(one) == stairs][:MOST_DOORS]
    due = dict(
        VisitTask.objects.open()
        .filter(household__in=behind, due_on__lte=end_of_week(timezone.localdate()))
        .order_by("-due_on")
        .values_list("household", "due_on")
    )
    return Stairwell(_in_order(Door(one, due.get(one.pk)) for one in behind))


def _stairs(household: Household) -> object:
    """What households behind one street door have in common: area, street, group, number, building, stairs."""
    place = place_of(household.address)
    return (household.area_id, place.street, place.parts[:4]) if place.known else household.pk


def _in_order(doors: Iterable[Door]) -> list[Door]:
    return sorted(doors, key=lambda door: (door.place, door.household.pk))
