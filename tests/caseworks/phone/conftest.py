"""The phone of a leader who is signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast


@pytest.fixture(autouse=True)
def signed_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.leader)
