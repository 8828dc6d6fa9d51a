"""The admin of the ladder: its rungs are set up here; what fired and what broke is looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from caseworks.models import LadderRung, RuleTrouble, RungFired
from people.admin.base import ReadOnlyAdmin, VersionedAdmin


@admin.register(LadderRung)
class LadderRungAdmin(VersionedAdmin):
    list_display = ["rank", "kind", "side", "limit", "category", "urgency", "level", "feedback", "since", "active"]
    list_display_links = ["kind"]
    list_select_related = ["category", "level"]
    list_filter = ["kind", "active"]
    readonly_fields = ["active", "since"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not getattr(obj, "active", False)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        # In force it is only once it was rehearsed: caseworks/ladder_rehearsal.py.
        obj.active = False
        super().save_model(request, obj, form, change)


@admin.register(RungFired)
class RungFiredAdmin(ReadOnlyAdmin):
    list_display = ["case", "kind", "at", "due_at", "days_late", "handler", "told", "round"]
    list_filter = ["kind"]
    list_select_related = ["case", "told"]
    search_fields = ["case__number"]


@admin.register(RuleTrouble)
class RuleTroubleAdmin(ReadOnlyAdmin):
    list_display = ["name", "case", "message", "times", "first_at", "at"]
    list_select_related = ["case"]
