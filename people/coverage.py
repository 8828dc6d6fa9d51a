"""Whether the contact network covers everybody: each household in a group, each group led, each community with an
officer, nobody with more than one person can look after.

Five queries, whatever the number of communities.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Max, Q, Subquery, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import LIAISONS, Role
from people.models import Area, AreaLevel, Household, Post, SpanKind, SpanLimit, User
from people.models.areas import AreaQuerySet


class GapKind(TextChoices):
    """What is missing, the most pressing first."""

    WITHOUT_GROUP = "without_group", _("Households without a group")
    WITHOUT_LEADER = "without_leader", _("No group leader")
    WITHOUT_OFFICER = "without_officer", _("No community officer")
    WITHOUT_COMMITTEE = "without_committee", _("No committee member")
    OVER_SPAN = "over_span", _("More than one person can look after")
    UNDER_SPAN = "under_span", _("Less than one person can look after")


# Where nobody holds the post of this role, this is missing.
_VACANCIES = {
    Role.LEADER: GapKind.WITHOUT_LEADER,
    Role.OFFICER: GapKind.WITHOUT_OFFICER,
    Role.COMMITTEE: GapKind.WITHOUT_COMMITTEE,
}


@dataclass(frozen=True)
class Gap:
    """Something to be put right in an area.

    `size` counts households without a group, or what somebody looks after; `since` is the first day of a vacancy,
    None where nobody ever held the post; `span` and `holder` say whose span is out of its limits, and of what kind.
    """

    kind: GapKind
    area: Area
    role: Role | None = None
    since: date | None = None
    span: SpanKind | None = None
    size: int = 0
    limit: int = 0
    place: str = ""
    holder: str = ""
    holder_id: int | None = None


@dataclass
class Group:
    """A grid group, how many households it has, and who leads it today."""

    area: Area
    households: int = 0
    leaders: list[Post] = field(default_factory=list)


@dataclass
class Community:
    """A community with its groups and who looks after it today; `ungrouped` counts households without a group."""

    area: Area
    groups: list[Group] = field(default_factory=list)
    ungrouped: int = 0
    officers: list[Post] = field(default_factory=list)
    committee: list[Post] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    @property
    def households(self) -> int:
        return self.ungrouped + sum(group.households for group in self.groups)

    @property
    def led(self) -> int:
        return sum(bool(group.leaders) for group in self.groups)


@dataclass
class Coverage:
    """The network of some areas. `elsewhere` counts households that no community has; `on_leave` are posts that
    somebody stands in for today, `standing_in` the posts of those who do; `posts` are all that were looked at, those
    of supervisors too, `limits` the spans by which it was judged."""

    communities: list[Community]
    gaps: list[Gap]
    on_leave: list[Post]
    elsewhere: int = 0
    standing_in: list[Post] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    limits: dict[str, SpanLimit] = field(default_factory=dict)

    @property
    def households(self) -> int:
        return self.elsewhere + sum(community.households for community in self.communities)

    @property
    def groups(self) -> int:
        return sum(len(community.groups) for community in self.communities)

    def count(self, kind: GapKind) -> int:
        return sum(gap.kind == kind for gap in self.gaps)

    @property
    def without_group(self) -> int:
        return self.elsewhere + sum(community.ungrouped for community in self.communities)

    def as_json(self) -> dict[str, Any]:
        """The figures, with every span that is over or under its limit by area, kind, size and limit."""
        spans = {
            kind.value: [
                {"area": gap.place, "kind": str(gap.span), "size": gap.size, "limit": gap.limit, "holder": gap.holder}
                for gap in self.gaps
                if gap.kind == kind
            ]
            for kind in (GapKind.OVER_SPAN, GapKind.UNDER_SPAN)
        }
        return {
            "households": self.households,
            "without_group": self.without_group,
            "groups": self.groups,
            "without_leader": self.count(GapKind.WITHOUT_LEADER),
            "communities": len(self.communities),
            "without_officer": self.count(GapKind.WITHOUT_OFFICER),
            "without_committee": self.count(GapKind.WITHOUT_COMMITTEE),
            "on_leave": len(self.on_leave),
            **spans,
        }


def coverage(areas: AreaQuerySet) -> Coverage:
    """Look at the network of *areas*: what lies outside them is neither counted nor held against anybody.

    A post covers everything below its area, as its holder's scope does. A span counts what somebody looks after by his
    own posts: standing in for somebody on leave is not a lasting burden.
    """
    communities, stray = _network(areas)
    posts = _posts(areas, communities)
    _staff(communities, posts)
    standing_in = [post for post in posts if post.stands_in_for_id]
    limits = {limit.kind: limit for limit in SpanLimit.objects.all()}
    found = Coverage(communities, [], _on_leave(posts), stray, standing_in, posts, limits)
    last_days = _last_days(areas)
    spans = [*_group_spans(communities, limits), *_holder_spans(communities, limits)]
    by_community: dict[int, list[Gap]] = defaultdict(list)
    for community, gap in [*_vacancies(communities, last_days), *spans]:
        by_community[community.area.pk].append(gap)
    order = list(GapKind)
    for community in communities:
        community.gaps = sorted(by_community[community.area.pk], key=lambda gap: order.index(gap.kind))
        found.gaps += community.gaps
    found.gaps.sort(key=lambda gap: order.index(gap.kind))
    return found


def community_level() -> AreaLevel | None:
    """The level of communities and villages: the one right above the first that holds households."""
    for above, level in pairwise(AreaLevel.objects.all()):
        if level.holds_households:
            return above
    return None


def _network(areas: AreaQuerySet) -> tuple[list[Community], int]:
    lowest = AreaLevel.objects.filter(holds_households=True).order_by("rank").values("rank")[:1]
    level = AreaLevel.objects.filter(rank__lt=Subquery(lowest)).order_by("-rank").values("pk")[:1]
    rows = areas.active().filter(Q(level=Subquery(level)) | Q(level__holds_households=True))
    communities, groups = {}, {}
    for area in rows.select_related("level", "parent").order_by("path"):
        if not area.level.holds_households:
            communities[area.pk] = Community(area)
        else:
            groups[area.pk] = Group(area)
            for community in _above(area.ancestor_ids(), communities):
                community.groups.append(groups[area.pk])
    stray = 0
    living = Household.objects.current().filter(area__in=areas).order_by()
    for pk, path, count in living.values_list("area", "area__path").annotate(count=Count("pk")):
        # A group that is no more leaves its households to the community.
        home = next(_above([int(part) for part in path.split(".") if part], communities), None)
        if home is None:
            stray += count
        elif pk in groups:
            groups[pk].households += count
        else:
            home.ungrouped += count
    return sorted(communities.values(), key=lambda community: (community.area.position, community.area.pk)), stray


def _above(ancestors: Iterable[int], communities: dict[int, Community]) -> Iterator[Community]:
    return (communities[pk] for pk in ancestors if pk in communities)


def _posts(areas: AreaQuerySet, communities: list[Community]) -> list[Post]:
    above = {pk for community in communities for pk in community.area.ancestor_ids()}
    held = Post.objects.current().filter(Q(area__in=areas) | Q(area__in=above), role__in=LIAISONS | {Role.SUPERVISOR})
    return list(held.select_related("user", "area__level", "area__parent").order_by("pk"))


def _staff(communities: list[Community], posts: list[Post]) -> None:
    """Put each post where it counts: at its own area and at those below."""
    by_area: dict[tuple[int | None, str], list[Post]] = defaultdict(list)
    for post in posts:
        by_area[post.area_id, post.role].append(post)

    def looking_after(area: Area, role: Role) -> list[Post]:
        return [post for pk in area.ancestor_ids() for post in by_area[pk, role]]

    for community in communities:
        community.officers = looking_after(community.area, Role.OFFICER)
        community.committee = looking_after(community.area, Role.COMMITTEE)
        for group in community.groups:
            group.leaders = looking_after(group.area, Role.LEADER)


def _on_leave(posts: list[Post]) -> list[Post]:
    stood_in_for = {post.stands_in_for_id for post in posts}
    return [post for post in posts if post.pk in stood_in_for]


def _last_days(areas: AreaQuerySet) -> dict[tuple[int, str], date]:
    """The last day of the last holder, by area and role, of posts that have ended."""
    ended = Post.objects.filter(area__in=areas, role__in=LIAISONS, until__lt=timezone.localdate())
    rows = ended.order_by().values_list("area", "role").annotate(last=Max("until"))
    return {(area, role): last for area, role, last in rows}


def _vacancies(communities: list[Community], last_days: dict[tuple[int, str], date]) -> Iterator[tuple[Community, Gap]]:
    def vacant(area: Area, role: Role) -> Gap:
        last = last_days.get((area.pk, role))
        since = last + timedelta(days=1) if last else None
        return Gap(_VACANCIES[role], area, role=role, since=since, place=area.long_name)

    for community in communities:
        area = community.area
        if community.ungrouped:
            yield community, Gap(GapKind.WITHOUT_GROUP, area, size=community.ungrouped, place=area.long_name)
        if not community.officers:
            yield community, vacant(area, Role.OFFICER)
        if not community.committee:
            yield community, vacant(area, Role.COMMITTEE)
        for group in community.groups:
            if not group.leaders:
                yield community, vacant(group.area, Role.LEADER)


def _group_spans(communities: list[Community], limits: dict[str, SpanLimit]) -> Iterator[tuple[Community, Gap]]:
    limit = limits.get(SpanKind.GROUP)
    for community in communities:
        for group in community.groups:
            yield from _beyond(community, group.area, group.households, limit, group.area.long_name)


def _holder_spans(communities: list[Community], limits: dict[str, SpanLimit]) -> Iterator[tuple[Community, Gap]]:
    """What each officer and committee member looks after; told at the first of his communities."""
    for kind in (SpanKind.OFFICER, SpanKind.COMMITTEE):
        covered: dict[int, list[Community]] = defaultdict(list)
        held: dict[int, dict[int, Post]] = defaultdict(dict)
        for community in communities:
            posts = community.officers if kind == SpanKind.OFFICER else community.committee
            own = [post for post in posts if post.stands_in_for_id is None]
            for pk in dict.fromkeys(post.user_id for post in own):
                covered[pk].append(community)
            for post in own:
                held[post.user_id][post.pk] = post
        for pk, theirs in covered.items():
            size = len(theirs) if kind == SpanKind.COMMITTEE else _leaders(theirs)
            # Where the posts are: whoever has the whole town is not told with all its communities.
            places = {post.area_id: post.area.long_name for post in held[pk].values() if post.area}
            user = next(iter(held[pk].values())).user
            yield from _beyond(theirs[0], theirs[0].area, size, limits.get(kind), "、".join(places.values()), user)


def _leaders(communities: list[Community]) -> int:
    """How many people lead the groups of *communities*, whoever leads two groups counted once."""
    leaders = Counter(
        post.user_id
        for community in communities
        for group in community.groups
        for post in group.leaders
        if post.stands_in_for_id is None
    )
    return len(leaders)


def _beyond(
    community: Community, area: Area, size: int, limit: SpanLimit | None, place: str, holder: User | None = None
) -> Iterator[tuple[Community, Gap]]:
    if limit is None or limit.least <= size <= limit.most:
        return
    over = size > limit.most
    yield (
        community,
        Gap(
            GapKind.OVER_SPAN if over else GapKind.UNDER_SPAN,
            area,
            span=SpanKind(limit.kind),
            size=size,
            limit=limit.most if over else limit.least,
            place=place,
            holder=str(holder or ""),
            holder_id=holder.pk if holder else None,
        ),
    )
