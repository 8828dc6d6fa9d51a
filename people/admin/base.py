"""What every page of the admin shares: who may open it, the scope, and the audit row in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from people import audit
from people.access import ADMIN_ROLES, Role, permits


class RoleAdmin(admin.ModelAdmin):
    """Rights by role instead of by permission: `editors` change, `viewers` look, nobody deletes unless stated."""

    editors: Iterable[str] = {Role.MANAGER}
    viewers: Iterable[str] = ADMIN_ROLES
    deletable = False
    list_per_page = 50
    show_full_result_count = False

    def _held(self, request: HttpRequest, roles: Iterable[str]) -> bool:
        return permits(roles, getattr(request.user, "roles", ()))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._held(request, self.viewers)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._held(request, self.viewers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._held(request, self.editors)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._held(request, self.editors)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deletable and self._held(request, self.editors)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        choices = db_field.remote_field.model._default_manager.all()
        if hasattr(choices, "visible_to"):
            kwargs.setdefault("queryset", choices.visible_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        # In the cells of a list a field has no label beside it.
        formset = super().get_changelist_formset(request, **kwargs)
        for name, field in formset.form.base_fields.items():
            field.widget.attrs["aria-label"] = field.label or name
        return formset

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Model], change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            request.user,  # type: ignore[arg-type]
            f"{obj._meta.model_name}.{'change' if change else 'add'}",
            obj,
            fields=sorted(form.changed_data),
        )

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        audit.record(request.user, f"{obj._meta.model_name}.delete", obj)  # type: ignore[arg-type]
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Deleting many at once would pass the audit by.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class VersionedAdmin(RoleAdmin, SimpleHistoryAdmin):
    """Configuration of which every version is kept."""


class ReadOnlyAdmin(RoleAdmin):
    """For looking only."""

    editors: Iterable[str] = ()
