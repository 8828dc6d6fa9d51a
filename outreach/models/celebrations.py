"""The one celebration of a month's round birthdays, and who came, was brought it home, or was missed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Area, Household, Resident
from people.models.areas import reaching, within

if TYPE_CHECKING:
    from people.models import User


class CelebrationQuerySet(models.QuerySet["Celebration"]):
    def visible_to(self, user: User) -> Self:
        """Those of areas in the user's scope, and those around his areas."""
        return self.filter(reaching(user.scope.paths, "area"))

    def arranged_by(self, user: User) -> Self:
        """Those for areas the user looks after altogether."""
        return self.filter(within(user.scope.paths, "area__"))


class Celebration(models.Model):
    """The birthdays of `month` (its first day), by the solar or the `lunar` calendar, kept together on one day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    month = models.DateField(_("month"))
    lunar = models.BooleanField(_("by the lunar calendar"), default=False)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=80)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("arranged by")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CelebrationQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-pk"]
        verbose_name = _("birthday celebration")
        verbose_name_plural = _("birthday celebrations")
        constraints = [
            models.UniqueConstraint(fields=["area", "month", "lunar"], name="celebration_once_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.place}"


class Celebrated(models.TextChoices):
    EXPECTED = "expected", pgettext_lazy("celebration", "Expected")
    CAME = "came", pgettext_lazy("celebration", "Came")
    BROUGHT_HOME = "brought_home", pgettext_lazy("celebration", "Brought home")
    MISSED = "missed", pgettext_lazy("celebration", "Missed")


class CelebrationGuestQuerySet(models.QuerySet["CelebrationGuest"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "household__area__"))


class CelebrationGuest(models.Model):
    """Somebody whose birthday is kept; `age` is that of the year by full years."""

    celebration = models.ForeignKey(Celebration, models.CASCADE, related_name="guests", verbose_name=_("celebration"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", verbose_name=_("resident"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name=_("household"))
    age = models.PositiveSmallIntegerField(_("age"))
    state = models.CharField(_("state"), max_length=12, choices=Celebrated, default=Celebrated.EXPECTED)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = CelebrationGuestQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("guest of a celebration")
        verbose_name_plural = _("guests of a celebration")
        constraints = [models.UniqueConstraint(fields=["celebration", "resident"], name="celebrated_once")]

    def __str__(self) -> str:
        return str(self.resident)
