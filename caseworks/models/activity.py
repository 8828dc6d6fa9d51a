"""What happened on a case: its timeline, its follow-up calls, and drafts not yet saved."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case, Satisfaction, Solved
from caseworks.states import Status, Verb
from people.models import Photo

if TYPE_CHECKING:
    from people.models import User


class TimelineEntry(models.Model):
    """One thing that happened on a case. Written once, never changed.

    `key` is the idempotency key of the form that was sent: the same form sent twice adds one entry.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="timeline", verbose_name=_("case"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    status = models.CharField(_("status after"), max_length=20, choices=Status)
    text = models.TextField(_("text"), blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    photos = models.ManyToManyField(Photo, blank=True, related_name="timeline_entries")
    key = models.UUIDField(null=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="The case's version after this entry.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["verb", "at"], name="timeline_by_verb")]
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")

    def __str__(self) -> str:
        return f"{self.case} · {self.get_verb_display()}"


class Way(models.TextChoices):
    """How a caller is asked."""

    PHONE = "phone", _("By phone")
    DOOR = "door", _("At the door")


class FollowUp(models.Model):
    """One try to ask the caller whether it is solved and whether he is satisfied."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="follow_ups", verbose_name=_("case"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    way = models.CharField(_("way"), max_length=5, choices=Way, default=Way.PHONE)
    reached = models.BooleanField(_("reached"))
    solved = models.CharField(_("solved"), max_length=10, choices=Solved, blank=True)
    satisfaction = models.CharField(_("satisfaction"), max_length=10, choices=Satisfaction, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="follow_up_in_month")]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")

    def __str__(self) -> str:
        return f"{self.case} · {self.at:%Y-%m-%d}"


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> Self:
        """A draft belongs to whoever types it."""
        return self.filter(owner=user)


class Draft(models.Model):
    """A form as far as it was typed. The uuid is made when the page opens, so two open pages keep two drafts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=12, default="case", editable=False, help_text="Which form it is of.")
    fields = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return str(self.uuid)
