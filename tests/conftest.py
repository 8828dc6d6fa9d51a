"""What every test gets. Fixtures live in modules named for what they give; this one only gathers them."""

import gc
import os

import hypothesis
import pytest

pytest_plugins = [
    "tests.browser",
    "tests.cast",
    "tests.clock",
    "tests.database",
    "tests.languages",
    "tests.mail_server",
    "tests.smsc",
]

# Playwright keeps an event loop on the thread of the tests, and Django would refuse it the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# No deadline: two busy cores make an honest example slow now and then. In CI the same examples every time.
hypothesis.settings.register_profile("caseworks", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("caseworks")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: begun at the end, one of them would keep one worker busy and leave the other without."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


# Left to itself the collector takes a tenth of the time, looking again and again through what is still needed.
COLLECT_EVERY = 25  # tests


def pytest_collection_finish() -> None:
    """What was loaded by now stays; what the tests leave behind is collected between them."""
    gc.disable()
    _collect()


def pytest_runtest_logfinish() -> None:
    global _finished
    _finished += 1
    if _finished % COLLECT_EVERY == 0:
        _collect()


def _collect() -> None:
    """Collect, and have the next time look only at what came since: looking through all there is takes 0.2 s."""
    gc.collect()
    gc.freeze()


_finished = 0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required (``CASEWORKS_REQUIRE_ALL=1``), a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter and reporter.stats.get("skipped")
    if reporter and skipped and os.environ.get("CASEWORKS_REQUIRE_ALL") == "1":
        reporter.write_line(f"\nCASEWORKS_REQUIRE_ALL=1, yet {len(skipped)} skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
