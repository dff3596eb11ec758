"""A list opens with one quick field; all facets are shown on request, or when one of them is in use."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from communities import facets
from config.templatetags.kith import shown
from sparks.models import Spark
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db

#: A list: its URL, its quick field, and another of its facets with a value.
LISTS = [
    pytest.param("/conversations/", "q", "open_step", "on", id="conversations"),
    pytest.param("/people/", "q", "connectors", "on", id="people"),
    pytest.param("/introductions/", "", "outcome", "met", id="introductions"),
    pytest.param("/sparks/", "q", "status", "submitted", id="sparks"),
    pytest.param("/stories/", "", "status", "published", id="stories"),
]
MORE = "More filters"


def asked(query: str, *, htmx: bool = False, target: str | None = None, restore: bool = False):
    request = RequestFactory().get(f"/{query}")
    request.htmx = SimpleNamespace(target=target, history_restore_request=restore) if htmx else None
    return request


@pytest.fixture
def found():
    return SimpleNamespace(filters={"q": None, "theme": None, "status": None})


@pytest.mark.parametrize(
    ("query", "quick", "folded"),
    [
        ("", "q", True),
        ("?q=rose", "q", True),
        ("?q=rose", "", False),
        ("?after=x&next=y", "q", True),
        ("?theme=&status=", "q", True),
        ("?facets=1", "q", False),
        ("?facets=", "q", True),
        ("?theme=3", "q", False),
        ("?q=rose&status=a&status=", "q", False),
    ],
)
def test_filters_are_folded_until_opened_or_in_use(found, query, quick, folded) -> None:
    assert facets.folded(asked(query), found, quick) is folded


def test_the_search_field_counts_as_a_filter_in_use(found) -> None:
    assert facets.in_use(asked("?q=rose"), found)
    assert not facets.in_use(asked("?facets=1&after=x&q="), found)


def test_htmx_gets_the_part_that_it_replaces() -> None:
    assert facets.part_of(asked(""), "rows") == ""
    assert facets.part_of(asked("", htmx=True), "rows") == "#rows"
    assert facets.part_of(asked("", htmx=True, target="people"), "rows") == "#rows"
    assert facets.part_of(asked("", htmx=True, target="people-facets"), "rows") == "#facets"
    assert facets.part_of(asked("", htmx=True, target="people", restore=True), "rows") == ""


@pytest.fixture
def rows(team, builder):
    """Create one row for each list."""
    place = NeighbourhoodFactory(team=team)
    ConversationFactory(team=team, builder=builder, people=[PersonFactory(team=team)])
    IntroductionFactory(team=team)
    SparkFactory(team=team, neighbourhood=place)
    StoryFactory(team=team, neighbourhood=place)


@pytest.mark.parametrize(("address", "quick", "name", "value"), LISTS)
def test_a_list_opens_with_its_search_field_only(client_for, builder, rows, address, quick, name, value) -> None:
    client = client_for(builder)
    with CaptureQueriesContext(connection) as folded:
        page = client.get(address).content.decode()
    assert MORE in page
    assert f'name="{name}"' not in page
    assert not quick or f'name="{quick}"' in page
    assert not any(
        f'SELECT "{table}"' in query["sql"]
        for query in folded
        for table in ("communities_neighbourhood", "connectors_theme", "sparks_fund", "evaluation_indicator")
    )
    with CaptureQueriesContext(connection) as drawn:
        client.get(address, {"facets": "1"})
    assert len(drawn) > len(folded)


@pytest.mark.parametrize(("address", "quick", "name", "value"), LISTS)
def test_every_filter_is_shown_if_the_address_asks_for_it(
    client_for, builder, rows, address, quick, name, value
) -> None:
    page = client_for(builder).get(address, {"facets": "1"}).content.decode()
    assert f'name="{name}"' in page
    assert not quick or f'name="{quick}"' in page
    assert '<input type="hidden" name="facets" value="1">' in page
    assert MORE not in page


@pytest.mark.parametrize(("address", "quick", "name", "value"), LISTS)
def test_every_filter_is_shown_if_one_is_in_use(client_for, builder, rows, address, quick, name, value) -> None:
    page = client_for(builder).get(address, {name: value}).content.decode()
    assert f'name="{name}"' in page
    assert MORE not in page
    assert "Clear filter:" in page


@pytest.mark.parametrize(("address", "quick", "name", "value"), LISTS)
def test_htmx_replaces_only_the_filter_form(client_for, builder, rows, address, quick, name, value) -> None:
    client = client_for(builder)
    page = client.get(address).content.decode()
    target = page.split('-facets" hx-swap')[0].rsplit('hx-target="#', 1)[1] + "-facets"
    assert f'id="{target}"' in page
    part = client.get(address, {"facets": "1"}, headers={"HX-Request": "true", "HX-Target": target}).content.decode()
    assert part.strip().startswith("<form")
    assert part.strip().endswith("</form>")
    assert f'id="{target}"' in part
    assert f'name="{name}"' in part


@pytest.mark.parametrize(("address", "quick"), [("/conversations/", "q"), ("/people/", "q"), ("/sparks/", "q")])
def test_more_filters_keeps_the_keywords_and_drops_the_page_number(client_for, builder, rows, address, quick) -> None:
    page = client_for(builder).get(address, {quick: "bench & tea"}).content.decode()
    assert f'href="{address}?{quick}=bench+%26+tea&amp;facets=1"' in page
    assert 'value="bench &amp; tea"' in page


def test_an_empty_list_differs_from_one_without_matches(client_for, builder) -> None:
    client = client_for(builder)
    for query in ("", "?facets=1"):
        assert "Nobody here yet" in client.get(f"/people/{query}").content.decode()
        assert "No conversations yet" in client.get(f"/conversations/{query}").content.decode()
    assert "No one found" in client.get("/people/?q=x").content.decode()
    assert "No conversations found" in client.get("/conversations/?open_step=on").content.decode()


def test_a_choice_is_shown_in_words_as_django_would() -> None:
    field = Spark._meta.get_field("status")
    for value, _words in field.flatchoices:
        assert str(shown(Spark(status=value), "status")) == Spark(status=value).get_status_display()
    assert shown(Spark(status="unheard of"), "status") == "unheard of"
