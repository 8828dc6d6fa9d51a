"""A table that comes as text (CSV), or as a workbook: both are sheets of rows to whoever reads them."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from people.workbooks import TextRefused, WorkbookRefused, open_workbook
from people.worksheets import MAX_COLUMNS, MAX_GRID, MAX_ROW_NUMBER, Row, Sheet, Value

MAX_TEXT_BYTES = 5 * 1024 * 1024  # a street and two coordinates: some 100,000 rows
# What spreadsheets save: UTF-8 with a mark or without, the Chinese code page; "Unicode text" is UTF-16 with its mark.
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Not 0412: what begins with a zero is a number on a door or a code.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?")


def open_table(source: str | os.PathLike[str] | BinaryIO) -> list[Sheet]:
    """The sheets of a workbook, or the one sheet that a CSV file is. Raises WorkbookRefused, in one sentence."""
    try:
        return list(open_workbook(source))
    except TextRefused:
        if isinstance(source, str | os.PathLike):
            return [sheet_of(Path(source).read_bytes())]
        source.seek(0)
        return [sheet_of(source.read())]


def sheet_of(raw: bytes) -> Sheet:
    """The filled rows of a CSV file, numbers as numbers. Raises WorkbookRefused."""
    if len(raw) > MAX_TEXT_BYTES:
        raise _too_large()
    text = decoded(raw)
    if text is None:
        raise _unreadable()
    head = text[:4096]
    # No database keeps a NUL in a text.
    lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=max(DELIMITERS, key=head.count))
    rows: list[tuple[int, list[Value]]] = []
    width = 0
    try:
        for number, cells in enumerate(lines, 1):
            if any(cell.strip() for cell in cells):
                rows.append((number, [_value(cell) for cell in cells]))
                width = max(width, len(cells))
                if number > MAX_ROW_NUMBER or width > MAX_COLUMNS or len(rows) * width > MAX_GRID:
                    raise _too_large()
    except csv.Error as error:
        raise _unreadable() from error
    if not rows:
        raise WorkbookRefused(_("The file has no filled row. Choose the file with the table."))
    return Sheet("CSV", [Row(number, tuple(cells + [None] * (width - len(cells)))) for number, cells in rows])


def decoded(raw: bytes) -> str | None:
    """A file as text, in whichever way a spreadsheet saves it; None where it is none."""
    for encoding in ("utf-16",) if raw.startswith(_UTF_16) else ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _value(cell: str) -> Value:
    text = cell.strip()
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text or None


def _too_large() -> WorkbookRefused:
    return WorkbookRefused(_("The file is too large for a table. Copy only the filled rows into a new one."))


def _unreadable() -> WorkbookRefused:
    return WorkbookRefused(
        _("The file cannot be read as a table. Open it in Excel or WPS and save it as .xlsx, or as CSV in UTF-8.")
    )
