"""Pair-ups: the lists, one of them with its contacts, agreeing, renewing, ending, and what is printed of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import pair_ups, pairing
from outreach.forms.pair_ups import ContactForm, EndForm, PairUpForm, TermForm
from outreach.models import PairUp
from outreach.pair_ups import ARRANGERS
from outreach.pairing import RELATED
from outreach.registers import ORDER
from outreach.visiting import RecordedOtherwise
from people.access import LIAISONS, SEES_RESIDENTS, StaffRequest, allow
from people.models import Household
from people.paging import page

SHOWN = {
    "behind": pgettext_lazy("pair-ups", "Behind"),
    "running": pgettext_lazy("pair-ups", "Running"),
    "decide": pgettext_lazy("pair-ups", "To renew or end"),
    "waiting": pgettext_lazy("pair-ups", "Without a helper"),
    "ended": pgettext_lazy("pair-ups", "Ended"),
}
ORDERS = {"behind": ["due_on", "pk"], "running": ORDER, "decide": ["review_on", "pk"], "ended": ["-ended_on", "-pk"]}
# What is to be decided is listed so long before its day.
SOON = timedelta(days=30)
LATEST = 30


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def pair_up_list(request: StaffRequest) -> HttpResponse:
    """Those behind what was agreed first; the households of the registers that nobody is paired with."""
    today = timezone.localdate()
    asked = request.GET.get("show", "")
    show = asked if asked in SHOWN else "behind"
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    context: dict[str, Any] = {"show": show, "shown": SHOWN, "today": today}
    if show == "waiting":
        found: Any = page(pair_ups.waiting(request.user), ORDER, after=after, before=before)
        context["rows"] = found.rows
    else:
        seen = PairUp.objects.visible_to(request.user).select_related(*RELATED)
        rows = {
            "behind": seen.behind(today),
            "running": seen.running(),
            "decide": seen.to_decide(today + SOON),
            "ended": seen.filter(ended_on__isnull=False),
        }[show]
        found = page(rows, ORDERS[show], after=after, before=before)
        counted = pairing.counts(found.rows, today)
        context["rows"] = [(row, counted[row.pk]) for row in found.rows]
    may_arrange = request.user.holds(*ARRANGERS)
    return render(request, "outreach/pair_ups.html", {**context, "page": found, "may_arrange": may_arrange})


@allow(*ARRANGERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def pair_up_new(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Pair a household with a helper."""
    rows = Household.objects.visible_to(request.user).current().select_related("area__parent", "area__level", "head")
    household = get_object_or_404(rows, uuid=uuid)
    form = PairUpForm(request.POST or None, household=household, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = pair_ups.agree(form.pair_up(), by=request.user)
        except pair_ups.PairUpRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("pair_up", made.uuid)
    context = {"form": form, "household": household, "needs": household.needs.filter(until__isnull=True)}
    return render(request, "outreach/pair_up_new.html", context, status=422 if form.errors else 200)


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def pair_up(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One pair-up: what was agreed, what was done of it, what comes next."""
    return _page(request, _pair_up(request, uuid))


def _pair_up(request: StaffRequest, uuid: UUID) -> PairUp:
    rows = PairUp.objects.visible_to(request.user).select_related("by", *RELATED)
    return get_object_or_404(rows, uuid=uuid)


def _page(request: StaffRequest, found: PairUp, **refused: Any) -> HttpResponse:
    """The page; a form that was refused comes in as ``contact``, ``term`` or ``ending``."""
    today = timezone.localdate()
    until = found.until
    context = {
        "pair_up": found,
        "count": pairing.counts([found], today)[found.pk],
        "contacts": pairing.contacts_of(found).select_related("by", "pair_up")[:LATEST],
        "today": today,
        "may_arrange": request.user.holds(*ARRANGERS),
        "contact": ContactForm(),
        "term": TermForm(initial={"until": until, "review_on": found.review_on}),
        "ending": EndForm(),
        **refused,
    }
    return render(request, "outreach/pair_up.html", context, status=422 if refused else 200)


@allow(*SEES_RESIDENTS)
@require_POST
def pair_up_contact(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A volunteer or a unit says that they were there."""
    found, form = _pair_up(request, uuid), ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, found, contact=form)
    said = form.cleaned_data
    try:
        pair_ups.record_contact(found, by=request.user, **said)
    except pair_ups.PairUpRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, contact=form)
    except RecordedOtherwise:
        form.add_error(None, _("This form was sent before with other words. Open the page anew for another contact."))
        return _page(request, found, contact=form)
    messages.success(request, _("Noted."))
    return redirect("pair_up", found.uuid)


@allow(*ARRANGERS)
@require_POST
def pair_up_renew(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Go on for longer, or look at it again another day."""
    found, form = _pair_up(request, uuid), TermForm(request.POST)
    if form.is_valid():
        try:
            changed = pair_ups.renew(found, by=request.user, **form.cleaned_data)
        except pair_ups.PairUpRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            longer = changed.until > found.until
            messages.success(request, _("The pair-up is renewed.") if longer else _("Reviewed."))
            return redirect("pair_up", found.uuid)
    return _page(request, found, term=form)


@allow(*ARRANGERS)
@require_POST
def pair_up_end(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """End it; then the letter is printed."""
    found, form = _pair_up(request, uuid), EndForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ending=form)
    pair_ups.end(found, why=form.cleaned_data["why"], by=request.user)
    return redirect("pair_up_letter", found.uuid)


@allow(*SEES_RESIDENTS)
@require_safe
@never_cache
def pair_up_letter(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """What is printed: the agreement while it runs, the letter of thanks once it has ended."""
    found, today = _pair_up(request, uuid), timezone.localdate()
    context = {"pair_up": found, "count": pairing.counts([found], today)[found.pk], "today": today}
    return render(request, "outreach/pair_up_letter.html", context)


# ---- The phone ----


@allow(*LIAISONS)
@require_safe
@never_cache
def phone_pair_ups(request: StaffRequest) -> HttpResponse:
    """The households that whoever looks is paired with, the most pressing first."""
    today = timezone.localdate()
    mine = PairUp.objects.visible_to(request.user).helped_by(request.user)
    rows = list(mine.select_related(*RELATED)[:LATEST])
    counted = pairing.counts(rows, today)
    cards = sorted(((row, counted[row.pk]) for row in rows), key=lambda card: card[0].due_on or card[0].until)
    return render(request, "outreach/phone_pair_ups.html", {"cards": cards, "today": today})
