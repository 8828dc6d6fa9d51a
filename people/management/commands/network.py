"""Say whether the contact network covers everybody."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from people.coverage import Gap, coverage
from people.models import Area


class Command(BaseCommand):
    help = "Say how far the contact network covers all households, and list its gaps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = coverage(Area.objects.all())
        figures = found.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
            return
        self.stdout.write(_("%(households)d households, %(without_group)d without a group") % figures)
        self.stdout.write(_("%(groups)d groups, %(without_leader)d without a leader") % figures)
        self.stdout.write(_("%(communities)d communities, %(without_officer)d without an officer") % figures)
        self.stdout.writelines(f"{_told(gap)}\n" for gap in found.gaps)


def _told(gap: Gap) -> str:
    parts = [gap.place, str(gap.kind.label)]
    if gap.span:
        parts += [gap.holder, str(gap.span.label), f"{gap.size} / {gap.limit}"]
    elif gap.size:
        parts.append(str(gap.size))
    elif gap.since:
        parts.append(_("vacant since %(day)s") % {"day": gap.since})
    return "  ".join(part for part in parts if part)
