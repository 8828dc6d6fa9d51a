"""What waits for a supervisor's word: outcomes to approve, returns to adjudicate, reopening and more time asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from caseworks import extending
from caseworks.listing import NEVER, with_row
from caseworks.models import Case
from caseworks.models.cases import CaseQuerySet
from caseworks.states import Status, Verb
from people.models import User
from people.paging import Page, page

# Requests for more time are few: each is decided before its deadline.
MOST_EXTENSIONS = 200


@dataclass(frozen=True)
class Decision:
    """A kind of decision: the move that grants what is asked, the one that does not, and usual reasons for that one."""

    label: Promise
    yes: Verb
    no: Verb
    asked_by: frozenset[Verb]
    reasons: tuple[Promise, ...]


APPROVAL = Decision(
    _("Outcome to approve"),
    Verb.APPROVE,
    Verb.SEND_BACK_TO_REDO,
    frozenset({Verb.RESOLVE}),
    (
        _("The outcome does not answer the request."),
        _("The caller has not been told."),
        _("Photos of the result are missing."),
        _("Names and dates are missing."),
    ),
)
ADJUDICATION = Decision(
    _("Returned twice: who has it?"),
    Verb.ADJUDICATE,
    Verb.ADJUDICATE,
    frozenset({Verb.RETURN}),
    (_("By duty it is yours."), _("You take the lead; ask others to help."), _("Nobody else is nearer to it.")),
)
REOPENING = Decision(
    _("Reopening asked for"),
    Verb.REOPEN,
    Verb.DECLINE_REOPEN,
    frozenset({Verb.FOLLOW_UP, Verb.REQUEST_REOPEN}),
    (
        _("What was promised has been done."),
        _("It is another matter: log it anew."),
        _("It cannot be done, and that was explained."),
    ),
)
MORE_TIME = Decision(
    _("More time asked for"),
    Verb.GRANT,
    Verb.REFUSE_EXTENSION,
    frozenset({Verb.EXTEND}),
    (_("The time left is enough."), _("Give the caller a first answer in time."), _("Ask for help instead.")),
)
ALL = (APPROVAL, ADJUDICATION, REOPENING, MORE_TIME)
_BY_STATUS = {
    Status.TO_APPROVE: APPROVAL,
    Status.TO_ADJUDICATE: ADJUDICATION,
    Status.REOPEN_REQUESTED: REOPENING,
}


def decision_of(case: Case) -> Decision:
    """What is to be decided on a case of `waiting_for`."""
    return _BY_STATUS.get(Status(case.status), MORE_TIME)


def waiting_for(user: User) -> CaseQuerySet:
    """The cases on which *user* is asked to decide something; two queries."""
    # As a list of keys: the database then goes by two indexes instead of looking at every case.
    asked = list(extending.waiting_for(user).values_list("case", flat=True)[:MOST_EXTENSIONS])
    return Case.objects.visible_to(user).filter(Q(status__in=list(_BY_STATUS)) | Q(pk__in=asked))


def page_for(user: User, *, after: str = "", before: str = "") -> Page[Case]:
    """One page of them, the nearest deadline first."""
    cases = with_row(waiting_for(user)).annotate(due_or_never=Coalesce(F("due_at"), Value(NEVER)))
    return page(cases, ["due_or_never", "pk"], after=after, before=before)
