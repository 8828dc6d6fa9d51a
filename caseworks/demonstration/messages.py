"""What the invented office has written to people: news of cases, a festival greeting, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from uuid import UUID

from django.db.models import F

from caseworks.demonstration.households import Home
from caseworks.demonstration.office import Office
from caseworks.models import Case
from caseworks.states import Status
from outreach import correspondence, mailings, sending
from outreach.mailings import Selection
from outreach.models import Mailing, Message, MessagePart, MessageState, ProviderRules
from people.consent import Channel, Purpose
from people.models import Consent, ContactPreference, DoNotContact, Resident, User

NEWS = "您好，您反映的“%s”已经办结，如有不妥请拨服务热线。"
GREETING = {
    "zh-hans": "佳节将至，街道全体工作人员祝您和家人节日快乐，身体健康。",
    "zh-hant": "佳節將至，街道全體工作人員祝您和家人節日快樂，身體健康。",
}
S = MessageState
# How the news fared, one message after the other.
FATES = (S.DELIVERED, S.DELIVERED, S.SENT, S.DELIVERED, S.UNKNOWN, S.DELIVERED, S.FAILED, S.DELIVERED, S.SENDING)
REASONS = {
    S.UNKNOWN: "短信网关没有回应，信息可能已发出。",
    S.FAILED: "号码停机或已注销（UNDELIV 001）",
}
MANY = 30
KEY = UUID("6d61696c-696e-4720-8000-000000002026")


def make(office: Office, homes: list[Home], cases: list[Case], now: datetime, rng: Random) -> None:
    """Write the messages of the last days, in every state, and one mailing; the newest is to leave tomorrow.

    *cases* are all there are, the latest last: who was helped hears of it.
    """
    ProviderRules.objects.filter(code="aliyun").update(active=True)
    operator, heads = office.operators[0], [home.members[0] for home in homes if home.current]
    _wishes(heads, operator, rng)
    _greeting(office, operator, now)
    reachable = [home.members[0] for home in homes if home.current and home.phones.get(0)]
    resolved = [case for case in cases if case.status == Status.CLOSED and case.caller and case.caller_phone]
    told = resolved[-MANY:]
    for case in told[:1]:
        # Whoever else reads messages, one wants to be called.
        ContactPreference.objects.update_or_create(resident=case.caller, defaults={"channel": Channel.CALL})
    _news(told, operator, now, rng)
    _visits(reachable[:2], operator, now)
    arrived = list(Message.objects.filter(state=S.DELIVERED, channel=Channel.SMS).order_by("-pk")[:2])
    for message, answer in zip(arrived, ("谢谢，已经修好了", "TD"), strict=False):
        sending.take_reply(message.address, answer)


def _wishes(heads: list[Resident], operator: User, rng: Random) -> None:
    """Some agreed to greetings, some read Traditional characters, some want a letter, and one wants peace."""
    agreed = rng.sample(heads, len(heads) * 2 // 5)
    Consent.objects.bulk_create(Consent(resident=head, purpose=Purpose.GREETING, by=operator) for head in agreed)
    ContactPreference.objects.bulk_create(
        ContactPreference(resident=head, language="zh-hant", channel=rng.choice(["", Channel.LETTER, Channel.CALL]))
        for head in rng.sample(heads, len(heads) // 12)
    )
    DoNotContact.objects.create(resident=heads[-1], reason="本人要求不再联系", by=operator)
    correspondence.write(Purpose.NOTICE, to=heads[-1], text="社区服务站周六开放。", by=operator, key="demo notice")


def _news(cases: list[Case], operator: User, now: datetime, rng: Random) -> None:
    fates: Iterator[MessageState] = cycle(FATES)
    moments = sorted(now - timedelta(hours=rng.uniform(1, 40)) for _case in cases)
    for case, at in zip(cases, moments, strict=True):
        message = correspondence.write(
            Purpose.CASE,
            to=case.caller,
            text=NEWS % case.summary,
            by=operator,
            about=case.number,
            key=f"demo news {case.number}",
        )
        Message.objects.filter(pk=message.pk).update(created_at=at, not_before=at)
        if message.state == S.WAITING and message.channel == Channel.SMS:
            _settle(message, next(fates), at, now)
    Message.objects.filter(state=S.WAITING, channel=Channel.SMS, key__startswith="demo").update(
        not_before=_tomorrow(now)
    )


def _visits(people: list[Resident], operator: User, now: datetime) -> None:
    """A word before the liaison comes, to leave tomorrow."""
    for number, resident in enumerate(people):
        later = correspondence.write(
            Purpose.VISIT, to=resident, text="您好，联络员后天上午上门看望您。", by=operator, key=f"demo visit {number}"
        )
        Message.objects.filter(pk=later.pk).update(not_before=_tomorrow(now))


def _tomorrow(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)


def _settle(message: Message, fate: MessageState, at: datetime, now: datetime) -> None:
    sent = at + timedelta(minutes=1)
    states = {S.DELIVERED: "delivered", S.SENT: "accepted", S.FAILED: "failed"}
    MessagePart.objects.create(
        message=message, place=1, state=states.get(fate, "handed_over"), provider_id=f"demo-{message.pk}"
    )
    Message.objects.filter(pk=message.pk).update(
        state=fate,
        reason=REASONS.get(fate, ""),
        attempts=1,
        claimed_at=now if fate == S.SENDING else sent,
        sent_at=sent if fate in states else None,
        settled_at=sent + timedelta(seconds=20) if fate in (S.DELIVERED, S.FAILED) else None,
    )


def _greeting(office: Office, operator: User, now: datetime) -> None:
    """A greeting to the households of one community: by telephone where they agreed, else by card."""
    community = office.communities[0]
    selection = Selection(community)
    mailing = Mailing.objects.create(
        uuid=KEY,
        title="节日问候",
        purpose=Purpose.GREETING,
        unit=selection.unit,
        area=community,
        criteria=selection.criteria(),
        texts=GREETING,
        by=operator,
    )
    mailings.write_all(None, lambda done, total: None, mailing.pk)
    at = now - timedelta(days=2)
    Mailing.objects.filter(pk=mailing.pk).update(created_at=at)
    mailing.messages.update(created_at=at)
    mailing.messages.filter(channel=Channel.SMS).update(
        state=S.DELIVERED,
        attempts=1,
        sent_at=F("created_at") + timedelta(minutes=1),
        settled_at=F("created_at") + timedelta(minutes=2),
    )
