"""The fish and chip suppers of Leeds go through the whole of Kith, told with invented people.

In Leeds groups of residents, supported by the council's community builders, run a regular fish and chip supper;
everybody there is simply a citizen. Here it is first mentioned in a conversation, grows through two residents who meet,
a small spark and a report, becomes a story, and is counted: each screen is the one that a user would use, and each
figure is the same on the page, in its file and from the command.
"""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from communities.models import AuditEntry
from connectors.models import Conversation, Gift, Introduction, Person
from evaluation.framework import INDICATORS
from evaluation.models import Indicator, Story, StoryStatus
from sparks.models import LedgerEntry, Round, Spark, Status
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory

pytestmark = pytest.mark.django_db

HEARD = "Beryl misses sitting down together. Half the street used to queue for chips on a Friday."
IDEA = "A fish and chip supper every month in the chapel hall."
#: What the suppers add to the figures of Mill Row in their quarter; all others are zero.
COUNTED = {
    "Conversations held": "1",
    "Gifts heard": "1",
    "Gifts offered to neighbours": "1",
    "Ideas heard": "1",
    "Sparks applied for": "1",
    "Sparks approved": "1",
    "Money awarded": "150.00",
    "Sparks whose money a host holds": "1",
    "Stories told with consent": "1",
}
#: Figures about people and their shares, which a neighbourhood has for whole years only.
HIDDEN = {str(spec.name) for spec in INDICATORS if spec.is_kept}


@pytest.fixture
def place(team):
    """Return Mill Row."""
    return NeighbourhoodFactory(team=team, name="Mill Row", outlined=True)


@pytest.fixture
def host(team):
    """Return the chapel's trust, which holds money for groups."""
    return PartnerFactory(team=team, name="Chapel Hall Trust", is_fiscal_host=True)


@pytest.fixture
def pot(team) -> Round:
    """Return an open round of £1,000."""
    return RoundFactory(team=team, fund__name="Small sparks", name="Spring 2026")


def said(client, address: str) -> str:
    """Return a page as people read it, with normalised whitespace."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(unescape(answer.content.decode()).split())


def send(client, address: str, **data: object) -> str:
    """Post a form and return where it redirects."""
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context and [
        form.errors for form in answer.context.flatten().values() if hasattr(form, "errors")
    ]
    return answer.headers["Location"]


def begin(client, address: str, **changes: object) -> str:
    """Open a form's page, change some of its values, post all of them, and return where it redirects."""
    form = client.get(address).context["form"]
    data: dict[str, object] = {}
    for field in form:
        value = field.value()
        if value not in (None, "", [], False):
            data[field.html_name] = [getattr(each, "pk", each) for each in value] if isinstance(value, list) else value
        if hasattr(value, "pk"):
            data[field.html_name] = value.pk
    return send(client, address, **(data | changes))


class Suppers:
    """The suppers, one step after another, each through the page that a user would use."""

    def __init__(self, team, place, host, pot, builder, payer, decider) -> None:
        self.team, self.place, self.host, self.pot = team, place, host, pot
        self.builder, self.payer, self.decider = builder, payer, decider
        self.len = PersonFactory(team=team, known_as="Len", first_met_on=timezone.localdate() - timedelta(days=200))

    def is_heard(self) -> Conversation:
        gifts = {
            "gifts-TOTAL_FORMS": 1, "gifts-INITIAL_FORMS": 0, "gifts-0-whose": "Beryl", "gifts-0-name": "Cooking for fifty",
            "gifts-0-kind": "hands",
        }  # fmt: skip
        leads_to = begin(
            self.builder, "/record/", people="Beryl", told="on", summary=HEARD, new_themes="Cooking together", idea=IDEA,
            next_step="Bring the hall's number", next_step_on="", neighbourhood=self.place.pk, place_name="Mill Row gate", **gifts,
        )  # fmt: skip
        self.talk = Conversation.objects.get()
        self.beryl = Person.objects.get(known_as="Beryl")
        assert leads_to == f"/conversations/{self.talk.uuid}/"
        return self.talk

    def gift_is_offered(self) -> None:
        gift = Gift.objects.get()
        begin(self.builder, f"/gifts/{gift.pk}/edit/", is_offered="on")

    def two_meet(self) -> Introduction:
        leads_to = begin(
            self.builder, f"/introductions/new/?from=person:{self.beryl.uuid}&to=person:{self.len.uuid}",
            reason="Both would cook", source="builder",
        )  # fmt: skip
        begin(self.builder, leads_to, outcome="together", note="Peeling forty pounds of potatoes")
        return Introduction.objects.get()

    def spark_is_applied_for(self) -> Spark:
        address = f"/sparks/new/?conversation={self.talk.uuid}"
        leads_to = begin(
            self.builder, address, title="Fish and chip suppers", who_with="Beryl, Len and the street",
            costs="Fish £120\nOil £30", amount_gbp="150", host=self.host.pk, round=self.pot.pk, hand_in="1",
        )  # fmt: skip
        self.spark = Spark.objects.get()
        assert leads_to == self.page
        return self.spark

    @property
    def page(self) -> str:
        return f"/sparks/{self.spark.uuid}/"

    def is_decided_and_paid(self) -> None:
        send(self.decider, f"{self.page}approve/", amount_gbp="150.00", reason="Neighbours lead it.")
        send(self.builder, f"{self.page}ready/")
        form = self.payer.get(self.page).context["pay_form"]
        send(self.payer, f"{self.page}pay/", uuid=form["uuid"].value(), reference="BACS 17")

    def is_reported(self) -> None:
        begin(
            self.builder, f"{self.page}report/", what_happened="Forty came, and sixty the second time.",
            what_changed="Nobody eats alone on the last Friday.", what_next="Every month.", people_count=60, spent_gbp="148.50",
        )  # fmt: skip

    def becomes_a_story(self) -> Story:
        indicators = list(
            Indicator.objects.filter(key__in=["sparks-approved", "residents-met"]).values_list("pk", flat=True)
        )
        leads_to = begin(
            self.builder, f"/stories/new/?spark={self.spark.uuid}", self_text=HEARD,
            quote="I only came for the chips, and now I do the potatoes.", quote_by="Len",
            residents_did="Thought of it, peeled, fried and washed up.", others_did="The chapel gave its hall.",
            we_did="Heard it, introduced two people, helped with one form.", anyway="partly", indicators=indicators,
            consent_scope="public", consent_on=timezone.localdate().isoformat(),
        )  # fmt: skip
        self.story = Story.objects.get()
        assert leads_to == f"/stories/{self.story.uuid}/"
        send(self.builder, f"{leads_to}hand-in/")
        send(self.decider, f"{leads_to}approve/")
        return self.story

    def all_of_it(self) -> "Suppers":
        self.is_heard()
        self.gift_is_offered()
        self.two_meet()
        self.spark_is_applied_for()
        self.is_decided_and_paid()
        self.is_reported()
        self.becomes_a_story()
        return self


@pytest.fixture
def suppers(clock, team, place, host, pot, builder, manager, second_manager, client_for) -> Suppers:
    """Return the suppers before anything has happened."""
    return Suppers(team, place, host, pot, client_for(builder), client_for(second_manager), client_for(manager))


def test_a_conversation_entered_once_appears_on_every_related_page(suppers):
    talk = suppers.is_heard()
    assert (talk.summary, talk.idea, talk.neighbourhood, talk.held_on) == (
        HEARD,
        IDEA,
        suppers.place,
        date(2026, 5, 20),
    )
    assert [theme.name for theme in talk.themes.all()] == ["Cooking together"]
    beryl = suppers.beryl
    assert (beryl.neighbourhood, beryl.first_met_on) == (suppers.place, date(2026, 5, 20))
    assert [theme.name for theme in beryl.themes.all()] == ["Cooking together"]
    gift = Gift.objects.get()
    assert (gift.person, gift.name, gift.kind, gift.is_offered, gift.heard_in) == (
        beryl,
        "Cooking for fifty",
        "hands",
        False,
        talk,
    )
    page = said(suppers.builder, f"/conversations/{talk.uuid}/")
    for words in (HEARD, IDEA, "Cooking for fifty", "Bring the hall's number", "Mill Row gate", "Cooking together"):
        assert words in page
    assert f'href="/sparks/new/?conversation={talk.uuid}"' in page


def test_gifts_are_offered_and_two_residents_meet(suppers):
    suppers.is_heard()
    suppers.gift_is_offered()
    assert Gift.objects.get().is_offered
    introduction = suppers.two_meet()
    assert (introduction.from_end, introduction.to_end) == (suppers.beryl, suppers.len)
    assert (introduction.outcome, introduction.outcome_note) == ("together", "Peeling forty pounds of potatoes")
    assert introduction.outcome_on == date(2026, 5, 20)
    page = said(suppers.builder, f"/people/{suppers.beryl.uuid}/")
    for words in (
        "Cooking for fifty",
        "Offered to neighbours",
        "Beryl – Len",
        "They are doing something together",
        HEARD,
    ):
        assert words in page


def test_the_spark_begins_with_the_conversations_text(suppers):
    suppers.is_heard()
    spark = suppers.spark_is_applied_for()
    assert (spark.what, spark.neighbourhood, spark.conversation) == (IDEA, suppers.place, suppers.talk)
    assert list(spark.applicants.all()) == [suppers.beryl]
    assert (spark.status, spark.amount_gbp, spark.host) == (Status.SUBMITTED, Decimal("150.00"), suppers.host)
    assert "Fish and chip suppers" in said(suppers.decider, "/")
    assert f'href="/conversations/{suppers.talk.uuid}/"' in said(suppers.builder, suppers.page)


def test_the_money_is_awarded_paid_by_another_manager_and_adds_up(suppers, manager, second_manager):
    suppers.is_heard()
    suppers.spark_is_applied_for()
    refused = suppers.builder.post(f"{suppers.page}approve/", {"amount_gbp": "150.00"})
    assert refused.status_code == 403
    suppers.is_decided_and_paid()
    suppers.spark.refresh_from_db()
    assert (suppers.spark.status, suppers.spark.award_gbp) == (Status.PAID, Decimal("150.00"))
    lines = LedgerEntry.objects.order_by("pk").values_list("kind", "amount_gbp", "by", "payee", "reference")
    assert list(lines) == [
        ("reserve", Decimal("150.00"), manager.pk, "", ""),
        ("pay", Decimal("150.00"), second_manager.pk, "Chapel Hall Trust", "BACS 17"),
    ]
    suppers.pot.refresh_from_db()
    assert (suppers.pot.committed_gbp, suppers.pot.paid_gbp) == (Decimal("150.00"), Decimal("150.00"))
    page = said(suppers.decider, f"/sparks/rounds/{suppers.pot.pk}/")
    assert "The ledger adds up to these numbers." in page
    assert "£850" in page


def test_the_report_becomes_a_story_with_consent_and_contribution(suppers, manager, evaluator, client_for):
    suppers.all_of_it()
    story = suppers.story
    story.refresh_from_db()
    assert (story.title, story.status, story.published_by) == ("Fish and chip suppers", StoryStatus.PUBLISHED, manager)
    assert story.us_text == "Forty came, and sixty the second time."
    assert story.now_text == "Nobody eats alone on the last Friday.\n\nEvery month."
    assert (story.consent_scope, story.consent_on, story.neighbourhood) == ("public", date(2026, 5, 20), suppers.place)
    assert list(story.people.all()) == [suppers.beryl]
    assert list(story.conversations.all()) == [suppers.talk]
    assert story.spark == suppers.spark
    page = said(client_for(evaluator), f"/stories/{story.uuid}/")
    for words in (
        "I only came for the chips",
        "Thought of it, peeled, fried and washed up.",
        "The team contributed",
        "Sparks approved",
    ):
        assert words in page
    assert "Beryl" not in page.replace(HEARD, "")


def test_each_users_today_page_shows_their_part(suppers, evaluator, client_for):
    suppers.is_heard()
    assert "Mill Row gate" in said(suppers.builder, "/")
    suppers.spark_is_applied_for()
    for manager in (suppers.decider, suppers.payer):
        page = said(manager, "/")
        assert "Fish and chip suppers" in page
        assert "£150" in page
    suppers.is_decided_and_paid()
    assert "Nothing to decide" in said(suppers.decider, "/")
    suppers.is_reported()
    suppers.becomes_a_story()
    page = said(client_for(evaluator), "/")
    assert f'href="/stories/{suppers.story.uuid}/"' in page
    assert "20 May 2026, today" in page


def rows_of(text: str) -> list[list[str]]:
    """Return the rows of a CSV file, without its UTF-8 byte order mark."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_figures_agree_on_the_page_in_both_files_and_from_the_command(suppers, evaluator, client_for, tmp_path, team):
    suppers.all_of_it()
    client = client_for(evaluator)
    address = "/indicators/export/csv/"
    downloaded = b"".join(client.get(address).streaming_content)
    output = tmp_path / "numbers.csv"
    first, final = rows_of(downloaded.decode())[1][2], rows_of(downloaded.decode())[-1][3]
    call_command(
        "export_indicators",
        team=team.slug,
        first=first,
        final=final,
        output=str(output),
        format=None,
        neighbourhood=None,
    )
    assert output.read_bytes() == downloaded

    header, *rows = rows_of(downloaded.decode())
    assert header == [
        "team", "neighbourhood", "period_start", "period_end", "outcome", "indicator", "definition_version", "unit", "value",
        "suppressed", "stories",
    ]  # fmt: skip
    mine = [dict(zip(header, row, strict=True)) for row in rows if row[1] == "Mill Row" and row[2] == "2026-04-01"]
    numbers = {row["indicator"]: row["value"] for row in mine if row["value"] not in ("", "0", "0.00")}
    assert numbers == COUNTED
    assert {row["indicator"] for row in mine if row["stories"] == "1"} == {"Sparks approved", "Residents met"}
    assert {row["indicator"] for row in mine if row["suppressed"] == "yes"} == HIDDEN
    assert {row["value"] for row in mine if row["suppressed"] == "yes"} == {""}
    assert {row["team"] for row in mine} == {"Brookside"}

    workbook = load_workbook(io.BytesIO(b"".join(client.get("/indicators/export/xlsx/").streaming_content)))
    sheet = [list(row) for row in workbook.worksheets[0].iter_rows(values_only=True)]
    assert sheet[0] == header
    assert [[as_text(cell) for cell in row] for row in sheet[1:]] == [[as_number(cell) for cell in row] for row in rows]

    page = said(client, f"/indicators/?place={suppers.place.pk}")
    for key in ("conversations-held", "sparks-approved", "gifts-offered"):
        assert f'href="/indicators/{key}/?' in page


def as_text(cell: object) -> str:
    """Return a spreadsheet's cell as the simplest text of its value."""
    if cell is None:
        return ""
    if hasattr(cell, "date"):
        return cell.date().isoformat()
    return as_number(str(cell))


def as_number(cell: str) -> str:
    """Return text as it is, and a number without trailing zeros."""
    try:
        return str(Decimal(cell).normalize() + 0)
    except ArithmeticError:
        return cell


@pytest.mark.parametrize(
    ("key", "number", "row"),
    [
        ("conversations-held", "1", "Mill Row gate"),
        ("residents-met", "by year", "Beryl"),
        ("gifts-offered", "1", "Cooking for fifty"),
        ("introductions-met", "by year", "Beryl and Len"),
        ("sparks-approved", "1", "Fish and chip suppers"),
        ("money-awarded", "£150", "Fish and chip suppers"),
        ("stories-told", "1", "Fish and chip suppers"),
    ],
)
def test_each_figure_links_to_its_rows_and_its_story(suppers, key, number, row):
    suppers.all_of_it()
    page = said(suppers.decider, f"/indicators/{key}/?place={suppers.place.pk}&period=2026-04-01_2026-06-30")
    headline = page.partition("headline__value")[2][:200] or page
    assert number in headline
    assert row in page
    if key in ("sparks-approved", "residents-met"):
        assert f'href="/stories/{suppers.story.uuid}/"' in page


def test_other_teams_see_none_of_it(suppers, stranger, client_for):
    suppers.all_of_it()
    client = client_for(stranger)
    for address in (
        f"/conversations/{suppers.talk.uuid}/", f"/people/{suppers.beryl.uuid}/", suppers.page, f"/stories/{suppers.story.uuid}/",
        f"/sparks/rounds/{suppers.pot.pk}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    for address in ("/", "/sparks/", "/stories/", "/indicators/sparks-approved/"):
        assert "Fish and chip suppers" not in said(client, address)


def test_the_audit_names_rows_and_never_their_text(suppers):
    suppers.all_of_it()
    entries = list(AuditEntry.objects.filter(team=suppers.team))
    touched = {(entry.model, entry.verb) for entry in entries}
    for model in ("conversation", "gift", "introduction", "spark", "story"):
        assert any(model in name.lower() for name, _verb in touched), touched
    for entry in entries:
        text = " ".join(str(value) for value in (entry.field_names, entry.verb, entry.model))
        assert not [secret for secret in ("Beryl", "Len", "chips", "150") if secret in text]
