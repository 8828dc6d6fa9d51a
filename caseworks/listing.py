"""Lists of cases: the queues of the office, what narrows them, and the order they are read in.

A tile, a badge and the list that opens behind it all count `view_queryset`, so their numbers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models import Case, Category, CoHandling, Suggestion
from caseworks.models.cases import CaseQuerySet
from caseworks.search import matching
from caseworks.states import IN_HAND, OPEN, RUNNING, Status
from outreach.calendar import start_of
from people.models import Area, Organisation, Post, User
from people.paging import Page, page


@dataclass(frozen=True)
class Preset:
    """A view somebody opens again and again: its name, which cases are in it, and what is read first.

    `due` is the column by which "deadline first" goes.
    """

    label: object
    narrow: Callable[[CaseQuerySet, User, datetime], CaseQuerySet]
    sort: str = "registered"
    empty: object = _("There is no case here.")
    due: str = "due_at"


def _with(*statuses: str) -> Callable[[CaseQuerySet, User, datetime], CaseQuerySet]:
    return lambda cases, user, now: cases.with_status(*statuses)


def start_of_day(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def start_of_month(now: datetime) -> datetime:
    return start_of_day(now).replace(day=1)


def _mine(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    # A returned case still names who had it, yet waits to be handed on.
    return cases.handled_by(user).with_status(*IN_HAND)


def _helping(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    """Open cases on which a unit of the user's is asked for help and has not answered; `part_due` is its deadline."""
    asked = CoHandling.objects.waiting().filter(case=OuterRef("pk"), unit__in=user.scope.units)
    part_due = Subquery(asked.order_by(F("due_at").asc(nulls_last=True)).values("due_at")[:1])
    return cases.open().filter(Exists(asked)).annotate(part_due=part_due)


def _due_today(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    tomorrow = start_of_day(now) + timedelta(days=1)
    return cases.filter(status__in=RUNNING, due_at__gte=now, due_at__lt=tomorrow)


def _due_this_month(cases: CaseQuerySet, user: User, now: datetime) -> CaseQuerySet:
    return cases.filter(due_at__gte=start_of_month(now), due_at__lt=now).exclude(status=Status.MERGED)


VIEWS: dict[str, Preset] = {
    "all": Preset(_("All cases"), lambda cases, user, now: cases),
    "open": Preset(_("Open"), lambda cases, user, now: cases.open(), "due"),
    "mine": Preset(_("Waiting for me"), _mine, "due", _("Nothing waits for you.")),
    "dispatch": Preset(_("To dispatch"), _with(Status.TO_DISPATCH), "due", _("Everything is dispatched.")),
    "returned": Preset(
        _("Returned"),
        lambda cases, user, now: cases.with_status(*(OPEN - IN_HAND)).filter(times_returned__gt=0),
        "due",
        _("No returned case waits to be dispatched again."),
    ),
    "to_accept": Preset(_("To accept"), _with(Status.TO_ACCEPT), "due", _("Everything is accepted.")),
    "in_progress": Preset(_("In progress"), _with(Status.IN_PROGRESS, Status.SUSPENDED), "due"),
    "helping": Preset(_("Co-handling"), _helping, "due", _("No unit of yours is asked for help."), "part_due"),
    "today": Preset(_("Due today"), _due_today, "due", _("Nothing more is due today.")),
    "overdue": Preset(_("Overdue"), lambda cases, user, now: cases.overdue(now), "due", _("No case is overdue.")),
    "approve": Preset(_("To approve"), _with(Status.TO_APPROVE), "due", _("No outcome waits to be approved.")),
    "supervised": Preset(
        _("Supervised"), lambda cases, user, now: cases.supervised(), "due", _("No case is supervised.")
    ),
    "followup": Preset(_("Follow-up"), _with(Status.TO_FOLLOW_UP), empty=_("Nobody is to be called.")),
    "asked": Preset(
        _("To ask at the door"),
        lambda cases, user, now: cases.asked_at_door_by(user),
        empty=_("No caller waits to be asked by you."),
    ),
    "reopen": Preset(_("Reopen requested"), _with(Status.REOPEN_REQUESTED), empty=_("No request to judge.")),
    "incidents": Preset(
        _("Incidents"),
        lambda cases, user, now: cases.filter(incident__isnull=False),
        empty=_("No case stands for many households."),
    ),
    "due_month": Preset(_("Due this month so far"), _due_this_month, "due"),
    "sponsored": Preset(
        _("Sponsored by me"), lambda cases, user, now: cases.filter(sponsor=user), empty=_("You sponsor no case.")
    ),
    "logged": Preset(_("Logged by me"), lambda cases, user, now: cases.filter(registered_by=user)),
}

# A case without a deadline (its clock stands still) comes after every one that has one.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
ORDERS = {"registered": ["-registered_at", "-pk"], "due": ["due_or_never", "pk"]}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed by; every field may be empty. `since` and `until` are days of registration."""

    view: str = "all"
    q: str = ""
    status: str = ""
    channel: str = ""
    kind: str = ""
    category: Category | None = None
    area: Area | None = None
    unit: Organisation | None = None
    # The number of a case whose caller's other cases are meant: no name and no phone stands in an address.
    caller_of: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = ""


_ROWS: dict[str, type[Model]] = {"category": Category, "area": Area, "unit": Organisation}


def written(asked: Filters) -> dict[str, str | int]:
    """Filters as JSON can hold them: rows by primary key, days as ISO 8601, what is empty left out."""
    given = {one.name: getattr(asked, one.name) for one in fields(asked)}
    return {name: _plain(value) for name, value in given.items() if value}


def _plain(value: Any) -> str | int:
    if isinstance(value, Model):
        return int(value.pk)
    return value.isoformat() if isinstance(value, date) else str(value)


def read(kept: Mapping[str, Any]) -> Filters:
    """The filters that were `written`. A row that is gone raises: without it more would match than was meant."""
    given = dict(kept)
    for name, model in _ROWS.items():
        if name in given:
            given[name] = model._default_manager.get(pk=given[name])
    for name in ("since", "until"):
        if name in given:
            given[name] = date.fromisoformat(given[name])
    return Filters(**given)


def view_queryset(user: User, view: str, now: datetime | None = None) -> CaseQuerySet:
    """The cases of a view that *user* may see; KeyError for a view that does not exist."""
    return VIEWS[view].narrow(Case.objects.visible_to(user), user, now or timezone.now())


def filtered(user: User, asked: Filters, now: datetime | None = None) -> CaseQuerySet:
    """The cases of the view that fit every filter. A category and an area stand for what lies below them, too."""
    cases = view_queryset(user, asked.view, now)
    if asked.q:
        cases = matching(cases, asked.q)
    if asked.status:
        cases = cases.with_status(asked.status)
    if asked.channel:
        cases = cases.filter(channel=asked.channel)
    if asked.kind:
        cases = cases.filter(kind=asked.kind)
    if asked.category:
        cases = cases.filter(Q(category=asked.category) | Q(category__parent=asked.category))
    if asked.area:
        cases = cases.filter(area__path__startswith=asked.area.path or "?")
    if asked.unit:
        cases = cases.filter(unit=asked.unit)
    if asked.caller_of:
        cases = _of_the_same_caller(user, cases, asked.caller_of)
    if asked.since:
        cases = cases.filter(registered_at__gte=start_of(asked.since))
    if asked.until:
        cases = cases.filter(registered_at__lt=start_of(asked.until + timedelta(days=1)))
    return cases


def _of_the_same_caller(user: User, cases: CaseQuerySet, number: str) -> CaseQuerySet:
    one = Case.objects.visible_to(user).filter(number=number).first()
    if one is None or not (one.caller_id or one.caller_phone):
        return cases.none()
    if one.caller_id:
        return cases.filter(caller=one.caller_id)
    return cases.filter(caller__isnull=True, caller_phone=one.caller_phone)


def list_page(user: User, asked: Filters, *, after: str = "", before: str = "") -> Page[Case]:
    """One page of the list with everything its rows show, in a number of queries that does not grow with it."""
    cases = filtered(user, asked).annotate(due_or_never=Coalesce(F(VIEWS[asked.view].due), Value(NEVER)))
    order = ORDERS.get(asked.sort) or ORDERS[VIEWS[asked.view].sort]
    return page(with_row(cases), order, after=after, before=before)


def count_up_to(user: User, asked: Filters, most: int) -> int:
    """How many cases the list has in all, counted no further than one more than *most*."""
    return filtered(user, asked).order_by()[: most + 1].count()


def pressing(user: User, now: datetime | None = None) -> CaseQuerySet:
    """What is to be dealt with first: late, due today, or returned and waiting to be handed to somebody else."""
    tomorrow = start_of_day(now or timezone.now()) + timedelta(days=1)
    returned = Q(status__in=OPEN - IN_HAND, times_returned__gt=0)
    cases = Case.objects.visible_to(user).filter(Q(status__in=RUNNING, due_at__lt=tomorrow) | returned)
    return cases.order_by("due_at", "pk")


def follow_up_page(user: User, *, after: str = "", before: str = "") -> Page[Case]:
    """One page of the callers to be asked: those whose time has come first, the longest waiting at the top."""
    return page(with_row(_to_call(user)), ["from_when", "pk"], after=after, before=before)


def next_follow_up(user: User, now: datetime | None = None) -> Case | None:
    """The caller to be asked next, or None while nobody's time has come."""
    due = Q(follow_up_after__lte=now or timezone.now()) | Q(follow_up_after__isnull=True)
    return view_queryset(user, "followup").filter(due).order_by(_READY, "pk").first()


# Resolved before there was a follow-up queue: its time has come.
_READY = Coalesce("follow_up_after", "resolved_at", "registered_at")


def _to_call(user: User) -> CaseQuerySet:
    return view_queryset(user, "followup").annotate(from_when=_READY)


def with_row(cases: CaseQuerySet) -> CaseQuerySet:
    """The same cases with what a row shows of each fetched along."""
    return cases.select_related(
        "category", "area__level", "area__parent", "handling_area__level", "handling_area__parent", "unit"
    )


def holders(cases: Iterable[Case | Suggestion]) -> dict[tuple[int, str], str]:
    """Who holds today the posts at which *cases* wait, by area and role; one query for all of them."""
    return _holders({(case.handling_area_id, case.handling_role) for case in cases if case.handling_area_id})


def visitors(cases: Iterable[Case]) -> dict[int, str]:
    """Who asks at the door, by the primary key of each of *cases* that waits for that; one query for all of them."""
    waiting = [case for case in cases if case.follow_up_area_id]
    held = _holders({(case.follow_up_area_id or 0, case.follow_up_role) for case in waiting})
    return {case.pk: held.get((case.follow_up_area_id or 0, case.follow_up_role), "–") for case in waiting}


def _holders(wanted: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
    if not wanted:
        return {}
    posts = (
        Post.objects.at_work()
        .filter(area__in={area for area, _role in wanted}, role__in={role for _area, role in wanted})
        .select_related("user", "stands_in_for__user")
        .order_by("since", "pk")
    )
    found: dict[tuple[int, str], list[str]] = {}
    for post in posts:
        found.setdefault((post.area_id or 0, post.role), []).append(post.holder)
    return {post: "、".join(names) for post, names in found.items()}


@dataclass(frozen=True)
class OnTime:
    """Of the cases whose deadline has passed since the month began, how many were resolved by then.

    The definition is that of the monthly report; once the month is over, so are the figures.
    """

    met: int
    total: int

    @property
    def percent(self) -> float | None:
        """The rate in percent; None where no deadline has passed."""
        return 100 * self.met / self.total if self.total else None


def on_time_this_month(user: User, now: datetime | None = None) -> OnTime:
    """How the month stands so far; one query."""
    counts = view_queryset(user, "due_month", now).aggregate(
        total=Count("pk"), met=Count("pk", filter=Q(resolved_at__lte=F("due_at")))
    )
    return OnTime(counts["met"], counts["total"])
