"""What an import counts and changes, in words."""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from caseworks.models import Case
from people.models import Building, Household, Membership, Post, RelativeAbroad, Resident, User

KINDS_OF_RECORD: dict[str, str | Promise] = {
    "town": _("Town"),
    "community": _("Community"),
    "group": _("Grid group"),
    "staff": _("Staff account"),
    "post": _("Post"),
    "household": _("Household"),
    "resident": _("Resident"),
    "membership": _("Member of a household"),
    "document": _("Document"),
    "phone": _("Phone number"),
    "relative": _("Relative abroad"),
    "need": _("Service need"),
    "case": _("Case"),
    "follow_up": _("Follow-up"),
    "category": _("Category"),
    "unit": _("Unit"),
    "building": _("Building"),
}


def kind_of_record(kind: str) -> str:
    return str(KINDS_OF_RECORD[kind])


_MODELS: dict[str, type[Model]] = {
    "staff": User,
    "post": Post,
    "household": Household,
    "resident": Resident,
    "membership": Membership,
    "relative": RelativeAbroad,
    "case": Case,
    "building": Building,
}
# What changes with a record without being a column of it.
_LINKED: dict[str, str | Promise] = {
    "documents": _("documents"),
    "phones": _("phone numbers"),
    "relatives": _("relatives abroad"),
    "needs": _("service needs"),
    "follow_up": _("follow-up"),
}
# Columns that follow from others.
_DERIVED = frozenset({"address_key", "born_precision", "caller_tail", "household_id", "name_key", "search", "version"})


def fields_in_words(kind: str, fields: Iterable[str]) -> list[str]:
    """The fields of a changed record as the office calls them; what only follows from others is left out."""
    return [
        str(_LINKED[name] if name in _LINKED else _MODELS[kind]._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
        for name in fields
        if name not in _DERIVED
    ]
