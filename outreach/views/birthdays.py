"""The list of round birthdays of one month, to be printed, and the one celebration at which they are kept together."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from outreach import celebrations
from outreach.birthdays import birthdays
from outreach.cadence import later
from outreach.forms.celebrations import CelebrationForm
from outreach.models import Celebrated, Celebration, CelebrationGuest
from outreach.pair_ups import ARRANGERS
from outreach.seasons import FIRST_YEAR, LAST_YEAR
from people.access import SEES_RESIDENTS, StaffRequest, allow

TONES = {
    Celebrated.EXPECTED: "waiting",
    Celebrated.CAME: "done",
    Celebrated.BROUGHT_HOME: "done",
    Celebrated.MISSED: "overdue",
}


@allow(*SEES_RESIDENTS)
@require_safe
def birthday_list(request: StaffRequest) -> HttpResponse:
    """Whoever is 70 or over and turns a round age in ``month`` (``2026-11``); ``lunar``: by the other calendar."""
    first = _month(request.GET.get("month", "")) or timezone.localdate().replace(day=1)
    return _page(request, first, lunar="lunar" in request.GET)


def _page(request: StaffRequest, first: date, *, lunar: bool, form: CelebrationForm | None = None) -> HttpResponse:
    seen = Celebration.objects.visible_to(request.user).select_related("area__parent", "area__level")
    context = {
        "first": first,
        "before": later(first, -1),
        "after": later(first, 1),
        "lunar": lunar,
        "rows": birthdays(request.user, first.year, first.month, lunar=lunar),
        "today": timezone.localdate(),
        "celebrations": seen.filter(month=first, lunar=lunar),
    }
    if request.user.holds(*ARRANGERS):
        context["form"] = form or CelebrationForm(user=request.user, month=first)
    return render(request, "outreach/birthdays.html", context, status=422 if form else 200)


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if FIRST_YEAR < found.year < LAST_YEAR else None


@allow(*ARRANGERS)
@require_POST
@never_cache
def celebration_new(request: StaffRequest) -> HttpResponse:
    """Plan the celebration of a month."""
    first, lunar = _month(request.POST.get("month", "")), "lunar" in request.POST
    if first is None:
        raise Http404
    form = CelebrationForm(request.POST, user=request.user, month=first)
    if not form.is_valid():
        return _page(request, first, lunar=lunar, form=form)
    return redirect("celebration", celebrations.plan(form.celebration(lunar=lunar), by=request.user).uuid)


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def celebration(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The guests, and whether they came; the list is printed for the door."""
    found = _celebration(request, uuid)
    rows = (
        CelebrationGuest.objects.visible_to(request.user)
        .filter(celebration=found)
        .select_related("resident", "household__area__parent", "household__area__level")
    )
    guests = [(guest, TONES[Celebrated(guest.state)]) for guest in rows.order_by("household__area__path", "pk")]
    counted = {state: sum(guest.state == state for guest, _tone in guests) for state in Celebrated}
    context: dict[str, Any] = {
        "celebration": found,
        "guests": guests,
        "tiles": [{"label": state.label, "value": number} for state, number in counted.items()],
        "open": found.held_on <= timezone.localdate(),
        "may_arrange": request.user.holds(*ARRANGERS) and request.user.scope.covers(found.area.path or ""),
        "answers": [(state.value, state.label) for state in Celebrated if state != Celebrated.EXPECTED],
    }
    return render(request, "outreach/celebration.html", context)


def _celebration(request: StaffRequest, uuid: UUID) -> Celebration:
    rows = Celebration.objects.visible_to(request.user).select_related("area__parent", "area__level")
    return get_object_or_404(rows, uuid=uuid)


@allow(*ARRANGERS)
@require_POST
def celebration_draw(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take in whoever came into the register since."""
    found = get_object_or_404(Celebration.objects.arranged_by(request.user).select_related("area"), uuid=uuid)
    new = celebrations.draw(found, by=request.user)
    messages.success(request, ngettext("%(n)d guest more.", "%(n)d guests more.", new) % {"n": new})
    return redirect("celebration", found.uuid)


@allow(*SEES_RESIDENTS)
@require_POST
def celebration_came(request: StaffRequest, uuid: UUID, pk: int) -> HttpResponse:
    """One guest came, was brought it home, or was missed."""
    found = _celebration(request, uuid)
    guest = get_object_or_404(CelebrationGuest.objects.visible_to(request.user).filter(celebration=found), pk=pk)
    state = request.POST.get("state", "")
    if state in Celebrated.values and state != Celebrated.EXPECTED:
        try:
            celebrations.record(guest, state, by=request.user)
        except celebrations.CelebrationRefused as refusal:
            messages.error(request, str(refusal))
    return redirect("celebration", found.uuid)
