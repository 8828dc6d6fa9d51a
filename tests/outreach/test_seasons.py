"""The festivals of a year, against a second source of the lunar calendar."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from outreach.seasons import LAST_YEAR, NAMES, seasons

# First days of lunar months reckoned from the new moons and solar terms of PyEphem 4.2.1 (VSOP87, ELP 2000) by the
# rules of GB/T 33661-2017, once, apart from any lunar library.
TABLE = Path(__file__).parents[1] / "data" / "lunar_days.csv"
# That new moon is ten seconds before midnight there: nearer than the length of a day in 2057 is known. GB/T 33661 and
# the tables of the Hong Kong Observatory have it after midnight.
WITHIN_THE_UNKNOWN = {(2057, "double-ninth"): (date(2057, 10, 6), date(2057, 10, 7))}


def days(year: int) -> dict[str, date]:
    return {season.key: season.date for season in seasons(year)}


def test_lunar_days_from_1990_to_2100_agree_with_those_reckoned_from_new_moons():
    with TABLE.open(encoding="ascii") as lines:
        rows = {int(row.pop("year")): row for row in csv.DictReader(lines)}
    assert list(rows) == list(range(1990, LAST_YEAR + 1))
    differences = {
        (year, key): (date.fromisoformat(on), days(year)[key])
        for year, row in rows.items()
        for key, on in row.items()
        if date.fromisoformat(on) != days(year)[key]
    }
    assert differences == WITHIN_THE_UNKNOWN


@pytest.mark.parametrize(
    ("year", "key", "on"),
    [
        (1978, "mid-autumn", "1978-09-17"),  # some libraries have the 16th; its month began nine minutes after midnight
        (2020, "mid-autumn", "2020-10-01"),  # after a leap fourth month, on the National Day
        (2025, "mid-autumn", "2025-10-06"),  # after a leap sixth month
        (2027, "spring-festival", "2027-02-06"),
        (2027, "new-years-eve", "2027-02-05"),
        (2033, "mid-autumn", "2033-09-08"),  # the year in which many tables misplace the leap month
        (2034, "spring-festival", "2034-02-19"),
    ],
)
def test_festivals_of_known_years(year, key, on):
    assert days(year)[key] == date.fromisoformat(on)


@pytest.mark.parametrize("year", [1900, 1990, 2026, 2027, 2100])
def test_every_season_falls_once_in_its_year_in_order(year):
    found = seasons(year)
    assert {season.key for season in found} == set(NAMES)
    assert {season.date.year for season in found} == {year}
    assert [season.date for season in found] == sorted(season.date for season in found)


def test_the_eve_is_the_day_before_and_the_lantern_festival_a_fortnight_after():
    for year in range(1900, 2101):
        found = days(year)
        assert found["new-years-eve"] == found["spring-festival"] - timedelta(days=1)
        assert found["lantern"] == found["spring-festival"] + timedelta(days=14)


@pytest.mark.parametrize("year", [1899, 2101, 0])
def test_years_beyond_the_calendar_are_refused(year):
    with pytest.raises(ValueError):
        seasons(year)


def test_the_command_prints_json_with_the_day_the_office_chose_for_high_summer(capsys, settings):
    settings.HIGH_SUMMER = "07-20"
    with translation.override("en"):
        call_command("seasons", "2027", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed == {
        "year": 2027,
        "seasons": [
            {"key": "new-years-eve", "name": "New Year's Eve", "date": "2027-02-05"},
            {"key": "spring-festival", "name": "Spring Festival", "date": "2027-02-06"},
            {"key": "lantern", "name": "Lantern Festival", "date": "2027-02-20"},
            {"key": "dragon-boat", "name": "Dragon Boat Festival", "date": "2027-06-09"},
            {"key": "high-summer", "name": "High summer", "date": "2027-07-20"},
            {"key": "mid-autumn", "name": "Mid-Autumn Festival", "date": "2027-09-15"},
            {"key": "double-ninth", "name": "Double Ninth Festival", "date": "2027-10-08"},
        ],
    }


def test_the_command_prints_a_line_for_each_season(capsys):
    call_command("seasons", "2027")
    assert len(capsys.readouterr().out.splitlines()) == len(NAMES)


@pytest.mark.parametrize(("year", "high_summer"), [("2101", "07-15"), ("2027", "summer")])
def test_the_command_refuses_what_it_cannot_reckon_with_2(settings, year, high_summer):
    settings.HIGH_SUMMER = high_summer
    with pytest.raises(CommandError) as refused:
        call_command("seasons", year)
    assert refused.value.returncode == 2
