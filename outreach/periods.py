"""Quarters and years: what a contact duty asks for in each, whether it is met, and by when the next contact is due.

Pure. A pace asks for `count` contacts in every period of `months` months (domain.md, "The contact network": each key
department met at least once a quarter, brought to an enterprise at least once a year). Periods are those of the
calendar: quarters begin in January, April, July and October.

- Whoever has a department, or is a known enterprise, for less than half of a period owes, or is owed, nothing in it.
- A term that ends before the period does owes nothing in it either: whoever comes after has a term of his own.
- A contact counts in the period of its day and within its term; two on one day are one.
- The next contact is due on the last day of the period that lacks it: of that in which the last one was, where one is
  not enough, else of the first one after it. Whoever missed a period and then comes has caught up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.cadence import later

# Months of a period, so that each begins with one and no year cuts it.
LENGTHS = (1, 3, 6, 12)


@dataclass(frozen=True)
class Pace:
    """`count` contacts in every period of `months` months, asked for from the day `since` on."""

    count: int
    months: int
    since: date = date.min


@dataclass(frozen=True)
class Term:
    """From when to when, both days included, somebody has a department; without an end it lasts."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month, quarter, half-year or year, both days included."""

    first: date
    last: date

    @property
    def following(self) -> Period:
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return period_of(self.last + timedelta(days=1), months)


@dataclass(frozen=True)
class Standing:
    """How a duty stands on a day: in the period of that day `done` contacts of `wanted`; `due` the next one, if any."""

    on: date
    period: Period
    wanted: int
    done: int
    due: date | None

    @property
    def met(self) -> bool:
        """Whether the period needs no more contact."""
        return self.done >= self.wanted

    @property
    def late(self) -> bool:
        """Whether a period ended without the contact it asked for, and nobody has come since."""
        return self.due is not None and self.due < self.on


def period_of(day: date, months: int) -> Period:
    """The period of *months* (one of `LENGTHS`) in which *day* lies."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, later(first, months) - timedelta(days=1))


def latest_start(period: Period) -> date:
    """The last day on which a term may begin and still owe something in *period*: half of it is left."""
    return period.first + timedelta(days=((period.last - period.first).days + 1) // 2)


def owes(pace: Pace, term: Term, period: Period) -> bool:
    """Whether the contacts of *period* are owed at all."""
    begins_in_time = max(term.since, pace.since) <= latest_start(period)
    return pace.count > 0 and begins_in_time and (term.until is None or term.until >= period.last)


def due(pace: Pace, term: Term, days: Iterable[date]) -> date | None:
    """By when the next contact after those of *days* is due; None where none ever is, or the term has an end."""
    if not pace.count or term.until:
        return None
    held = {day for day in days if term.holds(day)}
    if held:
        period = period_of(max(held), pace.months)
        if sum(day >= period.first for day in held) >= pace.count:
            period = period.following
    else:
        period = period_of(max(term.since, pace.since), pace.months)
    while not owes(pace, term, period):
        period = period.following
    return period.last


def standing(pace: Pace, term: Term, days: Iterable[date], on: date) -> Standing:
    """How the duty stands at the end of the day *on*; later contacts are not looked at."""
    held = {day for day in days if term.holds(day) and day <= on}
    period = period_of(on, pace.months)
    done = sum(day >= period.first for day in held)
    return Standing(on, period, pace.count if owes(pace, term, period) else 0, done, due(pace, term, held))
