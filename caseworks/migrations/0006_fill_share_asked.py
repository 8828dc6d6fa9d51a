from django.db import migrations


def nobody_where_nobody_was_asked(apps, schema_editor):
    """A category whose callers were not asked asks none of a hundred; every other one goes on asking everybody."""
    for name in ("Category", "HistoricalCategory"):
        apps.get_model("caseworks", name).objects.filter(follow_up=False).update(follow_up_share=0)


def asked_or_not(apps, schema_editor):
    for name in ("Category", "HistoricalCategory"):
        apps.get_model("caseworks", name).objects.filter(follow_up_share=0).update(follow_up=False)


class Migration(migrations.Migration):
    dependencies = [("caseworks", "0005_asked_by_lot_and_at_the_door")]

    operations = [migrations.RunPython(nobody_where_nobody_was_asked, asked_or_not)]
