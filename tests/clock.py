"""What time it is: for tests that count by the month, and with ``--at 2027-02-06T23:55+08:00`` for all of them.

A test must come out the same on any day at any hour. With that option the suite runs as it would then; browsers and
other processes that a test starts keep the real time, so leave those out: ``-m "not browser"``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--at", metavar="MOMENT", help="run as if it were this moment now, with its offset from UTC")


def pytest_configure(config: pytest.Config) -> None:
    """From before the tests are read: some work out their days as they are."""
    if moment := config.getoption("--at"):
        there = time_machine.travel(moment)
        there.start()
        config.add_cleanup(there.stop)


@pytest.fixture
def mid_month() -> Iterator[None]:
    """A Wednesday morning far from either end of its month: what was done a while ago was done in this month.

    Without it a test that looks back two days fails on the first two of each month.
    """
    with time_machine.travel("2026-06-17T10:00+08:00"):
        yield
