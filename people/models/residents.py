"""Residents: who they are, where they belonged and when, how they are reached, and whom they have abroad."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.criteria import Ages, Households
from people.identifiers import DocumentKind, PhoneKind
from people.models.areas import within
from people.models.fields import EncryptedTextField
from people.models.households import Household, meant

if TYPE_CHECKING:
    from people.models.staff import User


class Sex(models.TextChoices):
    MALE = "M", _("Male")
    FEMALE = "F", _("Female")


class Precision(models.TextChoices):
    """How much of a birth date is known."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


class ResidentQuerySet(models.QuerySet["Resident"]):
    def visible_to(self, user: User) -> Self:
        """Residents who belong today to a household in the areas of the user's posts."""
        mine = Membership.objects.current().filter(
            within(user.scope.paths, "household__area__"), resident=OuterRef("pk")
        )
        return self.filter(Exists(mine))

    def living(self) -> Self:
        return self.filter(died_on__isnull=True)

    def moved_away(self) -> Self:
        """Residents whose household has left, with no other in which they live."""
        homes = Membership.objects.current().filter(resident=OuterRef("pk"))
        here = homes.filter(household__ended_on__isnull=True)
        return self.filter(Exists(homes.filter(household__ended_on__isnull=False)), ~Exists(here))


class Resident(models.Model):
    """One person. The name as written is kept beside the tidy one; `search` holds every key he is found by."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    name_written = models.CharField(_("name as written"), max_length=80, blank=True)
    name_key = models.CharField(max_length=80, db_index=True, editable=False)
    search = models.CharField(max_length=400, blank=True, editable=False)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    born = models.DateField(_("born"), null=True, blank=True)
    born_precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    health = EncryptedTextField(_("health"), blank=True, default="")
    note = models.TextField(_("note"), blank=True)
    died_on = models.DateField(_("died on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        ordering = ["name_key", "pk"]
        verbose_name = _("resident")
        verbose_name_plural = _("residents")

    def __str__(self) -> str:
        return self.name

    def age(self, on: date | None = None) -> int | None:
        """Full years on that day, today by default; None where the birth date is unknown."""
        if self.born is None:
            return None
        day = on or timezone.localdate()
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> Self:
        return self.filter(until__isnull=True)

    def meant(self, households: Households, ages: Ages) -> Self:
        """Members who are of the ages that are meant today, in the households that are meant."""
        after, latest = ages.born(timezone.localdate())
        fits = meant(households, "household__")
        if after:
            fits &= Q(resident__born__gt=after)
        if latest:
            fits &= Q(resident__born__lte=latest)
        return self.filter(fits)

    def to_the_end(self) -> Self:
        """Of households that have left: those who belonged to them until then."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=F("household__ended_on")))


class Membership(models.Model):
    """A resident belongs to a household, as what to its head, from when to when."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="memberships", verbose_name=_("resident"))
    household = models.ForeignKey(Household, models.CASCADE, related_name="memberships", verbose_name=_("household"))
    relation = models.CharField(_("relation to the head"), max_length=20, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of a household")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "household"], condition=models.Q(until__isnull=True), name="membership_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.resident} · {self.relation}"


class IdentityDocument(models.Model):
    """A document that was shown: its number encrypted, found again only through the blind index."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="documents", verbose_name=_("resident"))
    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind)
    number = EncryptedTextField(_("number"))
    number_index = models.CharField(max_length=64, db_index=True, editable=False)
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [models.UniqueConstraint(fields=["resident", "number_index"], name="document_once_per_resident")]

    def __str__(self) -> str:
        return self.get_kind_display()


class PhoneNumber(models.Model):
    """A number a resident is reached at. `number` is normalised; `tail` holds its last four digits."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="phones", verbose_name=_("resident"))
    number = models.CharField(_("phone"), max_length=30, db_index=True)
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=PhoneKind)
    tail = models.CharField(max_length=4, db_index=True, editable=False)
    safe_note = models.CharField(
        _("safe to call"),
        max_length=120,
        blank=True,
        help_text=_("Shown where one dials: when, and what not to say."),
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        constraints = [models.UniqueConstraint(fields=["resident", "number"], name="phone_once_per_resident")]

    def __str__(self) -> str:
        return f"…{self.tail}"


class RelativeAbroad(models.Model):
    """Somebody abroad, or in Hong Kong, Macao or Taiwan, whom a household named as its relative."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="relatives", verbose_name=_("household"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    name_key = models.CharField(max_length=80, db_index=True, editable=False)
    country = models.CharField(_("country or region"), max_length=60, blank=True, db_index=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    relation = models.CharField(_("relation"), max_length=20, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("relative abroad")
        verbose_name_plural = _("relatives abroad")
        constraints = [
            models.UniqueConstraint(fields=["household", "name_key"], name="relative_abroad_once_per_household")
        ]

    def __str__(self) -> str:
        return self.name
