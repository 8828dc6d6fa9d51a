"""The forms of suggestions: one taken down, each step, and what narrows the list."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import suggestions, workload
from caseworks.forms.actions import ActionForm, text_field
from caseworks.forms.callers import LONGEST, CallerForm
from caseworks.forms.targets import TargetField
from caseworks.models import Case, Channel, Suggestion
from caseworks.moves import Act
from caseworks.states import Verb
from caseworks.suggestion_states import MOVES, Decision, Step
from caseworks.suggestions import Proposal
from people.models import Area, User
from people.models.areas import within


class SuggestionForm(CallerForm):
    """A suggestion, taken down while somebody talks. Only what is proposed is required."""

    field_order = ["uuid", "channel", "caller", "resident", "caller_name", "anonymous", "summary"]

    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel, widget=forms.RadioSelect)
    summary = forms.CharField(
        label=gettext_lazy("What is proposed"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": gettext_lazy("Write down what is proposed.")},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["caller"].label = _("Proposer")
        self.fields["caller_name"].label = _("Proposer's name")

    def proposal(self) -> Proposal:
        said, who = self.cleaned_data, self.who
        return Proposal(
            uuid=said["uuid"] or uuid4(),
            channel=said["channel"],
            summary=said["summary"],
            proposer=who.resident,
            name=who.name,
            phone=who.phone[:60],
            anonymous=said["anonymous"],
            area=said["area"],
        )


class StepForm(forms.Form):
    """One step of one suggestion. It carries the version its page showed, and a key for sending it twice."""

    step: ClassVar[Step]

    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, suggestion: Suggestion, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": suggestion.version, "key": uuid4()})
        super().__init__(*args, **kwargs)
        self.suggestion, self.user = suggestion, user

    def perform(self) -> Suggestion:
        """Take the step. Raises `suggestions.Stale`, `moves.NotPossible` and PermissionDenied."""
        return self.carry_out(Act(self.user, self.cleaned_data["version"], self.cleaned_data["key"]))

    def carry_out(self, act: Act) -> Suggestion:
        raise NotImplementedError


class JudgeForm(StepForm):
    step = Step.JUDGE

    # Nothing is decided beforehand: a decision nobody took must not look like one.
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=Decision.choices, widget=forms.RadioSelect(attrs={"data-decision": ""})
    )
    text = text_field(gettext_lazy("Reason (the proposer is told it)"), required=False, rows=3)
    target = TargetField(label=gettext_lazy("Who carries it out"), required=False, lines=7)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target = self.fields["target"]
        assert isinstance(target, TargetField)
        target.offer(workload.candidates(self.user))
        self.candidates = target.candidates

    def carry_out(self, act: Act) -> Suggestion:
        said = self.cleaned_data
        chosen = self.candidates.get(said["target"])
        to = chosen.route("") if chosen else None
        return suggestions.judge(self.suggestion, act, decision=said["decision"], text=said["text"], to=to)


class DoForm(StepForm):
    step = Step.DO
    text = text_field(gettext_lazy("What was done"))

    def carry_out(self, act: Act) -> Suggestion:
        return suggestions.report_done(self.suggestion, act, text=self.cleaned_data["text"])


class GiveBackForm(StepForm):
    step = Step.GIVE_BACK
    text = text_field(gettext_lazy("Why it cannot be carried out"), rows=3)

    def carry_out(self, act: Act) -> Suggestion:
        return suggestions.give_back(self.suggestion, act, text=self.cleaned_data["text"])


class AnswerProposerForm(StepForm):
    step = Step.ANSWER
    text = text_field(gettext_lazy("Answer"))

    def carry_out(self, act: Act) -> Suggestion:
        return suggestions.answer(self.suggestion, act, text=self.cleaned_data["text"])


class NoteOnSuggestionForm(StepForm):
    step = Step.NOTE
    text = text_field(gettext_lazy("Note"), rows=2)

    def carry_out(self, act: Act) -> Suggestion:
        return suggestions.note(self.suggestion, act, text=self.cleaned_data["text"])


STEP_FORMS: dict[str, type[StepForm]] = {
    form.step.value: form for form in (JudgeForm, DoForm, GiveBackForm, AnswerProposerForm, NoteOnSuggestionForm)
}
assert set(STEP_FORMS) == {step.value for step in MOVES}


class IsSuggestionForm(ActionForm):
    """On a case: it is really a suggestion."""

    verb = Verb.SUGGESTION
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def carry_out(self, act: Act) -> Case:
        return suggestions.from_case(self.case, act, text=self.cleaned_data["text"])


class SuggestionFilterForm(forms.Form):
    """What narrows the list of suggestions; all of it in the address."""

    q = forms.CharField(label=gettext_lazy("Words, number or proposer"), required=False, max_length=60)
    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=[("", gettext_lazy("All")), *Decision.choices], required=False
    )
    area = forms.ModelChoiceField(
        Area.objects.none(), label=gettext_lazy("Area"), empty_label=gettext_lazy("All"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = Area.objects.filter(within(user.scope.paths)).select_related("level", "parent").order_by("path")
        area.label_from_instance = lambda one: one.long_name  # type: ignore[assignment,method-assign]

    def given(self) -> dict[str, Any]:
        """What was asked for, by field; one that cannot be read narrows nothing."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
