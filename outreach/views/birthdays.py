"""The list of round birthdays of one month, to be printed and kept together."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from outreach.birthdays import birthdays
from outreach.cadence import later
from outreach.seasons import FIRST_YEAR, LAST_YEAR
from people.access import SEES_RESIDENTS, StaffRequest, allow


@allow(*SEES_RESIDENTS)
@require_safe
def birthday_list(request: StaffRequest) -> HttpResponse:
    """Whoever is 70 or over and turns a round age in ``month`` (``2026-11``); ``lunar``: by the other calendar."""
    today = timezone.localdate()
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    lunar = "lunar" in request.GET
    context = {
        "first": first,
        "before": later(first, -1),
        "after": later(first, 1),
        "lunar": lunar,
        "rows": birthdays(request.user, first.year, first.month, lunar=lunar),
        "today": today,
    }
    return render(request, "outreach/birthdays.html", context)


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if FIRST_YEAR < found.year < LAST_YEAR else None
