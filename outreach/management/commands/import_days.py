"""Take in the holiday notice of a new year from a CSV file."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from outreach.working_days import BadDayFile, import_days, said_of_kept


class Command(BaseCommand):
    help = "Take in holidays and adjusted working days from a CSV file: date, kind (working or off), name, source."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            imported = import_days(options["file"])
        except (BadDayFile, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        done = dataclasses.asdict(imported)
        if options["json"]:
            done["consequences"] = [one.text for one in imported.consequences]
            done["kept"] = [day.isoformat() for day in imported.kept]
            self.stdout.write(json.dumps(done, ensure_ascii=False))
            return
        self.stdout.write(_("%(added)d days added, %(changed)d changed, %(unchanged)d unchanged.") % done)
        if kept := said_of_kept(imported):
            self.stdout.write(kept)
        for one in imported.consequences:
            self.stdout.write(one.text)
