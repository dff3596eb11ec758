"""A team's own list of words, dismissed words, and the number of noticed words in each conversation."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from communities.models import AuditEntry
from connectors.actions import noticed_words
from connectors.actions.conversations import change_conversation, log_conversation
from connectors.actions.next_steps import delete_next_step
from connectors.models import Conversation, IgnoredWord, TeamWord
from connectors.wording import actions
from connectors.wording.queries import lists as queries
from connectors.wording.rules import MOST_WORDS
from tests.factories.communities import TeamFactory
from tests.factories.connectors import ConversationFactory
from tests.factories.connectors_words import IgnoredWordFactory, TeamWordFactory

pytestmark = pytest.mark.django_db

FINE = {"phrase": "gap filler", "alternatives": "neighbour, friend", "reason": "Nobody is a gap.", "language": "en-gb"}


def said(words, text: str) -> list[str]:
    return [each.word for each in words.notice(text)]


def test_a_team_word_is_noticed_at_once_and_only_in_its_team(team, other_team, manager) -> None:
    assert said(queries.list_of(team), "a gap filler") == []
    word = actions.add_word(
        team=team, by=manager, **FINE | {"phrase": " gap   filler ", "alternatives": "neighbour,friend"}
    )
    assert (word.phrase, word.alternatives, word.created_by) == ("gap filler", "neighbour, friend", manager)
    (found,) = queries.list_of(team).notice("A Gap-filler came.")
    assert (found.alternatives, found.reason) == (("Neighbour", "Friend"), "Nobody is a gap.")
    assert said(queries.list_of(other_team), "a gap filler") == []
    actions.change_word(word=word, by=manager, alternatives="resident")
    assert queries.list_of(team).notice("gap filler")[0].alternatives == ("resident",)
    actions.remove_word(word=word, by=manager)
    assert said(queries.list_of(team), "a gap filler") == []
    trail = AuditEntry.objects.filter(model="connectors.teamword").order_by("pk").values_list("verb", "field_names")
    assert list(trail) == [
        ("create", ["alternatives", "phrase", "reason"]),
        ("update", ["alternatives"]),
        ("delete", []),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"phrase": "(a+)+"}, "phrase"),
        ({"phrase": "x" * 61}, "phrase"),
        ({"phrase": "Old Word"}, "phrase"),
        ({"phrase": "old-word"}, "phrase"),
        ({"phrase": "needs"}, "phrase"),
        ({"alternatives": "a client"}, "alternatives"),
        ({"alternatives": "old word"}, "alternatives"),
        ({"alternatives": ""}, "alternatives"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"language": "fr"}, "language"),
    ],
)
def test_invalid_words_show_an_error_beside_their_field(values, field, team, manager) -> None:
    TeamWordFactory(team=team, phrase="old word", alternatives="neighbour")
    TeamWordFactory(team=team, phrase="needs", silent=True)
    with pytest.raises(ValidationError) as refused:
        actions.add_word(team=team, by=manager, **FINE | values)
    assert list(refused.value.message_dict) == [field]
    assert TeamWord.objects.filter(team=team).count() == 2


def test_changing_a_word_can_keep_its_phrase(team, manager) -> None:
    word = TeamWordFactory(team=team, phrase="old word", alternatives="neighbour")
    assert actions.change_word(word=word, by=manager, phrase="Old word").phrase == "Old word"


def test_a_team_can_have_a_thousand_words(team, manager, monkeypatch) -> None:
    assert MOST_WORDS == 1_000
    monkeypatch.setattr("connectors.wording.rules.MOST_WORDS", 2)
    TeamWordFactory.create_batch(2, team=team)
    with pytest.raises(ValidationError, match="The list is full: 2 words"):
        actions.add_word(team=team, by=manager, **FINE)


def test_a_shipped_word_can_be_ignored_and_restored(team, other_team, manager, builder) -> None:
    first = actions.switch_off_word(team=team, by=manager, name="Client")
    assert actions.switch_off_word(team=team, by=manager, name="client") == first
    assert said(queries.list_for(builder, team), "a client with needs, two clients") == ["needs"]
    assert said(queries.list_of(other_team), "a client") == ["client"]
    actions.restore_word(team=team, by=manager, name="client")
    actions.restore_word(team=team, by=manager, name="client")
    assert said(queries.list_of(team), "a client") == ["client"]
    assert list(
        AuditEntry.objects.filter(model="connectors.teamword").order_by("pk").values_list("verb", flat=True)
    ) == [
        "ignore_word",
        "restore",
    ]


def test_only_shipped_words_can_be_ignored(team, manager) -> None:
    for name in ("kettle", "", "gap filler"):
        with pytest.raises(ValidationError):
            actions.switch_off_word(team=team, by=manager, name=name)
        with pytest.raises(ValidationError):
            actions.restore_word(team=team, by=manager, name=name)
    TeamWordFactory(team=team, phrase="client", alternatives="friend")
    with pytest.raises(ValidationError, match="its own word"):
        actions.switch_off_word(team=team, by=manager, name="client")


def test_a_word_can_be_ignored_by_one_user_only(team, builder, manager) -> None:
    TeamWordFactory(team=team, phrase="gap filler", alternatives="neighbour")
    for _ in range(2):
        actions.ignore_word(team=team, by=builder, name="Client")
        actions.ignore_word(team=team, by=builder, name="gap-filler")
    assert IgnoredWord.objects.count() == 2
    assert said(queries.list_for(builder, team), "gap filler, client, clients, needs") == ["needs"]
    assert said(queries.list_for(manager, team), "gap filler, client") == ["gap filler", "client"]
    actions.stop_ignoring_word(team=team, by=builder, name="client")
    actions.stop_ignoring_word(team=team, by=builder, name="client")
    assert said(queries.list_for(builder, team), "gap filler, client") == ["client"]
    assert not AuditEntry.objects.filter(model="connectors.ignoredword").exists(), "whose words they keep is theirs"
    with pytest.raises(ValidationError):
        actions.ignore_word(team=team, by=builder, name="kettle")


def test_who_cannot_change_words(team, builder, evaluator, stranger) -> None:
    word = TeamWordFactory(team=team, phrase="gap filler")
    for user in (builder, evaluator, stranger):
        for attempt in (
            lambda by: actions.add_word(team=team, by=by, **FINE),
            lambda by: actions.change_word(word=word, by=by, reason="Ours."),
            lambda by: actions.remove_word(word=word, by=by),
            lambda by: actions.switch_off_word(team=team, by=by, name="client"),
            lambda by: actions.restore_word(team=team, by=by, name="client"),
        ):
            with pytest.raises(PermissionDenied):
                attempt(user)
    for user in (evaluator, stranger):
        with pytest.raises(PermissionDenied):
            actions.ignore_word(team=team, by=user, name="client")
        with pytest.raises(PermissionDenied):
            actions.stop_ignoring_word(team=team, by=user, name="client")


def test_an_ignored_word_cannot_be_changed_as_a_team_word(team, manager) -> None:
    word = TeamWordFactory(team=team, phrase="client", silent=True)
    with pytest.raises(PermissionDenied):
        actions.change_word(word=word, by=manager, **FINE)
    with pytest.raises(PermissionDenied):
        actions.remove_word(word=word, by=manager)


def test_the_list_is_compiled_once(team, builder, django_assert_num_queries) -> None:
    TeamWordFactory.create_batch(3, team=team)
    first = queries.list_of(team)
    with django_assert_num_queries(2):
        assert queries.list_for(builder, team).entries is first.entries
    with django_assert_num_queries(1):
        assert queries.list_of(team) is first


def test_a_conversation_is_counted_when_saved_and_when_its_text_changes(team, builder) -> None:
    TeamWordFactory(team=team, phrase="gap filler", alternatives="neighbour")
    TeamWordFactory(team=team, phrase="needs", silent=True)
    IgnoredWordFactory(team=team, user=builder, phrase="client")
    talk = log_conversation(
        team=team,
        by=builder,
        summary="A client with needs said “a client”.",
        idea="A gap filler.",
        next_step="Refer them",
    )
    assert talk.words_noticed == 3, "the team's list counts, not what one person left alone"
    same = {"conversation": talk, "by": builder, "people": (), "themes": ()}
    TeamWordFactory(team=team, phrase="said", alternatives="told us")
    assert change_conversation(**same, place_name="The hall").words_noticed == 3, "its words did not change"
    assert change_conversation(**same, summary="Rose said hello.").words_noticed == 3
    assert change_conversation(**same, summary="Rose.", idea="").words_noticed == 1, "its next step still counts"
    delete_next_step(step=talk.steps.get(), by=builder)
    talk.refresh_from_db()
    assert talk.words_noticed == 0
    Conversation.objects.update(words_noticed=None)
    assert change_conversation(**same, place_name="The green").words_noticed == 0


def test_recounting_reaches_every_conversation_in_batches_and_changes_nothing_else(team, manager, monkeypatch) -> None:
    monkeypatch.setattr(noticed_words, "BATCH", 2)
    for summary in ("a client", "two clients, needs", "Rose", "a client", "“a client”"):
        ConversationFactory(team=team, summary=summary)
    elsewhere = ConversationFactory(team=TeamFactory(), summary="a client")
    before = dict(Conversation.objects.values_list("pk", "updated_at"))
    assert set(Conversation.objects.values_list("words_noticed", flat=True)) == {None}
    assert noticed_words.recount_words(team=team) == 5
    counts = Conversation.objects.filter(team=team).order_by("pk").values_list("words_noticed", flat=True)
    assert list(counts) == [1, 2, 0, 1, 0]
    assert noticed_words.recount_words(team=team) == 0
    actions.switch_off_word(team=team, by=manager, name="needs")
    assert noticed_words.recount_words(team=team, only_missing=True) == 0
    assert noticed_words.recount_words(team=team) == 1
    assert dict(Conversation.objects.values_list("pk", "updated_at")) == before
    elsewhere.refresh_from_db()
    assert elsewhere.words_noticed is None
    assert AuditEntry.objects.filter(verb="count_words", object_id=str(team.pk)).count() == 4


def test_the_command_counts_a_team(team) -> None:
    ConversationFactory(team=team, summary="a client")
    out = StringIO()
    call_command("count_words", team=team.slug, missing=True, stdout=out)
    assert out.getvalue() == "Counted. The number changed in 1 conversations.\n"
    assert Conversation.objects.get().words_noticed == 1
    with pytest.raises(CommandError, match="No team has the short name “nowhere”"):
        call_command("count_words", team="nowhere")
