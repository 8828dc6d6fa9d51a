"""The outbox: what is written to people, how far it has come, and what they answered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.access import Role
from people.consent import Channel, Purpose
from people.models import Area, Resident
from people.models.areas import within
from people.models.fields import EncryptedTextField

if TYPE_CHECKING:
    from people.models import User


class MessageState(models.TextChoices):
    """UNKNOWN: it was handed over and no answer came. It is never sent again by itself: a person decides."""

    WAITING = "waiting", pgettext_lazy("message", "Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", pgettext_lazy("message", "Not delivered")
    UNKNOWN = "unknown", pgettext_lazy("message", "Unknown")
    REFUSED = "refused", _("Not allowed")


class MailingQuerySet(models.QuerySet["Mailing"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "area__"))


class Mailing(models.Model):
    """One text to a selection of people: `texts` by language; `criteria` as the form of the selection gave them.

    That of a `campaign` goes to its frozen list instead.
    """

    class Unit(models.TextChoices):
        HOUSEHOLD = "household", _("One per household")
        PERSON = "person", _("One per person")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    unit = models.CharField(_("to whom"), max_length=10, choices=Unit, default=Unit.HOUSEHOLD)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    criteria = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    campaign = models.OneToOneField(
        "outreach.Campaign", models.CASCADE, null=True, related_name="mailing", verbose_name=_("campaign")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")

    def __str__(self) -> str:
        return self.title


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: User) -> Self:
        """Messages to people of the user's areas, those he wrote, and for a supervisor those that belong nowhere."""
        seen = within(user.scope.paths, "area__") | Q(by=user)
        if user.holds(Role.SUPERVISOR):
            seen |= Q(area__isnull=True)
        return self.filter(seen)

    def to_send(self) -> Self:
        """Messages whose time has come and that a machine can carry; letters and calls wait for a person."""
        by_machine = (Channel.SMS, Channel.EMAIL, Channel.ROBOT)
        return self.filter(state=MessageState.WAITING, channel__in=by_machine, not_before__lte=timezone.now())


class Message(models.Model):
    """One message to one person: written once (`key`), in the transaction of whatever it tells of.

    `address` is a number, a mailbox, a postal address or the name of a group chat, as `channel` says; encrypted, and
    found again by `address_index`. `about` names what it tells of, such as the number of a case.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=120, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name=_("resident")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("area"))
    mailing = models.ForeignKey(Mailing, models.PROTECT, null=True, related_name="messages", verbose_name=_("mailing"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80, blank=True)
    address = EncryptedTextField(_("to"), blank=True, default="")
    address_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=MessageState, default=MessageState.WAITING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    about = models.CharField(_("about"), max_length=60, blank=True, db_index=True)
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["state", "-id"], name="message_by_state"),
            models.Index(fields=["not_before"], condition=Q(state="waiting"), name="message_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.name}"

    @property
    def awaits_a_person(self) -> bool:
        """Whether somebody has to say what became of it."""
        by_hand = self.channel in (Channel.CALL, Channel.LETTER)
        return self.state == MessageState.UNKNOWN or (by_hand and self.state == MessageState.WAITING)


class MessagePart(models.Model):
    """A long short message goes out in parts, and each is accepted, and confirmed, by itself."""

    class State(models.TextChoices):
        HANDED_OVER = "handed_over", _("Handed over")
        ACCEPTED = "accepted", _("Accepted")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", pgettext_lazy("message", "Not delivered")

    message = models.ForeignKey(Message, models.CASCADE, related_name="parts", verbose_name=_("message"))
    place = models.PositiveSmallIntegerField(_("part"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.HANDED_OVER)
    provider_id = models.CharField(_("number at the provider"), max_length=80, blank=True, db_index=True)

    class Meta:
        ordering = ["message", "place"]
        verbose_name = _("part of a message")
        verbose_name_plural = _("parts of a message")
        constraints = [models.UniqueConstraint(fields=["message", "place"], name="message_part_once")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.place}"


class Receipt(models.Model):
    """What a provider reported of a part, kept as it came: it may come twice, or before the part's number is known."""

    provider_id = models.CharField(_("number at the provider"), max_length=80, db_index=True)
    delivered = models.BooleanField(_("delivered"))
    code = models.CharField(_("code"), max_length=60, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [models.UniqueConstraint(fields=["provider_id", "delivered"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.code}"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(message__in=Message.objects.visible_to(user))


class Reply(models.Model):
    """What came back from a number; `message` is the last one that went there."""

    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="replies", verbose_name=_("message"))
    address = EncryptedTextField(_("from number"), default="")
    text = models.TextField(_("text"), blank=True)
    opt_out = models.BooleanField(_("opted out"), default=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("reply")
        verbose_name_plural = _("replies")

    def __str__(self) -> str:
        return self.text[:40]
