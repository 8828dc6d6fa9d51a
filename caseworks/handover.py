"""Hand-over (交接): a liaison leaves, somebody else has his households and cases from a day on.

The pack lists what is open on the day it is drawn up: cases, promises, visits due, households with something written
about them. It is frozen then; both sign it in the app. The posts change hands on the day by their dates alone,
whoever has signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks.models import Case, HandOver
from caseworks.states import OPEN, Status
from outreach.models import Visit, VisitTask
from outreach.models.visits import REACHED
from people import audit, leave, network
from people.access import LIAISONS, Role
from people.models import Household, Post, User
from people.models.areas import within
from people.models.staff import PostQuerySet, UserQuerySet

CASE, PROMISE, VISIT, HOUSEHOLD = "case", "promise", "visit", "household"
# Promises older than this are history.
PROMISES_SINCE = timedelta(days=365)


class NotPossible(Exception):
    """The hand-over cannot be entered or signed like this. Its message is for the user."""


@dataclass
class Pack:
    """What a hand-over lists, looked up: records that are no more are left out and counted in `gone`."""

    cases: list[Case] = field(default_factory=list)
    promises: list[Visit] = field(default_factory=list)
    visits: list[VisitTask] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    gone: int = 0


def posts_of(leaver: User) -> PostQuerySet:
    """The posts that a leaver hands over: those of a liaison, his own, not those he holds for somebody."""
    return leaver.posts.current().filter(role__in=LIAISONS, area__isnull=False, stands_in_for__isnull=True)


def leavers_below(user: User) -> UserQuerySet:
    """Liaisons whose hand-over *user* enters."""
    posts = Post.objects.current().filter(user=OuterRef("pk"), role__in=LIAISONS, stands_in_for__isnull=True)
    return leave.staff_below(user).filter(Exists(posts))


def successors_for(user: User) -> UserQuerySet:
    """Whom *user* may appoint: whoever works in his areas, now or from a day to come, or has no post at all yet."""
    lasting = Q(until__isnull=True) | Q(until__gte=timezone.localdate())
    near = Post.objects.filter(within(user.scope.paths, "area__"), lasting, user=OuterRef("pk"))
    anywhere = Post.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(near) | ~Exists(anywhere), is_active=True)


def draw_up(leaver: User, successor: User, *, on: date, by: User, key: UUID, note: str = "") -> HandOver:
    """Freeze the list, appoint the successor from the day *on* and end the leaver's posts the day before.

    Sent again, it stays one. Raises `NotPossible` with the sentence to be shown, and nothing is written.
    """
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk__in=[leaver.pk, successor.pk]).order_by("pk"))
        if before := HandOver.objects.filter(uuid=key).first():
            return before
        posts = list(posts_of(leaver).select_related("area"))
        _check(leaver, successor, posts, on)
        made = HandOver.objects.create(
            uuid=key, leaver=leaver, successor=successor, on=on, by=by, note=note, items=_items(leaver, posts)
        )
        made.posts.set(posts)
        for post in posts:
            network.vacate(post, by=by, on=on)
            network.appoint(successor, post.role, by=by, area=post.area, since=on)
        audit.record(by, "handover.draw_up", made, fields=["leaver", "successor", "on", "items"])
        return made


def _check(leaver: User, successor: User, posts: list[Post], on: date) -> None:
    if leaver == successor:
        raise NotPossible(_("Nobody hands over to himself: choose who comes after."))
    if not posts:
        raise NotPossible(_("%(name)s has no households or cases to hand over.") % {"name": leaver})
    if on <= timezone.localdate():
        raise NotPossible(_("The successor's first day is tomorrow at the earliest: until then both can sign."))
    if any(post.until and post.until < on - timedelta(days=1) for post in posts):
        raise NotPossible(_("One of the posts ends before that day: choose an earlier one."))


def _items(leaver: User, posts: list[Post]) -> list[dict[str, Any]]:
    """What is open at *posts*, as references: see `HandOver`."""
    found = [_item(CASE, case.pk, _due(case)) for case in _cases(posts)]
    found += [_item(PROMISE, visit.pk, timezone.localdate(visit.at)) for visit in _promises(leaver, posts)]
    found += [_item(VISIT, task.pk, task.due_on) for task in _visits(posts)]
    return found + [_item(HOUSEHOLD, household.pk, None) for household in _households(posts)]


def _due(case: Case) -> date | None:
    return case.follow_up_on or (timezone.localdate(case.due_at) if case.due_at else None)


def _item(kind: str, pk: int, due: date | None) -> dict[str, Any]:
    return {"kind": kind, "pk": pk, "due": due.isoformat() if due else None}


def _paths(posts: Iterable[Post], *roles: str) -> list[str]:
    return [post.area.path for post in posts if post.area and post.area.path and (not roles or post.role in roles)]


def _cases(posts: list[Post]) -> Iterable[Case]:
    """What is open at *posts*, and the cases whose callers are to be asked at the door from there."""
    held = asked = Q(pk__in=[])
    for post in posts:
        held |= Q(handling_area=post.area, handling_role=post.role)
        asked |= Q(follow_up_area=post.area, follow_up_role=post.role)
    open_there = Q(held, status__in=OPEN - {Status.TO_DISPATCH})
    asked_there = Q(asked, status=Status.TO_FOLLOW_UP)
    return Case.objects.filter(open_there | asked_there).order_by("due_at", "pk")


def _promises(leaver: User, posts: list[Post]) -> Iterable[Visit]:
    """What the leaver promised and nothing shows was kept: nobody was met there since, no case about it resolved."""
    met = Visit.objects.filter(household=OuterRef("household"), at__gt=OuterRef("at"), outcome__in=REACHED)
    settled = Case.objects.filter(visit=OuterRef("pk"), resolved_at__isnull=False)
    return (
        Visit.objects.filter(within(_paths(posts), "household__area__"), by=leaver)
        .filter(at__gte=timezone.now() - PROMISES_SINCE, household__ended_on__isnull=True)
        .exclude(promised="")
        .exclude(Exists(met))
        .exclude(Exists(settled))
        .order_by("at", "pk")
    )


def _visits(posts: list[Post]) -> Iterable[VisitTask]:
    """Visits due to the households of the groups; those of a whole community are its group leaders'."""
    here = within(_paths(posts, Role.LEADER), "household__area__")
    led = Post.objects.current().filter(area=OuterRef("household__area"), role=Role.LEADER)
    here |= within(_paths(posts, Role.OFFICER), "household__area__") & Q(~Exists(led))
    return VisitTask.objects.open().filter(here, household__ended_on__isnull=True).order_by("due_on", "pk")


def _households(posts: list[Post]) -> Iterable[Household]:
    here = within(_paths(posts), "area__")
    return Household.objects.current().filter(here).exclude(note="").order_by("area__path", "address_key", "pk")


def look_up(handover: HandOver) -> Pack:
    """The records that the list names, in its order; four queries."""
    keys: dict[str, list[int]] = {kind: [] for kind in (CASE, PROMISE, VISIT, HOUSEHOLD)}
    for item in handover.items:
        keys[item["kind"]].append(item["pk"])
    home = ("household__head", "household__area__parent", "household__area__level")
    pack = Pack(
        cases=_in_order(Case.objects.select_related("area__parent", "area__level"), keys[CASE]),
        promises=_in_order(Visit.objects.select_related(*home), keys[PROMISE]),
        visits=_in_order(VisitTask.objects.select_related(*home), keys[VISIT]),
        households=_in_order(Household.objects.select_related("head", "area__parent", "area__level"), keys[HOUSEHOLD]),
    )
    shown = len(pack.cases) + len(pack.promises) + len(pack.visits) + len(pack.households)
    pack.gone = len(handover.items) - shown
    return pack


def _in_order(rows: Any, keys: list[int]) -> list[Any]:
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def sees_the_list(handover: HandOver, user: User) -> bool:
    """The leaver reads it while the households are his; afterwards he sees how it stands, and no names."""
    return user.pk != handover.leaver_id or timezone.localdate() < handover.on


def sign(handover: HandOver, *, by: User) -> HandOver:
    """One of the two puts his name to it. Whoever signed stays so."""
    with transaction.atomic():
        locked = HandOver.objects.select_for_update(of=("self",)).get(pk=handover.pk)
        column = {locked.leaver_id: "leaver_signed_at", locked.successor_id: "successor_signed_at"}.get(by.pk)
        if column is None:
            raise NotPossible(_("Only the two who hand over and take over sign."))
        if getattr(locked, column) is None:
            setattr(locked, column, timezone.now())
            locked.save(update_fields=[column])
            audit.record(by, "handover.sign", locked, fields=[column])
        return locked
