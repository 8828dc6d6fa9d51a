"""What is asked when a ledger or a table of buildings is handed in."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from caseworks.importing import IMPORTERS, KIND_LABELS
from people.forms.buildings import towns_of
from people.models import Area, User
from people.workbooks import MAX_FILE_BYTES, TextRefused, WorkbookRefused, open_workbook


class LedgerForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What does the workbook hold?"),
        choices=[(kind, KIND_LABELS[kind]) for kind in IMPORTERS],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        max_length=200,
        help_text=_("At most 20 MB. Nothing is changed before you have seen the preview and confirmed it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        return _let_in(self.cleaned_data["file"])


class BuildingTableForm(forms.Form):
    """A table of the buildings of a town, as a workbook or a CSV file."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Town"), empty_label=None)
    file = forms.FileField(
        label=_("Workbook (.xlsx) or CSV file"),
        max_length=200,
        help_text=_("At most 20 MB. Nothing is changed before you have seen the preview and confirmed it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )
    whole = forms.BooleanField(label=_("This is the whole table: remove what it leaves out"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = towns_of(user)
        field = cast(forms.ModelChoiceField, self.fields["area"])
        field.queryset = towns
        field.initial = towns.first()

    def clean_file(self) -> UploadedFile:
        return _let_in(self.cleaned_data["file"], text=True)


def _let_in(file: UploadedFile, *, text: bool = False) -> UploadedFile:
    """Refuse what is no workbook at once, in the gate's own sentence; what it holds, the preview finds out.

    With *text*, a file of text passes: it may be a table, too.
    """
    if (file.size or 0) > MAX_FILE_BYTES:
        raise ValidationError(_("The file is larger than 20 MB. Copy only the filled rows into a new workbook."))
    try:
        open_workbook(cast(BinaryIO, file.file))
    except WorkbookRefused as refusal:
        if not (text and isinstance(refusal, TextRefused)):
            raise ValidationError(refusal.message) from refusal
    finally:
        file.seek(0)
    return file
