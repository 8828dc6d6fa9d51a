"""Whom something is for: the criteria that mailings and campaigns share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.mailings import Selection
from outreach.models import Mailing
from people.forms.households import area_label
from people.models import Area, HouseholdKind, Need, Tier, User
from people.models.areas import within

OLDEST = 130


class SelectionForm(forms.Form):
    """By place, tier, kind, need and age; the areas offered are the user's."""

    unit = forms.ChoiceField(label=gettext_lazy("To whom"), choices=Mailing.Unit.choices)
    area = forms.ModelChoiceField(Area.objects.none(), label=gettext_lazy("Area"))
    tiers = forms.MultipleChoiceField(
        label=gettext_lazy("Service tier"),
        choices=Tier.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.MultipleChoiceField(
        label=pgettext_lazy("household", "Kind"),
        choices=HouseholdKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Service needs"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    age_from = forms.IntegerField(label=gettext_lazy("Age from"), min_value=0, max_value=OLDEST, required=False)
    age_to = forms.IntegerField(label=gettext_lazy("Age to"), min_value=0, max_value=OLDEST, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(within(user.scope.paths)).active().select_related("level", "parent")
        self.fields["area"].queryset = areas.order_by("path")  # type: ignore[attr-defined]
        self.fields["area"].label_from_instance = area_label  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        youngest, oldest = given.get("age_from"), given.get("age_to")
        if youngest is not None and oldest is not None and youngest > oldest:
            self.add_error("age_to", _("“To” is before “from”."))
        return given

    def selection(self) -> Selection:
        asked = self.cleaned_data
        names = ("area", "unit", "tiers", "kinds", "needs", "age_from", "age_to")
        return Selection(**{name: asked[name] for name in names})
