"""How cases hang together: merged into another, split from one, or merely related."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks.models.cases import Case


class LinkKind(models.TextChoices):
    MERGED = "merged", _("Merged into")
    SPLIT = "split", _("Split from")
    RELATED = "related", _("Related to")


class CaseLinkQuerySet(models.QuerySet["CaseLink"]):
    def standing(self) -> Self:
        return self.filter(undone_at__isnull=True)

    def of(self, case: Case) -> Self:
        """Links in which *case* stands on either side."""
        return self.filter(Q(case=case) | Q(other=case))


class CaseLink(models.Model):
    """A bond between two cases, read from the left: `case` is merged into, split from or related to `other`.

    It is ended, never removed. `before` are the columns of `case` as they were, and the rows that a merging added to
    `other` or changed there: ``callers``, ``households`` and ``asking`` of an incident. `version` is that of `case`
    right after: one that has moved on cannot be put back.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="links", verbose_name=_("case"))
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked_from", verbose_name=_("other case"))
    kind = models.CharField(_("kind"), max_length=10, choices=LinkKind)
    made_at = models.DateTimeField(_("at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    undone_at = models.DateTimeField(_("ended"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    objects = CaseLinkQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        constraints = [
            models.UniqueConstraint(
                fields=["case", "other", "kind"], condition=Q(undone_at__isnull=True), name="case_link_once"
            ),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="case_link_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_kind_display()} {self.other}"
