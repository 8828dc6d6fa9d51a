"""What is asked of somebody who says where a house stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from people.building_rows import what_is_wrong
from people.importing.buildings import why_not_there
from people.models import Area, Building, User
from people.proximity import place_of


def towns_of(user: User) -> Any:
    """The towns whose buildings *user* may enter."""
    return Area.objects.visible_to(user).active().at_level("town")


class BuildingForm(forms.ModelForm):
    """One house by hand, held against the rules of the table."""

    class Meta:
        model = Building
        fields = ["area", "address", "east", "north"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not {"area", "address", "east", "north"} <= given.keys():
            return given
        house = place_of(given["address"]).house
        wanted = Building(pk=self.instance.pk, **given)
        same = Building.objects.filter(area=given["area"], **house._asdict()).exclude(pk=self.instance.pk)
        if sentence := what_is_wrong(given["address"]):
            self.add_error("address", sentence)
        elif same.exists():
            self.add_error("address", _("This building is in the table already. Change its row instead."))
        elif sentence := why_not_there(wanted):
            self.add_error("east", sentence)
        return given
