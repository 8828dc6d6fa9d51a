from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
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
    dependencies = [("caseworks", "0007_sorting_levels_and_hand_overs")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
