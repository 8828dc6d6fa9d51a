"""What the titles of a ledger say: of which town and community it is, and of which year. Pure; simplified or not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from people.names import fold

_TOWN = re.compile(
    r"(?:[\u4e00-\u9fff]{1,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{1,8}?市)?(?:[\u4e00-\u9fff]{1,6}?[区县])?"
    r"([\u4e00-\u9fff]{1,8}?(?:街道|镇|乡))"
)
_COMMUNITY = re.compile(r"([\u4e00-\u9fff]{1,14}(?:社区|居委会|村委会|村))")
# Words that end like a name and are none: 各街道, 乡镇, 侨乡; 各社区, 村社区, 行政村.
_NO_TOWN = re.compile(r".*(?:各|本|全|我|该|所在|所属)(?:街道|镇|乡)|[城村乡]镇|镇街道?|.*[侨城家回下故老村]乡")
_NO_COMMUNITY = re.compile(
    r".*(?:各|本|全|我|该|所在|所属|每个)(?:社区|村|居委会|村委会)|[村乡镇]社区|.*(?:行政|自然)村"
)
# A line between the rows of a sheet that says of which community the rows below are: 二、东安社区（36户）.
_SECTION = re.compile(
    r"(?:[(]?(?:[一二三四五六七八九十]+|\d{1,3})[)]?[、.\s]*)?"
    r"([\u4e00-\u9fff]{1,14}(?:社区|居委会|村委会|村))\s*(?:\([^)]*\)|[:共].*)?"
)
_NO_SHORT_NAME = re.compile(
    r"表|台账|登记|汇总|名单|名册|花名|统计|明细|数据|信息|情况|户|街道|镇|侨|台胞|台属|台商|港澳|留学|热线"
    r"|\d年|年度|季度|月份|上半年|下半年|^[一二三四五六七八九十]+月$|最新|新增|备份|副本|原始|全部|其他|示例|模板|未|已"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_CHINESE_YEAR = {ord(char): str(digit) for digit, char in enumerate("〇一二三四五六七八九")} | {ord("零"): "0"}


def town_in(texts: Iterable[str]) -> str | None:
    """The town named most often, as written."""
    towns = Counter(town for text in texts if (town := next(_names(text, _TOWN, _NO_TOWN), None)))
    return towns.most_common(1)[0][0] if towns else None


def community_in(sheet_title: str, titles: Sequence[str], *, short: bool) -> str | None:
    """From the sheet's name, else from the titles above the head, else, where it may be `short`, the sheet's name."""
    for text in (sheet_title, *titles):
        bare = re.sub(r"^.*[:：]", "", text)
        town = _TOWN.search(fold(bare))
        rest = bare[town.end() :] if town and len(fold(bare)) == len(bare) else bare
        if found := next(_names(rest, _COMMUNITY, _NO_COMMUNITY), None):
            return found
    if not short or _NO_SHORT_NAME.search(fold(re.sub(r"[（(].*?[）)]", "", sheet_title))):
        return None
    name = re.sub(r"[（(].*?[）)]|[\W\d_]+", "", sheet_title)
    return name if re.fullmatch(r"[\u3400-\u9fff]{2,6}", name) else None


def section_in(text: str) -> str | None:
    """The community of the rows below, as written, where a row says nothing else."""
    folded, written = _both(text.strip())
    found = _SECTION.fullmatch(folded)
    return written[found.start(1) : found.end(1)] if found and not _NO_COMMUNITY.fullmatch(found[1]) else None


def years_in(texts: Iterable[str]) -> Counter[int]:
    """How often each year is named: 2026, 二〇二六."""
    return Counter(int(year) for text in texts for year in _YEAR.findall(text.translate(_CHINESE_YEAR)))


def _names(text: str, pattern: re.Pattern[str], none: re.Pattern[str]) -> Iterator[str]:
    folded, written = _both(text)
    for found in pattern.finditer(folded):
        if not none.fullmatch(found[1]):
            yield written[found.start(1) : found.end(1)]


def _both(text: str) -> tuple[str, str]:
    """A text for comparison, and the same as written where the characters of the two stand side by side."""
    folded = fold(text)
    return folded, text if len(folded) == len(text) else folded
