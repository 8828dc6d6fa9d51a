"""A category as a form: its names, its limits by urgency, its usual route, and a request to try it on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Field, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import category_setup
from caseworks.category_setup import WRITTEN, Proposal, Sample
from caseworks.forms.rules import AreaChoice, TargetField, Versioned, target_key
from caseworks.models import Category, Channel, ServiceLevel, Urgency
from people.criteria import HouseholdFacts
from people.models import Area, HouseholdKind, Tier, User

RESERVED = {"new"}  # an address of its own


class Limits:
    """The limits of three urgencies as fields of a form: ``normal_contact``, ``normal_handling`` and so on."""

    def __init__(self, form: forms.Form | forms.ModelForm, category: Category | None, *, needed: bool) -> None:
        self._form = form
        own = category_setup.levels_of(category) if category is None or category.pk else {}
        levels = list(ServiceLevel.objects.order_by())
        for urgency in Urgency:
            usual = category_setup.usual_limits(category, urgency, levels)
            for name in WRITTEN:
                column = ServiceLevel._meta.get_field(name)
                assert isinstance(column, Field)
                field = column.formfield(required=needed, initial=None, help_text="")
                assert field is not None
                field.validators = [*field.validators, *column.validators]
                field.label = f"{urgency.label} · {column.verbose_name}"
                field.widget.attrs |= {"autocomplete": "off", "placeholder": usual[name], "size": 6}
                form.fields[f"{urgency}_{name}"] = field
                form.initial.setdefault(f"{urgency}_{name}", getattr(own.get(urgency), name, None))

    def heads(self) -> list[str]:
        """For the page: what the columns are called."""
        return [str(getattr(ServiceLevel._meta.get_field(name), "verbose_name", name)) for name in WRITTEN]

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """For the page: each urgency with its fields."""
        return [(str(u.label), [self._form[f"{u}_{name}"] for name in WRITTEN]) for u in Urgency]

    def given(self) -> dict[str, category_setup.Given]:
        """What was written, by urgency and limit, limits in the way they are written."""
        return {str(u.value): {name: self._written(f"{u}_{name}") for name in WRITTEN} for u in Urgency}

    def _written(self, name: str) -> str | int | None:
        value: str | int | None = self._form.cleaned_data.get(name)
        return value.strip().lower() if isinstance(value, str) else value


class DefaultLimitsForm(forms.Form):
    """The limits of every category that has none of its own."""

    sealed = forms.CharField(required=False, widget=forms.HiddenInput)
    also_open = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limits = Limits(self, None, needed=True)

    def proposal(self) -> Proposal:
        return category_setup.draw_up(None, self.limits.given())


class CategoryForm(Versioned):
    target = TargetField(
        label=gettext_lazy("Usual route"),
        required=False,
        help_text=gettext_lazy("Left open, the rules of the rule book decide."),
    )
    also_open = forms.BooleanField(required=False)
    sample_area = AreaChoice(
        label=gettext_lazy("Area"), required=False, queryset=Area.objects.none(), empty_label=gettext_lazy("No place")
    )
    sample_channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False, choices=Channel)
    sample_urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"),
        required=False,
        choices=[("", gettext_lazy("As usual for the category")), *Urgency.choices],
    )
    sample_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of household"),
        required=False,
        choices=[("", gettext_lazy("No household known")), *HouseholdKind.choices],
    )
    sample_tier = forms.ChoiceField(label=gettext_lazy("Service tier"), required=False, choices=Tier)

    class Meta:
        model = Category
        fields = [
            "name",
            "name_hant",
            "name_en",
            "parent",
            "code",
            "keywords",
            "urgency",
            "follow_up_share",
            "photo_required",
            "approve_closure",
            "active",
            "active_from",
            "active_until",
        ]
        widgets = {
            "keywords": forms.Textarea({"rows": 2}),
            "active_from": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            "active_until": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Category = self.instance
        if category.pk:
            self.initial.setdefault("target", target_key(category_setup.own_rule(category)))
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        # Two deep, as the rules read them.
        top = Q(parent__isnull=True) & (Q(active=True) | Q(pk=category.parent_id or 0))
        parent.queryset = Category.objects.filter(top).exclude(pk=category.pk)
        parent.empty_label = _("Part of none")
        area = self.fields["sample_area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = Area.objects.visible_to(user).active().select_related("parent", "level")
        self.limits = Limits(self, category, needed=False)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("This code is taken. Choose another one."))
        return code

    def clean_parent(self) -> Category | None:
        parent: Category | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and self.instance.children.exists():
            raise forms.ValidationError(_("It has parts of its own: it cannot become a part of another one."))
        return parent

    def clean_sample_tier(self) -> str:
        # A household that is known has a kind and a tier, one that is not has neither.
        tier: str = self.cleaned_data["sample_tier"] or Tier.ORDINARY
        if tier != Tier.ORDINARY and not self.cleaned_data.get("sample_kind"):
            raise forms.ValidationError(_("Of a household of this tier the kind is known too: choose it."))
        return tier

    def proposal(self) -> Proposal:
        return category_setup.draw_up(self.instance, self.limits.given(), self.cleaned_data["target"])

    def sample(self) -> Sample:
        given = self.cleaned_data
        urgency = given["sample_urgency"] or self.instance.urgency
        kind = given["sample_kind"]
        whose = HouseholdFacts(kind=kind, tier=given["sample_tier"]) if kind else HouseholdFacts()
        return Sample(given["sample_area"], given["sample_channel"] or Channel.HOTLINE, urgency, whose)

    def names(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]

    def tried(self) -> list[forms.BoundField]:
        return [self[f"sample_{name}"] for name in ("area", "kind", "tier", "channel", "urgency")]
