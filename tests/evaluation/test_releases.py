"""Releases: a closed quarter can be had again byte for byte, what has changed since is said, and nothing hidden is in it."""

import hashlib
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from assets.models import Asset
from communities.actions.boundaries import update_neighbourhood
from communities.actions.undo import undo
from communities.models import Team, User
from communities.periods import last, quarters_in, year_of
from communities.spreadsheets import CSV, XLSX, write_xlsx
from communities.undo import newest_undoable
from connectors.actions.conversations import delete_conversation
from connectors.actions.erasing import erase_person
from connectors.actions.gifts import remove_gift
from connectors.actions.merges import merge_people
from evaluation import actions
from evaluation.canonical import canonical, sha256_of
from evaluation.framework import INDICATORS, SHIPPED
from evaluation.models import Release, ReleaseCount
from evaluation.queries import TEAM, cells_of, counted_rows
from evaluation.releases import changes
from evaluation.releases.actions import close_quarter
from evaluation.releases.changes import Reason, changes_since
from evaluation.releases.files import release_file
from evaluation.releases.queries import quarters_to_close
from evaluation.reports import build
from tests.evaluation.worlds import PERIODS, World, count_all
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, outline
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory
from tests.factories.evaluation import MeasurementFactory, StoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Q1 = PERIODS[1]
YEAR = year_of(Q1.start)
HERE, THERE = (-2.24, 51.86, -2.23, 51.87), (-2.22, 51.86, -2.21, 51.87)


def close(team: Team, by: User | None = None, *periods) -> Release:
    """Close some quarters, January to March 2026 by default; return the last release."""
    return [close_quarter(by=by, team=team, quarter=quarter) for quarter in periods or (Q1,)][-1]


def files(release: Release) -> tuple[bytes, bytes]:
    """Return a release as CSV and as XLSX, read from the database again."""
    again = Release.objects.get(pk=release.pk)
    return release_file(again, CSV).read(), release_file(again, XLSX).read()


def values(release: Release) -> dict[tuple[str, str], tuple]:
    """Return (status, value, numerator, denominator, rows) by indicator and place."""
    return {(key, place): tuple(rest) for key, place, *rest in release.document["values"]}


def test_the_rows_that_a_release_stores_add_up_to_what_is_counted(team: Team) -> None:
    World(team, seed=5, size=40)
    for period in (*PERIODS, YEAR):
        assert cells_of(counted_rows(team, period)) == {
            key: cell for key, cell in count_all(team, [period])[period].items() if cell.number or cell.out_of
        }


def test_a_release_is_what_was_shown_and_its_hash_is_of_that(team: Team, manager: User) -> None:
    World(team, seed=5, size=40)
    report = build(team, [Q1])
    shown = {(key, place.key): report.figure(Q1, key, place.key) for key in changes_keys() for place in report.places}
    release = close(team, manager)
    found = values(release)
    assert {key: status.startswith("hidden") for key, (status, *_rest) in found.items()} == {
        key: figure.is_hidden for key, figure in shown.items()
    }
    assert {key: None if value is None else str(value) for key, (_status, value, *_rest) in found.items()} == {
        key: None if figure.value is None else str(figure.value) for key, figure in shown.items()
    }
    again = Release.objects.get()
    assert again.sha256 == sha256_of(again.document) == hashlib.sha256(canonical(again.document)).hexdigest()
    assert (again.closed_by, again.document["closed_on"]) == (manager, "2026-05-20")


def changes_keys() -> list[str]:
    """Return the keys of all indicators."""
    return [spec.key for spec in INDICATORS]


@pytest.fixture
def ten(team: Team, builder: User, manager: User):
    """Return the rows that are about to change, in a quarter with some of everything."""
    day = Q1.start
    here, there = (
        NeighbourhoodFactory(
            team=team, boundary=outline(*box), min_lng=box[0], min_lat=box[1], max_lng=box[2], max_lat=box[3]
        )
        for box in (HERE, THERE)
    )
    people = PersonFactory.create_batch(8, team=team, neighbourhood=here, first_met_on=day)
    talks = [
        ConversationFactory(team=team, builder=builder, neighbourhood=here, held_on=day, people=[person])
        for person in people
    ]
    told = {"team": team, "happened_on": day, "published": True, "published_by": manager}
    restored = ConversationFactory(team=team, builder=builder, held_on=day, people=people[:1])
    delete_conversation(conversation=restored, by=manager)
    return {
        "people": people,
        "talks": talks,
        "withdrawn": StoryFactory(**told),
        "erased": StoryFactory(**told, people=[people[7]]),
        "gift": GiftFactory(person=people[0], heard_on=day),
        "group": AssetFactory(team=team, kind="association", formed_on=day, neighbourhood=here),
        "moving": AssetFactory(
            team=team, latitude=51.865, longitude=-2.235, neighbourhood=here, created_at="2026-02-01T12:00Z"
        ),
        "measured": MeasurementFactory(team=team, period_start=Q1.start, period_end=Q1.end, created_by=manager),
        "restored": newest_undoable(restored, by=manager),
        "here": here,
        "there": there,
    }


def test_ten_records_change_and_the_release_does_not(
    team, builder, manager, evaluator, ten, clock, monkeypatch
) -> None:
    release = close(team, manager)
    first = files(release)
    clock.shift(timedelta(days=1))
    day, people = Q1.start, ten["people"]
    ConversationFactory(team=team, builder=builder, held_on=day, people=[])  # 1 a late entry
    delete_conversation(conversation=ten["talks"][1], by=manager)  # 2 a deletion
    merge_people(kept=people[2], absorbed=people[3], by=manager)  # 3 a merge
    erase_person(person=people[7], by=manager)  # 4 an erasure
    actions.withdraw_consent(by=builder, story=ten["withdrawn"])  # 5 a withdrawn consent
    Asset.objects.filter(pk=ten["group"].pk).update(formed_on=Q1.end + timedelta(days=1))  # 6 a correction
    remove_gift(gift=ten["gift"], by=builder)  # 7 a deletion of another kind
    undo(undoable=ten["restored"], by=manager)  # 8 something restored
    actions.update_measurement(  # 9 a correction of a recorded number
        by=manager, measurement=ten["measured"], period_start=Q1.start, period_end=Q1.end, value=5, note="Asked again."
    )
    update_neighbourhood(
        neighbourhood=ten["here"], by=manager, boundary=outline(-2.3, 51.8, -2.29, 51.81)
    )  # 10 a changed outline
    renewed = [replace(spec, version=2) if spec.key == "sparks-applied" else spec for spec in INDICATORS]
    monkeypatch.setattr(
        changes, "catalogue_of", lambda _team: replace(SHIPPED, indicators=tuple(renewed))
    )  # and a new definition
    assert files(release) == first
    found = {change.key: dict(change.reasons) for change in changes_since(release, manager)}
    assert found["conversations-held"] == {Reason.LATE: 1, Reason.DELETION: 1, Reason.CORRECTION: 1}
    assert found["residents-met-first"][Reason.MERGE] == 1
    assert found["stories-told"] == {Reason.ERASURE: 1, Reason.CONSENT: 1}
    assert found["groups-formed"] == {Reason.CORRECTION: 1}
    assert found["gifts-heard"] == {Reason.DELETION: 1}
    assert found["changes-by-residents"] == {Reason.CORRECTION: 1}
    assert found["assets-on-the-map"][Reason.OUTLINE] == 1
    assert found["sparks-applied"] == {Reason.DEFINITION: 1}
    assert found["residents-met"] == {Reason.DELETION: 1, Reason.MERGE: 1, Reason.CORRECTION: 1}
    seen = {change.key for change in changes_since(release, evaluator)}
    assert seen == {key for key in found if not build_spec(key).is_kept}


def build_spec(key: str):
    """Return the declaration of an indicator."""
    return next(spec for spec in INDICATORS if spec.key == key)


def test_a_release_says_nothing_of_a_hidden_number(team: Team, manager: User, evaluator: User) -> None:
    """Two worlds that differ by hidden numbers alone have releases that differ in nothing, the hash included."""
    found = []
    for count in (2, 3):
        with transaction.atomic():
            PersonFactory.create_batch(count, team=team, first_met_on=Q1.start)
            release = close(team, manager)
            assert values(release)["residents-met-first", TEAM] == ("hidden_small", None, None, None, None)
            found.append((release.document, release.kept, release.sha256))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    close(team, manager)
    assert not ReleaseCount.objects.visible_to(evaluator).exists()
    assert not ReleaseCount.objects.countable_by(manager).exists()


def test_a_quarter_is_closed_once_and_not_too_early(team: Team, manager: User, clock) -> None:
    with pytest.raises(ValidationError, match="21 July 2026"):
        close(team, manager, PERIODS[2])
    with pytest.raises(ValidationError, match="four quarters"):
        close(team, manager, YEAR)
    first = close(team, manager)
    ConversationFactory(team=team, held_on=Q1.start)
    assert close(team, None).sha256 == first.sha256
    assert Release.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=first.pk)._raw_delete("default")
    clock.move_to(date(2026, 7, 21))
    close(team, manager, PERIODS[2])


def test_the_year_is_closed_with_its_last_quarter_and_agrees_with_its_quarters(team: Team, manager: User) -> None:
    world = World(team, seed=5, size=60)
    places = [str(place.pk) for place in world.places if place]
    for quarter in quarters_in(YEAR):
        close(team, manager, quarter)
        PersonFactory.create_batch(9, team=team, first_met_on=quarter.start)
    year = Release.objects.get(period_start=YEAR.start, period_end=YEAR.end)
    quarters = [
        Release.objects.get(period_start=quarter.start, period_end=quarter.end) for quarter in quarters_in(YEAR)
    ]
    for key, place in (("conversations-held", TEAM), ("gifts-heard", places[0]), ("money-awarded", TEAM)):
        parts = [values(release)[key, place][1] for release in quarters]
        assert Decimal(values(year)[key, place][1]) == sum(map(Decimal, parts))
    assert values(year)["assets-on-the-map", TEAM][1] == values(quarters[-1])["assets-on-the-map", TEAM][1]
    assert quarters_to_close(team, date(2026, 5, 20))[:1] != list(quarters_in(YEAR))[:1]


def test_an_evaluator_sees_people_of_closed_quarters_only(team: Team, manager, evaluator, client_for) -> None:
    PersonFactory.create_batch(7, team=team, first_met_on=Q1.start)
    client = client_for(evaluator)
    address = reverse("evaluation:indicator-detail", args=["residents-met-first"])

    def seen() -> tuple[str, int]:
        page = client.get(address, {"period": Q1.key})
        return page.context["words"], len(page.context["rows"])

    assert seen() == ("not closed", 0)
    assert client_for(manager).get(address, {"period": Q1.key}).context["words"] == "7"
    close(team, manager)
    assert seen() == ("7", 7)
    PersonFactory(team=team, first_met_on=Q1.start)
    assert seen() == ("7", 7)
    assert "residents-met-first" not in [each.key for each in changes_since(Release.objects.get(), evaluator)]


def test_a_quarter_is_closed_on_its_page_and_downloaded(team: Team, evaluator: User, client_for) -> None:
    ConversationFactory(team=team, held_on=Q1.start)
    client = client_for(evaluator)
    address = reverse("evaluation:release-close", args=[Q1.key])
    assert address in client.get("/").content.decode()
    assert "Close January to March 2026" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    release = Release.objects.get()
    assert release.closed_by == evaluator
    assert address not in client.get("/").content.decode()
    page = client.get(reverse("evaluation:release-detail", args=[release.uuid])).content.decode()
    assert release.sha256 in page
    for file_format, expected in zip((CSV, XLSX), files(release), strict=True):
        response = client.get(reverse("evaluation:release-file", args=[release.uuid, file_format]))
        assert b"".join(response.streaming_content) == expected
    assert (
        "can be closed from" in client.get(reverse("evaluation:release-close", args=[PERIODS[2].key])).content.decode()
    )
    three_days = client.get(reverse("evaluation:release-close", args=["2026-01-01_2026-01-03"]), follow=True)
    assert "That is not a quarter. Nothing was closed." in three_days.content.decode()


def test_commands_close_a_quarter_and_write_its_release(team: Team, tmp_path: Path, capsys) -> None:
    call_command("close_quarter", "--team", team.slug, "--quarter", "2026-02-03")
    release = Release.objects.get()
    assert release.sha256 in capsys.readouterr().out
    for file_format, expected in zip((CSV, XLSX), files(release), strict=True):
        output = tmp_path / f"release.{file_format}"
        call_command("export_indicators", "--team", team.slug, "--release", Q1.key, "-o", str(output))
        assert output.read_bytes() == expected
    for wrong in (["--release", "2026-04-01_2026-06-30"], ["--release", Q1.key, "--from", "2026-01-01"], []):
        with pytest.raises(CommandError):
            call_command("export_indicators", "--team", team.slug, *wrong, "-o", str(tmp_path / "no.csv"))
    for wrong in ("2026-05-20", "soon"):
        with pytest.raises(CommandError):
            call_command("close_quarter", "--team", team.slug, "--quarter", wrong)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release.csv", "release.xlsx"]


def test_the_same_sheet_is_the_same_bytes_on_another_day(clock) -> None:
    written = []
    for _day in range(2):
        file = io.BytesIO()
        write_xlsx(file, ["a"], [[1], ["b"]])
        written.append(file.getvalue())
        clock.shift(timedelta(days=40))
    assert written[0] == written[1]


@pytest.mark.postgresql
def test_two_who_close_a_quarter_at_once_get_one_release(race) -> None:
    from tests.factories.communities import TeamFactory, UserFactory  # noqa: PLC0415

    team = TeamFactory()
    by = [UserFactory(roles={team: ["manager"]}) for _number in range(2)]
    one, other = race(*(lambda user=user: close(team, user) for user in by))
    assert one.pk == other.pk
    assert (Release.objects.count(), ReleaseCount.objects.count()) == (1, 1)


def test_a_document_is_written_in_one_way(team: Team, manager: User) -> None:
    release = close(team, manager)
    assert json.loads(canonical(release.document)) == release.document
    assert Counter(type(value) for value in release.document) == Counter({str: len(release.document)})
    assert last(1, until=Q1.end) == [Q1]


def test_pages_and_sheets_say_on_paper_whose_figures_they_are(team: Team, evaluator: User, client_for) -> None:
    team.name = "Salt & Son of Brookside"
    team.save()
    release = close(team, evaluator)
    client = client_for(evaluator)
    for address, words in (
        (reverse("evaluation:indicator-list"), ["Indicators, All neighbourhoods", "20 May 2026"]),
        (
            f"{reverse('evaluation:indicator-detail', args=['residents-met'])}?period={Q1.key}",
            ["Residents met, All neighbourhoods, January to March 2026, released on 20 May 2026"],
        ),
        (
            reverse("evaluation:release-detail", args=[release.uuid]),
            ["Release of January to March 2026, All neighbourhoods", "20 May 2026"],
        ),
    ):
        head = client.get(address).content.decode().partition('class="print-header"')[2].partition("</div>")[0]
        assert [each for each in ["Salt &amp; Son of Brookside", *words] if each not in head] == []
    address = reverse("evaluation:indicator-export", args=[XLSX])
    for data, words in (
        (files(release)[1], f"Release {Q1.key}, all neighbourhoods"),
        (client.get(address).getvalue(), "Indicators, all neighbourhoods"),
    ):
        head = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].oddHeader
        said = [head.left.text.strip(), head.center.text.strip(), head.right.text.strip()]
        assert said == ["Salt && Son of Brookside", words, "2026-05-20"]
