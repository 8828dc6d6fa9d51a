"""The outbox: what waits, what went, what failed, what nobody knows; and one message."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import correspondence, mailings, sending
from outreach.forms.messages import ChatForm, MessageFilter
from outreach.models import Message, MessageState
from people import revealing
from people.access import Role, StaffRequest, allow
from people.consent import Channel
from people.masking import mask_address, mask_email, mask_phone
from people.paging import page

# Who writes to people for the office, and sees what became of it.
WRITERS = (Role.OPERATOR, Role.SUPERVISOR, Role.OFFICER)

TONES = {
    MessageState.WAITING: "waiting",
    MessageState.SENDING: "progress",
    MessageState.SENT: "progress",
    MessageState.DELIVERED: "done",
    MessageState.FAILED: "overdue",
    MessageState.UNKNOWN: "today",
    MessageState.REFUSED: "returned",
}
ANSWERS = {"arrived": True, "again": False, "give_up": None}


def masked(message: Message) -> str:
    """The address of a message with its telling part hidden."""
    if message.channel == Channel.LETTER:
        return mask_address(message.address)
    if message.channel == Channel.EMAIL:
        return mask_email(message.address)
    return message.address if message.channel == Channel.ROBOT else mask_phone(message.address)


@allow(*WRITERS)
@require_safe
@never_cache
def message_list(request: StaffRequest) -> HttpResponse:
    """List what was written, the newest first; what nobody knows is decided here."""
    form = MessageFilter(request.GET or None)
    rows = Message.objects.visible_to(request.user).select_related("area__parent", "area__level")
    if form.is_valid():
        rows = rows.filter(**{name: value for name, value in form.cleaned_data.items() if value})
    found = page(rows, ["-pk"], after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    unknown = Message.objects.visible_to(request.user).filter(state=MessageState.UNKNOWN).order_by()[:100].count()
    context = {
        "form": form,
        "page": found,
        "rows": [(message, masked(message), TONES[MessageState(message.state)]) for message in found.rows],
        "unknown": unknown,
        # Whoever makes the calls says here, one after the other, what came of them.
        "by_hand": form.data.get("state") == MessageState.UNKNOWN or form.data.get("channel") == Channel.CALL,
        "choices": mailings.choices().values(),
        "chats": bool(settings.ROBOTS),
        "by_folder": [Channel(name).label for name, path in settings.MESSAGE_CARRIERS.items() if "folder" in path],
    }
    return render(request, "outreach/messages.html", context)


@allow(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def chat(request: StaffRequest) -> HttpResponse:
    """Post into a group chat; sent twice, it is posted once."""
    form = ChatForm(request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        posted = correspondence.post(asked["robot"], asked["text"], by=request.user, key=f"chat:{asked['key']}")
        return redirect("message", posted.uuid)
    refused = request.method == "POST"
    return render(request, "outreach/chat.html", {"form": form}, status=422 if refused else 200)


@allow(*WRITERS)
@require_safe
@never_cache
def message_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One message: to whom, in which words, how far it has come, what was answered."""
    found = _message(request, uuid)
    context = {
        "message": found,
        "masked": masked(found),
        "tone": TONES[MessageState(found.state)],
        "parts": found.parts.all(),
        "replies": found.replies.all(),
    }
    return render(request, "outreach/message.html", context)


@allow(*WRITERS)
@require_POST
@never_cache
def message_reveal(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show the number or address in full, for a reason."""
    found = _message(request, uuid)
    subject = found.resident.uuid if found.resident else ""
    context: dict[str, Any] = {"next": request.path}
    try:
        value = revealing.reveal(found, "address", request.user, request.POST.get("reason", ""), subject=subject)
    except revealing.RevealRefused as refusal:
        return render(request, "people/_revealed.html", {**context, "refusal": refusal}, status=422)
    return render(request, "people/_revealed.html", {**context, "value": value})


@allow(*WRITERS)
@require_POST
def message_decide(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Say what became of a message that no machine knows about; pressed twice, the first holds."""
    found = _message(request, uuid)
    answer = request.POST.get("answer", "")
    if answer in ANSWERS:
        try:
            sending.decide(found, ANSWERS[answer], by=request.user)
        except sending.AlreadyDecided:
            notices.info(request, _("This was settled meanwhile."))
        else:
            notices.success(request, _("Noted."))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect("message", found.uuid)
    return HttpResponseRedirect(back)


def _message(request: StaffRequest, uuid: UUID) -> Message:
    rows = Message.objects.visible_to(request.user).select_related("resident", "mailing", "by", "area__parent")
    return get_object_or_404(rows, uuid=uuid)
