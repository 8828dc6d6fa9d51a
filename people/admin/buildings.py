"""The table of buildings: looked at, mended by hand, taken in from a file."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from people.admin.base import RoleAdmin
from people.forms.buildings import BuildingForm, BuildingTableForm, towns_of
from people.models import Building

# A page nobody scrolls to the end of; the command lists them all.
MOST_SHOWN = 200


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

    def get_urls(self) -> list[URLPattern]:
        take_in = path("import/", self.admin_site.admin_view(self.take_in), name="people_building_import")
        return [take_in, *super().get_urls()]

    def take_in(self, request: HttpRequest) -> HttpResponse:
        """Take in a table; its wrong rows are shown beside the figures, the others have gone in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BuildingTableForm(request.POST or None, request.FILES or None, user=request.user)  # type: ignore[arg-type]
        outcome = None
        if request.method == "POST" and form.is_valid():
            outcome = form.take_in(request.user)  # type: ignore[arg-type]
            if outcome and not outcome.errors and not form.cleaned_data["dry_run"]:
                self.message_user(request, str(outcome))
                return redirect(reverse("admin:people_building_changelist"))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Take in a table of buildings"),
            "opts": self.opts,
            "form": form,
            "outcome": outcome,
            "errors": outcome.errors[:MOST_SHOWN] if outcome else [],
        }
        return TemplateResponse(request, "admin/people/building/import.html", context)
