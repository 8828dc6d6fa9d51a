"""What is asked when a case is sorted, and when a deliberation is put on record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from caseworks import moves, sorting
from caseworks.forms.actions import ActionForm, text_field
from caseworks.models import Case, CaseKind
from caseworks.states import Verb


class SortForm(ActionForm):
    verb = Verb.SORT
    kind = forms.ChoiceField(
        label=gettext_lazy("What sort of matter is it?"), choices=CaseKind.choices, widget=forms.RadioSelect
    )
    text = text_field(gettext_lazy("Explanation, or the next step"), required=False, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = self.case.kind
        self.fields["text"].help_text = gettext_lazy(
            "For a wish that cannot be met: why not, and what is done instead. For an improvement: what is done next, "
            "by whom and by when. Winners and losers are decided by a deliberation."
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if owed := sorting.what_is_owed(given.get("kind", ""), given.get("text", "")):
            self.add_error("text", owed)
        return given

    def carry_out(self, act: moves.Act) -> Case:
        return sorting.sort(self.case, act, kind=self.cleaned_data["kind"], text=self.cleaned_data["text"])


class DeliberateForm(ActionForm):
    verb = Verb.DELIBERATE
    held_on = forms.DateField(
        label=gettext_lazy("Held on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    participants = text_field(gettext_lazy("Participants"), rows=2)
    minutes = text_field(pgettext_lazy("of a meeting", "Minutes"), rows=5)
    decision = text_field(gettext_lazy("Decision"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = timezone.localdate
        self.fields["participants"].help_text = gettext_lazy("Names, or how many of which building.")
        self.fields["minutes"].help_text = gettext_lazy(
            "What was said about the matter. Who holds which view is not written down."
        )

    def clean_held_on(self) -> Any:
        held_on = self.cleaned_data["held_on"]
        if held_on > timezone.localdate():
            raise forms.ValidationError(_("The deliberation is still to come: record it once it was held."))
        return held_on

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return sorting.deliberate(
            self.case,
            act,
            held_on=given["held_on"],
            participants=given["participants"],
            minutes=given["minutes"],
            decision=given["decision"],
        )
