"""Birthdays that the office congratulates on: people of 70 and over whose age this year ends in 0 or 5 (逢五逢十).

Both reckonings are given. By the full years (周岁) somebody born in 1946 turns 80 in 2026; by the nominal ones (虚岁),
in which a child is one when it is born and a year older at every New Year, 81. The day is that of the solar calendar
and, for those who keep it, of the lunar one: the same lunar month and day in this year, a leap month taken as the month
before it, the 30th of a month that has none as its 29th.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q
from django.db.models.functions import ExtractYear

from people.models import Household, Membership, Resident, User
from people.models.residents import Precision

YOUNGEST = 70


@dataclass(frozen=True)
class Birthday:
    """One person's birthday in one year; None where only the year, or no lunar calendar, is known."""

    resident: Resident
    year: int
    solar: date | None
    lunar: date | None

    @property
    def full(self) -> int:
        """The age by full years, reached on the birthday of the year."""
        assert self.resident.born
        return self.year - self.resident.born.year

    @property
    def nominal(self) -> int:
        return self.full + 1

    @property
    def home(self) -> Household:
        """Where the person lives; of the rows of `birthdays`."""
        home: Household = self.resident.homes[0].household  # type: ignore[attr-defined]
        return home

    @property
    def by_full(self) -> bool:
        return is_round(self.full)


def is_round(age: int) -> bool:
    return age >= YOUNGEST and age % 5 == 0


def birthday(resident: Resident, year: int) -> Birthday:
    """The birthday of *resident*, whose birth date is known, in *year*."""
    born = resident.born
    assert born
    if resident.born_precision != Precision.DAY:
        return Birthday(resident, year, None, None)
    solar = date(year, 3, 1) if (born.month, born.day) == (2, 29) and not isleap(year) else born.replace(year=year)
    return Birthday(resident, year, solar, lunar_birthday(born, year))


def lunar_birthday(born: date, year: int) -> date:
    """The day of the solar year *year* on which the lunar birthday of somebody born on *born* falls.

    One lunar year begins in January or February: the birthday of its last weeks falls into the solar year after.
    """
    month, day = _lunar_day(born)
    for lunar_year in (year, year - 1):
        if (kept := _kept_on(lunar_year, month, day)).year == year:
            return kept
    # Twice in one solar year and not at all in the next one: kept on its last day before.
    return _kept_on(year - 1, month, day)


class _Month(NamedTuple):
    year: int
    """Of the lunar calendar, like `number`; a leap month has that of the month before it, below zero."""
    number: int
    first: date
    days: int


@lru_cache(maxsize=256)
def _months(year: int) -> tuple[_Month, ...]:
    """The months of a lunar year and those around it, all days of the solar year of that number among them.

    Worked out from sun and moon, which takes some milliseconds: once a year for everybody.
    """
    # Loaded on first use: few pages ask for it.
    from lunar_python import LunarYear, Solar

    def first(month: Any) -> date:
        solar = Solar.fromJulianDay(month.getFirstJulianDay())
        return date(solar.getYear(), solar.getMonth(), solar.getDay())

    found = LunarYear(year).getMonths()
    return tuple(_Month(month.getYear(), month.getMonth(), first(month), month.getDayCount()) for month in found)


def _lunar_day(on: date) -> tuple[int, int]:
    """Month and day by the lunar calendar, a leap month as the one before it."""
    month = next(month for month in reversed(_months(on.year)) if month.first <= on)
    return abs(month.number), (on - month.first).days + 1


def _kept_on(lunar_year: int, number: int, day: int) -> date:
    month = next(month for month in _months(lunar_year) if (month.year, month.number) == (lunar_year, number))
    return month.first + timedelta(days=min(day, month.days) - 1)


def birthdays(user: User, year: int, month: int | None = None, *, lunar: bool = False) -> list[Birthday]:
    """The round birthdays of *year*, by either reckoning, of living people whom *user* sees, in the order of days.

    With *month*, those whose day, solar or *lunar*, falls into it. Whose day nobody knows comes last, in every month's
    list of the year and in none of a month. Whose household has left is in none. Two queries.
    """
    years = Q(born_year__lte=year - YOUNGEST + 1)
    homes = Membership.objects.current().filter(household__ended_on__isnull=True)
    homes = homes.select_related("household__area__parent", "household__area__level")
    people = (
        Resident.objects.visible_to(user)
        .living()
        .filter(born__isnull=False)
        .annotate(born_year=ExtractYear("born"))
        .filter(years)
        .prefetch_related(Prefetch("memberships", homes, to_attr="homes"))
    )
    ages = ((one, year - one.born_year) for one in people.iterator(chunk_size=500) if one.homes)
    found = [birthday(one, year) for one, full in ages if is_round(full) or is_round(full + 1)]

    def day(one: Birthday) -> date | None:
        return one.lunar if lunar else one.solar

    if month:
        found = [one for one in found if (on := day(one)) and on.month == month]
    return sorted(found, key=lambda one: (day(one) or date.max, one.resident.pk))
