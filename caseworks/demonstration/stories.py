"""The path of one invented case: every step as its verb takes it, at the moment it was taken.

A step does to the case what the verb of that name in caseworks/workflow.py does, without writing: the table of moves
decides whether it is legal, and it leaves its timeline entry. What would lie in the future has not happened:
`Present` ends the story there.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from caseworks import clocks
from caseworks.deadlines import Limit, derive
from caseworks.followup import FOLLOW_UP_AFTER, MOST_TRIES, TRY_AGAIN_AFTER
from caseworks.models import (
    Case,
    CaseCaller,
    CoHandling,
    FollowUp,
    Pause,
    ReturnReason,
    Satisfaction,
    Solved,
    Stay,
    TimelineEntry,
    WaitsFor,
)
from caseworks.moves import for_the_record
from caseworks.returning import TO_BE_DECIDED
from caseworks.routing import Route
from caseworks.sampling import ASKED, EVERYBODY, Choice, draw
from caseworks.states import TRANSITIONS, Status, Verb
from caseworks.workflow import arrow
from outreach.calendar import Calendar
from people.models import AreaLevel, Organisation, Resident, User


class Present(Exception):
    """The story has come to the present, or to the status in which it is to be found."""


class Story:
    """One case with everything that happened on it, not yet written."""

    def __init__(self, case: Case, now: datetime, calendar: Calendar, town_level: AreaLevel, stop_at: str = "") -> None:
        self.case = case
        self.town_level = town_level
        self.now = now
        self.calendar = calendar
        self.stop_at = stop_at
        self.entries: list[TimelineEntry] = []
        self.follow_ups: list[FollowUp] = []
        self.pauses: list[Pause] = []
        self.co_handlings: list[CoHandling] = []
        self.callers: list[CaseCaller] = []
        self.stays: list[Stay] = []

    def _step(self, verb: Verb, at: datetime, by: User, text: str = "", detail: str = "", to: str = "") -> None:
        """Take one step: the status it leads to, the next version, the entry. Called before anything else changes."""
        case = self.case
        if at > self.now or (self.stop_at and case.status == self.stop_at):
            raise Present
        assert case.status in TRANSITIONS[verb].sources, (verb, case.status)
        assert at >= self.entries[-1].at, (verb, at)
        case.status = Status(to or case.status)
        case.version += 1
        self._enter(verb, at, by, text, detail)

    def _enter(self, verb: Verb, at: datetime, by: User, text: str, detail: str) -> None:
        self.entries.append(
            TimelineEntry(
                case=self.case,
                at=at,
                by=by,
                verb=verb,
                status=self.case.status,
                text=text,
                detail=detail[:300],
                version=self.case.version,
            )
        )

    def register(self, route: Route, by: User) -> None:
        case = self.case
        case.route_reason = route.reason[:300]
        clocks.wind(case, self.calendar)
        if route.found:
            self._hand_to(route, Verb.REGISTER, case.registered_at)
            case.status = Status.TO_ACCEPT
        self._enter(Verb.REGISTER, case.registered_at, by, case.details, route.reason)

    def answer(self, at: datetime, by: User, text: str) -> None:
        case = self.case
        # Answered at the desk: it never went to anybody.
        case.handling_area, case.handling_role, case.unit, case.status = None, "", None, Status.TO_DISPATCH
        self.entries[-1].status = case.status
        self.stays.clear()
        self._step(Verb.ANSWER, at, by, text, to=Status.CLOSED)
        case.outcome, case.reply, case.solved, case.resolved_by = text, text, Solved.YES, by
        case.accepted_at = case.resolved_at = case.closed_at = at
        case.follow_up_choice = Choice.ON_THE_SPOT
        clocks.contacted(case, at)
        case.resolved_level = self.town_level

    def dispatch(self, at: datetime, by: User, route: Route) -> None:
        self._step(Verb.DISPATCH, at, by, route.reason, arrow(route), to=Status.TO_ACCEPT)
        self._hand_to(route, Verb.DISPATCH, at, by)
        self.case.route_reason = route.reason[:300]

    def reroute(self, at: datetime, by: User, route: Route, text: str) -> None:
        self._step(Verb.REROUTE, at, by, text, arrow(route), to=Status.TO_ACCEPT)
        self._hand_to(route, Verb.REROUTE, at, by)
        self.case.route_reason = route.reason[:300]

    def adjudicate(self, at: datetime, by: User, route: Route, text: str) -> None:
        self._step(Verb.ADJUDICATE, at, by, text, arrow(route), to=Status.TO_ACCEPT)
        self._hand_to(route, Verb.ADJUDICATE, at, by)
        self.case.route_reason = text[:300]

    def _hand_to(self, route: Route, verb: Verb, at: datetime, by: User | None = None) -> None:
        case = self.case
        if self.stays and self.stays[-1].until is None:
            self._leave(verb, at, by)
        self.stays.append(
            Stay(
                case=case,
                area=route.area,
                role=route.role,
                unit=route.unit,
                holder=route.holder,
                since=at,
                came_by=verb,
                rule=route.rule,
            )
        )
        case.handling_area, case.handling_role, case.unit = route.area, route.role, route.unit
        case.accepted_at = None

    def accept(self, at: datetime, by: User) -> None:
        self._step(Verb.ACCEPT, at, by, to=Status.IN_PROGRESS)
        self.case.accepted_at = at
        clocks.contacted(self.case, at)

    def _leave(self, verb: Verb, at: datetime, by: User | None) -> None:
        stay = self.stays[-1]
        stay.until, stay.left_by, stay.by = at, verb, by

    def send_back(self, at: datetime, by: User, reason: str, text: str, better: Route | None = None) -> None:
        words = str(ReturnReason(reason).label)
        again = self.case.times_returned + 1 >= TO_BE_DECIDED
        to = Status.TO_ADJUDICATE if again else Status.TO_DISPATCH
        self._step(Verb.RETURN, at, by, text, words, to=to)
        self._leave(Verb.RETURN, at, by)
        stay = self.stays[-1]
        stay.reason, stay.note = reason, text
        if better:
            stay.better_area, stay.better_role, stay.better_unit = better.area, better.role, better.unit
        self.case.times_returned += 1
        self.case.route_reason = _("Returned: %(reason)s") % {"reason": words}

    def note(self, at: datetime, by: User, text: str) -> None:
        self._step(Verb.NOTE, at, by, text)

    def join(self, at: datetime, by: User, resident: Resident | None, name: str, phone: str) -> None:
        self._step(Verb.JOIN, at, by, detail=name)
        self.callers.append(CaseCaller(case=self.case, resident=resident, name=name, phone=phone, at=at))

    def ask_unit(self, at: datetime, by: User, unit: Organisation, text: str) -> None:
        self._step(Verb.CO_HANDLE, at, by, text, unit.name)
        asked = CoHandling(case=self.case, unit=unit, asked_at=at, asked_by=by, limit=self.case.limits["co_handling"])
        clocks.wind_helper(asked, self.calendar)
        self.co_handlings.append(asked)

    def give_opinion(self, at: datetime, by: User, text: str) -> None:
        asked = self.co_handlings[-1]
        self._step(Verb.OPINION, at, by, text, asked.unit.name)
        asked.opinion, asked.answered_at = text, at

    def suspend(self, at: datetime, by: User, waits_for: WaitsFor, text: str) -> None:
        self._step(Verb.SUSPEND, at, by, text, for_the_record(waits_for.label), to=Status.SUSPENDED)
        self.pauses.append(Pause(case=self.case, started_at=at, by=by, waits_for=waits_for, reason=text[:200]))
        self._wind()

    def resume(self, at: datetime, by: User) -> None:
        self._step(Verb.RESUME, at, by, to=Status.IN_PROGRESS)
        self.pauses[-1].ended_at = at
        self._wind()

    def urge(self, at: datetime, by: User, text: str) -> None:
        self._step(Verb.URGE, at, by, text)
        self.case.times_urged += 1

    def resolve(self, at: datetime, by: User, text: str, solved: Solved) -> None:
        case = self.case
        asks = self._choose()
        approved = case.category is not None and case.category.approve_closure
        to = Status.TO_APPROVE if approved else Status.TO_FOLLOW_UP if asks else Status.CLOSED
        self._step(Verb.RESOLVE, at, by, text, str(solved.label), to=to)
        case.reply = _reply(text, by, at)
        case.accepted_at = case.accepted_at or at
        clocks.contacted(case, at)
        case.resolved_at, case.resolved_by, case.outcome, case.solved = at, by, text, solved
        case.resolved_level = case.handling_area.level if case.handling_area else self.town_level
        case.follow_up_tries = 0
        self._finish(at)

    def _choose(self) -> bool:
        """Whether the caller will be asked, as `caseworks.followup.choose` has it."""
        case = self.case
        share = case.category.follow_up_share if case.category else EVERYBODY
        choice = Choice.REOPENED if case.times_reopened else draw(case.uuid, share)
        case.follow_up_choice = choice if case.caller_phone or case.caller else Choice.NOBODY
        case.follow_up_share = share
        return case.follow_up_choice in ASKED

    def approve(self, at: datetime, by: User) -> None:
        case = self.case
        asks = case.follow_up_choice in ASKED
        self._step(Verb.APPROVE, at, by, to=Status.TO_FOLLOW_UP if asks else Status.CLOSED)
        self._finish(at)

    def _finish(self, at: datetime) -> None:
        case = self.case
        if case.status == Status.TO_FOLLOW_UP:
            case.follow_up_after = at + FOLLOW_UP_AFTER
        case.closed_at = at if case.status == Status.CLOSED else None

    def follow_up(self, at: datetime, by: User, heard: Satisfaction | None, text: str = "", redo: bool = False) -> None:
        """Not reached where nothing was *heard*; else the caller tells what the outcome already says of `solved`."""
        case = self.case
        solved = case.solved if heard else ""
        if heard is None and case.follow_up_tries + 1 < MOST_TRIES:
            to = Status.TO_FOLLOW_UP
        else:
            to = Status.REOPEN_REQUESTED if redo and heard == Satisfaction.NOT else Status.CLOSED
        self._step(Verb.FOLLOW_UP, at, by, text, str(heard.label) if heard else _("Not reached"), to=to)
        self.follow_ups.append(
            FollowUp(
                case=case,
                at=at,
                by=by,
                reached=heard is not None,
                solved=solved,
                satisfaction=heard or "",
                note=text,
            )
        )
        case.follow_up_tries += 1
        case.satisfaction = heard or case.satisfaction
        if to == Status.TO_FOLLOW_UP:
            case.follow_up_after = at + TRY_AGAIN_AFTER
        case.closed_at = at if to == Status.CLOSED else None

    def close(self, at: datetime, by: User, text: str) -> None:
        self._step(Verb.CLOSE, at, by, text, to=Status.CLOSED)
        self.case.closed_at = at

    def reopen(self, at: datetime, by: User, text: str) -> None:
        self._step(Verb.REOPEN, at, by, text, to=Status.TO_ACCEPT)
        case = self.case
        case.accepted_at = case.resolved_at = case.closed_at = case.resolved_by = case.resolved_level = None
        case.outcome = case.reply = case.solved = case.satisfaction = ""
        case.times_reopened += 1
        case.clock_limit, case.clock_from = "redo", at
        self._wind()

    def decline_reopen(self, at: datetime, by: User, text: str) -> None:
        self._step(Verb.DECLINE_REOPEN, at, by, text, to=Status.CLOSED)
        self.case.closed_at = self.case.closed_at or at

    def _wind(self) -> None:
        """The deadline with the pauses, which are not in the table yet where `clocks.wind` would look for them."""
        case = self.case
        limit = Limit.parse(case.limits[case.clock_limit])
        pauses = [(pause.started_at, pause.ended_at) for pause in self.pauses]
        due = derive(case.clock_from or case.registered_at, limit, self.calendar, pauses)
        case.due_at, case.due_provisional = due.at, due.provisional


def _reply(outcome: str, by: User, at: datetime) -> str:
    """The outcome as the caller is told it."""
    return f"您好，{at.month}月{at.day}日{by.name}已到现场办理：{outcome}如有问题请再来电。"
