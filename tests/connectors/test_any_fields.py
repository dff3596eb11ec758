"""Actions accept any subset of their fields and check every rule, so that the admin and imports can call them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions.asks import create_ask, delete_ask, update_ask
from connectors.actions.consent import record_consents
from connectors.actions.conversations import change_conversation, log_conversation
from connectors.actions.gifts import add_gift, update_gift
from connectors.actions.introductions import delete_introduction, introduce, update_introduction
from connectors.actions.journeys import change_journey
from connectors.actions.people import create_person, update_person
from connectors.actions.themes import create_theme, delete_theme, update_theme
from connectors.models import Ask, Introduction, Person, Theme
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_consent import NoticeFactory
from tests.factories.connectors_journeys import JourneyFactory

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, list[str]]]:
    """Return the verb and the fields of each audit entry, in order."""
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "field_names"))


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


class TestPeople:
    def test_one_field_changes_and_is_audited_alone(self, team, manager):
        person = PersonFactory(team=team, known_as="Rose", street="Mill Row")
        update_person(person=person, by=manager, known_as="Rose", street="Brook Lane")
        update_person(person=person, by=manager, street="Brook Lane", themes=[])
        person.refresh_from_db()
        assert (person.known_as, person.street) == ("Rose", "Brook Lane")
        assert told() == [("update", ["street"])]

    def test_dates_are_accepted_and_telling_records_the_notice(self, team, manager):
        notice, person = NoticeFactory(team=team), PersonFactory(team=team, told_on=None)
        day = timezone.localdate()
        person = update_person(person=person, by=manager, told_on=day, connector_since=day, first_met_on=day)
        assert (person.told_notice, person.connector_since) == (notice, day)
        assert update_person(person=person, by=manager, told_on=None).told_notice is None

    @pytest.mark.parametrize("field", ["first_met_on", "connector_since", "champion_since", "told_on"])
    def test_future_dates_are_refused(self, team, manager, field):
        with pytest.raises(ValidationError, match="in the future"):
            create_person(team=team, by=manager, known_as="Rose", street="Mill Row", **{field: tomorrow()})
        with pytest.raises(ValidationError, match="in the future"):
            update_person(person=PersonFactory(team=team, street="Mill Row"), by=manager, **{field: tomorrow()})

    def test_a_champion_needs_a_street(self, team, manager):
        person, day = PersonFactory(team=team, street=""), timezone.localdate()
        with pytest.raises(ValidationError, match="Which street"):
            update_person(person=person, by=manager, champion_since=day)
        update_person(person=person, by=manager, champion_since=day, street="Mill Row")
        assert Person.objects.champions().get() == person

    def test_other_fields_are_refused(self, team, manager):
        with pytest.raises(TypeError, match="erased_on"):
            update_person(person=PersonFactory(team=team), by=manager, erased_on=None)

    @pytest.mark.parametrize(
        "values", [{"phone": "0117 496 0123"}, {"email": "r@example.org"}, {"contact_preference": "text"}]
    )
    def test_a_no_to_contact_refuses_contact_details(self, team, manager, values):
        person = PersonFactory(team=team)
        record_consents(person=person, by=manager, answers={"contact": False})
        with pytest.raises(ValidationError, match="asked us not to get in touch") as caught:
            update_person(person=person, by=manager, street="Mill Row", **values)
        assert list(caught.value.message_dict) == list(values)
        person.refresh_from_db()
        assert (person.phone, person.email, person.contact_preference) == ("", "", "no_contact")

    def test_corrections_from_the_own_sheet_stay_when_other_fields_change(self, team, manager):
        person = PersonFactory(team=team)
        record_consents(person=person, by=manager, answers={"contact": False})
        update_person(person=person, by=None, phone="0117 496 0123")
        person = update_person(person=person, by=manager, phone="0117 496 0123", street="Mill Row")
        assert (person.phone, person.street) == ("0117 496 0123", "Mill Row")

    def test_an_erased_resident_cannot_be_changed(self, team, manager):
        person = PersonFactory(team=team, erased_on=timezone.localdate())
        with pytest.raises(ValidationError, match="erase their data"):
            update_person(person=person, by=manager, known_as="Rose Okafor")


class TestGifts:
    def test_one_field(self, team, manager):
        gift = GiftFactory(person=PersonFactory(team=team), name="Bakes", is_offered=False)
        update_gift(gift=gift, by=manager, name="Bakes  bread", is_offered=False)
        update_gift(gift=gift, by=manager, is_offered=False)
        gift.refresh_from_db()
        assert gift.name == "Bakes bread"
        assert told() == [("update", ["name"])]

    def test_a_gift_cannot_be_heard_in_the_future(self, team, manager):
        person = PersonFactory(team=team)
        with pytest.raises(ValidationError, match="in the future"):
            add_gift(person=person, by=manager, name="Bakes", kind="hands", heard_on=tomorrow())
        with pytest.raises(ValidationError, match="in the future"):
            update_gift(gift=GiftFactory(person=person), by=manager, heard_on=tomorrow())

    def test_a_gift_cannot_be_offered_without_consent(self, team, manager):
        person = PersonFactory(team=team)
        record_consents(person=person, by=manager, answers={"offer": False})
        with pytest.raises(ValidationError, match="not to tell neighbours"):
            add_gift(person=person, by=manager, name="Bakes", kind="hands", is_offered=True)
        with pytest.raises(TypeError, match="person"):
            update_gift(gift=GiftFactory(person=person), by=manager, person_id=1)


class TestIntroductions:
    def test_one_field(self, team, manager):
        made = IntroductionFactory(team=team, reason="Beans")
        update_introduction(introduction=made, by=manager, reason="Beans and bread", source=made.source)
        update_introduction(introduction=made, by=manager, reason="Beans and bread")
        assert told() == [("update", ["reason"])]

    def test_an_outcome_has_a_date_and_stops_follow_up_questions(self, clock, team, manager):
        made = introduce(
            team=team, by=manager, from_end=PersonFactory(team=team), to_end=AssetFactory(team=team), source="self"
        )
        made = update_introduction(introduction=made, by=manager, outcome="met")
        assert (made.outcome_on, made.ask_again_on) == (timezone.localdate(), None)
        made = update_introduction(introduction=made, by=manager, outcome="waiting")
        assert (made.outcome_on, made.ask_again_on) == (None, timezone.localdate() + timedelta(days=28))

    def test_an_end_can_be_changed(self, team, manager):
        made, partner = IntroductionFactory(team=team), PartnerFactory(team=team)
        made = update_introduction(introduction=made, by=manager, to_person=None, to_asset=None, to_partner=partner)
        assert made.to_end == partner

    def test_what_is_refused(self, team, other_team, manager, builder, evaluator):
        made = IntroductionFactory(team=team)
        quiet = PersonFactory(team=team, known_as="Tom", contact_preference="no_contact")
        unwilling = PersonFactory(team=team, known_as="Ada")
        record_consents(person=unwilling, by=manager, answers={"introduce": False})
        for values, field, words in [
            ({"to_person": quiet}, "to_person", "Tom asked not to be contacted"),
            ({"to_person": unwilling}, "to_person", "does not want to be introduced"),
            ({"to_person": PersonFactory(team=other_team)}, "to_person", "belongs to your team"),
            ({"neighbourhood": NeighbourhoodFactory(team=other_team)}, "neighbourhood", "belongs to your team"),
            ({"to_person": made.from_person}, "to_person", "themselves"),
            ({"introduced_on": tomorrow()}, "introduced_on", "in the future"),
            (
                {"outcome": "met", "outcome_on": made.introduced_on - timedelta(days=1)},
                "outcome_on",
                "before they were",
            ),
            ({"introduced_by": evaluator}, "introduced_by", "adds records for this team"),
            ({"from_person": None}, "__all__", "Choose one resident, asset or partner"),
        ]:
            with pytest.raises(ValidationError, match=words) as caught:
                update_introduction(introduction=made, by=manager, **values)
            assert list(caught.value.message_dict) == [field]
        with pytest.raises(PermissionDenied):
            update_introduction(introduction=made, by=builder, introduced_by=manager)
        assert AuditEntry.objects.filter(model="connectors.introduction").count() == 0

    def test_residents_already_introduced_can_stay_after_a_no(self, team, manager):
        made = IntroductionFactory(team=team)
        record_consents(person=made.from_person, by=manager, answers={"introduce": False, "contact": False})
        made = update_introduction(introduction=made, by=manager, outcome="met", from_person=made.from_person)
        assert made.outcome == "met"

    def test_a_manager_adds_one_for_a_builder_and_deletes_it(self, team, manager, builder):
        ends = {"from_end": PersonFactory(team=team), "to_end": PersonFactory(team=team)}
        made = introduce(team=team, by=manager, introduced_by=builder, **ends)
        assert made.introduced_by == builder
        delete_introduction(introduction=made, by=manager)
        assert not Introduction.objects.exists()
        assert [verb for verb, _fields in told()] == ["create", "delete"]


class TestAsks:
    def test_who_met_an_ask_can_be_set_like_any_field(self, team, manager):
        ask, neighbour = AskFactory(team=team), PersonFactory(team=team)
        today = timezone.localdate()
        update_ask(ask=ask, by=manager, met_by="neighbour", met_by_person=neighbour, met_on=today)
        update_ask(ask=ask, by=manager, met_on=today)
        ask.refresh_from_db()
        assert (ask.met_by_person, ask.met_on) == (neighbour, today)
        assert told() == [("update", ["met_by", "met_by_person", "met_on"])]

    def test_what_is_refused(self, team, other_team, manager, builder):
        ask = AskFactory(team=team, person=PersonFactory(team=team))
        for values, words in [
            ({"met_by": "neighbour"}, "Say who met it, and when"),
            ({"met_by": "neighbour", "met_on": tomorrow()}, "in the future"),
            (
                {"met_by": "group", "met_on": ask.asked_on, "met_by_asset": AssetFactory(team=other_team)},
                "belongs to your team",
            ),
            (
                {"met_by": "service", "met_on": ask.asked_on, "met_by_asset": AssetFactory(team=team)},
                "does not fit who met it",
            ),
            (
                {"met_by": "neighbour", "met_on": ask.asked_on, "met_by_person": ask.person},
                "This is the person who asked",
            ),
        ]:
            with pytest.raises(ValidationError, match=words):
                update_ask(ask=ask, by=manager, **values)
        with pytest.raises(PermissionDenied):
            update_ask(ask=ask, by=builder, created_by=manager)
        with pytest.raises(TypeError, match="uuid"):
            update_ask(ask=ask, by=manager, uuid=None)
        assert told() == []

    def test_one_added_by_mistake_can_be_deleted(self, team, manager):
        delete_ask(ask=create_ask(team=team, by=manager, words="A ladder"), by=manager)
        assert not Ask.objects.exists()
        assert [verb for verb, _fields in told()] == ["create", "delete"]


class TestConversations:
    def test_changing_one_field_keeps_people_and_themes(self, team, manager):
        rose, kites = PersonFactory(team=team), ThemeFactory(team=team)
        talk = ConversationFactory(team=team, builder=manager)
        talk.people.add(rose)
        talk.themes.add(kites)
        talk.heard_themes.create(person=rose, theme=kites)
        change_conversation(conversation=talk, by=manager, idea="A client came")
        talk.refresh_from_db()
        assert (list(talk.people.all()), list(talk.themes.all())) == ([rose], [kites])
        assert told() == [("update", ["idea"])]
        assert talk.words_noticed == 1

    def test_a_manager_can_change_the_builder(self, team, manager, builder, evaluator):
        talk = log_conversation(team=team, by=manager, builder=builder, summary="Tea.")
        assert talk.builder == builder
        assert change_conversation(conversation=talk, by=manager, builder=manager).builder == manager
        with pytest.raises(ValidationError, match="adds records for this team"):
            change_conversation(conversation=talk, by=manager, builder=evaluator)
        with pytest.raises(PermissionDenied):
            log_conversation(team=team, by=builder, builder=manager, summary="Tea.")


def test_a_journey_keeps_its_partners_when_they_are_not_given(team, builder):
    journey, partner = JourneyFactory(person=PersonFactory(team=team), builder=builder), PartnerFactory(team=team)
    journey.partners.add(partner)
    change_journey(journey=journey, by=builder, vision="A garden")
    change_journey(journey=journey, by=builder, vision="A garden", partners=[partner])
    assert list(journey.partners.all()) == [partner]
    assert told() == [("update", ["vision"])]


class TestThemes:
    def test_a_theme_is_added_renamed_and_deleted(self, team, manager):
        theme = create_theme(team=team, by=manager, name="  Growing  food ")
        assert theme.name == "Growing food"
        update_theme(theme=theme, by=manager, name="Growing food")
        update_theme(theme=theme, by=manager, name="Gardens")
        delete_theme(theme=theme, by=manager)
        assert not Theme.objects.exists()
        assert [verb for verb, _fields in told()] == ["create", "update", "delete"]

    def test_names_are_unique_ignoring_case(self, team, manager):
        ThemeFactory(team=team, name="Kites")
        for act in (
            lambda: create_theme(team=team, by=manager, name="KITES"),
            lambda: update_theme(theme=ThemeFactory(team=team), by=manager, name="kites"),
        ):
            with pytest.raises(ValidationError, match="already has this theme") as caught:
                act()
            assert list(caught.value.message_dict) == ["name"]

    @pytest.mark.parametrize("kind", ["residents", "conversations", "gifts", "asks"])
    def test_a_theme_in_use_cannot_be_deleted(self, team, manager, kind):
        theme = ThemeFactory(team=team, name="Kites")
        {
            "residents": lambda: PersonFactory(team=team).themes.add(theme),
            "conversations": lambda: ConversationFactory(team=team).themes.add(theme),
            "gifts": lambda: GiftFactory(person=PersonFactory(team=team), theme=theme),
            "asks": lambda: AskFactory(team=team, theme=theme),
        }[kind]()
        with pytest.raises(ValidationError, match=f"cannot be deleted, because these have it: {kind}"):
            delete_theme(theme=theme, by=manager)
        assert told() == []
