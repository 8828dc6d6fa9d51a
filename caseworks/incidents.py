"""Incidents: one cause that reaches many households, worked on as one case and answered once.

The households come by area, by list or by their own call. When the case is resolved everybody is told, by whatever
channel each may be reached on; who cannot be written to stands on a list of people to call. Each household is asked
for itself whether it is satisfied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from caseworks.contacting import home_of
from caseworks.models import Case, CaseCaller, Incident, IncidentHousehold, Reached, Told
from caseworks.models.incidents import IncidentHouseholdQuerySet
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import OPEN, Verb
from outreach import correspondence
from outreach.models import MessageState, VisitForm
from outreach.visiting import credit
from people import audit, jobs
from people.addresses import address_key, parse_address
from people.consent import Channel, Purpose
from people.models import Area, Household, Job, Membership, Resident, User
from people.models.areas import within
from people.revealing import RevealRefused

BATCH = 500
# A house of its own is no building to choose: it is found in the list of households.
LEAST_IN_A_BUILDING = 2
# Lines of a pasted list: more than an incident ever reached, fewer than a mistake can bring.
MOST_LINES = 3000


def is_incident(case: Case) -> bool:
    return Incident.objects.filter(case=case).exists()


def declare(case: Case, act: Act, *, text: str = "") -> Case:
    """Mark *case* as one that reaches many households; those who called about it so far are the first of them."""
    with moving(case, Verb.INCIDENT, act) as locked:
        if locked is None:
            return case
        if is_incident(locked):
            raise NotPossible(_("This case is an incident already."))
        Incident.objects.create(case=locked, declared_by=act.by)
        caller_joined(locked, locked.caller, locked.household)
        for caller in locked.more_callers.select_related("resident"):
            caller_joined(locked, caller.resident, caller=caller)
        return done(locked, Verb.INCIDENT, act, [], text=text)


# ---- Which households ----


def add(case: Case, act: Act, *, households: Sequence[Household], how: Reached) -> Case:
    """Count *households*, which the caller of this fetched through scope, among those the incident reaches."""
    with moving(case, Verb.AFFECTED, act, households=households) as locked:
        if locked is None:
            return case
        incident = Incident.objects.get(case=locked)
        known = set(incident.households.values_list("household_id", flat=True))
        new = [household for household in households if household.pk not in known]
        if not new:
            raise NotPossible(_("All of these households are among them already."))
        IncidentHousehold.objects.bulk_create(
            [IncidentHousehold(incident=incident, household=one, added_by=act.by, how=how) for one in new],
            batch_size=BATCH,
        )
        with override(settings.LANGUAGE_CODE):
            words = ngettext("%(n)d household", "%(n)d households", len(new)) % {"n": len(new)}
        return done(locked, Verb.AFFECTED, act, [], detail=words)


@dataclass(frozen=True)
class Joined:
    """A row of an incident that a caller brought, or that has asked by itself since he called."""

    row: int
    is_new: bool


def caller_joined(
    case: Case, resident: Resident | None, household: Household | None = None, caller: CaseCaller | None = None
) -> Joined | None:
    """Where *case* is an incident, note that the household of whoever called about it asked by itself.

    Somebody whose household is not in the register is told and asked by the number he left: *caller*, or whoever
    called first. None where that changes nothing.
    """
    incident = Incident.objects.filter(case=case).first()
    if incident is None:
        return None
    if household is None and resident:
        household = home_of(resident, case.area)
    if household:
        row, is_new = IncidentHousehold.objects.get_or_create(
            incident=incident, household=household, defaults={"asking": True, "how": Reached.CALL}
        )
        if row.asking and not is_new:
            return None
        IncidentHousehold.objects.filter(pk=row.pk).update(asking=True)
        return Joined(row.pk, is_new)
    number = caller.phone if caller else case.caller_phone
    if not number or _calls_by(incident, number).exists():
        return None
    row = IncidentHousehold.objects.create(incident=incident, caller=caller, asking=True, how=Reached.CALL)
    return Joined(row.pk, True)


def _calls_by(incident: Incident, number: str) -> IncidentHouseholdQuerySet:
    """Whoever is told by *number* because his household is not in the register: one row, however often he calls."""
    callers = incident.households.filter(household__isnull=True)
    return callers.filter(Q(caller__phone=number) | Q(caller__isnull=True, incident__case__caller_phone=number))


def callers_left(case: Case, *, made: Iterable[int], asking: Iterable[int]) -> None:
    """Those who joined the incident with a merged case have left it again; whoever was told or asked meanwhile stays.

    *made* are the rows that came with them, *asking* those that have asked by themselves since.
    """
    rows = IncidentHousehold.objects.filter(incident__case=case)
    rows.filter(pk__in=list(asking)).update(asking=False)
    rows.filter(pk__in=list(made), told="", satisfaction="").delete()


def around(user: User, area: Area | None, caller: Resident | None = None) -> list[Case]:
    """Open incidents *user* sees that a caller from *area*, or *caller* himself, is likely to call about."""
    place = Q()
    if area:
        place |= Q(area__in=area.ancestor_ids()) | Q(area__path__startswith=area.path)
    if caller:
        homes = Membership.objects.current().filter(resident=caller).values("household")
        place |= Q(incident__households__household__in=homes)
    if not place:
        return []
    found = Case.objects.visible_to(user).filter(place, incident__isnull=False, status__in=OPEN).distinct()
    return list(found.select_related("category", "area", "handling_area", "unit")[:2])


def choosable(user: User, areas: Iterable[Area]) -> list[Household]:
    """The households of *areas* that *user* may see and the office looks after, in the order of their places."""
    paths = [area.path or "?" for area in areas]
    return list(Household.objects.visible_to(user).current().filter(within(paths, "area__")))


@dataclass(frozen=True)
class Building:
    """A building by its address, with as many households as it has in the register."""

    key: str
    households: int


def building_of(address: str) -> str:
    """The address without the door: "滨港路223号" of "滨港路223号1102室"; "" where it names no building."""
    parts = parse_address(address)
    numbers = [(parts.lane, "弄"), (parts.number, "号"), (parts.building, "幢")]
    told = "".join(number + word for number, word in numbers if number)
    return f"{parts.street}{told}" if parts.street and told else ""


def buildings(households: Iterable[Household]) -> list[Building]:
    """The buildings in which several of *households* live, largest first."""
    counted = Counter(building_of(household.address) for household in households)
    return [Building(key, n) for key, n in counted.most_common() if key and n >= LEAST_IN_A_BUILDING]


@dataclass(frozen=True)
class Listed:
    """What a pasted list came to: the households found, and the lines that fit none or more than one."""

    households: list[Household]
    unknown: list[str]


def read_list(user: User, text: str, near: Area | None = None) -> Listed:
    """Read one household a line: its number in the ledger, or its address as anybody would write it.

    A number or an address that several communities have means the one below *near*. Three queries at most.
    """
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))[:MOST_LINES]
    keys = {line: address_key(line) for line in lines}
    seen = Household.objects.visible_to(user).current().select_related("area")
    fits: dict[str, list[Household]] = {}
    for column, values in (("serial", lines), ("address_key", [key for key in keys.values() if key])):
        for start in range(0, len(values), BATCH):
            for household in seen.filter(**{f"{column}__in": values[start : start + BATCH]}):
                fits.setdefault(f"{column} {getattr(household, column)}", []).append(household)
    found: dict[int, Household] = {}
    unknown = []
    for line in lines:
        one = _the_one(fits.get(f"serial {line}") or fits.get(f"address_key {keys[line]}") or [], near)
        if one:
            found[one.pk] = one
        else:
            unknown.append(line)
    return Listed(list(found.values()), unknown)


def _the_one(fitting: list[Household], near: Area | None) -> Household | None:
    close = [one for one in fitting if near and (one.area.path or "").startswith(near.path or "?")]
    candidates = close or fitting
    return candidates[0] if len(candidates) == 1 else None


# ---- One answer ----


def answered(case: Case) -> None:
    """Called when the outcome of *case* counts, before it is saved: where it is an incident, have everybody told.

    One that is resolved a second time, after it was reopened, is answered anew, and everybody is asked anew.
    """
    incident = Incident.objects.filter(case=case).first()
    if incident is None:
        return
    incident.households.update(told="", told_at=None, message=None, satisfaction="", asked_at=None, asked_by=None)
    jobs.enqueue(
        f"{__name__}.tell",
        f"{case.number} {case.version}",
        owner=case.resolved_by,
        incident=incident.pk,
        answer=case.version,
        words=case.reply or case.outcome,
    )


def tell(job: Job, progress: jobs.Progress, *, incident: int, answer: int, words: str) -> dict[str, int]:
    """Write *words* to every household not told yet: one message each, never two for one *answer*.

    One that has left since is told where it asked by itself.
    """
    told = Incident.objects.select_related("case").get(pk=incident)
    with override(settings.LANGUAGE_CODE):
        text = _("About “%(summary)s” (%(number)s): %(answer)s") % {
            "summary": told.case.summary,
            "number": told.case.number,
            "answer": words,
        }
    rows = told.households.filter(told="").exclude(asking=False, household__ended_on__isnull=False)
    waiting, number = list(rows.values_list("pk", flat=True)), 0
    for number, pk in enumerate(waiting, 1):
        with transaction.atomic():
            related = ("household__head", "household__area", "caller__resident", "incident__case__area")
            row = IncidentHousehold.objects.select_related(*related).get(pk=pk)
            _tell_one(row, told.case, text, answer, job.owner)
        if number % 20 == 0:
            progress(number, len(waiting))
    progress(number, len(waiting))
    Incident.objects.filter(pk=incident).update(told_at=timezone.now())
    return {"told": number}


def _tell_one(row: IncidentHousehold, case: Case, text: str, answer: int, by: User | None) -> None:
    home = row.household
    message = correspondence.write(
        Purpose.INCIDENT,
        to=_spokesman(home) if home else row.who_called,
        phone="" if home else row.phone,
        name="" if home else row.name,
        text=text,
        by=by,
        about=case.number,
        key=f"incident {row.pk} {answer}",
        area=home.area if home else case.area,
    )
    by_hand = message.state == MessageState.REFUSED or message.channel == Channel.CALL
    row.message, row.told = message, Told.TO_CALL if by_hand else Told.WRITTEN
    row.told_at = None if by_hand else timezone.now()
    row.save(update_fields=["message", "told", "told_at"])


def _spokesman(household: Household) -> Resident | None:
    """Whoever is told for the household: its head, unless he has no number and somebody else has one."""
    members = household.memberships.filter(_TODAY).select_related("resident").prefetch_related("resident__phones")
    return _first_to_reach(household, members)


# Those who belong to a household today.
_TODAY = Q(until__isnull=True, resident__died_on__isnull=True)


def _first_to_reach(household: Household, members: Iterable[Membership]) -> Resident | None:
    people = [one.resident for one in members]
    people.sort(key=lambda one: (not one.phones.all(), one.pk != household.head_id, one.pk))
    return people[0] if people else None


# ---- Who is still to be called, and what they say ----

# Written to and not arrived: somebody has to call after all.
NOT_ARRIVED = Q(message__state__in=[MessageState.FAILED, MessageState.UNKNOWN])
TO_CALL = Q(told=Told.TO_CALL) | (Q(told=Told.WRITTEN) & NOT_ARRIVED)


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
            asking=Count("pk", Q(asking=True)),
            written=Count("pk", Q(told=Told.WRITTEN) & ~NOT_ARRIVED),
            to_call=Count("pk", TO_CALL),
            called=Count("pk", Q(told=Told.CALLED)),
            satisfied=Count("pk", Q(satisfaction="satisfied")),
            fairly=Count("pk", Q(satisfaction="fairly")),
            dissatisfied=Count("pk", Q(satisfaction="not")),
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
    members = Membership.objects.filter(_TODAY).select_related("resident").prefetch_related("resident__phones")
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
    return _first_to_reach(row.household, row.household.memberships.all())
