"""Sorting (分类化处置): what sort of matter a case is, and what each sort asks for.

A personal wish that cannot be met is explained, a reasonable improvement is driven, by a next step that is written
down, and a matter in which some win and some lose goes to the residents' deliberation: it is not resolved before a
decision is on record. No case has to be sorted.
"""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks.models import Case, CaseKind, Deliberation
from caseworks.moves import Act, NotPossible, done, for_the_record, moving
from caseworks.states import Verb


def sort(case: Case, act: Act, *, kind: str, text: str = "") -> Case:
    """Say what sort of matter it is. *text* is what that sort owes: an explanation, or the next step."""
    with moving(case, Verb.SORT, act, kind=kind) as locked:
        if locked is None:
            return case
        if owed := what_is_owed(kind, text):
            raise NotPossible(owed)
        locked.kind = kind
        return done(locked, Verb.SORT, act, ["kind"], text=text, detail=for_the_record(CaseKind(kind).label))


def what_is_owed(kind: str, text: str) -> str:
    """What still has to be written where a matter of *kind* is sorted, in a sentence; empty where nothing has."""
    if text.strip():
        return ""
    if kind == CaseKind.WISH:
        return _("A wish that cannot be met is owed an explanation: please write why.")
    if kind == CaseKind.IMPROVEMENT:
        return _("A reasonable improvement is driven: please write what is done next, by whom and by when.")
    return ""


def deliberate(case: Case, act: Act, *, held_on: date, participants: str, minutes: str, decision: str) -> Case:
    """Put a residents' deliberation on record. What is deliberated has winners and losers, so it is sorted as such."""
    with moving(case, Verb.DELIBERATE, act, minutes=minutes, decision=decision) as locked:
        if locked is None:
            return case
        if held_on > timezone.localdate():
            raise NotPossible(_("The deliberation is still to come: record it once it was held."))
        Deliberation.objects.create(
            case=locked, held_on=held_on, participants=participants, minutes=minutes, decision=decision, by=act.by
        )
        locked.kind = CaseKind.SIDES
        return done(locked, Verb.DELIBERATE, act, ["kind"], text=decision, detail=f"{held_on:%Y-%m-%d}")


def why_not_resolve(case: Case) -> str:
    """What *case* owes before it is resolved: with winners and losers, a decision. Empty where it owes nothing."""
    if case.table > 1 and case.kind == CaseKind.SIDES and not case.deliberations.exists():
        return _("This matter has winners and losers: record the deliberation and its decision before you resolve it.")
    return ""


def require_decision(case: Case) -> None:
    """Raise `NotPossible` with that sentence where there is one."""
    if sentence := why_not_resolve(case):
        raise NotPossible(sentence)
