"""The middleware of the project: whose request it is, deny by default, and where a change came from."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import HttpRequest, HttpResponse

from people import audit
from people.access import ADMIN_ROLES, permits


class ProxyMiddleware:
    """Behind proxies of our own, the address of a request is the one that the outermost of them saw.

    Each proxy adds to the end of ``X-Forwarded-For`` whom it talked to, so what is right of the client's own words is
    counted from the right: ``PROXY_COUNT`` proxies, as many entries. Without proxies the header is anybody's to write,
    and is not looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PROXY_COUNT:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        passed_on = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(passed_on) >= settings.PROXY_COUNT and _is_address(passed_on[-settings.PROXY_COUNT]):
            request.META["REMOTE_ADDR"] = passed_on[-settings.PROXY_COUNT]
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class AccessRuleMiddleware:
    """Let a request through only where its view states a rule (`people.access.allow`) that the user satisfies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = audit.context.set(
            audit.RequestContext(ip=request.META.get("REMOTE_ADDR") or None, request_id=uuid.uuid4().hex)
        )
        try:
            return self.get_response(request)
        finally:
            audit.context.reset(token)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        match = request.resolver_match
        if match and match.app_names[:1] == ["admin"]:
            # The views of the admin are not ours to mark; each model's own rule is in people/admin/base.py.
            rule: Any = ADMIN_ROLES
        else:
            # A view that states no rule is closed to everybody.
            rule = getattr(view, "access", frozenset())
        if rule is None:
            return
        if not permits(rule, getattr(request.user, "roles", ())):
            raise PermissionDenied
