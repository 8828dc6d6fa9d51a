"""Which rule to mend: where cases come back from, and what sent them there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from caseworks import bounces
from people.access import Role, StaffRequest, allow


@allow(Role.SUPERVISOR)
@require_safe
def returns(request: StaffRequest) -> HttpResponse:
    """The returns of the last 90 days by category, place and rule."""
    context = {"bounces": bounces.bounces(request.user), "days": bounces.LOOKED_BACK.days}
    return render(request, "caseworks/returns.html", context)
