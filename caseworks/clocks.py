"""The clock of a case: which limits it began with, and the moments derived from them, stored once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseworks.deadlines import Due, Limit, derive
from caseworks.models import Case, Category, CoHandling, Extension, ServiceLevel
from caseworks.states import OPEN
from outreach.calendar import Calendar
from outreach.working_days import Consequence, load_calendar
from people import audit, jobs
from people.models import Job, User

# What holds where no service level was ever set up: the limits street offices publish.
FALLBACK = {"contact": "1wd", "handling": "5wd", "redo": "3wd", "co_handling": "3wd", "return_within": "8wh"}
MOST_EXTENSIONS, MOST_EXTENSION_DAYS = 2, 5


class Limits(TypedDict):
    """What a case keeps for life: limits as written (``"5wd"``), how often and by how many working days extended."""

    contact: str
    handling: str
    redo: str
    co_handling: str
    return_within: str
    extensions: int
    extension_days: int


def level_for(
    category: Category | None, urgency: str, levels: Iterable[ServiceLevel] | None = None
) -> ServiceLevel | None:
    """The level of the category itself, else of the one it is part of, else that of every category.

    *levels* are those to choose among, for a caller with many requests; all there are by default.
    """
    wanted = [category.pk, category.parent_id] if category else []
    known = ServiceLevel.objects.filter(urgency=urgency).order_by() if levels is None else levels
    by_category = {level.category_id: level for level in known if level.urgency == urgency}
    return next((by_category[key] for key in [*wanted, None] if key in by_category), None)


def limits_for(category: Category | None, urgency: str) -> Limits:
    """The limits of the category itself, else of the one it is part of, else those of every category."""
    return limits_of(level_for(category, urgency))


def limits_of(level: ServiceLevel | None) -> Limits:
    """What a level says; without one, what holds everywhere."""
    if level is None:
        return {
            "contact": FALLBACK["contact"],
            "handling": FALLBACK["handling"],
            "redo": FALLBACK["redo"],
            "co_handling": FALLBACK["co_handling"],
            "return_within": FALLBACK["return_within"],
            "extensions": MOST_EXTENSIONS,
            "extension_days": MOST_EXTENSION_DAYS,
        }
    return {
        "contact": level.contact,
        "handling": level.handling,
        "redo": level.redo,
        "co_handling": level.co_handling,
        "return_within": level.return_within,
        "extensions": level.extensions,
        "extension_days": level.extension_days,
    }


def limit_of(case: Case, name: str) -> Limit:
    """One of the limits a case began with; the office's usual one where it began before there was such a limit."""
    return Limit.parse(case.limits.get(name) or FALLBACK[name])


def began(case: Case) -> datetime:
    """When the present run of the clock began: at registration, or when the case was last reopened."""
    return case.clock_from or case.registered_at


def foresee(limits: Limits, start: datetime, calendar: Calendar | None = None) -> Due:
    """When a case received at *start* would be due."""
    return derive(start, Limit.parse(limits["handling"]), calendar or load_calendar())


def explain(case: Case, calendar: Calendar | None = None, more: Iterable[Limit] = ()) -> Due:
    """The counting behind the case's deadline, day by day; *more* are extensions it would have besides its own."""
    pauses = [(pause.started_at, pause.ended_at, pause.why) for pause in case.pauses.all()] if case.pk else []
    granted = [one for one in case.extensions.all() if one.state == Extension.State.GRANTED] if case.pk else []
    extensions = [*(one.limit for one in granted if one.clock_from == began(case)), *more]
    return derive(began(case), limit_of(case, case.clock_limit), calendar or load_calendar(), pauses, extensions)


def wind(case: Case, calendar: Calendar | None = None) -> None:
    """Derive the moments of *case* anew and put them on it; the caller saves.

    A suspended case has no deadline: its clock stands still.
    """
    calendar = calendar or load_calendar()
    due = explain(case, calendar)
    case.due_at, case.due_provisional = due.at, due.provisional
    case.contact_due_at = derive(case.registered_at, limit_of(case, "contact"), calendar).at


def keep_given(case: Case) -> None:
    """Remember that the deadline on *case* came with it from a ledger: no correction of the calendar moves it."""
    case.limits = {**case.limits, "given": case.due_at.isoformat() if case.due_at else ""}


# The columns `wind` fills.
FIELDS = ["due_at", "due_provisional", "contact_due_at"]


def explain_helper(asked: CoHandling, calendar: Calendar | None = None) -> Due:
    """The counting behind a co-handler's own deadline, from the moment it was asked.

    A pause of the case does not stop it: a case waits, as often as not, for the very unit that helps.
    """
    limit = Limit.parse(asked.limit or FALLBACK["co_handling"])
    return derive(asked.asked_at, limit, calendar or load_calendar())


def wind_helper(asked: CoHandling, calendar: Calendar | None = None) -> None:
    """Derive the deadline of a co-handler anew and put it on *asked*; the caller saves."""
    due = explain_helper(asked, calendar)
    asked.due_at, asked.due_provisional = due.at, due.provisional


HELPER_FIELDS = ["due_at", "due_provisional"]


def contacted(case: Case, at: datetime) -> list[str]:
    """Note that the caller heard from the office at *at*, unless he had before; return the columns that changed."""
    if case.contacted_at:
        return []
    case.contacted_at = at
    return ["contacted_at"]


# ---- When the calendar is corrected ----

# So many open cases are derived anew at once, while somebody waits; more of them in the background.
MANY = 400
BATCH = 200


@dataclass(frozen=True)
class Rederived:
    """How many open cases were looked at, and how many of them, and of the co-handlings open on them, have moved."""

    looked_at: int
    cases: int
    co_handlings: int

    def __str__(self) -> str:
        if not self.cases and not self.co_handlings:
            return _("No open case has another deadline by it.")
        told = ngettext(
            "%(n)d open case has another deadline by it.", "%(n)d open cases have another deadline by it.", self.cases
        ) % {"n": self.cases}
        helpers = ngettext(
            "%(n)d co-handling unit has another deadline by it.",
            "%(n)d co-handling units have another deadline by it.",
            self.co_handlings,
        ) % {"n": self.co_handlings}
        return f"{told} {helpers}" if self.co_handlings else told


def rederive_open(by: User | None = None, progress: jobs.Progress = lambda done, total: None) -> Rederived:
    """Derive the moments of every open case, and of every co-handling open on it, anew by the calendar of today.

    One transaction with an audit row for each that moved. A deadline that a ledger brought with it is left alone.
    """
    with transaction.atomic():
        calendar = load_calendar()
        open_ones = list(Case.objects.open().order_by("pk").values_list("pk", flat=True))
        cases: list[Case] = []
        helpers: list[CoHandling] = []
        for start in range(0, len(open_ones), BATCH):
            progress(start, len(open_ones))
            _rewind(open_ones[start : start + BATCH], calendar, cases, helpers)
        entries = [audit.Entry(case, FIELDS) for case in cases]
        entries += [audit.Entry(asked, HELPER_FIELDS) for asked in helpers]
        audit.record_many(by, "case.rederive", entries)
    return Rederived(len(open_ones), len(cases), len(helpers))


def _rewind(keys: list[int], calendar: Calendar, cases: list[Case], helpers: list[CoHandling]) -> None:
    """Wind one batch and save what moved, adding it to *cases* and *helpers*."""
    locked = Case.objects.open().select_for_update().filter(pk__in=keys).order_by("pk")
    moved = [case for case in locked.prefetch_related("pauses", "extensions") if _moves(case, calendar)]
    Case.objects.bulk_update(moved, FIELDS)
    # Those asked before they had limits of their own have no moment to move.
    waiting = CoHandling.objects.waiting().filter(case__in=keys, case__status__in=OPEN).exclude(limit="")
    asked = [one for one in waiting if _helper_moves(one, calendar)]
    CoHandling.objects.bulk_update(asked, HELPER_FIELDS)
    cases += moved
    helpers += asked


def _moves(case: Case, calendar: Calendar) -> bool:
    given = case.limits.get("given")
    if given and case.due_at == datetime.fromisoformat(given):
        return False
    before = [getattr(case, name) for name in FIELDS]
    wind(case, calendar)
    return before != [getattr(case, name) for name in FIELDS]


def _helper_moves(asked: CoHandling, calendar: Calendar) -> bool:
    before = [getattr(asked, name) for name in HELPER_FIELDS]
    wind_helper(asked, calendar)
    return before != [getattr(asked, name) for name in HELPER_FIELDS]


def hear_of_corrected_days(by: User | None = None, **signal: Any) -> Consequence:
    """Receiver of `outreach.working_days.corrected`: derive anew at once, or in the background where there is much.

    Runs in the transaction of the correction, so that days and deadlines never disagree.
    """
    if Case.objects.open().order_by()[: MANY + 1].count() <= MANY:
        return Consequence(str(rederive_open(by)))
    job = jobs.enqueue("caseworks.clocks.rederive_in_background", str(uuid4()), owner=by)
    text = _("Open cases are many: their deadlines are derived anew in the background.")
    return Consequence(text, reverse("job", args=[job.uuid]) if by else "")


def rederive_in_background(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """Do `rederive_open` as a job, whose result has its figures and what they are in words."""
    done = rederive_open(job.owner, progress)
    return {**asdict(done), "told": str(done)}
