"""Incidents: many households, one case, one answer, each told and asked."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from caseworks import incident_calls, incident_households, incidents, intake, workflow
from caseworks.incident_calls import Heard
from caseworks.models import Case, Incident, IncidentHousehold, Reached, Told
from caseworks.moves import Act, NotPossible
from caseworks.reports.counting import count
from caseworks.reports.metrics import cases
from caseworks.reports.months import Month
from outreach.models import Message
from people.models import AuditEvent, Household, Job, PhoneNumber
from people.revealing import RevealRefused
from tests.cast import Cast
from tests.factories import make_case, make_household, make_resident

pytestmark = pytest.mark.usefixtures("mid_month")


@pytest.fixture
def incident(cast: Cast) -> Case:
    """No water in the first group, told by the operator for its area; its caller left no number."""
    case = make_case(cast.operator, cast.group, summary="整栋停水", caller_phone="")
    return incidents.declare(case, Act(cast.operator), text="昨夜起")


@pytest.fixture
def homes(cast: Cast) -> list[Household]:
    """Four doors of one building in the first group: two mobiles, one landline, one without a number."""
    doors = [(f"住户{n}", f"教场路8号{n}01室", f"H{n}") for n in range(1, 5)]
    found = [make_household(cast.group, head=head, address=address, serial=serial) for head, address, serial in doors]
    numbers = [("13800000001", "mobile"), ("13800000002", "mobile"), ("0580-2038101", "landline")]
    for home, (number, kind) in zip(found, numbers, strict=False):
        assert home.head is not None
        PhoneNumber.objects.create(resident=home.head, number=number, kind=kind, tail=number[-4:])
    return found


def rows(case: Case) -> dict[str, IncidentHousehold]:
    found = case.incident.households.select_related("household", "message").filter(household__isnull=False)
    return {row.household.serial: row for row in found}


def test_households_come_by_area_by_building_and_by_list_and_once_each(
    cast: Cast, incident: Case, homes: list[Household]
):
    everybody = incident_households.choosable(cast.operator, [cast.east])
    assert set(everybody) == {cast.household, *homes}
    [building] = incident_households.buildings(everybody)
    assert (building.key, building.households) == ("教场路8号", 4)
    listed = incident_households.read_list(
        cast.operator, "H1\n教场路8号201\n\nH1\n没有的地方9号\n北桥街5号", cast.group
    )
    assert listed.households == homes[:2]
    assert listed.unknown == ["没有的地方9号", "北桥街5号"]  # what lies outside one's scope does not exist
    key = uuid4()
    for _ in range(2):
        incidents.add(incident, Act(cast.operator, key=key), households=everybody, how=Reached.AREA)
    with pytest.raises(NotPossible):
        incidents.add(incident, Act(cast.operator), households=homes, how=Reached.LIST)
    assert incident.incident.households.count() == 5
    assert incident.timeline.get(verb="affected").detail.startswith("5")


def test_the_same_number_in_two_communities_means_the_nearer_one_and_else_nobody(cast: Cast):
    near, far = make_household(cast.group, serial="7"), make_household(cast.west_group, serial="7")
    assert incident_households.read_list(cast.operator, "7", cast.group).households == [near]
    assert incident_households.read_list(cast.operator, "7", cast.west).households == [far]
    assert incident_households.read_list(cast.operator, "7").unknown == ["7"]


def test_everybody_is_told_once_by_his_channel_and_the_rest_stand_on_the_list_to_call(
    cast: Cast, incident: Case, homes: list[Household]
):
    nowhere = make_household(cast.group, address="", serial="H5")
    incidents.add(incident, Act(cast.operator), households=[*homes, nowhere], how=Reached.AREA)
    workflow.resolve(incident, Act(cast.leader), text="水管已修好，现已供水", solved="yes")
    told = rows(incident)
    assert {serial: (row.told, row.message.channel) for serial, row in told.items()} == {
        "H1": (Told.WRITTEN, "sms"),
        "H2": (Told.WRITTEN, "sms"),
        "H3": (Told.TO_CALL, "call"),
        "H4": (Told.WRITTEN, "letter"),
        "H5": (Told.TO_CALL, ""),
    }
    assert "现已供水" in told["H1"].message.text
    assert Message.objects.filter(about=incident.number).count() == 5
    incidents.tell(
        Job(owner=cast.operator), lambda done, total: None, incident=incident.incident.pk, answer=9, words="又一次"
    )
    assert Message.objects.filter(about=incident.number).count() == 5
    # A message that did not arrive is a call to make after all.
    Message.objects.filter(pk=told["H1"].message.pk).update(state="failed")
    seen = IncidentHousehold.objects.visible_to(cast.operator).filter(incident=incident.incident)
    standing = incident_calls.standing(seen)
    assert (standing.households, standing.written, standing.to_call) == (5, 2, 3)
    with pytest.raises(RevealRefused):
        incident_calls.call_list(seen, cast.operator, " ")
    calls = incident_calls.call_list(seen, cast.operator, "告知已供水")
    assert {call.row.household for call in calls} == {homes[0], homes[2], nowhere}
    assert AuditEvent.objects.filter(action="incident.call_list").count() == 3


def test_a_second_answer_after_a_reopening_is_told_and_asked_anew(cast: Cast, incident: Case, homes: list[Household]):
    incidents.add(incident, Act(cast.operator), households=homes[:1], how=Reached.AREA)
    done = workflow.resolve(incident, Act(cast.leader), text="已供水", solved="yes")
    seen = IncidentHousehold.objects.visible_to(cast.operator)
    incident_calls.record(seen, {rows(incident)["H1"].pk: Heard(False, "not")}, cast.operator)
    workflow.request_reopen(done, Act(cast.operator), text="又停了")
    again = workflow.reopen(done, Act(cast.supervisor))
    workflow.resolve(again, Act(cast.leader), text="换了主管，已供水", solved="yes")
    row = rows(incident)["H1"]
    assert row.satisfaction == ""
    assert "换了主管" in row.message.text
    assert Message.objects.count() == 2


def test_each_household_is_asked_for_itself_and_only_what_one_sees_is_recorded(
    cast: Cast, incident: Case, homes: list[Household]
):
    incidents.add(incident, Act(cast.operator), households=[*homes, cast.other_household], how=Reached.LIST)
    incident.incident.households.update(told=Told.TO_CALL)
    heard = {row.pk: Heard(False, "satisfied") for row in incident.incident.households.all()}
    assert incident_calls.record(IncidentHousehold.objects.visible_to(cast.leader), heard, cast.leader) == 4
    assert rows(incident)["H1"].told == Told.CALLED  # who was asked was reached
    assert incident.incident.households.get(household=cast.other_household).satisfaction == ""
    assert incident_calls.record(IncidentHousehold.objects.visible_to(cast.leader), heard, cast.leader) == 0
    assert AuditEvent.objects.filter(action="incident.heard").count() == 4


def test_a_later_caller_joins_and_his_household_is_one_that_asks(cast: Cast, incident: Case, homes: list[Household]):
    incidents.add(incident, Act(cast.operator), households=homes, how=Reached.AREA)
    newcomer = make_resident(cast.household, name="王小明", phone="13800000009")
    assert intake.likely_duplicates(cast.operator, caller=newcomer, area=cast.group)[0] == incident
    assert intake.likely_duplicates(cast.operator, caller=homes[0].head) == [incident]
    assert intake.likely_duplicates(cast.operator, area=cast.west_group) == []
    for resident in (newcomer, homes[0].head):
        intake.join(incident, Act(cast.operator), resident=resident, name=resident.name, phone="")
    asking = incident.incident.households.filter(asking=True)
    assert {(row.household, row.how) for row in asking} == {(cast.household, "call"), (homes[0], "area")}


def test_whoever_called_and_is_in_no_register_is_told_by_the_number_he_left_and_asked_too(
    cast: Cast, client: Client, homes: list[Household]
):
    """So does the first caller, who is in no register either; somebody else calls twice, and one leaves no number."""
    incident = make_case(cast.operator, cast.group, caller_name="陈先生", caller_phone="13900000009")
    incidents.declare(incident, Act(cast.operator))
    incidents.add(incident, Act(cast.operator), households=homes[:1], how=Reached.AREA)
    for name, phone in (("路人甲", "13900000001"), ("路人甲", "13900000001"), ("不留号码", "")):
        intake.join(incident, Act(cast.operator), resident=None, name=name, phone=phone)
    seen = IncidentHousehold.objects.visible_to(cast.operator).filter(incident=incident.incident)
    callers = {row.name: row for row in seen.filter(household__isnull=True)}
    assert {name: row.phone for name, row in callers.items()} == {
        incident.caller_name: incident.caller_phone,
        "路人甲": "13900000001",
    }
    assert not IncidentHousehold.objects.visible_to(cast.stranger).exists()
    assert (incident_calls.standing(seen).households, incident_calls.standing(seen).callers) == (1, 2)
    month = Month.current()
    assert count(cast.supervisor, [cases.incident_households], [month]).of(cases.incident_households, month) == 1
    workflow.resolve(incident, Act(cast.leader), text="已供水", solved="yes")
    told = seen.get(pk=callers["路人甲"].pk)
    assert (told.told, told.message.channel) == (Told.WRITTEN, "sms")
    assert told.message.address.endswith("13900000001")
    Message.objects.update(state="failed")
    calls = {call.name: call.row.phone for call in incident_calls.call_list(seen, cast.operator, "告知")}
    assert calls["路人甲"] == "13900000001"
    incident_calls.record(seen, {told.pk: Heard(True, "satisfied")}, cast.operator)
    assert incident_calls.standing(seen).not_asked == 2

    client.force_login(cast.operator)
    page = client.get(reverse("incident", args=[incident.number])).content.decode()
    assert "路人甲" in page and "13900000001" not in page
    printed = client.post(reverse("incident_calls", args=[incident.number]), {"reason": "告知"}).content.decode()
    assert incident.caller_phone in printed


def test_it_counts_as_one_incident_and_as_many_households(cast: Cast, incident: Case, homes: list[Household]):
    incidents.add(incident, Act(cast.operator), households=homes, how=Reached.AREA)
    make_case(cast.operator, cast.group)
    month = Month.current()
    counted = count(cast.supervisor, [cases.incidents], [month])
    assert counted.of(cases.incidents, month) == 1
    assert count(cast.supervisor, [cases.incident_households], [month]).of(cases.incident_households, month) == 4
    assert count(cast.stranger, [cases.incident_households], [month]).of(cases.incident_households, month) == 0


@given(st.text("滨港路弄号幢单元室组甲东0123456789A-（） ", max_size=40))
def test_whatever_an_address_says_its_building_has_no_door(text: str):
    building = incident_households.building_of(text)
    assert building == "" or building.endswith(("弄", "号", "幢"))
    assert incident_households.building_of(building) in ("", building)


# ---- The screens ----


def test_the_page_lists_records_and_adds_in_a_constant_number_of_queries(
    cast: Cast, client: Client, incident: Case, homes: list[Household], django_assert_max_num_queries
):
    client.force_login(cast.operator)
    add = reverse("incident_add", args=[incident.number])
    assert client.post(add, {"key": uuid4()}).status_code == 422
    missed = client.post(add, {"key": uuid4(), "listed": "没有的地方9号"})
    assert missed.status_code == 422
    assert "没有的地方9号" in missed.content.decode()
    answer = client.post(add, {"key": uuid4(), "areas": [cast.group.pk], "listed": "没有的地方9号"}, follow=True)
    assert "没有的地方9号" in answer.content.decode()
    assert Incident.objects.get().households.count() == 5
    page = reverse("incident", args=[incident.number])
    with django_assert_max_num_queries(16):
        shown = client.get(page)
    row = shown.context["page"].rows[0]
    client.post(page, {"row": [row.pk], f"said_{row.pk}": "fairly"})
    row.refresh_from_db()
    assert (row.satisfaction, row.asked_by) == ("fairly", cast.operator)
    assert client.post(reverse("incident_calls", args=[incident.number]), {"reason": ""}).status_code == 302
    assert client.get(reverse("incident", args=[make_case(cast.operator, cast.group).number])).status_code == 404
