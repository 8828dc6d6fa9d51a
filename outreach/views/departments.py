"""Departments and enterprises: who keeps which, who is behind, and what came of each meeting, talk and visit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import departments
from outreach.contact_duties import ContactDuties, contact_duties, kept_standings
from outreach.departments import LEADING, NotPossible
from outreach.forms.departments import ContactForm, KeepForm
from outreach.models import ContactKind, KeptDepartment, LeaderContact
from people.access import ADMIN_ROLES, Role, StaffRequest, allow
from people.paging import page


@allow(Role.SUPERVISOR, Role.COMMITTEE, Role.MANAGER)
@require_safe
@never_cache
def department_list(request: StaffRequest) -> HttpResponse:
    """How every leader stands towards his departments and the office towards enterprises, and what was done last."""
    duties = contact_duties(request.user, timezone.localdate())
    seen = LeaderContact.objects.visible_to(request.user).select_related("who", "pair__unit", "enterprise")
    rows = page(seen, ["-on", "-pk"], after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "duties": duties,
        "tiles": tiles(duties),
        "contacts": rows.rows,
        "assigns": request.user.holds(*ADMIN_ROLES),
        "records": request.user.holds(*LEADING),
        "previous_url": f"?before={rows.before}#contacts" if rows.before else "",
        "next_url": f"?after={rows.after}#contacts" if rows.after else "",
    }
    return render(request, "outreach/departments.html", context)


def tiles(duties: ContactDuties) -> list[dict[str, Any]]:
    """What is still to be done, each of how many."""
    counted = [
        (_("Departments to meet"), len(duties.not_met), len(duties.pairs)),
        (_("Departments to bring to an enterprise"), len(duties.not_brought), len(duties.pairs)),
        (_("Enterprises to visit"), len(duties.not_visited), len(duties.enterprises)),
        (_("Leaders short of departments"), len(duties.short), duties.leaders),
    ]
    late = [
        any(one.meeting.late for one in duties.pairs),
        any(one.bringing.late for one in duties.pairs),
        any(one.visit.late for one in duties.enterprises),
        bool(duties.short),
    ]
    return [
        {
            "label": label,
            "value": value,
            "change": _("of %(total)d") % {"total": total},
            "tone": "overdue" if behind else "",
        }
        for (label, value, total), behind in zip(counted, late, strict=True)
    ]


@allow(*ADMIN_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def department_keep(request: StaffRequest) -> HttpResponse:
    """Give a department to a leader, with everything that is known of it filled in."""
    pairs = KeptDepartment.objects.visible_to(request.user).select_related("unit", "leader")
    asked = request.GET.get("instead", "")
    instead = get_object_or_404(pairs, uuid=_uuid(asked)) if asked else None
    if request.method != "POST":
        unit = instead.unit if instead else departments.free_unit(request.user)
        initial = {"unit": unit and unit.pk, "leader": request.GET.get("leader", "")}
        return _keep_page(request, KeepForm(user=request.user, instead=instead, initial=initial))
    form = KeepForm(request.POST, user=request.user, instead=instead)
    if not form.is_valid():
        return _keep_page(request, form, status=422)
    try:
        pair = form.keep()
    except NotPossible as sentence:
        form.add_error(None, str(sentence))
        return _keep_page(request, form, status=422)
    messages.success(request, _("%(leader)s keeps %(unit)s.") % {"leader": pair.leader, "unit": pair.unit})
    return redirect("departments")


def _keep_page(request: StaffRequest, form: KeepForm, status: int = 200) -> HttpResponse:
    return render(request, "outreach/department_keep.html", {"form": form, "instead": form.instead}, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@allow(*ADMIN_ROLES)
@require_POST
def department_release(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Today is the last day on which the leader keeps it."""
    pairs = KeptDepartment.objects.visible_to(request.user).select_related("unit", "leader")
    pair = get_object_or_404(pairs, uuid=uuid)
    departments.release(pair, by=request.user)
    messages.success(
        request, _("Today is the last day of %(leader)s with %(unit)s.") % {"leader": pair.leader, "unit": pair.unit}
    )
    return redirect("departments")


@allow(*LEADING)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def department_contact(request: StaffRequest) -> HttpResponse:
    """Record a meeting, a talk or a visit; where it was reached from a row, that row is filled in."""
    if request.method != "POST":
        return _contact_page(request, ContactForm(user=request.user, initial=_known(request)))
    form = ContactForm(request.POST, user=request.user)
    if form.is_valid() and _recorded(request, form):
        return redirect("departments")
    return _contact_page(request, form, status=422)


def _known(request: StaffRequest) -> dict[str, Any]:
    """What the address says of the contact: the department with its leader, or the enterprise."""
    known: dict[str, Any] = {}
    if asked := request.GET.get("pair", ""):
        pair = get_object_or_404(KeptDepartment.objects.visible_to(request.user), uuid=_uuid(asked))
        known |= {"pair": pair.pk, "who": pair.leader_id}
    asked = request.GET.get("enterprise", "")
    if asked.isdecimal() and len(asked) < 10:
        enterprise = get_object_or_404(departments.enterprises_of(request.user).enterprises(), pk=asked)
        known |= {"enterprise": enterprise.pk, "kind": ContactKind.VISIT}
    elif "bring" in request.GET:
        known["kind"] = ContactKind.TALK
    return known


def _recorded(request: StaffRequest, form: ContactForm) -> bool:
    try:
        made = form.record()
    except NotPossible as sentence:
        form.add_error(None, str(sentence))
        return False
    messages.success(request, _("Recorded: %(partners)s.") % {"partners": made.partners})
    return True


def _contact_page(request: StaffRequest, form: ContactForm, status: int = 200) -> HttpResponse:
    return render(request, "outreach/department_contact.html", {"form": form}, status=status)


# ---- The phone ----


@allow(Role.COMMITTEE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_departments(request: StaffRequest) -> HttpResponse:
    """The departments one keeps oneself, and the form to record what came of a contact."""
    form = ContactForm(request.POST or None, user=request.user, own=True)
    if request.method == "POST" and form.is_valid() and _recorded(request, form):
        return redirect("phone_departments")
    context = {"form": form, "pairs": kept_standings(request.user, timezone.localdate())}
    return render(request, "outreach/phone_departments.html", context, status=422 if form.errors else 200)
