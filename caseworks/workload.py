"""Who could take a case, and how much everybody has in hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from caseworks.models import Case
from caseworks.routing import Route
from caseworks.states import IN_HAND, RUNNING
from people.access import LIAISONS, Role
from people.models import Area, Organisation, Post, User
from people.models.areas import within
from people.names import search_tokens

# Who of one place calls on somebody first.
VISITORS = (Role.LEADER, Role.OFFICER, Role.COMMITTEE)


@dataclass(frozen=True)
class Load:
    """Open cases, and how many of them are past their deadline."""

    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Candidate:
    """A post or a unit that a case can be handed to. `key` names it in a form: ``post:17:leader``, ``unit:3``."""

    key: str
    name: str
    load: Load
    search: str
    area: Area | None = None
    role: str = ""
    unit: Organisation | None = None

    def route(self, reason: str) -> Route:
        return Route(reason, area=self.area, role=self.role, unit=self.unit, holder=self.name)


def key_of(area: Area | None, role: str, unit: Organisation | None) -> str:
    """How a form names a post or a unit: see `Candidate.key`."""
    return f"unit:{unit.pk}" if unit else f"post:{area.pk if area else 0}:{role}"


def candidates(user: User) -> list[Candidate]:
    """The liaisons in the user's areas, from the top down, then the units: three queries and two of their loads."""
    return _candidates(user, within(user.scope.paths, "area__"))


def neighbours(user: User, case: Case) -> list[Candidate]:
    """Whom a handler can name for a case he has: the liaisons of its community and those above it, then the units."""
    near = Q(pk__in=[])
    for area in (case.area, case.handling_area):
        if area:
            home = area.parent if area.level.holds_households and area.parent else area
            near |= within([home.path or "?"], "area__") | Q(area__in=home.ancestor_ids())
    return _candidates(user, near, anyone=True)


def over_the_door(case: Case) -> list[Candidate]:
    """The liaisons who look after the place of *case*, the nearest first, without whoever reported its outcome."""
    if case.area is None:
        return []
    found = _of_posts(Q(area__in=case.area.ancestor_ids()) & ~Q(user=case.resolved_by_id or 0))
    return sorted(found, key=lambda one: (-(one.area.level.rank if one.area else 0), VISITORS.index(Role(one.role))))


def _candidates(user: User, near: Q, anyone: bool = False) -> list[Candidate]:
    found, led = _of_posts(near), _loads("unit")
    # A department sees only itself in the directory, yet may name whoever else does the work.
    units = Organisation.objects.all() if anyone else Organisation.objects.visible_to(user)
    return found + [
        Candidate(key_of(None, "", unit), unit.name, led.get((unit.pk,), Load()), unit.search, unit=unit)
        for unit in units.active()
    ]


def _of_posts(where: Q) -> list[Candidate]:
    posts: dict[tuple[int, str], list[Post]] = {}
    for post in (
        Post.objects.at_work()
        .filter(where, role__in=LIAISONS)
        .select_related("area__level", "area__parent", "user", "stands_in_for__user")
        .order_by("area__path", "role", "since")
    ):
        posts.setdefault((post.area_id or 0, post.role), []).append(post)
    held = _loads("handling_area", "handling_role")
    return [_post_candidate(same, held.get(place, Load())) for place, same in posts.items()]


def _post_candidate(posts: list[Post], load: Load) -> Candidate:
    first = posts[0]
    assert first.area is not None  # posts of liaisons are on areas
    names = "、".join(post.holder for post in posts)
    search = f"{first.area.search}{search_tokens(*(post.user.name for post in posts))}"
    return Candidate(key_of(first.area, first.role, None), names, load, search, area=first.area, role=first.role)


def _loads(*columns: str) -> dict[tuple[object, ...], Load]:
    late = Q(status__in=RUNNING, due_at__lt=timezone.now())
    rows = (
        Case.objects.filter(status__in=IN_HAND)
        .order_by()
        .values(*columns)
        .annotate(open=Count("pk"), overdue=Count("pk", filter=late))
    )
    return {tuple(row[column] for column in columns): Load(row["open"], row["overdue"]) for row in rows}


@dataclass(frozen=True)
class AreaLoad:
    """The open cases of an area and all below it; without an area, those placed in none of the areas listed."""

    area: Area | None
    open: int
    overdue: int


def open_by_area(user: User, now: datetime | None = None) -> list[AreaLoad]:
    """The open cases of each area one level below the user's own, most overdue first; two queries."""
    late = Q(status__in=RUNNING, due_at__lt=now or timezone.now())
    rows = list(
        Case.objects.visible_to(user)
        .open()
        .order_by()
        .values_list("area__path")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=late))
    )
    areas = list(Area.objects.filter(parent__path__in=user.scope.paths).order_by("path"))
    within_area = {area.pk: [row for row in rows if (row[0] or "").startswith(area.path or "?")] for area in areas}
    elsewhere = set(rows).difference(*within_area.values())
    loads = sorted((_sum(area, within_area[area.pk]) for area in areas), key=lambda load: (-load.overdue, -load.open))
    return [load for load in [*loads, _sum(None, elsewhere)] if load.open]


def _sum(area: Area | None, rows: Iterable[tuple[str | None, int, int]]) -> AreaLoad:
    counts = [(opened, late) for _path, opened, late in rows]
    return AreaLoad(area, sum(opened for opened, _ in counts), sum(late for _, late in counts))
