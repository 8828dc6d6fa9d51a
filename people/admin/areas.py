"""Areas and their levels, the limits of spans, and the units that help."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from people import network
from people.admin.base import RoleAdmin
from people.models import Area, AreaLevel, Organisation, SpanLimit
from people.names import search_tokens


@admin.register(AreaLevel)
class AreaLevelAdmin(RoleAdmin):
    list_display = ["rank", "code", "name", "name_hant", "name_en", "holds_households"]
    list_display_links = ["code"]


@admin.register(SpanLimit)
class SpanLimitAdmin(RoleAdmin):
    list_display = ["kind", "least", "most"]
    deletable = True


@admin.register(Area)
class AreaAdmin(RoleAdmin):
    list_display = ["name", "level", "parent", "position", "active"]
    list_filter = ["level", "active"]
    list_select_related = ["level", "parent"]
    search_fields = ["name"]
    fields = ["level", "parent", "name", "position", "active", "note"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        network.place(obj)


@admin.register(Organisation)
class OrganisationAdmin(RoleAdmin):
    list_display = ["name", "kind", "area", "contact", "active"]
    list_filter = ["kind", "active"]
    list_select_related = ["area"]
    search_fields = ["name", "can_help_with"]
    fields = ["name", "kind", "area", "contact", "phone", "can_help_with", "since", "active"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj.search = search_tokens(obj.name)[:300]
        super().save_model(request, obj, form, change)
