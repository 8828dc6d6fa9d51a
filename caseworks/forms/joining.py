"""Cases that hang together: which one to merge into or to link to, and what a case is split into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import intake, joining
from caseworks.forms.actions import ActionForm
from caseworks.forms.callers import area_of, lookup
from caseworks.forms.desk import category_label
from caseworks.models import Case, Category
from caseworks.moves import Act
from caseworks.states import OPEN, Verb


class OtherCaseForm(ActionForm):
    """Another case, by its number; looked up through the scope of the user."""

    number = forms.CharField(
        label=gettext_lazy("Number of the other case"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "placeholder": "2611-0001"}),
    )

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"].strip()
        self.other = Case.objects.visible_to(self.user).filter(number=typed).first()
        if typed and self.other is None:
            raise forms.ValidationError(_("There is no case with the number “%(number)s”.") % {"number": typed})
        return typed


class MergeForm(OtherCaseForm):
    """The likely duplicates to choose from, or any number."""

    verb = Verb.MERGE
    into = forms.ChoiceField(
        label=gettext_lazy("Merge into"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "The caller becomes another caller of that case. This one still counts as received, no longer as due. "
            "Can be undone for 10 minutes."
        ),
    )
    field_order = ("version", "key", "into", "number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].label = _("Or the number of another case")
        self.likely = {one.number: one for one in self._likely()}
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)
        into.choices = [(number, self._told(one)) for number, one in self.likely.items()]

    def _likely(self) -> list[Case]:
        case = self.case
        alike = intake.likely_duplicates(
            self.user, caller=case.caller, phone=case.caller_phone, area=case.area, category=case.category
        )
        return [one for one in alike if one.pk != case.pk and one.status in OPEN]

    def _told(self, one: Case) -> str:
        place = f" · {one.area}" if one.area else ""
        return f"{one.number} · {one.summary[:40]}{place} · {one.get_status_display()}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.other = getattr(self, "other", None) or self.likely.get(data.get("into", ""))
        if self.other is None and "number" not in self.errors:
            self.add_error("number", _("Please choose the case to merge into."))
        return data

    def carry_out(self, act: Act) -> Case:
        assert self.other is not None
        return joining.merge(self.case, act, into=self.other)


class LinkForm(OtherCaseForm):
    verb = Verb.LINK

    def carry_out(self, act: Act) -> Case:
        assert self.other is not None
        return joining.link(self.case, act, other=self.other)


class UnlinkForm(OtherCaseForm):
    verb = Verb.UNLINK

    def carry_out(self, act: Act) -> Case:
        assert self.other is not None
        return joining.unlink(self.case, act, other=self.other)


class _CategoryField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return category_label(obj)


@dataclass(frozen=True)
class PartFields:
    """The boxes for one new case, as the page shows them together; the first one has to be filled in."""

    number: int
    request: forms.BoundField
    category: forms.BoundField
    area_name: forms.BoundField
    area: forms.BoundField
    place: forms.BoundField

    @property
    def opened(self) -> bool:
        """It was begun: its boxes stand open."""
        return any(one.value() or one.errors for one in (self.request, self.category, self.area_name, self.place))


class SplitForm(ActionForm):
    """The other matters that stand in one request, each with its own category and place; what is left stays."""

    verb = Verb.SPLIT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = self.case.area.long_name if self.case.area else ""
        for number in range(1, joining.MOST_PARTS + 1):
            self.fields |= {
                f"summary_{number}": forms.CharField(
                    label=_("New case %(number)d: request") % {"number": number},
                    max_length=200,
                    required=number == 1,
                    widget=forms.Textarea({"rows": 2}),
                ),
                f"category_{number}": _CategoryField(
                    Category.objects.active().select_related("parent"),
                    label=_("New case %(number)d: category") % {"number": number},
                    required=False,
                    empty_label=_("As before"),
                ),
                f"area_name_{number}": forms.CharField(
                    label=_("New case %(number)d: area") % {"number": number},
                    required=False,
                    max_length=160,
                    widget=lookup("desk_areas", placeholder=_("As before: %(area)s") % {"area": before or "–"}),
                ),
                f"area_{number}": forms.IntegerField(required=False, widget=forms.HiddenInput),
                f"place_{number}": forms.CharField(
                    label=_("New case %(number)d: place") % {"number": number},
                    required=False,
                    max_length=200,
                    widget=forms.TextInput({"autocomplete": "off"}),
                ),
            }

    @property
    def parts(self) -> list[PartFields]:
        names = ("summary", "category", "area_name", "area", "place")
        numbers = range(1, joining.MOST_PARTS + 1)
        return [PartFields(number, *(self[f"{name}_{number}"] for name in names)) for number in numbers]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, joining.MOST_PARTS + 1):
            chosen, typed = data.get(f"area_{number}"), data.get(f"area_name_{number}", "")
            data[f"area_{number}"] = None
            try:
                data[f"area_{number}"] = area_of(self.user, chosen if typed else None, typed)
            except forms.ValidationError as sentence:
                self.add_error(f"area_name_{number}", sentence)
            more = any(data.get(f"{name}_{number}") for name in ("category", "area_name", "place"))
            if more and not data.get(f"summary_{number}") and f"summary_{number}" not in self.errors:
                self.add_error(f"summary_{number}", _("Write down what this case is about."))
        return data

    def carry_out(self, act: Act) -> Case:
        given = self.cleaned_data
        parts = [
            joining.Part(*(given[f"{name}_{number}"] for name in ("summary", "category", "area", "place")))
            for number in range(1, joining.MOST_PARTS + 1)
            if given[f"summary_{number}"]
        ]
        return joining.split(self.case, act, parts=parts)
