"""Reading .po files, just enough of the format for what msgmerge writes, and what Chinese in them is held to."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh_Hans", "zh_Hant")
# Punctuation of Latin scripts beside a Chinese character.
HALF_WIDTH = re.compile(r"""[㐀-鿿][,;:!?()"']|[,;:!?()"'][㐀-鿿]|[㐀-鿿]\.(?!\w)""")
_KEYWORD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")')


@dataclass
class Entry:
    """One text: what the code says and what stands for it in a language."""

    context: str = ""
    text: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    fuzzy: bool = False
    obsolete: bool = False

    @property
    def done(self) -> bool:
        return bool(self.translations) and all(self.translations) and not self.fuzzy


def catalogue(language: str, folder: Path = ROOT / "locale") -> list[Entry]:
    """Return the texts of *language*, obsolete ones included, the header left out."""
    whole = (folder / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    return [entry for block in whole.split("\n\n") if (entry := _entry(block)).text]


def _entry(block: str) -> Entry:
    said: dict[str, str] = {}
    keyword = ""
    lines = [line.removeprefix("#~ ") for line in block.splitlines()]
    for line in lines:
        if found := _KEYWORD.fullmatch(line):
            keyword, line = found.groups()
        if line.startswith('"'):
            said[keyword] = said.get(keyword, "") + ast.literal_eval(line)
    return Entry(
        context=said.get("msgctxt", ""),
        text=said.get("msgid", ""),
        plural=said.get("msgid_plural", ""),
        translations=[text for key, text in said.items() if key.startswith("msgstr")],
        fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in lines),
        obsolete="\n#~ " in f"\n{block}",
    )
