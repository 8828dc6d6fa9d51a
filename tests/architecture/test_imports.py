"""The house stands as docs/architecture.md draws it.

`make lint` holds the drawing's lines with import-linter; here is what its contracts in pyproject.toml cannot say.
"""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("people", "outreach", "caseworks")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
STOREYS = next(contract for contract in CONTRACTS if "containers" in contract)["layers"]
RULES = {name.strip(" ()\n") for name in STOREYS[-1].split(":")}
CATCH_ALL_NAMES = {"utils", "helpers", "services", "common", "misc", "tools", "core", "lib"}

# A rule is a function of what it is given: it neither asks the database nor answers a request.
BEYOND_RULES = ("django.db.", "django.http.", "django.shortcuts.", "django.views.")
WORDS = {"django.db.models.TextChoices", "django.db.models.IntegerChoices"}


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from sorted((ROOT / app).rglob("*.py"))


def imported_by(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names imported anywhere in *tree* when it runs: not those for annotations alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from imported_by(node)


@pytest.mark.parametrize(
    "rule",
    [path for app in APPS for path in sorted((ROOT / app).glob("*.py")) if path.stem in RULES],
    ids=lambda path: f"{path.parent.name}.{path.stem}",
)
def test_a_rule_asks_no_database_and_answers_no_request(rule: Path):
    names = imported_by(ast.parse(rule.read_text(encoding="utf-8")))
    assert not [name for name in names if name.startswith(BEYOND_RULES) and name not in WORDS]


def test_a_module_is_named_for_a_concept_of_the_office():
    assert not [str(path.relative_to(ROOT)) for path in modules() if CATCH_ALL_NAMES & {path.stem, path.parent.name}]
