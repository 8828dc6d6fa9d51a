"""Where somebody starts his day: at the screen his role needs most."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from people.access import LIAISONS, Role, StaffRequest, allow

# The first role held decides: who answers calls starts at the desk even if he supervises, too.
STARTS = (
    (frozenset({Role.OPERATOR}), "desk_new"),
    (frozenset({Role.SUPERVISOR}), "board"),
    (LIAISONS, "phone_today"),
    (frozenset({Role.DEPARTMENT}), "case_list"),
    (frozenset({Role.MANAGER}), "admin:index"),
)


@allow()
def home(request: StaffRequest) -> HttpResponse:
    """Send everybody to the start of his own job."""
    return redirect(next(screen for roles, screen in STARTS if request.user.holds(*roles)))
