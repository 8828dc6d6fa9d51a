"""What a person agreed to hear of, what he asked not to happen, and how he likes to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.consent import Channel, Purpose
from people.models.fields import EncryptedTextField
from people.models.residents import Resident

if TYPE_CHECKING:
    from people.models.staff import User


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(resident__in=Resident.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_on__isnull=True)


class Consent(models.Model):
    """A resident agreed to be written to for a purpose, from a day, until he withdraws. Rows are never deleted."""

    class Given(models.TextChoices):
        PAPER = "paper", _("On paper")
        ORALLY = "orally", _("Orally")
        ONLINE = "online", _("Online")

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="consents", verbose_name=_("resident"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    given_on = models.DateField(_("given on"), default=timezone.localdate)
    given = models.CharField(_("how it was given"), max_length=10, choices=Given, default=Given.ORALLY)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "purpose"], condition=Q(withdrawn_on__isnull=True), name="consent_standing_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


class DoNotContactQuerySet(models.QuerySet["DoNotContact"]):
    def standing(self) -> Self:
        return self.filter(until__isnull=True)


class DoNotContact(models.Model):
    """Somebody asked not to be contacted: a resident, or whoever answers at an address (its blind index)."""

    resident = models.ForeignKey(
        Resident, models.CASCADE, null=True, blank=True, related_name="do_not_contact", verbose_name=_("resident")
    )
    address_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel, blank=True, help_text=_("Empty: by no channel at all.")
    )
    reason = models.CharField(_("reason"), max_length=200)
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = DoNotContactQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("do not contact")
        verbose_name_plural = _("do not contact")
        constraints = [
            models.CheckConstraint(
                condition=Q(resident__isnull=False) | ~Q(address_index=""), name="do_not_contact_whom"
            )
        ]

    def __str__(self) -> str:
        return self.reason


class ContactPreference(models.Model):
    """How a resident likes to be reached: by which channel, in which language and script, at which mailbox."""

    resident = models.OneToOneField(
        Resident, models.CASCADE, related_name="contact_preference", verbose_name=_("resident")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    email = EncryptedTextField(_("e-mail address"), blank=True, default="")

    class Meta:
        verbose_name = _("contact preference")
        verbose_name_plural = _("contact preferences")

    def __str__(self) -> str:
        return self.get_channel_display()
