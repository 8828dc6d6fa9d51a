"""What waits behind the places of the menu, asked for by every page once it is there."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from caseworks.navigation import badges
from people.access import StaffRequest, allow


@allow()
@require_safe
@never_cache
def menu_badges(request: StaffRequest) -> HttpResponse:
    """The badges of the menu, each to be put in the place of its own."""
    return render(request, "components/_badges.html", {"badges": badges(request.user)})
