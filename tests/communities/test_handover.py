"""When a builder leaves or is away: nothing is left without an owner."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from communities import handover
from communities.actions.absences import end_absence, save_absence
from communities.actions.members import add_member, change_member_roles, hand_over, remove_member
from communities.actions.undo import undo
from communities.free_text import APPS
from communities.handover import Choices
from communities.models import Absence, AuditEntry, Membership, Role, Undoable, User
from communities.verbs import Verb
from connectors.actions.next_steps import add_next_step, change_next_step, delete_next_step, finish_next_step
from connectors.models import Introduction, NextStep, Person
from connectors.rules.shown_names import can_see_name
from sparks.models import Spark
from tests.factories.communities import MembershipFactory, UserFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, NextStepFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_capture import park
from tests.factories.connectors_journeys import JourneyFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory
from tests.stored import everything_stored

pytestmark = pytest.mark.django_db

_AUTHOR = "who did it, which stays true when they leave"
_OWN = "of their own: nobody else has to take it on"
#: The fields that point at a user and are in no kind, and why nobody has to take their rows on.
NOT_OWNED = {
    "admin.logentry.user": _AUTHOR,
    "assets.asset.created_by": _AUTHOR,
    "assets.asset.retired_by": _AUTHOR,
    "assets.assetphoto.created_by": _AUTHOR,
    "assets.importbatch.created_by": _AUTHOR,
    "communities.absence.created_by": _AUTHOR,
    "evaluation.release.closed_by": _AUTHOR,
    "communities.absence.stand_in": "ends when either of them leaves",
    "communities.absence.user": "ends when either of them leaves",
    "communities.auditentry.actor": _AUTHOR,
    "communities.calendaraddress.user": _OWN,
    "communities.draft.user": _OWN,
    "communities.idempotencykey.by": _AUTHOR,
    "communities.invitation.accepted_by": _AUTHOR,
    "communities.invitation.invited_by": "every manager sends it again or withdraws it",
    "communities.membership.confirmed_by": _AUTHOR,
    "communities.membership.granted_by": _AUTHOR,
    "communities.membership.user": "what ends",
    "communities.message.settled_by": _AUTHOR,
    "communities.message.user": "the recipient",
    "communities.reminder.user": _OWN,
    "communities.undoable.by": _AUTHOR,
    "communities.undoable.undone_by": _AUTHOR,
    "connectors.consentrecord.recorded_by": _AUTHOR,
    "evaluation.profile.recorded_by": _AUTHOR,
    "connectors.device.user": _OWN,
    "connectors.dismissal.dismissed_by": _AUTHOR,
    "connectors.ignoredword.user": _OWN,
    "connectors.journeychange.noted_by": _AUTHOR,
    "connectors.lighttouch.builder": _AUTHOR,
    "connectors.nextstep.closed_by": _AUTHOR,
    "connectors.nextstep.created_by": _AUTHOR,
    "connectors.personmerge.merged_by": _AUTHOR,
    "connectors.personmerge.undone_by": _AUTHOR,
    "connectors.privacynotice.published_by": _AUTHOR,
    "connectors.readbacklink.made_by": "a link works until its own end, and the whole team makes new ones",
    "connectors.reviewitem.reviewed_by": "the whole team reads these texts",
    "connectors.teamword.created_by": _AUTHOR,
    "connectors.twopeople.said_by": _AUTHOR,
    "connectors.wish.handled_by": "the whole team answers requests",
    "evaluation.measurement.created_by": _AUTHOR,
    "evaluation.yardstick.created_by": _AUTHOR,
    "evaluation.indicator.made_by": _AUTHOR,
    "evaluation.expectation.written_by": _AUTHOR,
    "evaluation.observation.created_by": _AUTHOR,
    "evaluation.valuemap.created_by": _AUTHOR,
    "evaluation.valueassumption.entered_by": _AUTHOR,
    "evaluation.valueassumption.signed_by": _AUTHOR,
    "evaluation.valueinput.entered_by": _AUTHOR,
    "evaluation.valueinput.signed_by": _AUTHOR,
    "evaluation.pack.created_by": "every manager and evaluator goes on with it",
    "evaluation.packlink.made_by": "a link works until its own end, and every manager and evaluator withdraws it",
    "evaluation.publishedpack.published_by": _AUTHOR,
    "evaluation.story.published_by": _AUTHOR,
    "evaluation.story.withdrawn_by": _AUTHOR,
    "sparks.amendment.proposed_by": "another of those who decide agrees to it, or keeps it as it is",
    "sparks.amendment.settled_by": _AUTHOR,
    "sparks.application.helper": _AUTHOR,
    "sparks.application.settled_by": _AUTHOR,
    "sparks.attachment.by": _AUTHOR,
    "sparks.note.by": _AUTHOR,
    "sparks.bar.user": "stays: whoever was too close stays too close",
    "sparks.decision.by": _AUTHOR,
    "sparks.hostlink.by": "who asked; when they leave, the answer goes to whoever has the spark",
    "sparks.hostlink.answer_shown_to": "who saw it, which stays true when they leave",
    "sparks.hostlink.shown_to": "who saw it, which stays true when they leave",
    "sparks.steptaken.by": _AUTHOR,
    "sparks.fundentry.by": _AUTHOR,
    "sparks.fundentry.confirmed_by": _AUTHOR,
    "sparks.fundproposal.proposed_by": "another manager or deputy refuses it, if its proposer is gone",
    "sparks.fundproposal.settled_by": _AUTHOR,
    "sparks.growth.created_by": _AUTHOR,
    "sparks.ledgerentry.by": _AUTHOR,
    "sparks.report.created_by": _AUTHOR,
    "sparks.spark.payee_by": "stays: whoever entered who is paid does not pay it",
}


def pointing_at_users() -> set[str]:
    """Return every field of a model of Kith, and of the admin's log, that points at one user."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for label in (*APPS, "admin")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if field.related_model is User
    }


def test_every_field_that_points_at_a_user_is_owned_or_says_why_not() -> None:
    owned = {name for kind in handover.all_kinds() for name in kind.fields}
    found = pointing_at_users()
    assert found - owned - set(NOT_OWNED) == set(), "who takes these on when their user leaves?"
    assert (owned | set(NOT_OWNED)) - found == set(), "a line for a field that is gone"
    assert owned & set(NOT_OWNED) == set()


def test_kinds_have_different_keys() -> None:
    keys = [kind.key for kind in handover.all_kinds()]
    assert len(set(keys)) == len(keys) == 12


def counts_of(user, team) -> dict[str, int]:
    """Return how many of each kind somebody looks after, without zeros."""
    counted = {kind.key: kind.rows(team, user).count() for kind in handover.all_kinds()}
    return {key: number for key, number in counted.items() if number}


def fill(team, builder) -> None:
    """Give a builder 6 promises, 5 introductions to ask about, 10 residents to tell, and one of every other kind."""
    for number in range(6):
        NextStepFactory(team=team, owner=builder, words=f"Promise {number}")
    for _number in range(5):
        IntroductionFactory(
            team=team, introduced_by=builder, introduced_on=timezone.localdate() - timedelta(days=40),
            from_person=PersonFactory(team=team), to_person=PersonFactory(team=team),
        )  # fmt: skip
    for number in range(10):
        PersonFactory(team=team, known_as=f"Nell {number}", told_on=None, created_by=builder)
    PersonFactory(team=team, created_by=builder)
    JourneyFactory(person=PersonFactory(team=team), builder=builder)
    AskFactory(team=team, created_by=builder)
    ConversationFactory(team=team, builder=builder, unsorted_names=["Bo"])
    SparkFactory(round__team=team, created_by=builder)
    StoryFactory(team=team, created_by=builder)


def test_removing_a_builder_hands_everything_over(client_for, team, builder, manager) -> None:
    cass = UserFactory(name="Cass", roles={team: [Role.BUILDER]})
    fill(team, builder)
    client, address = client_for(manager), f"/team/members/{builder.pk}/remove/"
    page = client.get(address).text
    counted = counts_of(builder, team)
    assert counted == {
        "steps": 6, "introductions": 5, "to_tell": 10, "residents": 1, "journeys": 1, "asks": 1, "names": 1,
        "sparks": 1, "stories": 1,
    }  # fmt: skip
    for words in ("6 next steps", "5 introductions to ask about", "10 residents to tell"):
        assert words in page
    refused = client.post(address, {})
    assert refused.text.count("Choose who takes on") == 1
    for key in counted:
        assert f'<a href="#id_to_{key}">' in refused.text
    before = everything_stored(ignore=("updated_at", "last_login"))
    assert Membership.objects.filter(user=builder).exists()
    sent = {"everything": cass.pk, "to_introductions": manager.pk}
    said = client.post(address, sent, follow=True).text
    assert f"22 things went to {cass}, 5 to {manager}. Undo returns that as well." in said
    assert not Membership.objects.filter(user=builder).exists()
    assert counts_of(builder, team) == {}
    went = {
        "promises": NextStep.objects.filter(owner=cass, words__startswith="Promise").count(),
        "introductions to ask about": Introduction.objects.filter(asker=manager).count(),
        "residents to tell": Person.objects.filter(keeper=cass, told_on=None).count(),
    }
    assert went == {"promises": 6, "introductions to ask about": 5, "residents to tell": 10}
    now = {user: counts_of(user, team) for user in (cass, manager)}
    assert now[cass] == {"steps": 10, "to_tell": 10, "residents": 1, "journeys": 1}
    assert now[manager] == {"introductions": 5}
    for user, counts in now.items():
        print(f"\n{user}: {counts}")  # noqa: T201 - where each went is to be read
    assert Spark.objects.get().created_by == builder, "who wrote a spark stays"
    assert client_for(cass).get("/").text.count("Promise ") > 0
    kept = Undoable.objects.get()
    assert "gets back what was handed over" in client.get(f"/deleted/{kept.uuid}/").text
    back = client.post(f"/deleted/{kept.uuid}/", follow=True).text
    assert "27 things that were handed over or closed went back to them." in back
    assert everything_stored(ignore=("updated_at", "last_login")) == before, "undoing gives everything back"


#: What somebody else does with a thing that was handed over, before that is undone; and whether it goes back all the same.
SINCE = {
    "nothing": (lambda step, to, third: None, True),
    "new words": (lambda step, to, third: change_next_step(step=step, by=to, words="Ring twice"), True),
    "handed on": (lambda step, to, third: change_next_step(step=step, by=to, owner=third), False),
    "done": (lambda step, to, third: finish_next_step(step=step, by=to), False),
    "deleted": (lambda step, to, third: delete_next_step(step=step, by=to), False),
}


@pytest.mark.parametrize("act", [hand_over, remove_member])
def test_undoing_gives_back_what_is_still_with_whom_it_was_given(act, client_for, team, builder, manager) -> None:
    cass = UserFactory(name="Cass", roles={team: [Role.BUILDER]})
    steps = {words: NextStepFactory(team=team, owner=builder, words=words) for words in SINCE}
    told, met = PersonFactory(team=team, created_by=builder, told_on=None), AskFactory(team=team, created_by=builder)
    act(team=team, user=builder, by=manager, choices=Choices(everything=cass))
    for words, (do, _goes_back) in SINCE.items():
        do(NextStep.objects.get(pk=steps[words].pk), cass, manager)
    Person.objects.filter(pk=told.pk).update(told_on=timezone.localdate())
    finish_next_step(step=NextStep.objects.get(linked_id=met.pk), by=cass)
    kept = Undoable.objects.filter(model="communities.user").get()
    page = client_for(manager).post(f"/deleted/{kept.uuid}/", follow=True).text
    assert "2 things that were handed over or closed went back to them." in page
    assert "5 stay where they are, because they have been done or handed on since." in page
    owners = dict(NextStep.objects.filter(words__in=[*SINCE, "Ring twice"]).values_list("pk", "owner"))
    gone_back = {words for words, step in steps.items() if owners.get(step.pk) == builder.pk}
    assert gone_back == {words for words, (_do, goes_back) in SINCE.items() if goes_back}
    told.refresh_from_db()
    assert told.keeper == cass
    audited = AuditEntry.objects.filter(verb=Verb.UNDO, model="connectors.nextstep", field_names=["owner"])
    assert audited.count() == 2


def test_closing_when_somebody_leaves_is_undone_with_it(team, builder, manager) -> None:
    NextStepFactory(team=team, owner=builder)
    IntroductionFactory(team=team, introduced_by=builder)
    before = everything_stored(ignore=("updated_at", "last_login"))
    remove_member(
        team=team, user=builder, by=manager, choices=Choices(reasons={"steps": "Over", "introductions": "Over"})
    )
    undo(undoable=Undoable.objects.get(), by=manager)
    assert everything_stored(ignore=("updated_at", "last_login")) == before


def test_somebody_who_was_invited_back_gets_their_work_and_somebody_who_left_gets_none(team, builder, manager) -> None:
    step = NextStepFactory(team=team, owner=builder)
    remove_member(team=team, user=builder, by=manager, choices=Choices(everything=manager))
    add_member(team=team, user=builder, roles=["builder"], by=None)
    undo(undoable=Undoable.objects.get(), by=manager)
    assert NextStep.objects.get().owner == builder
    back = User.objects.get(pk=builder.pk)
    hand_over(team=team, user=back, by=back, choices=Choices(everything=manager))
    handed = Undoable.objects.get(verb=Verb.HAND_OVER)
    remove_member(team=team, user=builder, by=manager)
    with pytest.raises(ValidationError, match="no longer adds records"):
        undo(undoable=handed, by=manager)
    assert NextStep.objects.get(pk=step.pk).owner == manager


def test_only_who_may_do_it_is_offered_and_takes_it_on(client_for, team, builder, manager) -> None:
    """A manager who is not confirmed takes on no sparks, and a builder nothing that somebody else's phone sent."""
    cass = UserFactory(name="Cass", roles={team: [Role.BUILDER]})
    new = UserFactory(name="Nadia", roles={team: []})
    MembershipFactory(team=team, user=new, role=Role.MANAGER, confirmed_at=None)
    park(builder, team)
    SparkFactory(round__team=team, created_by=builder)
    NextStepFactory(team=team, owner=builder)
    able = {"steps": {cass, new, manager}, "sparks": {cass, manager}, "items": {new, manager}}
    page = client_for(manager).get(f"/team/members/{builder.pk}/remove/").text
    for kind, users in able.items():
        select = page.partition(f'name="to_{kind}"')[2].partition("</select>")[0]
        assert {user for user in (cass, new, manager) if f'value="{user.pk}"' in select} == users, kind
        for user in {cass, new, manager} - users:
            choices = Choices(everything=manager, by_kind={kind: user})
            with pytest.raises(ValidationError, match=f"Choose somebody else than {user}"):
                hand_over(team=team, user=builder, by=manager, choices=choices)
    answer = client_for(manager).post(f"/team/members/{builder.pk}/remove/", {"everything": new.pk}).text
    assert "cannot take on sparks. Choose somebody else than Nadia." in answer
    assert Membership.objects.filter(user=builder).exists()


def test_promises_and_questions_can_be_closed_with_a_reason(team, builder, manager) -> None:
    NextStepFactory(team=team, owner=builder)
    introduction = IntroductionFactory(team=team, introduced_by=builder)
    choices = Choices(reasons={"steps": "The project is over", "introductions": "We lost touch"})
    went = hand_over(team=team, user=builder, by=manager, choices=choices)
    assert went == {"steps": {"": 1}, "introductions": {"": 1}}
    step = NextStep.objects.get()
    assert (step.is_open, step.closed_reason, step.closed_by) == (False, "The project is over", manager)
    introduction.refresh_from_db()
    assert (introduction.ask_again_on, introduction.outcome_note) == (None, "We lost touch")


def test_each_row_can_go_to_another(team, builder, manager) -> None:
    cass = UserFactory(roles={team: [Role.BUILDER]})
    one, two = (NextStepFactory(team=team, owner=builder) for _each in range(2))
    choices = Choices(everything=manager, by_row={("steps", one.pk): cass})
    hand_over(team=team, user=builder, by=builder, choices=choices)
    assert [NextStep.objects.get(pk=step.pk).owner for step in (one, two)] == [cass, manager]


def test_nobody_leaves_while_they_look_after_something(team, builder, manager) -> None:
    NextStepFactory(team=team, owner=builder)
    for leave in (
        lambda: remove_member(team=team, user=builder, by=manager),
        lambda: remove_member(team=team, user=builder, by=manager, choices=Choices()),
        lambda: change_member_roles(team=team, user=builder, by=manager, roles=["evaluator"]),
    ):
        with pytest.raises(ValidationError):
            leave()
    assert NextStep.objects.get().owner == builder
    assert Membership.objects.filter(user=builder, role=Role.BUILDER).exists()


def test_only_somebody_of_the_team_takes_things_on(team, builder, manager, evaluator, stranger) -> None:
    NextStepFactory(team=team, owner=builder)
    for other in (evaluator, stranger, builder):
        with pytest.raises(ValidationError):
            hand_over(team=team, user=builder, by=manager, choices=Choices(everything=other))
    for by in (evaluator, stranger, UserFactory(roles={team: [Role.BUILDER]})):
        with pytest.raises(PermissionDenied):
            hand_over(team=team, user=builder, by=by, choices=Choices(everything=manager))


def test_whoever_takes_a_resident_on_sees_the_name(team, builder, manager) -> None:
    cass = UserFactory(roles={team: [Role.BUILDER]})
    nell = PersonFactory(team=team, told_on=None, created_by=builder)
    assert not can_see_name(cass, nell)
    hand_over(team=team, user=builder, by=manager, choices=Choices(everything=cass))
    assert can_see_name(cass, Person.objects.get(pk=nell.pk))


def test_the_managers_today_says_what_a_closed_account_left(client_for, team, builder, manager) -> None:
    NextStepFactory(team=team, owner=builder)
    assert "Nobody looks after this" not in client_for(manager).get("/").text
    User.objects.filter(pk=builder.pk).update(is_active=False)
    page = client_for(manager).get("/").text
    assert "Nobody looks after this" in page
    assert f"/team/members/{builder.pk}/hand-over/" in page
    sent = {"everything": manager.pk}
    assert client_for(manager).post(f"/team/members/{builder.pk}/hand-over/", sent).status_code == 302
    assert "Nobody looks after this" not in client_for(manager).get("/").text


def test_the_command_lists_and_hands_over(team, builder, manager) -> None:
    NextStepFactory(team=team, owner=builder)

    def run(*more: str) -> str:
        out = StringIO()
        call_command("remove_member", builder.email, "--team", team.slug, *more, stdout=out)
        return out.getvalue()

    assert "1 next step\n" in run("--dry-run")
    with pytest.raises(CommandError, match="Choose who takes on 1 next step"):
        run()
    assert f"went to {manager.email}" in run("--to", manager.email)
    assert NextStep.objects.get().owner == manager
    for bad in (["--team", "nowhere"], ["--team", team.slug]):
        with pytest.raises(CommandError):
            call_command("remove_member", builder.email, *bad)


def test_the_command_hands_on_what_becomes_a_next_step(team, builder, manager) -> None:
    ask = AskFactory(team=team, created_by=builder)
    call_command("remove_member", builder.email, "--team", team.slug, "--to", manager.email, stdout=StringIO())
    step = NextStep.objects.get(linked_id=ask.pk)
    assert (step.owner, step.created_by) == (manager, manager)
    assert AuditEntry.objects.get(model="connectors.nextstep", verb=Verb.CREATE).actor is None


def test_those_who_left_can_still_be_filtered_by(client_for, team, builder, manager) -> None:
    ConversationFactory(team=team, builder=builder, summary="About kites")
    remove_member(team=team, user=builder, by=manager)
    page = client_for(manager).get(f"/conversations/?builder={builder.pk}").text
    assert f"{builder} (left)" in page
    assert "About kites" in page


# Away.


def away(team, builder, stand_in, *, by=None, days=(0, 7)) -> Absence:
    first, last = (timezone.localdate() + timedelta(days=number) for number in days)
    return save_absence(team=team, user=builder, by=by or builder, stand_in=stand_in, starts_on=first, ends_on=last)


def test_a_stand_in_sees_on_today_whose_each_is_and_it_ends_by_itself(
    client_for, clock, team, builder, manager
) -> None:
    NextStepFactory(team=team, owner=builder, words="Ring the hall", due_on=timezone.localdate())
    nell = PersonFactory(
        team=team, told_on=None, created_by=builder, first_met_on=timezone.localdate() - timedelta(days=60)
    )
    assert "Ring the hall" not in client_for(manager).get("/").text
    away(team, builder, manager)
    page = " ".join(client_for(manager).get("/").text.split())
    assert "Ring the hall" in page
    assert f"for {builder}" in page
    assert f"You are standing in for {builder}." in page
    assert f"/people/{nell.uuid}/" in page
    clock.shift(timedelta(days=8))
    page = client_for(manager).get("/").text
    assert "Ring the hall" not in page
    assert "Ring the hall" in client_for(builder).get("/").text


def test_an_absence_is_one_at_a_time_and_can_end_early(team, builder, manager) -> None:
    one = away(team, builder, manager)
    assert away(team, builder, manager, days=(0, 3)).pk == one.pk
    end_absence(team=team, user=builder, by=manager)
    end_absence(team=team, user=builder, by=manager)
    assert not Absence.objects.exists()


def test_bad_absences_are_refused(team, builder, manager, evaluator) -> None:
    for stand_in, days in ((evaluator, (0, 1)), (builder, (0, 1)), (manager, (2, 1)), (manager, (-2, -1))):
        with pytest.raises(ValidationError):
            away(team, builder, stand_in, days=days)
    with pytest.raises(PermissionDenied):
        away(team, builder, manager, by=UserFactory(roles={team: [Role.BUILDER]}))


def test_the_page_of_being_away(client_for, team, builder, manager) -> None:
    client, address = client_for(builder), f"/team/members/{builder.pk}/away/"
    assert client.get(address).status_code == 200
    day = timezone.localdate().isoformat()
    sent = {"starts_on": day, "ends_on": day, "stand_in": manager.pk}
    assert client.post(address, sent).status_code == 302
    assert Absence.objects.get().stand_in == manager
    assert "Back already" in client.get(address).text
    client.post(address, {"back": "1"})
    assert not Absence.objects.exists()
    assert client.get(f"/team/members/{manager.pk}/away/").status_code == 403


@pytest.mark.postgresql
def test_a_step_saved_while_its_builder_is_removed_has_an_owner(race, team, builder, manager) -> None:
    def save() -> str:
        try:
            add_next_step(team=team, by=builder, words="Ring")
        except (ValidationError, PermissionDenied):
            return "refused"
        return "saved"

    def leave() -> str:
        remove_member(team=team, user=builder, by=manager, choices=Choices(everything=manager))
        return "left"

    race(save, leave, save)
    assert not Membership.objects.filter(user=builder).exists()
    assert set(NextStep.objects.values_list("owner", flat=True)) <= {manager.pk}
