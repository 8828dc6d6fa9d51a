"""The rule book: routing rules in their order, changed one at a time, each change seen before it is made.

A change is drawn up (`draw_up`), rehearsed on what it would make of the book, and made with the seal of what was
rehearsed: where the book has changed meanwhile the seal no longer fits, and nothing is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Model, Q, TextChoices
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from caseworks import precedence, routing, troubles
from caseworks.models import Channel, RoutingRule, ServiceLevel, Urgency
from people import audit
from people.access import LIAISONS, Role
from people.criteria import HouseholdFacts
from people.models import HouseholdKind, Post, Tier, User
from people.models.areas import within

# Room between two rules for one to be put there.
GAP = 10
WORLD = precedence.World(
    Channel.values,
    Urgency.values,
    [
        HouseholdFacts(),
        *(HouseholdFacts(kind=kind, tier=tier) for kind in HouseholdKind.values for tier in Tier.values),
    ],
)


class Changed(Exception):
    """What was rehearsed is not what the book would become now. Its message is for the user."""

    def __init__(self) -> None:
        super().__init__(_("The rules have changed since this page was shown. This is how it would be now."))


class Change(TextChoices):
    """What can be done to a rule without writing it anew."""

    ON = "on", pgettext_lazy("a rule", "Switch on")
    OFF = "off", pgettext_lazy("a rule", "Switch off")
    UP = "up", gettext_lazy("Move up")
    DOWN = "down", gettext_lazy("Move down")


def in_order() -> list[RoutingRule]:
    """Every rule, switched on or not, in the order in which they are tried."""
    return list(
        RoutingRule.objects.select_related(
            "category__parent", "area__parent__level", "area__level", "target_level", "target_unit"
        )
    )


def draw_up(rule: RoutingRule, change: Change, book: Sequence[RoutingRule]) -> list[RoutingRule]:
    """The book as it would be after *change* of *rule*, as rows that are not saved."""
    drawn = [_copy(one) for one in book]
    at = next(index for index, one in enumerate(drawn) if one.pk == rule.pk)
    if change in (Change.ON, Change.OFF):
        drawn[at].active = change == Change.ON
        return drawn
    other = at - 1 if change == Change.UP else at + 1
    if 0 <= other < len(drawn):
        drawn[at].rank, drawn[other].rank = drawn[other].rank, drawn[at].rank
        drawn[at], drawn[other] = drawn[other], drawn[at]
    return drawn


def written_in(draft: RoutingRule, book: Sequence[RoutingRule]) -> list[RoutingRule]:
    """The book with *draft* in place of the rule it was made from; one that is new stands where it can still fire."""
    if any(one.pk == draft.pk for one in book if draft.pk):
        return [draft if one.pk == draft.pk else one for one in book]
    at = first_place(draft, book)
    return [*book[:at], draft, *book[at:]]


def first_place(draft: RoutingRule, book: Sequence[RoutingRule]) -> int:
    """The index in *book* at which a new rule goes: before the first rule that would leave it nothing, else last."""
    wanted = _asked(draft)
    for index, rule in enumerate(book):
        above = _asked(rule) if rule.active else None
        if wanted and above and _takers([above, wanted])[1]:
            return index
    return len(book)


def active(book: Iterable[RoutingRule]) -> list[RoutingRule]:
    return [rule for rule in book if rule.active]


# ---- What was rehearsed is what is done ----


def seal(by: User, *proposed: Iterable[Model]) -> str:
    """A seal on what was shown to *by*: the book and the levels as they are, and the rows as they would be."""
    stored: list[Iterable[Model]] = [RoutingRule.objects.order_by("pk"), ServiceLevel.objects.order_by("pk")]
    rows = [[_plain(row) for row in part] for part in (*stored, *proposed)]
    return salted_hmac("caseworks.rulebook", f"{by.pk}:{json.dumps(rows)}", algorithm="sha256").hexdigest()


def fits(given: str, by: User, *proposed: Iterable[Model]) -> bool:
    return constant_time_compare(given, seal(by, *proposed))


def _plain(row: Model) -> list[str]:
    # In text, because what a form gives and what the table gives differ in type alone.
    return [str(getattr(row, field.attname) or "") for field in row._meta.concrete_fields]


def _copy(rule: RoutingRule) -> RoutingRule:
    """The same row again, unsaved, with what was looked up for it."""
    twin = RoutingRule(**{field.attname: getattr(rule, field.attname) for field in rule._meta.concrete_fields})
    for name in ("category", "area", "target_level", "target_unit"):
        setattr(twin, name, getattr(rule, name))
    return twin


# ---- Doing it ----


def make(rule: RoutingRule, change: Change, by: User, *, sealed: str) -> RoutingRule:
    """Do to *rule* what was rehearsed. Raises Changed where the book is not the one that was shown."""
    with transaction.atomic():
        list(RoutingRule.objects.select_for_update().order_by("pk"))
        book = in_order()
        drawn = draw_up(rule, change, book)
        if not fits(sealed, by, drawn):
            raise Changed
        before = {one.pk: (one.rank, one.active) for one in book}
        touched = [one for one in drawn if (one.rank, one.active) != before[one.pk]]
        _save_ranks(touched)
        for one in touched:
            audit.record(by, f"routingrule.{change.value}", one, fields=["active" if len(touched) == 1 else "rank"])
    return RoutingRule.objects.get(pk=rule.pk)


def write(draft: RoutingRule, by: User, changed: Iterable[str]) -> RoutingRule:
    """Save a rule as it was written; call it in the transaction that has checked the seal. A new one gets its place."""
    with transaction.atomic():
        new = draft.pk is None
        if new:
            book = in_order()
            draft.rank = _room(book, first_place(draft, book))
        draft.save()
        audit.record(by, f"routingrule.{'add' if new else 'change'}", draft, fields=sorted(changed))
        # Whatever was wrong with it was wrong with what it said before.
        troubles.settle(draft, timezone.now())
    return draft


def _room(book: Sequence[RoutingRule], index: int) -> int:
    """A free number for a rule at *index*; where two follow each other without a gap, the rest moves on."""
    before = book[index - 1].rank if index else 0
    if index == len(book):
        return before + GAP
    after = book[index].rank
    if after - before > 1:
        return before + (after - before) // 2
    for rule in reversed(book[index:]):
        rule.rank += GAP
        rule.save(update_fields=["rank"])
    return after


def _save_ranks(touched: Sequence[RoutingRule]) -> None:
    if len(touched) > 1:
        # Two rules trade numbers that nobody may hold twice.
        free = (RoutingRule.objects.order_by("-rank").values_list("rank", flat=True).first() or 0) + 1
        RoutingRule.objects.filter(pk=touched[0].pk).update(rank=free)
        touched = touched[::-1] if touched[0].rank == touched[-1].rank else [*touched[1:], touched[0]]
    for rule in touched:
        rule.save(update_fields=["rank", "active"])


# ---- Reading it ----


@dataclass(frozen=True)
class Reading:
    """A rule and what is to be said of it. `above` are the numbers of the rules that leave it nothing to take."""

    rule: RoutingRule
    number: int
    above: tuple[int, ...] = ()
    problem: str = ""


def read(book: Sequence[RoutingRule]) -> list[Reading]:
    """Every rule with its number in the book, whether the rules above it leave it anything, and whom it finds."""
    asked = {number: conditions for number, rule in enumerate(book, 1) if (conditions := _asked(rule))}
    numbers = [number for number in asked if book[number - 1].active]
    taken = dict(zip(numbers, _takers([asked[number] for number in numbers]), strict=True))
    staffing = _Staffing()
    return [
        Reading(
            rule,
            number,
            tuple(numbers[index] for index in taken.get(number, ())),
            staffing.problem(rule) if number in asked else _("It breaks and is left out: write it anew."),
        )
        for number, rule in enumerate(book, 1)
    ]


def _asked(rule: RoutingRule) -> precedence.Conditions | None:
    """What a rule asks; None for one that cannot be read."""
    try:
        return routing.conditions(rule)
    except ValueError:
        return None


def _takers(rules: Sequence[precedence.Conditions]) -> list[tuple[int, ...]]:
    return precedence.takers(rules, WORLD)


class _Staffing:
    """Who holds which posts today, as far as rules ask: two queries for a whole book."""

    def __init__(self) -> None:
        posts = Post.objects.current().order_by()
        areas = posts.filter(role__in=LIAISONS, area__isnull=False)
        self._ranks = dict(areas.values_list("area__level__rank", "area__level").distinct())
        self._units = set(posts.filter(unit__isnull=False).values_list("unit", flat=True).distinct())
        self._areas = areas

    def problem(self, rule: RoutingRule) -> str:
        """Why what *rule* says cannot be followed, in a sentence; empty where it can."""
        if rule.target_unit is not None:
            if not rule.target_unit.active:
                return _("%(unit)s is no longer in use.") % {"unit": rule.target_unit}
            if rule.target_unit_id not in self._units:
                return _("Nobody has a post at %(unit)s: what is sent there is not seen.") % {"unit": rule.target_unit}
            return ""
        level = rule.target_level
        if level is None:
            return _("It says neither a level nor a unit.")
        if self._held(rule, level.pk):
            return ""
        if any(rank < level.rank for rank in self._ranks):
            return _("Nobody holds a post at “%(level)s”: it goes to the level above.") % {"level": level}
        return _("Nobody holds a post at “%(level)s” or above: it waits in the dispatch queue.") % {"level": level}

    def _held(self, rule: RoutingRule, level: int) -> bool:
        if rule.area is None:
            return level in self._ranks.values()
        around = self._areas.filter(area__level=level)
        return around.filter(within([rule.area.path or ""], "area__") | Q(area__in=rule.area.ancestor_ids())).exists()


def target_in_words(rule: RoutingRule) -> str:
    """Where a rule sends what it takes: a unit, or a level and a role."""
    if rule.target_unit:
        return rule.target_unit.name
    if rule.target_level is None:
        return _("Nowhere")
    if not rule.target_role:
        return str(rule.target_level)
    return f"{rule.target_level} · {Role(rule.target_role).label}"


def conditions_in_words(rule: RoutingRule) -> list[tuple[str, str]]:
    """What a rule asks, as (what, which) pairs; none where it takes everything."""
    asked: list[tuple[str, str]] = []
    if rule.category:
        parent = rule.category.parent
        asked.append((_("category"), f"{parent} › {rule.category}" if parent else str(rule.category)))
    if rule.area:
        asked.append((_("area"), rule.area.long_name))
    if rule.kind:
        asked.append((_("kind of household"), rule.get_kind_display()))
    if rule.tier:
        asked.append((_("service tier"), rule.get_tier_display()))
    if rule.urgency:
        asked.append((_("urgency"), rule.get_urgency_display()))
    if rule.channel:
        asked.append((_("channel"), rule.get_channel_display()))
    return asked
