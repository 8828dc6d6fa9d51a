"""Every URL × every role × own, foreign and never existing things. A URL that is not in the table fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from caseworks.models import Category
from people.access import Role
from people.models import AuditEvent, User
from tests.answers import bare
from tests.architecture.routes import ROUTES
from tests.architecture.walk import walk
from tests.architecture.words import english, is_page, words_of
from tests.architecture.world import ask


def patterns(resolver: URLResolver, inside: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":  # its rule is one for all: tests/people/test_admin.py
                yield from patterns(entry, inside)
        else:
            yield entry.name or str(entry.pattern), entry


def test_every_route_is_in_the_table_and_the_table_has_no_other():
    names = {name for name, _ in patterns(get_resolver())}
    assert names - set(ROUTES) == set(), "routes without a row in tests/architecture/routes.py"
    assert set(ROUTES) - names == set(), "rows without a route"


def test_every_view_states_the_rule_that_the_table_has():
    for name, pattern in patterns(get_resolver()):
        stated = getattr(pattern.callback, "access", "no rule stated")
        assert stated == ROUTES[name].roles, name


def roles(*on_each_database: Role) -> list[Any]:
    """Every role; those named are tried on the second database too, for what the pages ask of it."""
    return [pytest.param(role, marks=() if role in on_each_database else pytest.mark.any_database) for role in Role]


@pytest.mark.parametrize("role", roles(Role.SUPERVISOR))
def test_a_role_opens_what_the_table_says_and_nothing_else_and_finds_no_english_there(world, role):
    wrong, read, data = [], 0, words_of(User) | words_of(Category)
    for method, name, route, answer in walk(world, role):
        status = answer.status_code
        if route.roles is not None and role not in route.roles:
            fine = status == 403
        elif route.reaches is not None and role not in route.reaches:
            fine = status == 404
        else:
            fine = status < 400 or status in (409, 422)
        if not fine:
            wrong.append(f"{method} {name} as {role}: {status}")
        if is_page(answer):
            read += 1
            if words := english(answer, data):
                wrong.append(f"{method} {name} as {role} says {words}")
    assert read > 10
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", roles(Role.SUPERVISOR, Role.LEADER))
def test_what_lies_outside_ones_scope_looks_like_what_never_was(world, role):
    wrong = []
    before = AuditEvent.objects.count()
    client = Client()
    client.force_login(world.cast.by_role()[role])
    for name, route in ROUTES.items():
        if route.foreign is None or (route.roles is not None and role not in route.roles):
            continue
        for method in route.methods:
            foreign = ask(client, name, route.foreign(world), route, method)
            never = ask(client, name, route.never, route, method)
            if (foreign.status_code, never.status_code) != (404, 404) or bare(foreign) != bare(never):
                wrong.append(f"{method} {name} as {role}: {foreign.status_code} and {never.status_code}")
    assert not wrong, "\n".join(wrong)
    assert AuditEvent.objects.count() == before


def test_nobody_gets_in_without_signing_in(world):
    wrong = []
    for name, route in ROUTES.items():
        for method in route.methods:
            answer = ask(Client(), name, route.own(world) if route.own else [], route, method)
            sent_away = answer.status_code == 302 and answer.url.startswith(reverse("login"))
            if sent_away == (route.roles is None):
                wrong.append(f"{method} {name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_method_that_a_route_does_not_have_is_refused(world):
    wrong = []
    for name, route in ROUTES.items():
        if "post" in route.methods and "get" not in route.methods:
            client = Client()
            client.force_login(world.cast.supervisor)
            status = ask(client, name, route.own(world) if route.own else [], route, "get").status_code
            if status not in (403, 405):
                wrong.append(f"get {name}: {status}")
    assert not wrong, "\n".join(wrong)


def test_a_post_that_ended_opens_nothing_from_the_next_request_on(world, client):
    client.force_login(world.cast.leader)
    url = reverse("household", args=[world.cast.household.uuid])
    assert client.get(url).status_code == 200
    post = world.cast.leader.posts.get()
    post.user = world.cast.other_leader
    post.save()
    assert client.get(url).status_code == 403


def test_an_account_that_was_closed_is_signed_out(world, client):
    client.force_login(world.cast.operator)
    world.cast.operator.is_active = False
    world.cast.operator.save()
    assert client.get(reverse("case_list")).status_code == 302
