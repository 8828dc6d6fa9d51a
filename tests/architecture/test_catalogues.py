"""Everything the office reads is translated, whole, in its own words; and nothing is translated too early."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import opencc
import pytest
from django.apps import apps
from django.utils.translation import override

from tests.catalogues import HALF_WIDTH, LANGUAGES, ROOT, Entry, catalogue

APPS = ("people", "outreach", "caseworks")
THIRD_PARTY = ROOT / "locale" / "third_party"
LIBRARIES = ("django", "simple_history", "axes")

PLACEHOLDER = re.compile(r"%\(\w+\)[sdr]|(?<!%)%[sd]|\{\w+\}")
# Written so in Traditional Chinese too, though OpenCC would rather have 臺, 羣 and 準.
SHARED = {"台", "群", "准"}
# The same in every language: the name of one, limits as they are typed, the place of a name in a text.
ANYWHERE = {"English", "wd", "wh", "name"}
# How it is said on the mainland, in traditional characters: for Traditional Chinese there is a word of its own.
MAINLAND_WORDS = (
    "軟件|文件|信息|默認|登錄|菜單|賬號|打印|搜索|導入|導出|單元格|工作簿|超期|併發|視頻|質量|服務器|用戶|刷新|加載|粘貼|上載|"
    "鏈接|屏幕|程序|字段|字號|快捷鍵|數據"
)


def both(language: str) -> list[Entry]:
    return [*catalogue(language), *catalogue(language, THIRD_PARTY)]


def said(entries: list[Entry]) -> Iterator[tuple[Entry, str]]:
    for entry in entries:
        for text in entry.translations:
            yield entry, text


# ---- Complete ----


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogues as `make messages` would leave them, gathered in a copy of the code."""
    copy = tmp_path_factory.mktemp("gathered")
    for folder in (*APPS, "templates", "locale"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "data"))
    languages = [argument for language in LANGUAGES for argument in ("--locale", language)]
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--settings", "caseworks.settings", *languages],
        cwd=copy,
        env={**os.environ, "CASEWORKS_DATA": str(copy / "data"), "PYTHONPATH": str(copy)},
        check=True,
        capture_output=True,
    )
    return copy / "locale"


@pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="gettext is missing. This brings it: apt-get install gettext"
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_code_is_translated_and_no_other(gathered: Path, language: str):
    entries = catalogue(language, gathered)
    assert len(entries) > 500
    assert not [entry.text for entry in entries if entry.obsolete], "run: make messages"
    assert not [entry.text for entry in entries if not entry.done], "translate these in locale/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_the_committed_catalogues_is_left_for_later(language: str):
    assert not [entry.text for entry in both(language) if not entry.done or entry.obsolete]


def test_texts_of_libraries_are_ones_that_they_say():
    spoken: set[str] = set()
    for library in LIBRARIES:
        for po in Path(str(files(library))).rglob("locale/*/LC_MESSAGES/django.po"):
            spoken.update(entry.text for entry in catalogue(po.parent.parent.name, po.parent.parent.parent))
    assert not [entry.text for entry in catalogue("zh_Hans", THIRD_PARTY) if entry.text not in spoken]
    assert [e.text for e in catalogue("zh_Hans", THIRD_PARTY)] == [e.text for e in catalogue("zh_Hant", THIRD_PARTY)]


# ---- Whole and well written ----


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_placeholders_of_its_text(language: str):
    wrong = []
    for entry, text in said(both(language)):
        wanted = {tuple(sorted(PLACEHOLDER.findall(form))) for form in (entry.text, entry.plural) if form}
        if tuple(sorted(PLACEHOLDER.findall(text))) not in wanted:
            wrong.append((entry.text, text))
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_chinese_sentences_have_full_width_punctuation(language: str):
    assert not [text for _, text in said(both(language)) if HALF_WIDTH.search(PLACEHOLDER.sub("字", text))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_ends_where_its_original_ends(language: str):
    ends = {".": "。", "!": "！", ":": "："}
    wrong = [
        (entry.text, text)
        for entry, text in said(both(language))
        if text.endswith(tuple(ends.values())) and not entry.text.endswith((*ends, "below"))
    ]
    assert not wrong


def test_traditional_chinese_has_no_simplified_characters():
    convert = opencc.OpenCC("s2t").convert
    wrong = {
        character: text
        for _, text in said(both("zh_Hant"))
        for character in text
        if character not in SHARED and convert(character) != character
    }
    assert not wrong


def test_simplified_chinese_has_no_traditional_characters():
    convert = opencc.OpenCC("t2s").convert
    wrong = {
        character: text
        for _, text in said(both("zh_Hans"))
        for character in text
        if character not in SHARED and convert(character) != character
    }
    assert not wrong


def test_traditional_chinese_is_more_than_converted_characters():
    entries = both("zh_Hant")
    assert not [text for _, text in said(entries) if re.search(MAINLAND_WORDS, text)]
    assert not [text for _, text in said(entries) if re.search("[“”‘’]", text)], "「」 and 『』 are the quotation marks"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("请核对,再提交。", True),
        ("请核对:编号", True),
        ("手机(选填)", True),
        ("请核对.", True),
        ("请写 2027-10-01，再提交 .xlsx。", False),
        ("第 3 行：“x”不是日期。", False),
    ],
)
def test_half_width_punctuation_is_caught(text: str, wrong: bool):
    assert bool(HALF_WIDTH.search(text)) is wrong


# ---- Not too early, not out of sight ----

EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}


def translating(tree: ast.Module) -> dict[str, str]:
    """The names under which a module has Django's translating functions, each with the function's own name."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name.removesuffix("_lazy").removesuffix("_noop") in EAGER
    }


def run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in *node* that runs when its module is imported: not the bodies of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for early in (*child.decorator_list, child.args):
                yield from ast.walk(early)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from run_on_import(child)


def calls(nodes: Iterator[ast.AST], names: set[str]) -> list[str]:
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
    ]


@pytest.mark.parametrize(
    "module",
    [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_translates_when_somebody_reads_and_in_words_that_can_be_gathered(module: Path):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = translating(tree)
    eager = {name for name, function in names.items() if function in EAGER}
    assert not calls(run_on_import(tree), eager), "nobody has chosen a language yet: gettext_lazy"
    inside = (part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node))
    assert not calls(inside, set(names)), "xgettext does not look into f-strings"


def test_what_runs_on_import_is_told_from_what_does_not():
    tree = ast.parse(
        "a = f(1)\nclass A:\n    b = f(2)\n    def c(self, d=f(3)):\n        return f(4)\ne = lambda: f(5)\n"
    )
    assert [call[-2] for call in calls(run_on_import(tree), {"f"})] == ["1", "2", "3"]


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_models_their_fields_and_choices_have_chinese_names(language: str):
    english = []
    with override(language):
        for model in apps.get_models():
            if model._meta.app_label not in APPS or model.__name__.startswith("Historical"):
                continue
            names = [model._meta.verbose_name, model._meta.verbose_name_plural]
            for field in model._meta.get_fields():
                # A column without a name of its own is not shown to anybody.
                if field.concrete and not field.auto_created and field.verbose_name != field.name.replace("_", " "):
                    names += [field.verbose_name, field.help_text, *(label for _, label in field.flatchoices)]
            english += [
                f"{model.__name__}: {name}" for name in names if set(re.findall("[A-Za-z]{2,}", str(name))) - ANYWHERE
            ]
    assert not english
