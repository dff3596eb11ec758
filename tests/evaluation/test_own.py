"""A team's own outcomes and indicators: defined without code, counted, hidden, released and exported like those that ship."""

import csv
import io
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse

from assets.models import LedBy
from communities import disclosure
from communities.actions.undo import undo
from communities.apps import KithConfig
from communities.freshness import Counted
from communities.models import Team, Undoable, User
from communities.periods import last, quarter_of, quarters_in, year_of
from connectors.actions.themes import delete_theme
from connectors.models import Conversation, Theme
from evaluation import actions, reports
from evaluation.framework import SHIPPED
from evaluation.framework.declaring import midnight
from evaluation.framework.own import SOURCE_BY_KEY, SOURCES, catalogue_of
from evaluation.models import Form, Indicator, IndicatorKind, Measurement, Outcome, Release
from evaluation.queries import TEAM, cells_of, counted_rows
from evaluation.releases.package import write_package
from evaluation.reports.preview import preview
from evaluation.rules import OwnValues
from sparks.models import Fund, FundKind, Round
from tests.evaluation.worlds import count_all
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory, ThemeFactory
from tests.factories.evaluation import StoryFactory, release
from tests.factories.sparks import FundFactory, SparkFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Q1, Q2 = last(2, until=date(2026, 5, 20))
LAST_YEAR = year_of(date(2025, 5, 1))


def values_of(counted_from: str = "groups", **more: object) -> OwnValues:
    """Return values of an indicator under an outcome that ships with Kith."""
    given: dict = {
        "name": "Choirs led by neighbours",
        "question": "Do neighbours lead?",
        "definition": "What we call a choir.",
        "unit": "groups",
        "outcomes": ["good-friends"],
        "counted_from": counted_from,
    }
    return OwnValues(**given | more)


def own(team: Team, by: User, counted_from: str = "groups", **more: object) -> Indicator:
    """Define an indicator of the team's own."""
    return actions.create_indicator(by=by, team=team, values=values_of(counted_from, **more))


def value(team: Team, key: str, period=Q2, place: str = TEAM, **options: object):
    """Return what a report shows: a number, None, or "hidden"."""
    figure = reports.build(team, [period], **options).figure(period, key, place)
    return "hidden" if figure.is_hidden else figure.value


def groups(team: Team, led_by: str, number: int, **more: object) -> None:
    """Add groups that were formed in the second quarter."""
    AssetFactory.create_batch(number, team=team, kind="association", led_by=led_by, formed_on=Q2.start, **more)


# Defining


def test_an_indicator_made_on_the_page_stands_where_the_shipped_ones_do(
    team: Team, evaluator: User, client_for
) -> None:
    groups(team, LedBy.RESIDENTS, 3)
    groups(team, LedBy.ORGANISATION, 2)
    client = client_for(evaluator)
    client.post(reverse("evaluation:outcome-create"), {"name": "Streets sing", "description": "In every street."})
    outcome = Outcome.objects.get(team=team)
    address = reverse("evaluation:own-create", args=["groups"])
    sent = {
        "name": "Choirs led by neighbours", "question": "Do neighbours lead?", "definition": "What we call a choir.",
        "outcomes": [outcome.pk], "form": "number", "condition-led_by": ["residents"],
    }  # fmt: skip
    shown = client.post(address, sent | {"preview": "1"})
    assert [words for _name, words in shown.context["preview"].figures] == ["0"] * 5
    assert not Indicator.objects.filter(team=team).exists()
    saved = client.post(address, sent)
    made = Indicator.objects.get(team=team)
    assert (made.key, made.version, saved.url) == ("own-choirs-led-by-neighbours", 1, f"/indicators/{made.key}/")
    assert made.counted_words == "Groups formed; led by: Residents."
    table = client.get(reverse("evaluation:indicator-list")).content.decode()
    assert "Streets sing" in table
    assert "Choirs led by neighbours" in table
    page = client.get(saved.url).content.decode()
    assert "What we call a choir. Groups formed; led by: Residents." in page
    lines = b"".join(client.get("/indicators/export/csv/").streaming_content).decode().removeprefix("\ufeff")
    rows = [row for row in csv.DictReader(io.StringIO(lines)) if row["indicator"] == made.name]
    assert {row["outcome"] for row in rows} == {"Streets sing"}
    assert [row["value"] for row in rows if row["period_start"] == str(Q2.start)][-1] == "3"
    dictionary = b"".join(client.get("/indicators/data-dictionary/?format=csv").streaming_content).decode()
    assert "Choirs led by neighbours" in dictionary


def test_the_rows_and_stories_behind_it_are_those_it_counts(
    team: Team, builder: User, manager: User, client_for
) -> None:
    groups(team, LedBy.RESIDENTS, 1, name="The Kettle Choir")
    groups(team, LedBy.ORGANISATION, 1, name="The Band")
    key = own(team, manager, conditions={"led_by": ["residents"]}).key
    StoryFactory(team=team, published=True, indicators=[key], title="They sang", happened_on=Q2.start)
    page = client_for(builder).get(f"/indicators/{key}/").content.decode()
    rows = page[page.index('id="rows"') :]
    assert ("The Kettle Choir" in rows, "The Band" in rows, "They sang" in page) == (True, False, True)
    assert reports.build(team, [Q2]).figure(Q2, key, TEAM).stories == 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.key)
def test_every_source_counts_live_as_a_release_does(team: Team, manager: User, builder: User, source) -> None:
    theme = ThemeFactory(team=team)
    people = PersonFactory.create_batch(6, team=team, first_met_on=Q1.start)
    for person in people:
        person.themes.add(theme)
        talk = ConversationFactory(team=team, builder=builder, people=[person], held_on=Q1.start, idea="A bench")
        talk.themes.add(theme)
        GiftFactory(person=person, heard_on=Q1.start, theme=theme)
    AssetFactory(team=team, kind="association", led_by="residents", formed_on=Q1.start)
    own(team, manager, source.key, form=source.form)
    for condition in source.conditions:
        choices = condition.choices(team)
        conditions = {condition.key: [choices[0][0]]} if choices else {}
        own(team, manager, source.key, form=source.form, name=f"By {condition.key}", conditions=conditions)
    catalogue = catalogue_of(team)
    assert count_all(team, [Q1], catalogue)[Q1] == cells_of(counted_rows(team, Q1, catalogue), catalogue)


def test_a_theme_that_is_added_or_taken_away_is_counted_again(team: Team, manager: User) -> None:
    theme = ThemeFactory(team=team)
    talked(team, 10)
    keys = [
        own(team, manager, source, name=source, form=form, conditions={"theme": [str(theme.pk)]}).key
        for source, form in (("talks", Form.NUMBER), ("met", Form.PEOPLE), ("first", Form.PEOPLE))
    ]
    assert [value(team, key) for key in keys] == [0, 0, 0]
    talks = list(Conversation.objects.filter(team=team)[:5])
    for talk in talks:
        talk.themes.add(theme)
        talk.people.get().themes.add(theme)
    assert [value(team, key) for key in keys] == [5, 5, 5]
    talks[0].themes.remove(theme)
    assert [value(team, key) for key in keys] == ["hidden", "hidden", 5]


@pytest.mark.parametrize("source", ["sparks", "awards"])
def test_a_fund_of_another_kind_is_counted_again(team: Team, manager: User, source: str) -> None:
    """Also a round that moves to another fund: neither writes to a spark."""
    spark = SparkFactory(round__team=team, status="approved", award_gbp=Decimal(50), decided_at=midnight(Q2.start))
    fund, kind = spark.round.fund, spark.round.fund.kind
    other = FundFactory(team=team, kind=next(each for each in FundKind.values if each != kind))
    form = SOURCE_BY_KEY[source].form
    key = own(team, manager, source, form=form, unit="pounds", conditions={"fund": [kind]}).key
    before = value(team, key)
    assert before > 0
    Fund.objects.filter(pk=fund.pk).update(kind=other.kind)
    assert value(team, key) == 0
    Fund.objects.filter(pk=fund.pk).update(kind=kind)
    assert value(team, key) == before
    Round.objects.filter(pk=spark.round_id).update(fund=other)
    assert value(team, key) == 0


def test_a_deleted_theme_is_said_until_it_is_back(team: Team, manager: User, client_for) -> None:
    theme = ThemeFactory(team=team, name="Bread")
    key = own(team, manager, "talks", conditions={"theme": [str(theme.pk)]}).key
    client, words = client_for(manager), "has been deleted since (Theme)"
    pages = (f"/indicators/{key}/", f"/indicators/own/{key}/edit/")
    assert not [page for page in pages if words in client.get(page).content.decode()]
    delete_theme(theme=theme, by=manager)
    assert [page for page in pages if words in client.get(page).content.decode()] == list(pages)
    sent = {"name": "Bread", "question": "Why?", "definition": "Bread.", "outcomes": [], "preview": "1"}
    assert words in client.post(pages[1], sent).content.decode()
    assert undo(by=manager, undoable=Undoable.objects.get())
    assert Theme.objects.get(pk=theme.pk).name == "Bread"
    assert not [page for page in pages if words in client.get(page).content.decode()]


def test_a_neighbourhood_reads_that_a_part_of_people_is_for_the_whole_team(
    team: Team, manager: User, evaluator: User, client_for
) -> None:
    place = NeighbourhoodFactory(team=team)
    key = own(team, manager, "talks").key
    for user in (manager, evaluator):
        page = client_for(user).get(f"/indicators/{key}/?place={place.pk}").content.decode()
        assert "whole team only" in page
        assert f"/indicators/{key}/?place=team" in page
        assert "whole team only" in client_for(user).get(f"/indicators/?place={place.pk}").content.decode()


def test_every_mark_that_a_condition_reads_is_set(team: Team) -> None:
    configs = [each for each in apps.get_app_configs() if isinstance(each, KithConfig)]
    counted = [each for config in configs for each in config.database_objects() if isinstance(each, Counted)]
    marked = {part.name for each in counted for part in each.all_parts}
    assert {name for source in SOURCES for each in source.conditions for name in each.reads} <= marked


def test_what_is_recorded_and_surveyed_has_its_place(team: Team, manager: User, client_for) -> None:
    place = NeighbourhoodFactory(team=team)
    asked = own(team, manager, "", kind=IndicatorKind.SURVEYED, form=Form.SHARE, name="Feel at home")
    assert asked.unit == "per cent"
    client = client_for(manager)
    answer = client.post(
        f"/indicators/{asked.key}/measurements/new/",
        {"period": Q1.key, "neighbourhood": place.pk, "value": "62", "note": "Forty doors, in March."},
    )
    assert answer.status_code == 302
    assert Measurement.objects.get().indicator == asked
    assert value(team, asked.key, Q1, str(place.pk)) == 62
    assert "Asked of people" in client.get(f"/indicators/{asked.key}/").content.decode()


def test_a_definition_that_divides_by_nothing_is_unknown(team: Team, manager: User, client_for) -> None:
    key = own(team, manager, form=Form.SHARE, conditions={"led_by": ["residents"]}).key
    assert value(team, key) is None
    page = client_for(manager).get(f"/indicators/{key}/").content.decode()
    assert '<p class="headline__value">\n    –' in page
    groups(team, LedBy.RESIDENTS, 1)
    groups(team, LedBy.ORGANISATION, 2)
    assert value(team, key) == Decimal("33.3")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"counted_from": "people; DROP TABLE"}, "counted_from"),
        ({"conditions": {"led_by": ["1=1"]}}, "conditions"),
        ({"conditions": {"known_as": ["Rose"]}}, "conditions"),
        ({"outcomes": []}, "outcomes"),
        ({"name": " "}, "name"),
        ({"name": "Gifts heard"}, "name"),
        ({"counted_from": "talks", "form": Form.SHARE}, "form"),
        ({"counted_from": "map", "form": Form.SHARE}, "form"),
    ],
)
def test_what_is_not_on_the_lists_is_refused(team: Team, manager: User, values: dict, field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        own(team, manager, **values)
    assert field in refused.value.message_dict
    assert not Indicator.objects.filter(team=team).exists()


def test_another_teams_outcome_theme_and_indicator_are_not_there(
    team: Team, other_team: Team, manager: User, stranger: User, client_for
) -> None:
    theirs = actions.create_outcome(by=stranger, team=other_team, name="Theirs", description="")
    own(other_team, stranger, outcomes=[theirs.key], name="Xanadu")
    for more in (
        {"outcomes": [theirs.key]},
        {"counted_from": "talks", "conditions": {"theme": [str(ThemeFactory(team=other_team).pk)]}},
    ):
        with pytest.raises(ValidationError):
            own(team, manager, **more)
    client = client_for(manager)
    for address in ("/indicators/", "/indicators/own/", "/stories/", "/indicators/data-dictionary/"):
        assert "Xanadu" not in client.get(address).content.decode()
    assert client.get("/indicators/own-xanadu/").status_code == 404
    assert catalogue_of(team) is SHIPPED


def test_a_builder_defines_nothing(team: Team, builder: User) -> None:
    with pytest.raises(PermissionDenied):
        own(team, builder)


# Versions


def test_other_words_change_it_and_another_condition_is_version_two(
    team: Team, manager: User, evaluator: User, client_for, clock
) -> None:
    groups(team, LedBy.RESIDENTS, 3)
    groups(team, LedBy.ORGANISATION, 2)
    first = own(team, manager, conditions={"led_by": ["residents"]})
    same = actions.change_indicator(
        by=evaluator, indicator=first, values=values_of(name="Choirs", conditions={"led_by": ["residents"]})
    )
    assert (same.pk, same.name, same.version) == (first.pk, "Choirs", 1)
    clock.move_to("2026-08-10 12:00")
    second = actions.change_indicator(by=evaluator, indicator=same, values=values_of(name="Choirs"))
    first.refresh_from_db()
    assert (second.version, second.follows, first.ended_on) == (2, first, date(2026, 8, 10))
    assert (second.key, first.key) == ("own-choirs", "own-choirs-led-by-neighbours")
    assert (value(team, second.key), value(team, first.key)) == (5, 3)
    later = quarter_of(date(2026, 11, 1))
    clock.move_to("2026-11-01 12:00")
    assert (value(team, second.key, later), value(team, first.key, later)) == (0, None)
    client = client_for(evaluator)
    page = client.get(f"/indicators/{second.key}/")
    marks = [change for column in page.context["chart"].columns for change in column.changes]
    assert [(change.words, change.on, change.x) for change in marks] == [
        ("version 2 begins", date(2026, 8, 10), "43.5")
    ]
    assert f"/indicators/{first.key}/" in page.content.decode()
    table = client.get("/indicators/").content.decode()
    assert table.count("own-choirs/") > 0
    assert f"/indicators/{first.key}/" not in table


def test_both_versions_have_a_figure_in_what_is_closed_while_both_are_defined(team: Team, manager: User, clock) -> None:
    quarters = quarters_in(year_of(Q1.start))
    first = own(team, manager)
    clock.move_to("2026-06-01 12:00")
    second = actions.change_indicator(
        by=manager, indicator=first, values=values_of(conditions={"led_by": ["residents"]})
    )
    release(team, *quarters)
    content = Release.objects.get(team=team, period_start=quarters[0].start, period_end=quarters[-1].end).document
    shown = {(key, place): status for key, place, status, *_rest in content["values"]}
    assert (shown[first.key, TEAM], shown[second.key, TEAM]) == ("shown", "shown")


def test_ending_one_is_undone_and_the_name_is_free_again(team: Team, manager: User, client_for) -> None:
    made = own(team, manager)
    client = client_for(manager)
    client.post(f"/indicators/own/{made.key}/end/")
    made.refresh_from_db()
    assert made.ended_on == date(2026, 5, 20)
    assert own(team, manager).key == "own-choirs-led-by-neighbours-2"


# The gate


def talked(team: Team, number: int, theme=None, day=Q2.start) -> None:
    """Add residents who were met, some of whom talked of something."""
    for _ in range(number):
        talk = ConversationFactory(team=team, held_on=day, people=[PersonFactory(team=team, first_met_on=day)])
        if theme:
            talk.themes.add(theme)


@pytest.mark.parametrize(
    ("some", "others", "shown"), [(5, 5, 5), (4, 6, "hidden"), (6, 4, "hidden"), (0, 5, 0), (5, 0, 5), (1, 0, "hidden")]
)
def test_a_part_of_the_residents_is_shown_if_the_rest_is_not_few(
    team: Team, manager: User, some: int, others: int, shown: object
) -> None:
    theme = ThemeFactory(team=team)
    talked(team, some, theme)
    talked(team, others)
    key = own(team, manager, "met", form=Form.PEOPLE, conditions={"theme": [str(theme.pk)]}).key
    assert value(team, key) == shown
    assert value(team, key, place="none") == "hidden"


def test_two_parts_that_differ_by_few_are_not_both_shown(team: Team, manager: User) -> None:
    one, two = ThemeFactory.create_batch(2, team=team)
    talked(team, 8, one)
    talked(team, 1, two)
    talked(team, 8)
    first = own(team, manager, "talks", name="One", conditions={"theme": [str(one.pk)]}).key
    both = own(team, manager, "talks", name="Both", conditions={"theme": [str(one.pk), str(two.pk)]}).key
    assert (value(team, first), value(team, both)) == (8, "hidden")


def test_an_evaluator_sees_a_part_once_its_quarter_is_released(
    team: Team, manager: User, evaluator: User, client_for
) -> None:
    theme = ThemeFactory(team=team)
    talked(team, 6, theme, Q1.start)
    talked(team, 7, None, Q1.start)
    release(team, Q1)
    late = own(team, manager, "talks", conditions={"theme": [str(theme.pk)]}).key
    assert (value(team, late, Q1, only_closed=True), value(team, late, Q2, only_closed=True)) == (None, "hidden")
    talked(team, 6, theme)
    talked(team, 7)
    release(team, Q2)
    assert value(team, late, Q2, only_closed=True) == 6
    page = client_for(evaluator).get(f"/indicators/{late}/?period={Q2.key}").content.decode()
    assert page.count("Conversation ") >= 6


def test_a_preview_shows_an_evaluator_no_people_and_a_manager_what_the_gate_shows(
    team: Team, manager: User, evaluator: User
) -> None:
    theme = ThemeFactory(team=team)
    days = [quarter.start for quarter in quarters_in(LAST_YEAR)]
    talked(team, 6, theme, days[0])
    talked(team, 5, None, days[0])
    talked(team, 2, theme, days[1])
    values = values_of("met", form=Form.PEOPLE, conditions={"theme": [str(theme.pk)]})
    assert preview(team, values, only_closed=True).is_awaited
    shown = preview(team, values, only_closed=False)
    assert [words for _name, words in shown.figures] == ["6", "hidden", "0", "0", "hidden"]


@pytest.mark.parametrize("threshold", [5, 6])
def test_parts_that_are_shown_leave_nothing_small_and_hidden_ones_four_values(threshold: int) -> None:
    """Try every small count that two parts divide, as a reader who knows the rule and every shown number."""
    seen: dict[tuple, list[tuple[int, int]]] = {}
    most = 2 * threshold + 3
    for a in range(most):
        for b in range(most):
            for total in range(max(a, b), most):
                for both in range(max(0, a + b - total), min(a, b) + 1):
                    divided = {"11": both, "10": a - both, "01": b - both, "00": total - a - b + both}
                    shown = disclosure.parts_shown(divided, 2, 0, threshold)
                    public = (total, a if 0 in shown else None, b if 1 in shown else None)
                    seen.setdefault(public, []).append((a, b))
                    if shown == [0, 1]:
                        assert not any(disclosure.is_small(n, threshold) for n in divided.values())
    for (total, a, b), worlds in seen.items():
        # Of a count that is shown and less than 3, a hidden part can still be each number up to it.
        if a is None:
            assert len({world[0] for world in worlds}) >= min(4, total + 1)
        if b is None:
            assert len({world[1] for world in worlds}) >= min(4, total + 1)
    assert Counter(len(worlds) > 1 for worlds in seen.values())[True] > 20


def test_everything_else_treats_it_as_one_that_ships(team: Team, manager: User, tmp_path) -> None:
    groups(team, LedBy.RESIDENTS, 3)
    key = own(team, manager, conditions={"led_by": ["residents"]}).key
    made = release(team, Q2, by=manager)
    assert [each["key"] for each in made.document["definitions"]][-1] == key
    file = io.BytesIO()
    assert write_package(file, Release.objects.filter(pk=made.pk)) > 0
    out = tmp_path / "own.csv"
    call_command(
        "export_indicators", "--team", team.slug, "--from", str(Q2.start), "--to", str(Q2.end), "--indicator", key,
        "-o", str(out),
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(out.read_text().removeprefix("\ufeff"))))
    assert [row["value"] for row in rows if row["neighbourhood"] == "All neighbourhoods"] == ["3"]
