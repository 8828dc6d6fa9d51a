"""What is asked of somebody who says where the houses of the town stand."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.building_rows import what_is_wrong
from people.importing import BuildingsOutcome, import_buildings
from people.importing.buildings import read_table, why_not_there
from people.models import Area, Building, User
from people.proximity import place_of
from people.workbooks import MAX_FILE_BYTES, WorkbookRefused


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


class BuildingTableForm(forms.Form):
    """A table of the buildings of a town, as a workbook or a CSV file."""

    area = forms.ModelChoiceField(Area.objects.none(), label=gettext_lazy("Town"), empty_label=None)
    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx) or CSV file"),
        help_text=gettext_lazy(
            "Columns: 地址, or 路名, 门牌号 and 幢; 东坐标 (Y) and 北坐标 (X) in metres, or 经度 and 纬度 in degrees. "
            "All from one source: maps on the internet shift places by some hundred metres."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )
    whole = forms.BooleanField(label=gettext_lazy("This is the whole table: remove what it leaves out"), required=False)
    dry_run = forms.BooleanField(label=gettext_lazy("Only say what would be done"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = towns_of(user)
        field = cast(forms.ModelChoiceField, self.fields["area"])
        field.queryset = towns
        field.initial = towns.first()

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 20 MB. Copy only the filled rows into a new workbook.")
            )
        return file

    def take_in(self, by: User) -> BuildingsOutcome | None:
        """Take the table in as asked; None where it is refused, and the form says why."""
        given = self.cleaned_data
        try:
            ledger = read_table(cast(BinaryIO, given["file"].file))
            return import_buildings(ledger, given["area"], by=by, whole=given["whole"], dry_run=given["dry_run"])
        except WorkbookRefused as refusal:
            self.add_error("file", refusal.message)
            return None
