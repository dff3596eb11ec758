"""The admin of evaluation: the catalogue is read-only, measurements are saved, stories can be looked up."""

import pytest

from communities.models import AuditEntry, Team, User
from evaluation.models import Indicator, Measurement, Outcome, Story
from tests.bringing import bring, download
from tests.factories.evaluation import MeasurementFactory, StoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
HOME = "/admin/evaluation/"


@pytest.mark.parametrize("model", ["outcome", "indicator", "measurement", "story"])
@pytest.mark.parametrize(
    ("person", "status"), [("builder", 403), ("evaluator", 403), ("manager", 200), ("administrator", 200)]
)
def test_managers_and_administrators_can_view(
    model: str, person: str, status: int, request: pytest.FixtureRequest, client_for
) -> None:
    client = client_for(request.getfixturevalue(person))
    assert client.get(f"{HOME}{model}/", {"q": "groups"} if status == 200 else {}).status_code == status


@pytest.mark.parametrize("person", ["manager", "administrator"])
def test_nobody_can_change_the_catalogue_or_a_story_here(
    person: str, team: Team, request: pytest.FixtureRequest, client_for
) -> None:
    client = client_for(request.getfixturevalue(person))
    for row in (Outcome.objects.first(), Indicator.objects.first(), StoryFactory(team=team)):
        address = f"{HOME}{row._meta.model_name}/{row.pk}/"
        assert client.get(f"{address}change/").status_code == 200
        assert client.post(f"{address}change/", {"title": "x", "name": "x"}).status_code == 403
        assert client.get(f"{address}delete/").status_code == 403
        assert client.get(f"{HOME}{row._meta.model_name}/add/").status_code == 403


def test_a_manager_sees_their_own_teams_rows(team: Team, other_team: Team, manager: User, client_for) -> None:
    MeasurementFactory(team=team, value=41)
    theirs = MeasurementFactory(team=other_team, value=42)
    story = StoryFactory(team=other_team, title="Theirs")
    client = client_for(manager)
    page = client.get(f"{HOME}measurement/").content.decode()
    assert "41.00" in page
    assert "42.00" not in page
    assert client.get(f"{HOME}measurement/{theirs.pk}/change/").status_code == 302
    assert "Theirs" not in client.get(f"{HOME}story/").content.decode()
    assert client.get(f"{HOME}story/{story.pk}/change/").status_code == 302


def given(team: Team, **more: object) -> dict[str, object]:
    """Return the data of a measurement, as the form posts it."""
    number = Indicator.objects.get(key="strategies-changed")
    return {
        "team": team.pk,
        "indicator": number.pk,
        "period_start": "2026-04-01",
        "period_end": "2026-06-30",
        "value": "2",
        "note": "Read in the minutes.",
        **more,
    }


def test_a_manager_records_a_measurement(team: Team, manager: User, client_for) -> None:
    response = client_for(manager).post(f"{HOME}measurement/add/", given(team))
    assert response.status_code == 302
    made = Measurement.objects.get()
    assert (made.created_by, made.value) == (manager, 2)
    assert AuditEntry.objects.filter(model="evaluation.measurement", team=team, actor=manager).exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"period_end": "2026-06-29"}, "whole quarter"),
        ({"note": " "}, "required"),
        ({"value": "-2"}, "cannot be less than 0"),
    ],
)
def test_the_admin_refuses_the_same_as_the_page(more: dict, says: str, team: Team, manager: User, client_for) -> None:
    response = client_for(manager).post(f"{HOME}measurement/add/", given(team, **more))
    assert says in response.content.decode()
    assert not Measurement.objects.exists()


HEAD = "team,indicator,neighbourhood,period_start,period_end,value,note\n"


def test_measurements_are_imported(team: Team, manager: User, client_for) -> None:
    bring(
        client_for(manager),
        "evaluation/measurement",
        f"{HEAD}brookside,changes-by-residents,,2026-04-01,2026-06-30,7,Asked at the supper\n",
    )
    made = Measurement.objects.get()
    assert (made.team, made.indicator.key, made.value, made.created_by) == (team, "changes-by-residents", 7, manager)


@pytest.mark.parametrize(
    "row",
    [
        "brookside,changes-by-residents,,2026-04-01,2026-06-29,7,Asked",
        "brookside,connectors,,2026-04-01,2026-06-30,7,Asked",
        "brookside,unheard-of,,2026-04-01,2026-06-30,7,Asked",
        "hillfoot,changes-by-residents,,2026-04-01,2026-06-30,7,Asked",
        "brookside,changes-by-residents,,2026-04-01,2026-06-30,lots,Asked",
    ],
)
def test_an_import_that_is_wrong_writes_nothing(
    row: str, team: Team, other_team: Team, manager: User, client_for
) -> None:
    response = bring(client_for(manager), "evaluation/measurement", f"{HEAD}{row}\n")
    assert response.status_code == 200
    assert not Measurement.objects.exists()


def test_stories_are_exported_without_the_people_in_them(team: Team, manager: User, client_for) -> None:
    StoryFactory(team=team, title="=HYPERLINK(1)")
    StoryFactory(title="Theirs")
    file = download(client_for(manager), "evaluation/story").decode()
    assert "'=HYPERLINK(1)" in file
    assert "Theirs" not in file
    assert "people" not in file.splitlines()[0]
    assert Story.objects.count() == 2
