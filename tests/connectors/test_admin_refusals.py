"""The admin and its imports refuse what the pages refuse: future dates, and contact details of people who said no."""

from datetime import date

import pytest

from connectors.models import Conversation, Gift, Introduction, Person
from connectors.rules import records
from connectors.rules.name_keys import name_key
from tests.bringing import bring, may_go_on
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_consent import ConsentFactory

HOME = "/admin/connectors/"
#: The clock of these tests is frozen on 20 May 2026.
TODAY, TOMORROW = "2026-05-20", "2026-05-21"
LATER = "That day is in the future."

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def rose(team) -> Person:
    return PersonFactory(team=team, known_as="Rose", first_met_on=date(2026, 1, 5))


@pytest.fixture
def quiet(team) -> Person:
    return PersonFactory(team=team, known_as="Quentin", contact_preference="no_contact", first_met_on=date(2026, 1, 5))


def upload(client, model: str, rows: str):
    """Upload a file and confirm the import; return the last response."""
    return bring(client, f"connectors/{model}", rows)


def typed(model: str, team, manager, rose: Person) -> dict[str, object]:
    """Return the data that adds a row in the admin, on a valid date."""
    return {
        "person": {
            "team": team.pk, "known_as": "Wren", "first_met_on": TODAY, "connector_since": TODAY,
            "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0",
        },
        "gift": {"person": rose.pk, "name": "Bread", "kind": "hands", "heard_on": TODAY},
        "conversation": {
            "team": team.pk, "builder": manager.pk, "held_on": TODAY, "summary": "Tea.",
            "heard_themes-TOTAL_FORMS": "0", "heard_themes-INITIAL_FORMS": "0",
        },
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
#: For a conversation the page says which dates are valid.
SENTENCES = {"held_on": "Choose a day in the last two years, up to today."}
MODELS = {"person": Person, "gift": Gift, "conversation": Conversation, "introduction": Introduction}


@pytest.mark.parametrize(("model", "field"), DAYS)
def test_the_admin_refuses_a_future_date(client_for, team, manager, rose, model, field):
    data, rows = typed(model, team, manager, rose), MODELS[model].objects
    before = rows.count()
    response = client_for(manager).post(f"{HOME}{model}/add/", {**data, field: TOMORROW})
    assert response.context["adminform"].form.errors == {field: [SENTENCES.get(field, LATER)]}
    assert rows.count() == before
    assert client_for(manager).post(f"{HOME}{model}/add/", data).status_code == 302
    assert rows.count() == before + 1


@pytest.mark.parametrize(("model", "field"), DAYS)
def test_an_import_refuses_a_future_date(client_for, team, manager, rose, model, field):
    row = {
        "person": PersonFactory,
        "gift": GiftFactory,
        "conversation": ConversationFactory,
        "introduction": IntroductionFactory,
    }[model](**{"person": rose} if model == "gift" else {"team": team})
    response = upload(client_for(manager), model, f"id,{field}\n{row.pk},{TOMORROW}\n")
    assert SENTENCES.get(field, LATER) in response.content.decode()
    assert not may_go_on(response)
    assert upload(client_for(manager), model, f"id,{field}\n{row.pk},2026-05-19\n").status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == date(2026, 5, 19)


@pytest.mark.parametrize("end", ["from_person", "to_person"])
def test_the_admin_refuses_introducing_a_resident_who_asked_not_to_be_contacted(
    client_for, team, manager, rose, quiet, end
):
    data = typed("introduction", team, manager, rose)
    response = client_for(manager).post(f"{HOME}introduction/add/", {**data, end: quiet.pk})
    words = "Quentin asked not to be contacted. Speak with them first."
    assert response.context["adminform"].form.errors == {end: [words]}
    assert not Introduction.objects.exists()


@pytest.mark.parametrize("end", ["from_person", "to_person"])
def test_an_import_refuses_introducing_a_resident_who_asked_not_to_be_contacted(
    client_for, team, manager, rose, quiet, end
):
    kept = IntroductionFactory(team=team, from_person=rose, to_person=PersonFactory(team=team))
    response = upload(client_for(manager), "introduction", f"id,{end}\n{kept.pk},Quentin\n")
    assert "Quentin asked not to be contacted." in response.content.decode()
    assert not may_go_on(response)
    kept.refresh_from_db()
    assert quiet not in (kept.from_person, kept.to_person)
    new = f"from_person,to_person,introduced_by,introduced_on\nRose,Quentin,{manager.email},{TODAY}\n"
    assert not may_go_on(upload(client_for(manager), "introduction", new))
    assert Introduction.objects.count() == 1


def test_the_outcome_of_an_introduction_can_be_recorded_after_a_no_to_contact(client_for, team, manager, rose, quiet):
    kept = IntroductionFactory(team=team, from_person=rose, to_person=quiet)
    data = typed("introduction", team, manager, rose) | {"to_person": quiet.pk, "reason": "Both bake."}
    assert client_for(manager).post(f"{HOME}introduction/{kept.pk}/change/", data).status_code == 302
    kept.refresh_from_db()
    assert kept.reason == "Both bake."
    assert upload(client_for(manager), "introduction", f"id,reason\n{kept.pk},Bread\n").status_code == 302
    kept.refresh_from_db()
    assert kept.reason == "Bread"


def test_an_invalid_value_gets_only_its_fields_error():
    today = date(2026, 5, 20)
    for rule in (
        records.refusals_of_person,
        records.refusals_of_gift,
        records.refusals_of_conversation,
        records.refusals_of_introduction,
    ):
        assert rule({}, today=today) == {}
        assert rule(dict.fromkeys(("first_met_on", "heard_on", "held_on", "introduced_on")), today=today) == {}


def says_no(person: Person, purpose: str, manager) -> None:
    ConsentFactory(person=person, purpose=purpose, is_given=False, recorded_by=manager)


def test_the_admin_refuses_introducing_a_resident_without_consent(client_for, team, manager, rose):
    says_no(rose, "introduce", manager)
    data = typed("introduction", team, manager, rose)
    response = client_for(manager).post(f"{HOME}introduction/add/", data)
    assert response.context["adminform"].form.errors == {
        "from_person": [f"{rose} does not want to be introduced. Speak with them first."]
    }
    known = IntroductionFactory(team=team, from_person=rose, introduced_by=manager, introduced_on=date(2026, 2, 1))
    data |= {"to_person": known.to_person_id, "introduced_on": "2026-02-01", "outcome_note": "They met before."}
    assert client_for(manager).post(f"{HOME}introduction/{known.pk}/change/", data).status_code == 302


def test_an_import_refuses_introducing_a_resident_without_consent(client_for, team, manager, rose):
    says_no(rose, "introduce", manager)
    other = PersonFactory(team=team)
    head = "team,from_person,to_person,introduced_by,source,introduced_on,outcome"
    row = f"{team.slug},{other.known_as},{rose.known_as},{manager.email},builder,{TODAY},waiting"
    page = upload(client_for(manager), "introduction", f"{head}\n{row}\n")
    assert "does not want to be introduced" in page.content.decode()
    assert not Introduction.objects.exists()


def test_the_admin_refuses_offering_a_gift_without_consent(client_for, team, manager, rose):
    says_no(rose, "offer", manager)
    words = ["They asked us not to tell neighbours what they offer. Speak with them first."]
    data = typed("gift", team, manager, rose) | {"is_offered": "on"}
    response = client_for(manager).post(f"{HOME}gift/add/", data)
    assert response.context["adminform"].form.errors == {"is_offered": words}
    beside = {
        "team": team.pk, "known_as": "Rose", "first_met_on": "2026-01-05", "gifts-TOTAL_FORMS": "1", "gifts-INITIAL_FORMS": "0",
        "gifts-0-person": rose.pk, "gifts-0-name": "Bread", "gifts-0-kind": "hands", "gifts-0-is_offered": "on",
    }  # fmt: skip
    page = client_for(manager).post(f"{HOME}person/{rose.pk}/change/", beside)
    assert page.status_code == 200
    assert page.context["inline_admin_formsets"][0].formset.errors == [{"is_offered": words}]
    assert not Gift.objects.exists()


def test_an_import_refuses_offering_a_gift_without_consent(client_for, team, manager, rose):
    says_no(rose, "offer", manager)
    page = upload(client_for(manager), "gift", "person,kind,name,is_offered\nRose,hands,Bread,yes\n")
    assert "not to tell neighbours" in page.content.decode()
    assert not Gift.objects.exists()


def test_the_admin_and_imports_fill_the_search_keys_of_people(client_for, team, manager, rose):
    data = typed("person", team, manager, rose) | {"phone": "+44 117 496 0123"}
    assert client_for(manager).post(f"{HOME}person/add/", data).status_code == 302
    wren = Person.objects.get(known_as="Wren")
    assert (wren.phone_key, wren.name_key) == ("174960123", "wren")
    rows = f"id,team,known_as,phone\n{wren.pk},{team.slug},Wrén Ash,0117 496 0999\n,{team.slug},Ivy,0117 496 0777\n"
    upload(client_for(manager), "person", rows)
    mine = Person.objects.filter(known_as__in=["Wrén Ash", "Ivy"])
    found = list(mine.order_by("pk").values_list("phone_key", "name_key"))
    assert found == [("174960999", name_key("Wrén Ash")), ("174960777", "ivy")]
