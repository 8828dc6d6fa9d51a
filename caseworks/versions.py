"""The versions of a configuration row: who changed what, when. The row's history keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Field, ForeignKey, Model, QuerySet
from django.utils.translation import gettext as _

from people.models import User

MOST = 20
# Columns that follow from others, and those that say nothing to a reader.
_SILENT = frozenset({"id", "search", "since"})


@dataclass(frozen=True)
class Edit:
    """One field of one version: what it is called, what it said before and what since."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version of a row. `key` finds it again; `edits` are against the version before, none for the first.

    `holds`: nothing came after it.
    """

    key: int
    of: str
    at: datetime
    by: User | None
    kind: str
    edits: Sequence[Edit]
    holds: bool


def versions(row: Any) -> list[Version]:
    """The latest versions of *row*, newest first: one query, whatever they refer to included."""
    return told(row.history.all())


def told(history: QuerySet[Any], name: Callable[[Any], str] = lambda kept: "") -> list[Version]:
    """The latest versions in *history*, newest first; where it is that of several rows, *name* tells them apart."""
    related = [field.name for field in history.model.tracked_fields if isinstance(field, ForeignKey)]
    found = list(history.select_related("history_user", *related)[: 2 * MOST])
    newest: set[int] = set()
    lines: list[Version] = []
    for place, new in enumerate(found[:MOST]):
        old = next((one for one in found[place + 1 :] if one.id == new.id), None)
        lines.append(_version(new, old, name(new), holds=new.id not in newest and new.history_type != "-"))
        newest.add(new.id)
    return lines


def fields_of(row: Any, key: int) -> dict[str, Any]:
    """What *row* said in that version, by column; empty where it has no such version."""
    kept = row.history.filter(history_id=key).first()
    return {} if kept is None else {f.name: getattr(kept, f.attname) for f in row._meta.concrete_fields}


def latest(row: Any) -> int:
    """The key of the version that holds now; 0 for a row without a history."""
    return row.history.values_list("history_id", flat=True).first() or 0


def _version(new: Any, old: Any, of: str, *, holds: bool) -> Version:
    kinds = {"+": _("Added"), "~": _("Changed"), "-": _("Removed")}
    edits: list[Edit] = []
    if old is not None:
        for field in new.tracked_fields:
            if field.name not in _SILENT and getattr(new, field.attname) != getattr(old, field.attname):
                edits.append(Edit(str(field.verbose_name), _written(old, field), _written(new, field)))
    return Version(new.history_id, of, new.history_date, new.history_user, kinds[new.history_type], edits, holds)


def _written(row: Model, field: Field[Any, Any]) -> str:
    """What a field says, as a reader calls it; a row that is gone since is named by its number."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    raw = getattr(row, field.attname)
    if isinstance(field, ForeignKey) and raw is not None:
        # Selected with the version; None where the row it named is gone.
        return str(field.get_cached_value(row, default=None) or f"#{raw}")
    if isinstance(raw, bool):
        return _("yes") if raw else _("no")
    return "" if raw is None else str(raw)
