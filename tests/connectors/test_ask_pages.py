"""Pages of asks and introductions: typed text stays, search works without JavaScript, repeats save once, teams are
apart.
"""

from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.utils import timezone

from connectors.models import Ask, Dismissal, Introduction
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_asks import AskFactory, DismissalFactory

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


class Filters(HTMLParser):
    """What a browser makes of the page: the data of the filter form, and the links of the chips."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action, self.sent, self.links, self.chips, self._inside = None, {}, [], [], False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Record the form's action, its fields and every link."""
        values = dict(attrs)
        if tag == "form":
            self._inside = "filters" in (values.get("class") or "").split()
            self.action = values["action"] if self._inside else self.action
        if tag == "input" and self._inside and values.get("name"):
            self.sent[values["name"]] = values.get("value") or ""
        if tag == "a":
            self.links.append(values.get("href", ""))
            self.chips += [values["href"]] if values.get("class") == "chip" else []

    def handle_endtag(self, tag: str) -> None:
        """Note the end of the form."""
        self._inside = self._inside and tag != "form"


@pytest.fixture
def signed_in(client_for, builder):
    return client_for(builder)


@pytest.fixture
def asks(team) -> dict[str, list[Ask]]:
    """Create two asks of each status, one of which mentions a choir."""
    made = {"open": {}, "met": {"met": True}, "closed": {"closed": True}}
    return {
        state: [AskFactory(team=team, words=f"{words} {state}", **values) for words in ("a lift to choir", "a ladder")]
        for state, values in made.items()
    }


@pytest.mark.parametrize("state", ["open", "met", "closed"])
def test_searching_keeps_the_chosen_tab(signed_in, asks, state) -> None:
    seen = Filters(signed_in.get("/asks/", {"state": state}).content.decode())
    assert urlsplit(seen.action).query == "", "a form sent by GET forgets its action's query"
    found = signed_in.get(seen.action, seen.sent | {"q": "choir"})
    assert found.context["page"].rows == [asks[state][0]]
    (chip,) = Filters(found.content.decode()).chips
    assert signed_in.get(chip).context["page"].rows == asks[state][::-1]


@pytest.mark.parametrize("state", ["met", "closed"])
def test_more_filters_and_clearing_keep_the_chosen_tab(signed_in, asks, state) -> None:
    page = Filters(signed_in.get("/asks/", {"state": state}).content.decode())
    (more,) = [link for link in page.links if "facets=1" in link]
    assert more.count("?") == 1
    wide = signed_in.get(more).content.decode()
    assert 'name="since"' in wide
    assert Filters(wide).sent["state"] == state
    part = signed_in.get("/asks/?facets=1", page.sent | {"facets": "1"}, HTTP_HX_TARGET="asks-facets", **HTMX)
    assert Filters(part.content.decode()).sent["state"] == state
    narrowed = Filters(signed_in.get("/asks/", {"state": state, "q": "choir"}).content.decode())
    assert f"/asks/?state={state}" in narrowed.links


@pytest.mark.parametrize(
    ("address", "number", "make"),
    [
        ("/asks/", 6, lambda team, builder: AskFactory(team=team)),
        ("/introductions/asking/", 6, lambda team, builder: _waiting(team, builder)),
        ("/introductions/routes/", 6, lambda team, builder: _waiting(team, builder)),
        ("/introductions/dismissed/", 6, lambda team, builder: DismissalFactory(team=team)),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_three_as_for_one(
    team, builder, signed_in, address, number, make, rows, django_assert_num_queries
) -> None:
    for _each in range(rows):
        make(team, builder)
    signed_in.get(address)
    with django_assert_num_queries(number):
        reply = signed_in.get(address)
    assert (len(reply.context["page"]) if "page" in reply.context else reply.context["total"]) == rows


def _waiting(team, builder) -> Introduction:
    day = timezone.localdate() - timedelta(days=30)
    return IntroductionFactory(team=team, introduced_by=builder, introduced_on=day)


def test_an_ask_without_text_shows_an_error_and_keeps_the_rest(signed_in, team) -> None:
    rose = PersonFactory(team=team, known_as="Rose")
    sent = {"words": "", "theme": "Singing <loudly>", "who_end": f"person:{rose.uuid}", "asked_on": "the 3rd"}
    page = signed_in.post("/asks/new/", sent)
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"words", "asked_on"}
    html = page.content.decode()
    assert 'value="Singing &lt;loudly&gt;"' in html
    assert 'value="the 3rd"' in html
    assert _is_chosen(html, f"person:{rose.uuid}")
    assert not Ask.objects.exists()


def test_a_future_date_shows_an_error_beside_the_field(signed_in, team) -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    page = signed_in.post("/asks/new/", {"words": "A ladder", "asked_on": tomorrow})
    assert list(page.context["form"].errors) == ["asked_on"]
    assert 'value="A ladder"' in page.content.decode()
    assert f'value="{tomorrow}"' in page.content.decode()
    ask = AskFactory(team=team, words="A ladder")
    page = signed_in.post(f"/asks/{ask.uuid}/met/", {"met_by": "neighbour", "met_on": tomorrow})
    assert list(page.context["form"].errors) == ["met_on"]
    assert _is_chosen(page.content.decode(), "neighbour")
    page = signed_in.post(f"/asks/{ask.uuid}/change/", {"words": "x" * 251, "asked_on": "2026-01-01"})
    assert list(page.context["form"].errors) == ["words"]
    assert "x" * 251 in page.content.decode()
    ask.refresh_from_db()
    assert (ask.words, ask.met_on) == ("A ladder", None)


def test_a_met_ask_says_by_whom(signed_in, team) -> None:
    ask = AskFactory(team=team)
    page = signed_in.post(f"/asks/{ask.uuid}/met/", {"met_on": timezone.localdate().isoformat(), "by_words": "Rose"})
    assert page.context["form"].errors
    assert 'value="Rose"' in page.content.decode()
    ask.refresh_from_db()
    assert ask.met_on is None


def test_searching_without_javascript_keeps_the_form(signed_in, team) -> None:
    rose, _rosemary, _tom = (PersonFactory(team=team, known_as=name) for name in ("Rose", "Rosemary", "Tom"))
    number = str(uuid4())
    sent = {"uuid": number, "words": "A ladder", "theme": "Fruit", "who_words": "ros", "asked_on": "2026-01-02"}
    page = signed_in.post("/asks/new/", sent | {"look": "who"})
    html = page.content.decode()
    assert [words for _key, words in page.context["form"].fields["who_end"].choices] == [
        "Rose",
        "Rosemary",
        "Someone new called ros",
    ]
    assert not page.context["form"].errors
    assert all(f'value="{value}"' in html for value in sent.values())
    assert not Ask.objects.exists()
    signed_in.post("/asks/new/", sent | {"who_end": f"person:{rose.uuid}"})
    kept = Ask.objects.get()
    assert (str(kept.uuid), kept.words, kept.person) == (number, "A ladder", rose)
    page = signed_in.post(f"/asks/{kept.uuid}/met/", {"by_words": "tom", "met_on": "2026-01-03", "look": "by"})
    assert [words for _key, words in page.context["form"].fields["by_end"].choices] == ["Tom"]
    assert 'value="2026-01-03"' in page.content.decode()
    page = signed_in.post(f"/asks/{kept.uuid}/change/", {"words": "Two ladders", "who_words": "tom", "look": "who"})
    assert 'value="Two ladders"' in page.content.decode()
    kept.refresh_from_db()
    assert (kept.words, kept.met_on) == ("A ladder", None)


def test_an_ask_sent_twice_is_added_once(signed_in, team) -> None:
    sent = {"uuid": str(uuid4()), "words": "A ladder", "asked_on": timezone.localdate().isoformat()}
    replies = [signed_in.post("/asks/new/", sent) for _each in range(2)]
    assert {(reply.status_code, reply.headers["Location"]) for reply in replies} == {(302, f"/asks/{sent['uuid']}/")}
    other = signed_in.post("/asks/new/", sent | {"words": "A saw"})
    assert other.status_code == 200
    assert 'value="A saw"' in other.content.decode()
    assert [ask.words for ask in Ask.objects.all()] == ["A ladder"]
    met = {"met_by": "neighbour", "met_on": sent["asked_on"]}
    for path, values in (("met", met), ("close", {"closed": "1"}), ("close", {"closed": "1"})):
        assert signed_in.post(f"/asks/{sent['uuid']}/{path}/", values).status_code == 302
    assert signed_in.post(f"/asks/{sent['uuid']}/met/", met).status_code == 302
    kept = Ask.objects.get()
    assert (kept.met_by, kept.closed_on) == ("neighbour", None)


def test_dismissing_and_restoring_twice_is_done_once(signed_in, team) -> None:
    rose, tom = PersonFactory(team=team), PersonFactory(team=team)
    sent = {"person": str(rose.uuid), "other": str(tom.uuid)}
    for _each in range(2):
        assert signed_in.post("/introductions/dismiss/", sent | {"how": "good"}).status_code == 302
    assert Dismissal.objects.count() == 1
    turned = {"person": str(tom.uuid), "other": str(rose.uuid), "undo": "1"}
    for _each in range(2):
        assert signed_in.post("/introductions/dismiss/", turned).status_code == 302
    assert not Dismissal.objects.exists()


def test_another_teams_asks_are_not_found(signed_in, team, other_team) -> None:
    theirs, ask = PersonFactory(team=other_team, known_as="Hilda"), AskFactory(team=other_team)
    talk = ConversationFactory(team=other_team, people=[theirs])
    made = IntroductionFactory(team=other_team)
    for path in ("", "change/", "met/"):
        assert signed_in.get(f"/asks/{ask.uuid}/{path}").status_code == 404
    assert signed_in.post(f"/asks/{ask.uuid}/close/", {"closed": "1"}).status_code == 404
    assert signed_in.post(f"/introductions/{made.uuid}/answer/", {"answer": "met"}).status_code == 404
    assert signed_in.get(f"/conversations/{talk.uuid}/introduce/").status_code == 404
    for address in ("/asks/", "/asks/?state=met", "/introductions/asking/?everybody=1", "/introductions/dismissed/"):
        assert not signed_in.get(address).context["page"].rows
    assert signed_in.get("/introductions/routes/").context["total"] == 0


def test_another_teams_rows_cannot_be_chosen(signed_in, team, other_team) -> None:
    theirs, place = PersonFactory(team=other_team, known_as="Hilda"), NeighbourhoodFactory(team=other_team)
    today, mine = timezone.localdate().isoformat(), AskFactory(team=team)
    page = signed_in.post("/asks/new/", {"words": "A ladder", "who_end": f"person:{theirs.uuid}", "asked_on": today})
    assert list(page.context["form"].errors) == ["who_end"]
    assert "Hilda" not in page.content.decode()
    page = signed_in.post("/asks/new/", {"words": "A ladder", "neighbourhood": place.pk, "asked_on": today})
    assert list(page.context["form"].errors) == ["neighbourhood"]
    page = signed_in.post(f"/asks/{mine.uuid}/met/", {"by_end": f"person:{theirs.uuid}", "met_on": today})
    assert list(page.context["form"].errors) == ["by_end"]
    assert "Hilda" not in signed_in.get("/introductions/ends/", {"who_words": "hil"}).content.decode()
    talk = ConversationFactory(team=other_team, people=[theirs])
    page = signed_in.get(f"/asks/new/?conversation={talk.uuid}&who=person:{theirs.uuid}").content.decode()
    assert "Hilda" not in page
    made = IntroductionFactory(team=other_team, from_person=theirs)
    page = signed_in.get(f"/asks/{mine.uuid}/met/?introduction={made.uuid}")
    assert (page.status_code, "Hilda" in page.content.decode()) == (200, False)
    theme = ThemeFactory(team=other_team)
    assert "theme" in signed_in.get(f"/asks/?theme={theme.pk}").context["filter"].form.errors
    assert list(Ask.objects.filter(team=team)) == [mine]


@pytest.mark.parametrize("path", ["/asks/new/?conversation=no", "/asks/new/?who=person:no", "/asks/?state=no"])
def test_an_invalid_address_still_shows_the_page(signed_in, path) -> None:
    assert signed_in.get(path).status_code == 200


def test_recording_a_conversation_and_a_light_touch_link_to_each_other(signed_in, team, builder) -> None:
    assert 'href="/passing/"' in signed_in.get("/record/").content.decode()
    back = Filters(signed_in.get("/passing/").content.decode())
    assert back.links.count("/record/") > Filters(signed_in.get("/asks/").content.decode()).links.count("/record/")
    talk = ConversationFactory(team=team, builder=builder)
    assert 'href="/passing/"' not in signed_in.get(f"/conversations/{talk.uuid}/change/").content.decode()


def test_introductions_link_to_the_web_and_the_routes(signed_in) -> None:
    links = Filters(signed_in.get("/introductions/").content.decode()).links
    elsewhere = Filters(signed_in.get("/asks/").content.decode()).links
    assert links.count("/web/") > elsewhere.count("/web/")
    assert "/introductions/routes/" in links


def _is_chosen(html: str, value: str) -> bool:
    return any(
        f'value="{value}"' in tag and "checked" in tag
        for tag in html.split("<input")[1:]
        for tag in [tag.partition(">")[0]]
    )
