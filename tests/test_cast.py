"""The cast is what the operations would have made of it."""

from django.contrib.auth.hashers import check_password
from django.utils import timezone

from people import audit
from people.models import Area, AuditEvent, Post, User
from tests.cast import Cast
from tests.factories import make_area, make_household, make_user

OF_A_ROW = {"id", "uuid", "created_at", "date_joined", "password", "path"}


def values(row):
    """What a row says, but for what is its own: keys, the moment it was made, the salt of a password."""
    return {
        field.name: str(getattr(row, field.name)) for field in row._meta.concrete_fields if field.name not in OF_A_ROW
    }


def test_the_cast_is_made_as_the_operations_make_it(cast: Cast):
    Area.objects.filter(parent=cast.west).update(name="第9小组")  # one name, one parent
    area = make_area("第1小组", "group", cast.west)
    assert values(area) == values(cast.west_group)
    assert (
        area.path == f"{cast.west.path}{area.pk}." and cast.west_group.path == f"{cast.west.path}{cast.west_group.pk}."
    )

    user = make_user("another", "leader", area=cast.group, name="李建国")
    assert values(user) == {**values(cast.leader), "username": "another"}
    assert check_password("a long enough password", cast.leader.password)
    post, of_cast = user.posts.get(), cast.leader.posts.get()
    assert values(post) == {**values(of_cast), "user": str(user), "since": str(timezone.localdate())}

    household = make_household(cast.group, head="王秀兰", address="滨港路223号1102室")
    assert values(household) == values(cast.household)
    assert values(household.head) == values(cast.household.head)
    assert values(household.memberships.get()) == {
        **values(cast.household.memberships.get()),
        "household": str(household),
        "resident": str(household.head),
    }


def test_what_the_cast_writes_is_in_the_audit_and_in_the_database(cast: Cast):
    actions = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
    assert actions.count("area.add") == Area.objects.count() == 9
    assert actions.count("post.appoint") == Post.objects.count() == User.objects.count() == 9
    assert audit.verify().broken_at is None
    for row in (cast.group, cast.leader, cast.household, cast.household.head):
        assert values(type(row).objects.get(pk=row.pk)) == values(row)
