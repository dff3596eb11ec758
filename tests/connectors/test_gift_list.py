"""Gifts offered to neighbours: searched by keywords, and matched with neighbours who care or have an open ask."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry
from connectors.models import Ask, ContactPreference, GiftKind
from connectors.queries.gifts import offered_gifts, offers_of, significant_words, totals
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import GiftFactory, PersonFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(team):
    return NeighbourhoodFactory(team=team, name="Brook")


def offer(team, number, *, theme=None, place=None, name="Offer", **person):
    """Offer a number of gifts, each by a different resident."""
    return [
        GiftFactory(
            person=PersonFactory(team=team, neighbourhood=place, **person),
            theme=theme,
            name=f"{name} {n}",
            is_offered=True,
        )
        for n in range(number)
    ]


def ask(team, by, words, **more):
    return Ask.objects.create(team=team, words=words, created_by=by, **more)


def test_all_145_offers_are_listed_with_their_matches(team, other_team, builder, here) -> None:
    there = NeighbourhoodFactory(team=team)
    cared, own, far, asked, lonely = (ThemeFactory(team=team) for _ in range(5))
    PersonFactory(team=team, neighbourhood=here, themes=[cared])
    PersonFactory(team=team, neighbourhood=there, themes=[far])
    offer(team, 60, theme=cared, place=here)  # One neighbour cares.
    offer(team, 1, theme=own, place=here, themes=[own])  # Only the giver cares.
    offer(team, 19, theme=far, place=here)  # Somebody cares, elsewhere.
    offer(team, 10, theme=far)  # The giver's neighbourhood is unknown, so any neighbourhood counts.
    offer(team, 15, theme=asked, place=here)  # An open ask of the same theme.
    offer(team, 5, name="Lend a ladder", place=here)  # An open ask with the same text.
    offer(team, 10, theme=lonely, place=here)  # The ask was met.
    offer(team, 25, place=here)  # No theme, no ask.
    for gift in offer(team, 30, theme=cared, place=here):  # Private.
        gift.is_offered = False
        gift.save()
    offer(other_team, 7)
    ask(team, builder, "A hand with curtains", theme=asked)
    ask(team, builder, "Ladders for a weekend")
    ask(team, builder, "Gone", theme=lonely, met_by="neighbour", met_on=timezone.localdate())
    ask(team, builder, "Closed", theme=lonely, closed_on=timezone.localdate())
    found = totals(user=builder, team=team)
    assert (found.offered, found.matched, found.is_least) == (145, 60 + 10 + 15 + 5, False)
    rows = offers_of(offered_gifts(user=builder, team=team), user=builder, team=team)
    assert len(rows) == 145
    assert sum(row.is_matched for row in rows) == 90
    assert {row.carers for row in rows if row.gift.theme == own} == {0}


def test_a_resident_is_not_matched_with_themselves(team, builder, here) -> None:
    theme = ThemeFactory(team=team)
    rose = PersonFactory(team=team, neighbourhood=here, themes=[theme])
    gift = GiftFactory(person=rose, theme=theme, name="Bakes bread", is_offered=True)
    ask(team, builder, "Bread", person=rose)
    assert totals(user=builder, team=team).matched == 0
    PersonFactory(team=team, neighbourhood=here, themes=[theme], contact_preference=ContactPreference.NO_CONTACT)
    assert offers_of([gift], user=builder, team=team)[0].carers == 0, "nobody is sent to who wants no contact"
    PersonFactory(team=team, neighbourhood=here, themes=[theme])
    assert totals(user=builder, team=team).matched == 1
    assert offers_of([gift], user=builder, team=team)[0].carers == 1


def test_private_quiet_and_merged_residents_gifts_are_not_listed(team, builder) -> None:
    GiftFactory(person=PersonFactory(team=team), is_offered=False)
    quiet = PersonFactory(team=team, contact_preference=ContactPreference.NO_CONTACT)
    GiftFactory(person=quiet, is_offered=True)
    kept = PersonFactory(team=team)
    GiftFactory(person=PersonFactory(team=team, merged_into=kept), is_offered=True)
    assert not offered_gifts(user=builder, team=team).exists()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bak", {"Baking bread", "Café, bakes"}),
        ("BREAD bak", {"Baking bread"}),
        ("cafe", {"Café, bakes"}),
        ("CAFÉ", {"Café, bakes"}),
        ("read", set()),
        ("", {"Baking bread", "Café, bakes", "C++ (teaching)"}),
        ("c++", {"C++ (teaching)"}),
        ("%", set()),
    ],
)
def test_gifts_are_searched_by_word_prefix(team, builder, client_for, words, found) -> None:
    for name in ("Baking bread", "Café, bakes", "C++ (teaching)"):
        GiftFactory(person=PersonFactory(team=team), name=name, is_offered=True)
    page = client_for(builder).get(reverse("connectors:gift-list"), {"q": words})
    assert {gift.name for gift in page.context["page"]} == found


def test_matching_words_share_a_stem() -> None:
    assert significant_words("Baking bread") & significant_words("Bakes a cake")
    assert significant_words("Ladders") == significant_words("a ladder")
    assert not significant_words("Helping with the")


class TestThePage:
    def test_gifts_can_be_filtered(self, client_for, builder, team, here):
        theme = ThemeFactory(team=team)
        rose = PersonFactory(team=team, known_as="Rose", neighbourhood=here)
        GiftFactory(person=rose, name="Bakes bread", kind=GiftKind.HANDS, theme=theme, is_offered=True)
        GiftFactory(person=PersonFactory(team=team), name="Knows Polish", kind=GiftKind.HEAD, is_offered=True)
        GiftFactory(person=rose, name="Secret song", is_offered=False)
        client = client_for(builder)

        def shown(**asked):
            text = client.get(reverse("connectors:gift-list"), asked, headers={"HX-Request": "true"}).content.decode()
            assert "Secret song" not in text
            return {name for name in ("Bakes bread", "Knows Polish") if name in text}

        assert shown() == {"Bakes bread", "Knows Polish"}
        assert shown(q="pol") == {"Knows Polish"}
        assert shown(kind="head") == {"Knows Polish"}
        assert shown(theme=theme.pk) == {"Bakes bread"}
        assert shown(neighbourhood=here.pk) == {"Bakes bread"}
        assert shown(q="song") == set()

    def test_possible_matches_of_a_gift_are_shown(self, client_for, builder, team, here):
        food = ThemeFactory(team=team, name="growing food")
        for _ in range(12):
            PersonFactory(team=team, neighbourhood=here, themes=[food])
        offer(team, 1, theme=food, place=here, name="Grafts apples", known_as="Rose")
        tom = PersonFactory(team=team, known_as="Tom")
        ask(team, builder, "An apple tree", person=tom)
        shown = client_for(builder).get(reverse("connectors:gift-list")).content.decode()
        assert "12 neighbours care about growing food" in shown
        assert "Asked for: An apple tree" in shown
        assert f"to=person:{tom.uuid}" in shown

    def test_a_suggested_theme_is_saved_with_one_tap(self, client_for, builder, team, other_team):
        food = ThemeFactory(team=team, name="growing food")
        gift = offer(team, 1, name="Food growing lessons")[0]
        lone = offer(team, 1, name="Juggles", themes=[food])[0]
        shown = client_for(builder).get(reverse("connectors:gift-list")).content.decode()
        assert shown.count("Does it go with growing food?") == 2
        for each in (gift, lone):
            url = reverse("connectors:gift-theme", kwargs={"pk": each.pk})
            for bad in ("", "x", "9" * 30, ThemeFactory(team=other_team).pk):
                assert client_for(builder).post(url, {"theme": bad}).status_code == 404
            client_for(builder).post(url, {"theme": food.pk})
            each.refresh_from_db()
            assert each.theme == food

    def test_the_file_and_the_totals(self, client_for, builder, team):
        offer(team, 1, name="=1+1", known_as="Margaret Tate", untold=True)
        client = client_for(builder)
        lines = b"".join(client.get(reverse("connectors:gift-export"))).decode()
        assert '"\'=1+1 0"' in lines
        assert "Margaret" not in lines
        assert AuditEntry.objects.get(verb="export").actor == builder
        assert (
            "<html"
            not in client.get(reverse("connectors:gift-totals"), headers={"HX-Request": "true"}).content.decode()
        )
        assert "Gifts offered" in client.get(reverse("connectors:gift-totals")).content.decode()

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_takes_a_constant_number_of_queries(
        self, client_for, builder, team, here, rows, django_assert_num_queries
    ):
        offer(team, rows, theme=ThemeFactory(team=team), place=here)
        offer(team, rows, place=here)
        client = client_for(builder)
        with django_assert_num_queries(11):
            client.get(reverse("connectors:gift-list"))
