"""The town of the cast with a year of work behind it, looked at on 10 June 2026."""

import pytest
import time_machine

from caseworks.reports.months import Month
from tests.caseworks.reports.work import LOOKED_AT, work_through_the_year
from tests.cast import Cast


@pytest.fixture
def town(cast: Cast):
    work_through_the_year(cast)
    with time_machine.travel(LOOKED_AT, tick=False):
        yield cast


@pytest.fixture
def may() -> Month:
    return Month.at(2026, 5, LOOKED_AT)
