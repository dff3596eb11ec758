"""Walking alongside: words in passing and journeys."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from communities.models import AuditEntry, Team, User
from communities.periods import quarter_of
from connectors.actions import journeys as actions
from connectors.models import Ending, Gave, Journey, JourneyChange, JourneyOutcome, JudgedBy, LightTouch
from connectors.queries import journeys as queries
from connectors.rules import journeys as rules
from evaluation.queries import TEAM
from tests.evaluation.worlds import count_all
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import PersonFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory, LightTouchFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(team: Team):
    return PersonFactory(team=team, known_as="Ida")


@pytest.mark.parametrize(
    ("role", "may"), [("builder", True), ("manager", True), ("evaluator", False), ("stranger", False)]
)
def test_builders_and_managers_can_begin_journeys(role: str, may: bool, team: Team, request) -> None:
    user = request.getfixturevalue(role)
    assert rules.can_write_journey(user, team) is may
    if not may:
        with pytest.raises(PermissionDenied):
            actions.log_light_touch(team=team, by=user, gave=Gave.LISTENING)
        with pytest.raises(PermissionDenied):
            actions.begin_journey(person=PersonFactory(team=team), by=user)
        with pytest.raises(PermissionDenied):
            actions.end_journey(journey=JourneyFactory(person__team=team), by=user, ending=Ending.MOVED)


# Words in passing.


def test_a_light_touch_is_saved_once_and_audited(team: Team, builder: User) -> None:
    number = uuid.uuid4()
    first = actions.log_light_touch(team=team, by=builder, gave=Gave.HAND, uuid=number)
    again = actions.log_light_touch(team=team, by=builder, gave=Gave.HAND, uuid=number)
    assert first == again
    assert LightTouch.objects.count() == 1
    assert AuditEntry.objects.filter(verb="create", team=team).count() == 1


def test_different_text_with_the_same_uuid_is_refused(team: Team, builder: User, manager: User) -> None:
    number = uuid.uuid4()
    actions.log_light_touch(team=team, by=builder, gave=Gave.HAND, uuid=number)
    with pytest.raises(ValidationError, match="This page was already saved with different text"):
        actions.log_light_touch(team=team, by=builder, gave=Gave.LISTENING, uuid=number)
    with pytest.raises(ValidationError, match="used before"):
        actions.log_light_touch(team=team, by=manager, gave=Gave.HAND, uuid=number)


@pytest.mark.parametrize(("days", "field"), [(1, "held_on"), (-732, "held_on")])
def test_a_future_or_very_old_date_is_refused(days: int, field: str, team: Team, builder: User) -> None:
    day = timezone.localdate() + timedelta(days=days)
    with pytest.raises(ValidationError) as refused:
        actions.log_light_touch(team=team, by=builder, gave=Gave.HAND, held_on=day)
    assert list(refused.value.error_dict) == [field]


def test_another_teams_neighbourhood_and_an_unknown_kind_are_refused(
    team: Team, other_team: Team, builder: User
) -> None:
    with pytest.raises(ValidationError, match="another team"):
        actions.log_light_touch(
            team=team, by=builder, gave=Gave.HAND, neighbourhood=NeighbourhoodFactory(team=other_team)
        )
    with pytest.raises(ValidationError) as refused:
        actions.log_light_touch(team=team, by=builder, gave="advice")
    assert list(refused.value.error_dict) == ["gave"]


def test_belonging_is_not_asked_about_after_information_alone(team: Team, builder: User) -> None:
    kept = actions.log_light_touch(team=team, by=builder, gave=Gave.INFORMATION, belongs_more=True)
    assert kept.belongs_more is None


def test_belonging_is_measured_without_information_only_contacts(
    team: Team, builder: User, evaluator: User, stranger: User
) -> None:
    for _each in range(48):
        actions.log_light_touch(team=team, by=builder, gave=Gave.INFORMATION)
    for number in range(52):
        actions.log_light_touch(team=team, by=builder, gave=Gave.CONNECTION, belongs_more=number < 39)
    found = queries.light_touch_counts(user=evaluator, team=team)
    assert (found.all, found.information_only, found.asked, found.belongs_more) == (100, 48, 52, 39)
    assert queries.light_touch_counts(user=stranger, team=team).all == 0
    period = quarter_of(timezone.localdate())
    cells = count_all(team, [period])[period]
    assert cells["words-in-passing", TEAM].number == 100
    assert (cells["belonging-after-a-word", TEAM].number, cells["belonging-after-a-word", TEAM].out_of) == (39, 52)
    assert str(cells["belonging-after-a-word", TEAM].value) == "75.0"


def test_light_touches_are_counted_by_date(team: Team, evaluator: User) -> None:
    for day in (1, 2, 3):
        LightTouchFactory(team=team, held_on=date(2026, 5, day))
    found = queries.light_touch_counts(user=evaluator, team=team, since=date(2026, 5, 2), until=date(2026, 5, 2))
    assert found.all == 1


def test_a_light_touch_takes_three_taps(team: Team, builder: User, client_for) -> None:
    client = client_for(builder)
    page = client.get("/passing/")
    form = page.context["form"]
    sent = {
        "uuid": str(form["uuid"].value()),
        "gave": "listening",
        "held_on": form["held_on"].value(),
        "belongs_more": "",
    }
    assert client.post("/passing/", sent).status_code == 302
    assert client.post("/passing/", sent).status_code == 302
    kept = LightTouch.objects.get()
    assert (kept.builder, kept.gave, kept.belongs_more) == (builder, Gave.LISTENING, None)


def test_a_light_touch_without_a_kind_keeps_its_text(team: Team, builder: User, client_for) -> None:
    NeighbourhoodFactory(team=team, name="Brookside East")
    page = client_for(builder).post("/passing/", {"belongs_more": "yes", "held_on": "2026-05-01"})
    html = page.content.decode()
    assert page.status_code == 200
    assert 'value="yes"' in html
    assert page.context["form"].errors.keys() == {"gave"}
    assert "2026-05-01" in html


# Journeys.


def test_a_journey_begins_changes_ends_and_somebody_comes_back(team: Team, builder: User, person) -> None:
    surgery = PartnerFactory(team=team, name="Ferryside Surgery")
    homes = PartnerFactory(team=team, name="Eastmere Homes")
    journey = actions.begin_journey(
        person=person, by=builder, vision="A garden", source="health", introduced_by=surgery, partners=[homes]
    )
    good = actions.record_change(
        journey=journey,
        by=builder,
        outcome=JourneyOutcome.BELONGING,
        judged_by=JudgedBy.RESIDENT,
        words="I know them now",
    )
    bad = actions.record_change(journey=journey, by=builder, outcome=JourneyOutcome.LEANING, judged_by=JudgedBy.BUILDER)
    assert (good.is_negative, bad.is_negative) == (False, True)
    with pytest.raises(ValidationError, match="already"):
        actions.begin_journey(person=person, by=builder)
    actions.end_journey(journey=journey, by=builder, ending=Ending.OWN_FEET)
    back = actions.begin_journey(person=person, by=builder, vision="A bigger garden")
    assert back.follows == journey
    assert queries.earlier_journeys(back) == [journey]
    assert queries.earlier_journeys(journey) == []
    assert list(journey.partners.all()) == [homes]


def test_the_same_page_sent_twice_begins_one_journey(team: Team, builder: User, person) -> None:
    number = uuid.uuid4()
    values = {"vision": "A garden", "source": "self"}
    first = actions.begin_journey(person=person, by=builder, uuid=number, **values)
    assert actions.begin_journey(person=person, by=builder, uuid=number, **values) == first
    with pytest.raises(ValidationError, match="This page was already saved with different text"):
        actions.begin_journey(person=person, by=builder, uuid=number, vision="Another", source="self")


def test_a_change_is_recorded_on_the_journey(team: Team, builder: User) -> None:
    journey = JourneyFactory(person__team=team, ended=True)
    for day in (journey.began_on - timedelta(days=1), timezone.localdate() + timedelta(days=1)):
        with pytest.raises(ValidationError) as refused:
            actions.record_change(
                journey=journey, by=builder, outcome=JourneyOutcome.TRUST, judged_by=JudgedBy.TOGETHER, noticed_on=day
            )
        assert list(refused.value.error_dict) == ["noticed_on"]
    for values in ({"outcome": "rich", "judged_by": "builder"}, {"outcome": "trust", "judged_by": "nobody"}):
        with pytest.raises(ValidationError):
            actions.record_change(journey=journey, by=builder, **values)
    assert JourneyChange.objects.count() == 0


def test_the_end_is_between_the_last_change_and_today(team: Team, builder: User) -> None:
    journey = JourneyFactory(person__team=team)
    JourneyChangeFactory(journey=journey)
    for day in (timezone.localdate() + timedelta(days=1), timezone.localdate() - timedelta(days=1)):
        with pytest.raises(ValidationError) as refused:
            actions.end_journey(journey=journey, by=builder, ending=Ending.MOVED, ended_on=day)
        assert list(refused.value.error_dict) == ["ended_on"]
    with pytest.raises(ValidationError):
        actions.end_journey(journey=journey, by=builder, ending="lost")
    journey.refresh_from_db()
    assert journey.ended_on is None


def test_the_beginning_cannot_be_after_a_change(team: Team, builder: User) -> None:
    journey = JourneyFactory(person__team=team)
    JourneyChangeFactory(journey=journey, noticed_on=journey.began_on)
    with pytest.raises(ValidationError) as refused:
        actions.change_journey(journey=journey, by=builder, partners=[], began_on=journey.began_on + timedelta(days=1))
    assert list(refused.value.error_dict) == ["began_on"]
    with pytest.raises(ValidationError):
        actions.change_journey(
            journey=journey, by=builder, partners=[], began_on=timezone.localdate() + timedelta(days=1)
        )


def test_another_teams_partner_is_refused(team: Team, builder: User, other_team: Team, person) -> None:
    far = PartnerFactory(team=other_team)
    with pytest.raises(ValidationError, match="another team"):
        actions.begin_journey(person=person, by=builder, partners=[far])
    with pytest.raises(ValidationError, match="another team"):
        actions.begin_journey(person=person, by=builder, introduced_by=far)
    assert Journey.objects.count() == 0


def test_a_change_is_deleted_by_its_builder_or_a_manager(team: Team, builder: User, manager: User) -> None:
    journey = JourneyFactory(person__team=team, builder=manager)
    with pytest.raises(PermissionDenied):
        actions.delete_change(change=JourneyChangeFactory(journey=journey), by=builder)
    for change in list(JourneyChange.objects.all()):
        actions.delete_change(change=change, by=manager)
    assert JourneyChange.objects.count() == 0
    assert AuditEntry.objects.filter(verb="delete", team=team).count() == 1


def test_journeys_are_counted_by_outcome(team: Team, evaluator: User) -> None:
    first, second = JourneyFactory(person__team=team), JourneyFactory(person__team=team)
    for journey in (first, first, second):
        JourneyChangeFactory(journey=journey)
    JourneyChangeFactory(journey=first, outcome=JourneyOutcome.LEANING)
    JourneyFactory()
    assert queries.changes_by_outcome(user=evaluator, team=team) == {"belonging": 2, "leaning": 1}


def test_the_pages_of_a_journey_work(team: Team, builder: User, client_for, person) -> None:
    client = client_for(builder)
    begun = client.post(
        f"/people/{person.uuid}/journey/",
        {"uuid": str(uuid.uuid4()), "vision": "A garden", "source": "self", "began_on": str(timezone.localdate())},
    )
    journey = Journey.objects.get()
    assert begun.headers["Location"] == f"/journeys/{journey.uuid}/"
    assert client.get(f"/people/{person.uuid}/journey/").headers["Location"] == f"/journeys/{journey.uuid}/"
    day = str(timezone.localdate())
    note = {"outcome": "leaning", "judged_by": "builder", "words": "Calls every day", "noticed_on": day}
    assert client.post(f"/journeys/{journey.uuid}/note/", note).status_code == 302
    page = client.get(f"/journeys/{journey.uuid}/").content.decode()
    assert "Leans on us more than they wish to" in page
    assert "Calls every day" in page
    assert "unwanted change" in page
    bad = client.post(f"/journeys/{journey.uuid}/note/", {**note, "outcome": "", "words": "Kept words"})
    assert "Kept words" in bad.content.decode()
    assert client.post(f"/journeys/{journey.uuid}/end/", {"ending": "own_feet", "ended_on": day}).status_code == 302
    assert "They came back" in client.get(f"/journeys/{journey.uuid}/").content.decode()
    assert journey.person.known_as in client.get("/journeys/?show=ended").content.decode()
    change = JourneyChange.objects.get()
    assert client.post(f"/journeys/{journey.uuid}/note/{change.pk}/remove/").status_code == 302
    assert (
        client.post(
            f"/journeys/{journey.uuid}/change/", {"vision": "Roses", "source": "self", "began_on": day}
        ).status_code
        == 302
    )
    journey.refresh_from_db()
    assert journey.vision == "Roses"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_a_constant_number_of_queries(
    rows: int, team: Team, builder: User, client_for, django_assert_num_queries
) -> None:
    for _each in range(rows):
        JourneyChangeFactory(journey=JourneyFactory(person__team=team))
    client = client_for(builder)
    with django_assert_num_queries(7):
        client.get("/journeys/")
