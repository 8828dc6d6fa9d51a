"""What is asked of a celebration: where, and on which day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Celebration
from people.forms.households import offer_areas
from people.models import Area, User
from people.models.areas import within

# Days: a birthday is kept in its month, or soon before or after it.
NEAR = 45


class CelebrationForm(forms.Form):
    area = forms.ModelChoiceField(Area.objects.none(), label=gettext_lazy("Area"))
    held_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80)

    def __init__(self, *args: Any, user: User, month: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.month = month
        areas = Area.objects.filter(within(user.scope.paths))
        offer_areas(self.fields["area"], areas)
        self.initial.setdefault("area", areas.order_by("path").first())

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if not -NEAR <= (day - self.month).days <= 31 + NEAR:
            raise forms.ValidationError(_("Please choose a day in the month, or soon before or after it."))
        return day

    def celebration(self, *, lunar: bool) -> Celebration:
        return Celebration(month=self.month, lunar=lunar, **self.cleaned_data)
