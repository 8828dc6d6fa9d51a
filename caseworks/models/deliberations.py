"""What residents deliberated together: the meeting about a matter in which some win and some lose."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caseworks.models.cases import Case


class Deliberation(models.Model):
    """One meeting about a case: when, who took part, what was said about the matter, what was decided.

    Written once, never changed; a second meeting is a second row. Minutes are about the matter: who holds which view
    is not written down.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="deliberations", verbose_name=_("case"))
    held_on = models.DateField(_("held on"))
    participants = models.TextField(_("participants"))
    minutes = models.TextField(pgettext_lazy("of a meeting", "minutes"))
    decision = models.TextField(_("decision"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["held_on", "pk"]
        verbose_name = _("deliberation")
        verbose_name_plural = _("deliberations")

    def __str__(self) -> str:
        return f"{self.case} · {self.held_on}"
