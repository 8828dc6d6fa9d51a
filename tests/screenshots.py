"""Take the pictures of the README: ``python -m tests.screenshots``.

An invented office is made in a temporary folder and served on a free loopback port; Chromium signs in as the people
whose screens are shown. What was started is ended, and the folder removed, however this ends.
"""

import io
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import DESK, FLAGS, MISSING, PHONE, PROGRAMS

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
LARGEST = 200 * 1024  # bytes
START_LIMIT = 600.0  # seconds: on a busy machine the office takes a while to be invented
SUMMARY = "楼道水管爆裂，水从三楼流到一楼，请尽快派人来修"


@dataclass(frozen=True)
class Scene:
    """Whom and what the pictures are about: a caller's last four digits, and a household due for a visit."""

    tail: str
    household: str


def main() -> None:
    """Make every picture anew."""
    chromium = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if chromium is None:
        raise SystemExit(MISSING)
    # As an exception, so that what was started is stopped on the way out.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    password = secrets.token_urlsafe(12)
    with (
        tempfile.TemporaryDirectory(prefix="caseworks-pictures-") as folder,
        served({"CASEWORKS_DATA": folder, "DEMO_PASSWORD": password}) as address,
    ):
        # Before Playwright: beside its event loop Django would refuse the database.
        scene = find_scene(folder)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            take_all(browser, address, password, scene)


@contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """Serve the invented office with *environment* and yield its address."""
    port = _free_port()
    # Without DATABASE_URL: the pictures are never taken of an office's own database.
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, str(ROOT / "manage.py"), "demo"]
    with subprocess.Popen(command, env={**inherited, **environment, "PORT": str(port)}) as office:
        try:
            _wait_until_answered(office, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            office.terminate()


def find_scene(folder: str) -> Scene:
    """Choose from the leader's own group a caller with an open case, and a household whose visit is due."""
    os.environ |= {"CASEWORKS_DATA": folder, "DJANGO_SETTINGS_MODULE": "caseworks.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.db.models import Count

    from caseworks.models import Case
    from outreach.models import VisitTask
    from people.models import User

    leader = User.objects.get(username="leader")
    callers = (
        Case.objects.visible_to(leader)
        .open()
        .exclude(caller=None)
        .exclude(caller_phone="")
        .values("caller", "caller_phone")
        .annotate(cases=Count("pk"))
        .order_by("-cases", "caller")
    )
    task = VisitTask.objects.visible_to(leader).open().order_by("due_on", "pk").first()
    assert task is not None
    return Scene(tail=callers[0]["caller_phone"][-4:], household=str(task.household.uuid))


def take_all(browser: Browser, address: str, password: str, scene: Scene) -> None:
    """Sign in as each of the three and take their pictures."""

    def as_(account: str, device: dict[str, Any], *pictures: tuple[str, Callable[[Page], object]]) -> None:
        page = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **device).new_page()
        page.set_default_timeout(60_000)
        sign_in(page, address, account, password)
        for name, prepare in pictures:
            prepare(page)
            page.wait_for_load_state("networkidle")
            keep(page.screenshot(animations="disabled", caret="hide"), PICTURES / f"{name}.png")
        page.context.close()

    def desk(page: Page) -> None:
        page.goto(f"{address}/desk/new/")
        fill_in_desk(page, scene.tail)

    def visit(page: Page) -> None:
        page.goto(f"{address}/m/visits/{scene.household}/")
        page.locator("[name=outcome]").first.check()

    def report(page: Page) -> None:
        page.goto(f"{address}/reports/")
        # The first is the month that still runs.
        page.locator(".month-cards a").nth(1).click()
        page.wait_for_url("**/reports/*-*/")

    as_("operator", DESK, ("desk", desk))
    as_("leader", PHONE, ("phone", lambda page: page.goto(f"{address}/m/")), ("visit", visit))
    as_("supervisor", DESK, ("report", report))


def sign_in(page: Page, address: str, account: str, password: str) -> None:
    """Sign in as an account of the invented office."""
    page.goto(f"{address}/login/")
    page.fill("[name=username]", account)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def fill_in_desk(page: Page, tail: str) -> None:
    """Take the call down as far as it goes before it is sent: caller, request, category; place and way follow."""
    page.keyboard.type(tail)
    page.locator("#callers [role=option]").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(SUMMARY)
    page.locator("[data-suggestion='1']").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("1")
    expect(page.locator("[data-part=context] .hits")).to_have_count(2, timeout=30_000)
    page.locator("[data-part=foresight] time").first.wait_for()


def keep(picture: bytes, path: Path) -> None:
    """Save a screenshot with a palette of 256 colours, which is a third of its size and looks the same."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    sys.stdout.write(f"{path.relative_to(ROOT)}  {image.width}×{image.height}  {size // 1024} KB\n")
    if size > LARGEST:
        raise SystemExit(f"{path.name} is larger than {LARGEST // 1024} KB.")


def _wait_until_answered(office: subprocess.Popen[bytes], port: int) -> None:
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if office.poll() is not None:
            raise SystemExit(f"The office ended by itself (exit code {office.returncode}).")
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.5)
        finally:
            connection.close()
    raise SystemExit(f"No answer on port {port} within {START_LIMIT:.0f} seconds.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
