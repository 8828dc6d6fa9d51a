"""What is taken out of a text before it hangs on the notice board, where every neighbour reads it.

Pure. Two things are looked for: what the office knows of the people in a case (names, numbers, addresses), however it
is spaced or spelled, and whatever has the shape of personal data (a phone, a document, a house, a licence plate). The
first must never survive; the second is cautious and takes out rather too much, because somebody writes over it anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from people.names import fold, surname

# As long as the longest piece of a number that people write apart: 138 0013 2468.
_UNSEEN = "\u200b-\u200f\u2060\ufeff"
_GAP = rf"[\s{_UNSEEN}\-－—–_.·()（）]*"
_BLANK = rf"[\s{_UNSEEN}·•.]*"
_DIGITS = "〇零一二三四五六七八九幺"


class Taken(TextChoices):
    """What sort of thing was taken out; its label stands in its place."""

    NAME = "name", _("somebody")
    NUMBER = "number", _("(number left out)")
    ADDRESS = "address", _("(address left out)")
    EMAIL = "email", _("(e-mail left out)")
    PLATE = "plate", _("(licence plate left out)")


@dataclass(frozen=True)
class Known:
    """What the office knows of the people in a case: names as written, phone and document numbers, addresses."""

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Piece:
    """A stretch of the text as it may be shown; `taken` says what stood there instead, "" where nothing was taken."""

    text: str
    taken: str = ""


@dataclass(frozen=True)
class Redacted:
    """A text without personal data, in pieces, so that a page can mark what was taken out."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def taken(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.taken]


def redact(text: str, known: Known = Known()) -> Redacted:
    """Return *text* without what is known and what looks like personal data.

    Names are found in either script, in any case and with blanks between their characters; a name of one character
    only before a form of address. Numbers are found however they are grouped.
    """
    pieces: list[Piece] = [Piece(text)]
    for taken, pattern in _patterns(known):
        pieces = [part for piece in pieces for part in _split(piece, pattern, taken)]
    return Redacted(tuple(piece for piece in pieces if piece.text))


def marked(text: str) -> Redacted:
    """A redacted text in pieces again: the words that stand for what was taken out are found by themselves."""
    words = {str(taken.label): taken.value for taken in Taken}
    parts = re.split("|".join(f"({re.escape(word)})" for word in sorted(words, key=len, reverse=True)), text)
    return Redacted(tuple(Piece(part, words.get(part, "")) for part in parts if part))


def _split(piece: Piece, pattern: re.Pattern[str], taken: Taken) -> Iterator[Piece]:
    """Cut what the pattern finds out of a piece that is still text."""
    if piece.taken:
        yield piece
        return
    folded, origin = _folded(piece.text)
    end = 0
    for match in pattern.finditer(folded):
        if match.start() == match.end():
            continue
        start, after = origin[match.start()], origin[match.end() - 1] + 1
        if start < end:
            continue
        yield Piece(piece.text[end:start])
        yield Piece(str(taken.label), taken.value)
        end = after
    yield Piece(piece.text[end:])


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded character by character, and for each folded character where it comes from."""
    folded, origin = [], []
    for place, char in enumerate(text):
        for each in fold(char):
            folded.append(each)
            origin.append(place)
    return "".join(folded), origin


def _patterns(known: Known) -> Iterator[tuple[Taken, re.Pattern[str]]]:
    """What to look for, the known first: it must not survive because something else took half of it."""
    if literal := _any(_spread(fold(one), _BLANK) for one in known.addresses if len(fold(one)) > 1):
        yield Taken.ADDRESS, literal
    digits = {re.sub(r"[^0-9a-z]", "", fold(number)) for number in known.numbers}
    if literal := _any(_spread(number, _GAP) for number in digits if len(number) > 2):
        yield Taken.NUMBER, literal
    if literal := _any(_of_names(known.names)):
        yield Taken.NAME, literal
    yield from _SHAPES


def _of_names(names: Iterable[str]) -> Iterator[str]:
    """A whole name, a given name of two characters or more, and the family name before a form of address."""
    for name in names:
        whole = re.sub(_BLANK, "", fold(name))
        family = fold(surname(name))
        if len(whole) > 1:
            yield _spread(whole, _BLANK)
        if family and len(whole) - len(family) > 1:
            yield _spread(whole[len(family) :], _BLANK)
        if family:
            yield rf"{re.escape(family)}{_BLANK}(?:{_ADDRESSED})"
            # 老王, 小王; not 小王桥.
            yield rf"[老小]{re.escape(family)}(?!(?:家)?(?:桥|村|路|街|弄|庄))"


# How people are spoken of by their family name.
_ADDRESSED = (
    "某某|某|先生|女士|小姐|太太|阿姨|大妈|大娘|大爷|大伯|大叔|大姐|大哥|叔叔|伯伯|奶奶|爷爷|婆婆|老太|老伯|老师|师傅|"
    "医生|同志|家"
)


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """One pattern for all of them, the longest first, so that no short one takes a part of a long one."""
    found = sorted(set(patterns), key=len, reverse=True)
    return re.compile("|".join(found)) if found else None


def _spread(literal: str, between: str) -> str:
    """The characters of *literal* with *between* allowed in each gap."""
    return between.join(re.escape(char) for char in literal if not char.isspace())


_NUMERAL = r"(?:\d+|[一二三四五六七八九十百]+)"
_HOUSE = (
    rf"(?:[a-z甲乙丙丁]?-?{_NUMERAL}(?:-\d+)*[a-z甲乙丙丁]?{_BLANK}"
    r"(?:弄|号楼|号院|号(?!线|文|通知|公告|令)|幢|栋|座|单元|室))"
)
_FLOOR = rf"(?:{_NUMERAL}(?:层|楼))"

# What has the shape of personal data, in the order in which it is looked for.
_SHAPES: tuple[tuple[Taken, re.Pattern[str]], ...] = (
    (Taken.EMAIL, re.compile(r"[a-z0-9][\w.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")),
    (
        Taken.PLATE,
        re.compile(
            "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z]"
            r"[\s·•.-]*[a-hj-np-z0-9]{4,6}[挂学警港澳]?(?![a-z0-9])"
        ),
    ),
    # Permits and passports begin with letters; a resident ID may end in x.
    (Taken.NUMBER, re.compile(r"(?<![a-z0-9])[a-z]{1,2}\d{7,10}(?![a-z0-9])")),
    # Seven digits and more, grouped in any way, and no day of a calendar or amount.
    (
        Taken.NUMBER,
        re.compile(
            rf"(?<!\d)(?!(?:19|20)\d\d[-./年]\d{{1,2}}[-./月]\d{{1,2}}(?!\d))\+?\d(?:{_GAP}\d){{6,}}x?(?!\d)"
            rf"(?!{_BLANK}(?:元|万|亿|户|人|平方|米))"
        ),
    ),
    (Taken.NUMBER, re.compile(rf"[{_DIGITS}](?:\s*[{_DIGITS}]){{6,}}")),
    (Taken.NUMBER, re.compile(r"尾号(?:为|是)?\s*\d{3,4}")),
    (
        Taken.ADDRESS,
        re.compile(
            rf"(?<!月)(?<!\d){_HOUSE}(?:{_BLANK}(?:{_HOUSE}|{_FLOOR}))*(?:{_BLANK}\d+(?:-\d+)*室?)?"
            rf"|(?:第{_NUMERAL}|(?<!\d)\d+)(?:村民)?小组|(?<!\d){_NUMERAL}组(?!织|合|成|建|长)"
        ),
    ),
)
