"""The table of buildings: looked at, mended by hand. A whole table comes in where the ledgers do."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from people.admin.base import RoleAdmin
from people.forms.buildings import BuildingForm, towns_of
from people.models import Building


@admin.register(Building)
class BuildingAdmin(RoleAdmin):
    form: Any = BuildingForm
    list_display = ["address", "area", "east", "north"]
    list_select_related = ["area"]
    search_fields = ["address"]
    deletable = True

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        town = towns_of(request.user).first()  # type: ignore[arg-type]
        return {"area": town.pk if town else None, **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj.read_address()
        super().save_model(request, obj, form, change)
