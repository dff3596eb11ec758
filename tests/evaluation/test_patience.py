"""The view of a team's first two years: what was expected beforehand, conversations first in quiet months, and no red."""

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from communities.models import Team, User
from evaluation import actions
from evaluation.models import Expectation, Span
from evaluation.reports.patience import stretches_of
from tests.factories.assets import AssetFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import ExpectationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/patience/"
RED = re.compile(r"danger|error|notice--warning|notice--bad|badge--bad")


@pytest.fixture
def quiet_team(team: Team, builder: User) -> Team:
    """Return a team that has talked with people for seven months, and nothing else yet: November 2025 to May 2026."""
    for month, number in zip((11, 12, 1, 2, 3, 4, 5), (3, 2, 4, 1, 5, 2, 6), strict=True):
        day = date(2025 if month > 10 else 2026, month, 10)
        ConversationFactory.create_batch(number, team=team, builder=builder, held_on=day, summary="We drank tea.")
    return team


def test_in_seven_quiet_months_conversations_lead(quiet_team: Team, builder: User) -> None:
    first, second, third = stretches_of(builder, quiet_team, only_closed=False)
    assert [number for _name, number in first.months] == [3, 2, 4, 1, 5, 2, 6]
    assert [(quarter.name, quarter.is_quiet) for quarter in first.quarters] == [
        ("Oct–Dec 2025", True),
        ("Jan–Mar 2026", True),
        ("Apr–Jun 2026 so far", True),
    ]
    leads = [[(fact.name, fact.words) for fact in quarter.leads] for quarter in first.quarters]
    assert leads == [[("Conversations held", "5")], [("Conversations held", "10")], [("Conversations held", "8")]]
    assert [quarter.follows for quarter in first.quarters] == [[], [], []]
    assert (second.months, second.quarters, third.months) == ([], [], [])
    assert [str(stretch.starts_on) for stretch in (first, second, third)] == ["2025-11-01", "2026-06-01", "2026-12-01"]


@pytest.mark.parametrize("who", ["builder", "manager", "evaluator"])
def test_in_seven_quiet_months_nothing_is_red(quiet_team: Team, who: str, request, client_for) -> None:
    page = client_for(request.getfixturevalue(who)).get(PAGE).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert RED.findall(main) == []
    assert main.count("building trust") == 3
    assert main.index("Conversations by month") < main.index("Conversations held")


def test_once_people_act_that_leads_and_listening_follows(quiet_team: Team, builder: User) -> None:
    AssetFactory(team=quiet_team, kind="association", formed_on=date(2026, 2, 3))
    quarter = stretches_of(builder, quiet_team, only_closed=False)[0].quarters[1]
    assert not quarter.is_quiet
    assert [fact.name for fact in quarter.leads] == ["Groups formed around an interest"]
    assert [fact.name for fact in quarter.follows] == ["Conversations held"]


def test_people_are_hidden_as_everywhere(quiet_team: Team, builder: User, evaluator: User) -> None:
    introduced = [PersonFactory(team=quiet_team, first_met_on=date(2026, 5, 1)) for _ in range(2)]
    IntroductionFactory(
        team=quiet_team, from_person=introduced[0], to_person=introduced[1], introduced_on=date(2026, 5, 2)
    )
    shown = stretches_of(builder, quiet_team, only_closed=False)[0].quarters[2]
    assert [(fact.name, fact.words) for fact in shown.leads][0] == ("Introductions made", "hidden")
    kept = stretches_of(evaluator, quiet_team, only_closed=True)[0].quarters[2]
    assert (kept.is_quiet, [fact.name for fact in kept.leads]) == (True, ["Conversations held"])


def test_before_the_first_conversation_only_what_is_expected_stands_there(team: Team, builder: User) -> None:
    ExpectationFactory(team=team)
    first, *_rest = stretches_of(builder, team, only_closed=False)
    assert (first.starts_on, first.months, first.quarters) == (None, [], [])
    assert [each.is_beforehand for each in first.written] == [True]


# Writing


def test_a_change_is_a_new_version_with_its_day_and_author(
    quiet_team: Team, manager: User, evaluator: User, client_for, clock
) -> None:
    client_for(manager).post(PAGE, {"span": Span.SECOND, "words": "Neighbours meet without us."})
    clock.move_to("2026-07-01 12:00")
    client_for(evaluator).post(PAGE, {"span": Span.SECOND, "words": "Neighbours meet, now and then."})
    rows = Expectation.objects.order_by("version").values_list("version", "words", "written_by")
    assert list(rows) == [
        (1, "Neighbours meet without us.", manager.pk),
        (2, "Neighbours meet, now and then.", evaluator.pk),
    ]
    written = stretches_of(manager, quiet_team, only_closed=False)[1].written
    assert [(each.expectation.version, each.is_beforehand) for each in written] == [(2, False), (1, True)]
    page = client_for(manager).get(PAGE).content.decode()
    assert "before these months began." in page
    assert "after these months had begun." in page


@pytest.mark.parametrize(
    ("span", "words"), [("0-6", " \u200b"), ("0-5", "We listen."), ("0-6", "We listen, and we are seen in the street.")]
)
def test_nothing_an_unknown_stretch_and_the_same_again_are_refused(
    team: Team, manager: User, span: str, words: str
) -> None:
    ExpectationFactory(team=team)
    with pytest.raises(ValidationError):
        actions.write_expectation(by=manager, team=team, span=span, words=words)
    assert Expectation.objects.count() == 1


def test_a_stranger_writes_nothing(team: Team, stranger: User) -> None:
    with pytest.raises(PermissionDenied):
        actions.write_expectation(by=stranger, team=team, span="0-6", words="We listen.")


def test_another_teams_expectations_are_not_shown(team: Team, manager: User, client_for) -> None:
    ExpectationFactory(words="Somewhere else.")
    assert "Somewhere else." not in client_for(manager).get(reverse("evaluation:patience")).content.decode()


def test_quarters_of_months_that_are_over_are_folded(quiet_team: Team, builder, manager, client_for) -> None:
    assert not any(stretch.is_over for stretch in stretches_of(manager, quiet_team, only_closed=False))
    ConversationFactory(team=quiet_team, builder=builder, held_on=date(2025, 3, 10))
    stretches = stretches_of(manager, quiet_team, only_closed=False)
    assert [stretch.is_over for stretch in stretches] == [True, True, False]
    page = client_for(manager).get(PAGE).content.decode()
    assert page.count("Quarter by quarter") == 2
