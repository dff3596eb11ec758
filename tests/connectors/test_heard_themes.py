"""Who cares about what: a theme goes to those it is given to, or to the gathering alone."""

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from communities.models import AuditEntry
from connectors.actions.conversations import change_conversation, log_conversation
from connectors.actions.heard_themes import give_themes
from connectors.actions.merges import merge_people
from connectors.actions.people import update_person
from connectors.actions.unsorted_names import resolve_name
from connectors.models import Conversation, HeardTheme, Person
from connectors.queries import suggestions
from connectors.resources import ConversationResource
from connectors.rules.heard_themes import said_in_one_sentence
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def food(team):
    return ThemeFactory(team=team, name="Growing food")


@pytest.fixture
def music(team):
    return ThemeFactory(team=team, name="Music")


@pytest.fixture
def tomasz(team):
    return PersonFactory(team=team, known_as="Tomasz")


@pytest.fixture
def grace(team):
    return PersonFactory(team=team, known_as="Grace")


def cared(talk: Conversation) -> set[tuple[str, str]]:
    """Return (name, theme) of who cares about what in a conversation."""
    return set(talk.heard_themes.values_list("person__known_as", "theme__name"))


def themes_of(name: str) -> set[str]:
    """Return the themes on somebody's page."""
    return set(Person.objects.get(known_as=name).themes.values_list("name", flat=True))


def test_with_one_person_every_theme_is_theirs(team, builder, food, tomasz) -> None:
    talk = log_conversation(team=team, by=builder, people=[tomasz], themes=[food, "Fire"])
    assert cared(talk) == {("Tomasz", "Growing food"), ("Tomasz", "Fire")}
    assert themes_of("Tomasz") == {"Growing food", "Fire"}


def test_with_several_a_theme_goes_to_those_it_is_given_to(team, builder, food, music, tomasz, grace) -> None:
    talk = log_conversation(
        team=team, by=builder, people=[tomasz, grace, "Amina"], themes=[food, music, "Fire", "Fêtes"],
        cares=[(tomasz, food), ("Amina", "fire"), (grace, music), (grace, food)],
    )  # fmt: skip
    assert cared(talk) == {
        ("Tomasz", "Growing food"), ("Grace", "Growing food"), ("Grace", "Music"), ("Amina", "Fire"),
    }  # fmt: skip
    assert (themes_of("Tomasz"), themes_of("Amina")) == ({"Growing food"}, {"Fire"})
    assert talk.themes.count() == 4


@pytest.mark.parametrize("cares", [None, []])
def test_with_several_a_theme_given_to_nobody_is_the_gatherings(team, builder, food, tomasz, grace, cares) -> None:
    talk = log_conversation(team=team, by=builder, people=[tomasz, grace], themes=[food], cares=cares)
    assert (cared(talk), themes_of("Tomasz")) == (set(), set())
    assert list(talk.themes.all()) == [food]


def test_a_theme_or_person_that_is_not_there_is_left_out(team, builder, food, music, tomasz, grace) -> None:
    talk = log_conversation(
        team=team,
        by=builder,
        people=[tomasz, "Ama"],
        themes=[food],
        cares=[(grace, food), (tomasz, music), ("X", food)],
    )
    assert cared(talk) == set()


def test_sending_it_again_with_other_cares_is_refused(team, builder, food, tomasz, grace) -> None:
    values = {
        "team": team,
        "by": builder,
        "people": [tomasz, grace],
        "themes": [food],
        "uuid": PersonFactory.build().uuid,
    }
    talk = log_conversation(**values, cares=[(tomasz, food)])
    assert log_conversation(**values, cares=[(tomasz, food)]) == talk
    with pytest.raises(ValidationError):
        log_conversation(**values, cares=[(grace, food)])


def test_a_correction_reaches_the_page_unless_another_conversation_says_it(team, builder, food, tomasz, grace) -> None:
    before = log_conversation(team=team, by=builder, people=[grace], themes=[food])
    talk = log_conversation(
        team=team, by=builder, people=[tomasz, grace], themes=[food], cares=[(tomasz, food), (grace, food)]
    )
    change_conversation(conversation=talk, by=builder, cares=[])
    assert (themes_of("Tomasz"), themes_of("Grace")) == (set(), {"Growing food"})
    assert cared(before) == {("Grace", "Growing food")}


def test_a_change_that_says_nothing_of_it_leaves_it(team, builder, food, tomasz, grace) -> None:
    talk = log_conversation(team=team, by=builder, people=[tomasz, grace], themes=[food], cares=[(tomasz, food)])
    change_conversation(conversation=talk, by=builder, summary="Words")
    assert cared(talk) == {("Tomasz", "Growing food")}
    change_conversation(conversation=talk, by=builder, people=[grace, "Ama"])
    assert cared(talk) == set()


def test_giving_is_audited_once_and_needs_the_right(team, builder, evaluator, food, tomasz, grace) -> None:
    talk = ConversationFactory(team=team, builder=builder, people=[tomasz, grace], themes=[food])
    with pytest.raises(PermissionDenied):
        give_themes(conversation=talk, by=evaluator, cares=[(tomasz, food)])
    with pytest.raises(ValidationError):
        give_themes(conversation=talk, by=builder, cares=[(PersonFactory(team=team), food)])
    for _time in range(2):
        give_themes(conversation=talk, by=builder, cares=[(tomasz, food)])
    assert [
        entry.field_names
        for entry in AuditEntry.objects.filter(model="connectors.conversation", object_id=str(talk.pk))
    ] == [["heard_themes"]]
    assert themes_of("Tomasz") == {"Growing food"}


def test_a_name_that_waits_counts_as_somebody_there(team, builder, food, tomasz) -> None:
    alone = log_conversation(team=team, by=builder, themes=[food], unsorted_names=["Tomasz"])
    resolve_name(conversation=alone, by=builder, name="Tomasz", person=tomasz)
    assert cared(alone) == {("Tomasz", "Growing food")}
    both = log_conversation(team=team, by=builder, people=["Ama"], themes=[food], unsorted_names=["Tomasz"])
    assert cared(both) == set()
    resolve_name(conversation=both, by=builder, name="Tomasz", person=tomasz)
    assert cared(both) == set()


class TestThePages:
    """The page that logs, the page of a conversation and the page that changes it, without scripts."""

    def post(self, client, url: str, **values: object):
        form = client.get(url).context["form"]
        kept = {
            name: form[name].value() or "" for name in form.fields if name not in ("people", "photo", "cares", "themes")
        }
        gifts = {"gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0"}
        return client.post(url, {**kept, **gifts, **values})

    def test_the_page_that_logs_takes_ticks_of_new_names_and_themes(self, client_for, builder, food, tomasz) -> None:
        ticks = [[str(food.pk), "Ama"], ["Fire", str(tomasz.uuid)], ["Fire", "Nobody"], ["?", "Ama"]]
        self.post(
            client_for(builder), reverse("connectors:conversation-create"), **{
                "people-known": [str(tomasz.uuid)], "people": "Ama", "themes": [str(food.pk)], "new_themes": "Fire",
                "cares-shown": "1", "cares": [*map(json.dumps, ticks), "broken", "[1,2]", "[" * 300],
            }
        )  # fmt: skip
        assert cared(Conversation.objects.get()) == {("Ama", "Growing food"), ("Tomasz", "Fire")}

    def test_an_older_page_gives_nothing_and_the_conversation_asks(
        self, client_for, builder, food, tomasz, grace
    ) -> None:
        client = client_for(builder)
        answer = self.post(
            client, reverse("connectors:conversation-create"), **{
                "people-known": [str(tomasz.uuid), str(grace.uuid)], "themes": [str(food.pk)],
                "summary": "Tomasz grows food behind his house.",
            }
        )  # fmt: skip
        talk = Conversation.objects.get()
        assert cared(talk) == set()
        page = client.get(answer.url)
        assert page.context["asks"]
        [offer] = page.context["offers"]
        assert [name for _value, name, _is_ticked in offer.people] == ["Tomasz", "Grace"]
        assert page.context["heard"] == {offer.people[0][0]}
        client.post(reverse("connectors:conversation-cares", args=[talk.uuid]), {"cares": [offer.people[0][0]]})
        assert cared(talk) == {("Tomasz", "Growing food")}
        assert "Growing food: Tomasz" in client.get(answer.url).content.decode()

    def test_with_one_person_nothing_is_asked(self, client_for, builder, food, tomasz) -> None:
        talk = log_conversation(team=tomasz.team, by=builder, people=[tomasz], themes=[food])
        assert (
            client_for(builder).get(reverse("connectors:conversation-detail", args=[talk.uuid])).context["offers"] == []
        )

    def test_the_page_that_changes_it_has_the_ticks_and_keeps_them(
        self, client_for, builder, food, tomasz, grace
    ) -> None:
        talk = log_conversation(
            team=tomasz.team, by=builder, people=[tomasz, grace], themes=[food], cares=[(tomasz, food)]
        )
        url, client = reverse("connectors:conversation-update", args=[talk.uuid]), client_for(builder)
        [offer] = client.get(url).context["form"].cares_offered
        assert {name: is_ticked for _value, name, is_ticked in offer.people} == {"Tomasz": True, "Grace": False}
        people = {"people-known": [str(tomasz.uuid), str(grace.uuid)], "themes": [str(food.pk)]}
        self.post(client, url, **people)
        assert cared(talk) == {("Tomasz", "Growing food")}
        other = next(value for value, name, _is_ticked in offer.people if name == "Grace")
        self.post(client, url, **people, **{"cares-shown": "1", "cares": [other]})
        assert cared(talk) == {("Grace", "Growing food")}


def test_a_file_says_who_cares_about_what(team, builder, manager, food, music, tomasz, grace) -> None:
    log_conversation(
        team=team, by=builder, people=[tomasz, grace], themes=[food, music],
        cares=[(tomasz, food), (grace, food), (grace, music)],
    )  # fmt: skip
    resource = ConversationResource(user=manager)
    [row] = resource.export()
    assert row[resource.headings.index("who_cares")] == "Growing food: Grace, Tomasz; Music: Grace"


def test_a_suggestion_says_whose_word_it_rests_on(clock, team, builder, food, tomasz, grace) -> None:
    for person in (tomasz, grace):
        person.neighbourhood = None
        person.save()
    log_conversation(team=team, by=builder, people=[tomasz], themes=[food], held_on=date(2026, 5, 3))
    grace.themes.add(food)
    [found] = suggestions.suggestions_for(tomasz, builder)
    assert found.said == (
        "Tomasz said on 3 May 2026 that they care about Growing food.",
        "Grace’s page says that they care about Growing food.",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tomasz grows food.", [("Tomasz Nowak", "Growing food")]),
        ("Tomasz came. Siân growing FOOD", [("Siân", "Growing food")]),
        ("sian and tomasz grow our food", [("Siân", "Growing food"), ("Tomasz Nowak", "Growing food")]),
        ("Tomasz grew tired. Food was late.", []),
        ("", []),
    ],
)
def test_a_name_and_a_theme_in_one_sentence(text, expected) -> None:
    assert list(said_in_one_sentence(text, names=["Tomasz Nowak", "Siân"], themes=["Growing food"])) == expected


def test_erasing_somebody_deletes_what_they_said_they_care_about(team, manager, builder, food, tomasz, grace) -> None:
    from connectors.actions.erasing import erase_person

    log_conversation(team=team, by=builder, people=[tomasz, grace], themes=[food], cares=[(tomasz, food)])
    erase_person(person=tomasz, by=manager)
    assert not HeardTheme.objects.exists()


class TestWhatSomebodyWroteByHand:
    """A theme on somebody's page that a person wrote there outlasts what a conversation says, and takes back."""

    def test_it_stays_when_the_conversation_no_longer_gives_it(self, team, builder, food, music, tomasz, grace) -> None:
        update_person(person=tomasz, by=builder, themes=["Growing food"])
        both = [(tomasz, food), (grace, food), (tomasz, music)]
        talk = log_conversation(team=team, by=builder, people=[tomasz, grace], themes=[food, music], cares=both)
        give_themes(conversation=talk, by=builder, cares=[])
        assert cared(talk) == set()
        assert themes_of("Tomasz") == {"Growing food"}, "music was only heard"
        assert themes_of("Grace") == set(), "nobody wrote it on her page"

    def test_it_stays_when_several_conversations_gave_it(self, team, builder, food, tomasz) -> None:
        update_person(person=tomasz, by=builder, themes=["Growing food"])
        talks = [log_conversation(team=team, by=builder, people=[tomasz], themes=[food]) for _ in range(2)]
        for talk in talks:
            change_conversation(conversation=talk, by=builder, themes=[])
        assert themes_of("Tomasz") == {"Growing food"}

    def test_what_was_only_heard_goes_with_the_last_conversation_that_gave_it(
        self, team, builder, food, tomasz
    ) -> None:
        first, second = (log_conversation(team=team, by=builder, people=[tomasz], themes=[food]) for _ in range(2))
        change_conversation(conversation=first, by=builder, themes=[])
        assert themes_of("Tomasz") == {"Growing food"}
        change_conversation(conversation=second, by=builder, themes=[])
        assert themes_of("Tomasz") == set()

    def test_written_again_after_it_was_heard_and_removed_it_stays(self, team, builder, food, tomasz) -> None:
        talk = log_conversation(team=team, by=builder, people=[tomasz], themes=[food])
        update_person(person=tomasz, by=builder, themes=[])
        update_person(person=tomasz, by=builder, themes=["growing food"])
        change_conversation(conversation=talk, by=builder, themes=[])
        assert themes_of("Tomasz") == {"Growing food"}

    @pytest.mark.parametrize("writes", ["Tomasz", "Tomek"])
    def test_it_stays_after_two_records_are_merged(self, team, builder, food, tomasz, writes) -> None:
        tomek = PersonFactory(team=team, known_as="Tomek")
        wrote, heard = (tomasz, tomek) if writes == "Tomasz" else (tomek, tomasz)
        update_person(person=wrote, by=builder, themes=["Growing food"])
        talk = log_conversation(team=team, by=builder, people=[heard], themes=[food])
        merge_people(kept=tomasz, absorbed=tomek, by=builder)
        change_conversation(conversation=talk, by=builder, themes=[])
        assert themes_of("Tomasz") == {"Growing food"}

    def test_merged_records_that_only_heard_it_lose_it_with_the_last_conversation(
        self, team, builder, food, tomasz
    ) -> None:
        tomek = PersonFactory(team=team, known_as="Tomek")
        talks = [log_conversation(team=team, by=builder, people=[each], themes=[food]) for each in (tomasz, tomek)]
        merge_people(kept=tomasz, absorbed=tomek, by=builder)
        for talk in talks:
            change_conversation(conversation=talk, by=builder, themes=[])
        assert themes_of("Tomasz") == set()
