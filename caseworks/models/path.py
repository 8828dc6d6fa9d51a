"""The path of a case: with whom it was from when to when, and why it left."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case
from caseworks.models.routing import RoutingRule
from caseworks.states import Verb
from people.access import Role
from people.models import Area, Organisation


class ReturnReason(models.TextChoices):
    """Why a handler gives a case back (ux study, J4)."""

    ELSEWHERE = "elsewhere", _("Not in my area")
    NOT_MINE = "not_mine", _("Not for me to handle")
    HIGHER = "higher", _("Must be arranged higher up")
    UNCLEAR = "unclear", _("Unclear, more must be known")


class Stay(models.Model):
    """A stretch of the path: one post or unit, from when to when. The last one of a case has no end.

    `came_by` and `left_by` are the verbs that brought the case and took it away; `rule` the one that sent it, where a
    rule did. A return leaves its `reason` and, where the handler named one, the better target.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="path", verbose_name=_("case"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name=_("handled at"))
    role = models.CharField(_("handled by"), max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("handling unit"))
    holder = models.CharField(_("holder"), max_length=120, blank=True)
    since = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True)
    came_by = models.CharField(max_length=20, choices=Verb)
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("routing rule"))
    left_by = models.CharField(max_length=20, choices=Verb, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    reason = models.CharField(_("reason"), max_length=12, choices=ReturnReason, blank=True)
    note = models.TextField(_("note"), blank=True)
    better_area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    better_role = models.CharField(max_length=20, choices=Role, blank=True)
    better_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("stretch of the path")
        verbose_name_plural = _("path")
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(until__isnull=True), name="stay_open_once")
        ]
        indexes = [
            models.Index(fields=["left_by", "until"], name="stay_by_leaving"),
            models.Index(fields=["since"], name="stay_by_beginning"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.unit or self.area} {self.holder}".strip()

    @property
    def returned(self) -> bool:
        return self.left_by == Verb.RETURN
