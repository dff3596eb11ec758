"""A pack is checked, published once, read by a link, and loses a story as soon as its people no longer agree."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from communities.models import AuditEntry, Team, User
from communities.periods import quarter_of
from connectors.actions.erasing import erase_person
from evaluation import actions as stories
from evaluation.canonical import canonical
from evaluation.models import Pack, PackLink, PackOpening, PackPart, PublishedPack, Release, Story
from evaluation.packs import actions
from evaluation.packs.contents import is_as_published, words_of
from evaluation.packs.names import names_in
from evaluation.packs.pages import published_page
from evaluation.packs.rules import few_in
from tests.factories.connectors import PersonFactory
from tests.factories.evaluation import ObservationFactory, PackFactory, PriorityFactory, StoryFactory, release

pytestmark = pytest.mark.django_db
KEYS = ["conversations-held", "residents-met-first"]


@pytest.fixture
def closed(team: Team, clock) -> Release:
    """Return the release of a quarter."""
    return release(team, quarter_of(date(2026, 2, 1)))


@pytest.fixture
def neema(team: Team):
    return PersonFactory(team=team, known_as="Neema Achieng", phone="0113 496 0042")


@pytest.fixture
def story(team: Team, manager: User, neema) -> Story:
    return StoryFactory(
        team=team,
        published=True,
        published_by=manager,
        title="How the bench began",
        self_text="Neema asked for a bench. It was Neema's idea.",
        quote="Sit down with me.",
        quote_by="Neema",
        people=[neema],
    )


@pytest.fixture
def pack(team: Team, closed: Release, story: Story, manager: User) -> Pack:
    """Return a pack that is ready: two numbers, a story, and something that went wrong."""
    pack = PackFactory(team=team, release=closed, numbers=KEYS, opening="This was our spring.", created_by=manager)
    pack.stories.add(story)
    pack.observations.add(ObservationFactory(team=team, went="wrong", text="We came too late.", created_by=manager))
    return pack


@pytest.fixture
def published(pack: Pack, manager: User) -> PublishedPack:
    return actions.publish_pack(by=manager, pack=pack)


@pytest.fixture
def link(published: PublishedPack, manager: User) -> str:
    """Return the address of a link that works for a month."""
    made = actions.make_pack_link(by=manager, published=published, reader="Steering group", days=31)
    return reverse("evaluation:pack-read", args=[made.secret])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Three residents in Kiln Hill sing.", ["Three residents"]),
        ("We met 4 older people and two of the young mothers.", ["4 older people", "two of the young mothers"]),
        ("Five residents, 12 neighbours, 34 households, £3 a resident.", []),
        ("One person in 2026 and another one of the families", ["One person", "one of the families"]),
        ("tri phreswylydd a dau o bobl", ["tri phreswylydd", "dau o bobl"]),
        ("Two tables for people who cook. 3.5 people. One long walk.", ["Two tables for people"]),
        ("None of the residents; someone; a woman.", []),
    ],
)
def test_small_numbers_of_people_in_words_are_noticed(text: str, found: list[str]) -> None:
    assert [*few_in(text, 5)] == found
    assert set(found) <= {*few_in(text, 20)}


def test_every_printed_sheet_says_whose_numbers_of_where_and_of_when(link: str, client) -> None:
    """The line is the foot of a table, which browsers print on every sheet (static/css/components/pack.css)."""
    page = " ".join(client.get(link).content.decode().split())
    assert (
        '<p class="pack__each"> Brookside · All neighbourhoods · January to March 2026, closed on 21 April 2026 · published on 20 May 2026 </p>'
        in page
    )


def test_a_small_number_in_words_is_answered_by_a_manager_before_it_is_published(
    pack: Pack, manager: User, evaluator: User, client_for
) -> None:
    pack.opening = "Three residents in Kiln Hill began a choir, and 3 residents joined."
    pack.save()
    for word in ("Three residents", "3 residents"):
        assert f"“{word}” in “Opening words” is a small number of people." in refusals(pack, manager)
    address = reverse("evaluation:pack-detail", args=[pack.uuid])
    assert "“3 residents” can be shown" not in client_for(evaluator).get(address).content.decode()
    client = client_for(manager)
    assert "“3 residents” can be shown" in client.get(address).content.decode()
    for word in ("Three residents", "3 residents"):
        client.post(reverse("evaluation:pack-not-name", args=[pack.uuid]), {"word": word})
    actions.publish_pack(by=manager, pack=pack)
    with pytest.raises(ValidationError):
        actions.confirm_not_name(
            by=manager, pack=PackFactory(team=pack.team, release=pack.release, created_by=manager), word="07700 900123"
        )


def refusals(pack: Pack, by: User) -> str:
    """Return the sentences with which publishing is refused; nothing is written."""
    with pytest.raises(ValidationError) as error:
        actions.publish_pack(by=by, pack=pack)
    assert not PublishedPack.objects.exists()
    assert not PackPart.objects.exists()
    return " ".join(error.value.messages)


def text_of(answer) -> str:
    """Return the page as one line."""
    return " ".join(answer.content.decode().split())


class TestPublishing:
    def test_it_has_figures_and_digests_and_no_words(self, published, pack, story):
        document = canonical(published.document).decode()
        for text in (pack.title, pack.opening, story.title, "bench", "too late", "Neema"):
            assert text not in document
        assert published.sha256 == hashlib.sha256(canonical(published.document)).hexdigest()
        assert [each["key"] for each in published.document["numbers"]] == KEYS
        assert is_as_published(published)

    def test_publishing_again_returns_the_same(self, published, pack, manager, second_manager):
        before = AuditEntry.objects.count()
        assert actions.publish_pack(by=second_manager, pack=pack) == published
        assert AuditEntry.objects.count() == before
        assert PublishedPack.objects.count() == 1

    def test_the_database_keeps_it(self, published):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublishedPack.objects.create(
                pack=published.pack, document={}, sha256="", published_by=published.published_by
            )
        for sql in ("UPDATE evaluation_publishedpack SET sha256 = ''", "DELETE FROM evaluation_publishedpack"):
            with pytest.raises(Exception, match="append-only"), transaction.atomic():
                connection.cursor().execute(sql)

    def test_what_is_published_is_not_changed_or_deleted(self, published, pack, manager):
        with pytest.raises(ValidationError, match="stays as it is"):
            actions.delete_pack(by=manager, pack=pack)
        with pytest.raises(ValidationError, match="stays as it is"):
            actions.update_pack(
                by=manager, pack=pack, title="Other", release=pack.release, place="team", opening="", numbers=[],
                nothing_wrong="", stories=[], observations=[],
            )  # fmt: skip

    def test_a_published_pack_is_not_offered_for_changes(self, published, manager, client_for):
        answer = client_for(manager).get(reverse("evaluation:pack-update", args=[published.pack.uuid]), follow=True)
        assert answer.redirect_chain[-1][0] == reverse("evaluation:pack-detail", args=[published.pack.uuid])
        assert "This pack is published, so it stays as it is." in text_of(answer)

    def test_two_texts_of_the_same_words_have_different_digests(self, pack, manager):
        pack.observations.add(
            ObservationFactory(team=pack.team, went="wrong", text="We came too late.", created_by=manager)
        )
        published = actions.publish_pack(by=manager, pack=pack)
        digests = [each["sha256"] for each in published.document["parts"]]
        assert len(set(digests)) == len(digests)

    def test_a_changed_text_is_noticed(self, published):
        part = published.parts.get(kind="opening")
        PackPart.objects.filter(pk=part.pk).update(texts={**part.texts, "text": "Another spring."})
        assert not is_as_published(published)

    def test_managers_publish_and_evaluators_prepare(self, pack, evaluator, builder, stranger):
        for person in (evaluator, builder, stranger):
            with pytest.raises(PermissionDenied):
                actions.publish_pack(by=person, pack=pack)
        assert (
            actions.create_pack(by=evaluator, team=pack.team, title="Mine", release=pack.release).created_by
            == evaluator
        )
        with pytest.raises(PermissionDenied):
            actions.create_pack(by=builder, team=pack.team, title="Mine", release=pack.release)


class TestChecks:
    def test_nothing_in_it(self, team, closed, manager):
        assert "Choose a number, a story" in refusals(PackFactory(team=team, release=closed), manager)

    def test_an_empty_pack_says_what_is_missing_and_no_yes(self, team, closed, manager, client_for):
        pack = PackFactory(team=team, release=closed, title="Spring", created_by=manager)
        page = text_of(client_for(manager).get(reverse("evaluation:pack-detail", args=[pack.uuid])))
        for words in ("No number is chosen yet.", "No story is chosen yet.", "Only the title is written so far."):
            assert words in page
        assert page.count("Only the title is written so far.") == 2
        assert ">Yes<" not in page
        pack.numbers, pack.opening = KEYS, "Hello."
        pack.save()
        page = text_of(client_for(manager).get(reverse("evaluation:pack-detail", args=[pack.uuid])))
        assert "No number is chosen yet." not in page
        assert "No story is chosen yet." in page
        # Something is in it, its numbers are large enough, and its words name and count nobody.
        assert page.count(">Yes<") == 4

    def test_a_story_withdrawn_a_second_ago(self, pack, story, manager):
        stories.withdraw_consent(by=manager, story=story)
        assert "withdrew their consent on 20 May 2026" in refusals(pack, manager)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"consent_scope": "team"}, "have not agreed to be in reports"),
            ({"status": "submitted", "published_at": None, "published_by": None}, "is not published"),
        ],
    )
    def test_a_story_without_consent_for_reports_or_approval(self, pack, story, manager, change, words):
        Story.objects.filter(pk=story.pk).update(**change)
        assert words in refusals(pack, manager)

    def test_leaving_out_what_went_wrong_needs_a_signed_sentence(self, pack, manager, client):
        pack.observations.update(went="well")
        assert "write a sentence" in refusals(pack, manager)
        pack.nothing_wrong = "\u200b "
        pack.save()
        assert "write a sentence" in refusals(pack, manager)
        pack.nothing_wrong = "We only began in March."
        pack.save()
        shown = published_page(actions.publish_pack(by=manager, pack=pack))
        assert (shown.signed, shown.signed_by) == ("We only began in March.", str(manager))

    def test_a_number_that_is_small_since_the_threshold_was_raised(self, team, manager, evaluator):
        quarter = quarter_of(date(2026, 2, 1))
        PersonFactory.create_batch(6, team=team, first_met_on=quarter.start)
        pack = PackFactory(team=team, release=release(team, quarter), numbers=KEYS, nothing_wrong="It rained less.")
        team.small_number_threshold = 7
        team.save()
        assert "counts fewer than 7 people" in refusals(pack, manager)
        team.small_number_threshold = 6
        team.save()
        (number,) = [
            each for each in actions.publish_pack(by=manager, pack=pack).document["numbers"] if each["key"] == KEYS[1]
        ]
        assert number["value"] == 6

    @pytest.mark.parametrize(
        "text",
        [
            "Tomasz said so.",
            "Ask tomasz@example.org about it.",
            "His number is 0161 496-0007.",
            "We met at 12 Mill Row.",
            "“Old Tom” came.",
        ],
    )
    @pytest.mark.parametrize("where", ["title", "opening", "observation", "story"])
    def test_a_resident_named_anywhere(self, team, pack, story, manager, text, where):
        PersonFactory(
            team=team, known_as="Tomasz Nowak", also_known_as="Old Tom", phone="01614960007", email="tomasz@example.org",
            street="12 Mill Row",
        )  # fmt: skip
        if where == "observation":
            pack.observations.update(text=text)
        elif where == "story":
            Story.objects.filter(pk=story.pk).update(we_did=text)
        else:
            Pack.objects.filter(pk=pack.pk).update(**{where: text})
        assert "may be a resident" in refusals(pack, manager)

    def test_a_word_that_is_no_name_here_is_confirmed_and_a_number_is_not(self, team, pack, manager, evaluator):
        PersonFactory(team=team, known_as="May Brook", phone="0161 496 0007")
        Pack.objects.filter(pk=pack.pk).update(opening="In May we began. Ring 0161 496 0007.")
        assert "“May”" in refusals(pack, manager)
        with pytest.raises(PermissionDenied):
            actions.confirm_not_name(by=evaluator, pack=pack, word="May")
        actions.confirm_not_name(by=manager, pack=pack, word="May")
        assert "“May”" not in (said := refusals(pack, manager))
        assert "0161 496 0007" in said
        with pytest.raises(ValidationError, match="could identify somebody"):
            actions.confirm_not_name(by=manager, pack=pack, word="0161 496 0007")

    def test_an_erased_resident_is_still_known_by_digest(self, team, pack, manager):
        tomasz = PersonFactory(team=team, known_as="Tomasz Nowak", phone="0161 496 0007")
        erase_person(person=tomasz, by=manager)
        Pack.objects.filter(pk=pack.pk).update(opening="Nowak said: ring 0161 496 0007.")
        said = refusals(pack, manager)
        assert "“Nowak”" in said
        assert "0161 496 0007" in said

    def test_names_of_another_team_are_not_known(self, other_team, pack, manager):
        PersonFactory(team=other_team, known_as="Tomasz")
        Pack.objects.filter(pk=pack.pk).update(opening="Tomasz said so.")
        assert actions.publish_pack(by=manager, pack=pack)

    def test_a_name_takes_three_queries_however_many_residents(self, team, django_assert_num_queries):
        PersonFactory.create_batch(30, team=team)
        PersonFactory(team=team, known_as="Tomasz")
        with django_assert_num_queries(3):
            assert [each.word for each in names_in(team, [("Title", "Tomasz and a rose")])] == ["Tomasz"]

    def test_an_evaluator_does_not_learn_which_words_are_names(self, pack, neema, evaluator, manager, client_for):
        Pack.objects.filter(pk=pack.pk).update(opening="Neema came.")
        address = reverse("evaluation:pack-detail", args=[pack.uuid])
        assert "may be a resident" in text_of(client_for(manager).get(address))
        seen = text_of(client_for(evaluator).get(address))
        assert "may be a resident" not in seen
        assert "No resident is named" not in seen


class TestStories:
    def test_the_people_in_a_story_are_neighbours(self, published):
        (story,) = published_page(published).stories
        assert story.paragraphs[0] == "A neighbour asked for a bench. It was a neighbour's idea."
        assert story.quote_by == "A neighbour"

    def test_two_people_have_letters(self, team, pack, story, manager):
        story.people.add(PersonFactory(team=team, known_as="Tomasz"))
        Story.objects.filter(pk=story.pk).update(us_text="Tomasz sawed. Then Neema sat with Tomasz.")
        story.refresh_from_db()
        words = words_of(pack, by=manager, stories=[story], observations=[])
        assert words[2].texts["us_text"] == "Neighbour B sawed. Then neighbour A sat with neighbour B."

    def test_a_withdrawn_consent_empties_it_at_once_and_says_so(self, link, published, story, manager, client, clock):
        assert "asked for a bench" in text_of(client.get(link))
        stories.withdraw_consent(by=manager, story=story)
        page = text_of(client.get(link))
        assert "bench" not in page
        assert "A story was here until 20 May 2026. The people in it no longer agree that we share it." in page
        part = PackPart.objects.get(kind="story")
        assert (part.texts, part.emptied_why) == (None, "consent")
        assert is_as_published(published)

    def test_agreeing_to_less_than_reports_empties_it(self, link, story, manager, client):
        values = stories.stories.StoryValues(
            title=story.title, happened_on=story.happened_on, us_text="We sat.", consent_scope="team",
            consent_on=story.consent_on, people=list(story.people.all()),
        )  # fmt: skip
        stories.update_story(by=manager, story=story, values=values)
        assert "bench" not in text_of(client.get(link))

    def test_whatever_wrote_to_the_story_it_is_not_shown_without_consent(self, link, story, client):
        Story.objects.filter(pk=story.pk).update(consent_scope="team")
        page = text_of(client.get(link))
        assert "bench" not in page
        assert "no longer agree" in page

    def test_erasing_a_resident_empties_their_story_and_texts_that_name_them(
        self, link, published, neema, manager, client
    ):
        part = published.parts.get(kind="opening")
        PackPart.objects.filter(pk=part.pk).update(texts={**part.texts, "text": "Neema Achieng began it."})
        erase_person(person=neema, by=manager)
        page = text_of(client.get(link))
        assert "bench" not in page
        assert "Neema" not in page
        assert "Somebody asked us to erase what we held about them." in page

    def test_a_text_is_taken_out_by_a_manager(self, link, published, manager, evaluator, client):
        part = published.parts.get(kind="learned")
        with pytest.raises(PermissionDenied):
            actions.empty_pack_part(by=evaluator, part=part)
        actions.empty_pack_part(by=manager, part=part)
        page = text_of(client.get(link))
        assert "too late" not in page
        assert "The team took it out." in page

    def test_the_database_keeps_a_part_whole_or_empty(self, published):
        for change in ({"texts": None}, {"emptied_why": "team"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                PackPart.objects.filter(published=published).update(**change)


class TestLinks:
    def test_it_needs_no_account_sets_no_cookie_and_is_not_indexed(self, link, client):
        answer = client.get(link)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()
        assert "<script" not in answer.content.decode()

    def test_a_signed_in_reader_gets_the_same_page(self, link, manager, client, client_for):
        assert client_for(manager).get(link).content == client.get(link).content

    def test_a_link_a_day_too_old(self, link, client, clock):
        clock.shift(timedelta(days=31))
        assert client.get(link).status_code == 200
        clock.shift(timedelta(days=1))
        answer = client.get(link)
        assert answer.status_code == 410
        assert "This link worked until 20 June 2026. Ask the team for a new one." in text_of(answer)
        assert "bench" not in text_of(answer)
        assert answer["X-Robots-Tag"] == "noindex, nofollow"

    def test_a_withdrawn_link(self, link, manager, client):
        row = PackLink.objects.get()
        actions.withdraw_pack_link(by=manager, link=row)
        actions.withdraw_pack_link(by=manager, link=row)
        answer = client.get(link)
        assert answer.status_code == 410
        assert "This link was withdrawn." in text_of(answer)

    @pytest.mark.parametrize("secret", ["x", "a" * 43, "a" * 2000])
    def test_a_link_that_never_was(self, published, client, secret):
        answer = client.get(reverse("evaluation:pack-read", args=[secret]))
        assert answer.status_code == 404
        assert "This link does not work." in text_of(answer)

    def test_the_secret_is_stored_nowhere(self, link):
        secret = link.strip("/").rpartition("/")[2]
        assert PackLink.objects.get().digest == hashlib.sha256(secret.encode()).hexdigest()
        assert not AuditEntry.objects.filter(field_names__icontains=secret).exists()

    def test_a_new_link_for_the_same_readers_replaces_the_one_before(self, link, published, manager, client):
        made = actions.make_pack_link(by=manager, published=published, reader=" steering  group ", days=91)
        assert client.get(link).status_code == 410
        assert client.get(reverse("evaluation:pack-read", args=[made.secret])).status_code == 200

    def test_openings_are_counted_by_day_and_say_nothing_else(self, link, client, clock):
        client.get(link)
        client.get(link, headers={"user-agent": "Police"})
        client.head(link)
        clock.shift(timedelta(days=1))
        client.get(link)
        assert list(PackOpening.objects.order_by("day").values_list("day", "times")) == [
            (date(2026, 5, 20), 2),
            (date(2026, 5, 21), 1),
        ]
        assert {field.name for field in PackOpening._meta.concrete_fields} == {"id", "link", "day", "times"}

    def test_the_team_sees_when_it_was_opened(self, link, published, evaluator, client, client_for):
        client.get(link)
        page = text_of(client_for(evaluator).get(reverse("evaluation:pack-detail", args=[published.pack.uuid])))
        assert "20 May 2026: opened once" in page

    def test_too_many_requests_get_a_sentence(self, link, client, monkeypatch):
        from communities.actions import attempts
        from evaluation.packs.views import reading

        one = attempts.Limit(1, attempts.HOUR)
        monkeypatch.setattr(reading, "PACKS", attempts.Limits(name="pack", source=one, pair=one, account=one))
        client.get(link)
        answer = client.get(link)
        assert answer.status_code == 429
        assert "Try again in an hour" in text_of(answer)


class TestPriorities:
    @pytest.fixture
    def shared(self, pack, story, manager) -> str:
        """Return the link of a pack whose story serves the second of two priorities, and whose learning serves the first."""
        warm, known = (PriorityFactory(team=pack.team, title=title) for title in ("Warm homes", "Known neighbours"))
        story.priorities.add(known)
        pack.observations.get().priorities.add(warm, known)
        pack.observations.add(ObservationFactory(team=pack.team, text="About nothing planned.", created_by=manager))
        published = actions.publish_pack(by=manager, pack=pack)
        made = actions.make_pack_link(by=manager, published=published, reader="Council", days=31)
        return reverse("evaluation:pack-read", args=[made.secret])

    @pytest.mark.parametrize(
        ("query", "seen", "unseen"),
        [
            ("", ("for a bench", "too late", "nothing planned"), ()),
            ("?priority=1", ("for a bench", "too late"), ("nothing planned",)),
            ("?priority=2", ("too late",), ("for a bench", "nothing planned")),
            ("?priority=3", ("for a bench", "too late", "nothing planned"), ()),
            ("?priority=x", ("for a bench", "too late", "nothing planned"), ()),
        ],
    )
    def test_a_reader_chooses_one(self, shared, client, query, seen, unseen):
        page = text_of(client.get(f"{shared}{query}"))
        assert [words for words in seen if words not in page] == []
        assert [words for words in unseen if words in page] == []
        assert "Known neighbours (Council plan 2024 to 2028)" in page

    def test_tags_of_later_are_not_in_it(self, shared, story, client):
        story.priorities.add(PriorityFactory(team=story.team, title="Clean air"))
        assert "Clean air" not in text_of(client.get(shared))

    def test_a_story_that_is_gone_leaves_no_tag(self, pack, story, manager, client):
        story.priorities.add(PriorityFactory(team=pack.team, title="Warm homes"))
        published = actions.publish_pack(by=manager, pack=pack)
        stories.withdraw_consent(by=manager, story=story)
        assert published_page(published).priorities == []


class TestPages:
    def test_from_nothing_to_a_link(self, team, closed, story, manager, client_for, client):
        person = client_for(manager)
        wrong = ObservationFactory(team=team, went="wrong", text="We came too late.")
        answer = person.post(reverse("evaluation:pack-create"), {"title": "Spring", "release": closed.pk})
        pack = Pack.objects.get()
        assert answer.url == reverse("evaluation:pack-update", args=[pack.uuid])
        chosen = {
            "title": "Spring", "release": closed.pk, "place": "team", "opening": "Hello.", "numbers": KEYS,
            "stories": [story.pk], "observations": [wrong.pk], "nothing_wrong": "",
        }  # fmt: skip
        page = person.post(answer.url, chosen, follow=True)
        assert "may be a resident" not in text_of(page)
        page = person.post(reverse("evaluation:pack-publish", args=[pack.uuid]), follow=True)
        assert "Published. Make a link" in text_of(page)
        page = person.post(
            reverse("evaluation:pack-links", args=[pack.uuid]), {"reader": "Steering group", "days": "31"}, follow=True
        )
        address = re.search(r"http://testserver(/pack/[^<]+)", page.content.decode())[1]
        assert "A neighbour asked for a bench" in text_of(client.get(address))

    def test_a_refused_publication_says_why_on_the_page(self, pack, story, manager, client_for):
        stories.withdraw_consent(by=manager, story=story)
        page = client_for(manager).post(reverse("evaluation:pack-publish", args=[pack.uuid]), follow=True)
        assert "withdrew their consent" in text_of(page)
        assert not PublishedPack.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_who_publish_at_once_get_the_same(self, pack, manager, second_manager, race):
        made = race(
            lambda: actions.publish_pack(by=manager, pack=pack).pk,
            lambda: actions.publish_pack(by=second_manager, pack=pack).pk,
        )
        assert len(set(made)) == 1
        assert PublishedPack.objects.count() == 1

    def test_a_story_withdrawn_at_the_same_moment_is_never_shown(self, pack, story, manager, race):
        def publish() -> str:
            try:
                return actions.publish_pack(by=manager, pack=pack).sha256
            except ValidationError as error:
                return " ".join(error.messages)

        race(publish, lambda: stories.withdraw_consent(by=manager, story=story))
        published = PublishedPack.objects.first()
        if published is not None:
            assert PackPart.objects.get(kind="story").texts is None
            assert "bench" not in str(published_page(published))
