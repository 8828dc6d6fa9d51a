"""The form of the desk: one call, taken down. Everything typed is read leniently; only a request is required."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks.forms.callers import LONGEST, CallerForm, lookup
from caseworks.intake import Intake
from caseworks.models import Category, Channel, Urgency
from caseworks.routing import Request, sort_of
from caseworks.search import find_categories
from people.models import Household, Membership, Resident, User


def category_label(category: Category) -> str:
    return f"{category.parent} › {category}" if category.parent else str(category)


class _CategoryField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return category_label(obj)


class DeskForm(CallerForm):
    """One call."""

    # As they stand on the page, which is the order in which what is wrong is told.
    field_order = (
        *("uuid", "channel", "caller", "resident", "caller_name", "anonymous", "concerned", "concerned_resident"),
        *("summary", "category", "category_typed", "urgency", "area_name", "area", "place", "answer"),
    )

    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel, widget=forms.RadioSelect)
    concerned = forms.CharField(
        label=gettext_lazy("For somebody else?"), required=False, max_length=80, widget=lookup("desk_callers")
    )
    concerned_resident = forms.UUIDField(required=False, widget=forms.HiddenInput)
    summary = forms.CharField(
        label=gettext_lazy("Request"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"required": gettext_lazy("Write down what the caller asks for.")},
    )
    category = _CategoryField(
        label=gettext_lazy("Category"),
        required=False,
        queryset=Category.objects.none(),
        empty_label=gettext_lazy("Not yet sorted"),
    )
    category_typed = forms.CharField(
        required=False, max_length=80, widget=lookup("desk_categories", hidden=True, **{"data-automatic": "true"})
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"),
        required=False,
        choices=[("", gettext_lazy("As usual for the category")), *Urgency.choices],
    )
    place = forms.CharField(
        label=gettext_lazy("Place"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        categories = self.fields["category"]
        assert isinstance(categories, forms.ModelChoiceField)
        categories.queryset = Category.objects.active().select_related("parent")

    # ---- Whom and what the words mean ----

    def clean(self) -> dict[str, Any]:
        """Turn what was chosen into records. What is wrong is said at the box that people see, not at a hidden one."""
        data = super().clean()
        data["concerned_resident"] = self.resident_of(data.get("concerned_resident"), "concerned")
        if "category" not in self.errors:
            data["category"] = data["category"] or self._category(data.get("category_typed", ""))
        return data

    def _category(self, typed: str) -> Category | None:
        """The one category that was meant where its name was typed and not chosen."""
        found = list(find_categories(typed)[:2]) if typed else []
        if len(found) == 1:
            return found[0]
        if typed:
            self.add_error("category", _("“%(typed)s” is no category. Choose one from the list.") % {"typed": typed})
        return None

    # ---- What becomes of it ----

    @property
    def household(self) -> Household | None:
        """The household that the request is about: of the person concerned, else of the caller; in the area if any."""
        person = self.cleaned_data.get("concerned_resident") or self.who.resident
        homes = self.homes(person)
        area = self.cleaned_data.get("area")
        nearby = [home for home in homes if area and (home.area.path or "").startswith(area.path or "")]
        return next(iter(nearby or homes), None)

    def homes(self, resident: Resident | None) -> list[Household]:
        """Where *resident*, who is named in the form, lives today, as far as the user may know."""
        return self._homes.get(resident.pk, []) if resident else []

    @cached_property
    def _homes(self) -> dict[int, list[Household]]:
        """The homes of everybody who is named in the form, by his primary key: asked for often, looked up once."""
        named = (self.who.resident, self.cleaned_data.get("concerned_resident"))
        current = Membership.objects.current().filter(resident__in=[person.pk for person in named if person])
        current = current.filter(household__ended_on__isnull=True)
        found: dict[int, list[Household]] = {}
        for member in current.select_related("household__area__level", "household__area__parent"):
            if self.user.scope.covers(member.household.area.path or ""):
                found.setdefault(member.resident_id, []).append(member.household)
        return found

    @property
    def request(self) -> Request:
        category: Category | None = self.cleaned_data.get("category")
        usual = category.urgency if category else Urgency.NORMAL
        return Request(
            category=category,
            channel=self.cleaned_data.get("channel", ""),
            area=self.cleaned_data.get("area"),
            urgency=self.cleaned_data.get("urgency") or usual,
            household=sort_of(self.household),
        )

    def intake(self, *, answered: bool) -> Intake:
        """The call as intake takes it. An answer that was begun but not given is kept with the details."""
        data, caller, request = self.cleaned_data, self.who, self.request
        details = []
        if data["answer"] and not answered:
            details.append(_("Said to the caller: %(answer)s") % {"answer": data["answer"]})
        return Intake(
            uuid=data["uuid"] or uuid4(),
            channel=request.channel,
            summary=data["summary"],
            details="\n".join(details),
            category=request.category,
            urgency=request.urgency,
            caller=caller.resident,
            caller_name=caller.name,
            caller_phone=caller.phone[:60],
            anonymous=data["anonymous"],
            concerned=data["concerned_resident"],
            concerned_name="" if data["concerned_resident"] else data["concerned"],
            household=self.household,
            area=request.area,
            place=data["place"],
            answer=data["answer"] if answered else "",
        )
