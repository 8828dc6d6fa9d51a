"""Names of areas as people shorten them: 西塘 for 西塘社区, 东安居委会 for 东安社区."""

from __future__ import annotations

import re
from collections.abc import Iterable

from people.names import fold

_KIND = re.compile(
    r"(?:渔农村|农村|渔村)?(?:新)?(?:社区)?(?:居民委员会|居委会|村民委员会|村委会|联络站|服务站|工作站)$"
    r"|(?:渔农村|农村|渔村)?新?社区$|(?:渔农)?新村$|村$|居$"
)


def match_area_name(written: str, known_names: Iterable[str]) -> str | None:
    """The one known name that is meant, or None when there is none or more than one.

    Tried in turn: the same name; the same name without its kind (社区, 村, 居委会…); a known name or, failing that, the
    beginning of exactly one within what is written ("沈湾街道东安社区").
    """
    known = {name: fold(name) for name in known_names}
    name = re.sub(r"\s+", "", fold(written))
    stem = _stem(name)
    if not stem:
        return None
    of_village = name.endswith(("村", "村委会", "村民委员会"))
    tests = (
        lambda full: full == name,
        lambda full: _stem(full) == stem and full.endswith("村") == of_village and name != stem,
        lambda full: _stem(full) == stem,
        lambda full: len(stem) > 1 and full.startswith(stem),
        lambda full: full in name,
    )
    for test in tests:
        found = [original for original, full in known.items() if test(full)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _stem(name: str) -> str:
    return _KIND.sub("", name) or name
