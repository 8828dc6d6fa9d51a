"""A category set up as a whole: what it is called, its limits, its usual route; tried on real cases before it is saved.

A case keeps the limits with which it began. Only where the manager asks for it do the open ones take the new ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import clocks, rehearsal, routing, rulebook, timeline
from caseworks.deadlines import Limit
from caseworks.models import Case, Category, RoutingRule, ServiceLevel, Urgency
from caseworks.rehearsal import Outcome, Rehearsal, Setup, Trial
from caseworks.states import Verb
from outreach.working_days import load_calendar
from people import audit
from people.criteria import HouseholdFacts
from people.models import Area, AreaLevel, Organisation, User
from people.names import search_tokens

# Stands for the primary key of a category that is not saved yet; no row has it.
NEW = 0
MOST_TRIED = 20
# What a level says, in the order of the page; the first three are the deadlines of a case.
DEADLINES = ("contact", "handling", "redo")
WRITTEN = (*DEADLINES, "co_handling", "return_within", "extensions", "extension_days")
# What was written of a level, column by column; None or empty where it is left to what holds otherwise.
Given = dict[str, str | int | None]


@dataclass(frozen=True)
class Target:
    """Where cases of a category usually go: to the liaison at a level, in a role or in any, or to a unit."""

    level: AreaLevel | None = None
    role: str = ""
    unit: Organisation | None = None


@dataclass(frozen=True)
class Sample:
    """A request made up to try a category: it comes now."""

    area: Area | None
    channel: str
    urgency: str
    household: HouseholdFacts


@dataclass(frozen=True)
class Tried:
    """What would become of one request. `number` is empty for one that was made up."""

    number: str
    area: str
    urgency: str
    received_at: datetime
    outcome: Outcome
    due_at: datetime | None


@dataclass
class Proposal:
    """A category, or the limits of every category where it is None, as they would be: rows that are not saved.

    `levels` are the limits of its own; `own_rule` its route as stored, `route` the one proposed.
    """

    category: Category | None
    levels: list[ServiceLevel]
    own_rule: RoutingRule | None = None
    route: RoutingRule | None = None
    in_force: Setup = field(default_factory=rehearsal.in_force)

    @property
    def key(self) -> int | None:
        return self.category.pk if self.category else None

    def setup(self) -> Setup:
        """Everything as it would be with this category."""
        levels = [level for level in self.in_force.levels if level.category_id != self.key]
        return Setup(self._rules(), [*levels, *self.levels])

    def _rules(self) -> Sequence[RoutingRule]:
        if self.category is None or (self.route is None and self.own_rule is None):
            return self.in_force.rules
        book = rulebook.in_order()
        if self.route is not None:
            return rulebook.active(rulebook.written_in(self.route, book))
        return [rule for rule in rulebook.active(book) if rule != self.own_rule]

    def touches(self, outcome: Outcome) -> bool:
        """Whether a request was sent there by this category's limits or its route."""
        if outcome.route.rule is not None and outcome.route.rule in (self.own_rule, self.route):
            return True
        return outcome.level is not None and outcome.level.category_id == self.key

    def rows(self) -> list[Iterable[Any]]:
        """The rows that are proposed, for the seal."""
        routes = [rule for rule in (self.own_rule, self.route) if rule is not None]
        return [[self.category] if self.category else [], self.levels, routes]


@dataclass(frozen=True)
class Saved:
    """What was saved, and how many open cases took the new limits, how many deadlines moved by that."""

    category: Category | None
    taken: int = 0
    moved: int = 0


def draw_up(category: Category | None, limits: dict[str, Given], target: Target | None = None) -> Proposal:
    """A proposal from what a form says: *limits* by urgency, all empty for one that is left to what holds elsewhere.

    *category* is a row as the form would save it. What the form leaves empty of a level comes from the one that would
    hold otherwise.
    """
    proposal = Proposal(category, [])
    if category is not None:
        if category._state.adding:
            category.pk = NEW
            category.position = (Category.objects.aggregate(last=Max("position"))["last"] or 0) + 10
        else:
            proposal.own_rule = own_rule(category)
        category.search = search_tokens(category.name)[:200]
        if target is not None:
            proposal.route = _route(category, target, proposal.own_rule)
    written = {urgency: given for urgency, given in limits.items() if any(map(_is_given, given.values()))}
    proposal.levels = [_level(proposal, urgency, given) for urgency, given in written.items()]
    return proposal


def own_rule(category: Category) -> RoutingRule | None:
    """The rule that says nothing but where cases of *category* go: the first such one in force."""
    alone = RoutingRule.objects.for_categories().filter(category=category)
    return alone.select_related("target_level", "target_unit").first()


def levels_of(category: Category | None) -> dict[str, ServiceLevel]:
    """The limits of a category's own, by urgency; those of every category for None."""
    wanted = {"category": category} if category else {"category__isnull": True}
    return {level.urgency: level for level in ServiceLevel.objects.filter(**wanted)}


def _route(category: Category, target: Target, own: RoutingRule | None) -> RoutingRule:
    route = RoutingRule(category=category, target_level=target.level, target_role=target.role, target_unit=target.unit)
    if own is None:
        with override(settings.LANGUAGE_CODE):
            to = rulebook.target_in_words(route)
            route.name = (_("%(category)s to %(target)s") % {"category": category.name, "target": to})[:80]
        return route
    route.pk, route.rank, route.name = own.pk, own.rank, own.name
    return route


def _level(proposal: Proposal, urgency: str, given: Given) -> ServiceLevel:
    levels = proposal.in_force.levels
    own = next((x for x in levels if x.category_id == proposal.key and x.urgency == urgency), None)
    drawn = ServiceLevel(pk=own.pk if own else None, category=proposal.category, urgency=urgency)
    for name, usual in usual_limits(proposal.category, urgency, levels).items():
        value = given.get(name)
        setattr(drawn, name, value if _is_given(value) else usual)
    return drawn


def usual_limits(category: Category | None, urgency: str, levels: Iterable[ServiceLevel]) -> Given:
    """What holds for a category that says nothing of its own."""
    # Behind those of every category stands nothing but what the office is born with.
    others = [x for x in levels if category and (x.category_id is None or x.category_id != category.pk)]
    usual = clocks.level_for(category, urgency, others) or ServiceLevel(**clocks.FALLBACK)
    return {name: getattr(usual, name) for name in WRITTEN}


def _is_given(value: str | int | None) -> bool:
    return value is not None and value != ""


# ---- Tried ----


def try_out(user: User, proposal: Proposal, sample: Sample | None) -> list[Tried]:
    """What would become of a made-up request, and of the latest real cases were they of this category."""
    trial = Trial(proposal.setup())
    tried: list[Tried] = []
    if sample is not None:
        request = routing.Request(proposal.category, sample.channel, sample.area, sample.urgency, sample.household)
        tried.append(_tried(trial, request, timezone.now(), ""))
    for case in latest(user, proposal):
        category = proposal.category if proposal.category is not None else case.category
        whose = routing.sort_of(case.household)
        request = routing.Request(category, case.channel, case.area, case.urgency, whose)
        tried.append(_tried(trial, request, case.registered_at, case.number))
    return tried


def _tried(trial: Trial, request: routing.Request, at: datetime, number: str) -> Tried:
    outcome = trial.send(request)
    area = request.area.long_name if request.area else ""
    urgency = str(Urgency(request.urgency).label)
    return Tried(number, area, urgency, at, outcome, trial.due(outcome.limits["handling"], at))


def latest(user: User, proposal: Proposal) -> list[Case]:
    """The last twenty cases of the category, else of the one it is part of, else of any, in the user's reach."""
    cases = rehearsal.cases_for(user).select_related("area__parent", "area__level").order_by("-registered_at", "-pk")
    category = proposal.category
    if category is not None:
        for wanted in (category.pk, category.parent_id):
            if wanted and (found := list(cases.filter(category=wanted)[:MOST_TRIED])):
                return found
    return list(cases[:MOST_TRIED])


def rehearse(user: User, proposal: Proposal) -> Rehearsal:
    """What the proposal would have made of last month's cases."""
    changed = {proposal.category.pk: proposal.category} if proposal.category else {}
    return rehearsal.rehearse(user, proposal.setup(), proposal.touches, today=proposal.in_force, categories=changed)


def open_cases(proposal: Proposal) -> list[Case]:
    """The open cases that began with other limits than the proposal would give them."""
    trial, found = Trial(proposal.setup()), []
    cases = Case.objects.open().select_related("category").order_by("pk")
    if proposal.category is not None:
        cases = cases.filter(Q(category=proposal.key) | Q(category__parent=proposal.key))
    for case in cases.only("category", "urgency", "limits", "channel", "area").iterator(500):
        category = proposal.category if case.category_id == proposal.key and proposal.category else case.category
        wanted = clocks.limits_of(trial.level(category, case.urgency))
        if _differs(case, wanted):
            found.append(case)
    return found


def _differs(case: Case, wanted: clocks.Limits) -> bool:
    # A deadline that a ledger brought with it is nobody's to derive.
    return "given" not in case.limits and any(case.limits.get(name) != wanted[name] for name in DEADLINES)  # type: ignore[literal-required]


# ---- Saved ----


def save(proposal: Proposal, by: User, *, sealed: str, also_open: bool = False) -> Saved:
    """Save what was tried, in one transaction. Raises rulebook.Changed where it is not what was shown."""
    with transaction.atomic():
        list(ServiceLevel.objects.select_for_update().order_by("pk"))
        if not rulebook.fits(sealed, by, *proposal.rows()):
            raise rulebook.Changed
        if proposal.category is not None:
            _save_category(proposal.category, by)
        _save_levels(proposal, by)
        _save_route(proposal, by)
        taken, moved = _take_over(proposal, by) if also_open else (0, 0)
    return Saved(proposal.category, taken, moved)


def _save_category(category: Category, by: User) -> None:
    new = category.pk == NEW
    if new:
        category.pk = None
    category.save()
    audit.record(by, f"category.{'add' if new else 'change'}", category)


def _save_levels(proposal: Proposal, by: User) -> None:
    stored = levels_of(proposal.category)
    for level in proposal.levels:
        level.category = proposal.category  # it has its primary key only now
        before = stored.pop(level.urgency, None)
        columns = [f.attname for f in level._meta.concrete_fields]
        changed = [name for name in columns if before is None or getattr(before, name) != getattr(level, name)]
        if changed:
            level.save()
            audit.record(by, f"servicelevel.{'change' if before else 'add'}", level, fields=sorted(changed))
    for level in stored.values():
        audit.record(by, "servicelevel.delete", level)
        level.delete()


def _save_route(proposal: Proposal, by: User) -> None:
    route, own = proposal.route, proposal.own_rule
    if route is not None:
        route.category = proposal.category
        target = ("target_level_id", "target_role", "target_unit_id")
        changed = [name for name in target if own is None or getattr(own, name) != getattr(route, name)]
        if changed:
            rulebook.write(route, by, changed)
    elif own is not None:
        own.active = False
        own.save(update_fields=["active"])
        audit.record(by, "routingrule.off", own, fields=["active"])


def _take_over(proposal: Proposal, by: User) -> tuple[int, int]:
    """Give the open cases the new limits: how many took them, and how many deadlines moved. Who has them stays."""
    keys = [case.pk for case in open_cases(Proposal(proposal.category, proposal.levels))]
    calendar, now = load_calendar(), timezone.now()
    moved, entries = 0, []
    cases = Case.objects.select_for_update(of=("self",)).select_related("category").filter(pk__in=keys)
    for case in cases.prefetch_related("pauses", "extensions").order_by("pk").iterator(200):
        due = case.due_at
        case.limits = {**case.limits, **clocks.limits_for(case.category, case.urgency)}
        clocks.wind(case, calendar)
        moved += case.due_at != due
        case.version += 1
        case.save(update_fields=["limits", "version", *clocks.FIELDS])
        timeline.add(case, Verb.NOTE, by=by, text=_what_moved(case, due), at=now)
        entries.append(audit.Entry(case, ["limits", *clocks.FIELDS]))
    audit.record_many(by, "case.limits", entries)
    return len(entries), moved


def _what_moved(case: Case, due: datetime | None) -> str:
    with override(settings.LANGUAGE_CODE):
        limit = Limit.parse(case.limits["handling"]).in_words()
        told = _("The limits of its category were changed for open cases too: handle within %(limit)s.")
        text = told % {"limit": limit}
        if case.due_at and due and case.due_at != due:
            before, after = (date_format(timezone.localtime(at), "DATETIME_FORMAT") for at in (due, case.due_at))
            text += " " + _("Deadline %(before)s → %(after)s.") % {"before": before, "after": after}
        return text
