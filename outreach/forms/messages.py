"""The filters of the outbox, and a mailing as it is composed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.forms.selections import SelectionForm
from outreach.forms.words import WordsForm, reviewed_texts
from outreach.label_sheets import LABEL_SHEETS, MOST_STICKERS, USUAL_SHEET
from outreach.models import MessageState
from outreach.ready_mailings import Ready
from people.consent import Channel, Purpose
from people.models import User

ALL = ("", gettext_lazy("All"))


class MessageFilter(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=[ALL, *MessageState.choices], required=False)
    channel = forms.ChoiceField(
        label=pgettext_lazy("message", "Channel"), choices=[ALL, *Channel.choices], required=False
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=[ALL, *Purpose.choices], required=False)


class MailingForm(WordsForm, SelectionForm):
    """Whom, why, by which way, and in which words."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=80, help_text=gettext_lazy("For the office; nobody else sees it.")
    )

    @classmethod
    def fresh(cls, purpose: str, user: User, key: Any) -> MailingForm:
        """A form to begin with: the reviewed texts of the purpose, and the first area of the user's."""
        form = cls(initial={"key": key, "purpose": purpose, **reviewed_texts(purpose)}, user=user)
        form.initial["area"] = form.fields["area"].queryset.first()  # type: ignore[attr-defined]
        return form

    @classmethod
    def ready(cls, choice: Ready, user: User, key: Any) -> MailingForm:
        """A form filled in by a ready choice, for the user's first area; only begun where no text is ready."""
        area = cls(user=user).fields["area"].queryset.first()  # type: ignore[attr-defined]
        asked = {"key": key, "title": choice.title, **choice.fields(), "area": area.pk if area else ""}
        asked |= reviewed_texts(choice.purpose)
        return cls(asked, user=user) if asked["text"] else cls(initial=asked, user=user)


class ChatForm(forms.Form):
    """One text into a group chat that the administrator has set up."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    robot = forms.ChoiceField(label=gettext_lazy("Group chat"))
    text = forms.CharField(label=gettext_lazy("Text"), widget=forms.Textarea(attrs={"rows": 5}), max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["robot"].choices = [(name, name) for name in settings.ROBOTS]  # type: ignore[attr-defined]


class LabelForm(forms.Form):
    """Onto which sheets of stickers."""

    sheet = forms.ChoiceField(
        label=gettext_lazy("Sheet of stickers"),
        choices=[(sheet.code, sheet.size) for sheet in LABEL_SHEETS.values()],
        initial=USUAL_SHEET,
    )
    first = forms.IntegerField(
        label=gettext_lazy("Begin with sticker"), min_value=1, max_value=MOST_STICKERS, initial=1, required=False
    )
