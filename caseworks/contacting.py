"""Contacts made while a request is taken down or a case is handled: whoever was reached has been met, whatever screen
that came through.

`outreach` cannot see cases, so it is told from here, in the transaction of the verb. What was asked for is never told:
households are read by more people than cases. A visit locks its household and ends in the audit, which everybody waits
for: a verb tells of a contact before it writes an audit row of its own, or two of them wait for one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caseworks.models import Case, Channel
from outreach.models import Visit, VisitForm
from outreach.visiting import credit
from people.models import Area, Household, Membership, Resident, User

# Tried, and nobody was reached: kept, and counts nothing.
IN_VAIN = "in_vain"

# In which form whoever takes a request down speaks with the caller. With the other channels he does not: a visit is
# written down by whoever made it, a conversation of a reception day is the leader's (caseworks/reception.py), on
# patrol a liaison reports what he saw himself, and a letter, or what another office hands on, such as 12345, is read.
SPOKEN: dict[str, str] = {
    Channel.HOTLINE: VisitForm.PHONE,
    Channel.WINDOW: VisitForm.STATION,
    Channel.STATION: VisitForm.STATION,
    Channel.ONLINE: VisitForm.ONLINE,
}


@dataclass(frozen=True)
class Talk:
    """A conversation with a caller: who spoke with him, in which `VisitForm`, and when, None for just now.

    `noted_by` wrote it down, where that was somebody else: the contact is the speaker's, the audit names the writer.
    """

    speaker: User
    form: str
    at: datetime | None = None
    noted_by: User | None = None


def spoken(channel: str, by: User, at: datetime | None = None) -> Talk | None:
    """The conversation in which *by* takes down what comes in through *channel*; None where that is none."""
    form = SPOKEN.get(channel)
    return Talk(by, form, at) if form else None


def talked(talk: Talk | None, caller: Resident | None, household: Household | None) -> Visit | None:
    """Write down that *caller*, a member of *household* today, was spoken with; None where that is no contact with it.

    Somebody unknown, anonymous or of another household was spoken to for himself alone.
    """
    if talk is None or caller is None or household is None or not _lives_in(caller, household):
        return None
    return credit(household, talk.speaker, form=talk.form, met=caller, at=talk.at, noted_by=talk.noted_by)


def contacted(case: Case, by: User, how: str) -> Visit | None:
    """Write down that *by* spoke, or tried to speak, with the household of *case*; None where it has none.

    *how* is a `VisitForm`, or `IN_VAIN`. A caller who does not live there was spoken to for himself alone.
    """
    household, caller = case.household, case.caller
    if household is None or household.ended_on or (caller and not _lives_in(caller, household)):
        return None
    reached = how != IN_VAIN
    return credit(
        household, by, form=how if reached else VisitForm.PHONE, reached=reached, met=caller if reached else None
    )


def _lives_in(resident: Resident, household: Household) -> bool:
    """A household that has left is met by nobody: what is known of its members is where they were."""
    return household.ended_on is None and resident.memberships.current().filter(household=household).exists()


def home_of(resident: Resident, near: Area | None = None) -> Household | None:
    """The household in which *resident* lives today; of several, one in the area *near* where there is one."""
    current = Membership.objects.current().filter(resident=resident, household__ended_on__isnull=True)
    homes = [one.household for one in current.select_related("household__area")]
    close = [home for home in homes if near and (home.area.path or "").startswith(near.path or "?")]
    return next(iter(close or homes), None)
