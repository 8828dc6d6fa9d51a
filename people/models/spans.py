"""The contact network's limits, and the regroupings it has been through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.areas import Area, within

if TYPE_CHECKING:
    from people.models.staff import User


class SpanKind(models.TextChoices):
    """What somebody looks after, counted."""

    GROUP = "group", _("Households of a group")
    OFFICER = "officer", _("Group leaders of a community officer")
    COMMITTEE = "committee", _("Communities of a committee member")
    LEADER = "leader", _("Key departments of a supervisor")
    MEMBER = "member", _("Key departments of a committee member")


class SpanLimit(models.Model):
    """How few and how many one person can look after. A kind without a row has no limits."""

    kind = models.CharField(_("kind"), max_length=20, choices=SpanKind, unique=True)
    least = models.PositiveSmallIntegerField(_("at least"), default=0)
    most = models.PositiveSmallIntegerField(_("at most"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("span limit")
        verbose_name_plural = _("span limits")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(most__gte=models.F("least")),
                name="span_limit_in_order",
                violation_error_message=_("“At most” is less than “at least”."),
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RegroupingQuerySet(models.QuerySet["Regrouping"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "community__"))


class Regrouping(models.Model):
    """The households of a community were put into other groups, in one step that can be taken back.

    `moves` lists [household, area before, area since] by primary key; `added` the groups made for it.
    """

    community = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("community"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    moves = models.JSONField(default=list)
    added = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    objects = RegroupingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("regrouping")
        verbose_name_plural = _("regroupings")

    def __str__(self) -> str:
        return f"{self.community} {self.at:%Y-%m-%d %H:%M}"
