"""`manage.py import_ledger`: counts, errors, refusals and exit codes, as scripts will read them."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import close_old_connections

from people.models import Area, Household, Resident
from tests.people.workbook_files import OFFICE, book

ROOT = Path(__file__).parent.parent.parent
HEAD = ["户主姓名", "家庭住址", "成员姓名", "与户主关系", "性别", "身份证号"]
ROWS = [["王建国", "滨港路1号", "王建国", "户主", "男", "33090319500302001X"], ["", "", "李秀英", "配偶", "女", ""]]


@pytest.fixture
def register(tmp_path):
    return book(tmp_path / "residents.xlsx", 东安社区=[["沈湾街道"], HEAD, *ROWS])


def run(*arguments):
    out = StringIO()
    call_command("import_ledger", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_json_counts_each_kind_and_lists_each_error(register):
    found = json.loads(run("residents", register, "--json"))

    assert found["created"]["community"] == 1
    assert (found["created"]["household"], found["created"]["resident"]) == (1, 2)
    assert set(found["created"]) == set(found["updated"]) == set(found["unchanged"])
    assert sum(found["updated"].values()) == 0
    (error,) = found["errors"]
    assert set(error) == {"sheet", "row", "column", "value", "message"}
    assert (error["sheet"], error["row"], error["column"]) == ("东安社区", 3, "身份证号")
    assert error["value"] == "33090319500302001X"


@pytest.mark.django_db
def test_a_second_time_creates_and_updates_nothing(register):
    run("residents", register)
    again = json.loads(run("residents", register, "--json"))

    assert not any([*again["created"].values(), *again["updated"].values()])
    assert again["unchanged"]["resident"] == 2


@pytest.mark.django_db
def test_a_dry_run_says_so_and_changes_nothing(register):
    found = json.loads(run("residents", register, "--json", "--dry-run"))

    assert found["dry_run"] and found["created"]["household"] == 1
    assert not Household.objects.exists() and not Area.objects.exists()


@pytest.mark.django_db
def test_without_json_it_tells_the_same_in_words(register):
    told = run("residents", register)

    assert "33090319500302001X" in told
    assert len(told.splitlines()) > 10


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind_and_file",
    [("network", OFFICE / "hotline.xlsx"), ("residents", OFFICE / "truth.json"), ("hotline", OFFICE / "no such file")],
    ids=["another ledger", "no workbook", "no file"],
)
def test_a_refusal_is_one_sentence_and_exit_code_2(kind_and_file):
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("import_ledger", *map(str, kind_and_file), "--json", stdout=out)

    assert refusal.value.returncode == 2
    assert json.loads(out.getvalue()) == {"refused": str(refusal.value)}
    assert "\n" not in str(refusal.value)


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_is_taken_in_once(register):
    from django.db import connection

    environment = dict(os.environ)
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{settings['NAME']}"
    else:
        port, host, user = settings["PORT"], settings["HOST"], settings["USER"]
        environment["DATABASE_URL"] = f"postgresql://{user}@{host}:{port}/{settings['NAME']}"
    environment["DJANGO_SETTINGS_MODULE"] = "caseworks.settings"
    command = [sys.executable, "manage.py", "import_ledger", "residents", str(register), "--json"]
    close_old_connections()
    runs = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120) for process in runs]

    assert [process.returncode for process in runs] == [0, 0], told
    created = sorted(json.loads(out)["created"]["resident"] for out, _errors in told)
    assert created == [0, 2]
    assert (Resident.objects.count(), Household.objects.count(), Area.objects.count()) == (2, 1, 2)
