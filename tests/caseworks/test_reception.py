"""Reception days: the fixed day and its shift, turns and swaps, the notice, the queue, each conversation once."""

from __future__ import annotations

import itertools
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworks import reception
from caseworks.intake import Intake
from caseworks.models import Appointment, Case, ReceptionDay, ReceptionPlan
from caseworks.moves import NotPossible
from caseworks.reception_days import Attendance, Notice, fixed_day, month_after, notice_due, notice_state, slots
from caseworks.states import Status
from outreach.models import Message, Visit
from outreach.working_days import seed_calendar
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import make_appointment, make_reception_day, make_resident

CALENDAR = seed_calendar()


def in_days(count: int) -> date:
    return timezone.localdate() + timedelta(days=count)


@pytest.fixture
def day(cast: Cast) -> ReceptionDay:
    return make_reception_day(cast.town, cast.supervisor)


# ---- Which day ----


@pytest.mark.parametrize(
    "month,day,falls_on,planned_for",
    [
        ((2026, 9), 15, date(2026, 9, 15), None),  # a Tuesday
        ((2026, 8), 15, date(2026, 8, 17), date(2026, 8, 15)),  # a Saturday
        ((2026, 10), 1, date(2026, 10, 8), date(2026, 10, 1)),  # the whole of National Day
        ((2026, 2), 14, date(2026, 2, 14), None),  # a Saturday on which the office works for Spring Festival
        ((2026, 2), 30, date(2026, 2, 28), None),  # the last day of a short month: a Saturday that is worked
        ((2026, 5), 31, date(2026, 6, 1), date(2026, 5, 31)),  # a Sunday: over the end of the month
    ],
)
def test_the_fixed_day_moves_to_the_next_working_day_and_says_why(month, day, falls_on, planned_for):
    fixed = fixed_day(*month, day, CALENDAR)
    assert (fixed.on, fixed.planned_for) == (falls_on, planned_for)
    assert bool(fixed.why) == (planned_for is not None)


@settings(max_examples=60)
@given(year=st.integers(2024, 2028), month=st.integers(1, 12), day=st.integers(1, 31))
def test_nobody_is_received_on_a_day_off_and_no_working_day_is_passed_over(year, month, day):
    fixed = fixed_day(year, month, day, CALENDAR)
    planned = fixed.planned_for or fixed.on
    assert CALENDAR.is_working(fixed.on)
    assert planned.month == month and planned.day <= day
    assert not any(CALENDAR.is_working(planned + timedelta(days=step)) for step in range((fixed.on - planned).days))
    assert notice_due(fixed.on) < fixed.on
    assert month_after(date(year, month, min(day, 28)), 12) == date(year + 1, month, 1)


@settings(max_examples=40)
@given(opens=st.times(time(7), time(12)), length=st.integers(0, 300), minutes=st.integers(5, 120))
def test_slots_follow_one_another_and_end_by_the_close(opens, length, minutes):
    opens = opens.replace(second=0, microsecond=0)
    whole = opens.hour * 60 + opens.minute + length
    closes = time(whole // 60, whole % 60)
    begun = [at.hour * 60 + at.minute for at in slots(opens, closes, minutes)]
    assert len(begun) == length // minutes
    assert all(later - earlier == minutes for earlier, later in itertools.pairwise(begun))
    assert not begun or begun[-1] + minutes <= whole


def test_a_notice_is_in_time_until_five_days_before():
    on = date(2026, 12, 15)
    states = {step: notice_state(on, False, on - timedelta(days=step)) for step in (6, 5, 4, 0, -1)}
    assert list(states.values()) == [Notice.NOT_YET, Notice.DUE, Notice.LATE, Notice.LATE, Notice.MISSED]
    assert notice_state(on, True, on) == Notice.PUBLISHED


# ---- The roster ----


def test_the_months_ahead_are_planned_once_and_whoever_received_people_longest_ago_comes_first(cast):
    plan = ReceptionPlan.objects.create(area=cast.town, day=15, place="一楼接待室")
    make_reception_day(cast.town, cast.supervisor, date=in_days(-30))
    among = [cast.supervisor, cast.committee]
    first = month_after(timezone.localdate(), 1)
    made = reception.plan_ahead(plan, first, 4, among, cast.operator)
    assert [day.leader for day in made] == [cast.committee, cast.supervisor] * 2
    assert [(day.planned_for or day.date).day for day in made] == [15] * 4
    assert reception.plan_ahead(plan, first, 5, among, cast.operator)[0].date > made[-1].date
    assert ReceptionDay.objects.count() == 6
    with pytest.raises(NotPossible):
        reception.plan_ahead(plan, first, 1, [], cast.operator)


def test_a_leader_without_a_turn_this_year_stands_first_in_the_list(cast, client):
    make_reception_day(cast.town, cast.supervisor)
    make_reception_day(cast.next_town, cast.committee)
    turns = reception.turns(cast.operator, timezone.localdate().year)
    assert [(one.leader, one.missing) for one in turns] == [(cast.committee, True), (cast.supervisor, False)]
    client.force_login(cast.operator)
    page = client.get(reverse("reception_list")).content.decode()
    assert page.count("tag tone-overdue") == 2  # his turn, and the notice of today that nobody published


def test_leaders_change_places_and_both_notices_have_to_be_published_anew(cast, client):
    one = make_reception_day(cast.town, cast.supervisor, date=in_days(10))
    other = make_reception_day(cast.town, cast.committee, date=in_days(40))
    for row in (one, other):
        reception.publish(row, cast.operator)
    client.force_login(cast.operator)
    url = reverse("reception_swap", args=[one.uuid])
    assert client.post(url, {"other": other.pk, "reason": ""}).status_code == 422
    assert client.post(url, {"other": other.pk, "reason": "开会"}).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.leader, other.leader) == (cast.committee, cast.supervisor)
    assert (one.published_at, other.published_at) == (None, None)
    assert "赵刚" in one.note and "开会" in one.note
    assert AuditEvent.objects.filter(action="reception.swap", reason="开会").count() == 2
    past = make_reception_day(cast.town, cast.committee, date=in_days(-3))
    with pytest.raises(NotPossible):
        reception.swap(one, past, cast.operator, "开会")


def test_a_day_that_two_people_change_is_changed_by_the_first_and_needs_a_leader(cast, client, day):
    client.force_login(cast.operator)
    url = reverse("reception_edit", args=[day.uuid])
    form = {name: value for name, value in client.get(url).context["form"].initial.items() if value is not None}
    form |= {"opens": "09:00", "closes": "11:30", "date": day.date.isoformat()}
    assert client.post(url, {**form, "place": "二楼会议室"}).status_code == 302
    late = client.post(url, {**form, "place": "三楼"})
    assert late.status_code == 422 and "三楼" in late.content.decode()
    day.refresh_from_db()
    assert day.place == "二楼会议室"
    assert client.post(url, {**form, "leader": "", "version": day.version}).status_code == 422
    assert client.post(url, {**form, "closes": "08:00", "version": day.version}).status_code == 422


def test_the_notice_says_who_when_where_and_what_is_changed_afterwards_unpublishes_it(cast, client):
    moved = make_reception_day(
        cast.town, cast.supervisor, date=in_days(20), planned_for=in_days(18), why_moved="星期六", post="街道办主任"
    )
    client.force_login(cast.operator)
    url = reverse("reception_notice", args=[moved.uuid])
    page = client.get(url).content.decode()
    assert all(words in page for words in ("街道办主任 赵刚", "接待室", "星期六"))
    for _each in range(2):
        assert client.post(url).status_code == 302
    assert AuditEvent.objects.filter(action="reception.publish").count() == 1
    moved.refresh_from_db()
    assert moved.published_by == cast.operator
    moved.place = "二楼"
    reception.keep(moved, cast.operator, ["place"])
    moved.refresh_from_db()
    assert moved.published_at is None


# ---- Appointments and the queue ----


def test_an_appointment_is_made_once_confirmed_and_its_time_given_to_nobody_else(cast, client):
    day = make_reception_day(cast.town, cast.supervisor, date=in_days(7))
    client.force_login(cast.operator)
    form = {"uuid": uuid4(), "caller": "13800136802", "caller_name": "李明", "slot": "09:15", "form": "phone"}
    for _each in range(2):
        assert client.post(day.get_absolute_url(), form).status_code == 302
    made = Appointment.objects.get()
    assert (made.slot, made.form, made.place_in_queue) == (time(9, 15), "phone", None)
    message = Message.objects.get(purpose="reception")
    assert message.address == "13800136802" and "09:15" in message.text
    taken = client.post(day.get_absolute_url(), {**form, "uuid": uuid4(), "matter": "路灯"})
    assert taken.status_code == 422 and "路灯" in taken.content.decode()
    assert client.post(day.get_absolute_url(), {"uuid": uuid4(), "form": "phone"}).status_code == 422
    assert "13800136802" not in client.get(day.get_absolute_url()).content.decode()


def test_numbers_are_given_in_the_order_of_arrival_and_whoever_came_late_stands_behind(cast, day):
    booked = make_appointment(cast.operator, day, slot=time(9))
    absent = make_appointment(cast.operator, day, slot=time(9, 15), name="周平")
    walk_in = make_appointment(cast.operator, day, name="吴月")
    reception.attend(absent, Attendance.NOT_COME, cast.operator)
    reception.attend(booked, Attendance.ARRIVED, cast.operator)
    reception.attend(booked, Attendance.ARRIVED, cast.operator)
    reception.attend(absent, Attendance.ARRIVED, cast.operator)
    order = list(day.appointments.order_by("place_in_queue").values_list("name", "place_in_queue"))
    assert order == [("吴月", 1), ("李明", 2), ("周平", 3)]
    assert reception.next_up(day) == walk_in
    reception.attend(booked, Attendance.CALLED, cast.operator)
    assert reception.next_up(day) == booked
    with pytest.raises(NotPossible):
        reception.attend(booked, Attendance.DONE, cast.operator)
    with pytest.raises(NotPossible):
        reception.end(day, cast.operator)
    for one in (walk_in, booked, absent):
        reception.attend(one, Attendance.NOT_COME, cast.operator)
    reception.end(day, cast.operator)
    with pytest.raises(NotPossible):
        make_appointment(cast.operator, ReceptionDay.objects.get(), name="迟到")


# ---- Conversations ----


def talk(client, day: ReceptionDay, **fields):
    return client.post(reverse("reception_talk", args=[day.uuid]), {"channel": "reception", **fields})


def test_the_next_in_the_queue_is_in_the_form_and_each_conversation_becomes_a_case_once(cast, client, day):
    resident = make_resident(cast.household, name="王芳", phone="13800132468")
    first = make_appointment(cast.operator, day, resident=resident, name="王芳", phone="13800132468", matter="路灯不亮")
    second = make_appointment(cast.operator, day, name="周平", matter="停车难")
    client.force_login(cast.operator)
    url = reverse("reception_talk", args=[day.uuid])
    known = client.get(url).context["form"].initial
    assert (known["appointment"], known["resident"], known["summary"]) == (first.uuid, resident.uuid, "路灯不亮")
    assert (known["area"], known["caller"]) == (cast.group.pk, "138****2468")
    form = {name: value for name, value in known.items() if name not in ("channel", "area_name", "place")}
    for _each in range(2):
        assert talk(client, day, **form).status_code == 302
    case = Case.objects.get()
    assert (case.channel, case.sponsor, case.caller_phone) == ("reception", cast.supervisor, "13800132468")
    assert case.handling_area == cast.group
    second.refresh_from_db()
    assert second.state == Attendance.CALLED

    answered = {"uuid": uuid4(), "appointment": second.uuid, "caller_name": "周平", "summary": "停车难"}
    missing = talk(client, day, **answered, answered="1")
    assert missing.status_code == 422 and "停车难" in missing.content.decode()
    assert talk(client, day, **answered, answered="1", answer="九月起开放学校车位").status_code == 302
    second.refresh_from_db()
    assert (second.case.status, second.case.sponsor) == (Status.CLOSED, None)
    # The number he left when he booked is never in the form, and still on his case.
    assert second.case.caller_phone == "13800136802"
    assert client.get(url).context["at"] is None


def test_a_second_clerk_who_logs_the_same_person_is_told_and_keeps_what_he_wrote(cast, client, day):
    one = make_appointment(cast.operator, day)
    client.force_login(cast.supervisor)
    assert talk(client, day, uuid=uuid4(), appointment=one.uuid, summary="路灯不亮").status_code == 302
    second = talk(client, day, uuid=uuid4(), appointment=one.uuid, summary="也说了停车难")
    assert second.status_code == 422
    page = second.content.decode()
    assert "也说了停车难" in page and Case.objects.get().number in page


def test_somebody_who_was_in_no_queue_is_logged_and_counted(cast, day):
    said = Intake(channel="", summary="临时来访", caller_name="吴月")
    case = reception.log_conversation(day, None, said, cast.operator)
    assert (case.conversation.place_in_queue, case.conversation.state) == (1, Attendance.DONE)
    assert case.channel == "reception"


def test_whoever_was_received_was_met_by_the_leader_and_not_by_the_clerk_who_wrote_it_down(cast):
    def received(day: ReceptionDay, **booked) -> None:
        head = cast.household.head
        at = make_appointment(cast.operator, day, resident=head, **booked) if booked else None
        said = Intake(channel="", summary="教场路积水", caller=head, household=cast.household, uuid=uuid4())
        for _again in range(2):
            reception.log_conversation(day, at, said, cast.operator)

    received(make_reception_day(cast.town, cast.supervisor), form="phone")
    received(make_reception_day(cast.town, cast.committee, date=in_days(-2), opens=time(9)))
    received(make_reception_day(cast.town, None, post="街道主任"))
    made = [(visit.by, visit.form, visit.role, timezone.localdate(visit.at)) for visit in Visit.objects.order_by("at")]
    assert made == [
        (cast.committee, "station", "committee", in_days(-2)),
        (cast.supervisor, "phone", "supervisor", in_days(0)),
    ]
    assert set(AuditEvent.objects.filter(action="visit.record").values_list("actor__username", flat=True)) == {
        "operator"
    }


def test_a_leader_finds_what_he_sponsors_and_sees_it_wherever_it_lies(cast, client):
    day = make_reception_day(cast.town, cast.committee)
    said = Intake(channel="", summary="教场路积水", area=cast.west_group)
    case = reception.log_conversation(day, None, said, cast.operator)
    client.force_login(cast.committee)
    listed = client.get(reverse("case_list"), {"view": "sponsored"})
    assert [row.case for row in listed.context["rows"]] == [case]
    page = client.get(case.get_absolute_url()).content.decode()
    assert str(cast.committee) in page and day.get_absolute_url() not in page


def test_a_day_of_twenty_people_takes_as_many_queries_as_a_day_of_two(cast, client, day, django_assert_max_num_queries):
    for number in range(20):
        make_appointment(cast.operator, day, name=f"来访{number}", phone="")
    client.force_login(cast.operator)
    with django_assert_max_num_queries(22):
        page = client.get(day.get_absolute_url())
    assert len(page.context["waiting"]) == 20
