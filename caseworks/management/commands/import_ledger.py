"""Take in a ledger that the office keeps by hand."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from caseworks.importing import IMPORTERS, import_ledger
from caseworks.importing.wording import kind_of_record
from people.importing import CellError, Outcome
from people.workbooks import WorkbookRefused

REFUSED = 2  # exit code


class Command(BaseCommand):
    help = "Import a ledger: network, residents or hotline. The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(IMPORTERS))
        parser.add_argument("file", metavar="FILE", help="The workbook (.xlsx).")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print counts and errors as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._import(options["kind"], Path(options["file"]), dry_run=options["dry_run"])
        except WorkbookRefused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": refusal.message}, ensure_ascii=False))
            raise CommandError(refusal.message, returncode=REFUSED) from refusal
        if options["json"]:
            counted = outcome.as_json() | {"dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(counted, ensure_ascii=False))
        else:
            self._tell(outcome, dry_run=options["dry_run"])

    def _import(self, kind: str, path: Path, *, dry_run: bool) -> Outcome:
        if not path.is_file():
            raise WorkbookRefused(_("There is no file %(path)s.") % {"path": path})
        return import_ledger(kind, path, dry_run=dry_run)

    def _tell(self, outcome: Outcome, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Dry run: nothing was changed."))
        titles = (_("Created"), _("Changed"), _("Left alone"))
        for kind, *counts in outcome.table():
            told = ", ".join(f"{title} {count}" for title, count in zip(titles, counts, strict=True))
            self.stdout.write(f"{kind_of_record(kind)}: {told}")
        self._tell_cells(_("To correct: %(count)d"), outcome.errors)
        self._tell_cells(_("To know: %(count)d"), outcome.notices)

    def _tell_cells(self, title: str, cells: list[CellError]) -> None:
        if cells:
            self.stdout.write(title % {"count": len(cells)})
        for cell in cells:
            self.stdout.write(f"  {cell.sheet} {cell.row} {cell.column} “{cell.value}” {cell.message}")
