"""The clock: limits, the counting, what moves it, and how pressing a date is."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from caseworks.deadlines import BadLimit, DayCount, Light, Limit, Standing, Unit, classify, derive
from outreach.calendar import SHANGHAI, Calendar, Day, DayKind
from outreach.working_days import seed_calendar

CALENDAR = seed_calendar()
TABLE = Path(__file__).parent.parent / "data" / "due_table.csv"


def at(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def pauses_of(text: str) -> list[tuple[datetime, datetime | None]]:
    halves = (pause.partition("/") for pause in text.split())
    return [(at(begin), at(end) if end else None) for begin, _, end in halves]


def due(start: str, limit: str, pauses: str = "", **more):
    return derive(at(start), Limit.parse(limit), CALENDAR, pauses_of(pauses), **more)


# ---- Against dates worked out by hand ----

with TABLE.open(encoding="utf-8", newline="") as table:
    ROWS = [tuple(row.values()) for row in csv.DictReader(table)]


@pytest.mark.parametrize(("start", "limit", "pauses", "expected", "working"), ROWS)
def test_the_clock_agrees_with_the_hand(start, limit, pauses, expected, working):
    assert due(start, limit, pauses).at == (at(expected) if expected else None), working


def test_the_table_is_long_enough_to_be_believed():
    assert len(set(ROWS)) >= 60


# ---- Limits ----


@pytest.mark.parametrize("text", ["3wd", "3d", "2h", "4wh", "999wd"])
def test_a_limit_reads_as_it_is_written(text):
    assert str(Limit.parse(text)) == text


def test_a_limit_may_be_written_large_and_with_blanks_around():
    assert Limit.parse(" 3WD ") == Limit(3, Unit.WORKING_DAYS)


@pytest.mark.parametrize("text", ["", "3", "wd", "0d", "-1d", "1000d", "3 wd", "3w", "3.5h", "03d", "３d", "3d\n4d"])
def test_what_is_no_limit_is_refused_in_one_sentence(text):
    with translation.override("en"), pytest.raises(BadLimit) as refused:
        Limit.parse(text)
    assert str(refused.value) == (
        f"“{text}” is not a limit: write a number from 1 to 999 and wd, d, wh or h, such as 3wd."
    )


# ---- The derivation ----


def test_the_derivation_names_every_day_and_why_it_did_not_count():
    with translation.override("en"):
        found = due("2026-09-30T16:10", "3wd")
    holiday = [DayCount(date(2026, 10, day), False, "国庆节") for day in range(1, 8)]
    assert list(found.days) == [
        DayCount(date(2026, 9, 30), False, "receipt day", could_count=False),
        *holiday,
        DayCount(date(2026, 10, 8), True),
        DayCount(date(2026, 10, 9), True),
        DayCount(date(2026, 10, 10), True),
    ]
    assert found.provisional is False


def test_the_derivation_as_json_begins_with_the_first_day_that_could_count():
    plain = due("2026-09-30T16:10", "3wd").as_json()
    assert plain["due"] == "2026-10-10T17:30:00+08:00"
    assert plain["provisional"] is False
    assert plain["days"][0] == {"date": "2026-10-01", "counted": False, "why": "国庆节"}
    assert plain["days"][-1] == {"date": "2026-10-10", "counted": True, "why": ""}


def test_a_natural_day_limit_waits_for_the_next_working_day_and_says_so():
    with translation.override("en"):
        found = due("2026-11-19T10:00", "2d", "2026-11-23T12:00/2026-11-23T20:00")
    assert [(line.date.day, line.counted, line.why) for line in found.days[1:]] == [
        (20, True, ""),
        (21, True, ""),
        (22, False, "Sunday"),
        (23, False, "paused"),
        (24, False, "next working day"),
    ]


@pytest.mark.parametrize("limit", ["3wd", "3d", "20wh", "60h"])
def test_a_day_on_which_the_clock_stood_still_says_why_where_that_is_known(limit):
    signed, ordered = "等本人签字", "等配件"
    pauses = [(at("2026-11-16T18:00"), at("2026-11-18T09:00"), signed), (at("2026-11-18T10:00"), None, ordered)]
    found = derive(at("2026-11-16T10:00"), Limit.parse(limit), CALENDAR, pauses, now=at("2026-11-20T09:00"))
    why = {line.date.day: line.why for line in found.days if line.date.day != 16}
    assert why[17] == signed
    assert {why[day] for day in (19, 20)} == {ordered}


def test_hours_say_how_much_of_each_day_they_used():
    with translation.override("en"):
        found = due("2026-11-20T16:30", "4wh", "2026-11-23T00:00/2026-11-23T23:00")
    assert [(line["date"], line["counted"], line["why"], line["minutes"]) for line in found.as_json()["days"]] == [
        ("2026-11-20", True, "", 60),
        ("2026-11-21", False, "Saturday", 0),
        ("2026-11-22", False, "Sunday", 0),
        ("2026-11-23", False, "paused", 0),
        ("2026-11-24", True, "", 180),
    ]


def test_what_comes_after_office_hours_uses_none_of_that_day():
    with translation.override("en"):
        assert due("2026-11-20T18:00", "1wh").days[0].why == "after office hours"


@pytest.mark.parametrize("limit", ["3wd", "3d", "30h", "12wh"])
def test_a_pause_without_an_end_stands_the_clock_still_up_to_now(limit):
    with translation.override("en"):
        found = due("2026-11-16T09:00", limit, "2026-11-17T09:00/", now=at("2026-11-20T12:00"))
    assert found.at is None
    assert found.as_json()["due"] is None
    assert found.days[-1].date == date(2026, 11, 20)
    assert {line.why for line in found.days if line.date >= date(2026, 11, 18)} == {"paused"}


def test_days_off_stay_days_off_while_the_clock_stands_still():
    with translation.override("en"):
        found = due("2026-11-19T09:00", "3wd", "2026-11-20T09:00/", now=at("2026-11-23T12:00"))
    assert [line.why for line in found.days[1:]] == ["paused", "Saturday", "Sunday", "paused"]


def test_an_unknown_year_makes_a_date_provisional_unless_it_is_hours_on_the_wall_clock():
    assert due("2026-12-31T10:00", "1wd").provisional
    assert due("2026-12-31T10:00", "4wh").provisional is False
    assert due("2027-03-01T10:00", "4wh").provisional
    assert due("2027-03-01T10:00", "4h").provisional is False
    assert due("2026-12-30T10:00", "1wd").provisional is False
    assert due("2003-12-31T10:00", "1wd").provisional is False  # the day of receipt decides nothing


def test_an_extension_in_the_unit_of_the_limit_lengthens_it():
    extended = due("2026-09-30T16:10", "3wd", extensions=[Limit.parse("5wd")])
    plain = due("2026-09-30T16:10", "8wd")
    assert extended.at == plain.at
    assert [replace(line, extension=False) for line in extended.days] == list(plain.days)
    assert [line.date.day for line in extended.days if line.extension] == [12, 13, 14, 15, 16]


# Around National Day 2026: 25 to 27 September and 1 to 7 October off, Saturday 10 October works.
@pytest.mark.parametrize(
    ("start", "limit", "pauses", "extensions", "expected"),
    [
        ("2026-09-28T10:00", "3wd", "", "2wd", "2026-10-10T17:30"),  # 29 30 | 8 Oct; then 9 and Sat 10
        ("2026-09-30T16:10", "3wd", "", "1wd 1wd", "2026-10-13T17:30"),  # 8 9 10; then Mon 12 and Tue 13
        ("2026-09-24T09:00", "2wd", "", "2wd", "2026-10-08T17:30"),  # Mon 28, 29; then 30 Sep and 8 Oct
        ("2026-09-29T09:00", "5d", "", "1wd", "2026-10-09T17:30"),  # the 5th day is Sun 4 Oct: waits until 8; then 9
        ("2026-09-30T16:00", "2h", "", "1wd", "2026-10-08T17:30"),  # 18:00 the same day; then 8 Oct
        ("2026-09-28T10:00", "3wd", "2026-10-08T09:00/2026-10-09T09:00", "2wd", "2026-10-12T17:30"),  # 9 is the 3rd
        ("2026-09-28T10:00", "3wd", "2026-10-09T12:00/2026-10-10T18:00", "2wd", "2026-10-13T17:30"),  # 8; 12 and 13
        ("2026-09-28T10:00", "3wd", "2026-10-09T12:00/", "2wd", ""),  # the limit is used up, the extension stands still
        ("2026-12-30T10:00", "1wd", "", "1wd", "2027-01-04T17:30"),  # 31 Dec; New Year and a weekend off; Mon 4
    ],
)
def test_extensions_agree_with_the_hand(start, limit, pauses, extensions, expected):
    found = due(start, limit, pauses, extensions=[Limit.parse(text) for text in extensions.split()])
    assert found.at == (at(expected) if expected else None)
    if expected:
        assert sum(line.extension for line in found.days) == sum(int(text[0]) for text in extensions.split())


def test_an_extension_in_another_unit_is_counted_on_from_the_end():
    extended = due("2026-11-19T16:00", "2wh", extensions=[Limit.parse("2wd")])
    assert extended.at == at("2026-11-24T17:30")  # two hours until Fri 20 Nov 09:00, then Mon 23 and Tue 24
    assert [line.date.day for line in extended.days] == [19, 20, 21, 22, 23, 24]


def test_nothing_is_extended_while_the_clock_stands_still():
    assert due("2026-11-16T09:00", "3wd", "2026-11-17T09:00/", extensions=[Limit.parse("2h")]).at is None


def test_a_moment_without_a_zone_and_a_pause_that_ends_first_are_refused():
    with pytest.raises(ValueError):
        derive(datetime(2026, 11, 16, 9), Limit.parse("1d"), CALENDAR)
    with pytest.raises(ValueError):
        due("2026-11-16T09:00", "3wd", "2026-11-18T09:00/2026-11-17T09:00")


# ---- What holds for every case ----

moments = st.datetimes(datetime(2024, 12, 1), datetime(2027, 3, 1)).map(lambda naive: naive.replace(tzinfo=SHANGHAI))
limits = st.builds(Limit, st.integers(1, 12), st.sampled_from(Unit))


@st.composite
def cases(draw):
    """A case with pauses near enough to matter."""
    start = draw(moments)
    near = st.timedeltas(timedelta(days=-2), timedelta(days=20))
    length = st.timedeltas(timedelta(), timedelta(days=6))
    pauses = draw(st.lists(st.builds(lambda a, b: (start + a, start + a + b), near, length), max_size=4))
    return start, draw(limits), pauses


@given(cases(), st.timedeltas(timedelta(days=-2), timedelta(days=20)), st.timedeltas(timedelta(), timedelta(days=6)))
def test_more_pause_never_gives_an_earlier_date(case, offset, length):
    start, limit, pauses = case
    more = (start + offset, start + offset + length)
    assert derive(start, limit, CALENDAR, [*pauses, more]).at >= derive(start, limit, CALENDAR, pauses).at


@given(cases(), st.sets(st.integers(-1, 25), max_size=6))
def test_one_more_holiday_never_gives_an_earlier_date(case, offsets):
    start, limit, pauses = case
    holidays = {(start + timedelta(days=offset)).date(): Day(DayKind.OFF, "厂休") for offset in offsets}
    more = Calendar({**CALENDAR.days, **holidays}, CALENDAR.known_years)
    assert derive(start, limit, more, pauses).at >= derive(start, limit, CALENDAR, pauses).at


@given(cases(), st.timedeltas(timedelta(), timedelta(days=9)))
def test_a_later_receipt_never_gives_an_earlier_date(case, later):
    start, limit, pauses = case
    assert derive(start + later, limit, CALENDAR, pauses).at >= derive(start, limit, CALENDAR, pauses).at


@given(cases())
def test_the_derivation_adds_up(case):
    start, limit, pauses = case
    found = derive(start, limit, CALENDAR, pauses)
    dates = [line.date for line in found.days]
    assert dates == [dates[0] + timedelta(days=step) for step in range(len(dates))]
    assert dates[0] == start.date()
    assert found.at > start
    assert all(line.counted is not bool(line.why) for line in found.days)
    if limit.unit.in_days:
        assert sum(line.counted for line in found.days) == limit.amount
        assert found.at == CALENDAR.closes(dates[-1])
        assert CALENDAR.is_working(dates[-1])
    else:
        assert sum((line.spent for line in found.days), timedelta()) == timedelta(hours=limit.amount)
    assert not any(begin <= found.at < end for begin, end in pauses) or not limit.unit.in_days


@given(cases(), limits)
def test_an_extension_always_gives_a_later_date(case, extension):
    start, limit, pauses = case
    extended = derive(start, limit, CALENDAR, pauses, [extension]).at
    plain = derive(start, limit, CALENDAR, pauses).at
    # A natural day added while the limit waits for the office is swallowed by the wait.
    assert extended >= plain if extension.unit is limit.unit is Unit.DAYS else extended > plain


granted = st.lists(st.builds(Limit, st.integers(1, 5), st.just(Unit.WORKING_DAYS)), max_size=3)


@given(cases(), granted, st.integers(1, 5), st.sets(st.integers(-1, 25), max_size=4))
def test_an_extended_date_adds_up_and_neither_pause_nor_holiday_nor_extension_brings_it_forward(
    case, extensions, more, offsets
):
    start, limit, pauses = case
    found = derive(start, limit, CALENDAR, pauses, extensions)
    assert found.at >= derive(start, limit, CALENDAR, pauses, extensions[:-1]).at
    assert derive(start, limit, CALENDAR, pauses, [*extensions, Limit(more, Unit.WORKING_DAYS)]).at > found.at
    pause = (start + timedelta(days=more), start + timedelta(days=2 * more))
    assert derive(start, limit, CALENDAR, [*pauses, pause], extensions).at >= found.at
    holidays = {(start + timedelta(days=offset)).date(): Day(DayKind.OFF, "厂休") for offset in offsets}
    longer = Calendar({**CALENDAR.days, **holidays}, CALENDAR.known_years)
    assert derive(start, limit, longer, pauses, extensions).at >= found.at
    assert sum(line.extension for line in found.days) == sum(one.amount for one in extensions)
    if extensions:
        assert found.at == CALENDAR.closes(found.days[-1].date)
        assert CALENDAR.is_working(found.days[-1].date)


@given(cases())
def test_an_open_pause_stands_still_or_begins_after_the_end(case):
    start, limit, pauses = case
    plain = derive(start, limit, CALENDAR, pauses).at
    assert derive(start, limit, CALENDAR, [*pauses, (start - timedelta(days=1), None)]).at is None
    assert derive(start, limit, CALENDAR, [*pauses, (plain + timedelta(seconds=1), None)]).at == plain


@given(cases())
def test_the_zone_in_which_a_moment_is_written_changes_nothing(case):
    start, limit, pauses = case
    abroad = [(begin.astimezone(UTC), end.astimezone(UTC)) for begin, end in pauses]
    assert derive(start.astimezone(UTC), limit, CALENDAR, abroad) == derive(start, limit, CALENDAR, pauses)


@given(st.datetimes(datetime(1900, 1, 2), datetime(2100, 12, 31)), limits)
def test_no_date_from_1900_to_2100_breaks_the_clock(naive, limit):
    assert derive(naive.replace(tzinfo=SHANGHAI), limit, CALENDAR).at is not None


# ---- Lights ----


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        ("2026-10-08T09:00", Standing(Light.LATER, 2)),
        ("2026-10-10T08:00", Standing(Light.TODAY)),
        ("2026-10-10T17:30", Standing(Light.TODAY)),
        ("2026-10-10T17:31", Standing(Light.LATE, 0)),
        ("2026-10-12T09:00", Standing(Light.LATE, 2)),
    ],
)
def test_a_light_tells_late_today_and_later(now, standing):
    assert classify(at("2026-10-10T17:30"), at(now)) == standing


def test_a_light_counts_working_days_where_it_is_given_the_calendar():
    assert classify(at("2026-10-10T17:30"), at("2026-10-12T09:00"), CALENDAR) == Standing(Light.LATE, 1)
    assert classify(at("2026-10-10T17:30"), at("2026-09-30T09:00"), CALENDAR) == Standing(Light.LATER, 3)


def test_a_clock_that_stands_still_has_its_own_light():
    assert classify(None, at("2026-10-10T17:30")) == Standing(Light.STILL)
