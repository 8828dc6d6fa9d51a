"""Service levels: how long the office gives itself; and what moves the clock of a case: pauses and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from caseworks.deadlines import BadLimit, Limit, Unit
from caseworks.models.cases import Case
from caseworks.models.taxonomy import Category, Urgency
from caseworks.states import OPEN

if TYPE_CHECKING:
    from people.models import User


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
    return_within = models.CharField(
        _("return within"),
        max_length=8,
        validators=[validate_limit],
        default="8wh",
        help_text=_("How long a handler may return a case after it came to him."),
    )
    co_handling = models.CharField(_("co-handle within"), max_length=8, default="3wd", validators=[validate_limit])
    extensions = models.PositiveSmallIntegerField(
        _("extensions at most"), default=2, help_text=_("How often one case may be extended; 0 for never.")
    )
    extension_days = models.PositiveSmallIntegerField(
        _("extended by at most"), default=5, help_text=_("Working days, all extensions of one case together.")
    )

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


class WaitsFor(models.TextChoices):
    """Whom a case waits for while its clock stands still."""

    RESIDENT = "resident", _("The resident")
    OTHERS = "others", _("Somebody else who must act first")


class Pause(models.Model):
    """An interval in which the clock of a case stands still; append-only but for its end.

    `waits_for` is empty where it began before that was asked.
    """

    case = models.ForeignKey("caseworks.Case", models.CASCADE, related_name="pauses", verbose_name=_("case"))
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    waits_for = models.CharField(_("waits for"), max_length=10, choices=WaitsFor, blank=True, default="")
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

    @property
    def why(self) -> str:
        """What a day on which it stopped the clock says."""
        if not self.waits_for:
            return gettext("paused: %(reason)s") % {"reason": self.reason}
        told = gettext("paused: waits for the resident, %(reason)s")
        if self.waits_for == WaitsFor.OTHERS:
            told = gettext("paused: somebody else must act, %(reason)s")
        return told % {"reason": self.reason}


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def visible_to(self, user: User) -> Self:
        """Those of the cases that the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def waiting(self) -> Self:
        """Requests nobody has decided yet, of cases whose clock still runs from where it ran when they were made."""
        return self.filter(
            state=Extension.State.ASKED,
            case__status__in=OPEN,
            clock_from=Coalesce(F("case__clock_from"), F("case__registered_at")),
        )


class Extension(models.Model):
    """A request for more time and what came of it. Append-only: one row a request, decided once, by somebody else.

    It lengthens one run of the clock, the one that began at `clock_from`: a case that is reopened has another.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("extension", "Asked for")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions", verbose_name=_("case"))
    clock_from = models.DateTimeField(editable=False)
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock_from"], condition=Q(state="asked"), name="extension_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="extension_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True) | (~Q(state="asked") & Q(decided_at__isnull=False)),
                name="extension_decided_once",
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.limit.in_words()}"

    @property
    def limit(self) -> Limit:
        return Limit(self.days, Unit.WORKING_DAYS)
