"""The rules of the ladder: in office hours only, never earlier for a later deadline, nothing passed over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworks.deadlines import Limit
from caseworks.ladder import Side, in_office_hours, moment, reach
from caseworks.models import Category, LadderRung
from outreach.calendar import SHANGHAI, Calendar, Day, DayKind
from outreach.working_days import seed_calendar

NATIONAL_DAY = seed_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "due, side, limit, expected",
    [
        ("2026-09-30T17:30", Side.AT, "", "2026-09-30T17:30"),
        ("2026-09-30T17:30", Side.BEFORE, "4wh", "2026-09-30T13:30"),
        ("2026-09-30T10:30", Side.BEFORE, "4wh", "2026-09-29T15:30"),
        ("2026-09-30T17:30", Side.BEFORE, "1wd", "2026-09-29T17:30"),
        # The National Day week is off; the Saturday after it is worked.
        ("2026-09-30T17:30", Side.AFTER, "1wd", "2026-10-08T17:30"),
        ("2026-09-30T17:30", Side.AFTER, "3wd", "2026-10-10T17:30"),
        ("2026-09-30T17:30", Side.AFTER, "2wh", "2026-10-08T10:30"),
        ("2026-10-03T23:00", Side.AT, "", "2026-10-08T08:30"),
        ("2026-10-08T02:00", Side.BEFORE, "1wh", "2026-09-30T16:30"),
        # A Sunday that is worked: its evening waits for Monday.
        ("2026-09-20T20:00", Side.AT, "", "2026-09-21T08:30"),
    ],
)
def test_a_rung_fires_so_much_office_time_from_the_deadline(due: str, side: Side, limit: str, expected: str):
    assert moment(at(due), side, Limit.parse(limit) if limit else None, NATIONAL_DAY) == at(expected)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(SHANGHAI))
sides = st.sampled_from(Side)
limits = st.builds(lambda n, unit: Limit.parse(f"{n}{unit}"), st.integers(1, 12), st.sampled_from(["wd", "wh"]))
days_off = st.sets(st.integers(0, 330).map(lambda step: date(2026, 1, 1) + timedelta(days=step)), max_size=40)


@given(first=moments, second=moments, now=moments, side=sides, limit=limits, off=days_off)
@settings(max_examples=150)
def test_whatever_the_calendar_nothing_fires_at_night_and_a_search_misses_nothing(
    first: datetime, second: datetime, now: datetime, side: Side, limit: Limit, off: set[date]
):
    calendar = Calendar({on: Day(DayKind.OFF, "停电") for on in off}, frozenset({2025, 2026, 2027}))
    early, late = sorted([first, second])
    fires, later = (moment(due, side, limit, calendar) for due in (early, late))
    assert fires <= later
    assert calendar.is_working(fires.date())
    assert calendar.opens(fires.date()) <= fires <= calendar.closes(fires.date())
    assert in_office_hours(fires, calendar)
    assert fires >= early if side != Side.BEFORE else fires <= early
    if fires <= now:
        assert early <= reach(now, side, limit, calendar)


# ---- Rungs as the office sets them up ----


@pytest.fixture
def rung(db: None):
    """A rung that is sound beside the four an office starts with, as a function of what is to be different."""

    def make(**fields: object) -> LadderRung:
        sound = {"rank": 25, "kind": "urge", "side": "after", "limit": "4wh"}
        return LadderRung(**{**sound, **fields})

    return make


def test_the_rungs_an_office_starts_with_are_sound(rung):
    assert [one.kind for one in LadderRung.objects.all()] == ["remind", "urge", "supervise", "circulate"]
    for one in [*LadderRung.objects.all(), rung()]:
        one.full_clean()


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"limit": "2h"}, "limit"),
        ({"limit": "3d"}, "limit"),
        ({"limit": "soon"}, "limit"),
        ({"limit": ""}, "limit"),
        ({"side": "at"}, "limit"),
        ({"kind": "remind"}, "side"),
        ({"kind": "supervise", "side": "before", "feedback": "1wd"}, "side"),
        ({"kind": "supervise", "limit": "2wd", "rank": 35}, "feedback"),
        ({"feedback": "1wd"}, "feedback"),
        ({"rank": 35}, "__all__"),  # urging above supervision
        ({"rank": 15}, "__all__"),  # fires after what stands above it
        ({"rank": 15, "side": "at", "limit": ""}, "__all__"),  # there already
        ({"limit": "2wd"}, "__all__"),  # later than the supervision above it
    ],
)
def test_a_rung_that_contradicts_itself_or_another_is_refused_with_a_sentence(rung, fields, field):
    with pytest.raises(ValidationError) as refused:
        rung(**fields).full_clean()
    assert list(refused.value.message_dict) == [field]
    assert all(sentence.strip() for sentence in refused.value.messages)


def test_a_higher_rung_cannot_tell_a_lower_level(rung):
    supervise = LadderRung.objects.get(kind="supervise")
    supervise.level = LadderRung.objects.get(kind="urge").level.__class__.objects.get(code="group")
    with pytest.raises(ValidationError):
        supervise.full_clean()


def test_a_rung_for_a_category_is_not_held_against_the_general_ones(rung):
    rung(rank=50, side="at", limit="", category=Category.objects.first()).full_clean()
