"""What the team learns is written down, filtered and downloaded; what went wrong as easily as what went well."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.actions.undo import undo
from communities.models import AuditEntry, Role, Undoable
from evaluation.learning import rules
from evaluation.learning.actions import create_observation, delete_observation, update_observation
from evaluation.models import LearnedFrom, Observation, Went
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory
from tests.factories.connectors import ThemeFactory
from tests.factories.evaluation import ObservationFactory

pytestmark = pytest.mark.django_db
LIST, FILE, NEW = (reverse(f"evaluation:{name}") for name in ("learning-list", "learning-export", "observation-create"))
VALUES = {"observed_on": date(2026, 1, 5), "source": "visit", "went": "wrong", "text": "We came too late."}


@pytest.fixture
def six(team, manager, clock) -> list[Observation]:
    """Return six observations, one of each source but "other", on six days, with two themes and two places."""
    trust, food = ThemeFactory(team=team, name="Trust"), ThemeFactory(team=team, name="Food")
    brook, mill = NeighbourhoodFactory(team=team, name="Brook"), NeighbourhoodFactory(team=team, name="Mill")
    sources = [each for each in LearnedFrom if each is not LearnedFrom.OTHER]
    return [
        ObservationFactory(
            team=team,
            created_by=manager,
            source=source,
            went=list(Went)[number % 3],
            theme=(trust, food)[number % 2],
            neighbourhood=(brook, mill, None)[number % 3],
            observed_on=date(2026, 1, 5) + timedelta(weeks=number),
            text=f"Lesson {number}",
        )
        for number, source in enumerate(sources)
    ]


def lessons(answer) -> set[str]:
    """Return the numbers of the lessons in a CSV file."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return {row["text"][-1] for row in csv.DictReader(StringIO(text))}


class TestSix:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, "012345"),
            ({"source": "visit"}, "2"),
            ({"went": "wrong"}, "14"),
            ({"went": "both", "source": "blog"}, "5"),
            ({"theme": "Food"}, "135"),
            ({"neighbourhood": "Brook"}, "03"),
            ({"since": "2026-01-19", "until": "2026-02-02"}, "234"),
            ({"went": "well", "until": "2026-01-10"}, "0"),
        ],
    )
    def test_filtered_page_and_file_show_the_same(self, six, team, evaluator, client_for, query, found):
        client = client_for(evaluator)
        keys = {each.name: each.pk for each in [*team.themes.all(), *team.neighbourhoods.all()]}
        query = {name: keys.get(value, value) for name, value in query.items()}
        page = client.get(LIST, query)
        assert {each.text[-1] for each, _may in page.context["rows"]} == set(found)
        assert lessons(client.get(FILE, query)) == set(found)

    def test_the_workbook_has_what_the_csv_has(self, six, evaluator, client_for):
        answer = client_for(evaluator).get(FILE, {"format": "xlsx", "went": "wrong"})
        sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
        rows = list(sheet.values)
        assert rows[0][:4] == ("observed_on", "source", "source_words", "went")
        assert [row[7] for row in rows[1:]] == ["Lesson 4", "Lesson 1"]
        assert {row[3] for row in rows[1:]} == {"wrong"}

    def test_a_wrong_filter_is_refused_by_the_file(self, six, evaluator, client_for):
        answer = client_for(evaluator).get(FILE, {"went": "badly"})
        assert answer.status_code == 400
        assert "How it went" in answer.content.decode()

    def test_a_download_is_noted_with_its_rows(self, six, evaluator, client_for):
        client_for(evaluator).get(FILE, {"went": "wrong"})
        assert AuditEntry.objects.get(verb="export", model="evaluation.observation").rows == 2


class TestWriting:
    def test_wrong_is_one_press_as_well_is(self, builder, client_for):
        page = " ".join(client_for(builder).get(NEW).content.decode().split())
        for value, words in Went.choices:
            assert f'name="went" value="{value}"' in page
            assert str(words) in page

    def test_a_builder_an_evaluator_and_a_manager_write_and_nobody_else(
        self, team, builder, evaluator, manager, stranger
    ):
        for person in (builder, evaluator, manager):
            assert create_observation(by=person, team=team, **VALUES).created_by == person
        with pytest.raises(PermissionDenied):
            create_observation(by=stranger, team=team, **VALUES)

    @pytest.mark.parametrize(
        ("change", "name", "words"),
        [
            ({"text": " "}, "text", "blank"),
            ({"text": "\u200b"}, "text", "blank"),
            ({"went": "badly"}, "went", "not a valid choice"),
            ({"source": "rumour"}, "source", "not a valid choice"),
            ({"observed_on": date(1066, 1, 1)}, "observed_on", "Check the year"),
        ],
    )
    def test_bad_input_gets_a_sentence(self, team, builder, change, name, words):
        with pytest.raises(ValidationError) as error:
            create_observation(by=builder, team=team, **{**VALUES, **change})
        assert words in " ".join(error.value.message_dict[name])
        assert not Observation.objects.exists()

    def test_tomorrow_and_other_teams_are_refused(self, team, builder):
        tomorrow = timezone.localdate() + timedelta(days=1)
        theirs = NeighbourhoodFactory(team=TeamFactory())
        for change in ({"observed_on": tomorrow}, {"neighbourhood": theirs}, {"theme": ThemeFactory(team=theirs.team)}):
            with pytest.raises(ValidationError) as error:
                create_observation(by=builder, team=team, **{**VALUES, **change})
            assert [*error.value.message_dict] == [*change]

    def test_the_database_keeps_words_and_choices(self, team):
        for change in ({"text": ""}, {"went": "badly"}, {"source": "rumour"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ObservationFactory(team=team, **change)


class TestChanging:
    def test_the_writer_and_managers_change_it_and_colleagues_once_the_writer_has_left(self, team, builder, manager):
        writer = UserFactory(roles={team: [Role.BUILDER]})
        observation = ObservationFactory(team=team, created_by=writer)
        assert rules.can_change_observation(writer, observation)
        assert rules.can_change_observation(manager, observation)
        assert not rules.can_change_observation(builder, observation)
        assert rules.changeable(builder, team, [observation]) == set()
        assert rules.changeable(writer, team, [observation]) == {observation.pk}
        with pytest.raises(PermissionDenied):
            update_observation(by=builder, observation=observation, **VALUES)
        writer.memberships.all().delete()
        observation = Observation.objects.get(pk=observation.pk)
        assert rules.can_change_observation(builder, observation)
        assert rules.changeable(builder, team, [observation]) == {observation.pk}

    def test_what_is_the_same_is_not_noted_again(self, team, manager):
        observation = create_observation(by=manager, team=team, **VALUES)
        before = AuditEntry.objects.count()
        update_observation(by=manager, observation=observation, **VALUES)
        assert AuditEntry.objects.count() == before
        update_observation(by=manager, observation=observation, **{**VALUES, "went": "both"})
        assert AuditEntry.objects.latest("pk").field_names == ["went"]

    def test_a_deletion_can_be_undone(self, team, manager):
        observation = create_observation(by=manager, team=team, **VALUES)
        delete_observation(by=manager, observation=observation)
        assert not Observation.objects.exists()
        undo(undoable=Undoable.objects.get(), by=manager)
        assert Observation.objects.get().text == "We came too late."

    def test_the_list_takes_as_many_queries_for_three_as_for_one(
        self, team, evaluator, client_for, django_assert_num_queries
    ):
        client = client_for(evaluator)
        ObservationFactory(team=team, theme=ThemeFactory(team=team))
        client.get(LIST)
        with django_assert_num_queries(7):
            client.get(LIST)
        ObservationFactory.create_batch(2, team=team)
        with django_assert_num_queries(7):
            client.get(LIST)
