"""A case on the phone: what is offered to whom, and what becomes of what is sent."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.http import HttpResponse

from caseworks import co_handling, workflow
from caseworks.models import Case, Category
from caseworks.moves import Act
from caseworks.routing import Route
from people.access import Role
from people.models import Photo
from tests.caseworks.phone.sending import picture, words
from tests.cast import Cast
from tests.factories import make_case

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def send(client, case, verb, *, version=None, **fields):
    data = {"verb": verb, "version": version or case.version, "key": str(uuid4()), **fields}
    return client.post(f"/m/cases/{case.number}/", data, follow=True)


def offered(page: HttpResponse) -> list[str]:
    return re.findall(r'name="verb" value="(\w+)"', words(page))


# What the check of a reply finds nothing to say about.
DONE = "今天上午上门给王阿姨换了灯泡，已经亮了。"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group, summary="路灯不亮")


def test_a_handler_is_offered_what_he_can_do_and_everybody_else_a_note(client, cast: Cast, case: Case):
    assert offered(client.get(f"/m/cases/{case.number}/")) == ["accept", "resolve", "note", "return"]
    client.force_login(cast.officer)
    assert offered(client.get(f"/m/cases/{case.number}/")) == ["note"]


def test_accepting_is_one_tap_and_leads_back_to_the_case(client, cast: Cast, case: Case):
    page = send(client, case, "accept")
    assert page.redirect_chain == [(f"/m/cases/{case.number}/", 302)]
    case.refresh_from_db()
    assert case.status == "in_progress"
    assert offered(page) == ["resolve", "note", "extend", "suspend", "return"]


def test_done_wants_words_and_an_answer_of_its_own(client, case: Case):
    page = send(client, case, "resolve", text="换了灯泡")
    assert page.status_code == 422
    assert "换了灯泡" in words(page)
    assert '<details class="offer" name="offer" open>' in words(page)
    case.refresh_from_db()
    assert case.status == "to_accept"


def test_done_is_stored_with_its_photos(client, case: Case):
    page = send(client, case, "resolve", text=DONE, solved="yes", photos=picture())
    assert page.redirect_chain == [("/m/", 302)]
    case.refresh_from_db()
    assert (case.status, case.outcome, case.solved) == ("to_follow_up", DONE, "yes")
    entry = case.timeline.first()
    assert entry and (entry.verb, entry.photos.count()) == ("resolve", 1)


def test_a_note_is_stored_with_its_photos_once_however_often_it_is_sent(client, case: Case):
    key = str(uuid4())
    for _time in range(2):
        send(client, case, "note", text="等物业来", key=key, photos=picture())
    assert case.timeline.filter(verb="note").count() == 1
    assert Photo.objects.count() == 1


def test_giving_back_keeps_the_reason_and_who_should_have_it(client, cast: Cast, case: Case):
    send(client, case, "return", reason="not_mine", better=f"unit:{cast.water.pk}")
    case.refresh_from_db()
    assert case.status == "to_dispatch"
    assert cast.water.name in case.route_reason


def test_a_unit_that_helps_gives_its_opinion_from_the_phone(client, cast: Cast, case: Case):
    co_handling.ask_unit(case, Act(cast.leader), unit=cast.water, text="请看")
    client.force_login(cast.department)
    assert "opinion" in offered(client.get(f"/m/cases/{case.number}/"))
    send(client, case, "opinion", version=2, text="阀门已关")
    assert case.co_handlings.get().opinion == "阀门已关"


def test_a_case_is_made_to_wait_for_the_resident_and_goes_on_with_one_tap(client, cast: Cast, case: Case):
    workflow.accept(case, Act(cast.leader))
    assert send(client, case, "suspend", version=2, text="等他回来").status_code == 422
    send(client, case, "suspend", version=2, waits_for="resident", text="等他回来")
    assert case.pauses.get().waits_for == "resident"
    send(client, case, "resume", version=3)
    case.refresh_from_db()
    assert case.status == "in_progress"


def test_who_comes_second_is_told_what_changed_and_keeps_his_words_and_can_send_them(client, cast: Cast, case: Case):
    workflow.urge(case, Act(cast.supervisor), text="请看阀门")
    page = send(client, case, "resolve", version=1, text=DONE, solved="yes")
    assert page.status_code == 409
    for word in ["请看阀门", "赵刚", DONE]:
        assert word in words(page)
    opened = words(page).split('<details class="offer" name="offer" open>')[1]
    version = re.search(r'name="version" value="(\d+)"', opened)
    assert version
    send(client, case, "resolve", version=int(version[1]), text=DONE, solved="yes")
    case.refresh_from_db()
    assert case.outcome == DONE


def test_who_no_longer_has_the_case_can_keep_his_words_as_a_note(client, cast: Cast, case: Case):
    to = Route(area=cast.east, role=Role.OFFICER, reason="换人")
    workflow.reroute(case, Act(cast.supervisor), to=to, text="换人")
    page = send(client, case, "resolve", version=1, text=DONE, solved="yes")
    assert page.status_code == 409
    assert offered(page) == ["note"]
    assert re.search(rf"<textarea[^>]*>\s*{DONE}</textarea>", words(page))


@pytest.mark.parametrize("verb", ["", "close", "dispatch", "reopen", "__init__"])
def test_what_is_done_at_a_desk_is_not_done_from_a_phone(client, case: Case, verb: str):
    assert send(client, case, verb).status_code == 404


def test_where_the_category_wants_a_photo_an_outcome_without_one_is_refused_and_what_was_written_stays(
    client, cast: Cast, case: Case
):
    Category.objects.update(photo_required=True)
    page = send(client, case, "resolve", text=DONE, solved="yes")
    case.refresh_from_db()
    assert page.status_code == 422 and DONE in words(page) and case.resolved_at is None
    noted = make_case(cast.operator, cast.group)
    send(client, noted, "note", text="装好了", photos=picture())
    for one, photos in ((case, [picture()]), (noted, [])):
        one.refresh_from_db()
        send(client, one, "resolve", version=one.version, text=DONE, solved="yes", photos=photos)
        one.refresh_from_db()
        assert one.resolved_at


def test_whoever_merely_sees_a_case_cannot_resolve_it(client, cast: Cast, case: Case):
    client.force_login(cast.officer)
    assert send(client, case, "resolve", text=DONE, solved="yes").status_code == 403
    case.refresh_from_db()
    assert case.status == "to_accept"
