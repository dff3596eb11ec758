"""Erasing on the page: what it shows before, what is listed to read after, and that nothing brings anybody back."""

import re
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.actions.importing import apply_import, change_import, rehearse_import
from assets.models import Asset, ImportBatch, ImportRow
from communities.models import AuditEntry
from connectors.actions.erasing import erase_person
from connectors.actions.gifts import add_gift
from connectors.actions.merges import merge_people, undo_merge
from connectors.actions.reviews import mark_as_reviewed, mark_unlikely_as_reviewed
from connectors.models import Conversation, Gift, Person, PersonMerge, ReviewItem
from evaluation import actions as evaluation
from sparks.actions.chaining import append_line
from sparks.models import LedgerEntry, Spark
from tests.factories.assets import AssetFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory
from tests.factories.connectors_consent import ReadBackLinkFactory, ReviewItemFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db
LIST = "/people/erased/"


@pytest.fixture
def rose(team):
    """Return a resident to erase."""
    return PersonFactory(team=team, known_as="Rose Quill", also_known_as="Rosie", phone="0117 496 0999")


def words(response) -> str:
    """Return the text of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def page(person) -> str:
    """Return the URL of the page that asks for confirmation."""
    return reverse("connectors:person-erase", kwargs={"uuid": person.uuid})


# Before


def test_the_page_lists_their_rows_of_every_app(client_for, team, builder, manager, rose) -> None:
    ConversationFactory(team=team, builder=builder, people=[rose])
    GiftFactory(person=rose)
    ReadBackLinkFactory(person=rose, made_by=builder)
    spark = SparkFactory(round__team=team, created_by=builder)
    spark.applicants.add(rose)
    append_line(LedgerEntry(round=spark.round, spark=spark, kind="pay", amount_gbp=5, by=manager, payee="Rose Quill"))
    StoryFactory(team=team, created_by=builder, published=True, people=[rose])
    said = words(client_for(builder).get(page(rose)))
    for line in (
        "Conversations 1 Their name and words are removed.", "Gifts 1 Their name and words are removed.", "Links to their own sheet 1 Deleted.",
        "Sparks they are behind 1 Their name and words are removed.", "Stories they are in 1",
        "Ledger lines of those sparks 1 Not deleted. Records of money are never changed",
    ):  # fmt: skip
        assert line in said
    assert "Rows of imported files" not in said, "what there is none of is not listed"


def test_the_page_lists_possible_mentions_and_ticks_certain_ones(client_for, team, builder, rose) -> None:
    sure = ConversationFactory(team=team, builder=builder, summary="Rose Quill told us of the choir.")
    maybe = ConversationFactory(team=team, builder=builder, summary="A rose by the gate.")
    ConversationFactory(team=team, builder=builder, summary="Nobody we know.")
    answer = client_for(builder).get(page(rose))
    places = answer.context["reach"].places
    assert [(each.found.pk, each.found.is_likely) for each in places] == [(sure.pk, True), (maybe.pk, False)]
    assert answer.context["form"].chosen == {f"connectors.conversation:{sure.pk}"}
    assert reverse("connectors:conversation-detail", kwargs={"uuid": sure.uuid}) in answer.content.decode()


def test_names_are_removed_from_ticked_texts_and_the_rest_is_listed_for_review(client_for, team, builder, rose) -> None:
    sure = ConversationFactory(team=team, builder=builder, summary="Rose Quill told us of the choir.")
    other = AssetFactory(team=team, name="The shed", description="Ask Rosie", phone="0117 496 0999")
    data = {"is_sure": "on", "also": [f"connectors.conversation:{sure.pk}"]}
    answer = client_for(builder).post(page(rose), data)
    assert answer.headers["Location"] == LIST
    sure.refresh_from_db()
    other.refresh_from_db()
    assert (sure.summary, other.description) == ("Somebody told us of the choir.", "Ask Rosie")
    assert [(each.model, each.object_id, each.field_names) for each in ReviewItem.objects.all()] == [
        ("assets.asset", other.pk, ["description", "phone"])
    ]
    assert AuditEntry.objects.filter(verb="erase_name", model="connectors.conversation", object_id=sure.pk).exists()


def test_a_name_in_many_texts_takes_no_more_queries(client_for, team, builder, rose) -> None:
    """A first name may be in thousands of texts."""
    visitor, asked = client_for(builder), []
    for count in (2, 30):
        for _number in range(count):
            ConversationFactory(team=team, builder=builder, summary="Rose came.")
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(page(rose)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_another_team_s_rows_cannot_be_ticked(client_for, other_team, builder, rose) -> None:
    theirs = AssetFactory(team=other_team, description="Ask Rose Quill")
    answer = client_for(builder).post(page(rose), {"is_sure": "on", "also": [f"assets.asset:{theirs.pk}"]})
    assert answer.status_code == 200
    erase_person(person=rose, by=builder, also=[f"assets.asset:{theirs.pk}"])
    theirs.refresh_from_db()
    assert theirs.description == "Ask Rose Quill"


def test_ticked_texts_that_cannot_be_saved_are_listed_for_review(team, builder, rose) -> None:
    first, second = (
        SparkFactory(round__team=team, created_by=builder, group_name=name, handed_in=True)
        for name in ("Somebody & co", "Rosie & co")
    )
    Spark.objects.filter(pk=second.pk).update(round=first.round)
    erase_person(person=rose, by=builder, also=[f"sparks.spark:{second.pk}"])
    second.refresh_from_db()
    assert second.group_name == "Rosie & co"
    assert ReviewItem.objects.get().object_id == second.pk


def test_an_erased_resident_is_not_erased_again(client_for, builder, rose) -> None:
    erase_person(person=rose, by=builder)
    assert client_for(builder).get(page(rose)).status_code == 302


# After


def test_the_review_list_stays_until_somebody_reviewed_it(client_for, team, builder, manager, rose) -> None:
    story = StoryFactory(team=team, created_by=builder, published=True, us_text="Rose cooked.")
    spark = SparkFactory(round__team=team, created_by=builder)
    append_line(LedgerEntry(round=spark.round, spark=spark, kind="pay", amount_gbp=5, by=manager, payee="Rose Quill"))
    assert "Texts to check after erasing" not in words(client_for(manager).get("/"))
    erase_person(person=rose, by=builder)
    client = client_for(manager)
    assert "Texts to check after erasing" in words(client.get("/"))
    assert "Some texts may still name them" in words(client.get(f"/people/{rose.uuid}/"))
    answer = client.get(LIST)
    assert reverse("evaluation:story-update", kwargs={"uuid": story.uuid}) in answer.content.decode()
    assert "Records of money are never changed" in words(answer)
    for item in ReviewItem.objects.all():
        client.post(reverse("connectors:review-done", kwargs={"pk": item.pk}))
    assert "Nothing to check" in words(client.get(LIST))
    assert "Texts to check after erasing" not in words(client.get("/"))
    assert set(ReviewItem.objects.values_list("reviewed_by", flat=True)) == {manager.pk}


def test_a_conversation_with_them_alone_that_stays_is_listed_for_review(team, builder, rose) -> None:
    """A text without a name can still identify somebody."""
    alone = ConversationFactory(team=team, builder=builder, people=[rose], summary="Keeps spare keys for nine doors.")
    ConversationFactory(team=team, builder=builder, people=[rose, PersonFactory(team=team)], summary="A supper.")
    ConversationFactory(team=team, builder=builder, people=[rose], summary="", place_name="", idea="", next_step="")
    erase_person(person=rose, by=builder)
    item = ReviewItem.objects.get()
    assert (item.model, item.object_id) == ("connectors.conversation", alone.pk)
    assert item.field_names[0] == "summary"


def test_a_deleted_conversation_with_them_alone_is_not_listed_for_review(team, builder, rose) -> None:
    ConversationFactory(team=team, builder=builder, people=[rose], summary="Keeps spare keys.", place_name="")
    erase_person(person=rose, by=builder, words_too=True)
    assert not ReviewItem.objects.exists()


def test_mentions_in_lower_case_are_reviewed_together(client_for, team, builder, rose) -> None:
    ConversationFactory(team=team, builder=builder, summary="A rose by the gate.")
    ConversationFactory(team=team, builder=builder, summary="Rosie sang.")
    erase_person(person=rose, by=builder)
    client = client_for(builder)
    assert "Written without a capital" in words(client.get(LIST))
    client.post(reverse("connectors:review-done-unlikely", kwargs={"uuid": rose.uuid}))
    assert list(ReviewItem.objects.filter(reviewed_at=None).values_list("is_likely", flat=True)) == [True]


def test_rows_deleted_since_are_marked_as_deleted(client_for, team, builder, rose) -> None:
    asset = AssetFactory(team=team, description="Ask Rosie")
    erase_person(person=rose, by=builder)
    asset.delete()
    assert "Deleted since" in words(client_for(builder).get(LIST))


def test_a_review_keeps_its_first_time_and_needs_permission(team, builder, manager, evaluator, stranger) -> None:
    item = ReviewItemFactory(person=PersonFactory(team=team))
    for user in (evaluator, stranger):
        with pytest.raises(PermissionDenied):
            mark_as_reviewed(item=item, by=user)
        with pytest.raises(PermissionDenied):
            mark_unlikely_as_reviewed(person=item.person, by=user)
    first = mark_as_reviewed(item=item, by=builder)
    again = mark_as_reviewed(item=item, by=manager)
    assert (again.reviewed_by, again.reviewed_at) == (builder, first.reviewed_at)


@pytest.mark.sqlite
def test_removed_words_leave_the_search_index(team, builder, rose) -> None:
    talk = ConversationFactory(team=team, builder=builder, summary="Quibblethwaite came.")
    talk.summary = "Somebody came."
    talk.save()
    mark_as_reviewed(
        item=ReviewItemFactory(person=rose, model="connectors.conversation", object_id=talk.pk), by=builder
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM connectors_conversation_text_data")
        assert not [block for (block,) in cursor.fetchall() if b"quibble" in bytes(block)]


def test_a_story_that_named_them_can_be_published_again_after_review(team, builder, manager, rose) -> None:
    story = StoryFactory(team=team, created_by=builder, published=True, us_text="Rosie cooked.")
    other = StoryFactory(team=team, created_by=builder, published=True, us_text="A rose in the vase.")
    erase_person(person=rose, by=builder)
    for row in (story, other):
        row.refresh_from_db()
    assert (story.status, story.withdrawn_why, other.status) == ("draft", "erased", "published")
    assert story.review_since
    evaluation.mark_story_as_reviewed(by=builder, story=story)
    evaluation.submit_story(by=builder, story=story)
    assert evaluation.approve_story(by=manager, story=story).is_published


# Nothing brings anybody back


def rehearsed(team, by, *names) -> ImportBatch:
    """Return a previewed file of assets."""
    rows = [(number, {"Name": name, "Mail": ""}) for number, name in enumerate(names, start=2)]
    return rehearse_import(
        team=team,
        by=by,
        file_name="Rose Quill.csv",
        headings=["Name", "Mail"],
        rows=rows,
        columns={"name": "Name"},
        kind="place",
    )


def test_a_waiting_import_leaves_them_out(client_for, team, builder, rose) -> None:
    batch = rehearsed(team, builder, "Rose Quill’s garden", "The shed")
    erase_person(person=rose, by=builder)
    batch.refresh_from_db()
    assert (batch.file_name, batch.counts) == ("A file", {"add": 1, "problem": 1})
    assert "erased" in words(client_for(builder).get(reverse("assets:import-rehearsal", kwargs={"uuid": batch.uuid})))
    change_import(
        batch=batch, by=builder, columns={"name": "Name", "email": "Mail"}, kind="place", adds_duplicates=False
    )
    apply_import(batch=batch, by=builder)
    assert list(Asset.objects.values_list("name", flat=True)) == ["The shed"]


def test_rows_read_before_the_erasure_are_read_again(monkeypatch, team, builder, rose) -> None:
    batch, done = rehearsed(team, builder, "Rose Quill’s garden", "The shed"), []
    from assets.actions import importing

    plan = importing._plan

    def erase_meanwhile(*args):
        judged = plan(*args)
        if not done:
            done.append(erase_person(person=rose, by=builder))
        return judged

    monkeypatch.setattr(importing, "_plan", erase_meanwhile)
    apply_import(batch=batch, by=builder)
    assert list(Asset.objects.values_list("name", flat=True)) == ["The shed"]


def test_rows_of_imports_are_stored_for_thirty_days(clock, team, builder) -> None:
    applied = apply_import(batch=rehearsed(team, builder, "The shed"), by=builder)
    rehearsed(team, builder, "The barn")
    clock.shift(29 * 86400)
    call_command("delete_expired", verbosity=0)
    assert ImportRow.objects.count() == 2
    clock.shift(2 * 86400)
    call_command("delete_expired", verbosity=0)
    assert not ImportRow.objects.exists()
    assert (ImportBatch.objects.get(), Asset.objects.get().name) == (applied, "The shed")


def test_an_earlier_champion_preview_restores_nobody(client_for, team, builder, rose) -> None:
    from connectors.forms.champions import opened, sealed
    from connectors.rules.champions import clean_row

    columns = {"name": "name", "street": "street"}
    row = clean_row(2, {"name": "Rose Quill", "street": "Mill Row"}, columns=columns, today=rose.first_met_on)
    text = sealed([row], team=team, user=builder)
    assert opened(text, team=team, user=builder)
    erase_person(person=rose, by=builder)
    with pytest.raises(ValidationError, match="This preview has expired"):
        opened(text, team=team, user=builder)
    client_for(builder).post(reverse("connectors:champion-apply"), {"rows": text})
    assert not Person.objects.filter(known_as__startswith="Rose").exists()


def test_undoing_a_merge_does_not_restore_them(team, builder, manager, rose) -> None:
    twin = PersonFactory(team=team, known_as="Rose")
    merge = merge_people(kept=rose, absorbed=twin, by=manager)
    erase_person(person=rose, by=builder)
    assert not PersonMerge.objects.exists()
    with pytest.raises((ValidationError, PersonMerge.DoesNotExist)):
        undo_merge(merge=merge, by=manager)
    other = PersonFactory(team=team, known_as="Rosie")
    for kept, absorbed in ((rose, other), (other, rose), (twin, other)):
        with pytest.raises(ValidationError):
            merge_people(kept=kept, absorbed=absorbed, by=manager)
    assert set(Person.everyone.filter(erased_on__isnull=False)) == {rose, twin}


def test_a_resent_page_does_not_restore_a_gift(team, builder, rose) -> None:
    add = {"person": rose, "by": builder, "kind": "hands", "name": "Whistling"}
    add_gift(**add)
    erase_person(person=rose, by=builder)
    with pytest.raises(ValidationError, match="They asked us to erase their data"):
        add_gift(**add)
    assert [gift.name for gift in Gift.objects.all()] == [f"#{Gift.objects.get().pk}"]


def test_a_resent_page_after_erasure_adds_no_second_record(client_for, team, builder) -> None:
    client = client_for(builder)
    form = client.get(reverse("connectors:person-create")).context["form"]
    sent = {"uuid": form["uuid"].value(), "known_as": "Rose Quill", "for_team": team.pk, "street": "Mill Row"}
    client.post(reverse("connectors:person-create"), sent)
    rose = Person.objects.get()
    erase_person(person=rose, by=builder)
    client.post(reverse("connectors:person-create"), sent)
    assert [(each.pk, each.known_as) for each in Person.everyone.all()] == [(rose.pk, "Somebody")]


def test_their_own_sheet_is_closed(client, builder, rose) -> None:
    ReadBackLinkFactory(person=rose, secret="hers", made_by=builder)
    client.post(reverse("connectors:sheet-open", kwargs={"secret": "hers"}))
    assert client.get(reverse("connectors:sheet")).status_code == 200
    erase_person(person=rose, by=builder)
    assert client.get(reverse("connectors:sheet")).status_code == 404
    assert client.post(reverse("connectors:sheet-details"), {"known_as": "Rose Quill"}).status_code == 404
    assert not Conversation.objects.exists()
    assert Person.objects.get().known_as == "Somebody"
