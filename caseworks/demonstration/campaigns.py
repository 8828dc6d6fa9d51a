"""Campaigns of the invented office: two that are over, and two that run; of each kind, gifts and a message."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import cycle
from uuid import UUID

from django.utils import timezone

from caseworks.demonstration.office import Office
from outreach import campaign_drafts, campaigns, mailings
from outreach.mailings import Selection
from outreach.models import (
    Campaign,
    CampaignTarget,
    Mailing,
    Message,
    MessageState,
    SignedBy,
    TargetOutcome,
    WhyMissed,
)
from outreach.seasons import seasons
from people import jobs
from people.consent import Channel, Purpose
from people.models import Job, Tier

MID_AUTUMN = UUID("63616d70-6169-4e20-8000-000000000815")
WINTER = UUID("63616d70-6169-4e20-8000-000000001122")
DOUBLE_NINTH = UUID("63616d70-6169-4e20-8000-000000000909")
COLD = UUID("63616d70-6169-4e20-8000-000000001201")
NINTH = {
    "zh-hans": "重阳将至，街道全体工作人员祝您健康长寿，阖家安康。",
    "zh-hant": "重陽將至，街道全體工作人員祝您健康長壽，闔家安康。",
}
WINTER_WORDS = {
    "zh-hans": "天气转冷，请注意保暖和用电用气安全。街道全体工作人员祝您和家人冬日安康。",
    "zh-hant": "天氣轉冷，請注意保暖和用電用氣安全。街道全體工作人員祝您和家人冬日安康。",
}
# How it went at one door after the other; an empty reason is a gift that was received.
DOORS = ("", "", "", WhyMissed.NOT_HOME, "", "", "", "", WhyMissed.REFUSED, "", "", WhyMissed.MOVED)
DELEGATES = ("女儿", "儿子", "邻居")


def make(office: Office, now: datetime) -> None:
    """Write the campaigns; the visits of the year are told elsewhere."""
    today = now.date()
    _greet(office, now)
    festival = _last("mid-autumn", today)
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


def _last(season: str, today: date) -> date:
    festivals = [*seasons(today.year - 1), *seasons(today.year)]
    return max(one.date for one in festivals if one.key == season and one.date <= today)


def _greet(office: Office, now: datetime) -> None:
    """A greeting of Double Ninth to the old, which is over; and one to a community for the winter, on its way."""
    today = now.date()
    ninth = _last("double-ninth", today)
    begun = _at(ninth - timedelta(days=3), 9)
    old = Selection(office.communities[0], "person", age_from=70)
    over = _written(office, DOUBLE_NINTH, "重阳敬老问候", old, ninth, begun, season="double-ninth", texts=NINTH)
    messages = over.mailing.messages.exclude(state=MessageState.REFUSED)
    messages.update(state=MessageState.SENT, sent_at=begun + timedelta(hours=2), attempts=1)
    # By hand, from door to door, one did not get there.
    if one := messages.order_by("pk").last():
        Message.objects.filter(pk=one.pk).update(state=MessageState.FAILED, reason="地址有误，退回")
    campaigns.close(over, by=office.supervisor)
    closed = min(_at(ninth + timedelta(days=4), 17), now)
    Campaign.objects.filter(pk=over.pk).update(closed_at=closed)
    over.targets.update(recorded_at=closed)
    community = office.communities[1 % len(office.communities)]
    begun = now - timedelta(days=1)
    runs = _written(office, COLD, "降温提醒与问候", Selection(community, "household"), today, begun, texts=WINTER_WORDS)
    sent = runs.mailing.messages.filter(state=MessageState.WAITING, channel=Channel.SMS)
    sent.update(state=MessageState.DELIVERED, sent_at=begun, settled_at=begun, attempts=1)


def _written(
    office: Office,
    uuid: UUID,
    title: str,
    selection: Selection,
    held_on: date,
    at: datetime,
    *,
    texts: dict[str, str],
    season: str = "",
) -> Campaign:
    asked = Campaign(uuid=uuid, title=title, season=season, held_on=held_on, purpose=Purpose.GREETING, texts=texts)
    kept = campaign_drafts.draft(asked, selection, by=office.operators[0])
    launched = campaigns.launch(kept, left_out=[], by=office.operators[0])
    # Not left to a worker: an invention is whole when it is done.
    jobs.run(Job.objects.get(name=mailings.WRITE_ALL, key=str(uuid)).pk)
    Campaign.objects.filter(pk=kept.pk).update(created_at=at, launched_at=at)
    Mailing.objects.filter(pk=launched.mailing.pk).update(created_at=at)
    launched.mailing.messages.update(created_at=at, not_before=at)
    return launched


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _launch(office: Office, campaign: Campaign, selection: Selection, on: date) -> list[CampaignTarget]:
    kept = campaign_drafts.draft(campaign, selection, by=office.operators[0])
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
