"""Sets of conversation starters: managers write them and switch them on by neighbourhood, builders read them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from communities.models import AuditEntry
from connectors.actions.prompts import change_prompt_set, create_prompt_set, delete_prompt_set
from connectors.catalogue import first_prompts
from connectors.models import PromptSet
from connectors.queries.vocabulary import questions_in_use
from connectors.rules.prompts import can_change_prompts
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors_prompts import PromptSetFactory

pytestmark = pytest.mark.django_db
LIST = "/questions/"


@pytest.fixture
def here(team):
    return NeighbourhoodFactory(team=team, name="Brook Street")


def errors(caught) -> dict[str, list[str]]:
    return caught.value.message_dict


def test_only_managers_can_change_questions(team, builder, manager, evaluator, stranger, administrator) -> None:
    may = {who for who in (builder, manager, evaluator, stranger, administrator) if can_change_prompts(who, team)}
    assert may == {manager, administrator}


# Actions.


def test_a_set_is_cleaned_saved_and_audited(team, manager, here) -> None:
    kept = create_prompt_set(
        team=team,
        by=manager,
        name="  Ten   ways ",
        prompts=" One? \n\n  Two?\n",
        neighbourhoods=[here],
        source=" Ours ",
    )
    kept.refresh_from_db()
    assert (kept.name, kept.prompts, kept.source, kept.is_on) == ("Ten ways", "One?\nTwo?", "Ours", True)
    assert list(kept.neighbourhoods.all()) == [here]
    entry = AuditEntry.objects.get(model="connectors.promptset")
    assert (entry.verb, entry.field_names) == ("create", ["is_on", "name", "neighbourhoods", "prompts", "source"])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"prompts": " \n "}, "prompts", "Write at least one question."),
        ({"prompts": "?\n" * 41}, "prompts", "At most 40 questions fit in one set."),
        ({"name": ""}, "name", "This field cannot be blank."),
        ({"name": "known"}, "name", "The team already has a set with this name."),
        ({"name": "x" * 81}, "name", "Ensure this value has at most 80 characters (it has 81)."),
    ],
)
def test_an_invalid_set_is_refused(team, manager, changes, field, words) -> None:
    PromptSetFactory(team=team, name="Known")
    with pytest.raises(ValidationError) as caught:
        create_prompt_set(**{"team": team, "by": manager, "name": "New", "prompts": "One?", **changes})
    assert errors(caught) == {field: [words]}
    assert PromptSet.objects.count() == 1


def test_another_teams_neighbourhood_is_refused(team, other_team, manager) -> None:
    with pytest.raises(ValidationError) as caught:
        create_prompt_set(
            team=team, by=manager, name="New", prompts="?", neighbourhoods=[NeighbourhoodFactory(team=other_team)]
        )
    assert errors(caught) == {"neighbourhoods": ["This belongs to another team. Choose one of yours."]}


def test_only_actual_changes_are_audited(team, manager, here) -> None:
    kept = PromptSetFactory(team=team, name="Known", neighbourhoods=[here])
    change_prompt_set(prompt_set=kept, by=manager, name="Known", prompts=kept.prompts, neighbourhoods=[here])
    assert not AuditEntry.objects.exists()
    change_prompt_set(prompt_set=kept, by=manager, is_on=False)
    assert list(kept.neighbourhoods.all()) == [here]
    change_prompt_set(prompt_set=kept, by=manager, prompts="New?", neighbourhoods=[])
    kept.refresh_from_db()
    assert (kept.prompts, kept.is_on, kept.neighbourhoods.count()) == ("New?", False, 0)
    entries = AuditEntry.objects.order_by("pk").values_list("verb", "field_names")
    assert list(entries) == [("update", ["is_on"]), ("update", ["neighbourhoods", "prompts"])]


def test_builders_cannot_write(team, builder) -> None:
    kept = PromptSetFactory(team=team)
    for act in (
        lambda: create_prompt_set(team=team, by=builder, name="New", prompts="?"),
        lambda: change_prompt_set(prompt_set=kept, by=builder, is_on=False),
        lambda: delete_prompt_set(prompt_set=kept, by=builder),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert PromptSet.objects.get().is_on


def test_a_set_is_deleted_and_audited(team, manager) -> None:
    delete_prompt_set(prompt_set=PromptSetFactory(team=team), by=manager)
    assert not PromptSet.objects.exists()
    assert AuditEntry.objects.get().verb == "delete"


# The questions on the capture page.


@pytest.mark.parametrize("count", [1, 3])
def test_sets_in_use_and_their_neighbourhoods_take_one_query(
    team, other_team, builder, here, count, django_assert_num_queries
) -> None:
    hill = NeighbourhoodFactory(team=team, name="Abbey Hill")
    for row in range(count):
        PromptSetFactory(team=team, name=f"Set {row}", prompts="One?\n\nTwo?", neighbourhoods=[here, hill])
    PromptSetFactory(team=team, name="A: everywhere", source="Ours")
    PromptSetFactory(team=team, is_on=False)
    PromptSetFactory(team=other_team)
    builder.team_ids()
    with django_assert_num_queries(1):
        found = questions_in_use(user=builder, team=team)
    assert [each.name for each in found] == ["A: everywhere", *(f"Set {row}" for row in range(count))]
    assert (found[0].places, found[0].source, found[0].place_ids) == ((), "Ours", "")
    assert found[1].prompts == ("One?", "Two?")
    assert found[1].places == ((hill.pk, "Abbey Hill"), (here.pk, "Brook Street"))


def test_shipped_sets_can_be_added_unchanged(team, manager) -> None:
    for ready in first_prompts.READY.values():
        create_prompt_set(team=team, by=manager, name=ready.name, prompts=ready.prompts, source=ready.source)
    feel_good, strong = questions_in_use(user=manager, team=team)
    assert (feel_good.name, len(feel_good.prompts)) == ("Ten ways to feel good", 10)
    assert (strong.name, len(strong.prompts)) == ("What’s strong here", 7)
    assert all(line.endswith("?") for each in (feel_good, strong) for line in each.prompts)


# Pages.


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client_for, team, manager, here, count, django_assert_num_queries
):
    for _ in range(count):
        PromptSetFactory(team=team, neighbourhoods=[here])
    client = client_for(manager)
    with django_assert_num_queries(7):  # Session, user, memberships, team, sets, places, and the number of sets.
        shown = client.get(LIST)
    assert len(shown.context["page"]) == count


def test_managers_are_offered_shipped_sets_not_yet_added(client_for, team, manager, builder) -> None:
    PromptSetFactory(team=team, name="TEN WAYS TO FEEL GOOD", is_on=False)
    managers, builders = client_for(manager).get(LIST).text, client_for(builder).get(LIST).text
    assert "?ready=strengths" in managers
    assert "?ready=feel-good" not in managers
    assert "Archive" in managers
    for words in ("ready=", "/questions/new/", "/edit/", "/switch/"):
        assert words not in builders


def test_a_shipped_set_is_added_in_two_taps(client_for, team, manager) -> None:
    client = client_for(manager)
    form = client.get(f"{LIST}new/?ready=feel-good").context["form"]
    sent = {name: form[name].value() for name in ("name", "prompts", "source")} | {"is_on": "on"}
    answer = client.post(f"{LIST}new/?ready=feel-good", sent, follow=True)
    assert "Ten ways to feel good has been saved." in answer.text
    assert PromptSet.objects.get().prompts.count("\n") == 9


def test_invalid_questions_keep_what_was_typed(client_for, team, manager) -> None:
    kept = PromptSetFactory(team=team, name="Mine")
    PromptSetFactory(team=team, name="Known")
    client = client_for(manager)
    for url in (f"{LIST}new/", f"{LIST}{kept.pk}/edit/"):
        shown = client.post(url, {"name": "known", "prompts": "What now?", "source": ""})
        assert shown.status_code == 200
        assert "The team already has a set with this name." in shown.text
        assert "What now?" in shown.text
    kept.refresh_from_db()
    assert kept.name == "Mine"


def test_a_set_is_switched_changed_and_removed(client_for, team, manager, here) -> None:
    kept = PromptSetFactory(team=team, name="Mine")
    client = client_for(manager)
    assert "Mine is archived." in client.post(f"{LIST}{kept.pk}/switch/", follow=True).text
    kept.refresh_from_db()
    assert not kept.is_on
    assert "Mine is active." in client.post(f"{LIST}{kept.pk}/switch/", {"use": "1"}, follow=True).text
    sent = {"name": "Ours", "prompts": "One?", "neighbourhoods": [here.pk], "source": ""}
    assert "Ours has been changed." in client.post(f"{LIST}{kept.pk}/edit/", sent, follow=True).text
    kept.refresh_from_db()
    assert (kept.name, kept.is_on, list(kept.neighbourhoods.all())) == ("Ours", False, [here])
    assert "You can restore it for 30 days" in client.get(f"{LIST}{kept.pk}/remove/").text
    assert "Ours has been deleted." in client.post(f"{LIST}{kept.pk}/remove/", follow=True).text
    assert not PromptSet.objects.exists()


def test_another_teams_neighbourhood_cannot_be_chosen(client_for, team, other_team, manager) -> None:
    theirs = NeighbourhoodFactory(team=other_team, name="Elsewhere")
    sent = {"name": "Ours", "prompts": "One?", "neighbourhoods": [theirs.pk]}
    shown = client_for(manager).post(f"{LIST}new/", sent)
    assert (shown.status_code, PromptSet.objects.count(), "Elsewhere" in shown.text) == (200, 0, False)


def test_other_teams_get_404_and_builders_403(client_for, team, stranger, evaluator, builder) -> None:
    kept = PromptSetFactory(team=team)
    for page in ("edit", "switch", "remove"):
        url = f"{LIST}{kept.pk}/{page}/"
        assert [client_for(who).post(url).status_code for who in (stranger, evaluator, builder)] == [404, 403, 403]
    assert client_for(evaluator).get(LIST).status_code == 404
    assert kept.prompts not in client_for(stranger).get(LIST).text


@pytest.mark.parametrize(
    ("role", "says"), [("manager", "start with a set below"), ("builder", "Ask a manager to add a set")]
)
def test_a_page_without_questions_says_who_can_add_them(role, says, client_for, request) -> None:
    shown = client_for(request.getfixturevalue(role)).get(reverse("connectors:prompt-list")).text
    assert says in shown
    assert ("Ask a manager" in shown) == (role == "builder")
