"""No list and no page of a resident is longer on a phone than a thumb likes to scroll, with as many rows as a page has."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from communities.models import Role
from sparks import workflow
from sparks.models import CostLine, Round
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.sparks import AttachmentFactory, NoteFactory
from tests.sparks.walks import people_of, spark_at

#: Pixels at 360 px width: five and a half screens.
LONGEST = 4000
LISTS = ("connectors:person-list", "connectors:conversation-list", "connectors:gift-list", "connectors:step-list")
LISTS += (
    "connectors:introduction-list",
    "connectors:word-list",
    "connectors:web",
    "evaluation:indicator-list",
    "today",
)


@pytest.fixture
def world(live_server) -> SimpleNamespace:
    """Return a builder and a resident who was met often, in a team with more rows than a page of any list."""
    team = TeamFactory(name="Brookside")
    here, builder = NeighbourhoodFactory(team=team, name="Brook Street"), UserFactory(roles={team: [Role.BUILDER]})
    themes = [ThemeFactory(team=team, name=name) for name in ("Growing food", "Faith and festivals")]
    hall = AssetFactory(team=team, name="Cooper’s Yard Community Hall")
    people = [PersonFactory(team=team, known_as=f"Rosalind {n}", neighbourhood=here, themes=themes) for n in range(24)]
    for person in people:
        GiftFactory(person=person, name="telling stories children listen to", is_offered=True, theme=themes[0])
        summary = "Stopped at the gate. Two sacks of potatoes from one raised bed, and half of them given away already."
        ConversationFactory(
            team=team,
            builder=builder,
            place=hall,
            people=[people[0], person],
            themes=themes[:1],
            summary=summary,
            stepped=True,
        )
    for person in people[1:]:
        IntroductionFactory(team=team, from_person=people[0], to_person=person)
    return SimpleNamespace(builder=builder, person=people[0])


def test_no_page_is_too_long_for_a_phone(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    lengths = {}
    for address in (*map(reverse, LISTS), reverse("connectors:person-detail", args=[world.person.uuid])):
        phone.goto(address)
        phone.wait_for_load_state("networkidle")
        lengths[address] = phone.evaluate("document.documentElement.scrollHeight")
    print(lengths)
    assert {address: length for address, length in lengths.items() if length > LONGEST} == {}


#: Pages of sparks besides the sparks themselves, and who opens them.
SPARK_PAGES = {
    "third": ("sparks:spark-list", "sparks:round-list", "sparks:decide-several", "sparks:how-it-works"),
    "writer": ("sparks:spark-list", "sparks:spark-create", "sparks:application-list"),
    "evaluator": ("sparks:spark-list", "sparks:round-list"),
}
#: Who opens a spark in each status: a manager who has not decided, who sees most; whoever wrote it, if it is their turn; a payer,
#: and somebody who only counts.
OPENED_BY = {
    status: ("third", "writer") if state.turn == "group" else ("third",) for status, state in workflow.STATES.items()
} | {
    "ready": ("third", "payer"),
    "closed": ("third", "evaluator"),
}


@pytest.fixture
def sparks(live_server) -> SimpleNamespace:
    """Return a spark in each status, with as much beside it as a busy one has, and the people of its team."""
    team = TeamFactory(name="Brookside")
    people = people_of(team)
    people.payer = UserFactory(name="payer", roles={team: [Role.PAYER]})
    found = {}
    for status in workflow.STATES:
        spark = found[status] = spark_at(status, people, team)
        spark.what = "A supper on the green for the four streets around it, cooked by those who live there. " * 4
        spark.costs = "Potatoes, oil, and the hire of two gas rings."
        spark.save()
        spark.applicants.add(*PersonFactory.create_batch(3, team=team))
        for number, name in enumerate(("Potatoes", "Oil", "Two gas rings")):
            CostLine.objects.create(spark=spark, what=name, cash_gbp=100, position=number)
        CostLine.objects.create(spark=spark, what="Forty chairs", is_in_kind=True, in_kind_gbp=60, lender="Chapel Hall")
        NoteFactory.create_batch(2, spark=spark, by=people.second)
        AttachmentFactory(spark=spark, by=people.writer)
    yesterday = timezone.now() - timedelta(days=1)
    Round.objects.exclude(pk__in=Round.objects.order_by("pk")[:2]).update(closes_at=yesterday)
    return SimpleNamespace(people=people, **found)


def test_no_page_of_sparks_is_too_long_for_a_phone(phone: Page, sparks, signed_in) -> None:
    lengths = {}
    for who in ("writer", "third", "payer", "evaluator"):
        signed_in(getattr(sparks.people, who))
        addresses = {name: reverse(name) for name in SPARK_PAGES.get(who, ())} | {
            status: reverse("sparks:spark-detail", args=[getattr(sparks, status).uuid])
            for status, seers in OPENED_BY.items()
            if who in seers
        }
        for name, address in addresses.items():
            phone.goto(address)
            lengths[who, name] = phone.evaluate("document.documentElement.scrollHeight")
            assert phone.evaluate("document.documentElement.scrollWidth") <= 360, (who, name)
    print(lengths)
    assert {each: length for each, length in lengths.items() if length > LONGEST} == {}


def test_a_fold_with_a_fault_or_that_a_link_leads_to_is_open(phone: Page, live_server, signed_in) -> None:
    note = NoteFactory()
    signed_in(UserFactory(roles={note.spark.team: [Role.BUILDER]}))
    url = reverse("sparks:spark-detail", args=[note.spark.uuid])
    notes = phone.locator("details:has(> summary #notes)")
    phone.goto(url)
    expect(notes).not_to_have_attribute("open", "")
    phone.evaluate("location.hash = '#notes'")
    expect(notes).to_have_attribute("open", "")
    notes.get_by_text("Write a note").click()
    notes.get_by_role("button", name="Save the note").click()
    expect(notes.get_by_text("Enter your note.").first).to_be_visible()


def test_what_is_closed_on_a_phone_is_open_on_a_desk_and_by_its_own_link(phone: Page, world, signed_in) -> None:
    signed_in(world.builder)
    url = reverse("connectors:person-detail", args=[world.person.uuid])
    part = phone.locator("details:has(> summary #met)")
    phone.goto(url)
    expect(part).not_to_have_attribute("open", "")
    part.locator("summary").click()
    expect(part.get_by_role("link").first).to_be_visible()
    phone.goto("about:blank")
    phone.goto(f"{url}#met")
    expect(part).to_have_attribute("open", "")
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.goto("about:blank")
    phone.goto(url)
    expect(part).to_have_attribute("open", "")
