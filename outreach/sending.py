"""The outbox is carried: claimed, handed over, confirmed. Runs in the background only, by any number of workers.

Nothing is ever sent twice. A message is claimed by a conditional update, and each of its parts is written down as
handed over, and committed, before the first byte leaves; so whatever happens afterwards, a part that may have left is
known. An answer that does not come makes the message *unknown*, and a person decides. It is tried again, later and
later, only where the provider surely did not take it.
"""

from __future__ import annotations

import logging
import secrets
import time
from datetime import datetime, timedelta
from typing import Protocol, Self

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from outreach import correspondence
from outreach.answers import Accepted, Answer, NotTaken
from outreach.calendar import start_of
from outreach.messaging_rules import day_after, is_opt_out
from outreach.models import Message, MessagePart, MessageState, Receipt, Reply
from people import audit
from people.consent import Channel
from people.models import DoNotContact, User
from people.vault import blind_index

log = logging.getLogger(__name__)

# A claim this old belongs to a worker that is gone: handing over one part takes seconds.
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=1)
# A provider that is busy this often in a row is left in peace until the next run.
BUSY_IN_A_ROW = 3
RUN_SECONDS = 45

TAKEN = (MessagePart.State.ACCEPTED, MessagePart.State.DELIVERED, MessagePart.State.FAILED)


class CannotConnect(Exception):
    """The provider is not there. Nothing was handed over."""


class Carrier(Protocol):
    """One connection to whoever carries the messages of a channel; it is entered, used and left.

    One that `listens` is opened at every run, for receipts and replies, even where nothing waits.
    """

    listens: bool

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

    def parts(self, message: Message) -> list[str]:
        """The text as it travels."""

    def hand_over(self, message: Message, part: MessagePart, text: str, total: int) -> Answer:
        """Give one part away and wait for the answer. Raises `CannotConnect` where nothing left."""

    def listen(self) -> None:
        """Take in what the provider has to tell by now: receipts and replies."""


def send_waiting(seconds: float = RUN_SECONDS) -> int:
    """Carry what is waiting, for *seconds* at most, and take in receipts; return how many messages were tried."""
    recover()
    until, tried = time.monotonic() + seconds, 0
    for channel, path in settings.MESSAGE_CARRIERS.items():
        carrier_class = import_string(path)
        if not (carrier_class.listens or Message.objects.to_send().filter(channel=channel).exists()):
            continue
        try:
            with carrier_class() as carrier:
                tried += _carry(carrier, channel, until)
                carrier.listen()
        except CannotConnect as error:
            log.warning("%s: %s", channel, error)
    return tried


def _carry(carrier: Carrier, channel: str, until: float) -> int:
    tried = busy = 0
    while time.monotonic() < until and busy < BUSY_IN_A_ROW and (message := claim(channel)):
        answer = send(message, carrier)
        busy = busy + 1 if isinstance(answer, NotTaken) and answer.again else 0
        tried += 1
    return tried


def claim(channel: str) -> Message | None:
    """Take the message that has waited longest, for this worker alone; None where nothing waits."""
    while True:
        found = Message.objects.to_send().filter(channel=channel).order_by("not_before", "pk").first()
        if found is None:
            return None
        now = timezone.now()
        mine = Message.objects.filter(pk=found.pk, state=MessageState.WAITING).update(
            state=MessageState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        )
        if mine:
            found.state, found.claimed_at, found.attempts = MessageState.SENDING, now, found.attempts + 1
            return found


def send(message: Message, carrier: Carrier) -> Answer | None:
    """Hand over a claimed message, part by part; return the last answer, None where it may not go any more."""
    with override(settings.LANGUAGE_CODE):
        if said := correspondence.why_not_now(message):
            _settle(message, MessageState.REFUSED, said)
            return None
        texts = carrier.parts(message)
        taken = set(message.parts.filter(state__in=TAKEN).values_list("place", flat=True))
        answer: Answer | None = None
        for place, text in enumerate(texts, start=1):
            if place in taken:
                continue
            part = _about_to_leave(message, place)
            if part is None:
                return None
            try:
                answer = carrier.hand_over(message, part, text, len(texts))
            except CannotConnect as error:
                answer = NotTaken(str(error), again=True)
            if isinstance(answer, Accepted):
                accepted(part, answer.provider_id, of=len(texts))
            elif isinstance(answer, NotTaken):
                _not_taken(message, part, answer)
                break
            else:
                _settle(message, MessageState.UNKNOWN, answer.reason)
                break
    return answer


def _about_to_leave(message: Message, place: int) -> MessagePart | None:
    """Write down that a part leaves now; None where it does not.

    It does not where the claim was lost meanwhile, and somebody else decides; nor where the number has had as many
    messages today as the provider takes, and it waits for tomorrow.
    """
    now = timezone.localtime()
    same = Q(channel=Channel.SMS, address_index=message.address_index, claimed_at__gte=start_of(now.date()))
    with transaction.atomic():
        # All that go to this number today, in one order: of two workers, the second sees what the first sends.
        locked = Message.objects.select_for_update().filter(Q(pk=message.pk) | same).order_by("pk")
        rows = {row.pk: row for row in locked}
        mine = rows.pop(message.pk, None)
        if mine is None or (mine.state, mine.claimed_at) != (MessageState.SENDING, message.claimed_at):
            return None
        begun = MessagePart.objects.filter(message__in=[*rows, message.pk]).values_list("message", flat=True).distinct()
        quota = correspondence.provider_rules().daily_quota if message.channel == Channel.SMS else 0
        left = set(begun)
        if quota and message.pk not in left and len(left) >= quota:
            _wait_for_tomorrow(message, now, len(left))
            return None
        return MessagePart.objects.create(message=message, place=place)


def _wait_for_tomorrow(message: Message, now: datetime, left: int) -> None:
    reason = ngettext(
        "This number has had %(count)d message today.", "This number has had %(count)d messages today.", left
    )
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.WAITING,
        reason=reason % {"count": left},
        not_before=day_after(now, correspondence.provider_rules()),
        # It was not tried.
        attempts=F("attempts") - 1,
    )


def accepted(part: MessagePart, provider_id: str, *, of: int) -> None:
    """The provider took a part, the *of*-th being the last; its receipt may have come before this answer did."""
    with transaction.atomic():
        message = Message.objects.select_for_update().get(pk=part.message_id)
        MessagePart.objects.filter(pk=part.pk).update(state=MessagePart.State.ACCEPTED, provider_id=provider_id)
        for receipt in Receipt.objects.filter(provider_id=provider_id) if provider_id else ():
            _apply(receipt)
        if message.parts.filter(state__in=TAKEN).count() == of:
            message.sent_at = message.sent_at or timezone.now()
            message.state, message.reason = MessageState.SENT, ""
            message.save(update_fields=["state", "sent_at", "reason"])
            _conclude(message)


def _not_taken(message: Message, part: MessagePart, answer: NotTaken) -> None:
    with transaction.atomic():
        part.delete()
        if answer.again and message.attempts < MOST_ATTEMPTS:
            Message.objects.filter(pk=message.pk).update(
                state=MessageState.WAITING, reason=answer.reason[:300], not_before=_later(message.attempts)
            )
        else:
            _settle(message, MessageState.FAILED, answer.reason)


def _later(attempts: int) -> datetime:
    """Each wait is twice the one before, and never quite the same for two messages."""
    wait = settings.MESSAGE_BACK_OFF * 2**attempts * (1 + secrets.randbelow(100) / 200)
    return timezone.now() + min(timedelta(seconds=wait), LONGEST_WAIT)


def _settle(message: Message, state: MessageState, reason: str) -> None:
    settled = timezone.now() if state in (MessageState.FAILED, MessageState.REFUSED) else None
    Message.objects.filter(pk=message.pk).update(state=state, reason=reason[:300], settled_at=settled)


def recover(lease: timedelta = LEASE) -> int:
    """Free what workers that are gone had claimed: unknown where a part may have left, else waiting again."""
    gone = Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=timezone.now() - lease)
    count = 0
    for pk in gone.values_list("pk", flat=True):
        with transaction.atomic(), override(settings.LANGUAGE_CODE):
            message = gone.select_for_update().filter(pk=pk).first()
            if message is None:
                continue
            count += 1
            if message.parts.filter(state=MessagePart.State.HANDED_OVER).exists():
                _settle(message, MessageState.UNKNOWN, _("The sending was interrupted; it may have gone out."))
            else:
                Message.objects.filter(pk=pk).update(state=MessageState.WAITING, not_before=timezone.now())
    return count


# ---- What comes back ----


def take_receipt(provider_id: str, *, delivered: bool, code: str = "") -> None:
    """Keep what the provider reported of a part. It may come twice, in any order, and before the part is known."""
    with transaction.atomic():
        receipt, _new = Receipt.objects.get_or_create(
            provider_id=provider_id, delivered=delivered, defaults={"code": code[:60]}
        )
        _apply(receipt)


def _apply(receipt: Receipt) -> None:
    part = MessagePart.objects.select_related("message").filter(provider_id=receipt.provider_id).first()
    if part is None or part.state == MessagePart.State.DELIVERED:
        return
    message = Message.objects.select_for_update().get(pk=part.message_id)
    part.state = MessagePart.State.DELIVERED if receipt.delivered else MessagePart.State.FAILED
    part.save(update_fields=["state"])
    _conclude(message)


def _conclude(message: Message) -> None:
    """Say of a message that was sent what its parts say: delivered when all are, failed when one is."""
    if message.sent_at is None:
        return
    parts = list(message.parts.all())
    failed = [part.provider_id for part in parts if part.state == MessagePart.State.FAILED]
    if failed:
        reports = Receipt.objects.filter(provider_id__in=failed, delivered=False)
        message.state, message.reason = MessageState.FAILED, ", ".join(dict.fromkeys(r.code for r in reports))[:300]
    elif all(part.state == MessagePart.State.DELIVERED for part in parts):
        message.state, message.reason = MessageState.DELIVERED, ""
    else:
        return
    message.settled_at = timezone.now()
    message.save(update_fields=["state", "reason", "settled_at"])


def take_reply(number: str, text: str) -> Reply:
    """Keep what somebody answered. One of the provider's words for “no more” closes the channel to that number."""
    index = blind_index(number)
    last = Message.objects.filter(address_index=index).order_by("-pk").first()
    stop = is_opt_out(text, correspondence.provider_rules().opt_out_words)
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        reply = Reply.objects.create(message=last, address=number, text=text[:1000], opt_out=stop)
        if stop and not DoNotContact.objects.standing().filter(address_index=index).exists():
            refusal = DoNotContact.objects.create(
                address_index=index,
                channel=last.channel if last else "sms",
                reason=_("Answered “%(text)s”.") % {"text": text.strip()[:20]},
            )
            subject = last.resident.uuid if last and last.resident else ""
            audit.record(None, "message.opt_out", refusal, subject=subject)
    return reply


# ---- What a person decides ----


class AlreadyDecided(Exception):
    """Somebody else decided meanwhile, or the answer came after all."""


def decide(message: Message, arrived: bool | None, *, by: User) -> None:
    """Settle what no machine can: an unknown message, or a call or a letter that a person makes or brings.

    It arrived; it did not (False: tried again); or it will not (None: given up). Raises `AlreadyDecided`.
    """
    with transaction.atomic():
        locked = Message.objects.select_for_update().get(pk=message.pk)
        if not locked.awaits_a_person:
            raise AlreadyDecided
        unknown = locked.state == MessageState.UNKNOWN
        with override(settings.LANGUAGE_CODE):
            if arrived:
                locked.state, locked.settled_at, locked.reason = MessageState.DELIVERED, timezone.now(), ""
                locked.sent_at = locked.sent_at or locked.settled_at
            elif arrived is None:
                locked.state, locked.settled_at = MessageState.FAILED, timezone.now()
                locked.reason = _("Given up: nobody knows whether it arrived.") if unknown else _("Given up.")
            elif unknown:
                locked.parts.filter(state=MessagePart.State.HANDED_OVER).delete()
                locked.state, locked.attempts, locked.not_before = MessageState.WAITING, 0, timezone.now()
            else:
                locked.attempts += 1
        locked.save(update_fields=["state", "settled_at", "sent_at", "reason", "attempts", "not_before"])
        audit.record(by, "message.decide", locked, fields=["state"], reason=locked.state)
