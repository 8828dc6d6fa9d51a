"""Leave (请假): somebody is away, somebody else has his work meanwhile, and afterwards it is his again.

A leave that is approved gives the stand-in the owner's posts with its dates. Whatever asks who holds a post (scope,
routing, names on lists, duties) then finds him on these days and on no other; the owner keeps seeing what is his.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people import audit
from people.access import LIAISONS, Role
from people.models import Leave, Post, User
from people.models.areas import within
from people.models.staff import PostQuerySet, UserQuerySet

LONGEST = timedelta(days=366)
# Posts at which work waits for a person. A unit's work is done by whoever works there; a manager's post configures.
COVERED = LIAISONS | {Role.OPERATOR, Role.SUPERVISOR}
# Whose leave is entered or approved by whom, beside his own.
BELOW = {
    Role.SUPERVISOR: COVERED,
    Role.COMMITTEE: frozenset({Role.LEADER, Role.OFFICER}),
    Role.OFFICER: frozenset({Role.LEADER}),
}


class NotPossible(Exception):
    """The leave cannot be entered or approved like this. Its message is for the user."""


@dataclass(frozen=True)
class Wish:
    """Who is to be away from when to when, both days included, and who stands in. `key` is made by the form."""

    owner: User
    stand_in: User
    since: date
    until: date
    key: UUID
    reason: str = ""


def covered_posts(owner: User) -> PostQuerySet:
    """The posts of *owner* that a stand-in would hold."""
    return owner.posts.filter(role__in=COVERED, area__isnull=False, stands_in_for__isnull=True)


def staff_below(user: User) -> UserQuerySet:
    """Those whose leave *user* enters or approves: whoever has a post of a lower role in his areas."""
    below = Q(pk__in=[])
    for role, roles in BELOW.items():
        below |= within(user.scope.paths_as(role), "area__") & Q(role__in=roles)
    posts = Post.objects.current().filter(below, user=OuterRef("pk"), stands_in_for__isnull=True)
    return User.objects.filter(Exists(posts), is_active=True).exclude(pk=user.pk)


def decides_for_himself(user: User) -> bool:
    """Whether the leave of *user* needs nobody's approval. A group leader and an operator ask."""
    return user.holds(*BELOW)


def colleagues_of(owner: User) -> UserQuerySet:
    """Who may stand in for *owner*: those at work beside him, under the same area, and those above."""
    near = Q(pk__in=[])
    for post in covered_posts(owner).current().select_related("area__parent"):
        assert post.area is not None  # only posts at an area are covered
        around = post.area.parent or post.area
        near |= Q(area__path__startswith=around.path) | Q(area__in=around.ancestor_ids())
    posts = Post.objects.current().filter(near, role__in=COVERED, user=OuterRef("pk"))
    return User.objects.filter(Exists(posts), is_active=True).exclude(pk=owner.pk)


def enter(wish: Wish, *, by: User) -> Leave:
    """Enter a leave: in force where *by* may decide on it, else asked for. Sent again, it stays one.

    Raises `NotPossible` with the sentence to be shown, and nothing is written.
    """
    with transaction.atomic():
        _lock(wish.owner, wish.stand_in)
        if before := Leave.objects.filter(uuid=wish.key).first():
            return before
        _check_days(wish.since, wish.until)
        _check_people(wish)
        _check_others(wish.owner, wish.stand_in, wish.since, wish.until)
        leave = Leave.objects.create(
            uuid=wish.key,
            user=wish.owner,
            stand_in=wish.stand_in,
            since=wish.since,
            until=wish.until,
            reason=wish.reason,
            asked_by=by,
        )
        audit.record(by, "leave.ask", leave, fields=["user", "stand_in", "since", "until"])
        if by != wish.owner or decides_for_himself(by):
            put_in_force(leave, by)
        return leave


def approve(leave: Leave, *, by: User) -> Leave:
    """Let a leave that was asked for be in force."""
    with transaction.atomic():
        _lock(leave.user, leave.stand_in)
        leave = Leave.objects.select_for_update().select_related("user", "stand_in").get(pk=leave.pk)
        if leave.withdrawn_at:
            raise NotPossible(_("This leave was withdrawn meanwhile."))
        if leave.approved_by_id:
            return leave
        if leave.until < timezone.localdate():
            raise NotPossible(_("These days are over."))
        _check_others(leave.user, leave.stand_in, leave.since, leave.until, but=leave)
        put_in_force(leave, by)
        return leave


def end(leave: Leave, *, by: User) -> Leave:
    """Decline, take back, or end early: yesterday was its last day, or it never was. The posts follow."""
    with transaction.atomic():
        _lock(leave.user, leave.stand_in)
        leave = Leave.objects.select_for_update().select_related("user", "stand_in").get(pk=leave.pk)
        yesterday = timezone.localdate() - timedelta(days=1)
        if leave.withdrawn_at or leave.until <= yesterday:
            return leave
        held = leave.stand_in.posts.filter(
            stands_in_for__user=leave.user, since__gte=leave.since, until__lte=leave.until
        )
        if leave.approved_by_id and leave.since <= yesterday:
            leave.until = yesterday
        else:
            leave.withdrawn_at = timezone.now()
        leave.save(update_fields=["until", "withdrawn_at"])
        held.end_by(yesterday)
        audit.record(by, "leave.end", leave, fields=["until", "withdrawn_at"])
        return leave


def _lock(*people: User) -> None:
    """One after the other on the same people: two leaves that exclude each other are not entered at once."""
    list(User.objects.select_for_update().filter(pk__in=[user.pk for user in people]).order_by("pk"))


def _check_days(since: date, until: date) -> None:
    if until < since:
        raise NotPossible(_("The leave ends before it begins."))
    if since < timezone.localdate():
        raise NotPossible(_("Leave begins today at the earliest: what is past cannot be handed to anybody."))
    if until - since >= LONGEST:
        raise NotPossible(_("Leave of more than a year is a hand-over: appoint a successor."))


def _check_people(wish: Wish) -> None:
    if wish.owner == wish.stand_in:
        raise NotPossible(_("Nobody stands in for himself: choose a colleague."))
    if not covered_posts(wish.owner).current().exists():
        raise NotPossible(_("%(name)s holds no post that somebody could stand in for.") % {"name": wish.owner})
    if not colleagues_of(wish.owner).filter(pk=wish.stand_in.pk).exists():
        raise NotPossible(
            _("%(stand_in)s does not work beside %(owner)s: choose somebody of the same community or above.")
            % {"stand_in": wish.stand_in, "owner": wish.owner}
        )


def _check_others(owner: User, stand_in: User, since: date, until: date, but: Leave | None = None) -> None:
    """Nobody is away twice at once, and whoever stands in is there himself."""
    there = Leave.objects.standing().overlapping(since, until).select_related("user", "stand_in")
    for other in there.filter(Q(user__in=[owner, stand_in]) | Q(stand_in=owner)):
        if other == but:
            continue
        days = {"since": date_format(other.since), "until": date_format(other.until)}
        if other.user == owner:
            raise NotPossible(_("%(name)s is on leave from %(since)s to %(until)s already.") % {"name": owner, **days})
        if other.user == stand_in:
            raise NotPossible(
                _("%(name)s is on leave from %(since)s to %(until)s: choose somebody who is there.")
                % {"name": stand_in, **days}
            )
        raise NotPossible(
            _("%(name)s stands in for %(owner)s from %(since)s to %(until)s: find somebody else for that first.")
            % {"name": owner, "owner": other.user, **days}
        )


def put_in_force(leave: Leave, by: User) -> None:
    """Give the stand-in the owner's posts for the days of the leave, inside the transaction of whoever approves it."""
    leave.approved_by = by
    leave.save(update_fields=["approved_by"])
    for post in covered_posts(leave.user):
        _cover(post, leave)
    audit.record(by, "leave.approve", leave, fields=["approved_by"])


def follow(post: Post) -> None:
    """Bring the stand-ins of a post that is new, or has new dates, in line with the leave of its holder."""
    if post.until:
        post.stand_ins.all().end_by(post.until)
    if post.role in COVERED and post.area_id and post.stands_in_for_id is None:
        for leave in Leave.objects.approved().not_over().filter(user=post.user).select_related("stand_in"):
            _cover(post, leave)


def _cover(post: Post, leave: Leave) -> None:
    """Let the stand-in hold one post of the owner for the days of the leave on which the owner would."""
    since, until = max(leave.since, post.since), min(leave.until, post.until or leave.until)
    if since <= until:
        Post.objects.get_or_create(
            user=leave.stand_in,
            stands_in_for=post,
            since=since,
            defaults={"role": post.role, "area": post.area, "until": until},
        )
