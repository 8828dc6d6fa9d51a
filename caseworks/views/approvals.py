"""What waits for a supervisor's word, in one split view: the list on the left, the case on the right (journey J8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caseworks import decisions, extending, hindrances, moves, path, returning
from caseworks.decisions import ADJUDICATION, MORE_TIME, Decision
from caseworks.forms.actions import ActionForm
from caseworks.forms.cases import FORMS
from caseworks.models import Case, Stay
from caseworks.states import Verb
from caseworks.views.cases import seen_case
from caseworks.workload import key_of
from people.access import Role, StaffRequest, allow
from people.paging import Page

DECIDES = frozenset(verb for decision in decisions.ALL for verb in (decision.yes, decision.no))
_AS_SUGGESTED = gettext_lazy("As suggested with the return.")


@allow(Role.SUPERVISOR)
@require_safe
@never_cache
def approvals(request: StaffRequest) -> HttpResponse:
    """What waits, with the first case beside it."""
    return _page(request, None)


@allow(Role.SUPERVISOR)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def approval(request: StaffRequest, number: str) -> HttpResponse:
    """Decide one after the other: A grants, R does not, with a reason; J and K go through the list."""
    case = seen_case(request, number)
    return _decide(request, case) if request.method == "POST" else _page(request, case)


def _decide(request: StaffRequest, case: Case) -> HttpResponse:
    verb = request.POST.get("verb", "")
    if verb not in DECIDES:
        raise Http404
    form = FORMS[verb](request.POST, case=case, user=request.user)
    if not form.is_valid():
        return _page(request, case, tried=form, status=422)
    try:
        form.perform()
    except moves.Stale as stale:
        return _page(request, seen_case(request, case.number), tried=form, status=409, stale=stale)
    except moves.NotPossible as sentence:
        form.add_error(None, str(sentence))
        return _page(request, seen_case(request, case.number), tried=form, status=422)
    messages.success(
        request, _("%(number)s: “%(verb)s” is recorded.") % {"number": case.number, "verb": form.verb.label}
    )
    # A NUL, which PostgreSQL refuses to look for, is in no number.
    number = request.POST.get("next", "").replace("\0", "")
    following = Case.objects.visible_to(request.user).filter(number=number).first()
    return redirect(_address(request, following) if following else "approvals")


def _address(request: StaffRequest, case: Case) -> str:
    """This page of the list with another case beside it."""
    query = urlencode({name: request.GET[name] for name in ("after", "before") if request.GET.get(name)})
    page = reverse("approval", args=[case.number])
    return f"{page}?{query}" if query else page


@dataclass(frozen=True)
class Line:
    """A line of the list on the left."""

    case: Case
    decision: Decision
    url: str
    current: bool
    key: str = ""


@dataclass(frozen=True)
class Way:
    """What a key does: the fields its form sends besides the version. `name` says to whom it goes."""

    verb: Verb
    target: str = ""
    name: str = ""
    text: str = ""

    @property
    def key(self) -> UUID:
        return uuid4()


def _page(
    request: StaffRequest,
    case: Case | None,
    *,
    tried: ActionForm | None = None,
    status: int = 200,
    stale: moves.Stale | None = None,
) -> HttpResponse:
    found = decisions.page_for(request.user, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    if case is None and found.rows:
        case = seen_case(request, found.rows[0].number)
    context: dict[str, Any] = {
        "lines": _lines(request, found, case),
        "previous_url": f"{reverse('approvals')}?before={found.before}" if found.before else "",
        "next_url": f"{reverse('approvals')}?after={found.after}" if found.after else "",
        "case": case,
        "form": tried,
        "stale": stale,
        "written": str(tried.data.get("text", "")).strip() if tried else "",
    }
    if case is not None:
        context |= _shown(request, case, found)
    return render(request, "caseworks/approvals.html", context, status=status)


def _lines(request: StaffRequest, found: Page[Case], current: Case | None) -> list[Line]:
    numbers = [case.number for case in found.rows]
    at = numbers.index(current.number) if current and current.number in numbers else -1
    keys = {at + 1: "j", at - 1: "k"} if at >= 0 else {0: "j"}
    return [
        Line(
            case,
            decisions.decision_of(case),
            _address(request, case),
            number == at,
            keys.get(number, ""),
        )
        for number, case in enumerate(found.rows)
    ]


def _shown(request: StaffRequest, case: Case, found: Page[Case]) -> dict[str, Any]:
    """What the right side shows of *case*, and the forms of its two keys."""
    decision = decisions.decision_of(case)
    entries = list(case.timeline.select_related("by").prefetch_related("photos"))
    first, later = entries[-1:], entries[:-1]
    stays = path.so_far(case)
    extension = case.awaited_extension if decision is MORE_TIME else None
    open_verbs = {move.verb for move in moves.open_moves(request.user, case)}
    waits = decision.yes in open_verbs and (decision is not MORE_TIME or extension is not None)
    return {
        "here": _address(request, case),
        "decision": decision,
        "waits": waits,
        "why_not": hindrances.why_not(decision.yes, case, request.user),
        "yes": _yes(decision, stays),
        "no": _no(decision, stays),
        "reasons": [(moves.for_the_record(reason), reason) for reason in decision.reasons],
        "asked": next((entry for entry in entries if entry.verb in decision.asked_by), None),
        "before": [photo for entry in first for photo in entry.photos.all()],
        "after": [photo for entry in later for photo in entry.photos.all()],
        "entries": entries,
        "path": stays,
        "extension": extension,
        "extended": extending.foresee(case, extension).at if extension else None,
        "next": _next(found, case),
    }


def _yes(decision: Decision, stays: list[Stay]) -> Way | None:
    """The way of A. None where a target has to be chosen first: nobody was suggested."""
    if decision is not ADJUDICATION:
        return Way(decision.yes)
    last = next(reversed(stays), None)
    here = key_of(last.area, last.role, last.unit) if last else ""
    # What the first handler suggested has often been tried meanwhile: that is the way of R.
    found = (one for stay in reversed(stays) if (one := returning.suggested_in(stay)) and one.key != here)
    suggested = next(found, None)
    if suggested is None:
        return None
    text = moves.for_the_record(_AS_SUGGESTED)
    return Way(decision.yes, suggested.key, suggested.name, text)


def _no(decision: Decision, stays: list[Stay]) -> Way | None:
    """The way of R: what was twice returned stays with whoever returned it last."""
    if decision is not ADJUDICATION:
        return Way(decision.no)
    last = next(reversed(stays), None)
    if last is None:
        return None
    name = last.unit.name if last.unit else f"{last.area.long_name if last.area else ''} {last.holder}"
    return Way(decision.no, key_of(last.area, last.role, last.unit), name)


def _next(found: Page[Case], case: Case) -> str:
    """The number of the case that is shown once this one is decided: the one below, at the end the one above."""
    numbers = [row.number for row in found.rows]
    if case.number not in numbers:
        return ""
    at = numbers.index(case.number)
    others = numbers[at + 1 :] or numbers[:at][-1:]
    return others[0] if others else ""
