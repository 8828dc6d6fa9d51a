"""Cells as people write them, and what is made of them."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.cells import PartialDate, is_blank, read_clock, read_count, read_date, read_moment, read_sex, read_text
from people.worksheets import CellError, MonthShown

pytestmark = pytest.mark.usefixtures("in_english")

TODAY = date(2026, 11, 22)

DATES = {
    "1937.1": "1937-01",
    "1937.10": "1937-10",
    "1976/2/8": "1976-02-08",
    "19460325": "1946-03-25",
    "1971年7月25日": "1971-07-25",
    "1971 年 7 月 25 号": "1971-07-25",
    "1994-12-26": "1994-12-26",
    "1994-12-26 00:00:00": "1994-12-26",
    "27468": "1975-03-15",
    "75.3.15": "1975-03-15",
    "05.3.1": "2005-03-01",
    "540312": "1954-03-12",
    "54年3月": "1954-03",
    "1954.4": "1954-04",
    "195404": "1954-04",
    "1954": "1954",
    "'1954": "1954",
    "1954.00.00": "1954",
    "1954年生": "1954",
    "一九五四年": "1954",
    "一九五四年十二月二十五日": "1954-12-25",
    "二〇〇一年十月": "2001-10",
    "１９４６．３": "1946-03",
    "１９４６年３月２５日": "1946-03-25",
    "2026.9": "2026-09",
    "民国25年3月5日": "1936-03-05",
    "民國二十五年三月": "1936-03",
    "民国元年": "1912",
    "115年3月5日": "2026-03-05",
    "15/3/1975": "1975-03-15",
    "3/15/1975": "1975-03-15",
}


@pytest.mark.parametrize(("written", "meant"), DATES.items())
def test_dates_are_read_however_they_are_written(written: str, meant: str):
    found, problem = read_date(written, today=TODAY)
    assert (str(found), problem) == (meant, None)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (datetime(1975, 7, 13), "1975-07-13"),
        (date(1975, 7, 13), "1975-07-13"),
        (27468, "1975-03-15"),
        (27468.0, "1975-03-15"),
        (19460325.0, "1946-03-25"),
        (1954, "1954"),
        (1968.12, "1968-12"),
    ],
)
def test_dates_are_read_from_numbers_and_dates(value: object, meant: str):
    found, problem = read_date(value, today=TODAY)
    assert (str(found), problem) == (meant, None)


@pytest.mark.parametrize(
    ("value", "kept", "said"),
    [
        (1937.1, "1937", "January or October"),
        ("1975.2.30", "1975-02", "no such day"),
        ("1975.13", "1975", "no such month"),
        ("农历1954年3月", "1954", "lunar"),
        ("3/5/1975", "1975", "told apart"),
        ("属猪", "None", "cannot be read"),
        ("05.12", "None", "cannot be read"),
        (CellError("#REF!"), "None", "#REF!"),
        (True, "None", "cannot be read"),
    ],
)
def test_what_is_sound_of_a_date_is_kept_and_the_rest_is_said(value: object, kept: str, said: str):
    found, problem = read_date(value, today=TODAY)
    assert str(found) == kept
    assert problem is not None
    assert said in problem


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "无", "無", "/", "-", "—", "——", "不详", "－"])
def test_blanks_are_neither_values_nor_problems(blank: object):
    assert is_blank(blank)
    assert read_text(blank) == read_sex(blank) == read_count(blank) == (None, None)
    assert read_date(blank, today=TODAY) == read_moment(blank, year=2026) == (None, None)


@pytest.mark.parametrize(
    ("written", "meant"),
    {
        "01.05 09:15": "2026-01-05 09:15",
        "1月5日 9:15": "2026-01-05 09:15",
        "11.19 15:32": "2026-11-19 15:32",
        "1月5日下午2点半": "2026-01-05 14:30",
        "1月5日": "2026-01-05 00:00",
        "1月5日下午": "2026-01-05 00:00",
        "民国115年1月5日": "2026-01-05 00:00",
        "１月５日　９：１５": "2026-01-05 09:15",
        "2025-01-05 9:15": "2025-01-05 09:15",
        "2025-01-05T09:15:00": "2025-01-05 09:15",
        "20250105 09:15": "2025-01-05 09:15",
        "2025年1月5日上午9时15分": "2025-01-05 09:15",
        "2025.1.5": "2025-01-05 00:00",
        "1/5 12:05 pm": "2026-01-05 12:05",
    }.items(),
)
def test_moments_are_read_and_take_the_ledger_s_year(written: str, meant: str):
    found, problem = read_moment(written, year=2026)
    assert problem is None
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == meant


def test_a_serial_number_with_a_fraction_is_a_moment():
    assert read_moment(46027.5, year=None) == (datetime(2026, 1, 5, 12), None)


def test_without_a_year_the_row_above_decides():
    above = datetime(2026, 1, 1, 8)
    assert read_moment("12.31 9:00", year=None, previous=above) == (datetime(2025, 12, 31, 9), None)
    assert read_moment("01.02 9:00", year=None, previous=above) == (datetime(2026, 1, 2, 9), None)
    assert read_moment("01.02 9:00", year=None)[1]


def test_a_wrong_time_of_day_keeps_the_day():
    found, problem = read_moment("1月5日 25:00", year=2026)
    assert found == datetime(2026, 1, 5)
    assert problem is not None and "time of day" in problem


@pytest.mark.parametrize(
    ("written", "sex"),
    [("男", "male"), ("女", "female"), ("M", "male"), ("Ｆ", "female"), ("男性", "male"), (1, "male"), (2.0, "female")],
)
def test_sex_is_read(written: object, sex: str):
    assert read_sex(written) == (sex, None)


def test_a_word_that_is_no_sex_is_said():
    assert read_sex("其他")[0] is None
    assert "其他" in (read_sex("其他")[1] or "")


@pytest.mark.parametrize(
    ("written", "count"),
    [("36户", 36), (3.0, 3), (16, 16), ("约15户", 15), ("３６", 36), ("十二户", 12), ("1,346户", 1346)],
)
def test_counts_are_read(written: object, count: int):
    assert read_count(written) == (count, None)


def test_a_range_is_no_count():
    assert read_count("10-15户")[0] is None
    assert read_count("10-15户")[1]


def test_text_loses_what_excel_and_people_put_around_it():
    assert read_text("'330903194303100040") == ("330903194303100040", None)
    assert read_text(13800160325.0) == ("13800160325", None)
    assert read_text(" 滨港路\u3000223号 ") == ("滨港路 223号", None)


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.dates(), st.times(), st.text(),
    st.text(alphabet="0123456789.年月日/-: 十一二〇上下午点半约户'（）", max_size=14), st.just(CellError("#N/A")),
)  # fmt: skip


@given(ANYTHING)
def test_no_reader_ever_raises_and_a_loss_is_always_said(value: object):
    for found, problem in (
        read_text(value),
        read_sex(value),
        read_count(value),
        read_date(value, today=TODAY),
        read_moment(value, year=2026),
        read_moment(value, year=None, previous=datetime(2026, 1, 1)),
    ):
        assert found is not None or problem or is_blank(value) or read_text(value)[0] is None


@given(ANYTHING)
def test_what_was_read_reads_as_itself(value: object):
    text, _problem = read_text(value)
    assert read_text(text)[0] == text
    day, _problem = read_date(value, today=TODAY)
    if day:
        assert read_date(str(day), today=TODAY) == (day, None)
    moment, _problem = read_moment(value, year=2026)
    if moment:
        assert read_moment(moment, year=None)[0] == moment
    count, _problem = read_count(value)
    if count is not None:
        assert read_count(count) == (count, None)


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2100, 12, 31)), st.sampled_from(["day", "month", "year"]))
def test_a_known_date_survives_writing(day: date, precision: str):
    first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision]
    known = PartialDate(first, precision)  # type: ignore[arg-type]
    assert read_date(str(known), today=TODAY) == (known, None)


def test_a_time_alone_is_no_moment():
    assert read_moment(time(9, 15), year=2026)[1]
    assert read_moment("09:15", year=2026)[1]


@pytest.mark.parametrize("written", ["\u200b王\ufeff强\u200b", "\xa0王强\u2060", "王\u200d强"])
def test_characters_without_width_are_no_text(written: str):
    assert read_text(written)[0] == ("王\u200d强" if "\u200d" in written else "王强")
    assert is_blank("\u200b \ufeff")


def test_a_cell_that_shows_a_month_alone_knows_no_day():
    assert str(read_date(MonthShown(1954, 4, 1), today=TODAY)[0]) == "1954-04"


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("09:15", time(9, 15)),
        ("9：15", time(9, 15)),
        ("下午2点半", time(14, 30)),
        (time(9, 15), time(9, 15)),
        (0.25, time(6)),
        ("3.7", None),
        ("3月7日 09:15", None),
        (datetime(2026, 3, 7, 9), None),
        (None, None),
    ],
)
def test_a_time_of_day_alone(value: object, meant: time | None):
    assert read_clock(value) == meant


def test_a_moment_counted_in_days_may_be_text():
    assert read_moment("45666.375", year=None) == (datetime(2025, 1, 9, 9), None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3月8日-9日", datetime(2026, 3, 8)),
        ("3.8-9", datetime(2026, 3, 8)),
        ("3.8至3.9", datetime(2026, 3, 8)),
        ("3月8日 9:00-10:00", datetime(2026, 3, 8, 9)),
    ],
)
def test_of_a_span_the_beginning_is_taken_and_said(written: str, meant: datetime):
    moment, problem = read_moment(written, year=2026)
    assert (moment, problem) == (meant, f"“{written}” is a span of time; its beginning was taken.")


@pytest.mark.parametrize("written", ["2026-03-08", "2026.3.8", "03/08 9:15", "3.8", "2026-3-8 9:15", "26-3-8"])
def test_a_day_is_no_span(written: str):
    assert read_moment(written, year=2026)[1] is None
