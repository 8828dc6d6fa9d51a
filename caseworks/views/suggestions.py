"""Suggestions: taken down, listed by what waits, one of them with its steps, and everything one person proposed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import callers, drafts, listing, suggestions
from caseworks.forms.actions import written
from caseworks.forms.callers import LONGEST
from caseworks.forms.suggestions import STEP_FORMS, StepForm, SuggestionFilterForm, SuggestionForm
from caseworks.models import Case, Channel, Draft, Suggestion, SuggestionEntry
from caseworks.models.suggestions import SuggestionQuerySet
from caseworks.moves import NotPossible
from caseworks.suggestion_states import MOVES, RAISERS, Stage, Step
from caseworks.views.cases import DESK, WORKS_ON_CASES
from people import revealing
from people.access import StaffRequest, allow
from people.paging import page
from people.revealing import RevealRefused

# ---- Taken down ----


@allow(*RAISERS)
@never_cache  # going back after saving must not bring up a form that was already sent
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_new(request: StaffRequest) -> HttpResponse:
    """Take a suggestion down: the form, empty or with a draft in it, and what becomes of it when it is sent."""
    user = request.user
    if request.method != "POST":
        return _new_page(request, *_begun(request))
    if "look_up" in request.POST:
        # A browser without script looks people up by sending the form.
        typed = SuggestionForm(user, initial=request.POST.dict())
        found = callers.look_up(user, request.POST.get("caller", ""))
        return _new_page(request, typed, None, people=found, looked_up=True)
    form = SuggestionForm(user, request.POST)
    if not form.is_valid():
        return _new_page(request, form, None)
    with transaction.atomic():
        made = suggestions.propose(form.proposal(), user)
        drafts.discard(user, made.uuid)
    messages.success(request, _("Suggestion %(number)s was taken down.") % {"number": made.number})
    if form.who.problem:
        messages.warning(request, _("The number was kept as written. %(problem)s") % {"problem": form.who.problem})
    return redirect(f"{made.get_absolute_url()}?taken=1")


def _begun(request: StaffRequest) -> tuple[SuggestionForm, Draft | None]:
    """An empty form, or the draft that the address names."""
    try:
        wanted: UUID | None = UUID(request.GET.get("draft", ""))
    except ValueError:
        wanted = None
    own = Draft.objects.visible_to(request.user)
    draft = own.filter(uuid=wanted, form=drafts.SUGGESTION).first() if wanted else None
    usual = Channel.HOTLINE if request.user.holds(*DESK) else Channel.STATION
    initial = {**draft.fields, "uuid": draft.uuid} if draft else {"uuid": uuid4(), "channel": usual}
    return SuggestionForm(request.user, initial=initial), draft


def _new_page(request: StaffRequest, form: SuggestionForm, draft: Draft | None, **extra: Any) -> HttpResponse:
    current = str(draft.uuid if draft else form["uuid"].value() or "")
    others = drafts.unsaved(request.user, drafts.SUGGESTION)
    context = {
        "form": form,
        "page": uuid4().hex,
        "draft": draft,
        "drafts": [other for other in others if str(other.uuid) != current],
        **extra,
    }
    return render(request, "caseworks/suggestion_new.html", context, status=422 if form.errors else 200)


@allow(*RAISERS)
@require_POST
def suggestion_draft(request: StaffRequest, uuid: UUID) -> JsonResponse:
    """Keep what is typed so far. Answers ``{"uuid", "text"}``, as the desk's own form is answered."""
    fields = {name: request.POST[name][:LONGEST] for name in SuggestionForm.base_fields if request.POST.get(name)}
    draft = drafts.save(
        request.user,
        uuid,
        fields,
        page=request.POST.get("page", "")[:40],
        opened=drafts.opened_at(request.POST.get("opened", "")),
        form=drafts.SUGGESTION,
    )
    at = date_format(timezone.localtime(draft.saved_at), "H:i:s")
    return JsonResponse({"uuid": str(draft.uuid), "text": _("Draft saved %(time)s") % {"time": at}})


@allow(*RAISERS)
@require_POST
def suggestion_draft_discard(request: StaffRequest, uuid: UUID) -> HttpResponse:
    drafts.discard(request.user, uuid)
    return redirect("suggestion_new")


# ---- Lists ----

QUEUES: dict[str, Any] = {
    "all": gettext_lazy("All suggestions"),
    "mine": gettext_lazy("Waiting for me"),
    Stage.TO_JUDGE.value: Stage.TO_JUDGE.label,
    Stage.TO_DO.value: Stage.TO_DO.label,
    Stage.TO_ANSWER.value: Stage.TO_ANSWER.label,
    Stage.ANSWERED.value: Stage.ANSWERED.label,
}
ORDER = ["-raised_at", "-pk"]


def _queue(request: StaffRequest, name: str) -> SuggestionQuerySet:
    if name == "mine":
        return suggestions.waiting_for(request.user)
    seen = Suggestion.objects.visible_to(request.user)
    return seen if name == "all" else seen.at(name)


@allow(*WORKS_ON_CASES)
@require_safe
def suggestion_list(request: StaffRequest) -> HttpResponse:
    """The suggestions in scope: a queue, narrowed by what the address says."""
    asked = request.GET.get("queue", "")
    current = asked if asked in QUEUES else "all"
    form = SuggestionFilterForm(request.GET, user=request.user)
    given = form.given()
    rows = suggestions.matching(_queue(request, current), given.get("q", ""))
    if "decision" in given:
        rows = rows.filter(decision=given["decision"])
    if "area" in given:
        rows = rows.filter(area__path__startswith=given["area"].path)
    context = {
        "form": form,
        "current": current,
        "heading": QUEUES[current],
        "queues": [(name, label, _at(request, queue=name), name == current) for name, label in QUEUES.items()],
        "narrowed": bool(given),
        "may_raise": request.user.holds(*RAISERS),
        **_page_of(request, rows),
    }
    return render(request, "caseworks/suggestion_list.html", context)


def _page_of(request: StaffRequest, rows: SuggestionQuerySet) -> dict[str, Any]:
    related = ("area__level", "area__parent", "handling_area__level", "handling_area__parent", "unit")
    found = page(
        rows.select_related(*related), ORDER, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    return {
        "rows": found.rows,
        "previous_url": _at(request, before=found.before) if found.before else "",
        "next_url": _at(request, after=found.after) if found.after else "",
    }


def _at(request: StaffRequest, **changes: str) -> str:
    """This list with other parameters; a page's cursor never outlives a change."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


@allow(*WORKS_ON_CASES)
@require_safe
def suggestions_of_proposer(request: StaffRequest, number: str) -> HttpResponse:
    """Everything that the proposer of one suggestion proposed, with how much of it was adopted."""
    suggestion = _seen(request, number)
    theirs = Suggestion.objects.visible_to(request.user).by_proposer_of(suggestion)
    context = {"suggestion": suggestion, "counts": suggestions.counts(theirs), **_page_of(request, theirs)}
    return render(request, "caseworks/suggestion_proposer.html", context)


# ---- One of them ----


def _seen(request: StaffRequest, number: str) -> Suggestion:
    related = ("proposer", "area__level", "area__parent", "handling_area__level", "handling_area__parent", "unit")
    seen = Suggestion.objects.visible_to(request.user).select_related(*related, "raised_by")
    return get_object_or_404(seen, number=number)


@allow(*WORKS_ON_CASES)
@require_safe
@never_cache
def suggestion_detail(request: StaffRequest, number: str) -> HttpResponse:
    """One suggestion: what is proposed, its steps with what the proposer was told, and the steps open now."""
    suggestion = _seen(request, number)
    return render(request, "caseworks/suggestion_detail.html", _about(request, suggestion))


def _about(request: StaffRequest, suggestion: Suggestion) -> dict[str, Any]:
    possible = suggestions.open_steps(request.user, suggestion)
    theirs = Suggestion.objects.visible_to(request.user).by_proposer_of(suggestion)
    post = (suggestion.handling_area_id or 0, suggestion.handling_role)
    return {
        "suggestion": suggestion,
        "steps": [move for move in possible if move.step != Step.NOTE],
        "note_form": STEP_FORMS["note"](suggestion=suggestion, user=request.user),
        "entries": suggestion.timeline.select_related("by", "message"),
        "counts": suggestions.counts(theirs),
        "doer": suggestion.unit or listing.holders([suggestion]).get(post, ""),
        "may_reveal": request.user.holds(*RAISERS),
        "sees_residents": bool(request.user.scope.paths),
        "case": Case.objects.visible_to(request.user).filter(suggestion=suggestion).first(),
        "just_taken": "taken" in request.GET,
    }


@allow(*WORKS_ON_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def suggestion_step(request: StaffRequest, number: str, step: str) -> HttpResponse:
    """Ask what a step needs and take it. Whatever stands in the way, what was typed stays in the form."""
    suggestion = _seen(request, number)
    if step not in STEP_FORMS:
        raise Http404
    form = STEP_FORMS[step](request.POST or None, suggestion=suggestion, user=request.user)
    if request.method != "POST":
        if MOVES[form.step].parties.isdisjoint(suggestions.parties_of(request.user, suggestion)):
            raise PermissionDenied
        return _step_page(request, form)
    if not form.is_valid():
        return _step_page(request, form, status=422)
    try:
        form.perform()
    except suggestions.Stale as stale:
        data = request.POST.copy()
        data["version"] = str(stale.suggestion.version)
        again = type(form)(data, suggestion=_seen(request, number), user=request.user)
        again.is_valid()
        return _step_page(request, again, status=409, since=stale.entries)
    except NotPossible as sentence:
        form.add_error(None, str(sentence))
        return _step_page(request, form, status=422)
    done = _("%(number)s: “%(verb)s” is recorded.") % {"number": suggestion.number, "verb": form.step.label}
    messages.success(request, done)
    return redirect(suggestion)


def _step_page(
    request: StaffRequest, form: StepForm, *, status: int = 200, since: list[SuggestionEntry] | None = None
) -> HttpResponse:
    possible = form.suggestion.stage in MOVES[form.step].sources
    context = {
        "form": form,
        "step": form.step,
        "suggestion": form.suggestion,
        "possible": possible,
        "since": since,
        "written": written(form),
        "note_form": STEP_FORMS["note"](suggestion=form.suggestion, user=request.user),
    }
    if not possible and status == 200:
        status = 409
    return render(request, "caseworks/suggestion_step.html", context, status=status)


@allow(*RAISERS)
@require_POST
@never_cache
def suggestion_reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Show the proposer's number in full, once, for a reason."""
    suggestion = _seen(request, number)
    context: dict[str, Any] = _about(request, suggestion)
    subject = suggestion.proposer.uuid if suggestion.proposer else ""
    status = 200
    try:
        reason = request.POST.get("reason", "")
        context["phone"] = revealing.reveal(suggestion, "proposer_phone", request.user, reason, subject=subject)
        context["revealed"] = True
    except RevealRefused as refusal:
        context["refusal"], status = refusal, 422
    response = render(request, "caseworks/suggestion_detail.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response
