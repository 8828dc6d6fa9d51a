from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("caseworks", "0006_fill_share_asked")]

    operations = [
        migrations.RemoveField(model_name="category", name="follow_up"),
        migrations.RemoveField(model_name="historicalcategory", name="follow_up"),
    ]
