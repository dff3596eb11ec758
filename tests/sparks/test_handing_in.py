"""Handing in with missing answers: the next press hands in, and sending again never creates a second spark."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from communities.models import Partner, Team, User
from sparks.models import HeldBy, Round, Spark, Status
from tests.factories.communities import PartnerFactory
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.form_reader import ReadForm, form_with
from tests.hostile import HostileClient

pytestmark = pytest.mark.django_db
NEW = "/sparks/new/"
#: What the page says about each missing answer.
MESSAGES = {
    "what": "Say in a sentence or two what you want to do",
    "who_with": "Say who is in it.",
    "amount_gbp": "Say how much would help",
    "held_by": "Choose who holds the money",
    "host": "Choose the organisation that holds the money",
}


@pytest.fixture
def pot(team: Team) -> Round:
    return RoundFactory(team=team, name="Spring")


@pytest.fixture
def host(team: Team) -> Partner:
    """Return one of two organisations that hold money, so that one has to be chosen."""
    PartnerFactory(team=team, name="Weir Trust", is_fiscal_host=True)
    return PartnerFactory(team=team, name="Brook Hall Trust", is_fiscal_host=True)


@pytest.fixture
def answers(pot: Round, host: Partner) -> dict[str, str]:
    return {
        "title": "Fish suppers", "what": "A supper every month.", "who_with": "Mill Row", "costs": "Fish £150",
        "amount_gbp": "£150.50", "held_by": "host", "host": str(host.pk),
    }  # fmt: skip


@pytest.fixture
def desk(builder: User, client_for) -> HostileClient:
    return client_for(builder)


def without(answers: dict[str, str], gap: str) -> dict[str, str]:
    """Return the answers with one missing. Without a holder there is no host either."""
    gone = {gap, "host"} if gap == "held_by" else {gap}
    return {name: value for name, value in answers.items() if name not in gone}


def send(desk: HostileClient, form: ReadForm, typed: dict[str, str], button: str = "hand_in") -> HttpResponse:
    """Press a button of a form and return the page that comes back."""
    return desk.post(form.action, {**form.data, **typed, button: "1"}, follow=True)


def press(desk: HostileClient, page: HttpResponse, typed: dict[str, str], button: str = "hand_in") -> HttpResponse:
    """Type into the form that a page shows, press a button, and return the page that comes back."""
    return send(desk, form_with(page, "title"), typed, button)


def the_spark() -> Spark:
    """Return the one spark there is."""
    return Spark.objects.get()


@pytest.mark.parametrize("group", ["", "Mill Row Suppers"], ids=["without a group", "with a group"])
@pytest.mark.parametrize("gap", MESSAGES)
def test_submitting_after_filling_a_gap_succeeds(gap: str, group: str, desk, answers) -> None:
    page = press(desk, desk.get(NEW), {**without(answers, gap), "group_name": group})
    assert MESSAGES[gap] in page.content.decode()
    assert (the_spark().status, the_spark().title) == (Status.DRAFT, "Fish suppers")
    page = press(desk, page, answers)
    assert "A manager will decide" in page.content.decode()
    spark = the_spark()
    assert (spark.status, spark.what, spark.group_name) == (Status.SUBMITTED, "A supper every month.", group)


@pytest.mark.parametrize("group", ["", "Mill Row Suppers"], ids=["without a group", "with a group"])
def test_all_gaps_are_shown_at_once_and_can_be_filled_one_by_one(group: str, desk, answers) -> None:
    page = press(desk, desk.get(NEW), {"title": "Fish suppers", "group_name": group})
    expected = [message for gap, message in MESSAGES.items() if gap != "host"]
    assert [message for message in expected if message not in page.content.decode()] == []
    for name in ("what", "who_with", "amount_gbp", "held_by", "host"):
        assert the_spark().status == Status.DRAFT
        page = press(desk, page, {name: answers[name]})
    assert the_spark().status == Status.SUBMITTED


def test_a_closed_round_is_shown_with_the_other_gaps(desk, team) -> None:
    closed = RoundFactory(team=team, closes_at=timezone.now() - timedelta(seconds=1))
    spark = SparkFactory(round=closed, who_with="")
    page = desk.post(reverse("sparks:spark-hand-in", args=[spark.uuid]), follow=True).content.decode()
    assert "This round closed on" in page
    assert MESSAGES["who_with"] in page


def test_a_question_can_be_answered_on_the_same_form(desk, answers, pot, host) -> None:
    spark = SparkFactory(round=pot, host=host, status=Status.NEEDS_INFO, question="Is there a tap?")
    page = desk.get(reverse("sparks:spark-update", args=[spark.uuid]))
    page = press(desk, page, {"what": ""})
    assert MESSAGES["what"] in page.content.decode()
    press(desk, page, {"what": "With a tap."})
    assert (the_spark().status, the_spark().what) == (Status.SUBMITTED, "With a tap.")


def test_submitting_on_the_sparks_page_asks_for_missing_values(desk, pot) -> None:
    spark = SparkFactory(round=pot, who_with="")
    page = desk.post(reverse("sparks:spark-hand-in", args=[spark.uuid]), follow=True)
    assert MESSAGES["who_with"] in page.content.decode()
    press(desk, page, {"who_with": "Mill Row"})
    assert the_spark().status == Status.SUBMITTED


@pytest.mark.parametrize("gap", ["", "what"], ids=["complete", "with a gap"])
def test_pressing_twice_creates_one_spark(gap: str, desk, answers) -> None:
    form = form_with(desk.get(NEW), "title")
    pages = [send(desk, form, without(answers, gap)) for _ in range(2)]
    assert Spark.objects.count() == 1
    for page in pages:
        assert ("A manager will decide" if not gap else MESSAGES[gap]) in page.content.decode()
        assert "was not taken" not in page.content.decode()


def test_pressing_twice_on_the_drafts_form_submits_once(desk, answers) -> None:
    page = press(desk, desk.get(NEW), without(answers, "what"))
    form = form_with(page, "title")
    send(desk, form, answers)
    again = send(desk, form, answers).content.decode()
    assert (the_spark().status, the_spark().what) == (Status.SUBMITTED, answers["what"])
    assert "has been submitted" in again
    assert "was not saved" not in again


@pytest.mark.parametrize("group", ["", "Mill Row Suppers"], ids=["without a group", "with a group"])
def test_going_back_after_an_error_leads_to_the_draft(group: str, desk, answers) -> None:
    first = form_with(desk.get(NEW), "title")
    send(desk, first, {**without(answers, "host"), "group_name": group})
    page = send(desk, first, {**answers, "group_name": group, "what": "A supper each week."})
    assert "not saved yet" in page.content.decode()
    assert the_spark().what == "A supper every month."
    press(desk, page, {})
    spark = the_spark()
    assert (spark.status, spark.what, spark.host_id) == (Status.SUBMITTED, "A supper each week.", int(answers["host"]))


def test_going_back_with_another_idea_adds_a_second_spark(desk, answers) -> None:
    first = form_with(desk.get(NEW), "title")
    send(desk, first, answers, "keep")
    page = send(desk, first, {**answers, "title": "Kite day"}, "keep")
    assert "not saved yet" in page.content.decode()
    press(desk, page, {}, "keep")
    assert sorted(Spark.objects.values_list("title", flat=True)) == ["Fish suppers", "Kite day"]


def test_going_back_does_not_overwrite_anothers_changes(desk, answers, second_manager, client_for) -> None:
    first = form_with(desk.get(NEW), "title")
    send(desk, first, without(answers, "host"))
    page = send(desk, first, {**answers, "what": "A supper each week."})
    other = client_for(second_manager)
    press(other, other.get(form_with(page, "title").action), {"what": "With a stove."}, "keep")
    page = press(desk, page, {})
    assert "Somebody changed this" in page.content.decode()
    assert (the_spark().what, the_spark().status) == ("With a stove.", Status.DRAFT)
    press(desk, page, {})
    assert (the_spark().what, the_spark().status) == ("A supper each week.", Status.SUBMITTED)


def test_the_second_of_two_tabs_keeps_what_was_typed(desk, answers) -> None:
    page = press(desk, desk.get(NEW), without(answers, "what"))
    press(desk, page, answers)
    late = press(desk, page, {**answers, "what": "A supper each week."}).content.decode()
    assert "has been submitted" in late
    assert "What you typed was not saved" in late
    assert "A supper each week." in late
    assert (the_spark().what, the_spark().status) == (answers["what"], Status.SUBMITTED)


def test_a_second_spark_of_the_group_is_refused_with_the_name_of_the_first(desk, answers, team) -> None:
    tabs = [desk.get(NEW) for _ in range(2)]
    press(desk, tabs[0], {**answers, "group_name": "Mill Row"})
    page = press(desk, tabs[1], {**answers, "title": "Kite day", "group_name": "MILL ROW", "what": ""})
    assert "already has a spark in this round: “Fish suppers” (Waiting for a decision)" in page.content.decode()
    assert MESSAGES["what"] in page.content.decode()
    page = press(desk, page, {"what": "Kites."})
    assert "already has a spark in this round" in page.content.decode()
    press(desk, page, {"round": str(RoundFactory(team=team).pk)})
    assert sorted(Spark.objects.values_list("title", "status")) == [
        ("Fish suppers", Status.SUBMITTED),
        ("Kite day", Status.SUBMITTED),
    ]


class TestWhoHoldsTheMoney:
    def test_no_host_is_chosen_at_first(self, desk, pot) -> None:
        page = desk.get(NEW)
        assert "held_by" not in form_with(page, "title").data
        assert len(re.findall(r'<input\s+type="radio"\s+name="held_by"', page.content.decode())) == len(HeldBy)

    def test_a_chosen_organisation_holds_the_money(self, desk, answers) -> None:
        del answers["held_by"]
        press(desk, desk.get(NEW), answers)
        assert (the_spark().status, the_spark().held_by) == (Status.SUBMITTED, HeldBy.HOST)

    def test_the_only_host_is_chosen_automatically(self, desk, answers, host) -> None:
        Partner.objects.exclude(pk=host.pk).delete()
        press(desk, desk.get(NEW), without(answers, "host"))
        assert (the_spark().status, the_spark().host) == (Status.SUBMITTED, host)

    def test_with_two_hosts_one_has_to_be_chosen(self, desk, answers) -> None:
        press(desk, desk.get(NEW), without(answers, "host"))
        assert (the_spark().status, the_spark().host) == (Status.DRAFT, None)
