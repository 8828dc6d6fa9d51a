"""The path of a case: the table against the verbs, and the verbs against a case that takes any path at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from caseworks import (
    approving,
    bulk,
    clocks,
    co_handling,
    extending,
    followup,
    incidents,
    intake,
    joining,
    moves,
    returning,
    sorting,
    suggestions,
    supervision,
    transferring,
    undoing,
    workflow,
)
from caseworks.models import Case, CaseLink, Category, CoHandling, Incident, LinkKind, Pause, Reached
from caseworks.moves import Act, NotPossible
from caseworks.routing import Route
from caseworks.states import OPEN, RUNNING, TRANSITIONS, Clock, Party, Status, Verb, moves_from
from people.audit import verify
from people.models import AuditEvent, User
from tests.cast import Cast, make_cast
from tests.factories import make_case, make_household

# How many steps the state machine takes, in stories of so many: CASEWORKS_STEPS=2000 for a long run.
STEPS, A_STORY = int(os.environ.get("CASEWORKS_STEPS", "192")), 16

Do = Callable[[Case, Act, Cast], Case]

DO: dict[Verb, Do] = {
    Verb.DISPATCH: lambda case, act, cast: workflow.dispatch(case, act, to=_to(cast)),
    Verb.REROUTE: lambda case, act, cast: workflow.reroute(case, act, to=_to(cast), text="改派"),
    Verb.ANSWER: lambda case, act, cast: workflow.answer(case, act, text="已答复"),
    Verb.ACCEPT: lambda case, act, cast: workflow.accept(case, act),
    Verb.RETURN: lambda case, act, cast: returning.send_back(case, act, reason="elsewhere"),
    Verb.SEND_STRAIGHT_BACK: lambda case, act, cast: returning.send_straight_back(case, act, text="电话是 0592"),
    Verb.ADJUDICATE: lambda case, act, cast: returning.adjudicate(case, act, to=_to(cast), text="按职责归你"),
    Verb.TRANSFER: lambda case, act, cast: transferring.transfer(case, act, to=_elsewhere(cast), text="归自来水公司"),
    Verb.APPROVE: lambda case, act, cast: approving.approve(case, act),
    Verb.SEND_BACK_TO_REDO: lambda case, act, cast: approving.send_back_to_redo(case, act, text="没有回复来电人"),
    Verb.NOTE: lambda case, act, cast: workflow.note(case, act, text="备注"),
    Verb.JOIN: lambda case, act, cast: intake.join(case, act, resident=None, name="陈", phone="13900001111"),
    Verb.CO_HANDLE: lambda case, act, cast: co_handling.ask_unit(case, act, unit=cast.water),
    Verb.OPINION: lambda case, act, cast: co_handling.give_opinion(case, act, text="可以修"),
    Verb.WAIVE: lambda case, act, cast: co_handling.waive(_unanswered(case), act, unit=cast.water, text="自行处理"),
    Verb.EXTEND: lambda case, act, cast: extending.ask(case, act, days=1, text="等配件"),
    Verb.GRANT: lambda case, act, cast: extending.grant(_asked(case, cast), act, text="同意"),
    Verb.REFUSE_EXTENSION: lambda case, act, cast: extending.refuse(_asked(case, cast), act, text="不同意"),
    Verb.SUSPEND: lambda case, act, cast: workflow.suspend(case, act, text="等配件"),
    Verb.RESUME: lambda case, act, cast: workflow.resume(case, act),
    Verb.URGE: lambda case, act, cast: workflow.urge(case, act),
    Verb.RESOLVE: lambda case, act, cast: workflow.resolve(case, act, text="修好了", solved="yes"),
    Verb.FOLLOW_UP: lambda case, act, cast: workflow.follow_up(
        case, act, reached=True, solved="no", satisfaction="not", redo=True
    ),
    Verb.ASK_AT_DOOR: lambda case, act, cast: followup.send_to_door(case, act, to=_elsewhere(cast)),
    Verb.CLOSE: lambda case, act, cast: workflow.close(case, act, text="本人撤回"),
    Verb.REQUEST_REOPEN: lambda case, act, cast: workflow.request_reopen(case, act, text="又坏了"),
    Verb.REOPEN: lambda case, act, cast: workflow.reopen(case, act),
    Verb.DECLINE_REOPEN: lambda case, act, cast: workflow.decline_reopen(case, act, text="理由不足"),
    Verb.SUGGESTION: lambda case, act, cast: suggestions.from_case(case, act, text="建议在此设点"),
    Verb.SORT: lambda case, act, cast: sorting.sort(case, act, kind="improvement", text="下周五前定方案"),
    Verb.DELIBERATE: lambda case, act, cast: sorting.deliberate(
        case, act, held_on=timezone.localdate(), participants="居民代表12人", minutes="逐户说明", decision="加装"
    ),
    Verb.RECATEGORISE: lambda case, act, cast: bulk.recategorise(case, act, category=_other_category(case)),
    Verb.INCIDENT: lambda case, act, cast: incidents.declare(case, act, text="整栋停水"),
    Verb.AFFECTED: lambda case, act, cast: incidents.add(
        _incident(case), act, households=[make_household(cast.group)], how=Reached.AREA
    ),
    Verb.MERGE: lambda case, act, cast: joining.merge(case, act, into=make_case(cast.operator, cast.group)),
    Verb.SPLIT: lambda case, act, cast: joining.split(case, act, parts=[joining.Part("井盖也松了")]),
    Verb.LINK: lambda case, act, cast: joining.link(case, act, other=make_case(cast.operator, cast.group)),
    Verb.UNLINK: lambda case, act, cast: joining.unlink(case, act, other=_linked(case, cast)),
    Verb.UNDO: lambda case, act, cast: undoing.put_back(case, act, before={}),
    Verb.SUPERVISE: lambda case, act, cast: supervision.supervise(case, act, text="久拖未决", feedback=1),
    Verb.FEEDBACK: lambda case, act, cast: supervision.give_feedback(_watched(case), act, text="已约施工队", again=1),
    Verb.REMIND: lambda case, act, cast: _by_hand(case, Verb.REMIND, act),
    Verb.CIRCULATE: lambda case, act, cast: _by_hand(case, Verb.CIRCULATE, act),
}


def _watched(case: Case) -> Case:
    """The same case, under supervision."""
    case.supervised_at = timezone.now()
    case.save(update_fields=["supervised_at"])
    return case


def _by_hand(case: Case, verb: Verb, act: Act) -> Case:
    """Try by hand what only the ladder does."""
    with moves.moving(case, verb, act):
        raise AssertionError("the move was let through")


def _to(cast: Cast) -> Route:
    return Route("手工派单", area=cast.group, role="leader", holder=cast.leader.name)


def _unanswered(case: Case) -> Case:
    """The same case, with its helper's answer outstanding."""
    case.co_handlings.update(answered_at=None)
    return case


def _asked(case: Case, cast: Cast) -> Case:
    """The same case, for which its leader has asked for more time."""
    if not case.extensions.exists():
        case.extensions.create(clock_from=clocks.began(case), days=1, reason="等配件", asked_by=cast.leader)
    return case


def _other_category(case: Case) -> Category:
    return Category.objects.exclude(pk=case.category_id or 0).earliest("pk")


def _incident(case: Case) -> Case:
    """The same case, marked as an incident."""
    Incident.objects.get_or_create(case=case)
    return case


def _linked(case: Case, cast: Cast) -> Case:
    """Another case that is linked to this one."""
    other = make_case(cast.operator, cast.group)
    CaseLink.objects.create(case=case, other=other, kind=LinkKind.RELATED)
    return other


def _elsewhere(cast: Cast) -> Route:
    return Route("归第2小组", area=cast.other_group, role="leader", holder=cast.other_leader.name)


def _in_status(cast: Cast, status: Status) -> Case:
    """A case of the leader's, helped with by the water company, which has answered, put into *status*.

    Its caller is asked at the door by the leader of the group beside.
    """
    case = make_case(cast.operator, cast.group)
    CoHandling.objects.create(case=case, unit=cast.water, answered_at=case.registered_at)
    if status == Status.SUSPENDED:
        Pause.objects.create(case=case, started_at=case.registered_at, reason="等配件")
    Case.objects.filter(pk=case.pk).update(status=status, follow_up_area=cast.other_group, follow_up_role="leader")
    case.refresh_from_db()
    return case


def _who(cast: Cast) -> dict[Party, User]:
    return {
        Party.HANDLER: cast.leader,
        Party.CO_HANDLER: cast.department,
        Party.DESK: cast.operator,
        Party.SUPERVISOR: cast.supervisor,
        Party.VISITOR: cast.other_leader,
        Party.VIEWER: cast.officer,
    }


def test_every_verb_but_the_first_has_a_rule_and_is_tried_here():
    assert set(TRANSITIONS) == set(Verb) - {Verb.REGISTER} == set(DO)


# The table is the same on any database; the paths through it, further down, are taken on each.
@pytest.mark.any_database
@pytest.mark.parametrize("verb", DO)
def test_a_verb_is_done_by_the_parties_and_from_the_statuses_of_the_table_and_refused_otherwise(verb: Verb, cast: Cast):
    move = TRANSITIONS[verb]
    for status in Status:
        case = _in_status(cast, status)
        for party, user in _who(cast).items():
            permitted = not move.parties.isdisjoint({party, Party.VIEWER})
            expected: type[Exception] | None = None
            if not permitted:
                expected = PermissionDenied
            elif status not in move.sources:
                expected = NotPossible
            ends = move.outcomes or {move.to or status}
            point = transaction.savepoint()
            before = _clock(case)
            try:
                after = DO[verb](case, Act(user, case.version), cast)
                outcome: type[Exception] | None = None
                assert after.status in ends, (status, party)
                assert after.version == case.version + 1
                assert after.timeline.latest("pk").verb == verb
                assert _did_to_the_clock(move.clock, before, _clock(after)), (status, party)
            except (PermissionDenied, NotPossible) as refusal:
                outcome = type(refusal)
                case.refresh_from_db()
                assert case.status == status
            assert outcome is expected, (verb, status, party)
            assert (expected is None) == (move in moves_from(status, {party, Party.VIEWER}))
            transaction.savepoint_rollback(point)


@dataclass(frozen=True)
class ClockFace:
    """What of a case moves its deadline, and the deadline."""

    due_at: datetime | None
    limit: str
    since: datetime
    paused: bool
    extended: int


def _clock(case: Case) -> ClockFace:
    """As the database has it."""
    case = Case.objects.get(pk=case.pk)
    paused = case.pauses.filter(ended_at__isnull=True).exists()
    extended = case.extensions.filter(state="granted").count()
    return ClockFace(case.due_at, case.clock_limit, clocks.began(case), paused, extended)


def _did_to_the_clock(effect: Clock, before: ClockFace, after: ClockFace) -> bool:
    """Whether what became of the clock is what the table says."""
    if effect in (Clock.KEEPS, Clock.RETURNS):
        return after == before
    if effect == Clock.STOPS:
        return after.paused and after.due_at is None and not before.paused
    if effect == Clock.GOES_ON:
        return not after.paused and (before.paused or after == before) and after.due_at is not None
    if effect == Clock.GIVES:
        longer = before.paused or (after.due_at and before.due_at and after.due_at > before.due_at)
        return bool(longer) and after.extended == before.extended + 1
    if effect == Clock.ENDS:
        return not after.paused and (before.paused or after == before)
    return after.limit == "redo" and after.since > before.since and after.due_at is not None


def test_no_status_is_a_dead_end_and_each_can_be_reached():
    onward = {
        status: {
            end
            for move in TRANSITIONS.values()
            if status in move.sources
            for end in (move.outcomes or {move.to or status})
        }
        for status in Status
    }
    reached, found = {Status.TO_DISPATCH}, {Status.TO_DISPATCH}
    while found:
        found = set().union(*(onward[status] for status in found)) - reached
        reached |= found
    assert reached == set(Status)
    assert all(ends - {status} for status, ends in onward.items())


@pytest.mark.parametrize("verb", [verb for verb, move in TRANSITIONS.items() if move.required])
def test_what_the_table_requires_is_refused_when_it_is_missing(verb: Verb, cast: Cast):
    move = TRANSITIONS[verb]
    case = _in_status(cast, min(move.sources))
    party = next(party for party in Party if party in move.parties)
    before = case.timeline.count()
    with pytest.raises(NotPossible), moves.moving(case, verb, Act(_who(cast)[party])):
        raise AssertionError("the move was let through")
    assert case.timeline.count() == before


class AnyPath(RuleBasedStateMachine):
    """A case on which anybody tries anything, in any order; what must hold of every case holds after every step."""

    @initialize()
    def register(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast = make_cast()
        self.case = make_case(self.cast.operator, self.cast.group)
        self.steps = 1

    @rule(verb=st.sampled_from(list(DO)), party=st.sampled_from(list(Party)), stale=st.booleans())
    def try_something(self, verb: Verb, party: Party, stale: bool) -> None:
        # A fresh user: his posts are worked out once per request.
        user = User.objects.get(pk=_who(self.cast)[party].pk)
        act = Act(user, self.case.version - 1 if stale else self.case.version, uuid4())
        # By the table, before it is done: what a verb needs besides, its entry in DO prepares and uses up.
        offered = {move.verb for move in moves_from(self.case.status, moves.parties_of(user, self.case))}
        with suppress(PermissionDenied, NotPossible, moves.Stale), transaction.atomic():
            DO[verb](self.case, act, self.cast)
            assert verb in offered
            self.steps += 1
            DO[verb](self.case, act, self.cast)  # sent twice
        self.case.refresh_from_db()

    @rule(reached=st.booleans(), satisfaction=st.sampled_from(["satisfied", "fairly", "not"]), redo=st.booleans())
    def call(self, reached: bool, satisfaction: str, redo: bool) -> None:
        with suppress(NotPossible), transaction.atomic():
            workflow.follow_up(
                self.case,
                Act(self.cast.operator),
                reached=reached,
                solved="yes",
                satisfaction=satisfaction,
                redo=redo,
            )
            self.steps += 1
        self.case.refresh_from_db()

    @invariant()
    def every_step_is_told_once_and_audited_once(self) -> None:
        versions = list(self.case.timeline.order_by("pk").values_list("version", flat=True))
        assert versions == list(range(1, self.steps + 1))
        assert self.case.version == self.steps
        # What it does to a second case, linked or merged, is audited there.
        audited = AuditEvent.objects.filter(object_type="caseworks.case", object_ref=str(self.case.pk))
        assert audited.count() == self.steps
        assert self.case.timeline.latest("pk").status == self.case.status

    @invariant()
    def the_clock_stands_still_exactly_while_the_case_is_suspended(self) -> None:
        suspended = self.case.status == Status.SUSPENDED
        assert self.case.pauses.filter(ended_at__isnull=True).exists() == suspended
        if self.case.status in RUNNING:
            assert self.case.due_at is not None
        if suspended:
            assert self.case.due_at is None

    @invariant()
    def an_open_case_has_a_handler_or_waits_to_be_dispatched_and_no_answer_yet(self) -> None:
        if self.case.status in OPEN:
            assert self.case.resolved_at is None
            assert (self.case.outcome, self.case.solved, self.case.satisfaction) == ("", "", "")
            assert self.case.closed_at is None
        if self.case.status in OPEN - {Status.TO_DISPATCH}:
            assert self.case.handling_area_id or self.case.unit_id
        if self.case.status == Status.CLOSED:
            assert self.case.closed_at and self.case.resolved_at

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            assert verify().broken_at is None
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_whatever_anybody_does_in_any_order_the_case_and_its_records_stay_sound():
    run_state_machine_as_test(AnyPath, settings=settings(max_examples=STEPS // A_STORY, stateful_step_count=A_STORY))
