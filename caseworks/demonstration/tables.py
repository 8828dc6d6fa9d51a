"""The tables of an empty embedded database, built at once from the models.

Walking every migration takes ten times as long, and ends in the same tables: tests/test_migrations.py compares them.
An office's own database is always migrated.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection


class _NoMigrations:
    """Says of every app that it has no migrations, so that its tables come from its models."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def make() -> None:
    """Build the tables where there are none at all, and write down that every migration is applied.

    They are built beside the database and put in its place when they are whole: stopped in the middle, nothing is half.
    """
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        return
    place = str(connection.settings_dict["NAME"])
    beside = f"{place}.making"
    _point_to(beside)
    remove()
    try:
        _build()
    finally:
        _point_to(place)
    Path(beside).replace(place)


def _point_to(path: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = path


def _build() -> None:
    kept = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = _NoMigrations()
    try:
        call_command("migrate", run_syncdb=True, verbosity=0)
    finally:
        settings.MIGRATION_MODULES = kept
    guards = import_module("people.migrations.0002_audit_append_only")
    with connection.schema_editor() as editor:
        guards.add(None, editor)
    call_command("migrate", fake=True, verbosity=0)


def remove() -> None:
    """Remove the embedded database, with what SQLite keeps beside it."""
    connection.close()
    database = Path(str(connection.settings_dict["NAME"]))
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
