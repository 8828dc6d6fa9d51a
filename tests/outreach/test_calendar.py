"""The working calendar: its rules, its table, its seed, its import."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from outreach import working_days
from outreach.calendar import OFFICE_HOURS, SHANGHAI, Calendar, Day, DayKind, Hours, statutory_holidays
from outreach.checks import calendar_check
from outreach.models import CalendarDay, OfficeHours
from outreach.working_days import BadDayFile, import_days, load_calendar, seed_calendar, seed_days
from people.models import AuditEvent

SEEDED = seed_calendar()
NOTICE_2027 = """date,kind,name,source
2027-01-01,off,元旦,通知
2027-10-01,放假,国庆节,通知
2027-10-09,上班,国庆节,通知
"""


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test loads its own calendar."""
    monkeypatch.setattr(working_days, "_loaded", None)


@pytest.fixture
def notice(tmp_path: Path):
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "days.csv"
        path.write_text(text, encoding=encoding)
        return path

    return write


# ---- Rules ----


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 9, 30), ""),
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 10, 3), "国庆节"),  # a Saturday inside the holiday is the holiday
        (date(2026, 10, 10), ""),  # an adjusted working Saturday
        (date(2026, 10, 11), "Sunday"),
        (date(2026, 11, 21), "Saturday"),
        (date(2025, 10, 6), "国庆节、中秋节"),
        (date(2026, 2, 14), ""),
    ],
)
def test_a_day_off_says_why(on, why):
    with translation.override("en"):
        assert SEEDED.why_not(on) == why
    assert SEEDED.is_working(on) is (why == "")


def test_a_weekend_is_named_in_the_reader_s_language():
    with translation.override("zh-hans"):
        assert SEEDED.why_not(date(2026, 11, 21)) == "星期六"


def test_an_adjusted_working_day_is_told_from_an_ordinary_one():
    with translation.override("en"):
        assert SEEDED.why_working(date(2026, 10, 10)) == "adjusted working day"
    assert SEEDED.why_working(date(2026, 10, 9)) == ""
    assert SEEDED.why_working(date(2026, 10, 11)) == ""


def test_an_adjusted_saturday_keeps_the_hours_of_the_week_unless_it_has_its_own():
    saturday = date(2026, 10, 10)
    assert SEEDED.opens(saturday) == datetime(2026, 10, 10, 8, 30, tzinfo=SHANGHAI)
    assert SEEDED.closes(saturday) == datetime(2026, 10, 10, 17, 30, tzinfo=SHANGHAI)
    short = Calendar.of({saturday: Day(DayKind.WORKING, hours=Hours(time(9), time(12)))})
    assert short.closes(saturday) == datetime(2026, 10, 10, 12, tzinfo=SHANGHAI)


def test_a_weekday_without_hours_is_a_day_off_and_a_saturday_with_hours_works():
    week = dict.fromkeys((1, 2, 3, 4, 5), OFFICE_HOURS[0])
    office = Calendar({}, frozenset({2026}), week)
    assert not office.is_working(date(2026, 11, 23))
    assert office.is_working(date(2026, 11, 28))


def test_an_office_that_never_works_is_refused():
    with pytest.raises(ValueError, match="at least one weekday"):
        Calendar(hours={})


def test_hours_that_close_before_they_open_are_refused():
    with pytest.raises(ValueError, match="opens before it closes"):
        Hours(time(17), time(9))


def test_working_days_are_added_over_a_holiday_in_both_directions():
    assert SEEDED.add_working_days(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert SEEDED.add_working_days(date(2026, 10, 10), -3) == date(2026, 9, 30)
    assert SEEDED.add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)


@given(st.dates(date(2004, 1, 1), date(2025, 12, 31)), st.integers(1, 60))
def test_working_days_added_are_the_working_days_between(on, count):
    assert SEEDED.working_days_between(on, SEEDED.add_working_days(on, count)) == count


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_date_from_1900_to_2100_has_an_answer(on):
    assert SEEDED.is_working(on) is not bool(SEEDED.why_not(on))
    assert SEEDED.opens(on) < SEEDED.closes(on)
    assert SEEDED.provisional(on) is not (2004 <= on.year <= 2026)


def test_an_unknown_year_has_weekends_and_the_statutory_holidays():
    # Public almanac: Spring Festival 6 February, Qingming 5 April, Dragon Boat 9 June, Mid-Autumn 15 September 2027.
    expected = {
        "元旦": ["2027-01-01"],
        "春节": ["2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08"],
        "清明节": ["2027-04-05"],
        "劳动节": ["2027-05-01", "2027-05-02"],
        "端午节": ["2027-06-09"],
        "中秋节": ["2027-09-15"],
        "国庆节": ["2027-10-01", "2027-10-02", "2027-10-03"],
    }
    found: dict[str, list[str]] = {}
    for on, day in statutory_holidays(2027).items():
        found.setdefault(day.why, []).append(on.isoformat())
    assert found == expected
    assert SEEDED.why_not(date(2027, 6, 9)) == "端午节"
    assert SEEDED.is_working(date(2027, 10, 4))


def test_an_office_s_own_day_counts_in_an_unknown_year_and_does_not_make_it_known():
    office = Calendar.of({date(2027, 8, 9): Day(DayKind.OFF, "迁址")})
    assert office.why_not(date(2027, 8, 9)) == "迁址"
    assert office.provisional(date(2027, 8, 9))


# ---- The seed ----

# The two published sources differ on three days, and the notices decide. All three are worked:
# 2005-12-31 国办发明电〔2005〕35号: “12月31日（星期六）上班”; chinesecalendar lacks it.
# 2013-04-07 and 2013-10-12 国办发明电〔2012〕33号: “4月7日（星期日）上班”,
# “10月12日（星期六）上班”; HolidayUtil lacks both.
WORKED_BY_NOTICE = [date(2005, 12, 31), date(2013, 4, 7), date(2013, 10, 12)]


def test_the_seed_agrees_with_a_second_source_but_for_one_day_that_its_notice_decides():
    every = (date(2004, 1, 1) + timedelta(days=step) for step in range((date(2027, 1, 1) - date(2004, 1, 1)).days))
    different = [on for on in every if SEEDED.is_working(on) is not chinese_calendar.is_workday(on)]
    assert different == [date(2005, 12, 31)]


@pytest.mark.parametrize("on", WORKED_BY_NOTICE)
def test_the_days_on_which_the_sources_differ_are_worked_as_their_notices_say(on):
    assert SEEDED.is_working(on)


@pytest.mark.django_db
def test_seeding_fills_the_table_once():
    CalendarDay.objects.all().delete()
    OfficeHours.objects.all().delete()
    assert seed_days() == len(SEEDED.days)
    assert seed_days() == 0
    assert load_calendar() == SEEDED
    assert OfficeHours.objects.count() == 5


@pytest.mark.django_db
def test_seeding_again_leaves_what_the_office_changed_or_deleted():
    seed_days()
    CalendarDay.objects.get(date="2026-10-10").delete()
    changed = CalendarDay.objects.get(date="2026-10-07")
    changed.name = "厂休"
    changed.save(update_fields=["name", "updated_at"])
    assert seed_days() == 0
    assert not CalendarDay.objects.filter(date="2026-10-10").exists()
    assert CalendarDay.objects.get(pk=changed.pk).name == "厂休"


# ---- The table ----


@pytest.mark.django_db
def test_an_empty_table_answers_from_the_seed():
    CalendarDay.objects.all().delete()
    OfficeHours.objects.all().delete()
    assert load_calendar() == SEEDED


@pytest.mark.django_db
def test_the_loaded_calendar_is_kept_and_follows_every_change_of_the_tables(django_assert_num_queries):
    seed_days()
    monday = date(2026, 11, 23)
    kept = load_calendar()
    assert kept.is_working(monday)
    with django_assert_num_queries(1):
        assert load_calendar() is kept
    day = CalendarDay.objects.create(date=monday, kind=CalendarDay.Kind.OFF, name="停电")
    assert load_calendar().why_not(monday) == "停电"
    day.kind = CalendarDay.Kind.WORKING
    day.save(update_fields=["kind", "updated_at"])
    assert load_calendar().is_working(monday)
    OfficeHours.objects.filter(weekday=0).delete()
    day.delete()
    assert not load_calendar().is_working(monday)


@pytest.mark.django_db
def test_hours_of_one_day_are_data():
    seed_days()
    CalendarDay.objects.filter(date="2026-10-10").delete()
    CalendarDay.objects.create(date="2026-10-10", kind="working", opens=time(9), closes=time(12))
    assert load_calendar().closes(date(2026, 10, 10)).hour == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opens", "closes"), [(time(17), time(9)), (time(9), None), (None, time(9)), (time(9), time(9))]
)
def test_the_database_refuses_hours_that_are_none(opens, closes):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(date="2030-03-05", kind="off", opens=opens, closes=closes)
    OfficeHours.objects.filter(weekday=6).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeHours.objects.create(weekday=6, opens=opens, closes=closes)


@pytest.mark.django_db
def test_an_office_closed_all_week_still_has_a_calendar():
    seed_days()
    OfficeHours.objects.update(opens=None, closes=None)
    assert load_calendar().hours == OFFICE_HOURS


# ---- Import ----


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_new_year_is_taken_in_and_is_no_longer_provisional(notice, encoding):
    seed_days()
    assert load_calendar().provisional(date(2027, 10, 9))
    done = import_days(notice(NOTICE_2027, encoding))
    assert (done.added, done.changed, done.unchanged, done.years) == (3, 0, 0, [2027])
    assert not load_calendar().provisional(date(2027, 10, 9))
    assert load_calendar().is_working(date(2027, 10, 9))


@pytest.mark.django_db
def test_importing_again_changes_only_what_differs_and_is_on_record(notice):
    import_days(notice(NOTICE_2027))
    CalendarDay.objects.filter(date="2027-10-09").update(note="值班表已发")
    events = AuditEvent.objects.count()
    done = import_days(notice(NOTICE_2027.replace("2027-10-09,上班,国庆节", "2027-10-09,放假,中秋节")))
    assert (done.added, done.changed, done.unchanged) == (0, 1, 2)
    day = CalendarDay.objects.get(date="2027-10-09")
    assert (day.kind, day.name, day.note) == ("off", "中秋节", "值班表已发")
    assert AuditEvent.objects.count() == events + 1
    assert [past.kind for past in day.history.order_by("history_id")] == ["working", "off"]
    assert not load_calendar().is_working(date(2027, 10, 9))


@pytest.mark.django_db
def test_a_notice_leaves_the_office_s_own_days_as_they_are_and_says_which(notice):
    own = CalendarDay.objects.create(date="2027-10-09", kind="off", name="单位搬迁")
    done = import_days(notice(NOTICE_2027))
    assert (done.added, done.changed, done.unchanged, done.kept) == (2, 0, 0, [date(2027, 10, 9)])
    own.refresh_from_db()
    assert (own.kind, own.name) == ("off", "单位搬迁")
    assert "2027-10-09" in working_days.said_of_kept(done)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: the columns must be date, kind, name, source."),
        ("day,kind,name\n", "Line 1: the columns must be date, kind, name, source."),
        ("date,kind,name,source\n", "Line 2: there is no day in the file."),
        (NOTICE_2027 + "2027-13-01,off,x,y\n", "Line 5: “2027-13-01” is not a date such as 2027-10-01."),
        (NOTICE_2027 + "\n2027-12-01,perhaps,x,y\n", "Line 6: “perhaps” is neither working nor off."),
        (NOTICE_2027 + "2027-10-01,off,x,y\n", "Line 5: 2027-10-01 is already on line 3."),
        (NOTICE_2027 + "2027-12-01,off\n", "Line 5: a day has a date, a kind, a name and a source."),
        (NOTICE_2027 + f"2027-12-01,off,{'长' * 61},y\n", "Line 5: the name is longer than 60 characters."),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken_in(notice, text, sentence):
    with translation.override("en"), pytest.raises(BadDayFile) as refused:
        import_days(notice(text))
    assert str(refused.value) == sentence
    assert not CalendarDay.objects.filter(date__year=2027).exists()


@pytest.mark.django_db
def test_a_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "days.xlsx"
    path.write_bytes(b"PK\x03\x04\xff\xff\xff\x00")
    with pytest.raises(BadDayFile):
        import_days(path)


@pytest.mark.django_db
def test_the_command_prints_json_and_refuses_with_2(notice, capsys):
    call_command("import_days", notice(NOTICE_2027), "--json")
    done = json.loads(capsys.readouterr().out)
    assert len(done.pop("consequences")) == 1
    assert done == {"added": 3, "changed": 0, "unchanged": 0, "years": [2027], "kept": []}
    call_command("import_days", notice(NOTICE_2027))
    assert "3" in capsys.readouterr().out
    for path in (notice("nonsense"), Path("absent.csv")):
        with pytest.raises(CommandError) as refused:
            call_command("import_days", path)
        assert refused.value.returncode == 2


# ---- The system check ----


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "years"),
    [("2026-11-30", []), ("2026-12-01", [2027]), ("2026-12-31", [2027]), ("2027-01-01", [2027])],
)
def test_the_system_check_warns_from_december_on_of_a_year_without_a_notice(today, years):
    seed_days()
    with time_machine.travel(datetime.fromisoformat(f"{today}T12:00+08:00")), translation.override("en"):
        warnings = calendar_check(None)
    assert [warning.msg for warning in warnings] == [
        f"The holidays of {year} are not known: its deadlines are provisional." for year in years
    ]


@pytest.mark.django_db
def test_the_system_check_is_silent_once_the_notice_is_in(notice):
    seed_days()
    import_days(notice(NOTICE_2027))
    with time_machine.travel(datetime.fromisoformat("2026-12-02T12:00+08:00")):
        assert calendar_check(None) == []
