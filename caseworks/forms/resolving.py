"""What is asked when a case is resolved: the outcome for the file, the reply for the caller, and a look at both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from caseworks import answering, approving, moves, workflow
from caseworks.forms.actions import ActionForm, text_field
from caseworks.models import Case, Solved, TextModule
from caseworks.replies import Finding
from caseworks.states import Verb
from people.models import Photo


class ResolveForm(ActionForm):
    """Asks for the reply in words of its own. `findings` is what the check found and nobody has let stand yet."""

    verb = Verb.RESOLVE
    text = text_field(gettext_lazy("Outcome"))
    reply = text_field(gettext_lazy("What the caller is told"))
    # No choice is made beforehand: an answer nobody gave must not look like one.
    solved = forms.ChoiceField(label=gettext_lazy("Solved?"), choices=Solved.choices, widget=forms.RadioSelect)
    # Out of sight until there is something to let stand.
    all_the_same = forms.BooleanField(
        label=gettext_lazy("Resolve all the same"), required=False, widget=forms.HiddenInput
    )

    photos: Sequence[Photo] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.findings: list[Finding] = []

    def templates(self) -> list[TextModule]:
        """Ready-made replies; whoever resolves the case puts one in himself."""
        return list(TextModule.objects.filter(use=TextModule.Use.REPLY, active=True))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("text") and self.reply_in(given):
            self.findings = answering.findings(self.case, given["text"], self.reply_in(given))
        if self.findings:
            self.fields["all_the_same"].widget = forms.CheckboxInput()
        if not self.errors and not given.get("all_the_same"):
            for finding in self.findings:
                self.add_error(None, str(finding.sentence))
        return given

    def reply_in(self, given: dict[str, Any]) -> str:
        return str(given.get("reply") or "")

    def carry_out(self, act: moves.Act) -> Case:
        given = self.cleaned_data
        return workflow.resolve(
            self.case,
            act,
            text=given["text"],
            solved=given["solved"],
            reply=self.reply_in(given),
            despite=[finding.value for finding in self.findings],
            photos=self.photos,
        )


class ResolveOnPhoneForm(ResolveForm):
    """On the phone one text serves for both, unless the liaison writes the caller's words himself."""

    reply = text_field(gettext_lazy("What the caller is told, if in other words"), required=False, rows=2)

    def reply_in(self, given: dict[str, Any]) -> str:
        return super().reply_in(given) or str(given.get("text") or "")


class ApproveForm(ActionForm):
    verb = Verb.APPROVE
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        return approving.approve(self.case, act, text=self.cleaned_data["text"])


class SendBackToRedoForm(ActionForm):
    verb = Verb.SEND_BACK_TO_REDO
    text = text_field(gettext_lazy("What is still missing"), rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        return approving.send_back_to_redo(self.case, act, text=self.cleaned_data["text"])
