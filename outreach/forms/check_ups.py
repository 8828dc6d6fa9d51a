"""What is asked when check-ups are arranged, and when somebody came or did not. Never what was found."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from outreach.check_ups import usual_age
from outreach.models import CheckUpDay, CheckUpItem, CheckUpRound, WhyNotChecked
from people.forms.fields import SeveralField
from people.forms.households import offer_areas
from people.models import Area, User
from people.models.areas import within

MOST_SEATS = 2000
CAME = "done"


class DayForm(forms.Form):
    """A day: where, from when to when, for how many."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80)
    begins = forms.TimeField(
        label=pgettext_lazy("time", "Begins"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="08:00",
    )
    ends = forms.TimeField(
        label=pgettext_lazy("time", "Ends"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="11:00",
    )
    seats = forms.IntegerField(label=gettext_lazy("For how many"), min_value=1, max_value=MOST_SEATS, initial=60)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not 0 <= (day - timezone.localdate()).days <= 400:
            raise forms.ValidationError(_("Please choose a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        begins, ends = given.get("begins"), given.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("It ends before it begins."))
        return given

    def day(self, found: CheckUpRound | None = None) -> CheckUpDay:
        said = self.cleaned_data
        fields = {name: said[name] for name in ("on", "place", "begins", "ends", "seats")}
        return CheckUpDay(round=found, **fields) if found else CheckUpDay(**fields)


class RoundForm(DayForm):
    """A round with its first day."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=60)
    area = forms.ModelChoiceField(Area.objects.none(), label=gettext_lazy("Area"))
    from_age = forms.IntegerField(label=gettext_lazy("From age"), min_value=18, max_value=100)
    items = SeveralField(
        CheckUpItem.objects.filter(active=True),
        label=gettext_lazy("Items offered"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    field_order = ["key", "title", "area", "from_age", "items", "on", "place", "begins", "ends", "seats"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        items = list(CheckUpItem.objects.filter(active=True).values_list("pk", flat=True))
        kwargs.setdefault("initial", {"key": uuid4(), "from_age": usual_age(), "items": items})
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(within(user.scope.paths))
        offer_areas(self.fields["area"], areas)
        self.initial.setdefault("area", areas.order_by("path").first())

    def round(self) -> CheckUpRound:
        said = self.cleaned_data
        return CheckUpRound(uuid=said["key"], title=said["title"], area=said["area"], from_age=said["from_age"])


class CameForm(forms.Form):
    """Came, or why not: one choice for each invitation, none made beforehand."""

    result = forms.ChoiceField(
        label=gettext_lazy("Came?"),
        choices=[("", "—"), (CAME, pgettext_lazy("check-up", "Came")), *WhyNotChecked.choices],
        error_messages={"required": gettext_lazy("Please choose whether the person came.")},
    )

    @property
    def why(self) -> str:
        said: str = self.cleaned_data["result"]
        return "" if said == CAME else said


class DueForm(forms.Form):
    """Of which area, to be listed."""

    area = forms.ModelChoiceField(
        Area.objects.none(), label=gettext_lazy("Area"), required=False, empty_label=gettext_lazy("All")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], Area.objects.visible_to(user))
