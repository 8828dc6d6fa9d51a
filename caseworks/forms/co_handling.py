"""Units that help with a case: asked, answering, no longer waited for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from caseworks import co_handling, moves
from caseworks.forms.actions import ActionForm, text_field
from caseworks.models import Case
from caseworks.states import Verb
from people.models import Organisation


class _UnitForm(ActionForm):
    unit = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Unit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = self.units()

    def units(self) -> Any:
        raise NotImplementedError


class AskUnitForm(_UnitForm):
    verb = Verb.CO_HANDLE
    text = text_field(gettext_lazy("What it is asked"), required=False, rows=3)

    def units(self) -> Any:
        return Organisation.objects.visible_to(self.user).active()

    def carry_out(self, act: moves.Act) -> Case:
        return co_handling.ask_unit(self.case, act, unit=self.cleaned_data["unit"], text=self.cleaned_data["text"])


class OpinionForm(ActionForm):
    verb = Verb.OPINION
    text = text_field(gettext_lazy("Opinion"))

    def carry_out(self, act: moves.Act) -> Case:
        return co_handling.give_opinion(self.case, act, text=self.cleaned_data["text"])


class WaiveForm(_UnitForm):
    verb = Verb.WAIVE
    text = text_field(gettext_lazy("Why its answer is not needed"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ModelChoiceField)
        waited_for = list(self.units()[:2])
        if len(waited_for) == 1:
            unit.initial = waited_for[0].pk

    def units(self) -> Any:
        return Organisation.objects.filter(co_handlings__in=self.case.co_handlings.waiting())

    def carry_out(self, act: moves.Act) -> Case:
        return co_handling.waive(self.case, act, unit=self.cleaned_data["unit"], text=self.cleaned_data["text"])
