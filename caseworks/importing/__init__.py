"""One door for every ledger and table an office hands in: the commands and the screens come through here."""

from __future__ import annotations

import os
from typing import BinaryIO, Protocol

from django.utils.translation import gettext_lazy as _

from caseworks.importing.hotline import import_hotline
from people.importing import Outcome, Progress, import_buildings, import_network, import_residents
from people.importing.buildings import read_table
from people.ledgers import Ledger, read_ledger
from people.models import Upload, User


class _Importer(Protocol):
    def __call__(self, ledger: Ledger, *, by: User | None, dry_run: bool, progress: Progress) -> Outcome: ...


IMPORTERS: dict[str, _Importer] = {
    "network": import_network,
    "residents": import_residents,
    "hotline": import_hotline,
}

# A table of where the houses of one town stand: no ledger, yet handed in, previewed and confirmed like one.
BUILDINGS = "buildings"

KIND_LABELS = {
    "network": _("Contact network"),
    "residents": _("Households and residents"),
    "hotline": _("Cases"),
    BUILDINGS: _("Buildings"),
}


def import_ledger(
    kind: str,
    source: str | os.PathLike[str] | BinaryIO,
    *,
    by: User | None = None,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Read a workbook as a ledger of *kind* and take it in, all or nothing; a dry run finds out the same and undoes it.

    Raises WorkbookRefused where the file is no such ledger, or not one *by* may import.
    """
    return IMPORTERS[kind](read_ledger(source, kind), by=by, dry_run=dry_run, progress=progress)


def import_upload(upload: Upload, source: BinaryIO, *, by: User | None, dry_run: bool, progress: Progress) -> Outcome:
    """Take in what was handed in, a ledger or a table of buildings. Raises WorkbookRefused."""
    if upload.kind != BUILDINGS:
        return import_ledger(upload.kind, source, by=by, dry_run=dry_run, progress=progress)
    assert upload.area is not None
    table = read_table(source)
    return import_buildings(table, upload.area, by=by, whole=upload.whole, dry_run=dry_run, progress=progress)
