"""A visit from the phone: what is asked, what becomes of it, and how somebody is reached."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from caseworks.doorstep import on_duty
from caseworks.models import Case, Category
from outreach.models import Visit
from people.models import AuditEvent, PhoneNumber, Photo, User
from tests.caseworks.phone.sending import picture, visit, words
from tests.cast import Cast
from tests.factories import make_case, make_resident, make_user

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


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


def test_who_is_not_sure_that_it_is_urgent_finds_his_words_and_photos_in_the_form_again(client, cast: Cast):
    page = visit(client, cast.household, "urgent", note="摔倒了", photos=picture())
    back = words(page).rpartition('<form method="post" data-draft')[2]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', back))
    page = client.post(f"/m/visits/{cast.household.uuid}/", hidden)
    assert not Visit.objects.exists()
    for word in ["摔倒了", f'name="kept" value="{Photo.objects.get().uuid}"', f'name="uuid" value="{hidden["uuid"]}"']:
        assert word in words(page)


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
