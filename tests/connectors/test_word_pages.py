"""The pages of words: readable by the whole team, changed by managers, and dismissed by those who write."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from connectors.models import IgnoredWord, TeamWord
from connectors.wording.views import LISTED
from tests.factories.connectors_words import IgnoredWordFactory, TeamWordFactory

pytestmark = pytest.mark.django_db

LIST = reverse("connectors:word-list")
DATA = reverse("connectors:word-data")
FINE = {"phrase": "gap filler", "alternatives": "neighbour", "reason": "Nobody is a gap.", "language": "en-gb"}


def names(response) -> list[str]:
    return [row.entry.name for row in response.context["page"].rows]


def test_the_list_shows_team_words_then_shipped_words(client_for, team, evaluator) -> None:
    TeamWordFactory(team=team, phrase="gap filler", reason="Nobody is a gap.")
    TeamWordFactory(phrase="of another team")
    response = client_for(evaluator).get(LIST)
    assert names(response)[:2] == ["gap filler", "service user"]
    assert "defnyddiwr gwasanaeth" in names(client_for(evaluator).get(LIST, {"q": "defnyddiwr"}))
    page = response.text
    assert "Nobody is a gap." in page
    assert "People are citizens with something to offer, not recipients of a service." in page
    welsh = client_for(evaluator).get(LIST, {"q": "cleient"}).text
    assert '<span lang="cy">cleient, gleient</span>' in welsh
    assert "of another team" not in page
    assert "Ignore for me" not in page
    assert "Add a word" not in page


def test_tabs_and_search_filter_the_list(client_for, team, builder) -> None:
    client = client_for(builder)
    TeamWordFactory(team=team, phrase="gap filler", reason="Nobody is a gap.")
    TeamWordFactory(team=team, phrase="client", silent=True)
    IgnoredWordFactory(team=team, user=builder, phrase="needs")
    IgnoredWordFactory(team=team, phrase="deprived")
    assert names(client.get(LIST, {"show": "own"})) == ["gap filler"]
    assert names(client.get(LIST, {"show": "quiet"})) == ["client", "needs"]
    assert names(client.get(LIST, {"show": "cy", "q": "HANGHENION CYM"})) == ["anghenion cymhleth"]
    assert names(client.get(LIST, {"show": "en-gb", "q": "cleient"})) == []
    assert names(client.get(LIST, {"q": "nobody is"})) == ["gap filler"]
    assert "No word like that" in client.get(LIST, {"q": "kettle"}).text
    for odd in ({"show": "'"}, {"q": "x" * 100}, {"q": "(a+)+$"}):
        assert client.get(LIST, odd).status_code == 200


def test_empty_tabs_explain_themselves(client_for, builder) -> None:
    client = client_for(builder)
    assert "No words of your own yet" in client.get(LIST, {"show": "own"}).text
    assert "No words are ignored" in client.get(LIST, {"show": "quiet"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_a_constant_number_of_queries(
    count, client_for, team, manager, django_assert_num_queries
) -> None:
    client = client_for(manager)
    TeamWordFactory.create_batch(count, team=team)
    client.get(LIST)
    with django_assert_num_queries(6):
        client.get(LIST)


def test_a_manager_adds_changes_and_deletes_words(client_for, team, manager) -> None:
    client = client_for(manager)
    new = reverse("connectors:word-create")
    assert client.post(new, FINE).headers["Location"] == LIST
    word = TeamWord.objects.get()
    assert (word.team, word.phrase, word.created_by) == (team, "gap filler", manager)
    edit = reverse("connectors:word-update", args=[word.pk])
    assert client.post(edit, FINE | {"alternatives": "friend"}).status_code == 302
    word.refresh_from_db()
    assert word.alternatives == "friend"
    client.post(reverse("connectors:word-delete", args=[word.pk]))
    assert not TeamWord.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"phrase": "(a+)+"}, "Write one word or a short phrase"),
        ({"phrase": "Old Word"}, "on the list already"),
        ({"alternatives": "a client"}, "“client” is on the list too"),
        ({"alternatives": ""}, "required"),
        ({"reason": ""}, "required"),
    ],
)
def test_a_refused_word_keeps_what_was_typed(values, words, client_for, team, manager) -> None:
    TeamWordFactory(team=team, phrase="old word")
    page = (
        client_for(manager).post(reverse("connectors:word-create"), FINE | {"reason": "Kept as typed."} | values).text
    )
    assert words in page
    assert ("Kept as typed." in page) == ("reason" not in values)
    assert TeamWord.objects.count() == 1


def test_a_manager_ignores_and_restores_words_and_stays_on_the_page(client_for, team, manager) -> None:
    client = client_for(manager)
    url = reverse("connectors:word-switch-off")
    assert client.post(url, {"name": "client", "show": "cy"}).headers["Location"] == f"{LIST}?show=cy"
    assert TeamWord.objects.get().is_silent
    assert "Restore" in client.get(LIST, {"show": "quiet"}).text
    assert client.post(url, {"undo": "client", "show": "//evil.example"}).headers["Location"] == LIST
    assert not TeamWord.objects.exists()
    assert "not on the list" in client.post(url, {"name": "kettle"}, follow=True).text


def test_a_word_can_be_ignored_and_restored_without_javascript(client_for, builder) -> None:
    client = client_for(builder)
    url = reverse("connectors:word-ignore")
    page = client.post(url, {"name": "client"}, follow=True).text
    assert "You will not be told about “client” again." in page
    assert "Ignored for you" in page
    assert IgnoredWord.objects.get().user == builder
    assert "You are told about “client” again." in client.post(url, {"undo": "client"}, follow=True).text
    assert not IgnoredWord.objects.exists()
    assert "no longer on your team’s list" in client.post(url, {"name": "kettle"}, follow=True).text


def test_scripts_get_a_response_without_a_page(client_for, builder) -> None:
    client = client_for(builder)
    url = reverse("connectors:word-ignore")
    headers = {"Accept": "application/json"}
    for name, status in (("client", 204), ("client", 204), ("kettle", 422)):
        response = client.post(url, {"name": name}, headers=headers)
        assert (response.status_code, response.content) == (status, b"")
    assert IgnoredWord.objects.count() == 1


def test_scripts_get_the_list_as_json(client_for, team, builder) -> None:
    TeamWordFactory(team=team, phrase="gap filler", alternatives="neighbour, friend")
    TeamWordFactory(team=team, phrase="needs", silent=True)
    IgnoredWordFactory(team=team, user=builder, phrase="client")
    response = client_for(builder).get(DATA)
    given = response.json()
    assert given["list"]["quiet"] == ["client", "needs"]
    assert given["list"]["entries"][-1]["forms"] == ["gap filler"]
    assert given["list"]["entries"][-1]["alternatives"] == [["neighbour"], ["friend"]]
    assert given["ignore"] == "/words/ignore/"
    assert all(given["say"].values())
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


def test_scripts_get_the_list_only_if_it_changed(client_for, team, builder) -> None:
    client = client_for(builder)
    tag = client.get(DATA)["ETag"]
    again = client.get(DATA, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "private, no-cache")
    IgnoredWordFactory(team=team, user=builder, phrase="client")
    changed = client.get(DATA, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["list"]["quiet"] == ["client"]
    assert changed["ETag"] != tag


def test_evaluators_are_not_offered_to_ignore_words(client_for, evaluator) -> None:
    given = client_for(evaluator).get(DATA).json()
    assert given["ignore"] == ""
    assert given["list"]["entries"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_for_scripts_takes_a_constant_number_of_queries(
    count, client_for, team, builder, django_assert_num_queries
) -> None:
    client = client_for(builder)
    TeamWordFactory.create_batch(count, team=team)
    with django_assert_num_queries(6):  # Session, user, team, roles; the team's words and the dismissed ones.
        client.get(DATA)


def test_the_offline_copy_includes_the_list(client_for, builder) -> None:
    client = client_for(builder)
    new = reverse("connectors:conversation-create")
    assert 'id="wording-list"' in client.get(new, {"copy": "1"}).text
    assert 'id="wording-list"' not in client.get(new).text


def test_hostile_words_are_escaped(client_for, team, builder) -> None:
    TeamWordFactory(team=team, phrase="gap filler", reason="</script><script>alert(1)</script>")
    page = client_for(builder).get(reverse("connectors:conversation-create"), {"copy": "1"}).text
    assert "<script>alert" not in page
    assert "<script>alert" not in client_for(builder).get(LIST).text


def test_a_thousand_own_words_do_not_slow_the_pages(client_for, team, builder) -> None:
    """The list shows one page of them; scripts get all. Neither asks the database more often than without them."""
    client = client_for(builder)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    before = {url: queries(url) for url in (LIST, DATA)}
    TeamWord.objects.bulk_create(TeamWordFactory.build(team=team, created_by=builder) for _ in range(1_000))
    assert {url: queries(url) for url in (LIST, DATA)} == before
    response = client.get(LIST)
    assert len(response.context["page"]) == LISTED
    last = client.get(LIST, {"page": 9_999})
    assert last.context["page"].has_previous
    assert not last.context["page"].has_next
    assert len(response.content) < 250_000
    assert len(client.get(DATA).content) < 200_000
