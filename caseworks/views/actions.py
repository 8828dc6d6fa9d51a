"""Everything that can be done to a case, each on a small page of its own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from caseworks import hindrances, moves
from caseworks.forms.actions import ActionForm, written
from caseworks.forms.cases import FORMS
from caseworks.models import Case
from caseworks.states import TRANSITIONS, Clock, Verb
from caseworks.views.cases import WORKS_ON_CASES, rows_of, seen_case, way_back
from people.access import StaffRequest, allow


@allow(*WORKS_ON_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def case_action(request: StaffRequest, number: str, verb: str) -> HttpResponse:
    """Ask what *verb* needs and do it. Whatever stands in the way, what was typed stays in the form."""
    case = seen_case(request, number)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](request.POST or None, case=case, user=request.user)
    if request.method == "POST":
        return _perform(request, case, form)
    if TRANSITIONS[Verb(verb)].parties.isdisjoint(moves.parties_of(request.user, case)):
        raise PermissionDenied
    return _page(request, case, form)


def _perform(request: StaffRequest, case: Case, form: ActionForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, case, form, status=422)
    try:
        form.perform()
    except moves.Stale as stale:
        return _stale(request, form, stale)
    except moves.NotPossible as sentence:
        form.add_error(None, str(sentence))
        return _page(request, case, form, status=422)
    messages.success(
        request, _("%(number)s: “%(verb)s” is recorded.") % {"number": case.number, "verb": form.verb.label}
    )
    return redirect(_next(request, case, form.verb))


def _stale(request: StaffRequest, form: ActionForm, stale: moves.Stale) -> HttpResponse:
    """The same form once more, with what happened meanwhile; sent again, it is about the case as it is now."""
    data = request.POST.copy()
    data["version"] = str(stale.case.version)
    again = type(form)(data, case=stale.case, user=request.user)
    again.is_valid()
    # Looked up anew: the case may have changed in more than its lock showed.
    return _page(request, seen_case(request, stale.case.number), again, status=409, stale=stale)


def _page(
    request: StaffRequest, case: Case, form: ActionForm, *, status: int = 200, stale: moves.Stale | None = None
) -> HttpResponse:
    move = TRANSITIONS[form.verb]
    possible = case.status in move.sources
    context: dict[str, Any] = {
        "case": case,
        "row": rows_of([case])[0],
        "form": form,
        "hindrance": hindrances.why_not(form.verb, case, request.user) if possible else "",
        "verb": form.verb,
        "possible": possible,
        # Said where it matters: where the case moves on, or its clock does.
        "clock": move.clock.label if move.to or move.outcomes or move.clock != Clock.KEEPS else "",
        "stale": stale,
        "written": written(form),
        "back": way_back(request),
    }
    if not possible and status == 200:
        status = 409
    return render(request, "caseworks/case_action.html", context, status=status)


def _next(request: StaffRequest, case: Case, verb: Verb) -> str:
    """Back to the case; from the dispatch queue back to the queue, where the next one waits."""
    back = way_back(request)
    if verb == Verb.DISPATCH and back:
        return f"{reverse('case_list')}?{back}"
    page = reverse("case_detail", args=[case.number])
    return f"{page}?{urlencode({'back': back})}" if back else page
