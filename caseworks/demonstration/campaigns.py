"""Campaigns of the invented office: Mid-Autumn, which is over, and a winter round that runs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import cycle
from uuid import UUID

from django.utils import timezone

from caseworks.demonstration.office import Office
from outreach import campaigns
from outreach.mailings import Selection
from outreach.models import Campaign, CampaignTarget, SignedBy, TargetOutcome, WhyMissed
from outreach.seasons import seasons
from people.models import Tier

MID_AUTUMN = UUID("63616d70-6169-4e20-8000-000000000815")
WINTER = UUID("63616d70-6169-4e20-8000-000000001122")
# How it went at one door after the other; an empty reason is a gift that was received.
DOORS = ("", "", "", WhyMissed.NOT_HOME, "", "", "", "", WhyMissed.REFUSED, "", "", WhyMissed.MOVED)
DELEGATES = ("女儿", "儿子", "邻居")


def make(office: Office, now: datetime) -> None:
    """Write both campaigns; the visits of the year are told elsewhere."""
    today = now.date()
    festivals = [*seasons(today.year - 1), *seasons(today.year)]
    festival = max(one.date for one in festivals if one.key == "mid-autumn" and one.date <= today)
    autumn = Campaign(
        uuid=MID_AUTUMN,
        title="中秋慰问",
        season="mid-autumn",
        held_on=festival,
        gift="月饼一盒",
        gifts_each=1,
        stock=60,
    )
    ended = _launch(office, autumn, Selection(office.communities[0], "household"), festival - timedelta(days=14))
    _record(office, ended, len(ended), festival - timedelta(days=10))
    campaigns.close(Campaign.objects.get(uuid=MID_AUTUMN), by=office.supervisor)
    closed = _at(min(festival + timedelta(days=2), today), 17)
    Campaign.objects.filter(uuid=MID_AUTUMN).update(closed_at=min(closed, now))
    winter = Campaign(
        uuid=WINTER,
        title="冬季送温暖",
        held_on=today + timedelta(days=12),
        gift="棉被一条",
        gifts_each=1,
        stock=400,
        money_each=200,
        budget=80_000,
    )
    needy = Selection(office.town, "household", tiers=[Tier.ASSISTANCE, Tier.KEY])
    running = _launch(office, winter, needy, today - timedelta(days=3))
    _record(office, running, len(running) // 4, today - timedelta(days=2))


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _launch(office: Office, campaign: Campaign, selection: Selection, on: date) -> list[CampaignTarget]:
    kept = campaigns.draft(campaign, selection, by=office.operators[0])
    campaigns.launch(kept, left_out=[], by=office.operators[0])
    Campaign.objects.filter(pk=kept.pk).update(created_at=_at(on, 9), launched_at=_at(on, 10))
    return list(kept.targets.select_related("campaign", "household__area"))


def _record(office: Office, targets: list[CampaignTarget], number: int, on: date) -> None:
    """Tell how it went at *number* of the doors, spread evenly over the list."""
    step = max(1, len(targets) // number) if number else 1
    told = targets[::step][:number]
    delegates = cycle(DELEGATES)
    for place, (target, why) in enumerate(zip(told, cycle(DOORS), strict=False)):
        target.outcome = TargetOutcome.MISSED if why else TargetOutcome.REACHED
        target.why = why
        target.by, target.recorded_at = office.visitor(target.household.area), _at(on, 9 + place % 8)
        if why:
            continue
        target.gifts, target.money = target.campaign.gifts_each, target.campaign.money_each
        target.signed_by = SignedBy.RECIPIENT
        if place % 7 == 5:
            target.signed_by, target.signer, target.relation = SignedBy.DELEGATE, "代领人", next(delegates)
    names = ["outcome", "why", "by", "recorded_at", "gifts", "money", "signed_by", "signer", "relation"]
    CampaignTarget.objects.bulk_update(told, names, batch_size=200)
