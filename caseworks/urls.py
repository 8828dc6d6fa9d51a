"""Every route of the site, grouped by path. Each app brings its own; the case app sits on top."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
