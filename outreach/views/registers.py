"""The registers of empty-nesters and of those living alone, what is to be confirmed, and what is looked at again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from outreach import registers
from outreach.forms.registers import RegisterForm
from people import needs
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.models import NeedProposal
from people.paging import Page, page

# One community, or one group, is printed whole; more than this is no list for a walk.
MOST_PRINTED = 600


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def register_list(request: StaffRequest) -> HttpResponse:
    """A register, of all the user's areas page by page, of one community or group whole, to be printed."""
    form = RegisterForm(request.GET or None, user=request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    area, show = asked.get("area"), asked.get("show") or registers.REGISTERS[0].value
    context: dict[str, Any] = {"form": form, "area": area, "show": show, "today": timezone.localdate()}
    context["waiting"] = registers.proposals(request.user).order_by()[:100].count()
    context["reviews"] = registers.reviews_due(request.user).order_by()[:100].count()
    if show == "proposals":
        rows: Any = registers.proposals(request.user, area)
        found = page(rows, registers.ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    elif show == "reviews":
        rows = registers.reviews(request.user, context["today"], area)
        found = Page(list(rows[:MOST_PRINTED]), "", "")
    else:
        rows = registers.register(request.user, show, area)
        size = MOST_PRINTED if area else 20
        found = page(
            rows, registers.ORDER, size=size, after=request.GET.get("after", ""), before=request.GET.get("before", "")
        )
    return render(request, "outreach/registers.html", {**context, "page": found})


@allow(*SEES_RESIDENTS)
@require_POST
def register_answer(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody says whether a household is what its composition suggests; answered already, the first word holds."""
    asked = NeedProposal.objects.visible_to(request.user).select_related("household__area")
    proposal = get_object_or_404(asked, pk=pk)
    said = {"household": proposal.household, "need": proposal.get_need_display()}
    if proposal.declined_on is None:
        if request.POST.get("answer") == "confirm":
            needs.confirm(proposal, by=request.user)
            messages.success(request, _("%(household)s, %(need)s: confirmed.") % said)
        elif request.POST.get("answer") == "decline":
            needs.decline(proposal, by=request.user)
            messages.success(request, _("%(household)s, %(need)s: it stays as it was.") % said)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect("registers")
    return HttpResponseRedirect(back)
