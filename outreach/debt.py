"""Coverage debt: who falls below the norm by the month's end if nobody goes there, the most neglected first.

Read from the regular visit tasks that `outreach.coverage.plan_visits` derives every night: a task whose day has come by
the end of the month is a household in debt. The figures of an area are counted the same way as its list is made.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min, Q

from outreach.coverage import Standing, standings
from outreach.models import TaskReason, VisitTask
from outreach.models.visits import VisitTaskQuerySet
from people.access import LIAISONS
from people.models import Area, Household, Post, User
from people.models.areas import within


@dataclass
class Owed:
    """What is owed in one area: households there, those below their norm today, and those by the month's end."""

    area: Area
    liaisons: list[str] = field(default_factory=list)
    households: int = 0
    late: int = 0
    by_month_end: int = 0
    longest: date | None = None

    @property
    def percent(self) -> float:
        """By the month's end, in percent of the households."""
        return 100 * self.by_month_end / self.households if self.households else 0.0


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def owed_to(user: User, today: date, area: Area | None = None) -> VisitTaskQuerySet:
    """The households in the user's areas that are below their norm by the month's end: a task for each."""
    tasks = VisitTask.objects.visible_to(user).open().due_by(month_end(today))
    tasks = tasks.filter(reason=TaskReason.CADENCE, household__ended_on__isnull=True)
    return tasks.filter(household__area__path__startswith=area.path or "?") if area else tasks


def by_area(user: User, today: date, parent: Area | None = None) -> list[Owed]:
    """What is owed below *parent*, or in every community of the user's areas; the worst first. Four queries."""
    seen = Area.objects.visible_to(user).active().select_related("level", "parent__level")
    areas = seen.filter(parent=parent) if parent else seen.filter(level__code="community")
    found = {area.path or "": Owed(area) for area in areas}
    if not found:
        return []
    households = Household.objects.visible_to(user).current().filter(within(list(found), "area__"))
    for path, number in households.order_by().values_list("area__path").annotate(Count("pk")):
        if owed := _home(found, path):
            owed.households += number
    counted = owed_to(user, today, parent).order_by().values("household__area__path")
    late = Count("pk", filter=Q(due_on__lt=today))
    for row in counted.annotate(number=Count("pk"), late=late, longest=Min("due_on")):
        if owed := _home(found, row["household__area__path"]):
            owed.by_month_end += row["number"]
            owed.late += row["late"]
            owed.longest = min(owed.longest or row["longest"], row["longest"])
    names = _liaisons(owed.area for owed in found.values())
    for owed in found.values():
        owed.liaisons = names[owed.area.pk]
    return sorted(found.values(), key=lambda owed: (-owed.by_month_end, owed.longest or date.max, owed.area.path))


def _home(found: dict[str, Owed], path: str | None) -> Owed | None:
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
