"""Who calls or comes, and from where: what the forms of the desk have in common. Everything is read leniently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.identifiers import parse_phones
from people.models import Area, Resident, User
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


def lookup(url: str, **attrs: Any) -> forms.TextInput:
    """A text field that static/js/combobox.js turns into a combobox on what the screen named *url* finds."""
    return forms.TextInput({"autocomplete": "off", "spellcheck": "false", "data-combobox": reverse_lazy(url), **attrs})


class PersonForm(forms.Form):
    """Somebody, fetched through the scope of *user*: whom he cannot see does not exist."""

    caller = forms.CharField(label=gettext_lazy("Caller"), required=False, max_length=60, widget=lookup("desk_callers"))
    resident = forms.UUIDField(required=False, widget=forms.HiddenInput)
    caller_name = forms.CharField(
        label=gettext_lazy("Caller's name"),
        required=False,
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Turn what was chosen into records. What is wrong is said at the box that people see, not at a hidden one."""
        data = self.cleaned_data
        data["resident"] = self.resident_of(data.get("resident"), "caller")
        return data

    def resident_of(self, uuid: UUID | None, box: str) -> Resident | None:
        if not uuid:
            return None
        resident = Resident.objects.visible_to(self.user).filter(uuid=uuid).prefetch_related("phones").first()
        if resident is None:
            self.add_error(box, _("This person was not found. Please look again."))
        return resident

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


class CallerForm(PersonForm):
    """Somebody, unless he wants to stay unknown, and his area."""

    anonymous = forms.BooleanField(label=gettext_lazy("Anonymous"), required=False)
    area_name = forms.CharField(
        label=gettext_lazy("Area"),
        required=False,
        max_length=160,
        widget=lookup("desk_areas", **{"data-automatic": "true"}),
    )
    area = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen, data["area"] = data.get("area"), None
        try:
            data["area"] = area_of(self.user, chosen, data.get("area_name", ""))
        except forms.ValidationError as sentence:
            self.add_error("area_name", sentence)
        return data


def area_of(user: User, pk: int | None, typed: str) -> Area | None:
    """The area chosen, unless other words now stand in its box; those are looked up. ValidationError for neither."""
    chosen = None
    if pk is not None:
        seen = Area.objects.visible_to(user).active().select_related("level", "parent")
        chosen = seen.filter(pk=pk).first()
        if chosen is None:
            raise forms.ValidationError(_("This area was not found. Please look again."))
    if not typed or (chosen and chosen.long_name == typed):
        return chosen
    found = list(find_areas(user, typed)[:MOST_AREAS])
    exact = [area for area in found if typed in (area.long_name, area.name)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    names = "、".join(area.long_name for area in found)
    problem = _("“%(typed)s” fits several areas: %(names)s.") if found else _("No area is called “%(typed)s”.")
    raise forms.ValidationError(problem % {"typed": typed, "names": names})


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
