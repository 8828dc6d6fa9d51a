"""The households somebody looks after: the list, and one household with its members."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people import revealing
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.addresses import address_key
from people.forms.households import HouseholdFilter
from people.models import Household, IdentityDocument, Membership, PhoneNumber, Resident
from people.paging import page
from people.search import find_residents

ORDER = ["area__path", "address_key", "pk"]


@allow(*SEES_RESIDENTS)
def households(request: StaffRequest) -> HttpResponse:
    """List the households in scope, by place; searched by any member."""
    form = HouseholdFilter(request.GET or None, user=request.user)
    rows = Household.objects.visible_to(request.user).current().select_related("area__parent", "area__level", "head")
    if form.is_valid():
        asked = form.cleaned_data
        if asked["area"]:
            rows = rows.in_area(asked["area"])
        if asked["kind"]:
            rows = rows.filter(kind=asked["kind"])
        if asked["tier"]:
            rows = rows.filter(tier=asked["tier"])
        if asked["q"]:
            members = Membership.objects.current().filter(household=OuterRef("pk"))
            fits = find_residents(request.user, asked["q"]).values("pk")
            place = Q(address_key__contains=address_key(asked["q"])) if address_key(asked["q"]) else Q()
            rows = rows.filter(Exists(members.filter(resident__in=fits)) | place)
    found = page(
        rows.prefetch_related(Prefetch("memberships", Membership.objects.current(), to_attr="members")),
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    return render(request, "people/households.html", {"form": form, "page": found})


@allow(*SEES_RESIDENTS)
@never_cache
def household(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One household: members, whom they have abroad, what they need. Numbers are masked."""
    found = get_object_or_404(
        Household.objects.visible_to(request.user).select_related("area__parent", "area__level", "head"), uuid=uuid
    )
    members = (
        found.memberships.current()
        .select_related("resident")
        .prefetch_related("resident__phones", "resident__documents")
    )
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
