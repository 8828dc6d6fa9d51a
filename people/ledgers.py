"""Recognising the ledgers an office keeps by hand: which table it is, where it begins and ends, what each row says.

A ledger is known by the words of its head row. Titles above it, unknown columns, subtotals, repeated heads, blank
rows, notes and signatures are expected; what is left out is told as a `Problem`, except what says nothing.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from people.cells import is_blank, read_text
from people.ledger_asides import is_aside, is_ditto, title_key
from people.ledger_columns import KINDS, LedgerKind
from people.ledger_headers import assign, is_banned, missing, plain
from people.ledger_titles import community_in, section_in, town_in, years_in
from people.workbooks import WorkbookRefused, open_workbook
from people.worksheets import Row, Sheet, Value

HEAD_WITHIN = 30
"""Rows at the top of a sheet among which its head is looked for."""
_LONGEST_HEADER, _LONGEST_HINTS = 40, 200
# Three digits tell a value from a header, unless they name the plane of a coordinate.
_DIGITS = re.compile(r"\d{3}")
_PLANE = re.compile("(?:CGCS|国家)?2000", re.IGNORECASE)
# Hints of form: 出生日期（如19500101）.
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


class Problem(NamedTuple):
    sheet: str
    row: int
    """As Excel shows it; 0 for the sheet as a whole."""
    column: str
    """The header as written, "" for the row as a whole."""
    value: str
    message: str
    """What is wrong and what to do, translated."""


@dataclass(frozen=True)
class Record:
    """One row of a ledger."""

    row: int
    cells: dict[str, Value]
    """Filled cells by the key of the column (`people.ledger_columns`), as found."""
    extra: dict[str, Value] = field(default_factory=dict)
    """Filled cells of unknown columns by their header: nothing is known about them, so they are kept as a note."""
    filled: frozenset[str] = frozenset()
    """Keys of cells that repeat the row above because both are one merged cell."""


@dataclass(frozen=True)
class LedgerSheet:
    title: str
    head_row: int
    columns: dict[str, str]
    """Header as written by key."""
    unknown: tuple[str, ...]
    records: list[Record]
    community: str | None
    """As written in the sheet's name or its title; None where a column says it, or nothing does."""
    hidden: bool = False


@dataclass(frozen=True)
class Ledger:
    kind: LedgerKind
    town: str | None
    year: int | None
    """The year the ledger is about, for moments written without one."""
    sheets: list[LedgerSheet]
    problems: list[Problem]


class _Head(NamedTuple):
    start: int
    """Index of its first row in the sheet's rows."""
    end: int
    """Index of the first row after it."""
    headers: tuple[str, ...]
    columns: dict[str, int]
    score: int


def read_ledger(source: str | os.PathLike[str] | BinaryIO, kind: str | None = None) -> Ledger:
    """Read a whole workbook as a ledger of `kind` (a key of KINDS), or of the kind it looks like.

    Raises WorkbookRefused when it cannot be read, is another kind of ledger, or has no sheet with the columns wanted.
    """
    return read_sheets(list(open_workbook(source)), kind)


def read_sheets(sheets: Sequence[Sheet], kind: str | None = None) -> Ledger:
    """The same from sheets that were opened already, as a table kept as text is."""
    wanted = KINDS[kind] if kind else _kind_of(sheets)
    heads = [_own_head(sheet, wanted) for sheet in sheets] if wanted else []
    if wanted is None or not any(heads):
        raise _not_that_ledger(sheets, wanted)
    problems: list[Problem] = []
    if any(head and not sheet.hidden for sheet, head in zip(sheets, heads, strict=True)):
        message = _("This sheet is hidden; it was not read. If it belongs to the ledger, show it and import again.")
        hidden = [sheet for sheet, head in zip(sheets, heads, strict=True) if head and sheet.hidden]
        problems += [Problem(sheet.title, 0, "", "", message) for sheet in hidden]
        sheets, heads = _shown(sheets, heads)
    read: list[LedgerSheet] = []
    for sheet, head in zip(sheets, heads, strict=True):
        if head:
            read.append(_read_sheet(sheet, head, wanted, problems))
        elif sheet.rows:
            other = _kind_of([sheet])
            message = (
                _("This sheet looks like a %(found)s; it was not read.") % {"found": kind_label(other.key)}
                if other and other is not wanted
                else _("This sheet has no head row with the columns wanted; it was not read.")
            )
            problems.append(Problem(sheet.title, 0, "", "", message))
    above = [
        text for sheet, head in zip(sheets, heads, strict=True) if head for text in (sheet.title, *_titles(sheet, head))
    ]
    return Ledger(wanted, town_in(above), _year_of(read, above), read, problems)


def _shown(sheets: Sequence[Sheet], heads: Sequence[_Head | None]) -> tuple[list[Sheet], list[_Head | None]]:
    """Without hidden sheets: last year's copy, or the words of a list to choose from."""
    shown = [(sheet, head) for sheet, head in zip(sheets, heads, strict=True) if not sheet.hidden]
    return [sheet for sheet, _head in shown], [head for _sheet, head in shown]


def _own_head(sheet: Sheet, kind: LedgerKind) -> _Head | None:
    """The head of a sheet, unless it is rather that of another kind: callers have names and addresses as well."""
    head = find_head(sheet.rows, kind)
    near = sheet.rows[max(0, head.start - 1) : head.end + 1] if head else []
    others = (find_head(near, other) for other in KINDS.values() if other is not kind)
    return head if head and all(other is None or other.score <= head.score for other in others) else None


def find_head(rows: Sequence[Row], kind: LedgerKind) -> _Head | None:
    """The head of one or two rows that names most columns of the kind, or None when a required one is not there."""
    best: _Head | None = None
    for index in range(min(HEAD_WITHIN, len(rows))):
        if best and index > best.end:
            break
        for head in _heads_at(rows, index, kind):
            if not missing(head.columns, kind) and (best is None or head.score > best.score):
                best = head
    return best


def _heads_at(rows: Sequence[Row], index: int, kind: LedgerKind) -> Iterator[_Head]:
    texts = _header_texts(rows[index])
    if sum(map(bool, texts)) < 2:
        return
    yield _Head(index, index + 1, texts, *assign([[text] for text in texts], kind))
    if index + 1 == len(rows):
        return
    below = _header_texts(rows[index + 1])
    grouped = any(
        text and not right and under and under_right
        for text, right, under, under_right in zip(texts, texts[1:], below, below[1:], strict=False)
    )
    fill_in = any(re.search("[:：]", text) for text in texts)  # 填报单位：… stands above a head and groups nothing
    if grouped and not fill_in and not any(isinstance(value, int | float) for value in rows[index + 1].values):
        headers, readings = _two_rows(texts, below)
        yield _Head(index, index + 2, headers, *assign(readings, kind))


def _two_rows(above: Sequence[str], below: Sequence[str]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Group titles reach to the right as far as the row below has headers of its own."""
    headers: list[str] = []
    readings: list[list[str]] = []
    group = ""
    for title, header in zip(above, below, strict=True):
        group = title or (group if header else "")
        whole = group if header in ("", group) else f"{group}{header}"
        headers.append(whole)
        readings.append([whole, header] if header and header != whole else [whole])
    return tuple(headers), readings


def _header_texts(row: Row) -> tuple[str, ...]:
    return tuple(
        re.sub(r"\s+", "", value) if isinstance(value, str) and _may_head(value) else "" for value in row.values
    )


def _may_head(text: str) -> bool:
    bare = _BRACKETS.sub("", text)
    return len(bare) <= _LONGEST_HEADER and len(text) <= _LONGEST_HINTS and not _DIGITS.search(_PLANE.sub("", bare))


def _kind_of(sheets: Sequence[Sheet]) -> LedgerKind | None:
    scores = {
        key: sum(head.score for sheet in sheets if (head := find_head(sheet.rows, kind))) for key, kind in KINDS.items()
    }
    best = max(scores, key=lambda key: scores[key])
    return KINDS[best] if scores[best] else None


def kind_label(key: str) -> str:
    return {
        "network": _("contact network"),
        "residents": _("household register"),
        "hotline": _("hotline ledger"),
        "buildings": _("table of buildings"),
    }[key]


def _not_that_ledger(sheets: Sequence[Sheet], wanted: LedgerKind | None) -> WorkbookRefused:
    likely = _kind_of(sheets) if wanted else None
    if wanted and likely and likely is not wanted:
        return WorkbookRefused(
            _("This looks like a %(found)s, not a %(wanted)s. Choose the other workbook or the other kind of import.")
            % {"found": kind_label(likely.key), "wanted": kind_label(wanted.key)}
        )
    candidates = [
        (row, kind)
        for sheet in sheets
        for row in sheet.rows[:HEAD_WITHIN]
        for kind in KINDS.values()
        if wanted in (None, kind)
    ]
    matches = [(assign([[text] for text in _header_texts(row)], kind), row, kind) for row, kind in candidates]
    match, row, kind = max(matches, key=lambda candidate: candidate[0].score)
    found = "、".join(text for text in _header_texts(row) if text)[:120] or "—"
    return WorkbookRefused(
        _("No sheet has a head row of a %(kind)s: missing %(missing)s, found only %(found)s. Name these columns.")
        % {
            "kind": kind_label(kind.key),
            "missing": "、".join(missing(match.columns, kind)),
            "found": found,
        }
    )


def _read_sheet(sheet: Sheet, head: _Head, kind: LedgerKind, problems: list[Problem]) -> LedgerSheet:
    first = head
    reading = _Reading(sheet, kind, head, problems)
    _tell_banned(sheet, head, problems)
    unknown = dict.fromkeys(_unknown(head))
    head_rows = {_row_key(row) for row in sheet.rows[head.start : head.end]}
    words = {word for column in kind.columns for word in column.words}
    skip_to = head.end
    for index in range(head.end, len(sheet.rows)):
        row = sheet.rows[index]
        row_key = _row_key(row)
        if index < skip_to or row_key in head_rows:
            continue
        if sum(text in words for text in row_key) >= 3:
            # Another part of the sheet with a head of its own.
            again = max(_heads_at(sheet.rows, index, kind), key=lambda found: found.score, default=None)
            if again and not missing(again.columns, kind):
                reading.under(again)
                skip_to = again.end
                unknown |= dict.fromkeys(_unknown(again))
                _tell_banned(sheet, again, problems)
                continue
        reading.take(row)
    columns = {key: first.headers[index] for key, index in first.columns.items()}
    community = None
    if "community" not in first.columns:
        # Other ledgers have sheets for months and years rather than for communities.
        community = community_in(sheet.title, _titles(sheet, first), short=kind.key == "residents")
    number = sheet.rows[first.start].number
    return LedgerSheet(sheet.title, number, columns, tuple(unknown), reading.records, community, sheet.hidden)


class _Reading:
    """The rows below a head, one after another: ditto marks and lines that name a community hold for what follows."""

    def __init__(self, sheet: Sheet, kind: LedgerKind, head: _Head, problems: list[Problem]) -> None:
        self._sheet, self._kind, self._problems = sheet, kind, problems
        self._titles = frozenset(key for text in _titles(sheet, head) if len(key := title_key(text)) > 3)
        self._section: str | None = None
        self.records: list[Record] = []
        self.under(head)

    def under(self, head: _Head) -> None:
        self._head = head
        self._key_of = {index: key for key, index in head.columns.items()}
        self._begins_at = next(index for index, header in enumerate(head.headers) if header)
        self._above: dict[int, Value] = {}

    def take(self, row: Row) -> None:
        present = {index: value for index, value in enumerate(row.values) if not is_blank(value)}
        own = {index: value for index, value in present.items() if index not in row.filled}
        if not own:
            return
        # What was asked for and where somebody lives may be words of any kind, a village's name too.
        at_the_beginning = min(own) <= self._begins_at and self._key_of.get(min(own)) not in ("content", "address")
        if len(own) == 1 and at_the_beginning and self._names_section(str(next(iter(own.values())))):
            return
        if is_aside(list(own.values()), self._titles, at_the_beginning=at_the_beginning):
            return
        repeated = {index for index, value in own.items() if is_ditto(value)}
        for index in repeated:
            if index in self._above:
                present[index] = own[index] = self._above[index]
            else:
                del present[index]
                message = _("It refers to the cell above, where nothing is written. Write the value itself.")
                header = self._head.headers[index] if index < len(self._head.headers) else ""
                self._problems.append(Problem(self._sheet.title, row.number, header, str(own.pop(index)), message))
        self._above |= present
        self._keep(row, present, own, row.filled | repeated)

    def _names_section(self, text: str) -> bool:
        may = "community" not in self._head.columns and any(column.key == "community" for column in self._kind.columns)
        section = section_in(text) if may else None
        self._section = section or self._section
        return section is not None

    def _keep(self, row: Row, present: dict[int, Value], own: dict[int, Value], filled: Set[int]) -> None:
        key_of, headers = self._key_of, self._head.headers
        cells = {key_of[index]: value for index, value in present.items() if index in key_of}
        extra = {
            headers[index] if index < len(headers) and headers[index] else _("column %(n)s") % {"n": index + 1}: value
            for index, value in own.items()
            if index not in key_of and not (index < len(headers) and is_banned(headers[index]))
        }
        own_keys = {key_of[index] for index in own if index in key_of}
        if _says_who(own_keys, cells, self._kind):
            if self._section:
                cells["community"] = self._section
            repeats = frozenset(key_of[index] for index in filled if index in key_of)
            self.records.append(Record(row.number, cells, extra, repeats))
        elif own_keys - {"serial", "number"} or extra:
            text = "；".join(str(value) for value in own.values())
            message = _("This row names nobody and nothing; it was not read.")
            self._problems.append(Problem(self._sheet.title, row.number, "", text, message))


def _says_who(own: set[str], cells: dict[str, Value], kind: LedgerKind) -> bool:
    """Whether a row stands for something: a resident or household, a group or community, a case, a building."""
    if kind.key == "residents":
        return bool(own & {"member_name", "head_name", "overseas_relatives"})
    if kind.key == "network":
        return bool(own & {"community", "group", "leader", "person"})
    if kind.key == "buildings":
        return bool(own - {"street", "group", "remark"})
    return bool(own & {"content", "caller"}) or {"received_at", "number"} <= cells.keys()


def _row_key(row: Row) -> tuple[str, ...]:
    return tuple(plain(value) if isinstance(value, str) else "" for value in row.values)


def _unknown(head: _Head) -> list[str]:
    taken = set(head.columns.values())
    return [
        header for index, header in enumerate(head.headers) if header and index not in taken and not is_banned(header)
    ]


def _tell_banned(sheet: Sheet, head: _Head, problems: list[Problem]) -> None:
    message = _("This column is not read: the system keeps no such data. Leave it out of the workbook.")
    problems.extend(
        Problem(sheet.title, sheet.rows[head.start].number, header, "", message)
        for header in head.headers
        if header and is_banned(header)
    )


def _titles(sheet: Sheet, head: _Head) -> list[str]:
    return [value for row in sheet.rows[: head.start] for value in row.values if isinstance(value, str)]


def _year_of(sheets: Sequence[LedgerSheet], texts: Sequence[str]) -> int | None:
    """Said in a title, else the most frequent among the moments that are written in full."""
    said = years_in(texts)
    if not said:
        cells = [record.cells.get("received_at") for sheet in sheets for record in sheet.records]
        said = Counter(cell.year for cell in cells if isinstance(cell, datetime))
        said = said or years_in(cell for cell in cells if isinstance(cell, str))
    return said.most_common(1)[0][0] if said else None


def carried_down(sheet: LedgerSheet, kind: LedgerKind) -> Iterator[Record]:
    """The records with what is written once for several rows repeated on each, until the first shared column changes.

    For the network: each grid group with its community and officer.
    """
    key = next(column.key for column in kind.columns if column.key in kind.shared and column.key != "serial")
    shared: dict[str, Value] = {}
    for record in sheet.records:
        name, _problem = read_text(record.cells.get(key))
        if name and record.cells.get(key) != shared.get(key):
            shared = {}
        shared |= {name: value for name, value in record.cells.items() if name in kind.shared}
        yield Record(record.row, shared | record.cells, record.extra, record.filled)
