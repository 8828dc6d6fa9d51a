"""What others wrote and we carry along is what its lock says: no more, no less, and unchanged."""

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = [lock for lock in (ROOT / "static/vendor/lock.toml", ROOT / "tests/vendor/lock.toml") if lock.exists()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.parent.name)
def test_vendored_files_are_those_of_the_lock_and_carry_their_licence(lock: Path):
    entries = tomllib.loads(lock.read_text(encoding="utf-8"))
    on_disk = {
        folder.name: {
            str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in folder.rglob("*")
            if file.is_file()
        }
        for folder in lock.parent.iterdir()
        if folder.is_dir() and folder.name != "__pycache__"
    }
    assert on_disk == {name: entry["sha256"] for name, entry in entries.items()}
    assert all("LICENSE" in entry["sha256"] and entry["licence"] for entry in entries.values())


def test_nothing_vendored_lies_in_static_without_a_lock():
    assert (ROOT / "static/vendor").exists() == ((ROOT / "static/vendor/lock.toml") in LOCKS)
