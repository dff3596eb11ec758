"""One idea from the public page to the story, message by message, and the words seen before they go.

`pytest -s -k message_by_message` prints who was told what.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from communities.models import Message, MessageState
from communities.outbox.tasks import send_messages
from connectors.models import ContactPreference
from evaluation.actions.stories import approve_story, submit_story
from evaluation.models import Story, StoryStatus
from sparks import actions
from sparks.actions.telling import tell_reports_due
from sparks.applying import actions as applying
from sparks.applying.links import token_of
from sparks.messages import PRIVATE_LINK
from sparks.models import HeldBy, Spark, Status
from tests.factories.communities import PartnerFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SIX_WORDS, ApplicantFactory, ApplicationFactory, ApplyPageFactory, RoundFactory
from tests.markup import flat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def application(team):
    """Return an application being written by Nia, who gave an email address, with Tom, whom the team knows, who gave none."""
    page = ApplyPageFactory(round=RoundFactory(team=team))
    application = ApplicationFactory(page=page, words=SIX_WORDS, title="Bench")
    ApplicantFactory(application=application, name="Nia", email="nia@example.org")
    ApplicantFactory(application=application, name="Tom", place=1)
    return application


def take_up(application, by, team) -> Spark:
    """Make a spark of it; Tom is matched to a resident who likes to be told in person."""
    tom = PersonFactory(team=team, known_as="Tom", contact_preference=ContactPreference.IN_PERSON)
    host = PartnerFactory(team=team, is_fiscal_host=True, name="Brook Hall", email="hall@example.org")
    people = {application.people.get(name="Tom").pk: tom}
    return applying.take_up(
        application=application, by=by, title="Bench", held_by=HeldBy.HOST, host=host, people=people
    )


def test_who_was_told_what_message_by_message(application, team, builder, manager, second_manager, clock):
    lines, seen = [], set()

    def note(step: str) -> list[tuple[str, str]]:
        found = []
        for message in Message.objects.exclude(pk__in=seen).select_related("user").order_by("pk"):
            seen.add(message.pk)
            who = str(message.user) if message.user else message.name or f"resident {message.resident_id and 'Tom'}"
            how = "in person" if message.state == MessageState.IN_PERSON else message.get_channel_display()
            found.append((who, message.kind))
            lines.append(f"{step:22} {who:16} {how:10} {message.subject}")
        return found

    group = ["resident Tom", "Nia", str(builder)]
    applying.send_application(application=application)
    managers = [(str(user), "applications_waiting") for user in (manager, second_manager)]
    assert sorted(note("sent")) == sorted([("Nia", "application_sent"), *managers])
    spark = take_up(application, builder, team)
    assert note("taken up") == [(who, "spark_submitted") for who in group[:2]]
    actions.ask_question(spark=spark, by=manager, question="Who carries it?")
    assert note("question") == [(who, "spark_question") for who in group]
    application.refresh_from_db()
    applying.answer_question(application=application, words="Tom does.")
    assert note("answered") == [(who, "spark_answered") for who in (*group, str(manager))]
    actions.approve_spark(spark=spark, by=manager)
    assert note("approved") == [(who, "spark_approved") for who in (*group, "Brook Hall")]
    actions.propose_award(spark=spark, by=manager, amount_gbp=30, reason="The screws are given.")
    assert note("another award") == []
    actions.agree_change(spark=spark, by=second_manager)
    assert note("amended") == [(who, "spark_amended") for who in (*group, "Brook Hall")]
    actions.move_date(spark=spark, by=builder, day=spark.created_at.date() + timedelta(days=80))
    assert note("date moved") == [(who, "spark_date_moved") for who in group[:2]]
    applying.accept_award(application=application)
    assert note("accepted")[:4] == [(who, "spark_accepted") for who in (*group, "Brook Hall")]
    third = manager_who_pays(team)
    actions.pay_award(spark=Spark.objects.get(), by=third, uuid=uuid4(), reference="BENCH-1")
    assert note("paid") == [(who, "spark_paid") for who in (*group, "Brook Hall")]
    clock.shift(timedelta(days=42))
    tell_reports_due()
    assert note("report due") == [(who, "spark_report_due") for who in group]
    clock.shift(timedelta(days=28))
    tell_reports_due()
    assert note("report overdue") == [(who, "spark_report_overdue") for who in group]
    actions.report_back(spark=Spark.objects.get(), by=builder, what_happened="We sit on it.")
    assert note("reported") == [(who, "spark_report_received") for who in ("resident Tom", "Nia", str(manager))]
    story = StoryFactory(team=team, spark=Spark.objects.get(), created_by=builder, agreed=True)
    submit_story(by=builder, story=story)
    assert note("story handed in") == []
    approve_story(by=manager, story=story)
    assert note("story") == [(who, "spark_story") for who in group]
    return_and_approve_again(story, builder, manager)
    assert note("story again") == [], "told once"
    print("\n" + "\n".join(lines))


#: What only the people behind a spark are told, by kind: whoever works for the team or the organisation did not do it.
FOR_THE_GROUP = {
    "spark_amended": "Please tell us whether that is all right.",
    "spark_paid": "Have a good time doing it.",
    "spark_report_overdue": "We will not ask again.",
    "spark_report_received": "Thank you for telling us",
    "spark_story": "what you did, in your words",
}


def test_what_is_said_to_the_group_is_said_to_nobody_else(application, team, builder, manager, second_manager, clock):
    applying.send_application(application=application)
    actions.approve_spark(spark=take_up(application, builder, team), by=manager)
    actions.propose_award(spark=Spark.objects.get(), by=manager, amount_gbp=30, reason="The screws are given.")
    actions.agree_change(spark=Spark.objects.get(), by=second_manager)
    application.refresh_from_db()
    applying.accept_award(application=application)
    actions.pay_award(spark=Spark.objects.get(), by=manager_who_pays(team), uuid=uuid4(), reference="BENCH-1")
    clock.shift(timedelta(days=42))
    tell_reports_due()
    clock.shift(timedelta(days=28))
    tell_reports_due()
    actions.report_back(spark=Spark.objects.get(), by=builder, what_happened="We sit on it.")
    story = StoryFactory(team=team, spark=Spark.objects.get(), created_by=builder, agreed=True)
    submit_story(by=builder, story=story)
    approve_story(by=manager, story=story)
    for kind, words in FOR_THE_GROUP.items():
        assert who_reads(words, kind) == {(True, True), (False, False)}, kind


def test_only_the_group_is_thanked_with_a_no(application, team, builder, manager):
    applying.send_application(application=application)
    actions.decline_spark(spark=take_up(application, builder, team), by=manager, reason="The hall has benches.")
    assert who_reads("You are welcome to try again", "spark_declined") == {(True, True), (False, False)}


def who_reads(words: str, kind: str) -> set[tuple[bool, bool]]:
    """Return (whether somebody belongs to the group, whether their message has these words) for all messages of a kind."""
    told = Message.objects.filter(kind=kind)
    return {(each.resident_id is not None or each.name == "Nia", words in each.body) for each in told}


def return_and_approve_again(story: Story, builder, manager) -> None:
    """Approve a story a second time, which tells nobody again."""
    Story.objects.filter(pk=story.pk).update(status=StoryStatus.SUBMITTED, published_at=None, published_by=None)
    approve_story(by=manager, story=Story.objects.get(pk=story.pk))


def manager_who_pays(team):
    """Return a third manager, who approved nothing."""
    return UserFactory(name="Third", roles={team: ["manager"]})


def test_the_receipt_opens_their_page_and_the_link_is_stored_nowhere(application, client, settings):
    applying.send_application(application=application)
    send_messages()
    receipt = next(each for each in mail.outbox if each.to == ["nia@example.org"])
    link = re.search(rf"{settings.SITE_URL}(/\S+)", receipt.body)
    assert link
    page = client.get(link[1])
    assert page.status_code == 200
    assert "Your six words" not in page.content.decode()
    token = token_of(application)
    stored = Message.objects.get(kind="application_sent")
    assert token in receipt.body
    assert PRIVATE_LINK in stored.body
    assert token not in stored.body
    assert "Bench" not in receipt.body + receipt.subject
    applying.stop_link(application=application)
    assert client.get(link[1]).status_code == 404


def test_a_link_that_was_changed_opens_nothing(application, client):
    token = token_of(application)
    for wrong in (token[:-1] + ("0" if token[-1] != "0" else "1"), "0" * 32 + token[32:]):
        assert client.get(reverse("applying:mine", args=[wrong])).status_code == 404


def test_managers_are_told_once_a_day_however_many_arrive(application, manager, clock):
    for _number in range(3):
        another = ApplicationFactory(page=application.page)
        ApplicantFactory(application=another, name="Ola")
        applying.send_application(application=another)
    assert Message.objects.filter(kind="applications_waiting", user=manager).count() == 1
    clock.shift(timedelta(days=1))
    applying.send_application(application=application)
    assert Message.objects.filter(kind="applications_waiting", user=manager).count() == 2


def test_a_no_before_it_is_a_spark_is_told_with_the_reason(application, builder):
    applying.send_application(application=application)
    application.refresh_from_db()
    applying.close_application(application=application, by=builder, reason="It came twice.")
    told = Message.objects.get(kind="application_closed")
    assert (told.address, "It came twice." in told.body) == ("nia@example.org", True)


def test_the_words_are_seen_before_they_go_and_are_those_that_go(client_for, application, team, builder, manager):
    applying.send_application(application=application)
    application.refresh_from_db()
    spark = take_up(application, builder, team)
    before = Message.objects.count()
    page = client_for(manager).post(
        reverse("sparks:spark-preview", args=[spark.uuid, "decline"]), {"decline-reason": "The hall has benches."}
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "Nothing is saved or sent yet." in text
    spark.refresh_from_db()
    assert (Message.objects.count(), spark.status, spark.decisions.count()) == (before, Status.SUBMITTED, 0)
    actions.decline_spark(spark=spark, by=manager, reason="The hall has benches.")
    for told in Message.objects.filter(kind="spark_declined"):
        assert flat(told.body.splitlines()[2]) in flat(text)
        assert told.name in text


def test_what_would_be_refused_is_refused_in_the_preview_too(client_for, application, team, builder, manager):
    applying.send_application(application=application)
    application.refresh_from_db()
    spark = take_up(application, builder, team)
    preview = reverse("sparks:spark-preview", args=[spark.uuid, "approve"])
    text = client_for(manager).post(preview, {"amount_gbp": "4000"}).content.decode()
    assert "They asked for £40." in text
    assert client_for(builder).post(preview, {"amount_gbp": "40"}).status_code == 403
    assert client_for(manager).post(preview.replace("approve", "nothing")).status_code == 404
