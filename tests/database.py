"""What a test database needs beyond Django's own care."""

from collections.abc import Callable

import pytest
from django.db import connection


@pytest.fixture(scope="session", autouse=True)
def emptied_between_journeys(monkeypatch_session: pytest.MonkeyPatch) -> None:
    """Let the emptying of tables after a transactional test past the triggers that keep the audit append-only."""
    operations = type(connection.ops)
    monkeypatch_session.setattr(operations, "sql_flush", past_guards(operations.sql_flush))


@pytest.fixture(scope="session")
def monkeypatch_session():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def past_guards(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Wrap ``DatabaseOperations.sql_flush`` so that its statements run with refusing triggers out of the way."""

    def flush(*args: object, **options: object) -> list[str]:
        statements = sql_flush(*args, **options)
        if connection.vendor == "postgresql":
            return ["SET LOCAL session_replication_role = replica", *statements]
        with connection.cursor() as cursor:
            # Only those that refuse: triggers that keep a search index up to date have work to do here.
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(%'")
            guards = cursor.fetchall()
        return [*(f'DROP TRIGGER "{name}"' for name, _ in guards), *statements, *(sql for _, sql in guards)]

    return flush
