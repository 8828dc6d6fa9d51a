"""The request as a view meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from people.models import User


class StaffRequest(HttpRequest):
    """A request of somebody signed in; the middleware lets nobody else through to a view that is not public."""

    user: User
