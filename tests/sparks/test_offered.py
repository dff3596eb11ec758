"""What the queues, Today and the menu offer is what the actions allow: one table of ways to be too close, tried with each step."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse

from communities.actions.managers import confirm_manager
from communities.actions.members import accept_invitation, invite_member
from communities.actions.partners import update_partner
from communities.folding import folded_email
from communities.models import Mailbox, Role, User
from communities.queries.mailboxes import accounts_of, of_one_mailbox
from communities.queries.managers import count_to_confirm, managers_to_confirm
from config.waiting import counts
from connectors.actions.people import update_person
from connectors.models import Person
from sparks import actions, queries, turns
from sparks.actions.bars import freeze_bars
from sparks.actions.several import Approval
from sparks.applying import actions as applying
from sparks.models import FundProposal, HeldBy, Spark, Status
from tests.factories.communities import PASSWORD, PartnerFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import (
    SIX_WORDS,
    ApplicantFactory,
    ApplicationFactory,
    FundFactory,
    FundProposalFactory,
    RoundFactory,
    SparkFactory,
)

pytestmark = pytest.mark.django_db

TWIN = "sol+builds@example.org"


class World:
    """A team in which Sol is tried: his other account, another manager who decides, a third who pays, and a builder."""

    def __init__(self, team) -> None:
        self.team = team
        self.sol = UserFactory(name="Sol", email="sol@example.org", roles={team: [Role.MANAGER]})
        self.twin = UserFactory(name="Sol Builds", email=TWIN, roles={team: [Role.BUILDER]})
        self.mona, self.third = (UserFactory(roles={team: [Role.MANAGER]}) for _each in range(2))
        self.bryn = UserFactory(roles={team: [Role.BUILDER]})
        self.host = PartnerFactory(team=team, name="Hall Trust", is_fiscal_host=True, email="hall@example.net")

    def spark(self, **values: object) -> Spark:
        values = {"created_by": self.bryn, "host": self.host, "group_name": "", **values}
        spark = SparkFactory(round=RoundFactory(team=self.team), handed_in=True, **values)
        freeze_bars(spark)
        return spark


def _wrote(world: World, spark: Spark, user: User) -> None:
    spark.writers.add(user)


def _started(world: World, spark: Spark, user: User) -> None:
    Spark.objects.filter(pk=spark.pk).update(created_by=user)


def _member(world: World, spark: Spark, user: User) -> None:
    spark.members.add(user)


def _left_the_group(world: World, spark: Spark, user: User) -> None:
    spark.members.add(user)
    freeze_bars(spark)
    spark.members.clear()


def _signs(world: World, spark: Spark, user: User) -> None:
    world.host.signatories.add(user)


def _signed(world: World, spark: Spark, user: User) -> None:
    world.host.signatories.add(user)
    freeze_bars(spark)
    world.host.signatories.clear()


def _conflict(world: World, spark: Spark, user: User) -> None:
    spark.conflicts.add(user)


def _applied(world: World, spark: Spark, user: User) -> None:
    spark.applicants.add(PersonFactory(team=world.team, email=user.email))


def _applied_with_a_tag(world: World, spark: Spark, user: User) -> None:
    spark.applicants.add(PersonFactory(team=world.team, email=user.email.replace("@", "+resident@")))
    freeze_bars(spark)


def _behind_it(world: World, spark: Spark) -> Person:
    person = PersonFactory(team=world.team, email="rose@example.net")
    spark.applicants.add(person)
    freeze_bars(spark)
    return person


def _record_changed(world: World, spark: Spark, user: User) -> None:
    update_person(person=_behind_it(world, spark), by=world.bryn, email=user.email)


def _record_changed_to_a_tag(world: World, spark: Spark, user: User) -> None:
    update_person(person=_behind_it(world, spark), by=world.bryn, email=user.email.replace("@", "+Rose@").upper())


def _named_in_the_application_later(world: World, spark: Spark, user: User) -> None:
    application = ApplicationFactory(page__round=spark.round, spark=spark, sent=True, stage="taken_up", words=SIX_WORDS)
    ApplicantFactory(application=application, email=user.email.replace("@", "+rose@"))


def _declined(world: World, spark: Spark, user: User) -> None:
    assert spark.status == Status.SUBMITTED, "only what waits is declined"
    if not user.has_role(world.team, Role.MANAGER):
        user.memberships.update(role=Role.MANAGER)
    by = User.objects.get(pk=user.pk)
    actions.decline_spark(spark=spark, by=by, reason="Not this year.")
    actions.appeal_spark(spark=spark, by=world.bryn, reason="It is for everybody.")
    if user == world.twin:
        user.memberships.update(role=Role.BUILDER)


def _made_words(world: World, spark: Spark, user: User) -> None:
    application = ApplicationFactory(page__round=spark.round, spark=spark, sent=True, stage="taken_up", words=SIX_WORDS)
    applying.make_new_words(application=application, by=user)


def _answered(world: World, spark: Spark) -> None:
    link = applying.ask_host(spark=spark, by=world.bryn)
    applying.answer_for_host(link=link, answer="yes", who="The clerk")


def _printed(world: World, spark: Spark, user: User) -> None:
    link = applying.ask_host(spark=spark, by=world.bryn)
    applying.make_host_words(link=link, by=user)
    link.refresh_from_db()
    applying.answer_for_host(link=link, answer="yes", who="The clerk")


def _changed_address(world: World, spark: Spark, user: User) -> None:
    update_partner(partner=world.host, by=user, email="other@example.net")
    _answered(world, spark)


def _asked_after_a_no(world: World, spark: Spark, user: User) -> None:
    link = applying.ask_host(spark=spark, by=world.bryn)
    applying.answer_for_host(link=link, answer="no", who="The clerk")
    applying.stop_host_link(link=link, by=world.bryn)
    link = applying.ask_host(spark=spark, by=user)
    applying.answer_for_host(link=link, answer="yes", who="The clerk")


def _nothing(world: World, spark: Spark, user: User) -> None:
    return


def _host_refused(world: World, spark: Spark, user: User) -> None:
    link = applying.ask_host(spark=spark, by=world.bryn)
    applying.answer_for_host(link=link, answer="no", who="The clerk")


def _unconfirmed(world: World, spark: Spark, user: User) -> None:
    world.sol.memberships.update(confirmed_at=None)


def _payee(world: World, spark: Spark, user: User) -> None:
    Spark.objects.filter(pk=spark.pk).update(payee="Somebody", payee_by=user)


WAYS: dict[str, Callable[[World, Spark, User], None]] = {
    each.__name__.strip("_"): each
    for each in (
        _nothing, _wrote, _started, _member, _left_the_group, _signs, _signed, _conflict, _applied, _applied_with_a_tag,
        _record_changed, _record_changed_to_a_tag, _named_in_the_application_later, _declined, _made_words, _printed, _changed_address, _asked_after_a_no, _host_refused, _unconfirmed, _payee,
    )
}  # fmt: skip
#: Each way with whose doing it was: Sol's own, or that of another account of his. A builder changes no organisation.
PAIRS = [(way, whose) for way in WAYS for whose in ("sol", "twin") if (way, whose) != ("changed_address", "twin")]
LATER = [(way, whose) for way, whose in PAIRS if way != "declined"]
#: The ways that leave somebody free to decide, and those that leave them free to pay.
DECIDES = {"nothing", "host_refused", "payee"}
PAYS = {"nothing", "signs", "signed"}


def is_allowed(act: Callable[[], object]) -> bool:
    """Return whether an action is taken; nothing of it stays."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except (ValidationError, PermissionDenied):
        return False
    return True


def sol_of(world: World) -> User:
    """Return Sol as a request would read him."""
    return User.objects.get(pk=world.sol.pk)


@pytest.mark.parametrize(("way", "whose"), PAIRS)
def test_what_waits_for_a_decision_is_what_can_be_decided(way, whose, team):
    world = World(team)
    spark = world.spark()
    WAYS[way](world, spark, getattr(world, whose))
    spark.refresh_from_db()
    sol = sol_of(world)
    may = is_allowed(lambda: actions.decline_spark(spark=spark, by=sol, reason="No."))
    assert may is (way in DECIDES), "the table above says so"
    assert may is is_allowed(lambda: actions.approve_spark(spark=spark, by=sol))
    several = [Approval(spark=spark, amount_gbp=spark.amount_gbp)]
    assert may is is_allowed(lambda: actions.approve_sparks(team=team, by=sol, approvals=several))
    assert (spark in queries.sparks_to_decide(sol, team)) is may
    assert (spark in queries.waiting_for(sol, team)) is may
    assert (spark.pk in queries.keys_to_decide(sol, team, limit=9)) is may
    assert counts(sol, team).get("sparks", 0) == int(may)


@pytest.mark.parametrize(("way", "whose"), LATER)
def test_what_is_ready_to_be_paid_is_what_can_be_paid(way, whose, team):
    world = World(team)
    spark = actions.approve_spark(spark=world.spark(), by=world.mona)
    spark = actions.mark_ready(spark=spark, by=world.bryn)
    WAYS[way](world, spark, getattr(world, whose))
    spark.refresh_from_db()
    sol = sol_of(world)
    may = is_allowed(lambda: actions.pay_award(spark=spark, by=sol, uuid=uuid4()))
    assert may is (way in PAYS)
    assert (spark in turns.sparks_to_pay(sol, team)) is may
    assert counts(sol, team).get("pay", 0) == int(may)


@pytest.mark.parametrize("whose", ["sol", "twin"])
@pytest.mark.parametrize("how", ["approved", "agreed to the award", "proposed the payee", "proposes another award"])
def test_whoever_decided_is_not_offered_to_pay(how, whose, team):
    world = World(team)
    him = getattr(world, whose)
    him.memberships.update(role=Role.MANAGER)
    him = User.objects.get(pk=him.pk)
    spark = actions.approve_spark(spark=world.spark(), by=him if how == "approved" else world.mona)
    spark = actions.mark_ready(spark=spark, by=world.bryn)
    if how in ("agreed to the award", "proposes another award"):
        values = {"spark": spark, "amount_gbp": Decimal(150), "reason": "The hall is free."}
        agreed = how == "agreed to the award"
        actions.propose_award(by=world.third if agreed else him, **values)
        if agreed:
            spark = actions.agree_change(spark=spark, by=him)
            spark = actions.mark_ready(spark=spark, by=world.bryn)
    if how == "proposed the payee":
        actions.propose_payee(spark=spark, by=him, payee="Brook Hall", reason="Closed.")
        actions.agree_change(spark=spark, by=world.third)
    sol = sol_of(world)
    assert not is_allowed(lambda: actions.pay_award(spark=spark, by=sol, uuid=uuid4()))
    assert spark not in turns.sparks_to_pay(sol, team)


@pytest.mark.parametrize(
    ("way", "whose"),
    [*LATER, *((way, whose) for way in ("proposed", "signs_for_the_new_payee") for whose in ("sol", "twin"))],
)
def test_what_waits_for_a_second_person_is_what_they_can_agree_to(way, whose, team):
    world = World(team)
    him = getattr(world, whose)
    spark = actions.approve_spark(spark=world.spark(), by=world.mona)
    spark = actions.mark_ready(spark=spark, by=world.bryn)
    if way in WAYS:
        WAYS[way](world, spark, him)
    payee, proposer = "Brook Hall", world.third
    if way == "signs_for_the_new_payee":
        PartnerFactory(team=team, name=payee, is_fiscal_host=True).signatories.add(him)
    if way == "proposed":
        him.memberships.update(role=Role.MANAGER)
        proposer = User.objects.get(pk=him.pk)
    actions.propose_payee(spark=spark, by=proposer, payee=payee, reason="Closed.")
    if way == "proposed" and whose == "twin":
        him.memberships.update(role=Role.BUILDER)
    sol = sol_of(world)
    may = is_allowed(lambda: actions.agree_change(spark=spark, by=sol))
    assert may is (way in DECIDES)
    assert (spark in turns.sparks_to_agree(sol, team)) is may
    assert counts(sol, team).get("agree", 0) == int(may)


@pytest.mark.parametrize("whose", ["sol", "twin", "third"])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_proposals_that_wait_are_those_that_can_be_settled(whose, is_confirmed, team):
    world = World(team)
    if not is_confirmed:
        world.sol.memberships.update(confirmed_at=None)
    proposal = FundProposalFactory(fund=FundFactory(team=team), proposed_by=getattr(world, whose))
    sol = sol_of(world)
    may = is_allowed(lambda: actions.agree_proposal(proposal=proposal, by=sol))
    assert may is (is_confirmed and whose == "third")
    assert (proposal in turns.proposals_to_settle(sol, team)) is may
    assert FundProposal.objects.get().outcome == "open"


@pytest.mark.parametrize(
    "address", ["", "sol", "@example.org", "+@example.org", "Sol+a+b@Example.org", "s.o+l@GMAIL.com"]
)
def test_the_database_folds_odd_addresses_as_python_does(address, team):
    person = PersonFactory(team=team, email=address)
    assert Person.objects.values_list(Mailbox("email"), flat=True).get(pk=person.pk) == folded_email(address)


def test_the_database_finds_a_mailbox_in_its_index(team):
    rows = Person.everyone.filter(team=team).alias(mailbox=Mailbox("email")).filter(mailbox="sol@example.org")
    if (
        connection.vendor == "postgresql"
    ):  # It counts before it chooses: among a few rows any index of the team serves as well.
        PersonFactory.create_batch(200, team=team)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE connectors_person")
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "connectors_person_mailbox" in rows.order_by().explain()


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("sol@example.org", "sol+two@example.org", True),
        ("sol+one@example.org", "sol+two@example.org", True),
        ("sol.whitlow@gmail.com", "solwhitlow+two@googlemail.com", True),
        ("sol.whitlow@example.org", "solwhitlow@example.org", False),
        ("sol@example.org", "solomon@example.org", False),
        ("sol@example.org", "sol@example.com", False),
        ("sol@example.org", "so_@example.org", False),
    ],
)
def test_the_database_folds_addresses_as_python_does(one, other, is_one, team):
    first, second = UserFactory(email=one), UserFactory(email=other)
    PersonFactory(team=team, email=other.upper())
    found = Person.objects.alias(mailbox=Mailbox("email")).filter(mailbox=folded_email(one))
    assert found.exists() is is_one
    for user in (first, second):
        assert accounts_of(user) == set(of_one_mailbox(user.email).values_list("pk", flat=True))
    assert (second.pk in accounts_of(first)) is is_one


def test_the_menu_counts_new_managers_only_for_whoever_can_confirm_them(team, manager, second_manager):
    """With a mailbox for each step, somebody would be asked to confirm whom they stand behind."""

    def invited(by: User, email: str) -> User:
        invitation = invite_member(team=team, email=email, name="New", roles=[Role.MANAGER], by=by)
        return User.objects.get(pk=accept_invitation(invitation=invitation, name="New", password=PASSWORD).pk)

    near = invited(manager, "near@example.org")
    confirm_manager(team=team, user=near, by=second_manager)
    far = invited(near, "far@example.org")
    assert [row.user for row in managers_to_confirm(manager, team)] == [far]
    assert (count_to_confirm(manager, team), counts(manager, team)["managers"]) == (0, 0)
    assert counts(second_manager, team)["managers"] == 1
    assert counts(near, team)["managers"] == 0


#: Pages on which an unconfirmed manager would look for a button.
PAGES = ("sparks:spark-list", "sparks:decide-several", "sparks:round-list", "today")


@pytest.mark.parametrize(
    ("name", "role"),
    # Payers do not decide.
    [
        (name, role)
        for name in PAGES
        for role in (Role.MANAGER, Role.DEPUTY, Role.PAYER)
        if (name, role) != ("sparks:decide-several", Role.PAYER)
    ],
)
def test_a_new_manager_reads_why_buttons_are_missing_and_what_to_do(name, role, team, manager, client_for):
    new = UserFactory(roles={team: [role]})
    words = "Ask a manager who did not invite you, or an administrator"
    assert words not in client_for(new).get(reverse(name)).content.decode()
    new.memberships.update(confirmed_at=None)
    shown = " ".join(client_for(new).get(reverse(name)).content.decode().split())
    assert words in shown
    assert reverse("communities:team-detail") in shown
    assert words not in client_for(manager).get(reverse(name)).content.decode()


@pytest.mark.parametrize("status", ["submitted", "approved", "ready", "paid"])
def test_the_page_of_a_spark_offers_a_new_manager_nothing_that_is_refused(status, team, client_for):
    world = World(team)
    spark = world.spark()
    if status != "submitted":
        spark = actions.approve_spark(spark=spark, by=world.mona)
    if status in ("ready", "paid"):
        spark = actions.mark_ready(spark=spark, by=world.bryn)
    if status == "paid":
        actions.pay_award(spark=spark, by=world.third, uuid=uuid4())
    world.sol.memberships.update(confirmed_at=None)
    page = client_for(sol_of(world)).get(reverse("sparks:spark-detail", args=[spark.uuid]))
    assert "Your role is new" in page.content.decode()
    refused = {
        "ask", "approve", "decline", "outside", "take-back", "amend", "payee", "agree", "pay", "cancel", "withdraw", "recover",
        "correct",
    }  # fmt: skip
    offered = page.context["offered"] & refused
    # What nobody has promised yet, builders withdraw too.
    assert offered == ({"withdraw"} if status == "submitted" else set())


def test_a_held_award_is_not_counted_for_whoever_signs_for_the_organisation(team):
    world = World(team)
    spark = actions.approve_spark(spark=world.spark(held_by=HeldBy.HOST), by=world.mona)
    world.host.signatories.add(world.sol)
    sol = sol_of(world)
    assert not is_allowed(lambda: actions.mark_ready(spark=spark, by=sol))
    assert spark not in turns.sparks_to_accept(sol, team)
    assert spark in turns.sparks_to_accept(world.mona, team)


def test_an_old_address_bars_nobody(team, clock):
    world = World(team)
    update_partner(partner=world.host, by=world.sol, email="other@example.net")
    clock.shift(timedelta(days=366))
    spark = world.spark()
    _answered(world, spark)
    assert spark in queries.sparks_to_decide(sol_of(world), team)
