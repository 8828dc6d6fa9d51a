"""A month as the report counts it: from its first midnight up to the next month's, in the office's time zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import MAXYEAR, date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from outreach.calendar import start_of

# Before this no office can have a record; an address beyond it is nonsense.
FIRST_YEAR = 2000


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month, seen at a moment. Months are equal whenever they are the same month.

    Moments are held by the half-open interval [start, until): the first midnight counts, the next month's does not.
    `until` is the moment of looking while the month is in progress.
    """

    year: int
    number: int
    as_of: datetime = field(compare=False)

    @classmethod
    def at(cls, year: int, number: int, as_of: datetime | None = None) -> Month:
        """Return that month; raise ValueError where there is none, or where it has not begun by *as_of* (now)."""
        month = cls(year, number, as_of or timezone.now())
        if not FIRST_YEAR <= year <= MAXYEAR or month.start > month.as_of:
            raise ValueError(f"No report is made of {year}-{number}.")
        return month

    @classmethod
    def current(cls) -> Month:
        """The month in progress."""
        now = timezone.now()
        today = timezone.localdate(now)
        return cls(today.year, today.month, now)

    def earlier(self, months: int) -> Month:
        """Return the month so many months before this one, seen at the same moment."""
        year, index = divmod(12 * self.year + self.number - 1 - months, 12)
        return Month(year, index + 1, self.as_of)

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self._next - timedelta(days=1)

    @property
    def last_seen(self) -> date:
        """The last day that counts: that of looking while the month is in progress."""
        return min(self.last, timezone.localdate(self.as_of))

    @property
    def start(self) -> datetime:
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        return start_of(self._next)

    @property
    def until(self) -> datetime:
        return min(self.end, self.as_of)

    @property
    def in_progress(self) -> bool:
        return self.as_of < self.end

    def holds(self, column: str) -> dict[str, datetime]:
        """Conditions for a moment that lies in the month and not in the future."""
        return {f"{column}__gte": self.start, f"{column}__lt": self.until}

    def holds_days(self, column: str) -> dict[str, date]:
        """Conditions for a day that lies in the month and is over."""
        return {f"{column}__gte": self.first, f"{column}__lt": min(self._next, timezone.localdate(self.as_of))}

    @property
    def _next(self) -> date:
        return date(self.year + self.number // 12, self.number % 12 + 1, 1)

    def __str__(self) -> str:
        return date_format(self.first, "YEAR_MONTH_FORMAT")
