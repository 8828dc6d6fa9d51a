"""What is asked of whoever hands the desk over: a word and a name, both optional."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from caseworks import shifts
from caseworks.models import ShiftHandOver
from people.models import User


class ShiftForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What else is to be known"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    to = forms.ModelChoiceField(
        User.objects.none(), label=_("@ colleague"), required=False, empty_label=_("Whoever comes next")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **kwargs)
        self.user, to = user, self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)
        to.queryset = shifts.colleagues_of(user)

    def hand_over(self) -> ShiftHandOver:
        """Hand over as asked; raises `caseworks.shifts.NotPossible`."""
        given = self.cleaned_data
        return shifts.hand_over(by=self.user, to=given["to"], note=given["note"], key=given["key"])
