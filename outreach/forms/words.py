"""What is said: purpose, channel and the text in both scripts, and what the linter says of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach import correspondence
from outreach.messaging_rules import Finding, completed, hours_advice, lint
from outreach.models import MessageTemplate
from people.consent import Channel, Purpose

# What goes to people never goes into a group chat.
CHANNELS = [(channel.value, channel.label) for channel in Channel if channel != Channel.ROBOT]


class WordsForm(forms.Form):
    """`findings` is what the linter says once the form is valid. Without a text there is nothing to say of it."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=Purpose.choices)
    channel = forms.ChoiceField(
        label=pgettext_lazy("message", "Channel"),
        choices=[("", gettext_lazy("As each person likes best")), *CHANNELS],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Text in Simplified Chinese"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
        help_text=gettext_lazy("{name} becomes the person's name."),
    )
    text_hant = forms.CharField(
        label=gettext_lazy("Text in Traditional Chinese"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
        required=False,
        help_text=gettext_lazy("For those who asked for it. Left empty, they get the Simplified text."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings: list[Finding] = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for field in ("text", "text_hant"):
            if given.get(field) and given.get("purpose") and given.get("channel", "") in ("", Channel.SMS):
                self._lint(field, given)
        return given

    def _lint(self, field: str, given: dict[str, Any]) -> None:
        """What is refused blocks only where nothing but a short message is asked for: else another way is taken."""
        rules = correspondence.provider_rules()
        text = completed(given[field], given["purpose"], rules)
        if text != given[field]:
            added = _("As a short message it ends with “%(line)s”.") % {"line": rules.opt_out_line}
            self.findings.append(Finding(added, refuses=False))
        for finding in lint(text, given["purpose"], rules, variables=("name",)):
            if finding.refuses and given["channel"] == Channel.SMS:
                self.add_error(field, finding.text)
            else:
                self.findings.append(finding)
        self.findings += hours_advice(given["purpose"], rules, timezone.localtime())
        # What is true of both texts is said once.
        self.findings = list(dict.fromkeys(self.findings))

    def texts(self) -> dict[str, str]:
        """The texts by language; the Simplified one is the office's."""
        asked = self.cleaned_data
        texts = {settings.LANGUAGE_CODE: asked["text"]} if asked["text"] else {}
        return texts | ({"zh-hant": asked["text_hant"]} if asked["text_hant"] else {})


def reviewed_texts(purpose: str) -> dict[str, str]:
    """The reviewed texts of a purpose, as fields of the form."""
    templates = MessageTemplate.objects.filter(purpose=purpose, active=True, reviewed_on__isnull=False)
    texts = {template.language: template.text for template in templates}
    return {"text": texts.get(settings.LANGUAGE_CODE, ""), "text_hant": texts.get("zh-hant", "")}
