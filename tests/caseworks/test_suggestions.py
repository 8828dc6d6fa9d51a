"""Suggestions: the table of their steps, what is written down and told, where they come from, lists and counts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworks import doorstep, suggestions
from caseworks.doorstep import Aftermath
from caseworks.models import Draft, Suggestion, SuggestionEntry
from caseworks.moves import Act, NotPossible
from caseworks.reports.monthly import monthly
from caseworks.reports.months import Month
from caseworks.routing import Route
from caseworks.states import Party, Status
from caseworks.suggestion_states import ADOPTING, MOVES, TOLD_AFTER, Decision, Stage, Step, adoption_share, steps_from
from outreach.models import MessageState, VisitOutcome
from outreach.visiting import RecordedOtherwise, VisitRecord
from people.models import AuditEvent, User
from tests.cast import Cast
from tests.factories import make_case, make_resident, make_suggestion

Do = Callable[[Suggestion, Act, Cast], Suggestion]

DO: dict[Step, Do] = {
    Step.JUDGE: lambda one, act, cast: suggestions.judge(one, act, decision="adopted", to=_water(cast)),
    Step.DO: lambda one, act, cast: suggestions.report_done(one, act, text="扶手装好了"),
    Step.GIVE_BACK: lambda one, act, cast: suggestions.give_back(one, act, text="楼道太窄"),
    Step.ANSWER: lambda one, act, cast: suggestions.answer(one, act, text="已答复"),
    Step.NOTE: lambda one, act, cast: suggestions.note(one, act, text="看过现场"),
}

pytestmark = pytest.mark.usefixtures("mid_month")


def _water(cast: Cast) -> Route:
    return Route("", unit=cast.water)


def _who(cast: Cast) -> dict[Party, User]:
    return {
        Party.HANDLER: cast.department,
        Party.DESK: cast.operator,
        Party.SUPERVISOR: cast.supervisor,
        Party.VIEWER: cast.officer,
    }


@pytest.fixture
def suggestion(cast: Cast) -> Suggestion:
    return make_suggestion(cast.operator, cast.group)


def judged(cast: Cast, suggestion: Suggestion, decision: str = "adopted", text: str = "经费有限") -> Suggestion:
    to = _water(cast) if decision in ADOPTING else None
    return suggestions.judge(suggestion, Act(cast.supervisor), decision=decision, text=text, to=to)


# ---- The path ----


def test_a_step_is_taken_by_the_parties_and_from_the_stages_of_the_table_and_refused_otherwise(cast, suggestion):
    assert set(DO) == set(MOVES) == set(Step) - {Step.RAISE}
    wrong = []
    for step, move in MOVES.items():
        for stage in Stage:
            Suggestion.objects.filter(pk=suggestion.pk).update(stage=stage, unit=cast.water, decision="adopted")
            for party, user in _who(cast).items():
                expected: type[Exception] | None = None
                if move.parties.isdisjoint({party, Party.VIEWER}):
                    expected = PermissionDenied
                elif stage not in move.sources:
                    expected = NotPossible
                point = transaction.savepoint()
                before = Suggestion.objects.get(pk=suggestion.pk)
                try:
                    after = DO[step](before, Act(user, before.version), cast)
                    outcome: type[Exception] | None = None
                    if move.to and after.stage != move.to:
                        wrong.append((step, stage, party, after.stage))
                    assert after.timeline.latest("pk").step == step
                    assert after.version == before.version + 1
                except (PermissionDenied, NotPossible) as refusal:
                    outcome = type(refusal)
                transaction.savepoint_rollback(point)
                if outcome is not expected or (expected is None) != (move in steps_from(stage, {party, Party.VIEWER})):
                    wrong.append((step, stage, party, outcome))
    assert not wrong


def test_the_proposer_is_told_at_each_step_and_every_telling_is_on_the_timeline(cast, suggestion):
    judged(cast, suggestion, text="")
    suggestions.report_done(suggestion, Act(cast.department), text="扶手装好了")
    suggestions.answer(suggestion, Act(cast.operator), text="谢谢您的建议")
    entries = list(suggestion.timeline.order_by("pk").select_related("message"))
    assert [entry.step for entry in entries] == [Step.RAISE, Step.JUDGE, Step.DO, Step.ANSWER]
    assert {entry.step for entry in entries} == set(TOLD_AFTER)
    told = [entry.message for entry in entries]
    assert {message.state for message in told} == {MessageState.WAITING}
    assert all(suggestion.number in message.text for message in told)
    assert "扶手装好了" in told[2].text and "谢谢您的建议" in told[3].text
    assert {(message.purpose, message.about) for message in told} == {("suggestion", suggestion.number)}
    steps = AuditEvent.objects.filter(object_type="caseworks.suggestion", object_ref=str(suggestion.pk))
    assert list(steps.order_by("seq").values_list("action", flat=True)) == [
        *("suggestion.raise", "suggestion.judge", "suggestion.do", "suggestion.answer")
    ]


def test_declining_needs_a_reason_which_the_proposer_reads_and_adopting_needs_somebody_to_do_it(cast, suggestion):
    act = Act(cast.supervisor)
    for decision in (Decision.DECLINED, Decision.PARTLY):
        with pytest.raises(NotPossible):
            suggestions.judge(suggestion, act, decision=decision, text=" ", to=_water(cast))
    with pytest.raises(NotPossible):
        suggestions.judge(suggestion, act, decision=Decision.ADOPTED)
    declined = suggestions.judge(suggestion, act, decision=Decision.DECLINED, text="消防通道不能占用", to=_water(cast))
    assert (declined.stage, declined.unit) == (Stage.TO_ANSWER, None)
    assert "消防通道不能占用" in declined.timeline.latest("pk").message.text


def test_somebody_without_a_number_is_not_told_and_the_page_says_why(cast, client):
    unknown = make_suggestion(cast.operator, cast.group, name="", phone="", anonymous=True)
    message = unknown.timeline.get().message
    assert message.state == MessageState.REFUSED
    client.force_login(cast.operator)
    page = client.get(unknown.get_absolute_url()).content.decode()
    assert message.reason in page


def test_a_form_sent_twice_is_one_step_and_the_second_of_two_people_is_told_and_loses_nothing(cast, client, suggestion):
    client.force_login(cast.supervisor)
    url = reverse("suggestion_step", args=[suggestion.number, "judge"])
    form = {"decision": "declined", "text": "不符合规定", "version": suggestion.version, "key": uuid4()}
    assert client.post(url, form).status_code == 302
    assert client.post(url, form).status_code == 302
    assert suggestion.timeline.filter(step=Step.JUDGE).count() == 1
    stale = client.post(url, {**form, "key": uuid4(), "text": "另有想法"})
    assert stale.status_code == 409
    assert "另有想法" in stale.content.decode()
    assert suggestion.timeline.count() == 2


def test_what_cannot_be_carried_out_is_judged_anew_without_a_trace_of_the_first_decision_but_its_entry(
    cast, suggestion
):
    judged(cast, suggestion)
    back = suggestions.give_back(suggestion, Act(cast.department), text="楼道太窄")
    assert (back.stage, back.decision, back.judged_at, back.unit) == (Stage.TO_JUDGE, "", None, None)
    again = judged(cast, back, "declined", "楼道太窄")
    texts = [entry.message.text for entry in again.timeline.filter(step=Step.JUDGE).select_related("message")]
    assert len(set(texts)) == 2


# ---- Where it comes from ----


def test_the_form_takes_a_suggestion_down_once_under_a_number_of_its_own_series_and_ends_its_draft(cast, client):
    client.force_login(cast.operator)
    resident = make_resident(cast.household, name="李明", phone="13800132468")
    uuid = uuid4()
    form = {"uuid": uuid, "channel": "window", "resident": resident.uuid, "summary": "  加装\n扶手  "}
    kept = client.post(reverse("suggestion_draft", args=[uuid]), {**form, "page": "p1"}).json()
    assert client.get(reverse("suggestion_new") + f"?draft={kept['uuid']}").context["form"]["summary"].value()
    assert Draft.objects.filter(form="suggestion").count() == 1
    for _each in range(2):
        answer = client.post(reverse("suggestion_new"), form)
        assert answer.status_code == 302
    taken = Suggestion.objects.get()
    assert taken.number.startswith("S") and taken.number.endswith("-0001")
    assert (taken.proposer, taken.proposer_phone, taken.summary) == (resident, "13800132468", "加装 扶手")
    assert not Draft.objects.exists()
    empty = client.post(reverse("suggestion_new"), {**form, "uuid": uuid4(), "summary": "", "caller_name": "李"})
    assert empty.status_code == 422 and 'value="李"' in empty.content.decode()


def test_a_draft_of_a_suggestion_is_no_draft_of_a_case_and_both_stand_in_the_list_of_drafts(cast, client):
    client.force_login(cast.operator)
    uuid = uuid4()
    client.post(reverse("suggestion_draft", args=[uuid]), {"summary": "加装扶手", "page": "p1"})
    assert client.get(reverse("desk_new") + f"?draft={uuid}").status_code == 302
    assert not client.get(reverse("desk_new")).context["drafts"]
    listed = client.get(reverse("desk_drafts")).content.decode()
    assert reverse("suggestion_new") + f"?draft={uuid}" in listed


def test_a_case_that_is_really_a_suggestion_goes_on_as_one_and_ends_without_a_verdict_on_whether_it_was_solved(cast):
    case = make_case(cast.operator, cast.group, summary="建议加装扶手", details="一楼到三楼")
    act = Act(cast.leader, case.version, uuid4())
    for _each in range(2):
        suggestions.from_case(case, act, text="居民都赞成")
    case.refresh_from_db()
    raised = Suggestion.objects.get()
    assert (case.status, case.solved, case.suggestion) == (Status.CLOSED, "", raised)
    assert raised.number in case.outcome
    assert (raised.summary, raised.area, raised.proposer_name) == ("建议加装扶手", cast.group, "王秀兰")
    assert "一楼到三楼" in raised.details and "居民都赞成" in raised.details


def test_a_visit_raises_a_suggestion_in_the_same_submit_and_sent_again_with_other_words_is_refused(cast):
    record = VisitRecord(household=cast.household, outcome=VisitOutcome.WELL)
    for _each in range(2):
        doorstep.record(record, cast.leader, Aftermath(suggestion="在楼下装一盏灯"))
    raised = Suggestion.objects.get()
    assert (raised.visit.household, raised.proposer, raised.channel) == (cast.household, cast.household.head, "visit")
    with pytest.raises(RecordedOtherwise):
        doorstep.record(record, cast.leader, Aftermath(suggestion="装两盏灯"))
    assert Suggestion.objects.get().summary == "在楼下装一盏灯"


# ---- Lists and figures ----


def test_every_queue_shows_what_waits_there_in_ones_own_area_alone_with_the_number_masked(cast, client, suggestion):
    mine = judged(cast, make_suggestion(cast.operator, cast.group))
    west = make_suggestion(cast.operator, cast.west_group)
    foreign = make_suggestion(cast.stranger, cast.next_group)

    def shown(user: User, queue: str = "all", **more: str) -> set[str]:
        client.force_login(user)
        answer = client.get(reverse("suggestion_list"), {"queue": queue, **more})
        assert "13800132468" not in answer.content.decode()
        return {row.number for row in answer.context["rows"]}

    assert shown(cast.supervisor) == {suggestion.number, mine.number, west.number}
    assert shown(cast.supervisor, "to_judge") == {suggestion.number, west.number} == shown(cast.supervisor, "mine")
    assert shown(cast.leader) == {suggestion.number, mine.number}
    assert shown(cast.department, "mine") == {mine.number}
    assert shown(cast.operator, "mine") == set()
    assert shown(cast.supervisor, q="扶手", area=str(cast.west.pk)) == {west.number}
    assert shown(cast.supervisor, q=west.number.lower()) == {west.number}
    assert shown(cast.stranger) == {foreign.number}


def test_one_tireless_proposer_has_pages_and_counts_that_no_namesake_adds_to(
    cast, client, django_assert_max_num_queries
):
    for number in range(24):
        one = make_suggestion(cast.operator, cast.group)
        if number < 9:
            judged(cast, one, ["adopted", "partly", "declined"][number % 3])
    make_suggestion(cast.operator, cast.group, phone="13800135555")
    client.force_login(cast.supervisor)
    url = reverse("suggestions_of_proposer", args=[one.number])
    with django_assert_max_num_queries(20):
        first = client.get(url)
    counts = first.context["counts"]
    assert (counts.raised, counts.adopted, counts.partly, counts.declined) == (24, 3, 3, 3)
    assert round(counts.share, 1) == 66.7
    second = client.get(url + first.context["next_url"])
    assert len(first.context["rows"]) + len(second.context["rows"]) == 24


def test_a_shared_name_without_a_number_is_no_person(cast):
    same = [make_suggestion(cast.operator, cast.group, phone="") for _each in range(2)]
    assert Suggestion.objects.by_proposer_of(same[0]).count() == 1


def test_the_number_is_shown_for_a_reason_alone_and_audited(cast, client, suggestion):
    client.force_login(cast.operator)
    url = reverse("suggestion_reveal", args=[suggestion.number])
    assert client.post(url, {"reason": " "}).status_code == 422
    shown = client.post(url, {"reason": "回电"})
    assert "13800132468" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert AuditEvent.objects.filter(action="reveal", reason="回电").count() == 1


COUNTS = st.integers(0, 300)


@settings(max_examples=40)
@given(adopted=COUNTS, partly=COUNTS, declined=COUNTS)
def test_the_share_is_that_of_all_that_were_judged_and_none_where_none_was(adopted, partly, declined):
    share = adoption_share(adopted, partly, declined)
    assert (share is None) == (adopted + partly + declined == 0)
    if share is not None:
        assert 0 <= share <= 100
        assert (share == 100) == (declined == 0)
        assert adoption_share(adopted + 1, partly, declined) >= share


def test_entries_are_never_more_than_one_per_version(cast, suggestion):
    judged(cast, suggestion)
    versions = list(SuggestionEntry.objects.order_by("pk").values_list("version", flat=True))
    assert versions == [1, 2]


def test_the_monthly_report_counts_what_came_in_what_was_decided_and_what_was_answered_with_the_rows_behind(
    cast, client
):
    decisions = ["adopted", "adopted", "partly", "declined", ""]
    made = [make_suggestion(cast.operator, cast.group) for _each in decisions]
    for one, decision in zip(made, decisions, strict=True):
        if decision:
            judged(cast, one, decision)
    suggestions.answer(made[3], Act(cast.operator), text="谢谢")
    make_suggestion(cast.stranger, cast.next_group)
    month = Month.current()
    table = monthly(cast.supervisor, month).tables["suggestions"]
    east = next([str(cell.value) for cell in row.cells] for row in table.rows if row.label == "东安社区")
    assert east[0] == "5"
    # Adopted, in part, declined, answered, and the share of what was judged.
    assert east[-5:] == ["2", "1", "1", "1", "75.0"]
    client.force_login(cast.supervisor)
    for figure, rows in (("suggestions_received", 5), ("suggestions_adopted", 2), ("suggestions_answered", 1)):
        listed = client.get(reverse("report_rows", args=[month.year, month.number, figure]))
        assert (listed.context["total"], len(listed.context["page"].rows)) == (rows, rows)
