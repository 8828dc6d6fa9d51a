"""Rules of the clock: when a limit ends, and why then.

A limit is an amount of working days (`3wd`), natural days (`3d`), hours on the wall clock (`2h`) or
hours of office time (`4wh`). The due moment is derived from the moment of receipt, the limit, the
working calendar, the pauses and the extensions; it is never decremented.

Source: Civil Code of the PRC, art. 201 (the first day is not counted; hours run from the moment),
203 (a period that ends on a day off ends on the next working day, at the close of business).

How it counts
    Days. The day of receipt never counts. A day counts when the clock is running at its close of
    office and, for working days, when the office works on it. The limit ends at the close of the
    last counted day; a natural-day limit that ends on a day off ends at the close of the next
    working day on which the clock is running. On a day off the close is the hour at which the office
    would have closed, so that a pause over a weekend moves a natural-day limit too.
    Hours. They run from the moment of receipt, the day of receipt included. Time inside a pause does
    not count, and of office hours only the time between opening and close of a working day does.
    Pauses. A pause holds from its first moment up to, not including, its last: a clock set going
    again at 17:30 sharp runs at a 17:30 close. A pause without an end stands the clock still: there
    is no due moment, unless the limit was used up before the pause began.
    Extensions. An extension in the unit of the limit lengthens it. In another unit it is counted on
    from the moment at which the limit would have ended.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.calendar import ONE_DAY, SHANGHAI, Calendar

# From and to, and why where that is known; to is None while it lasts.
Pause = tuple[datetime, datetime | None] | tuple[datetime, datetime | None, str]

LARGEST_AMOUNT = 999


class BadLimit(ValueError):
    """A limit that cannot be read; its message is one sentence for the person who wrote it."""


class Unit(StrEnum):
    WORKING_DAYS = "wd"
    DAYS = "d"
    WORKING_HOURS = "wh"
    HOURS = "h"

    @property
    def in_days(self) -> bool:
        return self in (Unit.WORKING_DAYS, Unit.DAYS)


@dataclass(frozen=True)
class Limit:
    """An amount of days or hours, from 1 to 999; written `3wd`, `3d`, `2h` or `4wh`."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a limit as it is written in settings and on the command line; raise `BadLimit`."""
        match = re.fullmatch(r"([1-9][0-9]{0,2})(wd|d|wh|h)", text.strip().lower())
        if match is None:
            raise BadLimit(
                _("“%(text)s” is not a limit: write a number from 1 to %(largest)d and wd, d, wh or h, such as 3wd.")
                % {"text": text, "largest": LARGEST_AMOUNT}
            )
        return cls(int(match[1]), Unit(match[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"

    def in_words(self) -> str:
        """Return the limit as people say it: "5 working days"."""
        words = {
            Unit.WORKING_DAYS: ngettext("%(amount)d working day", "%(amount)d working days", self.amount),
            Unit.DAYS: ngettext("%(amount)d day", "%(amount)d days", self.amount),
            Unit.WORKING_HOURS: ngettext("%(amount)d office hour", "%(amount)d office hours", self.amount),
            Unit.HOURS: ngettext("%(amount)d hour", "%(amount)d hours", self.amount),
        }
        return words[self.unit] % {"amount": self.amount}


@dataclass(frozen=True)
class DayCount:
    """One line of the derivation.

    why: why the day did not count; spent: the time it used of a limit in hours; could_count: False for
    the day of receipt, which never counts; extension: it counts, and lies beyond the limit itself.
    """

    date: date
    counted: bool
    why: str = ""
    spent: timedelta | None = None
    could_count: bool = True
    extension: bool = False


@dataclass(frozen=True)
class Due:
    """When a limit ends. at: None while the clock stands still; provisional: a holiday notice is missing."""

    received: datetime
    at: datetime | None
    provisional: bool
    days: tuple[DayCount, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the derivation as plain data; its days begin with the first one that could count."""
        return {
            "due": self.at.isoformat() if self.at else None,
            "provisional": self.provisional,
            "days": [_line_as_json(line) for line in self.days if line.could_count],
        }


def _line_as_json(line: DayCount) -> dict[str, Any]:
    plain: dict[str, Any] = {"date": line.date.isoformat(), "counted": line.counted, "why": line.why}
    if line.spent is not None:
        plain["minutes"] = round(line.spent.total_seconds() / 60)
    if line.extension:
        plain["extension"] = True
    return plain


def derive(
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Limit] = (),
    now: datetime | None = None,
) -> Due:
    """Count *limit* from *start* and say when it ends, day by day.

    start and the ends of the pauses are aware, in any zone; the answer is in Asia/Shanghai.
    pauses: in any order, overlapping or not; a day on which one stopped the clock says why.
    now: where the clock stands still, the derivation lists the days up to now.
    Raises ValueError for a naive moment and for a pause that ends before it begins.
    """
    received = _local(start)
    stops = _Stops(pauses)
    until = _local(now).date() if now else None
    lines: list[DayCount] = []
    provisional = False
    at: datetime | None = received
    for number, leg in enumerate(_legs(limit, extensions)):
        if at is None:
            break
        count = _count_days if leg.unit.in_days else _count_hours
        at, counted = count(at, leg, calendar, stops, until)
        if leg.unit is not Unit.HOURS:  # the wall clock knows no holidays
            provisional |= any(calendar.provisional(line.date) for line in counted if line.could_count)
        counted = _marked(counted, leg.unit, limit.amount if number == 0 else 0)
        # A later leg opens on a day that already has its line: it is told only what it adds.
        lines += counted if not lines else [line for line in counted if line.counted or line.date > lines[-1].date]
    return Due(received, at, provisional, tuple(lines))


def _legs(limit: Limit, extensions: Iterable[Limit]) -> list[Limit]:
    legs = [limit]
    for extension in extensions:
        if extension.unit is legs[-1].unit:
            legs[-1] = Limit(legs[-1].amount + extension.amount, extension.unit)
        else:
            legs.append(extension)
    return legs


def _marked(lines: list[DayCount], unit: Unit, of_the_limit: int) -> list[DayCount]:
    """Mark what counts after *of_the_limit* days or hours are used up: it was given by an extension."""
    left = timedelta(days=of_the_limit) if unit.in_days else timedelta(hours=of_the_limit)
    marked = []
    for line in lines:
        marked.append(replace(line, extension=True) if line.counted and not left else line)
        left = max(left - ((line.spent or ONE_DAY) if line.counted else timedelta()), timedelta())
    return marked


def _count_days(
    start: datetime, limit: Limit, calendar: Calendar, stops: "_Stops", until: date | None
) -> tuple[datetime | None, list[DayCount]]:
    on = start.date()
    lines = [DayCount(on, False, _("receipt day"), could_count=False)]
    left = limit.amount
    while True:
        on += ONE_DAY
        close = calendar.closes(on)
        day_off = calendar.why_not(on)
        if why := stops.still(close):
            return None, lines + _standing_still(on, until, calendar, limit, why)
        paused = stops.hold(close)
        if left == 0:  # natural days only: the last one was a day off, and the limit waits for the office
            lines.append(DayCount(on, False, day_off or paused or _("next working day")))
        elif day_off and limit.unit is Unit.WORKING_DAYS:
            lines.append(DayCount(on, False, day_off))
        elif paused:
            lines.append(DayCount(on, False, paused))
        else:
            lines.append(DayCount(on, True))
            left -= 1
        if left == 0 and not day_off and not paused:
            return close, lines


def _count_hours(
    start: datetime, limit: Limit, calendar: Calendar, stops: "_Stops", until: date | None
) -> tuple[datetime | None, list[DayCount]]:
    on = start.date()
    lines: list[DayCount] = []
    left = timedelta(hours=limit.amount)
    while True:
        why = calendar.why_not(on) if limit.unit is Unit.WORKING_HOURS else ""
        opens, closes = _window(on, limit.unit, calendar)
        opens = max(opens, start)
        spent = timedelta()
        if not why:
            for begin, end in stops.running(opens, closes):
                if end - begin >= left:
                    return begin + left, [*lines, DayCount(on, True, spent=spent + left)]
                left -= end - begin
                spent += end - begin
            if not spent:
                why = _("after office hours") if opens >= closes else stops.between(opens, closes)
        lines.append(DayCount(on, bool(spent), why, spent))
        on += ONE_DAY
        if why := stops.still(_window(on, limit.unit, calendar)[0]):
            return None, lines + _standing_still(on, until, calendar, limit, why)


def _window(on: date, unit: Unit, calendar: Calendar) -> tuple[datetime, datetime]:
    """Return the part of a day in which hours of that unit can run."""
    if unit is Unit.WORKING_HOURS:
        return calendar.opens(on), calendar.closes(on)
    midnight = datetime.combine(on, time(), SHANGHAI)
    return midnight, midnight + ONE_DAY


def _standing_still(first: date, until: date | None, calendar: Calendar, limit: Limit, why: str) -> list[DayCount]:
    """Return a line for every day from *first* up to *until*, one at least, on which the clock does not run."""
    spent = None if limit.unit.in_days else timedelta()
    tells_days_off = limit.unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS)
    span = max((until - first).days, 0) if until else 0
    days = (first + timedelta(days=step) for step in range(span + 1))
    return [DayCount(on, False, (tells_days_off and calendar.why_not(on)) or why, spent) for on in days]


class _Stops:
    """The pauses of one clock, in local time and in order."""

    def __init__(self, pauses: Iterable[Pause]) -> None:
        intervals = (
            (_local(begin), _local(end) if end else None, why[0] if why else "") for begin, end, *why in pauses
        )
        self._intervals: Sequence[tuple[datetime, datetime | None, str]] = sorted(intervals, key=lambda one: one[0])
        if any(end is not None and end < begin for begin, end, _why in self._intervals):
            raise ValueError(_("A pause ends after it begins."))

    def hold(self, moment: datetime) -> str:
        """Say why the clock is paused at *moment*; nothing where it runs."""
        held = (why for begin, end, why in self._intervals if begin <= moment and (end is None or moment < end))
        return _told(held)

    def still(self, moment: datetime) -> str:
        """Say why the clock is paused at *moment*, where nobody knows until when; nothing where that is not so."""
        return _told(why for begin, end, why in self._intervals if begin <= moment and end is None)

    def between(self, begin: datetime, end: datetime) -> str:
        """Say why the clock is paused from *begin* to *end*."""
        return _told(why for stopped, resumed, why in self._intervals if stopped < end and (resumed or end) > begin)

    def running(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the stretches between *begin* and *end* in which the clock runs."""
        for stopped, resumed, _why in self._intervals:
            if begin >= end:
                return
            if begin < stopped:
                yield begin, min(stopped, end)
            begin = max(begin, resumed or end)
        if begin < end:
            yield begin, end


def _told(reasons: Iterable[str]) -> str:
    """The first of *reasons*, or that it is paused where that one is not known; nothing where there is none."""
    return next((why or _("paused") for why in reasons), "")


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(_("A moment needs its time zone."))
    return moment.astimezone(SHANGHAI)


class Light(StrEnum):
    """How pressing a due moment is; the name is its CSS modifier."""

    LATE = "late"
    TODAY = "today"
    LATER = "later"
    STILL = "still"


@dataclass(frozen=True)
class Standing:
    """A light and its number: days late, or days left; natural days, or working days where a calendar was given."""

    light: Light
    days: int = 0


def classify(due_at: datetime | None, now: datetime, calendar: Calendar | None = None) -> Standing:
    """Say whether something is late, due today or later; STILL when it has no due moment.

    The due moment itself is still in time. Late on the due day itself is late by 0 days.
    """
    if due_at is None:
        return Standing(Light.STILL)
    due_on, today = _local(due_at).date(), _local(now).date()
    earlier, later = sorted((due_on, today))
    days = calendar.working_days_between(earlier, later) if calendar else (later - earlier).days
    if now > due_at:
        return Standing(Light.LATE, days)
    return Standing(Light.TODAY) if due_on == today else Standing(Light.LATER, days)
