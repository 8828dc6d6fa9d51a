"""Contacts made while a case is handled: whoever was reached has been met, whatever screen that came through.

`outreach` cannot see cases, so it is told from here, in the transaction of the verb.
"""

from __future__ import annotations

from caseworks.models import Case
from outreach.models import Visit, VisitForm
from outreach.visiting import credit
from people.models import User

# Tried, and nobody was reached: kept, and counts nothing.
IN_VAIN = "in_vain"


def contacted(case: Case, by: User, how: str) -> Visit | None:
    """Write down that *by* spoke, or tried to speak, with the household of *case*; None where it has none.

    *how* is a `VisitForm`, or `IN_VAIN`. A caller who does not live there was spoken to for himself alone.
    """
    household, caller = case.household, case.caller
    if household is None or household.ended_on:
        return None
    if caller and not caller.memberships.current().filter(household=household).exists():
        return None
    reached = how != IN_VAIN
    # The visit says nothing of what was asked for: households are read by more people than cases.
    return credit(
        household, by, form=how if reached else VisitForm.PHONE, reached=reached, met=caller if reached else None
    )
