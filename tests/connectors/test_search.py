"""Keyword search in conversations, with the same results on both databases."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities import full_text, latest_words
from communities.full_text import Lookup, full_texts, latest_of
from communities.models import Team, User
from communities.searching import Search
from connectors.finders import PARTS_OF_TALKS
from connectors.models import Conversation
from connectors.queries import search
from connectors.queries.search import CONVERSATIONS, GIFTS, with_words
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory

pytestmark = pytest.mark.django_db


def found(team: Team, text: str) -> set[str]:
    rows = with_words(Conversation.objects.filter(team=team), Search(UserFactory(), team, text))
    return set(rows.values_list("summary", flat=True))


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        ("Mae bakes bread on Fridays", "bread"),
        ("Mae bakes bread on Fridays", "BRE fri"),
        ("Mae bakes bread on Fridays", "fridays mae"),
        ("Mae bakes bread on Fridays", '"bakes bread"'),
        ("Mae bakes bread on Fridays", '"bakes bre'),
        ("Lunch at the Café Tŷ Gŵyn", "cafe ty gwyn"),
        ("Lunch at the cafe ty gwyn", "CAFÉ TŶ"),
        ("JOSÉ and Żaneta mend bikes", "jose zaneta"),
        ("A bike-mending morning", "mending"),
        ("A bike-mending morning", "bike-mending"),
        ("the neighbours' shed", "neighbours shed"),
        ("Mae's soup", "mae"),
        ("write to mae@example.org", "example"),
        ("see kith.example/soup", "soup"),
        ("either/or", "or"),
        ("room_7b", "7b"),
        ("on 2026-05-01 we met", "2026"),
        ("Привет соседи", "соседи"),
        ("مرحبا يا جيران", "جيران"),
        ("🎉 party 🎉", "party"),
        ("Plan B for the hall", "b hall"),
        ("Łukasz and Ørjan sweep the Straße", "lukasz orjan strasse"),
        ("Lukasz came", "ŁUKASZ"),
        ("Éloïse O’Neill’s choir", "oneills eloise"),
        ("ONeill came", "O'Neill"),
        ("soft\u00adly sung", "softly"),
        ("Siân Ŵyn", "sian wyn"),
        ("茶会 on Friday", "茶"),
    ],
)
def test_keywords_are_found(team: Team, summary: str, text: str) -> None:
    ConversationFactory(team=team, summary=summary)
    assert found(team, text) == {summary}


@pytest.mark.parametrize(
    "text",
    [
        "b",
        "a bread",
        '"bakes b"',
        "fridaysfair",
        "cake",
        "bread cake",
        '"bread bakes"',
        "akes",
        "",
        "*",
        '"',
        "' OR 1=1 --",
        "team_id : 1",
        "NOT bread x",
    ],
)
def test_other_keywords_find_nothing(team: Team, text: str) -> None:
    ConversationFactory(team=team, summary="Mae bakes bread on Fridays")
    assert found(team, text) == set()


def test_a_prefix_finds_every_ending(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    endings = {
        f"we had {word} outside" for word in ("sing", "singer", "singers", "singing", "singsong", "sing0", "singÿ")
    }
    for summary in (*endings, "we had single beds", "a signal outside", "we had song outside"):
        ConversationFactory(team=team, summary=summary)
    for most in (20, 3):
        # Searched one by one, and all at once when there are too many.
        monkeypatch.setattr(full_text, "MOST_ENDINGS", most)
        assert found(team, "sing outside") == endings
        assert found(team, '"had sing" outside') == endings
        assert found(team, '"had singe"') == {"we had singer outside", "we had singers outside"}
        assert found(team, '"outside sing"') == set()


def test_a_word_without_a_stem_is_not_searched_as_a_prefix(team: Team) -> None:
    ConversationFactory(team=team, summary="Mae bakes bread")
    with CaptureQueriesContext(connection) as asked:
        assert found(team, "bread") == {"Mae bakes bread"}
    if connection.vendor == "sqlite":
        matched = [query["sql"] for query in asked if "connectors_conversation_text MATCH" in query["sql"]]
        assert len(matched) == 1
        # For a prefix SQLite would read every row before the first result.
        assert '"bread"' in matched[0]
        assert "*" not in matched[0].replace("found.*", "")


def test_the_team_marker_cannot_be_searched(team: Team) -> None:
    ConversationFactory(team=team, summary="Mae bakes bread")
    for text in (str(team.pk), f"@{team.pk}", f"{team.pk} bread", f"{team.pk}@bread", f'"@{team.pk}" bread'):
        assert found(team, text) == set()


@pytest.mark.parametrize("letter", ["a", "\u00e9", "\u6c34", "\U00020000"])
@pytest.mark.parametrize("length", [255, 256, 455, 511, 512, 680, 682, 1000, 2045, 2046, 2047, 5000])
def test_a_very_long_word_is_saved_and_hides_no_other(team: Team, letter: str, length: int) -> None:
    """PostgreSQL refuses a row with a word of more than 2,046 bytes, the team in front of it included."""
    summary = f"Mae {letter * length} bakes bread"
    ConversationFactory(team=team, summary=summary)
    assert found(team, "mae bread") == {summary}


@pytest.mark.parametrize("sign", [",", ";", "/", ")(", "\u2026", "!"])
def test_words_without_spaces_between_them_are_found(team: Team, sign: str) -> None:
    summary = sign.join(["kettle", *["bench"] * 100, "lantern"])
    ConversationFactory(team=team, summary=summary)
    assert found(team, "kettle lantern") == {summary}


@pytest.mark.postgresql
def test_a_search_reads_no_words_of_other_teams(team: Team) -> None:
    """In PostgreSQL's index the words of each team stand for themselves, also those that start like the one searched."""
    kept = ConversationFactory(team=team, summary="Mae's \\ bread 12 2026-05-01 a_b mae@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(full_text) FROM connectors_conversation WHERE id = %s", [kept.pk])
        words = cursor.fetchone()[0]
    assert f"@{team.pk}" in words
    own = [word for word in words if word != f"@{team.pk}"]
    assert {word.removeprefix(f"{team.pk}@") for word in own} >= {
        "maes",
        "bread",
        "12",
        "2026",
        "05",
        "01",
        "b",
        "mae",
        "example",
        "org",
    }
    assert all(word.startswith(f"{team.pk}@") for word in own)


def test_old_conversations_are_found(team: Team, other_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest_words, "NEAR", 1)
    old = [ConversationFactory(team=team, summary="soup") for _each in range(3)]
    new = ConversationFactory(team=team, summary="soup and songs")
    for number in range(4):
        ConversationFactory(team=team, summary=f"bread {number}")
        ConversationFactory(team=other_team, summary="soup")
    rows = CONVERSATIONS.matching(Conversation.objects.all(), "soup", team_id=team.pk, most=3)
    assert set(rows) == {new, old[2], old[1]}


@pytest.mark.parametrize("near", [1, 2, 3, 50])
def test_how_far_back_is_read_first_does_not_change_what_is_found(
    team: Team, other_team: Team, monkeypatch: pytest.MonkeyPatch, near: int
) -> None:
    monkeypatch.setattr(latest_words, "NEAR", near)
    # The latest are all about bread, every third about soup, the oldest about jam, and one in the middle about tea.
    said = {n: ("jam" if n < 4 else "", "tea" if n == 8 else "", "bread" if n > 9 else "") for n in range(16)}
    talks = [
        ConversationFactory(team=team, summary=" ".join(("about", *words, "soup" if n % 3 == 0 else "")))
        for n, words in said.items()
    ]
    GiftFactory.create_batch(2, name="bread and soup", person__team=other_team)
    found = {
        "jam": talks[:4],
        "soup": talks[::3],
        "bread": talks[10:],
        "tea": [talks[8]],
        "so bre": [talks[12], talks[15]],
    }
    for word, wanted in found.items():
        for most in (1, 2, 3, 4, 100):
            expected = [talk.pk for talk in reversed(wanted)][:most]
            assert CONVERSATIONS.latest(word, team_id=team.pk, most=most) == expected, (word, most)
        given = [GiftFactory(name=word, person__team=team).pk for _each in range(3)]
        GiftFactory.create_batch(3, name=word, person__team=other_team)
        assert set(given) <= set(GIFTS.latest(word, team_id=team.pk, most=100))
        assert GIFTS.latest(word, team_id=team.pk, most=2) == given[:0:-1]


@pytest.mark.parametrize("rare", [1, 2, 3, 100])
@pytest.mark.parametrize("near", [2, 20])
def test_whether_rarer_words_are_looked_up_first_does_not_change_what_is_found(
    team: Team, other_team: Team, monkeypatch: pytest.MonkeyPatch, rare: int, near: int
) -> None:
    for name, value in (("RARE", rare), ("NEAR", near), ("COUNTED", 6)):
        monkeypatch.setattr(latest_words, name, value)
    # Everybody talked of bread, every other one of soup as well, few of jam, and one of tea, long ago.
    talks = [
        ConversationFactory(
            team=team,
            summary=" ".join(
                ("bread", "soup" if n % 2 == 0 else "", "jam" if n in (1, 2, 4, 11) else "", "tea" if n == 2 else "")
            ),
        )
        for n in range(16)
    ]
    ConversationFactory(team=other_team, summary="bread soup jam tea")
    found = {
        "bread jam": (11, 4, 2, 1),
        "jam bread": (11, 4, 2, 1),
        "br so ja": (4, 2),
        '"bread jam"': (11, 1),
        '"bread soup" jam': (4, 2),
        "tea jam": (2,),
        "tea bread": (2,),
        "soup zeppelin": (),
        "tea zeppelin": (),
        "bread soup": tuple(range(14, -1, -2)),
    }
    for text, wanted in found.items():
        for most in (1, 2, 3, 100):
            expected = [talks[n].pk for n in wanted][:most]
            assert CONVERSATIONS.latest(text, team_id=team.pk, most=most) == expected, (text, most)


@pytest.mark.postgresql
def test_the_index_is_not_asked_for_common_words_beside_a_rare_one(team: Team) -> None:
    """It would collect every row with the common word, of all teams: “Mary bikes” took 34 ms instead of 1."""
    ConversationFactory(team=team, summary="bikes and a zeppelin")
    for _each in range(30):
        ConversationFactory(team=team, summary="bikes")
    sql, words = latest_words.latest_with(
        CONVERSATIONS.table, ["zeppelin:*", "bikes:*"], any_of_them=False, team_id=team.pk, has_team=True, most=30
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF) {sql}", words)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    scans = re.findall(rf"Scan on {CONVERSATIONS.table} .*", plan.partition("CTE every")[2])
    assert [scan.endswith("(never executed)") for scan in scans] == [True]


def test_every_text_field_is_searched(team: Team) -> None:
    ConversationFactory(team=team, summary="one", idea="a cinema")
    ConversationFactory(team=team, summary="two", next_step="Bring the projector", idea="")
    ConversationFactory(team=team, summary="three", place_name="Old Picture House")
    assert found(team, "cinema") == {"one"}
    assert found(team, "projector") == {"two"}
    assert found(team, "picture") == {"three"}
    assert found(team, "cinema projector") == set()


def test_the_index_follows_every_write(team: Team) -> None:
    talk = ConversationFactory(team=team, summary="about soup")
    Conversation.objects.filter(pk=talk.pk).update(summary="about jam")
    assert (found(team, "soup"), found(team, "jam")) == (set(), {"about jam"})
    talk.refresh_from_db()
    talk.idea = "a stall"
    talk.save()
    assert found(team, "stall jam") == {"about jam"}
    with transaction.atomic():
        Conversation.objects.filter(pk=talk.pk).update(summary="about bread")
        transaction.set_rollback(True)
    assert (found(team, "bread"), found(team, "jam")) == (set(), {"about jam"})
    talk.delete()
    assert found(team, "jam") == set()


def test_a_row_that_moves_to_another_team_is_found_there(team: Team, other_team: Team) -> None:
    talk = ConversationFactory(team=team, summary="about soup")
    Conversation.objects.filter(pk=talk.pk).update(team=other_team)
    assert (found(team, "soup"), found(other_team, "soup")) == (set(), {"about soup"})


def test_matches_of_other_teams_do_not_use_up_the_limit(team: Team, other_team: Team) -> None:
    mine = [ConversationFactory(team=team, summary=f"soup {number}") for number in range(3)]
    for _each in range(5):
        ConversationFactory(team=other_team, summary="soup")
    rows = CONVERSATIONS.matching(Conversation.objects.all(), "soup", team_id=team.pk, most=2)
    assert set(rows) == {mine[1], mine[2]}


def test_a_rebuilt_index_finds_the_same(team: Team, transactional_db: None) -> None:
    ConversationFactory(team=team, summary="about soup")
    CONVERSATIONS.install(connection)
    assert found(team, "soup") == {"about soup"}


def test_the_list_can_be_searched(team: Team, builder: User, client_for) -> None:
    ConversationFactory(team=team, summary="Mae bakes bread")
    ConversationFactory(team=team, summary="Tom sings")
    page = client_for(builder).get("/conversations/", {"q": "brea"}).content.decode()
    assert "Mae bakes bread" in page
    assert "Tom sings" not in page


@given(text=st.text(max_size=60))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_query_breaks_the_search(team: Team, text: str) -> None:
    assert found(team, text.replace("\x00", "")) <= {"nothing"}


def test_the_number_of_matches_is_limited(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    assert full_text.MOST_FOUND == 300
    for _each in range(4):
        ConversationFactory(team=team, summary="soup")
    assert CONVERSATIONS.matching(Conversation.objects.all(), "soup", team_id=team.pk, most=3).count() == 3


def test_other_filters_apply_before_the_limit(
    team: Team, builder: User, client_for, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_FOUND", 1)
    quiet = ConversationFactory(team=team, summary="soup by the brook", placed=True)
    for number in range(3):
        ConversationFactory(team=team, summary=f"soup {number}")
    client = client_for(builder)
    page = client.get("/conversations/", {"q": "soup"}).content.decode()
    assert "soup 2" in page
    assert "soup 1" not in page
    assert "These are the latest 1 with these words" in page
    page = client.get("/conversations/", {"q": "soup", "neighbourhood": quiet.neighbourhood_id}).content.decode()
    assert "soup by the brook" in page


def test_looking_up_many_texts_at_once_finds_what_each_finds(team, other_team) -> None:
    for word in ("bread", "breadmaking", "bead", "brass band", "a bread oven", "b"):
        for each in (team, other_team):
            ConversationFactory.create_batch(2, team=each, summary=f"About {word}", idea="brass")
    texts = ["bread", "bre", "br", "b", '"brass ba" about', '"brass band"', "zeppelin", "...", "", "about a bread oven"]
    lookups = [Lookup(index, text, most) for index in full_texts() for text in texts for most in (1, 3, 100)]
    at_once = latest_of(lookups, team_id=team.pk)
    assert at_once == [each.index.latest(each.text, team_id=team.pk, most=each.most) for each in lookups]
    assert sum(map(len, at_once)) > 50


@pytest.mark.parametrize("text", ["canal", "canal bread", "canal bread kettle oven"])
def test_all_words_of_a_search_are_looked_up_in_one_query(team, builder, text) -> None:
    ConversationFactory(team=team, builder=builder, summary="A canal, bread, a kettle and an oven")
    with CaptureQueriesContext(connection) as asked:
        rows = with_words(Conversation.objects.filter(team=team), Search(builder, team, text), parts=PARTS_OF_TALKS)
        assert rows.count() == 1
    looked_up = [query["sql"] for query in asked if " MATCH " in query["sql"] or "to_tsquery" in query["sql"]]
    assert len(looked_up) == 1
