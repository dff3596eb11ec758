"""Merging two records and undoing it: nothing is lost, including what was added in between."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from communities.models import AuditEntry
from connectors.actions.consent import record_consents
from connectors.actions.merges import confirm_different_people, merge_people, undo_merge
from connectors.models import (
    Ask,
    ConsentRecord,
    ContactPreference,
    Conversation,
    Dismissal,
    Gift,
    Introduction,
    Journey,
    Person,
    PersonMerge,
    Purpose,
    ReadBackLink,
    TwoPeople,
    Wish,
)
from evaluation.models import Story
from sparks.models import Spark
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory

MODELS = (
    Person, Person.themes.through, Gift, Conversation, Conversation.people.through, Introduction, Ask, ConsentRecord, Wish,
    Journey, ReadBackLink, Dismissal, TwoPeople, Spark.applicants.through, Story.people.through,
)  # fmt: skip
#: The time of the last write to the row is not part of the record.
WRITTEN = ("updated_at",)


def snapshot() -> dict[str, list[dict]]:
    """Return every row of each model that can refer to a resident."""
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name not in WRITTEN}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in MODELS
    }


@pytest.fixture
def two(team, builder):
    """Return two records with many related rows, some of them in both and some in only one."""
    food, kites = ThemeFactory(team=team, name="growing food"), ThemeFactory(team=team, name="kites")
    place = NeighbourhoodFactory(team=team)
    peggy = PersonFactory(team=team, known_as="Peggy", neighbourhood=place, themes=[food], phone="0117 4960123")
    margaret = PersonFactory(
        team=team, known_as="Margaret Tate", street="Mill Lane", themes=[food, kites], connector=True
    )
    tom = PersonFactory(team=team, known_as="Tom")
    GiftFactory(person=peggy, name="Bakes bread")
    GiftFactory(person=margaret, name="bakes BREAD", is_offered=True)
    GiftFactory(person=margaret, name="Sings")
    ConversationFactory(team=team, people=[peggy, margaret])
    ConversationFactory(team=team, people=[margaret, tom])
    IntroductionFactory(team=team, from_person=peggy, to_person=margaret)
    IntroductionFactory(team=team, from_person=margaret, to_person=tom)
    IntroductionFactory(team=team, from_person=tom, to_person=margaret)
    Ask.objects.create(team=team, person=margaret, words="A ladder", created_by=builder)
    Ask.objects.create(
        team=team,
        person=tom,
        words="Jam",
        created_by=builder,
        met_by="neighbour",
        met_by_person=margaret,
        met_on="2026-05-01",
    )
    ConsentRecord.objects.create(person=margaret, purpose=Purpose.OFFER, is_given=True, recorded_by=builder)
    Wish.objects.create(person=margaret, kind="correct", words="It is Tate with one t")
    Journey.objects.create(team=team, person=margaret, builder=builder)
    Journey.objects.create(
        team=team,
        person=peggy,
        builder=builder,
        began_on=datetime.date(2026, 4, 1),
        ended_on=datetime.date(2026, 5, 1),
        ending="other",
    )
    ReadBackLink.objects.create(person=margaret, digest="d" * 64, made_by=builder, expires_at="2026-06-01T00:00Z")
    for other in (peggy, tom):
        low, high = sorted((margaret, other), key=lambda each: each.pk)
        Dismissal.objects.create(team=team, person=low, other=high, dismissed_by=builder)
    confirm_different_people(person=margaret, others=[tom], by=builder)
    spark = SparkFactory(team=team)
    spark.applicants.set([peggy, margaret])
    StoryFactory(team=team).people.set([margaret])
    return peggy, margaret, tom


def test_everything_moves_and_returns_on_undo(two, manager) -> None:
    peggy, margaret, tom = two
    before = snapshot()
    merge = merge_people(
        kept=peggy, absorbed=margaret, by=manager, values={"street": "Mill Lane", "known_as": "Margaret Tate"}
    )
    kept = Person.objects.get(pk=peggy.pk)
    assert (kept.known_as, kept.street, kept.name_key) == ("Margaret Tate", "Mill Lane", "margarettate")
    assert not Person.objects.filter(pk=margaret.pk).exists()
    assert set(kept.themes.values_list("name", flat=True)) == {"growing food", "kites"}
    assert set(kept.gifts.values_list("name", flat=True)) == {"Bakes bread", "Sings"}
    assert kept.conversations.count() == 2
    assert set(Introduction.objects.exclude(from_person=kept, to_person=margaret).values_list("from_person", "to_person")) == {
        (kept.pk, tom.pk), (tom.pk, kept.pk),
    }  # fmt: skip
    assert kept.asks.count() == kept.asks_met.count() == kept.consents.count() == kept.wishes.count() == 1
    assert kept.journeys.count() == 2
    assert margaret.readback_links.count() == 1
    low, high = sorted((kept.pk, tom.pk))
    assert Dismissal.objects.filter(person=low, other=high).count() == 1
    assert TwoPeople.objects.get().person_id == low
    assert list(Spark.objects.get().applicants.all()) == [kept]
    assert list(Story.objects.get().people.all()) == [kept]
    undo_merge(merge=merge, by=manager)
    assert snapshot() == before


def test_values_of_the_merged_record_are_not_lost(two, manager) -> None:
    peggy, margaret, _tom = two
    merge_people(kept=peggy, absorbed=margaret, by=manager)
    assert list(margaret.gifts.values_list("name", flat=True)) == ["bakes BREAD"]
    assert Introduction.objects.filter(from_person=peggy, to_person=margaret).count() == 1
    assert Conversation.people.through.objects.filter(person=margaret).count() == 0


def test_rows_added_since_the_merge_stay_with_the_kept_record(two, manager, builder) -> None:
    peggy, margaret, tom = two
    before = snapshot()
    merge = merge_people(kept=peggy, absorbed=margaret, by=manager, values={"street": "Mill Lane"})
    new_talk = ConversationFactory(team=peggy.team, people=[peggy], summary="Afterwards")
    new_gift = GiftFactory(person=peggy, name="Mends bikes")
    Person.objects.filter(pk=peggy.pk).update(street="Brook Street")
    undo_merge(merge=merge, by=manager)
    peggy.refresh_from_db()
    assert peggy.street == "Brook Street"
    assert list(new_talk.people.all()) == [peggy]
    assert new_gift in peggy.gifts.all()
    new_gift.delete()
    new_talk.delete()
    Person.objects.filter(pk=peggy.pk).update(street="")
    assert snapshot() == before


def test_rows_deleted_since_the_merge_do_not_block_undoing(two, manager) -> None:
    peggy, margaret, _tom = two
    merge = merge_people(kept=peggy, absorbed=margaret, by=manager)
    for talk in Conversation.objects.all():
        talk.delete()
    Gift.objects.filter(name="Sings").delete()
    undo_merge(merge=merge, by=manager)
    assert margaret.conversations.count() == 0
    assert list(margaret.themes.values_list("name", flat=True)) == ["growing food", "kites"]


def test_a_link_removed_since_the_merge_stays_removed(two, manager) -> None:
    peggy, margaret, _tom = two
    merge = merge_people(kept=peggy, absorbed=margaret, by=manager)
    peggy.themes.clear()
    undo_merge(merge=merge, by=manager)
    assert peggy.themes.count() == margaret.themes.count() == 0


def test_undoing_twice_is_done_once(two, manager) -> None:
    peggy, margaret, _tom = two
    merge = merge_people(kept=peggy, absorbed=margaret, by=manager)
    first = undo_merge(merge=merge, by=manager)
    assert undo_merge(merge=merge, by=manager).undone_at == first.undone_at
    assert AuditEntry.objects.filter(verb="undo_merge").count() == 2
    assert set(AuditEntry.objects.filter(verb="merge").values_list("object_id", flat=True)) == {
        str(peggy.pk),
        str(margaret.pk),
    }


def test_a_later_merge_has_to_be_undone_first(two, manager) -> None:
    peggy, margaret, tom = two
    before = snapshot()
    first = merge_people(kept=peggy, absorbed=margaret, by=manager)
    second = merge_people(kept=tom, absorbed=peggy, by=manager)
    with pytest.raises(ValidationError, match="Undo that merge first"):
        undo_merge(merge=first, by=manager)
    undo_merge(merge=second, by=manager)
    undo_merge(merge=first, by=manager)
    assert snapshot() == before


def test_invalid_merges_are_refused(team, other_team, manager, two) -> None:
    peggy, margaret, tom = two
    stranger = PersonFactory(team=other_team)
    for kept, absorbed, words in ((peggy, peggy, "the same record"), (peggy, stranger, "your own team")):
        with pytest.raises(ValidationError, match=words):
            merge_people(kept=kept, absorbed=absorbed, by=manager)
    Journey.objects.create(team=team, person=tom, builder=manager)
    with pytest.raises(ValidationError, match="walking alongside both"):
        merge_people(kept=tom, absorbed=margaret, by=manager)
    merge_people(kept=peggy, absorbed=margaret, by=manager)
    with pytest.raises(ValidationError, match="already merged these records"):
        merge_people(kept=margaret, absorbed=peggy, by=manager)
    assert PersonMerge.objects.count() == 1


def test_an_invalid_choice_writes_nothing(two, manager) -> None:
    peggy, margaret, _tom = two
    before = snapshot()
    with pytest.raises(ValidationError):
        merge_people(kept=peggy, absorbed=margaret, by=manager, values={"known_as": ""})
    assert snapshot() == before


def test_undoing_after_a_neighbourhood_was_deleted(two, manager) -> None:
    peggy, margaret, _tom = two
    place = peggy.neighbourhood
    merge = merge_people(kept=peggy, absorbed=margaret, by=manager, values={"neighbourhood": None})
    place.delete()
    undo_merge(merge=merge, by=manager)
    peggy.refresh_from_db()
    assert peggy.neighbourhood is None


def test_undoing_after_moved_rows_were_erased(two, manager) -> None:
    peggy, margaret, _tom = two
    merge = merge_people(kept=peggy, absorbed=margaret, by=manager)
    PersonMerge.objects.filter(pk=merge.pk).update(moved={})
    undo_merge(merge=merge, by=manager)
    assert Person.objects.filter(pk=margaret.pk).exists()


def test_different_people_are_confirmed_once(team, builder, other_team) -> None:
    rose, rosie = PersonFactory(team=team), PersonFactory(team=team)
    for person, other in ((rose, rosie), (rosie, rose)):
        confirm_different_people(person=person, others=[other], by=builder)
    mark = TwoPeople.objects.get()
    assert (mark.person, mark.other, mark.said_by) == (rose, rosie, builder)
    for other in (rose, PersonFactory(team=other_team)):
        with pytest.raises(ValidationError):
            confirm_different_people(person=rose, others=[other], by=builder)


@pytest.mark.postgresql
def test_two_managers_at_once_merge_once(race, transactional_db, team, manager, second_manager) -> None:
    one, other = PersonFactory(team=team), PersonFactory(team=team)
    talks = [ConversationFactory(team=team, people=[each]) for each in (one, other)]
    results = race(
        lambda: merge_people(kept=one, absorbed=other, by=manager),
        lambda: merge_people(kept=other, absorbed=one, by=second_manager),
    )
    assert connection.vendor == "postgresql"
    assert sorted(type(each).__name__ for each in results) == ["PersonMerge", "ValidationError"]
    kept = Person.objects.get()
    assert set(kept.conversations.all()) == set(talks)


def test_a_no_to_offering_holds_for_the_gifts_of_both(team, builder) -> None:
    kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
    gift = GiftFactory(person=kept, name="Bakes bread", is_offered=True)
    ConsentRecord.objects.create(person=absorbed, purpose=Purpose.OFFER, is_given=False, recorded_by=builder)
    merge = merge_people(kept=kept, absorbed=absorbed, by=builder)
    gift.refresh_from_db()
    assert not gift.is_offered
    undo_merge(merge=merge, by=builder)
    gift.refresh_from_db()
    assert gift.is_offered
    again = merge_people(kept=kept, absorbed=absorbed, by=builder)
    ConsentRecord.objects.create(person=kept, purpose=Purpose.OFFER, is_given=False, recorded_by=builder)
    undo_merge(merge=again, by=builder)
    gift.refresh_from_db()
    assert not gift.is_offered


def test_the_gifts_of_whoever_said_no_stay_withdrawn_when_they_are_unmerged(team, builder) -> None:
    kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
    gifts = [GiftFactory(person=each, name=f"Gift of {each.pk}", is_offered=True) for each in (kept, absorbed)]
    ConsentRecord.objects.create(person=absorbed, purpose=Purpose.OFFER, is_given=False, recorded_by=builder)
    undo_merge(merge=merge_people(kept=kept, absorbed=absorbed, by=builder), by=builder)
    for gift in gifts:
        gift.refresh_from_db()
    assert [(gift.person, gift.is_offered) for gift in gifts] == [(kept, True), (absorbed, False)]


@pytest.mark.parametrize("said_no_before", [True, False])
def test_a_no_to_contact_since_the_merge_stays_after_undoing(said_no_before: bool, team, builder) -> None:
    """Values that a merge removed or replaced must not come back if the resident has since said no."""
    kept = PersonFactory(team=team, phone="0117 496 0123", email="kept@example.org")
    absorbed = PersonFactory(team=team, phone="", email="")
    if said_no_before:
        record_consents(person=absorbed, by=builder, answers={Purpose.CONTACT: False})
    merge = merge_people(kept=kept, absorbed=absorbed, by=builder, values={"phone": "", "email": ""})
    ConsentRecord.objects.create(person=kept, purpose=Purpose.CONTACT, is_given=True, recorded_by=builder)
    record_consents(person=kept, by=builder, answers={Purpose.CONTACT: False})
    undo_merge(merge=merge, by=builder)
    kept.refresh_from_db()
    assert (kept.phone, kept.phone_key, kept.email) == ("", "", "")
    assert kept.contact_preference == ContactPreference.NO_CONTACT


def test_a_no_while_merged_holds_for_both_after_undoing(team, builder) -> None:
    """It is unknown which of the two said it, so neither record gets its telephone number back."""
    kept = PersonFactory(team=team, phone="0117 496 0123")
    absorbed = PersonFactory(team=team, phone="0117 496 0456", email="absorbed@example.org")
    merge = merge_people(kept=kept, absorbed=absorbed, by=builder, values={"phone": "0117 496 0123", "email": ""})
    record_consents(person=kept, by=builder, answers={Purpose.CONTACT: False, Purpose.OFFER: True})
    undo_merge(merge=merge, by=builder)
    absorbed.refresh_from_db()
    assert (absorbed.phone, absorbed.phone_key, absorbed.email) == ("", "", "")
    assert absorbed.contact_preference == ContactPreference.NO_CONTACT
    assert [(each.purpose, each.is_given) for each in absorbed.consents.all()] == [(Purpose.CONTACT, False)]


def test_a_later_yes_returns_the_phone_number_on_undo(team, builder) -> None:
    kept, absorbed = PersonFactory(team=team), PersonFactory(team=team, phone="0117 496 0456")
    merge = merge_people(kept=kept, absorbed=absorbed, by=builder, values={})
    record_consents(person=kept, by=builder, answers={Purpose.CONTACT: False})
    record_consents(person=kept, by=builder, answers={Purpose.CONTACT: True})
    undo_merge(merge=merge, by=builder)
    absorbed.refresh_from_db()
    assert absorbed.phone == "0117 496 0456"
    assert not absorbed.consents.exists()
