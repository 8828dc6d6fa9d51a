"""Somebody to hand a case to: a post or a unit, chosen from a list that can be narrowed by initials."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import workload
from caseworks.forms.actions import ActionForm
from caseworks.routing import Route
from people.access import Role


class TargetSelect(forms.Select):
    """A list of posts and units that can be narrowed by initials: every option brings its search keys."""

    keys: dict[str, str]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if key := self.keys.get(str(value)):
            option["attrs"]["data-search"] = key
        return option


class TargetField(forms.ChoiceField):
    """A choice among candidates. `lines` is how many of them show at once; with 1 the list folds out."""

    widget = TargetSelect
    candidates: dict[str, workload.Candidate]

    def __init__(self, *, lines: int = 9, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.candidates = {}
        if lines > 1:
            self.widget.attrs["size"] = lines

    def offer(self, candidates: Iterable[workload.Candidate], nobody: Any = None) -> None:
        """Offer *candidates*, and with a label for it the choice of nobody."""
        self.candidates = {candidate.key: candidate for candidate in candidates}
        grouped = _grouped(list(self.candidates.values()))
        self.choices = [("", nobody), *grouped] if nobody else grouped
        select: Any = self.widget
        select.keys = {key: f"{one.name} {one.search}" for key, one in self.candidates.items()}


class HandOverForm(ActionForm):
    """What dispatching, re-routing and the like have in common: somebody to hand the case to."""

    target = TargetField(label=gettext_lazy("Hand to"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        target = self.fields["target"]
        assert isinstance(target, TargetField)
        target.offer(self.candidates_for())
        self.candidates = target.candidates

    def candidates_for(self) -> list[workload.Candidate]:
        return workload.candidates(self.user)

    def route(self, reason: str) -> Route:
        return self.candidates[self.cleaned_data["target"]].route(reason)


def _grouped(candidates: list[workload.Candidate]) -> list[tuple[Any, Any]]:
    """Choices under the area above each post, so that the first groups of two communities are told apart."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in candidates:
        if one.area is None:
            groups.setdefault(str(_("Units")), []).append((one.key, f"{one.name} · {_in_hand(one.load)}"))
            continue
        home = one.area.parent if one.area.level.holds_households and one.area.parent else one.area
        label = f"{one.area} {one.name} · {Role(one.role).label} · {_in_hand(one.load)}"
        groups.setdefault(str(home), []).append((one.key, label))
    return list(groups.items())


def _in_hand(load: workload.Load) -> str:
    if load.overdue:
        return _("%(open)d in hand, %(overdue)d overdue") % {"open": load.open, "overdue": load.overdue}
    return _("%(open)d in hand") % {"open": load.open}
