"""Reception days of the invented office: those gone by with their conversations, the coming ones with appointments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from caseworks.demonstration import places
from caseworks.demonstration.households import Home
from caseworks.demonstration.office import Office
from caseworks.models import Appointment, Case, Channel, ReceptionDay, ReceptionPlan
from caseworks.reception_days import Attendance, fixed_day, month_after, slots
from caseworks.states import Status
from outreach.calendar import Calendar
from outreach.working_days import load_calendar
from people.access import Role
from people.models import User

PLACE = "街道办事处一楼接待室"
MEMBER = "街道委员"
SPOKEN = frozenset({Channel.WINDOW, Channel.RECEPTION, Channel.HOTLINE})
MATTERS = ("小区停车难", "房屋漏水与邻居协商不成", "孩子入学材料", "独居老人助餐", "台胞证换领")
# As many as a morning holds.
MOST_CONVERSATIONS = 6
MONTHS_AHEAD = 3


def make(office: Office, homes: list[Home], cases: list[Case], now: datetime, rng: Random) -> None:
    """Write the plan, the days that are over, and those of the months ahead; *cases* are all there are."""
    plan = ReceptionPlan.objects.create(area=office.town, day=15, place=PLACE, contact=f"{places.TOWN}服务热线")
    today, calendar = now.date(), load_calendar()
    members = _members(office)
    by_day = _asked_by_day(cases, today, calendar)
    latest = _lately(by_day)
    if latest:
        _held(office, latest, by_day[latest], office.supervisor, "街道办副主任")
    gone = (month_after(today, -step) for step in range(11, 0, -1))
    past = [fixed_day(month.year, month.month, plan.day, calendar).on for month in gone]
    for number, on in enumerate(day for day in past if day in by_day and day != latest):
        _held(office, on, by_day[on], members[number % len(members)], MEMBER)
    ahead = [fixed_day(month.year, month.month, plan.day, calendar) for month in _months(today)]
    # Next in turn is who has not received anybody yet.
    for number, fixed in enumerate([fixed for fixed in ahead if fixed.on > today][:MONTHS_AHEAD]):
        ReceptionDay.objects.create(
            area=office.town,
            date=fixed.on,
            planned_for=fixed.planned_for,
            why_moved=fixed.why,
            place=plan.place,
            contact=plan.contact,
            leader=members[-1 - number % len(members)],
            post=MEMBER,
        )
    _book(office, homes, rng)


def _months(today: date) -> list[date]:
    return [month_after(today, step) for step in range(MONTHS_AHEAD + 1)]


def _members(office: Office) -> list[User]:
    """The committee members in the order of their communities, each once; last who heads them."""
    holders = [office.holders[area.pk, Role.COMMITTEE] for area in [*office.communities, office.town]]
    return list({member.pk: member for member in holders}.values())


def _asked_by_day(cases: list[Case], today: date, calendar: Calendar) -> dict[date, list[Case]]:
    """What was asked by people with a name on each working day before *today*."""
    by_day: dict[date, list[Case]] = {}
    for case in cases:
        on = timezone.localdate(case.registered_at)
        if case.channel in SPOKEN and not case.anonymous and on < today and calendar.is_working(on):
            by_day.setdefault(on, []).append(case)
    return by_day


def _lately(by_day: dict[date, list[Case]]) -> date | None:
    """The last day on which enough was asked at the desk, as if it had been asked of a leader.

    A day on which something was answered on the spot tells more than one on which everything went its way.
    """
    return max(
        sorted(by_day)[-20:],
        key=lambda day: (any(map(_at_once, by_day[day])), min(len(by_day[day]), MOST_CONVERSATIONS), day),
        default=None,
    )


def _held(office: Office, on: date, asked: list[Case], leader: User, post: str) -> None:
    """A day that is over, and what *leader* heard."""
    heard = sorted(asked, key=_at_once, reverse=True)[:MOST_CONVERSATIONS]
    heard.sort(key=lambda case: case.registered_at)
    day = ReceptionDay.objects.create(
        area=office.town,
        date=on,
        place=PLACE,
        leader=leader,
        post=post,
        published_at=heard[0].registered_at - timedelta(days=6),
        published_by=office.operators[0],
        ended_at=heard[-1].registered_at + timedelta(minutes=20),
    )
    on_its_way = [case.pk for case in heard if not _at_once(case)]
    Case.objects.filter(pk__in=[case.pk for case in heard]).update(channel=Channel.RECEPTION)
    Case.objects.filter(pk__in=on_its_way).update(sponsor=leader)
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
