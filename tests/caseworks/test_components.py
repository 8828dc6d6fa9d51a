"""The parts that pages are made of."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.utils import translation

from caseworks.templatetags.components import light, minutes

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("due", "tone", "words"),
    [
        (NOW - timedelta(days=2), "overdue", "2 days overdue"),
        (NOW.replace(hour=23, minute=59) - timedelta(days=1), "overdue", "1 day overdue"),
        (NOW - timedelta(minutes=5), "overdue", "Overdue since 09:35"),
        (NOW, "overdue", "Overdue since 09:40"),
        (NOW + timedelta(minutes=1), "today", "Due today 09:41"),
        (NOW.replace(hour=23, minute=59), "today", "Due today 23:59"),
        (NOW.replace(hour=0, minute=0) + timedelta(days=1), "progress", "1 day left"),
        (NOW + timedelta(days=3), "progress", "3 days left"),
    ],
)
def test_a_light_says_how_a_deadline_stands(due, tone, words):
    with translation.override("en"):
        assert light(due, NOW) == (tone, words)


def test_days_are_those_of_the_office_and_not_of_greenwich():
    # 07:00 and 09:00 in Shanghai are the same day, 23:00 and 01:00 in Greenwich are not.
    early = datetime(2026, 11, 22, 7, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(ZoneInfo("UTC"))
    late = datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(ZoneInfo("UTC"))
    assert light(late, early)[0] == "today"


def test_without_a_deadline_there_is_no_light():
    assert Template("{% load components %}{% due_light due %}").render(Context({"due": None})).strip() == ""


def test_minutes_are_rounded_up_and_never_none():
    assert [minutes(timedelta(seconds=seconds)) for seconds in (0, 1, 60, 61, 900)] == [1, 1, 1, 2, 15]


def test_what_stands_in_a_table_is_escaped_once():
    page = Template("{% load components %}{% table label %}<tbody><tr><td>{{ cell }}</td></tr></tbody>{% endtable %}")
    text = page.render(Context({"label": '"<b>', "cell": "<i>"}))
    assert 'aria-label="&quot;&lt;b&gt;"' in text
    assert "<td>&lt;i&gt;</td>" in text


class Visit(forms.Form):
    note = forms.CharField(help_text="In a few words")
    outcome = forms.ChoiceField(choices=[("met", "Met"), ("absent", "Nobody home")], widget=forms.RadioSelect)
    photo_agreed = forms.BooleanField(required=False)


def test_a_wrong_field_points_at_its_hint_and_its_error():
    field = Visit({})["note"].as_field_group()
    assert 'aria-describedby="id_note_helptext id_note_error"' in field
    assert 'id="id_note_helptext"' in field
    assert 'id="id_note_error"' in field
    assert 'aria-invalid="true"' in field


def test_a_group_of_answers_has_a_legend_and_a_tick_box_a_label_behind_it():
    form = Visit()
    assert "<legend>Outcome" in form["outcome"].as_field_group()
    tick = form["photo_agreed"].as_field_group()
    assert tick.index("<input") < tick.index("<label")


@pytest.mark.parametrize(
    ("language", "this_year", "another"),
    [
        ("zh-hans", "11月22日 周日 09:40", "2025年6月9日 周一 17:30"),
        ("zh-hant", "11月22日 週日 09:40", "2025年6月9日 週一 17:30"),
        ("en", "Sun 22 Nov 09:40", "Mon 9 Jun 2025 17:30"),
    ],
)
def test_moments_are_written_as_people_say_them_with_the_year_where_it_is_another(language, this_year, another):
    before = datetime(2025, 6, 9, 17, 30, tzinfo=NOW.tzinfo)
    with time_machine.travel(NOW, tick=False), translation.override(language):
        page = Template("{% load components %}{{ now|moment }} / {{ before|moment }} / {{ now|day }} / {{ none|day }}")
        told = page.render(Context({"now": NOW.astimezone(ZoneInfo("UTC")), "before": before, "none": None}))
    assert told == f"{this_year} / {another} / {this_year[:-6]} / "
