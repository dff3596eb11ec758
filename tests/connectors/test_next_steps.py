"""Next steps: rows of their own, several a record, that move, are done, closed and undone."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry, Membership, Role
from connectors.actions import next_steps as actions
from connectors.actions.merges import merge_people
from connectors.models import NextStep
from connectors.queries import next_steps as queries
from connectors.queries.readback import sheet_of
from tests.factories.assets import AssetFactory
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory, NextStepFactory, PersonFactory
from tests.factories.sparks import SparkFactory
from tests.markup import flat

pytestmark = pytest.mark.django_db


def add(team, by, **more) -> NextStep:
    return actions.add_next_step(**{"team": team, "by": by, "words": "Ring", **more})


def verbs(step) -> list:
    rows = AuditEntry.objects.filter(model="connectors.nextstep", object_id=str(step.pk)).order_by("pk")
    return list(rows.values_list("verb", "field_names"))


def errors(caught) -> set[str]:
    return set(caught.value.message_dict)


# Adding.


def test_a_record_has_several_steps(team, builder, manager) -> None:
    person = PersonFactory(team=team)
    day = timezone.localdate() + timedelta(days=3)
    first = add(team, builder, person=person, words="  Bring  the recipe ", due_on=day)
    second = add(team, builder, person=person, owner=manager)
    assert set(person.steps.all()) == {first, second}
    assert (first.words, first.due_on, first.owner, first.created_by) == ("Bring the recipe", day, builder, builder)
    assert (second.due_on, second.owner, second.created_by) == (None, manager, builder)
    assert verbs(first) == [("create", ["due_on", "owner", "person", "words"])]


def test_a_step_sent_twice_is_added_once(team, builder) -> None:
    key = uuid4()
    assert add(team, builder, uuid=key) == add(team, builder, uuid=key)
    with pytest.raises(ValidationError):
        add(team, builder, uuid=key, words="Something else")
    assert NextStep.objects.count() == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 251])
def test_a_step_needs_words_that_fit(team, builder, words) -> None:
    with pytest.raises(ValidationError) as caught:
        add(team, builder, words=words)
    assert errors(caught) == {"words"}


def test_rows_of_another_team_are_refused(team, other_team, builder) -> None:
    for name, row in (
        ("person", PersonFactory(team=other_team)),
        ("asset", AssetFactory(team=other_team)),
        ("conversation", ConversationFactory(team=other_team)),
    ):
        with pytest.raises(ValidationError) as caught:
            add(team, builder, **{name: row})
        assert errors(caught) == {name}


def test_a_step_is_about_one_record(team, builder) -> None:
    with pytest.raises(ValidationError):
        add(team, builder, person=PersonFactory(team=team), asset=AssetFactory(team=team))


def test_only_somebody_who_adds_records_can_have_one(team, builder, evaluator, stranger) -> None:
    closed = UserFactory(roles={team: [Role.BUILDER]}, is_active=False)
    step = add(team, builder)
    for owner in (evaluator, stranger, closed):
        for act in (lambda o=owner: add(team, builder, owner=o), lambda o=owner: move(step, builder, owner=o)):
            with pytest.raises(ValidationError) as caught:
                act()
            assert errors(caught) == {"owner"}
    assert NextStep.objects.get().owner == builder


@pytest.mark.parametrize("who", ["evaluator", "stranger"])
def test_others_cannot_write_steps(team, builder, request, who) -> None:
    by, step = request.getfixturevalue(who), add(team, builder)
    for act in (
        lambda: add(team, by),
        lambda: move(step, by, words="Mine"),
        lambda: actions.finish_next_step(step=step, by=by),
        lambda: actions.close_next_step(step=step, by=by, reason="No"),
        lambda: actions.reopen_next_step(step=step, by=by),
        lambda: actions.delete_next_step(step=step, by=by),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert NextStep.objects.values_list("words", "closed_at").get() == ("Ring", None)


# Moving and finishing.


def move(step, by, **values) -> NextStep:
    return actions.change_next_step(step=step, by=by, **values)


def test_a_step_moves_to_a_day_and_to_a_colleague(team, builder, manager) -> None:
    step = add(team, builder)
    day = timezone.localdate() + timedelta(days=7)
    assert move(step, builder, due_on=day).due_on == day
    assert move(step, manager, owner=manager).owner == manager
    assert move(step, manager, owner=manager, due_on=day).owner == manager
    assert verbs(step)[1:] == [("update", ["due_on"]), ("update", ["owner"])]


def test_a_step_is_done_once_and_can_be_reopened(clock, team, builder, manager) -> None:
    step = add(team, builder)
    done = actions.finish_next_step(step=step, by=builder)
    assert (done.closed_at, done.closed_by, done.is_done) == (timezone.now(), builder, True)
    clock.shift(timedelta(hours=1))
    assert actions.finish_next_step(step=step, by=manager).closed_by == builder
    assert actions.reopen_next_step(step=step, by=builder).is_open
    assert actions.reopen_next_step(step=step, by=builder).is_open
    assert verbs(step)[1:] == [("finish", ["closed_at"]), ("reopen", ["closed_at"])]


def test_a_step_is_closed_with_a_reason(team, builder) -> None:
    step = add(team, builder)
    with pytest.raises(ValidationError) as caught:
        actions.close_next_step(step=step, by=builder, reason=" ")
    assert errors(caught) == {"reason"}
    closed = actions.close_next_step(step=step, by=builder, reason="They moved away")
    assert (closed.is_open, closed.is_done, closed.closed_reason) == (False, False, "They moved away")


def test_a_reopened_step_of_somebody_who_left_goes_to_whoever_reopens_it(team, builder, manager) -> None:
    step = actions.finish_next_step(step=add(team, builder), by=builder)
    Membership.objects.filter(user=builder).delete()
    assert actions.reopen_next_step(step=step, by=manager).owner == manager


def test_the_database_refuses_half_a_step(team, builder) -> None:
    for broken in (
        {"words": ""},
        {"closed_at": timezone.now()},
        {"closed_by": builder},
        {"closed_reason": "Why"},
        {"person": PersonFactory(team=team), "asset": AssetFactory(team=team)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NextStepFactory(team=team, owner=builder, **broken)


# Reading.


def test_open_steps_of_some_users_are_due_oldest_first(clock, team, other_team, builder, manager) -> None:
    today = timezone.localdate()

    def step(days, owner=builder, **more):
        return NextStepFactory(**{"team": team, "owner": owner, "due_on": today + timedelta(days=days), **more})

    now, late, theirs = step(0), step(-30), step(-2, manager)
    for hidden in (step(1), step(-1, team=other_team), step(0, done=True), step(0, due_on=None)):
        assert hidden.pk
    due = {"user": builder, "team": team, "on": today}
    assert list(queries.steps_due(**due, owners=[builder.pk])) == [late, now]
    assert list(queries.steps_due(**due, owners=[builder.pk, manager.pk])) == [late, theirs, now]


@pytest.mark.parametrize("count", [1, 3])
def test_steps_take_as_many_queries_for_three_as_for_one(team, builder, count, django_assert_num_queries) -> None:
    for _each in range(count):
        ConversationFactory(
            team=team, builder=builder, stepped=True, place=AssetFactory(team=team), people=[PersonFactory(team=team)]
        )
    builder.has_role(team, Role.BUILDER)
    day = timezone.localdate() + timedelta(days=1)
    with django_assert_num_queries(2):
        rows = list(queries.steps_due(user=builder, team=team, on=day, owners=[builder.pk]))
        assert all((row.about.where, row.words, row.place, str(row.owner), row.about_url) for row in rows)
    assert len(rows) == count


def test_evaluators_and_strangers_see_none(team, builder, evaluator, stranger) -> None:
    NextStepFactory(team=team, owner=builder)
    for user in (evaluator, stranger):
        assert not NextStep.objects.visible_to(user)
    assert NextStep.objects.visible_to(builder).count() == 1


def test_a_merge_moves_steps_and_the_sheet_shows_them(team, builder) -> None:
    kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
    step = add(team, builder, person=absorbed, words="Bring the ladder")
    merge_people(kept=kept, absorbed=absorbed, by=builder)
    assert [each.pk for each in sheet_of(kept).steps] == [step.pk]


# Pages.


def test_done_stays_on_today_and_can_be_undone(client_for, team, builder) -> None:
    client, step = client_for(builder), NextStepFactory(team=team, owner=builder, due_on=timezone.localdate())
    answer = client.post(f"/steps/{step.uuid}/done/", {"back": "/"})
    assert answer.url.startswith("/?undo=")
    page = client.get(answer.url)
    assert "Done: Bring the recipe." in flat(page.text)
    undo = page.context["undo"]["text"]
    assert client.post(f"/steps/{step.uuid}/undo/", {"undo": undo, "back": "/"}).url == "/"
    step.refresh_from_db()
    assert step.is_open
    assert "Undone." in client.get("/").text
    late = client.post(f"/steps/{step.uuid}/undo/", {"undo": undo, "back": "/"}, follow=True)
    assert "It has been changed since" in flat(late.text)


def test_a_move_can_be_undone_for_a_while(client_for, clock, team, builder, manager) -> None:
    client, step = client_for(builder), NextStepFactory(team=team, owner=builder, due_on=timezone.localdate())
    next_week = (timezone.localdate() + timedelta(days=7)).isoformat()
    answer = client.post(f"/steps/{step.uuid}/move/", {"due_on": next_week, "back": "/"})
    undo = client.get(answer.url).context["undo"]["text"]
    clock.shift(timedelta(seconds=31))
    assert client.get(answer.url).context["undo"] is None
    client.post(f"/steps/{step.uuid}/undo/", {"undo": undo})
    step.refresh_from_db()
    assert step.due_on == timezone.localdate()
    client.post(f"/steps/{step.uuid}/move/", {"owner": manager.pk})
    step.refresh_from_db()
    assert step.owner == manager
    undo = client.get("/").context["undo"]
    assert undo is None


@pytest.mark.parametrize("sent", [{}, {"due_on": "soon"}, {"owner": "999999"}])
def test_a_move_to_nothing_changes_nothing(client_for, team, builder, sent) -> None:
    step = NextStepFactory(team=team, owner=builder)
    page = client_for(builder).post(f"/steps/{step.uuid}/move/", {**sent, "back": "/"}, follow=True)
    assert "Choose a day, or a colleague. Nothing was changed." in page.text
    assert verbs(step) == []


def test_a_button_never_leads_to_another_site(client_for, team, builder) -> None:
    step = NextStepFactory(team=team, owner=builder)
    for back in ("https://elsewhere.example/", "//elsewhere.example/"):
        assert client_for(builder).post(f"/steps/{step.uuid}/done/", {"back": back}).url.startswith("/steps/?undo=")
        actions.reopen_next_step(step=step, by=builder)


def test_steps_are_added_and_changed_on_pages(client_for, team, builder, manager) -> None:
    client, rose = client_for(builder), PersonFactory(team=team, known_as="Rose")
    address = f"/steps/new/?person={rose.uuid}"
    key = client.get(address).context["form"]["uuid"].value()
    sent = {"uuid": key, "words": "Bring seeds", "due_on": "", "due_on-date": "", "owner": builder.pk}
    assert client.post(address, sent).url == f"/people/{rose.uuid}/"
    step = rose.steps.get()
    assert "Bring seeds" in client.get(f"/people/{rose.uuid}/").text
    client.post(f"/steps/{step.uuid}/", {**sent, "words": "Bring bulbs", "owner": manager.pk})
    step.refresh_from_db()
    assert (step.words, step.owner, step.person) == ("Bring bulbs", manager, rose)
    assert client.post(f"/steps/{step.uuid}/delete/").url == f"/people/{rose.uuid}/"
    assert not NextStep.objects.exists()


@pytest.mark.parametrize("about", ["person={uuid}", "conversation={uuid}", "asset=x", "asset=999999"])
def test_a_step_about_a_strangers_record_is_not_found(client_for, builder, other_team, about) -> None:
    row = PersonFactory(team=other_team) if "person" in about else ConversationFactory(team=other_team)
    assert client_for(builder).get(f"/steps/new/?{about.format(uuid=row.uuid)}").status_code == 404


def test_the_list_has_mine_everyones_and_those_without_a_day(client_for, team, builder, manager) -> None:
    for words, owner, day in (
        ("Mine soon", builder, timezone.localdate()), ("Mine one day", builder, None), ("Theirs", manager, timezone.localdate()),
    ):  # fmt: skip
        NextStepFactory(team=team, owner=owner, words=words, due_on=day)
    client = client_for(builder)
    shown = {
        query: [step.words for step in client.get(f"/steps/{query}").context["page"]]
        for query in ("", "?some_time=1", "?whose=all")
    }
    assert shown == {"": ["Mine soon"], "?some_time=1": ["Mine one day"], "?whose=all": ["Mine soon", "Theirs"]}


def test_done_and_log_opens_the_page_that_logs_with_the_same_people(client_for, team, builder) -> None:
    rose = PersonFactory(team=team, known_as="Rose")
    talk = ConversationFactory(team=team, builder=builder, people=[rose], stepped=True)
    client, step = client_for(builder), talk.steps.get()
    answer = client.post(f"/steps/{step.uuid}/done/", {"log": "1", "back": "/"})
    assert answer.url == f"/record/?step={step.uuid}"
    page = client.get(answer.url).text
    assert f'name="people-known" value="{rose.uuid}"' in flat(page)
    follow = client.get(f"/record/?like={talk.uuid}").text
    assert f'name="people-known" value="{rose.uuid}"' in flat(follow)


def test_a_step_is_closed_on_its_page_with_a_reason(client_for, team, builder) -> None:
    client, step = client_for(builder), NextStepFactory(team=team, owner=builder)
    refused = client.post(f"/steps/{step.uuid}/close/", {"reason": ""})
    assert (refused.status_code, "This field is required" in refused.text) == (200, True)
    client.post(f"/steps/{step.uuid}/close/", {"reason": "They moved away"})
    page = client.get(f"/steps/{step.uuid}/").text
    assert "They moved away" in page
    client.post(f"/steps/{step.uuid}/reopen/")
    step.refresh_from_db()
    assert step.is_open


def test_a_spark_has_next_steps(client_for, team, builder, evaluator) -> None:
    spark = SparkFactory(round__team=team, created_by=builder, title="Seed swap")
    client, address = client_for(builder), f"/sparks/{spark.uuid}/"
    key = client.get(f"{address}next-step/").context["form"]["uuid"].value()
    today = timezone.localdate().isoformat()
    sent = {"uuid": key, "words": "Ask for the receipts", "due_on": today, "owner": builder.pk}
    assert client.post(f"{address}next-step/", sent).url == address
    assert "Ask for the receipts" in client.get(address).text
    assert f'<a href="{address}">Seed swap</a>' in flat(client.get("/").text)
    assert "Ask for the receipts" not in client_for(evaluator).get(address).text
    assert client_for(evaluator).get(f"{address}next-step/").status_code == 403


def test_the_menu_of_a_step_offers_colleagues_and_days_when_it_is_opened(client_for, team, builder, manager) -> None:
    step = NextStepFactory(team=team, owner=builder, due_on=date(2026, 1, 1))
    address = reverse("connectors:step-moves", args=[step.uuid])
    assert f'hx-get="{address}?back=%2F"' in client_for(builder).get("/").text
    part = client_for(builder).get(f"{address}?back=/", headers={"HX-Request": "true"}).text
    assert f"To {manager}" in part
    assert f"To {builder}" not in part
    assert '<input type="hidden" name="back" value="/">' in part
    form = client_for(builder).get(address)
    assert form.status_code == 302
    assert form["Location"] == reverse("connectors:step-update", args=[step.uuid])
