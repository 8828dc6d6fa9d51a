"""Every page speaks the language chosen: no English is left over on a Chinese one, whoever opens it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

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
from people.access import ADMIN_ROLES, Role
from people.models import User
from tests.architecture.routes import ROUTES
from tests.architecture.world import World, ask
from tests.catalogues import HALF_WIDTH
from tests.factories import make_case

# The words of a page come from no database.
pytestmark = pytest.mark.any_database

# Written in Latin letters in Chinese too: names of programs and keys, kinds of files, what one types.
LATIN = {"Excel", "WPS", "xlsx", "JPEG", "PNG", "WebP", "MB", "Ctrl", "Enter", "English", "wxl"}
# Limits as they are typed, and the place of a name in a text to be sent.
LATIN |= {"wd", "wh", "name"}
# Hidden fields name themselves so when they are missing, as only in a form that somebody tampered with.
LATIN |= {"Key", "Version", "Uuid"}
# Django's admin has no other language for what its pictures say instead.
PICTURES_OF_THE_ADMIN = {"True", "False", "Search"}

SAID_BY_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt", "label", "data-confirm"}
NOT_SAID = {"script", "style", "code", "kbd"}
WORD = re.compile(r"[A-Za-z][A-Za-z']+")

CHINESE = pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
# Pages that say more when they are asked for something.
QUERIES = {
    "case_list": ["?q=路灯&view=open&since=2026-01-01&until=2026-12-31", "?q=没有"],
    "search": ["?q=王", "?q=没有"],
    "households": ["?q=王", "?q=没有"],
}


class Words(HTMLParser):
    """Collects what a page says: its text, and the attributes that are shown or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in NOT_SAID
        on_a_button = ("type", "submit") in attrs and tag == "input"
        said = SAID_BY_ATTRIBUTES | {"value"} if on_a_button else SAID_BY_ATTRIBUTES
        self.found += [value for name, value in attrs if value and name in said]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in NOT_SAID

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def english(answer: HttpResponse, data: set[str]) -> list[str]:
    """The Latin words of a page that are neither written so in Chinese nor part of the *data*, and its punctuation."""
    page = Words()
    page.feed(answer.content.decode())
    words = {word for text in page.found for word in WORD.findall(text)} - LATIN - data
    return sorted(words) + [text.strip() for text in page.found if HALF_WIDTH.search(text)]


def words_of(model: type[Model]) -> set[str]:
    """The Latin words in the records of *model*: codes, accounts, checksums. Not the codes of choices."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.choices]
    rows = model._default_manager.values_list(*columns)
    return {word for row in rows for value in row for word in WORD.findall(str(value))}


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


def is_page(answer: HttpResponse) -> bool:
    return answer["Content-Type"].startswith("text/html") and bool(answer.content)


# That both languages have every text is said by the catalogues; here pages are read that slip past them.
READ = [("zh-hans", role) for role in Role] + [("zh-hant", role) for role in (Role.SUPERVISOR, Role.LEADER)]


@pytest.mark.parametrize(("language", "role"), READ)
def test_no_page_of_the_site_has_english_left_in_it(world, role, language):
    make_case(world.cast.operator, world.cast.group)
    client, data = signed_in(world, role, language), words_of(User) | words_of(Category)
    left, read = [], 0
    for name, route in ROUTES.items():
        if name in ("logout", "healthz"):
            continue
        answers = [ask(client, name, route.own(world) if route.own else [], route, method) for method in route.methods]
        answers += [client.get(reverse(name) + query) for query in QUERIES.get(name, ())]
        for answer in filter(is_page, answers):
            read += 1
            if words := english(answer, data):
                left.append(f"{answer.request['REQUEST_METHOD']} {name}: {words}")
    assert read > 10
    assert not left, "\n".join(left)


def pages_of(model: type[Model]) -> Iterator[str]:
    """The addresses in the admin of the list, of a new record, of the first record and of its history."""
    page = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{page}_changelist")
    yield reverse(f"{page}_add")
    if first := model._default_manager.first():
        yield reverse(f"{page}_change", args=[first.pk])
        yield reverse(f"{page}_history", args=[first.pk])


@CHINESE
@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
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
