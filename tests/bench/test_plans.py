"""With statistics, SQLite chooses good plans for plain queries: it does not scan a team's rows to find a few."""

from datetime import date

import pytest
from django.db.models import QuerySet, Sum

from bench.build import fill
from bench.plan import plan
from communities.actions.upkeep import analyse
from communities.models import Team, User
from connectors.models import Conversation, Introduction
from connectors.queries.consent import open_wishes
from connectors.queries.conversations import held_by, listed_conversations, shown_of
from connectors.queries.introductions import asked_by
from sparks.models import IS_WAITING, Spark
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
    words = shown_of(listed_conversations(user=builder, team=team).filter(pk__in=numbers))[:26]
    assert f"{TALK} {BY_KEY}" in steps(words)
    links = Conversation.people.through.objects.filter(person=filled.first_person).values("conversation")
    assert f"{TALK} {BY_KEY}" in steps(Conversation.objects.visible_to(builder).filter(pk__in=links))
    talks = steps(Conversation.objects.filter(people=filled.first_person))
    assert "connectors_conversation_people USING INDEX connectors_conversation_people_person_id" in talks
    assert f"{TALK} {BY_KEY}" in talks


def test_what_today_shows_is_read_in_order(filled) -> None:
    team, builder = Team.objects.get(pk=filled.number), User.objects.get(pk=filled.first_user)
    mine = Introduction.objects.filter(asked_by([filled.first_user]), team=team, ask_again_on__lte=date.today())
    found = steps(mine.order_by("ask_again_on", "pk")[:5])
    assert "connectors_introduction USING INDEX connectors_intro_asker" in found
    assert "ORDER BY" not in found
    found = steps(open_wishes(builder, team)[:5])
    assert "connectors_wish USING INDEX connectors_wish_open" in found
    assert "ORDER BY" not in found


def test_waiting_sparks_are_read_in_order(filled) -> None:
    waiting = Spark.objects.filter(IS_WAITING, team=filled.number).order_by("submitted_at", "pk")
    for most in (5, 500):
        found = steps(waiting[:most])
        assert "sparks_spark_waits (team_id=?)" in found
        assert "ORDER BY" not in found


def test_the_money_of_a_round_is_read_from_an_index_alone(filled) -> None:
    queued = Spark.objects.filter(round=1, status__in=WAITING).order_by().values("round")
    assert "COVERING INDEX sparks_spark_queue" in steps(queued.annotate(asked=Sum("amount_gbp")))
