"""Say whether the contact network covers everybody, departments and enterprises included."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.contact_duties import ContactDuties, contact_duties
from people.coverage import Gap, coverage
from people.models import Area


class Command(BaseCommand):
    help = "Say how far the contact network covers all households, departments and enterprises, and list its gaps."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = coverage(Area.objects.all())
        duties = contact_duties(None, timezone.localdate(), found)
        figures = found.as_json() | duties.as_json()
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
            return
        self.stdout.write(_("%(households)d households, %(without_group)d without a group") % figures)
        self.stdout.write(_("%(groups)d groups, %(without_leader)d without a leader") % figures)
        self.stdout.write(_("%(communities)d communities, %(without_officer)d without an officer") % figures)
        self.stdout.write(
            _(
                "%(departments)d key departments, %(departments_not_met)d to be met, "
                "%(departments_not_brought)d to be brought to an enterprise"
            )
            % figures
        )
        self.stdout.write(_("%(enterprises)d enterprises, %(enterprises_not_visited)d to be visited") % figures)
        self.stdout.writelines(f"{_told(gap)}\n" for gap in found.gaps)
        self.stdout.writelines(f"{line}\n" for line in _owed(duties))


def _told(gap: Gap) -> str:
    parts = [gap.place, str(gap.kind.label)]
    if gap.span:
        parts += [gap.holder, str(gap.span.label), f"{gap.size} / {gap.limit}"]
    elif gap.size:
        parts.append(str(gap.size))
    elif gap.since:
        parts.append(_("vacant since %(day)s") % {"day": gap.since})
    return "  ".join(part for part in parts if part)


def _owed(duties: ContactDuties) -> list[str]:
    """A line for each leader with too few or too many departments, and for each department behind."""
    kept = _("Key departments")
    lines = [f"{one.leader}  {kept}  {one.size} / {one.limit}" for one in duties.spans]
    late = _("was due on %(day)s")
    lines += [f"{one.pair.leader}  {one.pair.unit}  {late % {'day': one.due}}" for one in duties.behind]
    return lines + [f"{one.enterprise}  {late % {'day': one.visit.due}}" for one in duties.late_enterprises]
