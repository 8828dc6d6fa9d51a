"""kill -9 in the middle of any verb, over and over: ``python -m tests.bench.kills --times 200``.

A process of its own does random verbs on random cases without a pause and is killed at a random moment. After each
death every case must be whole: as many timeline entries as versions, its status that of its last entry, a pause open
exactly while it is suspended, bound to another exactly while it is merged, one audit row for each entry; and whatever
had been acknowledged is there.

On SQLite in a temporary folder; on PostgreSQL with ``python -m tests.postgres -- python -m tests.bench.kills``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.cast import Cast

SHORTEST, LONGEST = 1, 12  # how long a process lives: as long as so many cases took to be logged on this machine
CASES = 8


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="caseworks-kills-") as folder:
        os.environ |= {"CASEWORKS_DATA": folder, "DJANGO_SETTINGS_MODULE": "caseworks.settings"}
        os.environ |= {"DATABASE_POOL": "False"}
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        found = run(asked.times, random.Random(asked.seed))
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if found["broken"] else 0


def run(times: int, chance: random.Random) -> dict[str, object]:
    """Kill *times* processes on the database of this one; return what they had done, and what was found broken."""
    from django.db import connection, connections

    from people import audit

    # Loaded here, so that a short life is spent on verbs.
    from tests.caseworks.test_states import DO as _loaded  # noqa: F401
    from tests.cast import make_cast
    from tests.factories import make_case

    cast = make_cast()
    begun = time.monotonic()
    for _ in range(CASES):
        make_case(cast.operator, cast.group)
    pace = (time.monotonic() - begun) / CASES
    broken: list[str] = []
    acknowledged = 0
    for _ in range(times):
        connections.close_all()
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            try:
                act_until_killed(cast, random.Random(chance.random()), writing)
            finally:
                os._exit(1)
        os.close(writing)
        time.sleep(pace * chance.uniform(SHORTEST, LONGEST))
        os.kill(child, signal.SIGKILL)
        if not os.WIFSIGNALED(os.waitpid(child, 0)[1]):
            broken.append("a process ended by itself: see above")
        with os.fdopen(reading) as pipe:
            said = [line.split() for line in pipe if line.endswith("\n")]
        acknowledged += len(said)
        broken += faults([(int(case), int(version)) for case, version in said])
    if audit.verify().broken_at is not None:
        broken.append("the audit chain")
    return {"database": connection.vendor, "kills": times, "acknowledged": acknowledged, "broken": broken}


def act_until_killed(cast: Cast, chance: random.Random, pipe: int) -> None:
    """Do verbs without end; say of each, once it is done, which case now has which version."""
    from django.core.exceptions import PermissionDenied

    from caseworks.models import Case
    from caseworks.moves import Act, NotPossible, Stale
    from people.models import User
    from tests.caseworks.test_states import DO
    from tests.factories import make_case

    users = [user.pk for user in (cast.operator, cast.leader, cast.supervisor, cast.department)]
    while True:
        by = User.objects.get(pk=chance.choice(users))
        if chance.random() < 0.1:
            done = make_case(by, cast.group)
        else:
            case = Case.objects.get(pk=chance.choice(list(Case.objects.values_list("pk", flat=True))))
            done = None
            with suppress(PermissionDenied, NotPossible, Stale):
                done = DO[chance.choice(list(DO))](case, Act(by, case.version), cast)
        if done:
            os.write(pipe, f"{done.pk} {done.version}\n".encode())


def faults(acknowledged: list[tuple[int, int]]) -> list[str]:
    """What is wrong with any case, in words; nothing where every one is whole."""
    from caseworks.models import Case, CaseLink, LinkKind
    from caseworks.states import Status
    from people.models import AuditEvent

    found = []
    merged = set(CaseLink.objects.standing().filter(kind=LinkKind.MERGED).values_list("case", flat=True))
    cases = {case.pk: case for case in Case.objects.prefetch_related("timeline", "pauses")}
    for case in cases.values():
        entries = sorted(case.timeline.all(), key=lambda entry: entry.pk)
        if [entry.version for entry in entries] != list(range(1, case.version + 1)):
            found.append(f"{case}: version {case.version}, entries {[entry.version for entry in entries]}")
        elif entries[-1].status != case.status:
            found.append(f"{case}: {case.status}, the last entry says {entries[-1].status}")
        if any(pause.ended_at is None for pause in case.pauses.all()) != (case.status == Status.SUSPENDED):
            found.append(f"{case}: {case.status}, yet its pause says otherwise")
        if (case.status == Status.MERGED) != (case.pk in merged):
            found.append(f"{case}: {case.status}, yet its links say otherwise")
        # Who looked is audited too; a change is audited with its verb.
        verbs = sorted(f"case.{entry.verb}" for entry in entries)
        audited = AuditEvent.objects.filter(object_type="caseworks.case", object_ref=str(case.pk), action__in=verbs)
        if sorted(audited.values_list("action", flat=True)) != verbs:
            found.append(f"{case}: its entries and the audit differ")
    found += [
        f"case {case}: version {version} was acknowledged and is gone"
        for case, version in acknowledged
        if case not in cases or cases[case].version < version
    ]
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
