"""What time it is for tests that count by the month."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def mid_month() -> Iterator[None]:
    """A Wednesday morning far from either end of its month: what was done a while ago was done in this month.

    Without it a test that looks back two days fails on the first two of each month.
    """
    with time_machine.travel("2026-06-17T10:00+08:00"):
        yield
