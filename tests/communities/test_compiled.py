"""Queries that are compiled once: the same rows as the plain query, for every user, team and day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Count, Q, QuerySet, Value
from django.utils import timezone

from communities.compiled import compiled_once, padded
from communities.models import Absence, Membership, Role, Team, User
from connectors.models import Conversation, NextStep
from connectors.queries.next_steps import first_due, steps_due
from tests.factories.connectors import ConversationFactory, NextStepFactory, PersonFactory

pytestmark = pytest.mark.django_db


def _plain(*, user: User, team: Team, until, builders, limit: int) -> QuerySet[Conversation]:
    rows = Conversation.objects.visible_to(user).filter(team=team, held_on__lte=until, builder__in=builders)
    return rows.select_related("place").order_by("pk")[:limit]


def test_the_rows_are_those_of_the_plain_query(team, other_team, builder, manager, stranger) -> None:
    """Each call sends its own user, team, days, lists and limit."""
    compiled, today = compiled_once(_plain), timezone.localdate()
    for place, by in ((team, builder), (team, manager), (other_team, stranger), (team, builder)):
        for days in (0, 3, 9):
            ConversationFactory(team=place, builder=by, held_on=today - timedelta(days=days))
    found = set()
    for user in (builder, manager, stranger):
        for asked in (team, other_team):
            for until in (today, today - timedelta(days=2)):
                for builders in ([builder.pk], [manager.pk], [builder.pk, manager.pk, stranger.pk], []):
                    for limit in (1, 20):
                        given = {"user": user, "team": asked, "until": until, "builders": builders, "limit": limit}
                        rows = compiled(**given)
                        assert rows == list(_plain(**given))
                        found.add(len(rows))
    assert found == {0, 1, 2, 3, 4, 6, 9}


def test_a_role_taken_away_counts_at_the_next_call(team, builder, evaluator) -> None:
    """Nothing about who may read is kept: an evaluator reads no conversation, and neither does who has left."""
    compiled, given = compiled_once(_plain), {"team": team, "until": timezone.localdate(), "limit": 5}
    talk = ConversationFactory(team=team, builder=builder)
    assert compiled(user=builder, builders=[builder.pk], **given) == [talk]
    assert compiled(user=evaluator, builders=[builder.pk], **given) == []
    Membership.objects.filter(user=builder, team=team).delete()
    assert compiled(user=User.objects.get(pk=builder.pk), builders=[builder.pk], **given) == []
    gone = User.objects.get(pk=builder.pk)
    Membership.objects.create(user=gone, team=team, role=Role.BUILDER)
    gone.is_active = False
    assert compiled(user=gone, builders=[builder.pk], **given) == []


def test_an_administrator_reads_the_team_that_is_asked_for(team, other_team, builder, administrator) -> None:
    """And no other."""
    compiled = compiled_once(_plain)
    talk = ConversationFactory(team=team, builder=builder)
    given = {"user": administrator, "until": timezone.localdate(), "builders": [builder], "limit": 5}
    assert compiled(team=team, **given) == [talk]
    assert compiled(team=other_team, **given) == []


def test_counting_takes_one_query_and_compiles_once(team, builder, django_assert_num_queries) -> None:
    """Values instead of models work as well."""
    built = []

    @compiled_once
    def counted(*, user: User, team: Team, first, last) -> QuerySet:
        built.append(user)
        rows = Conversation.objects.visible_to(user).filter(team=team, held_on__range=(first, last)).order_by()
        return rows.values("held_on").annotate(own=Count("pk", filter=Q(builder=user)))

    today = timezone.localdate()
    ConversationFactory(team=team, builder=builder, held_on=today)
    builder.roles_by_team  # noqa: B018 - queried before the count of queries
    for first in (today, today - timedelta(days=6)):
        with django_assert_num_queries(1):
            found = counted(user=builder, team=team, first=first, last=today)
        assert found == [{"held_on": today, "own": 1}]
    assert len(built) == 1


def test_a_query_that_reads_the_clock_a_role_a_column_or_a_part_is_refused(team, builder) -> None:
    """They would be kept, or be compiled for each value."""

    @compiled_once
    def of_today(*, user: User, team: Team) -> QuerySet:
        return Absence.objects.visible_to(user).filter(team=team).now()

    @compiled_once
    def of_role(*, user: User, team: Team) -> QuerySet:
        return Absence.objects.visible_to(user).filter(team=team) if user.has_role(team, Role.MANAGER) else None

    @compiled_once
    def of_name(*, user: User, team: Team) -> QuerySet:
        return User.objects.filter(name=user.name)

    @compiled_once
    def of_part(*, words: str) -> QuerySet:
        return User.objects.filter(name__contains=words)

    with pytest.raises(ImproperlyConfigured):
        of_part(words="an")
    with pytest.raises(User.DoesNotExist):
        of_name(user=builder, team=team)
    with pytest.raises(ImproperlyConfigured):
        of_today(user=builder, team=team)
    with pytest.raises(ImproperlyConfigured):
        of_role(user=builder, team=team)
    with pytest.raises(TypeError):
        of_role(user=builder, team=team, words=b"tea")


def test_rows_of_another_model_are_another_query(team, other_team, builder, manager) -> None:
    """A query may name the model of what it is about."""

    @compiled_once
    def about(*, row) -> QuerySet[NextStep]:
        return NextStep.objects.filter(linked_model=row._meta.label_lower, linked_id=row.pk)

    for row in (team, builder, other_team, manager):
        step = NextStepFactory(team=team, owner=builder, linked_model=row._meta.label_lower, linked_id=row.pk)
        assert about(row=row) == [step]


def test_a_uuid_is_a_value(team, builder, manager) -> None:
    """SQLite gets it as text, PostgreSQL as what it is."""

    @compiled_once
    def of_uuid(*, user: User, team: Team, uuid) -> QuerySet[Conversation]:
        return Conversation.objects.visible_to(user).filter(team=team, uuid=uuid)

    for by in (builder, manager):
        talk = ConversationFactory(team=team, builder=by)
        assert of_uuid(user=by, team=team, uuid=talk.uuid) == [talk]


def test_the_steps_of_today_are_the_first_of_the_list(team, builder, manager) -> None:
    """With the same people in the same order, and the same conversation for two steps about it."""
    talk = ConversationFactory(team=team, builder=builder)
    talk.people.add(*(PersonFactory(team=team, known_as=name, created_by=builder) for name in ("Rosa", "Amir")))
    today = timezone.localdate()
    for owner, days, about in ((builder, 1, talk), (manager, 2, talk), (builder, 3, None)):
        NextStepFactory(team=team, owner=owner, due_on=today - timedelta(days=days), conversation=about)
    for owners in ([builder.pk], [builder.pk, manager.pk]):
        given = {"user": builder, "team": team, "on": today, "owners": owners}
        first, rows = first_due(**given, limit=5), list(steps_due(**given))
        assert first == rows
        assert [[each.known_as for each in step.people] for step in first] == [
            [each.known_as for each in step.people] for step in rows
        ]
    assert len(first) == 3


@pytest.mark.parametrize(("number", "length"), [(0, 0), (1, 1), (2, 20), (20, 20), (21, 40)])
def test_few_lengths_of_lists_are_compiled(number, length) -> None:
    keys = padded(range(number))
    assert (len(keys), set(keys)) == (length, set(range(number)))


def test_what_stays_is_part_of_the_sql(team, builder) -> None:
    """As long as it is plain; other texts and what differs between calls are sent beside it."""

    def build(*, user: User, team: Team, place: str) -> QuerySet[Conversation]:
        rows = Conversation.objects.visible_to(user).filter(team=team, place_name=place).exclude(summary="never")
        return (
            rows.exclude(idea="Tom's 100% 'mill'").exclude(idea__contains="50%").annotate(one=Value(7)).order_by("pk")
        )

    sent = []

    def note(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    for summary, idea in (("never", ""), ("often", "Tom's 100% 'mill'"), ("often", "50% off"), ("often", "fifty%")):
        ConversationFactory(team=team, builder=builder, summary=summary, idea=idea, place_name="hall")
    compiled = compiled_once(build)
    for place in ("hall", "mill"):
        given = {"user": builder, "team": team, "place": place}
        with connection.execute_wrapper(note):
            found = compiled(**given)
        assert found == list(build(**given))
        sql, params = sent[-1]
        assert [row.idea for row in found] == (["fifty%"] if place == "hall" else [])
        assert ("'never'" in sql, "never" in params, place in params) == (True, False, True)
        assert "Tom's 100% 'mill'" in params


def test_lists_are_one_value_on_postgresql(team, builder, manager) -> None:
    """Of numbers, texts and models; a list of one, and values that only stand together, stay what they are."""

    def build(
        *, user: User, team: Team, people: list[int], places: list[str], builders: list[User]
    ) -> QuerySet[Conversation]:
        rows = Conversation.objects.visible_to(user).filter(team=team, people__in=people).exclude(place_name__in=places)
        return rows.filter(builder__in=builders, place_name__in=("hall", "shed")).order_by("pk")

    people = [PersonFactory(team=team).pk for _each in range(3)]
    talks = [
        ConversationFactory(team=team, builder=by, place_name=place, people=[person])
        for by, place, person in zip((builder, manager, builder), ("hall", "shed", "mill"), people, strict=True)
    ]
    compiled, sent = compiled_once(build), []

    def note(execute, sql, params, many, context):
        sent.append(params)
        return execute(sql, params, many, context)

    for numbers, places, wanted in (
        (people, ["mill", "O'Neil"], talks[:2]),
        (people, ["hall", "100%"], talks[1:2]),
        (people[:1], ["a", "b"], talks[:1]),
    ):
        given = {"user": builder, "team": team, "people": numbers, "places": places, "builders": [builder, manager]}
        with connection.execute_wrapper(note):
            found = compiled(**given)
        assert found == list(build(**given)) == wanted
        lists = [each for each in sent.pop() if isinstance(each, list)]
        if connection.vendor == "postgresql":
            assert lists == [*([numbers] if len(numbers) > 1 else []), places, [builder.pk, manager.pk]]
        else:
            assert lists == []
