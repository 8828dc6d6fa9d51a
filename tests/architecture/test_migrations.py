"""The database is built by its migrations, step by named step (`make lint` sees that none is missing)."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("people", "outreach", "caseworks")


def test_every_migration_says_in_its_name_what_it_does():
    unnamed = re.compile(r"_auto_\d{8}|_initial_\d|_and_more$")
    names = [path.stem for app in APPS for path in (ROOT / app / "migrations").glob("[0-9]*.py")]
    assert names, "there are migrations to look at"
    assert not [name for name in names if unnamed.search(name)]


@pytest.fixture(autouse=True)
def on_disk(settings) -> None:
    """Tests make their tables from the models; these read the migrations all the same."""
    settings.MIGRATION_MODULES = {}


@pytest.mark.parametrize("app", APPS)
def test_the_migrations_of_an_app_are_one_line_without_forks(app: str):
    assert len(MigrationLoader(None).graph.leaf_nodes(app)) == 1


@pytest.mark.django_db
def test_every_migration_can_be_taken_back():
    loader = MigrationLoader(connection)
    one_way = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in APPS
        for operation in migration.operations
        if not operation.reversible
    ]
    assert not one_way
