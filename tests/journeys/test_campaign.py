"""A Mid-Autumn campaign from its criteria to its end: planned at the desk, brought to the doors, closed.

For the whole of the demo office, and on both databases: test_whole_path.py.
"""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from caseworks.demonstration import filling
from caseworks.demonstration.office import Size
from outreach.campaigns import totals as totals_of
from outreach.models import Campaign, CampaignTarget, Visit
from people.models import User
from tests.browser import axe
from tests.factories import make_household

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database


def _signed_in(page: Page, user, url: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def test_mooncakes_are_planned_brought_signed_for_and_counted(page, phone, live_server, cast):
    make_household(cast.group, head="李玉珍", address="滨港路2号101室")
    make_household(cast.group, head="张福根", address="滨港路3号101室")
    _signed_in(page, cast.operator, live_server.url)
    page.goto(f"{live_server.url}/campaigns/new/")
    page.locator("[name=title]").fill("中秋慰问")
    page.locator("[name=season]").select_option("mid-autumn")
    page.locator("[name=gift]").fill("月饼一盒")
    page.locator("[name=stock]").fill("2")
    page.locator("[name=area]").select_option(str(cast.east.pk))
    page.locator("[name=preview]").click()
    # Household or person is nobody's default.
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=unit][value=household]").check()
    page.locator("[name=preview]").click()
    expect(page.locator(".compose-count")).to_contain_text("3")
    page.locator("[name=keep]").click()
    expect(page.locator(".notice-warning")).to_contain_text("1")
    page.locator("[name=source]").fill("红十字会")
    page.locator("[name=lines]").fill("张福根，滨港路3号101室\n无名氏，远方路1号")
    page.locator("form[action$='/outside/'] button").click()
    expect(page.locator(".campaign-twice li")).to_have_count(1)
    expect(page.locator("[name=left_out]")).to_be_checked()
    axe(page)
    page.locator("form[action$='/launch/'] button").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text("李建国")

    _signed_in(phone, cast.leader, live_server.url)
    phone.goto(f"{live_server.url}/m/campaigns/")
    phone.locator("a.card").tap()
    phone.wait_for_url("**/m/campaigns/*-*/")
    expect(phone.locator(".receipt")).to_have_count(2)
    axe(phone)
    first = phone.locator(".receipt").filter(has_text="李玉珍")
    first.locator("label:has([value=delegate])").tap()
    first.locator("[type=submit]").tap()
    expect(phone.locator(".error-summary")).to_be_visible()
    first.locator("[name=signer]").fill("王芳")
    first.locator("[name=relation]").fill("女儿")
    first.locator("[type=submit]").tap()
    expect(phone.locator(".receipt")).to_have_count(1)
    phone.locator(".receipt label:has([value=not_home])").tap()
    phone.locator(".receipt [type=submit]").tap()
    expect(phone.locator(".notice-success")).to_be_visible()

    page.reload()
    page.locator("form[action$='/close/'] button").click()
    expect(page.locator("tbody tr").filter(has_text="李玉珍")).to_contain_text("王芳")
    axe(page)
    assert Campaign.objects.get().state == "closed"
    outcomes = set(CampaignTarget.objects.values_list("resident__name", "outcome", "gifts"))
    assert outcomes == {("李玉珍", "reached", 1), ("王秀兰", "missed", 0), ("张福根", "left_out", 0)}
    assert Visit.objects.get(outcome="handed_over").given == "月饼一盒 × 1"


SMALL = Size(communities=2, groups=4, households=40, cases=20, months=3)


@pytest.fixture
def invented(transactional_db):
    """The invented office, smaller; its own campaigns and messages are in it."""
    filling.fill(SMALL)
    return {name: User.objects.get(username=name) for name in ("operator", "leader", "supervisor")}


def test_the_invented_office_greets_by_message_and_closes_with_who_was_reached_and_why_not(page, live_server, invented):
    group = invented["leader"].posts.filter(role="leader").order_by("pk").first().area
    _signed_in(page, invented["operator"], live_server.url)
    page.goto(f"{live_server.url}/campaigns/new/?season=spring-festival")
    expect(page.locator(".campaign-message")).to_be_hidden()
    page.locator("[name=gives][value=message]").check()
    expect(page.locator(".campaign-things")).to_be_hidden()
    page.locator("[name=area]").select_option(str(group.pk))
    page.locator("[name=unit][value=household]").check()
    page.locator("[name=text]").fill("")
    page.locator("[name=preview]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator("[name=text]").fill("春节将至，街道全体工作人员祝您和家人平安。")
    page.locator("[name=preview]").click()
    axe(page)
    page.locator("[name=keep]").click()
    page.locator("form[action$='/launch/'] button").click()
    campaign = Campaign.objects.get(season="spring-festival")
    rows = page.locator("tbody tr")
    expect(rows.first).to_be_visible()
    axe(page)
    letters = campaign.mailing.messages.filter(channel="letter")
    assert letters.exists() and set(campaign.mailing.messages.values_list("state", flat=True)) <= {"waiting", "refused"}
    page.locator(f"a[href='/mailings/{campaign.mailing.uuid}/']").click()
    page.locator("[name=sheet]").select_option("L7163")
    with page.expect_download() as labels:
        page.locator("form[action$='labels.pdf'] button").click()
    assert labels.value.path().read_bytes().startswith(b"%PDF")
    page.locator("form[action$='/posted/'] button").click()
    page.locator(f"a[href='/campaigns/{campaign.uuid}/']").click()
    page.locator("form[action$='/close/'] button").click()
    expect(page.locator("h1")).to_contain_text("已结束")
    totals = totals_of(campaign)
    assert totals.reached == letters.count() and totals.waiting == 0
    assert rows.count() == min(totals.targets, 20)
