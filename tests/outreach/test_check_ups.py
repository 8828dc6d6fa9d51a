"""Check-ups: whose turn it is, invited once, given times, done or missed with a reason; results are kept nowhere."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach import check_ups
from outreach.check_up_turns import is_due
from outreach.check_ups import CheckUpRefused
from outreach.models import (
    CheckUpDay,
    CheckUpInvitation,
    CheckUpItem,
    CheckUpNorm,
    CheckUpRound,
    Message,
    Visit,
)
from people.models import AuditEvent, Household, Resident
from tests.cast import Cast
from tests.factories import make_household, make_resident

pytestmark = pytest.mark.django_db


def old(household: Household, age: int = 75) -> Resident:
    """The head of *household*, that old since the beginning of the year."""
    head = household.head
    assert head is not None
    head.born = date(timezone.localdate().year - age, 1, 1)
    head.save()
    return head


def a_day(**fields) -> CheckUpDay:
    fields = {"on": timezone.localdate(), "place": "社区卫生中心", "seats": 2} | fields
    return CheckUpDay(**{"begins": time(8), "ends": time(9), **fields})


def arranged(cast: Cast, **fields) -> CheckUpRound:
    made = CheckUpRound(title="春季免费体检", area=cast.town)
    return check_ups.arrange(made, CheckUpItem.objects.all()[:3], a_day(**fields), by=cast.operator)


def on_turn(cast: Cast) -> set[str]:
    return {str(row.resident) for row in check_ups.due(cast.supervisor, timezone.localdate(), 60)}


def invited(found: CheckUpRound) -> dict[str, str | None]:
    rows = found.invitations.select_related("resident")
    return {str(row): f"{row.at:%H:%M}" if row.at else None for row in rows}


def test_the_list_of_those_due_says_what_the_rule_says(cast: Cast):
    today = timezone.localdate()
    found = arranged(cast)
    ages, settled = (
        {"甲": 59, "乙": 60, "丙": 80, "丁": 70, "戊": 66},
        {"丙": today, "丁": date(today.year - 1, 12, 31)},
    )
    expected = set()
    for number, (name, age) in enumerate(ages.items()):
        head = old(make_household(cast.group, head=name, address=f"滨港路{number}号"), age)
        if day := settled.get(name):
            CheckUpInvitation.objects.create(
                round=found, resident=head, household=head.memberships.get().household, state="done", settled_on=day
            )
        if is_due(head.born, [day] if day else [], today):
            expected.add(name)
    assert on_turn(cast) == expected == {"乙", "丁", "戊"}
    Resident.objects.filter(name="戊").update(died_on=today)
    assert on_turn(cast) == {"乙", "丁"}


def test_neighbours_are_invited_once_and_who_finds_no_time_waits_for_another_day(cast: Cast):
    for number, name in enumerate(["陈一", "陈二", "陈三"]):
        old(make_household(cast.group, head=name, address=f"滨港路{number + 1}号"))
    old(cast.foreign_household)
    found = arranged(cast)
    assert check_ups.invite(found, by=cast.operator) == (3, 2)
    assert invited(found) == {"陈一": "08:00", "陈二": "08:30", "陈三": None}
    assert check_ups.invite(found, by=cast.operator) == (0, 0) and on_turn(cast) == set()
    check_ups.add_day(found, a_day(on=timezone.localdate() + timedelta(days=1), round=found), by=cast.operator)
    assert check_ups.invite(found, by=cast.operator) == (0, 1)
    assert invited(found)["陈三"] == "08:00"


def test_who_came_has_been_met_and_who_was_missed_comes_up_again(cast: Cast):
    names = ["陈一", "陈二", "陈三", "陈四"]
    for number, name in enumerate(names):
        old(make_household(cast.group, head=name, address=f"滨港路{number + 1}号"))
    found = arranged(cast, seats=10)
    check_ups.invite(found, by=cast.operator)
    came, away, elsewhere, _silent = found.invitations.order_by("pk")
    for _again in range(2):
        check_ups.record(came, by=cast.leader)
    check_ups.record(away, why="away", by=cast.leader)
    check_ups.record(elsewhere, why="elsewhere", by=cast.leader)
    visit = Visit.objects.get()
    assert (visit.form, visit.met, visit.note) == ("station", came.resident, "春季免费体检")
    with pytest.raises(CheckUpRefused):
        check_ups.record(came, why="away", by=cast.leader)
    for _again in range(2):
        check_ups.close(found, by=cast.operator)
    assert dict(found.invitations.values_list("resident__name", "why")) == {
        "陈一": "", "陈二": "away", "陈三": "elsewhere", "陈四": "not_come",
    }  # fmt: skip
    assert on_turn(cast) == {"陈二", "陈四"}
    with pytest.raises(CheckUpRefused):
        check_ups.record(away, by=cast.leader)
    with pytest.raises(CheckUpRefused):
        check_ups.invite(found, by=cast.operator)
    assert AuditEvent.objects.filter(action="check_up.close").count() == 1


def test_nothing_that_holds_a_result_exists(cast: Cast):
    names = {field.name for field in CheckUpInvitation._meta.get_fields()}
    assert names == {
        "id", "uuid", "round", "resident", "household", "day", "at", "state", "why", "settled_on", "by",
    }  # fmt: skip


def test_invitations_leave_through_the_one_door_once_for_each_time(cast: Cast):
    head = old(cast.household)
    make_resident(cast.household, name="李明")
    head.phones.create(number="13800132468", kind="mobile", tail="2468")
    found = arranged(cast)
    check_ups.invite(found, by=cast.operator)
    for _again in range(2):
        check_ups.write_to_all(found, by=cast.operator)
    message = Message.objects.get()
    assert message.purpose == "checkup" and "社区卫生中心" in message.text and "08:00" in message.text


def test_a_round_from_the_first_form_to_the_last_person(cast: Cast, client: Client, django_assert_max_num_queries):
    old(cast.household)
    today = timezone.localdate()
    client.force_login(cast.operator)
    assert "王秀兰" in client.get(reverse("check_up_due")).content.decode()
    assert "王秀兰" not in client.get(reverse("check_up_due"), {"area": cast.west.pk}).content.decode()
    asked = {
        "key": uuid4(),
        "title": "秋季体检",
        "area": cast.town.pk,
        "from_age": 60,
        "items": [CheckUpItem.objects.all()[0].pk],
        "on": today,
        "place": "卫生中心",
        "begins": "08:00",
        "ends": "11:00",
        "seats": 60,
    }
    new = reverse("check_up_new")
    for wrong in ({"ends": "07:00"}, {"on": today - timedelta(days=1)}, {"title": ""}, {"seats": 0}, {"items": 10**30}):
        assert client.post(new, asked | wrong).status_code == 422, wrong
    assert len({client.post(new, asked)["Location"] for _again in range(2)}) == 1
    found = CheckUpRound.objects.get()
    page = reverse("check_up_round", args=[found.uuid])
    client.post(reverse("check_up_invite", args=[found.uuid]))
    listed = client.get(page, {"day": found.days.get().pk}).content.decode()
    assert "王秀兰" in listed and "08:00" in listed and "滨港路223号" not in listed
    assert "textarea" not in listed and 'type="text"' not in listed.partition('id="list"')[2]
    one = reverse("check_up_came", args=[found.invitations.get().uuid])
    client.post(one, {"result": ""})
    client.post(one, {"result": "done", "day": found.days.get().pk})
    assert found.invitations.get().state == "done"
    client.force_login(cast.leader)
    assert "王秀兰" in client.get(page).content.decode(), "a leader sees his people in the town's round"
    assert client.post(reverse("check_up_close", args=[found.uuid])).status_code == 403
    client.force_login(cast.officer)
    assert client.post(reverse("check_up_close", args=[found.uuid])).status_code == 404
    client.force_login(cast.stranger)
    assert client.get(page).status_code == 404
    client.force_login(cast.operator)
    for number in range(25):
        old(make_household(cast.group, head=f"周{number}", address=f"滨港路{number}号"))
    client.post(reverse("check_up_invite", args=[found.uuid]))
    for url in (page, f"{page}?day={found.days.get().pk}", reverse("check_ups"), reverse("check_up_due")):
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200


def test_the_age_is_data(cast: Cast):
    CheckUpNorm.objects.update(from_age=65)
    assert check_ups.usual_age() == 65
    with pytest.raises(ValidationError):
        CheckUpNorm(from_age=70).full_clean()
