"""What is asked of a resident about being written to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from people.consent import PROMOTIONAL, Channel, Purpose
from people.masking import mask_email
from people.models import Consent

# Nobody is a group chat.
CHANNELS = [(channel.value, channel.label) for channel in Channel if channel != Channel.ROBOT]


class WishesForm(forms.Form):
    channel = forms.ChoiceField(
        label=gettext_lazy("Likes to be reached by"),
        choices=[("", gettext_lazy("No preference")), *CHANNELS],
        required=False,
    )
    language = forms.ChoiceField(
        label=pgettext_lazy("message", "Language and script"),
        choices=[("", gettext_lazy("As the office writes")), *settings.LANGUAGES],
        required=False,
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, max_length=200)
    forget_email = forms.BooleanField(label=gettext_lazy("Remove this address"), required=False)
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("Agrees to receive"),
        choices=[(purpose.value, purpose.label) for purpose in Purpose if purpose in PROMOTIONAL],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("News of one's own cases and appointments needs no consent."),
    )
    given = forms.ChoiceField(
        label=gettext_lazy("How it was said"), choices=Consent.Given.choices, initial=Consent.Given.ORALLY
    )
    leave_in_peace = forms.BooleanField(label=gettext_lazy("Does not want to be contacted"), required=False)
    peace = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Shown wherever a message is refused because of it."),
    )

    def __init__(self, *args: Any, known_email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_email = known_email
        if known_email:
            kept = _("On record: %(address)s. Left empty, it stays.") % {"address": mask_email(known_email)}
            self.fields["email"].help_text = kept
        else:
            del self.fields["forget_email"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kept = "" if given.get("forget_email") else self.known_email
        given["email"] = given.get("email") or kept
        if given.get("channel") == Channel.EMAIL and not given.get("email") and "email" not in self.errors:
            self.add_error("email", _("Please give the e-mail address, too."))
        if given.get("leave_in_peace") and not given.get("peace"):
            self.add_error("peace", _("Please say why, in a few words."))
        return given
