"""The browser's own watchman: a page that misbehaves is reported, one that does not is left alone."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import axe, watch

pytestmark = pytest.mark.any_database

POLICY = {"Content-Security-Policy": "default-src 'self'; base-uri 'none'", "Content-Type": "text/html; charset=utf-8"}
CLEAN = (
    '<!doctype html><html lang="zh-Hans"><title>民情台</title><meta name="viewport" content="width=device-width">'
    "<main><h1>民情台</h1><p>今日无事</p></main>"
)
ADDRESS = "http://caseworks.test/"


def serve(context: BrowserContext, html: str) -> None:
    context.route(ADDRESS, lambda route: route.fulfill(status=200, headers=POLICY, body=html))


@pytest.mark.parametrize("screen", ["page", "phone"])
def test_a_clean_page_under_a_strict_policy_is_left_alone_axe_included(screen: str, request: pytest.FixtureRequest):
    opened: Page = request.getfixturevalue(screen)
    serve(opened.context, CLEAN)
    opened.goto(ADDRESS)
    axe(opened)
    seen = opened.evaluate("[innerWidth, navigator.maxTouchPoints > 0]")
    assert seen == {"page": [1440, False], "phone": [360, True]}[screen]


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>document.title = 'x'</script>", "script-src-elem blocked inline"),
        ("<p style='color: red'>红</p>", "style-src-attr blocked inline"),
        ("<img src='http://elsewhere.test/x.png' alt=''>", "img-src blocked http://elsewhere.test"),
        ("<img src='/missing.png' alt=''>", "404 for http://caseworks.test/missing.png"),
        ("<script src='/broken.js'></script>", "Script: nothing is not defined"),
    ],
)
def test_what_no_page_of_ours_may_do_is_reported(new_context, html: str, fault: str):
    context = new_context()
    faults = watch(context)
    serve(context, CLEAN + html)
    context.route("**/missing.png", lambda route: route.fulfill(status=404))
    context.route(
        "**/broken.js", lambda route: route.fulfill(status=200, content_type="text/javascript", body="nothing()")
    )
    page = context.new_page()
    page.goto(ADDRESS)
    page.wait_for_timeout(100)
    assert len(faults) == 1, faults
    assert fault in faults[0]


def test_axe_names_what_a_reader_with_a_screen_reader_would_miss(page: Page):
    serve(page.context, CLEAN + "<input><button></button>")
    page.goto(ADDRESS)
    with pytest.raises(AssertionError, match=r"(?s)button-name.*label"):
        axe(page)
