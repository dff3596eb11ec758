"""Undoing: the page of what was deleted, what has changed since, names that are taken, and two at once."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from communities.actions.boundaries import import_boundaries
from communities.actions.members import change_member_roles
from communities.actions.partners import delete_partner
from communities.actions.undo import delete_expired_undoables, undo
from communities.geometry import BoundaryFeature, clean_drawing
from communities.models import AuditEntry, Membership, Neighbourhood, Partner, Undoable, UndoableLink
from connectors.actions.asks import close_ask, reopen_ask
from connectors.actions.champions import import_champions
from connectors.actions.consent import record_consents
from connectors.actions.conversations import delete_conversation
from connectors.actions.erasing import erase_person
from connectors.actions.gifts import add_gift, remove_gift
from connectors.actions.merges import merge_people
from connectors.models import Ask, Conversation, Erased, Gift, Person
from connectors.rules.champions import ChampionRow
from tests.factories.assets import AssetFactory
from tests.factories.communities import (
    SQUARE,
    NeighbourhoodFactory,
    PartnerFactory,
    UndoableFactory,
    UserFactory,
    outline,
)
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.photos import photo_bytes
from tests.stored import everything_stored

pytestmark = pytest.mark.django_db
LIST = reverse("communities:deleted-list")


def deleted_partner(team, manager, name="Choir") -> Undoable:
    """Return the deletion of a partner."""
    delete_partner(partner=PartnerFactory(team=team, name=name), by=manager)
    return Undoable.objects.latest("pk")


def deleted_gift(person, by, **more) -> Undoable:
    """Return the deletion of a gift."""
    remove_gift(gift=GiftFactory(person=person, **more), by=by)
    return Undoable.objects.latest("pk")


class TestThePage:
    def test_a_manager_sees_what_anybody_deleted_and_a_builder_what_they_did(
        self, client_for, team, other_team, builder, manager, evaluator
    ) -> None:
        deleted_gift(PersonFactory(team=team), builder, name="Kites")
        deleted_partner(team, manager)
        UndoableFactory(team=other_team, title="Elsewhere")
        texts = {who: client_for(who).get(LIST).content.decode() for who in (builder, manager, evaluator)}
        assert [("Kites" in text, "Choir" in text, "Elsewhere" in text) for text in texts.values()] == [
            (True, False, False),
            (True, True, False),
            (False, False, False),
        ]

    def test_the_number_of_queries_is_constant(self, client_for, team, manager, django_assert_num_queries) -> None:
        for count in (1, 3):
            UndoableFactory.create_batch(count, team=team, by=manager)
            client = client_for(manager)
            with django_assert_num_queries(6):
                client.get(LIST)

    def test_what_is_too_old_or_undone_is_not_listed(self, client_for, team, manager) -> None:
        UndoableFactory(team=team, title="Old", expires_at=timezone.now() - timedelta(seconds=1))
        UndoableFactory(team=team, title="Back again", undone_at=timezone.now(), undone_by=manager)
        page = client_for(manager).get(LIST).content.decode()
        assert "Nothing to restore" in page

    def test_the_message_after_deleting_has_a_button_that_restores(self, client_for, team, manager) -> None:
        client, partner = client_for(manager), PartnerFactory(team=team, name="Choir")
        page = client.post(reverse("communities:partner-delete", args=[partner.pk]), follow=True)
        address = reverse("communities:undo", args=[Undoable.objects.get().uuid])
        assert f'action="{address}"' in page.content.decode()
        page = client.post(address, follow=True)
        assert "Undone: Choir." in page.content.decode()
        assert Partner.objects.get() == partner
        assert AuditEntry.objects.filter(verb="restore", model="communities.partner").count() == 1

    def test_pressed_twice_it_says_who_undid_it(self, client_for, team, manager, second_manager) -> None:
        address = reverse("communities:undo", args=[deleted_partner(team, manager).uuid])
        client_for(second_manager).post(address)
        page = client_for(manager).post(address, follow=True).content.decode()
        assert f"{second_manager.name} already undid this" in page
        assert Partner.objects.count() == 1

    def test_pressed_too_late_it_says_so(self, client_for, team, manager) -> None:
        gone = deleted_partner(team, manager)
        Undoable.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        page = client_for(manager).post(reverse("communities:undo", args=[gone.uuid]), follow=True).content.decode()
        assert "It is too late to undo this." in page

    def test_a_name_that_is_taken_is_asked_for_again(self, client_for, team, manager) -> None:
        gone = deleted_partner(team, manager, "Choir")
        PartnerFactory(team=team, name="choir")
        client, address = client_for(manager), reverse("communities:undo", args=[gone.uuid])
        page = client.post(address)
        assert "The team already has a partner with this name." in page.content.decode()
        assert page.context["form"]["name"].value() == "Choir"
        assert client.post(address, {"name": "Choir of the mill"}).status_code == 302
        assert set(Partner.objects.values_list("name", flat=True)) == {"choir", "Choir of the mill"}


class TestWhoMay:
    def test_the_author_and_managers(self, team, builder, manager, evaluator) -> None:
        gone = deleted_gift(PersonFactory(team=team), builder)
        for nobody in (evaluator, UserFactory(roles={team: ["builder"]}), UserFactory()):
            with pytest.raises(PermissionDenied):
                undo(undoable=gone, by=nobody)
        undo(undoable=gone, by=manager)

    def test_nobody_who_has_left_the_team(self, team, builder) -> None:
        gone = deleted_gift(PersonFactory(team=team), builder)
        Membership.objects.filter(user=builder).delete()
        del builder._roles_by_team
        with pytest.raises(PermissionDenied):
            undo(undoable=gone, by=builder)

    def test_only_managers_for_what_only_managers_do(self, team, manager) -> None:
        gone = deleted_partner(team, manager)
        Membership.objects.filter(user=manager).update(role="builder")
        del manager._roles_by_team
        with pytest.raises(PermissionDenied):
            undo(undoable=gone, by=manager)


class TestWhatHasChangedSince:
    def test_a_conversation_comes_back_with_everything_that_hung_on_it(self, team, builder, media) -> None:
        people = PersonFactory.create_batch(2, team=team)
        talk = ConversationFactory(
            team=team, builder=builder, people=people, photo=ContentFile(photo_bytes(), name="a.jpg"), photo_alt="Us"
        )
        GiftFactory(person=people[0], heard_in=talk)
        IntroductionFactory(team=team, from_person=people[0], conversation=talk)
        AskFactory(team=team, person=people[1], conversation=talk)
        before, file = everything_stored(), Path(talk.photo.path)
        delete_conversation(conversation=talk, by=builder)
        assert file.exists()
        assert Erased.objects.filter(uuid=talk.uuid).exists()
        undo(undoable=Undoable.objects.get(), by=builder)
        assert everything_stored() == before
        assert file.exists()

    def test_a_gift_goes_to_the_record_that_its_owner_was_merged_into(self, team, manager) -> None:
        kept, absorbed = PersonFactory.create_batch(2, team=team)
        gone = deleted_gift(absorbed, manager)
        merge_people(kept=kept, absorbed=absorbed, by=manager)
        undo(undoable=gone, by=manager)
        assert Gift.objects.get().person == kept

    def test_a_refusal_is_respected(self, team, manager, media, django_capture_on_commit_callbacks) -> None:
        person = PersonFactory(team=team)
        talk = ConversationFactory(
            team=team, builder=manager, people=[person], photo=ContentFile(photo_bytes(), name="a.jpg"), photo_alt="Us"
        )
        gift = deleted_gift(person, manager, is_offered=True)
        delete_conversation(conversation=talk, by=manager)
        record_consents(person=person, by=manager, answers={"offer": False, "photo": False})
        with django_capture_on_commit_callbacks(execute=True):
            undo(undoable=gift, by=manager)
            undo(undoable=Undoable.objects.get(model="connectors.conversation"), by=manager)
        assert not Gift.objects.get().is_offered
        assert not Conversation.objects.get().photo
        assert not Path(talk.photo.path).exists()

    def test_what_is_about_an_erased_resident_is_gone_for_good(self, team, manager) -> None:
        person, other = PersonFactory(team=team, known_as="Xanthe Moss"), PersonFactory(team=team, known_as="Bert")
        for each in (person, other):
            deleted_gift(each, manager, name=f"Cakes {each.pk}")
        deleted_partner(team, manager, "Friends of Xanthe Moss")
        erase_person(person=person, by=manager)
        assert [each.title for each in Undoable.objects.all()] == [f"Cakes {other.pk}"]
        assert set(UndoableLink.objects.values_list("undoable", flat=True)) == {Undoable.objects.get().pk}

    def test_without_its_parent_a_row_is_not_restored(self, team, manager) -> None:
        person = PersonFactory(team=team)
        gone = deleted_gift(person, manager)
        Person.objects.filter(pk=person.pk).delete()
        with pytest.raises(ValidationError, match="The resident that this belongs to has been deleted"):
            undo(undoable=gone, by=manager)
        assert Undoable.objects.get().is_open

    def test_what_it_can_do_without_is_left_empty(self, team, manager) -> None:
        place = NeighbourhoodFactory(team=team)
        talk = ConversationFactory(team=team, builder=manager, neighbourhood=place)
        delete_conversation(conversation=talk, by=manager)
        place.delete()
        undo(undoable=Undoable.objects.get(), by=manager)
        assert Conversation.objects.get().neighbourhood is None

    def test_a_row_that_was_changed_since_is_left(self, team, manager) -> None:
        ask = AskFactory(team=team)
        close_ask(ask=ask, by=manager)
        gone = Undoable.objects.get()
        reopen_ask(ask=ask, by=manager)
        close_ask(ask=ask, by=manager, on=timezone.localdate() - timedelta(days=1))
        with pytest.raises(ValidationError, match="Somebody has changed this since"):
            undo(undoable=gone, by=manager)
        assert Ask.objects.get().closed_on

    def test_a_team_keeps_a_manager(self, team, manager, second_manager, administrator) -> None:
        change_member_roles(team=team, user=manager, roles=["builder"], by=second_manager)
        change_member_roles(team=team, user=manager, roles=["manager"], by=second_manager)
        gone = Undoable.objects.latest("pk")
        # Nobody has confirmed the new role, so an administrator does the rest.
        Membership.objects.filter(team=team, user=second_manager).delete()
        with pytest.raises(ValidationError, match="without a manager"):
            undo(undoable=gone, by=administrator)


class TestImports:
    def test_rows_that_were_used_since_are_left_and_listed(self, client_for, team, builder) -> None:
        rows = [ChampionRow(number=n, name=f"Nell {n}", street="Mill Row") for n in range(3)]
        import_champions(team=team, by=builder, rows=rows)
        used = Person.objects.get(known_as="Nell 1")
        add_gift(person=used, by=builder, name="Kites", kind="hands")
        address = reverse("communities:undo", args=[Undoable.objects.get().uuid])
        page = client_for(builder).post(address, follow=True).content.decode()
        assert "Undone, except for what has been changed or used since" in page
        assert list(Person.objects.all()) == [used]

    def test_an_import_that_was_undone_can_be_restored(self, team, builder) -> None:
        rows = [ChampionRow(number=n, name=f"Nell {n}", street="Mill Row") for n in range(3)]
        import_champions(team=team, by=builder, rows=rows)
        before = everything_stored()
        undo(undoable=Undoable.objects.get(), by=builder)
        assert not Person.objects.exists()
        undo(undoable=Undoable.objects.get(verb="delete"), by=builder)
        assert everything_stored() == before

    def test_assets_go_back_to_where_they_were_before_outlines(self, team, manager) -> None:
        west, south, east, north = SQUARE
        asset = AssetFactory(team=team, latitude=(south + north) / 2, longitude=(west + east) / 2)
        feature = BoundaryFeature(number=1, name="Brook Street", outline=clean_drawing(outline(*SQUARE)))
        import_boundaries(team=team, features=[feature], by=manager)
        asset.refresh_from_db()
        assert asset.neighbourhood == Neighbourhood.objects.get()
        undo(undoable=Undoable.objects.get(), by=manager)
        asset.refresh_from_db()
        assert asset.neighbourhood is None
        assert not Neighbourhood.objects.exists()


def test_after_thirty_days_it_is_deleted_with_its_photo(
    team, builder, media, clock, capsys, django_capture_on_commit_callbacks
) -> None:
    talk = ConversationFactory(
        team=team, builder=builder, photo=ContentFile(photo_bytes(), name="a.jpg"), photo_alt="Us"
    )
    file = Path(talk.photo.path)
    delete_conversation(conversation=talk, by=builder)
    clock.shift(timedelta(days=29))
    assert delete_expired_undoables() == 0
    assert file.exists()
    clock.shift(timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        call_command("delete_expired")
    assert "Deleted for good: 1" in capsys.readouterr().out
    assert not Undoable.objects.exists()
    assert not file.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_it_is_restored_once(self, race, team, manager) -> None:
        gone = deleted_partner(team, manager)
        done = race(*(lambda: undo(undoable=gone, by=manager) for _n in range(4)))
        assert sorted(each.was_undone for each in done) == [False, True, True, True]
        assert Partner.objects.count() == 1

    def test_restored_or_gone_but_never_both(self, race, team, manager) -> None:
        gone = deleted_partner(team, manager)
        later = timezone.now() + timedelta(days=40)
        race(lambda: undo(undoable=gone, by=manager), lambda: delete_expired_undoables(now=later))
        assert Partner.objects.count() in (0, 1)
        assert not Undoable.objects.exists()

    def test_a_name_is_given_once(self, race, team, manager) -> None:
        gone = deleted_partner(team, manager, "Choir")
        race(
            lambda: undo(undoable=gone, by=manager),
            lambda: PartnerFactory(team=team, name="Choir", pk=uuid4().int % 10**9),
        )
        assert Partner.objects.filter(name="Choir").count() == 1
