"""Who keeps which department, and what came of a meeting, a talk or a visit."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach import departments
from outreach.departments import ContactRecord
from outreach.models import ContactKind, ContactPlace, KeptDepartment, LeaderContact
from people.forms.fields import near_today
from people.forms.leave import offer
from people.models import Organisation, User


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


# What is entered late, or ahead of its day, is no older and no further off.
YEARS = 10


class KeepForm(forms.Form):
    """Which leader keeps which department from which day on; *instead* of whom, where somebody kept it so far."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    leader = forms.ModelChoiceField(User.objects.none(), label=_("Leader"))
    unit = forms.ModelChoiceField(Organisation.objects.none(), label=_("Department"), empty_label=_("Please choose"))
    since = _day(_("First day"))

    def __init__(self, *args: Any, user: User, instead: KeptDepartment | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), "since": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.user, self.instead = user, instead
        offer(self.fields["leader"], departments.leaders_for(user))
        self.fields["unit"].queryset = departments.units_for(user)  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        return near_today(self.cleaned_data["since"], back=YEARS, ahead=YEARS)

    def keep(self) -> KeptDepartment:
        """Do it as asked; raises `departments.NotPossible`."""
        given = self.cleaned_data
        if self.instead and self.instead.unit == given["unit"]:
            return departments.hand_on(
                self.instead, given["leader"], since=given["since"], by=self.user, key=given["key"]
            )
        return departments.keep(given["leader"], given["unit"], since=given["since"], by=self.user, key=given["key"])


class ContactForm(forms.Form):
    """One contact: what it was, who went, with which department, to which enterprise."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What it was"), choices=ContactKind.choices, widget=forms.RadioSelect)
    who = forms.ModelChoiceField(User.objects.none(), label=_("Who went"))
    pair = forms.ModelChoiceField(
        KeptDepartment.objects.none(),
        label=_("Department"),
        required=False,
        empty_label=_("None"),
        help_text=_("Which of the key departments was met, or came along."),
    )
    enterprise = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Enterprise"),
        required=False,
        empty_label=_("None"),
        help_text=_("For a talk or a visit."),
    )
    on = _day(_("Date"))
    form = forms.ChoiceField(label=_("Form of contact"), choices=ContactPlace.choices)
    note = forms.CharField(
        label=_("What it was about"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    promised = forms.CharField(
        label=_("Promised"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, user: User, own: bool = False, **kwargs: Any) -> None:
        usual = {"key": uuid4(), "on": timezone.localdate(), "kind": ContactKind.MEETING, "who": user.pk}
        kwargs["initial"] = {**usual, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.user = user
        pairs = KeptDepartment.objects.visible_to(user).select_related("leader", "unit")
        if own:
            # On a phone everybody records his own.
            del self.fields["who"]
            pairs = pairs.filter(leader=user)
        else:
            offer(self.fields["who"], departments.leaders_for(user))
        self.fields["pair"].queryset = pairs  # type: ignore[attr-defined]
        self.fields["enterprise"].queryset = departments.enterprises_of(user).enterprises()  # type: ignore[attr-defined]

    def record(self) -> LeaderContact:
        """Write it down; raises `departments.NotPossible`."""
        given = self.cleaned_data
        told = ContactRecord(
            kind=given["kind"],
            who=given.get("who") or self.user,
            on=given["on"],
            pair=given["pair"],
            enterprise=given["enterprise"],
            form=given["form"],
            note=given["note"],
            promised=given["promised"],
            key=given["key"],
        )
        return departments.record(told, self.user)
