from django.db import migrations
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce


def first_contact(apps, schema_editor):
    """Put on each case what the response rate has gone by so far: when it was first accepted, answered or resolved."""
    Case = apps.get_model("caseworks", "Case")
    TimelineEntry = apps.get_model("caseworks", "TimelineEntry")
    told = (
        TimelineEntry.objects.filter(case=OuterRef("pk"), verb__in=["accept", "answer", "resolve"])
        .order_by()
        .values("case")
        .annotate(first=Min("at"))
        .values("first")
    )
    Case.objects.update(contacted_at=Coalesce(Subquery(told), "accepted_at", "resolved_at"))


def resolved_level(apps, schema_editor):
    """The level of the area that handled a case resolved before levels were kept.

    Who handed a case to a unit is told by its timeline alone, so those count for the town, as do answers at the desk.
    """
    Case = apps.get_model("caseworks", "Case")
    Area = apps.get_model("people", "Area")
    AreaLevel = apps.get_model("people", "AreaLevel")
    unfilled = Case.objects.filter(resolved_at__isnull=False, resolved_level__isnull=True)
    at_area = Area.objects.filter(pk=OuterRef("handling_area")).values("level")
    unfilled.filter(unit__isnull=True, handling_area__isnull=False).update(resolved_level=Subquery(at_area))
    if town := AreaLevel.objects.filter(code="town").first():
        unfilled.update(resolved_level=town)


class Migration(migrations.Migration):
    dependencies = [("caseworks", "0002_whole_path")]

    operations = [
        migrations.RunPython(first_contact, migrations.RunPython.noop),
        migrations.RunPython(resolved_level, migrations.RunPython.noop),
    ]
