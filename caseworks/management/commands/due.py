"""Say when a limit ends and why then, day by day."""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from caseworks.deadlines import DayCount, Due, Limit, Pause, derive
from outreach.calendar import SHANGHAI, Calendar
from outreach.working_days import load_calendar, seed_calendar


class Command(BaseCommand):
    help = "Say when a limit ends, and count it day by day: --at 2026-09-30T16:10 --limit 3wd"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", required=True, help="The moment of receipt; Shanghai time if it names no zone.")
        parser.add_argument("--limit", required=True, help="3wd working days, 3d days, 2h hours, 4wh office hours.")
        pauses = "A time that does not count; TO stays empty while it lasts."
        parser.add_argument("--pause", action="append", default=[], metavar="FROM/TO", help=pauses)
        parser.add_argument("--extend", action="append", default=[], metavar="LIMIT", help="An approved extension.")
        parser.add_argument("--json", action="store_true", help="Print the counting as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            due = derive(
                _moment(options["at"]),
                Limit.parse(options["limit"]),
                self._calendar(),
                [_pause(text) for text in options["pause"]],
                [Limit.parse(text) for text in options["extend"]],
                datetime.now(SHANGHAI),
            )
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(due.as_json(), ensure_ascii=False))
        else:
            self.stdout.writelines(_told(due))

    def _calendar(self) -> Calendar:
        try:
            return load_calendar()
        except DatabaseError:
            self.stderr.write(_("There is no day table yet: counted with the published holidays."))
            return seed_calendar()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%(text)s” is not a moment such as 2026-09-30T16:10.") % {"text": text}) from None
    if not 1900 <= moment.year <= 2100:
        raise ValueError(_("“%(text)s” is not between 1900 and 2100.") % {"text": text})
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _pause(text: str) -> Pause:
    begin, slash, end = text.partition("/")
    if not slash:
        raise ValueError(_("“%(text)s” is not a pause such as 2026-10-08T09:00/2026-10-09T09:00.") % {"text": text})
    return _moment(begin), _moment(end) if end else None


def _told(due: Due) -> list[str]:
    counted = 0
    lines = []
    for line in due.days:
        counted += line.counted
        lines.append(f"{line.date} {WEEKDAYS_ABBR[line.date.weekday()]}  {_counting(line, counted)}")
    end = f"{due.at:%Y-%m-%d %H:%M}" if due.at else _("the clock stands still")
    last = _("deadline: %(end)s (provisional)") if due.provisional else _("deadline: %(end)s")
    lines.append(last % {"end": end})
    return [f"{line}\n" for line in lines]


def _counting(line: DayCount, counted: int) -> str:
    if not line.counted:
        return f"–  {line.why}"
    told = f"{counted}"
    if line.spent is not None:
        minutes = round(line.spent.total_seconds() / 60)
        told += f"  {minutes // 60}:{minutes % 60:02}"
    return told + "  " + _("extension") if line.extension else told
