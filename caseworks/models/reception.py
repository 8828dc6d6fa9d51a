"""Reception days: on which day which leader receives people where, who comes, and what became of each conversation."""

from __future__ import annotations

import uuid
from datetime import time
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from caseworks.models.cases import Case
from caseworks.reception_days import Attendance
from people.models import Area, Resident
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


class ReceptionForm(models.TextChoices):
    """How people are received."""

    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("By phone")
    ONLINE = "online", _("Online")


class ReceptionPlanQuerySet(models.QuerySet["ReceptionPlan"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.area_paths, "area__"))


class ReceptionPlan(models.Model):
    """The fixed day of every month on which the leaders of an area receive people. Edited in the admin."""

    area = models.OneToOneField(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    day = models.PositiveSmallIntegerField(
        _("day of the month"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("In a month that is too short, its last day; a day off moves to the next working day."),
    )
    opens = models.TimeField(_("from"), default=time(9))
    closes = models.TimeField(_("until"), default=time(11, 30))
    place = models.CharField(_("place"), max_length=120)
    form = models.CharField(_("form"), max_length=10, choices=ReceptionForm, default=ReceptionForm.IN_PERSON)
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes per conversation"), default=15, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    contact = models.CharField(_("where to make an appointment"), max_length=120, blank=True)

    history = HistoricalRecords()
    objects = ReceptionPlanQuerySet.as_manager()

    class Meta:
        ordering = ["area__path"]
        verbose_name = _("fixed reception day")
        verbose_name_plural = _("fixed reception days")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="reception_plan_opens_before_it_closes",
                violation_error_message=_("Give both hours, the opening first."),
            )
        ]

    def __str__(self) -> str:
        return str(self.area)


class ReceptionDayQuerySet(models.QuerySet["ReceptionDay"]):
    def visible_to(self, user: User) -> Self:
        """Reception days of the user's areas."""
        return self.filter(within(user.scope.paths, "area__"))


class ReceptionDay(models.Model):
    """A leader receives people on a day. The leader has an account, or is named by his post alone.

    `planned_for` is the fixed day from which it was moved, and `why_moved` says why in a sentence.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="reception_days", verbose_name=_("area"))
    date = models.DateField(_("date"), db_index=True)
    opens = models.TimeField(_("from"), default=time(9))
    closes = models.TimeField(_("until"), default=time(11, 30))
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes per conversation"), default=15, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    place = models.CharField(_("place"), max_length=120)
    form = models.CharField(_("form"), max_length=10, choices=ReceptionForm, default=ReceptionForm.IN_PERSON)
    contact = models.CharField(_("where to make an appointment"), max_length=120, blank=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reception_days",
        verbose_name=_("leader"),
    )
    post = models.CharField(_("post of the leader"), max_length=60, blank=True)
    planned_for = models.DateField(_("planned for"), null=True, blank=True)
    why_moved = models.CharField(_("why it was moved"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("notice published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReceptionDayQuerySet.as_manager()

    class Meta:
        ordering = ["date", "opens", "pk"]
        verbose_name = pgettext_lazy("day", "reception day")
        verbose_name_plural = _("reception days")
        constraints = [
            models.UniqueConstraint(fields=["area", "date", "leader"], name="reception_once_a_day_per_leader"),
            models.CheckConstraint(condition=Q(leader__isnull=False) | ~Q(post=""), name="reception_has_a_leader"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="reception_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.who}"

    def get_absolute_url(self) -> str:
        return reverse("reception_day", args=[self.uuid])

    @property
    def who(self) -> str:
        """The leader as a notice names him: the post, then the name."""
        return f"{self.post} {self.leader or ''}".strip()


class Appointment(models.Model):
    """Somebody who is to be received, with an appointment or without; `place_in_queue` is given when he arrives.

    `case` is what the conversation became: closed where it was answered on the spot.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    day = models.ForeignKey(
        ReceptionDay, models.CASCADE, related_name="appointments", verbose_name=pgettext_lazy("day", "reception day")
    )
    resident = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("resident")
    )
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    form = models.CharField(_("form"), max_length=10, choices=ReceptionForm, default=ReceptionForm.IN_PERSON)
    slot = models.TimeField(_("time"), null=True, blank=True)
    matter = models.CharField(_("matter"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=Attendance, default=Attendance.BOOKED)
    place_in_queue = models.PositiveSmallIntegerField(_("number in the queue"), null=True, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken down by")
    )
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True)
    called_at = models.DateTimeField(_("called in"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    case = models.OneToOneField(
        Case, models.SET_NULL, null=True, blank=True, related_name="conversation", verbose_name=_("case")
    )

    class Meta:
        ordering = ["day", "slot", "pk"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(fields=["day", "place_in_queue"], name="one_place_in_a_queue_each"),
            # One person at a time: a second booking of the same minute is refused, whoever takes it down.
            models.UniqueConstraint(
                fields=["day", "slot"],
                condition=Q(slot__isnull=False) & ~Q(state="not_come"),
                name="one_appointment_per_slot",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)
