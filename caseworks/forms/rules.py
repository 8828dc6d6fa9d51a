"""A routing rule as a form: what it asks, where it sends, and the version somebody read before he wrote."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import versions
from caseworks.category_setup import Target
from caseworks.forms.desk import category_label
from caseworks.models import Category, Channel, RoutingRule, Urgency
from people.access import LIAISONS, Role
from people.models import Area, AreaLevel, HouseholdKind, Organisation, Post, Tier, User

Choices = list[tuple[str, Any]]


class TargetField(forms.ChoiceField):
    """Where cases go: ``level:3:leader``, ``level:3:`` for any liaison there, ``unit:5``. Cleans to a Target."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_targets, **kwargs)

    def clean(self, value: Any) -> Target | None:
        written = super().clean(value)
        if not written:
            return None
        kind, _colon, rest = written.partition(":")
        if kind == "unit":
            return Target(unit=Organisation.objects.get(pk=rest))
        level, _colon, role = rest.partition(":")
        return Target(level=AreaLevel.objects.get(pk=level), role=role)


def target_key(rule: RoutingRule | None) -> str:
    if rule is None:
        return ""
    if rule.target_unit_id:
        return f"unit:{rule.target_unit_id}"
    return f"level:{rule.target_level_id}:{rule.target_role}"


def _targets() -> Choices:
    """The levels with the roles that are held there or that a rule names already; then the units in use."""
    held = set(
        Post.objects.current()
        .filter(role__in=LIAISONS, area__isnull=False)
        .order_by()
        .values_list("area__level", "role")
        .distinct()
    )
    held |= set(RoutingRule.objects.exclude(target_role="").order_by().values_list("target_level", "target_role"))
    liaisons: Choices = []
    for level in AreaLevel.objects.all():
        roles = [role for role in Role if (level.pk, role.value) in held]
        liaisons += [(f"level:{level.pk}:{role.value}", f"{level} · {role.label}") for role in roles]
        if roles:
            liaisons.append((f"level:{level.pk}:", _("%(level)s · whoever looks after it") % {"level": level}))
    units: Choices = [(f"unit:{unit.pk}", unit.name) for unit in Organisation.objects.filter(active=True)]
    return [("", _("Choose")), (_("Liaisons"), liaisons), (_("Units"), units)]


class CategoryChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return category_label(obj)


class AreaChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return obj.long_name


class Versioned(forms.ModelForm):
    """A form that knows which version its page showed: what somebody else saved meanwhile is not written over."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    sealed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest = versions.latest(self.instance) if self.instance.pk else 0
        self.initial.setdefault("version", self.latest)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.instance.pk and data.get("version") != self.latest:
            self.add_error(
                None, _("Somebody else saved this meanwhile. What you wrote is kept; look at the versions, then go on.")
            )
        return data


class RuleForm(Versioned):
    category = CategoryChoice(
        label=gettext_lazy("Category"),
        required=False,
        queryset=Category.objects.none(),
        empty_label=gettext_lazy("Any category"),
    )
    area = AreaChoice(
        label=gettext_lazy("Area"),
        required=False,
        queryset=Area.objects.none(),
        empty_label=gettext_lazy("Anywhere"),
    )
    target = TargetField(label=gettext_lazy("Send it to"))

    class Meta:
        model = RoutingRule
        fields = ["name", "category", "area", "kind", "tier", "urgency", "channel"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("target", target_key(self.instance) if self.instance.pk else "")
        kept = [self.instance.category_id, self.initial.get("category")]
        categories = Category.objects.active() | Category.objects.filter(pk__in=[pk for pk in kept if pk])
        areas = Area.objects.visible_to(user).active() | Area.objects.filter(pk=self.instance.area_id or 0)
        _choose_among(self.fields["category"], categories.select_related("parent").distinct())
        _choose_among(self.fields["area"], areas.select_related("parent", "level").distinct())
        for name, empty, choices in (
            ("kind", _("Any kind of household"), HouseholdKind.choices),
            ("tier", _("Any service tier"), Tier.choices),
            ("urgency", _("Any urgency"), Urgency.choices),
            ("channel", _("Any channel"), Channel.choices),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", empty), *choices]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if RoutingRule.objects.filter(name=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a rule of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if target := data.get("target"):
            self.instance.target_level, self.instance.target_role = target.level, target.role
            self.instance.target_unit = target.unit
        return data


def _choose_among(field: forms.Field, rows: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
