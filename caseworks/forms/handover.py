"""What is asked of somebody who lets a liaison's work change hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from caseworks import handover
from caseworks.models import HandOver
from people.forms.leave import offer
from people.models import User


class HandOverForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    leaver = forms.ModelChoiceField(User.objects.none(), label=_("Who leaves"))
    successor = forms.ModelChoiceField(User.objects.none(), label=_("Who comes after"))
    on = forms.DateField(
        label=_("The successor's first day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4(), "on": timezone.localdate() + timedelta(days=1)})
        super().__init__(*args, **kwargs)
        self.user = user
        offer(self.fields["leaver"], handover.leavers_below(user))
        offer(self.fields["successor"], handover.successors_for(user))

    def draw_up(self) -> HandOver:
        """Draw it up as asked; raises `caseworks.handover.NotPossible`."""
        given = self.cleaned_data
        return handover.draw_up(
            given["leaver"],
            given["successor"],
            on=given["on"],
            by=self.user,
            key=given["key"],
            note=given["note"],
        )
