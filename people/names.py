"""Names as the office writes them, and the keys under which they are found again.

A name is kept as written (:func:`tidy_name`); everything that compares or searches goes through :func:`fold`,
which turns traditional characters into simplified ones one by one, so that parts of a name fold like the whole.

Search works with one text column made by :func:`search_tokens`: tokens between single spaces, with a space at
both ends, such as `` 王 秀 兰 王秀 秀兰 wangxiulan wxl xiulan xl wang xiu lan ``. A typed query is turned into
tokens by :func:`query_tokens`; a row matches when it holds *all* of them, each at the start of one of its tokens::

    for token in query_tokens(typed):
        rows = rows.filter(search__contains=f" {token}")

which is a plain LIKE on both databases ("wangx" finds wangxiulan), with no character that LIKE would interpret.
An index over whole tokens (FTS5, GIN) may be used beside it for tokens typed in full.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).resolve().parent / "data"

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHAR = re.compile(f"[{_HAN}]")
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_DOTS = re.compile(" ?[·•‧∙⋅・･] ?")
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) ?\. ?(?=[{_HAN}])")
_FULL_WIDTH = {0x3000: " "} | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


class Pinyin(NamedTuple):
    """One way to read a name aloud: lower-case Latin letters without tones or spaces, ü as v."""

    full: str
    initials: str
    given: str
    given_initials: str


def tidy_name(raw: object) -> str:
    """Return *raw* as a name: trimmed, one kind of blank and of middle dot, no blank inside a short Chinese name.

    Full-width Latin letters become ASCII; Chinese characters stay as written, however rare.
    """
    text = "" if raw is None else str(raw).translate(_FULL_WIDTH)
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    parts = _DOT_BETWEEN_HAN.sub("·", _DOTS.sub("·", " ".join(text.split()))).split()
    if _is_one_han_name(parts):
        return "".join(parts)
    return " ".join(parts)


def _is_one_han_name(parts: list[str]) -> bool:
    """Tell "马 慧" and "欧阳 娜娜" from two people in one cell ("张三 李四")."""
    whole = "".join(parts)
    if len(parts) < 2 or not _HAN_RUN.fullmatch(whole):
        return False
    return len(whole) <= 3 or len(parts) == len(whole) or (len(whole) == 4 and fold(parts[0]) in _compound_surnames())


def fold(text: str) -> str:
    """Return *text* for comparison: full-width to ASCII, lower case, traditional characters to simplified ones."""
    folded = unicodedata.normalize("NFKC", text).lower()
    # Lower-casing and simplifying can each leave something that composes anew.
    return unicodedata.normalize("NFKC", folded.translate(_simplified()))


def name_key(raw: object) -> str:
    """Return the key under which two spellings of one name are equal: folded, without blanks and marks."""
    return "".join(_WORD.findall(fold(tidy_name(raw))))


def surname(name: str) -> str:
    """Return the surname as written, compound ones whole ("欧阳娜娜" gives "欧阳").

    "" where there is none to address a person by: names in Latin letters and names with a middle dot.
    """
    name = tidy_name(name)
    if not _HAN_RUN.fullmatch(name):
        return ""
    return name[:2] if fold(name[:2]) in _compound_surnames() else name[:1]


def pinyin_readings(name: str) -> list[Pinyin]:
    """Return every reading of *name* worth indexing, the likeliest first; empty without letters or characters.

    They differ in the surname only: 单 is Shàn in a name and dān everywhere else, and people type either.
    """
    name = fold(tidy_name(name))
    family = surname(name)
    words = [_read(word) for word in _WORD.findall(name[len(family) :])]
    rest, rest_initials = "".join(words), "".join(word[:1] for word in words)
    given = (rest, rest_initials) if family else ("", "")
    readings: list[Pinyin] = []
    for reading, initials in _surname_readings(family):
        pinyin = Pinyin(reading + rest, initials + rest_initials, *given)
        if pinyin.full and pinyin not in readings:
            readings.append(pinyin)
    return readings


def pinyin_keys(name: str) -> tuple[str, str]:
    """Return full pinyin and initials of the likeliest reading, as ("wangxiulan", "wxl"); for sorting and display."""
    readings = pinyin_readings(name)
    return (readings[0].full, readings[0].initials) if readings else ("", "")


def search_tokens(name: str, *other_names: str) -> str:
    """Return the search column of a person known as *name* and perhaps as *other_names*; see the module's head."""
    tokens: dict[str, None] = {}
    for each in (name, *other_names):
        words = text_tokens(each)
        tokens.update(dict.fromkeys(words))
        for pinyin in pinyin_readings(each):
            tokens.update(dict.fromkeys(filter(None, pinyin)))
        # Single syllables let "wang xiu lan" and "xiulan wang" match too.
        tokens.update(dict.fromkeys(filter(None, (_read(word) for word in words if len(word) == 1))))
    return f" {' '.join(tokens)} " if tokens else ""


def text_tokens(text: str) -> list[str]:
    """Return the folded characters, pairs of neighbouring characters and Latin words of *text*, without repeats."""
    folded = fold(tidy_name(text))
    runs = _HAN_RUN.findall(folded)
    pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
    return list(dict.fromkeys([*map(_latin, _WORD.findall(folded)), *pairs]))


def query_tokens(typed: str) -> list[str]:
    """Return what a row must hold, each as the start of one of its tokens, to match what somebody *typed*.

    "王秀兰" gives 王秀 and 秀兰, "wxl" and "wangx" stay, "王xl" gives 王 and xl. Empty when nothing can be looked for.
    """
    folded = fold(tidy_name(typed))
    tokens: list[str] = []
    for run in _RUN.findall(folded):
        if _HAN_CHAR.match(run) and len(run) > 1:
            tokens += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            tokens.append(_latin(run))
    return list(dict.fromkeys(tokens))


@lru_cache(maxsize=16384)
def _read(word: str) -> str:
    """Return the everyday reading of one folded character, "" if unknown; a Latin word reads as itself."""
    if not _HAN_CHAR.match(word):
        return _latin(word)
    # Imported late: its dictionaries take 0.2 s and 50 MB, and most processes never look up a reading.
    from pypinyin import lazy_pinyin

    # A few rare characters have a reading in their traditional form only.
    for char in (word, _traditional().get(word, "")):
        reading = "".join(lazy_pinyin(char))
        if reading.isascii() and reading:
            return reading
    return ""


def _latin(word: str) -> str:
    return word.replace("ü", "v")


def _surname_readings(family: str) -> list[tuple[str, str]]:
    """Return (reading, initials) of a folded surname: its own readings first, then those of its characters."""
    everyday = [_read(char) for char in family]
    own = [(reading, _initials(family, reading)) for reading in _surnames().get(family, ())]
    return [*own, ("".join(everyday), "".join(reading[:1] for reading in everyday))]


def _initials(family: str, reading: str) -> str:
    """Return the initials of a surname's own *reading*; the second character of a compound is read as every day."""
    return reading[:1] + "".join(_read(char)[:1] for char in family[1:])


@cache
def _simplified() -> dict[int, str]:
    lines = (DATA / "traditional_simplified.txt").read_text(encoding="utf-8").splitlines()
    pairs = "".join(line for line in lines if not line.startswith("#"))
    return {ord(char): simple for char, simple in zip(pairs[::2], pairs[1::2], strict=True)}


@cache
def _traditional() -> dict[str, str]:
    return {simple: chr(code) for code, simple in _simplified().items()}


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    lines = (DATA / "surnames.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.split() for line in lines if line and not line.startswith("#"))
    return {family: tuple(readings) for family, *readings in entries}


@cache
def _compound_surnames() -> frozenset[str]:
    return frozenset(family for family in _surnames() if len(family) > 1)
