"""Cases that hang together: which one to merge into or to link to, and what a case is split into."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import intake, joining
from caseworks.forms.actions import ActionForm
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


class SplitForm(ActionForm):
    """The other matters that stand in one request; what is left stays with the case."""

    verb = Verb.SPLIT

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, joining.MOST_PARTS + 1):
            self.fields[f"summary_{number}"] = forms.CharField(
                label=_("New case %(number)d: request") % {"number": number},
                max_length=200,
                required=number == 1,
                widget=forms.Textarea({"rows": 2}),
            )
            self.fields[f"category_{number}"] = forms.ModelChoiceField(
                Category.objects.active(),
                label=_("New case %(number)d: category") % {"number": number},
                required=False,
                empty_label=_("As before"),
            )
        self.fields["summary_1"].help_text = _(
            "The first receipt counts: their clocks run from then. This case goes on with what is left. "
            "Can be undone for 10 minutes."
        )

    def carry_out(self, act: Act) -> Case:
        given = self.cleaned_data
        parts = [
            joining.Part(given[f"summary_{number}"], given[f"category_{number}"])
            for number in range(1, joining.MOST_PARTS + 1)
            if given[f"summary_{number}"]
        ]
        return joining.split(self.case, act, parts=parts)
