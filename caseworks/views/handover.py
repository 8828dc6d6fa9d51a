"""Hand-overs: drawn up by whoever is above, read and signed by the two they are between, printed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import handover as handing
from caseworks.forms.handover import HandOverForm
from caseworks.handover import NotPossible
from caseworks.models import HandOver
from people.access import LIAISONS, Role, StaffRequest, allow
from people.paging import page

DRAWING_UP = (Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER)
SIGNING = (Role.SUPERVISOR, *LIAISONS)


@allow(*SIGNING)
@require_safe
def handovers(request: StaffRequest) -> HttpResponse:
    """The hand-overs one has to do with, those without both names first on their own."""
    seen = HandOver.objects.visible_to(request.user).select_related("leaver", "successor", "by")
    unsigned = list(seen.unsigned()[:50])
    signed = seen.exclude(pk__in=HandOver.objects.unsigned().values("pk"))
    found = page(
        signed, ["-drawn_up_at", "-pk"], after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "unsigned": unsigned,
        "page": found,
        "draws_up": request.user.holds(*DRAWING_UP),
        "previous_url": f"?before={found.before}" if found.before else "",
        "next_url": f"?after={found.after}" if found.after else "",
    }
    return render(request, "caseworks/handovers.html", context)


@allow(*DRAWING_UP)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def handover_new(request: StaffRequest) -> HttpResponse:
    """Draw one up: who leaves, who comes after, from which day."""
    form = HandOverForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.draw_up()
        except NotPossible as sentence:
            form.add_error(None, str(sentence))
        else:
            messages.success(request, _("The list is drawn up; both sign it."))
            return redirect("handover", made.uuid)
    return render(request, "caseworks/handover_new.html", {"form": form}, status=422 if form.errors else 200)


@allow(*SIGNING)
@require_safe
@never_cache
def handover(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The pack: what is handed over, and who has signed."""
    one = _seen(request, uuid)
    lists = handing.sees_the_list(one, request.user)
    context = {
        "handover": one,
        "posts": one.posts.select_related("area__parent", "area__level"),
        "pack": handing.look_up(one) if lists else None,
        "signs": request.user.pk in _unsigned_by(one),
    }
    return render(request, "caseworks/handover.html", context)


@allow(*SIGNING)
@require_POST
def handover_sign(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Put one's name to the pack."""
    try:
        handing.sign(_seen(request, uuid), by=request.user)
    except NotPossible as sentence:
        messages.error(request, str(sentence))
    else:
        messages.success(request, _("Signed."))
    return redirect("handover", uuid)


def _seen(request: StaffRequest, uuid: UUID) -> HandOver:
    seen = HandOver.objects.visible_to(request.user).select_related("leaver", "successor", "by")
    return get_object_or_404(seen, uuid=uuid)


def _unsigned_by(one: HandOver) -> set[int]:
    waiting = {one.leaver_id: one.leaver_signed_at, one.successor_id: one.successor_signed_at}
    return {user for user, signed_at in waiting.items() if signed_at is None}
