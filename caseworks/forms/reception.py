"""The forms of reception days: a day of the roster, the months ahead, a swap, an appointment, a conversation."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import reception
from caseworks.forms.actions import text_field
from caseworks.forms.callers import Caller, PersonForm
from caseworks.forms.desk import DeskForm
from caseworks.models import Appointment, Channel, ReceptionDay, ReceptionForm
from caseworks.reception import Booking
from people.forms.fields import SeveralField
from people.models import Area, User
from people.models.areas import within

MOST_MONTHS = 24


def _time() -> forms.TimeInput:
    return forms.TimeInput({"type": "time"}, format="%H:%M")


class ReceptionDayForm(forms.ModelForm):
    """A day of the roster. `version` is the one its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ReceptionDay
        fields = ("area", "date", "opens", "closes", "slot_minutes", "place", "form", "leader", "post", "contact")
        widgets = {
            "date": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "opens": _time(),
            "closes": _time(),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        area, leader = self.fields["area"], self.fields["leader"]
        assert isinstance(area, forms.ModelChoiceField) and isinstance(leader, forms.ModelChoiceField)
        area.queryset = Area.objects.filter(path__in=user.scope.paths).order_by("path")
        if (own := area.queryset.first()) and area.queryset.count() == 1:
            area.initial, area.widget = own.pk, forms.HiddenInput()
        # Who had a turn keeps it although he is no leader any more.
        leader.queryset = reception.leaders(user) | User.objects.filter(pk=self.instance.leader_id)
        leader.empty_label = str(_("By post alone, without an account"))
        self.initial["version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("leader") and not said.get("post"):
            self.add_error("leader", _("Name the leader, or at least his post."))
        opens, closes = said.get("opens"), said.get("closes")
        if opens and closes and opens >= closes:
            self.add_error("closes", _("Give both hours, the opening first."))
        on = said.get("date")
        if on and "date" in self.changed_data and on < timezone.localdate():
            self.add_error("date", _("This day is over."))
        return said

    def keep(self) -> ReceptionDay:
        """Write it down. Raises NotPossible where somebody else changed the day meanwhile."""
        day = self.save(commit=False)
        if day.pk:
            day.version = self.cleaned_data["version"] or 0
        return reception.keep(day, self.user, self.changed_data)


class PlanAheadForm(forms.Form):
    """How many months get their day, and who takes turns."""

    months = forms.IntegerField(
        label=gettext_lazy("Months ahead"), min_value=1, max_value=MOST_MONTHS, initial=12, widget=forms.NumberInput
    )
    among = SeveralField(
        User.objects.none(),
        label=gettext_lazy("Leaders who take turns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Please choose at least one leader.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among = self.fields["among"]
        assert isinstance(among, forms.ModelMultipleChoiceField)
        among.queryset = reception.leaders(user)
        among.initial = list(among.queryset)


class _DayField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{date_format(obj.date)} · {obj.who}"


class SwapForm(forms.Form):
    """With which day, and why."""

    other = _DayField(ReceptionDay.objects.none(), label=gettext_lazy("Swap with"), empty_label=None)
    reason = text_field(gettext_lazy("Reason"), rows=2)

    def __init__(self, *args: Any, day: ReceptionDay, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = self.fields["other"]
        assert isinstance(other, forms.ModelChoiceField)
        coming = ReceptionDay.objects.visible_to(user).filter(date__gte=timezone.localdate(), ended_at=None)
        other.queryset = coming.exclude(pk=day.pk).filter(within(user.scope.paths, "area__")).select_related("leader")


class AppointmentForm(PersonForm):
    """Somebody who wants to be received: who, when and about what."""

    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    slot = forms.TypedChoiceField(label=gettext_lazy("Time"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Form"), choices=ReceptionForm.choices)
    matter = forms.CharField(
        label=gettext_lazy("Matter"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, user: User, *args: Any, day: ReceptionDay, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"uuid": uuid4(), "form": day.form})
        super().__init__(user, *args, **kwargs)
        self.fields["caller"].label = _("Who comes")
        self.fields["caller_name"].label = _("Name")
        free = {f"{slot:%H:%M}": slot for slot in reception.free_slots(day)}
        slot = self.fields["slot"]
        assert isinstance(slot, forms.TypedChoiceField)
        slot.choices = [("", _("Without an appointment: into the queue now")), *((text, text) for text in free)]
        slot.coerce, slot.empty_value = free.__getitem__, None
        if day.date > timezone.localdate() and free:
            self.initial.setdefault("slot", next(iter(free)))

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not (self.who.name or self.who.phone):
            self.add_error("caller", _("Give a name or a number."))
        return said

    def booking(self) -> Booking:
        said, who = self.cleaned_data, self.who
        return Booking(
            uuid=said["uuid"] or uuid4(),
            resident=who.resident,
            name=who.name[:80],
            phone=who.phone[:60],
            form=said["form"],
            slot=said["slot"],
            matter=said["matter"],
        )


class ConversationForm(DeskForm):
    """One conversation of a reception day: the form of the desk, with whoever is next in the queue in it."""

    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, user: User, *args: Any, at: Appointment | None, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.at = at
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)
        channel.choices = [(Channel.RECEPTION.value, Channel.RECEPTION.label)]

    @property
    def who(self) -> Caller:
        """Whoever is in the form; the number he left with his appointment stays his, and is never shown in it."""
        caller = super().who
        if self.at and self.at.phone and not caller.phone and not self.cleaned_data.get("anonymous"):
            return Caller(caller.resident, caller.name, self.at.phone, caller.problem)
        return caller
