"""Pages of evaluation: what they show to whom, what they save, and what they refuse."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from communities.models import AuditEntry, Role, Team, User
from communities.periods import quarter_of
from evaluation import reports
from evaluation.framework import BY_KEY, COUNTINGS
from evaluation.models import Indicator, Measurement, Story, StoryStatus
from evaluation.queries import TEAM
from sparks.models import CostLine, Report
from tests.evaluation.worlds import World
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import MeasurementFactory, StoryFactory, release
from tests.factories.sparks import RoundFactory, SparkFactory
from tests.photos import photo_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/indicators/"
Q2 = quarter_of(date(2026, 5, 20))


def detail(key: str, **query: str) -> str:
    """Return the URL of an indicator."""
    return f"/indicators/{key}/?" + "&".join(f"{name}={value}" for name, value in query.items())


def page_of(client, address: str) -> str:
    """Return a page's text."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# The table


def test_the_table_equals_the_file(team: Team, evaluator: User, client_for) -> None:
    world = World(team, 1, size=15)
    place = world.places[0]
    client = client_for(evaluator)
    page = client.get(LIST, {"place": place.pk})
    shown = {
        (row.spec.key, cell.label): cell.words
        for _outcome, rows in page.context["sections"]
        for row in rows
        for cell in row.cells
    }
    lines = b"".join(client.get("/indicators/export/csv/", {"place": place.pk}).streaming_content).decode()
    found = list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))
    assert {row["neighbourhood"] for row in found} == {place.name}
    by_key = {str(spec.name): spec for spec in BY_KEY.values()}
    compared = 0
    for row in found:
        label = next((name for name in page.context["heads"] if _head(row["period_end"]) in name), None)
        if label is None:
            continue
        words = shown[by_key[row["indicator"]].key, label]
        kept = "by year" if by_key[row["indicator"]].is_kept else "hidden"
        expected = kept if row["suppressed"] == "yes" else row["value"] or "–"
        assert re.sub(r"[£,%]", "", words).split(".")[0] == expected.split(".")[0]
        compared += 1
    assert compared == 4 * len(found) // 8


def _head(day: str) -> str:
    return f"{date.fromisoformat(day):%b %Y}"


def test_the_workbook_equals_the_file(team: Team, manager: User, client_for) -> None:
    World(team, 1, size=4)
    response = client_for(manager).get("/indicators/export/xlsx/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="brookside-indicators-2024-07-01')
    expected = list(reports.rows(reports.build(team, [*book_periods(book)])))
    assert book["Indicators"].max_row == len(expected) + 1


def book_periods(book) -> list:
    """Return the quarters in a workbook."""
    days = {row[2].value for row in list(book["Indicators"].iter_rows())[1:]}
    return [quarter_of(day.date() if hasattr(day, "date") else day) for day in sorted(days)]


@pytest.mark.parametrize(
    "query", ["place=999999", "until=nonsense", "by=decade", "place=x&until=2026-01-01_2026-01-02"]
)
def test_an_unknown_filter_value_shows_an_error_and_the_default(query: str, evaluator: User, client_for) -> None:
    page = page_of(client_for(evaluator), f"{LIST}?{query}")
    assert "Choose one from the list" in page
    assert "Conversations held" in page


def test_years_and_older_periods_can_be_chosen(team: Team, evaluator: User, client_for) -> None:
    ConversationFactory(team=team, held_on=date(2025, 12, 31))
    client = client_for(evaluator)
    assert client.get(LIST, {"by": "year"}).context["heads"] == [
        "Year to Mar 2025",
        "Year to Mar 2026",
        "Year to Mar 2027 so far",
    ]
    heads = client.get(LIST, {"until": "2025-10-01_2025-12-31"}).context["heads"]
    assert heads[-1] == "Oct–Dec 2025"


def test_the_unfinished_quarter_is_left_out_of_the_trend(team: Team, evaluator: User, client_for) -> None:
    ConversationFactory.create_batch(4, team=team, held_on=date(2026, 3, 1))
    ConversationFactory(team=team)
    page = client_for(evaluator).get(LIST)
    row = page.context["sections"][0][1][0]
    assert page.context["heads"][-2:] == ["Jan–Mar 2026", "Apr–Jun 2026 so far"]
    assert ([cell.words for cell in row.cells[-2:]], row.trend[-1], len(row.trend)) == (["4", "1"], 4, 7)


def test_a_quarter_without_records_is_explained(team: Team, evaluator: User, client_for) -> None:
    assert "quiet months are not a warning" in page_of(client_for(evaluator), LIST)
    ConversationFactory(team=team)
    assert "quiet months are not a warning" not in page_of(client_for(evaluator), LIST)


def test_an_htmx_request_gets_only_the_table(evaluator: User, client_for) -> None:
    page = client_for(evaluator).get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert 'id="results"' in page
    assert "<html" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_takes_a_constant_number_of_queries(
    rows: int, team: Team, evaluator: User, client_for, django_assert_num_queries
) -> None:
    World(team, rows, size=rows + 2)
    client = client_for(evaluator)
    client.get(LIST)
    with django_assert_num_queries(11):
        client.get(LIST)


def test_a_builder_can_read_but_not_download(builder: User, client_for) -> None:
    client = client_for(builder)
    assert "Download CSV" not in page_of(client, LIST)
    assert client.get("/indicators/export/csv/").status_code == 403
    assert client.get("/indicators/export/pdf/").status_code == 404


def test_a_user_without_a_team_sees_an_explanation(client_for) -> None:
    assert client_for(UserFactory()).get(LIST).status_code == 403


def test_the_dictionary_is_a_page_and_a_file(evaluator: User, client_for) -> None:
    client = client_for(evaluator)
    assert "definition_version" in page_of(client, "/indicators/data-dictionary/")
    lines = b"".join(client.get("/indicators/data-dictionary/?format=csv").streaming_content).decode()
    assert "contributed" in lines


# One indicator


def test_an_unknown_indicator_is_not_found(evaluator: User, client_for) -> None:
    assert client_for(evaluator).get("/indicators/happiness/").status_code == 404


def test_a_figure_links_to_its_rows(team: Team, builder: User, client_for) -> None:
    talk = ConversationFactory(team=team, place_name="the bus shelter", summary="Loves to knit")
    ConversationFactory(team=team, held_on=date(2026, 1, 1), place_name="another quarter")
    page = page_of(client_for(builder), detail("conversations-held"))
    assert reverse("connectors:conversation-detail", args=[talk.uuid]) in page
    assert "the bus shelter" in page
    assert "another quarter" not in page


PRIVATE = ("Rosamund", "the bus shelter", "Loves to knit", "Cooking for forty")


def private_rows(team: Team) -> None:
    """Add five of everything, with text that an evaluator must not read."""
    for n in range(5):
        person = PersonFactory(team=team, known_as=f"Rosamund {n}", connector=True)
        GiftFactory(person=person, name=f"Cooking for forty {n}")
        ConversationFactory(team=team, people=[person], place_name="the bus shelter", summary="Loves to knit")
        other = PersonFactory(team=team, known_as="Rosamund")
        IntroductionFactory(team=team, from_person=person, to_person=other)


KEYS = ("conversations-held", "residents-met", "residents-met-first", "connectors", "gifts-heard", "introductions-made")


@pytest.mark.parametrize("key", KEYS)
def test_an_evaluator_sees_aliases_dates_and_places(key: str, team: Team, evaluator: User, client_for) -> None:
    private_rows(team)
    release(team, Q2)
    response = client_for(evaluator).get(detail(key))
    page = response.content.decode()
    assert len(response.context["rows"]) == (10 if key == "residents-met-first" else 5)
    assert [words for words in PRIVATE if words in page] == []
    assert "/people/" not in page
    assert not re.search(r'href="/conversations/[0-9a-f]', page)


@pytest.mark.parametrize("key", KEYS)
def test_a_builder_sees_names_and_links(key: str, team: Team, builder: User, client_for) -> None:
    private_rows(team)
    page = page_of(client_for(builder), detail(key))
    assert any(words in page for words in PRIVATE)


def test_every_kind_of_row_is_described(team: Team, builder: User, client_for, django_assert_max_num_queries) -> None:
    World(team, 1, size=12)
    client = client_for(builder)
    client.get(LIST)
    for key in COUNTINGS:
        client.get(detail(key))
        with django_assert_max_num_queries(18):
            assert client.get(detail(key)).status_code == 200


def test_rows_behind_a_hidden_figure_are_hidden_from_evaluators(
    team: Team, evaluator: User, builder: User, client_for
) -> None:
    PersonFactory.create_batch(3, team=team, known_as="Rosamund")
    closed = page_of(client_for(evaluator), detail("residents-met-first"))
    assert "These records are hidden" in closed
    assert "Resident " not in closed
    assert "Rosamund" in page_of(client_for(builder), detail("residents-met-first"))


def test_the_chart_and_the_table_show_the_same_figures(team: Team, evaluator: User, client_for) -> None:
    ConversationFactory.create_batch(7, team=team)
    response = client_for(evaluator).get(detail("conversations-held"))
    columns = response.context["chart"].columns
    assert [column.words for column in columns] == ["0"] * 7 + ["7"]
    assert (columns[-1].height, columns[-1].is_current) == ("100.0", True)
    assert response.context["figure"].value == 7


def test_an_old_period_has_its_own_trend(team: Team, evaluator: User, client_for) -> None:
    response = client_for(evaluator).get(detail("conversations-held", period="2020-01-01_2020-03-31"))
    assert response.context["chart"].columns[-1].name == "January to March 2020"
    year = client_for(evaluator).get(detail("conversations-held", period="2025-04-01_2026-03-31"))
    assert year.context["period_name"] == "April 2025 to March 2026"


def test_stories_and_figures_are_two_clicks_apart(team: Team, evaluator: User, client_for) -> None:
    story = StoryFactory(team=team, published=True, indicators=["groups-formed"])
    client = client_for(evaluator)
    number_page = page_of(client, detail("groups-formed"))
    story_url = f"/stories/{story.uuid}/"
    assert story_url in number_page
    assert "/indicators/groups-formed/?place=team&amp;period=2026-04-01_2026-06-30" in page_of(client, story_url)


def test_stories_of_other_periods_and_places_are_listed_separately(team: Team, builder: User, client_for) -> None:
    here = StoryFactory(team=team, published=True, indicators=["groups-formed"])
    place = NeighbourhoodFactory(team=team)
    there = StoryFactory(team=team, published=True, indicators=["groups-formed"], neighbourhood=place)
    StoryFactory(team=team, submitted=True, indicators=["groups-formed"])
    for key, first, others in ((TEAM, [there, here], []), ("none", [here], [there]), (place.pk, [there], [here])):
        stories = client_for(builder).get(detail("groups-formed", place=key)).context["stories"]
        assert (stories.here, stories.elsewhere) == (first, others)


def test_a_figure_without_a_story_suggests_adding_one(builder: User, evaluator: User, client_for) -> None:
    ask = "/stories/new/?indicator=groups-formed"
    assert page_of(client_for(builder), detail("groups-formed")).count(ask) == 2
    assert ask not in page_of(client_for(evaluator), detail("groups-formed"))


# Recorded indicators


MEASURED = {"period": Q2.key, "neighbourhood": "", "value": "3", "note": "Asked at the supper."}
NEW = "/indicators/changes-by-residents/measurements/new/"


def test_a_measurement_is_recorded_and_shown(team: Team, evaluator: User, client_for) -> None:
    client = client_for(evaluator)
    response = client.post(NEW, {**MEASURED, "value": "1,204"}, follow=True)
    assert response.redirect_chain[0][0] == f"/indicators/changes-by-residents/?place=team&period={Q2.key}"
    assert "1,204" in response.content.decode()
    assert "Asked at the supper." in response.content.decode()
    assert Measurement.objects.get().value == 1204


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"value": "lots"}, "Enter the number in figures"),
        ({"value": "1e3"}, "Enter the number in figures"),
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"note": ""}, "required"),
        ({"period": "2026-01-01_2026-01-31"}, "Choose one from the list"),
        ({"neighbourhood": "999999"}, "Choose one from the list"),
    ],
)
def test_an_error_keeps_what_was_typed(given: dict, says: str, evaluator: User, client_for) -> None:
    response = client_for(evaluator).post(NEW, {**MEASURED, "note": "Typed with care", **given})
    assert response.status_code == 200
    page = response.content.decode()
    assert says in page
    assert "Typed with care" in page or "note" in given
    assert not Measurement.objects.exists()


def test_a_second_measurement_is_refused_with_a_message(team: Team, evaluator: User, client_for) -> None:
    MeasurementFactory(team=team)
    response = client_for(evaluator).post(NEW, MEASURED)
    assert "already a number for this place and period" in response.content.decode()


def test_a_measurement_can_be_changed(team: Team, evaluator: User, client_for) -> None:
    place = NeighbourhoodFactory(team=team)
    made = MeasurementFactory(team=team, neighbourhood=place, value=Decimal("2.50"))
    address = f"/indicators/measurements/{made.pk}/edit/"
    assert 'value="2.5"' in page_of(client_for(evaluator), address)
    response = client_for(evaluator).post(address, {**MEASURED, "neighbourhood": place.pk, "value": "4"})
    assert response.headers["Location"] == f"/indicators/changes-by-residents/?place={place.pk}&period={Q2.key}"
    assert Measurement.objects.get().value == 4
    refused = client_for(evaluator).post(address, {**MEASURED, "value": ""})
    assert refused.status_code == 200


def test_an_old_period_can_still_be_chosen(team: Team, evaluator: User, client_for) -> None:
    made = MeasurementFactory(team=team, period_start=date(2019, 1, 1), period_end=date(2019, 3, 31))
    assert "January to March 2019" in page_of(client_for(evaluator), f"/indicators/measurements/{made.pk}/edit/")


def test_a_counted_indicator_cannot_be_measured(evaluator: User, client_for) -> None:
    assert client_for(evaluator).get("/indicators/connectors/measurements/new/").status_code == 404


def test_another_teams_place_cannot_be_chosen(other_team: Team, evaluator: User, client_for) -> None:
    theirs = NeighbourhoodFactory(team=other_team)
    response = client_for(evaluator).post(NEW, {**MEASURED, "neighbourhood": theirs.pk})
    assert "Choose one from the list" in response.content.decode()


# Stories


TOLD = {"title": "The supper", "happened_on": "2026-05-01", "us_text": "We cooked.", "anyway": "", "consent_scope": ""}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_stories(rows: int, team: Team, builder: User, client_for, django_assert_num_queries) -> None:
    StoryFactory.create_batch(rows, team=team, created_by=builder)
    StoryFactory(title="Theirs")
    client = client_for(builder)
    with django_assert_num_queries(6):
        page = page_of(client, "/stories/")
    assert page.count("card__title") == rows
    assert "Theirs" not in page


def test_a_story_has_its_photo_as_a_cover_and_words_without_one(team: Team, builder: User, client_for) -> None:
    photo = ContentFile(photo_bytes((1600, 1200)), name="table.jpg")
    pictured = StoryFactory(team=team, title="The long table", photo=photo, photo_alt="A long table")
    StoryFactory(team=team, title="The key to the hall")
    client = client_for(builder)
    page = page_of(client, reverse("evaluation:story-list"))
    address = reverse("evaluation:story-photo", args=[pictured.uuid])
    (cover,) = re.findall(r"<img[^>]*>", page)
    assert f'src="{address}?size=small"' in cover
    assert 'alt="A long table"' in cover
    assert 'loading="lazy"' in cover
    assert re.search(r'<p class="cover cover--words [^>]*aria-hidden="true">\s*<span>[^<]+</span>', page)
    small = client.get(address, {"size": "small"})
    assert small["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(small.content)).size == (800, 600)
    whole = b"".join(client.get(address, {"size": "vast"}).streaming_content)
    assert Image.open(io.BytesIO(whole)).size == (1600, 1200)
    pictured.photo.storage.delete(pictured.photo.name)
    assert client.get(address, {"size": "small"}).status_code == 404


def test_the_list_of_stories_can_be_filtered(team: Team, builder: User, client_for) -> None:
    place = NeighbourhoodFactory(team=team)
    wanted = StoryFactory(team=team, neighbourhood=place, published=True, indicators=["groups-formed"])
    StoryFactory(team=team)
    number = Indicator.objects.get(key="groups-formed")
    client = client_for(builder)
    for query in ({"neighbourhood": place.pk}, {"status": "published"}, {"indicators": number.pk}):
        assert list(client.get("/stories/", query).context["page"]) == [wanted]
    part = client.get("/stories/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_a_story_is_added(team: Team, builder: User, client_for) -> None:
    number = Indicator.objects.get(key="groups-formed")
    response = client_for(builder).post("/stories/new/", {**TOLD, "indicators": [number.pk]}, follow=True)
    story = Story.objects.get()
    assert response.redirect_chain == [(f"/stories/{story.uuid}/", 302)]
    assert (story.team, story.created_by, story.status) == (team, builder, StoryStatus.DRAFT)
    assert list(story.indicators.all()) == [number]
    assert "We cooked." in response.content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"title": ""}, "required"),
        ({"happened_on": "2026-05-21"}, "Choose today or an earlier day"),
        ({"happened_on": "yesterday"}, "valid date"),
        ({"consent_scope": "public"}, "On which day did they agree?"),
        ({"consent_on": "2026-05-01"}, "How widely did they agree to share it?"),
        ({"anyway": "maybe"}, "Choose one from the list"),
    ],
)
def test_an_error_keeps_the_story_that_was_typed(given: dict, says: str, builder: User, client_for) -> None:
    response = client_for(builder).post("/stories/new/", {**TOLD, "us_text": "Typed with care", **given})
    page = response.content.decode()
    assert says in page
    assert "Typed with care" in page
    assert not Story.objects.exists()


def test_a_spark_with_a_report_can_become_a_story(team: Team, builder: User, client_for) -> None:
    person = PersonFactory(team=team)
    place = NeighbourhoodFactory(team=team)
    spark = SparkFactory(round=RoundFactory(team=team), title="Fish and chips", neighbourhood=place, status="reported")
    spark.applicants.add(person)
    Report.objects.create(
        spark=spark,
        what_happened="Forty came.",
        what_changed="They know names.",
        what_next="Again.",
        created_by=builder,
    )
    form = client_for(builder).get("/stories/new/", {"spark": spark.uuid}).context["form"]
    assert form.initial["title"] == "Fish and chips"
    assert (form.initial["us_text"], form.initial["now_text"]) == ("Forty came.", "They know names.\n\nAgain.")
    assert (form.initial["neighbourhood"], form.initial["people"]) == (place.pk, [person.pk])
    response = client_for(builder).post(
        f"/stories/new/?spark={spark.uuid}", {**TOLD, "spark": spark.pk, "people": [person.pk]}
    )
    assert response.status_code == 302
    story = Story.objects.get()
    assert (story.spark, list(story.people.all())) == (spark, [person])


def test_a_story_of_a_spark_begins_with_who_lent_or_gave_and_names_no_resident(
    team: Team, builder: User, client_for
) -> None:
    lent = {"spark": SparkFactory(round=RoundFactory(team=team), status="paid"), "is_in_kind": True}
    gift = GiftFactory(person=PersonFactory(team=team, known_as="Rosalind"))
    CostLine.objects.create(**lent, what="Soup for forty", gift=gift)
    CostLine.objects.create(**lent, what="A gazebo", asset=AssetFactory(team=team, name="Chapel hall"), position=1)
    CostLine.objects.create(**lent, what="Chairs", lender="Rosalind", position=2)
    form = client_for(builder).get("/stories/new/", {"spark": lent["spark"].uuid}).context["form"]
    assert form.initial["residents_did"] == "A neighbour lent or gave: Soup for forty."
    assert form.initial["others_did"] == "Chapel hall lent or gave: A gazebo.\nLent or given: Chairs."


def test_a_conversation_can_become_a_story(team: Team, builder: User, client_for) -> None:
    person = PersonFactory(team=team)
    talk = ConversationFactory(team=team, people=[person], summary="A table for all", held_on=date(2026, 5, 2))
    form = (
        client_for(builder)
        .get("/stories/new/", {"conversation": talk.uuid, "indicator": "ideas-heard"})
        .context["form"]
    )
    assert (form.initial["self_text"], form.initial["happened_on"]) == ("A table for all", date(2026, 5, 2))
    assert form.initial["conversations"] == [talk.pk]
    assert form.initial["indicators"] == [Indicator.objects.get(key="ideas-heard").pk]


def test_changing_a_story_keeps_its_links(team: Team, builder: User, client_for) -> None:
    asker, talker = PersonFactory(team=team), PersonFactory(team=team)
    talk = ConversationFactory(team=team, people=[talker])
    spark = SparkFactory(round=RoundFactory(team=team), conversation=talk)
    spark.applicants.add(asker)
    begun = client_for(builder).get("/stories/new/", {"spark": spark.uuid}).context["form"]
    assert begun.initial["conversations"] == [talk.pk]
    story = StoryFactory(team=team, created_by=builder, spark=spark, people=[asker])
    story.conversations.add(talk)
    form = client_for(builder).get(f"/stories/{story.uuid}/edit/").context["form"]
    assert {pk for pk, _label in form.fields["people"].choices} == {asker.pk, talker.pk}
    assert list(form.fields["conversations"].queryset) == [talk]
    client_for(builder).post(
        f"/stories/{story.uuid}/edit/",
        {**TOLD, "spark": spark.pk, "people": [asker.pk, talker.pk], "conversations": [talk.pk]},
    )
    story.refresh_from_db()
    assert set(story.people.all()) == {asker, talker}
    assert (story.spark, list(story.conversations.all())) == (spark, [talk])


def test_people_can_be_searched_by_name(team: Team, other_team: Team, builder: User, client_for) -> None:
    rose, mill = PersonFactory(team=team, known_as="Rose"), NeighbourhoodFactory(team=team, name="Mill Row")
    abduls = [
        PersonFactory(team=team, known_as="Abdul", neighbourhood=mill),
        PersonFactory(team=team, known_as="Abdul"),
    ]
    PersonFactory(team=other_team, known_as="Kit")
    client = client_for(builder)
    unclear = client.post("/stories/new/", {**TOLD, "names": "rose, Abdul and Kit"}).content.decode()
    assert "Nobody called “Kit” is in your team’s records" in unclear
    assert "More than one person is called “Abdul”" in unclear
    assert "Abdul, Mill Row" in unclear
    assert not Story.objects.exists()
    client.post("/stories/new/", {**TOLD, "names": "rose, Abdul", "people": [abduls[0].pk]})
    assert set(Story.objects.get().people.all()) == {rose, abduls[0]}


def test_another_teams_people_cannot_be_chosen(other_team: Team, builder: User, client_for) -> None:
    theirs = PersonFactory(team=other_team, known_as="Theirs")
    page = client_for(builder).post("/stories/new/", {**TOLD, "people": [theirs.pk]}).content.decode()
    assert "Choose only from the list" in page
    assert "Theirs" not in page


def test_an_evaluator_cannot_add_a_story(evaluator: User, client_for) -> None:
    assert client_for(evaluator).get("/stories/new/").status_code == 403


@pytest.mark.parametrize("name", ["spark", "conversation"])
def test_a_story_cannot_begin_from_another_teams_row(name: str, other_team: Team, builder: User, client_for) -> None:
    theirs = {
        "spark": SparkFactory(round=RoundFactory(team=other_team)),
        "conversation": ConversationFactory(team=other_team),
    }[name]
    client = client_for(builder)
    assert client.get("/stories/new/", {name: str(theirs.uuid)}).status_code == 404
    assert client.get("/stories/new/", {name: "nonsense"}).status_code == 404


def test_an_evaluator_sees_nobody_in_a_story(team: Team, evaluator: User, builder: User, client_for) -> None:
    person = PersonFactory(team=team, known_as="Rosamund")
    story = StoryFactory(team=team, created_by=builder, published=True, people=[person])
    story.conversations.add(ConversationFactory(team=team))
    page = page_of(client_for(evaluator), f"/stories/{story.uuid}/")
    assert "Resident " not in page
    assert "Rosamund" not in page
    assert "Conversation on" not in page
    mine = page_of(client_for(builder), f"/stories/{story.uuid}/")
    assert "Rosamund" in mine
    assert "Conversation on 20 May 2026" in mine


def test_a_quotation_without_consent_is_visible_to_writers_only(
    team: Team, evaluator: User, builder: User, client_for
) -> None:
    story = StoryFactory(team=team, created_by=builder, status="submitted", quote="I know everyone now.")
    address = f"/stories/{story.uuid}/"
    assert "I know everyone now." not in page_of(client_for(evaluator), address)
    assert "I know everyone now." in page_of(client_for(builder), address)


def test_a_story_claims_contribution_never_cause(team: Team, builder: User, client_for) -> None:
    story = StoryFactory(team=team, created_by=builder, published=True, anyway="partly", we_did="Listened.")
    page = page_of(client_for(builder), f"/stories/{story.uuid}/")
    assert "The team contributed" in page
    assert "Partly, or later" in page
    assert "caused" not in page.lower()


def test_from_draft_to_published_and_back(team: Team, builder: User, manager: User, client_for) -> None:
    story = StoryFactory(team=team, created_by=builder, agreed=True)
    address = f"/stories/{story.uuid}/"
    writer, approver = client_for(builder), client_for(manager)
    writer.post(f"{address}hand-in/")
    assert "Return to the writer" in page_of(approver, address)
    assert "Approve and publish" not in page_of(writer, address)
    assert writer.post(f"{address}approve/").status_code == 403
    approver.post(f"{address}give-back/")
    writer.post(f"{address}hand-in/")
    approver.post(f"{address}approve/")
    story.refresh_from_db()
    assert story.is_published
    changed = writer.post(f"{address}edit/", {**TOLD, "consent_scope": "team", "consent_on": "2026-05-01"}, follow=True)
    assert "is waiting to be approved again" in changed.content.decode()
    approver.post(f"{address}approve/")
    assert "unpublished at once" in page_of(writer, f"{address}withdraw/")
    gone = writer.post(f"{address}withdraw/", follow=True)
    assert "no longer agree" in gone.content.decode()
    story.refresh_from_db()
    assert not story.is_published


def test_a_refused_step_says_why(team: Team, builder: User, manager: User, client_for) -> None:
    story = StoryFactory(team=team, created_by=manager, submitted=True)
    page = client_for(manager).post(f"/stories/{story.uuid}/approve/", follow=True).content.decode()
    assert "another manager approves it" in page
    assert "once you have recorded" in page_of(
        client_for(manager), f"/stories/{StoryFactory(team=team, created_by=builder, status='submitted').uuid}/"
    )


def test_a_builder_cannot_change_anothers_story(team: Team, builder: User, client_for) -> None:
    other = UserFactory(roles={team: [Role.BUILDER]})
    story = StoryFactory(team=team, created_by=other)
    assert client_for(builder).get(f"/stories/{story.uuid}/edit/").status_code == 403
    assert client_for(builder).post(f"/stories/{story.uuid}/hand-in/").status_code == 403


def photo() -> SimpleUploadedFile:
    """Return a small real photo."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, "JPEG")
    return SimpleUploadedFile("supper.jpg", file.getvalue(), "image/jpeg")


def test_a_photo_can_be_saved_shown_and_removed(team: Team, builder: User, stranger: User, client_for) -> None:
    client = client_for(builder)
    refused = client.post("/stories/new/", {**TOLD, "photo": photo()})
    assert "Say what the photo shows" in refused.content.decode()
    client.post("/stories/new/", {**TOLD, "photo": photo(), "photo_alt": "A long table"})
    story = Story.objects.get()
    address = f"/stories/{story.uuid}/"
    assert f'src="{address}photo/"' in page_of(client, address)
    shown = client.get(f"{address}photo/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert client_for(stranger).get(f"{address}photo/").status_code == 404
    assert "Delete the photo" in page_of(client, f"{address}edit/")
    client.post(f"{address}edit/", {**TOLD, "remove_photo": "on"})
    story.refresh_from_db()
    assert not story.photo
    assert client.get(f"{address}photo/").status_code == 404


def test_a_file_that_is_not_a_photo_is_refused(builder: User, client_for) -> None:
    bad = ContentFile(b"<svg xmlns='x'/>", name="a.jpg")
    page = client_for(builder).post("/stories/new/", {**TOLD, "photo": bad, "photo_alt": "A table"}).content.decode()
    assert "drawing (SVG)" in page


def test_every_step_is_audited(team: Team, builder: User, client_for) -> None:
    client = client_for(builder)
    client.post("/stories/new/", TOLD)
    entry = AuditEntry.objects.get(model="evaluation.story")
    assert (entry.actor, entry.team) == (builder, team)
    assert "The supper" not in str(entry.field_names)
