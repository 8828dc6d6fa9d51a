"""The contact network: its coverage, and the groups of one community proposed, made and taken back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import grouping
from people.access import ADMIN_ROLES, LIAISONS, SEES_RESIDENTS, Role, StaffRequest, allow
from people.coverage import Coverage, Gap, GapKind, community_level, coverage
from people.forms.network import GroupSize, PostForm, homes_of
from people.grouping import NotPossible, Proposal
from people.household_changes import left_lately
from people.models import Area, Post, Regrouping, SpanKind, User
from people.models.areas import within
from people.views.leave import DECIDING

# Who puts households into groups: those who see their addresses and answer for the community.
GROUPERS = (Role.SUPERVISOR, Role.OFFICER)


@allow(Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER, Role.MANAGER)
@require_safe
def network(request: StaffRequest) -> HttpResponse:
    """What the network of the user's areas lacks, and who looks after each community: figures and staff, no address."""
    found = coverage(Area.objects.visible_to(request.user))
    context = {
        "coverage": found,
        "tiles": _tiles(found),
        "gaps": [GapRow(gap, *_repair(gap, request.user)) for gap in found.gaps],
        "enters_leave": request.user.holds(*DECIDING),
        "left_lately": left_lately(request.user).count() if request.user.holds(*SEES_RESIDENTS) else 0,
    }
    return render(request, "people/network.html", context)


@allow(*GROUPERS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def network_groups(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose groups for a community; make them as they stand, or count anew what was changed by hand."""
    community = get_object_or_404(_groupable(request.user), pk=pk)
    if request.method == "POST":
        return _change(request, community)
    form = GroupSize(request.GET if "size" in request.GET else None, initial={"size": grouping.usual_size()})
    size = form.cleaned_data["size"] if form.is_valid() else form.initial["size"]
    return _show(request, community, grouping.propose(community, size), form)


@allow(*GROUPERS)
@require_POST
def network_undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back a regrouping of the last few minutes."""
    record = get_object_or_404(Regrouping.objects.filter(community__in=_groupable(request.user)), pk=pk)
    try:
        done = grouping.undo(record, by=request.user, within=grouping.UNDO_WITHIN)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _count_put(len(done.changes)))
    return redirect("network_groups", record.community_id)


def _change(request: StaffRequest, community: Area) -> HttpResponse:
    form = GroupSize(request.POST)
    try:
        plan = grouping.drawn_up(community, *homes_of(request.POST))
        if request.POST.get("do") != "apply":
            return _show(request, community, plan, form)
        done = grouping.apply(community, plan.groups, by=request.user)
    except grouping.ChangedMeanwhile as refusal:
        messages.error(request, str(refusal))
        homes, _versions = homes_of(request.POST)
        if homes:
            return _show(request, community, grouping.drawn_up_again(community, homes), form, 409)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _count_put(len(done.changes)))
    return redirect("network_groups", community.pk)


def _show(
    request: HttpRequest, community: Area, proposal: Proposal, form: GroupSize, status: int = 200
) -> HttpResponse:
    last = grouping.last(community)
    context = {
        "community": community,
        "proposal": proposal,
        "most": grouping.usual_size(),
        "form": form,
        "undoable": last if last and timezone.now() - last.at <= grouping.UNDO_WITHIN else None,
    }
    return render(request, "people/network_groups.html", context, status=status)


def _groupable(user: User) -> Any:
    """The communities whose groups the user may change."""
    return grouping.communities().filter(within(_grouping_paths(user))).select_related("level")


def _grouping_paths(user: User) -> tuple[str, ...]:
    return tuple(path for role in GROUPERS for path in user.scope.paths_as(role))


def _count_put(households: int) -> str:
    text = ngettext("%(count)d household changed its group.", "%(count)d households changed their group.", households)
    return text % {"count": households}


def _tiles(found: Coverage) -> list[dict[str, Any]]:
    counted = [
        (_("Households without a group"), found.without_group, found.households),
        (_("Groups without a leader"), found.count(GapKind.WITHOUT_LEADER), found.groups),
        (_("Communities without an officer"), found.count(GapKind.WITHOUT_OFFICER), len(found.communities)),
        (_("Communities without a committee member"), found.count(GapKind.WITHOUT_COMMITTEE), len(found.communities)),
        (_("More than one person can look after"), found.count(GapKind.OVER_SPAN), None),
    ]
    return [
        {
            "label": label,
            "value": missing,
            "change": "" if total is None else _("of %(total)d") % {"total": total},
            "tone": "overdue" if missing else "",
        }
        for label, missing, total in counted
    ]


@dataclass(frozen=True)
class GapRow:
    """A gap, and where it can be put right. Without a url, `label` says who can."""

    gap: Gap
    url: str = ""
    label: str = ""


def _repair(gap: Gap, user: User) -> tuple[str, str]:
    if gap.kind == GapKind.WITHOUT_GROUP or gap.span == SpanKind.GROUP:
        community = gap.area.parent if gap.span == SpanKind.GROUP else gap.area
        if community is None or not (community.path or "").startswith(_grouping_paths(user)):
            return "", ""
        return reverse("network_groups", args=[community.pk]), _("Propose groups")
    if not user.holds(*ADMIN_ROLES):
        return "", _("A supervisor or the manager fills posts.")
    if gap.role:
        return reverse("network_post", args=[gap.role.value, "area", gap.area.pk]), _("Fill the post")
    role = Role.OFFICER if gap.span == SpanKind.OFFICER else Role.COMMITTEE
    if gap.kind == GapKind.OVER_SPAN:
        return reverse("network_post", args=[role.value, "from", gap.holder_id]), _("Give a part to somebody else")
    return reverse("network_post", args=[role.value, "to", gap.holder_id]), _("Give more to look after")


@allow(*ADMIN_ROLES)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def network_post(request: StaffRequest, role: str, how: str, pk: int) -> HttpResponse:
    """Fill a vacant post, or let one change hands, with the likeliest choice made already.

    *how* says what *pk* is: the vacant ``area``, or ``from`` or ``to`` whom one of the posts goes.
    """
    form = _post_form(request, role, how, pk)
    if request.method == "POST" and form.is_valid():
        post = form.fill()
        messages.success(request, _("%(post)s: from %(day)s on.") % {"post": post, "day": date_format(post.since)})
        return redirect("network")
    return render(request, "people/network_post.html", {"form": form}, status=422 if form.errors else 200)


def _post_form(request: StaffRequest, role: str, how: str, pk: int) -> PostForm:
    if role not in LIAISONS or how not in ("area", "from", "to"):
        raise Http404
    data = request.POST if request.method == "POST" else None
    posts = Post.objects.visible_to(request.user).current().filter(role=role, stands_in_for=None, area__isnull=False)
    held = list(posts.select_related("user", "area__parent", "area__level").order_by("area__path", "pk"))
    load = Counter(post.user_id for post in held)
    if how == "area":
        areas = Area.objects.visible_to(request.user).select_related("parent", "level")
        area = get_object_or_404(areas, pk=pk)
        if not (area.level.holds_households if role == Role.LEADER else area.level == community_level()):
            raise Http404
        near = [post for post in held if post.area and post.area.parent_id == area.parent_id]
        # A group leader lives there: of another community nobody is offered.
        offered = near or ([] if role == Role.LEADER else held)
        return PostForm(data, user=request.user, role=role, vacant=area, person=_least(offered, load))
    theirs = [post for post in held if post.user_id == pk]
    others = [post for post in held if post.user_id != pk]
    if not theirs:
        raise Http404
    if how == "from":
        return PostForm(data, user=request.user, role=role, posts=theirs[::-1], person=_least(others, load))
    others.sort(key=lambda post: -load[post.user_id])
    return PostForm(data, user=request.user, role=role, posts=others, person=theirs[0].user)


def _least(posts: list[Post], load: Counter[int]) -> User | None:
    """Whoever of the holders has the fewest posts of the kind."""
    return min((post.user for post in posts), key=lambda user: load[user.pk], default=None)
