"""Serving for real: both processes start, pages are answered, background work is done, and nothing is left behind."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

# Both servings bring an embedded database of their own.
pytestmark = pytest.mark.any_database

PATIENCE = 90  # seconds; two busy cores start slowly
TABLES = "from caseworks.demonstration.tables import make; make()"
ENQUEUE = "from people.jobs import enqueue; enqueue('tests.caseworks.test_serving.add_up', 'once', numbers=[1, 2, 39])"


def add_up(job, progress, numbers):
    """Background work for the test: run by the worker, which imports it by its name."""
    progress(len(numbers), len(numbers))
    return sum(numbers)


@pytest.fixture
def environment(tmp_path):
    """That of an embedded office in a folder of its own, whatever database the other tests run on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"CASEWORKS_DATA": str(tmp_path), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "caseworks.settings"}
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | own


@contextmanager
def served(environment):
    """The `serve` command once it answers."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().strip()  # it speaks when the first page was answered
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def descendants(pid):
    """The processes that *pid* started, and those that they started."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        children = [child for child, its_parent in pairs if its_parent == parent]
        found += children
        waiting += children
    return found


def running(pids):
    listing = subprocess.run(["ps", "-eo", "pid="], capture_output=True, text=True, check=True).stdout
    return set(pids) & set(map(int, listing.split()))


def wait_for(question):
    limit = time.monotonic() + PATIENCE
    while not (answer := question()) and time.monotonic() < limit:
        time.sleep(0.2)
    return answer


def read(environment, query):
    with closing(sqlite3.connect(Path(environment["CASEWORKS_DATA"]) / "caseworks.sqlite3")) as database:
        return database.execute(query).fetchall()


def in_a_shell(environment, code):
    shell = [sys.executable, str(settings.BASE_DIR / "manage.py"), "shell", "-v0", "-c", code]
    subprocess.run(shell, env=environment, check=True, timeout=PATIENCE)


@pytest.mark.long
def test_a_death_ends_the_rest_and_it_starts_again_answers_works_and_leaves_nothing_behind(environment):
    in_a_shell(environment, TABLES)  # walking every migration is tried in tests/test_migrations.py
    with served(environment) as process:
        started = descendants(process.pid)
        os.kill(started[0], signal.SIGKILL)
        assert process.wait(PATIENCE) == 1
        assert wait_for(lambda: not running(started))

    with served(environment) as process:
        connection = HTTPConnection("127.0.0.1", int(environment["PORT"]), timeout=PATIENCE)
        connection.request("GET", "/login/")
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"/static/css/" in answer.read()

        in_a_shell(environment, ENQUEUE)
        done = "SELECT result FROM people_job WHERE state = 'done'"
        assert wait_for(lambda: read(environment, done)) == [("42",)]
        scheduled = dict(read(environment, "SELECT func, cron FROM django_q_schedule"))
        assert scheduled["caseworks.schedule.plan_visits_ahead"] == "20 2 * * *"

        started = descendants(process.pid)
        assert len(started) > 2
        asked_at = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert time.monotonic() - asked_at < 10
        assert wait_for(lambda: not running(started))
