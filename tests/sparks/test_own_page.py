"""The page of whoever applied, and an idea that somebody writes down for them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from sparks import workflow
from sparks.actions import agree_change, approve_spark, ask_question, cancel_spark, decline_spark, propose_award
from sparks.applying import actions, queries, rules
from sparks.history import told_steps
from sparks.models import Application, HeldBy, Stage, Status
from tests.factories.sparks import SIX_WORDS, ApplicationFactory
from tests.form_reader import forms_of
from tests.sparks.walks import lapse

pytestmark = pytest.mark.django_db
#: What is entered with a yes: nobody follows from the answers of an idea without a group.
PAID_TO = {"payee": "Friends of the bench"}


def mine() -> str:
    return reverse("applying:mine", args=[SIX_WORDS])


@pytest.fixture
def taken(client, builder, public):
    """Return the application of six words, taken up as a spark of the builder’s."""
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    actions.take_up(application=application, by=builder, title="Bench", held_by=HeldBy.GROUP)
    application.refresh_from_db()
    return application


def test_every_status_says_whose_turn_it_is_and_what_comes_next():
    assert set(rules.NEXT) == set(workflow.STATES)
    assert {state.turn for state in workflow.STATES.values()} <= set(rules.TURNS)
    assert set(rules.OWN_STEPS) <= set(queries.STEP_SAYS)
    for status in workflow.STATES:
        assert all(workflow.is_possible(step, status) for step in rules.steps_of_group(status))


def test_a_question_is_read_and_answered_on_their_page(client, manager, taken):
    spark = taken.spark
    ask_question(spark=spark, by=manager, question="Who carries it?")
    (form, *_rest) = forms_of(client.get(mine()))
    assert "Who carries it?" in client.get(mine()).content.decode()
    empty = client.post(reverse("applying:answer", args=[SIX_WORDS]), {**form.data, "answer-words": ""})
    assert empty.status_code == 409
    assert client.post(reverse("applying:answer", args=[SIX_WORDS]), {"answer-words": "Tom does."}).status_code == 302
    spark.refresh_from_db()
    assert (spark.status, spark.question) == (Status.SUBMITTED, "")
    assert spark.what == "A bench in the sun."
    assert [(row.step, row.words) for row in told_steps(spark)][-2:] == [
        ("ask", "Who carries it?"),
        ("hand-in", "Tom does."),
    ]
    page = client.get(mine()).content.decode()
    assert "Tom does." in page
    stale = client.post(reverse("applying:answer", args=[SIX_WORDS]), {"answer-words": "And Rose."})
    assert (stale.status_code, "And Rose." in stale.content.decode()) == (409, True)


def test_a_yes_is_read_and_accepted_once(client, manager, taken):
    approve_spark(spark=taken.spark, by=manager, reason="A good place for it.")
    page = client.get(mine()).content.decode()
    assert all(said in page for said in ("A good place for it.", "£40", "Yes, we will do it", "It is your turn."))
    answers = [client.post(reverse("applying:accept", args=[SIX_WORDS]), PAID_TO).status_code for _press in range(2)]
    assert answers == [302, 409]
    taken.spark.refresh_from_db()
    assert taken.spark.status == Status.READY


def test_a_page_left_open_is_told_without_names_what_happened(client, manager, taken):
    approve_spark(spark=taken.spark, by=manager)
    cancel_spark(spark=taken.spark, by=manager, reason="The hall is closed.")
    lines = taken.spark.ledger.count()
    refused = client.post(reverse("applying:accept", args=[SIX_WORDS]))
    page = refused.content.decode()
    assert "It was cancelled. The page you had open was older than that, so nothing was changed." in page
    assert (refused.status_code, manager.name in page, taken.spark.ledger.count()) == (409, False, lines)


def test_a_yes_is_to_the_award_that_they_read(client, manager, second_manager, taken):
    approve_spark(spark=taken.spark, by=manager)
    (form,) = [each for each in forms_of(client.get(mine())) if each.action.endswith("/accept/")]
    propose_award(spark=taken.spark, by=manager, amount_gbp=Decimal(30), reason="The wood is free.")
    agree_change(spark=taken.spark, by=second_manager)
    refused = client.post(form.action, form.data)
    assert (refused.status_code, "The amount is £30 now" in refused.content.decode()) == (409, True)
    taken.spark.refresh_from_db()
    assert taken.spark.status == Status.APPROVED
    (form,) = [each for each in forms_of(refused) if each.action.endswith("/accept/")]
    assert client.post(form.action, form.data | PAID_TO).status_code == 302
    taken.spark.refresh_from_db()
    assert (taken.spark.status, taken.spark.award_gbp) == (Status.READY, Decimal(30))


def test_the_team_reads_that_the_people_took_a_step_themselves(client, client_for, manager, taken):
    approve_spark(spark=taken.spark, by=manager)
    client.post(reverse("applying:accept", args=[SIX_WORDS]), PAID_TO)
    staff, path = client_for(manager), reverse("sparks:spark-detail", args=[taken.spark.uuid])
    assert "The people behind it, " in staff.get(path).content.decode()
    stale = staff.post(reverse("sparks:spark-ready", args=[taken.spark.uuid]), follow=True).content.decode()
    assert "The people behind it chose “They said yes” on" in stale


def test_their_page_opens_after_it_lapsed(client, client_for, manager, taken):
    approve_spark(spark=taken.spark, by=manager)
    lapse(taken.spark)
    page = client.get(mine())
    assert (page.status_code, "It has lapsed" in page.content.decode()) == (200, True)
    assert "The team said yes to" not in page.text
    refused = client.post(reverse("applying:accept", args=[SIX_WORDS]))
    assert (refused.status_code, "It lapsed, because nobody" in refused.content.decode()) == (409, True)
    history = client_for(manager).get(reverse("sparks:spark-detail", args=[taken.spark.uuid])).content.decode()
    assert "Kith, " in history
    taken.spark.round.refresh_from_db()
    assert taken.spark.round.committed_gbp == 0


def test_a_no_is_read_with_its_reason(client, manager, taken):
    decline_spark(spark=taken.spark, by=manager, reason="The green is full.")
    page = client.get(mine()).content.decode()
    assert "The green is full." in page
    assert "Withdraw my idea" not in page
    assert "If you change your mind" not in page


def test_a_question_that_nobody_answered_waits_for_nobody(client_for, manager, taken):
    ask_question(spark=taken.spark, by=manager, question="Who keeps the key?")
    detail = reverse("sparks:spark-detail", args=[taken.spark.uuid])
    assert "A question to answer" in client_for(manager).get(detail).text
    lapse(taken.spark)
    page = client_for(manager).get(detail).text
    assert "A question that nobody answered" in page
    assert "A question to answer" not in page


def test_they_read_who_holds_the_money_as_they_chose_it(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, held_by=HeldBy.GOODS)
    page = client.get(mine()).text
    assert "No money, please: buy the things for us" in page
    assert "we buy what is needed" not in page


def test_withdrawing_needs_the_team_once_money_is_promised(client, manager, taken):
    approve_spark(spark=taken.spark, by=manager)
    refused = client.post(reverse("applying:withdraw", args=[SIX_WORDS]))
    assert (refused.status_code, "Money is promised" in refused.content.decode()) == (409, True)
    assert "Withdraw my idea" not in client.get(mine()).content.decode()


def test_a_spark_is_withdrawn_on_their_page_before_that(client, taken):
    assert client.post(reverse("applying:withdraw", args=[SIX_WORDS])).status_code == 302
    taken.spark.refresh_from_db()
    assert taken.spark.status == Status.WITHDRAWN


def test_help_is_asked_for_and_given(client, client_for, builder, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS)
    staff, path = client_for(builder), reverse("sparks:application-detail", args=[application.uuid])
    assert staff.get(path).status_code == 404
    assert client.post(reverse("applying:help", args=[SIX_WORDS]), {"help-words": "I cannot spell."}).status_code == 302
    assert "I cannot spell." in staff.get(path).content.decode()
    assert "They ask for help" in staff.get(reverse("sparks:application-list")).content.decode()
    staff.post(reverse("sparks:application-helped", args=[application.uuid]))
    assert "They ask for help" not in staff.get(reverse("sparks:application-list")).content.decode()


def test_said_aloud_is_read_back_and_sent_with_their_yes(client_for, builder, public):
    staff = client_for(builder)
    (button, *_others) = [
        form for form in forms_of(staff.get(reverse("sparks:application-list"))) if form.action.endswith("/said-aloud/")
    ]
    begun = staff.post(button.action, button.data)
    application = Application.objects.get()
    assert (application.helper, begun.status_code) == (builder, 302)
    actions.save_answers(
        application=application, what="A bench", who_with="Mill Row", costs="Wood", amount_gbp=40, held_by="goods",
        people={0: {"name": "Rose"}},
    )  # fmt: skip
    with pytest.raises(ValidationError, match="record their yes first"):
        actions.send_application(application=application)
    path = reverse("sparks:application-aloud", args=[application.uuid])
    assert "A bench" in staff.get(path).content.decode()
    assert staff.post(path, {"how": "person"}).status_code == 200
    assert staff.post(path, {"how": "person", "said_yes": "on"}).status_code == 302
    application.refresh_from_db()
    assert (application.stage, application.consent_how) == (Stage.SENT, "person")
    assert application.consent_at == timezone.now()


def test_whoever_wrote_it_down_does_not_decide(builder, manager, public):
    application = ApplicationFactory(
        page=public, sent=True, helper=manager, consent_how="phone", consent_at=timezone.now()
    )
    spark = actions.take_up(application=application, by=builder, title="Bench", held_by=HeldBy.GOODS)
    assert set(spark.writers.all()) == {builder, manager}
    with pytest.raises(ValidationError):
        approve_spark(spark=spark, by=manager)


def test_the_poster_leads_to_the_page(client_for, builder, public):
    poster = client_for(builder).get(reverse("sparks:apply-poster", args=[public.round_id])).content.decode()
    assert "http://testserver/apply/brookside/" in poster
    assert "<svg" in poster
