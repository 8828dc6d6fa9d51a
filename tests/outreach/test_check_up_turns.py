"""Whose turn it is, and how a day is shared out: what holds for everybody."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.check_up_turns import is_due, share_out, times


@pytest.mark.parametrize(
    "born,settled,on,expected",
    [
        ("1966-11-30", [], "2026-11-30", True),
        ("1966-12-01", [], "2026-11-30", False),
        ("1966-02-28", [], "2026-02-28", True),
        ("1968-02-29", [], "2028-02-29", True),
        ("1950-05-05", ["2025-12-31"], "2026-01-01", True),
        ("1950-05-05", ["2026-01-02"], "2026-12-31", False),
        (None, [], "2026-11-30", False),
    ],
)
def test_once_a_calendar_year_from_sixty_on(born, settled, on, expected):
    days = [date.fromisoformat(day) for day in settled]
    assert is_due(born and date.fromisoformat(born), days, date.fromisoformat(on)) is expected


days = st.dates(date(1900, 1, 1), date(2040, 12, 31))


@given(days, st.lists(days, max_size=4), days, st.integers(18, 100))
def test_whoever_is_due_has_the_age_and_was_not_checked_that_year(born, settled, on, age):
    full = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    assert is_due(born, settled, on, age) == (full >= age and on.year not in {day.year for day in settled})


@given(st.integers(1, 300), st.integers(10, 600))
def test_times_lie_within_the_day_in_order_and_spread_evenly(seats, minutes):
    begins = time(8)
    ends = time((480 + minutes) // 60, (480 + minutes) % 60)
    found = times(begins, ends, seats)
    assert len(found) == seats and found == sorted(found)
    assert all(begins <= at < ends and at.minute % 10 == 0 for at in found)
    busiest = max(found.count(at) for at in set(found))
    assert busiest <= -(-seats * 10 // minutes) + 1


@given(st.integers(0, 40), st.lists(st.integers(0, 12), max_size=5))
def test_everybody_gets_a_time_of_his_own_as_long_as_there_are_any(people, seats):
    free = [(number, times(time(8), time(11), count) if count else []) for number, count in enumerate(seats)]
    found = share_out(range(people), free)
    assert [person for person, _day, _at in found] == list(range(min(people, sum(seats))))
    for number, count in enumerate(seats):
        assert sum(day == number for _person, day, _at in found) <= count
    assert [day for _person, day, _at in found] == sorted(day for _person, day, _at in found)
