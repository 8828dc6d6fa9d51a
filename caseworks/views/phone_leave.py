"""The phone: a liaison asks for leave, and sees how it stands."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from people import leave
from people.access import LIAISONS, StaffRequest, allow
from people.forms.leave import LeaveForm
from people.leave import NotPossible
from people.models import Leave
from people.views.leave import told


@allow(*LIAISONS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_leave(request: StaffRequest) -> HttpResponse:
    """One's own leave, and the form to ask for more; a community officer's needs nobody's approval."""
    form = LeaveForm(request.POST or None, user=request.user, own=True)
    if request.method == "POST" and form.is_valid():
        try:
            entered = form.enter()
        except NotPossible as sentence:
            form.add_error(None, str(sentence))
        else:
            messages.success(request, told(entered))
            return redirect("phone_leave")
    own = Leave.objects.filter(user=request.user).standing().not_over().select_related("stand_in")
    context = {"form": form, "own": own, "asks": not leave.decides_for_himself(request.user)}
    return render(request, "caseworks/phone/leave.html", context, status=422 if form.errors else 200)


@allow(*LIAISONS)
@require_POST
def phone_leave_end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take back one's own leave, or come back today."""
    own = Leave.objects.filter(user=request.user).standing()
    leave.end(get_object_or_404(own, uuid=uuid), by=request.user)
    messages.success(request, _("The leave is ended."))
    return redirect("phone_leave")
