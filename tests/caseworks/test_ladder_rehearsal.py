"""A rung of the ladder shows what it would have done last month before it is switched on."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from caseworks import ladder_rehearsal
from caseworks.models import Case, Category, LadderRung, RungFired
from people.models import AuditEvent, Post
from tests.cast import Cast
from tests.factories import make_case

# Due on Wednesday 21 October at 17:30.
RECEIVED = timezone.make_aware(datetime(2026, 10, 14, 10, 0))
DUE = timezone.make_aware(datetime(2026, 10, 21, 17, 30))
NOW = timezone.make_aware(datetime(2026, 11, 18, 10, 0))


@pytest.fixture
def rung(cast: Cast):
    """One case resolved in time, one a day late, one still open; and a rung of its own, switched off."""
    Post.objects.update(since=RECEIVED.date())
    LadderRung.objects.all().delete()
    with time_machine.travel(RECEIVED, tick=False):
        early, late, _open = (make_case(cast.operator, cast.group) for _each in range(3))
    Case.objects.filter(pk=early.pk).update(status="closed", resolved_at=DUE - timedelta(days=1))
    Case.objects.filter(pk=late.pk).update(status="closed", resolved_at=DUE + timedelta(days=1))
    with time_machine.travel(NOW, tick=False):
        yield LadderRung.objects.create(rank=10, kind="urge", side="at", active=False)


@pytest.fixture
def manager(client, cast: Cast, rung: LadderRung):
    client.force_login(cast.manager)
    return client


def test_it_counts_the_cases_that_were_still_open_at_its_moment(cast: Cast, rung: LadderRung):
    week = LadderRung.objects.create(rank=20, kind="supervise", side="after", limit="3wd", feedback="1wd")
    drawn = ladder_rehearsal.switched(rung, True, ladder_rehearsal.every_rung())
    found = ladder_rehearsal.rehearse(cast.manager, drawn, rung)
    assert [(count.rung, count.today, count.then) for count in found.counts] == [(rung, 0, 2), (week, 1, 1)]
    assert found.touched == 2 and {example.at for example in found.examples} == {DUE}
    assert not RungFired.objects.exists()


def test_a_rung_for_a_category_takes_the_place_of_the_general_one(cast: Cast, rung: LadderRung):
    LadderRung.objects.filter(pk=rung.pk).update(active=True)
    works = Category.objects.get(code="public-works")
    own = LadderRung.objects.create(rank=20, kind="urge", side="after", limit="3wd", category=works, active=False)
    drawn = ladder_rehearsal.switched(own, True, ladder_rehearsal.every_rung())
    counts = {
        count.rung.pk: (count.today, count.then) for count in ladder_rehearsal.rehearse(cast.manager, drawn).counts
    }
    assert counts == {rung.pk: (2, 0), own.pk: (0, 1)}


def test_a_rung_is_switched_on_only_as_it_was_rehearsed_and_from_then_on(manager, cast: Cast, rung: LadderRung):
    url = reverse("rung_change", args=[rung.pk, "on"])
    assert manager.post(url, {"sealed": "made up"}).status_code == 200
    sealed = manager.get(url).context["sealed"]
    LadderRung.objects.create(rank=30, kind="circulate", side="after", limit="9wd")
    assert manager.post(url, {"sealed": sealed}).status_code == 200
    rung.refresh_from_db()
    assert not rung.active
    page = manager.get(url)
    assert "王秀兰" not in page.content.decode() and "13800132468" not in page.content.decode()
    assert manager.post(url, {"sealed": page.context["sealed"]}).status_code == 302
    switched = LadderRung.objects.get(pk=rung.pk)
    assert switched.active and switched.since == NOW
    assert AuditEvent.objects.get(action="ladderrung.on").actor == cast.manager
    assert manager.get(reverse("ladder")).context["found"].counts[0].then == 2


def test_a_rung_that_contradicts_another_stays_off_and_says_why(manager, rung: LadderRung):
    LadderRung.objects.create(rank=20, kind="urge", side="at")
    url = reverse("rung_change", args=[rung.pk, "on"])
    answer = manager.post(url, {"sealed": manager.get(url).context["sealed"]})
    assert answer.status_code == 200 and list(answer.context["messages"])
    rung.refresh_from_db()
    assert not rung.active


def test_a_rung_that_cannot_be_read_is_said_to_break(cast: Cast, rung: LadderRung):
    LadderRung.objects.create(rank=20, kind="supervise", side="after", limit="morgen", feedback="1wd")
    found = ladder_rehearsal.rehearse(cast.manager, ladder_rehearsal.every_rung())
    assert len(found.broken) == 1
