"""The list of cases, one case with everything about it, and the receipt for the caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from caseworks import (
    bulk,
    callers,
    clocks,
    co_handling,
    extending,
    hindrances,
    joining,
    listing,
    moves,
    path,
    publications,
    returning,
    revealing,
)
from caseworks.forms.cases import FilterForm, NoteForm
from caseworks.listing import VIEWS, Filters
from caseworks.models import Case, CaseKind, Channel, CoHandling, Extension
from caseworks.returning import Suggested
from caseworks.states import TRANSITIONS, Status, Transition, Verb
from people.access import LIAISONS, Role, StaffRequest, allow
from people.models import User
from people.revealing import RevealRefused

DESK = (Role.OPERATOR, Role.SUPERVISOR)
WORKS_ON_CASES = (*DESK, *LIAISONS, Role.DEPARTMENT)

DESK_VIEWS = [
    "all", "dispatch", "returned", "to_accept", "in_progress", "today", "overdue", "supervised", "approve",
    "followup", "reopen", "incidents", "logged"
]  # fmt: skip
HANDLER_VIEWS = ["mine", "today", "overdue", "supervised", "open", "all"]


@dataclass(frozen=True)
class Row:
    """A line of a list: the case, who holds today the post it waits at, and what the reader's own unit helps with."""

    case: Case
    holder: str
    part: CoHandling | None = None
    # Whom a return suggested instead.
    suggested: Suggested | None = None

    @property
    def dispatchable(self) -> bool:
        return self.case.status == Status.TO_DISPATCH

    @property
    def key(self) -> UUID:
        """That of a form which the line itself holds."""
        return uuid4()

    @property
    def urgeable(self) -> bool:
        return self.case.status in TRANSITIONS[Verb.URGE].sources


def rows_of(cases: Iterable[Case], reader: User | None = None) -> list[Row]:
    """Lines of a list; one query for all the posts, one more where *reader* works for a unit."""
    cases = list(cases)
    held = listing.holders(cases)
    parts = co_handling.own_parts(reader, cases) if reader else {}
    suggested = returning.suggestions(cases)
    return [
        Row(
            case,
            held.get((case.handling_area_id or 0, case.handling_role), ""),
            parts.get(case.pk),
            suggested.get(case.pk),
        )
        for case in cases
    ]


@allow(*WORKS_ON_CASES)
@require_safe
def case_list(request: StaffRequest) -> HttpResponse:
    """The cases in scope, in one of the views, narrowed by what the address says."""
    form = FilterForm(request.GET, user=request.user)
    asked = form.filters()
    found = listing.list_page(
        request.user, asked, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "form": form,
        "asked": asked,
        "preset": VIEWS[asked.view],
        "sort": asked.sort or VIEWS[asked.view].sort,
        "views": _views(request, asked.view),
        "rows": rows_of(found.rows, request.user),
        "chips": _chips(request, asked),
        "clear_url": f"{reverse('case_list')}?view={asked.view}",
        "previous_url": _at(request, before=found.before) if found.before else "",
        "next_url": _at(request, after=found.after) if found.after else "",
        "back": _without_all(request.GET),
        "desk": request.user.holds(*DESK),
        # Counted when somebody asks for all of them, never for the mere list.
        "matching": listing.count_up_to(request.user, asked, bulk.COUNTED) if "all" in request.GET else None,
        "counted": bulk.COUNTED,
        "all_matching_url": _at(request, all="1"),
        "only_ticked_url": _at(request, all=""),
    }
    if not found.rows:
        context["empty"] = _why_empty(request, asked)
    return render(request, "caseworks/case_list.html", context)


def _without_all(query: QueryDict) -> str:
    """The query of a list, page and all; that every match was selected is said once, not for good."""
    kept = query.copy()
    kept.pop("all", None)
    return kept.urlencode()


def _at(request: StaffRequest, **changes: str) -> str:
    """This list with other parameters; a page's cursor never outlives a change."""
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"{reverse('case_list')}?{query.urlencode()}"


def _views(request: StaffRequest, current: str) -> list[dict[str, Any]]:
    names = DESK_VIEWS if request.user.holds(*DESK) else HANDLER_VIEWS
    if Case.objects.filter(sponsor=request.user).exists():
        names = [*names, "sponsored"]
    if request.user.scope.units:
        names = [*names, "helping"]
    shown = [*names, *([] if current in names else [current])]
    return [
        {"label": VIEWS[name].label, "url": _at(request, view=name, sort=""), "current": name == current}
        for name in shown
    ]


def _chips(request: StaffRequest, asked: Filters) -> list[dict[str, Any]]:
    words: dict[str, Any] = {
        "q": _("“%(text)s”") % {"text": asked.q} if asked.q else "",
        "status": Status(asked.status).label if asked.status else "",
        "channel": Channel(asked.channel).label if asked.channel else "",
        "kind": CaseKind(asked.kind).label if asked.kind else "",
        "category": asked.category,
        "area": asked.area.long_name if asked.area else "",
        "unit": asked.unit,
        "caller_of": _("caller of %(number)s") % {"number": asked.caller_of} if asked.caller_of else "",
        "since": _("from %(day)s") % {"day": asked.since} if asked.since else "",
        "until": _("until %(day)s") % {"day": asked.until} if asked.until else "",
    }
    return [{"label": label, "remove_url": _at(request, **{name: ""})} for name, label in words.items() if label]


def _why_empty(request: StaffRequest, asked: Filters) -> dict[str, Any]:
    """Say which of the reasons for an empty list it is, and the one thing that helps."""
    if asked != Filters(view=asked.view, sort=asked.sort):
        return {
            "text": _("No case fits these filters."),
            "action_url": f"{reverse('case_list')}?view={asked.view}",
            "action_label": _("Clear filters"),
        }
    if listing.view_queryset(request.user, "all").exists():
        return {"text": VIEWS[asked.view].empty}
    if request.user.holds(*DESK):
        return {
            "text": _("No case has been logged yet. Every request of a resident becomes one."),
            "action_url": reverse("desk_new"),
            "action_label": _("Log a case"),
        }
    return {"text": _("You see the cases of your own areas and units; there is none there.")}


def seen_case(request: StaffRequest, number: str) -> Case:
    """The case of that number with everything its page shows, or 404 where the user may not see it."""
    people = ("caller", "concerned", "household", "registered_by", "resolved_by")
    related = (*people, "sponsor", "resolved_level", "category__parent", "incident")
    cases = listing.with_row(Case.objects.visible_to(request.user)).select_related(*related)
    return get_object_or_404(cases, number=number)


def way_back(request: StaffRequest) -> str:
    """The query of the list somebody came from, carried along so that it is as he left it when he returns."""
    return QueryDict(request.GET.get("back", "")).urlencode()


# Done by a click, without a page of their own: nothing has to be said with them.
AT_ONCE = frozenset({Verb.ACCEPT})
# Offered elsewhere than among the buttons of a case: beside the timeline, at the desk, in the follow-up queue.
ELSEWHERE = frozenset({Verb.NOTE, Verb.JOIN, Verb.FOLLOW_UP, Verb.AFFECTED, Verb.UNLINK, Verb.UNDO})
# Folded away: not part of the way most cases go.
RARE = frozenset({Verb.RECATEGORISE, Verb.INCIDENT, Verb.MERGE, Verb.SPLIT, Verb.LINK, Verb.SORT, Verb.DELIBERATE})
ONWARD = frozenset({Verb.DISPATCH, Verb.ACCEPT, Verb.RESOLVE, Verb.RESUME, Verb.REOPEN, Verb.ADJUDICATE, Verb.APPROVE})
KEYS = {
    Verb.DISPATCH: "d",
    Verb.REROUTE: "d",
    Verb.ACCEPT: "a",
    Verb.RETURN: "r",
    Verb.SEND_STRAIGHT_BACK: "r",
    Verb.ADJUDICATE: "d",
    Verb.TRANSFER: "t",
    Verb.APPROVE: "a",
    Verb.SEND_BACK_TO_REDO: "r",
    Verb.URGE: "u",
    Verb.RESOLVE: "e",
    Verb.REOPEN: "a",
    Verb.DECLINE_REOPEN: "r",
}


@dataclass(frozen=True)
class Button:
    """A move somebody may make on the case now."""

    move: Transition
    first: bool
    why_not: str = ""

    @property
    def key(self) -> str:
        return KEYS.get(self.move.verb, "")

    @property
    def at_once(self) -> bool:
        return self.move.verb in AT_ONCE

    @property
    def rare(self) -> bool:
        return self.move.verb in RARE


def _buttons(possible: Iterable[Transition], case: Case, user: User) -> list[Button]:
    shown = [move for move in possible if move.verb not in ELSEWHERE and hindrances.arises(move.verb, case)]
    # What carries the case on comes first and stands out; at most one does.
    shown.sort(key=lambda move: move.verb not in ONWARD)
    return [
        Button(move, number == 0 and move.verb in ONWARD, hindrances.why_not(move.verb, case, user))
        for number, move in enumerate(shown)
    ]


TIMELINE_PARTS = {"notes": (Verb.NOTE, Verb.OPINION), "calls": (Verb.REGISTER, Verb.JOIN, Verb.FOLLOW_UP)}


def _fetch_along(case: Case) -> None:
    """What moves the clock of the case and who helps with it: read once, asked about by many a button."""
    decisions = Extension.objects.select_related("asked_by", "decided_by")
    helpers = CoHandling.objects.select_related("unit", "waived_by")
    prefetch_related_objects([case], "pauses", Prefetch("extensions", decisions), Prefetch("co_handlings", helpers))


def _where_asked(user: User, case: Case, possible: Iterable[Transition]) -> str:
    """Where the answers of the caller are written down: at the desk, or by whoever asks at the door on his phone."""
    if all(move.verb != Verb.FOLLOW_UP for move in possible):
        return ""
    return reverse("followup" if user.holds(*DESK) else "phone_case", args=[case.number])


@allow(*WORKS_ON_CASES)
@require_safe
@never_cache
def case_detail(request: StaffRequest, number: str) -> HttpResponse:
    """Everything about one case, and the moves that are open to whoever looks."""
    case = seen_case(request, number)
    _fetch_along(case)
    possible = moves.open_moves(request.user, case)
    awaited = case.awaited_extension
    entries = case.timeline.select_related("by").prefetch_related("photos")
    part = request.GET.get("timeline", "")
    if part in TIMELINE_PARTS:
        entries = entries.filter(verb__in=TIMELINE_PARTS[part])
    buttons = _buttons(possible, case, request.user)
    context = {
        "case": case,
        "row": rows_of([case])[0],
        "path": path.so_far(case),
        "buttons": buttons,
        "folded": any(button.rare for button in buttons),
        "key": uuid4(),
        "note_form": NoteForm(case=case, user=request.user),
        "follow_up_url": _where_asked(request.user, case, possible),
        "due": clocks.explain(case),
        "pauses": case.pauses.all(),
        "callers": case.more_callers.all(),
        "bonds": joining.bonds(case),
        "known": callers.history(request.user, case.caller, case.caller_phone, case.category),
        "may_link": any(move.verb == Verb.LINK for move in possible),
        "extensions": case.extensions.all(),
        "awaited": awaited,
        "foreseen": extending.foresee(case, awaited).at if awaited else None,
        "co_handlings": case.co_handlings.all(),
        "follow_ups": case.follow_ups.select_related("by"),
        "entries": entries,
        "timeline_part": part,
        "timeline_parts": [("", _("All")), ("notes", _("Notes")), ("calls", _("Calls"))],
        "back": way_back(request),
        "publishes": publications.publishable(case, request.user),
        "sees_residents": bool(request.user.scope.paths),
    }
    return render(request, "caseworks/case_detail.html", context)


@allow(*WORKS_ON_CASES)
@require_POST
@never_cache
def case_reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Show what is masked on the case in full, once, for a reason."""
    case = seen_case(request, number)
    context: dict[str, Any] = {"case": case, "back": way_back(request)}
    status = 200
    try:
        context["revealed"] = revealing.reveal(case, request.user, request.POST.get("reason", ""))
    except RevealRefused as refusal:
        context["refusal"], status = refusal, 422
    template = "caseworks/_revealed.html" if request.htmx else "caseworks/case_revealed.html"
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


@allow(*WORKS_ON_CASES)
@require_safe
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    """The slip of paper a caller takes home: nothing personal on it but his own name."""
    case = seen_case(request, number)
    return render(request, "caseworks/receipt.html", {"case": case, "now": timezone.now(), "back": way_back(request)})
