"""A notice names nobody, is looked at by a second pair of eyes, printed, and withdrawn with a reason."""

from uuid import uuid4

import pytest
from django.db.utils import IntegrityError
from django.urls import reverse

from caseworks import publications, workflow
from caseworks.models import Case, Publication
from caseworks.moves import Act, NotPossible
from people.models import AuditEvent, RelativeAbroad
from tests.cast import Cast
from tests.factories import make_case, make_resident


@pytest.fixture
def case(cast: Cast) -> Case:
    caller = make_resident(cast.household, name="李明", phone="13900001111")
    RelativeAbroad.objects.create(household=cast.household, name="王大卫", name_key="王大卫")
    case = make_case(
        cast.operator,
        cast.group,
        summary="李明家楼道灯坏了，王秀兰晚上不敢出门",
        caller=caller,
        household=cast.household,
        place="滨港路223号1102室",
    )
    text = "已给滨港路223号1102室换灯，打 139 0000 1111 告诉了李明和王大卫"
    return workflow.resolve(case, Act(cast.leader), text=text, solved="yes")


@pytest.fixture
def draft(case: Case, cast: Cast) -> Publication:
    return publications.write(case, title="路灯", text="李明家门口换了灯", by=cast.operator, key=uuid4())


NAMED = ("李明", "王秀兰", "王大卫", "1102", "0000", "秀兰")


def test_the_first_notice_says_what_was_done_and_names_neither_person_nor_number_nor_door(case: Case):
    notice = publications.compose(case)
    assert "换灯" in notice.text.text
    assert "东安社区" in notice.title.text
    assert "第1小组" not in notice.title.text
    assert not [name for name in NAMED if name in notice.text.text + notice.title.text]
    assert {piece.taken for piece in notice.text.taken} == {"name", "number", "address"}


def test_a_notice_is_written_previewed_looked_at_by_another_printed_and_withdrawn(client, case: Case, cast: Cast):
    client.force_login(cast.operator)
    url = reverse("publication_new", args=[case.number])
    page = client.get(url)
    assert "<mark>" in page.content.decode()
    given = {**page.context["form"].initial, "text": "李明家门口换了灯"}
    preview = client.post(url, {**given, "do": "preview"})
    assert "李明家门口" in preview.context["form"]["text"].value()
    assert not Publication.objects.exists()
    for _each in range(2):
        assert client.post(url, given).status_code == 302
    one = Publication.objects.get()
    assert "李明" not in one.text
    assert client.get(url).status_code == 302  # one notice a case

    address, version = reverse("publication", args=[one.uuid]), {"version": one.version}
    client.post(address, {"do": "approve", **version})
    one.refresh_from_db()
    assert one.state == "draft"
    client.force_login(cast.supervisor)
    client.post(address, {"do": "approve", **version})
    one.refresh_from_db()
    assert (one.state, one.approved_by) == ("shown", cast.supervisor)

    printed = client.get(reverse("publication_print"), {"notice": one.uuid}).content.decode()
    assert one.text.split("\n")[0][:8] in printed
    assert client.get(reverse("publication_print"), {"notice": "x"}).status_code == 200
    assert client.post(address, {"do": "withdraw", "withdraw-version": one.version}).status_code == 422
    client.post(address, {"do": "withdraw", "withdraw-version": one.version, "withdraw-why": "又坏了"})
    one.refresh_from_db()
    assert (one.state, one.withdrawn_why) == ("withdrawn", "又坏了")
    assert AuditEvent.objects.filter(object_type="caseworks.publication").count() == 3


def test_only_what_is_finished_is_published(cast: Cast):
    with pytest.raises(NotPossible):
        publications.write(make_case(cast.operator, cast.group), title="灯", text="灯", by=cast.operator, key=uuid4())


def test_whoever_changes_a_notice_has_written_it_and_cannot_approve_it(draft: Publication, cast: Cast):
    again = publications.rewrite(draft, title="灯", text="换了灯", by=cast.supervisor, version=1)
    with pytest.raises(NotPossible):
        publications.approve(again, by=cast.supervisor, version=2)
    assert publications.approve(again, by=cast.operator, version=2).approved_by == cast.operator


def test_a_notice_changed_meanwhile_is_not_overwritten_and_what_was_typed_stays(client, draft: Publication, cast: Cast):
    publications.rewrite(draft, title="灯", text="换了灯", by=cast.supervisor, version=1)
    client.force_login(cast.operator)
    answer = client.post(
        reverse("publication", args=[draft.uuid]), {"title": "路灯", "text": "我写的另一段", "version": 1}
    )
    assert answer.status_code == 409
    assert "我写的另一段" in answer.content.decode()
    assert Publication.objects.get().text == "换了灯"


def test_a_name_learned_after_the_text_was_kept_stops_the_approval(draft: Publication, case: Case, cast: Cast):
    Publication.objects.update(text="方远说修好了")
    make_resident(cast.household, name="方远")
    with pytest.raises(NotPossible):
        publications.approve(draft, by=cast.supervisor, version=1)


def test_a_case_taken_up_again_is_not_put_on_the_board(draft: Publication, case: Case, cast: Cast):
    workflow.request_reopen(case, Act(cast.operator), text="又坏了")
    with pytest.raises(NotPossible):
        publications.approve(draft, by=cast.supervisor, version=1)


def test_the_database_itself_asks_for_another_pair_of_eyes(draft: Publication, cast: Cast):
    with pytest.raises(IntegrityError):
        Publication.objects.update(approved_by=cast.operator)
