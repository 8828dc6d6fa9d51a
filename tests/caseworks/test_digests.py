"""The digest: once a working day, of what concerns its reader, not of what he did himself, and never at night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from caseworks import digests, supervision, workflow
from caseworks.digests import hand_out
from caseworks.escalation import climb
from caseworks.models import Case, Digest, LadderRung, RoutingRule
from caseworks.moves import Act
from outreach.calendar import SHANGHAI
from people.models import Job, User
from tests.cast import Cast, make_cast
from tests.factories import make_case, make_user

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def office(clock: time_machine.Traveller) -> Cast:
    """The cast on a Monday, with the rungs an office starts with in force."""
    LadderRung.objects.update(since=MONDAY - timedelta(days=365))
    return make_cast()


def at(clock: time_machine.Traveller, day: int, time: str) -> datetime:
    hour, minute = (int(part) for part in time.split(":"))
    moment = MONDAY.replace(day=day, hour=hour, minute=minute)
    clock.move_to(moment)
    return moment


def told(user: User) -> dict[str, list[str]]:
    """The numbers of the cases in the last digest of *user*, by topic."""
    found = defaultdict(list)
    for item in Digest.objects.get(user=user).items:
        found[item["topic"]].append(item["case"])
    return dict(found)


def readers() -> set[str]:
    return set(Digest.objects.values_list("user__username", flat=True))


def test_what_is_new_and_what_is_due_is_told_to_the_handler_the_next_morning(office: Cast, clock):
    new = make_case(office.operator, office.group)
    due = make_case(office.operator, office.group)
    Case.objects.filter(pk=due.pk).update(due_at=MONDAY.replace(day=3, hour=17), status="in_progress")
    at(clock, 3, "08:30")
    hand_out()
    assert told(office.leader) == {"due": [due.number], "new": [new.number]}
    assert Digest.objects.get(user=office.leader).day == MONDAY.date().replace(day=3)
    # The community and the town are told what will press that day on cases below them.
    assert told(office.officer) == told(office.committee) == {"coming": [due.number]}
    assert "operator" not in readers() and "stranger" not in readers()


def test_each_rung_is_told_to_the_handler_and_to_its_level_and_feedback_when_it_is_due(office: Cast, clock):
    case = make_case(office.operator, office.group)
    climb(at(clock, 10, "17:30"))
    at(clock, 11, "08:35")
    hand_out()
    assert told(office.leader) == {"fired": [case.number] * 2, "feedback": [case.number]}
    assert told(office.officer) == {"fired": [case.number]}
    assert told(office.supervisor) == {"fired": [case.number]}
    whats = [item["what"] for item in Digest.objects.get(user=office.leader).items]
    assert whats == ["urge", "supervise", ""]
    assert readers() == {"leader", "officer", "committee", "supervisor"}


def test_nobody_is_told_what_he_did_himself(office: Cast, clock):
    own = make_case(office.leader, office.group)
    case = workflow.accept(make_case(office.operator, office.group), Act(office.leader))
    Case.objects.filter(pk=case.pk).update(handling_area=office.town, handling_role="supervisor")
    post = office.supervisor.posts.get()
    assert (post.area, post.role) == (office.town, "supervisor")
    supervision.supervise(case, Act(office.supervisor), text="久拖未决", feedback=5)
    at(clock, 3, "09:00")
    hand_out()
    assert own.status == "to_accept"
    assert readers() == set()
    Case.objects.filter(pk=case.pk).update(handling_area=office.group, handling_role="leader")
    Job.objects.all().delete()
    hand_out()
    assert told(office.leader) == {"fired": [case.number]}


@pytest.mark.parametrize("moment", ["2026-03-03T07:50", "2026-03-03T17:40", "2026-03-07T10:00", "2026-04-06T09:00"])
def test_there_is_none_at_night_nor_on_a_day_off(office: Cast, clock, moment: str):
    make_case(office.operator, office.group)
    clock.move_to(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI))
    assert hand_out() is None
    assert not Digest.objects.exists()


def test_on_monday_the_news_is_that_of_friday_evening_and_the_weekend(office: Cast, clock):
    at(clock, 6, "08:30")
    before = make_case(office.operator, office.group)
    at(clock, 6, "09:00")
    hand_out()
    assert told(office.leader) == {"new": [before.number]}
    at(clock, 7, "11:00")
    weekend = make_case(office.operator, office.group)
    at(clock, 9, "08:30")
    hand_out()
    items = Digest.objects.filter(user=office.leader).latest("day").items
    assert [item["case"] for item in items] == [weekend.number]


def test_two_workers_and_a_second_round_hand_out_nothing_twice(office: Cast, clock, django_assert_max_num_queries):
    cases = [make_case(office.operator, office.group) for _ in range(5)]
    now = at(clock, 3, "08:30")
    job = hand_out()
    assert job and job.result == {"digests": 1}
    first = Digest.objects.get(user=office.leader)
    at(clock, 3, "08:40")
    assert hand_out() == job
    # As a worker does whose job was begun a second time, after the first had written.
    with django_assert_max_num_queries(20):
        digests.write(now)
    again = Digest.objects.get()
    assert (again.pk, again.made_at, len(again.items)) == (first.pk, first.made_at, len(cases))


def test_a_job_of_yesterday_writes_nothing_today(office: Cast, clock):
    make_case(office.operator, office.group)
    at(clock, 3, "09:00")
    assert digests.write_all(Job(), lambda done, total: None, day="2026-03-02") == {"digests": 0}


def test_a_vacant_post_and_the_dispatch_queue_are_told_where_somebody_is(office: Cast, clock):
    nobodys, placeless = make_case(office.operator, office.west_group), make_case(office.operator, None)
    assert {nobodys.status, placeless.status} == {"to_dispatch"}
    climb(at(clock, 9, "13:30"))
    at(clock, 10, "08:30")
    hand_out()
    assert told(office.operator)["fired"] == [nobodys.number, placeless.number]
    assert "stranger" not in readers() and "leader" not in readers()


def test_help_that_was_asked_for_is_told_to_the_unit(office: Cast, clock):
    RoutingRule.objects.create(rank=1, name="都给自来水公司", target_unit=office.water)
    make_user("helper", "department", unit=office.water)
    case = make_case(office.operator, office.group)
    case.co_handlings.create(unit=office.water)
    at(clock, 3, "08:30")
    hand_out()
    assert told(office.department) == {"new": [case.number], "asked": [case.number]}
    assert readers() == {"department", "helper"}


def test_who_asked_his_own_unit_and_whoever_is_no_longer_waited_for_is_not_told_and_its_own_deadline_is(
    office: Cast, clock
):
    make_user("helper", "department", unit=office.water)
    own, waived = (workflow.accept(make_case(office.operator, office.group), Act(office.leader)) for _ in range(2))
    own.co_handlings.create(unit=office.water, asked_by=office.department, due_at=MONDAY.replace(day=4, hour=17))
    waived.co_handlings.create(unit=office.water, waived_at=MONDAY, due_at=MONDAY.replace(day=4, hour=17))
    at(clock, 3, "08:30")
    hand_out()
    assert [digest.user.username for digest in Digest.objects.all()] == ["helper"]
    at(clock, 4, "08:30")
    hand_out()
    digest = Digest.objects.filter(user=office.department).get()
    assert [(item["topic"], item["case"]) for item in digest.items] == [("due", own.number)]


@pytest.mark.parametrize("wanted", [True, False])
def test_it_goes_by_e_mail_where_the_office_sends_it_and_the_reader_has_an_address(
    office: Cast, clock, settings, wanted: bool, django_capture_on_commit_callbacks
):
    settings.DIGEST_BY_EMAIL = wanted
    User.objects.filter(pk__in=[office.leader.pk]).update(email="li@example.org")
    case = make_case(office.operator, office.group)
    make_case(office.operator, office.other_group)
    at(clock, 3, "08:30")
    hand_out()
    hand_out()
    assert len(Digest.objects.all()) == 2
    assert [message.to for message in mail.outbox] == ([["li@example.org"]] if wanted else [])
    for message in mail.outbox:
        assert case.number in message.body
        assert case.summary not in message.body and case.caller_name not in message.body


def test_it_is_read_at_the_desk_or_on_the_phone_and_shows_no_case_that_left_the_readers_sight(
    office: Cast, clock, client: Client
):
    kept, gone = make_case(office.operator, office.group), make_case(office.operator, office.group)
    at(clock, 3, "08:30")
    hand_out()
    client.force_login(office.leader)
    assert reverse("digest") in client.get(reverse("phone_today")).content.decode()
    Case.objects.filter(pk=gone.pk).update(area=office.west, handling_area=office.west)
    page = client.get(reverse("digest"))
    assert page.templates[0].name == "caseworks/phone/digest.html"
    assert reverse("phone_case", args=[kept.number]) in page.content.decode()
    assert gone.number not in page.content.decode()
    assert Digest.objects.get(user=office.leader).read_at
    assert reverse("digest") not in client.get(reverse("phone_today")).content.decode()

    client.force_login(office.supervisor)
    assert client.get(reverse("digest")).status_code == 200  # nothing for him, and a page that says so
    assert client.get(reverse("digest"), {"day": "2026-03-03"}).status_code == 404
    assert client.get(reverse("digest"), {"day": "gestern"}).status_code == 404
