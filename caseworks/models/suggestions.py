"""Suggestions: what somebody proposes, what was decided, and what became of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caseworks.models.cases import Case
from caseworks.models.taxonomy import Channel
from caseworks.suggestion_states import Decision, Stage, Step
from outreach.models import Message, Visit
from people.access import SEES_CASES, Role, permits
from people.models import Area, Organisation, Post, Resident
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: User) -> Self:
        """Suggestions about the user's areas or carried out there, those his units carry out, and those he raised.

        One without an area belongs to the office that took it down: its desk and its supervisors see it.
        """
        scope = user.scope
        seen = Q(unit__in=scope.units)
        if permits(SEES_CASES, scope.roles):
            seen |= Q(raised_by=user) | within(scope.paths, "area__") | within(scope.paths, "handling_area__")
        if permits({Role.OPERATOR, Role.SUPERVISOR}, scope.roles):
            colleague = Post.objects.filter(within(scope.paths, "area__"), user=OuterRef("raised_by"))
            seen |= Q(area__isnull=True) & Q(Exists(colleague))
        return self.filter(seen)

    def handled_by(self, user: User) -> Self:
        """Suggestions that are to be carried out at one of the user's posts of today, or by his units."""
        held = Q(unit__in=user.scope.units)
        for area, role in user.scope.posts:
            held |= Q(handling_area=area, handling_role=role)
        return self.filter(held)

    def at(self, *stages: str) -> Self:
        return self.filter(stage__in=stages)

    def by_proposer_of(self, suggestion: Suggestion) -> Self:
        """Everything that the proposer of *suggestion* proposed: the same resident, else the same number.

        Whoever left neither is known by this one suggestion alone: a name is no person.
        """
        if suggestion.proposer_id:
            return self.filter(proposer=suggestion.proposer_id)
        if suggestion.proposer_phone and not suggestion.anonymous:
            return self.filter(proposer__isnull=True, proposer_phone=suggestion.proposer_phone, anonymous=False)
        return self.filter(pk=suggestion.pk)


class Suggestion(models.Model):
    """One proposal and what became of it; it waits at a post or a unit while it is carried out."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(pgettext_lazy("suggestion", "number"), max_length=20, unique=True)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel)
    summary = models.CharField(pgettext_lazy("noun", "suggestion"), max_length=200)
    details = models.TextField(_("details"), blank=True)
    # Who proposes
    proposer = models.ForeignKey(
        Resident, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name=_("proposer")
    )
    proposer_name = models.CharField(_("proposer's name"), max_length=80, blank=True)
    proposer_phone = models.CharField(_("proposer's phone"), max_length=60, blank=True)
    anonymous = models.BooleanField(_("anonymous"), default=False)
    # Where, and where it came from
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name=_("area")
    )
    case = models.OneToOneField(
        Case, models.SET_NULL, null=True, blank=True, related_name="suggestion", verbose_name=_("case")
    )
    visit = models.ForeignKey(
        Visit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("raised on the visit")
    )
    # How far it has come
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.TO_JUDGE)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    handling_area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carried out at")
    )
    handling_role = models.CharField(_("carried out by"), max_length=20, choices=Role, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that does it")
    )
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken down by")
    )
    judged_at = models.DateTimeField(_("judged"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    search = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        verbose_name = pgettext_lazy("noun", "suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="suggestion_newest"),
            models.Index(fields=["stage", "-raised_at"], name="suggestion_by_stage"),
            models.Index(fields=["proposer", "-raised_at"], name="suggestion_by_proposer"),
            models.Index(fields=["proposer_phone"], name="suggestion_by_phone"),
            # The months of the reports.
            models.Index(fields=["judged_at"], name="suggestion_judged_in_month"),
            models.Index(fields=["answered_at"], name="suggestion_answered_in_month"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("suggestion_detail", args=[self.number])


class SuggestionEntry(models.Model):
    """One step of a suggestion. Written once, never changed.

    `message` is what the proposer was told of it, or why he could not be. `key` is the idempotency key of the form:
    sent twice, it adds one entry.
    """

    suggestion = models.ForeignKey(
        Suggestion, models.CASCADE, related_name="timeline", verbose_name=pgettext_lazy("noun", "suggestion")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    step = models.CharField(_("what"), max_length=12, choices=Step)
    text = models.TextField(_("text"), blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    key = models.UUIDField(null=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("step of a suggestion")
        verbose_name_plural = _("steps of suggestions")

    def __str__(self) -> str:
        return f"{self.suggestion} · {self.get_step_display()}"
