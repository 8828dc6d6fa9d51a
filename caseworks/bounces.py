"""Which rule to mend: how often cases of a category come back from where a rule sends them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from caseworks.models import Case, Category, ReturnReason, RoutingRule, Stay
from caseworks.states import Verb
from people.access import Role
from people.models import Area, Organisation, User

LOOKED_BACK = timedelta(days=90)
# A list longer than this mends nothing.
MOST = 50


@dataclass(frozen=True)
class Source:
    """What sent cases of one category to one place. `rule` is None where somebody dispatched them by hand."""

    category: int | None
    rule: int | None
    area: int | None
    role: str
    unit: int | None


@dataclass
class Bounce:
    """The returns from one place: of how many cases that came there, why, and whom the handlers named instead."""

    category: Category | None
    rule: RoutingRule | None
    area: Area | None
    role: str
    unit: Organisation | None
    came: int
    returned: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    better: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Returned of all that came, in percent."""
        return 100 * self.returned / self.came

    @property
    def role_name(self) -> str:
        return str(Role(self.role).label) if self.role else ""

    @property
    def main_reason(self) -> str:
        return str(ReturnReason(self.reasons.most_common(1)[0][0]).label) if self.reasons else ""

    @property
    def most_named(self) -> str:
        return self.better.most_common(1)[0][0] if self.better else ""


def bounces(user: User, now: datetime | None = None) -> list[Bounce]:
    """Where the cases that *user* sees came back from since 90 days, the most frequent first; at most six queries."""
    since = (now or timezone.now()) - LOOKED_BACK
    stays = Stay.objects.filter(case__in=Case.objects.visible_to(user))
    what = ("case__category", "rule", "area", "role", "unit")
    returned = stays.filter(left_by=Verb.RETURN, until__gte=since).order_by()
    counts = list(returned.values_list(*what, "reason", "better_area", "better_unit").annotate(Count("pk")))
    if not counts:
        return []
    # Of what came before and was returned since, the stretch counts too: no share is above 100.
    came = stays.filter(Q(since__gte=since) | Q(left_by=Verb.RETURN, until__gte=since)).order_by()
    total = {Source(*row[:5]): row[5] for row in came.values_list(*what).annotate(Count("pk"))}
    names = _Names([Source(*row[:5]) for row in counts], [row[6] for row in counts], [row[7] for row in counts])
    found: dict[Source, Bounce] = {}
    for *place, reason, better_area, better_unit, times in counts:
        source = Source(*place)
        bounce = found.setdefault(source, names.bounce(source, total[source]))
        bounce.returned += times
        if reason:
            bounce.reasons[reason] += times
        if better := names.of(better_area, better_unit):
            bounce.better[better] += times
    return sorted(found.values(), key=lambda bounce: (-bounce.returned, -bounce.share))[:MOST]


class _Names:
    """The records that keys stand for, one query for each kind."""

    def __init__(self, sources: list[Source], areas: list[int | None], units: list[int | None]) -> None:
        self._categories = Category.objects.in_bulk({one.category for one in sources if one.category})
        self._rules = RoutingRule.objects.in_bulk({one.rule for one in sources if one.rule})
        wanted = {key for key in [*areas, *(one.area for one in sources)] if key}
        self._areas = Area.objects.select_related("level", "parent").in_bulk(wanted)
        self._units = Organisation.objects.in_bulk({key for key in [*units, *(one.unit for one in sources)] if key})

    def bounce(self, source: Source, came: int) -> Bounce:
        return Bounce(
            category=self._categories.get(source.category or 0),
            rule=self._rules.get(source.rule or 0),
            area=self._areas.get(source.area or 0),
            role=source.role,
            unit=self._units.get(source.unit or 0),
            came=came,
        )

    def of(self, area: int | None, unit: int | None) -> str:
        if unit:
            return self._units[unit].name
        return self._areas[area].long_name if area else ""
