"""The ladder in the rule book: each rung is switched on or off after it was rehearsed on last month's cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caseworks import ladder_rehearsal, rulebook
from caseworks.models import LadderRung
from caseworks.rulebook import Change, Changed
from people.access import ADMIN_ROLES, Role, StaffRequest, allow


@allow(*ADMIN_ROLES)
@require_safe
def ladder(request: StaffRequest) -> HttpResponse:
    """The rungs in their order, and how often each would have fired last month."""
    rungs = ladder_rehearsal.every_rung()
    context = {
        "found": ladder_rehearsal.rehearse(request.user, rungs),
        "may_change": request.user.holds(Role.MANAGER),
    }
    return render(request, "caseworks/ladder.html", context)


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rung_change(request: StaffRequest, pk: int, change: str) -> HttpResponse:
    """Switch a rung on or off: what that would have done last month, then the button."""
    if change not in (Change.ON, Change.OFF):
        raise Http404
    rung, wanted = get_object_or_404(LadderRung, pk=pk), Change(change)
    if request.method == "POST":
        try:
            ladder_rehearsal.switch(rung, wanted == Change.ON, request.user, sealed=request.POST.get("sealed", ""))
        except Changed as refusal:
            messages.warning(request, str(refusal))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("Done: %(change)s, “%(rule)s”.") % {"change": wanted.label, "rule": rung})
            return redirect("ladder")
    drawn = ladder_rehearsal.switched(rung, wanted == Change.ON, ladder_rehearsal.every_rung())
    context: dict[str, Any] = {
        "rung": rung,
        "change": wanted,
        "found": ladder_rehearsal.rehearse(request.user, drawn, rung),
        "sealed": rulebook.seal(request.user, drawn),
    }
    return render(request, "caseworks/rung_change.html", context)
