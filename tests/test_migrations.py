"""The migrations, walked through as an office does that starts anew, build the tables that the models describe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

DESCRIBE = """
import json, sys
from django.apps import apps
from django.db import connection
from tests.test_migrations import described
sys.stdout.write(json.dumps(described()))
"""


def described() -> dict[str, dict[str, list[str]]]:
    """Each table of ours: its columns, and what constrains or indexes which of them."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(("people_", "outreach_", "caseworks_")):
                continue
            columns = connection.introspection.get_table_description(cursor, table)
            rules = connection.introspection.get_constraints(cursor, table)
            found[table] = {
                "columns": sorted(f"{column.name} {column.type_code} {column.null_ok}" for column in columns),
                "rules": sorted(
                    f"{rule['columns']} primary={rule['primary_key']} unique={rule['unique']} index={rule['index']}"
                    f" check={rule['check']} to={rule['foreign_key']}"
                    for rule in rules.values()
                ),
            }
    return found


@pytest.mark.long
@pytest.mark.django_db
def test_they_build_the_tables_that_the_models_describe(tmp_path: Path):
    environment = {**os.environ, "CASEWORKS_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "caseworks.settings"}
    manage = [sys.executable, "manage.py"]
    for command in (["migrate", "-v0"], ["migrate", "--check"]):
        subprocess.run([*manage, *command], cwd=settings.BASE_DIR, env=environment, check=True)
    shell = [*manage, "shell", "-v0", "-c", DESCRIBE]
    answer = subprocess.run(shell, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True)
    migrated, modelled = json.loads(answer.stdout), described()
    assert set(migrated) == set(modelled)
    assert {table: migrated[table] for table in migrated if migrated[table] != modelled[table]} == {}
