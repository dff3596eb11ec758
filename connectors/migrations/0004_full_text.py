from django.db import migrations

from communities.full_text import FullText

#: As the conversations were searched when this step was written; `connectors.queries.search` has today's.
CONVERSATIONS = FullText("connectors_conversation", ("summary", "idea", "next_step", "place_name"))


#: What names begin with is found in the order of bare letters; SQLite's indexes have no other, PostgreSQL's mostly have.
BEGINNINGS = {
    "connectors_person_begins": "(team_id, (lower(known_as) COLLATE \"C\"))",
    "connectors_person_nick_begins": "(team_id, (lower(also_known_as) COLLATE \"C\")) WHERE NOT (also_known_as = '')",
}


def install(apps, schema_editor):
    CONVERSATIONS.install(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        for name, columns in BEGINNINGS.items():
            schema_editor.execute(f"CREATE INDEX {name} ON connectors_person {columns}")


def remove(apps, schema_editor):
    CONVERSATIONS.remove(schema_editor)
    if schema_editor.connection.vendor == "postgresql":
        for name in BEGINNINGS:
            schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("connectors", "0003_capture_people_web")]

    operations = [migrations.RunPython(install, remove)]
