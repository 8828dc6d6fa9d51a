"""Say on which days the seasons of a year fall."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from outreach.seasons import month_and_day, seasons


class Command(BaseCommand):
    help = "Say on which days the festivals and the other seasons of a year fall, 1900 to 2100."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("--json", action="store_true", help="Print the seasons as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"]
        try:
            found = seasons(year, month_and_day(settings.HIGH_SUMMER))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        rows = [{"key": season.key, "name": season.name, "date": season.date.isoformat()} for season in found]
        if options["json"]:
            self.stdout.write(json.dumps({"year": year, "seasons": rows}, ensure_ascii=False))
        else:
            self.stdout.writelines(f"{row['date']}  {row['name']}\n" for row in rows)
