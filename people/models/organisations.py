"""Units: who can help with what. Departments, utilities, hospitals, companies, enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import SEES_CASES, permits
from people.models.areas import Area

if TYPE_CHECKING:
    from people.models.staff import User


class OrganisationKind(models.TextChoices):
    DEPARTMENT = "department", _("Department")
    UTILITY = "utility", _("Utility")
    HOSPITAL = "hospital", _("Hospital")
    SCHOOL = "school", _("School")
    COMPANY = "company", _("Company")
    ENTERPRISE = "enterprise", _("Enterprise")
    TEAM = "team", _("Volunteer team")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: User) -> Self:
        """Everybody who hands cases on or configures sees the directory; a department sees itself."""
        if permits(SEES_CASES, user.roles) or user.is_staff:
            return self
        return self.filter(pk__in=user.scope.units)

    def active(self) -> Self:
        return self.filter(active=True)

    def enterprises(self) -> Self:
        """The enterprises that the office serves and calls on."""
        return self.filter(kind=OrganisationKind.ENTERPRISE, active=True)

    def departments(self) -> Self:
        """Units that a leader can keep contact with: all that handle or help, no enterprise and no team."""
        return self.filter(active=True).exclude(kind__in=[OrganisationKind.ENTERPRISE, OrganisationKind.TEAM])


class Organisation(models.Model):
    """A unit that handles or helps with cases, or an enterprise the office serves."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind, default=OrganisationKind.DEPARTMENT)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("area"))
    contact = models.CharField(_("contact person"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    can_help_with = models.TextField(_("can help with"), blank=True)
    since = models.DateField(_("with us since"), default=timezone.localdate)
    search = models.CharField(max_length=300, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name
