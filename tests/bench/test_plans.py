"""With statistics, SQLite chooses good plans for plain queries: it does not scan a team's rows to find a few."""

from datetime import date

import pytest
from django.db.models import QuerySet

from bench.build import fill
from bench.plan import plan
from communities.actions.upkeep import analyse
from communities.models import Team, User
from connectors.models import Conversation
from connectors.queries.conversations import held_by, listed_conversations
from sparks.models import Spark
from sparks.queries import WAITING
from tests.bench.test_bench import Silent

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db]
SIZE = 2_000
TALK = "connectors_conversation"
BY_KEY = "USING INTEGER PRIMARY KEY"


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Fill a small database and run ANALYZE once for this module; the rows are rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        fill(plan(SIZE), date.today(), bar=Silent)
        analyse()
        yield plan(SIZE).main
        transaction.set_rollback(True)


def steps(rows: QuerySet) -> str:
    """Return SQLite's plan of a query."""
    return rows.all().explain()


def test_conversations_are_found_by_their_builder(filled) -> None:
    team, builder = Team.objects.get(pk=filled.number), User.objects.get(pk=filled.first_user)
    latest = held_by(builder, team).order_by("-held_on", "-pk")[:1]
    assert f"{TALK} USING INDEX connectors_talk_builder" in steps(latest)


def test_lookups_by_primary_key_use_an_index(filled) -> None:
    """Conversations that match the keywords, and those of a resident."""
    team, builder = Team.objects.get(pk=filled.number), User.objects.get(pk=filled.first_user)
    numbers = list(range(1, 13))
    words = listed_conversations(user=builder, team=team).filter(pk__in=numbers)[:26]
    assert f"{TALK} {BY_KEY}" in steps(words)
    links = Conversation.people.through.objects.filter(person=filled.first_person).values("conversation")
    assert f"{TALK} {BY_KEY}" in steps(Conversation.objects.visible_to(builder).filter(pk__in=links))
    talks = steps(Conversation.objects.filter(people=filled.first_person))
    assert "connectors_conversation_people USING INDEX connectors_conversation_people_person_id" in talks
    assert f"{TALK} {BY_KEY}" in talks


def test_waiting_sparks_are_found_by_team_and_status(filled) -> None:
    waiting = Spark.objects.filter(team=filled.number, status__in=WAITING).order_by("submitted_at", "pk")
    assert "sparks_spark_wait (team_id=? AND status=?)" in steps(waiting)
