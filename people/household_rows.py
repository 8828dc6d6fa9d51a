"""Which rows of a household register belong to one household."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from people.cells import read_text
from people.ledger_columns import RESIDENTS
from people.ledger_headers import plain
from people.ledgers import LedgerSheet, Record
from people.names import name_key
from people.worksheets import Value

_HEAD_WORDS = frozenset({"户主", "本人", "户主本人", "本人户主", "家长"})
_BETWEEN_MEMBERS = re.compile("[、，,；;\n]")
_IN_LIST = re.compile(
    "(?:(?P<before>[\u3400-\u9fff]{1,4})[:：])?(?P<name>[\u3400-\u9fff·]{2,6})(?:[（(](?P<behind>[\u3400-\u9fff]{1,4})[）)])?"
)
_OF_RELATION = frozenset({"relation", "is_head"})
_NO = frozenset({"否", "不是", "n", "no", "x"})
_YES = frozenset({"是", "y", "yes", "√", "✓", "✔"})


def is_head(relation: str) -> bool:
    """Whether a relation to the head says that this is the head: 户主, 戶　主, 本人（户主）."""
    return plain(relation) in _HEAD_WORDS


class HouseholdRows(NamedTuple):
    row: int
    """The first of its rows."""
    cells: dict[str, Value]
    """What is said once for the household: address, kind, relatives abroad …, the first time it is said."""
    members: list[Record]
    """A row each, in order; the household's cells are in them too where they were written."""


def households(sheet: LedgerSheet) -> Iterator[HouseholdRows]:
    """Group the rows of a register, whichever way it is kept.

    The household's cells may stand on its first row only, be merged over all of them, or be repeated on each. The
    serial number may count households or rows.
    """
    counts_rows = _serial_counts_rows(sheet.records)
    current: HouseholdRows | None = None
    for record in sheet.records:
        if current is None or _begins(record, current, counts_rows):
            if current:
                yield current
            current = HouseholdRows(record.row, {}, [])
        for key, value in record.cells.items():
            if key in RESIDENTS.shared and not (counts_rows and key == "serial"):
                current.cells.setdefault(key, value)
        current.members.append(record)
    if current:
        yield current


def _begins(record: Record, current: HouseholdRows, counts_rows: bool) -> bool:
    head = _name(record, "head_name")
    serial = "" if counts_rows else _said(record, "serial")
    current_head = name_key(current.cells.get("head_name"))
    if _is_heads(record):
        # The head may stand below others of his household, where that is told by its number.
        still = (
            serial or head not in ("", current_head) or _said(record, "address") or any(map(_is_heads, current.members))
        )
        return bool(still) or counts_rows or "serial" not in current.cells
    if serial and serial != (read_text(current.cells.get("serial"))[0] or ""):
        return True
    if head and head != current_head:
        return True
    address = _said(record, "address")
    if head and address and not serial:  # two households whose heads bear one name
        return address != (read_text(current.cells.get("address"))[0] or address)
    has_signs = bool(current.cells.keys() & {"head_name", "serial"}) or any(
        _OF_RELATION & member.cells.keys() for member in current.members
    )
    return not has_signs and _OF_RELATION.isdisjoint(record.cells)


def with_heads_asked(sheet: LedgerSheet) -> LedgerSheet:
    """A column 户主 that says yes or no instead of a name asks who is head."""
    said = {(read_text(record.cells.get("head_name"))[0] or "").casefold() for record in sheet.records} - {""}
    if not said or not said <= _YES | _NO:
        return sheet
    records = [
        Record(
            record.row,
            {"is_head" if key == "head_name" else key: value for key, value in record.cells.items()},
            record.extra,
            frozenset("is_head" if key == "head_name" else key for key in record.filled),
        )
        for record in sheet.records
    ]
    columns = {"is_head" if key == "head_name" else key: header for key, header in sheet.columns.items()}
    return replace(sheet, records=records, columns=columns)


def _is_heads(record: Record) -> bool:
    return is_head(_said(record, "relation")) or says_yes(record, "is_head")


def _serial_counts_rows(records: list[Record]) -> bool:
    """True when every row has a number of its own although some rows plainly go on with the household above."""
    serials = [_said(record, "serial") for record in records]
    if not all(serials) or len(set(serials)) < len(serials):
        return False
    return any(
        (_said(record, "relation") and not is_head(_said(record, "relation")))
        or _name(record, "head_name") in ("", _name(before, "head_name"))
        for before, record in pairwise(records)
    )


def names_in_list(value: Value) -> list[tuple[str, str]]:
    """(name, relation) of each of several people in one cell: 妻：李玉兰、陈小海（儿子）. Empty where it is no list."""
    parts = [part.strip() for part in _BETWEEN_MEMBERS.split(read_text(value)[0] or "") if part.strip()]
    found = [_IN_LIST.fullmatch(part) for part in parts]
    if len(parts) < 2 or not all(found):
        return []
    return [(match["name"], match["before"] or match["behind"] or "") for match in found if match]


def says_yes(record: Record, key: str) -> bool:
    """Whether a cell that asks yes or no says yes."""
    return _said(record, key).strip("☑").casefold() in _YES


def _said(record: Record, key: str) -> str:
    """The text of a cell the row has for itself, "" where it is blank or merged with the row above."""
    return "" if key in record.filled else read_text(record.cells.get(key))[0] or ""


def _name(record: Record, key: str) -> str:
    return name_key(_said(record, key))
