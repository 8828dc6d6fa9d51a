"""A thousand messages through a faulty gateway and five killed workers; not part of the suite, for its length.

Run: ``.venv/bin/pytest -n0 -s tests/bench/bench_messages.py``
"""

import sys
import time

import pytest

from tests.cast import make_cast
from tests.outreach.test_sms import assert_none_lost_none_twice


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_thousand_messages_a_fifth_of_them_faulty_and_five_kills(transactional_db, smsc, workers):
    began = time.monotonic()
    found = assert_none_lost_none_twice(make_cast(), smsc, count=1000, kills=5, workers=workers)
    seconds = time.monotonic() - began
    sys.stdout.write(f"\n{workers} at a time: 0 lost, 0 twice, {dict(found)} in {seconds:.0f} s\n")
