"""Transferring a case: its handler hands it directly to another post or unit, without the dispatch queue."""

from __future__ import annotations

from django.utils.translation import gettext as _

from caseworks.models import Case
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.routing import Route
from caseworks.states import Status, Verb
from caseworks.workflow import arrow, hand_to


def transfer(case: Case, act: Act, *, to: Route, text: str) -> Case:
    """Hand the case on with the reason. The clock runs on; whoever gets it may return it as if it had been dispatched.

    Raises NotPossible where it is there already.
    """
    with moving(case, Verb.TRANSFER, act, target=to.found, text=text) as locked:
        if locked is None:
            return case
        if (locked.handling_area, locked.handling_role, locked.unit) == (to.area, to.role, to.unit):
            raise NotPossible(_("The case is there already."))
        fields = hand_to(locked, to, Verb.TRANSFER, act.by)
        locked.status = Status.TO_ACCEPT
        return done(locked, Verb.TRANSFER, act, fields, text=text, detail=arrow(to))
