"""What a test database needs beyond Django's own care."""

import time
from collections.abc import Callable
from importlib import import_module

import pytest
from django.db import OperationalError, connection
from django.test import SimpleTestCase
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Not dropped at the end: what it lies in is thrown away, and PostgreSQL waits long for who has just left."""
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables as the models describe them, and the triggers that a migration adds to them."""
    guards = import_module("people.migrations.0002_audit_append_only")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        guards.add(None, editor)


@pytest.fixture(scope="session", autouse=True)
def emptied_between_journeys(monkeypatch_session: pytest.MonkeyPatch) -> None:
    """Let the emptying of tables after a transactional test past the triggers that keep the audit append-only."""
    operations = type(connection.ops)
    monkeypatch_session.setattr(operations, "sql_flush", past_guards(operations.sql_flush))
    monkeypatch_session.setattr(operations, "execute_sql_flush", patiently(operations.execute_sql_flush))


@pytest.fixture(scope="session")
def monkeypatch_session():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def patiently(execute_sql_flush: Callable[..., None]) -> Callable[..., None]:
    """Wrap ``execute_sql_flush`` so that it tries again where the server still answers a browser that is gone.

    Emptying takes every table, the answer reads a few in an order of its own: PostgreSQL ends one of the two.
    """

    def execute(*args: object, **options: object) -> None:
        for tries_left in reversed(range(5)):
            try:
                return execute_sql_flush(*args, **options)
            except OperationalError:
                if not tries_left:
                    raise
                time.sleep(0.5)

    return execute


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


# ---- The second database ----

TOUCHES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-database",
        action="store_true",
        help="leave out the tests that could not come out differently on another database",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--with-database"):
        return
    left_out = [item for item in items if not _touches_database(item)]
    items[:] = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=left_out)


def _touches_database(item: pytest.Item) -> bool:
    """Whether a test says that it uses the database, or starts a process or a browser that may."""
    if item.get_closest_marker("any_database"):
        return False
    if item.get_closest_marker("django_db") or TOUCHES & set(getattr(item, "fixturenames", ())):
        return True
    of_django = getattr(item, "cls", None)
    return of_django is not None and issubclass(of_django, SimpleTestCase)
