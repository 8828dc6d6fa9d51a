"""The clock of a case: what it keeps for life, when contact was made, and what a corrected calendar moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from caseworks import clocks, co_handling, extending, workflow
from caseworks.models import Case, ServiceLevel
from caseworks.moves import Act
from outreach import working_days
from outreach.models import CalendarDay
from outreach.working_days import tell_of_correction
from people.models import AuditEvent, Job
from tests.cast import Cast
from tests.factories import make_case


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch):
    # Whether the calendar has changed is told by when its rows were changed, and here time stands still.
    monkeypatch.setattr(working_days, "_version", object)
    with time_machine.travel("2026-11-18T10:00+08:00", tick=False) as traveller:  # a Wednesday
        yield traveller


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


# ---- Limits and contact ----


def test_a_case_keeps_the_limits_with_which_it_began(cast: Cast):
    case = make_case(cast.operator, cast.group)
    ServiceLevel.objects.update(handling="9wd", co_handling="8wd")
    assert clocks.limits_for(case.category, case.urgency)["handling"] == "9wd"
    case.refresh_from_db()
    assert (case.limits["handling"], case.limits["co_handling"], case.limits["extensions"]) == ("5wd", "3wd", 2)
    case.limits = {}
    assert str(clocks.limit_of(case, "co_handling")) == "3wd"


@pytest.mark.parametrize("verb", ["accept", "note", "resolve"])
def test_contact_is_made_once_by_whatever_comes_first(cast: Cast, clock, verb: str):
    case = make_case(cast.operator, cast.group)
    leader = Act(cast.leader)
    workflow.note(case, leader, text="路过看了一眼")
    first = {
        "accept": lambda: workflow.accept(case, leader),
        "note": lambda: workflow.note(case, leader, text="电话里说明了", contact="phone"),
        "resolve": lambda: workflow.resolve(case, leader, text="修好了", solved="yes"),
    }
    case.refresh_from_db()
    assert case.contacted_at is None
    clock.shift(timedelta(minutes=20))
    assert first[verb]().contacted_at == timezone.now()
    clock.shift(timedelta(minutes=20))
    workflow.note(case, leader, text="再次联系", contact="phone")
    case.refresh_from_db()
    assert case.contacted_at == timezone.now() - timedelta(minutes=20)


def test_the_page_shows_both_limits_and_asks_about_contact(cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group)
    client.force_login(cast.leader)
    for name in ("case_detail", "phone_case"):
        page = client.get(reverse(name, args=[case.number])).content.decode()
        assert "11月19日 周四 17:30" in page and "11月25日 周三 17:30" in page and 'name="contact"' in page
    note = reverse("case_action", args=[case.number, "note"])
    client.post(note, {"version": case.version, "key": case.uuid, "text": "已通话", "contact": "phone"})
    case.refresh_from_db()
    assert case.contacted_at


# ---- A corrected calendar ----


@pytest.fixture
def office(cast: Cast, clock) -> dict[str, Case]:
    """Open cases of every kind, due on Wednesday 25 November unless something of their own moves them."""
    kinds = ("plain", "extended", "suspended", "closed", "helped", "ledger")
    cases = {kind: make_case(cast.operator, cast.group) for kind in kinds}
    for kind in kinds[1:]:
        workflow.accept(cases[kind], Act(cast.leader))
    extending.ask(cases["extended"], Act(cast.leader), days=2, text="等料")
    extending.grant(cases["extended"], Act(cast.supervisor))
    workflow.suspend(cases["suspended"], Act(cast.leader), text="等住户")
    workflow.resolve(cases["closed"], Act(cast.leader), text="好了", solved="yes")
    co_handling.ask_unit(cases["helped"], Act(cast.leader), unit=cast.water)
    given = Case.objects.get(pk=cases["ledger"].pk)
    clocks.keep_given(given)
    given.save()
    return cases


def dues(cases: dict[str, Case]) -> dict[str, str]:
    for case in cases.values():
        case.refresh_from_db()
    return {kind: f"{timezone.localtime(case.due_at):%m-%d}" if case.due_at else "" for kind, case in cases.items()}


def test_a_day_that_is_corrected_moves_every_open_case_and_helper_that_it_touches_and_says_how_many(
    cast: Cast, office: dict[str, Case]
):
    CalendarDay.objects.create(date="2026-11-20", kind="off", name="停电")
    events = AuditEvent.objects.count()
    done = clocks.rederive_open(cast.manager)
    assert (done.looked_at, done.cases, done.co_handlings) == (5, 3, 1)
    with override("en"):
        assert str(done) == ("3 open cases have another deadline by it. 1 co-handling unit has another deadline by it.")
    assert dues(office) == {
        "plain": "11-26",
        "extended": "11-30",
        "suspended": "",
        "closed": "11-25",
        "helped": "11-26",
        "ledger": "11-25",
    }
    assert timezone.localtime(office["helped"].co_handlings.get().due_at) == at("2026-11-24T17:30")
    assert timezone.localtime(office["plain"].contact_due_at) == at("2026-11-19T17:30")
    assert AuditEvent.objects.count() == events + 4
    again = clocks.rederive_open(cast.manager)
    assert (again.cases, again.co_handlings) == (0, 0)
    assert AuditEvent.objects.count() == events + 4


def test_a_file_of_days_moves_what_it_touches_and_the_command_says_so(office: dict[str, Case], tmp_path: Path, capsys):
    path = tmp_path / "days.csv"
    path.write_text("date,kind,name,source\n2026-11-22,working,调休,通知\n", encoding="utf-8")
    with override("en"):
        call_command("import_days", path)
    assert "3 open cases have another deadline by it." in capsys.readouterr().out
    assert dues(office)["plain"] == "11-24"


def test_where_open_cases_are_many_the_work_is_a_job_whose_result_says_how_many(
    cast: Cast, office: dict[str, Case], monkeypatch: pytest.MonkeyPatch, settings
):
    settings.JOBS_INLINE = True
    monkeypatch.setattr(clocks, "MANY", 2)
    CalendarDay.objects.create(date="2026-11-20", kind="off", name="停电")
    (consequence,) = tell_of_correction(cast.manager)
    job = Job.objects.get(owner=cast.manager)
    assert consequence.url == reverse("job", args=[job.uuid])
    assert job.result
    assert (job.state, job.result["cases"], job.result["co_handlings"]) == ("done", 3, 1)
    assert AuditEvent.objects.filter(action="case.rederive", actor=cast.manager).count() == 4


def test_a_manager_who_corrects_a_day_is_told_how_many_deadlines_moved(
    cast: Cast, client: Client, office: dict[str, Case]
):
    client.force_login(cast.manager)
    add, hours = reverse("admin:outreach_calendarday_add"), reverse("admin:outreach_officehours_changelist")
    told = client.post(add, {"date": "2026-11-20", "kind": "off", "name": "停电"}, follow=True)
    assert any("3" in str(message) for message in told.context["messages"])
    assert dues(office)["plain"] == "11-26"
    day = CalendarDay.objects.get(date="2026-11-20")
    client.post(reverse("admin:outreach_calendarday_delete", args=[day.pk]), {"post": "yes"})
    assert dues(office)["plain"] == "11-25"
    wednesday = client.get(hours).context["cl"].queryset.get(weekday=2)
    change = reverse("admin:outreach_officehours_change", args=[wednesday.pk])
    client.post(change, {"weekday": 2, "opens": "08:30", "closes": "12:00"})
    office["plain"].refresh_from_db()
    assert timezone.localtime(office["plain"].due_at) == at("2026-11-25T12:00")


def test_a_manager_takes_in_a_year_by_its_file_or_is_told_which_line_to_mend(
    cast: Cast, client: Client, tmp_path: Path
):
    client.force_login(cast.manager)
    page = reverse("admin:outreach_calendarday_import")
    assert page in client.get(reverse("admin:outreach_calendarday_changelist")).content.decode()
    path = tmp_path / "2027.csv"
    for line, sentence in (("2027-10-41,off,国庆节,通知", "2027-10-41"), ("2027-10-01,off,国庆节,通知", "")):
        path.write_text(f"date,kind,name,source\n{line}\n", encoding="utf-8")
        with path.open("rb") as file:
            answer = client.post(page, {"file": file})
        assert answer.status_code == (200 if sentence else 302)
        assert sentence in answer.content.decode()
    assert CalendarDay.objects.filter(date="2027-10-01", name="国庆节").exists()
    client.force_login(cast.supervisor)  # looks at the configuration, does not change it
    assert client.get(page).status_code == 403


def test_board_rule_book_and_system_check_warn_of_a_year_without_a_notice_from_december_on(
    cast: Cast, client: Client, clock, capsys
):
    take_in = reverse("admin:outreach_calendarday_import")
    for day, warned in (("2026-11-30", False), ("2026-12-01", True)):
        clock.move_to(at(f"{day}T09:00"))
        client.force_login(cast.supervisor)
        board = client.get(reverse("board")).content.decode()
        assert ("notice-warning" in board, take_in in board) == (warned, False)
        client.force_login(cast.manager)  # who can mend it
        assert (take_in in client.get(reverse("rules")).content.decode()) is warned
        with override("en"):
            call_command("check")
        assert ("The holidays of 2027 are not known" in capsys.readouterr().err) is warned
