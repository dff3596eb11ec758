"""`manage.py import_assets`, on invented and on real lists."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset, Freshness, ImportBatch
from communities.models import AuditEntry, Team
from tests.factories.assets import INSIDE
from tests.factories.communities import NeighbourhoodFactory

LIBRARIES = "name=name,latitude=lat,longitude=lng,address=address,postcode=postcode,email=email,website=url"


def run(file: Path, team: Team | str, *arguments: str, **options: object) -> list[str]:
    """Return the lines that the command prints."""
    out = io.StringIO()
    slug = team if isinstance(team, str) else team.slug
    call_command("import_assets", str(file), f"--team={slug}", *arguments, stdout=out, **options)
    return out.getvalue().splitlines()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return a file of three rows: a valid one, one of an unknown kind, and one outside."""
    file = tmp_path / "list.csv"
    file.write_text(
        f"\ufeffName;Kind;Lat;Lng;E-mail\n"
        f"Café;place;{INSIDE[0]};{INSIDE[1]};cafe@example.org\n"
        f"Books;libary;{INSIDE[0]};{INSIDE[1]};\n"
        f"=HYPERLINK(1);place;52.5;-1.5;nobody at all\n",
        encoding="utf-8",
    )
    return file


def test_a_dry_run_reports_each_row_and_writes_nothing(team: Team, listed: Path) -> None:
    NeighbourhoodFactory(team=team, outlined=True)
    assert run(listed, team, "--dry-run") == [
        "Row 2, Café: Will be added.",
        "Row 3, Books: Left out. “libary” is not a kind of asset. Did you mean “library” (Institution)?",
        "Row 4, =HYPERLINK(1): Will be added. The email address “nobody at all” is not valid; it was left out. "
        "The name looks like a formula; it is saved as plain text. It is outside every neighbourhood outline.",
        "3 rows. Will be added: 2; Will be updated: 0; Already here, unchanged: 0; "
        "Possible duplicate: 0; Left out: 1. Outside every neighbourhood outline: 1.",
        "This was a preview: nothing was written.",
    ]
    assert not Asset.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not AuditEntry.objects.exists()


def test_rows_are_written_and_those_needing_attention_listed(team: Team, listed: Path) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    lines = run(listed, team)
    assert [line.split(",")[0] for line in lines] == [
        "Row 3",
        "Row 4",
        "3 rows. Will be added: 2; Will be updated: 0; Already here",
    ]
    assert list(Asset.objects.order_by("pk").values_list("name", "neighbourhood", "email")) == [
        ("Café", here.pk, "cafe@example.org"),
        ("=HYPERLINK(1)", None, ""),
    ]
    assert Asset.objects.of_freshness(Freshness.NEVER, on=None).count() == 2
    batch = ImportBatch.objects.get()
    assert (batch.team, batch.file_name, batch.headings) == (team, "list.csv", ["Name", "Kind", "Lat", "Lng", "E-mail"])


def test_importing_again_adds_nothing_and_lists_every_row_if_asked(team: Team, listed: Path) -> None:
    run(listed, team)
    lines = run(listed, team, verbosity=2)
    assert lines[0] == "Row 2, Café: Already here, unchanged."
    assert "Will be added: 0" in lines[-1]
    assert Asset.objects.count() == 2


def test_the_report_has_one_line_per_row_and_no_formulas(team: Team, listed: Path, tmp_path: Path) -> None:
    run(listed, team, f"--report={tmp_path / 'report.csv'}")
    rows = list(csv.reader((tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["row", "name", "fate", "messages"]
    assert [(row[0], row[1], row[2]) for row in rows[1:]] == [
        ("2", "Café", "add"),
        ("3", "Books", "problem"),
        ("4", "'=HYPERLINK(1)", "add"),
    ]


def test_duplicates_are_skipped_or_added(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"name,lat,lng\nHall,{INSIDE[0]},{INSIDE[1]}\nHall,{INSIDE[0]},{INSIDE[1]}\n")
    (line, _totals) = run(file, team)
    assert line == "Row 3, Hall: Looks like another; left out. It looks like row 2 of this file, “Hall”."
    assert Asset.objects.count() == 1
    line = run(file, team, "--add-duplicates")[0]
    assert line == "Row 3, Hall: Looks like another; added anyway. Row 2 of this file is about the same asset, “Hall”."
    assert Asset.objects.count() == 2
    assert "Already here, unchanged: 2" in run(file, team)[-1]


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        ("name\nHall\n", ["--columns=name=nom"], "The file has no column “nom”. Its columns are: name."),
        ("nom\nHall\n", [], "Say which column holds the name. The columns are: nom."),
        ("name\nHall\n", ["--columns=nom=name"], "Assets have no “nom”."),
        ("name\nCaf\x81\n", [], "Line 2 holds letters that are not UTF-8."),
        ("", [], "This file is empty."),
        ('name\n"Hall\n', [], "Line 2 cannot be read"),
        ('{"type": "FeatureCollection"', [], "This file is damaged"),
    ],
)
def test_bad_input_gets_a_one_line_error_and_writes_nothing(
    team: Team, tmp_path: Path, content: str, arguments: list[str], words: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(CommandError) as error:
        run(file, team, *arguments)
    assert str(error.value).startswith(words)
    assert str(error.value).endswith("Nothing was written.")
    assert "\n" not in str(error.value)
    assert not Asset.objects.exists()


def test_a_broken_row_rolls_everything_back(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name\n" + "".join(f"Spot {number}\n" for number in range(2500)) + '"Hall\n')
    with pytest.raises(CommandError, match="Nothing was written"):
        run(file, team)
    assert not Asset.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_missing_file_or_team_is_an_error(team: Team, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory. Nothing was written."):
        run(tmp_path / "none.csv", team)
    with pytest.raises(CommandError, match="No team has the short name “nobody”."):
        run(tmp_path / "none.csv", "nobody")


@pytest.mark.shared_data
def test_real_libraries_of_six_districts_are_imported(team: Team, shared_data: Path) -> None:
    call_command(
        "import_boundaries",
        str(shared_data / "geo" / "gloucester_wards2013.geojson"),
        f"--team={team.slug}",
        "--name-property=WD13NM",
        stdout=io.StringIO(),
    )
    file = shared_data / "geo" / "libraries_six_districts.csv"
    rehearsed = run(file, team, f"--columns={LIBRARIES}", "--dry-run")
    assert len([line for line in rehearsed if line.startswith("Row ")]) == 151
    assert rehearsed[0].startswith("These columns are not read: ")
    assert rehearsed[1] == (
        "Row 2, Aldermoor: Will be added. The email address “aldermoor.library@coventry.gov.,uk” is not valid; "
        "it was left out. The web address “www.coventry,gov.uk/libraries” is not valid; it was left out. "
        "It is outside every neighbourhood outline."
    )
    assert "central.library@coventry.gov.uk#" in next(line for line in rehearsed if line.startswith("Row 10,"))
    assert not Asset.objects.exists()

    totals = run(file, team, f"--columns={LIBRARIES}")[-1]
    assert totals == (
        "151 rows. Will be added: 149; Will be updated: 0; Already here, unchanged: 0; "
        "Possible duplicate: 2; Left out: 0. Outside every neighbourhood outline: 143."
    )
    assert dict(Asset.objects.filter(neighbourhood__isnull=False).values_list("name", "neighbourhood__name")) == {
        "Gloucester": "Westgate",
        "Hucclecote": "Hucclecote",
        "Longlevens": "Longlevens",
        "Matson": "Matson and Robinswood",
        "Quedgeley": "Quedgeley Fieldcourt",
        "Tuffley": "Grange",
    }
    again = run(file, team, f"--columns={LIBRARIES}")[-1]
    assert "Will be added: 0; Will be updated: 0; Already here, unchanged: 149" in again
    assert Asset.objects.count() == 149
