"""Visits: recorded once, however often they are sent; the tasks they fulfil, and the tasks they leave behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from outreach.cadence import Contact
from outreach.calendar import start_of
from outreach.models import (
    CadenceNorm,
    PairUp,
    TaskReason,
    TaskState,
    Visit,
    VisitForm,
    VisitOccasion,
    VisitOutcome,
    VisitTask,
)
from outreach.models.visits import HELPER, REACHED
from outreach.pairing import contact_made
from people import audit
from people.access import Role
from people.models import Household, Photo, Resident, User

# Somebody who was not in is tried again after this long.
TRY_AGAIN_AFTER = timedelta(days=7)
# Outcomes after which the household is left in peace until its next turn: also where it wanted no visit.
SETTLED = (*REACHED, VisitOutcome.REFUSED)
# Why somebody is due at a household whom a contact about something else serves, too.
REGULAR = (TaskReason.CADENCE, TaskReason.FOLLOW_UP)


class RecordedOtherwise(Exception):
    """This uuid already stands for a visit with other content, `visit`. Nothing is written."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(str(visit.uuid))
        self.visit = visit


@dataclass
class VisitRecord:
    """A visit as it was taken down at the door. `uuid` is made on the phone: sent twice, it stays one visit."""

    household: Household
    outcome: str
    uuid: UUID = field(default_factory=uuid4)
    form: str = VisitForm.HOME
    met: Resident | None = None
    at: datetime | None = None
    note: str = ""
    promised: str = ""
    given: str = ""
    photos: Sequence[Photo] = ()
    # Made about something else, such as a case: it is no call on the household, and asks for no second try.
    elsewhere: bool = False
    # Made by the volunteer or unit of it, for whom it is written down.
    pair_up: PairUp | None = None
    # Who writes it down, where that is not the visitor: the audit names whoever did it.
    noted_by: User | None = None


def record_visit(record: VisitRecord, by: User) -> Visit:
    """Write a visit down. The same record again returns the visit it became the first time.

    Somebody was reached: every visit due to the household by now is done. Nobody was: it is due again in a week.
    Raises `RecordedOtherwise` where the uuid came before with another content, so that no change is lost silently.
    """
    try:
        with transaction.atomic():
            return _recorded(record, by) or _record(record, by)
    except IntegrityError:
        # Two sends of one form at the same moment: the second finds what the first has written.
        if visit := _recorded(record, by):
            return visit
        raise


def record_visits(records: Iterable[VisitRecord], by: User) -> list[Visit]:
    """Write down all the visits of one walk, or none of them. Raises `RecordedOtherwise`."""
    with transaction.atomic():
        return [record_visit(record, by) for record in records]


def credit(
    household: Household,
    by: User,
    *,
    form: str,
    reached: bool = True,
    met: Resident | None = None,
    note: str = "",
    given: str = "",
    at: datetime | None = None,
    noted_by: User | None = None,
) -> Visit:
    """Count a contact that was made on another screen, once per household and day for the doer, *by*.

    Call it in the transaction of what it was made for, before that writes to the audit. Where he has met the household
    on the day of *at*, today unless said otherwise, that visit is returned; one in vain is kept and counts nothing.
    """
    # Nobody was met tomorrow, whatever a form says.
    at = min(at or timezone.now(), timezone.now())
    with transaction.atomic():
        # Two screens at the same moment: the second waits, and finds what the first has written.
        Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        if reached and (met_today := _met_on(household, by, timezone.localdate(at))):
            return met_today
        outcome = VisitOutcome.WELL if reached else VisitOutcome.NOT_HOME
        record = VisitRecord(household, outcome, form=form, met=met, note=note, given=given, at=at, elsewhere=True)
        record.noted_by = noted_by
        return record_visit(record, by)


def _met_on(household: Household, by: User, day: date) -> Visit | None:
    today = Visit.objects.filter(household=household, by=by, at__gte=start_of(day))
    return today.reached().filter(at__lt=start_of(day + timedelta(days=1))).order_by("at").first()


def _recorded(record: VisitRecord, by: User) -> Visit | None:
    visit = Visit.objects.filter(uuid=record.uuid, by=by).first()
    if visit and any(
        getattr(visit, name) != getattr(record, name)
        for name in ("household", "outcome", "form", "note", "promised", "given")
    ):
        raise RecordedOtherwise(visit)
    return visit


def _record(record: VisitRecord, by: User) -> Visit:
    visit = Visit.objects.create(
        uuid=record.uuid,
        household=record.household,
        outcome=record.outcome,
        form=record.form,
        met=record.met,
        by=by,
        role=HELPER if record.pair_up else role_towards(by, record.household),
        pair_up=record.pair_up,
        # A phone's clock may be wrong: nothing was visited tomorrow.
        at=min(record.at or timezone.now(), timezone.now()),
        note=record.note,
        promised=record.promised,
        given=record.given,
    )
    visit.photos.set(record.photos)
    if visit.outcome in SETTLED:
        _settle(visit, REGULAR if record.elsewhere else TaskReason)
    elif visit.outcome == VisitOutcome.NOT_HOME and not record.elsewhere:
        _try_again(visit)
    contact_made(visit)
    audit.record(record.noted_by or by, "visit.record", visit, subject=record.met.uuid if record.met else "")
    return visit


# Whoever is several things to a household calls on it as the first of these.
_ROLES = (Role.LEADER, Role.OFFICER, Role.COMMITTEE, Role.OPERATOR, Role.SUPERVISOR)


def role_towards(user: User, household: Household) -> str:
    """In which role *user* meets *household*: that of a post whose area covers it, else none."""
    path = household.area.path or ""
    covering = (role for role in _ROLES if any(path.startswith(own) for own in user.scope.paths_as(role)))
    return next(covering, "")


def _try_again(visit: Visit) -> None:
    """Nobody was home, perhaps not for the first time: the next try is a week after this one."""
    task = ask_for_visit(visit.household, _day(visit) + TRY_AGAIN_AFTER, reason=TaskReason.FOLLOW_UP)
    task.due_on = _day(visit) + TRY_AGAIN_AFTER
    task.save(update_fields=["due_on"])


def _settle(visit: Visit, reasons: Iterable[str]) -> None:
    """Close what was due for one of *reasons*: one visit serves them all; the first of them, early or not, names it.

    A visit that was not wanted is not counted as done, yet nobody has to ring again. One in a form, or by somebody,
    that the cadence of the household does not accept leaves its regular visit due.
    """
    state = TaskState.DONE if visit.outcome in REACHED else TaskState.CANCELLED
    waiting = visit.household.visit_tasks.open().filter(reason__in=[str(reason) for reason in reasons])
    if state == TaskState.DONE and not _earns(visit):
        waiting = waiting.exclude(reason=TaskReason.CADENCE)
    if first := waiting.order_by("due_on", "pk").first():
        first.state, first.visit = state, visit
        first.save(update_fields=["state", "visit"])
    waiting.filter(Q(due_on__lte=_day(visit)) | Q(reason=TaskReason.FOLLOW_UP)).update(state=state)


def _earns(visit: Visit) -> bool:
    row = CadenceNorm.objects.filter(tier=visit.household.tier).first()
    return row is None or row.norm.accepts(Contact(_day(visit), visit.form, visit.role))


def _day(visit: Visit) -> date:
    return timezone.localdate(visit.at)


def ask_for_visit(
    household: Household, due_on: date, *, reason: str = TaskReason.REQUEST, occasion: VisitOccasion | None = None
) -> VisitTask:
    """Ask that somebody call on a household by a day; one open task per reason, due on the earlier of two days.

    Each occasion is a reason of its own.
    """
    task, _made = VisitTask.objects.get_or_create(
        household=household, reason=reason, occasion=occasion, state=TaskState.OPEN, defaults={"due_on": due_on}
    )
    if due_on < task.due_on:
        task.due_on = due_on
        task.save(update_fields=["due_on"])
    return task


def raise_occasion(household: Household, occasion: VisitOccasion, by: User) -> VisitTask:
    """Something has happened in *household*: the rule of the occasion says by when somebody calls on it."""
    with transaction.atomic():
        due_on = timezone.localdate() + timedelta(days=occasion.days)
        task = ask_for_visit(household, due_on, reason=TaskReason.OCCASION, occasion=occasion)
        audit.record(by, "visit.occasion", task, fields=["occasion", "due_on"])
    return task
