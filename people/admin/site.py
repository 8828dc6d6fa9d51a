"""The admin site of the office: stock Django admin, behind the office's own sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class OfficeSite(AdminSite):
    site_title = _("Caseworks")
    site_header = _("Configuration")
    index_title = _("Configuration")
    site_url = "/"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the sign-in page with its limit on guessing."""
        return redirect_to_login(request.get_full_path())
