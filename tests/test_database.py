"""The test database can be emptied, append-only tables included, and they are append-only again afterwards."""

import pytest
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

GUARD = {
    "sqlite": ["CREATE TRIGGER kept BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'kept'); END"],
    "postgresql": [
        "CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept'; END $$",
        "CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON ledger EXECUTE FUNCTION kept()",
    ],
}


@pytest.mark.django_db(transaction=True)
def test_a_guarded_table_is_emptied_between_journeys_and_still_guarded():
    with connection.cursor() as cursor:
        for statement in ["CREATE TABLE ledger (id integer)", *GUARD[connection.vendor]]:
            cursor.execute(statement)
        try:
            for number in (1, 2):
                cursor.execute("INSERT INTO ledger VALUES (%s)", [number])
                with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
                    cursor.execute("DELETE FROM ledger")
                connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), ["ledger"]))
                cursor.execute("SELECT count(*) FROM ledger")
                assert cursor.fetchone() == (0,)
        finally:
            cursor.execute("DROP TABLE ledger")
            if connection.vendor == "postgresql":
                cursor.execute("DROP FUNCTION kept")
