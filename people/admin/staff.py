"""Accounts of staff and the posts they hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people import leave
from people.admin.base import RoleAdmin
from people.models import Post, User


class UserForm(forms.ModelForm):
    """An account; a password typed here replaces the old one and is asked for no other way."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Left empty, the password stays as it is."),
    )

    class Meta:
        model = User
        fields = ["username", "name", "phone", "email", "is_active"]

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


@admin.register(User)
class UserAdmin(RoleAdmin):
    form = UserForm
    list_display = ["username", "name", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["username", "name"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Who may only look is shown what is stored, without the box for a password.
        return super().get_fields(request, obj) if self.has_change_permission(request, obj) else UserForm.Meta.fields

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        if form.cleaned_data.get("new_password"):
            obj.set_password(form.cleaned_data["new_password"])
        elif not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(Post)
class PostAdmin(RoleAdmin):
    list_display = ["user", "role", "area", "unit", "since", "until"]
    list_filter = ["role"]
    list_select_related = ["user", "area", "unit"]
    search_fields = ["user__name", "area__name", "unit__name"]
    fields = ["user", "role", "area", "unit", "since", "until"]

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        leave.follow(obj)
