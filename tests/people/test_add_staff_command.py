import io
import re

import pytest
from django.core.management import CommandError, call_command

from people.access import Role
from people.models import Area, AuditEvent, User

PASSWORD = "quite a long password"


@pytest.fixture
def add(db, monkeypatch):
    monkeypatch.setenv("STAFF_PASSWORD", PASSWORD)

    def run(username="li.jing", name="李静", role=Role.MANAGER, **options):
        said = io.StringIO()
        call_command("add_staff", username, name=name, role=role, stdout=said, **options)
        return said.getvalue()

    return run


def test_the_first_manager_of_an_office_brings_its_town_along(add):
    add(area="沈湾街道")
    user = User.objects.get(username="li.jing")
    assert user.check_password(PASSWORD)
    assert user.roles == {Role.MANAGER}
    assert Area.objects.get().level.code == "town"
    assert AuditEvent.objects.filter(action="user.add", object_ref=str(user.pk)).exists()


def test_the_password_given_is_not_printed(add):
    assert PASSWORD not in add(area="沈湾街道")


def test_where_nobody_can_be_asked_a_password_is_made_up_and_printed(add, monkeypatch):
    monkeypatch.delenv("STAFF_PASSWORD")
    said = add(area="沈湾街道")
    assert any(User.objects.get(username="li.jing").check_password(word) for word in re.split(r"[\s：]+", said))


def test_in_an_office_with_areas_the_area_must_be_one_of_them(cast, add):
    with pytest.raises(CommandError, match="沈弯街道"):
        add(area="沈弯街道")
    assert not User.objects.filter(username="li.jing").exists()


def test_a_department_needs_its_unit(cast, add):
    with pytest.raises(CommandError, match="--unit"):
        add(role=Role.DEPARTMENT)
    add(role=Role.DEPARTMENT, unit="自来水公司")
    assert User.objects.get(username="li.jing").scope.units == (cast.water.pk,)


def test_an_account_is_given_out_once(cast, add):
    with pytest.raises(CommandError):
        add(username="operator", area="沈湾街道")


def test_a_weak_password_is_refused(add, monkeypatch):
    monkeypatch.setenv("STAFF_PASSWORD", "12345")
    with pytest.raises(CommandError):
        add(area="沈湾街道")
    assert not User.objects.exists()
