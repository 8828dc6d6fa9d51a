"""The week by stairwell, and a whole stairwell on one page of the phone."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks.forms.stairwells import StairwellForm
from caseworks.stairwells import due_this_week, end_of_week, stairwell_of
from caseworks.templatetags.components import day
from outreach.models import VisitOccasion
from outreach.visiting import RecordedOtherwise, raise_occasion, record_visits
from people.access import LIAISONS, StaffRequest, allow
from people.models import Household


@allow(*LIAISONS)
@require_safe
@never_cache
def phone_week(request: StaffRequest) -> HttpResponse:
    """The visits due to me this week, by stairwell."""
    today = timezone.localdate()
    context = {"stairwells": due_this_week(request.user, today), "until": end_of_week(today), "today": today}
    return render(request, "caseworks/phone/week.html", context)


@allow(*LIAISONS)
@require_POST
def phone_occasion(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Something has happened in a household: one tap, and the visit is due by the rule of the occasion."""
    household = get_object_or_404(Household.objects.visible_to(request.user).current(), uuid=uuid)
    occasion = get_object_or_404(VisitOccasion.objects.filter(active=True), code=request.POST.get("occasion", ""))
    task = raise_occasion(household, occasion, request.user)
    said = _("%(occasion)s: a visit is due by %(day)s.") % {"occasion": occasion, "day": day(task.due_on)}
    messages.success(request, said)
    return redirect("phone_visit", household.uuid)


@allow(*LIAISONS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_stairwell(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Every door behind the street door of one household, to be written down in one go."""
    household = get_object_or_404(Household.objects.visible_to(request.user), uuid=uuid)
    stairwell = stairwell_of(request.user, household)
    if not stairwell.doors:
        raise Http404
    form = StairwellForm(request.POST or None, stairwell=stairwell, initial={"uuid": uuid4()})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = record_visits(form.records(), request.user)
            except RecordedOtherwise:
                form = StairwellForm({**request.POST.dict(), "uuid": str(uuid4())}, stairwell=stairwell)
                form.add_error(
                    None, _("This walk already arrived otherwise. Send it once more if this is another one.")
                )
                status = 409
            else:
                said = ngettext(
                    "%(n)d door received by the office ✓", "%(n)d doors received by the office ✓", len(made)
                )
                messages.success(request, said % {"n": len(made)})
                return redirect("phone_week")
        else:
            status = 422
    context = {"household": household, "stairwell": stairwell, "form": form, "today": timezone.localdate()}
    return render(request, "caseworks/phone/stairwell.html", context, status=status)
