"""How the households of an incident stand: who was told, who is still to be called, and what each says."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks import spokesman
from caseworks.models import IncidentHousehold, Told
from caseworks.models.incidents import IncidentHouseholdQuerySet
from outreach.models import MessageState, VisitForm
from outreach.visiting import credit
from people import audit
from people.models import Household, Membership, Resident, User
from people.revealing import RevealRefused

# Written to and not arrived: somebody has to call after all.
NOT_ARRIVED = Q(message__state__in=[MessageState.FAILED, MessageState.UNKNOWN])
# One that left before somebody called is called only where it asked by itself.
GONE = Q(household__ended_on__isnull=False, asking=False)
TO_CALL = (Q(told=Told.TO_CALL) | (Q(told=Told.WRITTEN) & NOT_ARRIVED)) & ~GONE


@dataclass(frozen=True)
class Standing:
    """How an incident stands, in households; `callers` are those of no household in the register."""

    households: int
    callers: int
    asking: int
    written: int
    to_call: int
    called: int
    satisfied: int
    fairly: int
    dissatisfied: int

    @property
    def not_asked(self) -> int:
        return self.households + self.callers - self.satisfied - self.fairly - self.dissatisfied


def standing(rows: IncidentHouseholdQuerySet) -> Standing:
    """Count *rows*, the households of one incident that somebody sees; one query."""
    return Standing(
        **rows.order_by().aggregate(
            households=Count("household"),
            callers=Count("pk", Q(household__isnull=True)),
            written=Count("pk", Q(told=Told.WRITTEN) & ~NOT_ARRIVED),
            to_call=Count("pk", TO_CALL),
            called=Count("pk", Q(told=Told.CALLED)),
            satisfied=Count("pk", Q(satisfaction="satisfied")),
            fairly=Count("pk", Q(satisfaction="fairly")),
            dissatisfied=Count("pk", Q(satisfaction="not")),
            # Last: from here on the name is the count's, no longer the column's, which `TO_CALL` asks for.
            asking=Count("pk", Q(asking=True)),
        )
    )


@dataclass(frozen=True)
class Heard:
    """What was heard from a household: that it was reached by phone; whether it is satisfied, "" while not asked."""

    called: bool
    satisfaction: str


def record(rows: IncidentHouseholdQuerySet, heard: dict[int, Heard], by: User) -> int:
    """Write down what was heard, by primary key of the row; only *rows* that *by* sees. Return how many changed."""
    now, changed = timezone.now(), []
    with transaction.atomic():
        locked = list(rows.select_for_update(of=("self",)).select_related("household__area").filter(pk__in=heard))
        # All at once and in one order: the first visit below ends in the audit, and no lock is waited for after that.
        homes = Household.objects.select_for_update(of=("self",)).filter(pk__in=[row.household_id for row in locked])
        list(homes.order_by("pk"))
        for row in locked:
            said = heard[row.pk]
            called = row.told != Told.CALLED and (said.called or bool(said.satisfaction and row.told == Told.TO_CALL))
            if not called and said.satisfaction == row.satisfaction:
                continue
            if called:
                row.told, row.told_at = Told.CALLED, now
            if said.satisfaction != row.satisfaction:
                row.satisfaction = said.satisfaction
                row.asked_at, row.asked_by = (now, by) if said.satisfaction else (None, None)
            row.save(update_fields=["told", "told_at", "satisfaction", "asked_at", "asked_by"])
            # A caller of no register belongs to no household.
            if called and row.household:
                credit(row.household, by, form=VisitForm.PHONE)
            changed.append(row)
        audit.record_many(by, "incident.heard", [audit.Entry(row, ["told", "satisfaction"]) for row in changed])
    return len(changed)


@dataclass(frozen=True)
class Call:
    """A household that is still to be called, and who speaks for it; his numbers carry when it is safe to call."""

    row: IncidentHousehold
    person: Resident | None

    @property
    def name(self) -> str:
        return str(self.person or self.row.name)


def call_list(rows: IncidentHouseholdQuerySet, by: User, reason: str) -> list[Call]:
    """Everybody still to be called, to be shown with their numbers in full: a list for the office's own printer.

    A list is not a look at one person after another, so the day's quota does not bound it; each person on it has an
    audit row with the *reason* all the same. `RevealRefused` without one.
    """
    if not reason.strip():
        raise RevealRefused(_("Please give a reason: it is kept with your name."))
    members = Membership.objects.filter(spokesman.TODAY).select_related("resident").prefetch_related("resident__phones")
    waiting = (
        rows.filter(TO_CALL)
        .select_related("household__head", "household__area__parent", "household__area__level")
        .select_related("caller__resident", "incident__case")
        .prefetch_related(Prefetch("household__memberships", members))
        .order_by("household__area__path", "household__address_key", "pk")
    )
    calls = [Call(row, _speaks_for(row)) for row in waiting]
    entries = [
        audit.Entry(call.row, ["phone", "address"], call.person.uuid if call.person else "", reason.strip()[:300])
        for call in calls
    ]
    with transaction.atomic():
        audit.record_many(by, "incident.call_list", entries)
    return calls


def _speaks_for(row: IncidentHousehold) -> Resident | None:
    """Whom to call for *row*; None where somebody not in the register left the number."""
    if row.household is None:
        return row.who_called
    return spokesman.first_to_reach(row.household, row.household.memberships.all())
