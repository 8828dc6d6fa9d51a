"""Signing in and out, and one's own password."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from people import audit
from people.models import User


class PasswordChange(auth_views.PasswordChangeView):
    """Change one's own password; every other session of the account ends with it."""

    template_name = "registration/password_change_form.html"
    success_url = "/"

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            user = cast(User, self.request.user)
            audit.record(user, "change_password", user, fields=["password"])
        messages.success(self.request, _("Your password is changed."))
        return response
