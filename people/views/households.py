"""The households somebody looks after: the list, and one household with its members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import household_changes, revealing
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.forms.households import LATELY, HouseholdFilter
from people.models import Household, IdentityDocument, Membership, PhoneNumber, Resident
from people.models.households import HouseholdQuerySet
from people.paging import page
from people.search import find_households

ORDER = ["area__path", "address_key", "pk"]
LAST_FIRST = ["-ended_on", "-pk"]
# Beside a list of those looked after, so many that have left are counted.
MOST_TOLD = 100


@allow(*SEES_RESIDENTS)
def households(request: StaffRequest) -> HttpResponse:
    """List the households in scope, by place, or those that have left, the last first; searched by any member."""
    form = HouseholdFilter(request.GET or None, user=request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    left, typed = asked.get("left", ""), asked.get("q", "")
    rows = _narrowed(find_households(request.user, typed, left=bool(left)), asked)
    if left == LATELY:
        rows = rows.left(timezone.localdate() - household_changes.LATELY)
    members = Membership.objects.to_the_end() if left else Membership.objects.current()
    found = page(
        rows.select_related("area__parent", "area__level", "head", "ended_by").prefetch_related(
            Prefetch("memberships", members, to_attr="members")
        ),
        LAST_FIRST if left else ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"form": form, "page": found, "left": left}
    if typed and not left:
        # Whoever is looked for may be down as having left, rightly or not.
        context["left_too"] = _narrowed(find_households(request.user, typed, left=True), asked)[:MOST_TOLD].count()
    return render(request, "people/households.html", context)


def _narrowed(rows: HouseholdQuerySet, asked: Mapping[str, Any]) -> HouseholdQuerySet:
    if asked.get("area"):
        rows = rows.in_area(asked["area"])
    for name in ("kind", "tier"):
        if asked.get(name):
            rows = rows.filter(**{name: asked[name]})
    return rows


@allow(*SEES_RESIDENTS)
@never_cache
def household(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One household: members, whom they have abroad, what they need. Numbers are masked.

    Of one that has left: since when, why and who put it down, with whoever belonged to it until then.
    """
    related = ("area__parent", "area__level", "head", "ended_by")
    found = get_object_or_404(Household.objects.visible_to(request.user).select_related(*related), uuid=uuid)
    members = found.memberships.to_the_end() if found.ended_on else found.memberships.current()
    members = members.select_related("resident").prefetch_related("resident__phones", "resident__documents")
    return render(
        request,
        "people/household.html",
        {
            "household": found,
            "members": members,
            "relatives": found.relatives.all(),
            "needs": found.needs.filter(until__isnull=True),
        },
    )


# The numbers of residents that may be revealed, by the word in the address.
REVEALABLE: dict[str, QuerySet[PhoneNumber] | QuerySet[IdentityDocument]] = {
    "phone": PhoneNumber.objects.select_related("resident"),
    "document": IdentityDocument.objects.select_related("resident"),
}


@allow(*SEES_RESIDENTS)
@require_POST
@never_cache
def reveal(request: StaffRequest, what: str, pk: int) -> HttpResponse:
    """Show one number in full, once, for a reason."""
    seen = Resident.objects.visible_to(request.user)
    record = REVEALABLE[what].filter(resident__in=seen, pk=pk).first()
    if record is None:
        raise Http404
    return _answer(request, record, "number", record.resident.uuid)


@allow(*SEES_RESIDENTS)
@require_POST
@never_cache
def reveal_address(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show a household's address in full, for a reason."""
    found = get_object_or_404(Household.objects.visible_to(request.user), uuid=uuid)
    return _answer(request, found, "address", found.uuid)


def _answer(
    request: StaffRequest, record: Household | PhoneNumber | IdentityDocument, field: str, subject: UUID
) -> HttpResponse:
    try:
        value = revealing.reveal(record, field, request.user, request.POST.get("reason", ""), subject=subject)
    except revealing.RevealRefused as refusal:
        return render(request, "people/_revealed.html", {"refusal": refusal, "next": request.path}, status=422)
    return render(request, "people/_revealed.html", {"value": value, "record": record, "field": field})
