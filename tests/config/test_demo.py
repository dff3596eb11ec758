"""The demonstration: as large as promised, the same from the same seed, within the rules, and never built twice."""

import re
import socket
from datetime import timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from assets.models import Asset, Kind
from communities.models import AuditEntry, Membership, Neighbourhood, Partner, Role, Team, User
from communities.periods import last
from config.demo import build, own_words
from connectors.models import Ask, Conversation, Gift, Introduction, NextStep, Person, PromptSet, Theme
from connectors.queries.duplicates import duplicates_of
from connectors.queries.gifts import totals
from connectors.queries.past_people import Chosen, past_people
from connectors.wording import notice
from evaluation import reports
from evaluation.framework import INDICATORS
from evaluation.models import Measurement, Story, StoryStatus
from sparks.models import (
    Attachment,
    CostLine,
    Decision,
    Fund,
    Growth,
    HostLink,
    LedgerEntry,
    LedgerKind,
    Note,
    Report,
    Round,
    Spark,
    Status,
)
from sparks.queries import reasons_not_to_decide, reasons_not_to_pay, reconcile
from sparks.splitting import awarded_to_group
from tests.hostile import HostileClient

pytestmark = pytest.mark.django_db
MODELS = (
    Team, User, Membership, Neighbourhood, Partner, Asset, Theme, Person, Gift, Conversation, Introduction,
    Fund, Round, Spark, Decision, LedgerEntry, Report, Story, Measurement, AuditEntry,
)  # fmt: skip


@pytest.fixture
def demo(built, db, clock):
    """Return the first team of a freshly built demonstration, at noon on 20 May 2026."""
    return Team.objects.get(slug=build.FIRST_SLUG)


@pytest.fixture
def neighbour_team(demo):
    """Return the other team of the demonstration."""
    return Team.objects.get(slug=build.SECOND_SLUG)


def counts() -> dict[str, int]:
    """Return the number of rows in each table."""
    return {model.__name__: model.objects.count() for model in MODELS}


def sign_in(client, email: str):
    """Sign in on the sign-in page with the published password."""
    answer = client.post("/sign-in/", {"email": email, "username": email, "password": build.PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


class TestHowMuch:
    def test_the_demonstration_has_the_documented_number_of_rows(self, demo):
        found = counts()
        assert {name: found[name] for name in ("Team", "Neighbourhood", "Person", "Asset", "Introduction", "Story")} == {
            "Team": 2, "Neighbourhood": 4, "Person": 151, "Asset": 200, "Introduction": 160, "Story": 20,
        }  # fmt: skip

    def test_every_neighbourhood_has_an_outline_and_a_story(self, demo):
        assert all(
            place.boundary and place.boundary_story and place.population for place in Neighbourhood.objects.all()
        )

    def test_everyone_has_a_gift_and_a_theme(self, demo):
        assert not Person.objects.filter(Q(gifts__isnull=True) | Q(themes__isnull=True)).exists()
        assert Gift.objects.filter(heard_in__isnull=True).count() == 0

    def test_no_page_about_people_is_empty_and_a_good_part_of_the_gifts_is_matched(self, demo):
        manager = User.objects.get(email="manager@eastmere.example")
        gifts = totals(user=manager, team=demo)
        assert gifts.offered / 2 < gifts.matched < gifts.offered * 0.9
        newest = Person.objects.visible_to(manager).filter(team=demo).order_by("-pk")[:5]
        twice = duplicates_of(newest, user=manager, team=demo)
        (doubles,) = [(person, alike) for person, alike in twice if alike]
        assert doubles[0].known_as == doubles[1][0].person.known_as
        past = [past_people(manager, demo, Chosen(months=6, reached=how)).count() for how in ("in_person", "text")]
        assert min(past) >= 2
        (questions,) = PromptSet.objects.filter(team=demo, is_on=True)
        assert len(questions.prompts.splitlines()) == 10

    def test_asks_have_the_theme_of_their_text(self, demo):
        found = dict(Ask.objects.filter(team=demo).values_list("words", "theme__name"))
        assert found["seeds for the window box"] == "Growing food"
        assert found["a bicycle pump, now and then"] is None
        assert sum(theme is not None for theme in found.values()) >= 5

    def test_two_rounds_hold_a_spark_in_every_state(self, demo):
        assert Round.objects.filter(team=demo).count() == 2
        assert set(Spark.objects.values_list("status", flat=True)) == set(Status.values)

    def test_conversations_run_through_twelve_months(self, demo):
        days = list(Conversation.objects.filter(team=demo).values_list("held_on", flat=True))
        months = {(day.year, day.month) for day in days}
        assert len(months) in (12, 13)
        assert max(days) <= timezone.localdate()
        assert min(days) >= timezone.localdate() - timedelta(days=365)

    def test_every_kind_and_status_appears(self, demo):
        assert set(Asset.objects.values_list("kind", flat=True)) == set(Kind.values)
        told = set(Story.objects.values_list("status", flat=True))
        assert {StoryStatus.DRAFT, StoryStatus.SUBMITTED, StoryStatus.PUBLISHED} <= told

    def test_what_stands_beside_a_spark_is_there(self, demo):
        assert Note.objects.exists()
        assert Attachment.objects.exists()
        assert set(CostLine.objects.values_list("is_in_kind", flat=True)) == {True, False}
        assert Growth.objects.filter(from_spark__isnull=False).exists()
        assert Growth.objects.filter(from_group__isnull=False).exists()
        assert set(HostLink.objects.values_list("answer", flat=True)) == {"yes", ""}

    def test_at_least_twelve_indicators_have_a_number(self, demo):
        report = reports.build(demo, last(2, until=timezone.localdate()))
        keys = {key for (_period, key, _place), figure in _figures(report) if figure.value}
        assert len(keys) >= 12


def _figures(report):
    """Yield every figure of a report with its place in the report."""
    for period in report.periods:
        for spec in INDICATORS:
            for place in report.places:
                yield (period, spec.key, place.key), report.figure(period, spec.key, place.key)


class TestTrueToTheRules:
    def test_each_ledger_adds_up(self, demo):
        for grant_round in Round.objects.all():
            found = reconcile(grant_round)
            assert found.agrees, found
            assert grant_round.paid_gbp <= grant_round.committed_gbp <= grant_round.budget_gbp

    def test_the_approver_neither_wrote_nor_pays_a_spark(self, demo):
        assert LedgerEntry.objects.filter(kind=LedgerKind.PAY).count() >= 4
        for entry in LedgerEntry.objects.filter(kind=LedgerKind.PAY).select_related("spark"):
            approvers = set(entry.spark.decisions.filter(verdict="approve").values_list("by_id", flat=True))
            assert approvers, entry
            assert entry.by_id not in approvers | {entry.spark.created_by_id}
            assert reasons_not_to_pay(entry.spark, entry.by) == []
        assert not Decision.objects.filter(by=F("spark__created_by")).exists()
        for decision in Decision.objects.select_related("spark__host", "by"):
            # An approval can still be changed until a second person decides.
            declined = decision.verdict == Decision.Verdict.DECLINE
            assert reasons_not_to_decide(decision.spark, decision.by) == (["decided"] if declined else [])
        assert not Story.objects.filter(published_by=F("created_by")).exists()

    def test_above_the_limit_two_people_decided(self, demo):
        large = Spark.objects.filter(award_gbp__gt=demo.approval_limit_gbp)
        assert large.exists()
        assert all(spark.decisions.filter(verdict="approve").count() == 2 for spark in large)

    def test_no_resident_is_behind_two_sparks(self, demo):
        sparks = list(Spark.objects.filter(team=demo).prefetch_related("applicants"))
        behind = [person.pk for spark in sparks for person in spark.applicants.all()]
        assert len(behind) > len(sparks)
        assert len(set(behind)) == len(behind)
        assert {awarded_to_group(spark) for spark in sparks if spark.title == "First hello bags"} == {0}

    def test_decisions_payments_and_approvals_are_by_managers_of_the_team(self, demo):
        for spark in Spark.objects.all():
            managers = set(
                Membership.objects.filter(team=spark.team, role=Role.MANAGER).values_list("user_id", flat=True)
            )
            assert {row.by_id for row in [*spark.decisions.all(), *spark.ledger.all()]} <= managers

    def test_only_next_steps_are_in_the_future(self, demo):
        now, today = timezone.now(), timezone.localdate()
        for model, fields in {
            Conversation: ("held_on", "recorded_at", "received_at"),
            NextStep: ("created_at", "closed_at"),
            Person: ("first_met_on", "connector_since", "created_at"),
            Gift: ("heard_on",),
            Asset: ("created_at", "formed_on", "last_confirmed_on"),
            Introduction: ("introduced_on", "outcome_on", "created_at"),
            Spark: ("created_at", "submitted_at", "decided_at", "paid_at"),
            Decision: ("decided_at",),
            LedgerEntry: ("at",),
            Report: ("created_at",),
            Story: ("happened_on", "consent_on", "created_at", "published_at"),
            Measurement: ("period_end",),
        }.items():
            for name in fields:
                limit = now if name.endswith(("_at", "at")) else today
                late = model.objects.filter(**{f"{name}__gt": limit})
                assert not late.exists(), (model.__name__, name, late.first())

    def test_dates_are_in_order(self, demo):
        assert not Gift.objects.filter(heard_on__lt=F("person__first_met_on")).exists()
        assert not Introduction.objects.filter(outcome_on__lt=F("introduced_on")).exists()
        assert not Spark.objects.filter(decided_at__lt=F("submitted_at")).exists()
        assert not Spark.objects.filter(paid_at__lt=F("decided_at")).exists()
        assert not Asset.objects.filter(last_confirmed_on__lt=F("created_at__date")).exists()
        assert not Asset.objects.filter(formed_on__gt=F("created_at__date")).exists()
        assert not Story.objects.filter(consent_on__lt=F("happened_on")).exists()

    def test_published_stories_have_consent_and_differ(self, demo):
        published = Story.objects.filter(status=StoryStatus.PUBLISHED)
        assert published.count() >= 12
        assert not published.filter(Q(consent_scope="") | Q(consent_on__isnull=True)).exists()
        assert len(set(Story.objects.values_list("title", "team"))) == 20
        assert len(set(Story.objects.filter(team=demo).values_list("us_text", flat=True))) == 17

    def test_residents_have_a_first_name_and_no_contact_details(self, demo):
        for person in Person.objects.all():
            assert re.fullmatch(r"[A-Z][a-zé]+", person.known_as)
            assert (person.email, person.phone) == ("", "")
        assert len(set(Person.objects.values_list("known_as", flat=True))) == 150
        assert all(user.email.endswith(".example") for user in User.objects.all())

    def test_texts_use_no_deficit_words(self, demo):
        talks = Conversation.objects.exclude(summary__in=own_words.SAID)
        texts = [text for row in talks.values_list("summary", "idea") for text in row]
        texts += NextStep.objects.values_list("words", flat=True)
        texts += [text for row in Story.objects.values_list("self_text", "us_text", "now_text") for text in row]
        assert {text: notice(text) for text in set(texts) if notice(text)} == {}


class TestAgain:
    def test_the_seed_determines_the_data(self, clock):
        def snapshot(seed: int) -> dict[str, list]:
            with transaction.atomic():
                build.build(seed)
                found = {
                    "people": list(Person.objects.order_by("pk").values_list("known_as", "street", "first_met_on")),
                    "gifts": list(Gift.objects.order_by("pk").values_list("name", "person__known_as", "is_offered")),
                    "assets": list(
                        Asset.objects.order_by("pk").values_list("name", "latitude", "longitude", "created_at")
                    ),
                    "talks": list(Conversation.objects.order_by("pk").values_list("summary", "held_on", "recorded_at")),
                    "met": list(Introduction.objects.order_by("pk").values_list("from_person__known_as", "outcome")),
                    "sparks": list(Spark.objects.order_by("pk").values_list("title", "status", "award_gbp")),
                    "money": list(
                        LedgerEntry.objects.order_by("pk").values_list("kind", "amount_gbp", "reference", "at")
                    ),
                    "stories": list(Story.objects.order_by("pk").values_list("title", "happened_on", "quote")),
                    "values": list(Measurement.objects.order_by("pk").values_list("value", "period_start")),
                }
                transaction.set_rollback(True)
            return found

        first = snapshot(7)
        assert snapshot(7) == first
        assert {name for name, rows in snapshot(8).items() if rows == first[name]} <= {"sparks"}
        assert len(first["people"]) == 151
        assert not Team.objects.exists()


class TestCommand:
    def run(self, **options) -> str:
        """Run `manage.py demo` and return its output."""
        out = StringIO()
        call_command("demo", stdout=out, **options)
        return out.getvalue()

    @pytest.fixture(autouse=True)
    def in_development(self, settings):
        settings.DEBUG = True

    def test_a_second_run_changes_nothing(self, clock):
        first = self.run(no_serve=True)
        before = counts()
        clock.shift(timedelta(days=3))
        second = self.run(no_serve=True)
        assert counts() == before
        assert "nothing was changed" in second
        assert "nothing was changed" not in first
        for said in (first, second):
            assert build.PASSWORD in said
            assert "http://localhost:8000" in said
            assert all(each.email in said for each in build.SIGN_INS)

    def test_everybody_it_names_can_sign_in(self, client_for, clock):
        self.run(no_serve=True)
        for each in build.SIGN_INS:
            assert sign_in(HostileClient(), each.email).get("/").status_code == 200

    def test_the_demonstration_is_refused_in_production(self, settings):
        settings.DEBUG = False
        with pytest.raises(CommandError, match="KITH_DEBUG=0"):
            self.run(no_serve=True)
        assert not Team.objects.exists()

    def test_a_port_in_use_is_a_one_line_error_and_nothing_is_built(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            with pytest.raises(CommandError) as refused:
                self.run(port=port)
        assert f"Port {port} cannot be used" in str(refused.value)
        assert f"PORT={port + 1}" in str(refused.value)
        assert "\n" not in str(refused.value)
        assert not Team.objects.exists()

    @pytest.mark.parametrize("port", [0, 65536, -1])
    def test_an_invalid_port_is_refused(self, port):
        with pytest.raises(CommandError, match="is not a valid port"):
            self.run(port=port)


class TestIsolation:
    def test_residents_of_the_other_team_are_not_found(self, demo, neighbour_team, client_for):
        theirs = Person.objects.filter(team=neighbour_team).order_by("pk")
        mine = Person.objects.filter(team=demo).order_by("pk")
        assert theirs.count() == 30
        for email in ("builder@eastmere.example", "manager@eastmere.example", "evaluator@eastmere.example"):
            client = client_for(User.objects.get(email=email))
            assert client.get(f"/people/{theirs[0].uuid}/").status_code == 404
        builder = client_for(User.objects.get(email="builder@eastmere.example"))
        assert builder.get(f"/people/{mine[0].uuid}/").status_code == 200
        pages = "".join(
            builder.get(url).content.decode()
            for url in ("/", "/people/", "/people/?q=" + theirs[0].known_as, "/conversations/")
        )
        assert mine.order_by("known_as")[0].known_as in pages
        hidden = [str(uuid) for uuid in theirs.values_list("uuid", flat=True) if str(uuid) in pages]
        assert hidden == []


def test_the_steps_of_every_spark_lead_to_its_status(demo) -> None:
    sparks = Spark.objects.filter(steps_taken__gt=0).prefetch_related("history")
    for spark in sparks:
        steps = sorted(spark.history.all(), key=lambda each: each.number)
        assert [each.number for each in steps] == list(range(1, spark.steps_taken + 1))
        assert all(one.after == two.before and one.at <= two.at for one, two in pairwise(steps)), spark.title
        assert (steps[-1].after, steps[-1].at <= timezone.now()) == (spark.status, True), spark.title
    assert {Status.DECLINED, Status.LAPSED, Status.WITHDRAWN, Status.CANCELLED} <= {each.status for each in sparks}
