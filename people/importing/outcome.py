"""What came of a ledger: how many records of each kind were created, changed or left alone, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from people.ledgers import LedgerSheet, Problem
from people.masking import mask_document, mask_numbers, mask_phone

Progress = Callable[[int, int], None]
"""Called with (done, total), both in rows of the ledger."""

_MASKS = {
    "id_number": mask_document,
    "phone": mask_phone,
    "other_phone": mask_phone,
    "officer_phone": mask_phone,
    "leader_phone": mask_phone,
}


class CellError(NamedTuple):
    """A cell to mend, or, among the notices, something the office should know. `key` names the column for masking."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    key: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }

    @property
    def masked(self) -> str:
        """The value as a screen may show it: enough to find the cell. A number may stand in any column by mistake."""
        return _MASKS.get(self.key, mask_numbers)(self.value)


class Change(NamedTuple):
    """A record that the ledger changes: of which kind, which one, and the names of its fields."""

    sheet: str
    row: int
    kind: str
    label: str
    fields: tuple[str, ...]


@dataclass
class Outcome:
    """Counted by kind of record; every kind of `kinds` appears in all three counts, be it with 0.

    `removed` are the records that a whole table left out; a ledger removes nothing.
    """

    kinds: Sequence[str]
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    removed: int = 0
    errors: list[CellError] = field(default_factory=list)
    notices: list[CellError] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def wrong(self, sheet: LedgerSheet, row: int, key: str, value: object, message: str) -> None:
        """Add an error at the column *key* of a row."""
        written = "" if value is None else str(value)
        self.errors.append(CellError(sheet.title, row, sheet.columns.get(key, ""), written, message, key))

    def notice(self, sheet: LedgerSheet, row: int, value: object, message: str) -> None:
        """Tell something about a row that needs no mending."""
        self.notices.append(CellError(sheet.title, row, "", str(value), message))

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Take over what was found wrong while the sheets were read."""
        self.errors.extend(CellError(*problem) for problem in problems)

    def change(self, sheet: LedgerSheet, row: int, kind: str, label: object, fields: Iterable[str]) -> None:
        """Count a record as updated and keep which of its fields were."""
        self.updated[kind] += 1
        self.changes.append(Change(sheet.title, row, kind, str(label), tuple(sorted(set(fields)))))

    @property
    def changes_anything(self) -> bool:
        return bool(self.created.total() or self.updated.total() or self.removed)

    def table(self) -> list[tuple[str, int, int, int]]:
        """One line per kind of record: created, updated, unchanged."""
        kinds = dict.fromkeys([*self.kinds, *self.created, *self.updated, *self.unchanged])
        return [(kind, self.created[kind], self.updated[kind], self.unchanged[kind]) for kind in kinds]

    def as_json(self) -> dict[str, Any]:
        """``{"created": {kind: n}, "updated": …, "unchanged": …, "errors": [{sheet, row, column, value, message}]}``"""
        table = self.table()
        return {
            "created": {kind: count for kind, count, _, _ in table},
            "updated": {kind: count for kind, _, count, _ in table},
            "unchanged": {kind: count for kind, _, _, count in table},
            "errors": [error.as_json() for error in self.errors],
            "notices": [notice.as_json() for notice in self.notices],
        }
