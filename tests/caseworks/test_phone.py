"""The phone's pages: who may open them, what they show, and what becomes of what is sent."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from PIL import Image

from caseworks import co_handling, workflow
from caseworks.doorstep import on_duty
from caseworks.models import Case, Category
from caseworks.moves import Act
from caseworks.routing import Route
from caseworks.templatetags.components import light
from outreach.models import Visit
from outreach.visiting import ask_for_visit
from people.access import Role
from people.models import AuditEvent, PhoneNumber, Photo, User
from tests.answers import bare
from tests.cast import Cast
from tests.factories import make_case, make_household, make_resident, make_user

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def signed_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.leader)


def picture(name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def words(response: HttpResponse) -> str:
    return response.content.decode()


def visit(client, household, outcome="well", **fields):
    data = {"uuid": str(uuid4()), "outcome": outcome, "form": "home", **fields}
    return client.post(f"/m/visits/{household.uuid}/", data, follow=True)


# ---- Who ----


@pytest.mark.parametrize("address", ["/m/", "/m/me/"])
def test_the_phone_is_for_liaisons_and_departments(client, cast: Cast, address: str):
    for role, user in cast.by_role().items():
        client.force_login(user)
        expected = 200 if role in ("leader", "officer", "committee", "department") else 403
        assert client.get(address).status_code == expected, role


def test_a_department_has_cases_on_its_phone_and_neither_visits_nor_reports(client, cast: Cast):
    client.force_login(cast.department)
    assert client.get(f"/m/visits/{cast.household.uuid}/").status_code == 403
    assert client.get("/m/new/").status_code == 403
    assert 'href="/m/new/"' not in words(client.get("/m/"))


def test_another_leaders_household_and_case_are_answered_like_none_at_all(client, cast: Cast):
    case = make_case(cast.operator, cast.group)
    client.force_login(cast.other_leader)
    for address, never in [
        (f"/m/visits/{cast.household.uuid}/", f"/m/visits/{NOWHERE}/"),
        (f"/m/cases/{case.number}/", "/m/cases/2611-9999/"),
    ]:
        there, nowhere = client.get(address), client.get(never)
        assert there.status_code == nowhere.status_code == 404
        assert bare(there) == bare(nowhere)


@pytest.mark.parametrize("address", ["/m/visits/{uuid}/", "/m/visits/{uuid}/reach/"])
def test_what_another_leader_sends_about_a_household_changes_nothing(client, cast: Cast, address: str):
    client.force_login(cast.other_leader)
    rows = AuditEvent.objects.count()
    sent = client.post(address.format(uuid=cast.household.uuid), {"uuid": uuid4(), "outcome": "well", "form": "home"})
    assert sent.status_code == 404
    assert (Visit.objects.count(), AuditEvent.objects.count()) == (0, rows)


def test_a_household_that_moved_away_is_visited_no_more(client, cast: Cast):
    cast.household.ended_on = timezone.localdate()
    cast.household.save()
    assert client.get(f"/m/visits/{cast.household.uuid}/").status_code == 404


# ---- Today ----


def test_a_card_shows_enough_to_know_the_duty_and_nothing_in_full(client, cast: Cast):
    case = make_case(cast.operator, cast.group, summary="水管爆裂", place="滨港路223号1102室")
    ask_for_visit(cast.household, timezone.localdate())
    page = words(client.get("/m/"))
    for shown in ["水管爆裂", "滨港路***", "王秀兰", f"/m/cases/{case.number}/", f"/m/visits/{cast.household.uuid}/"]:
        assert shown in page
    for hidden in ["223号", "1102", "13800132468"]:
        assert hidden not in page


def test_the_page_asks_the_database_as_often_for_many_duties_as_for_one(
    client, cast: Cast, django_assert_max_num_queries
):
    def open_page() -> int:
        with django_assert_max_num_queries(12) as asked:
            assert client.get("/m/").status_code == 200
        return len(asked)

    make_case(cast.operator, cast.group)
    ask_for_visit(cast.household, timezone.localdate())
    one = open_page()
    for number in range(9):
        make_case(cast.operator, cast.group)
        ask_for_visit(make_household(cast.group, address=f"滨港路{number}号"), timezone.localdate())
    assert open_page() == one


@pytest.mark.parametrize("asked", ["", "100", "7", "99999999999", "-1", "ten", "²"])
def test_any_number_of_cards_can_be_asked_for(client, asked: str):
    assert client.get("/m/", {"show": asked}).status_code == 200


def test_a_long_list_leads_to_the_rest_of_it(client, cast: Cast):
    Case.objects.bulk_create(
        Case(number=f"2601-{n}", channel="hotline", summary=f"灯{n}", status="to_accept", area=cast.group,
             handling_area=cast.group, handling_role="leader", due_at=timezone.now() + timedelta(days=n))
        for n in range(1, 53)
    )  # fmt: skip
    page = words(client.get("/m/"))
    assert page.count('class="card ') == 50
    assert 'href="?show=100"' in page
    rest = words(client.get("/m/?show=100"))
    assert rest.count('class="card ') == 52
    assert "?show=" not in rest


# ---- A visit ----


def test_a_visit_has_no_default_outcome_and_home_as_the_form_of_contact(client, cast: Cast):
    page = words(client.get(f"/m/visits/{cast.household.uuid}/"))
    radios = re.findall(r'<input type="radio" name="outcome"[^>]*>', page)
    assert len(radios) == 5
    assert not any("checked" in radio for radio in radios)
    assert '<option value="home" selected' in page


def test_a_visit_without_an_outcome_is_not_stored_and_keeps_every_word_and_photo(client, cast: Cast):
    sent = {"uuid": str(uuid4()), "form": "phone", "note": "敲了门", "promised": "带药", "photos": picture()}
    page = client.post(f"/m/visits/{cast.household.uuid}/", sent)
    assert page.status_code == 422
    assert not Visit.objects.exists()
    kept = Photo.objects.get()
    for word in ["敲了门", "带药", f'name="kept" value="{kept.uuid}"']:
        assert word in words(page)
    again = {**sent, "outcome": "well", "kept": str(kept.uuid)}
    del again["photos"]
    client.post(f"/m/visits/{cast.household.uuid}/", again)
    assert list(Visit.objects.get().photos.all()) == [kept]


def test_a_visit_sent_twice_is_one_visit_one_case_and_one_photo(client, cast: Cast):
    uuid = str(uuid4())
    for _time in range(2):
        visit(client, cast.household, "needs_help", uuid=uuid, note="灯坏了", photos=picture())
    assert (Visit.objects.count(), Case.objects.count(), Photo.objects.count()) == (1, 1, 1)


def test_a_photo_of_somebody_else_cannot_be_put_into_a_visit(client, cast: Cast):
    theirs = Photo.objects.create(file="x.jpg", taken_by=cast.stranger)
    visit(client, cast.household, kept=str(theirs.uuid))
    assert Visit.objects.get().photos.count() == 0


@pytest.mark.parametrize(("outcome", "raises"), [("well", 0), ("not_home", 0), ("refused", 0), ("needs_help", 1)])
def test_a_case_is_raised_where_help_is_needed_and_nowhere_else(client, cast: Cast, outcome: str, raises: int):
    page = visit(client, cast.household, outcome, note="厨房漏水")
    assert Visit.objects.get().outcome == outcome
    assert Case.objects.count() == raises
    assert "✓" in words(page)


def test_the_case_of_a_visit_tells_who_where_and_what_and_goes_its_way(client, cast: Cast):
    head = cast.household.head
    assert head
    PhoneNumber.objects.create(resident=head, number="13800132468", kind="mobile", tail="2468")
    medical = Category.objects.get(code="medical")
    page = visit(client, cast.household, "needs_help", note="报销单看不懂", promised="带她去窗口", category=medical.pk)
    case = Case.objects.get()
    assert (case.summary, case.channel, case.category, case.urgency) == ("报销单看不懂", "visit", medical, "normal")
    assert (case.caller, case.caller_phone, case.household, case.area) == (
        *(head, "13800132468"),
        *(cast.household, cast.group),
    )
    assert (case.place, case.visit) == ("滨港路223号1102室", Visit.objects.get())
    assert "带她去窗口" in case.details
    assert (case.status, case.handling_area) == ("to_accept", cast.group)
    assert case.number in words(page)


def test_a_visit_without_a_note_still_makes_a_case_that_says_what_it_is(client, cast: Cast):
    visit(client, cast.household, "needs_help")
    assert "王秀兰" in Case.objects.get().summary


def test_urgent_is_asked_once_more_and_only_then_stored(client, cast: Cast):
    cast.supervisor.phone = "05801234567"
    cast.supervisor.save()
    page = visit(client, cast.household, "urgent", note="摔倒了", photos=picture())
    assert "tel:05801234567" in words(page)
    assert not Visit.objects.exists() and not Case.objects.exists()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', words(page)))
    assert hidden["outcome"] == "urgent"
    client.post(f"/m/visits/{cast.household.uuid}/", hidden)
    case = Case.objects.get()
    assert (case.urgency, case.summary, case.visit) == ("critical", "摔倒了", Visit.objects.get())
    assert Visit.objects.get().photos.count() == 1


def test_a_visit_is_not_stored_where_its_case_cannot_be(client, cast: Cast, monkeypatch):
    def fails(*args):
        raise RuntimeError("no number to be had")

    monkeypatch.setattr("caseworks.intake.next_number", fails)
    with pytest.raises(RuntimeError):
        visit(client, cast.household, "needs_help")
    assert not Visit.objects.exists()


def test_a_form_sent_again_with_other_words_is_asked_about_and_can_become_another_visit(client, cast: Cast):
    uuid = str(uuid4())
    visit(client, cast.household, uuid=uuid)
    page = visit(client, cast.household, "needs_help", uuid=uuid, note="又来电话说漏水")
    assert page.status_code == 409
    assert "又来电话说漏水" in words(page)
    fresh = re.search(r'name="uuid" value="([^"]+)"', words(page))
    assert fresh and fresh[1] != uuid
    visit(client, cast.household, "needs_help", uuid=fresh[1], note="又来电话说漏水")
    assert sorted(Visit.objects.values_list("outcome", flat=True)) == ["needs_help", "well"]


def test_a_refused_photo_is_named_and_the_rest_is_stored(client, cast: Cast):
    bad = SimpleUploadedFile("bad.heic", b"nothing")
    page = visit(client, cast.household, photos=[picture(), bad])
    assert "bad.heic" in words(page)
    assert Visit.objects.get().photos.count() == 1


def test_more_photos_than_fit_are_refused_one_by_one(client, cast: Cast, monkeypatch):
    monkeypatch.setattr("caseworks.forms.phone.MOST_PHOTOS", 1)
    visit(client, cast.household, photos=[picture("a.jpg"), SimpleUploadedFile("b.jpg", b"2")])
    assert Visit.objects.get().photos.count() == 1


def test_the_number_to_call_is_that_of_the_nearest_supervisor_who_has_one(cast: Cast):
    assert on_duty(cast.household) is None
    cast.supervisor.phone = "05801234567"
    cast.supervisor.save()
    assert on_duty(cast.household) == cast.supervisor
    nearer = make_user("nearer", "supervisor", area=cast.east)
    assert on_duty(cast.household) == cast.supervisor
    User.objects.filter(pk=nearer.pk).update(phone="05807654321")
    assert on_duty(cast.household) == nearer
    assert on_duty(cast.other_household) == cast.supervisor
    assert on_duty(cast.foreign_household) is None


# ---- How to reach somebody ----


def test_numbers_and_address_are_shown_once_for_a_reason_and_each_leaves_a_row(client, cast: Cast):
    head = cast.household.head
    assert head
    PhoneNumber.objects.create(resident=head, number="13800132468", kind="mobile", tail="2468", safe_note="中午不要打")
    make_resident(cast.household, name="小王", phone="13900139000")
    masked = words(client.get(f"/m/visits/{cast.household.uuid}/"))
    assert "13800132468" not in masked and "223号" not in masked
    shown = client.post(f"/m/visits/{cast.household.uuid}/reach/")
    for word in ["tel:13800132468", "中午不要打", "滨港路223号1102室"]:
        assert word in words(shown)
    assert "13900139000" not in words(shown)  # the head has one of his own
    assert "no-store" in shown["Cache-Control"]
    rows = AuditEvent.objects.filter(action="reveal", actor=cast.leader)
    assert sorted(row.fields[0] for row in rows) == ["address", "number"]
    assert all(row.reason for row in rows)


def test_where_the_head_has_no_number_the_others_of_the_household_are_called(client, cast: Cast):
    make_resident(cast.household, name="小王", phone="13900139000")
    assert "tel:13900139000" in words(client.post(f"/m/visits/{cast.household.uuid}/reach/"))


def test_the_days_quota_holds_on_the_phone_too(client, cast: Cast, settings):
    settings.REVEALS_PER_DAY = 0
    refused = client.post(f"/m/visits/{cast.household.uuid}/reach/")
    assert refused.status_code == 422
    assert "223号" not in words(refused)
    assert not AuditEvent.objects.filter(action="reveal").exists()


def test_the_caller_of_a_case_is_masked_until_he_is_called(client, cast: Cast):
    case = make_case(cast.operator, cast.group, place="滨港路223号")
    page = words(client.get(f"/m/cases/{case.number}/"))
    assert "138****2468" in page and "13800132468" not in page and "223号" not in page
    shown = words(client.post(f"/m/cases/{case.number}/reach/"))
    assert "tel:13800132468" in shown and "滨港路223号" in shown
    assert AuditEvent.objects.filter(action="reveal", actor=cast.leader).count() == 1


@pytest.mark.parametrize("address", ["/m/visits/{uuid}/reach/", "/m/cases/{number}/reach/"])
def test_nothing_is_revealed_by_a_mere_look(client, cast: Cast, address: str):
    case = make_case(cast.operator, cast.group)
    assert client.get(address.format(uuid=cast.household.uuid, number=case.number)).status_code == 405


# ---- A case ----


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


# ---- A report, and oneself ----


def test_a_leader_with_one_group_reports_for_it_without_choosing(client, cast: Cast):
    page = words(client.get("/m/new/"))
    assert f'<option value="{cast.group.pk}" selected>' in page
    sent = {"uuid": str(uuid4()), "summary": "井盖松了", "area": cast.group.pk, "photos": picture()}
    for _time in range(2):
        answer = client.post("/m/new/", sent, follow=True)
        sent["photos"] = picture()
    case = Case.objects.get()
    assert (case.summary, case.channel, case.area, case.registered_by) == (
        *("井盖松了", "patrol"),
        *(cast.group, cast.leader),
    )
    assert case.timeline.get().photos.count() == 1
    assert case.number in words(answer)


def test_an_officer_must_say_for_which_area(client, cast: Cast):
    client.force_login(cast.officer)
    assert '<option value="" selected>' in words(client.get("/m/new/"))
    assert client.post("/m/new/", {"uuid": uuid4(), "summary": "井盖松了"}).status_code == 422
    assert not Case.objects.exists()


def test_nobody_reports_for_an_area_that_is_not_his(client, cast: Cast):
    sent = {"uuid": uuid4(), "summary": "井盖松了", "area": cast.other_group.pk}
    assert client.post("/m/new/", sent).status_code == 422
    assert not Case.objects.exists()


def test_the_urgency_usual_for_the_category_is_that_of_the_report(client, cast: Cast):
    Category.objects.filter(code="public-works").update(urgency="urgent")
    category = Category.objects.get(code="public-works")
    client.post("/m/new/", {"uuid": uuid4(), "summary": "水管爆裂", "area": cast.group.pk, "category": category.pk})
    assert Case.objects.get().urgency == "urgent"


def test_the_page_about_oneself_tells_posts_languages_and_what_was_done_last(client, cast: Cast):
    visit(client, cast.household)
    page = words(client.get("/m/me/"))
    for word in [
        "李建国",
        "东安社区 第1小组",
        "王秀兰",
        'value="en"',
        'value="largest"',
        "/logout/",
        "/account/password/",
    ]:
        assert word in page


# ---- The light of a day ----


def test_what_is_due_on_a_day_is_not_late_on_it():
    now = timezone.now()
    today = timezone.localdate(now)
    assert [light(today + timedelta(days=days), now)[0] for days in (-1, 0, 1)] == ["overdue", "today", "progress"]
