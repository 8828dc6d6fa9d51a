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


class Migration(migrations.Migration):
    dependencies = [("caseworks", "0004_extensions_and_co_handlings")]

    operations = [migrations.RunPython(first_contact, migrations.RunPython.noop)]
