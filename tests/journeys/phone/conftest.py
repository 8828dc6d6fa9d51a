"""A leader's morning, and his phone in his hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from caseworks.models import Case, Category
from outreach.visiting import VisitRecord, ask_for_visit, record_visit
from people.models import PhoneNumber, ServiceNeed, User
from tests.cast import Cast
from tests.factories import make_case, make_household
from tests.journeys.phone.hand import Hand


@pytest.fixture
def office(cast: Cast) -> Cast:
    """A leader's morning: something late, something due today, something with time, a household to call on."""
    today = timezone.localdate()
    category = Category.objects.get(code="public-works")
    for days, summary in [(-2, "楼道堆杂物，灭火器也被挡住，出了事谁也出不去"), (0, "路灯不亮"), (3, "水管漏水")]:
        case = make_case(cast.operator, cast.group, summary=summary, place="滨港路223号1102室", category=category)
        due = timezone.localtime().replace(hour=23, minute=58) + timedelta(days=days)
        Case.objects.filter(pk=case.pk).update(due_at=due)
    chen = make_household(cast.group, head="陈桂香", address="滨港路7幢301室")
    head = chen.head
    assert head is not None
    head.born = today.replace(year=today.year - 82, day=1)
    head.save()
    PhoneNumber.objects.create(resident=head, number="13800132468", kind="mobile", tail="2468", safe_note="中午不要打")
    ServiceNeed.objects.create(household=chen, need="living_alone", since=today)
    record_visit(VisitRecord(chen, "well", at=timezone.now() - timedelta(days=40)), cast.leader)
    ask_for_visit(chen, today)
    ask_for_visit(cast.household, today + timedelta(days=5))
    cast.supervisor.phone = "05801234567"
    cast.supervisor.save()
    return cast


@pytest.fixture
def signed_in(live_server, client: Client) -> Callable[[BrowserContext, User], None]:
    def put(context: BrowserContext, user: User) -> None:
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return put


@pytest.fixture
def hand(phone: Page, live_server, office: Cast, signed_in) -> Hand:
    """The leader with his phone in his hand, looking at what is to do today."""
    signed_in(phone.context, office.leader)
    phone.goto(f"{live_server.url}/m/")
    return Hand(phone)
