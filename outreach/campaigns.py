"""Campaigns: a list is drawn from criteria, frozen, brought to the doors, signed for, and closed.

Visitors are not assigned: they follow from the posts of the day. Nothing is given above the stock or the budget, and
nobody is given something twice without somebody having seen it. Where a message is what everybody gets, nobody goes:
outreach/campaign_messages.py.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from outreach import campaign_messages
from outreach.campaign_states import STEPS, Step
from outreach.double_giving import given_already
from outreach.mailings import Selection, select, selection_of
from outreach.models import (
    Campaign,
    CampaignTarget,
    Mailing,
    SignedBy,
    TargetOutcome,
    Visit,
    VisitOutcome,
    WhyMissed,
)
from outreach.visiting import RecordedOtherwise, VisitRecord, record_visit
from people import audit
from people.access import Role
from people.models import Area, Household, Membership, Post, Resident, User


class CampaignRefused(Exception):
    """It cannot be done as the campaign stands. The message is for the user."""


class GivenTwice(CampaignRefused):
    """The target got something already; it may be given nonetheless."""


@dataclass(frozen=True)
class Place:
    """Somebody a campaign would go to: the household, and the member who stands for it or the person himself."""

    household: Household
    resident: Resident


@dataclass(frozen=True)
class Visitor:
    """Who goes to an area today. `vacant`: nobody leads it, so that the officer of the community goes."""

    names: tuple[str, ...]
    vacant: bool


@dataclass(frozen=True)
class Totals:
    """What has become of a list; `why` counts the missed by their reason, `money` is in yuan."""

    waiting: int
    reached: int
    missed: int
    left_out: int
    gifts: int
    money: int
    why: dict[str, int]

    @property
    def targets(self) -> int:
        return self.waiting + self.reached + self.missed


@dataclass(frozen=True)
class Receipt:
    """What a liaison says of one target. Sent again under the same `key`, it is the same receipt.

    `why` is empty where the target was reached; then `signed_by` says who signed. `nonetheless`: the liaison has seen
    that something was given already.
    """

    key: UUID
    why: str = ""
    gifts: int = 0
    money: int = 0
    signed_by: str = ""
    signer: str = ""
    relation: str = ""
    note: str = ""
    nonetheless: bool = False


# ---- The list ----


def places(selection: Selection, user: User) -> list[Place]:
    """Whom a selection means today, in the order of their streets: one per household, or one per person."""
    members = Membership.objects.current().filter(
        resident__in=select(selection, user).order_by(),
        household__in=Household.objects.visible_to(user).current().meant(selection.households).order_by(),
    )
    members = members.select_related("resident", "household__head", "household__area__parent", "household__area__level")
    per_household = selection.unit == Mailing.Unit.HOUSEHOLD
    found: dict[int, Place] = {}
    for member in members.order_by("household__area__path", "household__address_key", "household", "pk"):
        head = member.household.head
        if per_household and head and head.died_on is None and head.pk != member.resident_id:
            continue
        key = member.household_id if per_household else member.resident_id
        found.setdefault(key, Place(member.household, member.resident))
    return list(found.values())


def launch(campaign: Campaign, *, left_out: Collection[UUID], by: User, version: int | None = None) -> Campaign:
    """Freeze the list: whoever moves in or changes tier later does not change it. A message is written to all of it.

    *left_out* names the residents who stay out because they got something already. Launched again, nothing happens.
    Raises `CampaignRefused` where nobody would be on the list, or the draft was changed since its *version*.
    """
    with transaction.atomic():
        locked = locked_campaign(campaign)
        if locked.state != STEPS[Step.LAUNCH][0]:
            return locked
        if version is not None and version != locked.version:
            raise CampaignRefused(_("Somebody changed this draft meanwhile. Look at it again before it is launched."))
        found = places(selection_of(locked), by)
        if not any(place.resident.uuid not in left_out for place in found):
            raise CampaignRefused(_("Nobody fits."))
        CampaignTarget.objects.bulk_create(
            [
                CampaignTarget(
                    campaign=locked,
                    household=place.household,
                    resident=place.resident,
                    outcome=TargetOutcome.LEFT_OUT if place.resident.uuid in left_out else TargetOutcome.WAITING,
                )
                for place in found
            ],
            batch_size=500,
        )
        locked.state, locked.launched_at = STEPS[Step.LAUNCH][1], timezone.now()
        locked.save(update_fields=["state", "launched_at"])
        audit.record(by, "campaign.launch", locked, fields=["state"])
        if locked.is_message:
            campaign_messages.begin(locked, by=by)
    return locked


def locked_campaign(campaign: Campaign) -> Campaign:
    """The row as it is now, held until the transaction ends."""
    return Campaign.objects.select_for_update(of=("self",)).select_related("area").get(pk=campaign.pk)


def visitors(areas: Iterable[Area]) -> dict[int, Visitor]:
    """Who goes to each area today, by its primary key: its leader, else the officer of its community."""
    wanted = {area.pk: area for area in areas}
    above = {area.parent_id for area in wanted.values() if area.parent_id}
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    posts = Post.objects.at_work().filter(area__in=[*wanted, *above], role__in=(Role.LEADER, Role.OFFICER))
    for post in posts.select_related("user", "stands_in_for__user").order_by("since", "pk"):
        if post.area_id:
            names[post.area_id, post.role].append(post.holder)
    found = {}
    for area in wanted.values():
        leaders = names.get((area.pk, Role.LEADER), [])
        officers = names.get((area.pk, Role.OFFICER)) or names.get((area.parent_id or 0, Role.OFFICER), [])
        found[area.pk] = Visitor(tuple(leaders or officers), vacant=not leaders)
    return found


# ---- At the door ----


def record(target: CampaignTarget, receipt: Receipt, *, by: User) -> CampaignTarget:
    """Write down what became of one target, with the visit that it was.

    Who was missed may be tried again; who was reached stays reached. Raises `CampaignRefused` where the campaign does
    not run, the stock or the budget does not reach, somebody else has recorded it or the key came with other words,
    `GivenTwice` where the liaison has not seen that something was given already.
    """
    with transaction.atomic():
        # The campaign is what everybody who gives waits for: stock is counted by one at a time.
        campaign = locked_campaign(target.campaign)
        locked = CampaignTarget.objects.select_related("household__area", "resident", "visit").get(pk=target.pk)
        if locked.visit and locked.visit.uuid == receipt.key and _says(locked, receipt):
            return locked
        if not campaign.running or campaign.is_message:
            raise CampaignRefused(_("This campaign does not run. Nothing was saved."))
        if locked.outcome in (TargetOutcome.REACHED, TargetOutcome.LEFT_OUT):
            raise CampaignRefused(_("This was recorded already. Nothing was saved."))
        if locked.visit and locked.visit.uuid == receipt.key:
            raise _sent_before(locked.visit)
        if not receipt.why:
            _check(campaign, locked, receipt)
        _write(locked, receipt)
        locked.visit = _visited(locked, receipt, campaign, by)
        locked.by, locked.recorded_at = by, timezone.now()
        locked.save()
        audit.record(
            by,
            "campaign.record",
            locked,
            fields=["outcome", "gifts", "money"],
            subject=locked.resident.uuid if locked.resident else "",
        )
    return locked


def _check(campaign: Campaign, target: CampaignTarget, receipt: Receipt) -> None:
    given = campaign.targets.given().aggregate(gifts=Sum("gifts", default=0), money=Sum("money", default=0))
    if given["gifts"] + receipt.gifts > campaign.stock:
        left = campaign.stock - given["gifts"]
        raise CampaignRefused(_("Not so many gifts are left: %(left)d in stock.") % {"left": left})
    if given["money"] + receipt.money > campaign.budget:
        left = campaign.budget - given["money"]
        raise CampaignRefused(_("Not so much money is left: %(left)d yuan.") % {"left": left})
    pair = (target.household_id, target.resident_id)
    gives = bool(receipt.gifts or receipt.money)
    if gives and not receipt.nonetheless and (said := given_already(campaign, [pair]).get(pair)):
        raise GivenTwice(_("Got something already: %(what)s.") % {"what": said})


def _says(target: CampaignTarget, receipt: Receipt) -> bool:
    """Whether *receipt* is what was written down of *target*."""
    again = copy.copy(target)
    _write(again, receipt)
    said = ("outcome", "why", "note", "gifts", "money", "signed_by", "signer", "relation")
    return all(getattr(again, name) == getattr(target, name) for name in said)


def _sent_before(visit: Visit) -> CampaignRefused:
    """A form that arrived comes again with other words, perhaps because nobody saw that it had."""
    said = _(
        "This form already arrived at %(time)s as “%(outcome)s”. Send it once more if this is to be another visit."
    )
    time = date_format(timezone.localtime(visit.recorded_at), "H:i")
    return CampaignRefused(said % {"time": time, "outcome": visit.get_outcome_display()})


def _write(target: CampaignTarget, receipt: Receipt) -> None:
    reached, delegate = not receipt.why, receipt.signed_by == SignedBy.DELEGATE
    target.outcome = TargetOutcome.REACHED if reached else TargetOutcome.MISSED
    target.why, target.note = receipt.why, receipt.note
    target.gifts, target.money = (receipt.gifts, receipt.money) if reached else (0, 0)
    target.signed_by = receipt.signed_by if reached else ""
    target.signer, target.relation = (receipt.signer, receipt.relation) if reached and delegate else ("", "")


# Who moved away or got something elsewhere was not called on.
_AT_THE_DOOR = {
    "": VisitOutcome.WELL,
    WhyMissed.NOT_HOME: VisitOutcome.NOT_HOME,
    WhyMissed.REFUSED: VisitOutcome.REFUSED,
}


def _visited(target: CampaignTarget, receipt: Receipt, campaign: Campaign, by: User) -> Visit | None:
    outcome = _AT_THE_DOOR.get(receipt.why)
    if outcome is None:
        return None
    if target.signed_by == SignedBy.DELEGATE:
        # The gift arrived, and nobody of the household was met.
        outcome = VisitOutcome.HANDED_OVER
    met = target.resident if target.signed_by == SignedBy.RECIPIENT else None
    # What is kept is in the office's language, whoever is at the door.
    with override(settings.LANGUAGE_CODE):
        given = given_text(campaign, target)
    note = " · ".join(part for part in (str(campaign), receipt.note) if part)
    visit = VisitRecord(target.household, outcome, uuid=receipt.key, met=met, note=note, given=given)
    try:
        return record_visit(visit, by)
    except RecordedOtherwise as before:
        raise _sent_before(before.visit) from None


def given_text(campaign: Campaign, target: CampaignTarget) -> str:
    """What a target was given, in words: "月饼一盒 × 1, 200 yuan"."""
    return _in_words(campaign.gift, target.gifts, target.money)


def meant(campaign: Campaign) -> str:
    """What is meant for one target, in words."""
    return _in_words(campaign.gift, campaign.gifts_each, campaign.money_each)


def _in_words(gift: str, gifts: int, money: int) -> str:
    parts = [f"{gift} × {gifts}"] if gifts else []
    if money:
        parts.append(_("%(money)d yuan") % {"money": money})
    return _(", ").join(parts)


def to_sign(campaign: Campaign, user: User) -> list[CampaignTarget]:
    """Who is still to be visited, in the order of the areas and their streets."""
    rows = campaign.targets.visible_to(user).to_visit()
    rows = rows.select_related("resident", "household__head", "household__area__parent", "household__area__level")
    return list(rows.order_by("household__area__path", "household__address_key", "pk"))


def printed(targets: Iterable[CampaignTarget], *, by: User) -> None:
    """Record that addresses were printed in full: one row for each person concerned."""
    rows = [
        audit.Entry(target, ["address"], target.resident.uuid if target.resident else "", "sheet") for target in targets
    ]
    with transaction.atomic():
        audit.record_many(by, "campaign.print", rows)


# ---- Figures, and the end ----


def totals(campaign: Campaign) -> Totals:
    """The figures of one campaign, in two queries; of a message that is under way, as the messages stand."""
    counted: dict[str, int] = defaultdict(int)
    why: dict[str, int] = {}
    for (outcome, reason), count in _counts(campaign).items():
        counted[outcome] += count
        if outcome == TargetOutcome.MISSED:
            why[reason] = count
    given = campaign.targets.given().aggregate(gifts=Sum("gifts", default=0), money=Sum("money", default=0))
    return Totals(
        waiting=counted[TargetOutcome.WAITING],
        reached=counted[TargetOutcome.REACHED],
        missed=counted[TargetOutcome.MISSED],
        left_out=counted[TargetOutcome.LEFT_OUT],
        gifts=given["gifts"],
        money=given["money"],
        why=why,
    )


def _counts(campaign: Campaign) -> dict[tuple[str, str], int]:
    if campaign.is_message and campaign.running:
        return campaign_messages.counts(campaign)
    rows = campaign.targets.order_by().values_list("outcome", "why").annotate(count=Count("pk"))
    return {(outcome, why): count for outcome, why, count in rows}


def close(campaign: Campaign, *, by: User) -> Campaign:
    """End a campaign: who was not visited, or not written to, is missed, and says so. Closed again, nothing happens.

    Raises `CampaignRefused` while messages are still being written.
    """
    with transaction.atomic():
        locked = locked_campaign(campaign)
        if locked.state != STEPS[Step.CLOSE][0]:
            return locked
        if locked.is_message:
            if campaign_messages.being_written(locked):
                raise CampaignRefused(_("Its messages are still being written. Close it in a minute."))
            campaign_messages.settle(locked, by=by)
        waiting = locked.targets.filter(outcome=TargetOutcome.WAITING).order_by()
        waiting.filter(household__ended_on__isnull=False).update(outcome=TargetOutcome.MISSED, why=WhyMissed.MOVED)
        waiting.update(outcome=TargetOutcome.MISSED, why=WhyMissed.NOT_VISITED)
        locked.state, locked.closed_at = STEPS[Step.CLOSE][1], timezone.now()
        locked.save(update_fields=["state", "closed_at"])
        audit.record(by, "campaign.close", locked, fields=["state"])
    return locked
