"""The parts pages are made of, without words of the office: icons, tags, lights, tables."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from people.language import page_language

register = template.Library()
register.filter(page_language)


@register.filter
def minutes(span: timedelta | None) -> int:
    """Return a span in whole minutes, rounded up, at least 1."""
    return max(1, math.ceil(span.total_seconds() / 60)) if span else 1


@register.filter(expects_localtime=True)
def day(value: date | None) -> str:
    """Return a day as screens show it, "11月22日 周日": with its year when that is not the present one."""
    if value is None:
        return ""
    if value.year == timezone.localdate().year:
        return date_format(value, pgettext("day and month", "D j M"))
    return date_format(value, pgettext("day, month and year", "D j M Y"))


@register.filter(expects_localtime=True)
def moment(value: datetime | None) -> str:
    """Return a moment as screens show it, "11月22日 周日 17:30", in the office's time zone."""
    return f"{day(value)} {date_format(value, 'H:i')}" if value else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of static/img/icons.svg. It says nothing by itself: words always stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


def _sprite() -> str:
    return static("img/icons.svg")


@register.inclusion_tag("components/_tag.html")
def tag(text: str, tone: str = "waiting") -> dict[str, str]:
    """Show a state in words. *tone*: overdue, today, progress, done, returned or waiting."""
    return {"text": text, "tone": tone}


@register.inclusion_tag("components/_light.html")
def due_light(due: datetime | date | None, now: datetime | None = None) -> dict[str, Any]:
    """Show how a deadline, a moment or a whole day, stands at *now* (the present by default)."""
    if due is None:
        return {}
    tone, text = light(due, now or timezone.now())
    return {"tone": tone, "text": text, "due": due}


def light(due: datetime | date, now: datetime) -> tuple[str, str]:
    """Return (tone, words) for a deadline: late, due today, or days left.

    Days are calendar days of the office's time zone; moments are aware. What is due on a day is not late on it.
    """
    if not isinstance(due, datetime):
        return _day_light((due - _day(now)).days)
    days = (_day(due) - _day(now)).days
    clock = date_format(timezone.localtime(due), "H:i")
    if due <= now and days == 0:
        return "overdue", _("Overdue since %(time)s") % {"time": clock}
    if days == 0:
        return "today", _("Due today %(time)s") % {"time": clock}
    return _day_light(days)


def _day_light(days: int) -> tuple[str, str]:
    if days < 0:
        return "overdue", ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
    if days == 0:
        return "today", _("Due today")
    return "progress", ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


@register.simple_block_tag
def table(content: SafeString, label: str) -> SafeString:
    """Wrap the sections of a table (thead, tbody) in a region that scrolls and can be reached by keyboard."""
    return render_to_string("components/_table.html", {"content": content, "label": label})


@register.simple_block_tag
def breadcrumbs(content: SafeString) -> SafeString:
    """Wrap list items, the last with ``aria-current="page"``, as the way back to where this page hangs."""
    return render_to_string("components/_breadcrumbs.html", {"content": content})
