"""Rows of a ledger that stand for nobody and nothing: totals, notes, signatures, page marks, examples; ditto marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from people.cells import half_width
from people.names import fold

_TOTAL_WORDS = r"(?:合计|总计|小计|共计|累计|总户数|总人数|总数|总件数)(?:户数|人数|件数)?"
_TOTALS = re.compile(_TOTAL_WORDS)
# 东安社区小计：36户102人
_TOTALS_OF = re.compile(rf"[^合总小共累]{{0,16}}{_TOTAL_WORDS}(?:\d+[户人件条名个]?)*[。.]?")
_COUNTED = re.compile(
    r"(?:(?:本[页表月周季年村]|全[村年月]|以上)?\s*(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*共|共)"
    r"|(?:本[页表月周季年村]|全[村年月]|以上)共?[\u4e00-\u9fff]{0,4})\s*:?\s*\d+\s*[户人件条名个]"
)
_NOTE = re.compile(
    r"[(【]?\s*(?:注|备注|说明|填表说明|填报说明|填写说明|注意|注意事项|附注)\s*[0-9一二三]?\s*[】)]?\s*[:.、]"
)
_SIGNATURE = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:人|单位|日期|时间|电话|盖章|签字|签名|领导|审核|审定|复核|制表|填表|填报|校对)"
    r"\s*(?:\([^)]*\))?\s*:"
)
_PAGE = re.compile(r"[-—\s]*第?\s*[\d一二三四五六七八九十]+\s*页.*|[-—]\s*\d+\s*[-—]")
_EXAMPLE = re.compile(
    r"(?:填写|填报)?(?:示例|样例|范例|举例|例)\s*\d*|(?:填写|填报)?(?:示例|样例|范例|举例|例)\s*[\d一二]?\s*[:].*"
)
# What a note says that does not begin with 注：, where it stands alone at the beginning of a row.
_PROSE = re.compile(r"(?:\(?\d{1,2}\)?[.、)]|\(?[一二三四五六七八九十]{1,2}\)?[、.)]).{6,}|.{8,}[。!].*", re.DOTALL)
_DITTO = frozenset({"同上", "同前", "同上行", "〃", "″", "”", "“", "''", '"', "〞", "〝", "々", "ditto"})


def is_aside(values: Sequence[object], titles: frozenset[str], *, at_the_beginning: bool) -> bool:
    """Whether the filled cells of a row are a total, a note, a signature line, a page mark, a title or an example.

    `titles` are those above the head, as `title_key` makes them: they stand again where a printed page began.
    `at_the_beginning`: the first of the values stands in the first column of the ledger.
    """
    texts = [fold(str(value)).strip() for value in values]
    first, bare = texts[0], [re.sub(r"[\s:,、;]+", "", text) for text in texts[:3]]
    if any(map(_TOTALS.fullmatch, bare)) or (at_the_beginning and _TOTALS_OF.fullmatch(bare[0])):
        return True
    if len(texts) <= 2 and (_COUNTED.match(first) or _PAGE.fullmatch(first) or title_key(first) in titles):
        return True
    if len(texts) <= 3 and _NOTE.match(first):
        return True
    if len(texts) == 1 and at_the_beginning and _PROSE.fullmatch(first):
        return True
    if at_the_beginning and _EXAMPLE.fullmatch(first):
        return True
    return (len(texts) <= 6 and _SIGNATURE.match(first) is not None) or _counts_columns(texts)


def title_key(text: str) -> str:
    """A title as it is compared, without signs and without the word that it goes on."""
    return re.sub(r"[\W_]+", "", fold(text)).rstrip("续表")


def is_ditto(value: object) -> bool:
    """Whether a cell says that the one above holds for it too: 同上, 〃."""
    return isinstance(value, str) and half_width(value).strip().casefold() in _DITTO


def _counts_columns(texts: Sequence[str]) -> bool:
    """The line below a head that numbers its columns: 1 2 3 4 …"""
    numbers = [re.sub(r"[()\s]", "", text) for text in texts]
    return len(numbers) >= 4 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
