"""The desk: take a call down, with what the office knows beside it; drafts; the acceptance number."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import callers, clocks, drafts, intake, moves
from caseworks.deadlines import Limit
from caseworks.forms.callers import LONGEST, Caller
from caseworks.forms.desk import DeskForm, category_label
from caseworks.models import Case, Channel, Draft
from caseworks.search import find_categories
from caseworks.suggesting import suggest
from caseworks.suggestion_states import RAISERS
from people.access import Role, StaffRequest, allow
from people.addresses import place_name
from people.models import User
from people.search import find_areas

DESK = (Role.OPERATOR, Role.SUPERVISOR)
MOST_OPTIONS = 30
# Errors that stand in the way of adding a caller to a case that is there already; the rest is about a new one.
ABOUT_THE_CALLER = frozenset({"caller", "caller_name", "anonymous"})


@allow(*DESK)
@never_cache  # going back after saving must not bring up a form that was already sent
@require_http_methods(["GET", "HEAD", "POST"])
def desk_new(request: StaffRequest) -> HttpResponse:
    """Log a case: the form, empty or with a draft in it, and what becomes of it when it is sent."""
    if request.method == "POST":
        return _log(request)
    if "draft" in request.GET:
        return _restore(request, request.GET["draft"])
    channel = request.user.last_channel or Channel.HOTLINE
    return _page(request, DeskForm(request.user, initial={"uuid": uuid4(), "channel": channel}))


def _restore(request: StaffRequest, uuid: str) -> HttpResponse:
    try:
        wanted = UUID(uuid)
    except ValueError:
        return redirect("desk_new")
    draft = Draft.objects.visible_to(request.user).filter(uuid=wanted, form=drafts.CASE).first()
    if draft:
        return _page(request, DeskForm(request.user, initial={**draft.fields, "uuid": draft.uuid}), draft=draft)
    logged = Case.objects.visible_to(request.user).filter(uuid=wanted).first()
    return redirect("desk_logged", logged.number) if logged else redirect("desk_new")


def _page(request: StaffRequest, form: DeskForm, *, draft: Draft | None = None, **extra: Any) -> HttpResponse:
    outlook = _outlook(form) if form.is_bound else {}
    current = str(draft.uuid if draft else form["uuid"].value() or "")
    context = {
        "form": form,
        "page": uuid4().hex,
        "draft": draft,
        "drafts": [other for other in drafts.unsaved(request.user, drafts.CASE) if str(other.uuid) != current],
        **outlook,
        **extra,
    }
    return render(request, "caseworks/desk_new.html", context, status=422 if form.errors else 200)


def _log(request: StaffRequest) -> HttpResponse:
    user, form = request.user, DeskForm(request.user, request.POST)
    if "look_up" in request.POST:
        # A browser without script looks people up by sending the form.
        as_typed = DeskForm(user, initial=request.POST.dict())
        return _page(request, as_typed, people=callers.look_up(user, request.POST.get("caller", "")), looked_up=True)
    answered = "answered" in request.POST
    if form.is_valid() and answered and not form.cleaned_data["answer"]:
        form.add_error("answer", _("Write down what you answered."))
    if not form.is_valid():
        return _page(request, form)
    with transaction.atomic():
        case = intake.log(form.intake(answered=answered), user)
        drafts.discard(user, case.uuid)
        _remember_channel(user, case.channel)
    _warn_of_number(request, form.who)
    return redirect("desk_logged", case.number)


@allow(*DESK)
@require_POST
def desk_join(request: StaffRequest, number: str) -> HttpResponse:
    """Add the caller of the form to a case about the same matter, instead of logging a second one."""
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    form = DeskForm(request.user, request.POST)
    form.is_valid()
    if form.errors.keys() & ABOUT_THE_CALLER:
        return _page(request, form)
    who, uuid = form.who, form.cleaned_data.get("uuid")
    act = moves.Act(request.user, key=uuid)
    words = form.cleaned_data.get("summary", "")
    try:
        with transaction.atomic():
            phone, channel = who.phone[:60], form.cleaned_data.get("channel", "")
            intake.join(case, act, resident=who.resident, name=who.name, phone=phone, text=words, channel=channel)
            if uuid:
                drafts.discard(request.user, uuid)
    except moves.NotPossible as problem:
        form.add_error(None, str(problem))
        return _page(request, form)
    messages.success(request, _("Added as another caller to %(number)s.") % {"number": case.number})
    _warn_of_number(request, who)
    return redirect("desk_logged", case.number)


def _warn_of_number(request: StaffRequest, who: Caller) -> None:
    if who.problem:
        messages.warning(request, _("The number was kept as written. %(problem)s") % {"problem": who.problem})


def _remember_channel(user: User, channel: str) -> None:
    if user.last_channel != channel:
        user.last_channel = channel
        user.save(update_fields=["last_channel"])


@allow(*DESK)
@require_safe
def desk_logged(request: StaffRequest, number: str) -> HttpResponse:
    """The acceptance number, large enough to read aloud, with who handles the case, by when and why."""
    seen = Case.objects.visible_to(request.user).select_related("category__parent", "handling_area__parent", "unit")
    [hit] = callers.hits([get_object_or_404(seen, number=number)])
    limit = _in_words(hit.case.limits.get("handling", ""))
    return render(request, "caseworks/desk_logged.html", {"case": hit.case, "handler": hit.handler, "limit": limit})


# ---- Drafts ----


@allow(*DESK)
@require_safe
def desk_drafts(request: StaffRequest) -> HttpResponse:
    """What was begun and neither logged nor thrown away."""
    return render(request, "caseworks/desk_drafts.html", {"drafts": drafts.unsaved(request.user)})


@allow(*DESK)
@require_POST
def desk_draft(request: StaffRequest, uuid: UUID) -> JsonResponse:
    """Keep what is typed so far. Answers ``{"uuid", "text"}``: the uuid to go on with, and a word for the screen."""
    fields = {name: request.POST[name][:LONGEST] for name in DeskForm.base_fields if request.POST.get(name)}
    draft = drafts.save(
        request.user,
        uuid,
        fields,
        page=request.POST.get("page", "")[:40],
        opened=drafts.opened_at(request.POST.get("opened", "")),
    )
    at = date_format(timezone.localtime(draft.saved_at), "H:i:s")
    return JsonResponse({"uuid": str(draft.uuid), "text": _("Draft saved %(time)s") % {"time": at}})


@allow(*DESK)
@require_POST
def desk_draft_discard(request: StaffRequest, uuid: UUID) -> HttpResponse:
    drafts.discard(request.user, uuid)
    return redirect("desk_drafts" if "from_list" in request.POST else "desk_new")


# ---- Look-ups: by POST, because callers' numbers must not stand in the server's log ----


@allow(*RAISERS)
@require_POST
def desk_callers(request: StaffRequest) -> HttpResponse:
    """People who fit what was typed, and the caller as a new one."""
    typed = request.POST.get("typed", "").strip()[:60]
    options = [_caller_option(request.user, found, typed) for found in callers.look_up(request.user, typed)]
    context = {"options": options, "typed": typed, "is_number": bool(_digits(typed))}
    return render(request, "caseworks/_desk_callers.html", context)


def _caller_option(user: User, found: callers.Found, typed: str) -> dict[str, Any]:
    here = [home for home in found.homes if home.ended_on is None]
    home = next((home for home in here if user.scope.covers(home.area.path or "")), None)
    return {
        "found": found,
        # Where a household has left its old place is not offered: somebody would be sent there.
        "left": bool(found.homes) and not here,
        # A number typed in full is no secret to who typed it.
        "typed_in_full": bool(found.phone) and _digits(typed) == _digits(found.phone),
        "area": home.area.long_name if home else "",
        "area_pk": home.area.pk if home else "",
        "place": place_name(home.address) if home else "",
    }


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


@allow(*RAISERS)
@require_POST
def desk_areas(request: StaffRequest) -> HttpResponse:
    areas = find_areas(request.user, request.POST.get("typed", "")[:80])[:MOST_OPTIONS]
    return _options(request, [(area.pk, area.long_name, str(area.level)) for area in areas])


@allow(*DESK)
@require_POST
def desk_categories(request: StaffRequest) -> HttpResponse:
    found = find_categories(request.POST.get("typed", "")[:80])
    return _options(request, [(category.pk, category_label(category), "") for category in found])


def _options(request: StaffRequest, options: list[tuple[int, str, str]]) -> HttpResponse:
    return render(request, "caseworks/_desk_options.html", {"options": options})


@allow(*DESK)
@require_POST
def desk_preview(request: StaffRequest) -> HttpResponse:
    """What the form as typed would come to, and what is known beside it; writes nothing."""
    form = DeskForm(request.user, request.POST)
    form.is_valid()
    return render(request, "caseworks/_desk_outlook.html", _outlook(form))


def _outlook(form: DeskForm) -> dict[str, Any]:
    """Where the request would go, what it may be about, who calls and which cases may be the same matter."""
    user, who, wanted = form.user, form.who, form.request
    foresight = intake.foresee(wanted) if wanted.category or wanted.area else None
    known = callers.acquaintance(user, who.resident, who.phone, wanted.category)
    alike = intake.likely_duplicates(
        user, caller=who.resident, phone=who.phone, area=wanted.area, category=wanted.category
    )
    open_already = {case.pk for case in known.open}
    dressed = callers.hits(
        [*known.open, *(case for case in alike if case.pk not in open_already)], caller=who.resident, phone=who.phone
    )
    return {
        "foresight": foresight,
        "urgency": wanted.urgency,
        "limit": _in_words(foresight.limit) if foresight else "",
        "suggestions": [] if wanted.category else suggest(user, form.cleaned_data.get("summary", "")),
        "who": who,
        "homes": form.homes(who.resident),
        "known": known,
        "open_hits": [hit for hit in dressed if hit.case.pk in open_already],
        "duplicates": [hit for hit in dressed if hit.case.pk not in open_already],
    }


def _in_words(limit: str) -> str:
    return Limit.parse(limit or clocks.FALLBACK["handling"]).in_words()
