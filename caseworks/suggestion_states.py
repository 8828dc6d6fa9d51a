"""The path of a suggestion: raised, judged, done where it was adopted, answered; and one table of who may do what.

Pure. The parties are those of a case (caseworks/states.py): whoever carries a suggestion out is its handler. What was
decided stands beside the stage, because an adopted suggestion and a declined one are answered in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from caseworks.states import Party
from people.access import LIAISONS, Role

# Who may take a suggestion down.
RAISERS = LIAISONS | {Role.OPERATOR, Role.SUPERVISOR}


class Stage(TextChoices):
    TO_JUDGE = "to_judge", _("To judge")
    TO_DO = "to_do", pgettext_lazy("suggestion", "To do")
    TO_ANSWER = "to_answer", _("To answer")
    ANSWERED = "answered", _("Answered")


class Decision(TextChoices):
    """What was decided. Declining needs a reason; so does adopting only a part."""

    ADOPTED = "adopted", _("Adopted")
    PARTLY = "partly", _("Adopted in part")
    DECLINED = "declined", _("Declined")


ADOPTING = frozenset({Decision.ADOPTED, Decision.PARTLY})


class Step(TextChoices):
    """Everything that can be done to a suggestion, and so every kind of entry on its timeline."""

    RAISE = "raise", _("Raised")
    JUDGE = "judge", _("Judge")
    DO = "do", _("Report as done")
    GIVE_BACK = "give_back", _("Cannot be carried out")
    ANSWER = "answer", _("Answer the proposer")
    NOTE = "note", _("Note")


# After these the proposer is told.
TOLD_AFTER = frozenset({Step.RAISE, Step.JUDGE, Step.DO, Step.ANSWER})


@dataclass(frozen=True)
class Move:
    """One legal step. `to` is None where the stage stays, or where the decision settles it."""

    step: Step
    sources: frozenset[Stage]
    to: Stage | None
    parties: frozenset[Party]
    required: tuple[str, ...] = ("text",)


_DESK = frozenset({Party.DESK, Party.SUPERVISOR})
_HANDS = frozenset({Party.HANDLER, Party.SUPERVISOR})

MOVES: dict[Step, Move] = {
    move.step: move
    for move in (
        Move(Step.JUDGE, frozenset({Stage.TO_JUDGE}), None, frozenset({Party.SUPERVISOR}), ("decision",)),
        Move(Step.DO, frozenset({Stage.TO_DO}), Stage.TO_ANSWER, _HANDS),
        Move(Step.GIVE_BACK, frozenset({Stage.TO_DO}), Stage.TO_JUDGE, _HANDS),
        Move(Step.ANSWER, frozenset({Stage.TO_ANSWER}), Stage.ANSWERED, _DESK),
        Move(Step.NOTE, frozenset(Stage), None, frozenset({Party.VIEWER})),
    )
}


def steps_from(stage: str, parties: Iterable[str]) -> list[Move]:
    """The steps that somebody who is *parties* to a suggestion at *stage* may take, in the order of the table."""
    held = frozenset(parties)
    return [move for move in MOVES.values() if stage in move.sources and not move.parties.isdisjoint(held)]


def after_judging(decision: str) -> Stage:
    """Where a suggestion stands once *decision* was taken: to be done, or at once to be answered."""
    return Stage.TO_DO if decision in ADOPTING else Stage.TO_ANSWER


def needs_reason(decision: str) -> bool:
    """Whether the proposer must be told why: wherever he does not get all he asked for."""
    return decision != Decision.ADOPTED


def adoption_share(adopted: int, partly: int, declined: int) -> float | None:
    """The adopted ones, wholly or in part, of all that were judged, in per cent; None while none was."""
    judged = adopted + partly + declined
    return 100 * (adopted + partly) / judged if judged else None
