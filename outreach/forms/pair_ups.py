"""What is asked when a helper and a household are paired, when they are looked at again, and when it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.cadence import later
from outreach.models import PairUp, VisitForm, VisitOutcome, WhyEnded
from people.access import SEES_RESIDENTS
from people.forms.fields import near_today
from people.forms.leave import offer
from people.models import Household, Organisation, Post, User

TERM = 12  # months, unless somebody says otherwise
LONGEST = 36  # months
REVIEW_BEFORE = timedelta(days=30)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class TermForm(forms.Form):
    """Until when it runs, and when it is looked at before that."""

    until = _day(gettext_lazy("Until"))
    review_on = _day(gettext_lazy("Review on"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until, review = given.get("since") or timezone.localdate(), given.get("until"), given.get("review_on")
        if until and not since <= until <= later(since, LONGEST):
            self.add_error("until", _("A term lasts at most three years, and ends after it begins."))
        elif until and review and not since <= review <= until:
            self.add_error("review_on", _("The review lies within the term."))
        return given


class PairUpForm(TermForm):
    """Who helps, what for, how often, in which forms, for how long."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    staff = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Member of staff"), required=False)
    volunteer = forms.CharField(
        label=gettext_lazy("or a volunteer"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("His name; his team is chosen below."),
    )
    unit = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("or a unit, or the volunteer's team"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=200,
        help_text=gettext_lazy("The services that were agreed on, like shopping, repairs, going to the doctor."),
    )
    count = forms.IntegerField(label=pgettext_lazy("how often", "Contacts"), min_value=1, max_value=31, initial=1)
    months = forms.IntegerField(label=gettext_lazy("in months"), min_value=1, max_value=12, initial=1)
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("What counts"),
        choices=VisitForm.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None chosen: every form counts."),
    )
    since = _day(gettext_lazy("Since"))

    field_order = [
        "key", "staff", "volunteer", "unit", "purpose", "count", "months", "ways", "since", "until", "review_on",
    ]  # fmt: skip

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        until = later(today, TERM) - timedelta(days=1)
        kwargs.setdefault(
            "initial",
            {
                "key": uuid4(),
                "since": today,
                "until": until,
                "review_on": until - REVIEW_BEFORE,
                "ways": [VisitForm.HOME.value, VisitForm.PHONE.value],
            },
        )
        super().__init__(*args, **kwargs)
        self.household = household
        # Whoever has no post there would not see the household that he is to help.
        posts = Post.objects.current().filter(area__in=household.area.ancestor_ids(), role__in=SEES_RESIDENTS)
        offer(self.fields["staff"], User.objects.filter(pk__in=posts.values("user")))
        self.fields["staff"].empty_label = _("None")  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Organisation.objects.visible_to(user).active()  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        longest = LONGEST // 12
        return near_today(self.cleaned_data["since"], back=longest, ahead=longest)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        named = bool(given.get("volunteer") or given.get("unit"))
        if bool(given.get("staff")) == named and not {"staff", "volunteer", "unit"} & set(self.errors):
            self.add_error("staff", _("Who helps? A member of staff, or a volunteer, or a unit: one of them."))
        return given

    def pair_up(self) -> PairUp:
        said = self.cleaned_data
        kept = ("staff", "volunteer", "unit", "purpose", "count", "months", "since", "until", "review_on")
        fields = {name: said[name] for name in kept}
        return PairUp(uuid=said["key"], household=self.household, forms=said["ways"], **fields)


class EndForm(forms.Form):
    why = forms.ChoiceField(label=gettext_lazy("Why it ends"), choices=[("", "—"), *WhyEnded.choices])


class ContactForm(forms.Form):
    """A contact that a volunteer or a unit made, as the office heard of it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    on = _day(gettext_lazy("Day"))
    form = forms.ChoiceField(label=gettext_lazy("Form of contact"), choices=VisitForm.choices)
    outcome = forms.ChoiceField(
        label=gettext_lazy("How was it?"),
        # Nothing is chosen beforehand: a contact nobody made has no outcome.
        choices=[
            ("", "—"),
            *(
                (outcome.value, outcome.label)
                for outcome in (VisitOutcome.WELL, VisitOutcome.NEEDS_HELP, VisitOutcome.NOT_HOME)
            ),
        ],
        error_messages={"required": gettext_lazy("Choose how it is.")},
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4(), "on": timezone.localdate()})
        super().__init__(*args, **kwargs)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Please choose a day that is not in the future."))
        return day
