"""Every figure of the office's reports, each defined once.

A figure is a selection of rows: the number on a page, the number in a file and the list behind both are the same
queryset, counted or shown. Whoever adds one writes a function here and says in one sentence what counts; that
sentence is printed with every report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Expression, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from caseworks.models import (
    Case,
    CaseLink,
    FollowUp,
    IncidentHousehold,
    LinkKind,
    Satisfaction,
    Solved,
    Suggestion,
    TimelineEntry,
)
from caseworks.reports.dimensions import COMMUNITY, in_areas
from caseworks.reports.months import Month
from caseworks.sampling import ALWAYS, ASKED, Choice
from caseworks.states import Status, Verb
from caseworks.suggestion_states import ADOPTING, Decision
from outreach.campaign_states import CampaignState
from outreach.models import CampaignTarget, TargetOutcome, TaskState, Visit, VisitTask
from outreach.models.visits import REACHED
from people.models import AreaLevel, Household, Membership

if TYPE_CHECKING:
    from people.models import User

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Subject:
    """A kind of row that is counted.

    `visible_to` the rows in a user's scope; `columns` the column (or expression) for each dimension it can be broken
    down by; `order` how a list of them runs, page by page; `shown_with` the records a list shows beside them.
    """

    name: str
    visible_to: Callable[[User], Rows]
    columns: Mapping[str, str | Expression]
    order: tuple[str, ...]
    shown_with: tuple[str, ...]


CASES = Subject(
    "cases",
    lambda user: Case.objects.visible_to(user),
    {"channel": "channel", "category": "category", "community": "area", "level": "resolved_level__code"},
    ("-registered_at", "-pk"),
    ("category", "area__parent", "handling_area", "unit"),
)
VISITS = Subject(
    "visits",
    lambda user: Visit.objects.visible_to(user),
    {"community": "household__area", "tier": "household__tier"},
    ("-at", "-pk"),
    ("household__head", "household__area__parent", "by"),
)
HOUSEHOLDS = Subject(
    "households",
    lambda user: Household.objects.visible_to(user),
    {"community": "area", "kind": "kind", "tier": "tier"},
    ("area__path", "address_key", "pk"),
    ("head", "area__parent"),
)
MEMBERS = Subject(
    "members",
    lambda user: Membership.objects.filter(in_areas(user, "household__area")),
    {"community": "household__area", "kind": "household__kind"},
    ("household__area__path", "pk"),
    ("resident", "household__area__parent"),
)
INCIDENT_HOUSEHOLDS = Subject(
    "incident_households",
    lambda user: IncidentHousehold.objects.visible_to(user).filter(household__isnull=False),
    {"community": "household__area"},
    ("household__area__path", "pk"),
    ("household__head", "household__area__parent", "incident__case"),
)
TASKS = Subject(
    "tasks",
    lambda user: VisitTask.objects.visible_to(user),
    {"community": "household__area", "tier": "household__tier"},
    ("due_on", "pk"),
    ("household__head", "household__area__parent"),
)

TARGETS = Subject(
    "targets",
    lambda user: CampaignTarget.objects.visible_to(user),
    {"community": "household__area"},
    ("campaign__pk", "pk"),
    ("campaign", "resident", "household__head", "household__area__parent", "by"),
)

SUGGESTIONS = Subject(
    "suggestions",
    lambda user: Suggestion.objects.visible_to(user),
    {"community": "area"},
    ("-raised_at", "-pk"),
    ("area__parent", "area__level"),
)


@dataclass(frozen=True)
class Figure:
    """One figure. `select` narrows rows of its subject to those that count in a month."""

    key: str
    label: Promise
    definition: Promise
    subject: Subject
    select: Callable[[Rows, Month], Rows]

    def rows(self, user: User, month: Month) -> Rows:
        """The rows that the figure counts, in the user's scope."""
        return self.select(self.subject.visible_to(user), month)


FIGURES: dict[str, Figure] = {}


def figure(subject: Subject, label: Promise, definition: Promise) -> Callable[[Callable[[Rows, Month], Rows]], Figure]:
    """Make the figure of a function from rows and a month to the rows that count; its name is the figure's key."""

    def define(select: Callable[[Rows, Month], Rows]) -> Figure:
        key = select.__name__
        FIGURES[key] = Figure(key, label, definition, subject, select)
        return FIGURES[key]

    return define


# ---- Cases: coming in, due, done ----


@figure(
    CASES,
    _("Received"),
    _("Cases registered in the month, those merged into another included; not those whose splitting was undone."),
)
def received(cases: Rows, month: Month) -> Rows:
    undone = CaseLink.objects.filter(case=OuterRef("pk"), kind=LinkKind.SPLIT, undone_at__isnull=False)
    return cases.filter(~Exists(undone), **month.holds("registered_at"))


@figure(CASES, _("Incidents"), _("Of the cases received in the month, those that stand for many households."))
def incidents(cases: Rows, month: Month) -> Rows:
    return received.select(cases, month).filter(incident__isnull=False)


@figure(
    INCIDENT_HOUSEHOLDS,
    _("Households of incidents"),
    _("Households that the incidents received in the month reach; one that two of them reach counts twice."),
)
def incident_households(rows: Rows, month: Month) -> Rows:
    return rows.filter(**month.holds("incident__case__registered_at"))


@figure(
    CASES,
    _("Contact due"),
    _(
        "Cases whose limit for the first contact ended in the month, whenever they were registered; "
        "not those merged into another."
    ),
)
def contact_due(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("contact_due_at")).exclude(status=Status.MERGED)


@figure(
    CASES,
    _("Contacted in time"),
    _("Of those, the cases accepted, answered or resolved, or whose caller was spoken to, within that limit."),
)
def contacted(cases: Rows, month: Month) -> Rows:
    return contact_due.select(cases, month).filter(contacted_at__lte=F("contact_due_at"))


@figure(
    CASES,
    _("Cases due"),
    _(
        "Cases whose deadline lies in the month; a suspended case has none until it is resumed, "
        "one merged into another shares that one's."
    ),
)
def due(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("due_at")).exclude(status=Status.MERGED)


@figure(CASES, _("On time"), _("Of the cases due in the month, those resolved at or before their deadline."))
def on_time(cases: Rows, month: Month) -> Rows:
    return due.select(cases, month).filter(resolved_at__lte=F("due_at"))


@figure(CASES, _("Overdue"), _("Of the cases due in the month, those not resolved by their deadline."))
def late(cases: Rows, month: Month) -> Rows:
    return due.select(cases, month).filter(Q(resolved_at__isnull=True) | Q(resolved_at__gt=F("due_at")))


@figure(
    CASES,
    _("Resolved"),
    _("Cases resolved in the month; one that was reopened since counts when it is resolved again."),
)
def resolved(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("resolved_at"))


@figure(
    CASES,
    _("Resolved by grid groups and communities"),
    _(
        "Of the cases resolved in the month, those resolved at the community or below it; a case of a unit counts at "
        "the level that handed it there."
    ),
)
def resolved_near(cases: Rows, month: Month) -> Rows:
    community = AreaLevel.objects.filter(code=COMMUNITY).values("rank")[:1]
    return resolved.select(cases, month).filter(resolved_level__rank__gte=Subquery(community))


@figure(CASES, _("Closed"), _("Cases closed in the month and still closed."))
def closed(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("closed_at"))


# ---- Cases: what callers say afterwards ----


@figure(
    CASES,
    _("To be asked"),
    _(
        "Of the cases resolved in the month, those whose caller is asked: every one of the category or drawn by lot, "
        "and always those reopened, supervised or of a caller not satisfied before."
    ),
)
def to_ask(cases: Rows, month: Month) -> Rows:
    return resolved.select(cases, month).filter(follow_up_choice__in=ASKED)


@figure(
    CASES,
    _("Left out by lot"),
    _("Of the cases resolved in the month, those whose category asks only a share of its callers, and not this one."),
)
def not_drawn(cases: Rows, month: Month) -> Rows:
    return resolved.select(cases, month).filter(follow_up_choice=Choice.NOT_DRAWN)


def _answers(month: Month, question: str) -> QuerySet[FollowUp]:
    """Answers of the month to one question; a ledger may have asked only one of the two."""
    return FollowUp.objects.filter(reached=True, **month.holds("at")).exclude(**{question: ""})


def _answered(cases: Rows, month: Month, question: str) -> Rows:
    return cases.filter(pk__in=_answers(month, question).values("case"))


def _answered_last(cases: Rows, month: Month, question: str, *answers: str) -> Rows:
    mine = _answers(month, question).filter(case=OuterRef("pk"))
    last = Subquery(mine.order_by("-at", "-pk").values(question)[:1])
    return _answered(cases, month, question).alias(last_answer=last).filter(last_answer__in=answers)


@figure(
    CASES,
    _("Asked whether solved"),
    _("Cases whose caller said in the month whether it is solved; the last answer in the month counts."),
)
def asked(cases: Rows, month: Month) -> Rows:
    return _answered(cases, month, "solved")


@figure(CASES, _("Solved"), _("Of the cases asked about, those whose caller says it is solved, not partly solved."))
def solved(cases: Rows, month: Month) -> Rows:
    return _answered_last(cases, month, "solved", Solved.YES)


@figure(
    CASES,
    _("Asked whether satisfied"),
    _("Cases whose caller said in the month whether he is satisfied; the last answer in the month counts."),
)
def rated(cases: Rows, month: Month) -> Rows:
    return _answered(cases, month, "satisfaction")


@figure(CASES, _("Satisfied"), _("Of the cases asked about, those whose caller is satisfied or fairly satisfied."))
def satisfied(cases: Rows, month: Month) -> Rows:
    return _answered_last(cases, month, "satisfaction", Satisfaction.SATISFIED, Satisfaction.FAIRLY)


def _unpicked(cases: Rows) -> Rows:
    """Without those that are asked whatever the lot says: they are the worst, and would make a sample look worse."""
    return cases.exclude(follow_up_choice__in=ALWAYS)


@figure(
    CASES,
    _("Asked whether satisfied, by lot"),
    _(
        "Of the cases asked about, those of categories that ask everybody or whose caller was drawn by lot; without "
        "those always asked: reopened, supervised, or of a caller not satisfied before."
    ),
)
def rated_by_lot(cases: Rows, month: Month) -> Rows:
    return _unpicked(rated.select(cases, month))


@figure(
    CASES,
    _("Satisfied, by lot"),
    _("Of those, the cases whose caller is satisfied or fairly satisfied."),
)
def satisfied_by_lot(cases: Rows, month: Month) -> Rows:
    return _unpicked(satisfied.select(cases, month))


# ---- Cases: what happened to them on the way ----


def _with(cases: Rows, month: Month, verb: Verb) -> Rows:
    return cases.filter(pk__in=TimelineEntry.objects.filter(verb=verb, **month.holds("at")).values("case"))


@figure(CASES, _("Cases returned"), _("Cases returned at least once in the month."))
def returned(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.RETURN)


@figure(CASES, _("Re-routed"), _("Cases handed to somebody else at least once in the month."))
def rerouted(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.REROUTE)


@figure(CASES, _("Suspended"), _("Cases whose clock was stopped at least once in the month."))
def suspended(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.SUSPEND)


@figure(CASES, _("Extended"), _("Cases that were given more time at least once in the month."))
def extended(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.GRANT)


@figure(CASES, _("Urged"), _("Cases urged at least once in the month."))
def urged(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.URGE)


@figure(CASES, _("Reopened"), _("Cases reopened at least once in the month."))
def reopened(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.REOPEN)


# ---- Households, and who called on them ----


def _looked_after(month: Month, prefix: str = "") -> Q:
    """Entered before the end of the month, and not ended by then; *prefix* leads from the row to its household."""
    there = Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gt": month.last})
    return there & Q(**{f"{prefix}created_at__lt": month.end})


@figure(
    HOUSEHOLDS,
    _("Households"),
    _("Households entered by the end of the month and not ended by then, by their kind and area of today."),
)
def households(rows: Rows, month: Month) -> Rows:
    return rows.filter(_looked_after(month))


@figure(
    MEMBERS,
    _("Residents"),
    _("Living members of those households at the end of the month; who belongs to two households counts in both."),
)
def residents(members: Rows, month: Month) -> Rows:
    return members.filter(
        _looked_after(month, "household__"),
        Q(since__isnull=True) | Q(since__lte=month.last),
        Q(until__isnull=True) | Q(until__gt=month.last),
        Q(resident__died_on__isnull=True) | Q(resident__died_on__gt=month.last),
        resident__created_at__lt=month.end,
    )


@figure(VISITS, _("Visits made"), _("Contacts recorded for the month in any form, those that met nobody included."))
def visits_made(visits: Rows, month: Month) -> Rows:
    return visits.filter(**month.holds("at"))


@figure(VISITS, _("Visits that reached somebody"), _("Of the visits made, those that met somebody."))
def visits_reached(visits: Rows, month: Month) -> Rows:
    return visits_made.select(visits, month).filter(outcome__in=REACHED)


@figure(HOUSEHOLDS, _("Households reached"), _("Households that at least one visit of the month reached."))
def households_reached(rows: Rows, month: Month) -> Rows:
    met = Visit.objects.filter(household=OuterRef("pk"), outcome__in=REACHED, **month.holds("at"))
    return rows.filter(Exists(met))


@figure(
    TASKS,
    _("Visits due"),
    _("Visits due on a day of the month that is over, except those called off, or whose household had left by then."),
)
def visits_due(tasks: Rows, month: Month) -> Rows:
    due = tasks.filter(**month.holds_days("due_on")).exclude(state=TaskState.CANCELLED)
    return due.exclude(~Q(state=TaskState.DONE), household__ended_on__lte=F("due_on"))


@figure(TASKS, _("Visits done"), _("Of the visits due in the month, those done by now."))
def visits_done(tasks: Rows, month: Month) -> Rows:
    return visits_due.select(tasks, month).filter(state=TaskState.DONE)


@figure(TASKS, _("Visits missed"), _("Of the visits due in the month, those not done by now."))
def visits_missed(tasks: Rows, month: Month) -> Rows:
    return visits_due.select(tasks, month).exclude(state=TaskState.DONE)


# ---- Campaigns ----


@figure(
    TARGETS,
    _("Campaign targets"),
    _("Lines on the lists of campaigns closed in the month, those left out at the launch not included."),
)
def campaign_targets(targets: Rows, month: Month) -> Rows:
    closed = targets.filter(campaign__state=CampaignState.CLOSED, **month.holds("campaign__closed_at"))
    return closed.exclude(outcome=TargetOutcome.LEFT_OUT)


@figure(TARGETS, _("Campaign targets reached"), _("Of the campaign targets, those that were reached."))
def campaign_reached(targets: Rows, month: Month) -> Rows:
    return campaign_targets.select(targets, month).filter(outcome=TargetOutcome.REACHED)


@figure(TARGETS, _("Campaign targets missed"), _("Of the campaign targets, those that were not reached."))
def campaign_missed(targets: Rows, month: Month) -> Rows:
    return campaign_targets.select(targets, month).filter(outcome=TargetOutcome.MISSED)


@figure(TARGETS, _("Campaign targets given something"), _("Of the campaign targets reached, those that got something."))
def campaign_given(targets: Rows, month: Month) -> Rows:
    return campaign_reached.select(targets, month).filter(Q(gifts__gt=0) | Q(money__gt=0))


# ---- Suggestions ----


@figure(SUGGESTIONS, _("Suggestions received"), _("Suggestions taken down in the month."))
def suggestions_received(suggestions: Rows, month: Month) -> Rows:
    return suggestions.filter(**month.holds("raised_at"))


@figure(
    SUGGESTIONS,
    _("Suggestions judged"),
    _("Suggestions on which a supervisor decided in the month, whenever they were taken down."),
)
def suggestions_judged(suggestions: Rows, month: Month) -> Rows:
    return suggestions.filter(**month.holds("judged_at"))


def _decided(suggestions: Rows, month: Month, *decisions: str) -> Rows:
    return suggestions_judged.select(suggestions, month).filter(decision__in=decisions)


@figure(SUGGESTIONS, _("Adopted"), _("Of the suggestions judged in the month, those adopted as a whole."))
def suggestions_adopted(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, Decision.ADOPTED)


@figure(SUGGESTIONS, _("Adopted in part"), _("Of the suggestions judged in the month, those adopted in part."))
def suggestions_partly(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, Decision.PARTLY)


@figure(SUGGESTIONS, _("Declined"), _("Of the suggestions judged in the month, those declined, with the reason."))
def suggestions_declined(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, Decision.DECLINED)


@figure(
    SUGGESTIONS,
    _("Adopted, wholly or in part"),
    _("Of the suggestions judged in the month, those adopted as a whole or in part."),
)
def suggestions_taken_up(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, *ADOPTING)


@figure(SUGGESTIONS, _("Suggestions answered"), _("Suggestions whose proposer was given the answer in the month."))
def suggestions_answered(suggestions: Rows, month: Month) -> Rows:
    return suggestions.filter(**month.holds("answered_at"))


@dataclass(frozen=True)
class Rate:
    """A share of one figure in another; the rows of `part` are always among those of `whole`."""

    key: str
    label: Promise
    part: Figure
    whole: Figure


RESPONSE = Rate("response", _("Response rate"), contacted, contact_due)
RESOLUTION = Rate("resolution", _("Resolution rate"), solved, asked)
SATISFACTION = Rate("satisfaction", _("Satisfaction rate"), satisfied, rated)
BY_LOT = Rate("by_lot", _("Satisfaction rate, by lot"), satisfied_by_lot, rated_by_lot)
SAMPLED = Rate("sampled", _("Share to be asked"), to_ask, resolved)
ON_TIME = Rate("on_time", _("On-time rate"), on_time, due)
NEAR = Rate("near", _("Resolved by grid groups and communities"), resolved_near, resolved)
VISITED = Rate("visited", _("Visits done rate"), visits_done, visits_due)

ADOPTION = Rate("adoption", _("Adoption share"), suggestions_taken_up, suggestions_judged)

RATES = (RESPONSE, SAMPLED, RESOLUTION, SATISFACTION, BY_LOT, ON_TIME, NEAR, VISITED, ADOPTION)

MEDIAN_LABEL = _("Days to resolve (median)")
MEDIAN_DEFINITION = _(
    "Working days after the day of registration up to the day of resolving, of the cases resolved in the month: "
    "half took no longer."
)
