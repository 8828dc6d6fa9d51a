"""Incidents: one cause that reaches many households, worked on as one case and answered once.

The households come by area, by list (`incident_households`) or by their own call. When the case is resolved everybody
is told, by whatever channel each may be reached on; who cannot be written to stands on a list of people to call. Each
household is asked for itself whether it is satisfied (`incident_calls`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from caseworks import spokesman
from caseworks.contacting import home_of
from caseworks.models import Case, CaseCaller, Incident, IncidentHousehold, Reached, Told
from caseworks.models.incidents import IncidentHouseholdQuerySet
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import OPEN, Verb
from outreach import correspondence
from outreach.models import MessageState
from people import jobs
from people.consent import Channel, Purpose
from people.models import Area, Household, Job, Membership, Resident, User

# Households that are written down by one statement.
BATCH = 500


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


# ---- Which households: those that were chosen, and those that called ----


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
        to=spokesman.of(home) if home else row.who_called,
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
