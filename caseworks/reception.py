"""Reception days: planned, announced, booked; the queue of the day; each conversation logged once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import intake
from caseworks.contacting import Talk
from caseworks.intake import Intake
from caseworks.models import Appointment, Case, Channel, ReceptionDay, ReceptionForm, ReceptionPlan
from caseworks.moves import NotPossible, for_the_record
from caseworks.reception_days import ATTENDANCE, Attendance, fixed_day, month_after, slots
from outreach import correspondence
from outreach.models import VisitForm
from outreach.working_days import load_calendar
from people import audit
from people.access import Role
from people.consent import Purpose
from people.models import Post, Resident, User
from people.models.areas import within

# Whoever receives people: the supervisors and the committee members of the area.
LEADERS = (Role.SUPERVISOR, Role.COMMITTEE)
FROM_THE_PLAN = ("opens", "closes", "slot_minutes", "place", "form", "contact")
# What a notice says: when it changes, the notice has to be published anew.
ANNOUNCED = frozenset({"date", "opens", "closes", "place", "form", "contact", "leader", "post"})


# ---- The roster ----


def leaders(user: User) -> QuerySet[User]:
    """Those in the user's areas who take their turn today."""
    posts = Post.objects.current().filter(within(user.scope.paths, "area__"), role__in=LEADERS)
    return User.objects.filter(pk__in=posts.values("user")).order_by("name", "pk")


@dataclass(frozen=True)
class Turns:
    """How often a leader received people in a year, and how often he still will."""

    leader: User
    held: int
    coming: int

    @property
    def missing(self) -> bool:
        """Each leader is to receive people at least once a year."""
        return not self.held + self.coming


def turns(user: User, year: int) -> list[Turns]:
    """The turns of every leader in *year*, those without one first; one query."""
    mine = Q(reception_days__in=ReceptionDay.objects.visible_to(user), reception_days__date__year=year)
    today = timezone.localdate()
    rows = leaders(user).annotate(
        held=Count("reception_days", mine & Q(reception_days__date__lt=today)),
        coming=Count("reception_days", mine & Q(reception_days__date__gte=today)),
    )
    found = [Turns(row, row.held, row.coming) for row in rows]
    return sorted(found, key=lambda one: (one.held + one.coming, one.coming))


def plan_ahead(plan: ReceptionPlan, first: date, count: int, among: Sequence[User], by: User) -> list[ReceptionDay]:
    """Put a day on the roster for each of *count* months from that of *first* on that has none yet.

    *among* take turns: whoever received people longest ago comes first. Returns the days that are new.
    """
    if not among:
        raise NotPossible(_("Please choose at least one leader."))
    calendar, made = load_calendar(), []
    with transaction.atomic():
        # Two people planning at once: the second finds what the first has planned.
        ReceptionPlan.objects.select_for_update().get(pk=plan.pk)
        known = ReceptionDay.objects.filter(area=plan.area)
        last = dict(known.filter(leader__in=among).order_by().values_list("leader").annotate(Max("date")))
        for step in range(count):
            month = month_after(first, step)
            fixed = fixed_day(month.year, month.month, plan.day, calendar)
            planned = fixed.planned_for or fixed.on
            in_month = Q(date__year=planned.year, date__month=planned.month, planned_for__isnull=True)
            if fixed.on < first or known.filter(in_month | Q(planned_for=planned)).exists():
                continue
            leader = min(among, key=lambda one: (last.get(one.pk) or date.min, one.name))
            last[leader.pk] = fixed.on
            day = ReceptionDay.objects.create(
                area=plan.area,
                date=fixed.on,
                planned_for=fixed.planned_for,
                why_moved=fixed.why[:200],
                leader=leader,
                **{name: getattr(plan, name) for name in FROM_THE_PLAN},
            )
            made.append(day)
        audit.record_many(by, "reception.plan", [audit.Entry(day) for day in made])
    return made


def keep(day: ReceptionDay, by: User, changed: Sequence[str]) -> ReceptionDay:
    """Write down a day that is new or was changed; what its notice says no longer holds where that *changed*.

    Raises NotPossible where somebody else changed the day meanwhile.
    """
    with transaction.atomic():
        if day._state.adding:
            day.save()
            audit.record(by, "reception.add", day)
            return day
        if not ReceptionDay.objects.filter(pk=day.pk, version=day.version).update(version=F("version") + 1):
            raise NotPossible(_("Somebody else changed this reception day meanwhile. Please look at it again."))
        day.version += 1
        if ANNOUNCED.intersection(changed):
            day.published_at = day.published_by = None
        day.save()
        audit.record(by, "reception.change", day, fields=sorted(changed))
    return day


def swap(day: ReceptionDay, other: ReceptionDay, by: User, reason: str) -> None:
    """Two leaders change places. Notices that were published are wrong now, and have to be published anew."""
    try:
        with transaction.atomic():
            _swap(day, other, by, reason)
    except IntegrityError:
        raise NotPossible(_("One of them already receives people on that day.")) from None


def _swap(day: ReceptionDay, other: ReceptionDay, by: User, reason: str) -> None:
    locked = {row.pk: row for row in _locked().filter(pk__in=[day.pk, other.pk]).order_by("pk")}
    first, second = locked[day.pk], locked[other.pk]
    today = timezone.localdate()
    if first == second or min(first.date, second.date) < today or first.ended_at or second.ended_at:
        raise NotPossible(_("Only days that are still to come can be swapped."))
    if not reason.strip():
        raise NotPossible(_("Please fill in what is still missing."))
    was = {row.pk: (row.leader, row.post, row.who) for row in (first, second)}
    words = for_the_record(gettext_lazy("Swapped with %(who)s (%(day)s): %(reason)s"))
    # Put aside for a moment: on one day a leader may stand only once.
    ReceptionDay.objects.filter(pk=first.pk).update(leader=None, post="…")
    for row, with_whom in ((second, first), (first, second)):
        row.leader, row.post, _who = was[with_whom.pk]
        gone = {"who": was[row.pk][2], "day": date_format(with_whom.date, "SHORT_DATE_FORMAT"), "reason": reason}
        row.note = (words % gone)[:200]
        row.published_at = row.published_by = None
        row.version += 1
        row.save()
    entries = [audit.Entry(row, ["leader", "post"], reason=reason) for row in locked.values()]
    audit.record_many(by, "reception.swap", entries)


def publish(day: ReceptionDay, by: User) -> None:
    """The notice hangs where people read it."""
    with transaction.atomic():
        now = timezone.now()
        if ReceptionDay.objects.filter(pk=day.pk, published_at=None).update(published_at=now, published_by=by):
            audit.record(by, "reception.publish", day, fields=["published_at"])


def end(day: ReceptionDay, by: User) -> None:
    """The day is over: whoever was booked and did not come is marked so. Nobody may be waiting."""
    with transaction.atomic():
        locked = _locked().get(pk=day.pk)
        if locked.ended_at:
            return
        if locked.appointments.filter(state__in=[Attendance.ARRIVED, Attendance.CALLED]).exists():
            raise NotPossible(_("Somebody is still waiting in the queue."))
        locked.appointments.filter(state=Attendance.BOOKED).update(state=Attendance.NOT_COME)
        locked.ended_at = timezone.now()
        locked.save(update_fields=["ended_at"])
        audit.record(by, "reception.end", locked, fields=["ended_at"])


def _locked() -> QuerySet[ReceptionDay]:
    """Rows to be changed: locked for themselves, without the people they point to."""
    return ReceptionDay.objects.select_for_update()


# ---- Appointments and the queue ----


@dataclass
class Booking:
    """Somebody who wants to be received. Without a `slot` he is here already, and stands at the end of the queue."""

    uuid: UUID = field(default_factory=uuid4)
    resident: Resident | None = None
    name: str = ""
    phone: str = ""
    form: str = ReceptionForm.IN_PERSON
    slot: time | None = None
    matter: str = ""


def free_slots(day: ReceptionDay) -> list[time]:
    taken = day.appointments.exclude(state=Attendance.NOT_COME).values_list("slot", flat=True)
    gone = set(taken)
    return [slot for slot in slots(day.opens, day.closes, day.slot_minutes) if slot not in gone]


def book(day: ReceptionDay, booking: Booking, by: User) -> Appointment:
    """Take an appointment down and tell the person. The same booking again returns the first appointment."""
    try:
        with transaction.atomic():
            return _book(day, booking, by)
    except IntegrityError:
        if known := day.appointments.filter(uuid=booking.uuid).first():
            return known
        raise NotPossible(_("Somebody else has just been given this time.")) from None


def _book(day: ReceptionDay, booking: Booking, by: User) -> Appointment:
    locked = _locked().get(pk=day.pk)
    if known := locked.appointments.filter(uuid=booking.uuid).first():
        return known
    if locked.ended_at or (booking.slot and locked.date < timezone.localdate()):
        raise NotPossible(_("This reception day is over."))
    if booking.slot and booking.slot not in free_slots(locked):
        raise NotPossible(_("Somebody else has just been given this time."))
    made = Appointment(
        uuid=booking.uuid,
        day=locked,
        resident=booking.resident,
        name=booking.name,
        phone=booking.phone,
        form=booking.form,
        slot=booking.slot,
        matter=booking.matter,
        made_by=by,
    )
    if not booking.slot:
        _let_queue(made)
    made.save()
    if booking.slot:
        _confirm(locked, made, by)
    audit.record(by, "reception.book", made, subject=booking.resident.uuid if booking.resident else "")
    return made


def _confirm(day: ReceptionDay, appointment: Appointment, by: User) -> None:
    words = gettext_lazy("You are expected on %(day)s at %(time)s, %(place)s (%(form)s).")
    said = {
        "day": date_format(day.date),
        "time": f"{appointment.slot:%H:%M}",
        "place": day.place,
        "form": for_the_record(ReceptionForm(appointment.form).label),
    }
    correspondence.write(
        Purpose.RECEPTION,
        to=appointment.resident,
        phone=appointment.phone,
        name=appointment.name,
        text=for_the_record(words) % said,
        by=by,
        about=f"{day.date}",
        key=f"appointment:{appointment.uuid}",
        area=day.area,
    )


def _let_queue(appointment: Appointment) -> None:
    """Give the next number of the queue; the day is locked."""
    if appointment.place_in_queue is None:
        last = appointment.day.appointments.aggregate(last=Max("place_in_queue"))["last"]
        appointment.place_in_queue = (last or 0) + 1
    appointment.state, appointment.arrived_at = Attendance.ARRIVED, appointment.arrived_at or timezone.now()


def attend(appointment: Appointment, state: str, by: User) -> Appointment:
    """Mark that somebody arrived, was called in, or did not come; marked so already, nothing happens."""
    with transaction.atomic():
        _locked().get(pk=appointment.day_id)
        row = Appointment.objects.select_related("day").get(pk=appointment.pk)
        if row.state == state:
            return row
        if state not in ATTENDANCE[row.state] or row.day.ended_at:
            raise NotPossible(_("%(name)s: this is not possible now.") % {"name": row.name or row.place_in_queue})
        if state == Attendance.ARRIVED:
            if row.state == Attendance.NOT_COME:
                # His time may have been given to somebody else.
                row.slot = None
            _let_queue(row)
        elif state == Attendance.CALLED:
            row.called_at = timezone.now()
        row.state = state
        row.save()
        audit.record(by, f"reception.{state}", row, fields=["state"])
        return row


def next_up(day: ReceptionDay) -> Appointment | None:
    """Who is in front of the leader, else the first in the queue."""
    waiting = day.appointments.select_related("resident").order_by("place_in_queue", "pk")
    called = waiting.filter(state=Attendance.CALLED).first()
    return called or waiting.filter(state=Attendance.ARRIVED).first()


# ---- Conversations ----


def log_conversation(day: ReceptionDay, appointment: Appointment | None, said: Intake, by: User) -> Case:
    """Log one conversation and call the next in the queue. The same form again returns the case of the first time.

    It was answered on the spot, and its case is closed; or the case goes its way with the leader as its sponsor.
    Whoever was not in the queue is put at its end and counted. The household of whoever was received has been met, by
    the leader and not by the clerk who writes it down. Raises NotPossible where the conversation with this person was
    logged already from another form: nothing that was typed is to disappear in silence.
    """
    with transaction.atomic():
        locked = _locked().get(pk=day.pk)
        if known := Case.objects.filter(uuid=said.uuid).first():
            return known
        row = appointment and Appointment.objects.select_related("case").get(pk=appointment.pk, day=locked)
        if row and row.case:
            raise NotPossible(_("This conversation was logged already, as %(number)s.") % {"number": row.case.number})
        said.channel, said.sponsor = Channel.RECEPTION, locked.leader
        said.talk = _talk(locked, row, by)
        case = intake.log(said, by)
        if row is None:
            row = Appointment(
                day=locked,
                resident=said.caller,
                name=said.caller_name,
                phone=said.caller_phone,
                form=locked.form,
                matter=case.summary,
                made_by=by,
            )
        if row.place_in_queue is None:
            _let_queue(row)
        row.case, row.state, row.done_at = case, Attendance.DONE, timezone.now()
        row.called_at = row.called_at or row.done_at
        row.save()
        audit.record(by, "reception.done", row, fields=["case", "state"])
        if following := next_up(locked):
            attend(following, Attendance.CALLED, by)
    return case


# How somebody was met by being received.
_MET_BY: dict[str, str] = {
    ReceptionForm.IN_PERSON: VisitForm.STATION,
    ReceptionForm.PHONE: VisitForm.PHONE,
    ReceptionForm.ONLINE: VisitForm.ONLINE,
}


def _talk(day: ReceptionDay, row: Appointment | None, by: User) -> Talk | None:
    """The leader's conversation with whoever is in *row*, else somebody who came without an appointment.

    None where the leader is named by his post alone: without an account there is nobody to whom it would count. What
    is logged after the day counts on it, at the hour the leader began to receive.
    """
    if day.leader is None:
        return None
    past = day.date < timezone.localdate()
    at = timezone.make_aware(datetime.combine(day.date, day.opens)) if past else None
    return Talk(day.leader, _MET_BY[row.form if row else day.form], at, noted_by=by)
