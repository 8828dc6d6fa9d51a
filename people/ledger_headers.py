"""Which column of a sheet is which of a ledger: by the words of its header, bare ones by their neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from people.ledger_columns import ABROAD, Column, LedgerKind
from people.names import fold

_BANNED = re.compile(
    "政治|党派|思想动态|思想状况|现实表现|立场|忠诚|可靠程度|宗教|信仰|教派|民族|统战价值|影响力|"
    "关系评级|联系频率|重点人员|稳控|敏感人员|风险等级|信用分|积分画像|人脸|指纹|虹膜|声纹|行踪|轨迹|"
    "证照片|银行卡|银行账号|微信号"
)
"""A column about one of these is not read, whatever else its header says (docs/security.md, what is never kept)."""


# What a name's cell says besides: 小组长姓名及电话, 海外亲属姓名及所在国.
_AND_MORE = re.compile(
    "(?:(?<=姓名)|及其?|和|与)(?:(?:联系|手机)?(?:电话|方式|号码|手机)(?:号码)?|(?:所在|旅居|居住|侨居)?(?:国家|国别|国|地区)+)$"
)


def plain(header: object) -> str:
    """A header as it is compared: folded, without blanks, signs, 的. "身份证號（或台胞證號）*": 身份证号或台胞证号."""
    return re.sub(r"[\W_的]+", "", fold(str(header))) if header is not None else ""


def without_brackets(header: object) -> str:
    """The same without what stands in brackets: 身份证号."""
    return plain(re.sub(r"\(.*?\)|\[.*?\]|【.*?】|〔.*?〕", "", fold(str(header)))) if header is not None else ""


def is_banned(header: str) -> bool:
    return _BANNED.search(plain(header)) is not None


@lru_cache(maxsize=8192)
def likeness(header: str, column: Column) -> int:
    """How surely a header names a column: 100 the very word, 95 but for a bracket, 40–90 one within the other, 0 no.

    A shorter word within a longer one counts by the share of it that is covered.
    """
    forms = [form for form in dict.fromkeys((plain(header), without_brackets(header))) if form]
    for form, score in zip(forms, (100, 95), strict=False):
        if form in column.words:
            return score
    if column.only_so:
        return 0
    forms = list(dict.fromkeys(_AND_MORE.sub("", form) for form in forms))
    if any(form in column.words for form in forms):
        return 90
    best = 0
    for form in forms:
        if any(word in form for word in column.never_with.split()):
            return 0
        for word in column.words:
            if column.right_of and form in word:
                continue  # a bare 电话 is anybody's; its place decides
            shorter, longer = sorted((form, word), key=len)
            if len(shorter) >= 2 and shorter in longer:
                best = max(best, 40 + 50 * len(shorter) // len(longer))
    return best


class Match(NamedTuple):
    columns: dict[str, int]
    """Index of the sheet's column, from 0, by key."""
    score: int
    """The likenesses added up."""


def _vetoed(readings: Sequence[str], column: Column) -> int:
    """What a header under a group title loses because the title names somebody else; all of it if somebody abroad."""
    whole = plain(readings[0])
    words = [word for word in column.never_with.split() if word in whole]
    return 100 if any(word in ABROAD.split() for word in words) else 30 if words else 0


def assign(heads: Sequence[Sequence[str]], kind: LedgerKind) -> Match:
    """Which column of the sheet is which of the kind: each at most once, the surest first.

    `heads` holds for each column of the sheet the readings of its header, the most telling first; a later reading
    counts a little less.
    """
    scored = [
        (likeness(header, column) - (4 * rank + _vetoed(headers, column) if rank else 0), -index, column)
        for index, headers in enumerate(heads)
        for rank, header in enumerate(headers)
        if header and not any(map(is_banned, headers))
        for column in kind.columns
    ]
    found: dict[str, int] = {}
    total = 0
    for score, negative_index, column in sorted(scored, key=lambda entry: entry[:2], reverse=True):
        index = -negative_index
        if score >= 50 and column.key not in found and index not in found.values():
            found[column.key] = index
            total += score
    # A bare 关系 to the right of the relatives abroad is theirs.
    at, abroad = found.get("relation", 0), (found.get("overseas_relatives"), found.get("overseas_country"))
    if at and at - 1 in abroad and "kin_relation" not in found and plain(heads[at][-1]) in ("关系", "称谓"):
        found["kin_relation"] = found.pop("relation")
    for column in kind.columns:
        beside = found.get(column.right_of, -2) + 1
        bare = 0 < beside < len(heads) and any(re.search("电话|手机|联系方式", plain(text)) for text in heads[beside])
        if column.key not in found and bare and beside not in found.values():
            found[column.key] = beside
    return Match(found, total)


def missing(found: dict[str, int], kind: LedgerKind) -> list[str]:
    """Labels of the required columns that are not there; alternatives joined by " / "."""
    return [
        " / ".join(kind.column(key).label for key in group)
        for group in kind.required
        if not any(key in found for key in group)
    ]
