"""Reception days: the roster, a day with its queue, the notice, and the conversations one after the other."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import callers, drafts, reception
from caseworks.forms.reception import AppointmentForm, ConversationForm, PlanAheadForm, ReceptionDayForm, SwapForm
from caseworks.models import Appointment, Channel, ReceptionDay, ReceptionPlan
from caseworks.moves import NotPossible
from caseworks.reception_days import Attendance, Notice, notice_due, notice_state
from people.access import Role, StaffRequest, allow
from people.addresses import place_name
from people.masking import mask_phone
from people.models import Household, Membership
from people.paging import page

DESK = (Role.OPERATOR, Role.SUPERVISOR)
# A queue is one page: no office receives more people on a day.
MOST_IN_A_DAY = 200


def _day(request: StaffRequest, uuid: UUID) -> ReceptionDay:
    seen = ReceptionDay.objects.visible_to(request.user).select_related("leader", "area")
    return get_object_or_404(seen, uuid=uuid)


# ---- The roster ----


@allow(*DESK)
@require_safe
def reception_list(request: StaffRequest) -> HttpResponse:
    """Who receives people when: the days to come, or those gone by; who has no turn this year."""
    today = timezone.localdate()
    past = request.GET.get("show") == "past"
    seen = ReceptionDay.objects.visible_to(request.user).select_related("leader", "area")
    counted = seen.annotate(
        booked=Count("appointments"), received=Count("appointments", Q(appointments__state=Attendance.DONE))
    )
    found = page(
        counted.filter(date__lt=today) if past else counted.filter(date__gte=today),
        ["-date", "-pk"] if past else ["date", "pk"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "rows": [(day, _notice(day)) for day in found.rows],
        "past": past,
        "page": found,
        "year": today.year,
        "turns": reception.turns(request.user, today.year),
        "plan": _plan(request),
        "plan_form": PlanAheadForm(user=request.user),
    }
    return render(request, "caseworks/reception_list.html", context)


def _plan(request: StaffRequest) -> ReceptionPlan | None:
    plans = ReceptionPlan.objects.filter(area__path__in=request.user.scope.paths)
    return plans.select_related("area").order_by("area__path").first()


def _notice(day: ReceptionDay) -> dict[str, Any]:
    """How the notice of a day stands, in words and a tone."""
    state = notice_state(day.date, day.published_at is not None, timezone.localdate())
    tones = {Notice.PUBLISHED: "done", Notice.DUE: "today", Notice.LATE: "overdue", Notice.MISSED: "overdue"}
    return {
        "state": state.value,
        "label": state.label,
        "tone": tones.get(state, "waiting"),
        "due": notice_due(day.date),
    }


@allow(*DESK)
@require_POST
def reception_plan(request: StaffRequest) -> HttpResponse:
    """Put the fixed day of the months ahead on the roster, the leaders taking turns."""
    plan, form = _plan(request), PlanAheadForm(request.POST, user=request.user)
    if plan is None:
        messages.error(request, _("No fixed reception day is set up for your area."))
    elif not form.is_valid():
        messages.error(request, " ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences))
    else:
        said = form.cleaned_data
        made = reception.plan_ahead(plan, timezone.localdate(), said["months"], list(said["among"]), request.user)
        messages.success(request, _("%(n)d reception days are new on the roster.") % {"n": len(made)})
    return redirect("reception_list")


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reception_new(request: StaffRequest) -> HttpResponse:
    plan = _plan(request)
    initial = {name: getattr(plan, name) for name in reception.FROM_THE_PLAN} if plan else {}
    return _edit(request, ReceptionDay(), _("A reception day more"), initial)


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reception_edit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    return _edit(request, _day(request, uuid), _("Change this reception day"), {})


def _edit(request: StaffRequest, day: ReceptionDay, heading: str, initial: dict[str, Any]) -> HttpResponse:
    form = ReceptionDayForm(request.POST or None, instance=day, initial=initial, user=request.user)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                return redirect(form.keep())
        except NotPossible as sentence:
            form.add_error(None, str(sentence))
        status = 422
    context = {"form": form, "heading": heading, "day": day if day.pk else None}
    return render(request, "caseworks/reception_edit.html", context, status=status)


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reception_swap(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Two leaders change places."""
    day = _day(request, uuid)
    form = SwapForm(request.POST or None, day=day, user=request.user)
    status = 200
    if request.method == "POST":
        try:
            if form.is_valid():
                reception.swap(day, form.cleaned_data["other"], request.user, form.cleaned_data["reason"])
                messages.success(request, _("Swapped. Both notices have to be published anew."))
                return redirect(day)
        except NotPossible as sentence:
            form.add_error(None, str(sentence))
        status = 422
    return render(request, "caseworks/reception_swap.html", {"form": form, "day": day}, status=status)


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reception_notice(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The notice as it hangs on the board, on A4; by POST: it hangs there."""
    day = _day(request, uuid)
    if request.method == "POST":
        reception.publish(day, request.user)
        messages.success(request, _("Written down: the notice is published."))
        return redirect(day)
    return render(request, "caseworks/reception_notice.html", {"day": day, "notice": _notice(day)})


# ---- The day ----


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reception_day(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One day: appointments and queue, and the form for one more."""
    day, user = _day(request, uuid), request.user
    if request.method != "POST":
        return _day_page(request, day, AppointmentForm(user, day=day))
    if "look_up" in request.POST:
        typed = AppointmentForm(user, initial=request.POST.dict(), day=day)
        found = callers.look_up(user, request.POST.get("caller", ""))
        return _day_page(request, day, typed, people=found, looked_up=True)
    form = AppointmentForm(user, request.POST, day=day)
    if known := _appointment(day, request.POST.get("uuid", "")):
        # Sent twice: by now his time is his, and no longer among the free ones.
        return _booked(request, known)
    try:
        if form.is_valid():
            return _booked(request, reception.book(day, form.booking(), user))
    except NotPossible as sentence:
        form.add_error(None, str(sentence))
    return _day_page(request, day, form, status=422)


def _booked(request: StaffRequest, made: Appointment) -> HttpResponse:
    if made.place_in_queue:
        said = _("%(name)s has number %(number)d.") % {"name": made, "number": made.place_in_queue}
    else:
        said = _("%(name)s is booked for %(time)s.") % {"name": made, "time": f"{made.slot:%H:%M}"}
    messages.success(request, said)
    return redirect(made.day)


def _day_page(
    request: StaffRequest, day: ReceptionDay, form: AppointmentForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"form": form, "notice": _notice(day), "today": timezone.localdate(), **_queue(day), **extra}
    return render(request, "caseworks/reception_day.html", context, status=status)


def _queue(day: ReceptionDay) -> dict[str, Any]:
    """The day with those in the queue, those still to come, and those who are done, each in its order."""
    rows = list(day.appointments.select_related("case")[:MOST_IN_A_DAY])
    waiting = [row for row in rows if row.state in (Attendance.ARRIVED, Attendance.CALLED)]
    return {
        "day": day,
        "waiting": sorted(waiting, key=lambda row: (row.state != Attendance.CALLED, row.place_in_queue or 0)),
        "booked": [row for row in rows if row.state == Attendance.BOOKED],
        "done": sorted((row for row in rows if row.state == Attendance.DONE), key=lambda row: row.place_in_queue or 0),
        "not_come": [row for row in rows if row.state == Attendance.NOT_COME],
    }


def _appointment(day: ReceptionDay, uuid: str) -> Appointment | None:
    """The appointment of the day with that uuid, as a form sends it; None where there is none."""
    try:
        wanted = UUID(uuid)
    except ValueError:
        return None
    return day.appointments.select_related("resident", "day").filter(uuid=wanted).first()


@allow(*DESK)
@require_POST
def reception_attend(request: StaffRequest, uuid: UUID, appointment: UUID) -> HttpResponse:
    """Somebody arrived, was called in, or did not come."""
    day = _day(request, uuid)
    row = get_object_or_404(day.appointments, uuid=appointment)
    state = request.POST.get("state", "")
    if state not in Attendance.values:
        raise Http404
    try:
        reception.attend(row, state, request.user)
    except NotPossible as sentence:
        messages.error(request, str(sentence))
    return redirect("reception_talk" if "talk" in request.POST else "reception_day", day.uuid)


@allow(*DESK)
@require_POST
def reception_end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    day = _day(request, uuid)
    try:
        reception.end(day, request.user)
    except NotPossible as sentence:
        messages.error(request, str(sentence))
    return redirect(day)


# ---- One conversation after the other ----


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache  # going back after saving must not bring up a form that was already sent
def reception_talk(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The form with the next in the queue in it; sent, it comes back with the one after."""
    day, user = _day(request, uuid), request.user
    if request.method != "POST":
        at = None if "walk_in" in request.GET else reception.next_up(day)
        return _talk_page(request, day, at, ConversationForm(user, initial=_begun(request, at), at=at))
    at = _appointment(day, request.POST.get("appointment", ""))
    if "look_up" in request.POST:
        typed = ConversationForm(user, initial=request.POST.dict(), at=at)
        found = callers.look_up(user, request.POST.get("caller", ""))
        return _talk_page(request, day, at, typed, people=found, looked_up=True)
    form = ConversationForm(user, request.POST, at=at)
    answered = "answered" in request.POST
    if form.is_valid() and answered and not form.cleaned_data["answer"]:
        form.add_error("answer", _("Write down what you answered."))
    try:
        if form.is_valid():
            with transaction.atomic():
                case = reception.log_conversation(day, at, form.intake(answered=answered), user)
                drafts.discard(user, case.uuid)
            told = _("%(number)s: answered on the spot.") if case.closed_at else _("%(number)s goes its way.")
            messages.success(request, told % {"number": case.number})
            return redirect("reception_talk", day.uuid)
    except NotPossible as sentence:
        form.add_error(None, str(sentence))
    return _talk_page(request, day, at, form)


def _begun(request: StaffRequest, at: Appointment | None) -> dict[str, Any]:
    """What is known of whoever comes next, as the fields of the form hold it."""
    known: dict[str, Any] = {"uuid": uuid4(), "channel": Channel.RECEPTION.value}
    if at is None:
        return known
    known |= {"appointment": at.uuid, "caller_name": at.name, "summary": at.matter}
    if at.resident:
        known |= {"resident": at.resident.uuid, "caller": mask_phone(at.phone) or at.name}
        if home := _home(request, at):
            known |= {"area": home.area_id, "area_name": home.area.long_name, "place": place_name(home.address)}
    return known


def _home(request: StaffRequest, at: Appointment) -> Household | None:
    homes = Membership.objects.current().filter(resident=at.resident, household__ended_on__isnull=True)
    seen = (home.household for home in homes.select_related("household__area__level", "household__area__parent"))
    return next((home for home in seen if request.user.scope.covers(home.area.path or "")), None)


def _talk_page(
    request: StaffRequest, day: ReceptionDay, at: Appointment | None, form: ConversationForm, **extra: Any
) -> HttpResponse:
    context = {"form": form, "at": at, "page": uuid4().hex, "form_sent": form.is_bound, **_queue(day), **extra}
    return render(request, "caseworks/reception_talk.html", context, status=422 if form.errors else 200)
