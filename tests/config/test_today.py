"""Today, for each role: what it shows, what it never shows, and what it costs."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from communities.models import Role
from communities.periods import quarter_of
from evaluation.packs.actions import publish_pack
from sparks.models import Status
from tests.factories.communities import PartnerFactory, TeamFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.evaluation import MeasurementFactory, PackFactory, StoryFactory, release
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.markup import flat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def today(client) -> str:
    """Return Today's page as people read it, with normalised whitespace."""
    answer = client.get("/")
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def suggested(client) -> str:
    """Return what Today fetches after the page: people to introduce."""
    answer = client.get("/introductions/suggested/", headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    return " ".join(unescape(answer.content.decode()).split())


def step(team, builder, *, days: int, words: str = "Bring the recipe", **more):
    """Add a conversation with something to come back to after a number of days."""
    return ConversationFactory(
        team=team, builder=builder, next_step=words, next_step_on=timezone.localdate() + timedelta(days=days), **more
    )


class TestBuilder:
    def test_the_page_shows_the_day_the_team_and_the_main_action(self, client_for, builder):
        page = today(client_for(builder))
        assert "Wednesday 20 May 2026, Brookside" in page
        assert 'href="/record/"' in page
        assert "Nothing today. A good day to walk a street you haven’t walked for a while." in page
        for others in ("Waiting for your decision", "Stories to approve", "How up to date our records are"):
            assert others not in page

    def test_next_steps_are_ones_own_due_soon_and_not_done(self, client_for, builder, manager, team):
        rose = PersonFactory(team=team, known_as="Rose")
        late = step(team, builder, days=-3, words="Ask how it went", people=[rose], place_name="The brook")
        soon = step(team, builder, days=6, words="Bring a ladder")
        step(team, builder, days=7, words="Not for a while yet")
        step(team, manager, days=0, words="Somebody else's")
        ConversationFactory(team=team, builder=builder, done=True, next_step="Long done")
        page = today(client_for(builder))
        assert page.index("Ask how it went") < page.index("Bring a ladder")
        assert "3 days ago" in page
        assert "In 6 days" in page
        assert f'href="/conversations/{late.uuid}/"' in page
        assert f'href="/people/{rose.uuid}/"' in page
        assert "The brook" in page
        assert f'action="/steps/{soon.steps.get().uuid}/done/"' in page
        for hidden in ("Not for a while yet", "Somebody else's", "Long done"):
            assert hidden not in page

    def test_a_step_that_is_done_is_no_longer_shown(self, client_for, builder, team):
        promise = step(team, builder, days=0).steps.get()
        client = client_for(builder)
        client.post(f"/steps/{promise.uuid}/done/")
        promise.refresh_from_db()
        assert promise.closed_at == timezone.now()
        assert "Something to come back to" in today(client)
        assert f'action="/steps/{promise.uuid}/done/"' not in today(client)

    def test_suggestions_have_a_reason_and_a_filled_in_form(self, client_for, builder, team):
        food = ThemeFactory(team=team, name="growing food")
        rose = PersonFactory(team=team, known_as="Rose", themes=[food])
        tom = PersonFactory(team=team, known_as="Tom", themes=[food])
        GiftFactory(person=tom, name="building raised beds", theme=food, offered=True)
        ConversationFactory(team=team, builder=builder, people=[rose])
        ConversationFactory(team=team, builder=builder, people=[tom])
        client = client_for(builder)
        assert 'hx-get="/introductions/suggested/"' in today(client)
        page = suggested(client)
        assert "Tom offers building raised beds, both care about growing food, not yet introduced" in page
        href = f"/introductions/new/?from=person:{rose.uuid}&to=person:{tom.uuid}&reason="
        assert href in page
        form = client.get(f"{href}Because").content.decode()
        assert 'value="Because"' in form
        assert "Rose" in form
        assert "Tom" in form

    def test_introduced_residents_are_not_suggested_again(self, client_for, builder, team):
        food = ThemeFactory(team=team, name="growing food")
        rose, tom = (PersonFactory(team=team, known_as=name, themes=[food]) for name in ("Rose", "Tom"))
        ConversationFactory(team=team, builder=builder, people=[rose, tom])
        assert "not yet introduced" in suggested(client_for(builder))
        IntroductionFactory(team=team, from_person=tom, to_person=rose)
        assert "not yet introduced" not in suggested(client_for(builder))

    def test_outcomes_are_asked_for_after_four_weeks(self, client_for, builder, manager, team):
        def introduced(days: int, by=builder, **more):
            day = timezone.localdate() - timedelta(days=days)
            return IntroductionFactory(team=team, introduced_by=by, introduced_on=day, **more)

        old = introduced(28)
        for other in (introduced(27), introduced(30, met=True), introduced(30, by=manager)):
            assert f'href="/introductions/{other.uuid}/"' not in today(client_for(builder))
        page = today(client_for(builder))
        assert f'href="/introductions/{old.uuid}/"' in page
        assert "introduced 4 weeks ago" in page
        assert ">They met</button>" in flat(page)

    def test_recent_conversations_of_the_team_are_listed(self, client_for, builder, manager, team):
        ConversationFactory(team=team, builder=manager, summary="The band is coming back", place_name="Mill Row")
        page = today(client_for(builder))
        assert "20 May, Mill Row" in page
        assert "The band is coming back" in page

    def test_people_and_promises_come_before_money_except_for_managers(self, client_for, builder, manager, team):
        for creator in (builder, manager):
            SparkFactory(round__team=team, created_by=creator, status=Status.APPROVED, handed_in=True)
        sections = [re.findall(r'<h2 id="(\w+)"', today(client_for(user))) for user in (builder, manager)]
        builders, managers = ([each for each in found if each in ("steps", "meet", "money")] for found in sections)
        assert builders == ["steps", "meet", "money"]
        assert managers == ["money", "steps", "meet"]


class TestManager:
    def test_decisions_are_listed_with_their_money_oldest_first(self, client_for, manager, builder, team):
        pot = RoundFactory(team=team, name="Spring 2026", budget_gbp=Decimal(1000), committed_gbp=Decimal(300))
        now = timezone.now()
        for n, (title, amount) in enumerate([("Seed swap", "60"), ("Film night", "85.50")]):
            SparkFactory(
                round=pot, title=title, amount_gbp=Decimal(amount), created_by=builder, status=Status.SUBMITTED,
                submitted_at=now - timedelta(days=4 - n),
            )  # fmt: skip
        page = today(client_for(manager))
        assert page.index("Seed swap") < page.index("Film night")
        assert "£60" in page
        assert "£85.50" in page
        assert "submitted 4 days ago" in page
        assert "£700" in page
        assert "open until 19 June 2026" in page

    def test_sparks_that_the_manager_cannot_decide_on_are_not_listed(self, client_for, manager, builder, team):
        pot = RoundFactory(team=team)
        own = SparkFactory(round=pot, title="My own", created_by=manager, handed_in=True)
        close = SparkFactory(round=pot, title="Too close", created_by=builder, handed_in=True)
        close.conflicts.add(manager)
        member = SparkFactory(round=pot, title="My choir", created_by=builder, handed_in=True)
        member.members.add(manager)
        SparkFactory(round=pot, title="Still a draft", created_by=builder)
        page = today(client_for(manager))
        assert "Nothing to decide" in page
        for spark in (own, close, member):
            assert spark.title not in page
        assert "Still a draft" not in page

    def test_a_round_that_is_not_open_is_not_listed(self, client_for, manager, team):
        now = timezone.now()
        RoundFactory(
            team=team, name="Last year", opens_at=now - timedelta(days=9), closes_at=now - timedelta(seconds=1)
        )
        RoundFactory(team=team, name="Next year", opens_at=now + timedelta(days=9))
        RoundFactory(team=team, name="This year")
        page = today(client_for(manager))
        assert "This year" in page
        assert "Last year" not in page
        assert "Next year" not in page

    def test_stories_to_approve_leave_out_ones_own(self, client_for, manager, builder, team):
        waiting = StoryFactory(team=team, title="The long table", created_by=builder, submitted=True)
        StoryFactory(team=team, title="Written by me", created_by=manager, submitted=True)
        StoryFactory(team=team, title="Told already", created_by=builder, published=True)
        page = today(client_for(manager))
        assert f'href="/stories/{waiting.uuid}/"' in page
        assert "Written by me" not in page
        assert "Told already" not in page

    def test_a_manager_logs_conversations_too(self, client_for, manager, team):
        step(team, manager, days=0, words="Bring the keys")
        assert "Bring the keys" in today(client_for(manager))


class TestEvaluator:
    def test_the_freshness_of_records_is_shown(self, client_for, evaluator, builder, team):
        ConversationFactory(team=team, builder=builder, held_on=date(2026, 5, 18), summary="A private word")
        StoryFactory(team=team, created_by=builder, submitted=True, title="Not yet told")
        told = StoryFactory(
            team=team, created_by=builder, published=True, title="The long table", happened_on=date(2026, 4, 2),
            indicators=["groups-formed"],
        )  # fmt: skip
        MeasurementFactory(team=team, period_start=date(2026, 1, 1), period_end=date(2026, 3, 31))
        page = today(client_for(evaluator))
        assert "18 May 2026, 2 days ago" in page
        assert "2 April 2026, 6 weeks ago" in page
        assert "31 March 2026" in page
        assert '<p class="stat__value">1</p>' in flat(page)
        assert "1 more to approve" in page
        assert f'href="/stories/{told.uuid}/"' in page
        for private in ("A private word", "Not yet told", "Log a conversation", "Something to come back to"):
            assert private not in page

    def test_quiet_months_are_not_shown_as_a_problem(self, client_for, evaluator):
        page = today(client_for(evaluator))
        assert "Quiet months are for building trust" in page
        assert page.count("none yet") == 2
        assert "nothing recorded yet" in page


class TestNoTeam:
    def test_an_administrator_without_a_team_gets_a_link_to_the_admin(self, client_for, administrator):
        page = today(client_for(administrator))
        assert "You are an administrator." in page
        assert 'href="/admin/"' in page
        assert "Log a conversation" not in page

    def test_an_administrator_sees_everything_of_the_current_team(self, client_for, administrator, team):
        page = today(client_for(administrator))
        for words in ("Waiting for your decision", "Something to come back to", "How up to date our records are"):
            assert words in page

    def test_a_user_without_a_team_sees_how_to_join_one(self, client_for, db):
        TeamFactory()
        page = today(client_for(UserFactory()))
        assert "You are not in a team yet. A manager can invite you by email" in page
        for link in ('href="/admin/"', 'href="/record/"'):
            assert link not in page

    def test_nobody_else_sees_it(self, client):
        answer = client.get("/")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")


def fill(team, builder, manager, *, rows: int, tag: str = "") -> None:
    """Add a number of everything that Today can show."""
    food = ThemeFactory(team=team, name=f"food{tag}")
    pot = RoundFactory(team=team, name=f"Round{tag}")
    host = PartnerFactory(team=team, is_fiscal_host=True)
    for n in range(rows):
        rose = PersonFactory(team=team, known_as=f"Rose{tag}{n}", themes=[food])
        tom = PersonFactory(team=team, known_as=f"Tom{tag}{n}", themes=[food])
        for by in (builder, manager):
            step(team, by, days=0, words=f"Step{tag}{n}", people=[rose, tom], summary=f"Heard{tag}{n}")
            IntroductionFactory(
                team=team, introduced_by=by, introduced_on=timezone.localdate() - timedelta(days=40),
                from_person=PersonFactory(team=team, known_as=f"Ann{tag}{n}"), to_person=PersonFactory(team=team),
            )  # fmt: skip
        SparkFactory(round=pot, host=host, title=f"Spark{tag}{n}", handed_in=True, created_by=builder)
        StoryFactory(team=team, title=f"Waits{tag}{n}", submitted=True, created_by=builder)
        StoryFactory(team=team, title=f"Told{tag}{n}", published=True, created_by=builder, published_by=manager)


def test_teams_see_nothing_of_each_other(
    client_for, team, other_team, builder, manager, evaluator, stranger, administrator
):
    fill(team, builder, manager, rows=2, tag="Ours")
    fill(other_team, stranger, stranger, rows=2, tag="Theirs")
    for user, words in (
        (builder, ("StepOurs1", "RoseOurs", "AnnOurs0", "HeardOurs1")),
        (manager, ("SparkOurs0", "WaitsOurs1", "RoundOurs")),
        (evaluator, ("ToldOurs0",)),
    ):
        page = today(client_for(user))
        assert "Theirs" not in page
        assert [word for word in words if word not in page] == []
    page = today(client_for(stranger))
    assert "Ours" not in page
    assert "StepTheirs1" in page


def test_a_user_of_two_teams_sees_the_current_one(client_for, team, other_team, builder, stranger):
    both = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.BUILDER]})
    for each, tag in ((team, "Ours"), (other_team, "Theirs")):
        step(each, both, days=0, words=f"Step{tag}")
    client = client_for(both)
    for here, seen, hidden in ((team, "StepOurs", "StepTheirs"), (other_team, "StepTheirs", "StepOurs")):
        client.post("/team/switch/", {"team": here.pk})
        page = today(client)
        assert seen in page
        assert hidden not in page


def test_a_pack_that_is_prepared_waits_for_those_who_prepare_packs(client_for, team, builder, manager, evaluator):
    """Until it is published."""
    pack = PackFactory(
        team=team, title="For the steering group", release=release(team, quarter_of(date(2026, 2, 1))), created_by=manager,
        nothing_wrong="It rained less.", opening="Hello.", numbers=["groups-formed"],
    )  # fmt: skip
    seen = [pack.title in today(client_for(user)) for user in (builder, manager, evaluator)]
    assert seen == [False, True, True]
    publish_pack(by=manager, pack=pack)
    assert pack.title not in today(client_for(manager))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("role", "queries"), [("builder", 14), ("manager", 21), ("evaluator", 11)])
def test_the_page_takes_as_many_queries_for_three_rows_as_for_one(
    client_for, django_assert_num_queries, request, team, builder, manager, evaluator, rows, role, queries
):
    fill(team, builder, manager, rows=rows)
    client = client_for(request.getfixturevalue(role))
    client.get("/")
    with django_assert_num_queries(queries):
        client.get("/")
