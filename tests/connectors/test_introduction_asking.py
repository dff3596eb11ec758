"""Outcomes of introductions: asked for again later, answered with one tap; totals of routes and directions."""

import csv
import io
from datetime import timedelta
from itertools import cycle

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import AuditEntry
from communities.periods import quarter_of
from connectors.actions.introductions import answer, introduce
from connectors.models import Introduction, IntroductionOutcome, IntroductionSource
from connectors.queries.introduction_routes import by_direction, by_route
from connectors.queries.introductions import introductions_to_ask_about
from tests.factories.assets import AssetFactory
from tests.factories.communities import PartnerFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory, SaidNoFactory
from tests.markup import flat

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def today(clock):
    return timezone.localdate()


def test_a_new_introduction_is_asked_about_after_four_weeks(team, builder, today):
    ends = {"from_end": PersonFactory(team=team), "to_end": PersonFactory(team=team)}
    made = introduce(team=team, by=builder, introduced_on=today - timedelta(days=30), **ends)
    assert made.ask_again_on == today - timedelta(days=2)
    assert list(introductions_to_ask_about(builder, team)) == [made]


def test_residents_who_said_no_cannot_be_introduced(team, builder):
    rose, tom = PersonFactory(team=team), PersonFactory(team=team)
    SaidNoFactory(person=tom)
    with pytest.raises(ValidationError) as caught:
        introduce(team=team, by=builder, from_end=rose, to_end=tom)
    assert list(caught.value.message_dict) == ["to_end"]
    SaidNoFactory(person=tom, is_given=True, recorded_at=timezone.now() + timedelta(minutes=1))
    assert introduce(team=team, by=builder, from_end=rose, to_end=tom).pk


@pytest.mark.parametrize(
    ("said", "outcome", "again"),
    [("met", "met", None), ("together", "together", None), ("not_yet", "not_yet", 42), ("stop", "waiting", None)],
)
def test_every_answer_is_saved(team, builder, today, said, outcome, again):
    made = IntroductionFactory(
        team=team, introduced_by=builder, introduced_on=today - timedelta(days=28), outcome_note="Kind words"
    )
    done = answer(introduction=made, by=builder, answer=said)
    assert (done.outcome, done.outcome_note) == (outcome, "Kind words")
    assert done.ask_again_on == (today + timedelta(days=again) if again else None)
    answer(introduction=made, by=builder, answer=said)
    entries = AuditEntry.objects.filter(model="connectors.introduction").values_list("verb", flat=True)
    assert list(entries) == ["stop_asking" if said == "stop" else "record_outcome"]
    assert not introductions_to_ask_about(builder, team)


def test_an_unknown_answer_is_refused(team, builder):
    made = IntroductionFactory(team=team)
    with pytest.raises(ValidationError):
        answer(introduction=made, by=builder, answer="waiting")


def test_not_yet_is_asked_again_a_limited_number_of_times(team, builder, clock):
    made = IntroductionFactory(team=team, introduced_by=builder)
    clock.shift(timedelta(days=28))
    answer(introduction=made, by=builder, answer="not_yet")
    clock.shift(timedelta(days=41))
    assert not introductions_to_ask_about(builder, team)
    clock.shift(timedelta(days=1))
    assert list(introductions_to_ask_about(builder, team)) == [made]
    answer(introduction=made, by=builder, answer="stop")
    made.refresh_from_db()
    assert (made.outcome, made.ask_again_on) == ("not_yet", None)


def test_only_ones_own_introductions_are_asked_about(team, other_team, builder, manager, stranger, today):
    old, new = (
        IntroductionFactory(team=team, introduced_by=builder, introduced_on=today - timedelta(days=days))
        for days in (60, 28)
    )
    others = IntroductionFactory(team=team, introduced_by=manager, introduced_on=today - timedelta(days=40))
    IntroductionFactory(team=other_team, introduced_by=stranger, introduced_on=today - timedelta(days=40))
    assert list(introductions_to_ask_about(builder, team)) == [old, new]
    assert list(introductions_to_ask_about(builder, team, limit=None, everybodys=True)) == [old, others, new]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    team, builder, client_for, today, rows, django_assert_num_queries
):
    IntroductionFactory.create_batch(rows, team=team, introduced_by=builder, introduced_on=today - timedelta(days=30))
    client = client_for(builder)
    client.get("/introductions/asking/")
    with django_assert_num_queries(6):
        page = client.get("/introductions/asking/").content.decode()
    assert flat(page).count(">They met</button>") == rows


def test_answering_takes_one_tap_with_and_without_htmx(team, builder, client_for, today):
    made = IntroductionFactory(team=team, introduced_by=builder, introduced_on=today - timedelta(days=30))
    reply = client_for(builder).post(f"/introductions/{made.uuid}/answer/", {"answer": "not_yet"})
    assert reply.headers["Location"] == "/introductions/asking/"
    reply = client_for(builder).post(f"/introductions/{made.uuid}/answer/", {"answer": "stop"}, **HTMX).content.decode()
    assert "We will not ask again." in reply
    assert "<html" not in reply
    reply = client_for(builder).post(f"/introductions/{made.uuid}/answer/", {"answer": "other"}, follow=True)
    assert "Choose one of the answers" in reply.content.decode()
    made.refresh_from_db()
    assert (made.outcome, made.ask_again_on) == ("not_yet", None)


def test_an_introduction_that_worked_suggests_the_ask_it_met(team, builder, client_for, today):
    ask = AskFactory(team=team, words="a lift to choir", asked_on=today - timedelta(days=20))
    giver = PersonFactory(team=team)
    made = IntroductionFactory(team=team, introduced_by=builder, from_person=giver, to_person=ask.person)
    path, client = f"/asks/{ask.uuid}/met/?introduction={made.uuid}", client_for(builder)
    assert (
        "a lift to choir"
        not in client.post(f"/introductions/{made.uuid}/answer/", {"answer": "not_yet"}, **HTMX).content.decode()
    )
    reply = client.post(f"/introductions/{made.uuid}/answer/", {"answer": "met"}, **HTMX).content.decode()
    assert path in reply
    page = client.get(path).content.decode()
    assert f'value="person:{giver.uuid}"' in page
    client.post(path, {"by_end": f"person:{giver.uuid}", "met_on": today.isoformat()})
    ask.refresh_from_db()
    assert (ask.met_by, ask.met_by_person) == ("neighbour", giver)


def six_hundred(team, builder) -> list[Introduction]:
    """Create 600 introductions over every route, outcome and six directions."""
    rose, tom = PersonFactory(team=team), PersonFactory(team=team)
    green, surgery = AssetFactory(team=team), PartnerFactory(team=team)
    ends = cycle([
        {"from_person": rose, "to_person": tom}, {"from_person": rose, "to_asset": green},
        {"from_person": rose, "to_partner": surgery}, {"from_partner": surgery, "to_person": tom},
        {"from_asset": green, "to_person": tom}, {"from_asset": green, "to_partner": surgery},
        {"from_partner": surgery, "to_asset": green},
    ])  # fmt: skip
    sources, outcomes, day = cycle(IntroductionSource.values), cycle(IntroductionOutcome.values), timezone.localdate()
    rows = [
        Introduction(
            team=team, introduced_by=builder, source=source, outcome=outcome, introduced_on=day,
            outcome_on=None if outcome == "waiting" else day, **end,
        )
        for _number, source, outcome, end in zip(range(600), sources, outcomes, ends, strict=False)
    ]  # fmt: skip
    return Introduction.objects.bulk_create(rows)


def test_counts_by_route_add_up_to_the_total(team, other_team, builder, evaluator, today):
    six_hundred(team, builder)
    IntroductionFactory(team=other_team)
    for table, lines in ((by_route, 11), (by_direction, 7)):
        rows = table(evaluator, team, None)
        assert len(rows) == lines + 1
        assert rows[-1].total == 600
        assert sum(line.total for line in rows[:-1]) == 600
        assert [sum(column) for column in zip(*(line.numbers for line in rows[:-1]), strict=True)] == [150] * 4
    assert by_direction(evaluator, team, quarter_of(today - timedelta(days=100)))[-1].total == 0


def test_the_routes_page_and_its_file_agree(team, builder, evaluator, client_for, today):
    six_hundred(team, builder)
    page = client_for(builder).get("/introductions/routes/").content.decode()
    assert "All time: 600 introductions" in page
    assert "?source=police" in page
    reply = client_for(builder).get("/introductions/routes/?format=csv&period=" + quarter_of(today).key)
    rows = list(csv.reader(io.StringIO(reply.getvalue().decode("utf-8-sig"))))
    assert len(rows) == 1 + 12 + 8
    assert [row[-1] for row in rows if row[1] == "All of them"] == ["600", "600"]
    assert ["Who was introduced to whom", "A resident to a resident"] in [row[:2] for row in rows]


def test_who_may_only_count_is_led_to_the_releases(team, builder, evaluator, client_for, today):
    six_hundred(team, builder)
    page = client_for(evaluator).get("/introductions/routes/?format=csv").content.decode()
    assert "600" not in page
    assert "/indicators/releases/" in page


def test_residents_of_a_conversation_are_introduced_with_two_taps(team, builder, client_for, today):
    rose, tom, amina = (PersonFactory(team=team) for _number in range(3))
    talk = ConversationFactory(team=team, builder=builder, people=[rose, tom, amina], place_name="Library")
    IntroductionFactory(team=team, from_person=tom, to_person=amina)
    client = client_for(builder)
    assert f"/conversations/{talk.uuid}/introduce/" in client.get(f"/conversations/{talk.uuid}/").content.decode()
    page = client.get(f"/conversations/{talk.uuid}/introduce/").content.decode()
    assert page.count(">Introduce ") + page.count("Introduce R") >= 2
    values = {"from_end": f"person:{rose.uuid}", "to_end": f"person:{tom.uuid}", "source": "builder", "reason": "",
              "introduced_on": today.isoformat(), "conversation": str(talk.uuid)}  # fmt: skip
    client.post("/introductions/new/", values)
    made = Introduction.objects.get(from_person=rose)
    assert (made.to_person, made.conversation) == (tom, talk)
    assert f'value="person:{rose.uuid}"' in client.get(f"/conversations/{talk.uuid}/introduce/").content.decode()
