"""What is asked of a celebration: where, and on which day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.models import Celebration
from people.forms.households import area_label
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
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        areas = Area.objects.filter(within(user.scope.paths)).active().select_related("level", "parent")
        field.queryset = areas.order_by("path")
        field.label_from_instance = area_label  # type: ignore[method-assign]
        self.initial.setdefault("area", field.queryset.first())

    def clean_held_on(self) -> date:
        day: date = self.cleaned_data["held_on"]
        if not -NEAR <= (day - self.month).days <= 31 + NEAR:
            raise forms.ValidationError(_("Please choose a day in the month, or soon before or after it."))
        return day

    def celebration(self, *, lunar: bool) -> Celebration:
        return Celebration(month=self.month, lunar=lunar, **self.cleaned_data)
