"""The admin of `outreach`: the working calendar, visits, and what is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.admin import cadence, departments, texts
from outreach.models import CalendarDay, OfficeHours
from outreach.working_days import BadDayFile, Consequence, import_days, said_of_kept, tell_of_correction
from people.admin.base import VersionedAdmin

__all__ = ["cadence", "departments", "texts"]

# A year has some forty days that are not what their weekday says; a file this large is something else.
LARGEST_FILE = 200_000


class CorrectingAdmin(VersionedAdmin):
    """Days and hours by which deadlines are counted: whoever changes one is told which deadlines move."""

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Model], change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._say(request, tell_of_correction(request.user))  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self._say(request, tell_of_correction(request.user))  # type: ignore[arg-type]

    def _say(self, request: HttpRequest, consequences: list[Consequence]) -> None:
        for one in consequences:
            follow = _("See how far it is")
            link = format_html(' <a href="{}">{}</a>', one.url, follow) if one.url else ""
            self.message_user(request, format_html("{}{}", one.text, link))


class DayFileForm(forms.Form):
    """The holiday notice of a year, as a CSV file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy(
            "Columns: date, kind (working or off), name, source. The office's own days stay as they are."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("The file is too large to be a list of days."))
        return file


@admin.register(CalendarDay)
class CalendarDayAdmin(CorrectingAdmin):
    list_display = ["date", "kind", "name", "source"]
    list_filter = ["kind"]
    search_fields = ["date", "name"]
    ordering = ["-date"]
    deletable = True
    fieldsets = [
        (
            None,
            {
                "fields": ["date", "kind", "name", "opens", "closes", "source", "note"],
                "description": gettext_lazy("A day without a source is the office's own: no notice changes it."),
            },
        )
    ]

    def get_urls(self) -> list[URLPattern]:
        take_in = path("import/", self.admin_site.admin_view(self.take_in), name="outreach_calendarday_import")
        return [take_in, *super().get_urls()]

    def take_in(self, request: HttpRequest) -> HttpResponse:
        """Take in the days of a file: all of them, or none where a line cannot be read."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = DayFileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                done = import_days(form.cleaned_data["file"].read(), request.user)  # type: ignore[arg-type]
            except BadDayFile as sentence:
                form.add_error("file", str(sentence))
            else:
                figures = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
                told = _("%(added)d days added, %(changed)d changed, %(unchanged)d unchanged.") % figures
                self.message_user(request, f"{told} {said_of_kept(done)}".strip())
                self._say(request, done.consequences)
                return redirect(reverse("admin:outreach_calendarday_changelist"))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Take in the days of a year"),
            "opts": self.opts,
            "form": form,
        }
        return TemplateResponse(request, "admin/take_in.html", context)


@admin.register(OfficeHours)
class OfficeHoursAdmin(CorrectingAdmin):
    list_display = ["weekday", "opens", "closes"]
