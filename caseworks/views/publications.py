"""The notice board: what was achieved, written, looked at by a second pair of eyes, printed, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caseworks import publications
from caseworks.forms.publications import NoticeForm, StateForm, VersionForm, WithdrawForm
from caseworks.models import Case, Publication, PublicationState
from caseworks.moves import NotPossible
from caseworks.publications import FINISHED, WRITERS, Notice
from people.access import StaffRequest, allow
from people.paging import page

# As many as are printed at once, four to a sheet.
MOST_PRINTED = 40


@allow(*WRITERS)
@require_safe
def publication_list(request: StaffRequest) -> HttpResponse:
    """The notices in scope, newest first; those on the board can be ticked and printed."""
    form = StateForm(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = Publication.objects.visible_to(request.user).select_related("case", "written_by", "approved_by")
    found = page(
        rows.filter(state=state) if state else rows,
        ["-written_at", "-pk"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": found,
        "state": state,
        "states": [("", _("All")), *PublicationState.choices],
        "shown": PublicationState.SHOWN,
        "previous_url": f"?state={state}&before={found.before}" if found.before else "",
        "next_url": f"?state={state}&after={found.after}" if found.after else "",
    }
    return render(request, "caseworks/publications.html", context)


@allow(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def publication_new(request: StaffRequest, number: str) -> HttpResponse:
    """Write a notice about a resolved case, from its own words with everything personal taken out."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("area", "category"), number=number)
    if earlier := case.publications.exclude(state=PublicationState.WITHDRAWN).first():
        return redirect("publication", earlier.uuid)
    if request.method != "POST":
        notice = publications.compose(case)
        form = NoticeForm(initial={"key": uuid4(), "title": notice.title.text, "text": notice.text.text})
        return _writing(request, case, form, notice, status=200 if case.status in FINISHED else 409)
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _writing(request, case, form, None, status=422)
    title, text = form.cleaned_data["title"], form.cleaned_data["text"]
    if request.POST.get("do") == "preview":
        return _writing(request, case, form, publications.without_personal_data(case, title, text))
    try:
        key = form.cleaned_data["key"] or uuid4()
        made = publications.write(case, title=title, text=text, by=request.user, key=key)
    except NotPossible as sentence:
        form.add_error(None, str(sentence))
        return _writing(request, case, form, None, status=422)
    messages.success(request, _("Kept. Somebody else has a second look before it is shown."))
    return redirect("publication", made.uuid)


def _writing(
    request: StaffRequest, case: Case, form: NoticeForm, notice: Notice | None, *, status: int = 200
) -> HttpResponse:
    context = {"case": case, "form": form, "notice": notice, "finished": case.status in FINISHED}
    return render(request, "caseworks/publication_new.html", context, status=status)


@allow(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def publication(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One notice as it will hang: changed, approved or withdrawn."""
    one = get_object_or_404(
        Publication.objects.visible_to(request.user).select_related(
            "case__area", "written_by", "approved_by", "withdrawn_by"
        ),
        uuid=uuid,
    )
    form = NoticeForm(initial={"title": one.title, "text": one.text, "version": one.version})
    leaving = WithdrawForm(initial={"version": one.version}, prefix="withdraw")
    if request.method != "POST":
        return _notice(request, one, form, leaving)
    do = request.POST.get("do")
    try:
        if do == "approve":
            look = VersionForm(request.POST)
            if look.is_valid():
                publications.approve(one, by=request.user, version=look.cleaned_data["version"])
                messages.success(request, _("The notice may be printed."))
        elif do == "withdraw":
            leaving = WithdrawForm(request.POST, prefix="withdraw")
            if not leaving.is_valid():
                return _notice(request, one, form, leaving, status=422)
            publications.withdraw(one, by=request.user, **leaving.cleaned_data)
            messages.success(request, _("The notice is withdrawn."))
        else:
            form = NoticeForm(request.POST)
            if not form.is_valid():
                return _notice(request, one, form, leaving, status=422)
            given = form.cleaned_data
            publications.rewrite(
                one, title=given["title"], text=given["text"], by=request.user, version=given["version"] or 0
            )
            messages.success(request, _("Kept. Somebody else has a second look before it is shown."))
    except NotPossible as sentence:
        messages.error(request, str(sentence))
        if do not in ("approve", "withdraw"):
            # What was typed stays; sent again, it is about the notice as it is now.
            data = request.POST.copy()
            one.refresh_from_db()
            data["version"] = str(one.version)
            return _notice(request, one, NoticeForm(data), leaving, status=409)
    return redirect("publication", one.uuid)


def _notice(
    request: StaffRequest, one: Publication, form: NoticeForm, leaving: WithdrawForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "publication": one,
        "form": form,
        "leaving": leaving,
        "notice": Notice(publications.in_pieces(one.title), publications.in_pieces(one.text)),
        "draft": one.state == PublicationState.DRAFT,
        "withdrawn": one.state == PublicationState.WITHDRAWN,
        "own": one.written_by_id == request.user.pk,
    }
    return render(request, "caseworks/publication.html", context, status=status)


@allow(*WRITERS)
@require_safe
def publication_print(request: StaffRequest) -> HttpResponse:
    """The notices that were ticked, four to a sheet of A4; without ticks the newest on the board."""
    shown = Publication.objects.visible_to(request.user).filter(state=PublicationState.SHOWN)
    if wanted := request.GET.getlist("notice"):
        try:
            shown = shown.filter(uuid__in=wanted)
        except ValidationError:
            shown = shown.none()
    notices = list(shown.order_by("-approved_at", "-pk")[:MOST_PRINTED])
    sheets = [notices[first : first + 4] for first in range(0, len(notices), 4)]
    return render(request, "caseworks/publication_print.html", {"sheets": sheets, "today": timezone.localdate()})
