"""Many cases at once: look at what is meant, do it, see what became of each, take it back; or print them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks import bulk, moves
from caseworks.bulk import Selection
from caseworks.forms.bulk import BULK_FORMS, BulkForm
from caseworks.forms.cases import FilterForm
from caseworks.listing import with_row
from caseworks.models import BulkChange, ItemState
from caseworks.models.cases import CaseQuerySet
from caseworks.states import TRANSITIONS
from caseworks.views.cases import DESK, rows_of
from people.access import StaffRequest, allow
from people.models import JobState
from people.paging import page

EXAMPLES = 5
# Cases that were not changed are named one by one up to here; nobody reads more.
MOST_NAMED = 100
# What a printer takes at once: some 25 sheets of A4.
ON_ONE_SHEET = 500


def selection_of(request: StaffRequest) -> tuple[Selection, QueryDict]:
    """What was selected in a list, and the query of that list: rows that were ticked, or all that match it."""
    given = request.POST if request.method == "POST" else request.GET
    back = QueryDict(given.get("back", ""))
    if given.get("all"):
        return Selection(matching=FilterForm(back, user=request.user).filters()), back
    return Selection(numbers=tuple(given.getlist("case")[: bulk.AT_ONCE])), back


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bulk_change(request: StaffRequest, verb: str) -> HttpResponse:
    """Say how many cases are meant and which, for example; done only after that."""
    if verb not in BULK_FORMS:
        raise Http404
    selection, back = selection_of(request)
    cases = bulk.selected(request.user, selection)
    form = BULK_FORMS[verb](request.POST or None, user=request.user)
    if done_before := _sent_before(request, form):
        return redirect(_page_of(done_before, back))
    number = cases.order_by()[: bulk.COUNTED + 1].count()
    context = _what_is_meant(cases, form, number, selection, back)
    if request.method != "POST":
        return render(request, "caseworks/bulk_change.html", context)
    # What matches may have become more or less since it was looked at: what is done is what was seen.
    changed = request.POST.get("number") != str(number)
    if changed or not form.is_valid():
        again = {**context, "number_changed": changed}
        return render(request, "caseworks/bulk_change.html", again, status=409 if changed else 422)
    # So many that they were not counted are looked up in the background, as they match then.
    many = selection.matching if number > bulk.COUNTED else None
    meant = many or list(cases.values_list("pk", flat=True))
    change = bulk.begin(request.user, form.verb, meant, form.given(), form.cleaned_data["key"])
    return redirect(_page_of(change, back))


def _sent_before(request: StaffRequest, form: BulkForm) -> BulkChange | None:
    """The change that this very form became; by now its cases may match no longer."""
    form.is_valid()
    key = form.cleaned_data.get("key") if form.is_bound else None
    return BulkChange.objects.visible_to(request.user).filter(uuid=key).first() if key else None


def _what_is_meant(
    cases: CaseQuerySet, form: BulkForm, number: int, selection: Selection, back: QueryDict
) -> dict[str, Any]:
    sources = TRANSITIONS[form.verb].sources
    return {
        "form": form,
        "verb": form.verb,
        "number": number,
        "counted": bulk.COUNTED,
        "uncounted": number > bulk.COUNTED,
        "possible": cases.with_status(*sources).order_by()[: bulk.COUNTED + 1].count(),
        "rows": rows_of(with_row(cases)[:EXAMPLES]),
        "fields": [
            ("back", back.urlencode()),
            ("number", str(number)),
            *([("all", "1")] if selection.matching is not None else [("case", one) for one in selection.numbers]),
        ],
        "cancel_url": f"{reverse('case_list')}?{back.urlencode()}",
    }


def _page_of(change: BulkChange, back: QueryDict) -> str:
    return f"{reverse('bulk_done', args=[change.uuid])}?{urlencode({'back': back.urlencode()})}"


@allow(*DESK)
@require_safe
@never_cache
def bulk_done(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What became of each case; while it is still being done, how far it is."""
    change = get_object_or_404(BulkChange.objects.visible_to(request.user).select_related("job"), uuid=uuid)
    back = QueryDict(request.GET.get("back", "")).urlencode()
    job = change.job if change.job and change.job.state in (JobState.WAITING, JobState.RUNNING) else None
    left = change.items.filter(state__in=[ItemState.REFUSED, ItemState.KEPT]).select_related("case")
    failed = change.job is not None and change.job.state == JobState.FAILED
    # Counted once, when it ended: while it is at work the bar says how far it is.
    counted = bulk.count(change) if failed else change.counted
    context = {
        "change": change,
        "job": job,
        "failed": failed,
        "counted": [(ItemState(state).label, number) for state, number in counted.items()],
        "to_undo": counted.get(ItemState.DONE, 0),
        "left": left[:MOST_NAMED],
        "more_left": max(counted.get(ItemState.REFUSED, 0) + counted.get(ItemState.KEPT, 0) - MOST_NAMED, 0),
        "back": back,
        "list_url": f"{reverse('case_list')}?{back}",
    }
    return render(request, "caseworks/bulk_done.html", context)


@allow(*DESK)
@require_POST
def bulk_undo(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take the change back, case by case."""
    change = get_object_or_404(BulkChange.objects.visible_to(request.user), uuid=uuid)
    try:
        bulk.undo(change)
    except moves.NotPossible as sentence:
        messages.error(request, str(sentence))
    return redirect(_page_of(change, QueryDict(request.POST.get("back", ""))))


@allow(*DESK)
@require_safe
def bulk_print(request: StaffRequest) -> HttpResponse:
    """The selected cases on A4, with room to write beside each."""
    selection, back = selection_of(request)
    cases = with_row(bulk.selected(request.user, selection))
    found = page(cases, ["-registered_at", "-pk"], after=request.GET.get("after", ""), size=ON_ONE_SHEET)
    context = {
        "rows": rows_of(found.rows),
        "on_one_sheet": ON_ONE_SHEET,
        "now": timezone.now(),
        "next_url": _next_sheet(request, found.after) if found.after else "",
        "list_url": f"{reverse('case_list')}?{back.urlencode()}",
    }
    return render(request, "caseworks/bulk_print.html", context)


def _next_sheet(request: HttpRequest, after: str) -> str:
    query = request.GET.copy()
    query["after"] = after
    return f"{request.path}?{query.urlencode()}"
