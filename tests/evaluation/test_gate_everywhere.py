"""Nothing that those who only count can open changes when somebody is recorded: whatever counts people is kept."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from evaluation.reports.kept import FOR_ALL, FOR_BUILDERS
from tests.factories.connectors import IntroductionFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory, LightTouchFactory
from tests.factories.evaluation import ProfileFactory
from tests.standing import Standing, as_built
from tests.test_urls import PAGES, client_of
from tests.url_table import build_signed_in_world

pytestmark = pytest.mark.once

#: Other addresses of the same pages: with filters, years, files and searches.
MORE = (
    "/search/?q=Rose",
    "/search/?q=Brook",
    "/indicators/?by=year",
    "/indicators/?place=none",
    "/indicators/export/csv/?by=year",
    "/indicators/residents-met-first/",
    "/indicators/introductions-met-share/?place=team",
    "/profile/export/",
    "/web/?us=with",
    "/asks/met/?format=csv",
    "/introductions/routes/?format=csv",
    "/stories/?facets=1",
    "/sparks/?facets=1",
    "/assets/?facets=1",
)
#: What changes by being read.
UNSTABLE = ("calendar", "evaluation:release-addresses", "evaluation:pack-list")
#: What is new on every page: keys of forms and of the request.
NEW = re.compile(
    r"""hx-headers='[^']*'|<input type="hidden"[^>]*>|name="htmx-config" content="[^"]*"|nonce="[^"]*"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"""
)


def read_all(world: SimpleNamespace) -> dict[str, str]:
    """Return every page and file that an evaluator can open, by name or address, without what is new each time."""
    client = client_of(world, "evaluator")
    addresses = {address: address for address in MORE}
    for name, page in PAGES.items():
        if page.answers_get("evaluator") == 200 and name not in UNSTABLE:
            query = f"?{page.query}" if page.query else ""
            addresses[name] = reverse(name, kwargs=page.kwargs(world) if page.kwargs else None) + query
    found = {}
    for name, address in addresses.items():
        response = client.get(address)
        assert response.status_code == 200, address
        # Pictures and workbooks are the same bytes or not.
        found[name] = NEW.sub("", response.getvalue().decode("latin-1"))
    return found


def record_some(world: SimpleNamespace) -> None:
    """Record one of everything that the gate keeps, today: residents, a profile, an introduction, an ask, a word in passing and a journey."""
    today = timezone.localdate()
    one, other = PersonFactory.create_batch(2, team=world.team, known_as="Rosemary", first_met_on=today)
    ProfileFactory(person=one, recorded_by=world.builder)
    met = {"outcome": "met", "outcome_on": today}
    IntroductionFactory(team=world.team, from_person=one, to_person=other, introduced_on=today, **met)
    AskFactory(team=world.team, person=one, created_by=world.builder, asked_on=today, met_by="neighbour", met_on=today)
    LightTouchFactory(team=world.team, builder=world.builder, held_on=today)
    journey = JourneyFactory(person=other, builder=world.builder, began_on=today)
    JourneyChangeFactory(journey=journey, noted_by=world.builder, noticed_on=today)


@pytest.fixture(scope="module")
def standing_world(build_once) -> Standing:
    """Build the users and their team's rows for all tests here."""
    return build_once(build_signed_in_world)


@pytest.fixture
def world(standing_world, db: None) -> Iterator[SimpleNamespace]:
    """Return the users and their team's rows."""
    with as_built(standing_world) as world:
        yield world


def test_no_page_or_file_of_those_who_only_count_changes_with_a_resident(world) -> None:
    before = read_all(world)
    record_some(world)
    cache.clear()
    after = read_all(world)
    assert len(before) > 80
    assert [name for name in before if before[name] != after[name]] == []


def test_what_is_for_builders_is_refused_to_others_or_says_where_the_figures_are(world) -> None:
    evaluator, manager = client_of(world, "evaluator"), client_of(world, "manager")
    for kept in FOR_BUILDERS:
        address = reverse(kept.url)
        assert manager.get(address).status_code == 200, kept.url
        answer = evaluator.get(address)
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        assert answer.status_code in (403, 404) or not re.search(r"[0-9]", re.sub(r"<[^>]*>", "", main)), kept.url


def test_the_page_of_definitions_says_where_people_are_counted(world) -> None:
    html = client_of(world, "evaluator").get(reverse("evaluation:data-dictionary")).content.decode()
    for kept in (*FOR_ALL, *FOR_BUILDERS):
        assert PAGES[kept.url]
        assert str(kept.name) in html
        assert str(kept.how) in html
