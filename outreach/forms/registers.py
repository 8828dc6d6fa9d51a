"""What is asked of the registers: which of them, of which area."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.registers import REGISTERS
from people.forms.households import offer_areas
from people.models import Area, User


class RegisterForm(forms.Form):
    show = forms.ChoiceField(
        label=_("Register"),
        required=False,
        choices=[
            *((need.value, need.label) for need in REGISTERS),
            ("proposals", _("To be confirmed")),
            ("reviews", _("To be reviewed")),
        ],
        widget=forms.HiddenInput,
    )
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), required=False, empty_label=_("All"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], Area.objects.visible_to(user))
