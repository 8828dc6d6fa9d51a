"""System checks: what an administrator should know before users find out."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.calendar import Calendar
from outreach.working_days import years_without_a_notice


def calendar_check(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a year whose working days are still a guess; from 1 December on, of the next one too."""
    try:
        missing = years_without_a_notice(timezone.localdate())
    except DatabaseError:
        return []  # before the first migrate there is no day table to judge
    return [
        Warning(
            _("The holidays of %(year)d are not known: its deadlines are provisional.") % {"year": year},
            hint=_("Take in the holiday notice: manage.py import_days FILE.csv"),
            obj=Calendar,
            id="outreach.W001",
        )
        for year in missing
    ]
