"""Reading the cells of a sheet as a stream: their values, dates among them, and which of them are merged."""

from __future__ import annotations

import math
import re
import sys
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, NamedTuple

from people.workbook_parts import MAX_STRING_BYTES, Text, UnreadableXml, WorkbookTooLarge, local, stream

MAX_ROW_NUMBER = 200_000
MAX_COLUMNS = 512
MAX_GRID = 4_000_000  # rows × columns of one sheet: 32 MB of references

EPOCH_1900 = datetime(1899, 12, 30)  # not the 31st: Excel counts a 29 February 1900 that never was
EPOCH_1904 = datetime(1904, 1, 1)


class CellError(str):
    """What stands in a cell whose formula failed (#REF!, #N/A …) or was saved without its result (#FORMULA)."""


class MonthShown(datetime):
    """A date whose cell shows year and month alone: the office wrote 1954年4月, and Excel added the first."""


Value = str | int | float | bool | datetime | date | time | CellError | None


class Row(NamedTuple):
    number: int
    """As Excel shows it, from 1."""
    values: tuple[Value, ...]
    """From column A; every row of a sheet has the same length."""
    filled: frozenset[int] = frozenset()
    """Indexes in `values` that were empty here and repeat the cell above because both are one merged cell."""


@dataclass(frozen=True)
class Sheet:
    title: str
    rows: list[Row]
    """Only rows with a value, in order."""
    hidden: bool = False


class Reading(NamedTuple):
    """What every sheet of one workbook shares."""

    strings: list[str]
    date_styles: frozenset[int]
    from_1904: bool
    month_styles: frozenset[int] = frozenset()
    """Those of the date styles that show year and month alone."""


class _Cells(Text):
    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading
        self.rows: dict[int, dict[int, Value]] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.row_number = 0
        self.column = -1
        self.kind = ""
        self.style = 0
        self.formula = False
        self.width = 0
        self.held = 0
        self.columns: dict[str, int] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "c":
            reference = attributes.get("r")
            self.column = self.column_of(reference) if reference else self.column + 1
            self.kind = attributes.get("t", "n")
            self.style = int(attributes.get("s", "0"))
            self.formula = False
            self.begin()
        elif name in ("v", "t"):
            self.listening = not self.phonetic
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name == "row":
            self.row_number = int(attributes.get("r", self.row_number + 1))
            if self.row_number < 1:
                raise UnreadableXml("a row number")
            self.column = -1
        elif name == "mergeCell":
            self.merged.append(_range(attributes.get("ref", "")))
        elif name == "dimension" and _range(attributes.get("ref", ""))[2] > MAX_ROW_NUMBER:
            raise WorkbookTooLarge

    def end(self, tag: str) -> None:
        name = local(tag)
        if name in ("v", "t"):
            self.listening = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "c":
            value = self.value()
            if value is not None:
                self.keep(value)

    def keep(self, value: Value) -> None:
        if self.row_number > MAX_ROW_NUMBER or self.column >= MAX_COLUMNS:
            raise WorkbookTooLarge
        self.held += 0 if self.kind == "s" else sys.getsizeof(value)
        self.width = max(self.width, self.column + 1)
        self.rows.setdefault(self.row_number, {})[self.column] = value
        if self.held > MAX_STRING_BYTES or len(self.rows) * self.width > MAX_GRID:
            raise WorkbookTooLarge

    def column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if letters not in self.columns:
            self.columns[letters] = _column_index(letters)
        return self.columns[letters]

    def value(self) -> Value:
        text = self.text()
        if self.kind == "e":
            return CellError(text or "#N/A")
        if not text:
            return CellError("#FORMULA") if self.formula and self.kind == "n" else None
        if self.kind == "s":
            return self.reading.strings[int(text)] or None
        if self.kind in ("str", "inlineStr"):
            return text
        if self.kind == "b":
            return text.strip() in ("1", "true")
        if self.kind == "d":
            return datetime.fromisoformat(text.strip().removesuffix("Z")).replace(tzinfo=None)
        return self.number(text)

    def number(self, text: str) -> Value:
        number = float(text)
        if not math.isfinite(number):
            raise UnreadableXml("a number")
        if self.style in self.reading.date_styles:
            moment = moment_of(number, from_1904=self.reading.from_1904)
            if self.style in self.reading.month_styles and isinstance(moment, datetime) and moment.day == 1:
                return MonthShown(moment.year, moment.month, 1)
            return moment or number
        whole = text.strip().lstrip("-").isdecimal()
        return int(text) if whole else number


def moment_of(serial: float, *, from_1904: bool = False) -> datetime | time | None:
    """The moment Excel means by a number of days; a time of day below 1; None outside 1900–9999."""
    if not 0 <= serial < 2_958_466:
        return None
    seconds = timedelta(seconds=round(serial * 86_400))
    if serial < 1 and not from_1904:
        return (EPOCH_1900 + seconds).time() if seconds < timedelta(days=1) else time(0)
    if from_1904:
        return EPOCH_1904 + seconds if serial < 2_957_000 else None
    return EPOCH_1900 + seconds + (timedelta(days=1) if serial < 60 else timedelta(0))


def _column_index(letters: str) -> int:
    """0 for A, 16383 for XFD."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > 16_384:
            raise UnreadableXml("a cell reference")
        number = number * 26 + ord(letter) - 64
    return number - 1


def _range(reference: str) -> tuple[int, int, int, int]:
    """(first row, first column, last row, last column) of A1:B2; columns from 0, whole columns reach row 1,048,576."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", reference)
    if not found:
        return (0, 0, 0, 0)
    first_column, first_row, last_column, last_row = found.groups()
    return (
        int(first_row),
        _column_index(first_column),
        int(last_row or first_row),
        _column_index(last_column or first_column),
    )


def parse_sheet(part: IO[bytes], title: str, hidden: bool, reading: Reading) -> Sheet:
    """The filled rows of one sheet; merged cells repeat downwards in their first column, marked as `filled`.

    Sideways nothing is repeated: a value across three columns says nothing about the third.
    """
    cells = _Cells(reading)
    try:
        stream(part, cells)
    except (ValueError, IndexError) as error:
        raise UnreadableXml(str(error)) from error
    numbers = sorted(cells.rows)
    filled: dict[int, set[int]] = {}
    count = 0
    for first_row, column, last_row, _last_column in cells.merged:
        value = cells.rows.get(first_row, {}).get(column)
        if value is None or last_row <= first_row:
            continue
        for number in numbers[bisect_right(numbers, first_row) : bisect_right(numbers, last_row)]:
            count += 1
            if count > MAX_GRID // 4:
                raise WorkbookTooLarge
            if cells.rows[number].get(column) is None:
                cells.rows[number][column] = value
                filled.setdefault(number, set()).add(column)
    width = range(cells.width)
    rows = [
        Row(number, tuple(map(cells.rows[number].get, width)), frozenset(filled.get(number, ()))) for number in numbers
    ]
    return Sheet(title, rows, hidden)
