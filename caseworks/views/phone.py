"""The phone: what is mine today, a visit, a report of one's own, and the page about oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import doorstep, intake, suggestions
from caseworks.duties import MOST, deeds_of, duties_of
from caseworks.forms.phone import Pictures, ReportForm, VisitRecordForm, form_uuid, take_in
from caseworks.models import Case, HandOver
from caseworks.moves import for_the_record
from outreach import contact_duties
from outreach.models import PairUp, Visit, VisitOccasion, VisitOutcome
from outreach.visiting import RecordedOtherwise
from people.access import LIAISONS, Role, StaffRequest, allow
from people.household_changes import just_put_down
from people.models import Household
from people.models.areas import Area
from people.revealing import RevealRefused

ON_PHONES = (*LIAISONS, Role.DEPARTMENT)
# A list this long is no list for a phone any more.
MOST_SHOWN = 500


@allow(*ON_PHONES)
@require_safe
@never_cache
def phone_today(request: StaffRequest) -> HttpResponse:
    """What waits for whoever looks: late, due today, later."""
    asked = request.GET.get("show", "")
    most = min(max(int(asked) if asked.isdecimal() and len(asked) < 6 else MOST, MOST), MOST_SHOWN)
    found = duties_of(request.user, most=most)
    more = most + MOST if found.hidden and most < MOST_SHOWN else None
    week = request.user.holds(*LIAISONS)
    waiting = suggestions.waiting_for(request.user).order_by()[: MOST_SHOWN + 1].count()
    helped = PairUp.objects.visible_to(request.user).helped_by(request.user).count() if week else 0
    context = {
        "duties": found,
        "more": more,
        "week": week,
        "suggestions_to_do": waiting,
        "pair_ups": helped,
        "left": just_put_down(request.user).select_related("head") if week else (),
        "departments": contact_duties.kept_by(request.user) if request.user.holds(Role.COMMITTEE) else None,
    }
    return render(request, "caseworks/phone/today.html", context)


# ---- A visit ----


@allow(*LIAISONS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_visit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One visit: what is to be known at the door, and the form."""
    household = _household(request, uuid, left=request.method == "POST")
    if request.method != "POST":
        return _visit_page(
            request, household, VisitRecordForm(household=household, initial={"uuid": uuid4()}), Pictures.none()
        )
    pictures = pictures_of(request, request.POST.get("uuid"), household.area)
    form = VisitRecordForm(request.POST, household=household)
    if not form.is_valid():
        return _visit_page(request, household, form, pictures, status=422)
    if household.ended_on and not _recorded(request, household):
        form.add_error(None, _left_meanwhile(household))
        return _visit_page(request, household, form, pictures, status=409)
    if form.urgent and "confirmed" not in request.POST:
        if "back" in request.POST:
            return _visit_page(request, household, form, pictures)
        return _ask_whether_urgent(request, household, pictures)
    try:
        done = doorstep.record(form.record(household, pictures), request.user, form.aftermath())
    except RecordedOtherwise as before:
        again = VisitRecordForm(sent_anew(request.POST), household=household)
        again.add_error(None, _sent_before(before))
        return _visit_page(request, household, again, pictures, status=409)
    acknowledge(request, done.case, pictures)
    return redirect("phone_today")


def _household(request: StaffRequest, uuid: UUID, *, left: bool = False) -> Household:
    """A household to call on; where it may have *left*, to say so to whoever was at its door meanwhile."""
    seen = Household.objects.visible_to(request.user)
    seen = seen if left else seen.current()
    return get_object_or_404(seen.select_related("head", "area__parent", "area__level"), uuid=uuid)


def _recorded(request: StaffRequest, household: Household) -> bool:
    """Whether the visit that said that a household leaves comes again."""
    uuid = form_uuid(request.POST.get("uuid"))
    return Visit.objects.filter(uuid=uuid, household=household, by=request.user).exists()


def _left_meanwhile(household: Household) -> str:
    return _(
        "%(household)s was put down as having left meanwhile: this visit is not saved, what you typed is still here. "
        "If they live here, take that back on the household's page first, then submit again."
    ) % {"household": household}


def _visit_page(
    request: StaffRequest, household: Household, form: VisitRecordForm, pictures: Pictures, *, status: int = 200
) -> HttpResponse:
    context = {
        "household": household,
        "form": form,
        "pictures": pictures,
        "needs": household.needs.filter(until__isnull=True),
        "last": household.visits.select_related("by").first(),
        "less_likely": VisitOutcome.REFUSED,
        "occasions": VisitOccasion.objects.filter(active=True),
        "asked": household.visit_tasks.open().filter(occasion__isnull=False).select_related("occasion"),
    }
    return render(request, "caseworks/phone/visit.html", context, status=status)


def _ask_whether_urgent(request: StaffRequest, household: Household, pictures: Pictures) -> HttpResponse:
    """The one step between a slip of the thumb and an alarm; the number to call stands beside it."""
    said = [(name, value) for name, values in request.POST.lists() if name not in _NOT_SAID for value in values]
    context = {
        "household": household,
        "said": said,
        "note": request.POST.get("note", ""),
        "pictures": pictures,
        "on_duty": doorstep.on_duty(household),
    }
    return render(request, "caseworks/phone/urgent.html", context)


# What the page of the second step writes itself.
_NOT_SAID = frozenset({"csrfmiddlewaretoken", "kept", "confirmed", "back"})


def _sent_before(before: RecordedOtherwise) -> str:
    return _(
        "This form already arrived at %(time)s as “%(outcome)s”. Send it once more if this is to be another visit."
    ) % {"time": _clock(before.visit.recorded_at), "outcome": before.visit.get_outcome_display()}


@allow(*LIAISONS)
@require_POST
@never_cache
def phone_reach_household(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The address and the numbers of a household, for somebody on his way there."""
    household = _household(request, uuid)
    context: dict[str, Any] = {"title": str(household), "back": ("phone_visit", household.uuid)}
    try:
        context["revealed"] = doorstep.reveal(
            household, request.user, for_the_record(gettext_lazy("Visit to this household"))
        )
    except RevealRefused as refusal:
        context["refusal"] = refusal
    return reach_page(request, context)


def reach_page(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    """A page with numbers to dial, or the sentence why there are none; never kept by the browser."""
    response = render(request, "caseworks/phone/reach.html", context, status=422 if "refusal" in context else 200)
    response["Cache-Control"] = "no-store, private"
    return response


# ---- What every form of the phone does ----


def pictures_of(request: StaffRequest, form: str | None, area: Area | None) -> Pictures:
    """Take in the photos that came with a form; *form* is the uuid it was sent with."""
    uploads, earlier = request.FILES.getlist("photos"), request.POST.getlist("kept")
    return take_in(uploads, earlier, form=form_uuid(form), by=request.user, area=area)


def acknowledge(request: StaffRequest, case: Case | None, pictures: Pictures) -> None:
    """Say on the next page that the office has it, and which photos it has not."""
    words = _("Received by the office ✓ %(time)s") % {"time": _clock(timezone.now())}
    messages.success(request, f"{words} · {case.number}" if case else words)
    for sentence in pictures.refused:
        messages.warning(request, sentence + " " + _("Everything else is stored."))


def _clock(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "H:i")


def sent_anew(data: QueryDict, **changes: str) -> QueryDict:
    """The same words as a form of its own."""
    again = data.copy()
    for name, value in {"uuid": str(uuid4()), **changes}.items():
        again[name] = value
    return again


# ---- A report of one's own, and oneself ----


@allow(*LIAISONS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_new(request: StaffRequest) -> HttpResponse:
    """Report something seen: it becomes a case."""
    if request.method != "POST":
        return _report_page(request, ReportForm(user=request.user, initial={"uuid": uuid4()}), Pictures.none())
    form = ReportForm(request.POST, user=request.user)
    valid = form.is_valid()
    pictures = pictures_of(request, request.POST.get("uuid"), form.cleaned_data.get("area"))
    if not valid:
        return _report_page(request, form, pictures, status=422)
    case = intake.log(form.intake(pictures), request.user)
    acknowledge(request, case, pictures)
    return redirect("phone_today")


def _report_page(request: StaffRequest, form: forms.Form, pictures: Pictures, *, status: int = 200) -> HttpResponse:
    return render(request, "caseworks/phone/new.html", {"form": form, "pictures": pictures}, status=status)


@allow(*ON_PHONES)
@require_safe
def phone_me(request: StaffRequest) -> HttpResponse:
    """Who I am here, how I like to read, and what I did last."""
    posts = request.user.posts.current().select_related("area__parent", "area__level", "unit", "stands_in_for__user")
    # Each language under its own name: whoever cannot read this one finds his.
    context = {
        "posts": posts,
        "deeds": deeds_of(request.user),
        "to_sign": HandOver.objects.to_sign(request.user).select_related("leaver", "successor"),
        "languages": settings.LANGUAGES,
    }
    return render(request, "caseworks/phone/me.html", context)
