"""A PostgreSQL cluster for as long as one command runs: ``python -m tests.postgres -- pytest``.

It lives in a temporary folder, listens on a free loopback port, belongs to nobody but the tests, and is gone when the
command ends, however it ends. The command finds it in ``DATABASE_URL``.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MISSING = "PostgreSQL's server programs are missing. This brings them: apt-get install postgresql"

# Nothing here outlives the tests, so nothing need survive a power cut.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "unix_socket_directories": "''"}


def find_programs() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``, the newest where there are several, or None."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "pg_ctl").exists():
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: float(found.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """Run a fresh cluster and yield the URL of its empty database ``caseworks``."""
    owner = _owner()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    def run(program: str, *arguments: str) -> None:
        # Output goes to a file: the server inherits it, and a pipe would stay open for as long as the server runs.
        with (folder / "output").open("ab") as output:
            subprocess.run(
                [programs / program, *arguments],
                check=True,
                cwd=folder,
                env=environment,
                user=owner and owner.pw_uid,
                group=owner and owner.pw_gid,
                extra_groups=[] if owner else None,
                stdout=output,
                stderr=output,
            )

    with tempfile.TemporaryDirectory(prefix="caseworks-postgres-") as name:
        folder, data, port = Path(name), str(Path(name, "data")), _free_port()
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        options = " ".join(f"-c {key}={value}" for key, value in FAST.items())
        try:
            run("initdb", "-D", data, "-U", "caseworks", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            run("pg_ctl", "-D", data, "-w", "-o", f"-h 127.0.0.1 -p {port} {options}", "start")
            run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "caseworks", "caseworks")
            yield f"postgresql://caseworks@127.0.0.1:{port}/caseworks"
        except subprocess.CalledProcessError as error:
            sys.stderr.write((folder / "output").read_text(errors="replace"))
            raise SystemExit(f"The temporary PostgreSQL cluster did not start: {error}") from error
        finally:
            if Path(data, "postmaster.pid").exists():
                run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _owner() -> pwd.struct_passwd | None:
    """Return whom the server runs as when we are root, whom it refuses; None where we are somebody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _stop(signum: int, _frame: object) -> None:
    raise SystemExit(128 + signum)


def main(command: Sequence[str]) -> int:
    """Run *command* with a cluster and return its exit code; without the programs say so, an error in CI."""
    programs = find_programs()
    if programs is None:
        sys.stderr.write(f"Skipped on PostgreSQL: {' '.join(command)}\n{MISSING}\n")
        return 1 if os.environ.get("CASEWORKS_REQUIRE_ALL") == "1" else 0
    # As exceptions, so that the cluster is stopped on the way out.
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _stop)
    with cluster(programs) as url:
        environment = {
            **os.environ,
            "CASEWORKS_TEST_DB": "postgresql",
            "DATABASE_URL": url,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        }
        with subprocess.Popen(command, env=environment) as running:
            # Ctrl-C reaches the command too: let it end in its own way.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            try:
                return running.wait()
            finally:
                running.terminate()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    raise SystemExit(main(arguments[1:] if arguments[:1] == ["--"] else arguments))
