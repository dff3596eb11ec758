"""Previewing and applying an import: all of it or nothing, and only once."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from assets.actions import importing, update_asset
from assets.actions.importing import apply_import, change_import, import_rows, rehearse_import
from assets.importing import Judge
from assets.models import Asset, ImportBatch, ImportRow, Kind
from communities.geometry import quadkey
from communities.models import AuditEntry, Role, Team, User
from tests.factories.assets import INSIDE, OUTSIDE, AssetFactory
from tests.factories.communities import NeighbourhoodFactory, TeamFactory, UserFactory

HEADINGS = ["Name", "Lat", "Lng", "Mail"]
COLUMNS = {"name": "Name", "latitude": "Lat", "longitude": "Lng", "email": "Mail"}


def texts(name: str, place: tuple[float, float] = INSIDE, mail: str = "") -> dict[str, str]:
    """Return the cells of a row as text."""
    return dict(zip(HEADINGS, (name, str(place[0]), str(place[1]), mail), strict=True))


def rehearse(team: Team, by: User, *rows: dict[str, str], **options: object) -> ImportBatch:
    """Preview rows numbered from 2."""
    chosen = {"file_name": "list.csv", "headings": HEADINGS, "columns": COLUMNS, "kind": Kind.INSTITUTION, **options}
    return rehearse_import(team=team, by=by, rows=enumerate(rows, start=2), **chosen)


def audited(verb: str) -> list[tuple[str, str, list[str]]]:
    """Return the audit entries with a verb."""
    return list(AuditEntry.objects.filter(verb=verb).order_by("pk").values_list("model", "object_id", "field_names"))


def test_a_preview_stores_each_rows_outcome_and_writes_no_asset(team: Team, builder: User) -> None:
    NeighbourhoodFactory(team=team, outlined=True)
    here = AssetFactory(team=team, placed=True, name="Old Hall")
    batch = rehearse(
        team, builder, texts("New Hall", OUTSIDE), texts("Old Hall", mail="a@example.org"), texts(""), texts("old hall")
    )
    rows = list(batch.rows.order_by("number").values_list("number", "fate", "asset", "messages"))
    assert rows == [
        (2, "add", None, ["It is outside every neighbourhood outline."]),
        (3, "update", here.pk, []),
        (4, "problem", None, ["The name is missing."]),
        (5, "duplicate", here.pk, ["Row 3 of this file is about the same asset, “Old Hall”."]),
    ]
    assert batch.counts == {"add": 1, "update": 1, "problem": 1, "duplicate": 1, "outside": 1}
    assert (batch.status, batch.created_by, batch.applied_at) == (ImportBatch.Status.REHEARSED, builder, None)
    assert Asset.objects.get() == here
    assert audited("rehearse") == [("assets.importbatch", str(batch.pk), ["columns", "kind"])]


def test_a_file_without_rows_or_with_unknown_columns_stores_nothing(team: Team, builder: User) -> None:
    with pytest.raises(ValidationError, match="headings and no rows"):
        rehearse(team, builder)
    with pytest.raises(ValidationError, match="The file has no column “Nom”"):
        rehearse(team, builder, texts("Hall"), columns={"name": "Nom"})
    assert not ImportBatch.objects.exists()


def test_a_truncated_file_stores_nothing(team: Team, builder: User) -> None:
    def broken() -> Iterator[tuple[int, dict[str, str]]]:
        yield 2, texts("Hall")
        raise ValidationError("Line 3 cannot be read.")

    with pytest.raises(ValidationError, match="Line 3"):
        rehearse_import(
            team=team, by=builder, file_name="a", headings=HEADINGS, rows=broken(), columns=COLUMNS, kind=Kind.PLACE
        )
    assert not ImportBatch.objects.exists()
    assert not ImportRow.objects.exists()


def test_changing_the_columns_changes_the_outcomes(team: Team, builder: User) -> None:
    batch = rehearse(team, builder, texts("Hall", mail="The Barn"), texts("Hall", mail="The Forge"))
    assert batch.counts == {"add": 1, "duplicate": 1, "outside": 0}
    changed = change_import(batch=batch, by=builder, columns={"name": "Mail"}, kind=Kind.EXCHANGE, adds_duplicates=True)
    assert changed.counts == {"add": 2, "outside": 0}
    assert (changed.columns, changed.kind, changed.adds_duplicates) == ({"name": "Mail"}, Kind.EXCHANGE, True)
    assert set(changed.rows.values_list("fate", flat=True)) == {"add"}
    assert audited("update") == [("assets.importbatch", str(batch.pk), ["adds_duplicates", "columns", "kind"])]


def test_columns_missing_from_the_file_change_nothing(team: Team, builder: User) -> None:
    batch = rehearse(team, builder, texts("Hall"))
    with pytest.raises(ValidationError, match="Say which column holds the name"):
        change_import(batch=batch, by=builder, columns={}, kind=Kind.PLACE, adds_duplicates=False)
    batch.refresh_from_db()
    assert batch.columns == COLUMNS


def test_applying_writes_what_was_shown(team: Team, builder: User, manager: User) -> None:
    here = NeighbourhoodFactory(team=team, outlined=True)
    old = AssetFactory(team=team, placed=True, name="Old Hall", phone="01452 1")
    batch = rehearse(
        team, builder, texts("New Hall"), texts("Old Hall", mail="a@example.org"), texts(""), texts("New Hall")
    )
    applied = apply_import(batch=batch, by=manager)

    new = Asset.objects.exclude(pk=old.pk).get()
    assert (new.name, new.kind, new.neighbourhood, new.import_batch, new.created_by) == (
        "New Hall",
        Kind.INSTITUTION,
        here,
        batch,
        manager,
    )
    assert (new.quadkey, new.status, new.last_confirmed_on) == (quadkey(*INSIDE), "listed", None)
    old.refresh_from_db()
    assert (old.email, old.phone, old.neighbourhood, old.import_batch) == ("a@example.org", "01452 1", here, None)
    assert (applied.status, applied.counts) == (
        "applied",
        {"add": 1, "update": 1, "problem": 1, "duplicate": 1, "outside": 0},
    )
    assert list(batch.rows.order_by("number").values_list("asset", flat=True)) == [new.pk, old.pk, None, None]
    fields = ["email", "import_batch", "latitude", "longitude", "name"]
    assert audited("create") == [("assets.asset", str(new.pk), fields)]
    assert audited("update") == [("assets.asset", str(old.pk), ["email", "neighbourhood"])]
    assert audited("apply") == [("assets.importbatch", str(batch.pk), ["status"])]


def test_applying_twice_writes_once(team: Team, builder: User) -> None:
    batch = rehearse(team, builder, texts("Hall"))
    first = apply_import(batch=batch, by=builder)
    second = apply_import(batch=batch, by=builder)
    assert second.applied_at == first.applied_at
    assert Asset.objects.count() == 1
    assert len(audited("apply")) == 1


def test_an_applied_import_cannot_be_read_again(team: Team, builder: User) -> None:
    batch = apply_import(batch=rehearse(team, builder, texts("Hall")), by=builder)
    with pytest.raises(ValidationError, match="already been applied"):
        change_import(batch=batch, by=builder, columns=COLUMNS, kind=Kind.PLACE, adds_duplicates=False)


def test_applying_compares_with_the_current_assets(team: Team, builder: User) -> None:
    batch = rehearse(team, builder, texts("Hall"))
    AssetFactory(team=team, placed=True, name="Hall")
    assert apply_import(batch=batch, by=builder).counts == {"same": 1, "outside": 0}
    assert Asset.objects.count() == 1


def test_duplicates_are_added_when_asked(team: Team, builder: User) -> None:
    AssetFactory(team=team, placed=True, name="Hucclecote Library")
    batch = rehearse(team, builder, texts("Hucclecote"))
    change_import(batch=batch, by=builder, columns=COLUMNS, kind=Kind.PLACE, adds_duplicates=True)
    apply_import(batch=batch, by=builder)
    added = Asset.objects.get(name="Hucclecote")
    assert batch.rows.get().asset == added


@pytest.mark.parametrize("way", ["command", "interface"])
def test_a_failure_half_way_writes_nothing(
    team: Team, builder: User, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = AssetFactory(team=team, placed=True, name="Old Hall", email="old@example.org")
    rows = [texts("Barn"), texts("Forge"), texts("Old Hall", mail="new@example.org")]
    batch = rehearse(team, builder, *rows)
    audited_so_far: list[str] = []

    def failing(*, verb: str, **about: object) -> int:
        audited_so_far.append(verb)
        if verb == "update":
            raise RuntimeError("the power went")
        return 0

    monkeypatch.setattr(importing, "record_many", failing)
    about = {"file_name": "a", "headings": HEADINGS, "columns": COLUMNS, "kind": Kind.PLACE}
    write = {
        "interface": lambda: apply_import(batch=batch, by=builder),
        "command": lambda: import_rows(team=team, by=None, rows=enumerate(rows, start=2), **about),
    }[way]
    with pytest.raises(RuntimeError):
        write()
    assert audited_so_far == ["create", "update"]
    assert list(Asset.objects.values_list("pk", "email")) == [(old.pk, "old@example.org")]
    assert ImportBatch.objects.get().status == ImportBatch.Status.REHEARSED
    assert list(batch.rows.order_by("number").values_list("fate", "asset")) == [
        ("add", None),
        ("add", None),
        ("update", old.pk),
    ]


# What happens while the lock is held


def is_locked() -> bool:
    """Return whether this connection holds the lock that all other saves wait for."""
    return connection.in_atomic_block


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Record, each time a file is validated, whether the lock is held."""
    seen: list[bool] = []
    judge = Judge.judge

    def watched(self: Judge, rows: object) -> object:
        seen.append(is_locked())
        return judge(self, rows)

    monkeypatch.setattr(Judge, "judge", watched)
    return seen


@pytest.mark.django_db(transaction=True)
def test_files_are_read_and_checked_before_the_lock_is_taken(team: Team, builder: User, judged: list[bool]) -> None:
    read: list[bool] = []
    told: list[bool] = []

    def rows(*names: str) -> Iterator[tuple[int, dict[str, str]]]:
        for number, name in enumerate(names, start=2):
            read.append(is_locked())
            yield number, texts(name)

    about = {"team": team, "file_name": "a", "headings": HEADINGS, "columns": COLUMNS, "kind": Kind.PLACE}
    batch = rehearse_import(by=builder, rows=rows("Barn"), **about)
    change_import(batch=batch, by=builder, columns=COLUMNS, kind=Kind.STORY, adds_duplicates=False)
    apply_import(batch=batch, by=builder)
    import_rows(by=None, rows=rows("Forge", "Barn"), tell=lambda verdicts: told.append(is_locked()), **about)
    assert Asset.objects.count() == 2
    assert (read, judged, told) == ([False] * 3, [False] * 4, [False])


def meanwhile(monkeypatch: pytest.MonkeyPatch, *changes: object) -> None:
    """Make one change after another happen between validating and taking the lock."""
    left, prepare = list(changes), importing._prepare

    def late(*about: object) -> importing.Writes:
        writes = prepare(*about)
        if left:
            left.pop(0)()
        return writes

    monkeypatch.setattr(importing, "_prepare", late)


@pytest.mark.parametrize("kind_of_change", ["added", "changed", "outline", "columns"])
@pytest.mark.django_db(transaction=True)
def test_rows_that_changed_before_the_lock_are_checked_again(
    kind_of_change: str, team: Team, builder: User, judged: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = AssetFactory(team=team, placed=True, name="Old Hall", phone="1")
    batch = rehearse(team, builder, texts("Barn"), texts("Old Hall", mail="a@example.org"))
    changes = {
        "added": lambda: AssetFactory(team=team, placed=True, name="Barn"),
        "changed": lambda: update_asset(asset=old, by=builder, phone="2"),
        "outline": lambda: NeighbourhoodFactory(team=team, outlined=True),
        "columns": lambda: change_import(
            batch=batch, by=builder, columns={"name": "Name"}, kind=Kind.STORY, adds_duplicates=False
        ),
    }
    meanwhile(monkeypatch, changes[kind_of_change])
    judged.clear()
    apply_import(batch=batch, by=builder)
    barn, hall = Asset.objects.order_by("name")
    assert judged == [False] * (3 if kind_of_change == "columns" else 2)
    assert (barn.neighbourhood is not None, hall.phone, hall.email, barn.kind) == {
        "added": (False, "1", "a@example.org", Kind.PLACE),
        "changed": (False, "2", "a@example.org", Kind.INSTITUTION),
        "outline": (True, "1", "a@example.org", Kind.INSTITUTION),
        "columns": (False, "1", "", Kind.STORY),
    }[kind_of_change]


@pytest.mark.django_db(transaction=True)
def test_if_assets_keep_changing_the_file_is_checked_under_the_lock(
    team: Team, builder: User, judged: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = rehearse(team, builder, texts("Hall 2"), texts("Hall 3"))
    judged.clear()
    steps = [lambda number=number: AssetFactory(team=team, placed=True, name=f"Hall {number}") for number in range(3)]
    meanwhile(monkeypatch, *steps)
    applied = apply_import(batch=batch, by=builder)
    assert judged == [False, False, False, True]
    assert applied.counts == {"same": 1, "add": 1, "outside": 0}
    assert sorted(Asset.objects.values_list("name", flat=True)) == [f"Hall {number}" for number in range(4)]


def test_importing_by_command_reports_each_chunk_and_saves_the_batch(team: Team) -> None:
    told = []
    batch = import_rows(
        team=team,
        by=None,
        file_name="list.csv",
        headings=HEADINGS,
        rows=[(2, texts("Hall")), (3, texts("", OUTSIDE))],
        columns=COLUMNS,
        kind=Kind.PLACE,
        tell=told.extend,
    )
    assert [(verdict.number, verdict.fate) for verdict in told] == [(2, "add"), (3, "problem")]
    assert (batch.status, batch.counts, batch.created_by) == ("applied", {"add": 1, "problem": 1, "outside": 0}, None)
    assert batch.applied_at is not None
    assert Asset.objects.get().import_batch == batch


def test_many_rows_take_as_many_queries_as_one(team: Team, builder: User, django_assert_num_queries) -> None:
    for rows in (1, 3):
        batch = rehearse(team, builder, *(texts(f"Spot {rows} {number}") for number in range(rows)))
        with django_assert_num_queries(20):
            apply_import(batch=batch, by=builder)


@pytest.mark.postgresql
def test_two_requests_at_once_write_once(race) -> None:
    team = TeamFactory()
    builder = UserFactory(roles={team: [Role.BUILDER]})
    batch = rehearse(team, builder, *(texts(f"Spot {letter}") for letter in "abcdef"))
    press = lambda: apply_import(batch=batch, by=builder)  # noqa: E731
    results = race(*[press] * 6)
    assert [result.status for result in results] == ["applied"] * 6
    assert Asset.objects.count() == batch.rows.filter(fate="add").count() > 0
    assert len(audited("apply")) == 1


@pytest.mark.postgresql
def test_two_imports_of_one_list_at_once_add_each_asset_once(race) -> None:
    team = TeamFactory()
    builder = UserFactory(roles={team: [Role.BUILDER]})
    batches = [rehearse(team, builder, texts("Hall"), texts("Barn", OUTSIDE)) for _ in range(4)]
    race(*[lambda batch=batch: apply_import(batch=batch, by=builder) for batch in batches])
    assert sorted(Asset.objects.values_list("name", flat=True)) == ["Barn", "Hall"]
