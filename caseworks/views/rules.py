"""The rule book: routing rules as ordered sentences, each change rehearsed on last month's cases before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caseworks import rehearsal, rulebook, versions
from caseworks.forms.rules import RuleForm, target_key
from caseworks.models import Case, RoutingRule
from caseworks.rehearsal import Outcome, Rehearsal, Setup
from caseworks.rulebook import Change, Changed
from people.access import ADMIN_ROLES, Role, StaffRequest, allow
from people.models import User


@dataclass(frozen=True)
class Line:
    """One rule on the page: what it asks as (what, which) pairs, where it sends, how often it fired last month."""

    reading: rulebook.Reading
    asked: Sequence[tuple[str, str]]
    target: str
    fired: int = 0

    @classmethod
    def of(cls, reading: rulebook.Reading, fired: int = 0) -> Line:
        rule = reading.rule
        return cls(reading, rulebook.conditions_in_words(rule), rulebook.target_in_words(rule), fired)


@allow(*ADMIN_ROLES)
@require_safe
def rules(request: StaffRequest) -> HttpResponse:
    """Every rule in the order in which they are tried; how often each takes a case; which never can."""
    month, counts = rehearsal.fired(request.user)
    lines = [Line.of(reading, counts[reading.rule.pk]) for reading in rulebook.read(rulebook.in_order())]
    context = {
        "lines": lines,
        "month": month,
        "unclaimed": month.looked_at - counts.total(),
        "may_change": request.user.holds(Role.MANAGER),
    }
    return render(request, "caseworks/rules.html", context)


@allow(*ADMIN_ROLES)
@require_safe
def rule_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One rule: what it says, whether it can be followed, and its versions."""
    line = _line(pk, rulebook.in_order())
    context = {
        "line": line,
        "versions": versions.versions(line.reading.rule),
        "may_change": request.user.holds(Role.MANAGER),
    }
    return render(request, "caseworks/rule.html", context)


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_change(request: StaffRequest, pk: int, change: str) -> HttpResponse:
    """Switch a rule on or off, or move it: what that would have done last month, then the button."""
    if change not in Change.values:
        raise Http404
    rule, wanted = get_object_or_404(RoutingRule, pk=pk), Change(change)
    if request.method == "POST":
        try:
            rulebook.make(rule, wanted, request.user, sealed=request.POST.get("sealed", ""))
        except Changed as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Done: %(change)s, “%(rule)s”.") % {"change": wanted.label, "rule": rule.name})
            return redirect("rules")
    drawn = rulebook.draw_up(rule, wanted, rulebook.in_order())
    return render(request, "caseworks/rule_change.html", _rehearsed(request.user, rule, drawn, wanted))


def _rehearsed(user: User, rule: RoutingRule, drawn: list[RoutingRule], change: Change) -> dict[str, Any]:
    in_force = rehearsal.in_force()
    found = rehearsal.rehearse(
        user, Setup(rulebook.active(drawn), in_force.levels), lambda outcome: outcome.route.rule == rule, today=in_force
    )
    return {
        "line": _line(rule.pk, drawn),
        "change": change,
        "found": found,
        "examples": examples(user, found),
        "sealed": rulebook.seal(user, drawn),
    }


def _line(pk: int, book: Sequence[RoutingRule]) -> Line:
    for reading in rulebook.read(book):
        if reading.rule.pk == pk:
            return Line.of(reading)
    raise Http404


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: StaffRequest) -> HttpResponse:
    """Write a rule. It begins switched off."""
    return _write(request, RoutingRule(active=False))


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a rule anew, from what it says or from an earlier version of it."""
    return _write(request, get_object_or_404(RoutingRule, pk=pk))


def _write(request: StaffRequest, rule: RoutingRule) -> HttpResponse:
    """One that is off is saved at once; one that is on is rehearsed first, and saved as it was rehearsed."""
    if request.method != "POST":
        earlier = _earlier(rule, request.GET.get("restore", ""))
        return _form(request, RuleForm(request.user, instance=rule, initial=earlier), restored=bool(earlier))
    form = RuleForm(request.user, request.POST, instance=rule)
    if not form.is_valid():
        return _form(request, form, status=422)
    user, draft = request.user, form.instance
    if draft.active and request.POST.get("do") != "save":
        return _form(request, form, rehearse=True)
    with transaction.atomic():
        if not draft.active or rulebook.fits(form.cleaned_data["sealed"], user, [draft]):
            saved = rulebook.write(draft, user, form.changed_data)
            messages.success(request, _("Saved: “%(rule)s”.") % {"rule": saved.name})
            return redirect("rules") if saved.active else redirect("rule_change", saved.pk, Change.ON.value)
    messages.warning(request, str(Changed()))
    return _form(request, form, rehearse=True)


def _earlier(rule: RoutingRule, version: str) -> dict[str, Any]:
    if not rule.pk or not version.isdecimal():
        return {}
    kept = versions.fields_of(rule, int(version))
    if not kept:
        raise Http404
    then = RoutingRule(
        target_level_id=kept["target_level"], target_unit_id=kept["target_unit"], target_role=kept["target_role"]
    )
    return {name: kept[name] for name in RuleForm.Meta.fields} | {"target": target_key(then)}


def _form(request: StaffRequest, form: RuleForm, *, rehearse: bool = False, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    context: dict[str, Any] = {"form": form, "rule": form.instance, **more}
    if rehearse:
        user, draft, in_force = request.user, form.instance, rehearsal.in_force()
        book = rulebook.written_in(draft, rulebook.in_order())
        found = rehearsal.rehearse(
            user, Setup(rulebook.active(book), in_force.levels), lambda one: one.route.rule == draft, today=in_force
        )
        context |= {"found": found, "examples": examples(user, found), "line": _line(draft.pk, book)}
        context["sealed"] = rulebook.seal(user, [draft])
    return render(request, "caseworks/rule_form.html", context, status=status)


# ---- A rehearsal on the page, for routes and limits alike ----


@dataclass(frozen=True)
class ExampleRow:
    """A case of last month, without anything about who asked. `url` is empty for somebody who sees no cases."""

    number: str
    url: str
    category: str
    area: str
    registered_at: datetime
    before: str
    after: str
    due_before: datetime | None
    due_after: datetime | None


def examples(user: User, found: Rehearsal) -> list[ExampleRow]:
    numbers = [example.number for example in found.examples]
    seen = {case.number: case for case in Case.objects.visible_to(user).filter(number__in=numbers).only("number")}
    return [
        ExampleRow(
            example.number,
            seen[example.number].get_absolute_url() if example.number in seen else "",
            example.category,
            example.area,
            example.registered_at,
            _where(example.before),
            _where(example.after),
            example.due_before,
            example.due_after,
        )
        for example in found.examples
    ]


def _where(outcome: Outcome) -> str:
    return rehearsal.whereabouts(outcome.route)
