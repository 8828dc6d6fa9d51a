"""A campaign whose gift is a message: written through the one door to the frozen list, and what became of each.

While it runs its figures are read from the messages; when it closes they are written to the list, so that a receipt
that comes later changes no report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from outreach import mailings
from outreach.models import Campaign, CampaignTarget, Message, MessageState, TargetOutcome, WhyMissed
from outreach.models.campaigns import CampaignTargetQuerySet
from people.models import Job, JobState, User

_REACHED = (TargetOutcome.REACHED, "")
_WAITING = (TargetOutcome.WAITING, "")
# What a message says of its target, while the campaign runs and once it has closed. A letter, an e-mail and a text
# without receipts end as sent: whoever was handed it has it, until somebody reports otherwise.
RUNNING: dict[str, tuple[str, str]] = {
    MessageState.WAITING: _WAITING,
    MessageState.SENDING: _WAITING,
    MessageState.SENT: _REACHED,
    MessageState.DELIVERED: _REACHED,
    MessageState.FAILED: (TargetOutcome.MISSED, WhyMissed.UNDELIVERED),
    MessageState.UNKNOWN: _WAITING,
    MessageState.REFUSED: (TargetOutcome.MISSED, WhyMissed.NOT_ALLOWED),
}
CLOSED = RUNNING | {
    MessageState.WAITING: (TargetOutcome.MISSED, WhyMissed.NOT_SENT),
    MessageState.SENDING: (TargetOutcome.MISSED, WhyMissed.UNKNOWN),
    MessageState.UNKNOWN: (TargetOutcome.MISSED, WhyMissed.UNKNOWN),
}


def begin(campaign: Campaign, *, by: User) -> None:
    """Write to everybody on the list, in the background; begun again, nothing is written twice."""
    mailings.start(
        mailings.selection_of(campaign),
        key=campaign.uuid,
        title=campaign.title,
        purpose=campaign.purpose,
        channel=campaign.channel,
        texts=campaign.texts,
        by=by,
        campaign=campaign,
    )


def being_written(campaign: Campaign) -> bool:
    """Whether the messages are still being written."""
    unfinished = Job.objects.filter(name=mailings.WRITE_ALL, state__in=(JobState.WAITING, JobState.RUNNING))
    return unfinished.filter(key=str(campaign.uuid)).exists()


def counts(campaign: Campaign) -> dict[tuple[str, str], int]:
    """How many targets of a running campaign have which outcome and reason by now, from the states of the messages."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    targets: Any = with_state(campaign.targets.order_by())
    for outcome, state, count in targets.values_list("outcome", "message_state").annotate(count=Count("pk")):
        found[_outcome(outcome, state)] += count
    return dict(found)


def with_state(targets: CampaignTargetQuerySet) -> CampaignTargetQuerySet:
    """Targets with `message_state`, `message_uuid` and `message_reason`: None where none is written yet."""
    written = Message.objects.filter(mailing__campaign=OuterRef("campaign"), resident=OuterRef("resident"))
    return targets.annotate(
        message_state=Subquery(written.order_by().values("state")[:1]),
        message_uuid=Subquery(written.order_by().values("uuid")[:1]),
        message_reason=Subquery(written.order_by().values("reason")[:1]),
    )


def as_they_stand(targets: Iterable[CampaignTarget]) -> None:
    """Give rows of a running campaign, read by `with_state`, the outcome that their messages have by now."""
    for target in targets:
        target.outcome, target.why = _outcome(target.outcome, target.message_state)  # type: ignore[attr-defined]
        if target.why:
            target.note = target.message_reason or ""  # type: ignore[attr-defined]


def with_outcome(targets: CampaignTargetQuerySet, outcome: str) -> CampaignTargetQuerySet:
    """Those targets of a running campaign, read by `with_state`, that have *outcome* by now."""
    states = [state for state, (said, _why) in RUNNING.items() if said == outcome]
    fits = Q(outcome=TargetOutcome.WAITING, message_state__in=states)
    if outcome == TargetOutcome.WAITING:
        fits |= Q(outcome=TargetOutcome.WAITING, message_state=None)
    return targets.filter(fits)


def _outcome(outcome: str, state: str | None) -> tuple[str, str]:
    return RUNNING[state] if state and outcome == TargetOutcome.WAITING else (outcome, "")


def settle(campaign: Campaign, *, by: User) -> None:
    """Write to the list what became of each message; what has not left by now stays here, and is missed."""
    now, waiting = timezone.now(), Message.objects.filter(mailing__campaign=campaign, state=MessageState.WAITING)
    # Locked, so that no worker takes one of them meanwhile.
    held = list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    targets = list(with_state(campaign.targets.filter(outcome=TargetOutcome.WAITING)))
    with override(settings.LANGUAGE_CODE):
        too_late = _("The campaign was closed before it left.")
    Message.objects.filter(pk__in=held).update(state=MessageState.REFUSED, reason=too_late, settled_at=now)
    alike: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for target in targets:
        state, reason = target.message_state, target.message_reason or ""  # type: ignore[attr-defined]
        outcome, why = CLOSED[state or MessageState.WAITING]
        alike[outcome, why, reason[:200] if why else ""].append(target.pk)
    # Most are alike: a handful of updates for a thousand rows.
    for (outcome, why, note), rows in alike.items():
        for first in range(0, len(rows), 500):
            CampaignTarget.objects.filter(pk__in=rows[first : first + 500]).update(
                outcome=outcome, why=why, note=note, by=by, recorded_at=now
            )
