"""What is asked of somebody who writes a notice for the board, or takes one off it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from caseworks.models import PublicationState


class NoticeForm(forms.Form):
    """Title and text; whatever names somebody is taken out when it is saved."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=80)
    text = forms.CharField(
        label=_("Text"),
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Names, numbers and addresses below the community are taken out when you save."),
    )


class VersionForm(forms.Form):
    """Which version of the notice was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(VersionForm):
    why = forms.CharField(label=_("Why it is withdrawn"), max_length=200)


class StateForm(forms.Form):
    """The list that is looked at; what cannot be read narrows nothing."""

    state = forms.ChoiceField(choices=[("", ""), *PublicationState.choices], required=False)
