"""Trouble with rules: what could not be followed, so that somebody mends it while the rest goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case

if TYPE_CHECKING:
    from people.models import User


class RuleTroubleQuerySet(models.QuerySet["RuleTrouble"]):
    def visible_to(self, user: User) -> Self:
        """Trouble on cases the user sees, and with a rule as a whole."""
        return self.filter(Q(case__isnull=True) | Q(case__in=Case.objects.visible_to(user)))


class RuleTrouble(models.Model):
    """A rule that could not be followed, on one case or at all, until it can again.

    `rule` names it as ``app_label.model:primary key``; `name` is what it was called.
    """

    rule = models.CharField(_("rule"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("case"))
    message = models.CharField(_("message"), max_length=500)
    first_at = models.DateTimeField(_("first"), default=timezone.now)
    at = models.DateTimeField(_("last"), default=timezone.now)
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = RuleTroubleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("rule in trouble")
        verbose_name_plural = _("rules in trouble")
        constraints = [
            models.UniqueConstraint(fields=["rule", "case"], name="rule_trouble_once"),
            models.UniqueConstraint(
                fields=["rule"], condition=Q(case__isnull=True), name="rule_trouble_as_a_whole_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
