"""What is asked when a case is put under supervision, and when its handler reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from caseworks import moves, supervision
from caseworks.forms.actions import ActionForm, text_field
from caseworks.models import Case
from caseworks.states import Party, Verb


def _days(label: Any, *, least: int = 1, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=supervision.MOST_DAYS, initial=1, help_text=help_text
    )


class SuperviseForm(ActionForm):
    verb = Verb.SUPERVISE
    text = text_field(gettext_lazy("Reason"), rows=3)
    feedback = _days(gettext_lazy("Feedback within (working days)"))

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return supervision.supervise(self.case, act, text=given["text"], feedback=given["feedback"])


class FeedbackForm(ActionForm):
    verb = Verb.FEEDBACK
    text = text_field(gettext_lazy("How it stands, and what comes next"))
    again = _days(gettext_lazy("Next feedback within (working days)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Party.SUPERVISOR in moves.parties_of(self.user, self.case):
            self.fields["again"] = _days(
                self.fields["again"].label, least=0, help_text=gettext_lazy("0 ends the supervision.")
            )

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return supervision.give_feedback(self.case, act, text=given["text"], again=given["again"])
