"""The case: one matter, from the call to the answer."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caseworks.models.taxonomy import Category, Channel, Urgency
from caseworks.sampling import Choice
from caseworks.states import CURRENT, OPEN, RUNNING, Status
from outreach.models import Visit
from people.access import SEES_CASES, Role, permits
from people.models import Area, AreaLevel, Household, Organisation, Post, Resident
from people.models.areas import within

if TYPE_CHECKING:
    from caseworks.models.clocks import Extension
    from people.models import User


class Solved(models.TextChoices):
    YES = "yes", _("Solved")
    PARTLY = "partly", _("Partly solved")
    NO = "no", _("Not solved")


class Satisfaction(models.TextChoices):
    SATISFIED = "satisfied", _("Satisfied")
    FAIRLY = "fairly", _("Fairly satisfied")
    NOT = "not", _("Not satisfied")


class CaseKind(models.TextChoices):
    """What sort of matter it is, and so how it is treated (分类化处置). Most cases need no sorting."""

    WISH = "wish", _("Personal wish that cannot be met")
    IMPROVEMENT = "improvement", _("Reasonable improvement")
    SIDES = "sides", _("Winners and losers")


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> Self:
        """Cases in the user's areas or handled there, those his units lead or help with, and those he sponsors.

        A case without an area belongs to the office that took it down: its desk and its supervisors see it.
        """
        scope = user.scope
        helping = CoHandling.objects.filter(case=OuterRef("pk"), unit__in=scope.units)
        seen = Q(unit__in=scope.units) | Q(Exists(helping)) | Q(sponsor=user)
        if permits(SEES_CASES, scope.roles):
            seen |= within(scope.paths, "area__") | within(scope.paths, "handling_area__")
        if permits({Role.OPERATOR, Role.SUPERVISOR}, scope.roles):
            colleague = Post.objects.filter(within(scope.paths, "area__"), user=OuterRef("registered_by"))
            seen |= Q(area__isnull=True) & (Q(registered_by__isnull=True) | Q(Exists(colleague)))
        return self.filter(seen)

    def handled_by(self, user: User) -> Self:
        """Cases that wait at one of the user's posts of today, or at his units."""
        held = Q(unit__in=user.scope.units)
        for area, role in user.scope.posts:
            held |= Q(handling_area=area, handling_role=role)
        return self.filter(held)

    def asked_at_door_by(self, user: User) -> Self:
        """Resolved cases whose callers wait to be asked at the door by whoever holds the user's posts of today.

        Nobody goes to a household that has left: its caller is rung up again after the day.
        """
        held = Q(pk__in=[])
        for area, role in user.scope.posts:
            held |= Q(follow_up_area=area, follow_up_role=role)
        return self.filter(held, status=Status.TO_FOLLOW_UP, household__ended_on__isnull=True)

    def open(self) -> Self:
        """Cases on which the office still has work to do."""
        return self.filter(status__in=OPEN)

    def overdue(self, at: datetime | None = None) -> Self:
        """Open cases whose deadline has passed; a suspended one is not overdue."""
        return self.filter(status__in=RUNNING, due_at__lt=at or timezone.now())

    def supervised(self) -> Self:
        """Open cases under supervision; that of before a reopening is over."""
        return self.open().filter(supervised_at__gte=Coalesce("clock_from", "registered_at"))

    def with_status(self, *statuses: str) -> Self:
        return self.filter(status__in=statuses)


class Case(models.Model):
    """One request and what became of it.

    Three answers are kept apart: whether it is closed, whether it is solved, and whether the caller is satisfied.
    It waits at an area and a role (whoever holds that post today has it), or at a unit, or in the dispatch queue.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(pgettext_lazy("case", "number"), max_length=20, unique=True)
    # The request
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    kind = models.CharField(_("sort of matter"), max_length=12, choices=CaseKind, blank=True)
    summary = models.CharField(_("request"), max_length=200)
    details = models.TextField(_("details"), blank=True)
    # Who asks, and for whom
    caller = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("caller")
    )
    caller_name = models.CharField(_("caller's name"), max_length=80, blank=True)
    caller_phone = models.CharField(_("caller's phone"), max_length=60, blank=True)
    caller_tail = models.CharField(max_length=4, blank=True, db_index=True, editable=False)
    anonymous = models.BooleanField(_("anonymous"), default=False)
    concerned = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("person concerned")
    )
    concerned_name = models.CharField(_("name of the person concerned"), max_length=80, blank=True, default="")
    household = models.ForeignKey(
        Household, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("household")
    )
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("raised on the visit")
    )
    # Where
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("area"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    # Who has it, and why
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.TO_DISPATCH)
    handling_area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("handled at")
    )
    handling_role = models.CharField(_("handled by"), max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("handling unit")
    )
    route_reason = models.CharField(_("why it went there"), max_length=300, blank=True)
    # The clock: limits as they stood at the start, the moments derived from them
    limits = models.JSONField(default=dict)
    clock_limit = models.CharField(max_length=10, default="handling", editable=False)
    clock_from = models.DateTimeField(null=True, editable=False)
    contact_due_at = models.DateTimeField(_("contact by"), null=True, blank=True)
    due_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    # What happened
    contacted_at = models.DateTimeField(_("contacted"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"), default=timezone.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("resolved by")
    )
    resolved_level = models.ForeignKey(
        AreaLevel, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resolved at the level")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sponsored",
        verbose_name=_("sponsor"),
        help_text=_("The leader who took it on himself on a reception day and sees that it gets done."),
    )
    outcome = models.TextField(_("outcome"), blank=True)
    reply = models.TextField(_("reply"), blank=True, default="", help_text=_("The words the caller hears."))
    # What the check of the reply found and the handler let stand: names of caseworks.replies.Finding.
    resolved_despite = models.JSONField(default=list, editable=False)
    solved = models.CharField(_("solved"), max_length=10, choices=Solved, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=10, choices=Satisfaction, blank=True)
    times_returned = models.PositiveSmallIntegerField(default=0)
    times_urged = models.PositiveSmallIntegerField(default=0)
    supervised_at = models.DateTimeField(_("supervised since"), null=True, blank=True)
    feedback_due_at = models.DateTimeField(_("feedback by"), null=True, blank=True)
    times_reopened = models.PositiveSmallIntegerField(default=0)
    follow_up_tries = models.PositiveSmallIntegerField(default=0)
    follow_up_after = models.DateTimeField(_("follow up from"), null=True, blank=True)
    # Whether the caller is asked and why, chosen once when the case was resolved, at the share as it stood
    follow_up_choice = models.CharField(_("asked why"), max_length=12, choices=Choice, blank=True, default="")
    follow_up_share = models.PositiveSmallIntegerField(_("share asked (%)"), null=True, blank=True)
    # The post whose holder asks at the door, and by which day
    follow_up_area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked at the door at")
    )
    follow_up_role = models.CharField(_("asked at the door by"), max_length=20, choices=Role, blank=True, default="")
    follow_up_on = models.DateField(_("asked at the door until"), null=True, blank=True)
    # Where an imported row came from: the ledger's own words for what did not fit a field
    ledger_note = models.TextField(_("from the ledger"), blank=True)
    search = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    table = models.PositiveSmallIntegerField(
        default=CURRENT, editable=False, help_text="The version of the transition table it began with."
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-registered_at", "-pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["-registered_at", "-id"], name="case_newest"),
            models.Index(fields=["status", "due_at"], name="case_by_due"),
            models.Index(fields=["handling_area", "handling_role", "status"], name="case_by_post"),
            models.Index(fields=["unit", "status"], name="case_by_unit"),
            models.Index(fields=["caller", "-registered_at"], name="case_by_caller"),
            models.Index(fields=["area", "category", "-registered_at"], name="case_by_place"),
            models.Index(
                fields=["feedback_due_at", "id"], condition=Q(supervised_at__isnull=False), name="case_supervised"
            ),
            models.Index(
                fields=["follow_up_area", "follow_up_on"],
                condition=Q(follow_up_area__isnull=False),
                name="case_asked_at_door",
            ),
            # The months of the reports.
            models.Index(fields=["due_at"], name="case_due_in_month"),
            models.Index(fields=["resolved_at"], name="case_resolved_in_month"),
            models.Index(fields=["contact_due_at"], name="case_contact_in_month"),
            models.Index(fields=["closed_at"], name="case_closed_in_month"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("case_detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def awaits_answers(self) -> bool:
        """A unit that helps has neither answered nor been waived."""
        return any(asked.waited_for for asked in self.co_handlings.all())

    @property
    def awaited_extension(self) -> Extension | None:
        """The request for more time that nobody has decided yet: one of the present run of the clock."""
        began = self.clock_from or self.registered_at
        asked = (one for one in self.extensions.all() if one.decided_at is None and one.clock_from == began)
        return next(asked, None) if self.is_open else None

    @property
    def under_supervision(self) -> bool:
        """Whether a supervisor watches it; that of before a reopening is over."""
        since = self.clock_from or self.registered_at
        return self.is_open and self.supervised_at is not None and self.supervised_at >= since


class CaseCaller(models.Model):
    """Somebody else who called about the same matter."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="more_callers", verbose_name=_("case"))
    resident = models.ForeignKey(Resident, models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField(_("caller's name"), max_length=80, blank=True)
    phone = models.CharField(_("caller's phone"), max_length=60, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["at"]
        verbose_name = _("another caller")
        verbose_name_plural = _("more callers")

    def __str__(self) -> str:
        return self.name or f"…{self.phone[-4:]}"


class CoHandlingQuerySet(models.QuerySet["CoHandling"]):
    def waiting(self) -> Self:
        """Those that are neither answered nor waived."""
        return self.filter(answered_at__isnull=True, waived_at__isnull=True)


class CoHandling(models.Model):
    """A unit that helps the handler of a case, by when, and what it answered; or why nobody waits for it any more."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="co_handlings", verbose_name=_("case"))
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="co_handlings", verbose_name=_("unit"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    opinion = models.TextField(_("opinion"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # Its own clock: the limit as it stood when it was asked, the moment derived from it
    limit = models.CharField(_("limit"), max_length=8, blank=True)
    due_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    waived_at = models.DateTimeField(_("waived"), null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("waived by")
    )
    waived_because = models.CharField(_("reason"), max_length=200, blank=True)

    objects = CoHandlingQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        verbose_name = _("co-handling unit")
        verbose_name_plural = _("co-handling units")
        indexes = [models.Index(fields=["unit", "due_at"], name="co_handling_by_due")]
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="co_handling_once")]

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def waited_for(self) -> bool:
        """Neither answered nor waived."""
        return self.answered_at is None and self.waived_at is None

    @property
    def answered_late(self) -> bool:
        return bool(self.answered_at and self.due_at and self.answered_at > self.due_at)


class NumberSeries(models.Model):
    """The last acceptance number given out in a series, one series a month."""

    series = models.CharField(max_length=10, unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of numbers")
        verbose_name_plural = _("series of numbers")

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"
