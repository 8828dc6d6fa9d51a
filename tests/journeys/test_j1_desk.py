"""J1: a hotline call on the keyboard alone, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from caseworks.models import Case, CaseCaller, Category, Draft
from people.models import PhoneNumber, Resident
from tests.browser import DESK, axe, watch
from tests.cast import Cast
from tests.factories import make_case

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database

SUMMARY = "小区南门外烧烤摊夜里还在营业，油烟和噪声影响睡觉"


@pytest.fixture
def wang(cast: Cast) -> Resident:
    resident = cast.household.head
    assert resident is not None
    PhoneNumber.objects.create(resident=resident, number="13800132468", kind="mobile", tail="2468")
    return resident


@pytest.fixture
def sign_in(live_server, client: Client, cast: Cast) -> Callable[[BrowserContext], None]:
    """Put the operator's session into a browser context."""

    def put(context: BrowserContext) -> None:
        client.force_login(cast.operator)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return put


@pytest.fixture
def desk(page: Page, live_server, sign_in) -> Page:
    """The empty form, opened by the operator."""
    sign_in(page.context)
    page.goto(f"{live_server.url}/desk/new/")
    expect(page.locator("#id_caller")).to_be_focused()
    return page


class Keyboard:
    """Counts key presses; text of the request comes from an input method and is not counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.presses += 1
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.press(*text)

    def compose(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def focus(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def offered(page: Page) -> Locator:
    """The rows of the list that is open."""
    return page.locator(".suggestions:not([hidden]) [role=option]")


def parts(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part={name}]")


def test_a_call_is_logged_without_a_mouse_in_few_keys(desk: Page, cast: Cast, wang: Resident):
    keys = Keyboard(desk)
    keys.type("2468")
    expect(offered(desk)).to_have_count(2)
    keys.press("ArrowDown", "Enter")
    assert focus(desk) == "id_summary"
    keys.compose(SUMMARY)
    expect(desk.locator("[data-suggestion='1']")).to_contain_text("邻里环境")
    keys.press("Tab", "1")
    assert desk.locator("#id_category_typed").input_value() == "邻里环境"
    keys.press("Tab", "Tab")
    assert focus(desk) == "id_area_name"
    keys.type("da2")
    keys.press("Enter")
    expect(desk.locator("#id_area_name")).to_have_value("东安社区 第2小组")
    expect(parts(desk, "foresight")).to_contain_text("周红")
    axe(desk)
    foretold = parts(desk, "foresight").locator("time").get_attribute("datetime")
    keys.press("Control+Enter")
    number = desk.locator("#number")
    expect(number).to_be_visible()
    assert keys.presses <= 20 < 70
    case = Case.objects.get(number=number.inner_text())
    assert (case.summary, case.caller, case.handling_area) == (SUMMARY, wang, cast.other_group)
    assert case.category.code == "neighbours"
    assert case.due_at.isoformat()[:16] == desk.evaluate("moment => new Date(moment).toISOString()", foretold)[:16]
    assert desk.evaluate("parseFloat(getComputedStyle(document.getElementById('number')).fontSize)") >= 32
    axe(desk)
    keys.press("c")
    copied = desk.locator("[data-copy]").get_attribute("data-copied") or ""
    expect(desk.locator("[data-copy] + [role=status]")).to_have_text(copied)
    keys.press("n")
    expect(desk.locator("#id_caller")).to_be_focused()
    assert desk.locator("#id_summary").input_value() == ""


def test_a_new_caller_and_another_channel_are_taken_down_by_keys(desk: Page):
    keys = Keyboard(desk)
    keys.press("Shift+Tab")
    keys.press("ArrowRight")
    keys.press("Tab")
    assert focus(desk) == "id_caller"
    keys.type("13912345678")
    expect(offered(desk)).to_have_count(1)
    keys.press("ArrowDown", "Enter")
    assert focus(desk) == "id_caller_name"
    keys.compose("张三")
    keys.press("Tab", "Tab", "Tab")
    assert focus(desk) == "id_summary"
    keys.compose("想咨询医保报销")
    keys.press("Enter")
    keys.compose("住院的")
    keys.press("Control+Enter")
    expect(desk.locator("#number")).to_be_visible()
    case = Case.objects.get()
    assert (case.channel, case.caller_name, case.caller_phone) == ("window", "张三", "13912345678")
    assert case.summary.splitlines() == ["想咨询医保报销", "住院的"]


def test_enter_in_a_field_sends_nothing(desk: Page):
    for field in ("#id_caller", "#id_caller_name", "#id_concerned", "#id_category_typed", "#id_area_name", "#id_place"):
        desk.focus(field)
        desk.keyboard.type("x")
        desk.keyboard.press("Enter")
    desk.wait_for_timeout(300)
    assert "/desk/new/" in desk.url
    assert not Case.objects.exists()


def test_a_suggestion_pressed_before_there_is_one_leaves_nothing_behind(desk: Page):
    desk.focus("#id_category_typed")
    desk.keyboard.press("1")
    assert desk.locator("#id_category_typed").input_value() == ""


def test_keys_of_the_input_method_choose_nobody_and_send_nothing(desk: Page, wang: Resident):
    method = desk.context.new_cdp_session(desk)

    def candidates(*texts: str) -> None:
        for text in texts:
            method.send(
                "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
            )
        for name, code in (("ArrowDown", 40), ("Enter", 13)):
            method.send(
                "Input.dispatchKeyEvent",
                {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": name},
            )
            method.send("Input.dispatchKeyEvent", {"type": "keyUp", "windowsVirtualKeyCode": code, "code": name})

    candidates("wang", "wang xiu")
    desk.wait_for_timeout(700)
    expect(offered(desk)).to_have_count(0)
    method.send("Input.insertText", {"text": "王秀"})
    expect(offered(desk)).to_have_count(2)
    assert desk.locator("[name=resident]").input_value() == ""
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    assert desk.locator("[name=resident]").input_value() == str(wang.uuid)
    candidates("zao", "zao sheng")
    desk.wait_for_timeout(700)
    assert parts(desk, "suggestions").locator("[data-suggestion]").count() == 0
    method.send("Input.insertText", {"text": "噪声"})
    expect(desk.locator("[data-suggestion='1']")).to_contain_text("邻里环境")
    assert desk.locator("#id_summary").input_value() == "噪声"
    assert not Case.objects.exists()


def test_likely_duplicates_appear_without_moving_the_focus_and_one_is_joined(desk: Page, cast: Cast, wang: Resident):
    known = make_case(
        cast.operator,
        cast.group,
        summary="烧烤摊夜间噪声",
        category=Category.objects.get(code="neighbours"),
        caller_name="刘强",
        caller_phone="13900001111",
    )
    keys = Keyboard(desk)
    assert parts(desk, "context").locator(".hit").count() == 0
    keys.type("wxl")
    expect(offered(desk)).to_have_count(2)
    keys.press("ArrowDown", "Enter")
    keys.compose(SUMMARY)
    expect(desk.locator("[data-suggestion='1']")).to_be_visible()
    keys.press("Tab", "1")
    hit = parts(desk, "context").locator(".hit")
    expect(hit).to_have_count(1)
    expect(hit).to_contain_text("李建国")
    assert focus(desk) == "id_category_typed"
    keys.press("F2")
    assert desk.evaluate("document.activeElement.closest('.hit') !== null")
    axe(desk)
    keys.press("F2")
    assert focus(desk) == "id_category_typed"
    keys.press("F2", "Enter")
    expect(desk.locator("#number")).to_have_text(known.number)
    added = CaseCaller.objects.get(case=known)
    assert (added.resident, added.note) == (wang, SUMMARY)
    assert Case.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_draft_survives_the_page(desk: Page, live_server):
    Keyboard(desk).compose("13912345678")
    desk.focus("#id_summary")
    Keyboard(desk).compose(SUMMARY)
    expect(desk.locator("[data-draft-status]")).not_to_have_text("")
    context = desk.context
    desk.close()
    again = context.new_page()
    again.goto(f"{live_server.url}/desk/new/")
    axe(again)
    assert again.locator("#id_summary").input_value() == ""
    again.locator("[data-part=drafts] a").first.click()
    assert again.locator("#id_summary").input_value() == SUMMARY
    assert again.locator("#id_caller").input_value() == "13912345678"
    again.reload()
    assert again.locator("#id_summary").input_value() == SUMMARY


def test_two_pages_keep_two_drafts(desk: Page, live_server):
    other = desk.context.new_page()
    other.goto(f"{live_server.url}/desk/new/")
    for page, words in ((desk, "水管爆裂"), (other, "路灯不亮")):
        page.bring_to_front()
        page.focus("#id_summary")
        page.keyboard.insert_text(words)
        expect(page.locator("[data-draft-status]")).not_to_have_text("", timeout=6000)
    desk.close()
    other.goto(f"{live_server.url}/desk/drafts/")
    expect(other.locator(".draft-list li")).to_have_count(2)
    axe(other)
    assert {draft.fields["summary"] for draft in Draft.objects.all()} == {"水管爆裂", "路灯不亮"}


def test_without_a_network_the_words_stay_on_the_device_and_reach_the_server_later(desk: Page, live_server):
    context = desk.context
    context.set_offline(True)
    desk.focus("#id_summary")
    desk.keyboard.insert_text("水管爆裂")
    bar = desk.locator("[data-connection-lost]")
    expect(bar).to_be_visible(timeout=6000)
    desk.keyboard.press("Control+Enter")
    desk.wait_for_timeout(300)
    assert desk.locator("#id_summary").input_value() == "水管爆裂"
    assert not Case.objects.exists()
    desk.close()
    assert not Draft.objects.exists()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{live_server.url}/desk/new/")
    expect(again.locator("[data-part=drafts]")).to_contain_text("水管爆裂")
    assert Draft.objects.get().fields["summary"] == "水管爆裂"


def test_words_typed_after_the_session_ended_are_not_blamed_on_the_network_and_are_offered_again(
    desk: Page, live_server, sign_in
):
    desk.focus("#id_summary")
    desk.keyboard.insert_text("水管")
    expect(desk).to_have_url(re.compile(r"\?draft="), timeout=6000)
    desk.context.clear_cookies(name="sessionid")
    desk.keyboard.insert_text("爆裂")
    expect(desk.locator("[data-draft-status]")).to_contain_text("登录", timeout=6000)
    expect(desk.locator("[data-connection-lost]")).to_be_hidden()
    desk.keyboard.press("Control+Enter")
    desk.wait_for_timeout(300)
    expect(desk.locator("[data-draft-status]")).to_contain_text("登录")
    sign_in(desk.context)
    desk.reload()
    expect(parts(desk, "drafts")).to_contain_text("水管爆裂")
    desk.goto(f"{live_server.url}/desk/drafts/")
    expect(desk.locator(".draft-list")).to_contain_text("水管爆裂")


def test_a_form_lost_on_its_way_is_offered_again_and_one_that_arrived_is_not(desk: Page, live_server):
    form = f"{live_server.url}/desk/new/"
    desk.route(form, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    desk.focus("#id_summary")
    desk.keyboard.insert_text("水管爆裂")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_timeout(300)
    desk.unroute(form)
    desk.goto(form)
    expect(parts(desk, "drafts")).to_contain_text("水管爆裂")
    parts(desk, "drafts").get_by_role("link").first.click()
    assert desk.locator("#id_summary").input_value() == "水管爆裂"
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#number")).to_be_visible()
    desk.goto(form)
    desk.wait_for_timeout(500)
    expect(parts(desk, "drafts").get_by_role("link")).to_have_count(0)
    assert not Draft.objects.exists()


def test_what_is_wrong_is_said_at_the_top_with_every_word_kept(desk: Page):
    desk.keyboard.type("1380013246")
    desk.focus("#id_area_name")
    desk.keyboard.insert_text("没有的地方")
    desk.keyboard.press("Control+Enter")
    summary = desk.locator(".error-summary")
    expect(summary).to_be_focused()
    axe(desk)
    assert desk.locator("#id_caller").input_value() == "1380013246"
    assert desk.locator("#id_area_name").input_value() == "没有的地方"
    expect(summary.get_by_role("link")).to_have_count(2)
    summary.get_by_role("link").first.click()
    assert focus(desk) == "id_summary"


def test_an_answer_on_the_spot_is_sent_from_its_own_field(desk: Page):
    desk.focus("#id_summary")
    desk.keyboard.insert_text("请问居住证怎么办")
    desk.locator(".desk-answer > summary").press("Enter")
    desk.keyboard.press("Tab")
    assert focus(desk) == "id_answer"
    desk.keyboard.insert_text("带身份证和照片到窗口")
    axe(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#number")).to_be_visible()
    case = Case.objects.get()
    assert (case.status, case.outcome) == ("closed", "带身份证和照片到窗口")


def test_at_200_per_cent_nothing_is_cut_off_and_without_script_it_works_too(
    new_context: Callable[..., BrowserContext], sign_in, live_server, wang: Resident
):
    for size in ({"width": 720, "height": 450}, {"width": 320, "height": 640}):
        context = new_context(**{**DESK, "viewport": size})
        faults = watch(context)
        sign_in(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/desk/new/")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        axe(page)
        assert not faults
    context = new_context(**DESK, java_script_enabled=False)
    sign_in(context)
    plain = context.new_page()
    plain.goto(f"{live_server.url}/desk/new/")
    plain.fill("#id_caller", "2468")
    plain.fill("#id_summary", "水管爆裂")
    plain.click("[name=look_up]")
    plain.get_by_label("王秀兰").check()
    plain.fill("#id_area_name", "东安社区 第1小组")
    plain.click(".sticky-actions .button-primary")
    assert Case.objects.get(number=plain.locator("#number").inner_text()).caller == wang
