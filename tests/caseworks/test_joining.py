"""Cases that hang together: merged, split and linked; how they count; taking it back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import bulk, incidents, joining, workflow
from caseworks.models import Case, CaseLink, Category, LinkKind, Reached, RoutingRule
from caseworks.moves import Act, NotPossible
from caseworks.reports.counting import count
from caseworks.reports.metrics import cases
from caseworks.reports.months import Month
from caseworks.states import Status, Verb
from tests.cast import Cast
from tests.factories import make_case, make_household, make_resident

pytestmark = pytest.mark.usefixtures("mid_month")


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group, caller_name="陈建华", caller_phone="13900001111")


@pytest.fixture
def other(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group)


def fresh(*cases: Case) -> tuple[Case, ...]:
    for case in cases:
        case.refresh_from_db()
    return cases


def figures(cast: Cast) -> tuple[int, int, int]:
    """Received, due and resolved this month; every deadline has just passed."""
    Case.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    month = Month.current()
    tally = count(cast.supervisor, [cases.received, cases.due, cases.resolved], [month])
    return tuple(tally.of(figure, month) for figure in (cases.received, cases.due, cases.resolved))  # type: ignore[return-value]


def test_a_merged_case_was_received_and_is_no_work_of_its_own(cast: Cast, case: Case, other: Case):
    workflow.suspend(workflow.accept(case, Act(cast.leader)), Act(cast.leader), text="等配件")
    key = uuid4()
    for _ in range(2):
        joining.merge(case, Act(cast.operator, key=key), into=other)
    case, other = fresh(case, other)
    assert case.status == Status.MERGED
    assert [caller.phone for caller in other.more_callers.all()] == ["13900001111"]
    assert case.timeline.filter(verb="merge", detail__contains=other.number).count() == 1
    workflow.resolve(other, Act(cast.leader), text="修好了", solved="yes")
    assert figures(cast) == (2, 1, 1)
    assert not case.pauses.filter(ended_at__isnull=True).exists()


def test_a_merging_is_taken_back_with_the_clock_standing_still_as_before(cast: Cast, case: Case, other: Case):
    workflow.suspend(workflow.accept(case, Act(cast.leader)), Act(cast.leader), text="等配件")
    joining.merge(case, Act(cast.operator), into=other)
    joining.undo(CaseLink.objects.get(), Act(cast.operator))
    case, other = fresh(case, other)
    assert (case.status, case.due_at) == (Status.SUSPENDED, None)
    assert case.pauses.filter(ended_at__isnull=True).count() == 1
    assert not other.more_callers.exists()
    assert {one.timeline.latest("pk").verb for one in (case, other)} == {"undo"}
    assert joining.bonds(case) == []


def test_a_step_is_taken_back_for_ten_minutes_and_only_while_the_case_stands_where_it_was(
    cast: Cast, case: Case, other: Case
):
    joining.merge(case, Act(cast.operator), into=other)
    bond = CaseLink.objects.get()
    workflow.note(case, Act(cast.leader), text="并错了吧")
    with pytest.raises(NotPossible):
        joining.undo(bond, Act(cast.operator))
    CaseLink.objects.update(version=fresh(case)[0].version, made_at=timezone.now() - timedelta(minutes=10))
    with pytest.raises(NotPossible):
        joining.undo(bond, Act(cast.operator))
    assert fresh(case)[0].status == Status.MERGED


def test_what_cannot_be_merged_says_why_and_nothing_is_written(cast: Cast, case: Case, other: Case):
    workflow.resolve(other, Act(cast.leader), text="好了", solved="yes")
    for into in (case, other):
        with pytest.raises(NotPossible):
            joining.merge(case, Act(cast.operator), into=into)
    incidents.declare(case, Act(cast.operator))
    with pytest.raises(NotPossible):
        joining.merge(case, Act(cast.operator), into=make_case(cast.operator, cast.group))
    assert not CaseLink.objects.exists()
    assert fresh(case)[0].status == Status.TO_ACCEPT


def test_what_is_split_off_runs_from_the_first_receipt_and_goes_back_when_it_was_a_mistake(cast: Cast, case: Case):
    received = timezone.now() - timedelta(days=2)
    Case.objects.filter(pk=case.pk).update(registered_at=received, clock_from=received)
    advice = Category.objects.get(code="advice")
    parts = [joining.Part("井盖也松了"), joining.Part("想问医保报销", advice)]
    key = uuid4()
    for _ in range(2):
        joining.split(fresh(case)[0], Act(cast.operator, key=key), parts=parts)
    cover, question = (link.case for link in CaseLink.objects.filter(kind=LinkKind.SPLIT).order_by("pk"))
    assert Case.objects.count() == 3
    assert {cover.registered_at, cover.clock_from, question.registered_at} == {received}
    assert (cover.category, question.category) == (case.category, advice)
    assert (cover.caller_phone, question.limits["handling"]) == (case.caller_phone, "1wd")
    assert figures(cast)[0] == 3
    joining.undo(CaseLink.objects.get(case=cover), Act(cast.operator))
    assert fresh(cover)[0].status == Status.MERGED
    assert figures(cast)[0] == 2
    [bond] = [bond for bond in joining.bonds(cover) if bond.link.kind == LinkKind.MERGED]
    assert (bond.other, bond.can_be_undone) == (case, False)


def test_related_cases_know_of_one_another_until_the_link_is_ended(cast: Cast, case: Case, other: Case):
    joining.link(case, Act(cast.operator), other=other)
    assert [bond.other for bond in joining.bonds(case)] == [other]
    assert [bond.other for bond in joining.bonds(other)] == [case]
    with pytest.raises(NotPossible):
        joining.link(other, Act(cast.operator), other=case)
    joining.unlink(other, Act(cast.operator), other=case)
    assert [bond.was_ended for one in (case, other) for bond in joining.bonds(one)] == [True, True]
    assert [entry.verb for entry in case.timeline.order_by("pk")] == ["register", "link", "unlink"]
    assert other.timeline.count() == 3


def test_an_unlinking_is_taken_back_for_ten_minutes_and_once_however_often_that_is_asked(
    cast: Cast, client: Client, case: Case, other: Case
):
    joining.link(case, Act(cast.operator), other=other)
    joining.unlink(case, Act(cast.operator), other=other)
    client.force_login(cast.operator)
    page = reverse("case_detail", args=[other.number])
    back = reverse("case_link_again", args=[other.number, CaseLink.objects.get().pk])
    assert back in client.get(page).content.decode()
    for _ in range(2):
        assert client.post(back).status_code == 302
    [bond] = joining.bonds(case)
    assert (bond.other, bond.was_ended, CaseLink.objects.get().undone_at) == (other, False, None)
    assert {tuple(one.timeline.values_list("verb", flat=True)) for one in (case, other)} == {
        ("undo", "unlink", "link", "register")
    }
    joining.unlink(case, Act(cast.operator), other=other)
    CaseLink.objects.update(undone_at=timezone.now() - timedelta(minutes=10))
    assert joining.bonds(case) == []
    with pytest.raises(NotPossible):
        joining.link_again(CaseLink.objects.get(), Act(cast.operator))


def test_the_page_of_a_case_offers_to_merge_and_to_take_it_back(cast: Cast, client: Client, case: Case, other: Case):
    client.force_login(cast.operator)
    page = client.get(reverse("case_action", args=[case.number, "merge"]))
    assert other.number in page.context["form"].likely
    fields = {"version": case.version, "key": uuid4()}
    assert client.post(page.request["PATH_INFO"], fields).status_code == 422
    wrong = client.post(page.request["PATH_INFO"], {**fields, "number": "9912-9999"})
    assert wrong.status_code == 422
    assert client.post(page.request["PATH_INFO"], {**fields, "into": other.number}).status_code == 302
    shown = client.get(reverse("case_detail", args=[case.number])).content.decode()
    undo = reverse("case_link_undo", args=[case.number, CaseLink.objects.get().pk])
    assert undo in shown
    client.post(undo)
    assert fresh(case)[0].status == Status.TO_ACCEPT
    fields = {"version": case.version, "key": uuid4(), "summary_1": "井盖松了"}
    client.post(reverse("case_action", args=[case.number, "split"]), fields)
    assert CaseLink.objects.filter(kind=LinkKind.SPLIT).exists()


def test_each_part_of_a_split_has_its_own_category_and_place_and_is_routed_by_them(
    cast: Cast, client: Client, case: Case
):
    RoutingRule.objects.create(
        rank=1, name="报销归办事员", category=Category.objects.get(code="advice"), target_unit=cast.water
    )
    Case.objects.filter(pk=case.pk).update(place="3幢楼道")
    client.force_login(cast.operator)
    page = reverse("case_action", args=[case.number, "split"])
    parts: dict[str, object] = {
        "summary_1": "第2小组井盖松了",
        "area_name_1": cast.other_group.long_name,
        "place_1": "8号门口",
    }
    parts |= {"summary_2": "想问医保报销", "category_2": Category.objects.get(code="advice").pk, "summary_3": "楼道灯"}
    fields = {"version": case.version, "key": uuid4(), **parts}
    wrong = client.post(page, {**fields, "area_name_1": "没有的社区", "summary_3": "", "place_3": "北门"})
    assert set(wrong.context["form"].errors) == {"area_name_1", "summary_3"}
    assert "8号门口" in wrong.content.decode() and not CaseLink.objects.exists()
    assert client.post(page, fields).status_code == 302
    cover, question, light = (link.case for link in CaseLink.objects.filter(kind=LinkKind.SPLIT).order_by("pk"))
    assert (cover.area, cover.place, cover.handling_area) == (cast.other_group, "8号门口", cast.other_group)
    assert (question.area, question.place, question.unit) == (cast.group, "3幢楼道", cast.water)
    assert (light.area, light.category, light.handling_area) == (cast.group, case.category, cast.group)


def test_a_merging_into_an_incident_is_taken_back_with_the_households_that_came_by_it(
    cast: Cast, case: Case, other: Case
):
    incidents.declare(other, Act(cast.operator))
    mine, also = make_household(cast.group), make_household(cast.group)
    also_asking = make_resident(also)
    Case.objects.filter(pk=case.pk).update(household=mine)
    case.more_callers.create(resident=also_asking, name=also_asking.name, phone="13900002222")
    case.more_callers.create(name="路人", phone="13900003333")
    incidents.add(other, Act(cast.operator), households=[also], how=Reached.AREA)
    before = set(other.incident.households.values_list("household", "caller", "asking"))
    joining.merge(fresh(case)[0], Act(cast.operator), into=other)
    rows = other.incident.households
    assert set(rows.filter(asking=True, household__isnull=False).values_list("household", flat=True)) == {
        mine.pk,
        also.pk,
    }
    assert [row.phone for row in rows.filter(caller__isnull=False)] == ["13900003333"]
    joining.undo(CaseLink.objects.get(), Act(cast.operator))
    assert set(rows.values_list("household", "caller", "asking")) == before


def test_a_case_of_another_office_cannot_be_named(cast: Cast, client: Client, case: Case):
    client.force_login(cast.operator)
    foreign = make_case(cast.stranger, cast.next_group)
    fields = {"version": case.version, "key": uuid4(), "number": foreign.number}
    for verb in ("merge", "link"):
        assert client.post(reverse("case_action", args=[case.number, verb]), fields).status_code == 422
    assert not CaseLink.objects.exists()


def test_a_bulk_change_passes_over_what_was_merged(cast: Cast, case: Case, other: Case):
    joining.merge(case, Act(cast.operator), into=other)
    given = {"category": Category.objects.get(code="advice").pk, "text": ""}
    change = bulk.begin(cast.operator, Verb.RECATEGORISE, [case.pk, other.pk], given, uuid4())
    assert bulk.count(change) == {"done": 1, "refused": 1}
