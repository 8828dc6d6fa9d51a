"""The documents say what there is: no variable or command without its line, no path or link into nothing."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
APPS = ("people", "outreach", "caseworks")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
RECIPES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
SHORT = "{0.name}".format

LINK = re.compile(r'(?:\]\(|src=")([^)"\s]+)[)"]')
FENCED = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
# A path as documents write it: from the top of the checkout, to a file or with a slash at its end.
PATH = re.compile(r"(?:people|outreach|caseworks|tests|docs|static|templates|locale)/[\w./-]*")
FILES_OF_THE_TOP = {"Makefile", "pyproject.toml", "requirements.lock", "README.md", "CHANGELOG.md", "manage.py"}
# Recipes name what the reader is about to make.
MADE_BY_THE_READER = {
    "locale/vi/LC_MESSAGES/django.po",
    "locale/third_party/vi/LC_MESSAGES/django.po",
    "caseworks/formats/vi/formats.py",
}


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def variables() -> set[str]:
    """The names of what settings and commands read from the environment."""
    settings = text_of(ROOT / "caseworks" / "settings.py")
    found = set(re.findall(r'\benv\.\w+\(\s*"(\w+)"', settings))
    for app in APPS:
        for module in (ROOT / app / "management").rglob("*.py"):
            source = text_of(module)
            names = dict(re.findall(r'^([A-Z_]+) = "(\w+)"$', source, re.MULTILINE))
            for name in re.findall(r'os\.environ(?:\.get\(|\[)"?(\w+)', source):
                found.add(names.get(name, name))
    return found


def paths_in(page: Path) -> set[str]:
    """The paths of the checkout that a page names in its sentences; code blocks are examples."""
    quoted = QUOTED.findall(FENCED.sub("", text_of(page)))
    words = {word.strip(",.;:()") for text in quoted for word in text.split()}
    return {word for word in words if PATH.fullmatch(word) or word in FILES_OF_THE_TOP}


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page are linked to, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text_of(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_variable_of_the_environment_is_in_the_operations_page():
    known = variables()
    assert {"DATABASE_URL", "FIELD_KEYS", "PORT", "STAFF_PASSWORD"} <= known, "the search itself works"
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of(ROOT / "docs" / "operations.md"), re.MULTILINE))
    assert known - rows == set(), "read, and not in the table"
    assert rows - known == set(), "in the table, and read nowhere"


def test_every_command_of_ours_is_in_the_operations_page_with_an_example():
    ours = {name for name, app in get_commands().items() if app in APPS}
    assert "demo" in ours
    rows = re.findall(
        r"^\| `(\w+)` \| .+ \| `.*manage\.py (\w+)", text_of(ROOT / "docs" / "operations.md"), re.MULTILINE
    )
    assert {name for name, _ in rows} == ours
    assert [row for row in rows if row[0] != row[1]] == []


@pytest.mark.parametrize("document", PAGES, ids=SHORT)
def test_every_link_leads_somewhere(document: Path):
    broken = []
    for link in LINK.findall(FENCED.sub("", text_of(document))):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", PAGES, ids=SHORT)
def test_every_path_that_a_document_names_exists(document: Path):
    missing = {path for path in paths_in(document) if not (ROOT / path).exists()}
    assert missing <= MADE_BY_THE_READER


def test_the_map_of_the_architecture_names_a_place_for_every_question():
    section = text_of(ROOT / "docs" / "architecture.md").split("## The map")[1].split("\n## ")[0]
    questions = [line for line in section.splitlines() if line.startswith("| ") and "| where |" not in line]
    assert len(questions) >= 10
    assert [line for line in questions if "`" not in line] == []


def test_every_recipe_is_in_numbered_steps_names_real_files_and_is_found_from_the_front_page():
    front = text_of(ROOT / "README.md")
    assert len(RECIPES) >= 5
    for recipe in RECIPES:
        steps = [int(number) for number in re.findall(r"^(\d+)\. ", text_of(recipe), re.MULTILINE)]
        assert steps == list(range(1, len(steps) + 1)), recipe.name
        assert len(steps) >= 5, recipe.name
        assert paths_in(recipe) - MADE_BY_THE_READER, recipe.name
        assert f"(docs/how-to/{recipe.name})" in front


def test_the_pictures_of_the_front_page_are_small_enough_to_open_on_a_phone():
    pictures = [ROOT / link for link in LINK.findall(text_of(ROOT / "README.md")) if link.endswith(".png")]
    assert len(pictures) >= 3
    assert {path.name: path.stat().st_size for path in pictures if path.stat().st_size > 200 * 1024} == {}


def test_the_changes_begin_with_what_is_unreleased_or_with_the_version_of_the_project():
    version = re.search(r'^version = "(.+)"$', text_of(ROOT / "pyproject.toml"), re.MULTILINE)
    latest = re.search(r"^## (?!Unreleased$)(\S+)$", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert version and latest and version[1] == latest[1]
