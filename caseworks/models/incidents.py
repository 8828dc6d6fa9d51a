"""An incident: one cause that reaches many households, kept as one case with a row for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case, Satisfaction
from outreach.models import Message
from people.models import Household
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


class Incident(models.Model):
    """The mark on a case that it stands for many households; `told_at` is when its answer was last sent out."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="incident", verbose_name=_("case"))
    declared_at = models.DateTimeField(_("declared"), default=timezone.now)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    told_at = models.DateTimeField(_("told"), null=True, blank=True)

    class Meta:
        ordering = ["-declared_at"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")

    def __str__(self) -> str:
        return str(self.case)


class Told(models.TextChoices):
    """How far the answer has come to a household; nothing while there is no answer."""

    WRITTEN = "written", _("Message written")
    TO_CALL = "to_call", _("To be called")
    CALLED = "called", _("Called")


class Reached(models.TextChoices):
    """How a household came to be counted among those of an incident."""

    AREA = "area", _("By area")
    LIST = "list", _("By list")
    CALL = "call", _("It called")


class IncidentHouseholdQuerySet(models.QuerySet["IncidentHousehold"]):
    def visible_to(self, user: User) -> Self:
        """Households in the areas of the user's posts, as everywhere."""
        return self.filter(within(user.scope.paths, "household__area__"))


class IncidentHousehold(models.Model):
    """A household that an incident reaches: whether it asked, how it was told, and whether it is satisfied.

    `satisfaction` is empty while nobody has asked it.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="households", verbose_name=_("incident"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="incidents", verbose_name=_("household"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    how = models.CharField(_("how"), max_length=10, choices=Reached)
    asking = models.BooleanField(_("asked by itself"), default=False)
    told = models.CharField(_("told"), max_length=10, choices=Told, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, blank=True, related_name="+")
    satisfaction = models.CharField(_("satisfaction"), max_length=10, choices=Satisfaction, blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = IncidentHouseholdQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("household of an incident")
        verbose_name_plural = _("households of an incident")
        constraints = [models.UniqueConstraint(fields=["incident", "household"], name="incident_household_once")]
        indexes = [
            models.Index(fields=["incident", "told"], name="incident_by_told"),
            models.Index(fields=["incident", "satisfaction"], name="incident_by_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} · {self.household}"
