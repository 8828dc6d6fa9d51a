"""Where a case goes: the first rule that fits, and why."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import troubles
from caseworks.models import Category, RoutingRule
from caseworks.precedence import Conditions, Facts
from people.access import LIAISONS
from people.criteria import HouseholdFacts, Households
from people.models import Area, Household, Organisation, Post
from people.models.staff import PostQuerySet

log = logging.getLogger(__name__)

# The order in which posts are tried where a rule names a level and no role.
ROLE_ORDER = ["leader", "officer", "committee"]


@dataclass(frozen=True)
class Request:
    """What routing looks at, and nothing else. Of its household it sees what sort it is, never which one."""

    category: Category | None
    channel: str
    area: Area | None
    urgency: str
    household: HouseholdFacts


@dataclass(frozen=True)
class Route:
    """Where a case goes. With neither a post nor a unit it waits in the dispatch queue; `reason` says why."""

    reason: str
    area: Area | None = None
    role: str = ""
    unit: Organisation | None = None
    holder: str = ""
    # The rule that decided; none where nothing fitted, or where somebody chose.
    rule: RoutingRule | None = field(default=None, compare=False)

    @property
    def found(self) -> bool:
        return self.area is not None or self.unit is not None


def sort_of(household: Household | None) -> HouseholdFacts:
    """What rules ask of a household: its kind and its tier; neither where none is known."""
    return HouseholdFacts(kind=household.kind, tier=household.tier) if household else HouseholdFacts()


def active_rules() -> list[RoutingRule]:
    """The rules in force, in the order in which they are tried."""
    active = RoutingRule.objects.filter(active=True)
    return list(active.select_related("category", "area", "target_level", "target_unit"))


def posts_over(area: Area) -> list[Post]:
    """The posts of today that look after *area*: its own and those of the areas it lies in."""
    return list(_liaisons().filter(area__in=area.ancestor_ids()))


def posts_over_any() -> Callable[[Area], list[Post]]:
    """`posts_over` for a caller with many areas: the posts of all of them, read by one query when first asked for."""

    @cache
    def by_area() -> dict[int | None, list[Post]]:
        posts: dict[int | None, list[Post]] = defaultdict(list)
        for post in _liaisons():
            posts[post.area_id].append(post)
        return posts

    return lambda area: [post for pk in area.ancestor_ids() for post in by_area().get(pk, [])]


def _liaisons() -> PostQuerySet:
    posts = Post.objects.at_work().filter(role__in=LIAISONS)
    return posts.select_related("area__level", "area__parent", "user", "stands_in_for__user")


def write_down_trouble(rule: RoutingRule, error: Exception) -> None:
    """A rule broke on a request: the request goes on to the next one, and the board shows which rule to mend."""
    log.error("routing rule %s (%s) was left out: %r", rule.pk, rule.name, error)
    troubles.note(rule, error, timezone.now())


def decide(
    request: Request,
    rules: Iterable[RoutingRule] | None = None,
    *,
    posts: Callable[[Area], list[Post]] = posts_over,
    trouble: Callable[[RoutingRule, Exception], None] = write_down_trouble,
) -> Route:
    """Return the route of the first active rule that fits.

    *rules* are the active ones and *posts* finds those over an area, for a caller with many requests. A rule that
    breaks is told to *trouble* and left out: no request is lost because of a rule. The reason is a sentence in the
    office's language, because it is stored with the case.
    """
    with override(settings.LANGUAGE_CODE):
        for rule in active_rules() if rules is None else rules:
            try:
                if fits(rule, request):
                    return _follow(rule, request, posts)
            except Exception as error:  # noqa: BLE001 - whatever a rule may break on
                trouble(rule, error)
        return Route(_("No rule fits: %(what)s.") % {"what": _describe(request)})


def conditions(rule: RoutingRule) -> Conditions:
    """What *rule* asks of a request. An area without its path is a broken record: raises ValueError."""
    return Conditions(
        categories=_with_parent(rule.category),
        channel=rule.channel,
        place=rule.area.place if rule.area else "",
        urgency=rule.urgency,
        households=Households(kinds=(rule.kind,) if rule.kind else (), tiers=(rule.tier,) if rule.tier else ()),
    )


def fits(rule: RoutingRule, request: Request) -> bool:
    """Whether every condition that the rule fills in holds. A category stands for those below it, an area too."""
    place = (request.area.path or "") if request.area else ""
    asked = Facts(_with_parent(request.category), request.channel, place, request.urgency, request.household)
    return conditions(rule).fit(asked)


def _with_parent(category: Category | None) -> tuple[int, ...]:
    if category is None:
        return ()
    return (category.pk, category.parent_id) if category.parent_id else (category.pk,)


def _follow(rule: RoutingRule, request: Request, posts: Callable[[Area], list[Post]]) -> Route:
    by_rule = _("Rule “%(rule)s”.") % {"rule": rule.name}
    if rule.target_unit:
        return Route(by_rule, unit=rule.target_unit, holder=rule.target_unit.name, rule=rule)
    if request.area is None:
        return Route(_("Rule “%(rule)s” needs a place, and none was given.") % {"rule": rule.name}, rule=rule)
    assert rule.target_level is not None  # the constraint on the table
    roles = [rule.target_role] if rule.target_role else ROLE_ORDER
    post = liaison(request.area, rule.target_level.rank, roles, posts)
    if post is None or post.area is None:
        nobody = _("Rule “%(rule)s”: nobody looks after %(area)s today.")
        return Route(nobody % {"rule": rule.name, "area": request.area}, rule=rule)
    reason = by_rule
    if post.area.level_id != rule.target_level_id:
        reason = _("Rule “%(rule)s”; the post at %(level)s is vacant, so it goes to %(area)s.") % {
            "rule": rule.name,
            "level": rule.target_level,
            "area": post.area,
        }
    return Route(reason, area=post.area, role=post.role, holder=post.holder, rule=rule)


def liaison(
    area: Area, from_rank: int, roles: Iterable[str], posts_of: Callable[[Area], list[Post]] = posts_over
) -> Post | None:
    """Return the post that looks after *area* at the level of rank *from_rank*, or at the next level above it.

    Where the area itself lies above that level (a place known only by its community), its own liaison has it. A
    vacant post passes the case up to any liaison there: a case never waits for nobody.
    """
    wanted = list(roles)
    posts = [post for post in posts_of(area) if post.area and post.area.level.rank <= from_rank]
    if not posts:
        return None

    def preference(post: Post) -> tuple[int, int, int]:
        rank = post.area.level.rank if post.area else 0
        at_level = rank == from_rank
        order = wanted.index(post.role) if post.role in wanted else len(wanted) + ROLE_ORDER.index(post.role)
        return (-rank, order if at_level else ROLE_ORDER.index(post.role), post.pk)

    return min(posts, key=preference)


def _describe(request: Request) -> str:
    return "，".join(str(part) for part in (request.category or _("no category"), request.area or _("no place")))
