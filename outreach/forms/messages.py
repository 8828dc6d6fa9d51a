"""The filters of the outbox, and a mailing as it is composed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach import correspondence
from outreach.forms.selections import SelectionForm
from outreach.messaging_rules import Finding, completed, hours_advice, lint
from outreach.models import MessageState, MessageTemplate
from people.consent import Channel, Purpose
from people.models import User

ALL = ("", gettext_lazy("All"))
# A mailing goes to people, so never into a group chat.
CHANNELS = [(channel.value, channel.label) for channel in Channel if channel != Channel.ROBOT]


class MessageFilter(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[ALL, *MessageState.choices], required=False)
    channel = forms.ChoiceField(
        label=pgettext_lazy("message", "Channel"), choices=[ALL, *Channel.choices], required=False
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=[ALL, *Purpose.choices], required=False)


class MailingForm(SelectionForm):
    """Whom, why, by which way, and in which words. `findings` is what the linter says once the form is valid."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=80, help_text=gettext_lazy("For the office; nobody else sees it.")
    )
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

    @classmethod
    def fresh(cls, purpose: str, user: User, key: Any) -> MailingForm:
        """A form to begin with: the reviewed texts of the purpose, and the first area of the user's."""
        templates = MessageTemplate.objects.filter(purpose=purpose, active=True, reviewed_on__isnull=False)
        texts = {template.language: template.text for template in templates}
        initial = {
            "key": key,
            "purpose": purpose,
            "text": texts.get(settings.LANGUAGE_CODE, ""),
            "text_hant": texts.get("zh-hant", ""),
        }
        form = cls(initial=initial, user=user)
        form.initial["area"] = form.fields["area"].queryset.first()  # type: ignore[attr-defined]
        return form

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
        texts = {settings.LANGUAGE_CODE: asked["text"]}
        return texts | ({"zh-hant": asked["text_hant"]} if asked["text_hant"] else {})
