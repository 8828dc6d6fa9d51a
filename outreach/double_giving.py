"""Who got something already: in another campaign of the last 90 days, or by a list from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import Campaign, CampaignTarget, Mailing, OutsideGift
from people import audit, vault
from people.addresses import address_key
from people.identifiers import parse_document
from people.models import Household, IdentityDocument, Membership, User
from people.names import name_key

# Whoever got something in so many days has been thought of already.
TWICE_WITHIN = timedelta(days=90)
# As many lines of a list from outside are read.
OUTSIDE_LINES = 2000


def given_already(campaign: Campaign, among: Iterable[tuple[int, int | None]]) -> dict[tuple[int, int | None], str]:
    """Say of each (household, resident) what he got elsewhere in the last 90 days; who got nothing is not in it.

    A household got it where one of its members did, unless both campaigns go by person.
    """
    asked = list(among)
    households, residents = {pair[0] for pair in asked}, {pair[1] for pair in asked if pair[1]}
    since = timezone.now() - TWICE_WITHIN
    others = CampaignTarget.objects.given().filter(recorded_at__gte=since).exclude(campaign=campaign)
    by_household: dict[int, str] = {}
    by_resident: dict[int, str] = {}
    for target in others.filter(Q(household__in=households) | Q(resident__in=residents)).select_related("campaign"):
        said = _("%(campaign)s, %(day)s") % {
            "campaign": target.campaign,
            "day": timezone.localdate(target.recorded_at).isoformat(),
        }
        if target.resident_id:
            by_resident[target.resident_id] = said
        if Mailing.Unit.HOUSEHOLD in (campaign.unit, target.campaign.unit):
            by_household[target.household_id] = said
    for gift in campaign.outside.filter(Q(household__in=households) | Q(resident__in=residents)):
        by_resident[gift.resident_id] = gift.source
        if campaign.unit == Mailing.Unit.HOUSEHOLD:
            by_household[gift.household_id] = gift.source
    found = {pair: by_resident.get(pair[1] or 0) or by_household.get(pair[0], "") for pair in asked}
    return {pair: said for pair, said in found.items() if said}


def match_outside(campaign: Campaign, source: str, lines: Iterable[list[str]], *, by: User) -> tuple[int, int]:
    """Find the people of a list from outside in the register; return how many were found, and how many were not.

    A line is a name with an address, or holds the number of a document, in whatever order. Only who was found is
    kept: of the others nothing.
    """
    rows = [cells for line in lines if (cells := [cell.strip() for cell in line if cell.strip()])][:OUTSIDE_LINES]
    found = _by_number(rows, by) | _by_name(rows, by)
    with transaction.atomic():
        OutsideGift.objects.bulk_create(
            [
                OutsideGift(campaign=campaign, household_id=household, resident_id=resident, source=source)
                for resident, household in dict(found.values()).items()
            ],
            ignore_conflicts=True,
            batch_size=500,
        )
        audit.record(by, "campaign.outside", campaign, fields=["outside"])
    return len(found), len(rows) - len(found)


def _members(user: User) -> Q:
    return Q(household__in=Household.objects.visible_to(user).current().order_by(), until__isnull=True)


def _by_number(rows: list[list[str]], user: User) -> dict[int, tuple[int, int]]:
    """Number of the line → (resident, household)."""
    indexes: dict[str, int] = {}
    for place, cells in enumerate(rows):
        for cell in cells:
            if sum(sign.isdigit() for sign in cell) >= 6 and (key := parse_document(cell).key):
                indexes[vault.blind_index(key)] = place
    documents = IdentityDocument.objects.filter(number_index__in=indexes).values_list("resident", "number_index")
    owners = {resident: indexes[index] for resident, index in documents}
    members = Membership.objects.filter(_members(user), resident__in=owners).values_list("resident", "household")
    return {owners[resident]: (resident, household) for resident, household in members}


def _by_name(rows: list[list[str]], user: User) -> dict[int, tuple[int, int]]:
    """Number of the line → (resident, household)."""
    names: dict[str, list[int]] = defaultdict(list)
    for place, cells in enumerate(rows):
        for cell in cells:
            names[name_key(cell)].append(place)
    members = Membership.objects.filter(_members(user), resident__name_key__in=names)
    found = {}
    for resident, household, name, address in members.values_list(
        "resident", "household", "resident__name_key", "household__address_key"
    ):
        for place in names[name]:
            if address and any(address_key(cell) == address for cell in rows[place]):
                found[place] = (resident, household)
    return found
