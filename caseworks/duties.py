"""Duties: what somebody has to see to, cases, visits and callers to ask in one list, the most pressing first.

Whose visits? A group leader calls on the households of his groups. A community officer calls only where no group
leader does, on households directly in his community and in groups whose post is vacant: with all the households of
four or more groups his list would be hundreds long, and nobody's. A committee member calls on nobody by plan. Cases
are everybody's whose post, or whose unit, they wait at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from caseworks.deadlines import Light
from caseworks.listing import start_of_day, view_queryset
from caseworks.models import Case, TimelineEntry
from caseworks.models.cases import CaseQuerySet
from caseworks.states import RUNNING
from outreach.models import TaskReason, Visit, VisitTask
from outreach.models.visits import VisitTaskQuerySet
from people.access import Role, StandIn
from people.models import Post, User
from people.models.areas import within

# How many are shown at first: what fits a day, and a phone.
MOST = 50
# Posts whose holders call on households.
VISITING = frozenset({Role.LEADER, Role.OFFICER})
ORDER = (Light.LATE, Light.TODAY, Light.LATER, Light.STILL)


@dataclass(frozen=True)
class Duty:
    """A case to handle, a household to call on, or the caller of a case to ask at the door.

    A visit and a question are due on a day, a case at a moment or, suspended, never.
    """

    light: Light
    due: datetime | date | None
    case: Case | None = None
    task: VisitTask | None = None
    ask: Case | None = None
    # Whose it is, where whoever looks only stands in.
    stand_in: StandIn | None = None

    @property
    def sort_key(self) -> tuple[int, datetime, int]:
        """Late, today, later, standing still; within them by the moment. A day ends where its last minute does."""
        due = self.due or date.max
        moment = due if isinstance(due, datetime) else timezone.make_aware(datetime.combine(due, time.max))
        return ORDER.index(self.light), moment, 0 if self.case else 1


@dataclass
class Group:
    """The duties of one light: how many there are, and those of them that are shown."""

    light: Light
    count: int
    shown: list[Duty] = field(default_factory=list)


@dataclass
class Duties:
    """Everything somebody has to see to; `hidden` of the `total` are not shown."""

    total: int
    groups: list[Group]

    @property
    def hidden(self) -> int:
        return self.total - sum(len(group.shown) for group in self.groups)


def duties_of(user: User, *, most: int = MOST, now: datetime | None = None) -> Duties:
    """Return the duties of *user*, at most *most* of them with their details. Five queries, however many there are."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    cases, tasks, asks = view_queryset(user, "mine", now), visits_of(user), view_queryset(user, "asked", now)
    counted = _case_counts(cases, now)
    to_ask = list(_first_asks(asks, today, most + 1))
    few = len(to_ask) <= most  # nearly always: then they are counted without asking again
    of_asks = Counter(duty.light for duty in to_ask) if few else _counts_by_day(asks, "follow_up_on", today)
    for counts in (_counts_by_day(tasks, "due_on", today), of_asks):
        for light, number in counts.items():
            counted[light] += number
    found = [*_first_cases(cases, now, most), *_first_tasks(tasks, today, most), *to_ask]
    first = sorted(found, key=lambda d: d.sort_key)
    groups = {light: Group(light, counted[light]) for light in ORDER if counted[light]}
    for duty in first[:most]:
        duty = replace(duty, stand_in=_stood_in_for(user.scope.stand_ins, duty))
        groups[duty.light].shown.append(duty)
    return Duties(sum(counted.values()), list(groups.values()))


def _stood_in_for(stand_ins: Iterable[StandIn], duty: Duty) -> StandIn | None:
    """The post held for somebody on leave that brings *duty*, if that is what brings it."""
    for post in stand_ins:
        if duty.case and (duty.case.handling_area_id, duty.case.handling_role) == (post.area, post.role):
            return post
        if duty.ask and (duty.ask.follow_up_area_id, duty.ask.follow_up_role) == (post.area, post.role):
            return post
        if duty.task and (duty.task.household.area.path or "").startswith(post.path) and post.role in VISITING:
            return post
    return None


def visits_of(user: User) -> VisitTaskQuerySet:
    """The visits that *user* is to make, one for each household however many reasons there are.

    Where nobody was home last time, the second try stands for them all, so that a visit tried today is not late today.
    """
    leads = within(user.scope.paths_as(Role.LEADER), "household__area__")
    led = Post.objects.current().filter(area=OuterRef("household__area"), role=Role.LEADER)
    covers = within(user.scope.paths_as(Role.OFFICER), "household__area__") & ~Exists(led)
    ours = VisitTask.objects.visible_to(user).open().filter(leads | covers, household__ended_on__isnull=True)
    tried = Q(reason=TaskReason.FOLLOW_UP)
    other = VisitTask.objects.open().filter(household=OuterRef("household")).exclude(pk=OuterRef("pk"))
    sooner = Q(due_on__lt=OuterRef("due_on")) | Q(due_on=OuterRef("due_on"), pk__lt=OuterRef("pk"))
    return ours.filter(tried | ~Exists(other.filter(tried | sooner)))


def _case_counts(cases: CaseQuerySet, now: datetime) -> dict[Light, int]:
    tomorrow = start_of_day(now) + timedelta(days=1)
    late, today = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lt=tomorrow)
    running = Q(status__in=RUNNING)
    counts = cases.order_by().aggregate(
        late=Count("pk", filter=running & late),
        today=Count("pk", filter=running & today),
        running=Count("pk", filter=running),
        all=Count("pk"),
    )
    return {
        Light.LATE: counts["late"],
        Light.TODAY: counts["today"],
        Light.LATER: counts["running"] - counts["late"] - counts["today"],
        Light.STILL: counts["all"] - counts["running"],
    }


def _counts_by_day(rows: QuerySet[Any], day: str, today: date) -> dict[Light, int]:
    """How *rows* that are due on a *day*, a column, stand."""
    counts = rows.order_by().aggregate(
        late=Count("pk", filter=Q(**{f"{day}__lt": today})),
        today=Count("pk", filter=Q(**{day: today})),
        all=Count("pk"),
    )
    later = counts["all"] - counts["late"] - counts["today"]
    return {Light.LATE: counts["late"], Light.TODAY: counts["today"], Light.LATER: later}


def _first_cases(cases: CaseQuerySet, now: datetime, most: int) -> Iterable[Duty]:
    rows = cases.select_related("area__parent", "area__level").order_by(F("due_at").asc(nulls_last=True), "pk")
    for case in rows[:most]:
        yield Duty(_case_light(case, now), case.due_at if case.status in RUNNING else None, case=case)


def _case_light(case: Case, now: datetime) -> Light:
    if case.status not in RUNNING:
        return Light.STILL
    if case.due_at is None:
        return Light.LATER
    if case.due_at < now:
        return Light.LATE
    return _day_light(timezone.localdate(case.due_at), timezone.localdate(now))


def _first_tasks(tasks: VisitTaskQuerySet, today: date, most: int) -> Iterable[Duty]:
    rows = tasks.select_related("household__head", "household__area__parent", "household__area__level")
    for task in rows.order_by("due_on", "pk")[:most]:
        yield Duty(_day_light(task.due_on, today), task.due_on, task=task)


def _first_asks(asks: CaseQuerySet, today: date, most: int) -> Iterable[Duty]:
    rows = asks.select_related("area__parent", "area__level").order_by("follow_up_on", "pk")
    for case in rows[:most]:
        due_on = case.follow_up_on or today
        yield Duty(_day_light(due_on, today), due_on, ask=case)


def _day_light(due_on: date, today: date) -> Light:
    if due_on == today:
        return Light.TODAY
    return Light.LATE if due_on < today else Light.LATER


@dataclass(frozen=True)
class Deed:
    """Something that somebody did: an entry on the timeline of a case, or a visit."""

    at: datetime
    entry: TimelineEntry | None = None
    visit: Visit | None = None


def deeds_of(user: User, most: int = 20) -> list[Deed]:
    """What *user* did last on cases he still sees and on visits, newest first."""
    seen = Case.objects.visible_to(user)
    entries = TimelineEntry.objects.filter(by=user, case__in=seen).select_related("case").order_by("-at", "-pk")[:most]
    visits = Visit.objects.filter(by=user).select_related("household__head").order_by("-at", "-pk")[:most]
    deeds = [Deed(entry.at, entry=entry) for entry in entries] + [Deed(visit.at, visit=visit) for visit in visits]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)[:most]
