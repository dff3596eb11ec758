"""The admin and its imports refuse what the pages refuse: days to come, and people who asked not to be contacted."""

import io
from datetime import date

import pytest

from connectors.models import Conversation, Gift, Introduction, Person
from connectors.rules import records
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory

HOME = "/admin/connectors/"
#: The clock of these tests stands on 20 May 2026.
TODAY, TOMORROW = "2026-05-20", "2026-05-21"
LATER = "That day is still to come."

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def rose(team) -> Person:
    return PersonFactory(team=team, known_as="Rose", first_met_on=date(2026, 1, 5))


@pytest.fixture
def quiet(team) -> Person:
    return PersonFactory(team=team, known_as="Quentin", contact_preference="no_contact", first_met_on=date(2026, 1, 5))


def upload(client, model: str, rows: str):
    """Send a file through both steps; return the answer to the last one taken."""
    file = io.BytesIO(rows.encode())
    file.name = "rows.csv"
    page = client.post(f"{HOME}{model}/import/", {"import_file": file, "format": "0", "resource": "0"})
    if "confirm_form" not in page.context:
        return page
    return client.post(f"{HOME}{model}/process_import/", page.context["confirm_form"].initial)


def typed(model: str, team, manager, rose: Person) -> dict[str, object]:
    """Return what somebody types to add a row in the admin, on a day that is possible."""
    return {
        "person": {
            "team": team.pk, "known_as": "Wren", "first_met_on": TODAY, "connector_since": TODAY,
            "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0",
        },
        "gift": {"person": rose.pk, "name": "Bread", "kind": "hands", "heard_on": TODAY},
        "conversation": {"team": team.pk, "builder": manager.pk, "held_on": TODAY, "summary": "Tea."},
        "introduction": {
            "team": team.pk, "from_person": rose.pk, "to_person": PersonFactory(team=team).pk, "introduced_by": manager.pk,
            "source": "builder", "introduced_on": TODAY, "outcome": "waiting",
        },
    }[model]  # fmt: skip


DAYS = [
    ("person", "first_met_on"),
    ("person", "connector_since"),
    ("gift", "heard_on"),
    ("conversation", "held_on"),
    ("introduction", "introduced_on"),
]
MODELS = {"person": Person, "gift": Gift, "conversation": Conversation, "introduction": Introduction}


@pytest.mark.parametrize(("model", "field"), DAYS)
def test_the_admin_refuses_a_day_to_come(client_for, team, manager, rose, model, field):
    data, rows = typed(model, team, manager, rose), MODELS[model].objects
    before = rows.count()
    response = client_for(manager).post(f"{HOME}{model}/add/", {**data, field: TOMORROW})
    assert response.context["adminform"].form.errors == {field: [LATER]}
    assert rows.count() == before
    assert client_for(manager).post(f"{HOME}{model}/add/", data).status_code == 302
    assert rows.count() == before + 1


@pytest.mark.parametrize(("model", "field"), DAYS)
def test_an_import_refuses_a_day_to_come(client_for, team, manager, rose, model, field):
    row = {
        "person": PersonFactory,
        "gift": GiftFactory,
        "conversation": ConversationFactory,
        "introduction": IntroductionFactory,
    }[model](**{"person": rose} if model == "gift" else {"team": team})
    response = upload(client_for(manager), model, f"id,{field}\n{row.pk},{TOMORROW}\n")
    assert LATER in response.content.decode()
    assert "confirm_form" not in response.context
    assert upload(client_for(manager), model, f"id,{field}\n{row.pk},2026-05-19\n").status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == date(2026, 5, 19)


@pytest.mark.parametrize("end", ["from_person", "to_person"])
def test_the_admin_introduces_nobody_who_asked_not_to_be_contacted(client_for, team, manager, rose, quiet, end):
    data = typed("introduction", team, manager, rose)
    response = client_for(manager).post(f"{HOME}introduction/add/", {**data, end: quiet.pk})
    words = "Quentin asked not to be contacted. Speak with them first."
    assert response.context["adminform"].form.errors == {end: [words]}
    assert not Introduction.objects.exists()


@pytest.mark.parametrize("end", ["from_person", "to_person"])
def test_an_import_introduces_nobody_who_asked_not_to_be_contacted(client_for, team, manager, rose, quiet, end):
    kept = IntroductionFactory(team=team, from_person=rose, to_person=PersonFactory(team=team))
    response = upload(client_for(manager), "introduction", f"id,{end}\n{kept.pk},{quiet.pk}\n")
    assert "Quentin asked not to be contacted." in response.content.decode()
    assert "confirm_form" not in response.context
    kept.refresh_from_db()
    assert quiet not in (kept.from_person, kept.to_person)
    new = f"from_person,to_person,introduced_by,introduced_on\n{rose.pk},{quiet.pk},{manager.email},{TODAY}\n"
    assert "confirm_form" not in upload(client_for(manager), "introduction", new).context
    assert Introduction.objects.count() == 1


def test_what_came_of_an_introduction_is_written_down_after_they_asked(client_for, team, manager, rose, quiet):
    kept = IntroductionFactory(team=team, from_person=rose, to_person=quiet)
    data = typed("introduction", team, manager, rose) | {"to_person": quiet.pk, "reason": "Both bake."}
    assert client_for(manager).post(f"{HOME}introduction/{kept.pk}/change/", data).status_code == 302
    kept.refresh_from_db()
    assert kept.reason == "Both bake."
    assert upload(client_for(manager), "introduction", f"id,reason\n{kept.pk},Bread\n").status_code == 302
    kept.refresh_from_db()
    assert kept.reason == "Bread"


def test_what_could_not_be_read_is_left_to_its_field():
    today = date(2026, 5, 20)
    for rule in (
        records.refusals_of_person,
        records.refusals_of_gift,
        records.refusals_of_conversation,
        records.refusals_of_introduction,
    ):
        assert rule({}, today=today) == {}
        assert rule(dict.fromkeys(("first_met_on", "heard_on", "held_on", "introduced_on")), today=today) == {}
