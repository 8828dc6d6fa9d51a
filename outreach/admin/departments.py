"""The admin of contact duties: how often, and who keeps what. What was done is recorded on its own screens."""

from __future__ import annotations

from django.contrib import admin

from outreach.models import ContactNorm, KeptDepartment, LeaderContact
from people.admin.base import ReadOnlyAdmin, RoleAdmin, VersionedAdmin


@admin.register(ContactNorm)
class ContactNormAdmin(VersionedAdmin):
    list_display = ["duty", "count", "months", "since"]
    deletable = True


@admin.register(KeptDepartment)
class KeptDepartmentAdmin(RoleAdmin):
    list_display = ["leader", "unit", "since", "until"]
    list_select_related = ["leader", "unit"]
    search_fields = ["leader__name", "unit__name"]
    fields = ["leader", "unit", "area", "since", "until"]


@admin.register(LeaderContact)
class LeaderContactAdmin(ReadOnlyAdmin):
    list_display = ["on", "kind", "who", "pair", "enterprise"]
    list_select_related = ["who", "pair__leader", "pair__unit", "enterprise"]
    list_filter = ["kind"]
