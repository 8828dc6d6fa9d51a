"""What every form about one verb has in common. The forms stand beside it, by what they are about."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms

from caseworks import moves
from caseworks.models import Case
from caseworks.states import Verb
from people.models import User

LONGEST_TEXT = 2000


def text_field(label: Any, *, required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


def written(form: forms.Form) -> str:
    """The words of a form that was sent, whether or not it can be taken; "" of one that was not."""
    return str(form.data.get("text", "")).strip() if form.is_bound else ""


class ActionForm(forms.Form):
    """One verb on one case. It carries the version its page showed, and a key that makes sending it twice harmless."""

    verb: ClassVar[Verb]

    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": case.version, "key": uuid4()})
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user

    def perform(self) -> Case:
        """Do it. Raises what the verb raises: `moves.Stale`, `moves.NotPossible`, PermissionDenied."""
        act = moves.Act(self.user, self.cleaned_data["version"], self.cleaned_data["key"])
        return self.carry_out(act)

    def carry_out(self, act: moves.Act) -> Case:
        raise NotImplementedError
