"""The form of the desk: one call, taken down. Everything typed is read leniently; only a request is required."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks.intake import Intake
from caseworks.models import Category, Channel, Urgency
from caseworks.routing import Request
from caseworks.search import find_categories
from people.identifiers import parse_phones
from people.models import Area, Household, Membership, Resident, User
from people.search import find_areas

# Fewer digits in a row than this are part of a name ("3号楼王阿姨"), not a number.
_NUMBER = re.compile(r"(?:\d[\s-]*){3,}")
LONGEST = 2000  # characters of a request or an answer
MOST_AREAS = 5


@dataclass(frozen=True)
class Caller:
    """Whoever is on the line. `problem` says in a sentence what is odd about the number, which is kept as written."""

    resident: Resident | None = None
    name: str = ""
    phone: str = ""
    problem: str = ""


def category_label(category: Category) -> str:
    return f"{category.parent} › {category}" if category.parent else str(category)


class _CategoryField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return category_label(obj)


def _lookup(url: str, **attrs: Any) -> forms.TextInput:
    """A text field that static/js/combobox.js turns into a combobox on what the screen named *url* finds."""
    return forms.TextInput({"autocomplete": "off", "spellcheck": "false", "data-combobox": reverse_lazy(url), **attrs})


class DeskForm(forms.Form):
    """One call. Whom and what it names is fetched through the scope of *user*; what he cannot see does not exist."""

    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel, widget=forms.RadioSelect)
    caller = forms.CharField(
        label=gettext_lazy("Caller"), required=False, max_length=60, widget=_lookup("desk_callers")
    )
    resident = forms.UUIDField(required=False, widget=forms.HiddenInput)
    caller_name = forms.CharField(
        label=gettext_lazy("Caller's name"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    anonymous = forms.BooleanField(label=gettext_lazy("Anonymous"), required=False)
    concerned = forms.CharField(
        label=gettext_lazy("Person concerned"), required=False, max_length=80, widget=_lookup("desk_callers")
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
        required=False, max_length=80, widget=_lookup("desk_categories", hidden=True, **{"data-automatic": "true"})
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"),
        required=False,
        choices=[("", gettext_lazy("As usual for the category")), *Urgency.choices],
    )
    place = forms.CharField(
        label=gettext_lazy("Place"), required=False, max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    area_name = forms.CharField(
        label=gettext_lazy("Area"),
        required=False,
        max_length=160,
        widget=_lookup("desk_areas", **{"data-automatic": "true"}),
    )
    area = forms.IntegerField(required=False, widget=forms.HiddenInput)
    answer = forms.CharField(
        label=gettext_lazy("Answer"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        categories = self.fields["category"]
        assert isinstance(categories, forms.ModelChoiceField)
        categories.queryset = Category.objects.active().select_related("parent")

    # ---- Whom and what the words mean ----

    def clean(self) -> dict[str, Any]:
        """Turn what was chosen into records. What is wrong is said at the box that people see, not at a hidden one."""
        data = self.cleaned_data
        data["resident"] = self._resident(data.get("resident"), "caller")
        data["concerned_resident"] = self._resident(data.get("concerned_resident"), "concerned")
        data["area"] = self._area(data.get("area"), data.get("area_name", ""))
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

    def _resident(self, uuid: UUID | None, box: str) -> Resident | None:
        if not uuid:
            return None
        resident = Resident.objects.visible_to(self.user).filter(uuid=uuid).prefetch_related("phones").first()
        if resident is None:
            self.add_error(box, _("This person was not found. Please look again."))
        return resident

    def _area(self, pk: int | None, typed: str) -> Area | None:
        """The area chosen, unless other words now stand in its box; those are looked up."""
        chosen = None
        if pk is not None:
            seen = Area.objects.visible_to(self.user).active().select_related("level", "parent")
            chosen = seen.filter(pk=pk).first()
            if chosen is None:
                self.add_error("area_name", _("This area was not found. Please look again."))
                return None
        if not typed or (chosen and chosen.long_name == typed):
            return chosen
        found = list(find_areas(self.user, typed)[:MOST_AREAS])
        exact = [area for area in found if typed in (area.long_name, area.name)]
        if len(exact or found) == 1:
            return (exact or found)[0]
        names = "、".join(area.long_name for area in found)
        problem = _("“%(typed)s” fits several areas: %(names)s.") if found else _("No area is called “%(typed)s”.")
        self.add_error("area_name", problem % {"typed": typed, "names": names})
        return None

    # ---- What becomes of it ----

    @property
    def who(self) -> Caller:
        """Whoever calls, as far as the form says; nobody's name where he wants none known."""
        typed: str = self.cleaned_data.get("caller", "")
        resident: Resident | None = self.cleaned_data.get("resident")
        name: str = self.cleaned_data.get("caller_name", "")
        if self.cleaned_data.get("anonymous"):
            # The number he gave is kept to call back; the one in the register would say who he is.
            return Caller() if resident else Caller(phone=_phone(typed)[1])
        if resident:
            return Caller(resident, resident.name, _phone_of(resident, typed))
        label, phone, problem = _phone(typed)
        return Caller(None, name or label, phone, problem)

    @property
    def household(self) -> Household | None:
        """The household that the request is about: of the person concerned, else of the caller; in the area if any."""
        person = self.cleaned_data.get("concerned_resident") or self.who.resident
        homes = self.homes(person) if person else []
        area = self.cleaned_data.get("area")
        nearby = [home for home in homes if area and (home.area.path or "").startswith(area.path or "")]
        return next(iter(nearby or homes), None)

    def homes(self, resident: Resident) -> list[Household]:
        """Where *resident* lives today, as far as the user may know."""
        current = Membership.objects.current().filter(resident=resident)
        homes = [home.household for home in current.select_related("household__area__level", "household__area__parent")]
        return [home for home in homes if self.user.scope.covers(home.area.path or "")]

    @property
    def request(self) -> Request:
        category: Category | None = self.cleaned_data.get("category")
        usual = category.urgency if category else Urgency.NORMAL
        return Request(
            category=category,
            channel=self.cleaned_data.get("channel", ""),
            area=self.cleaned_data.get("area"),
            urgency=self.cleaned_data.get("urgency") or usual,
        )

    def intake(self, *, answered: bool) -> Intake:
        """The call as intake takes it. An answer that was begun but not given is kept with the details."""
        data, caller, request = self.cleaned_data, self.who, self.request
        details = []
        if data["concerned"] and not data["concerned_resident"]:
            details.append(_("Person concerned: %(name)s") % {"name": data["concerned"]})
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
            household=self.household,
            area=request.area,
            place=data["place"],
            answer=data["answer"] if answered else "",
        )


def _phone(typed: str) -> tuple[str, str, str]:
    """Read what stands in the caller's box as (name, phone, problem)."""
    if not _NUMBER.search(typed):
        return typed, "", ""
    phones = parse_phones(typed)
    good = next((phone for phone in phones if not phone.problem), None)
    if good:
        return good.label, str(good), ""
    return "", typed, phones[0].problem if phones else ""


def _phone_of(resident: Resident, typed: str) -> str:
    """The number of *resident* whose end was typed or shown masked, else his first."""
    tail = re.sub(r"\D", "", typed)[-4:]
    phones = list(resident.phones.all())
    return next((phone.number for phone in phones if phone.tail == tail), phones[0].number if phones else "")
