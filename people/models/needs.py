"""What the composition of a household gives reason to note or to end, waiting for a person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.areas import within
from people.models.households import Household, Need

if TYPE_CHECKING:
    from people.models.staff import User


class NeedProposalQuerySet(models.QuerySet["NeedProposal"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope.paths, "household__area__"))

    def open(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(declined_on__isnull=True)


class NeedProposal(models.Model):
    """A need that a household seems to have, or no longer to have. Confirmed, it becomes a need and is gone.

    Declined, it stays as long as the household is as it was, so that nobody is asked twice.
    """

    class Change(models.TextChoices):
        BEGINS = "begins", _("To be noted")
        ENDS = "ends", _("No longer so")

    household = models.ForeignKey(Household, models.CASCADE, related_name="need_proposals", verbose_name=_("household"))
    need = models.CharField(_("need"), max_length=20, choices=Need)
    change = models.CharField(_("change"), max_length=10, choices=Change)
    found_on = models.DateField(_("found on"))
    declined_on = models.DateField(_("declined on"), null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("declined by")
    )

    objects = NeedProposalQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("proposed need")
        verbose_name_plural = _("proposed needs")
        constraints = [
            models.UniqueConstraint(fields=["household", "need", "change"], name="need_proposed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.household} · {self.get_need_display()}"
