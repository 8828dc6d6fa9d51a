"""The path of a case: its statuses, and one table of every legal move.

The table drives the buttons, the phone, the tests, the diagram in docs/architecture.md and docs/moves.md. `moving` in
caseworks/moves.py is the only door along it. The table has versions: a case keeps the one with which it began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    TO_DISPATCH = "to_dispatch", _("To dispatch")
    TO_ADJUDICATE = "to_adjudicate", _("To adjudicate")
    TO_ACCEPT = "to_accept", _("To accept")
    IN_PROGRESS = "in_progress", _("In progress")
    SUSPENDED = "suspended", _("Suspended")
    TO_APPROVE = "to_approve", _("To approve")
    TO_FOLLOW_UP = "to_follow_up", _("Follow-up")
    REOPEN_REQUESTED = "reopen_requested", _("Reopen requested")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")


OPEN = frozenset({Status.TO_DISPATCH, Status.TO_ADJUDICATE, Status.TO_ACCEPT, Status.IN_PROGRESS, Status.SUSPENDED})
# Open, and somebody has it: what waits to be dispatched or adjudicated may still name who had it before.
IN_HAND = OPEN - {Status.TO_DISPATCH, Status.TO_ADJUDICATE}
# Statuses in which the deadline presses; a suspended case waits for somebody else.
RUNNING = OPEN - {Status.SUSPENDED}


class Verb(TextChoices):
    """Everything that can be done to a case, and so every kind of entry on its timeline."""

    REGISTER = "register", _("Registered")
    DISPATCH = "dispatch", _("Dispatch")
    REROUTE = "reroute", _("Re-route")
    ACCEPT = "accept", _("Accept")
    RETURN = "return", _("Return")
    SEND_STRAIGHT_BACK = "send_straight_back", _("Send straight back")
    ADJUDICATE = "adjudicate", _("Adjudicate")
    TRANSFER = "transfer", _("Transfer")
    NOTE = "note", _("Note")
    JOIN = "join", _("Another caller")
    CO_HANDLE = "co_handle", _("Co-handling")
    OPINION = "opinion", _("Opinion")
    WAIVE = "waive", _("Waive the answer")
    EXTEND = "extend", _("Ask for an extension")
    GRANT = "grant", _("Grant the extension")
    REFUSE_EXTENSION = "refuse_extension", _("Refuse the extension")
    SUSPEND = "suspend", _("Suspend")
    RESUME = "resume", _("Resume")
    URGE = "urge", _("Urge")
    REMIND = "remind", _("Remind")
    SUPERVISE = "supervise", _("Supervise")
    FEEDBACK = "feedback", _("Feedback")
    CIRCULATE = "circulate", _("Circulate")
    RESOLVE = "resolve", _("Resolve")
    APPROVE = "approve", _("Approve")
    SEND_BACK_TO_REDO = "send_back_to_redo", _("Send back to redo")
    ANSWER = "answer", _("Answer on the spot")
    FOLLOW_UP = "follow_up", _("Follow up")
    ASK_AT_DOOR = "ask_at_door", _("Ask at the door")
    CLOSE = "close", _("Close")
    REQUEST_REOPEN = "request_reopen", _("Request reopening")
    REOPEN = "reopen", _("Reopen")
    DECLINE_REOPEN = "decline_reopen", _("Decline reopening")
    SUGGESTION = "suggestion", _("This is a suggestion")
    SORT = "sort", pgettext_lazy("kind of matter", "Sort")
    DELIBERATE = "deliberate", _("Deliberation")
    RECATEGORISE = "recategorise", _("Re-categorise")
    INCIDENT = "incident", _("Incident")
    AFFECTED = "affected", _("Households added")
    MERGE = "merge", _("Merge")
    SPLIT = "split", _("Split")
    LINK = "link", _("Link")
    UNLINK = "unlink", _("Unlink")
    UNDO = "undo", _("Undo")


class Party(TextChoices):
    """What somebody is to one case; several at once are possible."""

    HANDLER = "handler", _("Handler")
    CO_HANDLER = "co_handler", _("Co-handler")
    DESK = "desk", _("Operator")
    SUPERVISOR = "supervisor", _("Supervisor")
    VISITOR = "visitor", _("Liaison who asks at the door")
    VIEWER = "viewer", _("Anybody who sees the case")


class Clock(TextChoices):
    """What a move does to the deadline."""

    KEEPS = "keeps", _("The deadline stays as it is.")
    STOPS = "stops", _("The clock stands still until the case is resumed.")
    GOES_ON = "goes_on", _("Where the clock stood still, it runs again.")
    GIVES = "gives", _("The deadline moves by the working days that were asked for.")
    ENDS = "ends", _("The clock ends here.")
    BEGINS = "begins", _("The limit for redoing runs from now on.")
    RETURNS = "returns", _("The deadline is again what it was.")


@dataclass(frozen=True)
class Transition:
    """One legal move. `to` is None where the status stays, or where the operation decides among `outcomes`.

    Without `parties` nobody makes it by hand: the ladder does. `needs` names what must hold of the case as well.
    `clock` is what it does to the deadline.
    """

    verb: Verb
    sources: frozenset[Status]
    to: Status | None
    parties: frozenset[Party]
    required: tuple[str, ...] = ()
    outcomes: frozenset[Status] = field(default_factory=frozenset)
    needs: str = ""
    clock: Clock = Clock.KEEPS

    @property
    def goes_back(self) -> bool:
        """It ends wherever the case was before: in any status at all."""
        return self.outcomes == frozenset(Status)


def _move(
    verb: Verb,
    sources: Iterable[Status],
    to: Status | None,
    parties: Iterable[Party],
    *required: str,
    outcomes: Iterable[Status] = (),
    needs: str = "",
    clock: Clock = Clock.KEEPS,
) -> Transition:
    return Transition(verb, frozenset(sources), to, frozenset(parties), required, frozenset(outcomes), needs, clock)


_S, _P, _C = Status, Party, Clock
_DESK = (_P.DESK, _P.SUPERVISOR)
_HANDS = (_P.HANDLER, _P.SUPERVISOR)

# The table as cases followed it until November 2026.
_FIRST = (
    _move(Verb.DISPATCH, [_S.TO_DISPATCH], _S.TO_ACCEPT, _DESK, "target"),
    _move(Verb.ANSWER, [_S.TO_DISPATCH], _S.CLOSED, _DESK, "text", clock=_C.ENDS),
    _move(
        Verb.REROUTE,
        [_S.TO_ACCEPT, _S.IN_PROGRESS, _S.SUSPENDED],
        _S.TO_ACCEPT,
        _DESK,
        "target",
        "text",
        clock=_C.GOES_ON,
    ),
    _move(Verb.ACCEPT, [_S.TO_ACCEPT], _S.IN_PROGRESS, _HANDS),
    _move(Verb.RETURN, [_S.TO_ACCEPT, _S.IN_PROGRESS], _S.TO_DISPATCH, [_P.HANDLER], "reason"),
    _move(Verb.NOTE, Status, None, [_P.VIEWER], "text"),
    _move(Verb.JOIN, OPEN, None, _DESK),
    _move(Verb.CO_HANDLE, [_S.TO_ACCEPT, _S.IN_PROGRESS], None, [_P.HANDLER, *_DESK], "unit"),
    _move(Verb.OPINION, [_S.TO_ACCEPT, _S.IN_PROGRESS, _S.SUSPENDED], None, [_P.CO_HANDLER], "text"),
    _move(Verb.SUSPEND, [_S.IN_PROGRESS], _S.SUSPENDED, _HANDS, "text", clock=_C.STOPS),
    _move(Verb.RESUME, [_S.SUSPENDED], _S.IN_PROGRESS, _HANDS, clock=_C.GOES_ON),
    _move(Verb.URGE, [_S.TO_ACCEPT, _S.IN_PROGRESS, _S.SUSPENDED], None, _DESK),
    _move(
        Verb.RESOLVE,
        [_S.TO_ACCEPT, _S.IN_PROGRESS],
        None,
        _HANDS,
        "text",
        "solved",
        outcomes=[_S.TO_FOLLOW_UP, _S.CLOSED],
        clock=_C.ENDS,
    ),
    _move(
        Verb.FOLLOW_UP,
        [_S.TO_FOLLOW_UP],
        None,
        _DESK,
        outcomes=[_S.TO_FOLLOW_UP, _S.CLOSED, _S.REOPEN_REQUESTED],
    ),
    _move(Verb.CLOSE, [_S.TO_FOLLOW_UP], _S.CLOSED, _DESK, "text"),
    _move(Verb.REQUEST_REOPEN, [_S.TO_FOLLOW_UP, _S.CLOSED], _S.REOPEN_REQUESTED, _DESK, "text"),
    # A case that was answered on the spot never had a handler it could go back to.
    _move(
        Verb.REOPEN,
        [_S.REOPEN_REQUESTED],
        None,
        [_P.SUPERVISOR],
        outcomes=[_S.TO_ACCEPT, _S.TO_DISPATCH],
        clock=_C.BEGINS,
    ),
    _move(Verb.DECLINE_REOPEN, [_S.REOPEN_REQUESTED], _S.CLOSED, [_P.SUPERVISOR], "text"),
)

# What changed since: moves that are new, and those that replace the one of the same verb.
_SECOND: tuple[Transition, ...] = (
    _move(
        Verb.SUGGESTION,
        [_S.TO_DISPATCH, _S.TO_ACCEPT, _S.IN_PROGRESS],
        _S.CLOSED,
        [_P.HANDLER, *_DESK],
        clock=_C.ENDS,
    ),
    _move(
        Verb.RETURN,
        [_S.TO_ACCEPT, _S.IN_PROGRESS],
        None,
        [_P.HANDLER],
        "reason",
        outcomes=[_S.TO_DISPATCH, _S.TO_ADJUDICATE],
    ),
    _move(Verb.SEND_STRAIGHT_BACK, [_S.TO_DISPATCH], _S.TO_ACCEPT, _DESK, "text"),
    _move(Verb.ADJUDICATE, [_S.TO_ADJUDICATE], _S.TO_ACCEPT, [_P.SUPERVISOR], "target", "text"),
    _move(Verb.TRANSFER, [_S.TO_ACCEPT, _S.IN_PROGRESS], _S.TO_ACCEPT, [_P.HANDLER], "target", "text"),
    _move(
        Verb.RESOLVE,
        [_S.TO_ACCEPT, _S.IN_PROGRESS],
        None,
        _HANDS,
        "text",
        "reply",
        "solved",
        outcomes=[_S.TO_APPROVE, _S.TO_FOLLOW_UP, _S.CLOSED],
        clock=_C.ENDS,
    ),
    _move(Verb.APPROVE, [_S.TO_APPROVE], None, [_P.SUPERVISOR], outcomes=[_S.TO_FOLLOW_UP, _S.CLOSED]),
    _move(Verb.SEND_BACK_TO_REDO, [_S.TO_APPROVE], _S.IN_PROGRESS, [_P.SUPERVISOR], "text"),
    _move(Verb.RECATEGORISE, frozenset(_S) - {_S.MERGED}, None, _DESK, "category"),
    _move(Verb.INCIDENT, OPEN, None, _DESK),
    _move(Verb.AFFECTED, OPEN, None, [_P.HANDLER, *_DESK], "households"),
    _move(Verb.MERGE, OPEN, _S.MERGED, _DESK, "into", clock=_C.ENDS),
    _move(Verb.SPLIT, OPEN, None, _DESK, "parts"),
    _move(Verb.LINK, _S, None, _DESK, "other"),
    _move(Verb.UNLINK, _S, None, _DESK, "other"),
    # Puts a case back as it was before a step that can be taken back; which status that is, the step remembers.
    _move(Verb.UNDO, _S, None, _DESK, outcomes=_S, clock=_C.RETURNS),
    _move(Verb.SORT, [_S.TO_ACCEPT, _S.IN_PROGRESS, _S.SUSPENDED], None, _HANDS, "kind"),
    _move(Verb.DELIBERATE, [_S.TO_ACCEPT, _S.IN_PROGRESS, _S.SUSPENDED], None, _HANDS, "minutes", "decision"),
    _move(Verb.REMIND, RUNNING, None, []),
    _move(Verb.SUPERVISE, OPEN, None, [_P.SUPERVISOR], "text", "feedback"),
    _move(Verb.FEEDBACK, OPEN, None, _HANDS, "text", needs="under_supervision"),
    _move(Verb.CIRCULATE, RUNNING, None, []),
    _move(Verb.WAIVE, OPEN, None, [_P.HANDLER, *_DESK], "unit", "text", needs="awaits_answers"),
    _move(Verb.EXTEND, [_S.IN_PROGRESS, _S.SUSPENDED], None, [_P.HANDLER], "days", "text"),
    _move(Verb.GRANT, OPEN, None, [_P.SUPERVISOR], needs="awaited_extension", clock=_C.GIVES),
    _move(Verb.REFUSE_EXTENSION, OPEN, None, [_P.SUPERVISOR], "text", needs="awaited_extension"),
)

# Callers are asked at the door as well as by phone.
_THIRD: tuple[Transition, ...] = (
    _move(
        Verb.FOLLOW_UP,
        [_S.TO_FOLLOW_UP],
        None,
        [*_DESK, _P.VISITOR],
        outcomes=[_S.TO_FOLLOW_UP, _S.CLOSED, _S.REOPEN_REQUESTED],
    ),
    _move(Verb.ASK_AT_DOOR, [_S.TO_FOLLOW_UP], None, _DESK, "target"),
)


def _table(*layers: tuple[Transition, ...]) -> dict[Verb, Transition]:
    return {move.verb: move for layer in layers for move in layer}


# Every version of the table that a case may still follow. A case finishes under the one with which it began.
TABLES: dict[int, dict[Verb, Transition]] = {
    1: _table(_FIRST),
    2: _table(_FIRST, _SECOND),
    3: _table(_FIRST, _SECOND, _THIRD),
}
CURRENT = max(TABLES)
TRANSITIONS = TABLES[CURRENT]


def moves_from(status: str, parties: Iterable[str], table: int = CURRENT) -> list[Transition]:
    """The moves somebody who is *parties* to a case in *status* may make, in the order of its version of the table."""
    held = frozenset(parties)
    return [m for m in TABLES[table].values() if status in m.sources and not m.parties.isdisjoint(held)]
