"""What is asked when somebody says that a household which was down as having left lives here after all."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class TakeBackForm(forms.Form):
    """Why: it stands in the note of the household. `version` is the one its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label=gettext_lazy("How do you know?"),
        max_length=150,
        help_text=gettext_lazy("It stands in the note of the household, with your name."),
    )
