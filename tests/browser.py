"""A real browser for the journeys: Debian's Chromium, watched.

``page`` is a desk (1440×900) and ``phone`` a liaison's phone (360×780, touch). Whatever either sees that no page of
ours may cause, a breach of the content security policy, an error in a script, a script or picture that is not there,
fails the test at its end.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Response

MISSING = "Chromium is missing. This brings it: apt-get install chromium-headless-shell fonts-noto-cjk"
# The shell is the same engine without the windows and menus of a desktop, which cost as much as the pages.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Nothing but the page under test goes out.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}

REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  reportViolation(`${event.effectiveDirective} blocked ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`))
"""

AXE = Path(__file__).parent / "vendor/axe-core-4.14.1/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium, so that ``-m "not browser"`` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = [path for name in PROGRAMS if (path := shutil.which(name))]
    if not found:
        pytest.skip(MISSING)
    return {**browser_type_launch_args, "executable_path": found[0], "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Iterator[Page]:
    _after_the_database(request)
    yield from _watched(new_context(**DESK))


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> Iterator[Page]:
    _after_the_database(request)
    yield from _watched(new_context(**PHONE))


def _after_the_database(request: pytest.FixtureRequest) -> None:
    """Have the database before the browser, so that the browser is gone before its tables are emptied."""
    if "live_server" in request.fixturenames:
        request.getfixturevalue("transactional_db")


def _watched(context: BrowserContext) -> Iterator[Page]:
    faults = watch(context)
    yield context.new_page()
    context.close()
    assert not faults, "The browser complained:\n" + "\n".join(faults)


def watch(context: BrowserContext) -> list[str]:
    """Return a list that fills with what goes wrong on any page of *context*; call before opening one."""
    faults: list[str] = []

    def on_response(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in {"script", "stylesheet", "image", "font"}:
            faults.append(f"{response.status} for {response.url}")

    context.expose_binding(
        "reportViolation", lambda source, text: faults.append(f"CSP: {text} on {source['page'].url}")
    )
    context.add_init_script(REPORT_VIOLATIONS)
    context.on("weberror", lambda web_error: faults.append(f"Script: {web_error.error}"))
    context.on("response", on_response)
    return faults


def leave(page: Page) -> None:
    """Go nowhere and forget who was signed in, before somebody else is.

    An answer that is still under way to a page of his, whose session has ended by then, would take the new session's
    cookie along.
    """
    page.goto("about:blank")
    page.context.clear_cookies()


def axe(page: Page) -> None:
    """Assert that axe-core finds nothing wrong with the page as it stands (WCAG 2.2 A and AA, best practice).

    A page of the phone is looked at from its end: anywhere else something is half under the bar at the foot, and axe
    takes what is left of it for too small.
    """
    page.evaluate("document.querySelector('.phone-foot') && scrollTo(0, document.documentElement.scrollHeight)")
    if not page.evaluate("'axe' in window"):
        # The next pages bring it along: handed to each of them anew it costs a quarter of a walk through them.
        page.context.add_init_script(_axe_source())
        page.evaluate(_axe_source())
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})", AXE_TAGS
    )
    violations = [
        f"{violation['id']}: {violation['help']}\n    "
        + "\n    ".join(f"{' '.join(map(str, node['target']))}  {node['html'][:160]}" for node in violation["nodes"])
        for violation in result["violations"]
    ]
    assert not violations, f"axe on {page.url}:\n" + "\n".join(violations)


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")
