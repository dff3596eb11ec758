"""Asks: added once, met or closed; what is refused, and what is audited."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import AuditEntry
from communities.periods import last, quarter_of
from connectors.actions.asks import close_ask, create_ask, meet_ask, reopen_ask, update_ask
from connectors.models import Ask, Theme
from connectors.queries import asks as queries
from connectors.rules.asks import Share
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_asks import AskFactory

pytestmark = pytest.mark.django_db


def refused(act, **values) -> dict:
    with pytest.raises(ValidationError) as caught:
        act(**values)
    return getattr(caught.value, "message_dict", {None: caught.value.messages})


def verbs() -> list[tuple[str, list[str]]]:
    return list(AuditEntry.objects.filter(model="connectors.ask").order_by("pk").values_list("verb", "field_names"))


def test_an_ask_has_the_resident_and_their_neighbourhood(team, builder):
    rose = PersonFactory(team=team, placed=True)
    ask = create_ask(team=team, by=builder, words="  somebody to   walk the dog with ", person=rose, theme="Dogs")
    assert (ask.words, ask.theme.name, ask.neighbourhood, ask.is_open) == (
        "somebody to walk the dog with", "Dogs", rose.neighbourhood, True,
    )  # fmt: skip
    assert verbs() == [("create", ["neighbourhood", "person", "theme", "words"])]


def test_an_ask_without_a_resident_has_the_neighbourhood_where_it_was_heard(team, builder):
    talk = ConversationFactory(team=team, placed=True)
    assert create_ask(team=team, by=builder, words="a bench", conversation=talk).neighbourhood == talk.neighbourhood


def test_sending_twice_adds_one_and_different_text_is_refused(team, builder):
    number = uuid4()
    one = create_ask(team=team, by=builder, words="a bench", uuid=number)
    assert create_ask(team=team, by=builder, words="a bench", uuid=number) == one
    assert (
        "This page was already saved with different text"
        in refused(create_ask, team=team, by=builder, words="a tree", uuid=number)[None][0]
    )
    assert Ask.objects.count() == 1


def test_a_theme_is_reused_ignoring_case(team, builder):
    food = ThemeFactory(team=team, name="Growing food")
    assert create_ask(team=team, by=builder, words="seeds", theme="growing FOOD").theme == food
    assert Theme.objects.count() == 1


def test_invalid_asks_are_refused(team, other_team, builder):
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert "words" in refused(create_ask, team=team, by=builder, words=" ")
    assert "words" in refused(create_ask, team=team, by=builder, words="x" * 251)
    assert "asked_on" in refused(create_ask, team=team, by=builder, words="a bench", asked_on=tomorrow)
    for name, value in {
        "person": PersonFactory(team=other_team),
        "neighbourhood": NeighbourhoodFactory(team=other_team),
        "conversation": ConversationFactory(team=other_team),
        "theme": ThemeFactory(team=other_team),
    }.items():
        assert list(refused(create_ask, team=team, by=builder, words="a bench", **{name: value})) == [name]
    assert not Ask.objects.exists()


def test_changing_writes_what_changed(team, builder):
    ask = AskFactory(team=team, words="a bench")
    update_ask(ask=ask, by=builder, words="a bench by the brook", person=ask.person)
    update_ask(ask=ask, by=builder, words="a bench by the brook")
    ask.refresh_from_db()
    assert ask.words == "a bench by the brook"
    assert verbs() == [("update", ["words"])]


@pytest.mark.parametrize(
    ("make", "kind", "field"),
    [(PersonFactory, "neighbour", "person"), (AssetFactory, "group", "asset"), (PartnerFactory, "service", "partner")],
)
def test_the_kind_of_who_met_it_is_derived(team, builder, make, kind, field):
    whom = make(team=team)
    ask = meet_ask(ask=AskFactory(team=team), by=builder, by_end=whom)
    assert (ask.met_by, ask.met_on, getattr(ask, f"met_by_{field}")) == (kind, timezone.localdate(), whom)
    assert verbs() == [("meet", sorted(["met_by", f"met_by_{field}", "met_on"]))]
    meet_ask(ask=ask, by=builder, by_end=whom)
    assert len(verbs()) == 1


def test_who_met_it_can_be_corrected_and_cleared(team, builder):
    ask = meet_ask(ask=AskFactory(team=team), by=builder, by_end=PersonFactory(team=team))
    ask = meet_ask(ask=ask, by=builder, met_by="service")
    assert (ask.met_by, ask.met_by_person) == ("service", None)
    ask = reopen_ask(ask=ask, by=builder)
    assert (ask.is_open, ask.met_by, ask.met_on) == (True, "", None)
    assert [verb for verb, _names in verbs()] == ["meet", "meet", "reopen"]


def test_invalid_meetings_are_refused(team, other_team, builder):
    ask = AskFactory(team=team, asked_on=timezone.localdate() - timedelta(days=3))
    day = timezone.localdate()
    assert "met_by" in refused(meet_ask, ask=ask, by=builder)
    assert "met_by" in refused(meet_ask, ask=ask, by=builder, met_by="angel")
    assert "met_by" in refused(meet_ask, ask=ask, by=builder, met_by="service", by_end=PersonFactory(team=team))
    assert "by_end" in refused(meet_ask, ask=ask, by=builder, by_end=PersonFactory(team=other_team))
    assert "by_end" in refused(meet_ask, ask=ask, by=builder, by_end=ask.person)
    assert "met_on" in refused(meet_ask, ask=ask, by=builder, met_by="group", met_on=day + timedelta(days=1))
    assert "met_on" in refused(meet_ask, ask=ask, by=builder, met_by="group", met_on=day - timedelta(days=4))
    ask.refresh_from_db()
    assert ask.is_open
    assert verbs() == []


def test_closing_an_ask_and_a_met_ask_stays_met(team, builder):
    ask = close_ask(ask=AskFactory(team=team), by=builder)
    assert ask.closed_on == timezone.localdate()
    close_ask(ask=ask, by=builder)
    ask = meet_ask(ask=ask, by=builder, met_by="neighbour")
    assert (ask.closed_on, ask.met_by) == (None, "neighbour")
    assert "already been met" in refused(close_ask, ask=ask, by=builder)[None][0]
    assert [verb for verb, _names in verbs()] == ["close_ask", "meet"]


def test_shares_add_up_and_small_numbers_are_hidden(team, evaluator, other_team, clock):
    team.small_number_threshold = 5
    here, there = NeighbourhoodFactory(team=team, name="Here"), NeighbourhoodFactory(team=team, name="There")
    for place, kinds in ((here, "nnnnss"), (there, "ng"), (None, "s")):
        for kind in kinds:
            met_by = {"n": "neighbour", "g": "group", "s": "service"}[kind]
            AskFactory(team=team, neighbourhood=place, met=True, met_by=met_by)
    AskFactory(team=team, neighbourhood=here)
    AskFactory(team=team, neighbourhood=here, closed=True)
    AskFactory(team=other_team, met=True)
    today = timezone.localdate()
    before = AskFactory(team=team, met=True, asked_on=today - timedelta(days=90), met_on=today - timedelta(days=80))
    rows = queries.shares(evaluator, team, quarter_of(today))
    assert rows == [("", Share(9, 5, 5)), ("Here", Share(6, 4, 5)), ("There", Share(2, 1, 5)), (None, Share(1, 0, 5))]
    assert [share.percent for _name, share in rows] == [Decimal("55.6"), Decimal("66.7"), None, None]
    assert sum(share.met for _name, share in rows[1:]) == rows[0][1].met
    assert queries.counts_by_who_met(evaluator, team, quarter_of(today)) == {"neighbour": 5, "group": 1, "service": 3}
    trend = queries.trend(evaluator, team, last(3, until=today))
    assert [(period == quarter_of(before.met_on), share.met) for period, share in trend] == [
        (False, 0),
        (True, 1),
        (False, 9),
    ]


def test_a_share_of_zero_is_unknown():
    assert Share(0, 0, 1).percent is None
    assert Share(4, 0, 4).percent == Decimal("0.0")
