"""Categories: set up on one page with limits and route, tried on real cases before anything is saved (journey J10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caseworks import category_setup, clocks, rehearsal, rulebook, versions
from caseworks.category_setup import Proposal, Saved
from caseworks.deadlines import Limit
from caseworks.forms.categories import CategoryForm, DefaultLimitsForm
from caseworks.models import Category, RoutingRule, ServiceLevel
from caseworks.rulebook import Changed
from caseworks.views.rules import examples
from people.access import ADMIN_ROLES, Role, StaffRequest, allow


@dataclass(frozen=True)
class CategoryLine:
    """One category in the list: the limits of its own where it has any, and its usual route."""

    category: Category
    limits: list[str]
    route: str


@allow(*ADMIN_ROLES)
@require_safe
def categories(request: StaffRequest) -> HttpResponse:
    """Every category with what is particular to it."""
    own: dict[int | None, list[str]] = {}
    for level in ServiceLevel.objects.order_by("pk"):
        words = Limit.parse(level.handling).in_words()
        own.setdefault(level.category_id, []).append(f"{level.get_urgency_display()} {words}")
    routes: dict[int | None, RoutingRule] = {}
    for rule in RoutingRule.objects.for_categories().select_related("target_level", "target_unit"):
        routes.setdefault(rule.category_id, rule)
    lines = [
        CategoryLine(
            category,
            own.get(category.pk, []),
            rulebook.target_in_words(routes[category.pk]) if category.pk in routes else "",
        )
        for category in Category.objects.select_related("parent").order_by("-active", "position", "pk")
    ]
    context = {"lines": lines, "usual": own.get(None, []), "may_change": request.user.holds(Role.MANAGER)}
    return render(request, "caseworks/categories.html", context)


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def category_new(request: StaffRequest) -> HttpResponse:
    return _set_up(request, Category())


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def category_edit(request: StaffRequest, code: str) -> HttpResponse:
    return _set_up(request, get_object_or_404(Category, code=code))


@allow(Role.MANAGER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def default_limits(request: StaffRequest) -> HttpResponse:
    """The limits of every category that has none of its own."""
    form = DefaultLimitsForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _show(request, DefaultLimitsForm(initial=_earlier(request, None)))
    if not form.is_valid():
        return _show(request, form, status=422)
    return _try_or_save(request, form, form.proposal())


def _set_up(request: StaffRequest, category: Category) -> HttpResponse:
    if request.method != "POST":
        return _show(request, CategoryForm(request.user, instance=category, initial=_earlier(request, category)))
    form = CategoryForm(request.user, request.POST, instance=category)
    if not form.is_valid():
        return _show(request, form, status=422)
    return _try_or_save(request, form, form.proposal())


def _earlier(request: StaffRequest, category: Category | None) -> dict[str, Any]:
    """What the form begins with where an earlier version is to be written again."""
    kept: dict[str, Any] = {}
    wanted = {name: int(request.GET[name]) for name in ("restore", "level") if request.GET.get(name, "").isdecimal()}
    if category is not None and category.pk and "restore" in wanted:
        row = versions.fields_of(category, wanted["restore"])
        kept |= {name: row[name] for name in CategoryForm.Meta.fields if name in row}
    if "level" in wanted and (level := _levels_kept(category).filter(history_id=wanted["level"]).first()):
        kept |= {f"{level.urgency}_{name}": getattr(level, name) for name in category_setup.WRITTEN}
    return kept


def _levels_kept(category: Category | None) -> Any:
    """The history of the limits of *category*, of those of every category for None."""
    history: Any = ServiceLevel.history.all()
    return history.filter(category_id=category.pk) if category else history.filter(category_id__isnull=True)


def _try_or_save(request: StaffRequest, form: CategoryForm | DefaultLimitsForm, proposal: Proposal) -> HttpResponse:
    """Nothing is saved that was not tried as it is: the first button shows what would happen, the second does it."""
    if request.POST.get("do") == "save":
        given = form.cleaned_data
        try:
            saved = category_setup.save(
                proposal, request.user, sealed=given["sealed"], also_open=given.get("also_open", False)
            )
        except Changed as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _told(saved))
            return redirect("categories")
    return _show(request, form, proposal)


def _told(saved: Saved) -> str:
    text = _("Saved: “%(name)s”.") % {"name": saved.category or _("Limits of every category")}
    if saved.taken:
        taken = ngettext(
            "%(n)d open case took the new limits.", "%(n)d open cases took the new limits.", saved.taken
        ) % {"n": saved.taken}
        moved = ngettext("%(n)d deadline moved.", "%(n)d deadlines moved.", saved.moved) % {"n": saved.moved}
        text = f"{text} {taken} {moved}"
    return text


@dataclass(frozen=True)
class TriedRow:
    """What would become of one request, as the page says it."""

    number: str
    area: str
    urgency: str
    received_at: datetime
    rule: str
    where: str
    limit: str
    due_at: datetime | None


def _show(
    request: StaffRequest,
    form: CategoryForm | DefaultLimitsForm,
    proposal: Proposal | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    category = form.instance if isinstance(form, CategoryForm) else None
    context: dict[str, Any] = {"form": form, "category": category, "limits": form.limits}
    context["restored"] = bool(request.method == "GET" and request.GET)
    if category is None or category.pk:
        context["level_versions"] = versions.told(_levels_kept(category), lambda kept: kept.get_urgency_display())
    if category is not None and category.pk:
        context["versions"] = versions.versions(category)
    if proposal is not None:
        found = category_setup.rehearse(request.user, proposal)
        sample = form.sample() if isinstance(form, CategoryForm) else None
        context |= {
            "tried": [_tried_row(tried) for tried in category_setup.try_out(request.user, proposal, sample)],
            "found": found,
            "examples": examples(request.user, found),
            "affected": len(category_setup.open_cases(proposal)),
            "sealed": rulebook.seal(request.user, *proposal.rows()),
        }
    return render(request, "caseworks/category_setup.html", context, status=status)


def _tried_row(tried: category_setup.Tried) -> TriedRow:
    outcome = tried.outcome
    limit = Limit.parse(outcome.limits["handling"] or clocks.FALLBACK["handling"]).in_words()
    where = rehearsal.whereabouts(outcome.route)
    return TriedRow(
        tried.number, tried.area, tried.urgency, tried.received_at, outcome.route.reason, where, limit, tried.due_at
    )
