"""Campaigns at the desk, from the criteria to the end; and on the phone, door by door."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach import campaign_drafts, campaign_messages, campaigns, mailings
from outreach.campaign_states import CampaignState
from outreach.double_giving import given_already, match_outside
from outreach.forms.campaigns import MESSAGE, CampaignForm, OutsideForm, ReceiptForm
from outreach.models import Campaign, CampaignTarget, TargetOutcome, WhyMissed
from outreach.models.campaigns import CampaignTargetQuerySet
from outreach.ready_mailings import CARD_SEASON, GREETED
from people.access import LIAISONS, Role, StaffRequest, allow
from people.paging import Page, page

DESK = (Role.SUPERVISOR, Role.OPERATOR)
TONES = {
    CampaignState.DRAFT: "waiting",
    CampaignState.RUNNING: "progress",
    CampaignState.CLOSED: "done",
    TargetOutcome.WAITING: "waiting",
    TargetOutcome.REACHED: "done",
    TargetOutcome.MISSED: "overdue",
    TargetOutcome.LEFT_OUT: "returned",
}
EXAMPLES = 5
# What is sent at a season, by the keys of the ready mailings: a card before Spring Festival, a text at the others.
GREETINGS = {key: "card" if key == CARD_SEASON else "festival" for key in GREETED}


@allow(*DESK)
@require_safe
@never_cache
def campaign_list(request: StaffRequest) -> HttpResponse:
    """The campaigns of the user's areas, the newest first."""
    rows = page(
        Campaign.objects.visible_to(request.user).select_related("area__parent", "area__level"),
        ["-held_on", "-pk"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    today = timezone.localdate()
    context = {
        "rows": [(row, TONES[CampaignState(row.state)]) for row in rows.rows],
        "seasons": [
            (season, (season.date - today).days, GREETINGS.get(season.key, "")) for season in mailings.seasons_ahead()
        ],
        **_pager(rows),
    }
    return render(request, "outreach/campaigns.html", context)


def _pager(rows: Page[Any], outcome: str = "") -> dict[str, str]:
    more = f"&outcome={outcome}" if outcome else ""
    return {
        "previous_url": f"?before={rows.before}{more}" if rows.before else "",
        "next_url": f"?after={rows.after}{more}" if rows.after else "",
    }


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def campaign_new(request: StaffRequest) -> HttpResponse:
    """Criteria and gifts: previewed as often as one likes, with count and examples; then kept as a draft."""
    if request.method != "POST":
        if like := _uuid(request.GET.get("like", "")):
            form = CampaignForm.like(_campaign(request, like), request.user, uuid4())
        else:
            form = CampaignForm.fresh(request.GET.get("season", ""), request.user, uuid4())
        return _form_page(request, form)
    form = CampaignForm(request.POST, user=request.user)
    outlook = _outlook_of(form, request)
    if "keep" in request.POST and outlook.get("count"):
        kept = campaign_drafts.draft(form.campaign(), form.selection(), by=request.user)
        return redirect("campaign", kept.uuid)
    return _form_page(request, form, **outlook)


def _outlook_of(form: CampaignForm, request: StaffRequest) -> dict[str, Any]:
    """Whom the campaign of a form would reach; nothing where the form is not in order."""
    if not form.is_valid():
        return {}
    asked, selection = form.cleaned_data, form.selection()
    found = campaigns.places(selection, request.user)
    outlook: dict[str, Any] = {"previewed": True, "count": len(found), "examples": found[:EXAMPLES]}
    if asked["gives"] == MESSAGE:
        outlook["outlook"] = mailings.outlook(selection, asked["purpose"], asked["channel"], request.user)
    return outlook


def _form_page(request: StaffRequest, form: CampaignForm, status: int = 200, **more: Any) -> HttpResponse:
    status = 422 if form.errors and status == 200 else status
    return render(request, "outreach/campaign_new.html", {"form": form, **more}, status=status)


@allow(*DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def campaign_edit(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A draft in the form it was written in: previewed and kept as before, until it is launched."""
    found = _campaign(request, uuid)
    if request.method != "POST":
        if found.state != CampaignState.DRAFT:
            messages.error(request, _("It was launched already, and stays on record."))
            return redirect("campaign", found.uuid)
        return _form_page(request, CampaignForm.of(found, request.user), campaign=found)
    form = CampaignForm(request.POST, user=request.user)
    outlook = _outlook_of(form, request)
    if "keep" not in request.POST or not outlook.get("count"):
        return _form_page(request, form, campaign=found, **outlook)
    version = form.cleaned_data["version"]
    try:
        campaign_drafts.change(found, form.campaign(), form.selection(), version=version, by=request.user)
    except campaign_drafts.LaunchedMeanwhile as refusal:
        # What was typed may become a draft of its own.
        said = _("What you typed stands below, and may be kept as another draft.")
        form = form.again(f"{refusal} {said}", key=uuid4())
        return _form_page(request, form, 409, campaign=found, launched=True, **outlook)
    except campaign_drafts.ChangedMeanwhile as refusal:
        said = _("Theirs differs in: %(fields)s. What you typed stands below; kept, it takes the place of theirs.")
        said = f"{refusal} {said % {'fields': form.names_of(refusal.fields)}}"
        form = form.again(said, version=refusal.campaign.version)
        return _form_page(request, form, 409, campaign=found, **outlook)
    messages.success(request, _("The draft is kept as it stands now."))
    return redirect("campaign", found.uuid)


@allow(*DESK)
@require_safe
@never_cache
def campaign(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """A draft with whom it means today and who got something already; later its list, its visitors, its figures."""
    return _campaign_page(request, _campaign(request, uuid), OutsideForm())


def _campaign_page(request: StaffRequest, found: Campaign, outside: OutsideForm, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"campaign": found, "tone": TONES[CampaignState(found.state)]}
    if found.state == CampaignState.DRAFT:
        context |= {"form": outside, **_prospects(found, request)}
    else:
        context |= _list(found, request)
    return render(request, "outreach/campaign.html", context, status=status)


def _prospects(found: Campaign, request: StaffRequest) -> dict[str, Any]:
    places = campaigns.places(mailings.selection_of(found), request.user)
    pairs = [(place.household.pk, place.resident.pk) for place in places]
    # Words are no gift: who got something may be greeted all the same.
    twice = {} if found.is_message else given_already(found, pairs)
    selection = mailings.selection_of(found)
    return {
        "outlook": mailings.outlook(selection, found.purpose, found.channel, request.user)
        if found.is_message
        else None,
        "count": len(places),
        "examples": places[:EXAMPLES],
        "twice": [(place, twice[pair]) for place, pair in zip(places, pairs, strict=True) if pair in twice],
        "short": max(0, len(places) * found.gifts_each - found.stock),
        "short_money": max(0, len(places) * found.money_each - found.budget),
    }


def _list(found: Campaign, request: StaffRequest) -> dict[str, Any]:
    totals = campaigns.totals(found)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in TargetOutcome.values else ""
    targets = found.targets.visible_to(request.user)
    if found.is_message:
        targets = campaign_messages.with_state(targets)
    if outcome and found.is_message and found.running:
        targets = campaign_messages.with_outcome(targets, outcome)
    elif outcome:
        targets = targets.filter(outcome=outcome)
    rows = _page_of(targets, request)
    if found.is_message and found.running:
        campaign_messages.as_they_stand(rows.rows)
    who = campaigns.visitors(target.household.area for target in rows.rows)
    return {
        "totals": totals,
        "why": [(WhyMissed(why).label, count) for why, count in totals.why.items()],
        "rows": [(target, TONES[TargetOutcome(target.outcome)], who[target.household.area_id]) for target in rows.rows],
        "tiles": _tiles(found, totals),
        "shown": next((tile["label"] for tile in _tiles(found, totals) if tile["url"] == f"?outcome={outcome}"), ""),
        **_pager(rows, outcome=outcome),
    }


def _tiles(found: Campaign, totals: campaigns.Totals) -> list[dict[str, Any]]:
    """Each figure leads to the rows it counts."""
    waiting = _("On its way") if found.is_message else pgettext("campaign", "To be visited")
    figures = [
        ("", _("On the list"), totals.targets, ""),
        (TargetOutcome.REACHED, pgettext("campaign", "Reached"), totals.reached, ""),
        (TargetOutcome.MISSED, pgettext("campaign", "Missed"), totals.missed, "overdue" if totals.missed else ""),
        (TargetOutcome.WAITING, waiting, totals.waiting, ""),
    ]
    return [
        {"label": label, "value": value, "tone": tone, "url": f"?outcome={outcome}" if outcome else "?"}
        for outcome, label, value, tone in figures
    ]


def _page_of(targets: CampaignTargetQuerySet, request: StaffRequest) -> Page[CampaignTarget]:
    related = ("campaign", "resident", "by", "household__head", "household__area__parent", "household__area__level")
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return page(targets.select_related(*related), ["pk"], after=after, before=before)


@allow(*DESK)
@require_POST
def campaign_outside(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Look up the people of a list from outside; of whoever is not in the register nothing is kept."""
    found, form = _campaign(request, uuid), OutsideForm(request.POST, request.FILES)
    if found.state != CampaignState.DRAFT:
        return redirect("campaign", found.uuid)
    if not form.is_valid():
        return _campaign_page(request, found, form, status=422)
    asked = form.cleaned_data
    known, unknown = match_outside(found, asked["source"], asked["rows"], by=request.user)
    said = _("%(known)d of the list are in the register, %(unknown)d are not and were not kept.")
    messages.success(request, said % {"known": known, "unknown": unknown})
    return redirect("campaign", found.uuid)


@allow(*DESK)
@require_POST
def campaign_launch(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Freeze the list, without those who were ticked as having got something already."""
    found = _campaign(request, uuid)
    ticked = request.POST.getlist("left_out")
    left_out = {place for text in ticked if (place := _uuid(text))}
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
    try:
        campaigns.launch(found, left_out=left_out, version=version, by=request.user)
    except campaigns.CampaignRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("campaign", found.uuid)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@allow(*DESK)
@require_POST
def campaign_discard(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Throw a draft away."""
    found = _campaign(request, uuid)
    try:
        campaign_drafts.discard(found, by=request.user)
    except campaigns.CampaignRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("campaign", found.uuid)
    messages.success(request, _("The draft “%(title)s” was thrown away.") % {"title": found})
    return redirect("campaigns")


@allow(*DESK)
@require_POST
@never_cache
def campaign_sheet(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The list for A4 and a pen, area by area: who is still to be visited signs; addresses in full, on record."""
    found = _campaign(request, uuid)
    targets = campaigns.to_sign(found, request.user)
    campaigns.printed(targets, by=request.user)
    by_area = [(area, list(rows)) for area, rows in groupby(targets, key=lambda target: target.household.area)]
    context = {"campaign": found, "by_area": by_area, "meant": campaigns.meant(found)}
    return render(request, "outreach/campaign_sheet.html", context)


@allow(*DESK)
@require_POST
def campaign_close(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """End it: who was not visited is missed."""
    found = _campaign(request, uuid)
    try:
        campaigns.close(found, by=request.user)
    except campaigns.CampaignRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("campaign", found.uuid)


def _campaign(request: StaffRequest, uuid: UUID) -> Campaign:
    rows = Campaign.objects.visible_to(request.user).select_related("area__parent", "area__level", "by")
    return get_object_or_404(rows, uuid=uuid)


# ---- The phone ----


@allow(*LIAISONS)
@require_safe
@never_cache
def phone_campaigns(request: StaffRequest) -> HttpResponse:
    """The campaigns that run in the liaison's areas."""
    rows = Campaign.objects.visited_by(request.user).filter(state=CampaignState.RUNNING)
    return render(request, "outreach/phone_campaigns.html", {"campaigns": rows})


@allow(*LIAISONS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def phone_campaign(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """The liaison's part of the list: a choice and a submit for each target."""
    found = get_object_or_404(Campaign.objects.visited_by(request.user), uuid=uuid)
    if request.method != "POST":
        return _phone_page(request, found)
    mine = found.targets.visible_to(request.user).on_the_list()
    asked = _uuid(request.POST.get("target", ""))
    target = get_object_or_404(mine.select_related("campaign", "household", "resident"), uuid=asked)
    form = ReceiptForm(request.POST, target=target)
    if not form.is_valid():
        return _phone_page(request, found, form, status=422)
    try:
        campaigns.record(target, form.receipt(), by=request.user)
    except campaigns.GivenTwice as refusal:
        form.add_error("nonetheless", str(refusal))
    except campaigns.CampaignRefused as refusal:
        form = form.again(f"{target} · {refusal}")
    else:
        messages.success(request, _("%(name)s: received by the office ✓") % {"name": target})
        return redirect("phone_campaign", found.uuid)
    return _phone_page(request, found, form, status=409)


def _phone_page(
    request: StaffRequest, found: Campaign, sent: ReceiptForm | None = None, status: int = 200
) -> HttpResponse:
    mine = found.targets.visible_to(request.user).on_the_list()
    rows = _page_of(mine.to_visit(), request)
    twice = given_already(found, [(target.household_id, target.resident_id) for target in rows.rows])
    who = campaigns.visitors(target.household.area for target in rows.rows)
    cards = [
        (
            target,
            sent if sent and sent.target == target else ReceiptForm(initial={"key": uuid4()}, target=target),
            twice.get((target.household_id, target.resident_id), ""),
            who[target.household.area_id],
        )
        for target in rows.rows
    ]
    context = {
        "campaign": found,
        "cards": cards,
        "form": sent,
        "waiting": mine.to_visit().filter(outcome=TargetOutcome.WAITING).count(),
        "reached": mine.filter(outcome=TargetOutcome.REACHED).count(),
        **_pager(rows),
    }
    return render(request, "outreach/phone_campaign.html", context, status=status)
