"""Keep sparks_ledgerentry append-only in the database itself."""

from django.db import migrations

from communities.append_only import make_append_only, undo_append_only


def forwards(apps, schema_editor):
    """Add the triggers."""
    make_append_only(schema_editor, "sparks_ledgerentry")


def backwards(apps, schema_editor):
    """Take them away."""
    undo_append_only(schema_editor, "sparks_ledgerentry")


class Migration(migrations.Migration):
    """Add the triggers."""

    dependencies = [("sparks", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]

