"""The town of the cast with a year of work behind it, looked at on 10 June 2026."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from caseworks.reports.months import Month
from tests.caseworks.reports.work import LOOKED_AT, work_through_the_year
from tests.cast import Cast, make_cast


@pytest.fixture(scope="package")
def worked_year(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """The year is worked through once; each test goes on from there, and is taken back to there."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_cast()
        work_through_the_year(cast)
        with django_db_blocker.block():
            yield cast
        transaction.set_rollback(True)


@pytest.fixture
def town(worked_year: Cast, db: None) -> Iterator[Cast]:
    with time_machine.travel(LOOKED_AT, tick=False):
        yield deepcopy(worked_year)


@pytest.fixture
def may() -> Month:
    return Month.at(2026, 5, LOOKED_AT)
