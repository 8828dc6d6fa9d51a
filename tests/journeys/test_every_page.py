"""Every page there is, opened once in a real browser: accessible, and nothing that the security policy forbids."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from people.access import Role
from tests.architecture.kinds import Route
from tests.architecture.routes import ROUTES
from tests.architecture.world import World
from tests.browser import axe, leave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

# What is no page: files, pictures, and answers for machines.
NO_PAGES = {"healthz", "menu_badges", "photo", "report_xlsx", "import_errors"}
# Whoever may open a page opens it; the first of these that can.
VISITORS = (Role.SUPERVISOR, Role.OPERATOR, Role.LEADER, Role.MANAGER, Role.DEPARTMENT, Role.COMMITTEE)


def visitor(route: Route) -> Role | None:
    able = route.reaches if route.reaches is not None else route.roles
    return None if able is None else next(role for role in VISITORS if role in able)


def open_all(page: Page, client: Client, live_server, world: World, visits: list[tuple[Role | None, str]]) -> None:
    """Open each address as its visitor and hold the page against axe; the page's fixture watches the policy."""
    for role, url in sorted(visits, key=lambda visit: visit[0] or ""):
        leave(page)
        if role is not None:
            client.force_login(world.cast.by_role()[role])
            session = client.cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        response = page.goto(live_server.url + url)
        assert response is not None and response.status < 400, f"{url}: {response and response.status}"
        axe(page)


@pytest.mark.long
@pytest.mark.parametrize("half", [0, 1])  # so that two can walk at once
def test_every_page_of_the_site_is_accessible_and_clean(page, client, live_server, world, half):
    visits = [
        (visitor(route), reverse(name, args=route.own(world) if route.own else []))
        for name, route in ROUTES.items()
        if "get" in route.methods and name not in NO_PAGES
    ]
    assert len(visits) > 25
    # The one form of a case that has boxes of its own.
    visits.append((Role.SUPERVISOR, reverse("case_action", args=[world.case.number, "split"])))
    open_all(page, client, live_server, world, visits[half::2])


@pytest.mark.long
def test_every_list_and_form_of_the_admin_is_accessible_and_clean(page, client, live_server, world):
    visits: list[tuple[Role | None, str]] = [(Role.MANAGER, reverse("admin:index"))]
    visits.append((Role.MANAGER, reverse("admin:outreach_calendarday_import")))
    for model, registered in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        visits.append((Role.MANAGER, reverse(f"admin:{name}_changelist")))
        if registered.editors:
            visits.append((Role.MANAGER, reverse(f"admin:{name}_add")))
    open_all(page, client, live_server, world, visits)
