"""The clock of a case: which limits it began with, and the moments derived from them, stored once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from caseworks.deadlines import Due, Limit, derive
from caseworks.models import Case, Category, ServiceLevel
from outreach.calendar import Calendar
from outreach.working_days import load_calendar

# What holds where no service level was ever set up: the limits street offices publish.
FALLBACK = {"contact": "1wd", "handling": "5wd", "redo": "3wd"}


class Limits(TypedDict):
    """The limits a case keeps for life, as written: ``{"contact": "1wd", "handling": "5wd", "redo": "3wd"}``."""

    contact: str
    handling: str
    redo: str


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


def limits_for(category: Category | None, urgency: str, levels: Iterable[ServiceLevel] | None = None) -> Limits:
    """The limits a request begins with."""
    level = level_for(category, urgency, levels)
    if level is None:
        return {"contact": FALLBACK["contact"], "handling": FALLBACK["handling"], "redo": FALLBACK["redo"]}
    return {"contact": level.contact, "handling": level.handling, "redo": level.redo}


def foresee(limits: Limits, start: datetime, calendar: Calendar | None = None) -> Due:
    """When a case received at *start* would be due."""
    return derive(start, Limit.parse(limits["handling"]), calendar or load_calendar())


def explain(case: Case, calendar: Calendar | None = None) -> Due:
    """The counting behind the case's deadline, day by day."""
    limit = Limit.parse(case.limits.get(case.clock_limit) or FALLBACK[case.clock_limit])
    pauses = [(pause.started_at, pause.ended_at) for pause in case.pauses.all()] if case.pk else []
    return derive(case.clock_from or case.registered_at, limit, calendar or load_calendar(), pauses)


def wind(case: Case, calendar: Calendar | None = None) -> None:
    """Derive the moments of *case* anew and put them on it; the caller saves.

    A suspended case has no deadline: its clock stands still.
    """
    calendar = calendar or load_calendar()
    due = explain(case, calendar)
    case.due_at, case.due_provisional = due.at, due.provisional
    contact = Limit.parse(case.limits.get("contact") or FALLBACK["contact"])
    case.contact_due_at = derive(case.registered_at, contact, calendar).at


# The columns `wind` fills.
FIELDS = ["due_at", "due_provisional", "contact_due_at"]
