"""The admin of `outreach`: the working calendar and the visit cadence."""

from django.contrib import admin

from outreach.models import CadenceNorm, CalendarDay, OfficeHours
from people.admin.base import RoleAdmin, VersionedAdmin


@admin.register(CalendarDay)
class CalendarDayAdmin(VersionedAdmin):
    list_display = ["date", "kind", "name", "source"]
    list_filter = ["kind"]
    search_fields = ["date", "name"]
    ordering = ["-date"]
    deletable = True


@admin.register(OfficeHours)
class OfficeHoursAdmin(VersionedAdmin):
    list_display = ["weekday", "opens", "closes"]


@admin.register(CadenceNorm)
class CadenceNormAdmin(RoleAdmin):
    list_display = ["tier", "count", "months"]
