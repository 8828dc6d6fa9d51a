"""The daily digest, as its reader opens it: at the desk, or on the phone."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from caseworks import digests
from caseworks.models import Digest
from people.access import LIAISONS, Role, StaffRequest, allow

# Who works at a desk reads it there, also when he looks after an area besides.
AT_A_DESK = frozenset(Role) - LIAISONS
EARLIER = 10


@allow()
@require_safe
@never_cache
def digest(request: StaffRequest) -> HttpResponse:
    """The digest of a day, the last one where none is named; opened, it is read."""
    found = digests.latest(request.user, _day(request.GET.get("day", "")))
    if found is None and "day" in request.GET:
        raise Http404
    if found is not None and request.method == "GET":
        digests.read(found)
    on_phone = request.user.holds(*LIAISONS) and not request.user.holds(*AT_A_DESK)
    others = Digest.objects.visible_to(request.user)
    context = {
        "digest": found,
        "topics": digests.lines(found, request.user) if found else {},
        "earlier": (others.exclude(pk=found.pk) if found else others)[:EARLIER],
        "case_page": "phone_case" if on_phone else "case_detail",
    }
    return render(request, "caseworks/phone/digest.html" if on_phone else "caseworks/digest.html", context)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise Http404 from None
