"""The household, the unit of contact: where it is, of what kind, how often it wants a visit and why."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.criteria import Households
from people.models.areas import Area, within

if TYPE_CHECKING:
    from people.models.staff import User


class HouseholdKind(models.TextChoices):
    """Which tie abroad brought the household to the office; self-declared."""

    RETURNED = "returned", _("Returned overseas Chinese")
    RELATIVE = "relative", _("Relatives of overseas Chinese")
    STUDENT = "student", _("Family of a student abroad")
    TAIWAN_COMPATRIOT = "taiwan", _("Taiwan compatriots")
    TAIWAN_RELATIVE = "taiwan_relative", _("Relatives of Taiwan compatriots")
    HONG_KONG_MACAO = "hong_kong_macao", _("Hong Kong or Macao compatriots")
    RESIDENT = "resident", _("Residents")


class Tier(models.TextChoices):
    """The service tier: about service needs alone, it decides how often somebody calls."""

    ORDINARY = "ordinary", _("Ordinary")
    RESOURCE = "resource", _("Resource")
    KEY = "key", _("Key")
    ASSISTANCE = "assistance", _("Assistance")


class Need(models.TextChoices):
    """The fixed list of service needs that can be the reason for a tier."""

    EMPTY_NEST = "empty_nest", _("Empty-nester")
    LIVING_ALONE = "living_alone", _("Living alone")
    ALL_ELDERLY = "all_elderly", _("All elderly")
    VERY_OLD = "very_old", _("Very old (80 and over)")
    DISABLED = "disabled", _("Disabled")
    CHRONICALLY_ILL = "chronically_ill", _("Chronically ill")
    HARDSHIP = "hardship", _("Hardship")
    MISFORTUNE = "misfortune", _("Major misfortune")


def meant(households: Households, prefix: str = "") -> Q:
    """Rows of the households that are meant; *prefix* leads from the row to its household, like ``household__``."""
    found = Q()
    if households.place:
        found &= Q(**{f"{prefix}area__path__startswith": households.place})
    if households.kinds:
        found &= Q(**{f"{prefix}kind__in": households.kinds})
    if households.tiers:
        found &= Q(**{f"{prefix}tier__in": households.tiers})
    if households.needs:
        needs = ServiceNeed.objects.filter(until__isnull=True, need__in=households.needs)
        found &= Q(**{f"{prefix}pk__in": needs.values("household")})
    return found


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: User) -> Self:
        """Households in the areas of the user's posts."""
        return self.filter(within(user.scope.paths, "area__"))

    def current(self) -> Self:
        """Households the office still looks after: neither moved away nor dissolved."""
        return self.filter(ended_on__isnull=True)

    def meant(self, households: Households) -> Self:
        return self.filter(meant(households))

    def left(self, since: date | None = None) -> Self:
        """Households that moved away or dissolved, on *since* or later where a day is given."""
        gone = self.filter(ended_on__isnull=False)
        return gone.filter(ended_on__gte=since) if since else gone

    def in_area(self, area: Area) -> Self:
        return self.filter(area__path__startswith=area.path)


class Household(models.Model):
    """A household in an area: its grid group, or its community while no group has it yet."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="households", verbose_name=_("area"))
    head = models.ForeignKey(
        "people.Resident", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("head of household")
    )
    serial = models.CharField(_("number in the ledger"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    address_key = models.CharField(max_length=200, blank=True, db_index=True, editable=False)
    kind = models.CharField(
        pgettext_lazy("household", "kind"), max_length=20, choices=HouseholdKind, default=HouseholdKind.RESIDENT
    )
    tier = models.CharField(_("service tier"), max_length=20, choices=Tier, default=Tier.ORDINARY)
    tier_since = models.DateField(_("in this tier since"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_why = models.CharField(_("why it ended"), max_length=200, blank=True)
    # Who put that down, and when; of old rows and of those from a ledger nobody knows.
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put down by")
    )
    ended_at = models.DateTimeField(_("put down at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        ordering = ["area__path", "address_key", "pk"]
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return str(self.head) if self.head_id else str(_("Household %(number)s") % {"number": self.serial or self.pk})


class ServiceNeedQuerySet(models.QuerySet["ServiceNeed"]):
    def visible_to(self, user: User) -> Self:
        """Those of the households in the areas of the user's posts."""
        return self.filter(within(user.scope.paths, "household__area__"))

    def current(self) -> Self:
        """Needs that households the office looks after have today."""
        return self.filter(until__isnull=True, household__ended_on__isnull=True)

    def to_review(self, by: date) -> Self:
        """Those to be looked at again by a day; those that nobody set a day for as well."""
        return self.current().filter(models.Q(review_on__lte=by) | models.Q(review_on__isnull=True))


class ServiceNeed(models.Model):
    """A service need of a household, from a day, to be looked at again on a day."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="needs", verbose_name=_("household"))
    need = models.CharField(_("need"), max_length=20, choices=Need)
    since = models.DateField(_("from"))
    review_on = models.DateField(_("review on"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = ServiceNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("service need")
        verbose_name_plural = _("service needs")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "need"], condition=models.Q(until__isnull=True), name="need_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_need_display()


class AbsenceReason(models.TextChoices):
    ABROAD = "abroad", _("Abroad")
    HOSPITAL = "hospital", _("In hospital")
    AWAY = "away", _("Elsewhere for a while")


class Absence(models.Model):
    """Days on which nobody of a household can be met: they do not count against anybody's cadence."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="absences", verbose_name=_("household"))
    reason = models.CharField(_("reason"), max_length=10, choices=AbsenceReason)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The day they were back."))

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(until__isnull=True), name="absence_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.since}"
