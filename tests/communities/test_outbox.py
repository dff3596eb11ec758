"""The outbox: each recipient is told once, as they wish, whatever the mail server does."""

from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from communities.actions.absences import save_absence
from communities.models import (
    Absence,
    AuditEntry,
    Channel,
    InPersonReason,
    Membership,
    Message,
    MessageState,
    Role,
    Team,
    User,
)
from communities.outbox import actions, rules
from communities.outbox.carriers import NotCarriedError
from communities.outbox.kinds import kinds
from communities.outbox.recipients import Recipient
from communities.outbox.tasks import send_messages
from communities.verbs import Verb
from connectors.models import ContactPreference, Person, Purpose
from tests.factories.communities import MessageFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.connectors_consent import ConsentFactory

pytestmark = pytest.mark.django_db

NELL = Recipient(name="Nell", email="nell@example.org")
SPARK = {"spark": {"title": "Fish suppers"}, "title": "Fish suppers", "helper": "Bea", "is_resident": True}


def write(team, to=NELL, **more):
    values = {"kind": "spark_report_received", "team": team, "about": team, "to": to, "by": None, "context": SPARK}
    return actions.write_message(**{**values, **more})


class Down:
    """A mail server that fails for a while and notes what it accepts; `error` None means that it works."""

    def __init__(self, error: Exception | None) -> None:
        self.error, self.accepted, self.tries = error, [], 0

    def send(self, message: EmailMessage) -> int:
        self.tries += 1
        if self.error is not None:
            raise self.error
        self.accepted.append(message.to[0])
        return 1


@pytest.fixture
def server(monkeypatch) -> Down:
    """Return the mail server, which does not answer."""
    server = Down(ConnectionRefusedError("refused"))
    monkeypatch.setattr(EmailMessage, "send", lambda message, **options: server.send(message))
    return server


class TestWriting:
    def test_a_message_is_kept_as_it_is_sent(self, team):
        message = write(team)
        assert message.state == MessageState.WAITING
        assert (message.channel, message.address) == (Channel.EMAIL, "nell@example.org")
        assert message.subject == "How Fish suppers went: thank you"
        assert message.body.startswith("Hello,\n\nThank you for telling us how")
        assert "\n\n\n" not in message.body
        assert AuditEntry.objects.get().verb == Verb.WRITE_MESSAGE

    def test_the_same_is_written_once(self, team, other_team):
        first = write(team)
        assert write(team, context={**SPARK, "title": "Other words"}) == first
        assert AuditEntry.objects.count() == 1
        others = [
            write(team, occasion="again"),
            write(team, kind="spark_submitted"),
            write(team, to=Recipient(name="Tom", email="tom@example.org")),
            write(team, about=other_team),
        ]
        assert len({first, *others}) == 5

    def test_a_subject_is_one_line(self, team):
        message = write(team, context={**SPARK, "title": "Fish\r\nBcc: everybody@example.org"})
        assert message.subject == "How Fish Bcc: everybody@example.org went: thank you"

    def test_a_long_title_is_cut(self, team):
        assert len(write(team, context={**SPARK, "title": "x" * 300}).subject) == 200

    def test_a_name_without_an_address_is_told_in_person(self, team, builder):
        message = write(team, to=Recipient(name="Brook Hall"), teller=builder)
        assert (message.state, message.reason) == (MessageState.IN_PERSON, InPersonReason.NO_ADDRESS)
        assert list(Message.objects.to_tell(builder)) == [message]

    def test_a_user_is_told_by_email_unless_the_account_is_closed(self, team, builder):
        assert write(team, to=Recipient(user=builder)).address == builder.email
        builder.is_active = False
        assert write(team, to=Recipient(user=builder), occasion="later") is None

    def test_nobody_is_told_if_the_action_fails(self, team):
        @transaction.atomic
        def act() -> None:
            write(team)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            act()
        assert not Message.objects.exists()

    def test_it_is_sent_after_the_commit(self, team, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            message = write(team)
            assert mail.outbox == []
        message.refresh_from_db()
        assert (message.state, message.tries) == (MessageState.SENT, 1)
        assert [sent.to for sent in mail.outbox] == [["nell@example.org"]]
        assert mail.outbox[0].extra_headers["Message-ID"] == f"<{message.uuid}@kith.invalid>"


class TestResidents:
    """A resident is told as they said, and otherwise in person."""

    @pytest.mark.parametrize(
        ("preference", "agreed", "state", "reason"),
        [
            ("email", None, "waiting", ""),
            ("email", True, "waiting", ""),
            ("email", False, "in_person", "no_contact"),
            ("", True, "waiting", ""),
            ("", None, "in_person", "not_asked"),
            ("in_person", True, "in_person", "prefers"),
            ("phone", True, "in_person", "call"),
            ("text", True, "in_person", "no_address"),
            ("no_contact", True, "in_person", "no_contact"),
        ],
    )
    def test_the_way_is_the_one_they_chose(self, team, builder, preference, agreed, state, reason):
        person = PersonFactory(team=team, email="rose@example.org", phone="0117 1", contact_preference=preference)
        if agreed is not None:
            ConsentFactory(person=person, purpose=Purpose.CONTACT, is_given=agreed)
        message = write(team, to=Recipient(resident_id=person.pk), teller=builder)
        assert (message.state, message.reason) == (state, reason)

    def test_an_email_without_an_address_is_told_in_person(self, team, builder):
        person = PersonFactory(team=team, contact_preference=ContactPreference.EMAIL)
        message = write(team, to=Recipient(resident_id=person.pk), teller=builder)
        assert (message.state, message.reason) == (MessageState.IN_PERSON, InPersonReason.NO_ADDRESS)

    def test_a_merged_record_gives_the_contact_of_the_other(self, team):
        kept = PersonFactory(team=team, email="rose@example.org", contact_preference=ContactPreference.EMAIL)
        merged = PersonFactory(team=team, merged_into=kept)
        assert write(team, to=Recipient(resident_id=merged.pk)).address == "rose@example.org"

    def test_somebody_who_was_erased_is_not_told(self, team):
        person = PersonFactory(team=team, erased_on=timezone.localdate())
        assert write(team, to=Recipient(resident_id=person.pk)) is None

    @pytest.mark.parametrize(
        ("changed", "state"),
        [
            ({"contact_preference": "no_contact"}, "in_person"),
            ({"email": ""}, "in_person"),
            ({"erased_on": "2026-05-20"}, "withdrawn"),
        ],
    )
    def test_what_they_said_since_counts(self, team, builder, changed, state):
        person = PersonFactory(team=team, email="rose@example.org", contact_preference=ContactPreference.EMAIL)
        message = write(team, to=Recipient(resident_id=person.pk), teller=builder)
        Person.objects.filter(pk=person.pk).update(**changed)
        assert send_messages() == (0, 0)
        message.refresh_from_db()
        assert (message.state, mail.outbox) == (state, [])

    def test_a_corrected_address_is_used(self, team):
        person = PersonFactory(team=team, email="slip@example.org", contact_preference=ContactPreference.EMAIL)
        write(team, to=Recipient(resident_id=person.pk))
        Person.objects.filter(pk=person.pk).update(email="rose@example.org")
        assert send_messages() == (1, 0)
        assert mail.outbox[0].to == ["rose@example.org"]


class TestTextMessages:
    """Text messages have no carrier until an administrator names one."""

    class Carrier:
        """A carrier as an administrator would write it."""

        carried: list[tuple[str, str]] = []

        def carry(self, message: Message) -> None:
            self.carried.append((message.address, message.body))

    def test_they_are_off(self):
        assert settings.MESSAGE_CARRIERS["text"] == ""

    def test_a_carrier_in_the_settings_carries_them(self, team, settings):
        settings.MESSAGE_CARRIERS = {**settings.MESSAGE_CARRIERS, "text": f"{__name__}.TestTextMessages.Carrier"}
        settings.MESSAGE_CARRIERS["text"] = f"{__name__}.TextCarrier"
        person = PersonFactory(team=team, phone="0117 496 0123", contact_preference=ContactPreference.TEXT)
        message = write(team, to=Recipient(resident_id=person.pk))
        assert (message.channel, send_messages()) == (Channel.TEXT, (1, 0))
        assert self.Carrier.carried == [("0117 496 0123", message.body)]

    def test_what_waits_when_they_are_switched_off_is_told_in_person(self, team, settings, builder):
        settings.MESSAGE_CARRIERS = {**settings.MESSAGE_CARRIERS, "text": f"{__name__}.TextCarrier"}
        person = PersonFactory(team=team, phone="0117 496 0123", contact_preference=ContactPreference.TEXT)
        message = write(team, to=Recipient(resident_id=person.pk), teller=builder)
        settings.MESSAGE_CARRIERS = {**settings.MESSAGE_CARRIERS, "text": ""}
        assert send_messages() == (0, 0)
        message.refresh_from_db()
        assert message.state == MessageState.IN_PERSON


TextCarrier = TestTextMessages.Carrier


class TestServerDown:
    """An outbox whose mail server is down."""

    def test_after_most_of_a_day_each_message_is_sent_once(self, team, server, clock):
        for name in ("Nell", "Tom", "Rose"):
            write(team, to=Recipient(name=name, email=f"{name.lower()}@example.org"))
        for _five_minutes in range(12 * 20):
            send_messages()
            clock.shift(timedelta(minutes=5))
        assert server.accepted == []
        server.error = None
        for _five_minutes in range(12 * 16):
            send_messages()
            clock.shift(timedelta(minutes=5))
        assert sorted(server.accepted) == ["nell@example.org", "rose@example.org", "tom@example.org"]
        assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}

    def test_the_pauses_grow_and_then_it_is_seen(self, team, server, clock, manager, client_for):
        message = write(team)
        start, at = timezone.now(), []
        while message.state == MessageState.WAITING:
            clock.move_to(max(message.next_try_at, timezone.now()))
            at.append(timezone.now() - start)
            send_messages()
            message.refresh_from_db()
        pauses = [later - earlier for earlier, later in zip(at, at[1:], strict=False)]
        assert pauses == sorted(pauses) == list(rules.PAUSES)
        assert at[-1] > timedelta(days=1)
        assert (message.state, message.tries, server.tries) == (MessageState.FAILED, 8, 8)
        assert [each.error for each in message.failures.all()] == ["The mail server could not be reached."] * 8
        page = client_for(manager).get(reverse("communities:message-list")).content.decode()
        assert "How Fish suppers went: thank you" in page

    def test_one_message_waits_for_a_server_that_does_not_answer_and_the_others_are_not_tried(self, team, server):
        for number in range(3):
            write(team, occasion=str(number))
        assert send_messages() == (0, 1)
        assert server.tries == 1

    @pytest.mark.parametrize(
        ("error", "state", "words"),
        [
            (
                SMTPRecipientsRefused({"nell@example.org": (550, b"no")}),
                "failed",
                "The mail server refused the address.",
            ),
            (
                SMTPRecipientsRefused({"nell@example.org": (450, b"?")}),
                "waiting",
                "The mail server refused the address.",
            ),
            (SMTPAuthenticationError(535, b"no"), "waiting", "The mail server refused Kith’s user name or password."),
            (SMTPServerDisconnected("gone"), "waiting", "The mail server refused the message."),
            (TimeoutError("slow"), "waiting", "The mail server could not be reached."),
            (ValueError("odd"), "waiting", "Kith could not send this: ValueError."),
        ],
    )
    def test_the_error_is_in_plain_words(self, team, server, error, state, words):
        server.error = error
        message = write(team)
        send_messages()
        message.refresh_from_db()
        assert (message.state, message.failures.get().error) == (state, words)

    def test_a_process_that_died_leaves_its_message_to_the_next(self, team, clock):
        message = write(team)
        assert actions.claim_message(pk=message.pk) == message
        assert send_messages() == (0, 0)
        clock.shift(timedelta(minutes=11))
        assert send_messages() == (1, 0)
        assert len(mail.outbox) == 1

    def test_a_slow_carrier_records_its_success_although_another_failed_since(self, team, clock):
        message = write(team)
        slow = actions.claim_message(pk=message.pk)
        clock.shift(timedelta(minutes=11))
        fast = actions.claim_message(pk=message.pk)
        actions.record_sent(message=slow)
        actions.record_failure(message=fast, error="The mail server refused the message.")
        message.refresh_from_db()
        assert message.state == MessageState.SENT

    def test_the_command_sends_what_waits_and_says_so(self, team, capsys):
        write(team)
        call_command("send_messages")
        assert (
            capsys.readouterr().out
            == "Sent 1 messages; 0 could not be sent. Asked about 0 sparks, and told 0 times what waits.\n"
        )
        assert len(mail.outbox) == 1


class TestHandling:
    def test_a_failed_message_is_sent_again_to_the_address_of_now(self, team, manager):
        person = PersonFactory(team=team, email="rose@example.org", contact_preference=ContactPreference.EMAIL)
        message = MessageFactory(team=team, name="", resident_id=person.pk, address="slip@example.org", failed=True)
        actions.send_again(message=message, by=manager)
        assert send_messages() == (1, 0)
        assert mail.outbox[0].to == ["rose@example.org"]

    def test_without_an_address_it_cannot_be_sent_again(self, team, manager):
        person = PersonFactory(team=team)
        message = MessageFactory(team=team, name="", resident_id=person.pk, failed=True)
        with pytest.raises(ValidationError, match="Tell them in person"):
            actions.send_again(message=message, by=manager)

    def test_told_in_person_says_who_told_them(self, team, builder):
        message = MessageFactory(team=team, in_person=True, teller=builder)
        for _twice in range(2):
            told = actions.mark_told(message=message, by=builder)
        assert (told.state, told.settled_by) == (MessageState.TOLD, builder)
        assert [entry.verb for entry in AuditEntry.objects.all()] == [Verb.TELL_MESSAGE]

    def test_a_message_that_was_sent_is_settled(self, team, manager):
        message = MessageFactory(team=team, sent=True)
        for act in (actions.mark_told, actions.tell_in_person, actions.withdraw_message, actions.send_again):
            with pytest.raises(ValidationError, match="state is now “Sent”"):
                act(message=message, by=manager)

    def test_another_builder_may_not(self, team):
        colleague = UserFactory(roles={team: ["builder"]})
        message = MessageFactory(team=team, in_person=True, teller=UserFactory(roles={team: ["builder"]}))
        with pytest.raises(PermissionDenied):
            actions.mark_told(message=message, by=colleague)

    def test_old_messages_are_deleted_and_open_ones_are_not(self, team, clock):
        MessageFactory(team=team, sent=True)
        waiting = MessageFactory(team=team, in_person=True)
        clock.shift(timedelta(days=800))
        call_command("delete_expired")
        assert list(Message.objects.all()) == [waiting]


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "lost"},
        {"name": ""},
        {"resident_id": 1},
        {"address": ""},
        {"channel": ""},
        {"channel": "dove"},
        {"next_try_at": None},
        {"state": "sent"},
        {"state": "in_person", "next_try_at": None},
        {"state": "told", "next_try_at": None, "settled_at": timezone.now(), "reason": "prefers"},
        {"settled_at": timezone.now()},
        {"body": ""},
        {"reason": "mood"},
    ],
)
def test_the_database_refuses(team, broken):
    message = MessageFactory(team=team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**broken)


def test_the_kinds_of_messages():
    assert sorted(kinds()) == [
        "application_closed",
        "application_sent",
        "applications_waiting",
        "fund_proposed",
        "fund_settled",
        "managers_told",
        "reminder",
        "spark_accepted",
        "spark_amended",
        "spark_amendment_proposed",
        "spark_amount_proposed",
        "spark_answered",
        "spark_appealed",
        "spark_approved",
        "spark_award_kept",
        "spark_cancelled",
        "spark_date_moved",
        "spark_declined",
        "spark_host_answered",
        "spark_host_asked",
        "spark_lapsed",
        "spark_lapses_soon",
        "spark_money_returned",
        "spark_paid",
        "spark_payee_changed",
        "spark_question",
        "spark_reopened",
        "spark_report_due",
        "spark_report_overdue",
        "spark_report_received",
        "spark_story",
        "spark_submitted",
        "spark_to_pay",
        "spark_withdrawn",
    ]


class TestPages:
    def test_a_builder_sees_whom_to_tell_with_a_letter(self, client_for, team, builder):
        person = PersonFactory(team=team, known_as="Rose Tate", street="Mill Row")
        message = MessageFactory(
            team=team, name="", resident_id=person.pk, teller=builder, in_person=True, subject="Yes to Fish suppers"
        )
        client = client_for(builder)
        page = client.get(reverse("communities:messages-to-tell")).content.decode()
        assert "Yes to Fish suppers" in page
        assert "We have no email address for them." in page
        letter = client.get(reverse("communities:message-letter", args=[message.uuid])).content.decode()
        assert "Rose Tate" in letter
        assert "Mill Row" in letter
        assert client.get(reverse("communities:message-letters")).context["letters"][0][0].message == message
        back = reverse("communities:messages-to-tell")
        answer = client.post(reverse("communities:message-told", args=[message.uuid]), {"back": back}, follow=True)
        assert answer.redirect_chain == [(back, 302)]
        assert "Saved: you told them." in answer.content.decode()
        assert "Nobody to tell" in answer.content.decode()

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
    def test_a_button_never_leads_elsewhere(self, client_for, team, builder, back):
        message = MessageFactory(team=team, teller=builder, in_person=True)
        answer = client_for(builder).post(reverse("communities:message-told", args=[message.uuid]), {"back": back})
        assert answer.url == reverse("communities:message-detail", args=[message.uuid])

    def test_a_builder_lists_only_messages_of_their_own(self, client_for, team, builder, manager):
        MessageFactory(team=team, failed=True, subject="To somebody else")
        MessageFactory(team=team, failed=True, subject="To Rose", teller=builder)
        address = reverse("communities:message-list")
        assert "To somebody else" not in client_for(builder).get(address).content.decode()
        assert "To somebody else" in client_for(manager).get(address).content.decode()

    def test_each_state_has_a_tab(self, client_for, team, manager):
        MessageFactory(team=team, sent=True, subject="Sent off")
        client, address = client_for(manager), reverse("communities:message-list")
        assert "Nothing failed" in client.get(address).content.decode()
        assert "Sent off" in client.get(address, {"state": ""}).content.decode()
        assert "No messages here" in client.get(address, {"state": "waiting"}).content.decode()
        assert "Sent off" in client.get(address, {"state": "odd"}).content.decode()

    def test_the_page_of_a_message_shows_its_attempts(self, client_for, team, manager):
        message = MessageFactory(team=team)
        claimed = actions.claim_message(pk=message.pk)
        actions.record_failure(message=claimed, error="The mail server could not be reached.")
        page = client_for(manager).get(reverse("communities:message-detail", args=[message.uuid])).content.decode()
        assert "The mail server could not be reached." in page
        assert "Kith tries again on" in page

    @pytest.mark.parametrize("rows", [1, 3])
    def test_a_list_takes_the_same_queries(self, client_for, team, manager, rows, django_assert_num_queries):
        for _row in range(rows):
            person = PersonFactory(team=team)
            MessageFactory(team=team, name="", resident_id=person.pk, failed=True)
        client = client_for(manager)
        with django_assert_num_queries(7):
            client.get(reverse("communities:message-list"))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_the_same_message_written_at_the_same_time_is_one(self, team, race):
        results = race(*[lambda: write(Team.objects.get(pk=team.pk))] * 4)
        assert len({message.pk for message in results}) == 1
        assert Message.objects.count() == AuditEntry.objects.filter(verb=Verb.WRITE_MESSAGE).count() == 1

    def test_several_processes_send_each_message_once(self, team, race):
        for number in range(10):
            MessageFactory(team=team, address=f"nell{number}@example.org")
        results = race(*[send_messages] * 4)
        assert connection.vendor == "postgresql"
        assert sum(sent for sent, _failed in results) == 10
        assert sorted(message.to[0] for message in mail.outbox) == sorted(f"nell{n}@example.org" for n in range(10))

    def test_told_and_sent_at_the_same_time_ends_in_one_state(self, team, builder, race):
        message = MessageFactory(team=team, teller=builder)

        def tell() -> str:
            try:
                return actions.mark_told(message=message, by=builder).state
            except ValidationError as refused:
                return refused.messages[0]

        race(tell, send_messages)
        message.refresh_from_db()
        assert message.state in {MessageState.TOLD, MessageState.SENT}


class TestStandIn:
    """While a builder is away, what they would tell or be told reaches whoever stands in for them."""

    @pytest.fixture
    def stand_in(self, team, builder):
        stand_in = UserFactory(roles={team: [Role.BUILDER]})
        today = timezone.localdate()
        save_absence(team=team, user=builder, by=builder, stand_in=stand_in, starts_on=today, ends_on=today)
        return stand_in

    def test_they_tell_people_and_it_ends_by_itself(self, client_for, team, builder, stand_in, clock):
        Absence.objects.update(starts_on=timezone.localdate(), ends_on=timezone.localdate())
        message = MessageFactory(team=team, in_person=True, teller=builder)
        client, page = client_for(stand_in), reverse("communities:messages-to-tell")
        assert message.subject in client.get(page).content.decode()
        assert message.subject in client.get(f"{reverse('communities:message-list')}?state=in_person").content.decode()
        clock.shift(timedelta(days=1))
        client = client_for(stand_in)
        assert message.subject not in client.get(page).content.decode()
        with pytest.raises(PermissionDenied):
            actions.mark_told(message=message, by=stand_in)
        clock.shift(timedelta(days=-1))
        assert actions.mark_told(message=message, by=stand_in).settled_by == stand_in

    def test_they_get_a_copy_of_an_email(self, team, builder, stand_in):
        write(team, to=Recipient(user=builder))
        assert send_messages() == (1, 0)
        assert (mail.outbox[0].to, mail.outbox[0].cc) == ([builder.email], [stand_in.email])

    def test_the_page_of_the_message_says_who_got_the_copy_even_days_later(
        self, client_for, team, builder, stand_in, manager, clock
    ):
        Absence.objects.update(starts_on=timezone.localdate(), ends_on=timezone.localdate())
        message = write(team, to=Recipient(user=builder))
        send_messages()
        clock.shift(timedelta(days=3))
        page = client_for(manager).get(
            reverse("communities:message-detail", args=[Message.objects.get(pk=message.pk).uuid])
        )
        assert page.context["copied_to"] == [stand_in]
        assert "A copy to the stand-in" in page.content.decode()

    @pytest.mark.parametrize("change", [{"is_active": False}, {}])
    def test_no_copy_leaves_the_team(self, team, other_team, builder, stand_in, change):
        if change:
            User.objects.filter(pk=stand_in.pk).update(**change)
        Membership.objects.create(team=other_team, user=builder, role=Role.BUILDER)
        builder = User.objects.get(pk=builder.pk)
        write(team if change else other_team, to=Recipient(user=builder))
        send_messages()
        assert mail.outbox[0].cc == []

    def test_the_daily_email_is_for_its_user_alone(self, team, builder, stand_in):
        context = {"name": "Bea", "team": team, "lines": [], "site": "", "settings_path": "", "unsubscribe": ""}
        write(team, to=Recipient(user=builder), kind="reminder", context=context)
        send_messages()
        assert mail.outbox[0].cc == []


def test_a_day_without_a_mail_server_and_ten_thousand_messages(team, server, clock, django_assert_max_num_queries):
    """One attempt at a time is made while the server is down; then batches send each message once."""
    first = MessageFactory(team=team)
    same = {field.attname: getattr(first, field.attname) for field in Message._meta.concrete_fields}
    del same["id"], same["uuid"], same["key"], same["address"]
    Message.objects.bulk_create(
        Message(**same, key=f"many {number}", address=f"{number}@example.org") for number in range(1, 10_000)
    )
    for _hour in range(26):
        with django_assert_max_num_queries(20):
            send_messages()
        clock.shift(timedelta(hours=1))
    assert server.tries == 26
    assert Message.objects.filter(state=MessageState.WAITING).count() == 10_000
    server.error = None
    for _batch in range(3):
        assert send_messages() == (100, 0)
    assert len(set(server.accepted)) == len(server.accepted) == 300


def test_a_message_to_a_member_who_was_removed(team, builder, manager):
    """They are told what concerns them still; what they were to tell somebody goes to a colleague when they are removed."""
    message = write(team, to=Recipient(user=builder))
    told = MessageFactory(team=team, in_person=True, teller=builder)
    Membership.objects.filter(team=team, user=builder).delete()
    send_messages()
    message.refresh_from_db()
    assert (message.state, len(mail.outbox)) == (MessageState.WITHDRAWN, 0)
    with pytest.raises(PermissionDenied):
        actions.mark_told(message=told, by=builder)


def test_an_unknown_carrier_says_so(team, settings):
    message = MessageFactory(team=team, channel=Channel.TEXT, address="0117")
    settings.MESSAGE_CARRIERS = {**settings.MESSAGE_CARRIERS, "text": ""}
    # The address of a recipient outside is an email address, so this becomes an email.
    assert send_messages() == (1, 0)
    message.refresh_from_db()
    assert message.channel == Channel.EMAIL
    assert str(NotCarriedError("No.", is_final=True)) == "No."
