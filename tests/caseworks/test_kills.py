"""A process that dies in the middle of a verb leaves nothing half done. Two hundred deaths: tests/bench/kills.py."""

import random

import pytest

from tests.bench import kills


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_of_any_verb_a_case_is_whole_and_what_was_acknowledged_is_there():
    found = kills.run(15, random.Random(7))
    assert found["broken"] == []
    assert found["acknowledged"]
