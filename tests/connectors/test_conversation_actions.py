"""Recording conversations: all or nothing, once, and audited with the names of fields."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from communities.actions.undo import delete_expired_undoables
from communities.idempotency import USED
from communities.models import AuditEntry, Role
from connectors.actions import conversations as actions
from connectors.actions.conversation_parts import key
from connectors.models import Conversation, Gift, Introduction, Person, Theme
from connectors.rules.names import GiftHeard
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(team):
    return NeighbourhoodFactory(team=team, name="Brook Street")


def verbs(row) -> list[tuple[str, list[str]]]:
    entries = AuditEntry.objects.filter(model=row._meta.label_lower, object_id=str(row.pk)).order_by("pk")
    return list(entries.values_list("verb", "field_names"))


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Conversation, Person, Theme, Gift, AuditEntry))


def log(team, builder, **changes):
    return actions.log_conversation(**{"team": team, "by": builder, "summary": "Hello", **changes})


def errors(caught) -> dict[str, list[str]]:
    return caught.value.message_dict


def test_one_submission_saves_everything_about_the_barbecue(clock, team, builder, here) -> None:
    rose = PersonFactory(team=team, known_as="Rose", neighbourhood=here)
    idris = PersonFactory(team=team, known_as="Idris")
    food = ThemeFactory(team=team, name="Growing food")
    green = AssetFactory(team=team, name="The Green")
    number = uuid.uuid4()
    talk = actions.log_conversation(
        team=team,
        by=builder,
        uuid=number,
        held_on=date(2026, 5, 17),
        neighbourhood=here,
        place=green,
        summary="A barbecue",
        idea="Do it every month",
        next_step="Bring the charcoal",
        next_step_on=date(2026, 6, 14),
        people=[rose, idris, "Wiktor", "Ama", "Li"],
        themes=[food, "growing FOOD", "Fire"],
        cares=[(rose, food), (rose, "Fire"), ("ama", "fire")],
        gifts=[
            GiftHeard(rose, "Baking", "hands"),
            GiftHeard("ama", "Singing", "heart"),
            GiftHeard("Wiktor", "Polish", "head"),
        ],
    )
    talk.refresh_from_db()
    assert (talk.uuid, talk.team, talk.builder, talk.held_on) == (number, team, builder, date(2026, 5, 17))
    assert (talk.neighbourhood, talk.place, talk.where) == (here, green, "The Green")
    assert (talk.summary, talk.idea) == ("A barbecue", "Do it every month")
    step = talk.steps.get()
    assert (step.words, step.due_on) == ("Bring the charcoal", date(2026, 6, 14))
    assert (step.owner, step.created_by, step.team, step.is_open) == (builder, builder, team, True)
    assert talk.recorded_at == talk.received_at == timezone.now()
    assert sorted(talk.people.values_list("known_as", flat=True)) == ["Ama", "Idris", "Li", "Rose", "Wiktor"]
    ama = Person.objects.get(known_as="Ama")
    assert (ama.team, ama.neighbourhood, ama.first_met_on, ama.created_by) == (team, here, date(2026, 5, 17), builder)
    assert sorted(talk.themes.values_list("name", flat=True)) == ["Fire", "Growing food"]
    given = {name: set() for name in talk.people.values_list("known_as", flat=True)}
    for name, theme in talk.people.filter(themes__isnull=False).values_list("known_as", "themes__name"):
        given[name].add(theme)
    assert given == {"Ama": {"Fire"}, "Idris": set(), "Li": set(), "Rose": {"Growing food", "Fire"}, "Wiktor": set()}
    heard = set(talk.gifts_heard.values_list("person__known_as", "name", "kind", "is_offered", "heard_on"))
    assert heard == {
        ("Rose", "Baking", "hands", False, date(2026, 5, 17)),
        ("Ama", "Singing", "heart", False, date(2026, 5, 17)),
        ("Wiktor", "Polish", "head", False, date(2026, 5, 17)),
    }
    fields = [
        "gifts",
        "held_on",
        "idea",
        "neighbourhood",
        "people",
        "place",
        "steps",
        "summary",
        "themes",
    ]
    assert verbs(talk) == [("create", fields)]
    assert verbs(ama) == [("create", ["first_met_on", "known_as", "neighbourhood"])]
    assert verbs(Theme.objects.get(name="Fire")) == [("create", ["name"])]
    assert AuditEntry.objects.filter(model="connectors.gift", verb="create", actor=builder, team=team).count() == 3
    assert "Rose" not in str(list(AuditEntry.objects.values()))


def test_a_summary_alone_is_enough(team, builder) -> None:
    talk = log(team, builder)
    assert (talk.held_on, talk.people.count()) == (timezone.localdate(), 0)


@pytest.mark.parametrize(
    "one", [{"people": ["Rose"]}, {"themes": ["Fire"]}, {"idea": "A fair"}, {"next_step": "Ring"}, {"summary": "Hello"}]
)
def test_any_one_thing_is_enough(team, builder, one) -> None:
    actions.log_conversation(team=team, by=builder, **one)
    assert Conversation.objects.count() == 1


def test_an_empty_conversation_is_refused(team, builder) -> None:
    before = counts()
    with pytest.raises(ValidationError) as caught:
        actions.log_conversation(team=team, by=builder, place_name="The bench")
    assert errors(caught) == {"summary": ["Say who you met, or what you heard."]}
    assert counts() == before


@pytest.mark.parametrize("person", ["evaluator", "stranger"])
def test_others_cannot_record_a_conversation(team, request, person) -> None:
    with pytest.raises(PermissionDenied):
        log(team, request.getfixturevalue(person))
    assert Conversation.objects.count() == 0


def test_a_repeated_uuid_returns_the_saved_conversation(team, builder) -> None:
    number = uuid.uuid4()
    first = log(team, builder, uuid=number, people=["Rose"], gifts=[GiftHeard("Rose", "Baking", "hands")])
    before = counts()
    rose = Person.objects.get()
    assert log(team, builder, uuid=number, people=[rose], gifts=[GiftHeard(rose, "Baking", "hands")]) == first
    with pytest.raises(ValidationError, match="This page was already saved with different text") as caught:
        log(team, builder, uuid=number, summary="Other words", people=["Rose", "Idris"], themes=["Fire"])
    assert caught.value.code == USED
    first.refresh_from_db()
    assert first.summary == "Hello"
    assert counts() == before


def test_a_photo_is_compared_too(team, builder, media) -> None:
    number, photo = uuid.uuid4(), ContentFile(b"one", name="a.jpg")
    first = log(team, builder, uuid=number, people=["Rose"], photo=photo, photo_alt="One")
    again = {"uuid": number, "people": list(first.people.all()), "photo_alt": "One"}
    assert log(team, builder, **again, photo=ContentFile(b"one", name="b.jpg")) == first
    assert log(team, builder, **again) == first
    with pytest.raises(ValidationError, match="This page was already saved with different text"):
        log(team, builder, **again, photo=ContentFile(b"two", name="a.jpg"))


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_anothers_uuid_is_refused_and_reveals_nothing(team, other_team, builder, stranger, who) -> None:
    number = uuid.uuid4()
    log(team, builder, uuid=number)
    other, their_team = (
        (UserFactory(roles={team: [Role.BUILDER]}), team) if who == "colleague" else (stranger, other_team)
    )
    before = counts()
    with pytest.raises(ValidationError) as caught:
        log(their_team, other, uuid=number, people=["Rose"])
    assert caught.value.messages == ["This form has been used before, so nothing is saved yet. Save again."]
    assert counts() == before


def test_other_teams_rows_are_refused_by_field_and_nothing_is_written(team, other_team, builder) -> None:
    theirs = {
        "neighbourhood": NeighbourhoodFactory(team=other_team),
        "place": AssetFactory(team=other_team),
        "people": [PersonFactory(team=other_team)],
        "themes": [ThemeFactory(team=other_team)],
    }
    before = counts()
    for name, value in theirs.items():
        with pytest.raises(ValidationError) as caught:
            log(team, builder, **{name: value})
        assert errors(caught) == {name: ["This belongs to another team. Choose one of yours."]}
    with pytest.raises(ValidationError) as caught:
        log(team, builder, gifts=[GiftHeard(theirs["people"][0], "Baking", "hands")])
    assert set(errors(caught)) == {"people"}
    assert counts() == before


@pytest.mark.parametrize("days", [1, -732])
def test_impossible_days_are_refused(clock, team, builder, days) -> None:
    with pytest.raises(ValidationError) as caught:
        log(team, builder, held_on=timezone.localdate() + timedelta(days=days))
    assert errors(caught) == {"held_on": ["Choose a day in the last two years, up to today."]}


def test_a_follow_up_date_needs_a_next_step(team, builder) -> None:
    with pytest.raises(ValidationError) as caught:
        log(team, builder, next_step_on=timezone.localdate())
    assert errors(caught) == {"next_step": ["What do you want to come back to on that day?"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place_name": "x" * 161}, "place_name"),
        ({"next_step": "x" * 251}, "next_step"),
        ({"photo_alt": "x" * 251}, "photo_alt"),
        ({"people": ["x" * 81]}, "people"),
        ({"people": [" "]}, "people"),
        ({"people": [f"Person {number}" for number in range(61)]}, "people"),
        ({"themes": ["x" * 81]}, "themes"),
        ({"people": ["Rose"], "gifts": [GiftHeard("Rose", "x" * 121, "hands")]}, "gifts"),
        ({"people": ["Rose"], "gifts": [GiftHeard("Rose", "", "hands")]}, "gifts"),
        ({"people": ["Rose"], "gifts": [GiftHeard("Rose", "Baking", "liver")]}, "gifts"),
    ],
)
def test_an_invalid_value_writes_nothing(team, builder, changes, field) -> None:
    before = counts()
    with pytest.raises(ValidationError) as caught:
        log(team, builder, **changes)
    assert set(errors(caught)) == {field}
    assert counts() == before


def test_a_failure_at_the_end_writes_nothing(team, builder, monkeypatch) -> None:
    before = counts()

    def fail(**kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(actions.audit, "record", fail)
    with pytest.raises(RuntimeError):
        log(team, builder, people=["Rose"], themes=["Fire"], gifts=[GiftHeard("Rose", "Baking", "hands")])
    assert counts() == before


def test_an_existing_gift_is_unchanged(team, builder) -> None:
    rose = PersonFactory(team=team, known_as="Rose")
    GiftFactory(person=rose, name="baking", offered=True, heard_on=date(2026, 1, 1))
    talk = log(
        team, builder, people=[rose], gifts=[GiftHeard(rose, "Baking", "head"), GiftHeard(rose, " BAKING ", "heart")]
    )
    (gift,) = rose.gifts.all()
    assert (gift.name, gift.is_offered, gift.kind, gift.heard_on, gift.heard_in) == (
        "baking", True, "hands", date(2026, 1, 1), None,
    )  # fmt: skip
    assert talk.gifts_heard.count() == 0


def test_the_owner_of_a_gift_took_part(team, builder) -> None:
    talk = log(team, builder, people=["Idris"], gifts=[GiftHeard("Rose", "Baking", "hands")])
    assert sorted(talk.people.values_list("known_as", flat=True)) == ["Idris", "Rose"]


def test_the_same_name_twice_is_one_person(team, builder) -> None:
    talk = log(team, builder, people=["Rose", " rose "], themes=["Fire", "  ", "FIRE"])
    assert (talk.people.count(), talk.themes.count()) == (1, 1)


def test_themes_of_another_team_are_not_reused(team, other_team, builder) -> None:
    ThemeFactory(team=other_team, name="Fire")
    talk = log(team, builder, themes=["Fire"])
    assert talk.themes.get().team == team


def test_themes_are_added_to_existing_ones(team, builder) -> None:
    walking, fire = ThemeFactory(team=team, name="Walking"), ThemeFactory(team=team, name="Fire")
    rose = PersonFactory(team=team, themes=[walking, fire])
    log(team, builder, people=[rose], themes=[fire, "Song"])
    assert sorted(rose.themes.values_list("name", flat=True)) == ["Fire", "Song", "Walking"]


def test_the_time_on_the_phone_is_saved(clock, team, builder) -> None:
    written = timezone.now() - timedelta(hours=3)
    talk = log(team, builder, recorded_at=written)
    assert (talk.recorded_at, talk.received_at) == (written, timezone.now())


def test_a_photo_is_stored_and_deleted_with_its_conversation(
    team, builder, media, django_capture_on_commit_callbacks
) -> None:
    talk = log(team, builder, photo=ContentFile(b"picture", name="a.jpg"), photo_alt="The brook")
    path = media / talk.photo.name
    assert path.read_bytes() == b"picture"
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_conversation(conversation=talk, by=builder)
    assert path.exists(), "it can be restored"
    with django_capture_on_commit_callbacks(execute=True):
        delete_expired_undoables(now=timezone.now() + timedelta(days=31))
    assert not path.exists()


# Changing.


def change(talk, by, **changes):
    kept = {"people": list(talk.people.all()), "themes": list(talk.themes.all())}
    return actions.change_conversation(conversation=talk, by=by, **{**kept, **changes})


def test_changing_replaces_text_people_and_themes(team, builder, here) -> None:
    rose, idris = PersonFactory(team=team), PersonFactory(team=team)
    talk = ConversationFactory(team=team, builder=builder, people=[rose], themes=[ThemeFactory(team=team)])
    kept = change(talk, builder, people=[idris, "Ama"], themes=["Fire"], summary="Other", neighbourhood=here)
    kept.refresh_from_db()
    assert (kept.summary, kept.neighbourhood) == ("Other", here)
    assert sorted(kept.people.values_list("known_as", flat=True)) == sorted([idris.known_as, "Ama"])
    assert [theme.name for theme in kept.themes.all()] == ["Fire"]
    assert verbs(kept) == [("update", ["neighbourhood", "people", "summary", "themes"])]


def test_a_change_without_differences_is_not_audited(team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder, people=[PersonFactory(team=team)])
    change(talk, builder, summary=talk.summary)
    assert verbs(talk) == []


def test_gifts_are_added_and_unlinked_with_their_resident(team, builder) -> None:
    rose, idris = PersonFactory(team=team), PersonFactory(team=team)
    talk = ConversationFactory(team=team, builder=builder, people=[rose, idris])
    gone, stays = GiftFactory(person=rose, heard_in=talk), GiftFactory(person=idris, heard_in=talk)
    change(talk, builder, people=[idris], gifts=[GiftHeard(idris, "Song", "heart")])
    assert set(talk.gifts_heard.values_list("name", flat=True)) == {stays.name, "Song"}
    gone.refresh_from_db()
    assert (gone.person, gone.heard_in) == (rose, None)


@pytest.mark.parametrize("person", ["evaluator", "stranger", "colleague"])
def test_others_cannot_change_or_delete(team, builder, request, person) -> None:
    by = UserFactory(roles={team: [Role.BUILDER]}) if person == "colleague" else request.getfixturevalue(person)
    talk = ConversationFactory(team=team, builder=builder, stepped=True)
    before = counts()
    for act in (
        lambda: change(talk, by, summary="Mine"),
        lambda: actions.delete_conversation(conversation=talk, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert counts() == before
    talk.refresh_from_db()
    assert talk.summary != "Mine"


def test_a_manager_can_change_a_conversation(team, builder, manager) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    assert change(talk, manager, summary="Better").builder == builder


def test_a_concurrent_change_is_not_overwritten(clock, team, builder, manager) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    seen = talk.updated_at
    clock.shift(timedelta(minutes=1))
    change(talk, manager, summary="The manager's")
    with pytest.raises(ValidationError) as caught:
        change(talk, builder, summary="The builder's", seen_at=seen)
    assert caught.value.code == "changed"
    talk.refresh_from_db()
    assert talk.summary == "The manager's"
    assert change(talk, builder, summary="The builder's", seen_at=talk.updated_at).summary == "The builder's"


def test_an_old_date_can_stay_but_cannot_be_chosen(clock, team, builder) -> None:
    old = timezone.localdate() - timedelta(days=900)
    talk = ConversationFactory(team=team, builder=builder, held_on=old)
    assert change(talk, builder, summary="Other", held_on=old).summary == "Other"
    with pytest.raises(ValidationError) as caught:
        change(talk, builder, held_on=old + timedelta(days=1))
    assert set(errors(caught)) == {"held_on"}


def test_a_change_adds_a_step_and_leaves_those_before(team, builder, manager) -> None:
    talk = ConversationFactory(team=team, builder=builder, done=True)
    change(talk, manager, next_step="Something else", next_step_on=date(2026, 6, 1))
    done, new = talk.steps.order_by("pk")
    assert (done.is_done, done.words) == (True, "Bring the recipe")
    assert (new.words, new.due_on, new.owner, new.is_open) == ("Something else", date(2026, 6, 1), manager, True)
    assert verbs(talk)[-1] == ("update", ["steps"])


def test_a_change_cannot_empty_a_conversation(team, builder) -> None:
    talk = ConversationFactory(team=team, builder=builder)
    with pytest.raises(ValidationError):
        change(talk, builder, summary="")
    talk.refresh_from_db()
    assert talk.summary


def test_a_photo_can_be_replaced_and_removed(team, builder, media, django_capture_on_commit_callbacks) -> None:
    talk = log(team, builder, photo=ContentFile(b"one", name="a.jpg"), photo_alt="One")
    first = media / talk.photo.name
    with django_capture_on_commit_callbacks(execute=True):
        talk = change(talk, builder, photo=ContentFile(b"two", name="b.jpg"), photo_alt="Two")
    second = media / talk.photo.name
    assert (first.exists(), second.read_bytes()) == (False, b"two")
    with django_capture_on_commit_callbacks(execute=True):
        talk = change(talk, builder, removes_photo=True)
    talk.refresh_from_db()
    assert (second.exists(), talk.photo.name, talk.photo_alt) == (False, "", "")
    assert verbs(talk)[-1] == ("update", ["photo"])


# Deleting, and what there was to come back to.


def test_delete_keeps_people_gifts_and_introductions(team, builder) -> None:
    rose = PersonFactory(team=team)
    talk = ConversationFactory(team=team, builder=builder, people=[rose])
    gift = GiftFactory(person=rose, heard_in=talk)
    introduction = IntroductionFactory(team=team, conversation=talk)
    pk = talk.pk
    actions.delete_conversation(conversation=talk, by=builder)
    assert not Conversation.objects.filter(pk=pk).exists()
    gift.refresh_from_db()
    assert (gift.person, gift.heard_in) == (rose, None)
    assert Introduction.objects.get(pk=introduction.pk).conversation is None
    entries = AuditEntry.objects.filter(model="connectors.conversation", object_id=str(pk))
    assert list(entries.values_list("verb", "actor", "team")) == [("delete", builder.pk, team.pk)]


# One conversation, whatever runs at the same time.


@pytest.mark.postgresql
def test_saving_sixty_four_times_at_once_saves_one(race) -> None:
    team = TeamFactory()
    builder = UserFactory(roles={team: [Role.BUILDER]})
    number = uuid.uuid4()

    def send() -> int:
        return actions.log_conversation(
            team=team,
            by=builder,
            uuid=number,
            summary="Hello",
            people=["Rose", "Ama"],
            themes=["Fire"],
            gifts=[GiftHeard("Rose", "Baking", "hands")],
        ).pk

    found = [pk for _ in range(4) for pk in race(*[send] * 16)]
    assert len(found) == 64
    assert set(found) == {Conversation.objects.get().pk}
    assert (Person.objects.count(), Theme.objects.count(), Gift.objects.count()) == (2, 1, 1)
    made = AuditEntry.objects.filter(verb="create").values_list("model", flat=True).order_by("model")
    assert list(made) == [
        "connectors.conversation",
        "connectors.gift",
        "connectors.person",
        "connectors.person",
        "connectors.theme",
    ]


@pytest.mark.postgresql
def test_one_new_theme_added_at_once_is_one(race) -> None:
    team = TeamFactory()
    builder = UserFactory(roles={team: [Role.BUILDER]})
    outcomes = race(
        *[lambda number=number: log(team, builder, themes=["Fire" if number % 2 else "fire"]) for number in range(12)]
    )
    assert all(isinstance(outcome, Conversation) for outcome in outcomes), outcomes
    theme = Theme.objects.get()
    assert theme.conversations.count() == 12


def test_a_key_distinguishes_residents_of_one_name(team) -> None:
    one, two = PersonFactory(team=team, known_as="Mary"), PersonFactory(team=team, known_as="Mary")
    assert len({key(one), key(two), key("Mary"), key(" mary")}) == 3


# Told about our records.


@pytest.mark.parametrize(("told", "on"), [(True, date(2026, 5, 19)), (False, None)])
def test_only_new_residents_are_marked_as_told_on_that_day(clock, team, builder, told, on) -> None:
    rose = PersonFactory(team=team, known_as="Rose", told_on=None)
    talk = log(team, builder, people=[rose, "Ama"], held_on=date(2026, 5, 19), told=told)
    ama = Person.objects.get(known_as="Ama")
    rose.refresh_from_db()
    assert (ama.told_on, rose.told_on) == (on, None)
    assert ("told_on" in verbs(ama)[0][1]) is told
    actions.change_conversation(conversation=talk, by=builder, people=[rose, ama, "Li"], themes=[], told=told)
    assert Person.objects.get(known_as="Li").told_on == on
