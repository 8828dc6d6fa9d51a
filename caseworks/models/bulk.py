"""One decision about many cases: what was asked for, what became of each, and how each was before."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case
from caseworks.states import Verb
from people.models import Job

if TYPE_CHECKING:
    from people.models import User

# How long a step can be taken back by a button (ux study, J2).
UNDO_WITHIN = timedelta(minutes=10)


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def visible_to(self, user: User) -> Self:
        """A change belongs to whoever made it: nobody else takes it back."""
        return self.filter(by=user)


class BulkChange(models.Model):
    """One verb done to many cases. `uuid` is the key of the form: sent twice, it is done once.

    `given` is what the form said beside the cases: ``{"target": "post:17:leader"}``, ``{"category": 3}``,
    ``{"text": "…"}``.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    verb = models.CharField(_("what"), max_length=20, choices=Verb)
    given = models.JSONField(default=dict)
    # The filters whose cases are meant (caseworks.listing.written), where they were too many to be read at once; null
    # where the cases were named.
    matching = models.JSONField(null=True)
    # When all its cases were written down, how many those are, and how many ended in which state.
    gathered_at = models.DateTimeField(null=True, editable=False)
    number = models.PositiveIntegerField(default=0, editable=False)
    counted = models.JSONField(default=dict, editable=False)
    began_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    undo_began_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    # Who waits for the work while it is done in the background, the undoing after the doing.
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of many cases")
        verbose_name_plural = _("changes of many cases")

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.began_at:%Y-%m-%d %H:%M}"

    @property
    def undo_until(self) -> datetime | None:
        return self.ended_at + UNDO_WITHIN if self.ended_at else None

    @property
    def can_be_undone(self) -> bool:
        until = self.undo_until
        return until is not None and self.undo_began_at is None and timezone.now() < until


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not done")
    UNDONE = "undone", _("Taken back")
    KEPT = "kept", _("Left as it is")


class BulkItem(models.Model):
    """One case of a change: what became of it; `before` its columns as they were, `version` its version after."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.WAITING)
    why = models.CharField(_("why"), max_length=300, blank=True)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("case of a change")
        verbose_name_plural = _("cases of a change")
        constraints = [models.UniqueConstraint(fields=["change", "case"], name="bulk_item_once")]
        indexes = [models.Index(fields=["change", "state"], name="bulk_item_by_state")]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_state_display()}"
