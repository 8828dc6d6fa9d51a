"""The language a test speaks: the office's own unless it asks for another, whatever the test before it left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils.translation import override


@pytest.fixture(autouse=True)
def in_the_language_of_the_office() -> Iterator[None]:
    """The middleware leaves a page's language active, as it must; here it would reach the next test."""
    with override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def in_english(in_the_language_of_the_office: None) -> Iterator[None]:
    """For tests that read sentences as the code has them."""
    with override("en"):
        yield
