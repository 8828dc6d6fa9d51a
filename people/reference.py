"""What an office starts with, put in once: the levels of the tree of areas, and the limits of spans."""

from people.models import AreaLevel, SpanKind, SpanLimit

# rank, code, Simplified, Traditional, English, whether households belong here
LEVELS = [
    (10, "district", "区县", "區縣", "District", False),
    (20, "town", "街道（镇）", "街道（鎮）", "Town", False),
    (30, "community", "社区（村）", "社區（村）", "Community", False),
    (40, "group", "网格小组", "網格小組", "Grid group", True),
]

# kind, least, most: as published by street offices
SPANS = [(SpanKind.GROUP, 0, 15), (SpanKind.OFFICER, 2, 4), (SpanKind.COMMITTEE, 2, 4)]


def seed(**kwargs: object) -> None:
    """Fill the tables that are still empty; what the office has since edited or removed is left alone."""
    if not AreaLevel.objects.exists():
        AreaLevel.objects.bulk_create(
            AreaLevel(rank=rank, code=code, name=name, name_hant=hant, name_en=english, holds_households=holds)
            for rank, code, name, hant, english, holds in LEVELS
        )
    if not SpanLimit.objects.exists():
        SpanLimit.objects.bulk_create(SpanLimit(kind=kind, least=least, most=most) for kind, least, most in SPANS)
