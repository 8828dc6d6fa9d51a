"""The clock of a case: which limits it began with, and the moments derived from them, stored once."""

from __future__ import annotations

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


def limits_for(category: Category | None, urgency: str) -> Limits:
    """The limits of the category itself, else of the one it is part of, else those of every category."""
    wanted = [category.pk, category.parent_id] if category else []
    levels = {
        level.category_id: level
        for level in ServiceLevel.objects.filter(urgency=urgency).order_by()
        if level.category_id is None or level.category_id in wanted
    }
    for key in [*wanted, None]:
        if level := levels.get(key):
            return {"contact": level.contact, "handling": level.handling, "redo": level.redo}
    return {"contact": FALLBACK["contact"], "handling": FALLBACK["handling"], "redo": FALLBACK["redo"]}


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
