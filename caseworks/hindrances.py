"""What stands in the way of a move that the table allows: said on the button, before anybody tries."""

from __future__ import annotations

from caseworks import approving, co_handling, extending, followup, returning, sorting
from caseworks.models import Case
from caseworks.states import Verb
from people.models import User


def why_not(verb: Verb, case: Case, user: User) -> str:
    """Why *user* cannot do it now although his part and the status of the case allow it; empty where he can."""
    if verb == Verb.RETURN:
        return returning.why_not(case)
    if verb == Verb.APPROVE:
        return approving.why_not(case, user)
    if verb in (Verb.RESOLVE, Verb.ANSWER):
        owed = sorting.why_not_resolve(case) if verb == Verb.RESOLVE else ""
        return owed or co_handling.why_not_finish(case)
    if verb == Verb.EXTEND:
        return extending.why_not_ask(case)
    if verb == Verb.FOLLOW_UP:
        return followup.why_not_ask(case, user)
    if verb == Verb.ASK_AT_DOOR:
        return followup.why_not_send(case)
    if verb in (Verb.GRANT, Verb.REFUSE_EXTENSION):
        return extending.why_not_decide(case, user)
    return ""


def arises(verb: Verb, case: Case) -> bool:
    """Whether the move means anything on this case: what nobody returned cannot go back to whoever did."""
    if verb == Verb.INCIDENT:
        return not hasattr(case, "incident")
    return verb != Verb.SEND_STRAIGHT_BACK or bool(case.times_returned)
