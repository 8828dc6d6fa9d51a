"""Where a case goes: the first rule that fits, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks.models import Category, RoutingRule
from people.access import LIAISONS
from people.models import Area, Organisation, Post

# The order in which posts are tried where a rule names a level and no role.
ROLE_ORDER = ["leader", "officer", "committee"]


@dataclass(frozen=True)
class Request:
    """What routing looks at, and nothing else."""

    category: Category | None
    channel: str
    area: Area | None
    urgency: str


@dataclass(frozen=True)
class Route:
    """Where a case goes. With neither a post nor a unit it waits in the dispatch queue; `reason` says why."""

    reason: str
    area: Area | None = None
    role: str = ""
    unit: Organisation | None = None
    holder: str = ""

    @property
    def found(self) -> bool:
        return self.area is not None or self.unit is not None


def active_rules() -> list[RoutingRule]:
    """The rules in force, in the order in which they are tried."""
    active = RoutingRule.objects.filter(active=True)
    return list(active.select_related("category", "area", "target_level", "target_unit"))


def decide(request: Request, rules: Iterable[RoutingRule] | None = None) -> Route:
    """Return the route of the first active rule that fits and can be followed.

    *rules* are the active ones, for a caller with many requests. The reason is a sentence in the office's language,
    because it is stored with the case.
    """
    with override(settings.LANGUAGE_CODE):
        for rule in active_rules() if rules is None else rules:
            if fits(rule, request):
                return _follow(rule, request)
        return Route(_("No rule fits: %(what)s.") % {"what": _describe(request)})


def fits(rule: RoutingRule, request: Request) -> bool:
    """Whether every condition that the rule fills in holds. A category stands for those below it, an area too."""
    if rule.category and (
        request.category is None or rule.category_id not in (request.category.pk, request.category.parent_id)
    ):
        return False
    if rule.channel and rule.channel != request.channel:
        return False
    if rule.urgency and rule.urgency != request.urgency:
        return False
    return not (rule.area and (request.area is None or not (request.area.path or "").startswith(rule.area.path or "?")))


def _follow(rule: RoutingRule, request: Request) -> Route:
    if rule.target_unit:
        return Route(_("Rule “%(rule)s”.") % {"rule": rule.name}, unit=rule.target_unit, holder=rule.target_unit.name)
    if request.area is None:
        return Route(_("Rule “%(rule)s” needs a place, and none was given.") % {"rule": rule.name})
    assert rule.target_level is not None  # the constraint on the table
    roles = [rule.target_role] if rule.target_role else ROLE_ORDER
    post = liaison(request.area, rule.target_level.rank, roles)
    if post is None or post.area is None:
        return Route(
            _("Rule “%(rule)s”: nobody looks after %(area)s today.") % {"rule": rule.name, "area": request.area}
        )
    reason = _("Rule “%(rule)s”.") % {"rule": rule.name}
    if post.area.level_id != rule.target_level_id:
        reason = _("Rule “%(rule)s”; the post at %(level)s is vacant, so it goes to %(area)s.") % {
            "rule": rule.name,
            "level": rule.target_level,
            "area": post.area,
        }
    return Route(reason, area=post.area, role=post.role, holder=post.user.name)


def liaison(area: Area, from_rank: int, roles: Iterable[str]) -> Post | None:
    """Return the post that looks after *area* at the level of rank *from_rank*, or at the next level above it.

    Where the area itself lies above that level (a place known only by its community), its own liaison has it. A
    vacant post passes the case up to any liaison there: a case never waits for nobody.
    """
    wanted = list(roles)
    posts = [
        post
        for post in Post.objects.current()
        .filter(area__in=area.ancestor_ids(), role__in=LIAISONS)
        .select_related("area__level", "user")
        if post.area and post.area.level.rank <= from_rank
    ]
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
