"""Take in where the houses of a town stand."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from people.importing import BuildingsOutcome, import_buildings
from people.importing.buildings import read_table
from people.models import Area
from people.workbooks import WorkbookRefused

REFUSED = 2  # exit code


class Command(BaseCommand):
    help = "Import a table of buildings with their coordinates (.xlsx or CSV). The same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="The table: address, east and north or longitude and latitude."
        )
        parser.add_argument("--area", help="The name of the town, where there are several.")
        parser.add_argument("--whole", action="store_true", help="Remove the buildings that the table leaves out.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print counts and errors as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        path, dry_run = Path(options["file"]), options["dry_run"]
        try:
            if not path.is_file():
                raise WorkbookRefused(_("There is no file %(path)s.") % {"path": path})
            town = _town(options["area"])
            outcome = import_buildings(read_table(path), town, whole=options["whole"], dry_run=dry_run)
        except WorkbookRefused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"refused": refusal.message}, ensure_ascii=False))
            raise CommandError(refusal.message, returncode=REFUSED) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json() | {"dry_run": dry_run}, ensure_ascii=False))
        else:
            self._tell(outcome, dry_run=dry_run)

    def _tell(self, outcome: BuildingsOutcome, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Dry run: nothing was changed."))
        self.stdout.write(str(outcome))
        if outcome.errors:
            self.stdout.write(_("To correct: %(count)d") % {"count": len(outcome.errors)})
        for cell in outcome.errors:
            self.stdout.write(f"  {cell.sheet} {cell.row} {cell.column} “{cell.value}” {cell.message}")


def _town(name: str | None) -> Area:
    towns = Area.objects.at_level("town").active()
    found = list((towns.filter(name=name) if name else towns)[:2])
    if len(found) != 1:
        raise CommandError(_("Name the town whose buildings these are: --area."), returncode=REFUSED)
    return found[0]
