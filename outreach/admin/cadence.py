"""The admin of visits: what a tier asks for, after what somebody calls, and who is offered which check-up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import CheckboxSelectMultiple, ModelForm, MultipleChoiceField
from django.utils.translation import gettext_lazy as _

from outreach.models import CadenceNorm, CheckUpItem, CheckUpNorm, VisitForm, VisitOccasion
from outreach.models.visits import HELPER
from people.access import LIAISONS, Role
from people.admin.base import VersionedAdmin

EARNING = [
    *((role.value, role.label) for role in Role if role in LIAISONS | {Role.OPERATOR, Role.SUPERVISOR}),
    (HELPER, _("Helper")),
]


class CadenceNormForm(ModelForm):
    """Forms and roles are ticked; none ticked means all of them."""

    forms = MultipleChoiceField(
        label=_("accepted forms"),
        choices=VisitForm.choices,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=_("None chosen: every form counts."),
    )
    roles = MultipleChoiceField(
        label=_("who may earn it"),
        choices=EARNING,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=_("None chosen: everybody who was there."),
    )

    class Meta:
        model = CadenceNorm
        fields = ["tier", "count", "months", "spacing", "forms", "roles"]


@admin.register(CadenceNorm)
class CadenceNormAdmin(VersionedAdmin):
    form: Any = CadenceNormForm
    list_display = ["tier", "count", "months", "spacing"]


@admin.register(CheckUpNorm)
class CheckUpNormAdmin(VersionedAdmin):
    list_display = ["from_age"]


@admin.register(CheckUpItem)
class CheckUpItemAdmin(VersionedAdmin):
    list_display = ["name", "code", "position", "active"]
    list_filter = ["active"]


@admin.register(VisitOccasion)
class VisitOccasionAdmin(VersionedAdmin):
    list_display = ["name", "code", "days", "active"]
    list_filter = ["active"]
