"""The private calendar: RFC 5545, an address that only its owner knows, and nothing in it that others should not read."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from communities.actions.personal import make_calendar_address, withdraw_calendar_address
from communities.models import CalendarAddress, Role, User
from config import feeds
from config.calendars import LINE, Entry, calendar_text, escaped, folded
from connectors.models import NextStep
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory, NextStepFactory, PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

NOW = datetime(2026, 5, 20, 11, 0, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    """Return the logical lines of a calendar, as a program reads them. Source: RFC 5545, section 3.1."""
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def read(value: str) -> str:
    """Return what a TEXT value says. Source: RFC 5545, section 3.3.11."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def test_a_calendar_as_the_standard_has_it():
    entry = Entry(
        uid="step-1@kith.invalid", day=date(2026, 12, 31), title="Next step: Rose", url="https://k.example/c/1/"
    )
    assert unfolded(calendar_text([entry], name="Kith", now=NOW)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Kith//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Kith",
        "X-WR-CALNAME:Kith",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VEVENT",
        "UID:step-1@kith.invalid",
        "DTSTAMP:20260520T110000Z",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Next step: Rose",
        "URL:https://k.example/c/1/",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("bread, tea; and \\ jam", "bread\\, tea\\; and \\\\ jam"),
        ("two\r\nlines\rand\nmore", "two\\nlines\\nand\\nmore"),
        ("a\x00b\x07c\x7fd\te", "abcd\te"),
        ("Siân Ŵyn 🎉", "Siân Ŵyn 🎉"),
        ("", ""),
    ],
)
def test_text_is_escaped(text, value):
    assert escaped(text) == value


def test_a_line_break_in_a_name_cannot_begin_a_line_of_its_own():
    entry = Entry(uid="1", day=date(2026, 5, 20), title="Rose\r\nEND:VEVENT\r\nBEGIN:VEVENT")
    assert calendar_text([entry], name="Kith", now=NOW).count("\r\nBEGIN:VEVENT") == 1


@given(st.text(max_size=400))
def test_any_title_comes_back_from_lines_that_are_short_enough(title):
    text = calendar_text([Entry(uid="1", day=date(2026, 5, 20), title=title)], name="Kith", now=NOW)
    for line in text.encode("utf-8", "surrogatepass").split(b"\r\n"):
        assert len(line) <= LINE
    summary = next(line for line in unfolded(text) if line.startswith("SUMMARY:"))
    shown = "".join(
        s for s in title.replace("\r\n", "\n").replace("\r", "\n") if s in "\t\n" or ord(s) >= 32 and ord(s) != 127
    )
    assert read(summary.removeprefix("SUMMARY:")) == shown


def test_a_character_is_never_divided():
    parts = list(folded("SUMMARY:" + "🎉" * 40))
    assert len(parts) > 2
    assert "".join(parts).replace("\r\n ", "").removesuffix("\r\n") == "SUMMARY:" + "🎉" * 40


def url(secret: str) -> str:
    return reverse("calendar", args=[secret])


def summaries(text: str) -> list[str]:
    return [read(line.removeprefix("SUMMARY:")) for line in unfolded(text) if line.startswith("SUMMARY:")]


@pytest.mark.django_db
class TestFeed:
    def test_it_shows_own_next_steps_by_first_name_and_no_words(self, client, team, builder, clock):
        rose, tom = (
            PersonFactory(team=team, known_as="Rose Tate"),
            PersonFactory(team=team, known_as="Tom Okafor", untold=True),
        )
        talk = ConversationFactory(team=team, builder=builder, people=[rose, tom])
        step = {"team": team, "owner": builder, "due_on": date(2026, 6, 1)}
        NextStepFactory(**step, conversation=talk, words="Ask about the operation")
        NextStepFactory(**step, person=rose)
        NextStepFactory(**step)
        NextStepFactory(**step, done=True)
        NextStepFactory(team=team, due_on=date(2026, 6, 1))
        answer = client.get(url(make_calendar_address(by=builder).secret))
        text = answer.content.decode()
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert summaries(text) == ["Next step: Rose and T. O.", "Next step: Rose", "Next step"]
        assert "DTSTART;VALUE=DATE:20260601" in text
        assert f"URL:http://localhost:8000{reverse('connectors:conversation-detail', args=[talk.uuid])}" in unfolded(
            text
        )
        assert "operation" not in text
        assert "Tate" not in text

    def test_it_shows_when_reports_are_due(self, client, team, builder, clock):
        SparkFactory(
            round=RoundFactory(team=team),
            created_by=builder,
            status="paid",
            paid_at=NOW,
            due_on=(NOW + timedelta(days=42)).date(),
            award_gbp=5,
            title="For Rose",
        )
        text = client.get(url(make_calendar_address(by=builder).secret)).content.decode()
        assert sorted(summaries(text)) == ["A round closes at 12:00", "Report on a spark is due"]
        assert f"DTSTART;VALUE=DATE:{NOW + timedelta(days=42):%Y%m%d}" in text

    def test_an_evaluator_has_an_empty_calendar(self, client, evaluator):
        assert summaries(client.get(url(make_calendar_address(by=evaluator).secret)).content.decode()) == []

    def test_only_a_digest_is_stored(self, builder):
        made = make_calendar_address(by=builder)
        assert made.secret not in str(CalendarAddress.objects.values())
        assert made.secret not in repr(made)
        assert len(made.secret) == 43

    def test_a_withdrawn_address_is_gone_and_an_unknown_one_not_found(self, client, builder):
        old = make_calendar_address(by=builder)
        new = make_calendar_address(by=builder)
        assert client.get(url(new.secret)).status_code == 200
        gone = client.get(url(old.secret))
        assert (gone.status_code, "was withdrawn" in gone.content.decode()) == (410, True)
        withdraw_calendar_address(by=builder)
        assert client.get(url(new.secret)).status_code == 410
        unknown = client.get(url("x" * 43))
        assert (unknown.status_code, "calendar address does not work" in unknown.content.decode()) == (404, True)

    def test_the_address_of_a_closed_account_is_gone(self, client, builder):
        made = make_calendar_address(by=builder)
        User.objects.filter(pk=builder.pk).update(is_active=False)
        assert client.get(url(made.secret)).status_code == 410

    def test_somebody_who_left_the_team_sees_nothing_of_it(self, client, team, builder):
        NextStepFactory(team=team, owner=builder)
        made = make_calendar_address(by=builder)
        builder.memberships.all().delete()
        assert summaries(client.get(url(made.secret)).content.decode()) == []

    def test_two_teams_and_thousands_of_steps(self, client, team, other_team, clock, monkeypatch):
        """What is to come is there before what is long overdue, and the calendar says that there is more."""
        monkeypatch.setattr(feeds, "MOST", 4)
        both = UserFactory(roles={team: [Role.BUILDER], other_team: [Role.MANAGER]})
        first = NextStepFactory(team=team, owner=both, due_on=date(2026, 1, 1))
        same = {field.attname: getattr(first, field.attname) for field in NextStep._meta.concrete_fields}
        del same["id"], same["uuid"], same["due_on"]
        NextStep.objects.bulk_create(
            NextStep(**same, due_on=date(2026, 1, 1) + timedelta(days=number % 100)) for number in range(5_000)
        )
        for day in (1, 2, 3):
            NextStepFactory(team=team, owner=both, due_on=date(2026, 6, day))
        NextStepFactory(team=other_team, owner=both, due_on=date(2026, 6, 4))
        text = client.get(url(make_calendar_address(by=both).secret)).content.decode()
        days = re.findall(r"DTSTART;VALUE=DATE:(\d+)", text)
        assert days == ["20260520", "20260410", "20260601", "20260602", "20260603", "20260604"]
        assert summaries(text)[0] == "Kith has more next steps than these"
        NextStep.objects.update(due_on=date(2026, 5, 20))

    def test_it_works_with_head_without_a_session_and_is_not_indexed(self, builder):
        made, client = make_calendar_address(by=builder), Client()
        client.force_login(UserFactory())
        with CaptureQueriesContext(connection) as asked:
            answer = client.head(url(made.secret))
        assert (answer.status_code, answer.content) == (200, b"")
        assert not [query for query in asked if "session" in query["sql"]]
        assert not answer.cookies
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "private, no-store"
        assert client.post(url(made.secret)).status_code == 405

    def test_more_than_one_request_a_minute_is_refused(self, client, builder, clock):
        made = make_calendar_address(by=builder)
        assert {client.get(url(made.secret)).status_code for _request in range(60)} == {200}
        refused = client.get(url(made.secret))
        assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
        clock.shift(timedelta(hours=1, seconds=1))
        assert client.get(url(made.secret)).status_code == 200
