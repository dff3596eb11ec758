"""Notices, telling residents about our records, and consents."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions.consent import publish_notice, record_consents, tell_person
from connectors.actions.gifts import add_gift, update_gift
from connectors.actions.introductions import introduce
from connectors.models import ConsentHow, ConsentRecord, ContactPreference, Person, PrivacyNotice, Purpose, Wish
from connectors.queries.consent import (
    agreed,
    latest_notice,
    overdue_to_tell,
    refusals_of_offer,
    refuses,
    refusing,
    unwilling,
)
from connectors.queries.suggestions import suggestions_for
from connectors.rules.consent import is_late
from tests.factories.connectors import GiftFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_consent import ConsentFactory, NoticeFactory, WishFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rose(team):
    """Return a resident with a telephone and an offered gift."""
    rose = PersonFactory(
        team=team, known_as="Rose", phone="0117 496 0123", phone_key="174960123", email="rose@example.org",
        contact_preference="phone",
    )  # fmt: skip
    GiftFactory(person=rose, name="Baking", offered=True)
    return rose


def said(person: Person, **answers: bool) -> dict:
    """Return answers by purpose."""
    return {Purpose[name.upper()].value: answer for name, answer in answers.items()}


class TestNotices:
    def test_versions_are_numbered_and_old_ones_stay(self, team, manager) -> None:
        first = publish_notice(team=team, by=manager, words="One.\r\nTwo.")
        second = publish_notice(team=team, by=manager, words="Three.")
        assert (first.version, first.words, second.version) == (1, "One.\nTwo.", 2)
        assert latest_notice(team) == second
        assert PrivacyNotice.objects.get(pk=first.pk).words == "One.\nTwo."
        entry = AuditEntry.objects.filter(verb="publish").first()
        assert (entry.actor, entry.field_names) == (manager, ["words"])

    def test_builders_cannot_publish(self, team, builder) -> None:
        with pytest.raises(PermissionDenied):
            publish_notice(team=team, by=builder, words="Mine")

    @pytest.mark.parametrize("words", ["", "  ", "Same."])
    def test_an_empty_or_unchanged_text_makes_no_version(self, team, manager, words) -> None:
        publish_notice(team=team, by=manager, words="Same.")
        with pytest.raises(ValidationError) as refused:
            publish_notice(team=team, by=manager, words=words)
        assert "words" in refused.value.error_dict
        assert PrivacyNotice.objects.count() == 1

    def test_the_page_suggests_a_text_and_publishes_it(self, client_for, team, manager, builder) -> None:
        page = client_for(manager).get(reverse("connectors:notice-list"))
        assert f"We are {team.name}" in page.context["form"]["words"].value()
        answer = client_for(manager).post(reverse("connectors:notice-list"), {"words": "We listen."})
        assert answer.status_code == 302
        seen = client_for(builder).get(reverse("connectors:notice-list"))
        assert "We listen." in seen.content.decode()
        assert seen.context["form"] is None

    def test_an_invalid_text_stays_in_the_form(self, client_for, manager) -> None:
        answer = client_for(manager).post(reverse("connectors:notice-list"), {"words": "x" * 10_001})
        assert answer.status_code == 200
        assert answer.context["form"]["words"].value() == "x" * 10_001


class TestTelling:
    def test_telling_takes_one_tap_and_records_the_version(self, client_for, team, builder) -> None:
        notice = NoticeFactory(team=team)
        person = PersonFactory(team=team, known_as="Rose", untold=True)
        client_for(builder).post(reverse("connectors:person-told", kwargs={"uuid": person.uuid}))
        person.refresh_from_db()
        assert (person.told_on, person.told_notice, person.shown_as) == (timezone.localdate(), notice, "Rose")
        entry = AuditEntry.objects.filter(verb="tell").get()
        assert (entry.actor, entry.field_names) == (builder, ["told_notice", "told_on"])

    def test_the_first_date_stays(self, builder, team) -> None:
        day = timezone.localdate() - timedelta(days=9)
        person = tell_person(person=PersonFactory(team=team, untold=True), by=builder, on=day)
        assert tell_person(person=person, by=builder).told_on == day
        assert AuditEntry.objects.filter(verb="tell").count() == 1

    def test_a_future_date_is_refused(self, builder, team) -> None:
        with pytest.raises(ValidationError):
            tell_person(
                person=PersonFactory(team=team, untold=True), by=builder, on=timezone.localdate() + timedelta(1)
            )

    def test_overdue_residents_are_those_met_over_a_month_ago(self, team, builder, manager) -> None:
        def met(days: int, **more) -> Person:
            day = timezone.localdate() - timedelta(days=days)
            return PersonFactory(team=team, first_met_on=day, **{"untold": True, "created_by": builder, **more})

        older, late = met(60), met(31)
        met(30), met(40, created_by=manager), met(40, untold=False)
        assert overdue_to_tell(builder, team) == [older, late]
        assert overdue_to_tell(builder, team, limit=1) == [older]

    def test_today_lists_overdue_residents(self, client_for, team, builder, manager) -> None:
        day = timezone.localdate() - timedelta(days=40)
        PersonFactory(team=team, known_as="Margaret Tate", untold=True, created_by=builder, first_met_on=day)
        text = client_for(builder).get("/").content.decode()
        assert "People to tell about our records" in text
        assert "Margaret Tate" in text
        assert "People to tell about our records" not in client_for(manager).get("/").content.decode()

    def test_the_list_can_be_filtered_by_residents_not_told(self, client_for, team, builder) -> None:
        PersonFactory(team=team, known_as="Ama", untold=True)
        PersonFactory(team=team, known_as="Bert")
        text = client_for(builder).get(reverse("connectors:person-list"), {"untold": "on"}).content.decode()
        assert "A." in text
        assert "Not told yet" in text
        assert "Bert" not in text


class TestConsents:
    def test_each_answer_is_a_row_and_the_latest_counts(self, rose, builder, team) -> None:
        notice = NoticeFactory(team=team)
        record_consents(person=rose, by=builder, answers=said(rose, invite=True, story=False))
        record_consents(person=rose, by=builder, answers=said(rose, invite=False), how=ConsentHow.PAPER)
        assert ConsentRecord.objects.filter(person=rose).count() == 3
        answers = {each.purpose: each for each in agreed(rose)}
        assert (answers["invite"].answer, answers["story"].answer, answers["photo"].answer) == ("no", "no", "")
        record = answers["invite"].record
        assert (record.how, record.notice, record.recorded_by) == ("paper", notice, builder)

    def test_repeating_an_answer_adds_no_row(self, rose, builder) -> None:
        record_consents(person=rose, by=builder, answers=said(rose, invite=True))
        assert record_consents(person=rose, by=builder, answers=said(rose, invite=True)) == []
        assert ConsentRecord.objects.count() == 1

    def test_audit_names_the_purpose(self, rose, builder) -> None:
        record_consents(person=rose, by=builder, answers=said(rose, photo=True, story=False))
        rows = AuditEntry.objects.filter(model="connectors.consentrecord").values_list("verb", "field_names")
        assert sorted(rows) == [("agree", ["photo"]), ("refuse", ["story"])]

    def test_an_unknown_purpose_or_missing_witness_is_refused(self, rose, builder) -> None:
        with pytest.raises(ValidationError):
            record_consents(person=rose, by=builder, answers={"sell": True})
        with pytest.raises(ValidationError):
            record_consents(person=rose, by=None, answers=said(rose, story=True))
        record_consents(person=rose, by=None, answers=said(rose, story=True), how=ConsentHow.SHEET)
        assert ConsentRecord.objects.get().recorded_by is None

    def test_no_to_offering_makes_gifts_private_and_keeps_them_so(self, rose, builder) -> None:
        record_consents(person=rose, by=builder, answers=said(rose, offer=False))
        gift = rose.gifts.get()
        assert not gift.is_offered
        assert AuditEntry.objects.filter(model="connectors.gift", field_names=["is_offered"]).exists()
        for act in (
            lambda: update_gift(gift=gift, by=builder, is_offered=True),
            lambda: add_gift(person=rose, by=builder, name="Singing", kind="heart", is_offered=True),
        ):
            with pytest.raises(ValidationError) as refused:
                act()
            assert "is_offered" in refused.value.error_dict
        record_consents(person=rose, by=builder, answers=said(rose, offer=True))
        assert not rose.gifts.get().is_offered, "a yes offers nothing by itself"
        assert update_gift(gift=gift, by=builder, is_offered=True).is_offered

    def test_an_unanswered_purpose_is_not_a_no(self, rose, builder) -> None:
        assert rose.gifts.get().is_offered
        assert not refuses(rose, Purpose.OFFER)
        assert add_gift(person=rose, by=builder, name="Singing", kind="heart", is_offered=True).is_offered

    def test_a_no_to_contact_deletes_the_phone_number_and_email_address(self, rose, builder) -> None:
        record_consents(person=rose, by=builder, answers=said(rose, contact=False))
        rose.refresh_from_db()
        assert (rose.phone, rose.phone_key, rose.email) == ("", "", "")
        assert rose.contact_preference == ContactPreference.NO_CONTACT
        record_consents(person=rose, by=builder, answers=said(rose, contact=True))
        rose.refresh_from_db()
        assert rose.contact_preference == ContactPreference.NONE

    def test_a_yes_to_contact_changes_no_preference(self, rose, builder) -> None:
        record_consents(person=rose, by=builder, answers=said(rose, contact=True))
        rose.refresh_from_db()
        assert (rose.contact_preference, rose.phone) == ("phone", "0117 496 0123")

    def test_a_no_to_introductions_is_respected(self, rose, builder, team) -> None:
        theme = ThemeFactory(team=team)
        other = PersonFactory(team=team, themes=[theme])
        rose.themes.add(theme)
        assert [each.other for each in suggestions_for(other, builder)] == [rose]
        record_consents(person=rose, by=builder, answers=said(rose, introduce=False))
        assert suggestions_for(other, builder) == suggestions_for(rose, builder) == []
        with pytest.raises(ValidationError) as refused:
            introduce(team=team, by=builder, from_end=other, to_end=rose)
        assert "Rose" in refused.value.message_dict["to_end"][0]
        record_consents(person=rose, by=builder, answers=said(rose, introduce=True))
        assert introduce(team=team, by=builder, from_end=other, to_end=rose).pk

    def test_a_no_to_being_remembered_makes_one_request(self, rose, builder) -> None:
        record_consents(person=rose, by=builder, answers=said(rose, remember=False))
        record_consents(person=rose, by=builder, answers=said(rose, remember=True))
        record_consents(person=rose, by=builder, answers=said(rose, remember=False))
        assert [wish.kind for wish in Wish.objects.all()] == ["forget"]
        rose.refresh_from_db()
        assert rose.known_as == "Rose", "a builder confirms it"

    def test_consents_of_many_are_fetched_at_once(self, team, builder, django_assert_num_queries) -> None:
        yes, no, unasked = PersonFactory.create_batch(3, team=team)
        ConsentFactory(person=yes, is_given=False, recorded_at=timezone.now() - timedelta(days=1))
        ConsentFactory(person=yes)
        ConsentFactory(person=no)
        ConsentFactory(person=no, is_given=False)
        ConsentFactory(person=unasked, purpose=Purpose.STORY, is_given=False)
        with django_assert_num_queries(1):
            assert refusing([yes.pk, no.pk, unasked.pk], Purpose.INVITE) == {no.pk}


class TestTheForm:
    def url(self, person: Person) -> str:
        return reverse("connectors:person-consents", kwargs={"uuid": person.uuid})

    def test_saves_answers_and_leaves_out_unanswered_purposes(self, client_for, builder, rose) -> None:
        sent = {"invite": "yes", "photo": "no", "story": "", "how": "paper"}
        assert client_for(builder).post(self.url(rose), sent).status_code == 302
        rows = ConsentRecord.objects.order_by("purpose").values_list("purpose", "is_given", "how")
        assert list(rows) == [("invite", True, "paper"), ("photo", False, "paper")]
        text = client_for(builder).get(reverse("connectors:person-detail", kwargs={"uuid": rose.uuid})).content.decode()
        assert "signed it on paper" in text

    def test_an_answer_cannot_be_cleared(self, client_for, builder, rose) -> None:
        ConsentFactory(person=rose)
        client_for(builder).post(self.url(rose), {"invite": "", "how": "told"})
        assert ConsentRecord.objects.count() == 1
        assert agreed(rose)[4].answer == "yes"

    @pytest.mark.parametrize("sent", [{"invite": "perhaps", "how": "told"}, {"invite": "yes", "how": "sheet"}])
    def test_invalid_input_stays_in_the_form(self, client_for, builder, rose, sent) -> None:
        answer = client_for(builder).post(self.url(rose), sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert not ConsentRecord.objects.exists()


def test_the_latest_answer_counts_and_not_the_last_row(team, builder) -> None:
    """A sheet can be recorded after an answer that was given later."""
    rose, now = PersonFactory(team=team), timezone.now()
    ConsentFactory(person=rose, purpose=Purpose.PHOTO, is_given=False, recorded_at=now)
    ConsentFactory(person=rose, purpose=Purpose.PHOTO, is_given=True, recorded_at=now - timedelta(days=1))
    assert {each.purpose: each.answer for each in agreed(rose)}[Purpose.PHOTO] == "no"
    assert refuses(rose, Purpose.PHOTO)


def test_an_offered_gift_does_not_move_to_somebody_who_refuses(team) -> None:
    giver, other = PersonFactory(team=team), PersonFactory(team=team)
    gift = GiftFactory(person=giver, is_offered=True)
    for person in (giver, other):
        ConsentFactory(person=person, purpose=Purpose.OFFER, is_given=False)
    refused = [refusals_of_offer({"person": each, "is_offered": True}, before=gift) for each in (giver, other)]
    assert [list(each) for each in refused] == [[], ["is_offered"]], "what was offered already is accepted"


def test_somebody_who_was_erased_is_neither_named_nor_shown(team) -> None:
    gone = PersonFactory(team=team, erased_on=timezone.localdate())
    assert unwilling([gone.pk, PersonFactory(team=team).pk], Purpose.PHOTO) == [gone]


class TestWishes:
    def test_requests_are_oldest_first_with_overdue_ones_marked(self, client_for, builder, team, stranger) -> None:
        old = WishFactory(person__team=team, words="Second name", made_at=timezone.now() - timedelta(days=31))
        WishFactory(person__team=team)
        WishFactory()
        page = client_for(builder).get(reverse("connectors:wish-list"))
        assert [wish.is_late for wish in page.context["page"].rows] == [True, False]
        assert old.words in page.content.decode()

    def test_a_month_is_thirty_days_and_late_the_day_after(self) -> None:
        today = date(2026, 5, 31)
        assert [is_late(date(2026, 5, day), today=today) for day in (2, 1)] == [False, False]
        assert is_late(date(2026, 4, 30), today=today)

    def test_handling_a_request_needs_a_note_and_is_saved(self, client_for, builder, team) -> None:
        wish = WishFactory(person__team=team)
        url = reverse("connectors:wish-handle", kwargs={"uuid": wish.uuid})
        assert client_for(builder).post(url, {"answer": " "}).status_code == 200
        assert client_for(builder).post(url, {"answer": "Street changed"}).status_code == 302
        wish.refresh_from_db()
        assert (wish.handled_by, wish.answer) == (builder, "Street changed")
        assert "No requests waiting" in client_for(builder).get(reverse("connectors:wish-list")).content.decode()


class TestKeptAsSaid:
    @pytest.mark.parametrize("change", [{"is_given": True}, {"purpose": "invite"}, {"how": "paper"}])
    def test_the_database_refuses_changes_to_consents(self, rose, builder, change) -> None:
        row = ConsentFactory(person=rose, purpose=Purpose.STORY, is_given=False, recorded_by=builder)
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentRecord.objects.filter(pk=row.pk).update(**change)
        row.refresh_from_db()
        assert (row.purpose, row.is_given, row.how) == (Purpose.STORY, False, "told")

    def test_consents_are_merged_and_deleted_with_their_resident(self, rose, team) -> None:
        row, other = ConsentFactory(person=rose), PersonFactory(team=team)
        ConsentRecord.objects.filter(pk=row.pk).update(person=other)
        other.delete()
        assert not ConsentRecord.objects.exists()
