"""Which two residents are worth introducing, and which gift might meet which ask, without a database."""

from datetime import date

import pytest

from connectors.rules.asks import significant_words
from connectors.rules.suggestions import Ground, Known, common_ground, dismissed_until, has_ground, meets, rounded

NOTHING = Known()


def test_a_shared_passion_is_a_reason():
    one, other = Known(themes={"Food", "Music"}), Known(themes={"Food", "Walking"})
    assert common_ground(one, other) == Ground(shared=("Food",))
    assert common_ground(one, other).weight == 2
    assert has_ground(one, other)


def test_an_offered_gift_meets_a_passion_either_way_round():
    bakes, sings = ("bakes bread", "Food"), ("sings", "Music")
    giver, lover = Known(gifts={bakes, sings}), Known(themes={"Food"})
    assert common_ground(giver, lover).offers == (bakes,)
    assert common_ground(lover, giver).welcomes == (bakes,)
    assert has_ground(giver, lover)
    assert has_ground(lover, giver)


def test_an_offered_gift_meets_an_ask_either_way_round():
    giver = Known(gifts={("Mends sewing machines", "")})
    asker = Known(asks={("Somebody who can mend my sewing machine", "")})
    pair = ("Mends sewing machines", "Somebody who can mend my sewing machine")
    assert common_ground(giver, asker).meets == (pair,)
    assert common_ground(asker, giver).met == (pair,)
    assert has_ground(giver, asker)
    assert common_ground(giver, asker).weight == 5


@pytest.mark.parametrize(
    ("gift", "ask", "may"),
    [
        (("a van", "Lifts"), ("to get to church on Sunday", "Lifts"), True),
        (("a van", ""), ("to get to church on Sunday", ""), False),
        (("Allotments", ""), ("help with my allotment", ""), True),
        (("help with anything", ""), ("help with my allotment", ""), False),
        (("Gwnïo dillad", ""), ("rhywun i wnïo DILLAD", ""), True),
        (("", ""), ("", ""), False),
        (("sings", "Music"), ("a tea", ""), False),
    ],
)
def test_which_gift_may_meet_which_ask(gift, ask, may):
    assert meets(gift, ask) is may


def test_matching_words_are_long_and_uncommon():
    assert significant_words("Somebody to walk 2 dogs with, please: Dogs!") == {"walk", "dog"}


def test_living_near_is_not_a_reason():
    assert not has_ground(NOTHING, NOTHING)
    assert common_ground(NOTHING, NOTHING, same_street=True, same_neighbourhood=True, metres=0).weight == 0


@pytest.mark.parametrize(
    ("ground", "weight"),
    [
        (Ground(shared=("Food",), same_neighbourhood=True), 3),
        (Ground(shared=("Food",), same_street=True, same_neighbourhood=True), 4),
        (Ground(shared=("Food",), metres=500), 3),
        (Ground(shared=("Food",), metres=600), 2),
        (Ground(shared=("Food",), same_neighbourhood=True, metres=100), 3),
        (Ground(shared=("Food", "Music")), 4),
        (Ground(offers=(("bakes", "Food"),), shared=("Food",)), 5),
        (Ground(offers=(("bakes", "Food"),), welcomes=(("sings", "Music"),)), 6),
        (Ground(meets=(("bakes", "a cake"),)), 5),
        (Ground(meets=(("bakes", "a cake"),), met=(("sings", "a song"),), offers=(("bakes", "Food"),)), 13),
        (Ground(), 0),
    ],
)
def test_reasons_have_weights(ground, weight):
    assert ground.weight == weight


@pytest.mark.parametrize(("metres", "said"), [(0, 0), (49, 0), (51, 100), (312, 300), (5_000, 5_000), (5_001, None)])
def test_distances_are_rounded_to_hundred_metres(metres, said):
    assert rounded(metres) == said


def test_not_now_lasts_three_months():
    assert dismissed_until(date(2026, 5, 20)) == date(2026, 8, 20)
