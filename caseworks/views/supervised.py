"""The board of supervised cases, and the circulars of a month for the notice board of the office."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from caseworks import supervision
from caseworks.models import TimelineEntry
from caseworks.reports.months import Month
from caseworks.states import Verb
from caseworks.views.cases import DESK, WORKS_ON_CASES, Row, rows_of
from people.access import Role, StaffRequest, allow

# Who answers for the levels sees how they stand, and reads the circulars.
ANSWERS = (*DESK, Role.COMMITTEE)


@dataclass(frozen=True)
class Watched:
    """A line of the board: the case and its handler, why it is supervised, what was reported last."""

    row: Row
    began: TimelineEntry | None
    feedback: TimelineEntry | None


@allow(*WORKS_ON_CASES)
@require_safe
@never_cache
def supervised(request: StaffRequest) -> HttpResponse:
    """The supervised cases in scope, the latest feedback first."""
    found = supervision.supervised_page(
        request.user, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    words = supervision.latest_words(found.rows)
    answers = request.user.holds(*ANSWERS)
    context = {
        "watched": [
            Watched(row, words.get(row.case.pk, {}).get(Verb.SUPERVISE), words.get(row.case.pk, {}).get(Verb.FEEDBACK))
            for row in rows_of(found.rows)
        ],
        "levels": supervision.by_level(request.user) if answers else [],
        "answers": answers,
        "now": timezone.now(),
        "previous_url": _at(before=found.before) if found.before else "",
        "next_url": _at(after=found.after) if found.after else "",
    }
    return render(request, "caseworks/supervised.html", context)


def _at(**cursor: str) -> str:
    return reverse("supervised", query=cursor)


@allow(*ANSWERS)
@require_safe
@never_cache
def supervised_circular(request: StaffRequest) -> HttpResponse:
    """The circulars of a month on A4, this month's where the address names none: facts only, no person's name."""
    month = _month(request.GET.get("month", ""))
    context = {
        "month": month,
        "circulars": supervision.circulars(request.user, month.start, month.until),
        "before": month.earlier(1),
        "after": month.earlier(-1) if not month.in_progress else None,
        "now": timezone.now(),
    }
    return render(request, "caseworks/supervised_circular.html", context)


def _month(written: str) -> Month:
    if not written:
        return Month.current()
    try:
        year, number = (int(part) for part in written.split("-"))
        return Month.at(year, number)
    except ValueError:
        raise Http404 from None
