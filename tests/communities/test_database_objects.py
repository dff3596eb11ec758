"""What `migrate` installs beside the tables: every missing object is reported with a remedy, and `migrate` restores it."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from communities.checks import check_database_objects, declared_objects, missing_constraints, missing_objects
from communities.database_objects import (
    AppendOnly,
    DatabaseObject,
    KeptAsWritten,
    LatestOf,
    install_missing,
    missing,
    run,
)
from communities.freshness import Counted
from communities.full_text import FullText
from communities.models import AppendOnlyModel, AppendOnlyQuerySet, AuditEntry
from evaluation.actions.framework import Catalogue
from evaluation.models import Indicator, Outcome

OLD_WORDS = "UPDATE evaluation_indicator SET definition = 'Old words' WHERE key = 'connectors'"

#: Tests fail on undefined template variables through an object that Django's own check does not know.
OF_THE_TESTS = ["templates.E002"]


def ways_to_lose(each: DatabaseObject) -> Iterator[str]:
    """Yield statements that each remove a part of an object from the test database."""
    is_postgresql = connection.vendor == "postgresql"
    match each:
        case Catalogue():
            yield OLD_WORDS
        case FullText() if is_postgresql:
            yield f"DROP INDEX {each.index}"
            # A row that reads its team from another table is filled by a trigger, and has no index of its latest rows.
            yield (
                f"DROP TRIGGER {each.index}_fill ON {each.table}" if each.through else f"DROP INDEX {each.index}_latest"
            )
            yield f"ALTER TABLE {each.table} DROP COLUMN full_text CASCADE"
        case FullText():
            yield from (f"DROP TRIGGER {each.index}_{event}" for event in ("insert", "update", "delete"))
            yield from (f"DROP TABLE {each.index}_words", f"DROP TABLE {each.index}")
        case LatestOf() if is_postgresql:
            yield f"DROP INDEX {each.index}"
        case AppendOnly() | KeptAsWritten() if is_postgresql:
            yield f"DROP TRIGGER {each.table}_no_change ON {each.table}"
            yield f"ALTER TABLE {each.table} DISABLE TRIGGER {each.table}_no_change"
        case KeptAsWritten():
            yield f"DROP TRIGGER {each.table}_no_change"
        case Counted() if is_postgresql:
            yield from (f"DROP TRIGGER {name} ON {each.table}" for name in each.triggers)
        case AppendOnly() | Counted():
            yield from (f"DROP TRIGGER {name}" for name in each.triggers)


LOSSES = [
    pytest.param(each, statement, id=statement if len(statement) < 90 else type(each).__name__)
    for each in declared_objects()
    for statement in ways_to_lose(each)
]


def messages(code: str) -> list[CheckMessage]:
    """Return the messages of `check --database default` with an id; it may have others about the server's settings."""
    return [each for each in run_checks(tags=["database"], databases=["default"]) if each.id == code]


def test_apps_declare_each_kind() -> None:
    kinds = {type(each) for each in declared_objects()}
    assert kinds == {AppendOnly, KeptAsWritten, LatestOf, Counted, FullText, Catalogue}
    append_only = {each.table for each in declared_objects() if isinstance(each, AppendOnly)}
    assert append_only == {
        "communities_auditentry", "sparks_ledgerentry", "sparks_fundentry", "sparks_decision", "sparks_bar",
        "evaluation_release", "evaluation_releasecount", "evaluation_publishedpack",
    }  # fmt: skip


def test_models_refuse_what_their_triggers_refuse() -> None:
    append_only = {each.table for each in declared_objects() if isinstance(each, AppendOnly)}
    refusing = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel)]
    assert {model._meta.db_table for model in refusing} == append_only
    assert all(isinstance(model.objects.all(), AppendOnlyQuerySet) for model in refusing)


def test_each_kind_of_object_can_be_lost_in_tests() -> None:
    left = {type(each) for each in declared_objects() if not any(ways_to_lose(each))}
    # On SQLite an index for the latest is not needed.
    assert left == (set() if connection.vendor == "postgresql" else {LatestOf})


@pytest.mark.django_db
def test_a_migrated_database_has_every_object() -> None:
    assert (missing_objects(connection), messages("kith.E001"), messages("kith.E002")) == ([], [], [])


@pytest.mark.django_db
@pytest.mark.parametrize(("each", "statement"), LOSSES)
def test_a_missing_object_is_reported_and_restored(each: DatabaseObject, statement: str) -> None:
    run(connection, [statement])
    [message] = check_database_objects(databases=["default"])
    assert message.msg == f"The database lacks {each}."
    assert each.table in message.msg or isinstance(each, Catalogue)
    assert message.hint == "Run `manage.py migrate`, which installs it."
    each.install(connection)
    assert check_database_objects(databases=["default"]) == []


@pytest.mark.django_db
def test_migrate_installs_what_its_own_check_would_miss(settings) -> None:
    """On the command line `migrate` runs checks first, and Django's would stop it."""
    settings.SILENCED_SYSTEM_CHECKS = OF_THE_TESTS
    run(connection, [OLD_WORDS, *ways_to_lose(AppendOnly("communities_auditentry"))][:2])
    assert len(messages("kith.E001")) == 2
    call_command("migrate", skip_checks=False, verbosity=0)
    assert messages("kith.E001") == []


@pytest.mark.django_db
def test_migrate_fails_when_something_is_missing_afterwards(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SILENCED_SYSTEM_CHECKS = OF_THE_TESTS
    monkeypatch.setattr(Catalogue, "install", lambda *_: None)
    run(connection, [OLD_WORDS])
    with pytest.raises(SystemCheckError, match="the outcomes and indicators of this release"):
        call_command("migrate", skip_checks=False, verbosity=0)


@pytest.mark.django_db
def test_a_table_that_is_not_there_is_reported_once_its_migration_counts_as_applied(client) -> None:
    """`migrate` would say that there is nothing to do, and pages would fail."""
    run(connection, ["ALTER TABLE communities_upkeep RENAME TO communities_application"])
    [message] = messages("kith.E003")
    assert "lacks the table communities_upkeep, although" in message.msg
    assert "Restore the database from a backup" in message.hint
    assert client.get("/ready").json()["database objects"] == "some are missing"
    MigrationRecorder(connection).record_unapplied("communities", "0001_initial")
    assert messages("kith.E003") == []


@pytest.mark.django_db
def test_a_constraint_that_was_dropped_is_reported() -> None:
    name = "evaluation_measurement_once_for_team"
    run(connection, [f"DROP INDEX {name}"])
    [message] = messages("kith.E002")
    assert message.msg == f"The table evaluation_measurement lacks the constraint {name}."
    assert "manage.py sqlmigrate evaluation 0001" in message.hint


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_check_constraint_that_was_dropped_is_reported() -> None:
    name = "evaluation_indicator_form_known"
    run(connection, [f"ALTER TABLE evaluation_indicator DROP CONSTRAINT {name}"])
    assert [message.msg for message in messages("kith.E002")] == [
        f"The table evaluation_indicator lacks the constraint {name}."
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "words", "is_lost_by"),
    [
        ("sparks_ledgerentry", "UNIQUE (uuid)", {"unique": True, "columns": ["uuid"]}),
        ("sparks_ledgerentry", "FOREIGN KEY (spark_id)", {"foreign_key": ("sparks_spark", "id")}),
        ("sparks_ledgerentry", "PRIMARY KEY (id)", {"primary_key": True}),
        (
            "connectors_person_themes",
            "UNIQUE (person_id, theme_id)",
            {"unique": True, "columns": ["person_id", "theme_id"]},
        ),
    ],
)
def test_a_key_that_a_field_declares_is_missed_too(table: str, words: str, is_lost_by: dict, monkeypatch) -> None:
    """A restore that failed half way leaves the tables without them. SQLite cannot drop one, so the look at it is changed."""
    introspection = connection.introspection
    look = introspection.get_constraints

    def without(cursor: object, name: str) -> dict:
        found = look(cursor, name)
        if name != table:
            return found
        lost = [key for key, each in found.items() if all(each[part] == value for part, value in is_lost_by.items())]
        assert lost
        return {key: each for key, each in found.items() if key not in lost}

    monkeypatch.setattr(introspection, "get_constraints", without)
    assert (table, words) in missing_constraints(connection)
    assert {name for name, _words in missing_constraints(connection)} == {table}


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_unique_column_that_was_freed_is_reported() -> None:
    run(connection, ["ALTER TABLE sparks_ledgerentry DROP CONSTRAINT sparks_ledgerentry_uuid_key"])
    [message] = messages("kith.E002")
    assert message.msg == "The table sparks_ledgerentry lacks the constraint UNIQUE (uuid)."


@pytest.mark.django_db
def test_a_link_that_a_release_no_longer_declares_is_removed() -> None:
    indicator = Indicator.objects.get(key="connectors")
    declared = set(indicator.outcomes.values_list("key", flat=True))
    indicator.outcomes.set(Outcome.objects.all())
    assert len(messages("kith.E001")) == 1
    install_missing([Catalogue()], connection)
    assert set(indicator.outcomes.values_list("key", flat=True)) == declared
    assert messages("kith.E001") == []


@pytest.mark.django_db
def test_a_missing_table_is_not_checked() -> None:
    assert missing([AppendOnly("no_such_table"), KeptAsWritten("no_such_table", ("a",))], connection) == []


def test_the_audit_is_declared_by_the_name_of_its_table() -> None:
    assert AppendOnly(AuditEntry._meta.db_table) in declared_objects()
