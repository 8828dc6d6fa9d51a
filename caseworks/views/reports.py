"""The monthly report: the months to choose from, a month as it is printed, the rows behind a figure, the workbook."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from caseworks.reports import xlsx
from caseworks.reports.dimensions import load_dimensions
from caseworks.reports.metrics import FIGURES
from caseworks.reports.monthly import monthly, recent
from caseworks.reports.months import Month
from people.access import Role, StaffRequest, allow
from people.paging import page

READERS = (Role.SUPERVISOR, Role.COMMITTEE)


@allow(*READERS)
def reports(request: StaffRequest) -> HttpResponse:
    """The last thirteen months as cards, the newest first."""
    return render(request, "caseworks/reports.html", {"months": recent(request.user)})


@allow(*READERS)
@never_cache
def report_month(request: StaffRequest, year: int, month: int) -> HttpResponse:
    """One month on A4."""
    return render(request, "caseworks/report.html", {"report": monthly(request.user, _month(year, month))})


@allow(*READERS)
@never_cache
def report_rows(request: StaffRequest, year: int, month: int, figure: str) -> HttpResponse:
    """The rows behind a figure, narrowed to one member of each dimension that the address names."""
    chosen, shown_month = FIGURES.get(figure), _month(year, month)
    if chosen is None:
        raise Http404
    rows = chosen.rows(request.user, shown_month)
    dimensions = load_dimensions(request.user)
    narrowed = []
    for name in chosen.subject.columns.keys() & request.GET.keys():
        dimension, member = dimensions[name], request.GET[name]
        if member not in dimension.members:
            raise Http404
        rows = dimension.narrow(rows, chosen.subject.columns[name], member)
        narrowed.append((dimension.label, dimension.members[member]))
    found = page(
        rows.select_related(*chosen.subject.shown_with),
        chosen.subject.order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {"figure": chosen, "month": shown_month, "narrowed": narrowed, "total": rows.count(), "page": found}
    return render(request, "caseworks/report_rows.html", context)


@allow(*READERS)
@never_cache
def report_xlsx(request: StaffRequest, year: int, month: int) -> FileResponse:
    """The month as a workbook."""
    chosen = _month(year, month)
    name = _("Monthly report %(month)s.xlsx") % {"month": f"{chosen.year}-{chosen.number:02}"}
    return FileResponse(xlsx.export(request.user, chosen), as_attachment=True, filename=name)


def _month(year: int, number: int) -> Month:
    try:
        return Month.at(year, number)
    except ValueError as error:
        raise Http404(str(error)) from error
