"""What is asked when a case is returned, given straight back, adjudicated or transferred."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import moves, returning, transferring, workload
from caseworks.forms.actions import ActionForm, text_field
from caseworks.forms.targets import HandOverForm, TargetField
from caseworks.models import Case, ReturnReason
from caseworks.states import Verb


class ReturnForm(ActionForm):
    verb = Verb.RETURN
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=ReturnReason.choices, widget=forms.RadioSelect)
    better = TargetField(label=gettext_lazy("Who should have it"), required=False, lines=1)
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last := returning.until(self.case):
            moment = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
            self.fields["reason"].help_text = _("Can be returned until %(moment)s.") % {"moment": moment}
        better = self.fields["better"]
        assert isinstance(better, TargetField)
        better.offer(workload.neighbours(self.user, self.case), nobody=gettext_lazy("I do not know"))
        self.candidates = better.candidates

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("reason") == ReturnReason.UNCLEAR and not given.get("text"):
            self.add_error("text", _("Say what must be known."))
        return given

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        chosen = self.candidates.get(given["better"])
        better = chosen.route("") if chosen else None
        return returning.send_back(self.case, act, reason=given["reason"], text=given["text"], better=better)


class SendStraightBackForm(ActionForm):
    verb = Verb.SEND_STRAIGHT_BACK
    text = text_field(gettext_lazy("What was missing, or why it stays there"), rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        return returning.send_straight_back(self.case, act, text=self.cleaned_data["text"])


class AdjudicateForm(HandOverForm):
    verb = Verb.ADJUDICATE
    text = text_field(gettext_lazy("Reason"), rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        text = self.cleaned_data["text"]
        return returning.adjudicate(self.case, act, to=self.route(text), text=text)


class TransferForm(HandOverForm):
    verb = Verb.TRANSFER
    text = text_field(gettext_lazy("Reason"), rows=2)

    def candidates_for(self) -> list[workload.Candidate]:
        return workload.neighbours(self.user, self.case)

    def carry_out(self, act: moves.Act) -> Case:
        text = self.cleaned_data["text"]
        return transferring.transfer(self.case, act, to=self.route(text), text=text)
