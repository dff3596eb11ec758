from django.db import migrations

from communities.full_text import FullText

#: As the conversations were searched when this step was written; `connectors.queries.search` has today's.
CONVERSATIONS = FullText("connectors_conversation", ("summary", "idea", "next_step", "place_name"))


def install(apps, schema_editor):
    CONVERSATIONS.install(schema_editor)


def remove(apps, schema_editor):
    CONVERSATIONS.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("connectors", "0003_capture_people_web")]

    operations = [migrations.RunPython(install, remove)]
