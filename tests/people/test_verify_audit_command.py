import io

import pytest
from django.core.management import CommandError, call_command

from people import audit


def test_a_sound_audit_is_told_in_one_line(cast):
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue().count("\n") == 1
    assert audit.verify().head in said.getvalue()


def test_a_broken_audit_ends_with_an_error_that_says_where(db, monkeypatch):
    monkeypatch.setattr(audit, "verify", lambda: audit.Verdict(6, 7, "row 7 was changed"))
    with pytest.raises(CommandError, match="row 7 was changed") as refusal:
        call_command("verify_audit")
    assert refusal.value.returncode == 1
