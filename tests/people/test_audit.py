"""The audit: one chain, written with the change, that nobody alters unseen."""

import pytest
from django.db import DatabaseError, connection, transaction

from people import audit
from people.models import AuditEvent


@pytest.fixture
def chain(cast):
    with transaction.atomic():
        audit.record(cast.operator, "case.note", cast.household, fields=["note"], reason="电话里补充")
        audit.record_many(cast.leader, "visit.record", [audit.Entry(cast.household), audit.Entry(cast.other_household)])
    return list(AuditEvent.objects.order_by("seq"))


def test_the_chain_holds_from_the_first_row_to_the_last(chain):
    verdict = audit.verify()
    assert verdict.broken_at is None
    assert verdict.rows == len(chain)
    assert verdict.head == chain[-1].hash


def test_nothing_is_recorded_when_the_change_is_rolled_back(chain, cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(cast.operator, "case.note", cast.household)
        1 / 0  # noqa: B018
    assert AuditEvent.objects.count() == len(chain)


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_an_error():
    from tests.cast import make_cast

    cast = make_cast()
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(cast.operator, "case.note", cast.household)


@pytest.mark.parametrize("statement", ["UPDATE people_auditevent SET reason = ''", "DELETE FROM people_auditevent"])
def test_the_database_refuses_to_change_or_delete_a_row(chain, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify().broken_at is None


@pytest.fixture
def owner_of_the_database(chain):
    """Somebody who can switch the triggers off, as whoever owns the database can."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE people_auditevent DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER people_auditevent_no_update")
            cursor.execute("DROP TRIGGER people_auditevent_no_delete")
    return chain


@pytest.mark.parametrize(
    "field,value", [("reason", "改了"), ("action", "case.close"), ("object_ref", "999999"), ("fields", [])]
)
def test_a_changed_row_is_found(owner_of_the_database, field, value):
    row = next(row for row in owner_of_the_database if row.action == "case.note")
    AuditEvent.objects.filter(pk=row.pk).update(**{field: value})
    assert audit.verify().broken_at == row.seq


def test_a_missing_row_is_found(owner_of_the_database):
    row = owner_of_the_database[3]
    AuditEvent.objects.filter(pk=row.pk).delete()
    assert audit.verify().broken_at == row.seq + 1


def test_two_rows_that_changed_places_are_found(owner_of_the_database):
    first, second = owner_of_the_database[-2:]
    AuditEvent.objects.filter(pk=first.pk).update(seq=10**6)
    AuditEvent.objects.filter(pk=second.pk).update(seq=first.seq)
    assert audit.verify().broken_at is not None
