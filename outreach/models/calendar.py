"""The editable day table and the office hours."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from outreach.calendar import Day, DayKind, Hours

# Characters; a file of days is held to them before the database is.
LONGEST_NAME = 60
LONGEST_SOURCE = 120


def _open_before_close() -> Q:
    """Both hours or none, and the earlier one first."""
    both = Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes"))
    return both | Q(opens__isnull=True, closes__isnull=True)


class CalendarDay(models.Model):
    """One day that is not what its weekday says: a holiday, an adjusted working day, the office's own day."""

    class Kind(models.TextChoices):
        WORKING = DayKind.WORKING, _("adjusted working day")
        OFF = DayKind.OFF, _("day off")

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True, help_text=_("The holiday it belongs to."))
    opens = models.TimeField(
        _("opens"), null=True, blank=True, help_text=_("Only where this day has hours of its own.")
    )
    closes = models.TimeField(_("closes"), null=True, blank=True)
    source = models.CharField(
        _("source"), max_length=LONGEST_SOURCE, blank=True, help_text=_("The notice that says so.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]
        constraints = [
            models.CheckConstraint(
                condition=_open_before_close(),
                name="outreach_calendarday_opens_before_it_closes",
                violation_error_message=_("Give both hours, the opening first."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in DayKind]), name="outreach_calendarday_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".rstrip()

    def as_day(self) -> Day:
        hours = Hours(self.opens, self.closes) if self.opens and self.closes else None
        return Day(DayKind(self.kind), self.name, self.source, hours)


class OfficeHours(models.Model):
    """The hours of one weekday; a weekday without a row, or without hours, is a day off."""

    weekday = models.PositiveSmallIntegerField(_("weekday"), unique=True, choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("office hours")
        verbose_name_plural = _("office hours")
        ordering = ["weekday"]
        constraints = [
            models.CheckConstraint(
                condition=_open_before_close(),
                name="outreach_officehours_opens_before_it_closes",
                violation_error_message=_("Give both hours, the opening first."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="outreach_officehours_weekday"),
        ]

    def __str__(self) -> str:
        hours = self.as_hours()
        written = f"{hours.opens:%H:%M}–{hours.closes:%H:%M}" if hours else ""
        return f"{WEEKDAYS[self.weekday]} {written}".rstrip()

    def clean(self) -> None:
        if self.opens is None and self.closes is None:
            others = OfficeHours.objects.exclude(pk=self.pk).filter(opens__isnull=False)
            if not others.exists():
                raise ValidationError(_("An office works on at least one weekday."))

    def as_hours(self) -> Hours | None:
        return Hours(self.opens, self.closes) if self.opens and self.closes else None
