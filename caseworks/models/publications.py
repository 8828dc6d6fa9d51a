"""What is put on the notice board: a resolved case in words that name nobody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case

if TYPE_CHECKING:
    from people.models import User


class PublicationState(models.TextChoices):
    DRAFT = "draft", _("To be looked at")
    SHOWN = "shown", _("On the notice board")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: User) -> Self:
        """Notices about the cases one sees."""
        return self.filter(case__in=Case.objects.visible_to(user))


class Publication(models.Model):
    """A notice about a resolved case. Somebody writes it, somebody else has a look, then it may be printed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="publications", verbose_name=_("case"))
    state = models.CharField(_("state"), max_length=10, choices=PublicationState, default=PublicationState.DRAFT)
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("text"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("looked at by")
    )
    approved_at = models.DateTimeField(_("shown since"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_why = models.CharField(_("why withdrawn"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["state", "-written_at"], name="publication_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("written_by")), name="publication_second_look"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state=PublicationState.WITHDRAWN), name="publication_once_per_case"
            ),
        ]

    def __str__(self) -> str:
        return self.title
