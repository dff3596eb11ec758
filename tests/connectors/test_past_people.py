"""Inviting people again: never somebody who said no, and in the way they prefer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry
from connectors.models import ContactPreference, Purpose
from connectors.queries.past_people import Chosen, past_people
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_consent import ConsentFactory

pytestmark = pytest.mark.django_db
PAGE = "/people/past/"


def long_ago(days: int = 400):
    """Return the date a number of days ago."""
    return timezone.localdate() - timedelta(days=days)


def past(team, *, says: bool | None = True, **more):
    """Return a resident met long ago who prefers to be met in person and said yes (or no, or nothing) to being invited."""
    person = PersonFactory(team=team, **{"first_met_on": long_ago(), "contact_preference": "in_person", **more})
    if says is not None:
        ConsentFactory(person=person, is_given=says)
    return person


def test_past_people_were_met_before_but_not_recently(team, builder) -> None:
    kept, lately, new = past(team), past(team), past(team, first_met_on=long_ago(10))
    ConversationFactory(team=team, people=[kept], held_on=long_ago(380))
    ConversationFactory(team=team, people=[lately], held_on=long_ago(200))
    assert list(past_people(builder, team, Chosen(months=12))) == [kept]
    assert set(past_people(builder, team, Chosen(months=6))) == {kept, lately}
    assert list(past_people(builder, team, Chosen(months=24))) == []
    assert new.pk


def test_residents_who_said_no_are_left_out_by_their_latest_answer(team, builder) -> None:
    no, changed, no_contact, quiet = (
        past(team, says=False),
        past(team),
        past(team),
        past(team, contact_preference="no_contact"),
    )
    ConsentFactory(person=changed, is_given=False)
    ConsentFactory(person=no_contact, purpose=Purpose.CONTACT, is_given=False)
    back = past(team, says=False)
    ConsentFactory(person=back)
    unasked = past(team, says=None)
    for reached in ("", *ContactPreference.values):
        for said_yes in (True, False):
            found = set(past_people(builder, team, Chosen(reached=reached, said_yes=said_yes)))
            if reached == ContactPreference.NO_CONTACT:
                continue
            assert not found & {no, changed, no_contact, quiet}
    assert list(past_people(builder, team, Chosen())) == [back]
    assert list(past_people(builder, team, Chosen(said_yes=False))) == [unasked]


def test_residents_who_want_no_contact_are_never_listed(client_for, team, builder) -> None:
    past(team, known_as="Quiet Quinn", contact_preference="no_contact")
    page = client_for(builder).get(PAGE, {"reached": "no_contact"})
    assert page.status_code == 200
    assert "Quiet" not in page.content.decode()


def test_sorted_by_street_if_met_in_person_and_by_name_otherwise(team, builder) -> None:
    ida, bert = past(team, known_as="Ida", street="Alder Road"), past(team, known_as="Bert", street="Mill Row")
    assert list(past_people(builder, team, Chosen())) == [ida, bert]
    zoe, ama = (
        past(team, known_as="Zoe", contact_preference="text"),
        past(team, known_as="Ama", contact_preference="text"),
    )
    assert list(past_people(builder, team, Chosen(reached="text"))) == [ama, zoe]


def test_residents_without_a_contact_preference_need_a_yes(team, builder) -> None:
    said = past(team, contact_preference="")
    past(team, contact_preference="", says=None)
    assert list(past_people(builder, team, Chosen(reached=""))) == [said]
    assert list(past_people(builder, team, Chosen(reached="", said_yes=False))) == []


def test_past_people_can_be_filtered_by_neighbourhood_and_theme(client_for, team, builder) -> None:
    here, theme = NeighbourhoodFactory(team=team), ThemeFactory(team=team)
    past(team, known_as="Ida", neighbourhood=here)
    past(team, known_as="Bert", themes=[theme])
    page = client_for(builder).get(PAGE, {"neighbourhood": here.pk}).content.decode()
    assert ("Ida" in page, "Bert" in page) == (True, False)
    page = client_for(builder).get(PAGE, {"theme": theme.pk}).content.decode()
    assert ("Ida" in page, "Bert" in page) == (False, True)
    assert client_for(builder).get(PAGE, {"theme": "x", "months": "-1", "reached": "owl"}).status_code == 200


def test_the_file_has_initials_and_no_formulas_and_is_audited(client_for, team, builder) -> None:
    past(team, known_as="=cmd()", street="@home", contact_preference="in_person")
    past(team, known_as="Margaret Tate", untold=True, phone="0117 496 0123", street="Mill Row")
    answer = client_for(builder).get(reverse("connectors:past-people-file"))
    text = answer.getvalue().decode("utf-8-sig")
    assert '"\'=cmd()"' in text
    assert '"\'@home"' in text
    assert "M. T." in text
    assert "Margaret" not in text
    assert "0117" not in text, "no more than is needed to reach them"
    assert AuditEntry.objects.get(verb="export").actor == builder


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_a_constant_number_of_queries(
    client_for, team, builder, rows, django_assert_num_queries
) -> None:
    for _number in range(rows):
        past(team, themes=[ThemeFactory(team=team)])
    client = client_for(builder)
    client.get(PAGE)
    with django_assert_num_queries(QUERIES):
        client.get(PAGE)


#: Session, user, roles, team, two lists of choices, rows, their themes, when last met, the count.
QUERIES = 10
