"""The digest: what somebody is told at the start of a working day, all of it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import User


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: User) -> Self:
        """A digest is for one person."""
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Digest(models.Model):
    """What one person was told on one day.

    `items`: ``[{"topic": "new", "case": "2611-0007", "at": "2026-11-23T17:30:00+08:00", "what": "urge"}, …]``: numbers
    of cases and moments only. What the cases are about is looked up when it is read, within what the reader may see.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests", verbose_name=_("member of staff")
    )
    day = models.DateField(_("day"))
    items = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent by e-mail"), null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user} · {self.day}"

    @property
    def size(self) -> int:
        """How many lines it has: a case is one in each topic, however much is told about it."""
        return len({(item["topic"], item["case"]) for item in self.items})
