"""Approving closures: an outcome counts when somebody other than who reported it has looked at it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from caseworks.models import Case
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import Status, Verb
from caseworks.workflow import OUTCOME, finish, forget_outcome
from people.models import User


def why_not(case: Case, user: User) -> str:
    """Why *user* cannot approve the outcome of *case*, in a sentence for him; empty where he can."""
    if case.resolved_by_id == user.pk:
        return _("You reported this outcome yourself: somebody else approves it.")
    return ""


def approve(case: Case, act: Act, *, text: str = "") -> Case:
    """Let the outcome count: the case is followed up where its category asks for that, else it is closed."""
    with moving(case, Verb.APPROVE, act) as locked:
        if locked is None:
            return case
        if hindrance := why_not(locked, act.by):
            raise NotPossible(hindrance)
        return done(locked, Verb.APPROVE, act, finish(locked), text=text)


def send_back_to_redo(case: Case, act: Act, *, text: str) -> Case:
    """Let the handler go on, with what is still missing. The clock never stopped: its deadline is the old one."""
    with moving(case, Verb.SEND_BACK_TO_REDO, act, text=text) as locked:
        if locked is None:
            return case
        forget_outcome(locked)
        locked.status = Status.IN_PROGRESS
        return done(locked, Verb.SEND_BACK_TO_REDO, act, ["status", *OUTCOME], text=text)
