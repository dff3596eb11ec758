"""What `migrate` installs beside the tables: every missing object is reported with a remedy, and `migrate` restores it."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from communities.checks import check_database_objects, declared_objects, missing_objects
from communities.database_objects import AppendOnly, DatabaseObject, KeptAsWritten, PostgresIndex, missing, run
from communities.freshness import Counted
from communities.full_text import FullText
from communities.models import AppendOnlyModel, AppendOnlyQuerySet, AuditEntry
from evaluation.actions.framework import Catalogue

OLD_WORDS = "UPDATE evaluation_indicator SET definition = 'Old words' WHERE key = 'connectors'"

#: Tests fail on undefined template variables through an object that Django's own check does not know.
OF_THE_TESTS = ["templates.E002"]


def ways_to_lose(each: DatabaseObject) -> Iterator[str]:
    """Yield statements that each remove a part of an object from the test database."""
    is_postgresql = connection.vendor == "postgresql"
    match each:
        case Catalogue():
            yield OLD_WORDS
        case PostgresIndex() if is_postgresql:
            yield f"DROP INDEX {each.name}"
        case FullText() if is_postgresql:
            yield from (f"DROP INDEX {each.index}", f"DROP INDEX {each.index}_latest")
            yield f"ALTER TABLE {each.table} DROP COLUMN full_text CASCADE"
        case FullText():
            yield from (f"DROP TRIGGER {each.index}_{event}" for event in ("insert", "update", "delete"))
            yield from (f"DROP TABLE {each.index}_words", f"DROP TABLE {each.index}")
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
    assert kinds == {AppendOnly, KeptAsWritten, Counted, FullText, PostgresIndex, Catalogue}
    append_only = {each.table for each in declared_objects() if isinstance(each, AppendOnly)}
    assert append_only == {"communities_auditentry", "sparks_ledgerentry", "sparks_decision"}


def test_models_refuse_what_their_triggers_refuse() -> None:
    append_only = {each.table for each in declared_objects() if isinstance(each, AppendOnly)}
    refusing = [model for model in apps.get_models() if issubclass(model, AppendOnlyModel)]
    assert {model._meta.db_table for model in refusing} == append_only
    assert all(isinstance(model.objects.all(), AppendOnlyQuerySet) for model in refusing)


def test_there_is_a_loss_of_each_object() -> None:
    left = {type(each) for each in declared_objects() if not any(ways_to_lose(each))}
    assert left == (set() if connection.vendor == "postgresql" else {PostgresIndex})


@pytest.mark.django_db
def test_a_migrated_database_lacks_nothing() -> None:
    assert (missing_objects(connection), messages("kith.E001"), messages("kith.E002")) == ([], [], [])


@pytest.mark.django_db
@pytest.mark.parametrize(("each", "statement"), LOSSES)
def test_a_loss_is_reported_with_what_to_do_and_mended(each: DatabaseObject, statement: str) -> None:
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
def test_nothing_is_asked_of_a_table_that_is_not_there() -> None:
    assert missing([AppendOnly("no_such_table"), KeptAsWritten("no_such_table", ("a",))], connection) == []


def test_the_audit_is_declared_by_the_name_of_its_table() -> None:
    assert AppendOnly(AuditEntry._meta.db_table) in declared_objects()
