"""A walk through the whole site: every route, every method, about something of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.architecture.kinds import Route
from tests.architecture.routes import ROUTES
from tests.architecture.world import World, ask
from tests.factories import make_case

# Pages that say more when they are asked for something.
QUERIES = {
    "case_list": ["?q=路灯&view=open&since=2026-01-01&until=2026-12-31", "?q=没有"],
    "search": ["?q=王", "?q=没有"],
    "households": ["?q=王", "?q=没有"],
}


class Step(NamedTuple):
    """One request of the walk, and what came back."""

    method: str
    name: str
    route: Route
    answer: Any


def walk(world: World, role: str, language: str = "zh-hans") -> Iterator[Step]:
    """Ask for every route as the user of *role*, who reads in *language*."""
    user = world.cast.by_role()[role]
    user.language = language
    user.save(update_fields=["language"])
    make_case(world.cast.operator, world.cast.group)
    client = Client()
    for name, route in ROUTES.items():
        for method in route.methods:
            if not (signed_in := client.cookies.get(settings.SESSION_COOKIE_NAME)) or not signed_in.value:
                client.force_login(user)  # for the first time, and after signing out
            yield Step(method, name, route, ask(client, name, route.own(world) if route.own else [], route, method))
        for query in QUERIES.get(name, ()):
            yield Step("get", name, route, client.get(reverse(name) + query))
