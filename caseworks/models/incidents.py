"""An incident: one cause that reaches many households, kept as one case with a row for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case, CaseCaller, Satisfaction
from outreach.models import Message
from people.models import Household, Resident
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
        """Households in the areas of the user's posts, as everywhere; callers of none with the case they called for."""
        theirs = within(user.scope.paths, "household__area__")
        return self.filter(theirs | Q(household__isnull=True, incident__case__in=Case.objects.visible_to(user)))


class IncidentHousehold(models.Model):
    """A household that an incident reaches: whether it asked, how it was told, and whether it is satisfied.

    Without a `household` it is that of somebody who called and is not in the register: `caller`, or whoever called
    first. `satisfaction` is empty while nobody has asked it.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="households", verbose_name=_("incident"))
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="incidents", verbose_name=_("household")
    )
    caller = models.ForeignKey(
        CaseCaller, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("caller")
    )
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
        constraints = [
            models.UniqueConstraint(fields=["incident", "household"], name="incident_household_once"),
            models.UniqueConstraint(fields=["incident", "caller"], name="incident_caller_once"),
            models.UniqueConstraint(
                fields=["incident"],
                condition=Q(household__isnull=True, caller__isnull=True),
                name="incident_first_caller_once",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=True) | Q(caller__isnull=True), name="incident_household_or_caller"
            ),
        ]
        indexes = [
            models.Index(fields=["incident", "told"], name="incident_by_told"),
            models.Index(fields=["incident", "satisfaction"], name="incident_by_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} · {self.household or self.name}"

    @property
    def gone(self) -> bool:
        """Whether it has left and never asked, so that nobody calls it any more (`incident_calls.GONE`)."""
        return bool(self.household and self.household.ended_on and not self.asking)

    # Of whoever called, where the household is not in the register:

    @property
    def who_called(self) -> Resident | None:
        return self.caller.resident if self.caller else self.incident.case.caller

    @property
    def name(self) -> str:
        """The name of the household, or of whoever called."""
        if self.household:
            return str(self.household)
        named = self.caller.name if self.caller else self.incident.case.caller_name
        return named or gettext("No name given")

    @property
    def phone(self) -> str:
        """The number that whoever called left; never one of the register."""
        if self.household:
            return ""
        return self.caller.phone if self.caller else self.incident.case.caller_phone
