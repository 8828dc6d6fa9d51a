"""Check-ups (健康体检): who is offered what, when and where, and whether he came. What was found is kept nowhere."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from outreach.check_up_turns import FROM_AGE
from people.models import Area, Household, Resident
from people.models.areas import reaching, within

if TYPE_CHECKING:
    from people.models import User


class CheckUpNorm(models.Model):
    """From which age on people are offered a check-up a year. One row, edited in the admin."""

    from_age = models.PositiveSmallIntegerField(
        _("from age"), default=FROM_AGE, validators=[MinValueValidator(18), MaxValueValidator(100)]
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("age for check-ups")
        verbose_name_plural = _("age for check-ups")

    def __str__(self) -> str:
        return str(self.from_age)

    def clean(self) -> None:
        if CheckUpNorm.objects.exclude(pk=self.pk).exists():
            raise ValidationError(_("One age holds for the whole office. Please change the one that is there."))


class CheckUpItem(models.Model):
    """Something that is offered, like an electrocardiogram. Data; what it shows is for the person and the doctor."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=30)
    name_hant = models.CharField(_("name in Traditional Chinese"), max_length=30, blank=True)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("item of a check-up")
        verbose_name_plural = _("items of a check-up")

    def __str__(self) -> str:
        by_language = {"zh-hant": self.name_hant, "en": self.name_en}
        return by_language.get(get_language() or "", "") or self.name


class CheckUpRoundQuerySet(models.QuerySet["CheckUpRound"]):
    def visible_to(self, user: User) -> Self:
        """Those of areas in the user's scope, and those around his areas: a leader sees the town's round."""
        return self.filter(reaching(user.scope.paths, "area"))

    def arranged_by(self, user: User) -> Self:
        """Those for areas the user looks after altogether."""
        return self.filter(within(user.scope.paths, "area__"))


class CheckUpRound(models.Model):
    """One round: who is offered what, on which days. Closed, it stays as it is."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=60)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    from_age = models.PositiveSmallIntegerField(
        _("from age"), default=FROM_AGE, validators=[MinValueValidator(18), MaxValueValidator(100)]
    )
    items = models.ManyToManyField(CheckUpItem, blank=True, related_name="+", verbose_name=_("items offered"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("arranged by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = CheckUpRoundQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("round of check-ups")
        verbose_name_plural = _("rounds of check-ups")

    def __str__(self) -> str:
        return self.title


class CheckUpDay(models.Model):
    """A day of a round: where, from when to when, for how many."""

    round = models.ForeignKey(CheckUpRound, models.CASCADE, related_name="days", verbose_name=_("round"))
    on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=80)
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    seats = models.PositiveSmallIntegerField(_("for how many"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["on", "begins", "pk"]
        verbose_name = _("day of check-ups")
        verbose_name_plural = _("days of check-ups")
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=models.F("begins")), name="check_up_day_ends_after_begin"),
            models.UniqueConstraint(fields=["round", "on", "place", "begins"], name="check_up_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.place}"


class Attended(models.TextChoices):
    INVITED = "invited", pgettext_lazy("check-up", "Invited")
    DONE = "done", pgettext_lazy("check-up", "Done")
    MISSED = "missed", pgettext_lazy("check-up", "Missed")


class WhyNotChecked(models.TextChoices):
    """Why somebody was missed. Nothing here says how he is."""

    NOT_COME = "not_come", _("Did not come")
    DECLINED = "declined", _("Did not want it")
    AWAY = "away", _("Was away")
    ELSEWHERE = "elsewhere", _("Was checked elsewhere this year")
    MOVED = "moved", _("Moved away")


# With these the year is settled; everybody else comes up again.
SETTLED = Q(state=Attended.DONE) | Q(state=Attended.MISSED, why=WhyNotChecked.ELSEWHERE)


class CheckUpInvitationQuerySet(models.QuerySet["CheckUpInvitation"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "household__area__"))

    def expected(self) -> Self:
        """Those who are still to come: neither done nor missed, and the household has not left."""
        return self.filter(state=Attended.INVITED, household__ended_on__isnull=True)


class CheckUpInvitation(models.Model):
    """Somebody is invited to a round: when, if he has found a time, and whether he came.

    There is no field for what was found, and no note in which it could be written.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(CheckUpRound, models.CASCADE, related_name="invitations", verbose_name=_("round"))
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="check_ups", verbose_name=_("resident"))
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name=_("household"))
    day = models.ForeignKey(
        CheckUpDay, models.SET_NULL, null=True, blank=True, related_name="invitations", verbose_name=_("day")
    )
    at = models.TimeField(_("at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=Attended, default=Attended.INVITED)
    why = models.CharField(_("why"), max_length=10, choices=WhyNotChecked, blank=True)
    settled_on = models.DateField(_("done or missed on"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = CheckUpInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("invitation to a check-up")
        verbose_name_plural = _("invitations to check-ups")
        constraints = [models.UniqueConstraint(fields=["round", "resident"], name="check_up_invited_once")]
        indexes = [
            models.Index(fields=["resident", "settled_on"], name="check_up_by_resident"),
            models.Index(fields=["settled_on"], name="check_up_settled_on"),
        ]

    def __str__(self) -> str:
        return str(self.resident)
