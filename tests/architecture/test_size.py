"""Over 400 lines a module asks to be split; over 600 it is."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WRITTEN_BY_HAND = {".py", ".js", ".css", ".html"}
LIMIT = 600


def test_no_file_is_longer_than_anyone_reads_at_a_sitting():
    long = {}
    for folder in ("people", "outreach", "caseworks", "templates", "static", "tests"):
        for path in (ROOT / folder).rglob("*"):
            inside = path.relative_to(ROOT)
            if path.suffix in WRITTEN_BY_HAND and not {"vendor", "data", "migrations"} & set(inside.parts):
                lines = path.read_text(encoding="utf-8").count("\n")
                if lines > LIMIT:
                    long[str(inside)] = lines
    assert not long
