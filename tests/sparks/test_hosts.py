"""Organisations say by a link, without an account, that they hold the money: asked, answered, withdrawn, ended, refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities.models import AuditEntry, Message
from communities.outbox.actions import tell_in_person
from communities.outbox.kinds import text_to_send
from sparks import queries
from sparks.actions import approve_spark
from sparks.applying import actions
from sparks.models import Bar, Decision, HeldBy, HostLink, Spark, Status
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.sparks import (
    HOST_WORDS,
    SIX_WORDS,
    ApplicantFactory,
    ApplicationFactory,
    HostLinkFactory,
    SparkFactory,
)

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
    assert "/apply/host/" not in message.body
    secret = text_to_send(message).partition("/apply/host/")[2].split("/")[0]
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


def test_before_the_approval_it_is_decided_again_on_other_terms(client, builder, manager, second_manager, link, spark):
    Spark.objects.filter(pk=spark.pk).update(amount_gbp=400)
    approve_spark(spark=spark, by=manager)
    client.post(PAGE, NO)
    changed = actions.choose_other_holder(spark=spark, by=second_manager, held_by=HeldBy.GROUP)
    assert (changed.status, Decision.objects.approvals_of(changed).count()) == (Status.SUBMITTED, 0)
    with pytest.raises(ValidationError, match="You wrote some of the answers"):
        approve_spark(spark=changed, by=second_manager)


class TestWhoReadsTheLink:
    """The link of a message belongs to whoever gets it; a letter shows it to who prints it, and that is remembered."""

    @pytest.fixture
    def letter(self, builder, spark):
        """Return the letter to an organisation without an email address."""
        spark.host.email = ""
        spark.host.save()
        actions.ask_host(spark=spark, by=builder)
        return Message.objects.get(kind="spark_host_asked", state="in_person")

    def shown(self, client, message) -> str:
        """Return the end of the link on the page of a letter after the button was pressed; "" if none is there."""
        address = reverse("communities:message-private-link", args=[message.uuid])
        page = client.post(address, follow=True).content.decode()
        return page.partition("/apply/host/")[2].partition("/")[0]

    def test_nobody_of_the_team_reads_what_goes_by_email(self, client_for, builder, manager, spark):
        spark.host.email = "hall@example.org"
        spark.host.save()
        actions.ask_host(spark=spark, by=builder)
        message = Message.objects.get(kind="spark_host_asked")
        for name in ("message-detail", "message-letter"):
            for who in (builder, manager):
                page = client_for(who).get(reverse(f"communities:{name}", args=[message.uuid])).content.decode()
                assert "[private link]" in page
                assert "/apply/host/" not in page
        assert (
            client_for(builder).post(reverse("communities:message-private-link", args=[message.uuid])).status_code
            == 403
        )

    def test_a_message_to_an_organisation_that_is_not_asked_any_more_has_no_link(self, client, builder, letter, spark):
        old, link = text_to_send(letter), HostLink.objects.get()
        actions.answer_for_host(link=link, answer="no", who="Pat Lee")
        chapel = PartnerFactory(team=spark.team, is_fiscal_host=True)
        actions.choose_other_holder(spark=spark, by=builder, held_by=HeldBy.HOST, host=chapel)
        actions.ask_host(spark=spark, by=builder)
        letter.refresh_from_db()
        assert letter.state == "withdrawn"
        assert "/apply/host/" in old
        assert "Your link was stopped" in text_to_send(letter)

    def test_only_who_tells_them_prints_the_link_and_only_by_pressing(
        self, client, client_for, builder, manager, letter
    ):
        page = reverse("communities:message-letter", args=[letter.uuid])
        assert self.shown(client_for(manager), letter) == ""
        assert "/apply/host/" not in client_for(builder).get(page).content.decode()
        by_email = text_to_send(letter).partition("/apply/host/")[2].split("/")[0]
        secret = self.shown(client_for(builder), letter)
        assert client.get(reverse("applying:host", args=[secret])).status_code == 200
        assert client.get(reverse("applying:host", args=[by_email])).status_code == 404
        letter.refresh_from_db()
        assert secret not in letter.body

    def test_whoever_printed_it_and_answered_does_not_pay(self, client, client_for, builder, manager, letter, spark):
        letter.teller = manager
        letter.save()
        secret = self.shown(client_for(manager), letter)
        assert client.post(reverse("applying:host", args=[secret]), YES).status_code == 302
        assert HostLink.objects.get().answer_shown_to == manager
        assert queries.reasons_not_to_pay(spark, manager) == ["payee"]
        shown = client_for(builder).get(reverse("sparks:spark-detail", args=[spark.uuid])).content.decode()
        assert f"a letter that {manager} printed" in shown

    def test_a_letter_to_whoever_applied_makes_new_words(self, client, client_for, builder, public):
        application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
        ApplicantFactory(application=application, email="rose@example.org")
        actions.close_application(application=application, by=builder, reason="It is not for this fund.")
        message = Message.objects.get(kind="application_closed")
        tell_in_person(message=message, by=builder)
        address = reverse("communities:message-private-link", args=[message.uuid])
        page = client_for(builder).post(address, follow=True)
        secret = page.content.decode().partition("/apply/mine/")[2].partition("/")[0]
        assert client.get(reverse("applying:mine", args=[secret])).status_code == 200
        assert client.get(reverse("applying:mine", args=[SIX_WORDS])).status_code == 404
        made = AuditEntry.objects.filter(model="sparks.application", actor=builder)
        assert ["digest"] in [list(each) for each in made.values_list("field_names", flat=True)]


def test_another_site_answers_nothing(client, link):
    assert client.post(PAGE, YES, headers={"Origin": "https://evil.example"}).status_code == 403
    assert HostLink.objects.get().answer == ""
