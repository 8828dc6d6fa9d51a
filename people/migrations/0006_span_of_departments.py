from django.db import migrations


def key_departments(apps, schema_editor):
    """An office that has its limits already gets the new one; a new office starts with it (people/reference.py)."""
    SpanLimit = apps.get_model("people", "SpanLimit")
    if SpanLimit.objects.exists():
        SpanLimit.objects.get_or_create(kind="leader", defaults={"least": 2, "most": 2})


class Migration(migrations.Migration):
    dependencies = [("people", "0005_departments")]

    operations = [migrations.RunPython(key_departments, migrations.RunPython.noop)]
