"""An incident: declaring one, and the households it reaches, by area, by building, one by one or from a list."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import incidents
from caseworks.forms.actions import ActionForm, text_field
from caseworks.incident_households import building_of, buildings, choosable, read_list
from caseworks.models import Case
from caseworks.moves import Act
from caseworks.states import Verb
from people.forms.fields import SeveralField
from people.models import Area, Household, User
from people.models.areas import within

# A pasted list of a whole community.
LONGEST_LIST = 60_000


class IncidentForm(ActionForm):
    verb = Verb.INCIDENT
    text = text_field(gettext_lazy("What happened, and since when"), required=False, rows=3)

    def carry_out(self, act: Act) -> Case:
        return incidents.declare(self.case, act, text=self.cleaned_data["text"])


class AffectedForm(forms.Form):
    """Which households: everything that was ticked or pasted, together. Only what the user sees can be chosen."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    areas = SeveralField(Area.objects.none(), required=False)
    buildings = forms.MultipleChoiceField(required=False)
    households = forms.ModelMultipleChoiceField(Household.objects.none(), to_field_name="uuid", required=False)
    listed = forms.CharField(
        label=gettext_lazy("Paste a list"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy("One household a line: its number in the ledger, or its address."),
    )

    def __init__(self, *args: Any, user: User, near: Area | None, shown: list[Household], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.near, self.shown = user, near, shown
        # Those of the area that is shown, to choose from.
        self.standing = buildings(shown)
        areas, homes, houses = self.fields["areas"], self.fields["households"], self.fields["buildings"]
        assert isinstance(areas, forms.ModelMultipleChoiceField)
        assert isinstance(homes, forms.ModelMultipleChoiceField) and isinstance(houses, forms.MultipleChoiceField)
        areas.queryset = Area.objects.filter(within(user.scope.paths)).active()
        homes.queryset = Household.objects.visible_to(user).current()
        houses.choices = [(one.key, one.key) for one in self.standing]
        self.unknown: list[str] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        chosen = {one.pk: one for one in choosable(self.user, data["areas"])} if data["areas"] else {}
        wanted = set(data["buildings"])
        chosen |= {one.pk: one for one in self.shown if wanted and building_of(one.address) in wanted}
        chosen |= {one.pk: one for one in data["households"]}
        listed = read_list(self.user, data["listed"], self.near)
        chosen |= {one.pk: one for one in listed.households}
        self.unknown = listed.unknown
        data["chosen"] = list(chosen.values())
        if not chosen:
            self.add_error(None, _("Please choose households, or paste a list in which some are found."))
        return data
