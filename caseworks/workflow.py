"""The verbs: everything that can be done to a case, each in one place.

Each is one transaction: `moving` in caseworks/moves.py locks the case and checks the move against the table, `done`
writes timeline and audit.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import answering, clocks, co_handling, contacting, followup, incidents, levels, path, sorting
from caseworks.models import Case, FollowUp, Pause, Satisfaction, Solved, WaitsFor, Way
from caseworks.moves import Act, NotPossible, done, for_the_record, leads_to, moving
from caseworks.routing import Route
from caseworks.sampling import Choice
from caseworks.states import Status, Verb
from outreach.models import VisitForm
from people.models import Photo, User


def hand_to(case: Case, route: Route, verb: Verb, by: User) -> list[str]:
    """Let the case wait at the end of *route*, and keep its path; return the columns to save, the status among them."""
    path.leave(case, verb, by)
    path.arrive(case, route, verb)
    case.handling_area, case.handling_role, case.unit = route.area, route.role, route.unit
    case.route_reason = route.reason[:300]
    case.accepted_at = None
    return ["handling_area", "handling_role", "unit", "route_reason", "accepted_at", "status"]


def dispatch(case: Case, act: Act, *, to: Route) -> Case:
    """Hand a case from the dispatch queue to a liaison or a unit."""
    with moving(case, Verb.DISPATCH, act, target=to.found) as locked:
        if locked is None:
            return case
        fields = hand_to(locked, to, Verb.DISPATCH, act.by)
        locked.status = Status.TO_ACCEPT
        return done(locked, Verb.DISPATCH, act, fields, detail=arrow(to), text=to.reason)


def reroute(case: Case, act: Act, *, to: Route, text: str) -> Case:
    """Take a case from whoever has it and hand it to somebody else. The clock runs on."""
    with moving(case, Verb.REROUTE, act, target=to.found, text=text) as locked:
        if locked is None:
            return case
        fields = [*hand_to(locked, to, Verb.REROUTE, act.by), *end_pause(locked)]
        locked.status = Status.TO_ACCEPT
        return done(locked, Verb.REROUTE, act, fields, detail=arrow(to), text=text)


def accept(case: Case, act: Act) -> Case:
    """The handler takes the case on."""
    with moving(case, Verb.ACCEPT, act) as locked:
        if locked is None:
            return case
        now = timezone.now()
        locked.status, locked.accepted_at = Status.IN_PROGRESS, now
        return done(locked, Verb.ACCEPT, act, ["status", "accepted_at", *clocks.contacted(locked, now)])


def note(case: Case, act: Act, *, text: str, contact: str = "", photos: Iterable[Photo] = ()) -> Case:
    """Write something down about the case; *contact* says how the caller was spoken to, or that he was not reached.

    It is one of `VisitForm`, or `contacting.IN_VAIN`, and counts as a visit to the household of the case.
    Nobody else's writing is in its way, so an older version is no obstacle.
    """
    with moving(case, Verb.NOTE, act, text=text) as locked:
        if locked is None:
            return case
        fields: list[str] = []
        detail = ""
        if contact:
            contacting.contacted(locked, act.by, contact)
            if contact == contacting.IN_VAIN:
                detail = for_the_record(gettext_lazy("Not reached"))
            else:
                fields = clocks.contacted(locked, timezone.now())
                detail = for_the_record(gettext_lazy("Caller contacted"))
        return done(locked, Verb.NOTE, act, fields, text=text, detail=detail, photos=photos)


def suspend(case: Case, act: Act, *, text: str, waits_for: str = WaitsFor.OTHERS) -> Case:
    """Stop the clock, because the resident or somebody else must act first."""
    with moving(case, Verb.SUSPEND, act, text=text) as locked:
        if locked is None:
            return case
        Pause.objects.create(case=locked, started_at=timezone.now(), by=act.by, waits_for=waits_for, reason=text[:200])
        locked.status = Status.SUSPENDED
        clocks.wind(locked)
        detail = for_the_record(WaitsFor(waits_for).label)
        return done(locked, Verb.SUSPEND, act, ["status", *clocks.FIELDS], text=text, detail=detail)


def resume(case: Case, act: Act, *, text: str = "") -> Case:
    """Let the clock run again: the deadline moves by the working days that the pause covered."""
    with moving(case, Verb.RESUME, act) as locked:
        if locked is None:
            return case
        locked.status = Status.IN_PROGRESS
        return done(locked, Verb.RESUME, act, ["status", *end_pause(locked)], text=text)


def urge(case: Case, act: Act, *, text: str = "") -> Case:
    """Press the handler to hurry."""
    with moving(case, Verb.URGE, act) as locked:
        if locked is None:
            return case
        locked.times_urged += 1
        return done(locked, Verb.URGE, act, ["times_urged"], text=text)


def resolve(
    case: Case,
    act: Act,
    *,
    text: str,
    solved: str,
    reply: str | None = None,
    despite: Iterable[str] = (),
    photos: Iterable[Photo] = (),
) -> Case:
    """The handler reports the outcome. Where its category asks for that it is approved first and then followed up.

    *reply* is what the caller hears, None where he hears the outcome in the same words; *despite* names what the check
    of the reply (caseworks/replies.py) found and the handler let stand.
    """
    reply = text if reply is None else reply
    with moving(case, Verb.RESOLVE, act, text=text, solved=solved, reply=reply) as locked:
        if locked is None:
            return case
        sorting.require_decision(locked)
        co_handling.require_answers(locked)
        photos = list(photos)
        answering.require_photo(locked, photos)
        now = timezone.now()
        locked.accepted_at = locked.accepted_at or now
        locked.resolved_at, locked.resolved_by = now, act.by
        locked.outcome, locked.reply, locked.solved = text, reply, solved
        locked.resolved_despite, locked.follow_up_tries = list(despite), 0
        fields = ["status", "accepted_at", "resolved_at", "resolved_by", *levels.note_level(locked)]
        fields += clocks.contacted(locked, now)
        fields += ["outcome", "reply", "resolved_despite", "solved", "follow_up_tries", *followup.choose(locked)]
        if _needs_approval(locked):
            locked.status = Status.TO_APPROVE
        else:
            fields += finish(locked)
        detail = for_the_record(Solved(solved).label)
        return done(locked, Verb.RESOLVE, act, fields, text=text, detail=detail, photos=photos)


def answer(case: Case, act: Act, *, text: str) -> Case:
    """Answer on the spot: the case is resolved and closed without being dispatched."""
    with moving(case, Verb.ANSWER, act, text=text) as locked:
        if locked is None:
            return case
        co_handling.require_answers(locked)
        now = timezone.now()
        locked.status, locked.outcome, locked.reply, locked.solved = Status.CLOSED, text, text, Solved.YES
        locked.accepted_at = locked.resolved_at = locked.closed_at = now
        locked.resolved_by, locked.follow_up_choice = act.by, Choice.ON_THE_SPOT
        # Whoever had it before and returned it has no part in the answer.
        locked.handling_area, locked.handling_role, locked.unit = None, "", None
        fields = ["status", "outcome", "reply", "solved", "accepted_at", "resolved_at", "closed_at", "resolved_by"]
        fields += [
            "follow_up_choice",
            "handling_area",
            "handling_role",
            "unit",
            *levels.note_level(locked),
            *clocks.contacted(locked, now),
        ]
        incidents.answered(locked)
        return done(locked, Verb.ANSWER, act, fields, text=text)


def follow_up(
    case: Case,
    act: Act,
    *,
    reached: bool,
    solved: str = "",
    satisfaction: str = "",
    text: str = "",
    redo: bool = False,
    way: Way = Way.PHONE,
    door: Route | None = None,
) -> Case:
    """Record a follow-up, by phone or at the door. Not reached: tried again later, at last closed unasked.

    After the last call a liaison asks at the *door*, where one is named. Not satisfied, or not solved, becomes a
    request to reopen where *redo* is wanted: somebody judges it.
    """
    with moving(case, Verb.FOLLOW_UP, act) as locked:
        if locked is None:
            return case
        if reached and not (solved and satisfaction):
            raise NotPossible(_("Please choose whether it is solved and whether the caller is satisfied."))
        if hindrance := followup.why_not_ask(locked, act.by):
            raise NotPossible(hindrance)
        if not reached:
            solved = satisfaction = ""
        FollowUp.objects.create(
            case=locked, by=act.by, way=way, reached=reached, solved=solved, satisfaction=satisfaction, note=text
        )
        if reached:
            contacting.contacted(locked, act.by, VisitForm.HOME if way == Way.DOOR else VisitForm.PHONE)
        elif way == Way.PHONE:
            # Nobody home is kept with the case alone, which is due again by itself.
            contacting.contacted(locked, act.by, contacting.IN_VAIN)
        # How often it rang; nobody home is counted by the rows.
        locked.follow_up_tries += way == Way.PHONE
        fields = ["follow_up_tries"]
        if reached:
            locked.solved, locked.satisfaction = solved, satisfaction
            fields += ["solved", "satisfaction"]
        if again := [] if reached else followup.try_again(locked, way, door):
            fields += again
        else:
            wanted = redo and (satisfaction == Satisfaction.NOT or solved == Solved.NO)
            locked.status = Status.REOPEN_REQUESTED if wanted else Status.CLOSED
            locked.closed_at = locked.closed_at if wanted else timezone.now()
            fields += ["status", "closed_at", *followup.leave_door(locked)]
        heard = for_the_record(Satisfaction(satisfaction).label if satisfaction else gettext_lazy("Not reached"))
        detail = heard if way == Way.PHONE else f"{for_the_record(Way.DOOR.label)}: {heard}"
        return done(locked, Verb.FOLLOW_UP, act, fields, text=text, detail=detail)


def close(case: Case, act: Act, *, text: str) -> Case:
    """Close a resolved case without a follow-up call, with the reason."""
    with moving(case, Verb.CLOSE, act, text=text) as locked:
        if locked is None:
            return case
        locked.status, locked.closed_at = Status.CLOSED, timezone.now()
        return done(locked, Verb.CLOSE, act, ["status", "closed_at", *followup.leave_door(locked)], text=text)


def request_reopen(case: Case, act: Act, *, text: str) -> Case:
    """Ask that a finished case be taken up again; a supervisor judges."""
    with moving(case, Verb.REQUEST_REOPEN, act, text=text) as locked:
        if locked is None:
            return case
        locked.status = Status.REOPEN_REQUESTED
        return done(locked, Verb.REQUEST_REOPEN, act, ["status", *followup.leave_door(locked)], text=text)


def reopen(case: Case, act: Act, *, text: str = "") -> Case:
    """Take a case up again: it goes back to whoever had it, with the limit for redoing from now on."""
    with moving(case, Verb.REOPEN, act) as locked:
        if locked is None:
            return case
        locked.status = Status.TO_ACCEPT if locked.handling_area_id or locked.unit_id else Status.TO_DISPATCH
        locked.accepted_at = locked.closed_at = None
        # What was reported the first time no longer holds; the timeline and the follow-ups keep it.
        forget_outcome(locked)
        locked.satisfaction = ""
        locked.times_reopened += 1
        locked.clock_limit, locked.clock_from = "redo", timezone.now()
        clocks.wind(locked)
        fields = ["status", "accepted_at", "closed_at", "times_reopened", "clock_limit", "clock_from", "satisfaction"]
        return done(locked, Verb.REOPEN, act, [*fields, *OUTCOME, *clocks.FIELDS], text=text)


def decline_reopen(case: Case, act: Act, *, text: str) -> Case:
    """Leave a case closed although reopening was asked for, with the reason."""
    with moving(case, Verb.DECLINE_REOPEN, act, text=text) as locked:
        if locked is None:
            return case
        locked.status, locked.closed_at = Status.CLOSED, locked.closed_at or timezone.now()
        return done(locked, Verb.DECLINE_REOPEN, act, ["status", "closed_at"], text=text)


def end_pause(case: Case) -> list[str]:
    """End the pause that is open, if one is, wind the clock, and return the columns that changed."""
    if not case.pauses.filter(ended_at__isnull=True).update(ended_at=timezone.now()):
        return []
    clocks.wind(case)
    return clocks.FIELDS


# The columns `forget_outcome` empties.
OUTCOME = ["resolved_at", "resolved_by", "outcome", "reply", "resolved_despite", "solved", "resolved_level"]


def forget_outcome(case: Case) -> None:
    """A case that is taken up again has no outcome yet; the timeline and the follow-ups keep what was reported."""
    case.resolved_at = case.resolved_by = None
    case.outcome = case.reply = case.solved = ""
    case.resolved_despite = []
    levels.forget_level(case)


def finish(case: Case) -> list[str]:
    """Let a case whose outcome counts wait for its follow-up, or close it; return the columns that changed."""
    now = timezone.now()
    incidents.answered(case)
    # One that was reported before there were lots is drawn now.
    fields = [] if case.follow_up_choice else followup.choose(case)
    if followup.is_to_be_asked(case):
        case.status, case.follow_up_after = Status.TO_FOLLOW_UP, now + followup.FOLLOW_UP_AFTER
        return [*fields, "status", "follow_up_after"]
    case.status, case.closed_at = Status.CLOSED, now
    return [*fields, "status", "closed_at"]


def _needs_approval(case: Case) -> bool:
    """Asked of a case about to be resolved. Those of the first table are never approved."""
    asked_for = case.under_supervision or (case.category is not None and case.category.approve_closure)
    return asked_for and leads_to(case, Verb.RESOLVE, Status.TO_APPROVE)


def arrow(route: Route) -> str:
    """Where a case was handed, as its timeline shows it."""
    return f"→ {route.unit or route.area} {route.holder if route.area else ''}".strip()
