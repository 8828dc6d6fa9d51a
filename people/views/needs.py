"""The service needs of one household, each with the day it is looked at again, and the tier they are the reason for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from people import needs
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.forms.needs import NeedForm, ReviewForm, TierForm
from people.models import Household, ServiceNeed


@allow(*SEES_RESIDENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def household_needs(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What a household needs; a POST notes one more."""
    household = _household(request, uuid)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = needs.note(household, said["need"], since=said["since"], review_on=said["review_on"], by=request.user)
        messages.success(request, _("“%(need)s” is noted.") % {"need": made})
        return redirect("household_needs", household.uuid)
    return _page(request, household, form=form)


def _household(request: StaffRequest, uuid: UUID) -> Household:
    rows = Household.objects.visible_to(request.user).select_related("area__parent", "area__level", "head")
    return get_object_or_404(rows.current(), uuid=uuid)


def _page(request: StaffRequest, household: Household, **changed: Any) -> HttpResponse:
    """The page; a form that was refused comes in as ``form``, ``review`` (for the need ``reviewed``) or ``tier``."""
    reviewed = changed.get("reviewed")
    rows = []
    for need in household.needs.filter(until__isnull=True).order_by("since", "pk"):
        form = changed["review"] if need.pk == reviewed else ReviewForm(auto_id=f"need-{need.pk}-%s")
        rows.append((need, form))
    context = {
        "household": household,
        "rows": rows,
        "form": changed.get("form") or NeedForm(),
        "tier": changed.get("tier") or TierForm(initial={"tier": household.tier}),
        "today": timezone.localdate(),
        "ended": household.needs.filter(until__isnull=False).order_by("-until", "-pk")[:10],
    }
    refused = any(form.is_bound and form.errors for form in changed.values() if hasattr(form, "is_bound"))
    return render(request, "people/needs.html", context, status=422 if refused else 200)


@allow(*SEES_RESIDENTS)
@require_POST
def household_need(request: StaffRequest, uuid: UUID, pk: int) -> HttpResponse:
    """It was looked at: still so, and when next; or no longer."""
    household = _household(request, uuid)
    need = get_object_or_404(ServiceNeed.objects.visible_to(request.user).filter(household=household), pk=pk)
    if "end" in request.POST:
        needs.end(need, by=request.user)
        messages.success(request, _("“%(need)s” has ended.") % {"need": need})
        return redirect("household_needs", household.uuid)
    form = ReviewForm(request.POST, auto_id=f"need-{need.pk}-%s")
    if not form.is_valid():
        return _page(request, household, review=form, reviewed=need.pk)
    needs.keep(need, review_on=form.cleaned_data["review_on"], by=request.user)
    messages.success(request, _("“%(need)s” was reviewed.") % {"need": need})
    return redirect("household_needs", household.uuid)


@allow(*SEES_RESIDENTS)
@require_POST
def household_tier(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Put the household into another tier."""
    household = _household(request, uuid)
    form = TierForm(request.POST)
    if form.is_valid():
        try:
            changed = needs.set_tier(household, form.cleaned_data["tier"], by=request.user)
        except needs.NoReason as refusal:
            form.add_error("tier", str(refusal))
        else:
            messages.success(request, _("Service tier: %(tier)s") % {"tier": changed.get_tier_display()})
            return redirect("household_needs", household.uuid)
    return _page(request, household, tier=form)
