"""Visits that were made, and visits that are due."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from outreach.cadence import Norm
from people.access import Role
from people.models import Household, Photo, Resident, Tier
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


# In which role a helper meets a household with which he is paired.
HELPER = "helper"


class VisitForm(models.TextChoices):
    HOME = "home", _("Home visit")
    PHONE = "phone", _("By phone")
    ONLINE = "online", _("Online")
    STATION = "station", _("Talk at the station")
    GATHERING = "gathering", _("Gathering")


class VisitOutcome(models.TextChoices):
    """What the liaison chose at the door. There is no default: a visit nobody made must not look like one."""

    WELL = "well", _("All is well")
    NOT_HOME = "not_home", _("Nobody home")
    NEEDS_HELP = "needs_help", _("Needs help")
    URGENT = "urgent", _("Urgent! Report now")
    REFUSED = "refused", _("Did not want a visit")
    HANDED_OVER = "handed_over", _("Handed to a delegate")


# What is chosen at the door; that somebody else took a gift follows from its receipt.
AT_THE_DOOR = [(outcome.value, outcome.label) for outcome in VisitOutcome if outcome != VisitOutcome.HANDED_OVER]
# "Nobody home" is kept and counts nothing, nor does what a delegate took: the household was not met.
REACHED = (VisitOutcome.WELL, VisitOutcome.NEEDS_HELP, VisitOutcome.URGENT)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User) -> Self:
        """Visits to the households in the user's areas, and those he made himself."""
        return self.filter(within(user.scope.paths, "household__area__") | Q(by=user))

    def reached(self) -> Self:
        """Visits that met somebody: the ones that earn credit."""
        return self.filter(outcome__in=REACHED)


class Visit(models.Model):
    """A contact that was made or tried. The uuid is made on the phone, so sending it twice keeps one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits", verbose_name=_("household"))
    met = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("whom they met")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="visits", verbose_name=_("visitor"))
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)
    form = models.CharField(_("form of contact"), max_length=10, choices=VisitForm, default=VisitForm.HOME)
    outcome = models.CharField(_("outcome"), max_length=12, choices=VisitOutcome)
    # Empty where nobody knows any more in which role it was made.
    role = models.CharField(_("as"), max_length=20, choices=[*Role.choices, (HELPER, _("Helper"))], blank=True)
    # Made by a volunteer or a unit that is paired with the household; `by` wrote it down.
    pair_up = models.ForeignKey(
        "outreach.PairUp", models.SET_NULL, null=True, blank=True, related_name="visits", verbose_name=_("pair-up")
    )
    note = models.TextField(_("note"), blank=True)
    promised = models.TextField(_("promised"), blank=True)
    given = models.CharField(_("given"), max_length=200, blank=True)
    photos = models.ManyToManyField(Photo, blank=True, related_name="visits")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [models.Index(fields=["household", "-at"], name="visit_by_household")]

    def __str__(self) -> str:
        return f"{self.household} · {self.get_outcome_display()}"


class TaskState(models.TextChoices):
    OPEN = "open", _("Due")
    DONE = "done", _("Done")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


class TaskReason(models.TextChoices):
    CADENCE = "cadence", _("Regular visit")
    FOLLOW_UP = "follow_up", _("Nobody was home last time")
    REQUEST = "request", _("Asked for")
    OCCASION = "occasion", _("Occasion")


class VisitTaskQuerySet(models.QuerySet["VisitTask"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "household__area__"))

    def open(self) -> Self:
        return self.filter(state=TaskState.OPEN)

    def due_by(self, day: date) -> Self:
        return self.filter(due_on__lte=day)


class VisitTask(models.Model):
    """Somebody should call on a household by a day."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="visit_tasks", verbose_name=_("household"))
    reason = models.CharField(_("reason"), max_length=12, choices=TaskReason, default=TaskReason.CADENCE)
    occasion = models.ForeignKey(
        "outreach.VisitOccasion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("occasion")
    )
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    visit = models.OneToOneField(
        Visit, models.SET_NULL, null=True, blank=True, related_name="task", verbose_name=_("visit")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VisitTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("visit due")
        verbose_name_plural = _("visits due")
        indexes = [models.Index(fields=["state", "due_on"], name="visit_task_by_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "reason"],
                condition=Q(state="open", occasion__isnull=True),
                name="visit_task_open_once",
            ),
            models.UniqueConstraint(
                fields=["household", "occasion"], condition=Q(state="open"), name="visit_task_of_occasion_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} · {self.due_on}"


class CadenceNorm(models.Model):
    """How often a tier wants to be met, and what counts as having been met. Edited in the admin; the rule is
    outreach/cadence.py.
    """

    tier = models.CharField(_("service tier"), max_length=20, choices=Tier, unique=True)
    count = models.PositiveSmallIntegerField(_("contacts"), default=1)
    months = models.PositiveSmallIntegerField(_("in months"), default=12, validators=[MinValueValidator(1)])
    spacing = models.PositiveSmallIntegerField(
        _("days between two"), default=0, help_text=_("A contact that follows sooner on the last one counts nothing.")
    )
    forms = models.JSONField(
        _("accepted forms"), default=list, blank=True, help_text=_("None chosen: every form counts.")
    )
    roles = models.JSONField(
        _("who may earn it"), default=list, blank=True, help_text=_("None chosen: everybody who was there.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["months", "tier"]
        verbose_name = _("cadence")
        verbose_name_plural = _("cadence")

    def __str__(self) -> str:
        return self.get_tier_display()

    def clean(self) -> None:
        if self.count * self.spacing > self.months * 28:
            raise ValidationError(
                {"spacing": _("So many contacts, so far apart, do not fit into %(n)d months.") % {"n": self.months}}
            )

    @property
    def norm(self) -> Norm:
        """The row as the rule reads it."""
        return Norm(self.count, self.months, self.spacing, frozenset(self.forms), frozenset(self.roles))


class VisitOccasion(models.Model):
    """Something after which somebody calls on a household: illness, bereavement, a relative arriving. Data."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=20)
    name_hant = models.CharField(_("name in Traditional Chinese"), max_length=20, blank=True)
    name_en = models.CharField(_("name in English"), max_length=40, blank=True)
    days = models.PositiveSmallIntegerField(_("within days"), default=3)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("occasion for a visit")
        verbose_name_plural = _("occasions for a visit")

    def __str__(self) -> str:
        by_language = {"zh-hant": self.name_hant, "en": self.name_en}
        return by_language.get(get_language() or "", "") or self.name
