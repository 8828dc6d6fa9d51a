"""The desk of an operator who is signed in, and somebody who calls."""

import pytest
from django.test import Client

from people.models import PhoneNumber, Resident
from tests.caseworks.desk.form import PHONE
from tests.cast import Cast


@pytest.fixture
def wang(cast: Cast) -> Resident:
    """Wang Xiulan of the first group, who can be called."""
    resident = cast.household.head
    assert resident is not None
    PhoneNumber.objects.create(resident=resident, number=PHONE, kind="mobile", tail="2468")
    return resident


@pytest.fixture
def desk(cast: Cast, client: Client) -> Client:
    client.force_login(cast.operator)
    return client
