"""The email at the hour that a user chose: in London, once a day, nothing if nothing waits, stopped with one press."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from communities.actions.personal import change_own_settings, make_calendar_address
from communities.links import unsubscribe_link
from communities.models import AuditEntry, CalendarAddress, Message, Reminder
from config.reminders import write_reminders
from tests.factories.communities import TeamFactory
from tests.factories.connectors import NextStepFactory, PersonFactory
from tests.factories.connectors_consent import WishFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


def waits(team, builder):
    return NextStepFactory(team=team, owner=builder, words="Call Rose about her leg", due_on=date(2026, 1, 1))


def at(hour: int, day: str = "2026-05-21", minute: int = 5) -> datetime:
    """Return a moment on a day of British Summer Time, by the clock in London."""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00+01:00")


class TestHour:
    def test_it_is_off_until_an_hour_is_chosen(self, team, builder):
        waits(team, builder)
        assert write_reminders(at(23)) == 0

    def test_it_comes_at_its_hour_and_once_a_day(self, team, builder):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=8)
        assert [write_reminders(at(hour)) for hour in (7, 8, 8, 9, 23)] == [0, 1, 0, 0, 0]
        assert write_reminders(at(8, "2026-05-22")) == 1
        assert Message.objects.count() == 2

    def test_an_hour_that_was_missed_comes_later_on_that_day(self, team, builder):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=8)
        assert write_reminders(at(11)) == 1

    def test_london_decides_what_hour_it_is(self, team, builder):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=8)
        assert write_reminders(datetime(2026, 5, 21, 6, 59, tzinfo=UTC)) == 0
        assert write_reminders(datetime(2026, 5, 21, 7, 0, tzinfo=UTC)) == 1
        assert write_reminders(datetime(2026, 12, 21, 7, 59, tzinfo=UTC)) == 0
        assert write_reminders(datetime(2026, 12, 21, 8, 0, tzinfo=UTC)) == 1

    def test_the_hour_that_does_not_exist_comes_at_the_next(self, team, builder):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=1)
        # On 29 March 2026 the clocks go from 00:59 to 02:00.
        assert write_reminders(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == 0
        assert write_reminders(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == 1

    def test_the_hour_that_comes_twice_counts_once(self, team, builder):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=1)
        # On 25 October 2026 the clocks go from 01:59 back to 01:00.
        assert write_reminders(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == 1
        assert write_reminders(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == 0

    def test_an_hour_that_has_passed_counts_from_tomorrow(self, team, builder, clock):
        waits(team, builder)
        change_own_settings(by=builder, name=builder.name, hour=9)
        assert write_reminders() == 0
        clock.shift(timedelta(days=1))
        assert write_reminders() == 1

    def test_two_at_the_same_time_write_one(self, team, builder, clock):
        waits(team, builder)
        reminder = Reminder.objects.create(user=builder, hour=9)
        write_reminders()
        Reminder.objects.filter(pk=reminder.pk).update(last_on=None)
        write_reminders()
        assert Message.objects.count() == 1


class TestText:
    def test_it_says_how_much_waits_and_nobody_s_words(self, team, manager, clock):
        step = waits(team, manager)
        WishFactory(person=PersonFactory(team=team))
        SparkFactory(round=RoundFactory(team=team), handed_in=True)
        Reminder.objects.create(user=manager, hour=9)
        call_command("send_messages")
        (sent,) = mail.outbox
        assert sent.to == [manager.email]
        assert sent.subject == f"{team}: what is waiting for you"
        for words in (
            "- 1 next step is due",
            "- 1 resident’s request is waiting for an answer",
            "- 1 spark is waiting for your decision",
            f"http://localhost:8000{reverse('sparks:spark-list')}",
        ):
            assert words in sent.body
        assert step.words not in sent.body
        link = unsubscribe_link(manager, origin="http://localhost:8000")
        assert link in sent.body
        assert sent.extra_headers["List-Unsubscribe"] == f"<{link}>"
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_nothing_waits_nothing_is_sent(self, builder, clock):
        Reminder.objects.create(user=builder, hour=9)
        assert write_reminders() == 0
        assert not Message.objects.exists()

    def test_each_team_has_its_own(self, team, builder, clock):
        other = TeamFactory(name="Hillfoot")
        builder.memberships.create(team=other, role="builder")
        waits(team, builder)
        waits(other, builder)
        Reminder.objects.create(user=builder, hour=9)
        assert write_reminders() == 2

    def test_a_closed_account_gets_none(self, team, builder, clock):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=9)
        builder.is_active = False
        builder.save()
        assert write_reminders() == 0


class TestUnsubscribing:
    def test_one_press_without_signing_in_stops_it(self, builder):
        Reminder.objects.create(user=builder, hour=9)
        address = unsubscribe_link(builder, origin="")
        client = Client(enforce_csrf_checks=True)
        assert b"Stop the daily email" in client.get(address).content
        assert Reminder.objects.exists()
        answer = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, Reminder.objects.exists()) == (200, False)
        assert client.post(address).status_code == 200
        assert AuditEntry.objects.filter(field_names=["reminder"]).count() == 1

    def test_an_altered_link_stops_nothing(self, client, builder):
        Reminder.objects.create(user=builder, hour=9)
        assert client.post(unsubscribe_link(builder, origin="")[:-2] + "x/").status_code == 404
        assert Reminder.objects.exists()


class TestSettings:
    URL = "/me/"

    def test_name_and_hour_are_saved(self, client_for, builder):
        client = client_for(builder)
        answer = client.post(self.URL, {"name": "Bea B", "hour": "7"}, follow=True)
        assert "Your settings have been saved." in answer.content.decode()
        builder.refresh_from_db()
        assert (builder.name, builder.reminder.hour) == ("Bea B", 7)
        assert '<option value="7" selected' in answer.content.decode()
        client.post(self.URL, {"name": "Bea B", "hour": ""})
        assert not Reminder.objects.exists()
        assert [entry.field_names for entry in AuditEntry.objects.order_by("pk")] == [
            ["name", "reminder"],
            ["reminder"],
        ]

    @pytest.mark.parametrize("typed", [{"name": "", "hour": "7"}, {"name": "Bea", "hour": "24"}, {"name": "x" * 121}])
    def test_what_cannot_be_is_refused(self, client_for, builder, typed):
        assert client_for(builder).post(self.URL, typed).context["form"].errors
        assert not Reminder.objects.exists()

    def test_a_calendar_address_is_shown_once(self, client_for, builder):
        client = client_for(builder)
        page = client.post(reverse("communities:calendar-make"), follow=True)
        address = page.context["address"]
        assert address.startswith("http://testserver/calendar/")
        assert address in page.content.decode()
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
        again = client.get(self.URL).content.decode()
        assert address not in again, "reloading the page neither shows it again nor makes another"
        assert CalendarAddress.objects.get().withdrawn_at is None
        assert "Make a new address" in again
        client.post(reverse("communities:calendar-withdraw"))
        assert client.get(address.removeprefix("http://testserver")).status_code == 410

    def test_nobody_else_s_address_is_withdrawn(self, client_for, builder, manager):
        make_calendar_address(by=manager)
        client_for(builder).post(reverse("communities:calendar-withdraw"))
        assert CalendarAddress.objects.filter(user=manager, withdrawn_at=None).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_addresses_made_at_the_same_time_leave_one(self, builder, race):
        race(*[lambda: make_calendar_address(by=builder)] * 4)
        assert CalendarAddress.objects.filter(withdrawn_at=None).count() == 1
        assert CalendarAddress.objects.count() == 4

    def test_two_commands_at_the_same_time_write_one_email(self, team, builder, race):
        waits(team, builder)
        Reminder.objects.create(user=builder, hour=0)
        assert sum(race(*[write_reminders] * 4)) == 1
        assert Message.objects.count() == 1
