"""Leave: who is away and who stands in, entered and decided on by whoever is above."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from people import leave
from people.access import Role, StaffRequest, allow
from people.forms.leave import LeaveForm
from people.leave import NotPossible
from people.models import Leave

DECIDING = (Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER)


@dataclass(frozen=True)
class Row:
    """A leave, and whether whoever looks may approve it, or end it."""

    leave: Leave
    may_approve: bool
    may_end: bool


@allow(*DECIDING)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def network_leave(request: StaffRequest) -> HttpResponse:
    """Who is away now and later, what was asked for, and the form to enter leave."""
    form = LeaveForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            entered = form.enter()
        except NotPossible as sentence:
            form.add_error(None, str(sentence))
        else:
            messages.success(request, told(entered))
            return redirect("network_leave")
    below = set(leave.staff_below(request.user).values_list("pk", flat=True))
    found = Leave.objects.visible_to(request.user).standing().not_over().select_related("user", "stand_in")
    rows = [
        Row(one, one.approved_by_id is None and one.user_id in below, one.user_id in below | {request.user.pk})
        for one in found
    ]
    context = {"form": form, "rows": rows}
    return render(request, "people/leave.html", context, status=422 if form.errors else 200)


def told(entered: Leave) -> str:
    """What came of entering it, in one sentence."""
    words = _("%(stand_in)s stands in for %(owner)s.") if entered.approved_by_id else _("Asked for; not approved yet.")
    return words % {"stand_in": entered.stand_in, "owner": entered.user}


@allow(*DECIDING)
@require_POST
def network_leave_decide(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Approve, decline or end a leave of somebody below, or end one's own."""
    asked = get_object_or_404(Leave.objects.visible_to(request.user), uuid=uuid)
    below = leave.staff_below(request.user).filter(pk=asked.user_id).exists()
    try:
        if request.POST.get("do") == "approve" and below:
            messages.success(request, told(leave.approve(asked, by=request.user)))
        elif request.POST.get("do") == "end" and (below or asked.user_id == request.user.pk):
            leave.end(asked, by=request.user)
            messages.success(request, _("The leave is ended: the work is %(owner)s's again.") % {"owner": asked.user})
        else:
            messages.error(request, _("That is decided by whoever is above."))
    except NotPossible as sentence:
        messages.error(request, str(sentence))
    return redirect("network_leave")
