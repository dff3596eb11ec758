"""Pages about residents, gifts and introductions."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from connectors.models import Gift, Introduction, Person
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rose(team):
    return PersonFactory(team=team, known_as="Rose")


def page(client, name, **kwargs):
    return client.get(reverse(f"connectors:{name}", kwargs=kwargs)).content.decode()


class TestPeople:
    def test_gifts_come_before_anything_else(self, client_for, builder, rose):
        GiftFactory(person=rose, name="Bakes bread", is_offered=True)
        ConversationFactory(team=rose.team, people=[rose], summary="We talked about the green.")
        shown = page(client_for(builder), "person-detail", uuid=rose.uuid)
        assert (
            shown.index("Bakes bread") < shown.index("What they care about") < shown.index("We talked about the green.")
        )

    def test_a_suggestion_has_a_reason_and_a_link_to_introduce(self, client_for, builder, team, rose):
        food = ThemeFactory(team=team, name="growing food")
        rose.themes.add(food)
        tom = PersonFactory(team=team, known_as="Tom", themes=[food])
        client = client_for(builder)
        assert f'hx-get="/people/{rose.uuid}/meet/"' in page(client, "person-detail", uuid=rose.uuid)
        shown = page(client, "person-suggestions", uuid=rose.uuid)
        assert "Both care about growing food, not yet introduced" in shown
        assert f"to=person:{tom.uuid}" in shown

    def test_a_resident_can_be_added(self, client_for, builder, team):
        data = {"uuid": uuid.uuid4(), "known_as": "Rose", "themes": "growing food, kites"}
        for _ in range(2):
            answer = client_for(builder).post(reverse("connectors:person-create"), data)
        person = Person.objects.get()
        assert answer.url == reverse("connectors:person-detail", kwargs={"uuid": person.uuid})
        assert person.themes.count() == 2

    def test_an_error_keeps_what_was_typed(self, client_for, builder, other_team):
        foreign = NeighbourhoodFactory(team=other_team)
        data = {
            "known_as": "Rose",
            "themes": "kites",
            "email": "rose@",
            "neighbourhood": foreign.pk,
            "street": "Mill Row",
        }
        shown = client_for(builder).post(reverse("connectors:person-create"), data).content.decode()
        for kept in (
            'value="kites"',
            'value="rose@"',
            'value="Mill Row"',
            'id="id_neighbourhood_error"',
            'id="id_email_error"',
        ):
            assert kept in shown
        assert not Person.objects.exists()

    def test_a_very_long_theme_is_refused(self, client_for, builder):
        shown = (
            client_for(builder)
            .post(reverse("connectors:person-create"), {"known_as": "Rose", "themes": "x" * 81})
            .content.decode()
        )
        assert "Separate them with commas" in shown

    def test_a_resident_can_be_changed(self, client_for, builder, rose):
        client_for(builder).post(
            reverse("connectors:person-update", kwargs={"uuid": rose.uuid}), {"known_as": "Rosie", "themes": ""}
        )
        rose.refresh_from_db()
        assert rose.known_as == "Rosie"

    @pytest.mark.parametrize(("data", "is_one"), [({}, True), ({"stop": "1"}, False)])
    def test_becoming_a_connector_and_stopping(self, client_for, builder, rose, data, is_one):
        client = client_for(builder)
        client.post(reverse("connectors:person-connector", kwargs={"uuid": rose.uuid}))
        client.post(reverse("connectors:person-connector", kwargs={"uuid": rose.uuid}), data)
        rose.refresh_from_db()
        assert rose.is_connector is is_one

    def test_the_list_and_its_facets(self, client_for, builder, team, rose):
        food = ThemeFactory(team=team)
        tom = PersonFactory(team=team, known_as="Tom", street="Rose Lane", connector=True, themes=[food])
        GiftFactory(person=tom, name="Mends bikes", is_offered=True)
        GiftFactory(person=rose, name="Mends hearts", is_offered=False)
        client = client_for(builder)

        def names(**facets):
            shown = client.get(
                reverse("connectors:person-list"), facets, headers={"HX-Request": "true"}
            ).content.decode()
            assert "<html" not in shown
            return {name for name in ("Rose</a>", "Tom</a>") if name in shown}

        assert names() == {"Rose</a>", "Tom</a>"}
        assert names(q="ros") == {"Rose</a>", "Tom</a>"}
        assert names(q="to") == {"Tom</a>"}
        assert names(gift="mends") == {"Tom</a>"}
        assert names(theme=food.pk) == {"Tom</a>"}
        assert names(connectors="on") == {"Tom</a>"}

    @pytest.mark.parametrize("people", [1, 3])
    def test_the_list_takes_a_constant_number_of_queries(
        self, client_for, builder, team, people, django_assert_num_queries
    ):
        for _ in range(people):
            GiftFactory(person=PersonFactory(team=team, placed=True))
        client = client_for(builder)
        with django_assert_num_queries(8):
            client.get(reverse("connectors:person-list"))

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_takes_a_constant_number_of_queries(
        self, client_for, builder, rose, rows, django_assert_num_queries
    ):
        for _ in range(rows):
            GiftFactory(person=rose)
            ConversationFactory(team=rose.team, people=[rose])
            IntroductionFactory(team=rose.team, from_person=rose)
        client = client_for(builder)
        with django_assert_num_queries(13):
            client.get(reverse("connectors:person-detail", kwargs={"uuid": rose.uuid}))


class TestGifts:
    def test_adding_changing_and_taking_away(self, client_for, builder, rose):
        client = client_for(builder)
        client.post(
            reverse("connectors:gift-create", kwargs={"uuid": rose.uuid}), {"name": "Bakes bread", "kind": "hands"}
        )
        gift = Gift.objects.get()
        client.post(
            reverse("connectors:gift-update", kwargs={"pk": gift.pk}),
            {"name": "Bakes rye", "kind": "hands", "is_offered": "on"},
        )
        gift.refresh_from_db()
        assert (gift.name, gift.is_offered) == ("Bakes rye", True)
        client.post(reverse("connectors:gift-delete", kwargs={"pk": gift.pk}))
        assert not Gift.objects.exists()

    def test_a_missing_name_is_an_error_and_the_rest_stays(self, client_for, builder, rose):
        shown = (
            client_for(builder)
            .post(reverse("connectors:gift-create", kwargs={"uuid": rose.uuid}), {"kind": "heart", "is_offered": "on"})
            .content.decode()
        )
        assert 'value="heart" checked' in shown.replace("\n", " ") or 'value="heart"' in shown
        assert not Gift.objects.exists()


class TestIntroductions:
    def data(self, rose, tom, **changes):
        return {
            "uuid": uuid.uuid4(), "from_end": f"person:{rose.uuid}", "to_end": f"person:{tom.uuid}", "reason": "Bread",
            "source": "builder", "introduced_on": timezone.localdate().isoformat(), **changes,
        }  # fmt: skip

    def test_introducing_two(self, client_for, builder, team, rose):
        tom = PersonFactory(team=team, known_as="Tom")
        data = self.data(rose, tom)
        for _ in range(2):
            client_for(builder).post(reverse("connectors:introduction-create"), data)
        made = Introduction.objects.get()
        assert (made.from_end, made.to_end, made.introduced_by, made.reason) == (rose, tom, builder, "Bread")

    def test_searching_for_a_resident_keeps_the_rest(self, client_for, builder, team, rose):
        AssetFactory(team=team, name="Brook Hall")
        PartnerFactory(team=team, name="Brook Trust")
        data = {
            "look": "to",
            "from_end": f"person:{rose.uuid}",
            "to_words": "brook",
            "reason": "Bread",
            "source": "health",
        }
        shown = client_for(builder).post(reverse("connectors:introduction-create"), data).content.decode()
        for kept in (
            "Brook Hall",
            "Brook Trust",
            'value="Bread"',
            'value="health" selected',
            f'value="person:{rose.uuid}"',
        ):
            assert kept in shown
        assert not Introduction.objects.exists()

    def test_suggestions_appear_while_typing(self, client_for, builder, team, rose):
        shown = client_for(builder).get(reverse("connectors:end-options"), {"from_words": "ro"}).content.decode()
        assert "Rose" in shown
        assert (
            "Type a name above"
            in client_for(builder).get(reverse("connectors:end-options"), {"to_words": ""}).content.decode()
        )

    @pytest.mark.parametrize(
        "end", ["", "person:nonsense", "asset:999999", "asset:9999999999999999999999", "user:1", "nonsense"]
    )
    def test_invalid_ends_are_refused(self, client_for, builder, team, rose, end):
        shown = (
            client_for(builder)
            .post(reverse("connectors:introduction-create"), self.data(rose, rose, to_end=end))
            .content.decode()
        )
        assert "Search for who they should meet and choose them." in shown
        assert 'value="Bread"' in shown

    def test_another_teams_resident_is_refused(self, client_for, builder, rose, other_team):
        client_for(builder).post(
            reverse("connectors:introduction-create"), self.data(rose, PersonFactory(team=other_team))
        )
        assert not Introduction.objects.exists()

    def test_introducing_a_resident_to_themselves_is_refused(self, client_for, builder, rose):
        shown = (
            client_for(builder).post(reverse("connectors:introduction-create"), self.data(rose, rose)).content.decode()
        )
        assert "themselves" in shown

    def test_an_outcome_is_recorded(self, client_for, builder, team):
        made = IntroductionFactory(team=team)
        address = reverse("connectors:introduction-detail", kwargs={"uuid": made.uuid})
        client_for(builder).post(
            address, {"outcome": "together", "note": "A supper", "outcome_on": timezone.localdate().isoformat()}
        )
        made.refresh_from_db()
        assert (made.outcome, made.outcome_note) == ("together", "A supper")
        shown = client_for(builder).post(address, {"outcome": "met", "outcome_on": "2001-01-01"}).content.decode()
        assert "before they were introduced" in shown

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_list_takes_a_constant_number_of_queries(
        self, client_for, builder, team, rows, django_assert_num_queries
    ):
        for _ in range(rows):
            IntroductionFactory(team=team)
        client = client_for(builder)
        with django_assert_num_queries(6):
            client.get(reverse("connectors:introduction-list"))


@pytest.mark.sqlite
def test_counting_people_uses_an_index(team, builder) -> None:
    there = Person.objects.visible_to(builder).filter(team=team).remembered()
    plan = there.order_by().values("pk")[:1001].explain()
    assert "connectors_person_there" in plan, plan
