"""Fields that several forms share, and the days that can be meant."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import ngettext


class SeveralField(forms.ModelMultipleChoiceField):
    """Some rows out of many. A number no column can hold, which only a made-up form sends, is no row."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            unknown = {"value": ", ".join(map(str, value))}
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", unknown) from None


def near_today(day: date, *, years: int = 1) -> date:
    """Return *day*; one that is a slip of the year, whether back or ahead, raises `ValidationError`."""
    if abs((day - timezone.localdate()).days) <= 366 * years:
        return day
    sentence = ngettext(
        "Please choose a day within %(n)d year of today.", "Please choose a day within %(n)d years of today.", years
    )
    raise forms.ValidationError(sentence % {"n": years})
