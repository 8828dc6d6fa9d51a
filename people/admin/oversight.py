"""The audit, for looking at."""

from django.contrib import admin

from people.access import Role
from people.admin.base import ReadOnlyAdmin
from people.models import AuditEvent


@admin.register(AuditEvent)
class AuditAdmin(ReadOnlyAdmin):
    viewers = {Role.SUPERVISOR, Role.MANAGER}
    list_display = ["seq", "at", "actor", "action", "object_type", "object_ref", "reason"]
    list_select_related = ["actor"]
    search_fields = ["=action", "=object_ref", "=subject_ref", "actor__username"]
    ordering = ["-seq"]
