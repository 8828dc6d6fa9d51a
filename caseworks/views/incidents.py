"""One incident: its households, how each was told and what it says; adding households; the list of whom to call."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from caseworks import incident_households, incidents, moves
from caseworks.forms.incidents import AffectedForm
from caseworks.incident_calls import TO_CALL, Heard, call_list, record, standing
from caseworks.models import Case, Incident, IncidentHousehold, Reached, Satisfaction
from caseworks.models.incidents import IncidentHouseholdQuerySet
from caseworks.states import Verb
from caseworks.views.cases import DESK, seen_case
from people.access import LIAISONS, StaffRequest, allow
from people.models import Area, Household
from people.paging import page
from people.revealing import RevealRefused

SEES_HOUSEHOLDS = (*DESK, *LIAISONS)
# By place; whoever called and is of no household in the register comes first.
PLACE = {name: Coalesce(f"household__{name}", Value("")) for name in ("area__path", "address_key")}
ORDER = ["place", "door", "pk"]
# Households that are ticked one by one: those of a group, not of a town.
MOST_TICKED = 60

SHOWN: dict[str, tuple[Any, Q]] = {
    "": (_("All"), Q()),
    "asking": (_("Asked by themselves"), Q(asking=True)),
    "to_call": (_("To be called"), TO_CALL),
    "not_asked": (_("Not asked yet"), Q(satisfaction="")),
    "dissatisfied": (_("Not satisfied"), Q(satisfaction=Satisfaction.NOT)),
}


def _seen(request: StaffRequest, number: str) -> tuple[Case, IncidentHouseholdQuerySet]:
    """The case and those of its households that the user sees; 404 where it is no incident."""
    case = seen_case(request, number)
    incident = Incident.objects.filter(case=case).first()
    if incident is None:
        raise Http404
    return case, IncidentHousehold.objects.visible_to(request.user).filter(incident=incident)


@allow(*SEES_HOUSEHOLDS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def incident(request: StaffRequest, number: str) -> HttpResponse:
    """The households, page by page; what each says is written down a page at a time."""
    case, rows = _seen(request, number)
    if request.method == "POST":
        return _record(request, rows)
    shown = request.GET.get("show", "")
    narrowed = rows.filter(SHOWN.get(shown, SHOWN[""])[1])
    found = page(
        narrowed.annotate(place=PLACE["area__path"], door=PLACE["address_key"]).select_related(
            "household__head",
            "household__area__level",
            "household__area__parent",
            "caller__resident",
            "incident__case__caller",
            "message",
        ),
        ORDER,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    parties = moves.open_moves(request.user, case)
    context = {
        "case": case,
        "incident": case.incident,
        "standing": standing(rows),
        "shown": shown,
        "parts": [(name, label) for name, (label, _rows) in SHOWN.items()],
        "page": found,
        "answers": [("", _("Not asked")), *Satisfaction.choices],
        "may_add": any(move.verb == Verb.AFFECTED for move in parties),
    }
    return render(request, "caseworks/incident.html", context)


def _record(request: StaffRequest, rows: IncidentHouseholdQuerySet) -> HttpResponse:
    heard = {
        int(pk): Heard(f"called_{pk}" in request.POST, request.POST.get(f"said_{pk}", ""))
        for pk in request.POST.getlist("row")
        if pk.isascii() and pk.isdigit() and request.POST.get(f"said_{pk}", "") in ("", *Satisfaction.values)
    }
    number = record(rows, heard, request.user)
    words = ngettext("%(n)d household was recorded.", "%(n)d households were recorded.", number)
    messages.success(request, words % {"n": number})
    # From here on: the page that follows, so that a long list is gone through by Enter alone.
    return redirect(f"{request.path}?{request.POST.get('next', '')}")


@allow(*SEES_HOUSEHOLDS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def incident_add(request: StaffRequest, number: str) -> HttpResponse:
    """Choose households by area, by building, one by one or from a list, and add them all in one go."""
    case, rows = _seen(request, number)
    around = _around(request, case)
    shown = incident_households.choosable(request.user, [around]) if around else []
    form = AffectedForm(request.POST or None, user=request.user, near=case.area, shown=shown)
    if request.method == "POST" and form.is_valid():
        try:
            return _add(request, case, form)
        except moves.NotPossible as sentence:
            form.add_error(None, str(sentence))
    known = set(rows.values_list("household_id", flat=True))
    context = {
        "case": case,
        "form": form,
        "around": around,
        "above": _above(request, around),
        "areas": _areas(around, shown),
        "buildings": form.standing,
        "households": [one for one in shown if one.pk not in known] if len(shown) <= MOST_TICKED else [],
        "known": len(known),
        "ticked": {name: request.POST.getlist(name) for name in ("areas", "buildings", "households")},
    }
    return render(request, "caseworks/incident_add.html", context, status=422 if form.errors else 200)


def _around(request: StaffRequest, case: Case) -> Area | None:
    """The area whose households are offered: the one asked for, else that of the case or the community around it."""
    seen = Area.objects.visible_to(request.user).active().select_related("level", "parent")
    asked = request.GET.get("area", "")
    if asked.isascii() and asked.isdigit():
        return seen.filter(pk=int(asked)).first()
    if case.area is None:
        return seen.order_by("path").first()
    wider = case.area.parent if case.area.level.holds_households else None
    return seen.filter(pk=(wider or case.area).pk).first() or case.area


def _above(request: StaffRequest, around: Area | None) -> Area | None:
    """The area that *around* is part of, where the user's own reach that far."""
    parent = around.parent if around else None
    return parent if parent and request.user.scope.covers(parent.path or "") else None


def _areas(around: Area | None, shown: list[Household]) -> list[dict[str, Any]]:
    """The area itself and those right below it, each with how many of *shown* live there."""
    if around is None:
        return []
    below = Area.objects.active().filter(Q(pk=around.pk) | Q(parent=around)).select_related("level", "parent")
    counted = Counter(household.area_id for household in shown)
    paths = dict(Area.objects.filter(pk__in=counted).values_list("pk", "path"))
    return [
        {
            "area": area,
            "households": sum(n for pk, n in counted.items() if (paths[pk] or "").startswith(area.path or "?")),
            "itself": area.pk == around.pk,
        }
        for area in below.order_by("path")
    ]


def _add(request: StaffRequest, case: Case, form: AffectedForm) -> HttpResponse:
    given = form.cleaned_data
    how = Reached.LIST if given["listed"] and not given["areas"] and not given["buildings"] else Reached.AREA
    act = moves.Act(request.user, key=given["key"])
    incidents.add(case, act, households=given["chosen"], how=how)
    number = len(given["chosen"])
    words = ngettext("%(n)d household was added.", "%(n)d households were added.", number) % {"n": number}
    messages.success(request, words)
    if form.unknown:
        messages.warning(request, _("Not found: %(lines)s") % {"lines": "、".join(form.unknown[:20])})
    return redirect("incident", case.number)


@allow(*SEES_HOUSEHOLDS)
@require_POST
@never_cache
def incident_calls(request: StaffRequest, number: str) -> HttpResponse:
    """Whom to call, with numbers and addresses in full, on A4."""
    case, rows = _seen(request, number)
    try:
        calls = call_list(rows, request.user, request.POST.get("reason", ""))
    except RevealRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('incident', args=[case.number])}?show=to_call")
    context = {"case": case, "calls": calls, "now": timezone.now()}
    response = render(request, "caseworks/incident_calls.html", context)
    response["Cache-Control"] = "no-store, private"
    return response
