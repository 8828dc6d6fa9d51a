"""Serve the office from one machine: the web process and the background worker, started and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection

from django.conf import settings

HOST = "127.0.0.1"
THREADS = 8
# Seconds. What runs gets time to finish, but the whole stop stays under ten.
WEB_GRACE, STOP_GRACE, START_LIMIT = 4, 7.0, 60.0
_TICK = 0.2
_PR_SET_PDEATHSIG = 1


class NotServed(Exception):
    """Serving did not begin, or ended by itself. Its message is one sentence for whoever started it."""


def port_is_free(port: int) -> bool:
    """Whether the web process could listen on *port* of this machine. Raises OSError where it is not allowed to."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # As gunicorn does it: connections of a server just stopped are no obstacle.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


def commands(port: int) -> dict[str, list[str]]:
    """The two processes by name, as their command lines."""
    gunicorn = ["gunicorn", "caseworks.wsgi:application", "--bind", f"{HOST}:{port}", "--no-control-socket"]
    gunicorn += ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)]
    gunicorn += ["--graceful-timeout", str(WEB_GRACE), "--log-level", "warning"]
    return {
        "web": [sys.executable, "-m", *gunicorn],
        "worker": [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"],
    }


def serve(port: int, ready: Callable[[], None], environment: Mapping[str, str] | None = None) -> None:
    """Serve until Ctrl-C or a request to terminate; call *ready* once pages are answered.

    Nothing is left running afterwards, whichever way it ends. Raises `NotServed` where a process ends by itself.
    """
    stop = threading.Event()
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with _asked_to_stop(stop):
        try:
            for name, command in commands(port).items():
                processes[name] = _start(command, environment or {})
            if _wait_until_answered(port, processes, stop):
                ready()
            while not stop.wait(_TICK):
                _check(processes)
        finally:
            _stop(list(processes.values()))


def _start(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then stops the others in good order.
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Ask the kernel for SIGTERM should this process's parent be killed outright."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def _asked_to_stop(stop: threading.Event) -> Iterator[None]:
    """Set *stop* on Ctrl-C, on a request to terminate, and when the terminal goes away."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_args: stop.set()) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait_until_answered(port: int, processes: Mapping[str, subprocess.Popen[bytes]], stop: threading.Event) -> bool:
    """Wait for the first answer; False where it was asked to stop meanwhile."""
    limit = time.monotonic() + START_LIMIT
    while not stop.wait(_TICK):
        _check(processes)
        if _answers(port):
            return True
        if time.monotonic() > limit:
            raise NotServed(f"No answer on port {port} within {START_LIMIT:.0f} seconds.")
    return False


def _answers(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    with suppress(OSError):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    return False


def _check(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise NotServed(f"The {name} process ended by itself (exit code {process.returncode}).")


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop, wait, and end what is left of their sessions."""
    for process in processes:
        process.terminate()
    limit = time.monotonic() + STOP_GRACE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(limit - time.monotonic(), 0))
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
