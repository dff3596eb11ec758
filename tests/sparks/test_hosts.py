"""Organisations say by a link, without an account, that they hold the money: asked, answered, withdrawn, ended, refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.models import AuditEntry, Message
from sparks.actions import approve_spark
from sparks.applying import actions
from sparks.models import Bar, HeldBy, HostLink
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.sparks import HOST_WORDS, HostLinkFactory, SparkFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("applying:host", args=[HOST_WORDS])
YES = {"answer": "yes", "who": "Pat Lee", "said": ""}
NO = {"answer": "no", "who": "Pat Lee", "said": "Our treasurer left."}


@pytest.fixture
def spark(clock, team, builder):
    return SparkFactory(round__team=team, handed_in=True, created_by=builder, title="Fish suppers")


@pytest.fixture
def link(spark, builder):
    return HostLinkFactory(spark=spark, by=builder, words=HOST_WORDS)


def test_asked_through_the_outbox_and_answered_without_an_account(client, client_for, builder, spark):
    staff, page = client_for(builder), reverse("sparks:spark-detail", args=[spark.uuid])
    for _press in range(2):
        staff.post(reverse("sparks:host-ask", args=[spark.uuid]))
    message = Message.objects.get(kind="spark_host_asked")
    secret = message.body.partition("/apply/host/")[2].split("/")[0]
    path = reverse("applying:host", args=[secret])
    assert "Fish suppers" in client.get(path).content.decode()
    assert client.post(path, YES).status_code == 302
    assert client.cookies == {}
    assert secret not in str(HostLink.objects.values())
    link = HostLink.objects.get()
    assert (link.answer, link.who) == ("yes", "Pat Lee")
    assert "Yes, we hold it" in staff.get(page).content.decode()
    assert AuditEntry.objects.filter(model="sparks.hostlink", actor=None).count() == 1
    assert Message.objects.filter(kind="spark_host_answered", user=builder).count() == 1


def test_the_same_answer_twice_is_one(client, link):
    for _press in range(2):
        assert client.post(PAGE, YES).status_code == 302
    assert Message.objects.filter(kind="spark_host_answered").count() == 1
    assert client.post(PAGE, NO).status_code == 302
    assert HostLink.objects.get().answer == "no"


def test_the_answer_goes_to_whoever_has_the_spark_when_whoever_asked_left(client, link):
    link.by = UserFactory()
    link.save(update_fields=["by"])
    assert client.post(PAGE, YES).status_code == 302
    assert Message.objects.get(kind="spark_host_answered").user == link.spark.created_by


def test_they_see_what_they_hold_and_nothing_else(client, manager, link, spark, team):
    approve_spark(spark=spark, by=manager)
    SparkFactory(round__team=team, handed_in=True, title="Somebody else’s")
    shown = client.get(PAGE).content.decode()
    assert "£200" in shown.partition("What you hold")[2]
    assert "Somebody else’s" not in shown


@pytest.mark.parametrize("how", ["withdrawn", "ended", "another host", "over"])
def test_a_link_that_is_closed_opens_nothing(client, builder, clock, link, spark, how):
    if how == "withdrawn":
        actions.stop_host_link(link=link, by=builder)
    elif how == "ended":
        clock.shift(timedelta(days=61))
    elif how == "another host":
        spark.host = PartnerFactory(team=spark.team, is_fiscal_host=True)
        spark.save()
    else:
        spark.status = "withdrawn"
        spark.save()
        assert client.post(PAGE, YES).status_code == 409
        assert HostLink.objects.get().answer == ""
        return
    wrong = client.get(reverse("applying:host", args=["acorn-acorn-acorn-acorn-acorn-acorn"]))
    shut = client.get(PAGE)
    assert (shut.status_code, shut.content) == (404, wrong.content)
    assert client.post(PAGE, YES).status_code == 404


def test_a_withdrawn_link_takes_its_message_back(builder, spark):
    link = actions.ask_host(spark=spark, by=builder)
    actions.stop_host_link(link=link, by=builder)
    assert not Message.objects.filter(kind="spark_host_asked", state="waiting").exists()
    again = actions.ask_host(spark=spark, by=builder)
    assert again.pk != link.pk


def test_a_no_opens_a_way_on(client, client_for, builder, link, spark, second_manager):
    client.post(PAGE, NO)
    staff, page = client_for(builder), reverse("sparks:spark-detail", args=[spark.uuid])
    other = reverse("sparks:holder-update", args=[spark.uuid])
    shown = staff.get(page).content.decode()
    assert "Our treasurer left." in shown
    assert other in shown
    chapel = PartnerFactory(team=spark.team, name="Chapel", is_fiscal_host=True)
    chapel.signatories.add(second_manager)
    assert staff.post(other, {"held_by": "host"}).status_code == 200
    assert staff.post(other, {"held_by": "host", "host": chapel.pk}).status_code == 302
    spark.refresh_from_db()
    assert (spark.held_by, spark.host) == (HeldBy.HOST, chapel)
    assert Bar.objects.filter(spark=spark, user=second_manager).exists()
    assert client.get(PAGE).status_code == 404
    staff.post(reverse("sparks:host-ask", args=[spark.uuid]))
    assert HostLink.objects.filter(host=chapel, digest__isnull=False).exists()


def test_nobody_is_replaced_who_did_not_say_no(builder, link, spark):
    with pytest.raises(ValidationError, match="Nobody said no"):
        actions.choose_other_holder(spark=spark, by=builder, held_by=HeldBy.GROUP)


def test_the_answer_needs_a_name_and_keeps_the_words(client, link):
    answer = client.post(PAGE, {**NO, "who": ""})
    assert answer.status_code == 200
    assert "Our treasurer left." in answer.content.decode()
    assert HostLink.objects.get().answer == ""


def test_another_site_answers_nothing(client, link):
    assert client.post(PAGE, YES, headers={"Origin": "https://evil.example"}).status_code == 403
    assert HostLink.objects.get().answer == ""
