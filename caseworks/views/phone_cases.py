"""The phone: one case on one page, with the few moves a liaison makes on the spot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from caseworks import clocks, hindrances, moves, revealing
from caseworks.forms.actions import ActionForm, written
from caseworks.forms.phone import MOVES, Move, Pictures, ProgressForm
from caseworks.forms.resolving import ResolveOnPhoneForm
from caseworks.models import Case
from caseworks.moves import for_the_record
from caseworks.states import Verb
from caseworks.views.cases import seen_case
from caseworks.views.phone import ON_PHONES, acknowledge, pictures_of, reach_page
from people.access import StaffRequest, allow
from people.revealing import RevealRefused

# How much of the timeline a phone shows; all of it is a link away.
LATEST = 5


@allow(*ON_PHONES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_case(request: StaffRequest, number: str) -> HttpResponse:
    """One case, and what can be done about it now."""
    case = seen_case(request, number)
    if request.method != "POST":
        return _case_page(request, case)
    try:
        move = MOVES[Verb(request.POST.get("verb", ""))]
    except (KeyError, ValueError):
        raise Http404 from None
    return _perform(request, case, move)


def _perform(request: StaffRequest, case: Case, move: Move) -> HttpResponse:
    pictures = Pictures.none()
    form = _form(request, case, move, request.POST)
    if isinstance(form, ResolveOnPhoneForm | ProgressForm):
        pictures = pictures_of(request, request.POST.get("key"), case.area)
        form.photos = pictures.kept
    tried = Tried(move, form, pictures)
    if not form.is_valid():
        return _case_page(request, case, tried, status=422)
    try:
        form.perform()
    except moves.Stale as stale:
        return _stale(request, tried, stale)
    except moves.NotPossible as sentence:
        messages.error(request, str(sentence))
        return _case_page(request, seen_case(request, case.number), tried, status=422)
    acknowledge(request, case, pictures)
    # What has just been accepted is worked on next.
    return redirect("phone_case", case.number) if move.at_once else redirect("phone_today")


def _form(request: StaffRequest, case: Case, move: Move, data: Any = None) -> ActionForm:
    return move.form(data, case=case, user=request.user, auto_id=f"{move.verb}_%s")


@dataclass(frozen=True)
class Tried:
    """A move that was sent and did not go through, with what was written for it."""

    move: Move
    form: ActionForm
    pictures: Pictures

    @property
    def written(self) -> str:
        return written(self.form)


def _stale(request: StaffRequest, tried: Tried, stale: moves.Stale) -> HttpResponse:
    """The page as the case is now, with what happened meanwhile; sent again, the form is about this version."""
    data = request.POST.copy()
    data["version"] = str(stale.case.version)
    again = _form(request, stale.case, tried.move, data)
    tried = Tried(tried.move, again, tried.pictures)
    return _case_page(request, seen_case(request, stale.case.number), tried, status=409, stale=stale)


@dataclass(frozen=True)
class Offer:
    """A move that can be made now: how it is called, its form, and whether that stands open."""

    move: Move
    form: ActionForm
    pictures: Pictures
    opened: bool = False
    why_not: str = ""


def _offers(request: StaffRequest, case: Case, tried: Tried | None) -> list[Offer]:
    possible = {move.verb for move in moves.open_moves(request.user, case)}
    offers = [
        Offer(
            move,
            _form(request, case, move),
            Pictures.none(),
            why_not=hindrances.why_not(verb, case, request.user),
        )
        for verb, move in MOVES.items()
        if verb in possible
    ]
    if tried is None:
        return offers
    if tried.move.verb in possible:
        mine = Offer(tried.move, tried.form, tried.pictures, opened=True)
        return [mine if offer.move is tried.move else offer for offer in offers]
    # The move is no longer his to make: what he wrote can still be kept as a note.
    return [_with_words(offer, tried) if offer.move.verb == Verb.NOTE else offer for offer in offers]


def _with_words(offer: Offer, tried: Tried) -> Offer:
    offer.form.initial["text"] = tried.written
    return Offer(offer.move, offer.form, tried.pictures, opened=bool(tried.written))


def _case_page(
    request: StaffRequest,
    case: Case,
    tried: Tried | None = None,
    *,
    status: int = 200,
    stale: moves.Stale | None = None,
) -> HttpResponse:
    context = {
        "case": case,
        "offers": _offers(request, case, tried),
        "form": tried.form if tried and not stale else None,
        "stale": stale,
        "due": clocks.explain(case),
        "co_handlings": case.co_handlings.select_related("unit", "waived_by"),
        "callers": case.more_callers.count(),
        "entries": case.timeline.select_related("by").prefetch_related("photos")[:LATEST],
    }
    return render(request, "caseworks/phone/case.html", context, status=status)


@allow(*ON_PHONES)
@require_POST
@never_cache
def phone_reach_caller(request: StaffRequest, number: str) -> HttpResponse:
    """The caller's number and the place of a case, for somebody who is about to call."""
    case = seen_case(request, number)
    context: dict[str, Any] = {"title": case.number, "back": ("phone_case", case.number)}
    try:
        context["revealed"] = revealing.reveal(case, request.user, for_the_record(gettext_lazy("Call about this case")))
    except RevealRefused as refusal:
        context["refusal"] = refusal
    return reach_page(request, context)
