"""The texts the office writes with, and the rules of the provider that carries them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest

from outreach import correspondence
from outreach.messaging_rules import lint
from outreach.models import MessageTemplate, ProviderRules
from people.admin.base import VersionedAdmin

# What the office fills in, by whatever writes: a name in braces that is none of these is a slip.
VARIABLES = ("name", "number", "news", "when", "place", "visitor", "card")


@admin.register(MessageTemplate)
class MessageTemplateAdmin(VersionedAdmin):
    list_display = ["purpose", "language", "text", "reviewed_on", "active"]
    list_filter = ["purpose", "language", "active"]
    fields = ["purpose", "language", "subject", "text", "reviewed_on", "active"]

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if change and {"text", "subject"} & set(form.changed_data) and "reviewed_on" not in form.changed_data:
            # Another text is one that nobody has reviewed.
            obj.reviewed_on = None
        super().save_model(request, obj, form, change)
        for finding in lint(obj.text, obj.purpose, correspondence.provider_rules(), variables=VARIABLES):
            messages.warning(request, finding.text)


@admin.register(ProviderRules)
class ProviderRulesAdmin(VersionedAdmin):
    list_display = ["name", "active", "opt_out_words", "opens", "closes", "traditional", "most_parts", "daily_quota"]
    list_display_links = ["name"]
