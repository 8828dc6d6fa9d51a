"""Round birthdays: by both reckonings and both calendars, of living people whom one sees."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from outreach.birthdays import birthdays, lunar_birthday
from tests.cast import Cast
from tests.factories import make_resident

# Lunar dates from the published calendar: the 15th of the 8th month, New Year's Day, the 9th of the 9th month.
KNOWN = [
    (date(1946, 9, 10), 2026, date(2026, 9, 25)),
    (date(1956, 2, 12), 2026, date(2026, 2, 17)),
    (date(1951, 10, 9), 2026, date(2026, 10, 18)),
]


@pytest.mark.parametrize(("born", "year", "expected"), KNOWN)
def test_the_lunar_birthday_of_a_year_is_that_of_the_published_calendar(born: date, year: int, expected: date):
    assert lunar_birthday(born, year) == expected


@given(st.dates(date(1910, 1, 1), date(1960, 12, 31)), st.integers(2000, 2060))
def test_every_year_has_a_lunar_birthday_within_three_weeks_of_the_solar_one_or_across_the_year(born: date, year: int):
    found = lunar_birthday(born, year)
    solar = born.replace(year=year, day=min(born.day, 28))
    apart = abs((found - solar).days)
    assert min(apart, abs(apart - 354), abs(apart - 384)) <= 35
    assert abs(found.year - year) <= 1


@pytest.mark.django_db
def test_those_of_70_and_over_are_listed_once_the_dead_and_the_next_town_are_not(cast: Cast):
    def born(year: int, month: int = 9, day: int = 10, *, household=cast.household, **fields):
        name = f"张{year}"
        return make_resident(household, name=name, born=date(year, month, day), **fields)

    eighty, seventy = born(1946), born(1956)
    nominal = born(1957)  # 69, and 70 by nominal years
    for year in (1961, 1954, 1948):
        born(year)
    born(1936, died_on=date(2026, 1, 1))
    born(1941, household=cast.foreign_household)
    unknown = born(1951, born_precision="year")
    of_the_year = birthdays(cast.leader, 2026)
    assert [one.resident for one in of_the_year] == [eighty, seventy, nominal, unknown]
    assert [(one.full, one.nominal, one.by_full) for one in of_the_year[:3]] == [
        (80, 81, True),
        (70, 71, True),
        (69, 70, False),
    ]
    assert [one.resident for one in birthdays(cast.leader, 2026, 9)] == [eighty, seventy, nominal]
    assert birthdays(cast.leader, 2026, 10) == []
    assert eighty in [one.resident for one in birthdays(cast.leader, 2026, 9, lunar=True)]


@pytest.mark.django_db
def test_the_page_shows_both_reckonings_and_reads_any_month(cast: Cast, client: Client):
    make_resident(cast.household, name="张阿婆", born=date(1946, 9, 10))
    client.force_login(cast.leader)
    page = client.get("/birthdays/?month=2026-09").content.decode()
    assert "张阿婆" in page and ">80<" in page and "81" in page
    for month in ("2026-13", "x", "", "9999-01", "0001-01"):
        assert client.get("/birthdays/", {"month": month}).status_code == 200
