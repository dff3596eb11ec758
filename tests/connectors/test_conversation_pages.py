"""Pages of conversations: what is typed is saved as one conversation, survives every error, and is never misplaced."""

import json
import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from connectors.forms.gifts import ROWS, GiftsHeard
from connectors.models import Conversation, Gift, NextStep, Person, Theme
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_prompts import PromptSetFactory
from tests.form_reader import form_with
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db
NEW = "/record/"


@pytest.fixture
def here(team):
    return NeighbourhoodFactory(team=team, name="Brook Street")


def page(**changes) -> dict[str, object]:
    """Return what a page without scripts posts when nothing is filled in, updated with the changes."""
    blank = {
        "uuid": str(uuid.uuid4()),
        "people": "",
        "summary": "",
        "new_themes": "",
        "next_step": "",
        "next_step_on": "",
        "next_step_on-date": "",
        "held_on": timezone.localdate().isoformat(),
        "held_on-date": "",
        "neighbourhood": "",
        "place": "",
        "place_name": "",
        "idea": "",
        "photo_alt": "",
        "gifts-TOTAL_FORMS": "3",
        "gifts-INITIAL_FORMS": "0",
        **{f"gifts-{row}-{name}": "" for row in range(3) for name in ("whose", "name")},
        **{f"gifts-{row}-kind": "hands" for row in range(3)},
    }
    return {**blank, **changes}


def detail(talk, name="detail") -> str:
    return reverse(f"connectors:conversation-{name}", kwargs={"uuid": talk.uuid})


def text(response) -> str:
    """Return a page on one line, because attributes may be on several lines."""
    return " ".join(response.content.decode().split())


# Recording.


def test_the_barbecue_is_recorded_without_javascript(client_for, team, builder, here) -> None:
    rose = PersonFactory(team=team, known_as="Rose", neighbourhood=here)
    food = ThemeFactory(team=team, name="Food")
    green = AssetFactory(team=team, name="The Green")
    sent = page(
        people="rose, Idris and Ama\nLi; Wiktor",
        summary="A barbecue",
        themes=[food.pk],
        new_themes="fire, FOOD, fire",
        neighbourhood=here.pk,
        place_name="the green",
        next_step="Charcoal",
        **{
            "next_step_on": "date",
            "next_step_on-date": "2099-06-01",
            "gifts-0-whose": "ROSE",
            "gifts-0-name": " Baking  bread ",
            "gifts-2-whose": "Sam",
            "gifts-2-name": "Song",
            "gifts-2-kind": "heart",
        },
    )
    response = client_for(builder).post(NEW, sent)
    talk = Conversation.objects.get()
    assert (response.status_code, response["Location"]) == (302, detail(talk))
    assert str(talk.uuid) == sent["uuid"]
    names = set(talk.people.values_list("known_as", flat=True))
    assert names == {"Rose", "Idris", "Ama", "Li", "Wiktor", "Sam"}
    assert rose in talk.people.all()
    assert set(talk.themes.values_list("name", flat=True)) == {"Food", "fire"}
    assert (talk.place, talk.place_name, talk.neighbourhood) == (green, "", here)
    assert talk.steps.values_list("words", "due_on").get() == ("Charcoal", date(2099, 6, 1))
    assert set(talk.gifts_heard.values_list("person__known_as", "name", "kind")) == {
        ("Rose", "Baking bread", "hands"),
        ("Sam", "Song", "heart"),
    }


def test_chips_and_choices_from_the_script_are_saved(client_for, team, builder, here) -> None:
    one = PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    two = PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    sent = page(
        neighbourhood=here.pk,
        **{
            "people-known": [str(one.uuid), str(two.uuid)],
            "people-new": ["Mary"],
            "gifts-0-whose": str(two.uuid),
            "gifts-0-name": "Song",
        },
    )
    client_for(builder).post(NEW, sent)
    talk = Conversation.objects.get()
    assert talk.people.count() == 3
    assert talk.gifts_heard.get().person == two


def test_the_page_begins_with_the_builders_last_neighbourhood(client_for, clock, team, builder, here) -> None:
    NeighbourhoodFactory(team=team)
    ConversationFactory(team=team, builder=builder, neighbourhood=here)
    shown = client_for(builder).get(NEW)
    assert f'<option value="{here.pk}" selected>' in text(shown)
    assert 'value="2026-05-20" data-days="0" id="id_held_on_0" checked' in text(shown)
    numbers = {client_for(builder).get(NEW).context["form"]["uuid"].value() for _ in range(2)}
    assert len(numbers) == 2


def test_a_page_sent_twice_leads_to_the_same_conversation(client_for, team, builder, here) -> None:
    sent = page(people="Rose", summary="Hello", neighbourhood=here.pk, **{"gifts-0-name": "Song"})
    client = client_for(builder)
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert first["Location"] == second["Location"]
    assert (Conversation.objects.count(), Person.objects.count(), Gift.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    "change", [{"summary": "Other"}, {"people": "Rose, Ama"}, {"new_themes": "Fire"}, {"idea": "X"}]
)
def test_changed_text_sent_again_is_not_lost(client_for, team, builder, here, change) -> None:
    sent = page(people="Rose", summary="Hello", neighbourhood=here.pk)
    client = client_for(builder)
    client.post(NEW, sent)
    again = client.post(NEW, {**sent, **change})
    assert again.status_code == 200
    kept = Conversation.objects.get()
    assert detail(kept) in text(again)
    assert "This page was already saved with different text" in text(again)
    fresh = again.context["form"]["uuid"].value()
    assert fresh != sent["uuid"]
    client.post(NEW, {**sent, **change, "uuid": fresh})
    assert Conversation.objects.count() == 2


def test_anothers_uuid_is_replaced_and_reveals_nothing(client_for, team, other_team, stranger, builder) -> None:
    theirs = ConversationFactory(team=other_team, builder=stranger, summary="A secret")
    sent = page(summary="Hello", uuid=str(theirs.uuid))
    client = client_for(builder)
    refused = client.post(NEW, sent)
    assert (refused.status_code, "A secret" in text(refused)) == (200, False)
    client.post(NEW, {**sent, "uuid": refused.context["form"]["uuid"].value()})
    assert Conversation.objects.get(team=team).summary == "Hello"


@pytest.mark.parametrize("number", ["", "nonsense"])
def test_a_page_without_a_valid_uuid_is_saved(client_for, team, builder, number) -> None:
    client = client_for(builder)
    response = client.post(NEW, page(summary="Hello", uuid=number))
    if response.status_code == 200:
        response = client.post(NEW, page(summary="Hello", uuid=response.context["form"]["uuid"].value()))
    assert response.status_code == 302
    assert Conversation.objects.count() == 1


def test_an_ambiguous_name_is_asked_about_and_nothing_is_saved(client_for, team, builder, here) -> None:
    marys = [
        PersonFactory(team=team, known_as="Mary", neighbourhood=here, street=street) for street in ("Mill Lane", "")
    ]
    sent = page(
        people="Mary, Rose", summary="Hello", neighbourhood=here.pk, **{"gifts-0-whose": "Mary", "gifts-0-name": "Song"}
    )
    client = client_for(builder)
    asked = client.post(NEW, sent)
    assert asked.status_code == 200
    assert (Conversation.objects.count(), Person.objects.count()) == (0, 2)
    shown = text(asked)
    assert "Mary could be one of 2 people. Which of them?" in shown
    assert "Mill Lane" in shown
    assert all(f'name="people-pick" value="is:{mary.uuid}:Mary"' in shown for mary in marys)
    assert 'name="people-pick" value="new:Mary"' in shown
    assert 'name="people-asked" value="Mary"' in shown
    assert 'name="people" value="Rose"' in shown
    assert 'value="Song"' in shown

    answer = {**sent, "people": "Rose", "people-asked": ["Mary"]}
    still = client.post(NEW, answer)
    assert "Which of them?" in text(still)
    client.post(NEW, {**answer, "people-pick": [str(marys[0].uuid)]})
    talk = Conversation.objects.get()
    assert marys[0] in talk.people.all()
    assert set(talk.people.values_list("known_as", flat=True)) == {"Mary", "Rose"}
    assert talk.gifts_heard.get().person == marys[0]


def test_an_ambiguous_name_can_be_a_new_resident(client_for, team, builder, here) -> None:
    PersonFactory.create_batch(2, team=team, known_as="Mary", neighbourhood=here)
    sent = page(neighbourhood=here.pk, **{"people-asked": ["Mary"], "people-pick": ["new:Mary"]})
    client_for(builder).post(NEW, sent)
    assert Conversation.objects.get().people.get().created_by == builder
    assert Person.objects.filter(known_as="Mary").count() == 3


def test_choices_already_made_survive_another_error(client_for, team, builder, here) -> None:
    mary = PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    sent = page(
        held_on="2020-01-01",
        neighbourhood=here.pk,
        **{"people-asked": ["Mary", "Ama"], "people-pick": [str(mary.uuid), "new:Ama"]},
    )
    shown = text(client_for(builder).post(NEW, sent))
    assert f'name="people-known" value="{mary.uuid}"' in shown
    assert 'name="people-new" value="Ama"' in shown
    assert "people-asked" not in shown


def test_an_error_keeps_everything_that_was_typed(client_for, team, builder, here) -> None:
    rose = PersonFactory(team=team, known_as="Rose", neighbourhood=here)
    food = ThemeFactory(team=team, name="Food")
    for number in range(12):
        ConversationFactory(team=team, themes=[ThemeFactory(team=team, name=f"Other {number}")])
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    sent = page(
        people="Idris, Ama",
        summary="What <b>Rose</b> said",
        themes=[food.pk],
        new_themes="Fire, Song",
        next_step="Ring",
        idea="A fair",
        photo_alt="The brook",
        neighbourhood=here.pk,
        place_name="By the bins",
        **{
            "people-known": [str(rose.uuid)],
            "people-new": ["Li"],
            "next_step_on": tomorrow,
            "held_on": "date",
            "held_on-date": "2019-05-01",
            "gifts-0-whose": "Ama",
            "gifts-0-name": "Song",
            "gifts-0-kind": "heart",
            "gifts-TOTAL_FORMS": "5",
            "gifts-4-whose": "Li",
            "gifts-4-name": "Wood",
            "gifts-4-kind": "head",
        },
    )
    response = client_for(builder).post(NEW, sent)
    shown = text(response)
    assert (response.status_code, Conversation.objects.filter(idea="A fair").exists()) == (200, False)
    assert Person.objects.filter(team=team).count() == 1
    for kept in (
        'name="people" value="Idris, Ama"',
        f'name="people-known" value="{rose.uuid}"',
        'name="people-new" value="Li"',
        "What &lt;b&gt;Rose&lt;/b&gt; said",
        f'name="themes" value="{food.pk}" class="choices--pills" id="id_themes_8" checked',
        'value="Fire, Song"',
        'value="Ring"',
        "A fair",
        'value="The brook"',
        f'<option value="{here.pk}" selected>',
        'value="By the bins"',
        f'value="{tomorrow}" data-days="1" id="id_next_step_on_1" checked',
        'id="id_held_on_date" value="2019-05-01"',
        'value="Wood"',
        f'name="uuid" value="{sent["uuid"]}"',
    ):
        assert kept in shown, kept
    assert response.context["form"].gifts.forms[4]["kind"].value() == "head"
    assert response.context["form"]["themes"].value() == [str(food.pk)]
    assert "Choose a day in the last two years" in shown
    assert "data-error-summary" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Say who you met, or what you heard."),
        ({"people": "x" * 81}, "80 characters"),
        ({"new_themes": "x" * 81, "summary": "Hello"}, "A theme can have up to 80 characters"),
        ({"held_on": ""}, "This field is required"),
        ({"held_on": "date", "held_on-date": "31/12/2025"}, "Enter a valid date"),
        ({"people-known": ["nonsense"]}, "Someone in the list cannot be found"),
        ({"people-known": [str(uuid.uuid4())]}, "Someone in the list cannot be found"),
        ({"people": "Rose, Ama", "gifts-0-name": "Song"}, "Whose gift is it?"),
        ({"gifts-0-name": "Song"}, "Whose gift is it? A first name is enough."),
        ({"people": "Rose", "gifts-0-name": "x" * 121}, "at most 120 characters"),
        ({"people": "Rose", "gifts-0-name": "Song", "gifts-0-kind": "liver"}, "Choose one from the list"),
        ({"summary": "x" * 20_001}, "at most 20000 characters"),
        ({"neighbourhood": "999999", "summary": "Hello"}, "Choose one from the list"),
        ({"themes": ["999999"], "summary": "Hello"}, "Choose only from the list"),
        ({"themes": ["x"], "summary": "Hello"}, "Choose only from the list"),
        ({"place": "nonsense", "summary": "Hello"}, "Enter a valid UUID"),
        ({"gifts-TOTAL_FORMS": "nonsense", "summary": "Hello"}, "ManagementForm data is missing"),
    ],
)
def test_invalid_input_shows_an_error_beside_the_field(client_for, team, builder, here, changes, words) -> None:
    sent = page(**{"neighbourhood": here.pk, **changes})
    response = client_for(builder).post(NEW, sent)
    assert response.status_code == 200
    assert words in text(response)
    assert (Conversation.objects.count(), Person.objects.count(), Theme.objects.count()) == (0, 0, 0)


def test_a_gift_of_an_ambiguous_name_is_asked_about_in_its_row(client_for, team, builder, here) -> None:
    marys = PersonFactory.create_batch(2, team=team, known_as="Mary", neighbourhood=here)
    sent = page(**{"people-known": [str(mary.uuid) for mary in marys], "gifts-0-whose": "mary", "gifts-0-name": "Song"})
    shown = text(client_for(builder).post(NEW, sent))
    assert "More than one of the people you met is called that." in shown
    assert Conversation.objects.count() == 0


def test_other_teams_rows_are_not_found(client_for, team, other_team, builder) -> None:
    theirs = {
        "people-known": [str(PersonFactory(team=other_team).uuid)],
        "people-pick": [str(PersonFactory(team=other_team).uuid)],
        "themes": [ThemeFactory(team=other_team).pk],
        "neighbourhood": NeighbourhoodFactory(team=other_team).pk,
    }
    client = client_for(builder)
    for name, value in theirs.items():
        response = client.post(NEW, page(summary="Hello", **{name: value}))
        assert (response.status_code, Conversation.objects.count()) == (200, 0), name
        assert response.context["form"].errors
    place = AssetFactory(team=other_team, name="Their hall")
    client.post(NEW, page(summary="Hello", place=str(place.uuid), place_name="Their hall"))
    talk = Conversation.objects.get()
    assert (talk.place, talk.place_name) == (None, "Their hall")


def test_a_user_of_two_teams_writes_for_the_current_one(client_for, team, other_team) -> None:
    both = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.BUILDER]})
    rose = PersonFactory(team=other_team, known_as="Rose")
    response = client_for(both).post(NEW, page(summary="Hello", **{"people-known": [str(rose.uuid)]}))
    assert (response.status_code, Conversation.objects.count()) == (200, 0)


def test_the_chosen_place_is_used_only_if_its_name_is_unchanged(client_for, team, builder) -> None:
    green, hall = AssetFactory(team=team, name="The Green"), AssetFactory(team=team, name="The Hall")
    client = client_for(builder)
    for number, (name, expected) in enumerate(
        [("The Green", green), ("the hall", hall), ("The bins", None), ("", None)]
    ):
        client.post(NEW, page(summary=f"Talk {number}", place=str(green.uuid), place_name=name))
        talk = Conversation.objects.get(summary=f"Talk {number}")
        assert (talk.place, talk.place_name) == (expected, "" if expected else name)


def test_a_photo_is_saved_and_shown_to_the_team(client_for, team, builder, evaluator, stranger) -> None:
    photo = SimpleUploadedFile("me.jpg", photo_bytes(), content_type="image/jpeg")
    client_for(builder).post(NEW, page(photo=photo, photo_alt="The brook"))
    talk = Conversation.objects.get()
    shown = client_for(builder).get(detail(talk))
    assert f'src="{detail(talk, "photo")}" alt="The brook"' in text(shown)
    response = client_for(builder).get(detail(talk, "photo"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response.getvalue().startswith(b"\xff\xd8")
    for person in (evaluator, stranger):
        assert client_for(person).get(detail(talk, "photo")).status_code == 404


def test_an_error_elsewhere_keeps_the_photo(client_for, builder, media) -> None:
    client = client_for(builder)
    form = form_with(client.get(NEW), "summary").data | {"summary": "The brook", "held_on": ""}
    photo = SimpleUploadedFile("me.jpg", photo_bytes(), content_type="image/jpeg")
    shown = client.post(NEW, form | {"photo": photo})
    assert "Your photo is still here" in text(shown)
    assert '<details class="capture__more" open>' in text(shown)
    again = form_with(shown, "summary").data | {"held_on": timezone.localdate().isoformat()}
    assert client.post(NEW, again).status_code == 302
    assert Conversation.objects.get().photo


def test_a_file_that_is_not_a_photo_is_refused(client_for, builder) -> None:
    file = SimpleUploadedFile("me.jpg", b"not a photo", content_type="image/jpeg")
    response = client_for(builder).post(NEW, page(summary="Hello", photo=file))
    assert (response.status_code, Conversation.objects.count()) == (200, 0)
    assert "cannot be read as a photo" in text(response)
    assert "Choose the photo again" not in text(response)


def test_a_missing_photo_is_not_found(client_for, team, builder) -> None:
    assert client_for(builder).get(detail(ConversationFactory(team=team), "photo")).status_code == 404


# Reading.


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client_for, team, builder, count, django_assert_num_queries
) -> None:
    for _ in range(count):
        ConversationFactory(
            team=team, builder=builder, placed=True, stepped=True, place=AssetFactory(team=team),
            people=[PersonFactory(team=team)], themes=[ThemeFactory(team=team)],
        )  # fmt: skip
    client = client_for(builder)
    with django_assert_num_queries(8):
        response = client.get("/conversations/")
    assert len(response.context["page"]) == count


def test_the_list_has_the_teams_conversations_newest_first(client_for, team, other_team, builder) -> None:
    today = timezone.localdate()
    old, new = (ConversationFactory(team=team, held_on=today - timedelta(days=days)) for days in (3, 1))
    ConversationFactory(team=other_team)
    rows = client_for(builder).get("/conversations/").context["page"].rows
    assert [row.pk for row in rows] == [new.pk, old.pk]


def test_the_list_can_be_paged_both_ways(client_for, team, builder) -> None:
    talks = [ConversationFactory(team=team) for _ in range(27)]
    client = client_for(builder)
    first = client.get("/conversations/").context["page"]
    second = client.get(first.next_url).context["page"]
    assert (len(first), len(second), second.has_next) == (15, 12, False)
    assert {row.pk for row in (*first, *second)} == {talk.pk for talk in talks}
    assert client.get(second.previous_url).context["page"].rows == first.rows


def test_the_list_can_be_filtered(client_for, team, builder, here) -> None:
    food = ThemeFactory(team=team, name="Food")
    colleague = UserFactory(roles={team: [Role.BUILDER, Role.MANAGER]})
    today = timezone.localdate()
    one = ConversationFactory(
        team=team,
        builder=builder,
        neighbourhood=here,
        themes=[food, ThemeFactory(team=team)],
        summary="About the Brook",
    )
    two = ConversationFactory(team=team, builder=colleague, held_on=today - timedelta(days=9), stepped=True)
    three = ConversationFactory(team=team, builder=colleague, held_on=today - timedelta(days=5), done=True)
    client = client_for(builder)
    for query, expected in {
        f"neighbourhood={here.pk}": [one],
        f"theme={food.pk}": [one],
        f"builder={colleague.pk}": [three, two],
        f"since={today - timedelta(days=5)}": [one, three],
        f"until={today - timedelta(days=5)}": [three, two],
        "q=brook": [one],
        "q=nothing+of+it": [],
        "open_step=on": [two],
        f"builder={colleague.pk}&open_step=on": [two],
        "": [one, three, two],
        "neighbourhood=x&since=y": [one, three, two],
    }.items():
        response = client.get(f"/conversations/?{query}")
        assert [row.pk for row in response.context["page"]] == [talk.pk for talk in expected], query
    assert [
        str(choice)
        for _, choice in client.get("/conversations/?facets=1").context["filter"].form["builder"].field.choices
    ].count(colleague.name) == 1


def test_htmx_gets_only_the_rows(client_for, team, builder) -> None:
    ConversationFactory(team=team, people=[PersonFactory(team=team, known_as="Rose")])
    shown = text(client_for(builder).get("/conversations/", headers={"HX-Request": "true"}))
    assert "Rose" in shown
    assert "<html" not in shown


def test_empty_lists_explain_how_to_begin(client_for, builder) -> None:
    assert "No conversations yet" in text(client_for(builder).get("/conversations/"))
    assert "No conversations found" in text(client_for(builder).get("/conversations/?q=brook"))


def test_detail_shows_everything(client_for, team, builder, here) -> None:
    rose = PersonFactory(team=team, known_as="Rose")
    talk = ConversationFactory(
        team=team, builder=builder, neighbourhood=here, people=[rose], themes=[ThemeFactory(team=team, name="Food")],
        place_name="The bench", summary="A service user said “I am a client”", idea="A fair", stepped=True,
    )  # fmt: skip
    GiftFactory(person=rose, name="Baking", heard_in=talk)
    shown = text(client_for(builder).get(detail(talk)))
    for words in ("Rose", "Food", "The bench", "Brook Street", "A fair", "Baking", "Bring the recipe", "Bea Builder"):
        assert words in shown, words


def test_detail_of_a_conversation_with_few_fields(client_for, team, builder) -> None:
    colleague = UserFactory(roles={team: [Role.BUILDER]})
    talk = ConversationFactory(team=team, builder=colleague, summary="Hello")
    shown = text(client_for(builder).get(detail(talk)))
    assert "Words that could start with strengths" not in shown
    assert detail(talk, "update") not in shown


# Changing.


@pytest.mark.parametrize("untold", [True, False])
def test_initials_are_explained(client_for, team, builder, untold) -> None:
    person = PersonFactory(team=team, known_as="Rose", untold=untold, told_on=None if untold else "2026-01-01")
    talk = ConversationFactory(team=team, builder=builder, people=[person])
    page = client_for(builder).get(reverse("connectors:conversation-detail", args=[talk.uuid])).text
    assert ("are shown by their initials" in page) is untold


def test_the_change_form_begins_with_the_saved_values(client_for, team, builder, here) -> None:
    rose = PersonFactory(team=team, known_as="Rose", neighbourhood=here)
    theme = ThemeFactory(team=team)
    talk = ConversationFactory(
        team=team, builder=builder, neighbourhood=here, people=[rose], themes=[theme], idea="A fair",
        held_on=timezone.localdate() - timedelta(days=40), place=AssetFactory(team=team, name="The Green"), stepped=True,
    )  # fmt: skip
    GiftFactory(person=rose, name="Baking", heard_in=talk)
    shown = client_for(builder).get(detail(talk, "update"))
    form = shown.context["form"]
    assert f'name="people-known" value="{rose.uuid}"' in text(shown)
    assert form["themes"].value() == [theme.pk]
    assert f'id="id_held_on_date" value="{talk.held_on.isoformat()}"' in text(shown)
    assert "Baking" in text(shown)
    assert 'value="The Green"' in text(shown)
    assert '<details class="capture__more" open data-closed-on-phone>' in text(shown)


def sent_back(client, talk, **changes):
    """Post the unchanged data of the change page, updated with changes, as a browser without scripts would."""
    form = client.get(detail(talk, "update")).context["form"]
    day = talk.held_on.isoformat()
    sent = page(
        uuid=str(talk.uuid),
        seen_at=form["seen_at"].value(),
        summary=talk.summary,
        idea=talk.idea,
        neighbourhood=talk.neighbourhood_id or "",
        place_name=talk.where,
        photo_alt=talk.photo_alt,
        themes=[theme.pk for theme in talk.themes.all()],
        **{
            "people-known": [str(person.uuid) for person in talk.people.all()],
            "held_on": "date",
            "held_on-date": day,
        },
    )
    return client.post(detail(talk, "update"), {**sent, **changes})


def test_changing_one_field_keeps_the_others(client_for, team, builder, here) -> None:
    talk = ConversationFactory(
        team=team, builder=builder, neighbourhood=here, people=[PersonFactory(team=team)], themes=[ThemeFactory(team=team)],
        place=AssetFactory(team=team, name="The Green"), stepped=True, held_on=timezone.localdate() - timedelta(days=900),
    )  # fmt: skip
    before = Conversation.objects.filter(pk=talk.pk).values().get()
    response = sent_back(client_for(builder), talk, summary="Other words")
    assert (response.status_code, response["Location"]) == (302, detail(talk))
    after = Conversation.objects.filter(pk=talk.pk).values().get()
    assert {name for name in before if before[name] != after[name]} == {"summary", "updated_at", "words_noticed"}
    assert (talk.people.count(), talk.themes.count()) == (1, 1)


def test_changing_can_remove_and_add_people(client_for, team, builder, here) -> None:
    talk = ConversationFactory(team=team, builder=builder, neighbourhood=here, people=[PersonFactory(team=team)])
    sent_back(client_for(builder), talk, **{"people-known": [], "people": "Ama", "gifts-0-name": "Song"})
    assert [person.known_as for person in talk.people.all()] == ["Ama"]
    assert talk.gifts_heard.get().person.known_as == "Ama"


def test_a_conflicting_change_is_shown_and_can_be_saved_again(client_for, clock, team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    client = client_for(builder)
    seen = client.get(detail(talk, "update")).context["form"]["seen_at"].value()
    clock.shift(timedelta(minutes=1))
    sent_back(client, talk, summary="The first")
    late = sent_back(client, talk, summary="The second", seen_at=seen)
    assert late.status_code == 200
    assert "Someone changed this conversation" in text(late)
    assert "The second" in text(late)
    talk.refresh_from_db()
    assert talk.summary == "The first"
    assert late.context["form"]["seen_at"].value() == talk.updated_at.isoformat()
    sent_back(client, talk, summary="The second", seen_at=late.context["form"]["seen_at"].value())
    talk.refresh_from_db()
    assert talk.summary == "The second"


def test_change_with_a_photo_and_without(client_for, team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    client = client_for(builder)
    photo = SimpleUploadedFile("me.jpg", photo_bytes(), content_type="image/jpeg")
    sent_back(client, talk, photo=photo, photo_alt="The brook")
    talk.refresh_from_db()
    first = talk.photo.name
    assert first
    sent_back(client, talk)
    talk.refresh_from_db()
    assert talk.photo.name == first
    sent_back(client, talk, **{"photo-clear": "on"})
    talk.refresh_from_db()
    assert (talk.photo.name, talk.photo_alt) == ("", "")


def test_an_empty_change_is_refused_and_keeps_what_was_typed(client_for, team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    response = sent_back(client_for(builder), talk, summary="", place_name="By the bins")
    assert (response.status_code, "By the bins" in text(response)) == (200, True)


# Deleting, and done.


def test_deleting_says_what_is_deleted_and_what_stays(client_for, team, builder) -> None:
    rose = PersonFactory(team=team)
    talk = ConversationFactory(team=team, builder=builder, people=[rose])
    GiftFactory(person=rose, heard_in=talk)
    client = client_for(builder)
    shown = text(client.get(detail(talk, "delete")))
    assert "You can restore it for 30 days" in shown
    assert "1 person stays, with their page" in shown
    assert "1 gift stays too" in shown
    assert Conversation.objects.count() == 1
    response = client.post(detail(talk, "delete"))
    assert response["Location"] == "/conversations/"
    assert (Conversation.objects.count(), Person.objects.count(), Gift.objects.count()) == (0, 1, 1)
    assert client.post(detail(talk, "delete")).status_code == 404


def test_after_a_day_only_a_manager_can_delete(client_for, clock, team, builder, manager) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    clock.shift(timedelta(hours=25))
    assert detail(talk, "delete") not in text(client_for(builder).get(detail(talk)))
    assert client_for(builder).post(detail(talk, "delete")).status_code == 403
    assert client_for(manager).post(detail(talk, "delete")).status_code == 302


# Permissions.

ONE = ("detail", "update", "delete", "photo")


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("person", ["evaluator", "stranger"])
def test_conversations_are_hidden_from_evaluators_and_other_teams(
    client_for, team, builder, request, person, name
) -> None:
    talk = ConversationFactory(team=team, builder=builder, stepped=True)
    client = client_for(request.getfixturevalue(person))
    assert client.get(detail(talk, name)).status_code == 404
    if name in ("update", "delete"):
        assert client.post(detail(talk, name), page(summary="Mine")).status_code == 404
    talk.refresh_from_db()
    assert talk.summary != "Mine"


@pytest.mark.parametrize("name", ["update", "delete"])
def test_a_colleagues_conversation_can_be_read_but_not_changed(client_for, team, builder, name) -> None:
    colleague = UserFactory(roles={team: [Role.BUILDER]})
    talk = ConversationFactory(team=team, builder=builder, stepped=True)
    client = client_for(colleague)
    assert client.get(detail(talk)).status_code == 200
    assert client.post(detail(talk, name), page(summary="Mine")).status_code == 403
    talk.refresh_from_db()
    assert talk.summary != "Mine"


@pytest.mark.parametrize(
    "address", ["/conversations/", NEW, "/conversations/people/?q=R", "/conversations/places/?q=R"]
)
def test_conversation_pages_are_limited_to_the_team(
    client, client_for, team, builder, manager, evaluator, stranger, address
) -> None:
    assert client.get(address)["Location"].startswith("/")
    for person, status in ((builder, 200), (manager, 200), (evaluator, 404), (stranger, 200), (UserFactory(), 403)):
        assert client_for(person).get(address).status_code == status, person


def test_anonymous_visitors_are_sent_to_sign_in(client, team) -> None:
    talk = ConversationFactory(team=team)
    for name in ONE:
        response = client.get(detail(talk, name))
        assert response.status_code == 302
        assert "next=" in response["Location"]
    response = client.post(NEW, page(summary="Mine"))
    assert response.status_code == 403
    assert "/sign-in/?next=" in response.content.decode()
    assert Conversation.objects.count() == 1


# Suggestions while typing.


def test_residents_and_a_new_one_are_suggested(client_for, team, other_team, builder, here) -> None:
    mary = PersonFactory(team=team, known_as="Mary", neighbourhood=here, street="Mill Lane")
    PersonFactory(team=other_team, known_as="Marek")
    shown = text(client_for(builder).get("/conversations/people/", {"q": " ma ", "neighbourhood": here.pk}))
    assert f'data-value="{mary.uuid}"' in shown
    assert "Mill Lane" in shown
    assert "Marek" not in shown
    assert "Somebody new: ma" in shown


def test_typed_markup_is_escaped(client_for, builder) -> None:
    shown = text(client_for(builder).get("/conversations/people/", {"q": "<b onclick=x>\"'", "neighbourhood": "x"}))
    assert "<b onclick" not in shown
    assert "Somebody new: &lt;b" in shown


def test_without_text_nothing_is_suggested(client_for, team, builder) -> None:
    PersonFactory(team=team)
    assert "option" not in text(client_for(builder).get("/conversations/people/"))
    assert "option" not in text(client_for(builder).get("/conversations/places/"))


def test_places_are_suggested(client_for, team, other_team, builder) -> None:
    green = AssetFactory(team=team, name="The Green")
    AssetFactory(team=other_team, name="Greenhouse")
    shown = text(client_for(builder).get("/conversations/places/", {"q": "green"}))
    assert f'data-value="{green.uuid}"' in shown
    assert "Greenhouse" not in shown


@pytest.mark.parametrize("count", [1, 3])
def test_suggestions_take_as_many_queries_for_three_as_for_one(
    client_for, team, builder, here, count, django_assert_num_queries
) -> None:
    for _ in range(count):
        PersonFactory(team=team, known_as="Rose", neighbourhood=here)
    client = client_for(builder)
    with django_assert_num_queries(6):
        client.get("/conversations/people/", {"q": "r", "neighbourhood": here.pk})


@pytest.mark.parametrize("count", [1, 3])
def test_saving_takes_as_many_queries_for_three_new_residents_as_for_one(
    client_for, team, builder, here, count, django_assert_num_queries
) -> None:
    ConversationFactory(team=team, builder=builder, neighbourhood=here)
    names = ["Nell", "Ravi", "Ola"][:count]
    gifts = {"gifts-TOTAL_FORMS": count, "gifts-INITIAL_FORMS": 0}
    gifts |= {f"gifts-{row}-whose": name for row, name in enumerate(names)}
    gifts |= {f"gifts-{row}-name": "Mending" for row in range(count)}
    sent = {"people": ", ".join(names), "new_themes": "Benches", "neighbourhood": here.pk, "held_on": "2026-05-20"}
    sent["uuid"] = str(uuid.uuid4())
    sent |= {"cares-shown": "1", "cares": [json.dumps(["Benches", name]) for name in names]}
    client = client_for(builder)
    # Session, user, memberships, team; neighbourhood; names; in a transaction (2): the key in a savepoint (3), whether
    # a row has it, what it created; in a savepoint (2): the team's words; conversation, erased, draft; theme (4) and
    # audit; people, their names and audit; links to people, to themes, who cares about
    # what, of people to themes; gifts and audit; audit of it all. After
    # it the words to notice: the team's and the dismissed ones.
    with django_assert_num_queries(34):
        client.post(NEW, {**sent, **gifts})
    talk = Conversation.objects.latest("pk")
    assert sorted(talk.people.values_list("known_as", flat=True)) == sorted(names)
    assert Gift.objects.filter(heard_in=talk).count() == count


def test_rows_of_a_new_page_equal_rows_rendered_singly() -> None:
    gifts = GiftsHeard(prefix="gifts")
    alone = [row.render("connectors/gift_row.html", {"row": row}) for row in gifts.forms]
    assert gifts.drawn == alone
    assert len(set(alone)) == ROWS
    assert 'name="gifts-__prefix__-name"' in gifts.blank


def test_submitted_rows_keep_what_was_typed() -> None:
    sent = {"gifts-TOTAL_FORMS": "1", "gifts-INITIAL_FORMS": "0", "gifts-0-name": "mending <kettles>"}
    (row,) = GiftsHeard(sent, prefix="gifts").drawn
    assert 'value="mending &lt;kettles&gt;"' in row


@pytest.mark.parametrize("count", [1, 3])
def test_the_capture_page_takes_a_constant_number_of_queries(
    client_for, team, builder, here, count, django_assert_num_queries
) -> None:
    for _ in range(count):
        ConversationFactory(team=team, builder=builder, neighbourhood=here, themes=[ThemeFactory(team=team)])
    client = client_for(builder)
    # Session, user, memberships, team; last place, known and most frequent themes; questions; neighbourhoods; gifts.
    with django_assert_num_queries(10):
        client.get(NEW)


def test_suggestions_mark_the_certain_resident(client_for, team, builder, here) -> None:
    """The page's script chooses a name by itself only when one match is certain, as the server does."""
    PersonFactory(team=team, known_as="Mary", neighbourhood=here)
    client = client_for(builder)

    def meant(**query) -> list[str]:
        shown = text(client.get("/conversations/people/", {"q": "mary", "whole": 1, **query}))
        return [word for word in ("here", "perhaps") if f'data-meant="{word}"' in shown]

    assert meant(neighbourhood=here.pk) == ["here"]
    assert meant() == ["perhaps"]
    assert meant(neighbourhood=NeighbourhoodFactory(team=team).pk) == ["perhaps"]
    PersonFactory(team=team, known_as="Mary")
    assert meant(neighbourhood=here.pk) == ["perhaps"]


# A day without text, the people who are told, and what the scripts read.


@pytest.mark.parametrize(
    ("sent", "step"),
    [
        ({"people": "Ama, Li"}, "Come back to Ama"),
        ({"people-new": ["Li"], "people": "Ama"}, "Come back to Li"),
        ({"people": "Ama", "next_step": "Bring seeds"}, "Bring seeds"),
    ],
)
def test_a_follow_up_date_alone_is_about_the_first_resident(client_for, team, builder, sent, step) -> None:
    client_for(builder).post(NEW, page(next_step_on="2099-01-01", **sent))
    talk = Conversation.objects.get()
    assert talk.steps.values_list("words", "due_on").get() == (step, date(2099, 1, 1))


def test_a_follow_up_names_a_resident_as_pages_show_them(client_for, team, builder, here) -> None:
    rose = PersonFactory(team=team, known_as="Rose", neighbourhood=here)
    client_for(builder).post(NEW, page(**{"people-known": [str(rose.uuid)], "next_step_on": "2099-01-01"}))
    assert NextStep.objects.get().words == f"Come back to {rose.shown_as}"


@pytest.mark.parametrize("told", [True, False])
def test_the_tick_marks_new_residents_as_told(client_for, clock, team, builder, told) -> None:
    client_for(builder).post(NEW, page(people="Ama", **({"told": "on"} if told else {})))
    assert (Person.objects.get().told_on is not None) is told


def test_an_error_keeps_the_tick(client_for, team, builder) -> None:
    shown = client_for(builder).post(NEW, page(people="Ama", told="on", held_on="2019-01-01"))
    assert shown.context["form"]["told"].value() is True
    assert 'name="told" id="id_told" checked' in text(shown)


def test_the_page_contains_noticed_words_and_no_names(client_for, team, builder, here) -> None:
    theme = ThemeFactory(team=team, name="Growing food")
    for name in ("Zuleika", "Ottoline"):
        GiftFactory(person=PersonFactory(team=team, known_as=name, neighbourhood=here), name="Singing", kind="heart")
    shown = client_for(builder).get(NEW)
    carried = shown.context["form"].vocabulary
    assert (carried["themes"], carried["gifts"]) == ([(theme.pk, "Growing food")], [("Singing", "heart")])
    assert ["Baking", "hands", "bake", "baker", "make cake", "make bread"] in carried["shipped"]
    assert 'id="propose-words"' in text(shown)
    assert not any(name in text(shown) for name in ("Zuleika", "Ottoline"))


def test_the_page_begins_with_the_last_place_on_the_map(client_for, team, builder, here) -> None:
    green = AssetFactory(team=team, name="The Green")
    ConversationFactory(team=team, builder=builder, neighbourhood=here, place=green)
    form = client_for(builder).get(NEW).context["form"]
    assert (form["place"].value(), form["place_name"].value()) == (str(green.uuid), "The Green")
    assert form.begins_fresh
    again = client_for(builder).post(NEW, page()).context["form"]
    assert (again["place_name"].value(), again.begins_fresh) == ("", False)


def test_questions_show_their_neighbourhoods_without_javascript(
    client_for, team, other_team, builder, manager, here
) -> None:
    client = client_for(builder)
    assert "Conversation starters" not in text(client.get(NEW))
    assert "/questions/" in text(client_for(manager).get(NEW))
    PromptSetFactory(team=team, name="At the gate", prompts="Who grows these?\nMay I?", neighbourhoods=[here])
    PromptSetFactory(team=team, prompts="Put away?", is_on=False)
    PromptSetFactory(team=other_team, prompts="Theirs?")
    shown = text(client.get(NEW))
    for words in ("Conversation starters", "At the gate", "Brook Street", "Who grows these?", "May I?"):
        assert words in shown
    assert "Put away?" not in shown
    assert "Theirs?" not in shown
    talk = ConversationFactory(team=team, builder=builder)
    assert "Who grows these?" not in text(client.get(detail(talk, "update")))
