"""Photos that liaisons take and files that people upload, kept outside the web root."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.areas import Area, within

if TYPE_CHECKING:
    from people.models.staff import User


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(Q(taken_by=user) | within(user.scope.paths, "area__"))


class Photo(models.Model):
    """A picture, re-encoded without its metadata. The uuid is made on the phone, so sending it twice keeps one."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("file"), upload_to="photos/%Y/%m/")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return str(self.uuid)
