"""A pair-up (结对帮扶): a helper and a household, what for, how often, until when."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from outreach.agreements import Agreement
from outreach.cadence import Norm
from people.models import Household, Membership, Organisation, Post
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User


def _one_is_gone() -> Q:
    """The household has left or nobody of it lives, or the helper holds no post any more."""
    members = Membership.objects.filter(household=OuterRef("household"))
    staying = members.current().filter(resident__died_on__isnull=True)
    left = Q(household__ended_on__isnull=False) | (Q(Exists(members)) & ~Q(Exists(staying)))
    return left | (Q(staff__isnull=False) & ~Q(Exists(Post.objects.current().filter(user=OuterRef("staff")))))


class PairUpQuerySet(models.QuerySet["PairUp"]):
    def visible_to(self, user: User) -> Self:
        """Those with the households in the user's areas."""
        return self.filter(within(user.scope.paths, "household__area__"))

    def running(self) -> Self:
        """Those that nobody has ended, their term over or not."""
        return self.filter(ended_on__isnull=True)

    def helped_by(self, user: User) -> Self:
        """Those running in which *user* is the helper, where the household has not left."""
        return self.running().filter(staff=user, household__ended_on__isnull=True)

    def behind(self, today: date) -> Self:
        """Those of which a contact was due before *today*; death, moving away and exit stop it."""
        return self.running().filter(due_on__lt=today).exclude(_one_is_gone())

    def to_decide(self, by: date) -> Self:
        """Those to be looked at, renewed or ended by a day, and those one side of which is no longer there."""
        return self.running().filter(Q(review_on__lte=by) | Q(until__lte=by) | _one_is_gone())


class WhyEnded(models.TextChoices):
    FULFILLED = "fulfilled", _("Its purpose is fulfilled")
    TERM_OVER = "term_over", _("Its term is over")
    NOT_NEEDED = "not_needed", _("No longer needed or wanted")
    HELPER = "helper", _("The helper cannot go on")
    MOVED = "moved", _("The household moved away")
    DIED = "died", _("Bereavement")


class PairUp(models.Model):
    """A contract between a helper and a household, with a term, a review, and the contacts that were agreed on.

    The helper is a member of staff, a volunteer (by name, perhaps of a team) or a unit. `count` contacts in `months`
    months in one of `forms` (none: any); `due_on` is by when the next one is due, kept by outreach/pairing.py.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="pair_ups", verbose_name=_("household"))
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pair_ups",
        verbose_name=_("member of staff"),
    )
    volunteer = models.CharField(_("volunteer"), max_length=60, blank=True)
    unit = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="pair_ups", verbose_name=_("unit")
    )
    purpose = models.CharField(pgettext_lazy("pair-up", "purpose"), max_length=200)
    count = models.PositiveSmallIntegerField(
        _("contacts"), default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    months = models.PositiveSmallIntegerField(
        _("in months"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    forms = models.JSONField(_("what counts"), default=list, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    review_on = models.DateField(_("review on"))
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=0)
    due_on = models.DateField(_("due on"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_why = models.CharField(_("why it ended"), max_length=12, choices=WhyEnded, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("arranged by")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PairUpQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("pair-up")
        verbose_name_plural = _("pair-ups")
        indexes = [models.Index(fields=["ended_on", "due_on"], name="pair_up_by_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False, volunteer="", unit__isnull=True)
                | Q(Q(unit__isnull=False) | ~Q(volunteer=""), staff__isnull=True),
                name="pair_up_has_one_helper",
            ),
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="pair_up_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.helper} · {self.household}"

    @property
    def helper(self) -> str:
        """Who helps: "李建国", "王老师（银龄志愿队）", "街道卫生中心"."""
        if self.staff:
            return str(self.staff)
        if self.volunteer and self.unit:
            said = {"name": self.volunteer, "team": self.unit}
            return pgettext("volunteer of a team", "%(name)s (%(team)s)") % said
        return self.volunteer or str(self.unit)

    @property
    def agreement(self) -> Agreement:
        """The row as the rule reads it."""
        norm = Norm(self.count, self.months, forms=frozenset(self.forms))
        return Agreement(norm, self.since, self.until, self.ended_on)
