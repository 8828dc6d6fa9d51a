"""What all the rows about one resident say together, seen beside what is known of him."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from people.cells import PartialDate
from people.importing.known import Person


def resident_as_said(person: Person) -> dict[str, Any]:
    """The fields of the resident as the ledger has them: a blank cell says nothing, a coarser date no more than it is.

    Where rows differ, the first that says something counts, for a birth date the finest.
    """
    rows, resident = person.rows, person.resident
    said: dict[str, Any] = {"name": rows[0].name, "name_written": rows[0].name_written, "name_key": rows[0].key}
    for name in ("sex", "health"):
        value = next((value for row in rows if (value := getattr(row, name))), "")
        if value:
            said[name] = value
    born = _finest([row.born for row in rows if row.born])
    if born and not (resident.born and _known_birth(resident.born, resident.born_precision).startswith(str(born))):
        said["born"], said["born_precision"] = born.date, born.precision
    if note := with_lines(resident.note, [line for row in rows for line in row.notes]):
        said["note"] = note
    return said


def with_lines(note: str, lines: Sequence[str]) -> str:
    """*note* with those of *lines* that it does not hold yet: what staff wrote into it stays."""
    kept = note.splitlines()
    return "\n".join([*kept, *(line for line in dict.fromkeys(lines) if line not in kept)])


def _known_birth(born: date, precision: str) -> str:
    """1937, 1937-01 or 1937-01-17."""
    return born.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def _finest(dates: list[PartialDate]) -> PartialDate | None:
    order = ("day", "month", "year")
    return min(dates, key=lambda born: order.index(born.precision), default=None)
