"""Fields that several forms share, and the days that can be meant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class SeveralField(forms.ModelMultipleChoiceField):
    """Some rows out of many. A number no column can hold, which only a made-up form sends, is no row."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            unknown = {"value": ", ".join(map(str, value))}
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", unknown) from None


def near_today(day: date, *, back: int, ahead: int) -> date:
    """Return *day*; one more than so many years *back* or *ahead* is a slip of the year: raises `ValidationError`."""
    today = timezone.localdate()
    first, last = today - timedelta(days=366 * back), today + timedelta(days=366 * ahead)
    if first <= day <= last:
        return day
    ends = {"first": date_format(first), "last": date_format(last)}
    raise forms.ValidationError(_("Please choose a day from %(first)s to %(last)s.") % ends)
