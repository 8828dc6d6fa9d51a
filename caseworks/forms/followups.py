"""What is asked on a follow-up call. Every question is answered with one digit; none is answered beforehand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import followup, moves, workflow, workload
from caseworks.forms.actions import ActionForm, text_field
from caseworks.forms.targets import HandOverForm
from caseworks.models import Case, Satisfaction, Solved, Way
from caseworks.states import Verb

REACHED = [("yes", gettext_lazy("Reached")), ("no", gettext_lazy("Not reached"))]
MET = [("yes", gettext_lazy("Met")), ("no", gettext_lazy("Nobody home"))]
REDO = [("yes", gettext_lazy("Ask for reopening")), ("no", gettext_lazy("Leave it closed"))]


def _choice(label: Any, choices: list[tuple[str, Any]], *, required: bool = False) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, required=required)


class AnswersForm(ActionForm):
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

    def answers(self) -> dict[str, Any]:
        """What was answered, as `workflow.follow_up` takes it."""
        given = self.cleaned_data
        return {
            "reached": given["reached"] == "yes",
            "solved": given["solved"],
            "satisfaction": given["satisfaction"],
            "text": given["text"],
            "redo": given["redo"] == "yes",
        }


class FollowUpForm(AnswersForm):
    """A call. The last one offers that a liaison asks at the door, where somebody could."""

    door = _choice(gettext_lazy("And now?"), [])
    field_order = ("reached", "door")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nearest = followup.visitors(self.case)[:1] if followup.last_call(self.case) else []
        self.visitor: workload.Candidate | None = nearest[0] if nearest else None
        field = self.fields["door"]
        assert isinstance(field, forms.ChoiceField)
        if self.visitor is None:
            del self.fields["door"]
        else:
            words = _("Ask at the door: %(name)s") % {"name": f"{self.visitor.area} {self.visitor.name}"}
            field.choices = [("yes", words), ("no", gettext_lazy("Close it unasked"))]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if self.visitor and given.get("reached") == "no" and not given.get("door"):
            self.add_error("door", _("This was the last call. Please say whether somebody asks at the door."))
        return given

    def carry_out(self, act: moves.Act) -> Case:
        wanted = self.visitor is not None and self.cleaned_data["door"] == "yes"
        door = self.visitor.route("") if self.visitor and wanted else None
        return workflow.follow_up(self.case, act, **self.answers(), door=door)


class DoorAnswersForm(AnswersForm):
    """The same questions at the door."""

    reached = _choice(gettext_lazy("Caller"), MET, required=True)

    def carry_out(self, act: moves.Act) -> Case:
        return workflow.follow_up(self.case, act, **self.answers(), way=Way.DOOR)


class AskAtDoorForm(HandOverForm):
    """Which liaison asks; the nearest comes first."""

    verb = Verb.ASK_AT_DOOR
    text = text_field(gettext_lazy("Note for the liaison"), required=False, rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].initial = next(iter(self.candidates), None)

    def candidates_for(self) -> list[workload.Candidate]:
        return followup.visitors(self.case)

    def carry_out(self, act: moves.Act) -> Case:
        text = self.cleaned_data["text"]
        return followup.send_to_door(self.case, act, to=self.route(text), text=text)


def dissatisfied(solved: str, satisfaction: str) -> bool:
    """Whether an answer calls for the question what is to become of the case."""
    return solved == Solved.NO or satisfaction == Satisfaction.NOT
