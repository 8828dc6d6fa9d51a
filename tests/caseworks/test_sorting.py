"""Sorting: a wish is explained, a matter with winners and losers is decided together before it is resolved."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caseworks import sorting, workflow
from caseworks.models import Case, CaseKind, Deliberation
from caseworks.moves import Act, NotPossible
from caseworks.states import Status
from tests.cast import Cast
from tests.factories import make_case

MEETING = {"participants": "3幢居民代表9人", "minutes": "低层担心采光，方案改了两次", "decision": "加装，低层补偿"}


@pytest.fixture
def case(cast: Cast) -> Case:
    return workflow.accept(make_case(cast.operator, cast.group, summary="3幢要求加装电梯"), Act(cast.leader))


def resolve(case: Case, cast: Cast) -> Case:
    return workflow.resolve(case, Act(cast.leader), text="已加装", solved="yes")


def test_a_wish_that_cannot_be_met_is_owed_an_explanation(case: Case, cast: Cast, client):
    with pytest.raises(NotPossible):
        sorting.sort(case, Act(cast.leader), kind=CaseKind.WISH, text=" ")
    client.force_login(cast.leader)
    url = reverse("case_action", args=[case.number, "sort"])
    sent = {"version": case.version, "key": "7d9a1f38-9f0b-4a1a-9a70-3c8f6b8f7f10", "kind": "wish"}
    assert client.post(url, sent).status_code == 422
    assert client.post(url, {**sent, "text": "政策没有这一项，已当面说明"}).status_code == 302
    case.refresh_from_db()
    assert (case.kind, case.timeline.first().text) == ("wish", "政策没有这一项，已当面说明")


def test_a_reasonable_improvement_is_driven_by_a_next_step_and_found_in_the_list(case: Case, cast: Cast, client):
    make_case(cast.operator, cast.group)
    with pytest.raises(NotPossible):
        sorting.sort(case, Act(cast.leader), kind=CaseKind.IMPROVEMENT)
    sorting.sort(case, Act(cast.leader), kind=CaseKind.IMPROVEMENT, text="社区下周五前请人勘察")
    client.force_login(cast.supervisor)
    page = client.get(reverse("case_list"), {"view": "open", "kind": "improvement"})
    assert [row.case for row in page.context["rows"]] == [case]


def test_who_handles_a_case_at_the_desk_finds_the_sorting_among_the_buttons(cast: Cast, client):
    case = make_case(cast.operator, cast.group)
    Case.objects.filter(pk=case.pk).update(handling_area=cast.east, handling_role="officer", status="in_progress")
    client.force_login(cast.officer)
    page = client.get(reverse("case_detail", args=[case.number])).content.decode()
    for verb in ("sort", "deliberate"):
        assert reverse("case_action", args=[case.number, verb]) in page


def test_a_matter_with_winners_and_losers_is_not_resolved_before_a_decision_is_on_record(case: Case, cast: Cast):
    sorting.sort(case, Act(cast.leader), kind=CaseKind.SIDES)
    with pytest.raises(NotPossible):
        resolve(case, cast)
    case.refresh_from_db()
    assert case.status == Status.IN_PROGRESS
    sorting.deliberate(case, Act(cast.leader), held_on=timezone.localdate(), **MEETING)
    assert resolve(case, cast).resolved_at


def test_what_began_before_there_was_sorting_is_resolved_as_it_began(case: Case, cast: Cast):
    Case.objects.filter(pk=case.pk).update(table=1, kind=CaseKind.SIDES)
    assert resolve(case, cast).resolved_at


@pytest.mark.parametrize("kind", ["", CaseKind.WISH, CaseKind.IMPROVEMENT])
def test_everything_else_needs_no_deliberation(case: Case, cast: Cast, kind: str):
    Case.objects.filter(pk=case.pk).update(kind=kind)
    assert resolve(case, cast).resolved_at


def test_a_deliberation_is_put_on_record_once_however_often_it_is_sent_and_shown_on_the_case(
    case: Case, cast: Cast, client
):
    client.force_login(cast.supervisor)
    url = reverse("case_action", args=[case.number, "deliberate"])
    tomorrow = timezone.localdate() + timedelta(1)
    sent = {"version": case.version, "key": "7d9a1f38-9f0b-4a1a-9a70-3c8f6b8f7f11", **MEETING}
    assert client.post(url, {**sent, "held_on": tomorrow}).status_code == 422
    for _each in range(2):
        assert client.post(url, {**sent, "held_on": timezone.localdate()}).status_code == 302
    assert Deliberation.objects.count() == 1
    page = client.get(reverse("case_detail", args=[case.number])).content.decode()
    assert MEETING["decision"] in page
    assert MEETING["participants"] in page
