"""The workflow as one table: no status without a way on and a way out, every step on a page, and only the table's steps.

`pytest -s -k steps_roles_and_statuses` prints the table of steps, roles and statuses.
"""

import html
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from communities.outbox.kinds import kinds
from communities.verbs import Verb
from sparks import queries, workflow
from sparks.actions.telling import GROUPS
from sparks.models import LedgerKind, Spark, Status, StepTaken
from sparks.views.steps import BUTTONS
from tests.sparks.walks import PATHS, TAKE, people_of, spark_at

GOING = [name for name, state in workflow.STATES.items() if not state.is_end]
#: What stands in the table: allowed, not for this role, not in this status, refused for another reason.
SIGNS = {"yes": "●", "role": "–", "status": "·", "bar": "○"}


def reachable(status: str) -> set[str]:
    """Return the statuses that can follow a status, at once or later."""
    found: set[str] = set()
    waiting = [status]
    while waiting:
        at = waiting.pop()
        for each in workflow.WAYS:
            if each.at == at and each.to not in found:
                found.add(each.to)
                waiting.append(each.to)
    return found


def ends_at_once(status: str) -> set[str]:
    """Return the ends that one step leads to."""
    return {each.to for each in workflow.WAYS if each.at == status and workflow.STATES[each.to].is_end}


class TestTable:
    def test_the_statuses_are_those_of_the_model(self):
        assert set(workflow.STATES) == set(Status.values)
        assert set(PATHS) == set(Status.values)

    def test_every_row_names_what_exists(self):
        for way in workflow.WAYS:
            assert way.step in workflow.STEPS
            assert {way.at, way.to} <= set(workflow.STATES)
            assert way.money in workflow.MONEY
            assert way.money in ("", "again", *LedgerKind.values)
            assert Verb(way.verb or workflow.STEPS[way.step].verb)
            assert {kind for kind, _group in way.tells} <= set(kinds())
            assert {group for _kind, group in way.tells} <= set(GROUPS) == set(workflow.TOLD)

    def test_every_step_has_a_row_a_role_and_an_action(self):
        assert {way.step for way in workflow.WAYS} == set(workflow.STEPS) == set(TAKE)
        assert {step.who for step in workflow.STEPS.values()} <= set(workflow.ROLES)
        assert set(workflow.ROLES) == set(workflow.WHO)
        assert set(BUTTONS) == set(workflow.STEPS) - {"report", "lapse", "holder"}

    def test_every_row_tells_somebody_or_says_why_nobody(self):
        silent = {way.step for way in workflow.WAYS if not way.tells}
        assert silent == set(workflow.TOLD_NOBODY)

    def test_no_row_stands_twice(self):
        rows = [(way.step, way.at, way.to, way.money) for way in workflow.WAYS]
        assert len(rows) == len(set(rows))
        for step, at in {(way.step, way.at) for way in workflow.WAYS}:
            ways = workflow.ways(step, at)
            assert len(ways) == 1 or all(way.when for way in ways), (step, at)

    @pytest.mark.parametrize("status", GOING)
    def test_every_status_that_is_not_an_end_has_a_way_on_and_a_way_out(self, status):
        assert "closed" in reachable(status), "no way on"
        assert ends_at_once(status), "no way out"
        assert workflow.STATES[status].turn in workflow.TURNS, "it is nobody's turn"

    def test_an_end_can_only_be_left_by_a_step_that_says_so(self):
        ends = {name for name, state in workflow.STATES.items() if state.is_end}
        leaving = {way.step for way in workflow.WAYS if way.at in ends and way.to not in ends}
        assert leaving == {"reopen", "appeal", "agree"}

    def test_money_is_released_and_promised_where_statuses_say_so(self):
        for way in workflow.WAYS:
            before, after = workflow.STATES[way.at].is_promised, workflow.STATES[way.to].is_promised
            if way.step == "agree":
                assert after or way.money in ("recover", "correct")
                assert before or way.money in ("recover", "correct", "again")
            elif way.money in ("reserve", "release"):
                assert (before, after) == ((False, True) if way.money == "reserve" else (True, False)), way
            elif before != after:
                assert way.money == "pay" or way.step == "report", way

    def test_every_status_can_be_reached(self):
        assert reachable("draft") | {"draft"} == set(workflow.STATES)


@pytest.mark.django_db
@pytest.mark.parametrize("status", workflow.STATES)
def test_steps_roles_and_statuses(status, team):
    """Try every step as everybody through the real actions, and compare with the table."""
    people = people_of(team)
    spark = spark_at(status, people, team)
    # Something is proposed, so that somebody else can agree to it. What is proposed already cannot be proposed again.
    proposed = PROPOSED_AT.get(status)
    if proposed:
        TAKE[proposed](spark, people.first)
    names = list(vars(people))
    lines = [f"{spark.get_status_display():32}" + " ".join(f"{name:>9}" for name in names)]
    for step in (name for name, each in workflow.STEPS.items() if each.who != "kith"):
        found = []
        for by in vars(people).values():
            role = by.has_role(team, *workflow.ROLES[workflow.STEPS[step].who])
            outcome = tried(step, spark, by)
            if outcome == "role" and role:
                outcome = "bar"  # Only those who ended it, and managers, reopen.
            possible = workflow.is_possible(step, status)
            assert outcome == "role" if not role else outcome in (("yes", "bar") if possible else ("status",)), (
                step,
                by.name,
                outcome,
            )
            found.append(outcome)
        needs_proposal = step in ("agree", "refuse") and not proposed
        hindered = proposed and step in ("amend", "payee", "recover", "correct", "pay", "report")
        assert "yes" in found or not workflow.is_possible(step, status) or needs_proposal or hindered, step
        lines.append(f"  {step:30}" + " ".join(f"{SIGNS[each]:>9}" for each in found))
    print("\n".join(lines))


#: What is proposed before every step is tried, in the statuses where something can be agreed to.
PROPOSED_AT = {"ready": "amend", "paid": "recover", "reported": "recover", "recovered": "correct"}


def tried(step, spark, by) -> str:
    """Take a step, undo it, and return what happened: a key of `SIGNS`."""
    before = Spark.objects.get(pk=spark.pk)
    try:
        with transaction.atomic():
            TAKE[step](before, by)
            after = Spark.objects.get(pk=spark.pk)
            newest = StepTaken.objects.filter(spark=spark).order_by("-number").first()
            assert after.status in {way.to for way in workflow.ways(step, spark.status)}
            if after.steps_taken > before.steps_taken:
                assert (newest.step, newest.after, newest.number) == (step, after.status, after.steps_taken)
            assert queries.reconcile(after.round).agrees
            raise RolledBack
    except RolledBack:
        return "yes"
    except PermissionDenied:
        return "role"
    except ValidationError as error:
        assert Spark.objects.get(pk=spark.pk).status == spark.status
        return "status" if getattr(error, "code", "") == "step" else "bar"


class RolledBack(Exception):
    """Ends a try, so that the next one begins where it did."""


@pytest.mark.django_db
@pytest.mark.parametrize("status", workflow.STATES)
def test_every_step_that_is_possible_is_offered_on_the_page(status, team, client_for):
    people = people_of(team)
    spark = spark_at(status, people, team)
    url = reverse("sparks:spark-detail", args=[spark.uuid])
    everybody = (people.writer, people.third, people.first)
    pages = "".join(client_for(by).get(url).content.decode() for by in everybody)
    proposal = next((step for step in ("amend", "recover", "correct") if workflow.is_possible(step, status)), "")
    if proposal:
        TAKE[proposal](spark, people.first)
        pages += "".join(client_for(by).get(url).content.decode() for by in everybody)
    for step in BUTTONS:
        there = reverse(f"sparks:spark-{step}", args=[spark.uuid]) in pages
        assert there is workflow.is_possible(step, status), f"{step} in {status}"


@pytest.mark.django_db
def test_the_page_about_the_workflow_shows_every_row(client_for, builder):
    page = client_for(builder).get(reverse("sparks:how-it-works")).content.decode()
    assert page.count('<th scope="row">') == len(workflow.WAYS)
    for label in Status.labels:
        assert str(label) in page


@pytest.mark.django_db
def test_the_drawing_has_every_row_of_the_table_and_nothing_else(client_for, builder):
    page = client_for(builder).get(reverse("sparks:how-it-works")).content.decode()
    drawing = page[page.index('<svg class="flow"') : page.index("</svg>", page.index('<svg class="flow"'))]
    told = {
        f"{Status(way.at).label}: {workflow.STEPS[way.step].button} → {Status(way.to).label}" for way in workflow.WAYS
    }
    drawn = [html.unescape(each) for each in re.findall(r"<title>(.*?)</title>\s*<path d=", drawing)]
    assert sorted(drawn) == sorted(told)
    assert drawing.count("<path d=") == len(told)
    assert drawing.count("<rect") == len(workflow.STATES)
    assert float(re.findall(r'viewBox="0 0 (\S+) ', drawing)[0]) <= 320


@pytest.mark.django_db
def test_a_stale_page_is_told_who_did_what_meanwhile(team):
    people = people_of(team)
    spark = spark_at("declined", people, team)
    with pytest.raises(ValidationError, match="first chose “Not this time” on .* is now “Not this time”"):
        TAKE["approve"](spark, people.second)


#: What each button posts from a page that was opened earlier.
POSTED = {
    "ask": {"question": "Is there a tap?"},
    "approve": {"amount_gbp": "400", "reason": "Yes."},
    "decline": {"decline-reason": "Not this year."},
    "outside": {"decline-reason": "For a business."},
    "amend": {"amend-amount_gbp": "300", "amend-reason": "The hall is free."},
    "payee": {"payee-payee": "Brook Hall", "payee-reason": "The account was closed."},
    "pay": {"reference": "BACS 1"},
    "recover": {"recover-amount_gbp": "5", "recover-reference": "BACS 12", "recover-reason": "It rained."},
    "correct": {"correct-reason": "It was another line."},
    "withdraw": {"withdraw-reason": "They moved away."},
    "cancel": {"cancel-reason": "The hall is closed."},
    "appeal": {"appeal-reason": "It is for everybody."},
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", workflow.STATES)
def test_every_button_is_answered_in_every_status_and_twice(status, team, client_for):
    """As from a stale tab, by a double click, or after Back: an answer each time, and money that adds up."""
    people = people_of(team)
    spark = spark_at(status, people, team)
    client = client_for(people.third)
    for step in BUTTONS:
        with transaction.atomic():
            key = str(uuid.uuid4())
            data = {**POSTED.get(step, {}), "uuid": key}
            answers = [client.post(reverse(f"sparks:spark-{step}", args=[spark.uuid]), data)]
            if workflow.is_possible(step, status):
                answers.append(client.post(reverse(f"sparks:spark-{step}", args=[spark.uuid]), data))
            assert {answer.status_code for answer in answers} <= {200, 302, 403}, step
            assert spark.ledger.filter(kind=LedgerKind.PAY).count() <= 1
            assert queries.reconcile(spark.round).agrees
            if not workflow.is_possible(step, status):
                assert Spark.objects.get(pk=spark.pk).status == status
            transaction.set_rollback(True)
