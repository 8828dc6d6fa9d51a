"""Every route of the site, grouped by path. Each app brings its own; the case app sits on top."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

import people.admin  # noqa: F401 - each registers what it shows
from caseworks.views import health

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
