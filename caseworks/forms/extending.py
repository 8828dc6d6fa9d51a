"""More time for a case: asked for by its handler, granted or refused by somebody else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from caseworks import extending, moves
from caseworks.forms.actions import ActionForm, text_field
from caseworks.models import Case, Extension
from caseworks.states import Verb


class ExtendForm(ActionForm):
    verb = Verb.EXTEND
    days = forms.IntegerField(label=gettext_lazy("More working days"), min_value=1, max_value=99)
    text = text_field(gettext_lazy("Why it takes longer"), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = _still_possible(extending.left(self.case))

    def carry_out(self, act: moves.Act) -> Case:
        return extending.ask(self.case, act, days=self.cleaned_data["days"], text=self.cleaned_data["text"])


class _DecideForm(ActionForm):
    """What granting and refusing have in common: the request is read where it is decided."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked := self.case.awaited_extension:
            self.fields["text"].help_text = _in_words(self.case, asked)


class GrantForm(_DecideForm):
    verb = Verb.GRANT
    text = text_field(gettext_lazy("Note"), required=False, rows=2)

    def carry_out(self, act: moves.Act) -> Case:
        return extending.grant(self.case, act, text=self.cleaned_data["text"])


class RefuseExtensionForm(_DecideForm):
    verb = Verb.REFUSE_EXTENSION
    text = text_field(gettext_lazy("Reason"), rows=3)

    def carry_out(self, act: moves.Act) -> Case:
        return extending.refuse(self.case, act, text=self.cleaned_data["text"])


def _in_words(case: Case, asked: Extension) -> str:
    told = _("%(name)s asks for %(days)s: %(reason)s") % {
        "name": asked.asked_by,
        "days": asked.limit.in_words(),
        "reason": asked.reason,
    }
    at = extending.foresee(case, asked).at
    if at is None:
        return told
    return f"{told} " + _("The case would be due on %(moment)s.") % {"moment": localize(timezone.localtime(at))}


def _still_possible(left: extending.Left) -> str:
    if not left.times or not left.days:
        return _("This case cannot be extended any more.")
    times = ngettext("%(n)d more extension", "%(n)d more extensions", left.times) % {"n": left.times}
    days = ngettext("%(n)d working day in all", "%(n)d working days in all", left.days) % {"n": left.days}
    return _("Still possible: %(times)s, %(days)s.") % {"times": times, "days": days}
