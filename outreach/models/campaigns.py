"""A campaign (慰问活动): whom it is for, what each of them gets, and what became of it at every door."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.campaign_states import CampaignState
from outreach.models.messages import Mailing
from outreach.models.visits import Visit
from outreach.seasons import NAMES
from people.consent import Channel, Purpose
from people.models import Area, Household, Resident
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User) -> Self:
        """Those for areas the user looks after altogether."""
        return self.filter(within(user.scope.paths, "area__"))

    def visited_by(self, user: User) -> Self:
        """Those launched with somebody on their list who lives in the user's areas, and to whom somebody goes."""
        mine = CampaignTarget.objects.visible_to(user).filter(campaign=OuterRef("pk"))
        return self.filter(Exists(mine), texts={}).exclude(state=CampaignState.DRAFT)


class Campaign(models.Model):
    """Gifts or money brought, or a message sent, to households or people; `criteria` as its form gave them.

    `stock` counts gifts and `budget` yuan: no more is given out than that. `gifts_each` and `money_each` are what is
    meant for one target. Where it is a message, `texts` (by language), `purpose` and `channel` are those of a mailing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=60)
    season = models.CharField(_("season"), max_length=20, choices=list(NAMES.items()), blank=True)
    held_on = models.DateField(_("day"))
    unit = models.CharField(_("to whom"), max_length=10, choices=Mailing.Unit)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    criteria = models.JSONField(default=dict)
    gift = models.CharField(_("gift"), max_length=40, blank=True)
    gifts_each = models.PositiveSmallIntegerField(_("gifts for each"), default=0)
    stock = models.PositiveIntegerField(_("gifts in stock"), default=0)
    money_each = models.PositiveIntegerField(_("yuan for each"), default=0)
    budget = models.PositiveIntegerField(_("budget in yuan"), default=0)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, blank=True)
    channel = models.CharField(pgettext_lazy("message", "channel"), max_length=10, choices=Channel, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(_("launched at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, db_index=True)
    # Of the draft: it is launched, or changed, as whoever does so has seen it. The database fills it in, too, for the
    # release before this one.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.title

    @property
    def running(self) -> bool:
        return self.state == CampaignState.RUNNING

    @property
    def is_message(self) -> bool:
        """Whether each target gets a message, and nobody goes there."""
        return bool(self.texts)


class TargetOutcome(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("campaign", "To be visited")
    REACHED = "reached", pgettext_lazy("campaign", "Reached")
    MISSED = "missed", pgettext_lazy("campaign", "Missed")
    LEFT_OUT = "left_out", _("Left out")


class WhyMissed(models.TextChoices):
    NOT_HOME = "not_home", _("Nobody home")
    REFUSED = "refused", _("Did not want it")
    MOVED = "moved", _("Moved away")
    ELSEWHERE = "elsewhere", _("Got something elsewhere")
    NOT_VISITED = "not_visited", _("Nobody went there")
    NOT_ALLOWED = "not_allowed", _("May or can not be written to")
    UNDELIVERED = "undelivered", _("The message was not delivered")
    UNKNOWN = "unknown", _("Nobody knows whether the message arrived")
    NOT_SENT = "not_sent", _("The message had not left")


class SignedBy(models.TextChoices):
    RECIPIENT = "recipient", _("The recipient")
    DELEGATE = "delegate", _("A delegate")


class CampaignTargetQuerySet(models.QuerySet["CampaignTarget"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "household__area__"))

    def on_the_list(self) -> Self:
        """Everybody it was for in the end: not those left out when it was launched."""
        return self.exclude(outcome=TargetOutcome.LEFT_OUT)

    def to_visit(self) -> Self:
        """Those to whom somebody still goes: not reached yet, and the household has not left."""
        rows = self.on_the_list().exclude(outcome=TargetOutcome.REACHED)
        return rows.filter(household__ended_on__isnull=True)

    def given(self) -> Self:
        """Those who got something."""
        return self.filter(Q(gifts__gt=0) | Q(money__gt=0), outcome=TargetOutcome.REACHED)


class CampaignTarget(models.Model):
    """One line of the list as it was frozen: a household with the member who stands for it, or one person.

    `gifts` and `money` (yuan) are what was given. The receipt was signed by the recipient, or by a delegate, whose
    name and relation stand in `signer` and `relation`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets", verbose_name=_("campaign"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="campaign_targets")
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, related_name="campaign_targets")
    outcome = models.CharField(_("outcome"), max_length=10, choices=TargetOutcome, default=TargetOutcome.WAITING)
    why = models.CharField(_("why"), max_length=12, choices=WhyMissed, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    gifts = models.PositiveSmallIntegerField(_("gifts given"), default=0)
    money = models.PositiveIntegerField(_("yuan given"), default=0)
    signed_by = models.CharField(_("signed by"), max_length=10, choices=SignedBy, blank=True)
    signer = models.CharField(_("name of the delegate"), max_length=80, blank=True)
    relation = models.CharField(_("relation to the recipient"), max_length=20, blank=True)
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="+", verbose_name=_("visit"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    objects = CampaignTargetQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("target of a campaign")
        verbose_name_plural = _("targets of a campaign")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "household", "resident"], name="campaign_target_once")
        ]
        indexes = [models.Index(fields=["household", "recorded_at"], name="campaign_target_by_household")]

    def __str__(self) -> str:
        return str(self.resident or self.household)


class OutsideGift(models.Model):
    """Somebody of the register who got something from others, as a list from outside says; the list is not kept."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="outside", verbose_name=_("campaign"))
    household = models.ForeignKey(Household, models.CASCADE, related_name="+")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    source = models.CharField(_("from whom"), max_length=60)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("gift from outside")
        verbose_name_plural = _("gifts from outside")
        constraints = [models.UniqueConstraint(fields=["campaign", "resident"], name="outside_gift_once")]

    def __str__(self) -> str:
        return self.source
