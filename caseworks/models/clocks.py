"""Service levels: how long the office gives itself; and the intervals in which a case's clock stood still."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from caseworks.deadlines import BadLimit, Limit
from caseworks.models.taxonomy import Category, Urgency


def validate_limit(value: str) -> None:
    """Accept what `caseworks.deadlines.Limit` reads: ``2h``, ``4wh``, ``3d``, ``5wd``."""
    try:
        Limit.parse(value)
    except BadLimit as error:
        raise ValidationError(str(error)) from error


class ServiceLevel(models.Model):
    """The limits of a category and an urgency; the row without a category serves every other category."""

    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="service_levels", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency)
    contact = models.CharField(_("contact within"), max_length=8, validators=[validate_limit])
    handling = models.CharField(_("handle within"), max_length=8, validators=[validate_limit])
    redo = models.CharField(_("redo within"), max_length=8, validators=[validate_limit])

    history = HistoricalRecords()

    class Meta:
        ordering = ["category__position", "urgency"]
        verbose_name = _("service level")
        verbose_name_plural = _("service levels")
        constraints = [
            models.UniqueConstraint(fields=["category", "urgency"], name="service_level_once"),
            models.UniqueConstraint(
                fields=["urgency"], condition=models.Q(category__isnull=True), name="service_level_default_once"
            ),
        ]

    def __str__(self) -> str:
        category = self.category or _("Every category")
        return f"{category} · {self.get_urgency_display()}"


class Pause(models.Model):
    """An interval in which the clock of a case stands still; append-only but for its end."""

    case = models.ForeignKey("caseworks.Case", models.CASCADE, related_name="pauses", verbose_name=_("case"))
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["started_at"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(ended_at__isnull=True), name="pause_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.reason}"
