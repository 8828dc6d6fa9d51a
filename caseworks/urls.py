"""Every route of the site, grouped by path. Each app brings its own; the case app sits on top."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# Each registers what the admin shows of its app.
import caseworks.admin
import outreach.admin
import people.admin
from caseworks.views import health

__all__ = ["caseworks", "outreach", "people", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("people.urls")),
    path("healthz", health.healthz, name="healthz"),
    # ---- /, /board/, /search/, /cases/, /followups/ ----
    # ---- /desk/ ----
    # ---- /m/: the phone ----
    # ---- /reports/ ----
    # ---- /imports/, /jobs/ ----
    # ---- /admin/ ----
    path("admin/", admin.site.urls),
]
