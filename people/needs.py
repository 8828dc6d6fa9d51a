"""Service needs: noted with a day on which they are looked at again, ended when they are over, proposed, never assumed.

They are the only reasons for a service tier, and the registers of empty-nesters and of those living alone are the
households that have one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit
from people.composition import CHILDREN, DERIVED, Member, known, needs_of
from people.models import Household, Membership, NeedProposal, RelativeAbroad, ServiceNeed, Tier, User

# A need is looked at again after a year at the latest, unless somebody says sooner.
REVIEW_AFTER = timedelta(days=365)
# Tiers that want a reason.
WITH_REASON = frozenset({Tier.KEY, Tier.ASSISTANCE})
CHUNK = 1000

Change = NeedProposal.Change


class NoReason(Exception):
    """A tier without a service need to stand on. The message is for the user."""


def note(household: Household, need: str, *, since: date, review_on: date, by: User) -> ServiceNeed:
    """Note that *household* has *need*; it has it already: nothing is written."""
    with transaction.atomic():
        made, new = ServiceNeed.objects.get_or_create(
            household=household, need=need, until=None, defaults={"since": since, "review_on": review_on}
        )
        household.need_proposals.filter(need=need).delete()
        if new:
            audit.record(by, "need.note", made, fields=["need", "since", "review_on"], subject=household.uuid)
    return made


def keep(need: ServiceNeed, *, review_on: date, by: User) -> ServiceNeed:
    """It was looked at, and is still so: when it is looked at next."""
    with transaction.atomic():
        locked = ServiceNeed.objects.select_for_update(of=("self",)).select_related("household").get(pk=need.pk)
        if locked.until is None and locked.review_on != review_on:
            locked.review_on = review_on
            locked.save(update_fields=["review_on"])
            audit.record(by, "need.keep", locked, fields=["review_on"], subject=locked.household.uuid)
    return locked


def end(need: ServiceNeed, *, by: User) -> ServiceNeed:
    """It is no longer so, from today on; ended already, nothing happens."""
    with transaction.atomic():
        locked = ServiceNeed.objects.select_for_update(of=("self",)).select_related("household").get(pk=need.pk)
        if locked.until is None:
            locked.until = max(timezone.localdate(), locked.since)
            locked.save(update_fields=["until"])
            locked.household.need_proposals.filter(need=locked.need).delete()
            audit.record(by, "need.end", locked, fields=["until"], subject=locked.household.uuid)
    return locked


def set_tier(household: Household, tier: str, *, by: User) -> Household:
    """Put a household into *tier* from today on. Raises `NoReason` where the tier wants one and there is none."""
    with transaction.atomic():
        locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        if locked.tier == tier:
            return locked
        if tier in WITH_REASON and not locked.needs.filter(until__isnull=True).exists():
            raise NoReason(_("This tier wants a reason. Please note the service need first."))
        locked.tier, locked.tier_since = tier, timezone.localdate()
        locked.version += 1
        locked.save(update_fields=["tier", "tier_since", "version"])
        audit.record(by, "household.tier", locked, fields=["tier"], subject=locked.uuid)
    return locked


# ---- Proposals ----


def confirm(proposal: NeedProposal, *, review_on: date | None = None, by: User) -> None:
    """Do what was proposed. The word of a person, never of the machine."""
    with transaction.atomic():
        if proposal.change == Change.BEGINS:
            today = timezone.localdate()
            note(proposal.household, proposal.need, since=today, review_on=review_on or today + REVIEW_AFTER, by=by)
            return
        for need in proposal.household.needs.filter(need=proposal.need, until__isnull=True):
            end(need, by=by)


def decline(proposal: NeedProposal, *, by: User) -> None:
    """It is not so: nobody is asked again while the household is as it is."""
    with transaction.atomic():
        if NeedProposal.objects.open().filter(pk=proposal.pk).update(declined_on=timezone.localdate(), declined_by=by):
            audit.record(by, "need.decline", proposal, fields=["declined_on"], subject=proposal.household.uuid)


def propose() -> int:
    """Look through all households and propose what their composition says; return how many proposals changed.

    Four queries for every thousand. What no longer holds is withdrawn, answered or not.
    """
    rows = Household.objects.current().order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK)
    return sum(_propose_for(chunk) for chunk in _chunks(rows))


def _chunks(rows: Iterable[int]) -> Iterator[list[int]]:
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _propose_for(households: list[int]) -> int:
    today = timezone.localdate()
    wanted = set(_changes(households, today))
    standing = {
        (row.household_id, row.need, row.change): row.pk
        for row in NeedProposal.objects.filter(household__in=households)
    }
    gone = [pk for key, pk in standing.items() if key not in wanted]
    new = [
        NeedProposal(household_id=household, need=need, change=change, found_on=today)
        for household, need, change in sorted(wanted - set(standing))
    ]
    with transaction.atomic():
        NeedProposal.objects.filter(pk__in=gone).delete()
        NeedProposal.objects.bulk_create(new, ignore_conflicts=True)
    return len(gone) + len(new)


def _changes(households: list[int], today: date) -> Iterator[tuple[int, str, str]]:
    """(household, need, change) for every need that is there and not noted, or noted and not there."""
    members: dict[int, list[Member]] = defaultdict(list)
    living = Membership.objects.current().filter(household__in=households, resident__died_on__isnull=True)
    for row in living.select_related("resident").only(
        "household", "relation", "resident__born", "resident__born_precision"
    ):
        members[row.household_id].append(Member(row.resident.age(today), row.relation))
    abroad = RelativeAbroad.objects.filter(household__in=households, relation__in=CHILDREN)
    children_abroad = set(abroad.values_list("household", flat=True))
    noted = set(
        ServiceNeed.objects.filter(household__in=households, until__isnull=True, need__in=DERIVED).values_list(
            "household", "need"
        )
    )
    for household, who in members.items():
        said = needs_of(who, child_abroad=household in children_abroad)
        for need in DERIVED:
            if need in said and (household, need) not in noted:
                yield household, need, Change.BEGINS.value
            elif need not in said and (household, need) in noted and known(who):
                yield household, need, Change.ENDS.value
