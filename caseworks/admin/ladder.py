"""The admin of the ladder: its rungs are set up here; what fired and what broke is looked at."""

from __future__ import annotations

from django.contrib import admin

from caseworks.models import LadderRung, RuleTrouble, RungFired
from people.admin.base import ReadOnlyAdmin, VersionedAdmin


@admin.register(LadderRung)
class LadderRungAdmin(VersionedAdmin):
    list_display = ["rank", "kind", "side", "limit", "category", "urgency", "level", "feedback", "since", "active"]
    list_display_links = ["kind"]
    list_select_related = ["category", "level"]
    list_filter = ["kind", "active"]


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
