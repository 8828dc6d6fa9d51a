"""J3 and J4: a visit in three taps, a case given back in four, on a phone in the street, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from caseworks.models import Case, Category
from outreach.models import Visit
from outreach.visiting import VisitRecord, ask_for_visit, record_visit
from people.models import Membership, PhoneNumber, Photo, ServiceNeed, User
from people.photos import LARGEST_KEPT
from tests.browser import PHONE, axe, watch
from tests.cast import Cast
from tests.factories import make_case, make_household

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database

TURNED_RIGHT = 6
SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}


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


class Hand:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, selector: str, text: str = "") -> None:
        self.taps += 1
        self.page.locator(selector, has_text=text or None).first.tap()

    def open_visit(self) -> None:
        self.tap(VISIT, "陈桂香")
        self.page.wait_for_url("**/m/visits/**")


VISIT = "a.card[href*='/m/visits/']"
SUBMIT = ".submit-bar button"


def photo_of_twelve_megapixels(width: int = 4000, height: int = 3000) -> bytes:
    """As a phone held upright writes it: lying on its side, its left half red, with the place it was taken."""
    picture = Image.effect_noise((width, height), 60).convert("RGB")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = TURNED_RIGHT
    exif.get_ifd(0x8825)[2] = (29.0, 56.0, 30.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


# ---- J3: a visit ----


def test_three_taps_from_what_is_to_do_to_a_visit_that_the_office_has(hand: Hand):
    page = hand.page
    hand.open_visit()
    expect(page.locator("input[name=outcome]:checked")).to_have_count(0)
    hand.tap(".choices label:has([value=well])")
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_contain_text("✓")
    assert hand.taps == 3
    assert page.url.endswith("/m/")
    assert page.locator(VISIT, has_text="陈桂香").count() == 0
    strip = page.locator(".notice-success").bounding_box()
    assert strip and strip["width"] == 360
    axe(page)
    newest = Visit.objects.first()
    assert newest and (newest.outcome, newest.household.head and newest.household.head.name) == ("well", "陈桂香")


def test_nothing_chosen_is_no_visit(hand: Hand):
    page = hand.page
    before = Visit.objects.count()
    hand.open_visit()
    page.fill("#id_note", "敲了门")
    hand.tap(SUBMIT)
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    assert page.input_value("#id_note") == "敲了门"
    assert Visit.objects.count() == before
    page.locator(".error-summary a").tap()
    assert page.url.endswith("#id_outcome")


def test_a_photo_costs_three_taps_more_and_is_kept_small_upright_and_without_its_place(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    with page.expect_file_chooser() as chooser:
        page.locator("#photos").tap()
    hand.taps += 3  # the field, the shutter, "use this one"
    taken = file("IMG_1.jpg", photo_of_twelve_megapixels())
    chooser.value.set_files([taken])
    expect(page.locator("[data-chosen]")).to_contain_text("1")
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible(timeout=20_000)
    assert hand.taps == 6
    kept = Photo.objects.get()
    content = kept.file.read()
    assert len(content) <= LARGEST_KEPT
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (1200, 1600)
        assert not picture.getexif()
        top, bottom = picture.convert("RGB").getpixel((600, 200)), picture.convert("RGB").getpixel((600, 1400))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 and top[1] < 60 and abs(bottom[0] - bottom[1]) < 40  # red above, grey below
    assert list(kept.visits.all()) == [Visit.objects.first()]


def test_what_is_no_photo_never_costs_the_visit(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    page.locator("#photos").set_input_files(
        [
            file("good.jpg", photo_of_twelve_megapixels(80, 60)),
            file("bad.jpg", b"no picture"),
        ]
    )
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator(".notice-warning")).to_contain_text("bad.jpg")
    newest = Visit.objects.first()
    assert newest and newest.photos.count() == 1


def test_urgent_is_asked_once_more_beside_the_number_to_call_and_becomes_a_critical_case(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=urgent])")
    page.fill("#id_note", "摔倒在厨房，站不起来")
    page.locator("#photos").set_input_files([file("a.jpg", photo_of_twelve_megapixels(80, 60))])
    hand.tap(SUBMIT)
    call = page.locator("a[href='tel:05801234567']")
    expect(call).to_be_visible()
    axe(page)
    fits(page)
    assert not Case.objects.filter(urgency="critical").exists()
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 4
    case = Case.objects.get(urgency="critical")
    assert (case.summary, case.channel) == ("摔倒在厨房，站不起来", "visit")
    assert case.visit == Visit.objects.first()
    assert case.visit and case.visit.photos.count() == case.timeline.get().photos.count() == 1


# ---- The draft on the device ----


def test_without_a_network_the_page_says_so_keeps_every_word_and_sends_it_once_later(hand: Hand):
    page = hand.page
    before = Visit.objects.count()
    hand.open_visit()
    hand.tap(".choices label:has([value=not_home])")
    page.fill("#id_note", "邻居说去女儿家了")
    page.context.set_offline(True)
    hand.tap(SUBMIT)
    expect(page.locator("[data-not-sent=network]")).to_be_visible()
    axe(page)
    assert page.input_value("#id_note") == "邻居说去女儿家了"
    assert Visit.objects.count() == before
    page.context.set_offline(False)
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    assert Visit.objects.count() == before + 1


def test_an_answer_that_was_lost_on_the_way_back_makes_no_second_visit(hand: Hand):
    page = hand.page
    before = Visit.objects.count()
    hand.open_visit()
    hand.tap(".choices label:has([value=not_home])")

    def deliver_and_lose(route):
        if route.request.method != "POST":
            return route.continue_()
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/m/visits/**", deliver_and_lose)
    hand.tap(SUBMIT)
    expect(page.locator("[data-not-sent=network]")).to_be_visible()
    assert Visit.objects.count() == before + 1
    page.unroute("**/m/visits/**")
    page.reload()
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    assert Visit.objects.count() == before + 1


def test_what_was_typed_is_back_after_the_phone_closed_the_page_and_gone_once_the_office_has_it(
    hand: Hand, live_server
):
    page = hand.page
    hand.open_visit()
    address = page.url
    hand.tap(".choices label:has([value=needs_help])")
    page.fill("#id_note", "灯坏了")
    expect(page.locator("[data-draft-saved]")).to_contain_text(":")
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    axe(page)
    assert page.input_value("#id_note") == "灯坏了"
    assert page.locator("[value=needs_help]").is_checked()
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    page.goto(address)
    expect(page.locator("[data-draft-restored]")).to_be_hidden()
    assert page.input_value("#id_note") == ""
    assert page.locator("input[name=outcome]:checked").count() == 0


def test_a_draft_can_be_thrown_away(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    page.reload()
    page.locator("[data-draft-discard]").tap()
    assert page.locator("input[name=outcome]:checked").count() == 0
    page.reload()
    expect(page.locator("[data-draft-restored]")).to_be_hidden()


def test_a_draft_is_shown_to_nobody_else_on_the_same_phone(hand: Hand, signed_in, office: Cast):
    page = hand.page
    hand.open_visit()
    page.fill("#id_note", "只给我看")
    page.locator("#id_note").blur()
    address = page.url
    signed_in(page.context, office.officer)
    page.goto(address)
    assert page.input_value("#id_note") == ""
    expect(page.locator("[data-draft-restored]")).to_be_hidden()


def test_somebody_signed_out_meanwhile_finds_his_words_again_after_signing_in(hand: Hand, signed_in, office: Cast):
    page = hand.page
    hand.open_visit()
    address = page.url
    hand.tap(".choices label:has([value=not_home])")
    page.fill("#id_note", "改天再来")
    page.context.clear_cookies(name="sessionid")
    hand.tap(SUBMIT)
    page.wait_for_url("**/login/**")
    signed_in(page.context, office.leader)
    page.goto(address)
    assert page.input_value("#id_note") == "改天再来"


def test_without_a_script_a_visit_takes_the_same_three_taps(new_context, live_server, signed_in, office: Cast):
    context = new_context(**PHONE, java_script_enabled=False)
    signed_in(context, office.leader)
    hand = Hand(context.new_page())
    hand.page.goto(f"{live_server.url}/m/")
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    hand.page.locator("#photos").set_input_files([file("a.jpg", photo_of_twelve_megapixels(80, 60))])
    hand.tap(SUBMIT)
    expect(hand.page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 3
    assert Photo.objects.get().visits.exists()


# ---- J4: a case ----


def test_a_case_is_given_back_in_four_taps(hand: Hand):
    page = hand.page
    hand.tap("a.card", "路灯不亮")
    hand.tap("details:has([value=return]) > summary")
    hand.tap("label:has([value=elsewhere])")
    hand.tap("details[open] button[data-sending]")
    expect(page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 4
    assert Case.objects.get(summary="路灯不亮").status == "to_dispatch"


def test_a_case_is_accepted_in_two_taps_and_stays_in_hand(hand: Hand):
    hand.tap("a.card", "路灯不亮")
    hand.tap("form.offer button")
    expect(hand.page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 2
    case = Case.objects.get(summary="路灯不亮")
    assert case.status == "in_progress"
    assert hand.page.url.endswith(f"/m/cases/{case.number}/")


# ---- The look: small screens, large text ----

OVERFLOW = """() => {
  const texts = "button, a, summary, label, .tag, h1, h2, p, legend, .photo-pick-words";
  const shown = (part) => part.checkVisibility() && !part.closest(".visually-hidden, .skip-link");
  const boxed = (part) => getComputedStyle(part).display !== "inline";
  const cut = [...document.querySelectorAll(texts)].filter(
    (part) => shown(part) && boxed(part) && part.scrollWidth > part.clientWidth + 1);
  const page = document.documentElement;
  const wide = page.scrollWidth > page.clientWidth ? ["the page is wider than the screen"] : [];
  return [...wide, ...cut.map((part) => "cut: " + part.outerHTML.slice(0, 120))];
}"""

# A choice's label is what is tapped, not the circle in it.
CONTROLS = """() => {
  const kinds = ["button", "a:not(.skip-link)", "summary", "select", "textarea", "fieldset label",
    "input:not([type=hidden]):not([type=radio])"];
  const name = (part) => part.outerHTML.slice(0, 100);
  const boxes = [...document.querySelectorAll(kinds.join(", "))]
    .filter((part) => part.checkVisibility()).map((part) => [part, part.getBoundingClientRect()]);
  const faults = [];
  for (const [part, box] of boxes) {
    const least = part.matches(".button-primary, .card, .submit-bar .button") ? 60 : 48;
    if (box.height < least - 0.01) faults.push(`${box.height} px high: ${name(part)}`);
  }
  const inMain = boxes.filter(([part]) => part.closest("main"));
  for (const [one, a] of inMain) for (const [other, b] of inMain) {
    if (one === other || one.contains(other) || other.contains(one)) continue;
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const gap = b.top - a.bottom;
    if (across > 0 && b.top >= a.top && gap < 7.99) faults.push(`${gap} px from ${name(one)} to ${name(other)}`);
  }
  const words = (part) => part.checkVisibility() && part.innerText?.trim();
  const size = (part) => parseFloat(getComputedStyle(part).fontSize);
  const small = [...document.querySelectorAll("main *")].filter((part) => words(part) && size(part) < 16);
  return [...faults, ...small.map((part) => "text under 16 px: " + name(part))];
}"""


def fits(page: Page) -> None:
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(CONTROLS) == []


def screens(office: Cast) -> dict[str, str]:
    chen = Membership.objects.get(resident__name="陈桂香").household
    case = Case.objects.get(summary__startswith="楼道")
    return {
        "today": "/m/",
        "visit": f"/m/visits/{chen.uuid}/",
        "case": f"/m/cases/{case.number}/",
        "new": "/m/new/",
        "me": "/m/me/",
    }


@pytest.mark.parametrize("options", [PHONE, SMALL], ids=["360", "320"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_small_phones_also_with_text_half_as_large_again(
    new_context, live_server, signed_in, office: Cast, options, language: str
):
    office.leader.language = language
    office.leader.save()
    context = new_context(**options)
    faults = watch(context)
    signed_in(context, office.leader)
    page = context.new_page()
    for address in screens(office).values():
        page.goto(live_server.url + address)
        for details in page.locator("details.more").all():
            details.evaluate("part => { part.open = true }")
        offers = page.locator("details.offer")
        for number in range(offers.count() or 1):
            if offers.count():
                offers.nth(number).evaluate("part => { part.open = true }")
            page.set_viewport_size(options["viewport"])
            fits(page)
            # What lies under the bar at the foot until one scrolls counts as too small to tap.
            page.set_viewport_size({"width": options["viewport"]["width"], "height": 3000})
            axe(page)
            page.evaluate("document.documentElement.style.fontSize = '150%'")
            fits(page)
            page.evaluate("document.documentElement.style.fontSize = ''")
    assert not faults


def test_numbers_to_call_are_large_and_their_warning_stands_beside_them(hand: Hand):
    hand.open_visit()
    hand.tap(".reach")
    page = hand.page
    expect(page.locator("a[href='tel:13800132468']")).to_be_visible()
    expect(page.locator(".notice-warning")).to_have_text("中午不要打")
    axe(page)
    fits(page)


def test_a_list_without_anything_to_do_says_so(phone: Page, live_server, signed_in, cast: Cast):
    signed_in(phone.context, cast.committee)
    phone.goto(f"{live_server.url}/m/")
    expect(phone.locator(".empty")).to_be_visible()
    axe(phone)
    fits(phone)
