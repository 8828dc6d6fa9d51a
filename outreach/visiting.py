"""Visits: recorded once, however often they are sent; the tasks they fulfil, and the tasks they leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from outreach.models import CadenceNorm, TaskReason, TaskState, Visit, VisitForm, VisitOutcome, VisitTask
from outreach.models.visits import REACHED
from people import audit
from people.models import Household, Photo, Resident, User

# Somebody who was not in is tried again after this long.
TRY_AGAIN_AFTER = timedelta(days=7)


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


def record_visit(record: VisitRecord, by: User) -> Visit:
    """Write a visit down. The same record again returns the visit it became the first time.

    Somebody was reached: every visit due to the household by now is done. Nobody was: it is due again in a week.
    """
    try:
        with transaction.atomic():
            return _record(record, by)
    except IntegrityError:
        return Visit.objects.get(uuid=record.uuid)


def _record(record: VisitRecord, by: User) -> Visit:
    if existing := Visit.objects.filter(uuid=record.uuid).first():
        return existing
    visit = Visit.objects.create(
        uuid=record.uuid,
        household=record.household,
        outcome=record.outcome,
        form=record.form,
        met=record.met,
        by=by,
        # A phone's clock may be wrong: nothing was visited tomorrow.
        at=min(record.at or timezone.now(), timezone.now()),
        note=record.note,
        promised=record.promised,
        given=record.given,
    )
    visit.photos.set(record.photos)
    task = record.household.visit_tasks.open().order_by("due_on").first()
    if record.outcome in REACHED:
        if task:
            task.state, task.visit = TaskState.DONE, visit
            task.save(update_fields=["state", "visit"])
            # One visit serves every reason for which one was due.
            record.household.visit_tasks.open().due_by(timezone.localdate()).update(state=TaskState.DONE)
    elif record.outcome == VisitOutcome.NOT_HOME:
        ask_for_visit(record.household, timezone.localdate() + TRY_AGAIN_AFTER, reason=TaskReason.FOLLOW_UP)
    audit.record(by, "visit.record", visit, subject=record.met.uuid if record.met else "")
    return visit


def ask_for_visit(household: Household, due_on: date, *, reason: str = TaskReason.REQUEST) -> VisitTask:
    """Ask that somebody call on a household by a day; one open task per reason."""
    task, _made = VisitTask.objects.get_or_create(
        household=household, reason=reason, state=TaskState.OPEN, defaults={"due_on": due_on}
    )
    return task


def plan_visits(until: date) -> int:
    """Open a task for every household whose cadence wants it met by *until*; return how many were opened.

    The day is that of the last contact that reached somebody (else of the household's entry) plus the tier's period.
    Households with an open regular task are left alone, so it may run as often as it likes.
    """
    norms = {norm.tier: norm for norm in CadenceNorm.objects.all()}
    waiting = Household.objects.current().exclude(
        visit_tasks__state=TaskState.OPEN, visit_tasks__reason=TaskReason.CADENCE
    )
    last_met = dict(
        Visit.objects.reached().order_by("at").values_list("household", "at")
    )
    tasks = []
    for household in waiting.only("pk", "tier", "created_at").iterator(chunk_size=2000):
        norm = norms.get(household.tier)
        if norm is None or norm.count == 0:
            continue
        last = timezone.localdate(last_met.get(household.pk, household.created_at))
        due = last + timedelta(days=round(norm.months * 365 / 12 / norm.count))
        if due <= until:
            tasks.append(VisitTask(household=household, due_on=due, reason=TaskReason.CADENCE))
    VisitTask.objects.bulk_create(tasks, batch_size=1000, ignore_conflicts=True)
    return len(tasks)
