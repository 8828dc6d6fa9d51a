"""Fetch vendored files again, as each ``lock.toml`` names them: ``python -m tests.vendor`` (``make vendor``).

Needs npm. For a new version change the lock's folder, package and hashes first; a file that differs from its hash is
refused and named with the hash it has.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def fetch(folder: Path, package: str, hashes: dict[str, str]) -> None:
    """Put the files named in *hashes* from the npm *package* into *folder*.

    Raises SystemExit where a file is not the one the lock means.
    """
    with tempfile.TemporaryDirectory() as download:
        subprocess.run(["npm", "pack", "--silent", package], cwd=download, check=True, stdout=subprocess.DEVNULL)
        (archive,) = Path(download).glob("*.tgz")
        folder.mkdir(exist_ok=True)
        with tarfile.open(archive) as packed:
            for name, expected in hashes.items():
                member = packed.extractfile(f"package/{name}")
                content = member.read() if member else b""
                found = hashlib.sha256(content).hexdigest()
                if found != expected:
                    raise SystemExit(f"{folder.name}/{name}: sha256 {found}, the lock says {expected}")
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    sys.stdout.write(f"{package}: {len(hashes)} files\n")


if __name__ == "__main__":
    for lock in (ROOT / "static/vendor/lock.toml", ROOT / "tests/vendor/lock.toml"):
        if lock.exists():
            for name, entry in tomllib.loads(lock.read_text(encoding="utf-8")).items():
                fetch(lock.parent / name, entry["package"], entry["sha256"])
