"""Rules of the working calendar: which days the office works, and from when to when.

Everything here is a value: a `Calendar` is built from a table of exceptional days and the office
hours per weekday, and answers without a database. Moments are aware and in Asia/Shanghai.

Sources: the yearly notice of the State Council's General Office on holidays and adjusted working
days (国务院办公厅关于…年部分节假日安排的通知) and, for a year without one, the statutory holidays of
the Regulation on Public Holidays for National Annual Festivals and Memorial Days as in force since
1 January 2025 (全国年节及纪念日放假办法, art. 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


def start_of(day: date) -> datetime:
    """The first moment of *day* in the office's time."""
    return datetime.combine(day, time(), SHANGHAI)


class DayKind(StrEnum):
    WORKING = "working"
    OFF = "off"


@dataclass(frozen=True)
class Hours:
    """The office hours of one day, local time; the office never works over midnight."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("An office opens before it closes.")


@dataclass(frozen=True)
class Day:
    """A day that is not what its weekday says: a holiday, an adjusted working day, a day with hours of its own."""

    kind: DayKind
    why: str = ""
    source: str = ""
    hours: Hours | None = None


OFFICE_HOURS: Mapping[int, Hours] = MappingProxyType(
    {weekday: Hours(time(8, 30), time(17, 30)) for weekday in range(5)}
)


@dataclass(frozen=True)
class Calendar:
    """The days and hours of one office.

    days: exceptional days by date. known_years: years whose holiday notice is in `days`; every other
    year falls back to its weekdays and the statutory holidays, and is provisional. hours: office hours
    by weekday (0 is Monday); a weekday without hours is a day off.
    """

    days: Mapping[date, Day] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()
    hours: Mapping[int, Hours] = field(default_factory=lambda: OFFICE_HOURS)

    def __post_init__(self) -> None:
        # Counting walks until enough days have worked: without a single weekday it would never end.
        if not self.hours:
            raise ValueError("An office works on at least one weekday.")

    @classmethod
    def of(cls, days: Mapping[date, Day], hours: Mapping[int, Hours] = OFFICE_HOURS) -> Self:
        """Return the calendar of *days*, knowing the years whose notice is among them."""
        return cls(days, years_with_a_notice(days), hours)

    def provisional(self, on: date) -> bool:
        """Say whether the holidays of that year are still a guess."""
        return on.year not in self.known_years

    def is_working(self, on: date) -> bool:
        day = self._exception(on)
        return day.kind is DayKind.WORKING if day else on.weekday() in self.hours

    def why_not(self, on: date) -> str:
        """Return why the office does not work that day, in words for a reader; empty on a working day."""
        if self.is_working(on):
            return ""
        day = self._exception(on)
        if day is None:
            return str(WEEKDAYS[on.weekday()])
        return day.why or _("day off")

    def why_working(self, on: date) -> str:
        """Return why the office works on what looks like a day off; empty on an ordinary working day."""
        return _("adjusted working day") if self.is_working(on) and on.weekday() not in self.hours else ""

    def opens(self, on: date) -> datetime:
        """Return the moment the office opens, or would open if it worked that day."""
        return datetime.combine(on, self._hours(on).opens, SHANGHAI)

    def closes(self, on: date) -> datetime:
        """Return the moment the office closes, or would close if it worked that day."""
        return datetime.combine(on, self._hours(on).closes, SHANGHAI)

    def add_working_days(self, on: date, count: int) -> date:
        """Return the *count*-th working day after *on* (before it when negative; *on* itself for 0)."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            on += step
            left -= self.is_working(on)
        return on

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days later than *after* and not later than *until*."""
        span = (until - after).days
        return sum(self.is_working(after + timedelta(days=step)) for step in range(1, span + 1))

    def _exception(self, on: date) -> Day | None:
        day = self.days.get(on)
        if day is None and self.provisional(on):
            return statutory_holidays(on.year).get(on)
        return day

    def _hours(self, on: date) -> Hours:
        day = self.days.get(on)
        if day and day.hours:
            return day.hours
        # An adjusted working Saturday has no hours of its own: it keeps those of the week's first working day.
        return self.hours.get(on.weekday()) or self.hours[min(self.hours)]


def years_with_a_notice(days: Mapping[date, Day]) -> frozenset[int]:
    """Return the years whose holiday notice is in *days*.

    National Day tells: every notice names 1 October, and no day that an office adds on its own does.
    """
    return frozenset(on.year for on, day in days.items() if (on.month, on.day) == (10, 1) and day.kind is DayKind.OFF)


@lru_cache(maxsize=256)
def statutory_holidays(year: int) -> Mapping[date, Day]:
    """Return the holidays that the law fixes for any year, before a notice moves weekends around them."""
    from lunar_python import Lunar  # 8 MB that only a year without a notice needs

    def lunar(month: int, day: int) -> date:
        solar = Lunar.fromYmd(year, month, day).getSolar()
        return date(solar.getYear(), solar.getMonth(), solar.getDay())

    new_year = lunar(1, 1)
    term = Lunar.fromYmd(year, 6, 1).getJieQiTable()["清明"]
    named: list[tuple[str, Iterable[date]]] = [
        ("元旦", [date(year, 1, 1)]),
        ("春节", [new_year + timedelta(days=step) for step in (-1, 0, 1, 2)]),
        ("清明节", [date(term.getYear(), term.getMonth(), term.getDay())]),
        ("劳动节", [date(year, 5, 1), date(year, 5, 2)]),
        ("端午节", [lunar(5, 5)]),
        ("中秋节", [lunar(8, 15)]),
        ("国庆节", [date(year, 10, step) for step in (1, 2, 3)]),
    ]
    return MappingProxyType({on: Day(DayKind.OFF, name) for name, dates in named for on in dates})
