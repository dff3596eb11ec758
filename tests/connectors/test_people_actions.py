"""Actions of residents, gifts and introductions."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions import gifts, introductions, people
from connectors.models import Gift, Introduction, IntroductionOutcome, Person, Theme
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


class TestPeople:
    def test_a_first_name_is_enough(self, team, builder):
        person = people.create_person(team=team, by=builder, known_as="  Rose   Anne ")
        assert (person.known_as, person.team, person.created_by) == ("Rose Anne", team, builder)
        assert AuditEntry.objects.filter(model="connectors.person", verb="create").count() == 1

    def test_the_same_form_twice_adds_one(self, team, builder):
        key = uuid.uuid4()
        first, second = (people.create_person(team=team, by=builder, uuid=key, known_as="Rose") for _ in range(2))
        assert first.pk == second.pk

    def test_a_missing_name_is_refused(self, team, builder):
        with pytest.raises(ValidationError) as caught:
            people.create_person(team=team, by=builder, known_as="  ")
        assert "known_as" in caught.value.message_dict

    def test_another_teams_neighbourhood_and_theme_are_refused(self, team, builder, other_team):
        with pytest.raises(ValidationError, match="belongs to your team"):
            people.create_person(
                team=team, by=builder, known_as="Rose", neighbourhood=NeighbourhoodFactory(team=other_team)
            )
        with pytest.raises(ValidationError, match="your own team"):
            people.create_person(team=team, by=builder, known_as="Rose", themes=[ThemeFactory(team=other_team)])
        assert not Person.objects.exists()

    def test_themes_are_reused_ignoring_case(self, team, builder):
        ThemeFactory(team=team, name="Growing food")
        person = people.create_person(team=team, by=builder, known_as="Rose", themes=["growing FOOD", "Kites"])
        assert sorted(theme.name for theme in person.themes.all()) == ["Growing food", "Kites"]
        people.update_person(person=person, by=builder, themes=["Kites"], street="Mill Row")
        assert [theme.name for theme in person.themes.all()] == ["Kites"]
        assert Theme.objects.count() == 2

    def test_a_citizen_becomes_a_connector_in_one_record(self, clock, team, builder):
        person = PersonFactory(team=team)
        for day in (timezone.localdate() - timedelta(days=3), None):
            people.become_connector(person=person, by=builder, since=day)
        person.refresh_from_db()
        assert person.connector_since == timezone.localdate() - timedelta(days=3)
        assert person.is_connector
        with pytest.raises(ValidationError, match="in the future"):
            people.become_connector(
                person=PersonFactory(team=team), by=builder, since=timezone.localdate() + timedelta(days=1)
            )
        people.stop_connecting(person=person, by=builder)
        person.refresh_from_db()
        assert not person.is_connector
        assert Person.objects.connectors().count() == 0


class TestGifts:
    def test_a_gift_of_the_same_name_is_added_once(self, team, builder):
        person = PersonFactory(team=team)
        first = gifts.add_gift(person=person, by=builder, name="Bakes bread", kind="hands")
        second = gifts.add_gift(person=person, by=builder, name="bakes  BREAD", kind="heart", is_offered=True)
        assert first.pk == second.pk
        assert Gift.objects.get().is_offered

    def test_another_teams_theme_is_refused(self, team, builder, other_team):
        with pytest.raises(ValidationError, match="belongs to your team"):
            gifts.add_gift(
                person=PersonFactory(team=team),
                by=builder,
                name="Sings",
                kind="heart",
                theme=ThemeFactory(team=other_team),
            )

    def test_a_gift_can_be_offered_and_deleted(self, team, builder):
        gift = GiftFactory(person=PersonFactory(team=team))
        assert gifts.update_gift(gift=gift, by=builder, is_offered=True).is_offered
        gifts.remove_gift(gift=gift, by=builder)
        assert not Gift.objects.exists()
        assert AuditEntry.objects.filter(model="connectors.gift", verb="delete").count() == 1


class TestIntroducing:
    @pytest.mark.parametrize("to", ["person", "asset", "partner"])
    @pytest.mark.parametrize("start", ["person", "asset", "partner"])
    def test_anyone_can_be_introduced_to_anyone(self, team, builder, start, to):
        place = NeighbourhoodFactory(team=team)
        make = {
            "person": lambda: PersonFactory(team=team, neighbourhood=place),
            "asset": lambda: AssetFactory(team=team, neighbourhood=place),
            "partner": lambda: PartnerFactory(team=team),
        }
        ends = make[start](), make[to]()
        made = introductions.introduce(team=team, by=builder, from_end=ends[0], to_end=ends[1])
        assert (made.from_end, made.to_end) == ends
        assert made.neighbourhood == (None if {start, to} == {"partner"} else place)

    def test_the_neighbourhood_is_that_of_the_first_resident(self, team, builder):
        homes = [NeighbourhoodFactory(team=team) for _ in range(2)]
        asset, person = (
            AssetFactory(team=team, neighbourhood=homes[0]),
            PersonFactory(team=team, neighbourhood=homes[1]),
        )
        assert introductions.introduce(team=team, by=builder, from_end=asset, to_end=person).neighbourhood == homes[1]

    def test_the_same_form_twice_introduces_once(self, team, builder):
        ends = {"from_end": PersonFactory(team=team), "to_end": PersonFactory(team=team)}
        key = uuid.uuid4()
        made = [introductions.introduce(team=team, by=builder, uuid=key, **ends) for _ in range(2)]
        assert made[0].pk == made[1].pk

    def test_what_is_refused(self, team, builder, other_team):
        rose = PersonFactory(team=team)
        cases = [
            ({"to_end": PersonFactory(team=other_team)}, "belongs to your team"),
            ({"to_end": rose}, "themselves"),
            (
                {"to_end": PersonFactory(team=team, known_as="Tom", contact_preference="no_contact")},
                "Tom asked not to be contacted",
            ),
            (
                {"to_end": PersonFactory(team=team), "introduced_on": timezone.localdate() + timedelta(days=1)},
                "in the future",
            ),
            (
                {"to_end": PersonFactory(team=team), "conversation": ConversationFactory(team=other_team)},
                "belongs to your team",
            ),
        ]
        for values, words in cases:
            with pytest.raises(ValidationError, match=words):
                introductions.introduce(team=team, by=builder, from_end=rose, **values)
        assert not Introduction.objects.exists()

    def test_an_outcome_is_recorded(self, clock, team, builder):
        made = IntroductionFactory(team=team, introduced_on=timezone.localdate() - timedelta(days=5))
        made = introductions.record_outcome(introduction=made, by=builder, outcome="met", note="Over tea")
        assert (made.outcome, made.outcome_on, made.outcome_note) == ("met", timezone.localdate(), "Over tea")
        for day, words in (
            (timezone.localdate() + timedelta(days=1), "in the future"),
            (timezone.localdate() - timedelta(days=6), "before they were introduced"),
        ):
            with pytest.raises(ValidationError, match=words):
                introductions.record_outcome(introduction=made, by=builder, outcome="met", on=day)
        made = introductions.record_outcome(introduction=made, by=builder, outcome=IntroductionOutcome.WAITING)
        assert made.outcome_on is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_one_form_sent_eight_times_at_once_adds_one(self, race, team, builder):
        key = uuid.uuid4()
        race(*[partial(people.create_person, team=team, by=builder, uuid=key, known_as="Rose")] * 8)
        ends = {"from_end": Person.objects.get(), "to_end": PersonFactory(team=team)}
        race(*[partial(introductions.introduce, team=team, by=builder, uuid=uuid.uuid5(key, "two"), **ends)] * 8)
        assert Introduction.objects.count() == 1

    def test_one_gift_added_eight_times_at_once_is_one(self, race, team, builder):
        person = PersonFactory(team=team)
        results = race(*[partial(gifts.add_gift, person=person, by=builder, name="Bakes bread", kind="hands")] * 8)
        assert {result.pk for result in results} == {Gift.objects.get().pk}
