"""Every page speaks the language chosen: no English is left over on a Chinese one, whoever opens it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from caseworks.models import Category
from people.access import Role
from people.models import User
from tests.architecture.walk import walk
from tests.architecture.words import english, is_page, words_of
from tests.architecture.world import World

# The words of a page come from no database.
pytestmark = pytest.mark.any_database

# Django's admin has no other language for what its pictures say instead.
PICTURES_OF_THE_ADMIN = {"True", "False", "Search"}

CHINESE = pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])


def signed_in(world: World, role: str, language: str) -> Client:
    user = world.cast.by_role()[role]
    user.language = language
    user.save(update_fields=["language"])
    client = Client()
    client.force_login(user)
    return client


def on_a_device(language: str, *, strict: bool = False) -> Client:
    """Somebody not signed in, where *language* was chosen; *strict* refuses forged forms, as the site does."""
    client = Client(enforce_csrf_checks=strict)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


# That both languages have every text is said by the catalogues; here pages are read that slip past them. Those in
# Simplified Chinese are read in test_access.py, on the same walk.
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER])
def test_no_page_of_the_site_has_english_left_in_it(world, role):
    data = words_of(User) | words_of(Category)
    left = [
        f"{step.method} {step.name}: {words}"
        for step in walk(world, role, "zh-hant")
        if is_page(step.answer) and (words := english(step.answer, data))
    ]
    assert not left, "\n".join(left)


def pages_of(model: type[Model]) -> Iterator[str]:
    """The addresses in the admin of the list, of a new record, of the first record and of its history."""
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{page}_changelist")
    yield reverse(f"{page}_add")
    if first := model._default_manager.first():
        yield reverse(f"{page}_change", args=[first.pk])
        yield reverse(f"{page}_history", args=[first.pk])


@pytest.mark.parametrize(("role", "language"), [(Role.MANAGER, "zh-hans"), (Role.SUPERVISOR, "zh-hant")])
def test_no_page_of_the_admin_has_english_left_in_it(world, role, language):
    client, data = signed_in(world, role, language), PICTURES_OF_THE_ADMIN | words_of(User)
    pages = [("/admin/", data)]
    pages += [(url, data | words_of(model)) for model in admin.site._registry for url in pages_of(model)]
    left, read = [], 0
    for url, known in pages:
        answer = client.get(url)
        if answer.status_code == 200:
            read += 1
            if words := english(answer, known):
                left.append(f"{url}: {words}")
    assert read > 10
    assert not left, "\n".join(left)


@CHINESE
def test_pages_that_say_what_went_wrong_have_no_english_left_in_them(world, language):
    client, wrong = signed_in(world, Role.LEADER, language), {"username": "leader", "password": "wrong"}
    answers = [
        client.get("/nowhere/"),
        client.get(reverse("reports")),
        on_a_device(language, strict=True).post(reverse("login"), wrong),
        *(on_a_device(language).post(reverse("login"), wrong) for _ in range(settings.AXES_FAILURE_LIMIT)),
    ]
    assert {answer.status_code for answer in answers} == {200, 403, 404, 429}
    with override(language):
        answers.append(HttpResponse(render_to_string("500.html")))
    assert not [words for answer in answers if (words := english(answer, {"leader"}))]


@CHINESE
def test_languages_name_themselves(db, language):
    page = on_a_device(language).get(reverse("login")).content.decode()
    assert [name in page for name in ("简体中文", "繁體中文", "English")] == [True, True, True]


def test_what_is_english_on_a_page_is_seen():
    page = """<script>var words</script><button value="open" title="Open it">打开 <b>Now</b></button>
    <input type="submit" value="Send"><input value="data"><a href="/cases/">Excel</a><dt>编号:</dt>"""
    assert english(HttpResponse(page), set()) == ["Now", "Open", "Send", "it", "编号:"]
