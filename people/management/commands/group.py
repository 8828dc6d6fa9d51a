"""Propose grid groups for a community, apply the proposal, or take the last one back."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people import grouping
from people.area_names import match_area_name
from people.grouping import NotPossible, Proposal, Regrouped
from people.models import Area


class Command(BaseCommand):
    help = "Propose groups of neighbouring households for a community; --apply makes them, --undo takes them back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", help="Its name, short forms too, or its primary key.")
        parser.add_argument("--size", type=int, help="Households of a group at most; as the office set it by default.")
        parser.add_argument("--apply", action="store_true", help="Make the groups and put the households into them.")
        parser.add_argument("--undo", action="store_true", help="Take the last regrouping of the community back.")
        parser.add_argument("--json", action="store_true", help="Print the proposal as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        community = _community(options["community"])
        try:
            if options["undo"]:
                self._undo(community, options["json"])
                return
            proposal = grouping.propose(
                community, grouping.usual_size() if options["size"] is None else options["size"]
            )
            done = grouping.apply(community, proposal.groups, by=None) if options["apply"] else None
        except NotPossible as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        if options["json"]:
            applied = {} if done is None else {"changed": _changed(done)}
            self.stdout.write(json.dumps(_as_json(proposal) | applied, ensure_ascii=False))
            return
        self.stdout.writelines(_told(proposal))
        if done is not None:
            self.stdout.writelines(_told_changes(done))

    def _undo(self, community: Area, as_json: bool) -> None:
        record = grouping.last(community)
        if record is None:
            raise CommandError(_("Nothing to take back in %(area)s.") % {"area": community}, returncode=2)
        done = grouping.undo(record, by=None)
        if as_json:
            self.stdout.write(json.dumps({"community": community.name, "changed": _changed(done)}, ensure_ascii=False))
        else:
            self.stdout.writelines(_told_changes(done))


def _community(written: str) -> Area:
    known = list(grouping.communities().select_related("level"))
    name = match_area_name(written, [area.name for area in known])
    found = [area for area in known if area.name == name or str(area.pk) == written]
    if len(found) != 1:
        raise CommandError(_("“%(text)s” is not one of the communities.") % {"text": written}, returncode=2)
    return found[0]


def _as_json(proposal: Proposal) -> dict[str, Any]:
    return {
        "community": proposal.community.name,
        "groups": [
            {
                "name": group.name,
                "households": [{"id": home.pk, "address": home.address} for home in group.households],
            }
            for group in proposal.groups
        ],
        "moves": proposal.moves,
        "distance": proposal.distance,
        "distance_alphabetical": proposal.distance_alphabetical,
        "distance_random": proposal.distance_random,
    }


def _changed(done: Regrouped) -> list[dict[str, Any]]:
    return [{"id": change.household.pk, "from": change.before.name, "to": change.since.name} for change in done.changes]


def _told(proposal: Proposal) -> list[str]:
    lines = []
    for group in proposal.groups:
        size = ngettext("%(count)d household", "%(count)d households", len(group.households))
        lines.append(f"{group.name}  {size % {'count': len(group.households)}}\n")
        lines += [f"  {household.address}\n" for household in group.households]
    metres = {
        "distance": proposal.distance,
        "alphabetical": proposal.distance_alphabetical,
        "random": proposal.distance_random,
        "moves": proposal.moves,
    }
    told = _("Walks of %(distance)d m (alphabetical %(alphabetical)d m, random %(random)d m), %(moves)d moves")
    return [*lines, f"{told % metres}\n"]


def _told_changes(done: Regrouped) -> list[str]:
    return [f"{change.household.pk}  {change.before.name} → {change.since.name}\n" for change in done.changes]
