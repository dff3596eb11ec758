"""What the menu counts: for whom, up to how many, and with one query a page."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communities.actions.absences import save_absence
from communities.models import Role
from config import waiting
from config.waiting import MENU, MOST, WAITING, count_again, counts
from connectors.models import NextStep, Person
from sparks.models import Amendment, Status
from tests.factories.communities import MembershipFactory, MessageFactory, UserFactory
from tests.factories.connectors import NextStepFactory, PersonFactory
from tests.factories.connectors_consent import WishFactory
from tests.factories.sparks import ApplicationFactory, ApplyPageFactory, FundProposalFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


def fill(team, user) -> None:
    """Let one thing of each kind wait for a user."""
    NextStepFactory(team=team, owner=user, due_on=date(2026, 1, 1))
    WishFactory(person=PersonFactory(team=team))
    SparkFactory(round=RoundFactory(team=team), handed_in=True)
    _let_money_wait(team)
    MessageFactory(team=team, in_person=True, teller=user)
    MessageFactory(team=team, failed=True)
    MembershipFactory(team=team, role=Role.MANAGER, confirmed_at=None)
    for _twice in range(2):
        PersonFactory(team=team, known_as="Rose Tate")


def _let_money_wait(team) -> None:
    """Let one spark wait for each step that Today counts, an application, a request for help and the end of a round."""
    now, pot = timezone.now(), RoundFactory(team=team)
    award = {"round": pot, "award_gbp": 100, "submitted_at": now}
    SparkFactory(round=pot, status=Status.NEEDS_INFO, question="Who?")
    SparkFactory(**award, status=Status.APPROVED)
    SparkFactory(**award, status=Status.READY)
    changed = SparkFactory(**award, status=Status.READY)
    Amendment.objects.create(
        spark=changed, before_gbp=100, amount_gbp=90, reason="The hall is free.", proposed_by=UserFactory()
    )
    SparkFactory(**award, status=Status.PAID, due_on=timezone.localdate() - timedelta(days=1))
    page = ApplyPageFactory(round=pot)
    ApplicationFactory(page=page, sent=True)
    ApplicationFactory(page=page, help_asked_at=now, help_words="Who could hold the money?")
    FundProposalFactory(fund=pot.fund)
    RoundFactory(team=team, closes_at=now + timedelta(days=3))


@pytest.fixture(autouse=True)
def without_kept_counts():
    """Begin without counts that another test has left."""
    cache.clear()


def test_nothing_waits_in_a_new_team(team, manager):
    assert counts(manager, team) == dict.fromkeys(WAITING, 0)


def test_each_kind_is_counted(team, manager, builder, evaluator, other_team, stranger):
    fill(team, manager)
    assert counts(manager, team) == dict.fromkeys(WAITING, 1)
    theirs = {"steps": 0, "requests": 1, "to_tell": 0, "answer": 0, "accept": 0, "overdue": 0}
    assert counts(builder, team) == {**theirs, "applications": 1, "help": 1, "closing": 1}
    payer = UserFactory(roles={team: [Role.PAYER]})
    assert counts(payer, team) == {"pay": 1}
    assert counts(evaluator, team) == {}
    assert counts(stranger, team) == {}
    assert counts(stranger, other_team) == dict.fromkeys(WAITING, 0)


def test_possible_duplicates_are_not_counted_in_a_large_team(team, manager, client_for, monkeypatch):
    fill(team, manager)
    monkeypatch.setattr(waiting, "MOST_READ", 2)
    assert counts(manager, team)["duplicates"] == 0


def test_a_large_teams_today_counts_possible_duplicates_for_the_menu(team, manager, client_for, monkeypatch):
    monkeypatch.setattr(waiting, "MOST_READ", 2)
    fill(team, manager)
    client, page, words = (
        client_for(manager),
        reverse("communities:partner-list"),
        "1 resident may have been added twice",
    )
    assert words not in client.get(page).content.decode()
    client.get(reverse("connectors:duplicate-count"))
    count_again(manager, team)
    assert words in client.get(page).content.decode()
    one, other = Person.objects.filter(known_as="Rose Tate")
    client.post(reverse("connectors:two-people", args=[one.uuid]), {"other": other.uuid})
    assert words not in client.get(page).content.decode()


def test_a_stand_in_is_told_what_waits_for_them(team, manager):
    builder, stand_in = (UserFactory(roles={team: [Role.BUILDER]}) for _ in range(2))
    MessageFactory(team=team, in_person=True, teller=builder)
    today = timezone.localdate()
    assert counts(stand_in, team)["to_tell"] == 0
    save_absence(team=team, user=builder, by=builder, stand_in=stand_in, starts_on=today, ends_on=today)
    assert counts(stand_in, team)["to_tell"] == counts(builder, team)["to_tell"] == 1
    assert counts(manager, team)["to_tell"] == 0


def test_a_large_number_is_not_counted_to_its_end(team, manager, client_for):
    NextStep.objects.bulk_create(
        NextStepFactory.build(team=team, owner=manager, due_on=date(2026, 1, 1)) for _number in range(MOST + 5)
    )
    assert counts(manager, team)["steps"] == MOST
    assert "99+ next steps are due" in client_for(manager).get(reverse("communities:partner-list")).content.decode()


def test_the_menu_says_it_to_eyes_and_ears(team, manager, client_for):
    fill(team, manager)
    page = client_for(manager).get(reverse("communities:partner-list")).content.decode()
    for words in (
        "(1 next step is due)",
        "(1 resident’s request is waiting for an answer, 1 resident may have been added twice)",
        "(1 spark is waiting for your decision, 1 change to a spark is waiting for you to agree, 1 spark is ready for you to pay",
        "1 report is overdue)",
        "1 idea from the public page to read, 1 person asks for help with an idea",
        "1 round closes within a week",
        "(1 person to tell something, 1 message could not be sent)",
        '<span class="nav__count" aria-hidden="true">2</span>',
    ):
        assert words in page


@pytest.mark.parametrize("name", ["today", "communities:partner-list", "connectors:person-list", "sparks:spark-list"])
def test_a_page_asks_once(team, manager, client_for, name):
    fill(team, manager)
    client = client_for(manager)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(name))
    assert len([query for query in asked if query["sql"].startswith(MENU)]) == 1


def test_a_part_of_a_page_and_a_button_do_not_ask(team, manager, client_for):
    client = client_for(manager)
    message = MessageFactory(team=team, failed=True)
    with CaptureQueriesContext(connection) as asked:
        client.post(reverse("communities:message-withdraw", args=[message.uuid]))
        client.get(reverse("connectors:person-list"), headers={"HX-Request": "true", "HX-Target": "list"})
    assert not [query for query in asked if query["sql"].startswith(MENU)]


def test_counts_are_kept_for_a_while_and_made_again_after_ones_own_change(team, manager, builder, client_for):
    step = NextStepFactory(team=team, owner=builder, due_on=date(2026, 1, 1))
    page = reverse("communities:partner-list")

    def asked(client) -> tuple[int, bool]:
        sent: list[str] = []

        def note(execute, sql, *rest):
            sent.append(sql)
            return execute(sql, *rest)

        # Not `CaptureQueriesContext`: in the tests it empties the cache, which this is about.
        with connection.execute_wrapper(note):
            text = client.get(page).content.decode()
        return sum(sql.startswith(MENU) for sql in sent), "(1 next step is due)" in text

    mine, other = client_for(builder), client_for(manager)
    assert asked(mine) == (1, True)
    assert asked(mine) == (0, True)
    assert asked(other) == (1, False)
    mine.post(reverse("connectors:step-done", args=[step.uuid]))
    assert asked(mine) == (1, False)
    assert asked(other) == (0, False)
