"""The writers of a spark are a relation that only actions change, independent of the audit and the admin."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from communities import audit
from communities.models import AuditEntry, Role, Team, User
from communities.verbs import Verb
from sparks import actions, closeness, queries
from sparks.models import Decision, Spark, Status
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


def written_by(team: Team, *people: User) -> Spark:
    """Return a spark that waits for a decision: created by the first person, changed by the others."""
    pot, host = RoundFactory(team=team), SparkFactory(round__team=team).host
    answers = {"what": "A supper.", "who_with": "Mill Row", "amount_gbp": 50, "held_by": "host", "host": host}
    spark = actions.create_spark(team=team, by=people[0], round=pot, title="Suppers", **answers)
    for person in people[1:]:
        actions.update_spark(spark=spark, by=person, costs=f"Written by {person}")
    return actions.submit_spark(spark=spark, by=people[0])


def make_the_audit_useless() -> None:
    """Overwrite every audit row with an unrelated verb and no actor."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # PostgreSQL cannot alter a table with deferred constraint checks pending, so run them now.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {AuditEntry._meta.db_table} DISABLE TRIGGER USER")
        else:
            cursor.execute(f"DROP TRIGGER {AuditEntry._meta.db_table}_no_update")
        cursor.execute(f"UPDATE {AuditEntry._meta.db_table} SET verb = %s, actor_id = NULL", [Verb.CONFIRM])


def test_everybody_who_wrote_an_answer_is_a_writer(team: Team, builder: User, manager: User) -> None:
    spark = written_by(team, builder, manager)
    assert set(spark.writers.all()) == {builder, manager}
    assert closeness.writer_ids(spark) == {builder.pk, manager.pk}


def test_writers_cannot_decide_or_pay_whatever_the_audit_says(team, builder, manager, second_manager) -> None:
    spark, third = written_by(team, builder, manager), UserFactory(roles={team: [Role.MANAGER]})
    make_the_audit_useless()
    assert spark not in queries.waiting_for(manager, team)
    assert queries.waiting_for(second_manager, team) == [spark]
    with pytest.raises(ValidationError) as caught:
        actions.approve_spark(spark=spark, by=manager)
    assert caught.value.code == "wrote"
    actions.approve_spark(spark=spark, by=third)
    actions.mark_ready(spark=spark, by=builder)
    assert queries.reasons_not_to_pay(spark, manager) == ["wrote"]


def test_an_audit_entry_alone_does_not_stop_anybody_deciding(team, builder, manager) -> None:
    spark = written_by(team, builder)
    audit.record(by=manager, verb=Verb.UPDATE, obj=spark, fields=["what"])
    assert queries.waiting_for(manager, team) == [spark]
    assert actions.approve_spark(spark=spark, by=manager).status == Status.APPROVED


def test_submitting_and_asking_is_not_writing(team, builder, manager, second_manager) -> None:
    spark = written_by(team, builder)
    actions.ask_question(spark=spark, by=manager, question="Is there a tap?")
    actions.submit_spark(spark=spark, by=second_manager)
    assert set(spark.writers.all()) == {builder}


def test_the_admin_cannot_remove_a_writer(team, builder, manager, administrator, client_for) -> None:
    spark = written_by(team, builder, manager)
    address = reverse("admin:sparks_spark_change", args=[spark.pk])
    for person in (administrator, manager):
        response = client_for(person).post(address, {"title": "Suppers", "writers": [], "_save": "1"})
        assert response.status_code in (302, 403)
    assert set(spark.writers.all()) == {builder, manager}
    assert not Spark._meta.get_field("writers").editable


class TestDecisions:
    @pytest.fixture
    def decision(self, team, builder, manager) -> Decision:
        actions.approve_spark(spark=written_by(team, builder), by=manager)
        return Decision.objects.get()

    def test_python_cannot_change_one(self, decision) -> None:
        for change in (decision.save, decision.delete, Decision.objects.all().delete, Decision.objects.update):
            with pytest.raises(TypeError, match="sparks.Decision is append-only"):
                change()

    @pytest.mark.parametrize(
        "sql",
        ["UPDATE sparks_decision SET reason = 'Another'", "DELETE FROM sparks_decision"],
        ids=["change", "remove"],
    )
    def test_sql_cannot_change_a_writer(self, decision, sql) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert Decision.objects.get().reason == decision.reason
