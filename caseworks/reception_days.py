"""Rules of reception days: which day the fixed one falls on, when its notice is due, its slots, its queue. Pure.

As published by offices that do it: a fixed day of every month, moved where it is no working day, every leader at least
once a year, the notice five days before (features study, rows 41 and 343).
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from outreach.calendar import Calendar

NOTICE_BEFORE = timedelta(days=5)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Fixed:
    """The reception day of a month. Where it was moved, `planned_for` is the fixed day and `why` its day off."""

    on: date
    planned_for: date | None = None
    why: str = ""


def fixed_day(year: int, month: int, day: int, calendar: Calendar) -> Fixed:
    """Return the fixed *day* of a month (its last day where it is too short), or the next working day after it."""
    planned = date(year, month, min(day, months.monthrange(year, month)[1]))
    moved = planned
    while not calendar.is_working(moved):
        moved += ONE_DAY
    return Fixed(planned) if moved == planned else Fixed(moved, planned, calendar.why_not(planned))


def month_after(first: date, count: int) -> date:
    """The first day of the month *count* months after that of *first*."""
    year, index = divmod(12 * first.year + first.month - 1 + count, 12)
    return date(year, index + 1, 1)


class Notice(TextChoices):
    """How the notice of a reception day stands."""

    PUBLISHED = "published", _("Notice published")
    NOT_YET = "not_yet", _("Notice not due yet")
    DUE = "due", _("Notice due today")
    LATE = "late", _("Notice is late")
    MISSED = "missed", _("No notice was published")


def notice_due(on: date) -> date:
    """The last day on which the notice of a reception day is in time."""
    return on - NOTICE_BEFORE


def notice_state(on: date, published: bool, today: date) -> Notice:
    if published:
        return Notice.PUBLISHED
    if today > on:
        return Notice.MISSED
    if today > notice_due(on):
        return Notice.LATE
    return Notice.DUE if today == notice_due(on) else Notice.NOT_YET


def slots(opens: time, closes: time, minutes: int) -> Iterator[time]:
    """The times at which conversations begin; the last one ends by the close."""
    moment, end = (datetime.combine(date.min, at) for at in (opens, closes))
    length = timedelta(minutes=minutes)
    while moment + length <= end:
        yield moment.time()
        moment += length


class Attendance(TextChoices):
    """How far somebody has come on the day."""

    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("Arrived")
    CALLED = "called", _("Called in")
    DONE = "done", pgettext_lazy("conversation", "Done")
    NOT_COME = "not_come", _("Did not come")


# What may be marked, from where somebody is. Nobody is marked as done: logging the conversation does it.
ATTENDANCE: Mapping[str, frozenset[Attendance]] = MappingProxyType(
    {
        Attendance.BOOKED: frozenset({Attendance.ARRIVED, Attendance.NOT_COME}),
        Attendance.ARRIVED: frozenset({Attendance.CALLED, Attendance.NOT_COME}),
        Attendance.CALLED: frozenset({Attendance.ARRIVED, Attendance.NOT_COME}),
        Attendance.NOT_COME: frozenset({Attendance.ARRIVED}),
        Attendance.DONE: frozenset(),
    }
)
