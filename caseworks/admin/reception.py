"""The fixed reception day of the month: set up by managers and supervisors."""

from django.contrib import admin

from caseworks.models import ReceptionPlan
from people.access import ADMIN_ROLES
from people.admin.base import VersionedAdmin


@admin.register(ReceptionPlan)
class ReceptionPlanAdmin(VersionedAdmin):
    editors = ADMIN_ROLES
    list_display = ["area", "day", "opens", "closes", "place", "form"]
    list_select_related = ["area"]
    deletable = True
