"""Whoever could answer as the group or as its organisation neither decides on the spark nor pays it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.actions.partners import create_partner, update_partner
from communities.models import Role
from sparks import actions, queries
from sparks.applying import actions as applying
from sparks.applying.actions.hosting import make_host_words
from sparks.applying.queries import application_of, host_link_of
from sparks.models import Application, HeldBy, Spark
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.sparks import SIX_WORDS, ApplicationFactory, RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_sent", [True, False])
def test_whoever_made_words_of_an_application_does_not_decide(is_sent, builder, manager, second_manager, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    secret = "" if is_sent else applying.make_new_words(application=application, by=manager).secret
    spark = applying.take_up(application=application, by=builder, title="Bench", held_by=HeldBy.GROUP)
    actions.ask_question(spark=spark, by=manager, question="How?")
    application = Application.objects.get(pk=application.pk)
    secret = secret or applying.make_new_words(application=application, by=manager).secret
    applying.answer_question(application=application_of(secret), words="Everything is fine.")
    with pytest.raises(ValidationError, match="could have answered as the people behind"):
        actions.approve_spark(spark=spark, by=manager)
    assert queries.reasons_not_to_decide(spark, second_manager) == []
    assert queries.reasons_not_to_pay(spark, manager) == ["payee"]


@pytest.fixture
def hosted(team, builder) -> Spark:
    """Return a spark whose organisation is to be asked."""
    host = PartnerFactory(team=team, name="Hall Trust", is_fiscal_host=True, email="hall@example.net")
    return SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder, host=host)


def is_close(spark: Spark, user) -> bool:
    return queries.reasons_not_to_decide(spark, user) == ["link"] and queries.reasons_not_to_pay(spark, user) == [
        "payee"
    ]


@pytest.mark.parametrize("how", ["a new address", "asking again", "a letter"])
def test_a_no_of_an_organisation_is_not_overturned_by_one_person(how, hosted, team, builder, manager, second_manager):
    third = UserFactory(roles={team: [Role.MANAGER]})
    link = applying.ask_host(spark=hosted, by=builder)
    applying.answer_for_host(link=link, answer="no", who="The clerk")
    if how == "a new address":
        update_partner(partner=hosted.host, by=manager, email=manager.email)
    if how == "a letter":
        for printed_by in (manager, builder):
            secret = make_host_words(link=link, by=printed_by).secret
            applying.answer_for_host(link=host_link_of(secret), answer="yes", who=f"A clerk, {printed_by.pk}")
    else:
        applying.stop_host_link(link=link, by=builder)
        link = applying.ask_host(spark=hosted, by=manager if how == "asking again" else builder)
        applying.answer_for_host(link=link, answer="yes", who="The clerk")
    assert is_close(hosted, manager)
    assert not is_close(hosted, second_manager)
    actions.approve_spark(spark=hosted, by=third)
    actions.mark_ready(spark=hosted, by=builder)
    with pytest.raises(ValidationError, match="could have answered"):
        actions.pay_award(spark=hosted, by=manager, uuid=uuid4())
    actions.pay_award(spark=hosted, by=second_manager, uuid=uuid4())


@pytest.mark.parametrize(
    ("email", "days", "is_barred"), [("mo@example.org", 0, True), ("", 0, False), ("mo@example.org", 366, False)]
)
def test_whoever_entered_the_address_as_the_organisation_was_added_is_close(
    email, days, is_barred, team, builder, manager, second_manager, clock
):
    host = create_partner(team=team, by=manager, name="Hall Trust", kind="voluntary", is_fiscal_host=True, email=email)
    clock.shift(timedelta(days=days))
    if not email:
        update_partner(partner=host, by=second_manager, email="hall@example.net")
    spark = SparkFactory(round=RoundFactory(team=team), handed_in=True, created_by=builder, host=host)
    assert queries.reasons_not_to_decide(spark, manager) == [], "nobody has answered yet"
    applying.answer_for_host(link=applying.ask_host(spark=spark, by=builder), answer="yes", who="The clerk")
    assert is_close(spark, manager) is is_barred
    assert is_close(spark, second_manager) is (not email)


def test_whoever_decides_reads_who_printed_the_letter(hosted, team, builder, client_for, manager):
    link = applying.ask_host(spark=hosted, by=builder)
    secret = make_host_words(link=link, by=builder).secret
    applying.answer_for_host(link=host_link_of(secret), answer="no", who="Clerk of the hall")
    applying.choose_other_holder(spark=hosted, by=builder, held_by=HeldBy.GROUP)
    deputy = UserFactory(roles={team: [Role.DEPUTY]})
    for user in (manager, deputy):
        page = client_for(user).get(reverse("sparks:spark-detail", args=[hosted.uuid])).content.decode()
        assert f"with a letter that {builder} printed and could read" in page
        assert "Clerk of the hall" in page
