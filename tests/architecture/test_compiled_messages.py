"""The committed .mo files are the .po files beside them, compiled: nobody needs gettext to run the office."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUES = sorted((ROOT / "locale").rglob("*.po"))


@pytest.mark.skipif(
    shutil.which("msgfmt") is None, reason="gettext is missing. This brings it: apt-get install gettext"
)
def test_every_compiled_catalogue_is_fresh(tmp_path: Path):
    stale = []
    for catalogue in CATALOGUES:
        fresh = tmp_path / "fresh.mo"
        subprocess.run(["msgfmt", "--check-format", "--output-file", fresh, catalogue], check=True)
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != fresh.read_bytes():
            stale.append(str(catalogue.relative_to(ROOT)))
    assert not stale, "run: make messages"
