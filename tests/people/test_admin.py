"""The admin: who opens what, what a change leaves behind."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

import caseworks.urls  # noqa: F401 - fills the site
from caseworks.models import Category, RoutingRule
from people.models import Area, AuditEvent, Building, Post, User

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database


def changelists():
    return [(model._meta.app_label, model._meta.model_name) for model in admin.site._registry]


@pytest.mark.parametrize("app,model", changelists())
def test_every_list_and_every_form_opens_for_the_manager(client, cast, app, model):
    client.force_login(cast.manager)
    listing = client.get(reverse(f"admin:{app}_{model}_changelist"))
    assert listing.status_code == 200
    registered = admin.site._registry[next(m for m in admin.site._registry if m._meta.model_name == model)]
    request = listing.wsgi_request
    if registered.has_add_permission(request):
        assert client.get(reverse(f"admin:{app}_{model}_add")).status_code == 200


@pytest.mark.parametrize("role", ["operator", "leader", "officer", "committee", "department"])
def test_daily_roles_have_no_business_in_the_admin(client, cast, role):
    client.force_login(cast.by_role()[role])
    assert client.get(reverse("admin:index")).status_code == 403


def test_the_admin_has_no_door_of_its_own(client, db):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_a_supervisor_looks_and_changes_nothing(client, cast):
    client.force_login(cast.supervisor)
    category = Category.objects.first()
    url = reverse("admin:caseworks_category_change", args=[category.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "改名"}).status_code == 403


def test_a_rule_added_by_the_manager_is_audited_and_kept_as_a_version(client, cast):
    client.force_login(cast.manager)
    answer = client.post(
        reverse("admin:caseworks_routingrule_add"),
        {"rank": 5, "name": "停水给自来水公司", "target_unit": cast.water.pk, "active": "on"},
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    rule = RoutingRule.objects.get(name="停水给自来水公司")
    row = AuditEvent.objects.get(object_type="caseworks.routingrule", object_ref=str(rule.pk))
    assert (row.actor, row.action) == (cast.manager, "routingrule.add")
    assert rule.history.count() == 1


def test_a_rule_without_a_target_is_refused_in_words(client, cast):
    client.force_login(cast.manager)
    answer = client.post(reverse("admin:caseworks_routingrule_add"), {"rank": 5, "name": "无目标", "active": "on"})
    assert answer.status_code == 200
    assert not RoutingRule.objects.filter(name="无目标").exists()


def test_a_new_area_gets_its_path_and_is_found_by_its_initials(client, cast):
    client.force_login(cast.manager)
    level = cast.east.level_id
    answer = client.post(
        reverse("admin:people_area_add"),
        {"level": level, "parent": cast.town.pk, "name": "荷叶社区", "position": 0, "active": "on"},
    )
    assert answer.status_code == 302
    area = Area.objects.get(name="荷叶社区")
    assert area.path == f"{cast.town.path}{area.pk}."
    assert " hysq" in area.search


def test_a_building_entered_by_hand_is_held_against_the_rules_of_the_table(client, cast):
    client.force_login(cast.manager)
    add = reverse("admin:people_building_add")
    wanted = {"area": cast.town.pk, "address": "滨港路1号", "east": 41_413_000, "north": 3_320_000}
    assert client.post(add, wanted).status_code == 302
    assert Building.objects.get().house.number == "1"
    for field, wrong in (
        ("address", {}),
        ("address", {"address": "滨港路3号301室"}),
        ("east", {"address": "滨港路3号", "east": 413_000}),
        ("area", {"address": "滨港路3号", "area": cast.next_town.pk}),
    ):
        assert field in client.post(add, wanted | wrong).context["adminform"].form.errors
    change = reverse("admin:people_building_change", args=[Building.objects.get().pk])
    assert client.post(change, wanted | {"address": "滨港路5号"}).status_code == 302
    assert Building.objects.get().house.number == "5"


def test_a_manager_sees_the_areas_posts_and_staff_of_his_own_town_alone(client, cast):
    assert not Area.objects.visible_to(cast.manager).filter(pk=cast.next_town.pk).exists()
    assert not Post.objects.visible_to(cast.manager).filter(user=cast.stranger).exists()
    assert not User.objects.visible_to(cast.manager).filter(pk=cast.stranger.pk).exists()
    assert User.objects.visible_to(cast.manager).filter(pk=cast.leader.pk).exists()


def test_whoever_holds_two_posts_is_listed_once(cast):
    Post.objects.create(user=cast.leader, role="leader", area=cast.west, since=timezone.localdate())
    assert list(User.objects.visible_to(cast.manager).filter(pk=cast.leader.pk)) == [cast.leader]


def test_a_new_account_cannot_sign_in_until_it_has_a_password(client, cast):
    client.force_login(cast.manager)
    client.post(reverse("admin:people_user_add"), {"username": "wangli", "name": "王丽", "is_active": "on"})
    account = User.objects.get(username="wangli")
    assert not account.has_usable_password()
    url = reverse("admin:people_user_change", args=[account.pk])
    form = {"username": "wangli", "name": "王丽", "is_active": "on"}
    refused = client.post(url, {**form, "new_password": "12345"})
    assert refused.status_code == 200
    client.post(url, {**form, "new_password": "a-long-and-odd-one-73"})
    account.refresh_from_db()
    assert account.check_password("a-long-and-odd-one-73")
