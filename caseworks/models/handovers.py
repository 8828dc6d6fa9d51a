"""Work that changes hands: from a liaison who leaves to the next one, and from one shift at the desk to the next.

A pack keeps what it lists as references, not as words: what a household is called and what was promised to it stays
where it is, and is erased there.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from people.access import Role, permits
from people.models import Area, Post
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: User) -> Self:
        """Those one takes part in, and those of posts in one's areas for whoever has liaisons below him."""
        own = Q(leaver=user) | Q(successor=user)
        if not permits({Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER}, user.scope.roles):
            return self.filter(own)
        passed = HandOver.posts.through.objects.filter(handover=OuterRef("pk"))
        return self.filter(own | Exists(passed.filter(within(user.scope.paths, "post__area__"))))

    def unsigned(self) -> Self:
        return self.filter(Q(leaver_signed_at__isnull=True) | Q(successor_signed_at__isnull=True))

    def to_sign(self, user: User) -> Self:
        """Those that want the user's own name."""
        return self.filter(
            Q(leaver=user, leaver_signed_at__isnull=True) | Q(successor=user, successor_signed_at__isnull=True)
        )


class HandOver(models.Model):
    """A liaison leaves, somebody else has his posts from a day on; both sign what is handed over.

    `posts` are those of the leaver; `items` was drawn up when the hand-over was entered and stays as it was: a list
    of ``{"kind": "case" | "promise" | "visit" | "household", "pk": …, "due": "2026-11-30" | null}``.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    leaver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="handed_over", verbose_name=_("who leaves")
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taken_over", verbose_name=_("who comes after")
    )
    posts = models.ManyToManyField(Post, related_name="+", verbose_name=_("posts"))
    on = models.DateField(_("from"), help_text=_("The successor's first day."))
    items = models.JSONField(default=list)
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    drawn_up_at = models.DateTimeField(_("drawn up"), auto_now_add=True)
    leaver_signed_at = models.DateTimeField(_("signed by who leaves"), null=True)
    successor_signed_at = models.DateTimeField(_("signed by who comes after"), null=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["-drawn_up_at", "-pk"]
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(condition=~Q(leaver=F("successor")), name="hand_over_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.leaver} → {self.successor}"

    @property
    def signed(self) -> bool:
        return bool(self.leaver_signed_at and self.successor_signed_at)


class ShiftHandOverQuerySet(models.QuerySet["ShiftHandOver"]):
    def visible_to(self, user: User) -> Self:
        """Shifts of the desks in the user's areas."""
        return self.filter(within(user.scope.paths, "area__"))

    def waiting_for(self, user: User) -> Self:
        """Those that *user* can take over: left to him or to nobody in particular, and not by himself."""
        return self.filter(Q(to=user) | Q(to__isnull=True), taken_by__isnull=True).exclude(by=user)


class ShiftHandOver(models.Model):
    """What one shift at the desk leaves to the next: `items` maps each heading to the numbers of its cases."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("handed over by"))
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("colleague")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    items = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken over by")
    )
    taken_at = models.DateTimeField(_("taken over"), null=True)

    objects = ShiftHandOverQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("shift hand-over")
        verbose_name_plural = _("shift hand-overs")
        indexes = [models.Index(fields=["area", "-at"], name="shift_by_desk")]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | ~Q(taken_by=F("by")), name="shift_taken_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"
