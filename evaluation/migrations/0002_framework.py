"""Put the outcomes and indicators that ship with Kith into the database."""

from django.db import migrations

from evaluation.actions.framework import install_framework


def forwards(apps, schema_editor):
    """Write the catalogue."""
    install_framework(
        outcome_model=apps.get_model("evaluation", "Outcome"), indicator_model=apps.get_model("evaluation", "Indicator")
    )


class Migration(migrations.Migration):
    """Write the catalogue."""

    dependencies = [("evaluation", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
