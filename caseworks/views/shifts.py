"""The shift at the desk: hand it over with a note, take it over with a press (journey J9)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import shifts
from caseworks.forms.shifts import ShiftForm
from caseworks.models import ShiftHandOver
from caseworks.shifts import NotPossible
from people.access import Role, StaffRequest, allow

DESK = (Role.OPERATOR, Role.SUPERVISOR)
LATEST = 5


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def shift_handover(request: StaffRequest) -> HttpResponse:
    """What waits to be taken over, and one's own shift drawn up to be handed over."""
    form = ShiftForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.hand_over()
        except NotPossible as sentence:
            form.add_error(None, str(sentence))
        else:
            messages.success(request, _("Handed over. The list is kept as it stands now."))
            return redirect("shift", made.uuid)
    seen = ShiftHandOver.objects.visible_to(request.user).select_related("by", "to", "taken_by")
    context = {
        "form": form,
        "parts": shifts.stands_now(request.user),
        "waiting": seen.waiting_for(request.user)[:LATEST],
        "latest": seen.filter(taken_by__isnull=False)[:LATEST],
    }
    return render(request, "caseworks/shift_handover.html", context, status=422 if form.errors else 200)


@allow(*DESK)
@require_safe
@never_cache
def shift(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One slip, as it was handed over."""
    one = _seen(request, uuid)
    context = {
        "shift": one,
        "parts": shifts.slip_of(one, request.user),
        "takes": ShiftHandOver.objects.waiting_for(request.user).filter(pk=one.pk).exists(),
    }
    return render(request, "caseworks/shift.html", context)


@allow(*DESK)
@require_POST
def shift_take(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take a shift over."""
    try:
        shifts.take_over(_seen(request, uuid), by=request.user)
    except NotPossible as sentence:
        messages.error(request, str(sentence))
    else:
        messages.success(request, _("The desk is yours."))
    return redirect("shift", uuid)


def _seen(request: StaffRequest, uuid: UUID) -> ShiftHandOver:
    seen = ShiftHandOver.objects.visible_to(request.user).select_related("by", "to", "taken_by")
    return get_object_or_404(seen, uuid=uuid)
