"""Follow-up calls: who is to be called, and one call after the other without touching the mouse (journey J5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caseworks import hindrances, listing, moves
from caseworks.followup import MOST_TRIES, sampled_categories
from caseworks.forms.actions import written
from caseworks.forms.followups import FollowUpForm
from caseworks.models import Case, TextModule
from caseworks.states import Status, Verb
from caseworks.views.cases import DESK, seen_case
from people.access import StaffRequest, allow


@allow(*DESK)
@require_safe
def followups(request: StaffRequest) -> HttpResponse:
    """Who is to be called: those whose time has come first."""
    found = listing.follow_up_page(
        request.user, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "page": found,
        "now": timezone.now(),
        "most_tries": MOST_TRIES,
        "at_door": listing.visitors(found.rows),
        "sampled": _(", ").join(f"{one} {one.follow_up_share}%" for one in sampled_categories()),
        "previous_url": f"?before={found.before}" if found.before else "",
        "next_url": f"?after={found.after}" if found.after else "",
    }
    return render(request, "caseworks/followups.html", context)


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def followup(request: StaffRequest, number: str) -> HttpResponse:
    """One call: the script beside the questions. Saving it opens the next."""
    case = seen_case(request, number)
    form = FollowUpForm(request.POST or None, case=case, user=request.user)
    if request.method == "POST":
        return _record(request, case, form)
    return _page(request, case, form)


def _record(request: StaffRequest, case: Case, form: FollowUpForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, case, form, status=422)
    try:
        case = form.perform()
    except moves.Stale as stale:
        data = request.POST.copy()
        data["version"] = str(stale.case.version)
        form = FollowUpForm(data, case=stale.case, user=request.user)
        form.is_valid()
        return _page(request, seen_case(request, number=case.number), form, status=409, stale=stale)
    except moves.NotPossible as sentence:
        form.add_error(None, str(sentence))
        return _page(request, case, form, status=422)
    messages.success(
        request,
        _("%(number)s is recorded: %(status)s.") % {"number": case.number, "status": case.get_status_display()},
    )
    following = listing.next_follow_up(request.user)
    return redirect("followup", following.number) if following else redirect("followups")


def _page(
    request: StaffRequest,
    case: Case,
    form: FollowUpForm,
    *,
    status: int = 200,
    stale: moves.Stale | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "stale": stale,
        "possible": case.status == Status.TO_FOLLOW_UP,
        "written": written(form),
        "tries": case.follow_ups.select_related("by"),
        "most_tries": MOST_TRIES,
        "asked_by": listing.visitors([case]).get(case.pk, ""),
        "may_send": moves.knows(case, Verb.ASK_AT_DOOR)
        and not hindrances.why_not(Verb.ASK_AT_DOOR, case, request.user),
        "scripts": TextModule.objects.filter(use=TextModule.Use.FOLLOW_UP, active=True),
        "now": timezone.now(),
        "redo_when": "no not",
    }
    return render(request, "caseworks/followup.html", context, status=status)
