"""Introductions and words in passing are corrected and deleted on pages of their own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry, Undoable
from connectors.models import Introduction, LightTouch
from connectors.queries.introductions import end_key
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_journeys import LightTouchFactory

pytestmark = pytest.mark.django_db


def the_form(client, address) -> dict:
    """Return what the form on a page would send unchanged."""
    form = client.get(address).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


class TestAnIntroduction:
    @pytest.fixture
    def made(self, team, builder) -> Introduction:
        return IntroductionFactory(team=team, introduced_by=builder, reason="Kites")

    @pytest.fixture
    def address(self, made) -> str:
        return reverse("connectors:introduction-update", args=[made.uuid])

    def test_every_field_can_be_corrected(self, client_for, builder, team, made, address) -> None:
        client, grace = client_for(builder), PersonFactory(team=team, known_as="Grace")
        sent = the_form(client, address) | {
            "to_end": end_key(grace),
            "reason": "Bread",
            "introduced_on": made.introduced_on - timedelta(days=1),
        }
        assert client.post(address, sent).status_code == 302
        kept = Introduction.objects.get()
        assert (kept.to_person, kept.reason, kept.from_person) == (grace, "Bread", made.from_person)
        entry = AuditEntry.objects.filter(model="connectors.introduction", verb="update").get()
        assert set(entry.field_names) == {"to_person", "reason", "introduced_on"}

    def test_a_page_that_was_left_open_does_not_overwrite_a_change(self, client_for, builder, made, address) -> None:
        client = client_for(builder)
        sent = the_form(client, address) | {"reason": "Bread"}
        Introduction.objects.update(reason="Chess")
        answer = client.post(address, sent)
        assert "Somebody changed this while you were writing" in answer.content.decode()
        assert Introduction.objects.get().reason == "Chess"

    def test_searching_keeps_what_was_typed(self, client_for, builder, team, made, address) -> None:
        PersonFactory(team=team, known_as="Grace")
        client = client_for(builder)
        sent = the_form(client, address) | {"reason": "Bread", "to_words": "Grace", "look": "to"}
        page = client.post(address, sent)
        assert page.context["form"]["reason"].value() == "Bread"
        assert "Grace" in page.content.decode()

    def test_one_person_is_not_introduced_to_themselves(self, client_for, builder, made, address) -> None:
        client = client_for(builder)
        sent = the_form(client, address) | {"to_end": end_key(made.from_person)}
        assert "cannot be introduced to themselves" in client.post(address, sent).content.decode()

    def test_its_builder_deletes_it_and_restores_it_from_the_message(self, client_for, builder, made) -> None:
        client = client_for(builder)
        page = client.post(reverse("connectors:introduction-delete", args=[made.uuid]), follow=True)
        assert not Introduction.objects.exists()
        undo = reverse("communities:undo", args=[Undoable.objects.get().uuid])
        assert f'action="{undo}"' in page.content.decode()
        back = client.post(undo)
        assert back.url == reverse("connectors:introduction-detail", args=[made.uuid])
        assert Introduction.objects.get() == made

    def test_another_builder_corrects_it_but_does_not_delete_it(self, client_for, team, made, address) -> None:
        client = client_for(UserFactory(roles={team: ["builder"]}))
        page = client.get(address)
        assert reverse("connectors:introduction-delete", args=[made.uuid]) not in page.content.decode()
        assert client.post(reverse("connectors:introduction-delete", args=[made.uuid])).status_code == 403


class TestAWordInPassing:
    @pytest.fixture
    def touch(self, team, builder) -> LightTouch:
        return LightTouchFactory(team=team, builder=builder, gave="listening", belongs_more=True)

    @pytest.fixture
    def address(self, touch) -> str:
        return reverse("connectors:light-touch-update", args=[touch.uuid])

    def test_the_list_shows_own_ones_and_those_of_the_team(
        self, client_for, builder, team, touch, django_assert_num_queries
    ) -> None:
        client, address = client_for(builder), reverse("connectors:light-touch-list")
        client.get(address)
        other = UserFactory(roles={team: ["builder"]}, name="Nell Hill")
        LightTouchFactory(team=team, builder=other)
        assert "Nell Hill" not in client.get(address).content.decode()
        assert "Nell Hill" in client.get(address, {"everybody": 1}).content.decode()
        counted = []
        for more in (0, 3):
            LightTouchFactory.create_batch(more, team=team, builder=other)
            client = client_for(builder)
            with django_assert_num_queries(6) as queries:
                client.get(address, {"everybody": 1})
            counted.append(len(queries))
        assert counted[0] == counted[1]

    def test_it_can_be_corrected(self, client_for, builder, team, touch, address) -> None:
        place, client = NeighbourhoodFactory(team=team), client_for(builder)
        sent = the_form(client, address) | {"gave": "information", "neighbourhood": place.pk}
        assert client.post(address, sent).status_code == 302
        kept = LightTouch.objects.get()
        assert (kept.gave, kept.belongs_more, kept.neighbourhood) == ("information", None, place)
        entry = AuditEntry.objects.get(model="connectors.lighttouch", verb="update")
        assert entry.field_names == ["belongs_more", "gave", "neighbourhood"]

    def test_a_page_that_was_left_open_does_not_overwrite_a_change(self, client_for, builder, touch, address) -> None:
        client = client_for(builder)
        sent = the_form(client, address) | {"belongs_more": "no"}
        LightTouch.objects.update(held_on=timezone.localdate() - timedelta(days=3))
        assert "Somebody changed this while you were writing" in client.post(address, sent).content.decode()
        assert LightTouch.objects.get().belongs_more is True

    def test_a_day_to_come_is_refused(self, client_for, builder, touch, address) -> None:
        client = client_for(builder)
        sent = the_form(client, address) | {"held_on": timezone.localdate() + timedelta(days=1)}
        assert "Choose a day in the last two years" in client.post(address, sent).content.decode()

    def test_it_is_deleted_and_restored(self, client_for, builder, touch) -> None:
        client = client_for(builder)
        client.post(reverse("connectors:light-touch-delete", args=[touch.uuid]))
        assert not LightTouch.objects.exists()
        client.post(reverse("communities:undo", args=[Undoable.objects.get().uuid]))
        assert LightTouch.objects.get() == touch

    def test_another_builder_neither_corrects_nor_deletes_it(self, client_for, team, touch, address) -> None:
        client = client_for(UserFactory(roles={team: ["builder"]}))
        assert client.get(address).status_code == 403
        assert client.post(reverse("connectors:light-touch-delete", args=[touch.uuid])).status_code == 403


def test_an_older_conversation_says_who_can_delete_it(client_for, team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder, received_at=timezone.now() - timedelta(days=3))
    page = client_for(builder).get(reverse("connectors:conversation-detail", args=[talk.uuid])).content.decode()
    assert "You can delete a conversation for 24 hours" in page
    assert reverse("connectors:conversation-delete", args=[talk.uuid]) not in page
