"""Which two are worth introducing, in plain sets."""

import pytest

from connectors.rules.people import Ground, common_ground

NOTHING = {"themes": [], "other_themes": [], "gifts": [], "other_gifts": []}


def test_a_shared_passion_is_a_ground():
    found = common_ground(**{**NOTHING, "themes": ["Food", "Music"], "other_themes": ["Food", "Walking"]})
    assert found == Ground(shared=("Food",))
    assert found.weight == 2


def test_an_offered_gift_meets_a_passion_either_way_round():
    bakes, sings = ("bakes bread", "Food"), ("sings", "Music")
    assert common_ground(**{**NOTHING, "gifts": [bakes, sings], "other_themes": ["Food"]}).offers == (bakes,)
    assert common_ground(**{**NOTHING, "other_gifts": [sings], "themes": ["Music"]}).asks == (sings,)


def test_living_near_alone_is_no_ground():
    assert common_ground(**NOTHING, same_street=True, same_neighbourhood=True).weight == 0


@pytest.mark.parametrize(
    ("ground", "weight"),
    [
        (Ground(shared=("Food",), same_neighbourhood=True), 3),
        (Ground(shared=("Food",), same_street=True, same_neighbourhood=True), 4),
        (Ground(shared=("Food", "Music")), 4),
        (Ground(offers=(("bakes", "Food"),), shared=("Food",)), 5),
        (Ground(offers=(("bakes", "Food"),), asks=(("sings", "Music"),)), 6),
        (Ground(), 0),
    ],
)
def test_weights(ground, weight):
    assert ground.weight == weight
