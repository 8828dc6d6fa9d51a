"""What is asked when a ledger is handed in."""

from __future__ import annotations

from typing import BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from caseworks.importing import KIND_LABELS
from people.workbooks import MAX_FILE_BYTES, WorkbookRefused, open_workbook


class LedgerForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What does the workbook hold?"), choices=list(KIND_LABELS.items()), widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        max_length=200,
        help_text=_("At most 20 MB. Nothing is changed before you have seen the preview and confirmed it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is no workbook at once, in the gate's own sentence; what it holds, the preview finds out."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_FILE_BYTES:
            raise ValidationError(_("The file is larger than 20 MB. Copy only the filled rows into a new workbook."))
        try:
            open_workbook(cast(BinaryIO, file.file))
        except WorkbookRefused as refusal:
            raise ValidationError(refusal.message) from refusal
        finally:
            file.seek(0)
        return file
