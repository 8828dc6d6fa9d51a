"""One text to many: composed, previewed, begun; and what of it is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from outreach.forms.messages import MailingForm
from outreach.models import Mailing, Message, MessageState
from outreach.views.messages import TONES, WRITERS
from people.access import StaffRequest, allow
from people.consent import Channel, Purpose
from people.models import Job, JobState


@allow(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def compose(request: StaffRequest) -> HttpResponse:
    """Write to a selection: previewed as often as one likes, with the count and what the linter says; then begun."""
    if request.method != "POST":
        begun = request.GET.get("purpose", "")
        purpose = begun if begun in Purpose.values else Purpose.NOTICE
        form = MailingForm.fresh(purpose, request.user, uuid4())
        return render(request, "outreach/compose.html", {"form": form, "purposes": Purpose.choices})
    form = MailingForm(request.POST, user=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        asked, selection = form.cleaned_data, form.selection()
        outlook = mailings.outlook(selection, asked["purpose"], asked["channel"], request.user)
        if "send" in request.POST and outlook.people:
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
    return render(request, "outreach/compose.html", context, status=200 if form.is_valid() else 422)


@allow(*WRITERS)
@require_safe
@never_cache
def mailing(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """How far a mailing has come, and what of it is to be printed."""
    found = _mailing(request, uuid)
    counted = mailings.counts(found, request.user)
    job = Job.objects.visible_to(request.user).filter(name="outreach.mailings.write_all", key=str(found.uuid)).first()
    rows = [
        (
            Channel(channel).label if channel else _("Nobody was reached"),
            MessageState(state),
            TONES[MessageState(state)],
            n,
        )
        for (channel, state), n in counted.items()
    ]
    context = {
        "mailing": found,
        "rows": rows,
        "total": sum(counted.values()),
        "letters": sum(n for (channel, state), n in counted.items() if channel == Channel.LETTER),
        "letters_waiting": counted.get((Channel.LETTER, MessageState.WAITING), 0),
        "calls": counted.get((Channel.CALL, MessageState.WAITING), 0),
        "job": job if job and job.state in (JobState.WAITING, JobState.RUNNING) else None,
        "texts": found.texts.values(),
    }
    return render(request, "outreach/mailing.html", context)


@allow(*WRITERS)
@require_POST
@never_cache
def mailing_labels(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Address labels of the letters, as PDF; every address printed is on record."""
    return _sheet(request, uuid, letters.labels, "labels")


@allow(*WRITERS)
@require_POST
@never_cache
def mailing_cards(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The cards themselves, as PDF, in the order of the labels."""
    return _sheet(request, uuid, letters.cards, "cards")


def _sheet(request: StaffRequest, uuid: UUID, draw: Callable[[Iterable[Message]], bytes], what: str) -> HttpResponse:
    found = _mailing(request, uuid)
    rows = list(mailings.letters(found, request.user))
    try:
        pdf = draw(rows)
    except letters.NoFont as refusal:
        notices.error(request, str(refusal))
        return redirect("mailing", found.uuid)
    mailings.printed(rows, what, by=request.user)
    name = f"{what}-{timezone.localdate()}.pdf"
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
    rows = Mailing.objects.visible_to(request.user).select_related("area__parent", "area__level", "by")
    return get_object_or_404(rows, uuid=uuid)
