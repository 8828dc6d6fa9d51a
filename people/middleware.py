"""The middleware of the project: deny by default, and remember where a change came from."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from people import audit
from people.access import ADMIN_ROLES, permits


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
