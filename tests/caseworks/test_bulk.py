"""One decision about many cases: what is meant, what was done, what was left, and taking it back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import bulk, listing, workflow
from caseworks.bulk import Selection
from caseworks.listing import Filters
from caseworks.models import BulkChange, Case, Category, ItemState, RoutingRule
from caseworks.moves import Act, NotPossible
from caseworks.routing import Route
from caseworks.states import Status, Verb
from people.models import Job
from tests.cast import Cast
from tests.factories import make_case


@pytest.fixture
def waiting(cast: Cast) -> list[Case]:
    """Three cases in the dispatch queue."""
    RoutingRule.objects.all().delete()
    return [make_case(cast.operator, cast.group) for _ in range(3)]


def _to(cast: Cast) -> dict[str, object]:
    return {"target": f"post:{cast.group.pk}:leader", "text": "一并派单"}


def _begin(cast: Cast, cases: list[Case], verb: Verb = Verb.DISPATCH, **given: object) -> BulkChange:
    return bulk.begin(cast.operator, verb, [case.pk for case in cases], {**_to(cast), **given}, uuid4())


def _states(change: BulkChange) -> dict[str, str]:
    return dict(change.items.values_list("case__number", "state"))


def test_what_cannot_be_done_for_one_case_is_named_and_the_rest_is_done(cast: Cast, waiting: list[Case]):
    workflow.answer(waiting[0], Act(cast.operator), text="已答复")
    change = _begin(cast, waiting)
    assert bulk.count(change) == {"done": 2, "refused": 1}
    refused = change.items.get(state=ItemState.REFUSED)
    assert refused.case == waiting[0]
    assert str(Status.CLOSED.label) in refused.why
    assert {case.status for case in Case.objects.exclude(pk=waiting[0].pk)} == {Status.TO_ACCEPT}
    assert Case.objects.filter(handling_area=cast.group).count() == 2


def test_a_change_is_taken_back_by_one_more_entry_and_a_case_touched_since_is_left_and_named(
    cast: Cast, waiting: list[Case]
):
    before = {case.pk: (case.status, case.route_reason, case.due_at) for case in waiting}
    change = _begin(cast, waiting)
    workflow.accept(waiting[2], Act(cast.leader))
    change = bulk.undo(change)
    assert bulk.count(change) == {"undone": 2, "kept": 1}
    for case in waiting[:2]:
        case.refresh_from_db()
        assert (case.status, case.route_reason, case.due_at) == before[case.pk]
        assert case.handling_area is None
        assert [entry.verb for entry in case.timeline.order_by("pk")] == ["register", "dispatch", "undo"]
        assert not case.path.filter(until__isnull=True).exists()
    waiting[2].refresh_from_db()
    assert waiting[2].status == Status.IN_PROGRESS
    assert bulk.undo(change).items.filter(state=ItemState.UNDONE).count() == 2  # a second time changes nothing
    assert waiting[0].timeline.count() == 3


def test_ten_minutes_later_and_while_it_is_at_work_nothing_is_taken_back(cast: Cast, waiting: list[Case]):
    change = _begin(cast, waiting)
    BulkChange.objects.update(ended_at=timezone.now() - timedelta(minutes=10))
    with pytest.raises(NotPossible):
        bulk.undo(change)
    BulkChange.objects.update(ended_at=None)
    with pytest.raises(NotPossible):
        bulk.undo(change)
    assert not Case.objects.filter(status=Status.TO_DISPATCH).exists()


def test_sorting_anew_changes_the_category_and_never_the_limits(cast: Cast, waiting: list[Case]):
    advice = Category.objects.get(code="advice")
    limits = {case.pk: (case.limits, case.due_at) for case in waiting}
    change = _begin(cast, waiting, Verb.RECATEGORISE, category=advice.pk)
    assert {case.pk: (case.limits, case.due_at) for case in Case.objects.all()} == limits
    assert set(Case.objects.values_list("category__code", flat=True)) == {"advice"}
    bulk.undo(change)
    assert set(Case.objects.values_list("category__code", flat=True)) == {"public-works"}


def test_many_are_done_in_the_background_where_it_stopped_and_each_once(cast: Cast, waiting: list[Case], monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    change = _begin(cast, waiting, Verb.URGE)
    assert change.job is not None
    assert bulk.count(change) == {"refused": 3}  # nobody has them in hand
    done = _begin(cast, waiting)
    assert (done.job.done, done.job.total) == (3, 3)
    # Killed before the last case was written down, and started again.
    last = done.items.get(case=waiting[2])
    last.state = ItemState.WAITING
    last.save()
    assert done.job is not None
    bulk.carry_out(done.job, lambda number, total: None, change=done.pk)
    assert _states(done)[waiting[2].number] == ItemState.DONE
    assert waiting[2].timeline.filter(verb="dispatch").count() == 1


def test_more_than_are_counted_are_done_in_the_background_and_taken_back_together(
    cast: Cast, client: Client, waiting: list[Case], monkeypatch
):
    monkeypatch.setattr(bulk, "COUNTED", 2)
    monkeypatch.setattr(bulk, "A_STRETCH", 0)  # one case a job, each handing on to the next
    client.force_login(cast.operator)
    url, everything = reverse("bulk_change", args=["dispatch"]), {"all": "1", "back": "view=dispatch&since=2020-01-01"}
    assert client.get(reverse("case_list"), {"view": "dispatch", "all": "1"}).context["matching"] == 3
    asked = client.get(url, everything)
    assert (asked.context["uncounted"], len(asked.context["rows"])) == (True, 3)
    make_case(cast.operator, cast.group)  # one more since: whatever matches when the button is pressed is meant
    answer = client.post(url, {**dict(asked.context["fields"]), **_to(cast), "key": uuid4()})
    change = BulkChange.objects.get()
    assert (change.number, change.counted, change.job.state) == (4, {"done": 4}, "done")
    assert Job.objects.filter(name="caseworks.bulk.carry_out").count() == 4
    page = client.get(answer["Location"])
    assert page.context["counted"] == [(ItemState.DONE.label, 4)]
    client.post(reverse("bulk_undo", args=[change.uuid]))
    assert Case.objects.filter(status=Status.TO_DISPATCH).count() == 4


def test_looking_up_what_matches_goes_on_where_it_stopped_and_the_queue_shrinks_only_afterwards(
    cast: Cast, waiting: list[Case]
):
    meant = Filters(view="dispatch", category=waiting[0].category, area=cast.east, since=timezone.localdate())
    assert listing.read(listing.written(meant)) == meant
    change = BulkChange.objects.create(
        by=cast.operator, verb="dispatch", given=_to(cast), matching=listing.written(meant)
    )
    change.items.create(case=waiting[0])  # written down before it was killed
    bulk.carry_out(Job(), lambda number, total: None, change=change.pk)
    change.refresh_from_db()
    assert (change.number, change.counted) == (3, {"done": 3})
    # A place that is gone would let more match than was meant: nothing is done then.
    lost = BulkChange.objects.create(by=cast.operator, verb="urge", given=_to(cast), matching={"area": 0})
    with pytest.raises(ObjectDoesNotExist):
        bulk.carry_out(Job(), lambda number, total: None, change=lost.pk)
    assert not lost.items.exists()


def test_all_that_match_are_those_of_the_filters_in_ones_own_scope(cast: Cast, waiting: list[Case]):
    make_case(cast.stranger, cast.next_group)
    handed = workflow.dispatch(waiting[0], Act(cast.operator), to=_route(cast))
    found = bulk.selected(cast.operator, Selection(matching=Filters(view="dispatch")))
    assert set(found) == set(waiting) - {handed}
    ticked = bulk.selected(cast.stranger, Selection(numbers=tuple(case.number for case in waiting)))
    assert not ticked.exists()


def _route(cast: Cast) -> Route:
    return Route("手工派单", area=cast.group, role="leader")


# ---- The screens ----


def test_a_page_says_how_many_and_which_and_only_then_it_is_done_once(cast: Cast, client: Client, waiting: list[Case]):
    client.force_login(cast.operator)
    url = reverse("bulk_change", args=["dispatch"])
    asked = client.get(url, {"all": "1", "back": "view=dispatch"})
    assert asked.context["number"] == asked.context["possible"] == 3
    assert len(asked.context["rows"]) == 3
    fields = {**dict(asked.context["fields"]), **_to(cast), "key": uuid4()}
    for _ in range(2):
        answer = client.post(url, fields)
        assert answer.status_code == 302
    assert BulkChange.objects.count() == 1
    assert waiting[0].timeline.filter(verb="dispatch").count() == 1
    page = client.get(answer["Location"]).content.decode()
    undo = reverse("bulk_undo", args=[BulkChange.objects.get().uuid])
    assert undo in page
    assert reverse("case_list") + "?view=dispatch" in page
    client.post(undo, {"back": "view=dispatch"})
    assert Case.objects.filter(status=Status.TO_DISPATCH).count() == 3
    assert undo not in client.get(answer["Location"]).content.decode()


def test_where_more_match_than_were_seen_it_is_asked_again(cast: Cast, client: Client, waiting: list[Case]):
    client.force_login(cast.operator)
    url = reverse("bulk_change", args=["dispatch"])
    asked = client.get(url, {"all": "1", "back": "view=dispatch"})
    make_case(cast.operator, cast.group)
    fields = {**dict(asked.context["fields"]), **_to(cast), "key": uuid4()}
    again = client.post(url, fields)
    assert again.status_code == 409
    assert again.context["number"] == 4
    assert not BulkChange.objects.exists()


def test_nobody_chosen_is_asked_for_and_cases_of_others_are_not_touched(
    cast: Cast, client: Client, waiting: list[Case]
):
    client.force_login(cast.operator)
    foreign = make_case(cast.stranger, cast.next_group)
    url = reverse("bulk_change", args=["dispatch"])
    fields = {"case": [waiting[0].number, foreign.number], "number": "1", "key": uuid4(), "text": "东片"}
    answer = client.post(url, fields)
    assert answer.status_code == 422
    assert "东片" in answer.content.decode()
    client.post(url, {**fields, "target": f"post:{cast.group.pk}:leader"})
    assert set(BulkChange.objects.get().items.values_list("case__number", flat=True)) == {waiting[0].number}
    assert client.get(reverse("bulk_change", args=["resolve"])).status_code == 404


def test_the_list_counts_what_matches_only_when_asked_and_a_printed_sheet_is_masked(
    cast: Cast, client: Client, waiting: list[Case], django_assert_max_num_queries
):
    client.force_login(cast.operator)
    assert client.get(reverse("case_list"), {"view": "dispatch"}).context["matching"] is None
    assert client.get(reverse("case_list"), {"view": "dispatch", "all": "1"}).context["matching"] == 3
    with django_assert_max_num_queries(12):
        sheet = client.get(reverse("bulk_print"), {"all": "1", "back": "view=dispatch"}).content.decode()
    assert all(case.number in sheet for case in waiting)
    assert "13800132468" not in sheet


def test_a_number_that_no_case_can_have_selects_nothing(cast: Cast, waiting: list[Case]):
    chosen = bulk.selected(cast.supervisor, Selection(numbers=("\0", waiting[0].number)))
    assert [case.pk for case in chosen] == [waiting[0].pk]
