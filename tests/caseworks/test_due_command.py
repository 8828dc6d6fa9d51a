"""`manage.py due`: what it prints, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def due(db, capsys):
    def run(*arguments: str) -> str:
        with translation.override("en"):
            call_command("due", *arguments)
        return capsys.readouterr().out

    return run


def test_json_gives_the_due_moment_and_every_day(due):
    answer = json.loads(due("--at", "2026-09-30T16:10", "--limit", "3wd", "--json"))
    assert answer["due"] == "2026-10-10T17:30:00+08:00"
    assert answer["provisional"] is False
    assert answer["days"] == [
        *({"date": f"2026-10-0{day}", "counted": False, "why": "国庆节"} for day in range(1, 8)),
        {"date": "2026-10-08", "counted": True, "why": ""},
        {"date": "2026-10-09", "counted": True, "why": ""},
        {"date": "2026-10-10", "counted": True, "why": ""},
    ]


def test_pauses_and_extensions_move_the_date(due):
    pauses = ["--pause", "2026-10-08T09:00/2026-10-09T09:00", "--pause", "2026-10-12T09:00/2026-10-12T18:00"]
    answer = json.loads(due("--at", "2026-09-30T16:10", "--limit", "3wd", *pauses, "--extend", "1wd", "--json"))
    assert answer["due"] == "2026-10-14T17:30:00+08:00"  # 9, 10, 13 and 14 October count


def test_extensions_are_counted_on_one_after_the_other_and_marked(due):
    arguments = ["--at", "2026-09-28T10:00", "--limit", "3wd", "--extend", "1wd", "--extend", "1wd"]
    answer = json.loads(due(*arguments, "--json"))
    assert answer["due"] == "2026-10-10T17:30:00+08:00"  # 29, 30 September and 8 October; then 9 and Saturday 10
    assert [day["date"] for day in answer["days"] if day.get("extension")] == ["2026-10-09", "2026-10-10"]
    assert [line[:10] for line in due(*arguments).splitlines() if "extension" in line] == ["2026-10-09", "2026-10-10"]


def test_a_pause_that_lasts_has_no_due_moment(due):
    arguments = ["--at", "2026-09-30T16:10", "--limit", "3wd", "--pause", "2026-10-08T09:00/"]
    assert json.loads(due(*arguments, "--json"))["due"] is None
    assert "the clock stands still" in due(*arguments)


def test_text_counts_day_by_day(due):
    lines = due("--at", "2026-09-30T16:10", "--limit", "3wd").splitlines()
    assert "receipt day" in lines[0]
    assert "国庆节" in lines[1]
    assert lines[-2].startswith("2026-10-10") and lines[-2].endswith("3")
    assert lines[-1] == "deadline: 2026-10-10 17:30"


def test_text_says_that_a_date_is_provisional(due):
    assert (
        due("--at", "2030-03-04T10:00", "--limit", "4wh").splitlines()[-1] == "deadline: 2030-03-04 14:00 (provisional)"
    )


def test_a_moment_with_a_zone_is_taken_at_its_word(due):
    assert json.loads(due("--at", "2026-09-30T08:10Z", "--limit", "2h", "--json"))["due"] == "2026-09-30T18:10:00+08:00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--at", "2026-09-30T16:10", "--limit", "3 weeks"],
            "“3 weeks” is not a limit: write a number from 1 to 999 and wd, d, wh or h, such as 3wd.",
        ),
        (["--at", "yesterday", "--limit", "3wd"], "“yesterday” is not a moment such as 2026-09-30T16:10."),
        (["--at", "9999-12-31T16:10", "--limit", "3wd"], "“9999-12-31T16:10” is not between 1900 and 2100."),
        (
            ["--at", "2026-09-30T16:10", "--limit", "3wd", "--pause", "2026-10-08"],
            "“2026-10-08” is not a pause such as 2026-10-08T09:00/2026-10-09T09:00.",
        ),
        (
            ["--at", "2026-09-30T16:10", "--limit", "3wd", "--pause", "2026-10-09/2026-10-08"],
            "A pause ends after it begins.",
        ),
    ],
)
def test_what_cannot_be_read_exits_2_with_one_sentence(due, arguments, sentence):
    with pytest.raises(CommandError) as refused:
        due(*arguments)
    assert refused.value.returncode == 2
    assert str(refused.value) == sentence


@pytest.mark.any_database
def test_it_answers_before_there_is_any_table(tmp_path):
    environment = {**os.environ, "CASEWORKS_DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3"}
    command = [sys.executable, "manage.py", "due", "--at", "2026-09-30T16:10", "--limit"]
    environment["DJANGO_SETTINGS_MODULE"] = "caseworks.settings"
    found = subprocess.run([*command, "3wd", "--json"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["due"] == "2026-10-10T17:30:00+08:00"
    refused = subprocess.run([*command, "3x"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "3x" in refused.stderr and len(refused.stderr.strip().splitlines()) == 1
