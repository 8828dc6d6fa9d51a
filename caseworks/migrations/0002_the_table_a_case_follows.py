from django.db import migrations, models


class Migration(migrations.Migration):
    """Cases that exist follow the first version of the table; those to come, the current one."""

    dependencies = [("caseworks", "0001_initial")]

    operations = [
        migrations.AddField(
            "case",
            "table",
            models.PositiveSmallIntegerField(
                default=1, editable=False, help_text="The version of the transition table it began with."
            ),
        ),
        migrations.AlterField(
            "case",
            "table",
            models.PositiveSmallIntegerField(
                default=2, editable=False, help_text="The version of the transition table it began with."
            ),
        ),
    ]
