"""Which records become part of the web."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from connectors.models import IntroductionOutcome, IntroductionSource, Person
from connectors.web.network import Kind, figures, without
from connectors.web.queries import ties
from connectors.web.queries.names import names_of
from connectors.web.queries.ties import Choice, is_small, read_ego, read_web
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_web import talked, the_check, tied

pytestmark = pytest.mark.django_db


def pairs(found) -> set[frozenset]:
    return {frozenset(pair) for pair in found.ties.edges}


def person(row: Person) -> tuple:
    return (Kind.PERSON, row.pk)


def test_the_published_example_is_reproduced_from_rows(team, builder):
    the_check(team, builder)
    found = read_web(team)
    with_us, without_us = figures(found), figures(without(found))
    assert (round(with_us.density, 2), with_us.isolates) == (0.67, 0)
    assert (round(without_us.density, 2), without_us.isolates) == (0.33, 1)
    assert (with_us.median_ties, without_us.median_ties) == (2, 1)


@pytest.mark.parametrize(
    ("outcome", "ties"),
    [
        (IntroductionOutcome.WAITING, 0),
        (IntroductionOutcome.NOT_YET, 0),
        (IntroductionOutcome.MET, 1),
        (IntroductionOutcome.TOGETHER, 1),
    ],
)
def test_only_introductions_that_led_to_contact_are_ties(team, builder, outcome, ties):
    known = None if outcome == IntroductionOutcome.WAITING else timezone.localdate()
    IntroductionFactory(team=team, introduced_by=builder, source="resident", outcome=outcome, outcome_on=known)
    assert figures(read_web(team)).ties == ties


def test_the_introducer_is_tied_to_both_ends_and_the_recorder_is_not(team, builder):
    by_us = IntroductionFactory(team=team, introduced_by=builder, met=True, source=IntroductionSource.BUILDER)
    by_them = IntroductionFactory(team=team, introduced_by=builder, met=True, source=IntroductionSource.RESIDENT)
    found, us = pairs(read_web(team)), (Kind.BUILDER, builder.pk)
    assert found == {
        frozenset((person(by_us.from_person), person(by_us.to_person))),
        frozenset((person(by_us.from_person), us)),
        frozenset((person(by_us.to_person), us)),
        frozenset((person(by_them.from_person), person(by_them.to_person))),
    }


def test_a_builder_is_tied_once_to_each_resident_from_their_first_conversation(team, builder):
    row = PersonFactory(team=team)
    for day in (date(2026, 3, 2), date(2026, 1, 5)):
        ConversationFactory(team=team, builder=builder, people=[row], held_on=day)
    assert list(read_web(team).ties.edges(data="day")) == [(person(row), (Kind.BUILDER, builder.pk), date(2026, 1, 5))]


def test_groups_and_partners_appear_if_an_introduction_names_them(team, builder):
    row, hall, trust = PersonFactory(team=team), AssetFactory(team=team), PartnerFactory(team=team)
    AssetFactory(team=team)
    IntroductionFactory(from_person=row, to_person=None, to_asset=hall, team=team, met=True, source="self")
    IntroductionFactory(
        from_person=None, from_partner=trust, to_person=row, team=team, met=True, source="health", introduced_by=builder
    )
    assert pairs(read_web(team)) == {
        frozenset((person(row), (Kind.ASSET, hall.pk))),
        frozenset((person(row), (Kind.PARTNER, trust.pk))),
    }
    assert figures(read_web(team)).people == 1


def test_every_name_links_to_a_page_that_a_builder_can_open(team, builder, client_for):
    rows = {Kind.PERSON: PersonFactory, Kind.ASSET: AssetFactory, Kind.PARTNER: PartnerFactory}
    keys = [(Kind.BUILDER, builder.pk), *((kind, factory(team=team).pk) for kind, factory in rows.items())]
    found = names_of(keys, user=builder, team=team)
    browser = client_for(builder)
    assert {key: browser.get(named.url).status_code for key, named in found.items()} == dict.fromkeys(keys, 200)


def test_a_merged_end_is_the_kept_record(team, builder):
    kept, twin, friend = (PersonFactory(team=team) for _n in range(3))
    tied(twin, friend, builder)
    Person.everyone.filter(pk=twin.pk).update(merged_into=kept)
    found = read_web(team)
    assert pairs(found) == {frozenset((person(kept), person(friend)))}
    assert figures(found).people == 2


def test_other_teams_are_left_out(team, other_team, builder):
    the_check(other_team, builder)
    assert figures(read_web(team)).nodes == 0


def test_filtering_by_neighbourhood_keeps_its_residents_and_their_friends(team, builder):
    here, there = NeighbourhoodFactory(team=team), NeighbourhoodFactory(team=team)
    one, two, alone = (PersonFactory(team=team, neighbourhood=here) for _n in range(3))
    far, farther = (PersonFactory(team=team, neighbourhood=there) for _n in range(2))
    tied(one, two, builder)
    tied(far, one, builder)
    tied(far, farther, builder)
    talked(builder, one, far)
    found = read_web(team, Choice(neighbourhood=here))
    assert pairs(found) == {
        frozenset((person(one), person(two))),
        frozenset((person(far), person(one))),
        frozenset((person(one), (Kind.BUILDER, builder.pk))),
    }
    counted = figures(found)
    assert (counted.people, counted.isolates, counted.median_ties) == (3, 1, 1)
    assert (counted.bridging_places, counted.placed_ties) == (0.5, 2)
    assert person(alone) in found.ties


def test_filtering_by_theme_keeps_who_cares_about_it(team, builder):
    food, music = ThemeFactory(team=team), ThemeFactory(team=team)
    cook, baker = (PersonFactory(team=team, themes=[food]) for _n in range(2))
    singer = PersonFactory(team=team, themes=[music])
    tied(cook, baker, builder)
    tied(cook, singer, builder)
    counted = figures(read_web(team, Choice(theme=food)))
    assert (counted.people, counted.ties, counted.bridging_themes) == (2, 2, 0.5)
    assert figures(read_web(team, Choice(theme=music))).ties == 1


def test_filtering_by_time_keeps_its_ties_and_residents_met_by_then(team, builder):
    early, late = date(2026, 1, 10), date(2026, 4, 10)
    one, two = (PersonFactory(team=team, first_met_on=early) for _n in range(2))
    three = PersonFactory(team=team, first_met_on=late)
    tied(one, two, builder, introduced_on=early)
    tied(two, three, builder, introduced_on=late)
    counted = figures(read_web(team, Choice(until=early + timedelta(days=1))))
    assert (counted.people, counted.ties) == (2, 1)
    counted = figures(read_web(team, Choice(since=late)))
    assert (counted.people, counted.ties, counted.isolates) == (3, 1, 1)


@pytest.mark.parametrize("most", ["SMALL_PEOPLE", "SMALL_TIES", "SMALL_MEETINGS"])
def test_a_web_is_small_up_to_its_limits(team, builder, monkeypatch, most):
    the_check(team, builder)
    here = {"SMALL_PEOPLE": 3, "SMALL_TIES": 1, "SMALL_MEETINGS": 3}[most]
    monkeypatch.setattr(ties, most, here)
    assert is_small(team)
    monkeypatch.setattr(ties, most, here - 1)
    assert not is_small(team)


def test_reading_takes_as_many_queries_for_three_as_for_one(team, builder, django_assert_num_queries):
    place, theme = NeighbourhoodFactory(team=team), ThemeFactory(team=team)
    for _round in range(2):
        for _n in range(1 + 2 * _round):
            one = PersonFactory(team=team, neighbourhood=place, themes=[theme])
            IntroductionFactory(from_person=one, to_person=None, to_asset=AssetFactory(team=team), team=team, met=True)
            talked(builder, one)
        with django_assert_num_queries(5):
            read_web(team)


def test_a_residents_web_has_their_ties_and_those_among_them(team, builder):
    me, one, two, far = (PersonFactory(team=team) for _n in range(4))
    tied(me, one, builder)
    tied(two, me, builder)
    tied(one, two, builder)
    tied(two, far, builder)
    talked(builder, me, far)
    us = (Kind.BUILDER, builder.pk)
    assert pairs(read_ego(me)) == {
        frozenset((person(me), person(one))),
        frozenset((person(two), person(me))),
        frozenset((person(one), person(two))),
        frozenset((person(me), us)),
    }


def test_a_residents_web_is_limited(team, builder):
    me = PersonFactory(team=team)
    for day in range(5):
        tied(me, PersonFactory(team=team), builder, introduced_on=timezone.localdate() - timedelta(days=day))
    assert len(read_ego(me, most=3).ties) == 4
