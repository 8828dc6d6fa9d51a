"""The admin of `caseworks`: categories, service levels, routing rules, templates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from caseworks.admin import ladder, reception
from caseworks.models import Category, RoutingRule, ServiceLevel, TextModule
from people.admin.base import VersionedAdmin
from people.names import search_tokens

__all__ = ["ladder", "reception"]


@admin.register(Category)
class CategoryAdmin(VersionedAdmin):
    list_display = ["name", "parent", "code", "urgency", "follow_up_share", "approve_closure", "position", "active"]
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
        "follow_up_share",
        "photo_required",
        "approve_closure",
        "position",
        "active",
        "active_from",
        "active_until",
    ]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj.search = search_tokens(obj.name)[:200]
        super().save_model(request, obj, form, change)


@admin.register(ServiceLevel)
class ServiceLevelAdmin(VersionedAdmin):
    """To look at: limits are changed on the pages of the rule book, where they are tried first."""

    editors = ()
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


@admin.register(RoutingRule)
class RoutingRuleAdmin(VersionedAdmin):
    """Rules that are switched off can be written and removed here; switched on they are in the rule book alone."""

    list_display = [
        "rank",
        "name",
        "category",
        "channel",
        "area",
        "kind",
        "tier",
        "urgency",
        "target_level",
        "target_role",
        "target_unit",
        "active",
    ]
    list_display_links = ["name"]
    list_select_related = ["category", "area", "target_level", "target_unit"]
    readonly_fields = ["active"]
    deletable = True

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not getattr(obj, "active", False)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not getattr(obj, "active", False)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj.active = False
        super().save_model(request, obj, form, change)


@admin.register(TextModule)
class TextModuleAdmin(VersionedAdmin):
    list_display = ["name", "use", "shortcut", "active"]
    list_filter = ["use", "active"]
