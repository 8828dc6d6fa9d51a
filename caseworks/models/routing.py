"""Routing rules: ordered rows, the first that fits decides where a case goes."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from caseworks.models.taxonomy import Category, Channel, Urgency
from people.access import Role
from people.models import Area, AreaLevel, HouseholdKind, Organisation, Tier

LIAISON_ROLES = [(role.value, role.label) for role in (Role.LEADER, Role.OFFICER, Role.COMMITTEE)]


class RoutingRuleQuerySet(models.QuerySet["RoutingRule"]):
    def for_categories(self) -> Self:
        """Those in force that ask for nothing but a category: where its cases usually go."""
        return self.filter(active=True, area__isnull=True, channel="", urgency="", kind="", tier="")


class RoutingRule(models.Model):
    """When all the conditions that are filled in hold, the case goes to the liaison at a level, or to a unit."""

    rank = models.PositiveIntegerField(_("order"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area"))
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, blank=True)
    # Of the household that asks; a request of which none is known fits no rule that asks for either.
    kind = models.CharField(_("kind of household"), max_length=20, choices=HouseholdKind, blank=True)
    tier = models.CharField(_("service tier"), max_length=20, choices=Tier, blank=True)
    target_level = models.ForeignKey(
        AreaLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the liaison at")
    )
    target_role = models.CharField(_("as"), max_length=20, choices=LIAISON_ROLES, blank=True)
    target_unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to the unit")
    )
    active = models.BooleanField(_("active"), default=True)

    objects = RoutingRuleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["rank"]
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(target_level__isnull=False, target_unit__isnull=True)
                | Q(target_level__isnull=True, target_unit__isnull=False),
                name="routing_rule_one_target",
                violation_error_message=_("Choose either a level or a unit."),
            )
        ]

    def __str__(self) -> str:
        return self.name
