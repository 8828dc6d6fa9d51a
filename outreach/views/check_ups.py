"""Check-ups: whose turn it is, the rounds with their days, who is invited when, who came. Never what was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import check_ups
from outreach.forms.check_ups import CameForm, DayForm, DueForm, RoundForm
from outreach.models import Attended, CheckUpInvitation, CheckUpRound
from outreach.pair_ups import ARRANGERS
from people.access import SEES_RESIDENTS, StaffRequest, allow
from people.paging import page

TONES = {Attended.INVITED: "progress", Attended.DONE: "done", Attended.MISSED: "overdue"}
# The list of one day, or of one community, is printed whole.
MOST_PRINTED = 2000
ORDER = ["household__area__path", "household__address_key", "pk"]


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def check_up_list(request: StaffRequest) -> HttpResponse:
    """The rounds that reach the user's areas, the newest first."""
    counted = {state.value: Count("invitations", filter=Q(invitations__state=state.value)) for state in Attended}
    seen = CheckUpRound.objects.visible_to(request.user).select_related("area__parent", "area__level")
    found = page(
        seen.annotate(**counted), ["-pk"], after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {"page": found, "may_arrange": request.user.holds(*ARRANGERS)}
    return render(request, "outreach/check_ups.html", context)


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def check_up_due(request: StaffRequest) -> HttpResponse:
    """Whose turn it is and who is not invited yet: of all the user's areas page by page, of one area whole."""
    form, today = DueForm(request.GET or None, user=request.user), timezone.localdate()
    area = form.cleaned_data["area"] if form.is_valid() else None
    age = check_ups.usual_age()
    found = page(
        check_ups.due(request.user, today, age, area),
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=MOST_PRINTED if area else 20,
    )
    context = {"form": form, "area": area, "page": found, "from_age": age, "year": today.year}
    return render(request, "outreach/check_ups_due.html", context)


@allow(*ARRANGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check_up_new(request: StaffRequest) -> HttpResponse:
    """Arrange a round, with its first day."""
    form = RoundForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        made = check_ups.arrange(form.round(), form.cleaned_data["items"], form.day(), by=request.user)
        return redirect("check_up_round", made.uuid)
    return render(request, "outreach/check_up_new.html", {"form": form}, status=422 if form.errors else 200)


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def check_up_round(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One round: its days, and who is invited; the list of one day stands on one page, to be printed."""
    return _page(request, _round(request, uuid))


def _round(request: StaffRequest, uuid: UUID) -> CheckUpRound:
    rows = CheckUpRound.objects.visible_to(request.user).select_related("area__parent", "area__level", "by")
    return get_object_or_404(rows, uuid=uuid)


def _arranged(request: StaffRequest, uuid: UUID) -> CheckUpRound:
    rows = CheckUpRound.objects.arranged_by(request.user).select_related("area")
    return get_object_or_404(rows, uuid=uuid)


def _page(request: StaffRequest, found: CheckUpRound, day_form: DayForm | None = None) -> HttpResponse:
    mine = found.invitations.visible_to(request.user)
    asked = request.GET.get("day", "")
    days = list(found.days.annotate(invited=Count("invitations")))
    day = next((one for one in days if str(one.pk) == asked), None)
    rows = mine.select_related("resident", "day", "household__area__parent", "household__area__level")
    if day:
        listed: list[CheckUpInvitation] = list(rows.filter(day=day).order_by("at", "pk")[:MOST_PRINTED])
        pager = {}
    else:
        narrowed = rows.filter(day__isnull=True) if asked == "none" else rows
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        shown = page(narrowed, ORDER, after=after, before=before)
        listed, pager = shown.rows, {"page": shown}
    states = dict(mine.order_by().values_list("state").annotate(Count("pk")))
    context: dict[str, Any] = {
        "round": found,
        "items": found.items.all(),
        "days": days,
        "day": day,
        "asked": asked,
        "rows": [(row, TONES[Attended(row.state)]) for row in listed],
        "came": CameForm(),
        "day_form": day_form or DayForm(),
        "untimed": mine.expected().filter(day__isnull=True).count(),
        "may_arrange": request.user.holds(*ARRANGERS) and request.user.scope.covers(found.area.path or ""),
        "tiles": [{"label": state.label, "value": states.get(state.value, 0)} for state in Attended],
        **pager,
    }
    return render(request, "outreach/check_up_round.html", context, status=422 if day_form else 200)


@allow(*ARRANGERS)
@require_POST
def check_up_day(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One more day of the round."""
    found, form = _arranged(request, uuid), DayForm(request.POST)
    if form.is_valid():
        try:
            check_ups.add_day(found, form.day(found), by=request.user)
        except check_ups.CheckUpRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("check_up_round", found.uuid)
    return _page(request, _round(request, uuid), form)


@allow(*ARRANGERS)
@require_POST
def check_up_invite(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Invite whose turn it is, and give them times."""
    found = _arranged(request, uuid)
    try:
        new, booked = check_ups.invite(found, by=request.user)
    except check_ups.CheckUpRefused as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("%(n)d person more is invited", "%(n)d people more are invited", new) % {"n": new}
        messages.success(request, _("%(invited)s, %(booked)d have got a time.") % {"invited": said, "booked": booked})
    return redirect("check_up_round", found.uuid)


@allow(*ARRANGERS)
@require_POST
def check_up_write(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Tell them when and where, through the one door for messages."""
    found = _arranged(request, uuid)
    return redirect("job", check_ups.write_to_all(found, by=request.user).uuid)


@allow(*ARRANGERS)
@require_POST
def check_up_close(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """End the round: who did not come was missed."""
    found = _arranged(request, uuid)
    check_ups.close(found, by=request.user)
    return redirect("check_up_round", found.uuid)


@allow(*SEES_RESIDENTS)
@require_POST
def check_up_came(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Somebody came, or did not: why."""
    seen = CheckUpInvitation.objects.visible_to(request.user).select_related("round", "resident")
    invitation = get_object_or_404(seen, uuid=uuid)
    form = CameForm(request.POST)
    if form.is_valid():
        try:
            check_ups.record(invitation, why=form.why, by=request.user)
        except check_ups.CheckUpRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("%(name)s is noted.") % {"name": invitation.resident})
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["result"]))
    day = request.POST.get("day", "")
    response = redirect("check_up_round", invitation.round.uuid)
    if day.isdecimal() and len(day) < 12:
        response["Location"] += f"?day={day}"
    return response
