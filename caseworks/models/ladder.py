"""The ladder of a late case: its rungs as configuration, and each time one fired."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from caseworks import ladder
from caseworks.deadlines import BadLimit, Limit, Unit
from caseworks.ladder import RungKind, Side
from caseworks.models.cases import Case
from caseworks.models.clocks import validate_limit
from caseworks.models.taxonomy import Category, Urgency
from outreach.calendar import SHANGHAI, Calendar
from people.models import Area, AreaLevel

if TYPE_CHECKING:
    from people.models import User

# Rungs are held against each other on a deadline like any other: a Wednesday's close, no holiday near.
_ANY_DEADLINE = datetime(2026, 6, 10, 17, 30, tzinfo=SHANGHAI)


def validate_office_time(value: str) -> None:
    """Accept a limit in working days or office hours: on the wall clock a rung would fire at night."""
    validate_limit(value)
    if Limit.parse(value).unit not in (Unit.WORKING_DAYS, Unit.WORKING_HOURS):
        raise ValidationError(gettext("Give working days or office hours, such as 1wd or 4wh: nothing fires at night."))


class LadderRung(models.Model):
    """One rung: what is done, when, on which cases, and up to which level it is told.

    Of a kind, those hold whose conditions fit a case most closely: a rung for a category takes the place of the
    general ones of its kind.
    """

    rank = models.PositiveIntegerField(_("order"), unique=True)
    kind = models.CharField(_("what"), max_length=10, choices=RungKind)
    side = models.CharField(_("when"), max_length=6, choices=Side, default=Side.AT)
    limit = models.CharField(
        _("by how much"),
        max_length=8,
        blank=True,
        validators=[validate_office_time],
        help_text=_("Such as 4wh or 1wd; empty at the deadline itself."),
    )
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, blank=True)
    level = models.ForeignKey(
        AreaLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("also told"),
        help_text=_("The level above the handler that is told; empty: the handler alone."),
    )
    feedback = models.CharField(
        _("feedback within"),
        max_length=8,
        blank=True,
        validators=[validate_office_time],
        help_text=_("For supervision: when the handler has to report."),
    )
    since = models.DateTimeField(
        _("in force from"), default=timezone.now, help_text=_("What would have fired before is left alone.")
    )
    active = models.BooleanField(_("active"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["rank"]
        verbose_name = _("rung of the ladder")
        verbose_name_plural = _("ladder")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.when}"

    @property
    def when(self) -> str:
        """When it fires, in words: "4 office hours before the deadline"."""
        if self.side == Side.AT:
            return str(Side.AT.label)
        try:
            words = Limit.parse(self.limit).in_words()
        except BadLimit:
            words = self.limit
        if self.side == Side.BEFORE:
            return gettext("%(limit)s before the deadline") % {"limit": words}
        return gettext("%(limit)s after the deadline") % {"limit": words}

    @property
    def how_far(self) -> Limit | None:
        """The limit, None at the deadline. Raises BadLimit."""
        return None if self.side == Side.AT else Limit.parse(self.limit)

    def moment(self, due_at: datetime, calendar: Calendar) -> datetime:
        """When it fires on a case that is due at *due_at*. Raises BadLimit."""
        return ladder.moment(due_at, self.side, self.how_far, calendar)

    def clean(self) -> None:
        """Refuse what contradicts itself or another rung for the same cases."""
        if not self.kind or not self.side:
            return
        wrong = self._wrong_in_itself()
        if wrong:
            raise ValidationError(wrong)
        try:
            validate_office_time(self.limit or "1wd")
        except ValidationError:
            return  # the field says so
        if self.active and self.rank is not None:
            same_cases = LadderRung.objects.filter(active=True, category=self.category_id, urgency=self.urgency)
            for other in same_cases.exclude(pk=self.pk):
                self._hold_against(other)

    def _wrong_in_itself(self) -> dict[str, str]:
        wrong = {}
        if self.side == Side.AT and self.limit:
            wrong["limit"] = gettext("At the deadline there is no “by how much”.")
        if self.side != Side.AT and not self.limit:
            wrong["limit"] = gettext("Say by how much, such as 4wh or 1wd.")
        if self.kind == RungKind.REMIND and self.side != Side.BEFORE:
            wrong["side"] = gettext("A reminder comes before the deadline.")
        if self.kind in (RungKind.SUPERVISE, RungKind.CIRCULATE) and self.side == Side.BEFORE:
            wrong["side"] = gettext("Nobody is supervised or named before the deadline has passed.")
        if self.kind == RungKind.SUPERVISE and not self.feedback:
            wrong["feedback"] = gettext("Say by when the handler has to report, such as 1wd.")
        if self.kind != RungKind.SUPERVISE and self.feedback:
            wrong["feedback"] = gettext("Only supervision asks for feedback.")
        return wrong

    def _hold_against(self, other: LadderRung) -> None:
        """The order of the rungs is that of their kinds and of time, and none tells a lower level than one below it."""
        try:
            here, there = (rung.moment(_ANY_DEADLINE, Calendar()) for rung in (self, other))
        except BadLimit:
            return  # the other one's, from before limits were checked
        lower, upper = (self, other) if self.rank < other.rank else (other, self)
        early, late = (here, there) if lower is self else (there, here)
        names = {"lower": str(lower), "upper": str(upper)}
        if RungKind(lower.kind).height > RungKind(upper.kind).height:
            raise ValidationError(gettext("“%(lower)s” cannot stand below “%(upper)s”: it weighs more.") % names)
        if early > late:
            raise ValidationError(gettext("“%(upper)s” stands above “%(lower)s”, yet fires earlier.") % names)
        if lower.kind == upper.kind and early == late:
            raise ValidationError(gettext("“%(lower)s” is there already for the same cases.") % names)
        if lower.level and upper.level and upper.level.rank > lower.level.rank:
            raise ValidationError(gettext("“%(upper)s” tells a lower level than “%(lower)s” below it.") % names)


class RungFiredQuerySet(models.QuerySet["RungFired"]):
    def visible_to(self, user: User) -> Self:
        """What fired on the cases the user sees."""
        return self.filter(case__in=Case.objects.visible_to(user))


class RungFired(models.Model):
    """A rung fired on a case: once for each round of its clock, which reopening begins anew.

    The row is the claim: whoever inserts it does what the rung says, in the same transaction. It keeps the facts as
    they stood, so that a circular of last month can be printed again.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="rungs_fired", verbose_name=_("case"))
    rung = models.ForeignKey(LadderRung, models.PROTECT, related_name="fired", verbose_name=_("rung"))
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    kind = models.CharField(_("what"), max_length=10, choices=RungKind)
    at = models.DateTimeField(_("at"), default=timezone.now)
    due_at = models.DateTimeField(_("deadline"))
    days_late = models.PositiveSmallIntegerField(_("working days late"), default=0)
    handler = models.CharField(_("responsible"), max_length=200, blank=True)
    told = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("also told"))

    objects = RungFiredQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("rung fired")
        verbose_name_plural = _("rungs fired")
        constraints = [models.UniqueConstraint(fields=["case", "rung", "round"], name="rung_fired_once")]
        indexes = [models.Index(fields=["kind", "-at"], name="rung_fired_by_kind")]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_kind_display()}"
