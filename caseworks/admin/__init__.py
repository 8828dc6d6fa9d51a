"""The admin of `caseworks`: categories, service levels, routing rules, templates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from caseworks.admin import ladder, reception
from caseworks.models import Category, RoutingRule, ServiceLevel, TextModule
from people.admin.base import VersionedAdmin
from people.names import search_tokens

__all__ = ["ladder", "reception"]


@admin.register(Category)
class CategoryAdmin(VersionedAdmin):
    list_display = ["name", "parent", "code", "urgency", "follow_up", "approve_closure", "position", "active"]
    list_editable = ["position", "active"]
    list_filter = ["active"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    fields = [
        "parent",
        "code",
        "name",
        "name_hant",
        "name_en",
        "keywords",
        "urgency",
        "follow_up",
        "approve_closure",
        "position",
        "active",
    ]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj.search = search_tokens(obj.name)[:200]
        super().save_model(request, obj, form, change)


@admin.register(ServiceLevel)
class ServiceLevelAdmin(VersionedAdmin):
    list_display = [
        "__str__",
        "contact",
        "handling",
        "redo",
        "co_handling",
        "return_within",
        "extensions",
        "extension_days",
    ]
    list_select_related = ["category"]
    deletable = True


@admin.register(RoutingRule)
class RoutingRuleAdmin(VersionedAdmin):
    list_display = [
        "rank",
        "name",
        "category",
        "channel",
        "area",
        "urgency",
        "target_level",
        "target_role",
        "target_unit",
        "active",
    ]
    list_display_links = ["name"]
    list_editable = ["rank", "active"]
    list_select_related = ["category", "area", "target_level", "target_unit"]
    deletable = True


@admin.register(TextModule)
class TextModuleAdmin(VersionedAdmin):
    list_display = ["name", "use", "shortcut", "active"]
    list_filter = ["use", "active"]
