"""The rule book: read as sentences, changed only as it was rehearsed, every version kept."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.translation import override

from caseworks import rulebook
from caseworks.forms.rules import RuleForm
from caseworks.models import Category, RoutingRule
from caseworks.rulebook import Change
from people.models import AreaLevel, AuditEvent, HouseholdKind
from tests.cast import Cast
from tests.factories import make_case


@pytest.fixture
def book(cast: Cast) -> list[RoutingRule]:
    """Above the rule every office starts with: one for a category in the east, switched off; one for it anywhere."""
    works = Category.objects.get(code="public-works")
    level = AreaLevel.objects.get(code="community")
    RoutingRule.objects.create(
        rank=10, name="东安公共设施", category=works, area=cast.east, target_unit=cast.water, active=False
    )
    RoutingRule.objects.create(
        rank=20, name="公共设施派干部", category=works, target_level=level, target_role="officer"
    )
    return rulebook.in_order()


@pytest.fixture
def manager(client, cast: Cast):
    client.force_login(cast.manager)
    return client


def change(client, rule: RoutingRule, what: str, sealed: str | None = None):
    url = reverse("rule_change", args=[rule.pk, what])
    if sealed is None:
        sealed = client.get(url).context["sealed"]
    return client.post(url, {"sealed": sealed})


def active() -> list[str]:
    return [rule.name for rule in RoutingRule.objects.filter(active=True)]


def test_the_page_reads_as_sentences_and_marks_what_can_never_fire(manager, cast: Cast, book):
    RoutingRule.objects.create(
        rank=30, name="太迟", category=book[0].category, urgency="urgent", target_unit=cast.water
    )
    page = manager.get(reverse("rules"))
    lines = page.context["lines"]
    assert [line.reading.above for line in lines] == [(), (), (2,), ()]
    assert [which for _what, which in lines[0].asked] == ["公共设施", "东安社区"]
    assert lines[0].target == "自来水公司"


def test_a_rule_says_in_three_languages_whose_requests_it_takes_and_never_fires_below_those_for_every_kind(cast, book):
    of_kinds = [RoutingRule(rank=1, name=kind, kind=kind, target_unit=cast.water) for kind in HouseholdKind.values]
    by_tier = RoutingRule(rank=40, name="重点户", tier="key", target_unit=cast.water)
    anybody = RoutingRule(rank=50, name="其余", target_unit=cast.water)
    above = [reading.above for reading in rulebook.read([*of_kinds, by_tier, anybody])]
    assert above == [*[()] * len(of_kinds), tuple(range(1, len(of_kinds) + 1)), ()]
    said = {}
    for language in ("en", "zh-hans", "zh-hant"):
        with override(language):
            said[language] = rulebook.conditions_in_words(RoutingRule(kind="taiwan", tier="key"))
    assert said == {
        "en": [("kind of household", "Taiwan compatriots"), ("service tier", "Key")],
        "zh-hans": [("户别", "台胞"), ("服务类别", "重点")],
        "zh-hant": [("戶別", "台胞"), ("服務類別", "重點")],
    }


def test_each_rule_says_how_often_it_fired_last_month(manager, cast: Cast, book, monkeypatch):
    for area in (cast.group, cast.west_group):
        make_case(cast.operator, area)
    monkeypatch.setattr("caseworks.rehearsal.Month.last", lambda now=None: this_month())
    fired = [line.fired for line in manager.get(reverse("rules")).context["lines"]]
    assert fired == [0, 2, 0]


def this_month():
    from datetime import timedelta

    from django.utils import timezone

    from caseworks.rehearsal import Month

    return Month(timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1))


def test_a_rule_is_switched_on_only_as_its_rehearsal_showed_it(manager, cast: Cast, book):
    rule = book[0]
    assert change(manager, rule, "on", sealed="").status_code == 200
    assert "东安公共设施" not in active()
    sealed = manager.get(reverse("rule_change", args=[rule.pk, "on"])).context["sealed"]
    RoutingRule.objects.filter(pk=rule.pk).update(target_unit=None, target_level=AreaLevel.objects.first())
    refused = change(manager, rule, "on", sealed)
    assert refused.status_code == 200 and "东安公共设施" not in active()
    # The page that refused shows how it would be now, and its own seal holds.
    assert change(manager, rule, "on", refused.context["sealed"]).status_code == 302
    assert "东安公共设施" in active()
    assert AuditEvent.objects.get(action="routingrule.on").actor == cast.manager


def test_a_seal_is_for_whoever_saw_the_page_and_not_for_a_colleague(manager, cast: Cast, book):
    drawn = rulebook.draw_up(book[0], Change.ON, book)
    assert change(manager, book[0], "on", rulebook.seal(cast.supervisor, drawn)).status_code == 200
    assert "东安公共设施" not in active()


def test_rules_trade_places_and_back(manager, book):
    names = [rule.name for rule in book]
    assert change(manager, book[1], "up").status_code == 302
    assert [rule.name for rule in rulebook.in_order()] == [names[1], names[0], names[2]]
    assert change(manager, book[1], "down").status_code == 302
    assert [rule.name for rule in rulebook.in_order()] == names
    assert change(manager, book[0], "up").status_code == 302  # nothing stands above the first
    assert [rule.name for rule in rulebook.in_order()] == names


def fields(rule: RoutingRule, page, **changed) -> dict[str, object]:
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in (*RuleForm.Meta.fields, "target")}
    return {**sent, "version": form.latest, **changed}


def test_a_new_rule_begins_switched_off_where_it_can_still_fire_and_leads_to_its_rehearsal(manager, cast: Cast, book):
    page = manager.get(reverse("rule_new"))
    sent = fields(RoutingRule(), page, name="东安小区", area=cast.east.pk, target=f"unit:{cast.water.pk}")
    answer = manager.post(reverse("rule_new"), sent)
    rule = RoutingRule.objects.get(name="东安小区")
    assert answer.url == reverse("rule_change", args=[rule.pk, "on"])
    assert not rule.active
    assert [one.name for one in rulebook.in_order()][-2:] == ["东安小区", book[-1].name]
    again = manager.post(reverse("rule_new"), sent)
    assert again.status_code == 422 and RoutingRule.objects.filter(name="东安小区").count() == 1


def test_a_rule_in_force_is_rewritten_only_as_it_was_tried(manager, cast: Cast, book):
    rule = book[1]
    url = reverse("rule_edit", args=[rule.pk])
    sent = fields(rule, manager.get(url), target=f"unit:{cast.water.pk}", kind="taiwan", tier="key", do="save")
    tried = manager.post(url, {**sent, "tier": "", "do": "rehearse"})
    untried = manager.post(url, {**sent, "sealed": tried.context["sealed"]})
    assert untried.status_code == 200 and untried.context["found"] is not None
    rule.refresh_from_db()
    assert rule.target_unit is None
    assert manager.post(url, {**sent, "sealed": untried.context["sealed"]}).status_code == 302
    written = RoutingRule.objects.get(pk=rule.pk)
    assert (written.target_unit, written.target_level, written.kind, written.tier) == (
        cast.water,
        None,
        "taiwan",
        "key",
    )


def test_what_somebody_else_saved_meanwhile_is_not_written_over(manager, cast: Cast, book):
    rule = book[0]
    url = reverse("rule_edit", args=[rule.pk])
    sent = fields(rule, manager.get(url), name="我的名字", do="save")
    rule.name = "别人的名字"
    rule.save()
    answer = manager.post(url, sent)
    assert answer.status_code == 422 and "我的名字" in answer.content.decode()
    rule.refresh_from_db()
    assert rule.name == "别人的名字"
    assert manager.post(url, {**sent, "version": answer.context["form"].latest}).status_code == 302


def test_every_version_tells_who_changed_what_and_can_be_written_again(manager, cast: Cast, book):
    rule = book[0]
    manager.post(
        reverse("rule_edit", args=[rule.pk]),
        fields(rule, manager.get(reverse("rule_edit", args=[rule.pk])), urgency="urgent", do="save"),
    )
    page = manager.get(reverse("rule", args=[rule.pk]))
    newest, oldest = page.context["versions"]
    assert newest.by == cast.manager
    assert [(edit.before, edit.after) for edit in newest.edits] == [("", "紧急")]
    restored = manager.get(reverse("rule_edit", args=[rule.pk]), {"restore": oldest.key})
    assert restored.context["form"]["urgency"].value() == ""
    manager.post(reverse("rule_edit", args=[rule.pk]), fields(rule, restored, do="save"))
    rule.refresh_from_db()
    assert rule.urgency == "" and rule.history.count() == 3
    assert manager.get(reverse("rule_edit", args=[rule.pk]), {"restore": 999999}).status_code == 404
    assert manager.get(reverse("rule_edit", args=[rule.pk]), {"restore": "²"}).status_code == 200


def test_a_rule_that_finds_nobody_says_so(manager, cast: Cast, book):
    cast.department.posts.all().delete()
    readings = rulebook.read(rulebook.in_order())
    assert "自来水公司" in readings[0].problem
    assert readings[1].problem == ""
    cast.officer.posts.all().delete()
    cast.committee.posts.all().delete()
    assert rulebook.read(rulebook.in_order())[1].problem != ""


def test_a_supervisor_reads_and_changes_nothing(client, cast: Cast, book):
    client.force_login(cast.supervisor)
    page = client.get(reverse("rules"))
    assert page.status_code == 200 and reverse("rule_edit", args=[book[0].pk]) not in page.content.decode()
    assert client.get(reverse("rule", args=[book[0].pk])).status_code == 200
    assert client.get(reverse("rule_change", args=[book[0].pk, "on"])).status_code == 403


def test_a_rehearsal_shows_a_manager_no_name_and_no_number_of_a_caller(manager, cast: Cast, book, monkeypatch):
    make_case(cast.operator, cast.group, summary="王秀兰家水管坏了 13800132468")
    monkeypatch.setattr("caseworks.rehearsal.Month.last", lambda now=None: this_month())
    page = manager.get(reverse("rule_change", args=[book[0].pk, "on"])).content.decode()
    assert "东安社区 第1小组" in page
    assert "王秀兰" not in page and "13800132468" not in page and "水管" not in page


def test_the_admin_leaves_what_is_in_force_alone_and_adds_nothing_that_is(manager, cast: Cast, book):
    url = reverse("admin:caseworks_routingrule_change", args=[book[1].pk])
    assert manager.get(url).status_code == 200
    assert manager.post(url, {"name": "改名"}).status_code == 403
    added = {"rank": 5, "name": "停水", "target_unit": cast.water.pk, "active": "on"}
    assert manager.post(reverse("admin:caseworks_routingrule_add"), added).status_code == 302
    assert not RoutingRule.objects.get(name="停水").active
