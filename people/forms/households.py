"""The filters above the list of households."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Area, HouseholdKind, Tier, User

# Of the households that have left: within the last months, or ever.
LATELY, EVER = "lately", "ever"


class HouseholdFilter(forms.Form):
    q = forms.CharField(label=_("Name, phone or address"), required=False, max_length=60)
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), required=False, empty_label=_("All"))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    tier = forms.ChoiceField(label=_("Service tier"), required=False)
    left = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            ("", _("Looked after")),
            (LATELY, _("Left within the last 90 days")),
            (EVER, _("All that have left")),
        ],
    )

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        areas = Area.objects.visible_to(user).active().select_related("level", "parent").order_by("path")
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["area"].label_from_instance = area_label  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("All")), *HouseholdKind.choices]  # type: ignore[attr-defined]
        self.fields["tier"].choices = [("", _("All")), *Tier.choices]  # type: ignore[attr-defined]


def area_label(area: Area) -> str:
    """A grid group's name says nothing without its community's."""
    return f"{area.parent.name} {area.name}" if area.parent and area.level.holds_households else area.name


def offer_areas(field: forms.Field, areas: models.QuerySet[Area]) -> None:
    """Let *field* choose among *areas*, in the order of the tree, each by its full name."""
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = areas.active().select_related("level", "parent").order_by("path")  # type: ignore[attr-defined]
    field.label_from_instance = area_label  # type: ignore[method-assign,assignment]
