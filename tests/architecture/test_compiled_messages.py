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
@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_compiled_catalogue_is_fresh(catalogue: Path, tmp_path: Path):
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check-format", "--output-file", fresh, catalogue], check=True)
    assert catalogue.with_suffix(".mo").read_bytes() == fresh.read_bytes(), "run: make messages"
