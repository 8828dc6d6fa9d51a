"""A call at the desk: what becomes of it, what stands in the way, and what a forged form does not get."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from caseworks.models import Case, CaseCaller, Category, Channel, Draft
from caseworks.states import Status
from people.models import AuditEvent, PhoneNumber, Resident
from tests.caseworks.desk.form import PHONE, sent, typed
from tests.cast import Cast
from tests.factories import make_case

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database


# ---- A call becomes a case ----


def test_a_request_alone_is_enough_and_waits_in_the_dispatch_queue(desk: Client):
    case = sent(desk)
    assert (case.status, case.summary, case.caller_name) == (Status.TO_DISPATCH, "水管爆裂，三楼以下停水", "")


def test_a_known_caller_brings_his_household_and_the_number_that_was_typed(desk: Client, cast: Cast, wang: Resident):
    PhoneNumber.objects.create(resident=wang, number="13911112222", kind="mobile", tail="2222")
    case = sent(desk, resident=wang.uuid, caller="139****2222", area=cast.group.pk, area_name="东安社区 第1小组")
    assert (case.caller, case.household, case.area) == (wang, cast.household, cast.group)
    assert (case.caller_name, case.caller_phone, case.caller_tail) == ("王秀兰", "13911112222", "2222")
    assert (case.status, case.handling_area) == (Status.TO_ACCEPT, cast.group)


def test_the_household_is_that_of_the_person_concerned(desk: Client, cast: Cast, wang: Resident):
    concerned = cast.other_household.head
    case = sent(desk, resident=wang.uuid, caller=PHONE, concerned="陈建华", concerned_resident=concerned.uuid)
    assert (case.caller, case.concerned, case.household) == (wang, concerned, cast.other_household)


def test_a_person_concerned_who_is_in_no_register_is_written_down(desk: Client):
    assert sent(desk, concerned="周老伯").concerned_name == "周老伯"


@pytest.mark.parametrize(
    ("caller", "name", "phone"),
    [
        ("１３８ 0013-2468", "", "13800132468"),
        ("张三 13800132468", "张三", "13800132468"),
        ("0580-3067523转8", "", "0580-3067523#8"),
        ("3号楼王阿姨", "3号楼王阿姨", ""),
        ("", "", ""),
    ],
)
def test_a_new_caller_is_read_from_one_box(desk: Client, caller: str, name: str, phone: str):
    case = sent(desk, caller=caller)
    assert (case.caller, case.caller_name, case.caller_phone) == (None, name, phone)


def test_an_odd_number_is_kept_as_written_and_said_in_one_sentence(desk: Client):
    response = desk.post(reverse("desk_new"), typed(caller="1380013246"), follow=True)
    assert Case.objects.get().caller_phone == "1380013246"
    [message] = response.context["messages"]
    assert message.level_tag == "warning"
    assert "11" in str(message) and "10" in str(message)


def test_an_anonymous_caller_leaves_no_name_whatever_else_the_form_says(desk: Client, wang: Resident):
    case = sent(desk, resident=wang.uuid, caller=PHONE, caller_name="王秀兰", anonymous="on")
    assert case.anonymous
    assert (case.caller, case.caller_name, case.caller_phone, case.household) == (None, "", "", None)
    assert not AuditEvent.objects.filter(action="case.register", subject_ref=str(wang.uuid)).exists()


def test_an_anonymous_caller_can_be_called_back_on_the_number_he_gave(desk: Client):
    case = sent(desk, caller="13912345678", caller_name="不愿透露", anonymous="on")
    assert (case.caller_name, case.caller_phone) == ("", "13912345678")


def test_the_usual_urgency_of_a_category_holds_unless_another_is_chosen(desk: Client):
    category = Category.objects.get(code="public-works")
    Category.objects.filter(pk=category.pk).update(urgency="urgent")
    assert sent(desk, category=category.pk).urgency == "urgent"
    assert sent(desk, category=category.pk, urgency="critical").urgency == "critical"


def test_a_request_that_was_answered_on_the_spot_is_closed_and_goes_to_nobody(desk: Client, cast: Cast):
    case = sent(desk, area=cast.group.pk, answer="今天下午五点前恢复供水", answered="1")
    assert (case.status, case.outcome, case.handling_area) == (Status.CLOSED, "今天下午五点前恢复供水", None)


def test_an_answer_that_was_begun_but_not_given_is_kept_with_the_details(desk: Client):
    case = sent(desk, answer="已告知物业")
    assert case.status == Status.TO_DISPATCH
    assert "已告知物业" in case.details


def test_a_form_sent_twice_is_one_case(desk: Client):
    uuid = uuid4()
    assert sent(desk, uuid=uuid) == sent(desk, uuid=uuid)
    assert Case.objects.count() == 1


def test_the_channel_is_remembered_for_the_next_call(desk: Client):
    sent(desk, channel="window")
    page = desk.get(reverse("desk_new"))
    assert page.context["form"]["channel"].value() == Channel.WINDOW


def test_the_acceptance_page_says_number_handler_deadline_and_reason(desk: Client, cast: Cast):
    case = sent(desk, area=cast.group.pk, area_name="东安社区 第1小组")
    page = desk.get(reverse("desk_logged", args=[case.number])).content.decode()
    for words in (case.number, "东安社区 第1小组", "李建国", "17:30", case.route_reason):
        assert words in page


# ---- What stands in the way, and keeps every word ----


def test_without_a_request_nothing_is_logged_and_everything_typed_is_kept(desk: Client):
    response = desk.post(reverse("desk_new"), typed(summary=" ", caller="13800132468", place="南门"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "13800132468" in page and "南门" in page and 'class="error-summary"' in page
    assert not Case.objects.exists()


def test_an_answer_on_the_spot_needs_the_answer(desk: Client):
    response = desk.post(reverse("desk_new"), typed(answered="1"))
    assert list(response.context["form"].errors) == ["answer"]
    assert not Case.objects.exists()


@pytest.mark.parametrize("field", ["resident", "concerned_resident"])
def test_a_resident_out_of_scope_is_not_found_like_one_that_never_was(desk: Client, cast: Cast, field: str):
    foreign = cast.foreign_household.head
    answers = [desk.post(reverse("desk_new"), typed(**{field: uuid})) for uuid in (foreign.uuid, uuid4())]
    assert [answer.status_code for answer in answers] == [422, 422]
    errors = [answer.context["form"].errors.get_json_data() for answer in answers]
    assert errors[0] == errors[1] != {}
    assert "吴月" not in answers[0].content.decode()
    assert not Case.objects.exists()


def test_an_area_out_of_scope_is_not_found_like_one_that_never_was(desk: Client, cast: Cast):
    answers = [desk.post(reverse("desk_new"), typed(area=pk)) for pk in (cast.next_group.pk, 10**9, 10**30)]
    errors = [answer.context["form"].errors.get_json_data() for answer in answers]
    assert errors[0] == errors[1] == errors[2] != {}
    assert not Case.objects.exists()


@pytest.mark.parametrize("words", ["东安社区 第2小组", "da2", "东安 2"])
def test_an_area_typed_and_not_chosen_is_found_by_the_server(desk: Client, cast: Cast, words: str):
    assert sent(desk, area_name=words).area == cast.other_group


def test_an_area_that_could_be_several_is_asked_for(desk: Client):
    response = desk.post(reverse("desk_new"), typed(area_name="第1小组"))
    [error] = response.context["form"].errors["area_name"]
    assert "东安社区 第1小组" in error and "西塘社区 第1小组" in error and "南浦" not in error


def test_words_in_the_area_box_win_over_an_area_chosen_before(desk: Client, cast: Cast):
    assert sent(desk, area=cast.group.pk, area_name="西塘社区").area == cast.west


def test_a_category_typed_and_not_chosen_is_found_where_it_can_only_be_one(desk: Client):
    assert sent(desk, category_typed="家庭").category.code == "family"
    response = desk.post(reverse("desk_new"), typed(category_typed="没有的类别"))
    assert list(response.context["form"].errors) == ["category"]


# ---- Another caller about the same matter ----


def test_joining_adds_a_caller_to_the_case_instead_of_a_second_case(desk: Client, cast: Cast, wang: Resident):
    case = make_case(cast.operator, cast.group, caller_name="刘强", caller_phone="13900001111")
    uuid = uuid4()
    Draft.objects.create(uuid=uuid, owner=cast.operator, fields={"summary": "我家也停水"})
    fields = typed(uuid=uuid, summary="我家也停水", resident=wang.uuid, caller=PHONE)
    for _ in range(2):
        response = desk.post(reverse("desk_join", args=[case.number]), fields)
        assert response["Location"] == reverse("desk_logged", args=[case.number])
    added = CaseCaller.objects.get(case=case)
    assert (added.resident, added.name, added.phone, added.note) == (wang, "王秀兰", PHONE, "我家也停水")
    assert Case.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_case_that_is_closed_cannot_be_joined_and_the_form_is_kept(desk: Client, cast: Cast):
    case = make_case(cast.operator, cast.group, answer="已修好")
    response = desk.post(reverse("desk_join", args=[case.number]), typed(summary="又停水了"))
    assert response.status_code == 422
    assert "又停水了" in response.content.decode()
    assert not CaseCaller.objects.exists()


def test_a_case_out_of_scope_can_neither_be_joined_nor_read(desk: Client, cast: Cast):
    case = make_case(cast.stranger, cast.next_group)
    assert desk.post(reverse("desk_join", args=[case.number]), typed()).status_code == 404
    assert desk.get(reverse("desk_logged", args=[case.number])).status_code == 404


# ---- Without script ----


def test_without_script_people_are_looked_up_by_sending_the_form(desk: Client, wang: Resident):
    response = desk.post(reverse("desk_new"), typed(caller="2468", look_up="1"))
    page = response.content.decode()
    assert response.status_code == 200
    assert f'<input type="radio" name="resident" value="{wang.uuid}">' in page
    assert "水管爆裂" in page
    # The hidden field of the box comes first; the choice after it counts.
    case = sent(desk, caller="2468", resident=["", str(wang.uuid)])
    assert (case.caller, case.caller_phone) == (wang, PHONE)


# ---- Who may ----


@pytest.mark.parametrize("role", ["leader", "officer", "committee", "department", "manager"])
def test_the_desk_is_closed_to_other_roles(client: Client, cast: Cast, role: str):
    client.force_login(cast.by_role()[role])
    assert client.get(reverse("desk_new")).status_code == 403


@pytest.mark.parametrize("role", ["department", "manager"])
def test_whoever_looks_after_nobody_finds_no_caller(client: Client, cast: Cast, role: str):
    client.force_login(cast.by_role()[role])
    assert client.post(reverse("desk_callers"), {"typed": "2468"}).status_code == 403


def test_the_supervisor_may_log_a_case_too(client: Client, cast: Cast):
    client.force_login(cast.supervisor)
    assert sent(client).registered_by == cast.supervisor


def test_no_page_of_the_desk_is_kept_by_the_browser(desk: Client):
    assert "no-store" in desk.get(reverse("desk_new"))["Cache-Control"]
