"""One text to many: chosen by place, tier, kind, need and age, never by what somebody asked of the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from outreach import correspondence
from outreach.models import Campaign, Mailing, Message, MessageState
from outreach.ready_mailings import Ready, ready_mailings
from outreach.seasons import Season, coming, month_and_day
from people import audit, jobs
from people.consent import NEEDS_CONSENT, PROMOTIONAL, Channel
from people.criteria import Ages, Households
from people.models import Area, Consent, DoNotContact, Household, Membership, Resident, User
from people.models.areas import within

WRITE_ALL = "outreach.mailings.write_all"


@dataclass(frozen=True)
class Selection:
    """Whom a mailing or a campaign is for, in the parts of people/criteria.py. Empty means all."""

    area: Area
    unit: str = Mailing.Unit.HOUSEHOLD
    tiers: Sequence[str] = ()
    kinds: Sequence[str] = ()
    needs: Sequence[str] = ()
    age_from: int | None = None
    age_to: int | None = None

    @property
    def households(self) -> Households:
        return Households(self.area.place, tuple(self.kinds), tuple(self.tiers), tuple(self.needs))

    @property
    def ages(self) -> Ages:
        return Ages(self.age_from, self.age_to)

    def criteria(self) -> dict[str, Any]:
        """As it is kept with the mailing."""
        return {
            "area": self.area.pk,
            "unit": self.unit,
            "tiers": list(self.tiers),
            "kinds": list(self.kinds),
            "needs": list(self.needs),
            "age_from": self.age_from,
            "age_to": self.age_to,
        }


def selection_of(kept: Mailing | Campaign) -> Selection:
    """The criteria kept with a mailing or a campaign."""
    asked = {name: value for name, value in kept.criteria.items() if name != "area"}
    return Selection(area=kept.area, **asked)


@dataclass(frozen=True)
class Outlook:
    """What a mailing will come to: how many people, and of them those who asked for peace or did not consent."""

    people: int
    not_contacted: int
    without_consent: int


def select(selection: Selection, user: User) -> QuerySet[Resident]:
    """Return the people of a selection that the user may see: one per household, or everybody who fits.

    For a household it is the head, or where he is gone the member listed first.
    """
    living = Membership.objects.current().filter(resident__died_on__isnull=True)
    members = living.meant(selection.households, selection.ages).filter(household__ended_on__isnull=True)
    if selection.unit != Mailing.Unit.HOUSEHOLD:
        mine = members.filter(within(user.scope.paths, "household__area__"))
        return Resident.objects.filter(Exists(mine.filter(resident=OuterRef("pk")))).order_by("pk")
    households = Household.objects.visible_to(user).filter(Exists(members.filter(household=OuterRef("pk"))))
    heads = households.filter(head__died_on__isnull=True, head__isnull=False).values("head")
    others = households.exclude(head__died_on__isnull=True, head__isnull=False)
    first = living.filter(household=OuterRef("pk")).order_by("pk").values("resident")[:1]
    firsts = others.annotate(first=first).values("first")
    return Resident.objects.filter(Q(pk__in=heads) | Q(pk__in=firsts)).order_by("pk")


def outlook(selection: Selection, purpose: str, channel: str, user: User) -> Outlook:
    """Say what a mailing will come to, before it is written; in four queries."""
    people = select(selection, user)
    count = people.count()
    refusals = DoNotContact.objects.standing().filter(Q(channel="") | Q(channel=channel), resident__isnull=False)
    without = 0
    if purpose in PROMOTIONAL and channel in NEEDS_CONSENT:
        consents = Consent.objects.standing().filter(purpose=purpose)
        without = count - people.filter(pk__in=consents.values("resident")).count()
    return Outlook(count, people.filter(pk__in=refusals.values("resident")).count(), without)


def seasons_ahead() -> list[Season]:
    """The next of every season, by the day the office chose for high summer."""
    return coming(timezone.localdate(), month_and_day(settings.HIGH_SUMMER))


def choices(festival: str = "") -> dict[str, Ready]:
    """What can be sent today without filling in a form, by key; the short message for *festival*, else the next."""
    return ready_mailings(timezone.localdate(), seasons_ahead(), festival)


def start(
    selection: Selection,
    *,
    key: UUID,
    title: str,
    purpose: str,
    channel: str,
    texts: dict[str, str],
    by: User,
    campaign: Campaign | None = None,
) -> Mailing:
    """Begin a mailing: its list is drawn now, in the background. The same *key* again returns the first one.

    That of a *campaign* goes to the list frozen there.
    """
    with transaction.atomic():
        mailing, new = Mailing.objects.get_or_create(
            uuid=key,
            defaults={
                "title": title,
                "purpose": purpose,
                "channel": channel,
                "unit": selection.unit,
                "area": selection.area,
                "criteria": selection.criteria(),
                "texts": texts,
                "campaign": campaign,
                "by": by,
            },
        )
        if new:
            audit.record(by, "mailing.start", mailing)
    jobs.enqueue(WRITE_ALL, str(mailing.uuid), owner=by, mailing=mailing.pk)
    return mailing


def write_all(job: Any, progress: jobs.Progress, mailing: int) -> int:
    """Write the messages of a mailing, each once however often this runs; return how many there are."""
    found = Mailing.objects.select_related("area", "by", "campaign").get(pk=mailing)
    if found.by is None:
        return 0
    people = list(_recipients(found, found.by).select_related("contact_preference").prefetch_related("phones"))
    for done, resident in enumerate(people, start=1):
        text = found.texts.get(correspondence.language_of(resident)) or found.texts[settings.LANGUAGE_CODE]
        correspondence.write(
            found.purpose,
            to=resident,
            text=text.replace("{name}", resident.name),
            by=found.by,
            about=found.title[:60],
            key=f"mailing:{found.uuid}:{resident.pk}",
            channel=found.channel,
            mailing=found,
        )
        if done % 50 == 0 or done == len(people):
            progress(done, len(people))
    return len(people)


def _recipients(mailing: Mailing, by: User) -> QuerySet[Resident]:
    if mailing.campaign:
        targets = mailing.campaign.targets.on_the_list().filter(resident=OuterRef("pk"))
        return Resident.objects.filter(Exists(targets)).order_by("pk")
    return select(selection_of(mailing), by)


def counts(mailing: Mailing, user: User) -> dict[tuple[str, str], int]:
    """How many messages of a mailing that the user may see are in which state, by channel and state."""
    rows = mailing.messages.visible_to(user).order_by("channel", "state").values_list("channel", "state")
    return {(channel, state): count for channel, state, count in rows.annotate(count=Count("pk"))}


@dataclass(frozen=True)
class Come:
    """How far a mailing has come: what was written, and of it what still waits and what went wrong."""

    written: int = 0
    waiting: int = 0
    not_reached: int = 0


def progress_of(kept: Sequence[Mailing], user: User) -> dict[int, Come]:
    """How far each of some mailings has come, by its primary key; in one query."""
    waiting = Q(state__in=(MessageState.WAITING, MessageState.SENDING, MessageState.UNKNOWN))
    rows = Message.objects.visible_to(user).filter(mailing__in=kept).order_by().values_list("mailing")
    counted = rows.annotate(
        written=Count("pk"),
        waiting=Count("pk", filter=waiting),
        not_reached=Count("pk", filter=Q(state__in=(MessageState.FAILED, MessageState.REFUSED))),
    )
    return {mailing: Come(*figures) for mailing, *figures in counted}


def letters(mailing: Mailing, user: User) -> QuerySet[Message]:
    """The letters and cards of a mailing that the user may see, in the order of their streets."""
    return _of(mailing, user, Channel.LETTER)


def calls(mailing: Mailing, user: User) -> QuerySet[Message]:
    """The calls of a mailing still to be made, by the area of whoever is called."""
    return _of(mailing, user, Channel.CALL).filter(state=MessageState.WAITING)


def _of(mailing: Mailing, user: User, channel: str) -> QuerySet[Message]:
    """Those still to be printed or made as well as those that were; what waits for somebody moved away is held back."""
    rows = mailing.messages.visible_to(user).filter(channel=channel).exclude(state=MessageState.REFUSED)
    rows = rows.exclude(state=MessageState.WAITING, resident__in=Resident.objects.moved_away())
    return rows.select_related("area__parent", "area__level", "resident").order_by("area__path", "pk")


def printed(messages: Sequence[Message], what: str, *, by: User) -> None:
    """Record that addresses were printed in full: one row for each person concerned."""
    with transaction.atomic():
        audit.record_many(
            by,
            "message.print",
            [
                audit.Entry(message, ["address"], message.resident.uuid if message.resident else "", what)
                for message in messages
            ],
        )


def posted(mailing: Mailing, *, by: User) -> int:
    """The letters of a mailing were brought to the post: they are sent. Returns how many."""
    now = timezone.now()
    with transaction.atomic():
        count = (
            letters(mailing, by)
            .filter(state=MessageState.WAITING)
            .order_by()
            .update(state=MessageState.SENT, sent_at=now)
        )
        if count:
            audit.record(by, "mailing.posted", mailing, fields=["state"])
    return count
