"""The festivals by which the office goes out to people (四季歌), on the days of the Gregorian calendar.

The lunar calendar is that of GB/T 33661-2017, as lunar-python computes it. A festival of a month that occurs twice is
kept in the first of the two, never in the leap month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = 1900, 2100

NAMES: dict[str, str | Promise] = {
    "spring-festival": _("Spring Festival"),
    "lantern": _("Lantern Festival"),
    "dragon-boat": _("Dragon Boat Festival"),
    "mid-autumn": _("Mid-Autumn Festival"),
    "double-ninth": _("Double Ninth Festival"),
    "new-years-eve": _("New Year's Eve"),
    "high-summer": _("High summer"),
}
# Month and day of the lunar year.
_LUNAR_DAYS = {
    "spring-festival": (1, 1),
    "lantern": (1, 15),
    "dragon-boat": (5, 5),
    "mid-autumn": (8, 15),
    "double-ninth": (9, 9),
}
# Month and day. No festival: the middle of July, before the hottest weeks (大暑 is about the 23rd). HIGH_SUMMER of the
# settings names another day.
HIGH_SUMMER = (7, 15)
# What is told a little late still has its day.
LATE = timedelta(days=31)


@dataclass(frozen=True)
class Season:
    """One of `NAMES` in one year."""

    key: str
    date: date

    @property
    def name(self) -> str:
        return str(NAMES[self.key])


def seasons(year: int, high_summer: tuple[int, int] = HIGH_SUMMER) -> list[Season]:
    """Return the seasons that fall in *year*, 1900 to 2100, in the order of their days; ValueError for other years.

    New Year's Eve is the one that falls in the year: the day before its Spring Festival, in January or February.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(_("The lunar calendar is known from 1900 to 2100."))
    days = {key: _lunar(year, month, day) for key, (month, day) in _LUNAR_DAYS.items()}
    days["new-years-eve"] = days["spring-festival"] - timedelta(days=1)
    days["high-summer"] = date(year, *high_summer)
    return [Season(key, on) for key, on in sorted(days.items(), key=lambda item: item[1])]


def coming(today: date, high_summer: tuple[int, int] = HIGH_SUMMER) -> list[Season]:
    """Return the next of every season, in the order of their days; one of the last month still counts."""
    found: dict[str, Season] = {}
    for season in [*seasons(today.year, high_summer), *seasons(today.year + 1, high_summer)]:
        if season.date >= today - LATE:
            found.setdefault(season.key, season)
    return sorted(found.values(), key=lambda season: season.date)


def month_and_day(text: str) -> tuple[int, int]:
    """Read the setting HIGH_SUMMER, as 07-15; ValueError where it is no day."""
    # A leap year, so that any day of any year can be read.
    day = datetime.strptime(f"2000-{text}", "%Y-%m-%d")
    return day.month, day.day


def _lunar(year: int, month: int, day: int) -> date:
    # Loaded on first use: few pages ask for a festival.
    from lunar_python import Lunar

    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
