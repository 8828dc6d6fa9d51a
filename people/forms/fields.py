"""Fields that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms


class SeveralField(forms.ModelMultipleChoiceField):
    """Some rows out of many. A number no column can hold, which only a made-up form sends, is no row."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            unknown = {"value": ", ".join(map(str, value))}
            raise forms.ValidationError(self.error_messages["invalid_choice"], "invalid_choice", unknown) from None
