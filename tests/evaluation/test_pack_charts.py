"""Charts of packs: drawn from what was released, with lines beside them, saved at a link, and missing where a pack has none."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.models import AuditEntry, Team, User
from communities.periods import last
from connectors.actions.erasing import erase_person
from connectors.models import Conversation
from evaluation.canonical import sha256_of
from evaluation.models import Indicator, Pack, PackLink, PackOpening, PublishedPack
from evaluation.packs import actions
from evaluation.packs.contents import is_as_published
from evaluation.packs.pages import published_page
from tests.evaluation.attacker import charted
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.evaluation import IndicatorFactory, PackFactory, StoryFactory, YardstickFactory, release

pytestmark = pytest.mark.django_db
TALKS = "conversations-held"
FIRST, SECOND, THIRD = last(3, until=date(2026, 2, 1))


@pytest.fixture
def talks(team: Team, clock) -> None:
    """Close two of three quarters with 3, 4 and 9 conversations: nobody has closed the one between them."""
    for quarter, number in ((FIRST, 3), (SECOND, 4), (THIRD, 9)):
        ConversationFactory.create_batch(number, team=team, held_on=quarter.start)
    release(team, FIRST)


@pytest.fixture
def pack(team: Team, talks, manager: User) -> Pack:
    return PackFactory(
        team=team, release=release(team, THIRD), numbers=[TALKS], created_by=manager, nothing_wrong="It rained less."
    )


@pytest.fixture
def published(pack: Pack, manager: User) -> PublishedPack:
    return actions.publish_pack(by=manager, pack=pack)


@pytest.fixture
def link(published: PublishedPack, manager: User) -> str:
    return address_of(published, manager)


def address_of(published: PublishedPack, by: User) -> str:
    """Return the address of a link that works for a month."""
    made = actions.make_pack_link(by=by, published=published, reader="Steering group", days=31)
    return reverse("evaluation:pack-read", args=[made.secret])


def page_of(client, address: str) -> str:
    """Return a page as one line."""
    return " ".join(client.get(address).content.decode().split())


def test_a_chart_has_the_releases_up_to_that_of_the_pack(link: str, client) -> None:
    assert charted(client.get(link).content.decode()) == [
        ("Jul–Sep 2025", "3", ""), ("Oct–Dec 2025", "not closed", ""), ("Jan–Mar 2026", "9", ""),
    ]  # fmt: skip
    (number,) = published_page(PublishedPack.objects.get()).numbers
    assert [(each.height, each.is_current, each.is_running) for each in number.chart.columns] == [
        ("33.3", False, False), ("0.0", False, False), ("100.0", True, False),
    ]  # fmt: skip


def test_nothing_that_is_written_later_changes_it(link: str, team: Team, client) -> None:
    before = client.get(link).content, client.get(f"{link}{TALKS}.svg").content
    ConversationFactory.create_batch(5, team=team, held_on=FIRST.start)
    Conversation.objects.filter(team=team, held_on=THIRD.start).delete()
    release(team, SECOND)
    YardstickFactory(team=team)
    Indicator.objects.filter(key=TALKS).update(name="Something else", unit="stones")
    assert (client.get(link).content, client.get(f"{link}{TALKS}.svg").content) == before


def test_the_latest_of_each_kind_is_a_line_with_its_source(pack: Pack, team: Team, manager: User, client) -> None:
    YardstickFactory(team=team, value=10, on=date(2026, 1, 1), source="An older plan.")
    YardstickFactory(team=team, value=12)
    YardstickFactory(team=team, kind="comparator", value=Decimal("4.50"), source="A team two towns on.")
    YardstickFactory(team=team, kind="baseline", value=3, grain="year")
    published = actions.publish_pack(by=manager, pack=pack)
    (number,) = published_page(published).numbers
    assert [(each.kind, each.words, each.y) for each in number.chart.lines] == [
        ("target", "12", "0.0"), ("comparator", "4.50", "62.5"),
    ]  # fmt: skip
    assert "An older plan" not in str(published_page(published))
    address = address_of(published, manager)
    for said in (page_of(client, address), page_of(client, f"{address}{TALKS}.svg")):
        assert "A team two towns on." in said
    assert "Unbroken line: target. Dotted line: comparator." in page_of(client, f"{address}{TALKS}.svg")
    assert "two towns" not in str(published.document)


def test_the_source_of_a_line_is_checked_and_can_be_taken_out(pack: Pack, team: Team, manager: User, client) -> None:
    tomasz = PersonFactory(team=team, known_as="Tomasz Nowak")
    yardstick = YardstickFactory(team=team, source="Tomasz counted them.")
    with pytest.raises(ValidationError, match="“Tomasz” in “What numbers are compared with” may be a resident"):
        actions.publish_pack(by=manager, pack=pack)
    yardstick.source = "A plan of two residents."
    yardstick.save()
    with pytest.raises(ValidationError, match="is a small number of people"):
        actions.publish_pack(by=manager, pack=pack)
    yardstick.source = "The plan."
    yardstick.save()
    published = actions.publish_pack(by=manager, pack=pack)
    part = published.parts.get(kind="compared")
    type(part).objects.filter(pk=part.pk).update(texts={**part.texts, f"{TALKS} target": "Tomasz Nowak counted them."})
    erase_person(person=tomasz, by=manager)
    (number,) = published_page(published).numbers
    assert [(each.words, each.source) for each in number.chart.lines] == [
        ("12", "Where it is from was taken out of this pack.")
    ]
    assert is_as_published(published)


def test_words_of_an_own_indicator_are_checked(team: Team, talks, manager: User) -> None:
    PersonFactory(team=team, known_as="Tomasz Nowak")
    own = IndicatorFactory(team=team, made_by=manager, name="Suppers at Tomasz’s")
    pack = PackFactory(team=team, release=release(team, THIRD), numbers=[own.key], nothing_wrong="It rained less.")
    with pytest.raises(ValidationError, match="“Tomasz.*may be a resident"):
        actions.publish_pack(by=manager, pack=pack)


def test_a_baseline_that_is_small_by_now_is_left_out(pack: Pack, team: Team, manager: User) -> None:
    YardstickFactory(team=team, kind="baseline", value=6, indicator=Indicator.objects.get(key="residents-met-first"))
    pack.numbers = ["residents-met-first"]
    pack.save()
    Team.objects.filter(pk=team.pk).update(small_number_threshold=7)
    pack.refresh_from_db()
    (number,) = actions.publish_pack(by=manager, pack=pack).document["numbers"]
    assert number["lines"] == []


def test_another_definition_is_a_mark_on_the_time_axis(team: Team, talks, manager: User, clock) -> None:
    own = IndicatorFactory(team=team, made_by=manager, made_at="2026-02-03T12:00:00Z", version=2)
    Indicator.objects.filter(pk=own.pk).update(ended_on=date(2026, 3, 2))
    pack = PackFactory(team=team, release=release(team, THIRD), numbers=[own.key], nothing_wrong="It rained less.")
    (number,) = published_page(actions.publish_pack(by=manager, pack=pack)).numbers
    assert [(change.words, change.on, change.x) for change in number.chart.columns[-1].changes] == [
        ("version 2 begins", date(2026, 2, 3), "36.7"), ("version 2 ends", date(2026, 3, 2), "66.7"),
    ]  # fmt: skip
    assert "changed" in number.chart.has


def test_two_versions_of_one_indicator_are_told_apart_wherever_one_chooses(
    team: Team, talks, manager: User, client_for
) -> None:
    given = {"team": team, "made_by": manager, "name": "Suppers"}
    first = IndicatorFactory(**given, made_at="2026-01-02T12:00:00Z", ended_on=date(2026, 2, 2))
    second = IndicatorFactory(**given, made_at="2026-02-03T12:00:00Z", version=2, follows=first)
    only = IndicatorFactory(team=team, made_by=manager, name="Swings", made_at="2026-02-03T12:00:00Z")
    pack = PackFactory(team=team, release=release(team, THIRD), created_by=manager, nothing_wrong="It rained less.")
    client = client_for(manager)
    names = ("Suppers (version 1, until 2 February 2026)", "Suppers (version 2, since 3 February 2026)")
    story = StoryFactory(team=team, created_by=manager)
    story.indicators.set([first, second])
    for address in (
        reverse("evaluation:pack-update", args=[pack.uuid]), reverse("evaluation:story-update", args=[story.uuid]),
        reverse("evaluation:story-detail", args=[story.uuid]),
    ):  # fmt: skip
        page = page_of(client, address)
        assert (address, [name for name in names if name not in page]) == (address, [])
        assert "Swings (" not in page
    # Only what is in use stands in the table.
    for address in (reverse("evaluation:yardstick-list", args=[second.key]), reverse("evaluation:indicator-list")):
        assert names[1] in page_of(client, address)
    pack.numbers = [first.key, second.key, only.key]
    pack.save()
    shown = published_page(actions.publish_pack(by=manager, pack=pack))
    assert sorted(each.name for each in shown.numbers) == ["Suppers (version 1)", "Suppers (version 2)", "Swings"]


@pytest.fixture
def old(published: PublishedPack, manager: User) -> PublishedPack:
    """Return a pack as it was published before there were charts: its numbers had no trend, no lines and no source."""
    content = {**published.document, "format": 1}
    content["numbers"] = [
        {name: value for name, value in each.items() if name not in ("trend", "lines", "source")}
        for each in content["numbers"]
    ]
    pack = PackFactory(team=published.pack.team, release=published.pack.release, created_by=manager)
    return PublishedPack.objects.create(pack=pack, document=content, sha256=sha256_of(content), published_by=manager)


def test_a_pack_of_before_there_were_charts_still_opens(old: PublishedPack, manager: User, client, client_for) -> None:
    address = address_of(old, manager)
    page = page_of(client, address)
    assert re.search(r'<span class="figure">9</span>', page)
    assert "trend-chart" not in page
    assert ".svg" not in page.partition("<body>")[2]
    assert client.get(f"{address}{TALKS}.svg").status_code == 404
    team_page = reverse("evaluation:pack-detail", args=[old.pack.uuid])
    assert re.search(r'<span class="figure">9</span>', page_of(client_for(manager), team_page))


class TestFiles:
    """The chart at a link, as a file."""

    def test_it_needs_no_account_sets_no_cookie_and_is_not_indexed(self, link, client, manager, client_for):
        answer = client.get(f"{link}{TALKS}.svg")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer["Content-Disposition"].endswith(f'-{TALKS}-2026-01-01-2026-03-31.svg"')
        assert not answer.cookies
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert client_for(manager).get(f"{link}{TALKS}.svg").content == answer.content
        assert not PackOpening.objects.exists()

    def test_it_says_what_it_is_and_has_its_numbers_inside(self, link, client):
        said = page_of(client, f"{link}{TALKS}.svg")
        for words in (
            "<title>Conversations held</title>",
            "All neighbourhoods, Brookside. January to March 2026, closed on 21 April 2026. Published on 20 May",
            "January to March 2026: 9 conversations, closed on 21 April 2026", "October to December 2025: not closed",
            "version 1", "Source: ", "Residents achieved",
        ):  # fmt: skip
            assert words in said
        assert not re.search(r"<script|style=|class=|onload", said)

    @pytest.mark.parametrize("key", ["residents-met", "nothing"])
    def test_a_chart_that_is_not_in_the_pack(self, link, client, key):
        answer = client.get(f"{link}{key}.svg")
        assert answer.status_code == 404
        assert "This pack has no such chart." in answer.content.decode()

    def test_it_is_refused_as_the_page_is(self, link, client, manager, clock):
        assert client.get(reverse("evaluation:pack-read-picture", args=["x" * 43, TALKS])).status_code == 404
        clock.shift(timedelta(days=32))
        answer = client.get(f"{link}{TALKS}.svg")
        assert (answer.status_code, answer["X-Robots-Tag"]) == (410, "noindex, nofollow")
        assert "This link worked until 20 June 2026." in answer.content.decode()
        actions.withdraw_pack_link(by=manager, link=PackLink.objects.get())
        answer = client.get(f"{link}{TALKS}.svg")
        assert answer.status_code == 410
        assert "This link was withdrawn." in answer.content.decode()

    def test_those_who_prepare_packs_save_it_with_an_audit_entry(
        self, published, evaluator, builder, stranger, client_for
    ):
        address = reverse("evaluation:pack-picture", args=[published.pack.uuid, TALKS])
        answer = client_for(evaluator).get(address)
        assert b"9 conversations" in b"".join(answer.streaming_content)
        entry = AuditEntry.objects.get(verb="export")
        assert (entry.actor, entry.object_id, entry.rows) == (evaluator, TALKS, 3)
        assert client_for(builder).get(address).status_code == 403
        assert client_for(stranger).get(address).status_code == 404
        other = reverse("evaluation:pack-picture", args=[published.pack.uuid, "residents-met"])
        assert client_for(evaluator).get(other).status_code == 404


def test_a_draft_shows_the_charts_and_offers_no_files(pack: Pack, evaluator: User, client_for) -> None:
    page = page_of(client_for(evaluator), reverse("evaluation:pack-detail", args=[pack.uuid]))
    assert len(charted(page)) == 3
    assert f"{TALKS}.svg" not in page


def test_more_numbers_and_periods_take_no_more_queries(
    pack: Pack, team: Team, manager: User, client, django_assert_num_queries
) -> None:
    few = address_of(actions.publish_pack(by=manager, pack=pack), manager)
    for quarter in last(6, until=SECOND.end)[:-2]:
        release(team, quarter)
    content = pack.release.document
    every = [each["key"] for each in content["definitions"]]
    other = PackFactory(team=team, release=pack.release, numbers=every, nothing_wrong="It rained less.")
    for key in every[:9]:
        YardstickFactory(team=team, indicator=Indicator.objects.get(key=key))
    many = address_of(actions.publish_pack(by=manager, pack=other), manager)
    for address, lines in ((few, 0), (many, 9)):
        # The first opening of a day adds a row.
        assert client.get(address).content.decode().count('<th scope="row" colspan="2">') == lines
        with django_assert_num_queries(6):
            client.get(address)
