"""Figures of a report on a page: each leads to the rows behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from caseworks.reports.cells import Cell, text
from caseworks.reports.narrative import narrative
from caseworks.reports.tables import Numbers

register = template.Library()


def rows_url(cell: Cell) -> str:
    """The address of the rows that a count counts; empty where it counts none, or is not a count."""
    if not (cell.figure and cell.month and cell.value):
        return ""
    address = reverse("report_rows", args=[cell.month.year, cell.month.number, cell.figure])
    return f"{address}?{urlencode({cell.dimension: cell.member})}" if cell.dimension else address


@register.filter
def figure(cell: Cell) -> str:
    """Write a figure as a link to its rows, where it has any."""
    url = rows_url(cell)
    return format_html('<a class="figure" href="{}">{}</a>', url, text(cell)) if url else text(cell)


@register.filter
def sentences(numbers: Numbers) -> list[SafeString | str]:
    """The overview of a report, sentence by sentence, its figures as links."""
    return list(narrative(numbers, figure))


@register.filter
def written(cell: Cell) -> str:
    """Write a figure as it stands on paper, leading nowhere."""
    return text(cell)
