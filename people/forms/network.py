"""What is asked of somebody who puts households into groups."""

from __future__ import annotations

import re

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

LARGEST = 100


class GroupSize(forms.Form):
    size = forms.IntegerField(label=_("Households of a group at most"), min_value=1, max_value=LARGEST)


_FIELD = re.compile(r"home-(\d{1,18})")


def homes_of(data: QueryDict) -> tuple[dict[int, str], dict[int, int]]:
    """Read the group chosen for each household (``home-PK``) and the version that was shown of it (``version-PK``)."""
    homes = {int(match[1]): str(data[name]) for name in data if (match := _FIELD.fullmatch(name))}
    shown = {pk: str(data.get(f"version-{pk}", "")) for pk in homes}
    return homes, {pk: int(text) for pk, text in shown.items() if re.fullmatch(r"\d{1,9}", text)}
