"""Residents apply without an account: from the poster to a spark, and what may go wrong on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry, SignInAttempt
from communities.verbs import Verb
from connectors.models import Person
from sparks.applying import actions, words
from sparks.applying.views.doors import BEGUN, WORDS
from sparks.models import Application, HeldBy, Spark, Stage, Status
from tests.factories.communities import PartnerFactory, TeamFactory
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import SIX_WORDS, ApplicantFactory, ApplicationFactory, RoundFactory
from tests.form_reader import forms_of

pytestmark = pytest.mark.django_db


def screen_of(number: int, name: str = "") -> str:
    return reverse("applying:screen", args=[SIX_WORDS, ("what", "who", "cost", "money", "you", "check")[number]]) + name


def mine() -> str:
    return reverse("applying:mine", args=[SIX_WORDS])


def begin(client, public, **answers: str):
    """Answer the two questions as somebody on a phone does, and return the response."""
    path = reverse("applying:apply", args=[public.code])
    (form,) = forms_of(client.get(path))
    return client.post(path, {**form.data, "first": "yes", "second": "yes", **answers})


def test_from_the_poster_to_a_spark(client, client_for, builder, public):
    begun = begin(client, public)
    assert begun.status_code == 302
    typed = (
        {"what": "A bench in the sun", "title": "Sunny bench"},
        {"who_with": "Mill Row", "name-1": "Ada", "reach-1": "ada@example.org", "say-1": "I bring the saw"},
        {"costs": "Wood", "amount_gbp": "£40"},
        {"held_by": "group"},
        {"name": "Rose", "phone": "0117 496 0001"},
    )
    at = begun["Location"]
    for answers in typed:
        (form,) = forms_of(client.get(at))
        at = client.post(at, {**form.data, **answers})["Location"]
    (form,) = forms_of(client.get(at))
    sent = client.post(at, form.data)
    assert "Sent. Thank you" in client.get(sent["Location"]).content.decode()
    assert client.cookies == {}
    (application,) = Application.objects.all()
    assert (application.stage, application.what, application.amount_gbp) == (Stage.SENT, "A bench in the sun", 40)
    assert [each.name for each in application.people.all()] == ["Rose", "Ada"]
    assert (Spark.objects.count(), Person.objects.count()) == (0, 0)

    staff = client_for(builder)
    path = reverse("sparks:application-detail", args=[application.uuid])
    take = next(each for each in forms_of(staff.get(path)) if "title" in each.data)
    assert staff.post(path, take.data).status_code == 302
    spark = Spark.objects.get()
    assert (spark.title, spark.status, spark.amount_gbp) == ("Sunny bench", Status.SUBMITTED, 40)
    assert spark.writers.get() == builder
    assert "Waiting for a decision" in client.get(sent["Location"]).content.decode()


@pytest.mark.parametrize(
    ("answers", "number"), [({"what": ""}, 0), ({}, 0), ({"who_with": "Four of us"}, 1), ({"held_by": HeldBy.GOODS}, 3)]
)
def test_continuing_opens_the_question_that_was_answered_last(client, public, answers, number):
    empty = {"who_with": "", "costs": "", "amount_gbp": 0, "held_by": "", "title": ""}
    ApplicationFactory(page=public, words=SIX_WORDS, **{**empty, **answers})
    assert f'href="{screen_of(number)}">Continue writing' in client.get(mine()).text


def test_no_is_answered_before_anybody_writes(client, public):
    answer = begin(client, public, second="no")
    assert "we do not want to waste your time" in answer.content.decode()
    assert not Application.objects.exists()


def test_a_double_click_begins_one(client, public):
    path = reverse("applying:apply", args=[public.code])
    (form,) = forms_of(client.get(path))
    first, second = (client.post(path, {**form.data, "first": "yes", "second": "yes"}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Application.objects.count() == 1


def test_words_that_this_server_did_not_make_begin_nothing(client, public):
    answer = begin(client, public, words="acorn-acorn-acorn-acorn-acorn-acorn")
    assert answer.status_code == 200
    assert not Application.objects.exists()


def test_only_digests_of_the_words_are_stored(client, public):
    secret = begin(client, public)["Location"].split("/")[3]
    assert len(secret.split("-")) == words.HOW_MANY
    assert Application.objects.get().digest == words.digest_of(secret.upper().replace("-", "  "))
    assert secret not in str(Application.objects.values())


def test_a_page_that_is_off_is_not_there(client, public):
    public.is_on = False
    public.save()
    assert client.get(reverse("applying:apply", args=[public.code])).status_code == 404


@pytest.mark.parametrize(("shows", "indexed"), [(True, True), (False, False)])
def test_the_team_decides_about_money_and_search_engines(client, public, shows, indexed):
    public.shows_money, public.is_indexed = shows, indexed
    public.save()
    answer = client.get(reverse("applying:apply", args=[public.code]))
    assert ("£1,000 is left" in answer.content.decode()) == shows
    assert (answer["X-Robots-Tag"] == "all") == indexed
    assert "no-store" in answer["Cache-Control"]


def test_two_phones_lose_neither_text(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, what="")
    (one,), (other,) = (forms_of(client.get(screen_of(0))) for _phone in range(2))
    client.post(screen_of(0), {**one.data, "what": "A bench"})
    answer = client.post(screen_of(0), {**other.data, "what": "A swing"})
    shown = answer.content.decode()
    assert Application.objects.get().what == "A bench"
    assert "A swing" in shown
    assert "A bench" in shown
    (again,) = forms_of(answer)
    assert client.post(screen_of(0), again.data).status_code == 302
    assert Application.objects.get().what == "A swing"


def test_saved_while_typing(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, what="")
    (form,) = forms_of(client.get(screen_of(0)))
    answer = client.post(screen_of(0), {**form.data, "what": "A ben"}, headers={"X-While-Typing": "1"})
    told = answer.json()
    assert (told["is_saved"], told["said"], Application.objects.get().what) == (True, "", "A ben")
    late = client.post(screen_of(0), {**form.data, "key": "b", "what": "A swing"}, headers={"X-While-Typing": "1"})
    assert (late.status_code, Application.objects.get().what) == (409, "A ben")
    known = client.post(screen_of(0), {**form.data, "key": "b", "mark": told["mark"], "what": "A swing"})
    assert (known.status_code, Application.objects.get().what) == (302, "A swing")


def test_a_page_whose_answer_was_lost_meets_its_own_words_without_a_question(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, what="")
    (form,) = forms_of(client.get(screen_of(0)))
    for text in ("A ben", "A bench"):
        assert client.post(screen_of(0), {**form.data, "what": text}).status_code == 302
    assert Application.objects.get().what == "A bench"


def test_two_tabs_on_different_screens_do_not_disturb_each_other(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, what="", costs="")
    (what,), (cost,) = (forms_of(client.get(screen_of(number))) for number in (0, 2))
    assert client.post(screen_of(0), {**what.data, "what": "A bench"}).status_code == 302
    assert client.post(screen_of(2), {**cost.data, "costs": "Wood"}).status_code == 302
    assert Application.objects.values_list("what", "costs").get() == ("A bench", "Wood")


def test_what_is_valid_is_saved_beside_what_is_not(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, costs="")
    for typed in ("1e400", "NaN", "Infinity", "1e-2", "501", "-5", "ten", "0.001"):
        (form,) = forms_of(client.get(screen_of(2)))
        answer = client.post(screen_of(2), {**form.data, "costs": f"Wood {typed}", "amount_gbp": typed})
        assert (answer.status_code, Application.objects.get().costs) == (200, f"Wood {typed}")
        assert f'value="{typed}"' in answer.content.decode()


def test_a_host_of_another_team_is_refused(client, public):
    """On the screen, and by the action."""
    theirs = PartnerFactory(team=TeamFactory(), is_fiscal_host=True)
    application = ApplicationFactory(page=public, words=SIX_WORDS)
    (form,) = forms_of(client.get(screen_of(3)))
    assert client.post(screen_of(3), {**form.data, "held_by": "host", "host": theirs.pk}).status_code == 200
    with pytest.raises(ValidationError):
        actions.save_answers(application=application, held_by="host", host=theirs)
    assert Application.objects.get().host is None


def test_everything_missing_is_said_at_once(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, what="", amount_gbp=0)
    answer = client.post(screen_of(5), {}).content.decode()
    assert all(
        said in answer for said in ("what you want to do, or record it.", "Tell us your name", "how much would help")
    )
    assert Application.objects.get().stage == Stage.WRITING


def test_closing_in_summer_time_keeps_what_was_typed(client, clock, public):
    """One in the morning in London is midnight in UTC: the page says London’s time, and a second later is too late."""
    public.round.closes_at = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    public.round.save()
    ApplicantFactory(application=ApplicationFactory(page=public, words=SIX_WORDS))
    assert "00:00" in client.get(reverse("applying:apply", args=[public.code])).content.decode()
    (form,) = forms_of(client.get(screen_of(0)))
    clock.move_to(datetime(2026, 6, 30, 23, 0, tzinfo=UTC))
    assert client.post(screen_of(0), {**form.data, "what": "Late words"}).status_code == 302
    answer = client.post(screen_of(5), {})
    assert "This round closed on 1 July 2026 at 00:00. What you wrote is saved" in answer.content.decode()
    application = Application.objects.get()
    assert (application.stage, application.what) == (Stage.WRITING, "Late words")
    application.stage, application.sent_at = Stage.SENT, timezone.now() - timedelta(seconds=1)
    application.save()


def test_sent_before_closing_is_taken_up_after_it(clock, builder, public):
    application = ApplicationFactory(page=public, sent=True)
    clock.move_to(public.round.closes_at + timedelta(days=2))
    spark = actions.take_up(application=application, by=builder, title="Bench", held_by=HeldBy.GROUP)
    assert (spark.status, spark.submitted_at) == (Status.SUBMITTED, application.sent_at)


def test_stopped_withdrawn_and_wrong_words_look_the_same(client, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS)
    actions.stop_link(application=application)
    stopped = client.get(mine())
    wrong = client.get(reverse("applying:mine", args=["acorn-acorn-acorn-acorn-acorn-acorn"]))
    assert (stopped.status_code, stopped.content) == (404, wrong.content)
    assert client.post(screen_of(5), {}).status_code == 404


def test_wrong_words_are_limited_by_network(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS)
    for _time in range(WORDS.source.tries + 1):
        client.get(reverse("applying:mine", args=["acorn-acorn-acorn-acorn-acorn-acorn"]))
    assert client.get(mine()).status_code == 404
    assert client.get(mine(), REMOTE_ADDR="203.0.113.9").status_code == 200


def test_five_hundred_from_one_address_are_held_off(client, public):
    answers = [begin(client, public) for _time in range(BEGUN.pair.tries + 1)]
    assert [each.status_code for each in answers] == [302] * BEGUN.pair.tries + [429]
    assert "Try again in" in answers[-1].content.decode()
    assert Application.objects.count() == BEGUN.pair.tries
    assert SignInAttempt.objects.count() == BEGUN.pair.tries


def test_the_box_for_programs_stops_them(client, public):
    assert begin(client, public, website="https://example.org").status_code == 200
    application = ApplicantFactory(application=ApplicationFactory(page=public, words=SIX_WORDS)).application
    client.post(screen_of(5), {"website": "x"})
    application.refresh_from_db()
    assert (Application.objects.count(), application.stage) == (1, Stage.WRITING)


def test_another_site_sends_nothing(client, public):
    ApplicantFactory(application=ApplicationFactory(page=public, words=SIX_WORDS))
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post(screen_of(5), {}, headers=headers).status_code == 403
    assert client.post(screen_of(5), {}, headers={"Origin": "http://testserver"}).status_code == 302


def test_a_script_in_every_field_is_only_text(client, client_for, builder, public):
    nasty = "<script>alert(1)</script>"
    application = ApplicationFactory(
        page=public, words=SIX_WORDS, title=nasty, what=nasty, who_with=nasty, costs=nasty, sent=True
    )
    ApplicantFactory(application=application, name=nasty, phone=nasty)
    staff = client_for(builder).get(reverse("sparks:application-detail", args=[application.uuid]))
    for answer in (client.get(mine()), staff):
        assert "<script>alert" not in answer.content.decode()


def test_withdrawn_by_whoever_wrote_it(client, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    for _press in range(2):
        assert client.post(reverse("applying:withdraw", args=[SIX_WORDS])).status_code == 302
    application.refresh_from_db()
    assert application.stage == Stage.WITHDRAWN
    assert AuditEntry.objects.filter(verb=Verb.WITHDRAW_APPLICATION, actor=None).count() == 1


def test_typed_after_it_was_sent_is_shown(client, public):
    ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    answer = client.post(screen_of(0), {"what": "One more thing"})
    assert (answer.status_code, "One more thing" in answer.content.decode()) == (409, True)


def test_a_name_becomes_a_resident_only_by_the_question(client_for, builder, public):
    known = PersonFactory(team=public.round.team, known_as="Rose Bell")
    application = ApplicationFactory(page=public, sent=True)
    applicant = ApplicantFactory(application=application, name="Rose Bell")
    staff, path = client_for(builder), reverse("sparks:application-detail", args=[application.uuid])
    take = next(each for each in forms_of(staff.get(path)) if "title" in each.data)
    staff.post(path, {**take.data, f"who-{applicant.pk}": str(known.uuid)})
    assert list(Spark.objects.get().applicants.all()) == [known]
    applicant.refresh_from_db()
    assert (applicant.person, Person.objects.count()) == (known, 1)


def test_somebody_new_is_added_with_how_to_reach_them_once(client_for, builder, public):
    PersonFactory(team=public.round.team, known_as="Rose Bell")
    application = ApplicationFactory(page=public, sent=True)
    main = ApplicantFactory(application=application, name="Rose Bell", phone="0117 496 0001")
    ada = ApplicantFactory(application=application, name="Ada", place=1, email="ada@example.org", say="I bring the saw")
    staff, path = client_for(builder), reverse("sparks:application-detail", args=[application.uuid])
    shown = staff.get(path)
    assert "I bring the saw" in shown.content.decode()
    take = next(each for each in forms_of(shown) if "title" in each.data)
    answers = {**take.data, f"who-{main.pk}": "new", f"who-{ada.pk}": "new"}
    assert [staff.post(path, answers).status_code for _press in range(2)] == [302, 302]
    added = Spark.objects.get().applicants.order_by("known_as")
    assert [(each.known_as, each.phone, each.email) for each in added] == [
        ("Ada", "", "ada@example.org"), ("Rose Bell", "0117 496 0001", ""),
    ]  # fmt: skip
    assert Person.objects.count() == 3


def test_emoji_and_text_from_right_to_left_arrive_as_they_were_typed(client, client_for, builder, public):
    text = "مقعد في الشمس 🪑👩🏽‍🌾‏ כולם"
    application = ApplicationFactory(page=public, words=SIX_WORDS, what="")
    (form,) = forms_of(client.get(screen_of(0)))
    assert client.post(screen_of(0), {**form.data, "what": text, "title": text}).status_code == 302
    application.refresh_from_db()
    assert (application.what, application.title) == (text, text)
    assert text in client.get(mine()).content.decode()


def test_closed_with_a_reason_that_they_read(client, client_for, builder, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    path = reverse("sparks:application-close", args=[application.uuid])
    client_for(builder).post(path, {"close-reason": "The same came last week."})
    assert "The same came last week." in client.get(mine()).content.decode()


def test_new_words_stop_the_old_ones(client, client_for, builder, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    answer = client_for(builder).post(reverse("sparks:application-words", args=[application.uuid]), follow=True)
    secret = answer.context["six"].replace(" ", "-")
    assert client.get(mine()).status_code == 404
    back = client.post(reverse("applying:way-back"), {"words": answer.context["six"].title()})
    assert back["Location"] == reverse("applying:mine", args=[secret])


def test_new_words_made_twice_show_the_ones_that_work(client, client_for, builder, public):
    application = ApplicationFactory(page=public, words=SIX_WORDS, sent=True)
    staff, path = client_for(builder), reverse("sparks:application-words", args=[application.uuid])
    first, second = (staff.post(path, follow=True) for _press in range(2))
    assert "<h1>New six words</h1>" in second.content.decode()
    assert "earlier words no longer work" in second.content.decode()
    addresses = [reverse("applying:mine", args=[page.context["six"].replace(" ", "-")]) for page in (first, second)]
    assert [client.get(address).status_code for address in addresses] == [404, 200]


def test_old_applications_are_deleted(clock, public):
    kept = ApplicationFactory(page=public, sent=True)
    ApplicationFactory(page=public, what="", who_with="", costs="", amount_gbp=0)
    unsent = ApplicationFactory(page=public)
    clock.shift(timedelta(days=2))
    assert actions.delete_old_applications() == 1
    clock.shift(timedelta(days=90))
    assert actions.delete_old_applications() == 1
    assert list(Application.objects.all()) == [kept]
    assert unsent.pk != kept.pk


def test_a_manager_switches_the_page_on(client, client_for, manager, team):
    grant_round = RoundFactory(team=team)
    path = reverse("sparks:apply-page", args=[grant_round.pk])
    staff = client_for(manager)
    form = next(each for each in forms_of(staff.get(path)) if "code" in each.data)
    taken = staff.post(path, {**form.data, "code": "back", "is_on": "on"})
    assert "Kith uses this address itself" in taken.content.decode()
    assert staff.post(path, {**form.data, "code": "Mill-Row", "is_on": "on"}).status_code == 302
    assert client.get(reverse("applying:apply", args=["mill-row"])).status_code == 200
