"""A category is set up on one page: tried before it is saved, and the open cases keep their limits unless asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caseworks import category_setup
from caseworks.models import Case, Category, RoutingRule, ServiceLevel
from people.models import AreaLevel, AuditEvent
from tests.cast import Cast
from tests.factories import make_case, make_household

URL = "/rules/categories/new/"
LIMITS = category_setup.WRITTEN


@pytest.fixture
def manager(client, cast: Cast):
    client.force_login(cast.manager)
    return client


def sent(page, **changed) -> dict[str, object]:
    """What the page's form would send back, with *changed*."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    ticked = {name: "on" if value is True else value for name, value in values.items() if value not in (None, False)}
    return {**ticked, "version": getattr(form, "latest", ""), **changed}


def noise(page, cast: Cast, **changed) -> dict[str, object]:
    level = AreaLevel.objects.get(code="community")
    return sent(
        page,
        name="施工噪声",
        name_en="Building noise",
        code="noise",
        parent=Category.objects.get(code="neighbours").pk,
        normal_contact="2wh",
        normal_handling="2wd",
        target=f"level:{level.pk}:officer",
        sample_area=cast.group.pk,
        **changed,
    )


def add(manager, cast: Cast, **changed):
    """Try and save the category as somebody at the page would; return the page that tried it."""
    tried = manager.post(URL, noise(manager.get(URL), cast, do="try", **changed))
    assert tried.status_code == 200 and not tried.context["form"].errors
    answer = manager.post(URL, noise(tried, cast, do="save", sealed=tried.context["sealed"], **changed))
    assert answer.status_code == 302
    return tried


def test_what_was_tried_is_what_a_case_logged_then_meets(manager, cast: Cast):
    tried = add(manager, cast).context["tried"][0]
    category = Category.objects.get(code="noise")
    case = make_case(cast.operator, cast.group, category=category)
    assert case.route_reason == tried.rule and cast.officer.name in tried.where
    assert (case.handling_area, case.handling_role) == (cast.east, "officer")
    assert case.limits["handling"] == "2wd" and case.due_at.date() == tried.due_at.date()
    # What was left open of the level came from the one that held before.
    assert case.limits["redo"] == ServiceLevel.objects.get(category=None, urgency="normal").redo
    assert "zsgzs" not in category.search and category.search
    assert AuditEvent.objects.filter(action__in=["category.add", "servicelevel.add", "routingrule.add"]).count() == 3


def test_a_made_up_request_and_a_real_case_are_tried_by_their_household_too(manager, cast: Cast):
    home = make_household(cast.group, kind="taiwan")
    RoutingRule.objects.create(rank=1, name="台胞户", kind="taiwan", target_unit=cast.water)
    make_case(cast.operator, cast.group, household=home)
    for chosen, rules in (({"sample_kind": "taiwan"}, ["台胞户", "台胞户"]), ({}, ["施工噪声", "台胞户"])):
        tried = manager.post(URL, noise(manager.get(URL), cast, do="try", **chosen)).context["tried"]
        assert [rule in row.rule for rule, row in zip(rules, tried, strict=True)] == [True, True]
    of_no_kind = manager.post(URL, noise(manager.get(URL), cast, do="try", sample_tier="key"))
    assert list(of_no_kind.context["form"].errors) == ["sample_tier"]


def test_what_is_left_open_shows_the_limits_that_hold_then(manager):
    form = manager.get(URL).context["form"]
    shown = [
        form[f"{urgency}_handling"].field.widget.attrs["placeholder"] for urgency in ("normal", "urgent", "critical")
    ]
    assert shown == ["5wd", "1wd", "2h"]


def test_trying_saves_nothing_and_saving_untried_tries_first(manager, cast: Cast):
    before = (Category.objects.count(), ServiceLevel.objects.count(), RoutingRule.objects.count())
    answer = manager.post(URL, noise(manager.get(URL), cast, do="save"))
    assert answer.status_code == 200 and answer.context["tried"]
    assert before == (Category.objects.count(), ServiceLevel.objects.count(), RoutingRule.objects.count())


def test_what_changed_between_trying_and_saving_is_tried_anew(manager, cast: Cast):
    tried = manager.post(URL, noise(manager.get(URL), cast, do="try"))
    sealed = tried.context["sealed"]
    other = manager.post(URL, noise(tried, cast, do="save", sealed=sealed) | {"normal_handling": "9wd"})
    assert other.status_code == 200 and not Category.objects.filter(code="noise").exists()
    level = ServiceLevel.objects.get(category=None, urgency="normal")
    level.handling = "4wd"
    level.save()
    assert manager.post(URL, noise(tried, cast, do="save", sealed=sealed)).status_code == 200


def test_a_form_sent_twice_makes_one_category(manager, cast: Cast):
    tried = manager.post(URL, noise(manager.get(URL), cast, do="try"))
    form = noise(tried, cast, do="save", sealed=tried.context["sealed"])
    assert [manager.post(URL, form).status_code for _each in range(2)] == [302, 422]
    assert Category.objects.filter(code="noise").count() == 1


def edited(manager, code: str, **changed):
    url = reverse("category_edit", args=[code])
    tried = manager.post(url, sent(manager.get(url), do="try", **changed))
    assert tried.status_code == 200 and not tried.context["form"].errors, tried.context["form"].errors
    return tried


def save(manager, code: str, tried, **changed):
    url = reverse("category_edit", args=[code])
    return manager.post(url, sent(tried, do="save", **changed) | {"sealed": tried.context["sealed"]})


def test_open_cases_finish_under_the_limits_they_began_with(manager, cast: Cast):
    case = make_case(cast.operator, cast.group)
    tried = edited(manager, "public-works", normal_handling="2wd")
    assert tried.context["affected"] == 1
    assert save(manager, "public-works", tried).status_code == 302
    due = case.due_at
    case.refresh_from_db()
    assert (case.limits["handling"], case.due_at) == ("5wd", due)
    assert make_case(cast.operator, cast.group).limits["handling"] == "2wd"


def test_where_it_is_asked_for_the_open_ones_take_the_new_limits_with_an_audit_row_each(manager, cast: Cast):
    moved = make_case(cast.operator, cast.group)
    other = make_case(cast.operator, cast.group, category=Category.objects.get(code="family"))
    ledger = make_case(cast.operator, cast.west_group)
    Case.objects.filter(pk=ledger.pk).update(limits={**ledger.limits, "given": timezone.now().isoformat()})
    tried = edited(manager, "public-works", normal_handling="2wd")
    answer = manager.get(save(manager, "public-works", tried, also_open="on").url)
    assert "1" in str(next(iter(answer.context["messages"])))
    now = Case.objects.get(pk=moved.pk)
    assert now.limits["handling"] == "2wd" and now.version == moved.version + 1
    assert now.due_at is not None and moved.due_at is not None and now.due_at < moved.due_at
    entry = now.timeline.first()
    assert entry.by == cast.manager and "2个工作日" in entry.text.replace(" ", "")
    assert AuditEvent.objects.get(action="case.limits").object_ref == str(moved.pk)
    for untouched in (other, ledger):
        due = untouched.due_at
        untouched.refresh_from_db()
        assert untouched.due_at == due


def test_a_route_taken_back_switches_its_rule_off_and_keeps_it(manager, cast: Cast):
    add(manager, cast)
    rule = RoutingRule.objects.get(category__code="noise")
    assert rule.active and rule.rank < RoutingRule.objects.get(name="就近派给网格小组长").rank
    tried = edited(manager, "noise", target="")
    assert tried.context["tried"][0].where != ""
    save(manager, "noise", tried, target="")
    kept = RoutingRule.objects.get(pk=rule.pk)
    assert not kept.active and kept.history.count() == 2


def test_limits_taken_back_fall_to_those_of_the_category_above(manager, cast: Cast):
    add(manager, cast)
    empty = {f"normal_{name}": "" for name in LIMITS}
    save(manager, "noise", edited(manager, "noise", **empty), **empty)
    assert not ServiceLevel.objects.filter(category__code="noise").exists()


def test_a_category_is_taken_out_of_use_and_never_deleted(manager, cast: Cast):
    add(manager, cast)
    url = reverse("category_edit", args=["noise"])
    form = sent(manager.get(url), do="try")
    del form["active"]
    tried = manager.post(url, form)
    manager.post(url, {**form, "do": "save", "sealed": tried.context["sealed"]})
    category = Category.objects.get(code="noise")
    assert not category.active and category.history.count() == 2


def test_a_category_for_some_days_can_be_chosen_on_these_alone(manager, cast: Cast):
    today = timezone.localdate()
    spring, over = today + timedelta(days=30), today - timedelta(days=1)
    bad = manager.post(URL, noise(manager.get(URL), cast, do="try", active_from=spring, active_until=today))
    assert bad.status_code == 422 and list(bad.context["form"].errors) == ["active_until"]
    add(manager, cast, active_from=spring, follow_up_share=30)
    assert Category.objects.get(code="noise").follow_up_share == 30
    for since, until, chosen in ((spring, None, False), (today, today, True), (None, over, False), (None, None, True)):
        Category.objects.filter(code="noise").update(active_from=since, active_until=until)
        assert Category.objects.active().filter(code="noise").exists() is chosen
        assert Category.objects.get(code="noise").in_use is chosen


def test_a_limit_that_cannot_be_read_and_a_third_layer_are_refused_in_words(manager, cast: Cast):
    add(manager, cast)
    bad = manager.post(URL, noise(manager.get(URL), cast) | {"code": "other-noise", "normal_handling": "soon"})
    assert bad.status_code == 422 and list(bad.context["form"].errors) == ["normal_handling"]
    url = reverse("category_edit", args=["neighbours"])
    deep = manager.post(url, sent(manager.get(url), parent=Category.objects.get(code="family").pk))
    assert deep.status_code == 422 and list(deep.context["form"].errors) == ["parent"]


def test_the_limits_of_every_category_are_tried_and_saved_in_the_same_way(manager, cast: Cast):
    case = make_case(cast.operator, cast.group)
    page = manager.get("/rules/limits/")
    form = sent(page, normal_handling="4wd", do="try")
    tried = manager.post("/rules/limits/", form)
    assert tried.context["affected"] == 1
    manager.post("/rules/limits/", {**form, "do": "save", "sealed": tried.context["sealed"], "also_open": "on"})
    case.refresh_from_db()
    assert case.limits["handling"] == "4wd"


def test_the_list_shows_what_is_particular_to_a_category(manager, cast: Cast):
    add(manager, cast)
    lines = {line.category.code: line for line in manager.get(reverse("categories")).context["lines"]}
    assert "专职干部" in lines["noise"].route and len(lines["noise"].limits) == 1
    assert lines["family"].limits == []


def test_the_trial_shows_a_manager_nothing_about_who_asked(manager, cast: Cast):
    make_case(cast.operator, cast.group, summary="王秀兰家门口烧烤 13800132468")
    page = manager.post(URL, noise(manager.get(URL), cast, do="try")).content.decode()
    assert Case.objects.get().number in page
    assert "王秀兰" not in page and "13800132468" not in page and "烧烤 1" not in page


def test_nothing_is_drawn_up_for_urgencies_left_open(cast: Cast):
    proposal = category_setup.draw_up(
        Category(code="x", name="新类"), {"normal": dict.fromkeys(LIMITS, ""), "urgent": {"contact": "1h"}}
    )
    assert [(level.urgency, level.contact) for level in proposal.levels] == [("urgent", "1h")]


def test_earlier_limits_and_names_can_be_written_again(manager, cast: Cast):
    add(manager, cast)
    changed = {"normal_handling": "7wd", "name": "工地噪声"}
    save(manager, "noise", edited(manager, "noise", **changed), **changed)
    page = manager.get(reverse("category_edit", args=["noise"]))
    first_names, first_limits = page.context["versions"][-1], page.context["level_versions"][-1]
    assert [version.holds for version in page.context["level_versions"]] == [True, False]
    again = manager.get(
        reverse("category_edit", args=["noise"]), {"restore": first_names.key, "level": first_limits.key}
    )
    form = again.context["form"]
    assert (form["name"].value(), form["normal_handling"].value()) == ("施工噪声", "2wd")
    assert Category.objects.get(code="noise").name == "工地噪声"
    no_number = manager.get(reverse("category_edit", args=["noise"]), {"restore": "²"})
    assert no_number.context["form"]["name"].value() == "工地噪声"
