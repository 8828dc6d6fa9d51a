"""What a resident wishes: asked and written down by whoever talks to him."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people import wishes
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.forms.wishes import WishesForm
from people.models import Resident
from people.wishes import Wishes


@allow(*SEES_RESIDENTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resident_wishes(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """How somebody likes to be reached, what he agreed to, and whether he wants to be left in peace."""
    resident = get_object_or_404(Resident.objects.visible_to(request.user), uuid=uuid)
    membership = resident.memberships.current().select_related("household").first()
    now = wishes.wishes_of(resident)
    form = WishesForm(request.POST or None, initial=_initial(now), known_email=now.email)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        recorded = Wishes(
            channel=said["channel"],
            language=said["language"],
            email=said["email"],
            purposes=said["purposes"],
            peace=said["peace"] if said["leave_in_peace"] else "",
        )
        wishes.record(resident, recorded, given=said["given"], by=request.user)
        messages.success(request, _("The wishes of %(name)s are noted.") % {"name": resident})
        return redirect("household", membership.household.uuid) if membership else redirect("households")
    context = {"form": form, "resident": resident, "household": membership.household if membership else None}
    return render(request, "people/wishes.html", context, status=422 if form.errors else 200)


def _initial(now: Wishes) -> dict[str, object]:
    return {
        "channel": now.channel,
        "language": now.language,
        "purposes": sorted(now.purposes),
        "leave_in_peace": bool(now.peace),
        "peace": now.peace,
    }
