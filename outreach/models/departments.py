"""Departments and enterprises have contact duties too: which leader keeps which department, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from outreach.periods import LENGTHS, Pace, Period, latest_start, period_of
from people.models import Area, Organisation
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


class ContactDuty(models.TextChoices):
    """What a leader owes a department he keeps, and the office an enterprise."""

    MEETING = "meeting", _("Meet a key department")
    BRINGING = "bringing", _("Bring it to an enterprise")
    ENTERPRISE = "enterprise", _("Visit an enterprise")


class ContactNorm(models.Model):
    """How often a contact is asked for. Edited in the admin; a duty without a row asks for nothing.

    The rule is outreach/periods.py.
    """

    class Length(models.IntegerChoices):
        MONTH = 1, _("month")
        QUARTER = 3, _("quarter")
        HALF_YEAR = 6, _("half-year")
        YEAR = 12, _("year")

    duty = models.CharField(_("duty"), max_length=12, choices=ContactDuty, unique=True)
    count = models.PositiveSmallIntegerField(_("contacts"), default=1)
    months = models.PositiveSmallIntegerField(_("in every"), choices=Length, default=Length.QUARTER)
    since = models.DateField(
        _("holds since"), null=True, blank=True, help_text=_("Left empty: always. What lies before is not asked for.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["months", "pk"]
        verbose_name = _("contact of departments and enterprises")
        verbose_name_plural = _("contacts of departments and enterprises")

    def __str__(self) -> str:
        return self.get_duty_display()

    @property
    def pace(self) -> Pace:
        """The row as the rule reads it."""
        return Pace(self.count, self.months, self.since or date.min)


def in_period(duty: str, on: date, pick: Callable[[Period], date]) -> Case:
    """A day of the period in which *on* lies, as long as *duty* has it; null where nothing is asked. No query."""
    norm = ContactNorm.objects.filter(duty=duty)
    whens = [
        When(
            Exact(Subquery(norm.values("months")[:1]), months),
            then=Value(pick(period_of(on, months)), output_field=models.DateField()),
        )
        for months in LENGTHS
    ]
    return Case(*whens, output_field=models.DateField())


class KeptDepartmentQuerySet(models.QuerySet["KeptDepartment"]):
    def visible_to(self, user: User) -> Self:
        """Those of the user's areas, and his own wherever they are."""
        return self.filter(within(user.scope.area_paths, "area__") | Q(leader=user))

    def current(self, on: date | None = None) -> Self:
        """Those kept on that day, today by default."""
        day = on or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)

    def owing(self, duty: str, on: date) -> Self:
        """Those of which a contact is owed in the period of the day *on*: `outreach.periods.owes` for many rows."""
        lasting = Q(until__isnull=True) | Q(until__gte=F("_last"))
        asked = Q(_asked_since__isnull=True) | Q(_asked_since__lte=F("_latest"))
        return self._asked(duty, on).filter(lasting, asked, _asked__gt=0, since__lte=F("_latest"))

    def met(self, duty: str, on: date) -> Self:
        """Those that had as many contacts in the period of the day *on*, up to that day, as the duty asks for."""
        return self._asked(duty, on)._counted(duty, on).filter(_asked__gt=0, _contacts__gte=F("_asked"))

    def unmet(self, duty: str, on: date) -> Self:
        """Those of which a contact of that period is still owed."""
        return self.owing(duty, on)._counted(duty, on).filter(_contacts__lt=F("_asked"))

    def _asked(self, duty: str, on: date) -> Self:
        norm = ContactNorm.objects.filter(duty=duty)
        return self.alias(
            _asked=Subquery(norm.values("count")[:1]),
            _asked_since=Subquery(norm.values("since")[:1]),
            _first=in_period(duty, on, lambda period: period.first),
            _latest=in_period(duty, on, latest_start),
            _last=in_period(duty, on, lambda period: period.last),
        )

    def _counted(self, duty: str, on: date) -> Self:
        contacts = LeaderContact.objects.filter(
            Q(pair__until__isnull=True) | Q(on__lte=F("pair__until")),
            pair=OuterRef("pk"),
            pair__since__lte=F("on"),
            on__gte=OuterRef("_first"),
            on__lte=on,
        )
        if duty == ContactDuty.BRINGING:
            contacts = contacts.filter(enterprise__isnull=False)
        days = contacts.order_by().values("pair").annotate(n=models.Count("on", distinct=True)).values("n")
        return self.alias(_contacts=Coalesce(Subquery(days), Value(0)))


class KeptDepartment(models.Model):
    """A key department and the leader who keeps it, from a day to a day. `area` is the part of the office it is of."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="kept_departments", verbose_name=_("leader")
    )
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="kept_by", verbose_name=_("department"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = KeptDepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["leader__name", "unit__name", "pk"]
        verbose_name = _("key department")
        verbose_name_plural = _("key departments")
        constraints = [
            models.UniqueConstraint(
                fields=["leader", "unit"], condition=Q(until__isnull=True), name="department_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="department_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader} · {self.unit}"


class ContactKind(models.TextChoices):
    MEETING = "meeting", _("Meeting with the department")
    TALK = "talk", _("Policy talk at an enterprise")
    VISIT = "visit", _("Visit to an enterprise")


class ContactPlace(models.TextChoices):
    """In which form they met."""

    THERE = "there", _("At their place")
    HERE = "here", _("At the office")
    PHONE = "phone", _("By phone")
    ONLINE = "online", _("Online")


class LeaderContactQuerySet(models.QuerySet["LeaderContact"]):
    def visible_to(self, user: User) -> Self:
        """Those of the user's areas, and his own."""
        return self.filter(within(user.scope.area_paths, "area__") | Q(who=user) | Q(pair__leader=user))


class LeaderContact(models.Model):
    """A leader met a department, or went to an enterprise, with a department he keeps or without one.

    With a department it is a contact with that, too: who takes it to an enterprise has met it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("what it was"), max_length=10, choices=ContactKind)
    pair = models.ForeignKey(
        KeptDepartment, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("department")
    )
    enterprise = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("enterprise")
    )
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who went"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    on = models.DateField(_("date"), default=timezone.localdate)
    form = models.CharField(_("form of contact"), max_length=10, choices=ContactPlace, default=ContactPlace.THERE)
    note = models.TextField(_("what it was about"), blank=True)
    promised = models.TextField(_("promised"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = LeaderContactQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("contact with a department or enterprise")
        verbose_name_plural = _("contacts with departments and enterprises")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="meeting", pair__isnull=False, enterprise__isnull=True)
                | Q(kind__in=["talk", "visit"], enterprise__isnull=False),
                name="leader_contact_has_its_partners",
            )
        ]
        indexes = [
            models.Index(fields=["pair", "on"], name="leader_contact_by_pair"),
            models.Index(fields=["enterprise", "on"], name="leader_contact_by_enterprise"),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} · {self.partners}"

    @property
    def partners(self) -> str:
        """The department and the enterprise, whichever there were."""
        units = (self.pair.unit if self.pair else None, self.enterprise)
        return "、".join(unit.name for unit in units if unit)
