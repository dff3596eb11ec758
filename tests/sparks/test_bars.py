"""Who is behind a spark is frozen when it is handed in, by person; later changes only add bars."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from communities.models import Membership, Role, User
from connectors.actions.erasing import erase_person
from connectors.actions.merges import merge_people
from connectors.actions.people import update_person
from connectors.actions.readback import correct_own_details, make_link
from connectors.models import Person
from sparks import actions, declarations, queries
from sparks.models import Bar, Decision, Ground, Spark, email_key
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot(team):
    return RoundFactory(team=team)


def handed_in(pot, builder, *people: Person, **values) -> Spark:
    spark = SparkFactory(round=pot, created_by=builder, amount_gbp=Decimal(200), **values)
    spark.applicants.set(people)
    return actions.submit_spark(spark=spark, by=builder)


def refused(spark: Spark, by: User) -> str:
    """Return the code with which a decision is refused."""
    with pytest.raises(ValidationError) as caught:
        actions.approve_spark(spark=Spark.objects.get(pk=spark.pk), by=by)
    return caught.value.code


@pytest.mark.parametrize("address", ["manager@example.org", "Manager@Example.org", "manager+sparks@example.org"])
def test_changing_ones_own_email_on_the_record_lifts_no_bar(pot, builder, manager, address):
    own = PersonFactory(team=pot.team, email=address)
    spark = handed_in(pot, builder, own)
    assert refused(spark, manager) == "applicant"
    Person.objects.filter(pk=own.pk).update(email="nobody@example.org")
    assert refused(spark, manager) == "applicant"
    assert spark not in queries.sparks_to_decide(manager, pot.team)
    assert spark not in queries.waiting_for(manager, pot.team)


def by_hand(own: Person, manager: User) -> None:
    update_person(person=own, by=manager, email="nobody@example.org")


def by_their_own_sheet(own: Person, manager: User) -> None:
    correct_own_details(link=make_link(person=own, by=manager), email="nobody@example.org")


def by_a_merge(own: Person, manager: User) -> None:
    merge_people(kept=PersonFactory(team=own.team, email="rose@example.org"), absorbed=own, by=manager)


@pytest.mark.parametrize("change", [by_hand, by_their_own_sheet, by_a_merge])
def test_taking_ones_own_address_off_the_record_before_it_is_submitted_bars_too(change, pot, builder, manager):
    own = PersonFactory(team=pot.team, email=manager.email)
    spark = SparkFactory(round=pot, created_by=builder, amount_gbp=Decimal(200))
    spark.applicants.add(own)
    change(own, manager)
    actions.submit_spark(spark=spark, by=builder)
    assert refused(spark, manager) == ("applicant" if change is by_a_merge else "link")
    assert spark not in queries.sparks_to_decide(manager, pot.team)
    assert "payee" in queries.reasons_not_to_pay(spark, manager) or change is by_a_merge


def test_other_changes_of_a_record_bar_nobody(pot, builder, manager):
    rose = PersonFactory(team=pot.team, email="rose@example.org")
    update_person(person=rose, by=manager, email="rose.lee@example.org")
    spark = SparkFactory(round=pot, created_by=builder, amount_gbp=Decimal(200))
    spark.applicants.add(rose)
    update_person(person=rose, by=manager, street="Mill Row")
    actions.submit_spark(spark=spark, by=builder)
    assert spark in queries.sparks_to_decide(manager, pot.team)
    assert actions.approve_spark(spark=spark, by=manager).status == "approved"


def test_without_the_frozen_bars_it_would_be_lifted(pot, builder, manager, monkeypatch):
    """The test above bites: without what is frozen, a changed address is enough."""
    monkeypatch.setattr("sparks.actions.sparks.freeze_bars", lambda spark: None)
    own = PersonFactory(team=pot.team, email="manager@example.org")
    spark = handed_in(pot, builder, own)
    Person.objects.filter(pk=own.pk).update(email="nobody@example.org")
    assert actions.approve_spark(spark=Spark.objects.get(pk=spark.pk), by=manager).status == "approved"


def test_neither_erasing_nor_deleting_nor_leaving_the_spark_lifts_a_bar(pot, builder, manager, second_manager):
    gone, erased, left = (handed_in(pot, builder, PersonFactory(team=pot.team, email=manager.email)) for _ in range(3))
    gone.applicants.get().delete()
    erase_person(person=erased.applicants.get(), by=second_manager)
    left.applicants.clear()
    assert {refused(spark, manager) for spark in (gone, erased, left)} == {"applicant"}


def test_a_changed_address_of_the_account_lifts_no_bar(pot, builder, manager):
    spark = handed_in(pot, builder, PersonFactory(team=pot.team, email=manager.email))
    User.objects.filter(pk=manager.pk).update(email="another@example.org")
    manager.refresh_from_db()
    assert refused(spark, manager) == "applicant"


def test_an_account_made_later_with_the_address_at_the_time_is_barred(pot, builder):
    own = PersonFactory(team=pot.team, email="Tom.Quill@example.org")
    spark = handed_in(pot, builder, own)
    Person.objects.filter(pk=own.pk).update(email="")
    late = UserFactory(email="tom.quill@example.org", roles={pot.team: [Role.MANAGER]})
    assert refused(spark, late) == "applicant"
    assert spark not in queries.sparks_to_decide(late, pot.team)
    assert spark not in queries.waiting_for(late, pot.team)


def test_members_and_signatories_at_the_time_stay_barred(pot, builder, manager, second_manager):
    host = PartnerFactory(team=pot.team, is_fiscal_host=True)
    host.signatories.add(second_manager)
    spark = SparkFactory(round=pot, created_by=builder, host=host)
    spark.members.add(manager)
    actions.submit_spark(spark=spark, by=builder)
    host.signatories.clear()
    spark.members.clear()
    assert (refused(spark, manager), refused(spark, second_manager)) == ("member", "signatory")


def test_later_changes_add_bars(pot, builder, manager):
    spark = handed_in(pot, builder)
    spark.applicants.add(PersonFactory(team=pot.team, email=manager.email))
    assert refused(spark, manager) == "applicant"


def test_answering_a_question_freezes_who_is_behind_it_then(pot, builder, manager, second_manager):
    spark = handed_in(pot, builder)
    actions.ask_question(spark=spark, by=second_manager, question="Is there a tap?")
    own = PersonFactory(team=pot.team, email=manager.email)
    actions.update_spark(spark=spark, by=builder, applicants=[own])
    actions.submit_spark(spark=spark, by=builder)
    actions.ask_question(spark=spark, by=second_manager, question="And a drain?")
    actions.update_spark(spark=spark, by=builder, applicants=[])
    actions.submit_spark(spark=spark, by=builder)
    assert refused(spark, manager) == "applicant"
    assert Bar.objects.filter(spark=spark, ground=Ground.APPLICANT).count() == 2


def test_a_barred_person_does_not_pay_either(pot, builder, manager, second_manager):
    own = PersonFactory(team=pot.team, email=second_manager.email)
    spark = handed_in(pot, builder, own)
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    Person.objects.filter(pk=own.pk).update(email="")
    with pytest.raises(ValidationError, match="another manager has to pay"):
        actions.pay_award(spark=spark, by=second_manager, uuid=uuid.uuid4())


def test_no_address_is_stored(pot, builder):
    handed_in(pot, builder, PersonFactory(team=pot.team, email="rose@example.org"))
    bar = Bar.objects.get()
    assert bar.email_key == email_key("ROSE+x@example.org")
    assert "rose" not in bar.email_key
    assert len(bar.email_key) == 64


@pytest.mark.parametrize("sql", ["UPDATE sparks_bar SET ground = 'member'", "DELETE FROM sparks_bar"])
def test_sql_cannot_lift_a_bar(pot, builder, manager, sql):
    handed_in(pot, builder, PersonFactory(team=pot.team, email=manager.email))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_manager_whom_nobody_confirmed_neither_decides_nor_pays(pot, builder, manager, second_manager):
    """Somebody with a second mailbox: the account is a manager, but it decides nothing by itself."""
    spark = handed_in(pot, builder)
    second = Membership.objects.filter(user=second_manager)
    second.update(confirmed_at=None)
    assert refused(spark, second_manager) == "unconfirmed"
    assert not queries.sparks_to_decide(User.objects.get(pk=second_manager.pk), pot.team).exists()
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=spark, by=manager)
    with pytest.raises(ValidationError, match="once another manager has confirmed you"):
        actions.pay_award(spark=spark, by=second_manager, uuid=uuid.uuid4())


def test_a_decision_carries_the_declaration_that_its_page_showed(pot, builder, manager, client_for):
    spark = handed_in(pot, builder)
    page = client_for(manager).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
    assert str(declarations.WORDINGS[declarations.CURRENT]) in page
    actions.approve_spark(spark=spark, by=manager)
    decision = spark.decisions.get()
    assert decision.declared == declarations.WORDINGS[decision.declaration]
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(spark=spark, by=builder, verdict="approve", declaration="9")
