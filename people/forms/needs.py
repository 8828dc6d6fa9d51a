"""What is asked when a service need is noted, looked at again, or a tier is changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import Need, Tier
from people.needs import REVIEW_AFTER

# Nobody is forgotten for longer than this before a need is looked at again.
LONGEST = 3 * 366


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ReviewForm(forms.Form):
    """When a need is looked at next."""

    review_on = _day(gettext_lazy("Review on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"review_on": timezone.localdate() + REVIEW_AFTER})
        super().__init__(*args, **kwargs)

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        days = (day - timezone.localdate()).days
        if not 0 < days <= LONGEST:
            raise forms.ValidationError(_("Please choose a day within the next three years."))
        return day


class NeedForm(ReviewForm):
    """A need from the fixed list: since when, and when it is looked at again."""

    need = forms.ChoiceField(label=gettext_lazy("Service need"), choices=[("", "—"), *Need.choices])
    since = _day(gettext_lazy("Since"))

    field_order = ["need", "since", "review_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {"since": today, "review_on": today + REVIEW_AFTER})
        super().__init__(*args, **kwargs)

    def clean_since(self) -> date:
        day: date = self.cleaned_data["since"]
        if day > timezone.localdate() or day.year < 1900:
            raise forms.ValidationError(_("Please choose a day that is not in the future."))
        return day


class TierForm(forms.Form):
    tier = forms.ChoiceField(label=gettext_lazy("Service tier"), choices=Tier.choices)
