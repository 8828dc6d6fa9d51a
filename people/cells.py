"""Reading the cells of a hand-kept table: dates, moments, sex, counts, as people write them.

Every reader takes what `people.worksheets` found in the cell and returns `(value, problem)`: the value or None, and
None or one translated sentence on what is wrong and what to do. Both may be given: the sound part is kept and the rest
said. A blank cell is `(None, None)`. Readers never raise.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from people.worksheets import EPOCH_1900, EPOCH_1904, CellError, MonthShown

Precision = Literal["day", "month", "year"]
Sex = Literal["female", "male"]

EARLIEST_YEAR, LATEST_YEAR = 1850, 2100
SERIALS = range(6_000, 73_051)
"""Bare numbers read as Excel's count of days, June 1916 to the end of 2099; smaller ones are rather years."""

_HALF_WIDTH = {0x3000: " "} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_BLANKS = frozenset(
    [
        "无",
        "無",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "－",
        "―",
        "不详",
        "不詳",
        "不明",
        "未知",
        "空",
        "暂无",
        "暫無",
        "没有",
        "沒有",
        "n/a",
        "na",
        "none",
        "null",
        ".",
    ]
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200c\u200e-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|^\u200d|\u200d$")
"""Characters without width that come along when a cell is copied; joiners stay within what they join."""
_CHINESE_DIGITS = {
    ord(char): str(digit)
    for digits in ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○")
    for digit, char in enumerate(digits)
}
_YEAR_MARK, _MONTH_MARK = "年", "月"
_LUNAR = re.compile(r"农历|農曆|阴历|陰曆|旧历|舊曆")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date as far as it is known; what is not known is 1 (January, the 1st)."""

    date: date
    precision: Precision = "day"

    def __str__(self) -> str:
        """1954, 1954-04 or 1954-04-01."""
        return self.date.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]


def read_text(value: object) -> tuple[str | None, str | None]:
    """A cell as text: trimmed, no characters without width, whole numbers without ".0", "无" and "/" as nothing."""
    if value is None:
        return None, None
    if isinstance(value, CellError):
        return None, _error_in_cell(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    text = re.sub(r"[ \t\u3000\xa0]+", " ", _UNSEEN.sub("", str(value))).strip().lstrip("'‘’`").strip()
    return (None if is_blank(text) else text), None


def is_blank(value: object) -> bool:
    """True for nothing, and for the ways to write nothing: 无, /, -, —, 不详."""
    if value is None:
        return True
    text = _UNSEEN.sub("", half_width(str(value))).strip().casefold()
    return not text or text in _BLANKS


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as ASCII: １９４６（注） → 1946(注)."""
    return text.translate(_HALF_WIDTH)


def read_sex(value: object) -> tuple[Sex | None, str | None]:
    text, problem = read_text(value)
    if text is None:
        return None, problem
    word = half_width(text).casefold().removesuffix("性")
    if word in ("男", "m", "male", "1", "先生", "b"):
        return "male", None
    if word in ("女", "f", "female", "2", "女士", "g"):
        return "female", None
    return None, _("“%(value)s” is not a sex. Write 男 or 女.") % {"value": text}


def read_count(value: object) -> tuple[int | None, str | None]:
    """A number of things: 36, 3.0, "36户", "约 15 户", "十二"."""
    text, problem = read_text(value)
    if text is None:
        return None, problem
    plain = half_width(text).replace(",", "")
    found = re.fullmatch(r"\D*?(\d{1,9})(?:\.0*)?\D*", plain)
    if found:
        return int(found[1]), None
    chinese = _chinese_number(re.sub(r"^[约約共计]+|[户戶人个個名家]+$", "", plain))
    if chinese is not None:
        return chinese, None
    return None, _("“%(value)s” is not a number. Write digits only.") % {"value": text}


def read_date(value: object, *, today: date) -> tuple[PartialDate | None, str | None]:
    """A date of any precision: "1937.1", 1976/2/8, 19460325, 1971年7月25日, 27468, "75.3.15", 一九五四年, 民国25年.

    Two-digit years are read as past: up to `today`'s year 20xx, else 19xx.
    """
    if isinstance(value, MonthShown) and EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        return PartialDate(value.date(), "month"), None
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date) and EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        return PartialDate(value), None
    if isinstance(value, float):
        value, problem = _number_as_date(value)
        if problem or isinstance(value, PartialDate):
            return (value if isinstance(value, PartialDate) else None), problem
    text, problem = read_text(value)
    if text is None:
        return None, problem
    if isinstance(value, time | bool):
        return None, _no_date(text)
    if _LUNAR.search(text):
        solar, problem = _date_in(_LUNAR.sub("", text), today)
        year = PartialDate(date(solar.date.year, 1, 1), "year") if solar else None
        return year, problem or _("“%(value)s” is a lunar date; only the year is kept.") % {"value": text}
    return _date_in(text, today)


def _number_as_date(number: float) -> tuple[object, str | None]:
    """Floats that lost a zero on the way: 1937.1 is January or October. Others go on as whole numbers or text."""
    if number.is_integer() and abs(number) < 1e9:
        return int(number), None
    found = re.fullmatch(r"(\d{4})\.1", repr(number))
    if found and EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        return PartialDate(date(int(found[1]), 1, 1), "year"), _(
            "%(value)s may be January or October; only the year is kept. Write the month as text."
        ) % {"value": repr(number)}
    if _is_serial(number):
        return int(number), None
    return repr(number), None


def _is_serial(number: float) -> bool:
    return SERIALS.start <= number < SERIALS.stop


def _date_in(text: str, today: date) -> tuple[PartialDate | None, str | None]:
    plain = _tidy_date(text)
    plain = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", plain)
    plain = re.sub(r"\s+", "", plain)
    if plain.isdecimal() and plain.isascii():
        parts = _parts_of_digits(plain, today)
    else:
        numbers = re.fullmatch(r"(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?\.?", plain)
        parts = [int(part) for part in numbers.groups() if part] if numbers else None
        if parts and len(parts) == 3 and parts[2] > 999:
            parts = _year_last(parts)
            if len(parts) == 1 and EARLIEST_YEAR <= parts[0] <= LATEST_YEAR:
                return PartialDate(date(parts[0], 1, 1), "year"), _(
                    "In “%(value)s” day and month cannot be told apart; only the year is kept."
                ) % {"value": text}
        elif parts and parts[0] < 100 and numbers and len(numbers[1]) <= 2:
            parts = _short_year(parts, today)
    if not parts or not EARLIEST_YEAR <= parts[0] <= LATEST_YEAR:
        return None, _no_date(text)
    return _as_far_as_possible(parts, text)


def _tidy_date(text: str) -> str:
    """One spelling: half-width, Arabic digits, "." between year, month and day."""
    plain = half_width(text).strip().translate(_CHINESE_DIGITS) if not _has_tens(text) else _with_tens(half_width(text))
    plain = re.sub(r"\(.*?\)|\[.*?\]", "", plain)
    plain = re.sub(r"\s*(出生|生于|生|左右|前后|约|約|公元|西元)\s*", "", plain)
    # Papers from Taiwan; a year of three digits is no other calendar's.
    plain = re.sub(r"民[国國]\s*(\d{1,3}|元)\s*年?", lambda found: f"{_of_the_republic(found[1])}.", plain)
    plain = re.sub(r"^(1\d\d)\s*年", lambda found: f"{_of_the_republic(found[1])}.", plain)
    plain = re.sub(r"\s*[年月]\s*", ".", plain)
    plain = re.sub(r"(?<=\d)\s*[日号號]", " ", plain)
    return re.sub(r"\s*[./\\\-—–‐、,，·。]+\s*", ".", plain).strip(" .")


def _of_the_republic(year: str) -> int:
    """The year of a date by the calendar of the Republic, as Taiwan's papers write it: 民国 25 is 1936."""
    return 1911 + (1 if year == "元" else int(year))


def _has_tens(text: str) -> bool:
    return "十" in text or "廿" in text


def _with_tens(text: str) -> str:
    """一九五四年十二月二十五日 → 1954年12月25日."""

    def number(found: re.Match[str]) -> str:
        value = _chinese_number(found[0])
        return found[0] if value is None else str(value)

    text = re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?", number, text.strip())
    return text.translate(_CHINESE_DIGITS)


def _chinese_number(text: str) -> int | None:
    """Up to ninety-nine: 七, 十二, 二十, 廿五."""
    text = text.replace("廿", "二十")
    found = re.fullmatch(r"([一二三四五六七八九])?(十)?([一二三四五六七八九])?", text)
    if not found or not text or (found[1] and found[3] and not found[2]):
        return None
    tens, ten, ones = found.groups()
    digit = {None: 0} | {char: int(char.translate(_CHINESE_DIGITS)) for char in "一二三四五六七八九"}
    return (digit[tens] or 1) * 10 + digit[ones] if ten else digit[tens] or digit[ones]


def _parts_of_digits(digits: str, today: date) -> list[int] | None:
    match len(digits):
        case 8:
            return [int(digits[:4]), int(digits[4:6]), int(digits[6:])]
        case 6 if EARLIEST_YEAR <= int(digits[:4]) <= LATEST_YEAR and 1 <= int(digits[4:]) <= 12:
            return [int(digits[:4]), int(digits[4:])]
        case 6:
            return _short_year([int(digits[:2]), int(digits[2:4]), int(digits[4:])], today)
        case 4 if EARLIEST_YEAR <= int(digits) <= LATEST_YEAR:
            return [int(digits)]
        case 4 | 5 if int(digits) in SERIALS:
            moment = EPOCH_1900 + timedelta(days=int(digits))
            return [moment.year, moment.month, moment.day]
    return None


def _short_year(parts: list[int], today: date) -> list[int] | None:
    """75.3.15 → 1975; 5.3 and 05.12 say nothing certain: they may as well be a month and a day."""
    if len(parts) == 1 or (len(parts) == 2 and parts[0] <= 12):
        return None
    century = 2000 if parts[0] <= today.year % 100 else 1900
    return [century + parts[0], *parts[1:]]


def _year_last(parts: list[int]) -> list[int]:
    """3/15/1975 and 15/3/1975; of 3/5/1975 only the year is certain."""
    first, second, year = parts
    if first > 12 >= second:
        return [year, second, first]
    if second > 12 >= first or first == second:
        return [year, first, second]
    return [year]


def _as_far_as_possible(parts: list[int], text: str) -> tuple[PartialDate, str | None]:
    year, month, day = [*parts, None, None][:3]
    assert year is not None
    if month is None:
        return PartialDate(date(year, 1, 1), "year"), None
    if not 1 <= month <= 12:
        zero = month == 0 and not day  # 1954.00.00: the writer says that it is not known
        return PartialDate(date(year, 1, 1), "year"), None if zero else _(
            "“%(value)s” has no such month; only the year is kept."
        ) % {"value": text}
    if day is None or day == 0:
        return PartialDate(date(year, month, 1), "month"), None
    if day > calendar.monthrange(year, month)[1]:
        return PartialDate(date(year, month, 1), "month"), _("“%(value)s” has no such day; only the month is kept.") % {
            "value": text
        }
    return PartialDate(date(year, month, day)), None


# 3月8日-9日, 3.8至3.9, 9:00-10:00: without it 3.8-9 would be a day in 2003.
_SPAN = re.compile(r"([日号號]|(?<!\d)\d{1,2}[./]\d{1,2}|\d[:]\d{2})\s*(?:[-—–~至到]+\s*\d.*|[至到].*)$")
_CLOCK = re.compile(
    r"(?P<half>上午|下午|中午|晚上|晚|早上|凌晨|am|pm)?\s*(?P<hour>\d{1,2})\s*[:时時点點]\s*"
    r"(?:(?P<half_past>半)|(?P<minute>\d{1,2})?\s*分?)(?:[:]?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<after>am|pm)?$"
)


def read_moment(
    value: object, *, year: int | None, previous: datetime | None = None
) -> tuple[datetime | None, str | None]:
    """A day with or without its time, as local time without zone: "01.05 09:15", 1月5日 下午2点半, 2026-01-05 9:15.

    A day without a year takes `year` (the ledger's), else the year that brings it nearest to `previous`, the moment
    of the row above. No time of day means midnight.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None), None
    if isinstance(value, date):
        return datetime.combine(value, time(0)), None
    if isinstance(value, int | float) and not isinstance(value, bool) and _is_serial(value):
        return EPOCH_1900 + timedelta(seconds=round(value * 86_400)), None
    text, problem = read_text(value)
    if text is None:
        return None, problem
    if isinstance(value, bool | time):
        return None, _no_date(text)
    if re.fullmatch(r"\d{5}\.\d+", text) and _is_serial(float(text)):
        return read_moment(float(text), year=year)
    if (begin := _SPAN.sub(r"\1", half_width(text))) != half_width(text):
        moment, problem = read_moment(begin, year=year, previous=previous)
        return moment, problem or _("“%(value)s” is a span of time; its beginning was taken.") % {"value": text}
    plain = re.sub(r"星期[一二三四五六日天]|周[一二三四五六日]", " ", half_width(text).strip().casefold())
    plain = re.sub(r"(?<=\d)t(?=\d)", " ", plain).strip()
    clock, day_text = time(0), re.sub(r"(上午|下午|中午|傍晚|晚上|晚|早上|早|凌晨)$", "", plain).strip()
    if found := _CLOCK.search(plain):
        parsed = _clock_of(found)
        if parsed is None:
            problem = _("“%(value)s” has no such time of day; only the day is kept.") % {"value": text}
        clock, day_text = parsed or time(0), plain[: found.start()].strip()
    day = _day_of(day_text, year, previous)
    if day is None:
        return None, _no_date(text)
    return datetime.combine(day, clock), problem


def read_clock(value: object) -> time | None:
    """A time of day that stands alone: 09:15, 下午2点半, Excel's fraction of a day; None for anything else."""
    if isinstance(value, time):
        return value
    if isinstance(value, datetime):
        return value.time() if value.year <= EPOCH_1904.year else None
    if isinstance(value, float) and 0 < value < 1:
        return (EPOCH_1900 + timedelta(seconds=round(value * 86_400))).time()
    found = _CLOCK.fullmatch(half_width(read_text(value)[0] or "").casefold())
    return _clock_of(found) if found else None


def _clock_of(found: re.Match[str]) -> time | None:
    hour = int(found["hour"])
    minute = 30 if found["half_past"] else int(found["minute"] or 0)
    half = found["half"] or found["after"] or ""
    if half in ("下午", "晚上", "晚", "pm", "中午") and hour < 12 and not (half == "中午" and hour > 10):
        hour += 12
    if half in ("am", "凌晨") and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or int(found["second"] or 0) > 59:
        return None
    return time(hour, minute, int(found["second"] or 0))


def _day_of(text: str, year: int | None, previous: datetime | None) -> date | None:
    plain = re.sub(r"\s+", "", _tidy_date(text))
    short = re.fullmatch(r"(\d{1,2})\.(\d{1,2})", plain)
    if short:
        years = [year] if year else [previous.year + step for step in (-1, 0, 1)] if previous else []
        days = list(_valid_days(years, int(short[1]), int(short[2])))
        if not previous:
            return days[0] if days else None
        return min(days, key=lambda day: abs(day - previous.date()), default=None)
    found, problem = _date_in(text, previous.date() if previous else date(year or LATEST_YEAR, 12, 31))
    return found.date if found and found.precision == "day" and not problem else None


def _valid_days(years: Iterable[int], month: int, day: int) -> Iterable[date]:
    for year in years:
        if (
            EARLIEST_YEAR <= year <= LATEST_YEAR
            and 1 <= month <= 12
            and 1 <= day <= calendar.monthrange(year, month)[1]
        ):
            yield date(year, month, day)


def _no_date(text: str) -> str:
    return _("“%(value)s” cannot be read as a date. Write it as 2026-01-05.") % {"value": text}


def _error_in_cell(error: CellError) -> str:
    return _("The formula of this cell has no result (%(value)s). Write the value instead.") % {"value": str(error)}
