"""A household that was down as having left lives here after all: said at the desk, or at once on one's own phone."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from outreach import departures
from outreach.forms.departures import TakeBackForm
from people.access import LIAISONS, SEES_RESIDENTS, StaffRequest, allow
from people.grouping import UNDO_WITHIN
from people.household_changes import NotTakenBack
from people.models import Household


@allow(*SEES_RESIDENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def household_take_back(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Say why, and the household is looked after again."""
    household = _household(request, uuid)
    if household.ended_on is None:
        return _answered(request, household, taken_back=False)
    form = TakeBackForm(request.POST or None, initial={"version": household.version})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            kept = departures.take_back(household, reason=said["reason"], by=request.user, version=said["version"])
        except NotTakenBack as refusal:
            # Sent again, it is said of the household as it is now.
            household = _household(request, uuid)
            form = TakeBackForm({**said, "version": household.version})
            form.add_error(None, str(refusal))
        else:
            return _answered(request, household, taken_back=bool(kept))
    context = {"household": household, "form": form}
    return render(request, "outreach/household_take_back.html", context, status=422 if form.errors else 200)


def _household(request: StaffRequest, uuid: UUID) -> Household:
    related = ("area__parent", "area__level", "head", "ended_by")
    return get_object_or_404(Household.objects.visible_to(request.user).select_related(*related), uuid=uuid)


def _answered(request: StaffRequest, household: Household, *, taken_back: bool) -> HttpResponse:
    if taken_back:
        messages.success(request, _("%(household)s is looked after again.") % {"household": household})
    else:
        messages.info(request, _("%(household)s is looked after already.") % {"household": household})
    return redirect("household", household.uuid)


@allow(*LIAISONS)
@require_POST
def phone_take_back(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A slip of the thumb: whoever put it down takes it back within minutes, without a word."""
    household = _household(request, uuid)
    with override(settings.LANGUAGE_CODE):
        reason = _("put down by mistake")
    try:
        kept = departures.take_back(household, reason=reason, by=request.user, within=UNDO_WITHIN)
    except NotTakenBack as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("%(household)s is on your list again.") if kept else _("%(household)s is looked after already.")
        messages.success(request, said % {"household": household})
    return redirect("phone_today")
