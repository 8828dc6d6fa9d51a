"""Coverage debt: who falls below the norm by the month's end if nobody goes there, the most neglected first.

Read from the regular visit tasks that `outreach.coverage.plan_visits` derives every night: a task whose day has come by
the end of the month is a household in debt. The figures of an area are counted the same way as its list is made.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Min, Q

from outreach.coverage import Standing, standings
from outreach.models import TaskReason, VisitTask
from outreach.models.visits import VisitTaskQuerySet
from people.access import LIAISONS, Role
from people.models import Area, Household, Post, User
from people.models.areas import within

# A liaison sees what is due within the next fortnight, and everybody what is due within the month.
HORIZON = timedelta(days=14)


@dataclass
class Figures:
    """Households somewhere, those of them below their norm today, and those by the month's end."""

    households: int = 0
    late: int = 0
    by_month_end: int = 0
    longest: date | None = None

    def add(self, other: Figures) -> None:
        self.households += other.households
        self.late += other.late
        self.by_month_end += other.by_month_end
        self.longest = min((day for day in (self.longest, other.longest) if day), default=None)

    @property
    def neglect(self) -> tuple[int, date]:
        """What the worst first goes by."""
        return -self.by_month_end, self.longest or date.max


@dataclass
class Owed:
    """What is owed in one area, and who looks after it."""

    area: Area
    liaisons: list[str] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)


@dataclass
class OwedBy:
    """What one group leader owes in all his groups; `name` is empty for the groups that nobody leads."""

    name: str
    areas: list[Area] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def planned_until(today: date) -> date:
    """The last day for which regular visits have their tasks: the debt of the month is read from them."""
    return max(today + HORIZON, month_end(today))


def owed_to(user: User, today: date, area: Area | None = None) -> VisitTaskQuerySet:
    """The households in the user's areas that are below their norm by the month's end: a task for each."""
    tasks = VisitTask.objects.visible_to(user).open().due_by(month_end(today))
    tasks = tasks.filter(reason=TaskReason.CADENCE, household__ended_on__isnull=True)
    return tasks.filter(household__area__path__startswith=area.path or "?") if area else tasks


def by_area(user: User, today: date, parent: Area | None = None) -> list[Owed]:
    """What is owed below *parent*, or in every community of the user's areas; the worst first. Four queries."""
    seen = Area.objects.visible_to(user).active().select_related("level", "parent__level")
    areas = list(seen.filter(parent=parent) if parent else seen.filter(level__code="community"))
    figures = _figures(user, today, areas, parent)
    names = _liaisons(areas)
    owed = [Owed(area, names[area.pk], figures[area.path or ""]) for area in areas]
    return sorted(owed, key=lambda one: (*one.figures.neglect, one.area.path))


def by_liaison(user: User, today: date, parent: Area | None = None) -> list[OwedBy]:
    """What each group leader of the user's areas owes, below *parent* where one is given; the worst first.

    Two who lead one group both owe it. Four queries.
    """
    groups = Area.objects.visible_to(user).active().filter(level__holds_households=True)
    groups = groups.filter(path__startswith=parent.path or "?") if parent else groups
    areas = {area.pk: area for area in groups.select_related("level", "parent")}
    figures = _figures(user, today, list(areas.values()), parent)
    leaders = Post.objects.current().filter(area__in=list(areas), role=Role.LEADER).order_by("since", "pk")
    held = list(leaders.values_list("user", "user__name", "area"))
    led = {area for _user, _name, area in held}
    found: dict[int, OwedBy] = {}
    for who, name, area in [*held, *((0, "", area) for area in areas if area not in led)]:
        owed = found.setdefault(who, OwedBy(name))
        owed.areas.append(areas[area])
        owed.figures.add(figures[areas[area].path or ""])
    return sorted(found.values(), key=lambda one: (*one.figures.neglect, one.name))


def _figures(user: User, today: date, areas: Iterable[Area], parent: Area | None) -> dict[str, Figures]:
    """The figures of each of *areas*, none of which lies in another, by path. Two queries."""
    found = {area.path or "": Figures() for area in areas}
    if not found:
        return found
    households = Household.objects.visible_to(user).current().filter(within(list(found), "area__"))
    for path, number in households.order_by().values_list("area__path").annotate(Count("pk")):
        if figures := _home(found, path):
            figures.households += number
    counted = owed_to(user, today, parent).order_by().values_list("household__area__path")
    late = Count("pk", filter=Q(due_on__lt=today))
    for path, number, behind, longest in counted.annotate(number=Count("pk"), late=late, longest=Min("due_on")):
        if figures := _home(found, path):
            figures.add(Figures(0, behind, number, longest))
    return found


def _home(found: dict[str, Figures], path: str | None) -> Figures | None:
    """That of the areas in which the one at *path* lies."""
    return next((found[known] for known in _prefixes(path or "") if known in found), None)


def _prefixes(path: str) -> list[str]:
    parts = path.rstrip(".").split(".")
    return [".".join(parts[:length]) + "." for length in range(len(parts), 0, -1)]


def _liaisons(areas: Iterable[Area]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    posts = Post.objects.current().filter(area__in=list(areas), role__in=LIAISONS)
    for area, name in posts.order_by("since", "pk").values_list("area", "user__name"):
        names[area].append(name)
    return names


def standing_of(tasks: Iterable[VisitTask]) -> dict[int, Standing]:
    """How the households of *tasks* stand against their norms, by household; for the few rows of one page."""
    return {one.household.pk: one for one in standings([task.household for task in tasks])}
