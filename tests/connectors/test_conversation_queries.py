"""Queries for the capture page, the list and Today."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assets.models import Asset
from communities.models import Role
from connectors.queries import conversations as queries
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory

pytestmark = pytest.mark.django_db


def test_this_week_is_counted_by_day_with_ones_own(clock, team, other_team, builder, manager) -> None:
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    for by, number in ((builder, 1), (manager, 3)):
        for _each in range(number):
            ConversationFactory(team=team, builder=by, held_on=monday)
    ConversationFactory(team=team, builder=builder, held_on=monday - timedelta(days=1))
    ConversationFactory(team=other_team, builder=builder, held_on=monday)
    week = queries.week_of(user=builder, team=team)
    assert [(day.count, day.own) for day in week] == [(4, 1)] + [(0, 0)] * 6
    assert (week[0].height, week[0].own_height, week[0].rest, week[0].own_rest) == (100, 25, 0, 75)
    assert [day.is_today for day in week] == [False, False, True, False, False, False, False]


def test_recent_conversations_are_hidden_from_others(team, builder, evaluator, stranger) -> None:
    ConversationFactory(team=team, builder=builder)
    for user in (evaluator, stranger):
        assert not queries.recent_conversations(user=user, team=team)
    assert len(queries.recent_conversations(user=builder, team=team)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_recent_conversations_take_as_many_queries_for_three_as_for_one(
    team, builder, count, django_assert_num_queries
) -> None:
    for _ in range(count):
        ConversationFactory(
            team=team, builder=builder, placed=True, stepped=True, place=AssetFactory(team=team),
            people=[PersonFactory(team=team)], themes=[ThemeFactory(team=team)],
        )  # fmt: skip
    builder.has_role(team, Role.BUILDER)
    with django_assert_num_queries(1):
        shown = [(row.where, row.summary) for row in queries.recent_conversations(user=builder, team=team)]
    assert len(shown) == count


def test_frequent_themes_count_recent_uses_then_add_the_newest(
    team, other_team, builder, django_assert_num_queries
) -> None:
    food, song, walks = (ThemeFactory(team=team, name=name) for name in ("Food", "Song", "Walks"))
    ThemeFactory(team=other_team)
    for themes in ([food, song], [song], [song, walks], [food]):
        ConversationFactory(team=team, builder=builder, themes=themes)
    builder.has_role(team, Role.BUILDER)
    with django_assert_num_queries(1):
        assert queries.most_frequent_themes(user=builder, team=team) == [song.pk, food.pk, walks.pk]
    assert queries.most_frequent_themes(user=builder, team=team, limit=2) == [song.pk, food.pk]


def test_frequent_themes_ignore_old_conversations(team, builder, monkeypatch) -> None:
    monkeypatch.setattr(queries, "LATELY", 1)
    old, now = ThemeFactory(team=team), ThemeFactory(team=team)
    for days in (9, 8):
        ConversationFactory(team=team, themes=[old], held_on=timezone.localdate() - timedelta(days=days))
    ConversationFactory(team=team, themes=[now])
    assert queries.most_frequent_themes(user=builder, team=team, limit=1) == [now.pk]


def test_the_last_place_is_used_only_while_it_is_on_the_map(team, builder, django_assert_num_queries) -> None:
    here = NeighbourhoodFactory(team=team)
    NeighbourhoodFactory(team=team)
    green = AssetFactory(team=team, name="The Green")
    assert queries.last_place_used(user=builder, team=team) == (None, None)
    talk = ConversationFactory(team=team, builder=builder, neighbourhood=here, place=green)
    with django_assert_num_queries(1):
        found = queries.last_place_used(user=builder, team=team)
        assert (found[0].name, found[1].name, found[1].uuid) == (here.name, "The Green", green.uuid)
    Asset.objects.filter(pk=green.pk).update(status="suggested")
    assert queries.last_place_used(user=builder, team=team) == (here, None)
    talk.place, talk.place_name = None, "Rose's kitchen"
    talk.save()
    assert queries.last_place_used(user=builder, team=team) == (here, None)


def test_the_last_neighbourhood_is_of_this_builder_in_this_team(team, other_team, builder) -> None:
    one, two = NeighbourhoodFactory(team=team), NeighbourhoodFactory(team=team)
    assert queries.last_neighbourhood(user=builder, team=team) is None
    ConversationFactory(team=team, builder=builder, neighbourhood=one, held_on=timezone.localdate() - timedelta(days=1))
    ConversationFactory(team=team, builder=builder)
    ConversationFactory(team=team, neighbourhood=two)
    ConversationFactory(team=other_team, builder=builder, placed=True)
    assert queries.last_neighbourhood(user=builder, team=team) == one


def test_the_only_neighbourhood_is_the_default(team, builder) -> None:
    only = NeighbourhoodFactory(team=team)
    assert queries.last_neighbourhood(user=builder, team=team) == only


def test_suggested_places_match_the_text_and_are_on_the_map(team, other_team, builder) -> None:
    green = AssetFactory(team=team, name="Village Green")
    AssetFactory(team=team, name="Greengrocer", retired=True)
    AssetFactory(team=other_team, name="Green Man")
    assert list(queries.places_like(user=builder, team=team, typed="GREEN ")) == [green]
    assert list(queries.places_like(user=builder, team=team, typed=" ")) == []
    assert queries.place_named(user=builder, team=team, name="village green") == green
    assert queries.place_named(user=builder, team=team, name="Green") is None
    AssetFactory(team=team, name="Village green")
    assert queries.place_named(user=builder, team=team, name="village green") is None


def test_a_list_shows_place_people_and_summary(clock, team, builder, django_assert_num_queries) -> None:
    green = AssetFactory(team=team, name="Village Green")
    told, untold = (
        PersonFactory(team=team, known_as="Zita Moss", told_on=timezone.localdate()),
        PersonFactory(team=team, known_as="Abel Nye", told_on=None),
    )
    merged = PersonFactory(team=team, known_as="Zita", merged_into=told)
    food, art = (ThemeFactory(team=team, name=name) for name in ("Food", "Art"))
    whole = ConversationFactory(
        team=team,
        builder=builder,
        placed=True,
        place=green,
        people=[told, untold, merged],
        themes=[food, art],
        summary="About soup",
        next_step="Ring",
    )
    done = ConversationFactory(team=team, builder=builder, done=True, place_name="At the tap", held_on=whole.held_on)
    rows = list(queries.shown_of(queries.listed_conversations(user=builder, team=team)))
    with django_assert_num_queries(2):
        second, first = queries.as_listed(rows, user=builder)
    assert first == queries.ListedTalk(
        url=f"/conversations/{whole.uuid}/",
        held_on=whole.held_on,
        place="Village Green",
        neighbourhood=whole.neighbourhood.name,
        names="A. N., Zita Moss",
        summary="About soup",
        themes=["Art", "Food"],
        waits=True,
        builder=builder.name,
    )
    assert (second.url, second.place, second.neighbourhood) == (f"/conversations/{done.uuid}/", "At the tap", "")
    assert (second.names, second.themes, second.waits) == ("", [], False)
    with django_assert_num_queries(0):
        assert queries.as_listed([], user=builder) == []


def test_a_builders_conversations_are_their_own_in_the_team(team, other_team, builder, evaluator) -> None:
    theirs = ConversationFactory(team=team, builder=builder)
    ConversationFactory(team=other_team, builder=builder)
    ConversationFactory(team=team)
    ConversationFactory(team=team, builder=evaluator)
    held = queries.held_by(builder, team).order_by("-held_on", "-pk")
    assert list(held) == [theirs]
    assert not queries.held_by(evaluator, team).exists()
