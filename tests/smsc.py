"""A real gateway for short messages on this machine: npm's smpp, run by Node, with faults on order."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from outreach.channels import sms

SCRIPT = Path(__file__).parent / "outreach" / "smsc.js"
MISSING = "Node is missing. This brings it: apt-get install nodejs"


class Smsc:
    """The gateway as a test sees it: its address, and the parts it has taken."""

    def __init__(self, log: Path, **options: Any) -> None:
        node = shutil.which("node")
        if node is None:
            pytest.skip(MISSING)
        self.log = log
        log.touch()
        self.process = subprocess.Popen(
            [node, str(SCRIPT), json.dumps({"log": str(log), **options})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = f"smpp://office:secret@127.0.0.1:{int(self.process.stdout.readline())}/10690000"

    def taken(self) -> list[dict[str, Any]]:
        """Every part taken, in order: `id`, `to`, `header` (of the parts that belong together) and `text`."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def twice(self) -> list[tuple[str, str]]:
        """Number and text of parts that were taken more than once."""
        counted = Counter((part["to"], part["text"]) for part in self.taken())
        return [part for part, times in counted.items() if times > 1]

    def reply(self, text: str, number: str) -> None:
        """Have a telephone answer."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"reply": text, "from": f"86{number}"}) + "\n")
        self.process.stdin.flush()

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@pytest.fixture
def smsc(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Smsc]]:
    """Start a gateway with these faults in turn, and make it the office's."""
    started: list[Smsc] = []
    monkeypatch.setattr(sms, "LISTEN_SECONDS", 0.5)

    def start(*faults: str, **options: Any) -> Smsc:
        gateway = Smsc(tmp_path / f"taken-{len(started)}.jsonl", faults=list(faults) or [""], **options)
        started.append(gateway)
        settings.SMPP_URL = gateway.url
        settings.SMPP_TIMEOUT = 0.5
        settings.MESSAGE_BACK_OFF = 0
        settings.MESSAGE_CARRIERS = {"sms": "outreach.channels.sms.Smpp"}
        return gateway

    yield start
    for gateway in started:
        gateway.close()
