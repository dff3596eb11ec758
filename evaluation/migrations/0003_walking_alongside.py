"""Put the numbers about walking alongside into the database."""

from django.db import migrations

from evaluation.actions.framework import install_framework


def forwards(apps, schema_editor):
    """Write the catalogue again: what is new is added, what is there is brought up to date."""
    install_framework(
        outcome_model=apps.get_model("evaluation", "Outcome"), indicator_model=apps.get_model("evaluation", "Indicator")
    )


class Migration(migrations.Migration):
    """Write the catalogue."""

    dependencies = [("evaluation", "0002_framework")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
