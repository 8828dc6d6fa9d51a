"""Reception days of the invented office: one gone by with its conversations, the coming ones with appointments."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from caseworks.demonstration import places
from caseworks.demonstration.households import Home
from caseworks.demonstration.office import Office
from caseworks.models import Appointment, Case, Channel, ReceptionDay, ReceptionPlan
from caseworks.reception_days import Attendance, fixed_day, month_after, slots
from caseworks.states import Status
from outreach.working_days import load_calendar
from people.access import Role
from people.models import User

PLACE = "街道办事处一楼接待室"
MATTERS = ("小区停车难", "房屋漏水与邻居协商不成", "孩子入学材料", "独居老人助餐", "台胞证换领")
# As many as a morning holds.
MOST_CONVERSATIONS = 6
MONTHS_AHEAD = 3


def make(office: Office, homes: list[Home], cases: list[Case], now: datetime, rng: Random) -> None:
    """Write the plan, a day that is over, and those of the months ahead; *cases* are all there are."""
    head = office.holders[office.town.pk, Role.COMMITTEE]
    plan = ReceptionPlan.objects.create(area=office.town, day=15, place=PLACE, contact=f"{places.TOWN}服务热线")
    _gone_by(office, cases, now)
    leaders = [head, office.supervisor]
    today, calendar = now.date(), load_calendar()
    for step in range(MONTHS_AHEAD + 1):
        month = month_after(today, step)
        fixed = fixed_day(month.year, month.month, plan.day, calendar)
        if fixed.on > today and ReceptionDay.objects.filter(date__gt=today).count() < MONTHS_AHEAD:
            leader = leaders[step % len(leaders)]
            ReceptionDay.objects.create(
                area=office.town,
                date=fixed.on,
                planned_for=fixed.planned_for,
                why_moved=fixed.why,
                place=plan.place,
                contact=plan.contact,
                leader=leader,
                post="街道委员" if leader == head else "街道办副主任",
            )
    _book(office, homes, rng)


def _gone_by(office: Office, cases: list[Case], now: datetime) -> None:
    """The last day on which enough was asked at the desk, as if it had been asked of a leader."""
    calendar = load_calendar()
    spoken = [Channel.WINDOW, Channel.RECEPTION, Channel.HOTLINE]
    before = [
        case
        for case in cases
        if case.channel in spoken
        and not case.anonymous
        and (on := timezone.localdate(case.registered_at)) < now.date()
        and calendar.is_working(on)
    ]
    if not before:
        return
    by_day: dict[object, list[Case]] = {}
    for case in before:
        by_day.setdefault(timezone.localdate(case.registered_at), []).append(case)
    lately = sorted(by_day, key=str)[-20:]
    # A day on which something was answered on the spot tells more than one on which everything went its way.
    chosen = max(
        lately,
        key=lambda day: (any(map(_at_once, by_day[day])), min(len(by_day[day]), MOST_CONVERSATIONS), str(day)),
    )
    heard = sorted(by_day[chosen], key=_at_once, reverse=True)[:MOST_CONVERSATIONS]
    heard.sort(key=lambda case: case.registered_at)
    at = heard[0].registered_at
    day = ReceptionDay.objects.create(
        area=office.town,
        date=timezone.localdate(at),
        place=PLACE,
        leader=office.supervisor,
        post="街道办副主任",
        published_at=at - timedelta(days=6),
        published_by=office.operators[0],
        ended_at=heard[-1].registered_at + timedelta(minutes=20),
    )
    on_its_way = [case.pk for case in heard if not _at_once(case)]
    Case.objects.filter(pk__in=[case.pk for case in heard]).update(channel=Channel.RECEPTION)
    Case.objects.filter(pk__in=on_its_way).update(sponsor=office.supervisor)
    Appointment.objects.bulk_create(
        Appointment(
            day=day,
            resident=case.caller,
            name=case.caller_name,
            phone=case.caller_phone,
            matter=case.summary[:60],
            state=Attendance.DONE,
            place_in_queue=number,
            made_at=case.registered_at,
            made_by=case.registered_by,
            arrived_at=case.registered_at,
            called_at=case.registered_at,
            done_at=case.registered_at,
            case=case,
        )
        for number, case in enumerate(heard, 1)
    )


def _at_once(case: Case) -> bool:
    """Whether it was answered on the spot, and so has nobody to handle it; else it went its way."""
    return case.status == Status.CLOSED and not case.handling_area_id and not case.unit_id


def _book(office: Office, homes: list[Home], rng: Random) -> None:
    """Appointments on the next day to come."""
    day = ReceptionDay.objects.filter(ended_at=None).order_by("date").first()
    reached = [home for home in homes if home.current and home.phones.get(0)]
    if day is None or not reached:
        return
    free = list(slots(time(9), time(11, 30), day.slot_minutes))
    operator: User = office.operators[0]
    Appointment.objects.bulk_create(
        Appointment(
            uuid=UUID(int=rng.getrandbits(128), version=4),
            day=day,
            resident=home.members[0],
            name=home.members[0].name,
            phone=home.phones[0],
            slot=free[2 * number],
            matter=matter,
            made_by=operator,
        )
        for number, (home, matter) in enumerate(zip(rng.sample(reached, min(5, len(reached))), MATTERS, strict=False))
    )
