"""Rules of the ladder: reminder 提醒, urging 催办, supervision 督办, circular 通报; and when each rung fires.

A rung fires at the deadline, or so much office time before or after it. It never fires at night or on a day off: its
moment always lies between the opening and the close of a working day, both included.

How it counts
    After the deadline, like every limit (caseworks/deadlines.py): `1wd` ends at the close of the first working day
    after it, `4wh` after four hours of office time.
    Before it, the same backwards: `1wd` is the close of the working day before it, `4wh` is four hours of office time
    before it.
    At the deadline, or when the office next opens where that falls outside office hours.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from caseworks.deadlines import Limit, Unit, derive
from outreach.calendar import ONE_DAY, SHANGHAI, Calendar, start_of

# How often the ladder is climbed; what falls at the close itself is found by the round that begins after it.
ROUND = timedelta(minutes=10)


class RungKind(TextChoices):
    """What a rung does, from the lowest to the highest; each is a verb of caseworks/states.py."""

    REMIND = "remind", _("Remind")
    URGE = "urge", _("Urge")
    SUPERVISE = "supervise", _("Supervise")
    CIRCULATE = "circulate", _("Circulate")

    @property
    def height(self) -> int:
        return list(RungKind).index(self)


class Side(TextChoices):
    """On which side of the deadline a rung lies."""

    BEFORE = "before", _("before the deadline")
    AT = "at", _("at the deadline")
    AFTER = "after", _("after the deadline")


def in_office_hours(now: datetime, calendar: Calendar) -> bool:
    """Whether a round may begin: while the office is open, and once more right after its close."""
    local = now.astimezone(SHANGHAI)
    on = local.date()
    return calendar.is_working(on) and calendar.opens(on) <= local < calendar.closes(on) + ROUND


def moment(due_at: datetime, side: str, limit: Limit | None, calendar: Calendar) -> datetime:
    """When a rung fires on a case that is due at *due_at*. *limit*, in working days or hours, is None at the deadline.

    A later deadline never gives an earlier moment.
    """
    due = due_at.astimezone(SHANGHAI)
    if side == Side.AT or limit is None:
        return _when_open(due, calendar)
    if side == Side.AFTER:
        at = derive(due, limit, calendar).at
        assert at is not None  # without a pause the clock runs
        return at
    if limit.unit is Unit.WORKING_DAYS:
        return calendar.closes(calendar.add_working_days(due.date(), -limit.amount))
    return _office_time_before(due, timedelta(hours=limit.amount), calendar)


def reach(now: datetime, side: str, limit: Limit | None, calendar: Calendar) -> datetime:
    """No case that is due later than this has a rung at or before *now*: the bound of a search by index."""
    local = now.astimezone(SHANGHAI)
    if side == Side.AT or limit is None:
        return local
    in_days = limit.unit is Unit.WORKING_DAYS
    if side == Side.AFTER:
        if in_days:
            return start_of(calendar.add_working_days(local.date(), 1 - limit.amount))
        return local - timedelta(hours=limit.amount)
    if in_days:
        return start_of(calendar.add_working_days(local.date(), limit.amount + 1))
    at = derive(local, limit, calendar).at
    assert at is not None
    # What is due before the next opening has as little office time left.
    return calendar.opens(calendar.add_working_days(at.date(), 1))


def _when_open(at: datetime, calendar: Calendar) -> datetime:
    on = at.date()
    if calendar.is_working(on) and at <= calendar.closes(on):
        return max(at, calendar.opens(on))
    return calendar.opens(calendar.add_working_days(on, 1))


def _office_time_before(due: datetime, left: timedelta, calendar: Calendar) -> datetime:
    on = due.date()
    while True:
        if calendar.is_working(on):
            end = min(due, calendar.closes(on))
            there = max(end - calendar.opens(on), timedelta())
            if there >= left:
                return end - left
            left -= there
        on -= ONE_DAY
