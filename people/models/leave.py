"""Leave: who is away from when to when, and who stands in."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.areas import within
from people.models.staff import Post

if TYPE_CHECKING:
    from people.models.staff import User


class LeaveQuerySet(models.QuerySet["Leave"]):
    def visible_to(self, user: User) -> Self:
        """One's own leave, that in which one stands in, and that of whoever has a post in one's areas."""
        below = Post.objects.filter(within(user.scope.paths, "area__"), user=OuterRef("user"))
        return self.filter(Q(user=user) | Q(stand_in=user) | Exists(below))

    def standing(self) -> Self:
        """Asked for or in force: neither declined nor taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def approved(self) -> Self:
        return self.standing().filter(approved_by__isnull=False)

    def overlapping(self, since: date, until: date) -> Self:
        """Leave that has a day in common with those from *since* to *until*."""
        return self.filter(since__lte=until, until__gte=since)

    def not_over(self, on: date | None = None) -> Self:
        return self.filter(until__gte=on or timezone.localdate())


class Leave(models.Model):
    """Days on which somebody is away, and who stands in.

    Approved, it gives the stand-in the owner's posts for just these days (`Post.stands_in_for`); nothing is moved
    then, and nothing has to be moved back. The uuid is made when the form opens: sent twice, it stays one leave.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="leaves", verbose_name=_("who is away")
    )
    stand_in = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="stands_in", verbose_name=_("stand-in")
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    asked_at = models.DateTimeField(_("entered"), auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="leave_ends_after_start"),
            models.CheckConstraint(condition=~Q(user=F("stand_in")), name="leave_has_another_stand_in"),
        ]
        indexes = [models.Index(fields=["user", "until"], name="leave_by_owner")]

    def __str__(self) -> str:
        return f"{self.user} {self.since} – {self.until}"

    @property
    def begun(self) -> bool:
        return self.since <= timezone.localdate()
