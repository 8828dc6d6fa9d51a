"""What an office starts with, put in once: the levels of the tree of areas, and the limits of spans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from people.models import AreaLevel, SpanKind, SpanLimit

# rank, code, Simplified, Traditional, English, whether households belong here
LEVELS = [
    (10, "district", "区县", "區縣", "District", False),
    (20, "town", "街道（镇）", "街道（鎮）", "Town", False),
    (30, "community", "社区（村）", "社區（村）", "Community", False),
    (40, "group", "网格小组", "網格小組", "Grid group", True),
]

# kind, least, most: as published by street offices. Committee members keep departments where the office says so.
SPANS = [(SpanKind.GROUP, 0, 15), (SpanKind.OFFICER, 2, 4), (SpanKind.COMMITTEE, 2, 4), (SpanKind.LEADER, 2, 2)]


def seed_after_migrating(app: AppConfig, seed: Callable[[], None]) -> None:
    """Call *seed* after each migration that leaves *app* with all its tables; one that stops half-way does not."""

    def receive(using: str, **kwargs: Any) -> None:
        present = set(connections[using].introspection.table_names())
        if all(model._meta.db_table in present for model in app.get_models()):
            seed()

    post_migrate.connect(receive, sender=app, weak=False, dispatch_uid=f"seed {app.label}")


def seed() -> None:
    """Fill the tables that are still empty; what the office has since edited or removed is left alone."""
    if not AreaLevel.objects.exists():
        AreaLevel.objects.bulk_create(
            AreaLevel(rank=rank, code=code, name=name, name_hant=hant, name_en=english, holds_households=holds)
            for rank, code, name, hant, english, holds in LEVELS
        )
    if not SpanLimit.objects.exists():
        SpanLimit.objects.bulk_create(SpanLimit(kind=kind, least=least, most=most) for kind, least, most in SPANS)
