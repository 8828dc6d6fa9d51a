"""The form of a whole stairwell: one choice for each door, none made beforehand."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from caseworks.stairwells import Stairwell
from outreach.models import VisitOutcome
from outreach.visiting import VisitRecord

# What can be said with one tap; whoever needs help has a page of his own.
ONE_TAP = [(VisitOutcome.WELL.value, gettext_lazy("Well")), (VisitOutcome.NOT_HOME.value, gettext_lazy("Not in"))]


class StairwellForm(forms.Form):
    """A field ``door-<uuid>`` for each door. Its uuid makes a form that is sent twice one walk."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stairwell: Stairwell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stairwell = stairwell
        for door in stairwell.doors:
            self.fields[_name(door.household.uuid)] = forms.ChoiceField(
                label=str(door.household), choices=ONE_TAP, required=False, widget=forms.RadioSelect
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        here = {_name(door.household.uuid) for door in self.stairwell.doors}
        if gone := sum(1 for name in self.data if name.startswith("door-") and name not in here and self.data[name]):
            sentence = ngettext(
                "%(n)d door is no longer on this page: what you chose there is not kept. Send the rest once more.",
                "%(n)d doors are no longer on this page: what you chose there is not kept. Send the rest once more.",
                gone,
            )
            raise forms.ValidationError(sentence % {"n": gone})
        if not any(said.get(_name(door.household.uuid)) for door in self.stairwell.doors):
            raise forms.ValidationError(_("Choose how it is at one door at least."))
        return said

    def doors(self) -> list[tuple[Any, forms.BoundField]]:
        """Each door with its field, in walking order."""
        return [(door, self[_name(door.household.uuid)]) for door in self.stairwell.doors]

    def records(self) -> list[VisitRecord]:
        """A visit for each door at which something was chosen."""
        walk = self.cleaned_data["uuid"]
        return [
            VisitRecord(door.household, outcome, uuid=uuid5(walk, str(door.household.uuid)))
            for door in self.stairwell.doors
            if (outcome := self.cleaned_data[_name(door.household.uuid)])
        ]


def _name(uuid: object) -> str:
    return f"door-{uuid}"
