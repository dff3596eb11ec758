"""Writing about a resident who was merged or erased, or said no to contact, since the page was opened."""

import datetime
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from connectors.actions.asks import create_ask, update_ask
from connectors.actions.champions import become_champion, import_champions
from connectors.actions.consent import record_consents, tell_person
from connectors.actions.current_record import ERASED_MEANWHILE, locked_records
from connectors.actions.erasing import erase_person
from connectors.actions.gifts import add_gift, update_gift
from connectors.actions.introductions import record_outcome
from connectors.actions.journeys import begin_journey, record_change
from connectors.actions.merges import merge_people, undo_merge
from connectors.actions.people import become_connector, update_person
from connectors.actions.readback import correct_own_details, make_link, open_link
from connectors.models import (
    Ask,
    ContactPreference,
    Conversation,
    Gift,
    Journey,
    Person,
    PersonMerge,
    Purpose,
    ReadBackLink,
)
from connectors.queries.duplicates import look_alikes
from connectors.queries.introductions import end_key, find_end
from connectors.queries.names import match_names, people_like
from connectors.rules.champions import ChampionRow
from connectors.rules.consent import NOT_REACHED
from tests.factories.connectors import GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_journeys import JourneyFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 20)


@pytest.fixture
def rose(team) -> Person:
    return PersonFactory(
        team=team, known_as="Rose Tate", street="Mill Lane", phone="0117 496 0123", email="r@t.example"
    )


@pytest.fixture
def forgotten(rose, builder) -> Person:
    """Return Rose as a page that was opened before she was erased still has her."""
    before = Person.objects.get(pk=rose.pk)
    erase_person(person=rose, by=builder)
    return before


class TestForgottenMeanwhile:
    @pytest.mark.parametrize(
        "act",
        [
            partial(update_person, known_as="Rose Tate", phone="0117 496 0123"),
            partial(add_gift, name="Sings", kind="heart"),
            partial(become_connector),
            partial(become_champion),
            partial(tell_person),
            partial(record_consents, answers={Purpose.INVITE: True}),
            partial(begin_journey, vision="A garden of her own"),
            partial(make_link),
        ],
        ids=lambda act: act.func.__name__,
    )
    def test_an_erased_resident_cannot_be_restored(self, act, forgotten, builder) -> None:
        with pytest.raises(ValidationError) as refused:
            act(person=forgotten, by=builder)
        assert refused.value.code == "erased"
        now = Person.objects.get(pk=forgotten.pk)
        assert (now.known_as, now.phone, now.connector_since, now.champion_since) == ("Somebody", "", None, None)
        assert not Gift.objects.filter(person=now).exists()
        assert not Journey.objects.exists()

    def test_the_form_says_so_and_the_page_has_no_buttons(self, forgotten, client_for, builder) -> None:
        client = client_for(builder)
        page = client.post(
            reverse("connectors:person-update", kwargs={"uuid": forgotten.uuid}),
            {"known_as": "Rose Tate", "phone": "0117 496 0123"},
        )
        assert str(ERASED_MEANWHILE) in page.content.decode()
        assert Person.objects.get(pk=forgotten.pk).known_as == "Somebody"
        shown = client.get(reverse("connectors:person-detail", kwargs={"uuid": forgotten.uuid})).content.decode()
        assert "Someone whose data was erased" in shown
        assert "/edit/" not in shown
        assert "/gifts/add/" not in shown
        told = client.post(reverse("connectors:person-told", kwargs={"uuid": forgotten.uuid}), follow=True)
        assert str(ERASED_MEANWHILE) in told.content.decode()

    def test_texts_about_an_erased_resident_are_refused_on_every_form(self, rose, team, builder) -> None:
        journey = JourneyFactory(person=rose, team=team, builder=builder)
        ask = Ask.objects.create(team=team, person=rose, words="A ladder", created_by=builder)
        met = IntroductionFactory(team=team, from_person=rose, introduced_on=TODAY)
        erase_person(person=rose, by=builder)
        for act in (
            partial(record_change, journey=journey, outcome="trust", judged_by="builder", words="Rose smiled"),
            partial(update_ask, ask=ask, words="Rose would like a ladder"),
            partial(create_ask, team=team, words="Jam", person=Person.objects.get(pk=rose.pk)),
            partial(record_outcome, introduction=met, outcome="met", note="Rose loved it"),
        ):
            with pytest.raises(ValidationError):
                act(by=builder)
        record_outcome(introduction=met, by=builder, outcome="met")
        met.refresh_from_db()
        assert (met.outcome, met.outcome_note) == ("met", "")

    def test_searching_for_somebody_does_not_find_erased_residents(self, forgotten, team, builder) -> None:
        assert not people_like(user=builder, team=team, typed="Some").exists()
        found = match_names(user=builder, team=team, neighbourhood=None, names=["Somebody"])["Somebody"]
        assert (found.person, found.candidates) == (None, ())
        assert look_alikes(user=builder, team=team, names=("Somebody",)) == []
        assert find_end(end_key(forgotten), user=builder, team=team) is None

    def test_an_erased_resident_cannot_be_merged(self, forgotten, team, builder) -> None:
        other = PersonFactory(team=team)
        with pytest.raises(ValidationError, match="erase their data"):
            merge_people(kept=other, absorbed=forgotten, by=builder)

    def test_erasing_either_record_erases_both_merged_ones(self, rose, team, builder) -> None:
        kept = PersonFactory(team=team, known_as="Rosie")
        before = Person.objects.get(pk=rose.pk)
        merge = merge_people(kept=kept, absorbed=rose, by=builder)
        assert [each.pk for each in locked_records(before)] == [kept.pk, rose.pk]
        erase_person(person=before, by=builder)
        assert {each.known_as for each in Person.everyone.filter(pk__in=(kept.pk, rose.pk))} == {"Somebody"}
        with pytest.raises(ValidationError, match="erase their data"):
            undo_merge(merge=merge, by=builder)


class TestPutTogetherMeanwhile:
    def test_what_was_typed_is_shown_for_the_kept_record(self, rose, team, client_for, builder) -> None:
        kept = PersonFactory(team=team, known_as="Rosie", street="Hill Road")
        address = reverse("connectors:person-update", kwargs={"uuid": rose.uuid})
        client = client_for(builder)
        seen = client.get(address).context["form"]["as_shown"].value()
        merge_people(kept=kept, absorbed=rose, by=builder)
        typed = {"known_as": "Rose Tate", "street": "9 Mill Lane", "as_shown": seen}
        page = client.post(address, typed)
        assert "Somebody changed this" in page.content.decode()
        assert "9 Mill Lane" in page.content.decode()
        again = page.context["form"]["as_shown"].value()
        assert client.post(address, {**typed, "as_shown": again}).url == reverse(
            "connectors:person-detail", kwargs={"uuid": kept.uuid}
        )
        kept.refresh_from_db()
        assert (kept.known_as, kept.street) == ("Rose Tate", "9 Mill Lane")

    def test_buttons_and_forms_change_the_kept_record(self, rose, team, client_for, builder) -> None:
        kept = PersonFactory(team=team)
        merge_people(kept=kept, absorbed=rose, by=builder)
        client = client_for(builder)
        for name, data in (
            ("person-connector", {}),
            ("gift-create", {"name": "Sings", "kind": "heart"}),
            ("journey-create", {"began_on": TODAY.isoformat(), "source": "self", "vision": "A garden"}),
        ):
            answer = client.post(reverse(f"connectors:{name}", kwargs={"uuid": rose.uuid}), data)
            assert answer.status_code == 302, answer.content.decode()[-900:]
        kept.refresh_from_db()
        assert kept.connector_since
        assert kept.gifts.get().name == "Sings"
        assert kept.journeys.get().vision == "A garden"

    def test_an_action_that_began_before_a_merge_writes_to_the_kept_record(self, rose, team, builder) -> None:
        kept, before = PersonFactory(team=team), Person.objects.get(pk=rose.pk)
        merge_people(kept=kept, absorbed=rose, by=builder)
        add_gift(person=before, by=builder, name="Sings", kind="heart")
        ask = create_ask(team=team, by=builder, words="A ladder", person=before)
        assert kept.gifts.get().name == "Sings"
        assert ask.person == kept

    def test_a_resident_chosen_before_a_merge_is_not_lost(self, rose, team, client_for, builder) -> None:
        kept = PersonFactory(team=team, known_as="Rosie")
        merge_people(kept=kept, absorbed=rose, by=builder)
        data = {
            "uuid": str(uuid4()), "people-known": [str(rose.uuid)], "summary": "We talked about bread.",
            "held_on": timezone.localdate().isoformat(), "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0",
        }  # fmt: skip
        answer = client_for(builder).post(reverse("connectors:conversation-create"), data)
        assert answer.status_code == 302, answer.context["form"].errors
        assert list(Conversation.objects.get().people.all()) == [kept]


class TestNoToBeingReached:
    @pytest.fixture
    def quiet(self, rose, builder) -> Person:
        record_consents(person=rose, by=builder, answers={Purpose.CONTACT: False})
        rose.refresh_from_db()
        return rose

    def test_an_old_page_does_not_restore_a_deleted_phone_number(self, rose, builder, client_for) -> None:
        client, address = client_for(builder), reverse("connectors:person-update", kwargs={"uuid": rose.uuid})
        shown = client.get(address).context["form"]
        typed = {"known_as": "Rose Tate", "phone": rose.phone, "email": rose.email, "contact_preference": "phone"}
        typed["as_shown"] = shown["as_shown"].value()
        record_consents(person=rose, by=builder, answers={Purpose.CONTACT: False})
        first = client.post(address, typed)
        assert "Somebody changed this" in first.content.decode()
        second = client.post(address, {**typed, "as_shown": first.context["form"]["as_shown"].value()})
        errors = second.context["form"].errors
        assert {name: errors[name] for name in errors} == {
            name: [str(NOT_REACHED)] for name in ("phone", "email", "contact_preference")
        }
        rose.refresh_from_db()
        assert (rose.phone, rose.email, rose.contact_preference) == ("", "", ContactPreference.NO_CONTACT)

    def test_other_fields_can_change_and_the_resident_can_change_all(self, quiet, builder) -> None:
        update_person(person=quiet, by=builder, street="Hill Road")
        link = make_link(person=quiet, by=builder)
        correct_own_details(link=link, phone="0117 496 0999", contact_preference="text")
        quiet.refresh_from_db()
        assert (quiet.street, quiet.phone) == ("Hill Road", "0117 496 0999")

    def test_a_champion_import_does_not_restore_a_deleted_phone_number(self, quiet, team, builder) -> None:
        row = ChampionRow(number=2, name="Rose Tate", street="Mill Lane", phone="0117 496 0123", email="r@t.example")
        told = []
        import_champions(team=team, by=builder, rows=[row], tell=told.extend)
        quiet.refresh_from_db()
        assert (quiet.phone, quiet.email, quiet.champion_since is not None) == ("", "", True)
        assert told[0].notes == ["They asked not to be contacted, so the phone and email in this list are not saved."]

    def test_a_no_holds_for_both_merged_records(self, quiet, team, manager) -> None:
        rosie = PersonFactory(team=team, known_as="Rosie", phone="0117 496 0999", contact_preference="phone")
        merge = merge_people(kept=rosie, absorbed=quiet, by=manager, values={"street": "Mill Lane"})
        rosie.refresh_from_db()
        assert (rosie.phone, rosie.phone_key, rosie.contact_preference) == ("", "", ContactPreference.NO_CONTACT)
        undo_merge(merge=merge, by=manager)
        rosie.refresh_from_db()
        assert (rosie.phone, rosie.contact_preference, rosie.street) == ("0117 496 0999", "phone", "")


@pytest.mark.postgresql
class TestAtOnce:
    """Each pair twenty times: in either order, both get a response and the resident's answer is respected."""

    ROUNDS = 20

    @staticmethod
    def answered(results: list[object]) -> bool:
        return all(not isinstance(each, BaseException) or isinstance(each, ValidationError) for each in results)

    def test_an_offer_and_a_no_at_once(self, race, team, builder) -> None:
        for _round in range(self.ROUNDS):
            gift = GiftFactory(person=PersonFactory(team=team))
            results = race(
                partial(update_gift, gift=Gift.objects.select_related("person").get(pk=gift.pk), by=builder, is_offered=True),
                partial(record_consents, person=gift.person, by=builder, answers={Purpose.OFFER: False}),
            )  # fmt: skip
            assert self.answered(results), results
            gift.refresh_from_db()
            assert not gift.is_offered

    def test_erasing_and_undoing_a_merge_at_once(self, race, team, builder) -> None:
        for _round in range(self.ROUNDS):
            absorbed, kept = PersonFactory(team=team, known_as="Zyx"), PersonFactory(team=team, known_as="Zyx")
            merge = merge_people(kept=kept, absorbed=absorbed, by=builder)
            merge = PersonMerge.objects.select_related("kept", "absorbed").get(pk=merge.pk)
            results = race(partial(undo_merge, merge=merge, by=builder), partial(erase_person, person=kept, by=builder))
            assert self.answered(results), results
            kept.refresh_from_db()
            assert kept.known_as == "Somebody"

    def test_erasing_and_merging_at_once(self, race, team, builder) -> None:
        for _round in range(self.ROUNDS):
            kept, absorbed = PersonFactory(team=team, known_as="Zyx"), PersonFactory(team=team, known_as="Zyx")
            results = race(
                partial(merge_people, kept=kept, absorbed=absorbed, by=builder),
                partial(erase_person, person=absorbed, by=builder),
            )
            assert self.answered(results), results
            assert Person.everyone.get(pk=absorbed.pk).known_as == "Somebody"

    def test_opening_a_link_and_creating_the_next_at_once(self, race, rose, builder) -> None:
        for _round in range(self.ROUNDS):
            secret = make_link(person=rose, by=builder).secret
            results = race(
                partial(open_link, secret=secret), partial(make_link, person=rose, by=builder),
                partial(open_link, secret=secret),
            )  # fmt: skip
            assert self.answered(results), results
            assert sum(isinstance(each, ReadBackLink) for each in (results[0], results[2])) <= 1

    def test_adding_a_gift_and_merging_at_once(self, race, team, builder) -> None:
        for _round in range(self.ROUNDS):
            kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
            results = race(
                partial(merge_people, kept=kept, absorbed=absorbed, by=builder),
                partial(add_gift, person=absorbed, by=builder, name="Sings", kind="heart"),
            )
            assert not [each for each in results if isinstance(each, BaseException)], results
            assert Gift.objects.get(name="Sings", person__in=(kept, absorbed)).person == kept
