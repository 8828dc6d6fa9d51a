"""What is asked on a follow-up call. Every question is answered with one digit; none is answered beforehand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import moves, workflow
from caseworks.forms.actions import ActionForm, text_field
from caseworks.models import Case, Satisfaction, Solved
from caseworks.states import Verb

REACHED = [("yes", gettext_lazy("Reached")), ("no", gettext_lazy("Not reached"))]
REDO = [("yes", gettext_lazy("Ask for reopening")), ("no", gettext_lazy("Leave it closed"))]


def _choice(label: Any, choices: list[tuple[str, Any]], *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=required)


class FollowUpForm(ActionForm):
    """Reached, solved, satisfied; where something is still wrong, whether reopening is asked for."""

    verb = Verb.FOLLOW_UP

    reached = _choice(gettext_lazy("Caller"), REACHED, required=True)
    solved = _choice(gettext_lazy("Solved?"), list(Solved.choices))
    satisfaction = _choice(gettext_lazy("Satisfied?"), list(Satisfaction.choices))
    redo = _choice(gettext_lazy("What now?"), REDO)
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("reached") != "yes":
            return given
        for name in ("solved", "satisfaction"):
            if not given.get(name):
                self.add_error(name, _("Please choose an answer."))
        if dissatisfied(given.get("solved", ""), given.get("satisfaction", "")) and not given.get("redo"):
            self.add_error("redo", _("Please say whether the case is to be taken up again."))
        return given

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return workflow.follow_up(
            self.case,
            act,
            reached=given["reached"] == "yes",
            solved=given["solved"],
            satisfaction=given["satisfaction"],
            text=given["text"],
            redo=given["redo"] == "yes",
        )


def dissatisfied(solved: str, satisfaction: str) -> bool:
    """Whether an answer calls for the question what is to become of the case."""
    return solved == Solved.NO or satisfaction == Satisfaction.NOT
