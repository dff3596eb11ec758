"""How teams of one, two and three managers get from an idea to the payment: the table of `docs/who-decides.md`."""

from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from communities.actions.managers import confirm_manager, grant_roles
from communities.actions.partners import update_partner
from communities.lists import listed
from communities.models import Role
from sparks import actions, queries
from sparks.applying.actions import answer_for_host, ask_host
from sparks.models import Status
from tests.factories.communities import UserFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db

M, D, P = Role.MANAGER, Role.DEPUTY, Role.PAYER
SMALL, LARGE = Decimal(200), Decimal(400)
#: The first cell of each row of the document: the roles of the team, and who approves and pays up to the limit and above it.
#: A number is the place in the team; "admin" and "admin 2" are administrators.
TEAMS = {
    "One manager, nobody else": ((M,), ((0,), "admin"), ((0, "admin"), "admin 2")),
    "One manager and a payer": ((M, P), ((0,), 1), ((0, "admin"), 1)),
    "One manager and a deputy": ((M, D), ((1,), 0), ((0, 1), "admin")),
    "One manager, a deputy and a payer": ((M, D, P), ((0,), 2), ((0, 1), 2)),
    "Two managers": ((M, M), ((0,), 1), ((0, 1), "admin")),
    "Two managers and a payer": ((M, M, P), ((0,), 2), ((0, 1), 2)),
    "Three managers": ((M, M, M), ((0,), 1), ((0, 1), 2)),
}


def test_the_document_has_the_same_rows():
    document = (Path(__file__).parents[2] / "docs" / "who-decides.md").read_text()
    table = document[document.index("| The team has") :]
    table = table[: table.index("\n\n")]
    rows = [line.split("|")[1].strip() for line in table.splitlines()]
    assert rows[2:] == list(TEAMS)
    table = document[document.index("| The team with such a manager has") :]
    rows = [line.split("|")[1].strip() for line in table[: table.index("\n\n")].splitlines()]
    assert rows[2:] == list(ENTERED)


@pytest.mark.parametrize("amount", [SMALL, LARGE], ids=["up to the limit", "above the limit"])
@pytest.mark.parametrize("row", TEAMS)
def test_from_idea_to_paid(row, amount, team, builder):
    roles, small, large = TEAMS[row]
    people = dict(enumerate(UserFactory(roles={team: [role]}) for role in roles))
    people |= {name: UserFactory(is_superuser=True) for name in ("admin", "admin 2")}
    approvers, payer = small if amount == SMALL else large
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, amount_gbp=amount)
    actions.submit_spark(spark=spark, by=builder)
    for who in approvers:
        assert queries.waiting_for(people[who], team) == [spark]
        actions.approve_spark(spark=spark, by=people[who])
    actions.mark_ready(spark=spark, by=builder)
    for who in approvers:
        with pytest.raises(ValidationError, match="You approved this spark"):
            actions.pay_award(spark=spark, by=people[who], uuid=uuid4())
    actions.pay_award(spark=spark, by=people[payer], uuid=uuid4())
    spark.refresh_from_db()
    assert spark.status == Status.PAID
    assert queries.reconcile(spark.round).agrees


#: The first cell of each row of the second table; as `TEAMS`, where the first manager entered the address of the organisation.
ENTERED = {
    "Nobody else": ((M,), (("admin",), "admin 2"), (("admin", "admin 2"), "admin 3")),
    "Another manager": ((M, M), ((1,), "admin"), ((1, "admin"), "admin 2")),
    "Another manager and a payer": ((M, M, P), ((1,), 2), ((1, "admin"), 2)),
    "Two other managers": ((M, M, M), ((1,), 2), ((1, 2), "admin")),
}


@pytest.mark.parametrize("amount", [SMALL, LARGE], ids=["up to the limit", "above the limit"])
@pytest.mark.parametrize("row", ENTERED)
def test_from_idea_to_paid_when_a_manager_entered_the_address_of_the_organisation(
    row, amount, team, builder, client_for
):
    roles, small, large = ENTERED[row]
    people = dict(enumerate(UserFactory(roles={team: [role]}) for role in roles))
    people |= {name: UserFactory(is_superuser=True) for name in ("admin", "admin 2", "admin 3")}
    approvers, payer = small if amount == SMALL else large
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder, amount_gbp=amount)
    update_partner(partner=spark.host, by=people[0], email="hall@example.net")
    actions.submit_spark(spark=spark, by=builder)
    answer_for_host(link=ask_host(spark=spark, by=builder), answer="yes", who="The clerk")
    assert queries.reasons_not_to_decide(spark, people[0]) == ["link"]
    assert_says_the_way_on(
        client_for(people[0]), spark, "decide", [people[who] for who in range(1, len(roles)) if roles[who] == M]
    )
    for who in approvers:
        actions.approve_spark(spark=spark, by=people[who])
    actions.mark_ready(spark=spark, by=builder)
    able = [people[who] for who in range(1, len(roles)) if who not in approvers]
    for barred in (0, *(who for who in approvers if who in range(len(roles)))):
        assert queries.reasons_not_to_pay(spark, people[barred])
        assert_says_the_way_on(client_for(people[barred]), spark, "pay", able)
    actions.pay_award(spark=spark, by=people[payer], uuid=uuid4())
    spark.refresh_from_db()
    assert spark.status == Status.PAID


def assert_says_the_way_on(client, spark, step: str, able: list) -> None:
    """Check that the page names who can decide or pay, or says what to do if nobody of the team can."""
    page = " ".join(client.get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode().split())
    if able:
        names = listed(sorted(each.name for each in able))
        assert f"Who can {'pay it' if step == 'pay' else 'decide'}: {names}." in page
        return
    assert f"Ask an administrator to {step}, or invite a {'payer' if step == 'pay' else 'deputy'} on" in page
    assert f'href="{reverse("communities:team-detail")}"' in page


def test_a_payer_at_the_host_pays_and_does_not_decide(team, manager, builder, client_for):
    payer = UserFactory(roles={team: [P]})
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder, what="Rosamund cooks.")
    spark.host.signatories.add(payer)
    with pytest.raises(PermissionDenied):
        actions.approve_spark(spark=spark, by=payer)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=builder)
    client = client_for(payer)
    page = client.get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    assert "Record payment" in page
    assert "Rosamund" not in page
    client.post(reverse("sparks:spark-pay", args=[spark.uuid]), {"uuid": uuid4(), "reference": "BACS 4"})
    spark.refresh_from_db()
    assert spark.status == Status.PAID


def test_a_deputy_who_signs_for_the_host_does_not_decide(team, builder):
    deputy = UserFactory(roles={team: [D]})
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
    spark.host.signatories.add(deputy)
    with pytest.raises(ValidationError, match="You sign for the organisation"):
        actions.approve_spark(spark=spark, by=deputy)


@pytest.mark.parametrize("role", [M, D, P])
def test_a_new_role_pays_only_once_a_second_person_confirmed_it(role, team, manager, second_manager, builder):
    new = UserFactory()
    grant_roles(team=team, user=new, roles=[role], by=second_manager)
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=builder)
    with pytest.raises(ValidationError, match="Your role is new"):
        actions.pay_award(spark=spark, by=new, uuid=uuid4())
    with pytest.raises(ValidationError, match="who did not invite"):
        confirm_manager(team=team, user=new, by=second_manager)
    confirm_manager(team=team, user=new, by=manager)
    actions.pay_award(spark=spark, by=new, uuid=uuid4())
    spark.refresh_from_db()
    assert spark.status == Status.PAID
