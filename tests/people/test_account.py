"""Signing in and out, and one's own password."""

import pytest
from django.test import Client
from django.urls import reverse

from people.models import AuditEvent
from tests.cast import Cast

OLD, NEW = "harbour-lamp-1987", "lantern-ferry-2026"

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def operator(cast: Cast):
    cast.operator.set_password(OLD)
    cast.operator.save(update_fields=["password"])
    return cast.operator


def change(client, old, new):
    return client.post(reverse("password_change"), {"old_password": old, "new_password1": new, "new_password2": new})


def test_signing_out_by_a_link_is_not_possible(client: Client, operator):
    client.force_login(operator)
    assert client.get(reverse("logout")).status_code == 405
    assert "_auth_user_id" in client.session


def test_a_new_password_is_recorded_without_the_password(client: Client, operator):
    client.force_login(operator)
    assert change(client, OLD, NEW).status_code == 302
    operator.refresh_from_db()
    assert operator.check_password(NEW)
    event = AuditEvent.objects.get(action="change_password")
    assert (event.actor, event.object_ref, event.fields) == (operator, str(operator.pk), ["password"])


def test_a_new_password_ends_the_other_sessions(client: Client, operator):
    client.force_login(operator)
    other = Client()
    other.force_login(operator)
    change(client, OLD, NEW)
    assert client.get(reverse("password_change")).status_code == 200
    assert other.get(reverse("password_change")).status_code == 302


def test_a_wrong_old_password_changes_and_records_nothing(client: Client, operator):
    client.force_login(operator)
    page = change(client, "not-the-old-one", NEW).content.decode()
    operator.refresh_from_db()
    assert operator.check_password(OLD)
    assert not AuditEvent.objects.filter(action="change_password").exists()
    assert 'class="error-summary"' in page
    assert 'aria-describedby="id_old_password_error"' in page
