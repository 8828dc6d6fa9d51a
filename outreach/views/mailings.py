"""One text to many: composed, previewed, begun; and what of it is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import mailings
from outreach.channels import letters
from outreach.forms.messages import LabelForm, MailingForm
from outreach.label_sheets import LABEL_SHEETS, USUAL_SHEET
from outreach.models import Mailing, Message, MessageState
from outreach.views.campaigns import DESK
from outreach.views.messages import TONES, WRITERS
from people.access import StaffRequest, allow
from people.consent import Channel, Purpose
from people.models import Job, JobState
from people.paging import page


@allow(*WRITERS)
@require_safe
@never_cache
def mailing_list(request: StaffRequest) -> HttpResponse:
    """What was written to many, the newest first, and how far each has come."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    mine = Mailing.objects.visible_to(request.user).select_related("area__parent", "area__level", "by")
    found = page(mine, ["-pk"], after=after, before=before)
    counted = mailings.progress_of(found.rows, request.user)
    context = {
        "rows": [(row, counted.get(row.pk, mailings.Come())) for row in found.rows],
        "previous_url": f"?before={found.before}" if found.before else "",
        "next_url": f"?after={found.after}" if found.after else "",
    }
    return render(request, "outreach/mailings.html", context)


@allow(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def compose(request: StaffRequest) -> HttpResponse:
    """Write to a selection: previewed as often as one likes, with the count and what the linter says; then begun.

    A ready choice comes filled in and previewed.
    """
    choice = mailings.choices(request.GET.get("season", "")).get(request.GET.get("ready", ""))
    if request.method == "POST":
        form = MailingForm(request.POST, user=request.user)
    elif choice:
        form = MailingForm.ready(choice, request.user, uuid4())
    else:
        begun = request.GET.get("purpose", "")
        purpose = begun if begun in Purpose.values else Purpose.NOTICE
        form = MailingForm.fresh(purpose, request.user, uuid4())
        return render(request, "outreach/compose.html", {"form": form, "purposes": Purpose.choices})
    context: dict[str, Any] = {"form": form, "choice": choice}
    if form.is_valid():
        asked, selection = form.cleaned_data, form.selection()
        outlook = mailings.outlook(selection, asked["purpose"], asked["channel"], request.user)
        if request.method == "POST" and "send" in request.POST and outlook.people:
            mailing = mailings.start(
                selection,
                key=asked["key"],
                title=asked["title"],
                purpose=asked["purpose"],
                channel=asked["channel"],
                texts=form.texts(),
                by=request.user,
            )
            return redirect("mailing", mailing.uuid)
        samples = mailings.select(selection, request.user)[:3]
        texts = [(resident, asked["text"].replace("{name}", resident.name)) for resident in samples]
        context |= {"outlook": outlook, "samples": texts}
    refused = request.method == "POST" and not form.is_valid()
    return render(request, "outreach/compose.html", context, status=422 if refused else 200)


@allow(*WRITERS)
@require_safe
@never_cache
def mailing(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """How far a mailing has come, and what of it is to be printed."""
    found = _mailing(request, uuid)
    counted = mailings.counts(found, request.user)
    job = Job.objects.visible_to(request.user).filter(name=mailings.WRITE_ALL, key=str(found.uuid)).first()
    rows = [
        (
            Channel(channel).label if channel else _("Nobody was reached"),
            MessageState(state),
            TONES[MessageState(state)],
            n,
        )
        for (channel, state), n in counted.items()
    ]
    letters_in_all = sum(
        n for (channel, state), n in counted.items() if channel == Channel.LETTER and state != MessageState.REFUSED
    )
    context = {
        "mailing": found,
        "rows": rows,
        "total": sum(counted.values()),
        "letters": letters_in_all,
        "files": list(range(1, -(-letters_in_all // letters.IN_A_FILE) + 1)),
        "labels": LabelForm(),
        "letters_waiting": counted.get((Channel.LETTER, MessageState.WAITING), 0),
        "calls": counted.get((Channel.CALL, MessageState.WAITING), 0),
        "job": job if job and job.state in (JobState.WAITING, JobState.RUNNING) else None,
        "texts": found.texts.values(),
        # Not whoever writes to people plans campaigns, too.
        "opens_campaign": request.user.holds(*DESK),
    }
    return render(request, "outreach/mailing.html", context)


@allow(*WRITERS)
@require_POST
@never_cache
def mailing_labels(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Address labels of the letters, as PDF; every address printed is on record."""
    form = LabelForm(request.POST)
    asked = form.cleaned_data if form.is_valid() else {}
    sheet = LABEL_SHEETS[asked.get("sheet", USUAL_SHEET)]
    return _sheet(request, uuid, partial(letters.labels, sheet=sheet, first=asked.get("first") or 1), "labels")


@allow(*WRITERS)
@require_POST
@never_cache
def mailing_cards(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The cards themselves, as PDF, in the order of the labels."""
    return _sheet(request, uuid, letters.cards, "cards")


def _sheet(request: StaffRequest, uuid: UUID, draw: Callable[[Iterable[Message]], bytes], what: str) -> HttpResponse:
    found, asked = _mailing(request, uuid), request.POST.get("file", "1")
    file = int(asked) if asked.isdecimal() and 0 < int(asked) < 1000 else 1
    rows = list(mailings.letters(found, request.user)[(file - 1) * letters.IN_A_FILE : file * letters.IN_A_FILE])
    try:
        pdf = draw(rows)
    except letters.NoFont as refusal:
        notices.error(request, str(refusal))
        return redirect("mailing", found.uuid)
    mailings.printed(rows, what, by=request.user)
    name = f"{what}-{timezone.localdate()}{f'-{file}' if file > 1 else ''}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@allow(*WRITERS)
@require_POST
@never_cache
def mailing_calls(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The list of those to be called, for A4 and a pencil; numbers in full, on record."""
    found = _mailing(request, uuid)
    rows = list(mailings.calls(found, request.user).prefetch_related("resident__phones"))
    mailings.printed(rows, "calls", by=request.user)
    return render(request, "outreach/calls.html", {"mailing": found, "rows": rows})


@allow(*WRITERS)
@require_POST
def mailing_posted(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The letters were brought to the post."""
    found = _mailing(request, uuid)
    count = mailings.posted(found, by=request.user)
    notices.success(
        request, ngettext("%(count)d letter is sent.", "%(count)d letters are sent.", count) % {"count": count}
    )
    return redirect("mailing", found.uuid)


def _mailing(request: StaffRequest, uuid: UUID) -> Mailing:
    rows = Mailing.objects.visible_to(request.user).select_related("area__parent", "area__level", "by", "campaign")
    return get_object_or_404(rows, uuid=uuid)
