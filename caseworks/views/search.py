"""Search everything somebody may see from one box: cases and residents."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from caseworks.listing import with_row
from caseworks.search import find_cases
from caseworks.views.cases import WORKS_ON_CASES, rows_of
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.search import find_households, find_residents, with_places

# Enough to recognise what was meant; whoever wants more gets the whole list.
MOST = 10


@allow(*WORKS_ON_CASES)
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """What fits the words typed, grouped; only what lies in the user's scope."""
    typed = request.GET.get("q", "").strip()[:100]
    cases = list(with_row(find_cases(request.user, typed))[: MOST + 1])
    sees_residents = request.user.holds(*SEES_RESIDENTS)
    residents = list(with_places(find_residents(request.user, typed))[: MOST + 1]) if sees_residents else []
    left = find_households(request.user, typed, left=True)[:MOST].count() if sees_residents and typed else 0
    context = {
        "search_query": typed,
        "left": left,
        "rows": rows_of(cases[:MOST]),
        "more_cases": len(cases) > MOST,
        "residents": residents[:MOST],
        "more_residents": len(residents) > MOST,
        "sees_residents": sees_residents,
    }
    return render(request, "caseworks/search.html", context)
