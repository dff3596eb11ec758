"""Street champions: a list imported once, twice and with errors; who looks out for which street."""

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from communities.actions.undo import undo
from communities.models import AuditEntry, Undoable
from connectors.actions import champions as champion_actions
from connectors.actions.champions import become_champion, import_champions, stop_championing
from connectors.actions.consent import record_consents
from connectors.actions.people import update_person
from connectors.models import Person, Purpose
from connectors.queries.champions import ADD, ASK, MARK, PROBLEM, SAME, TWICE, Judge, champions_of, streets_of
from connectors.rules.champions import clean_row, columns_of
from connectors.rules.shown_names import name_to_call_on
from tests.factories.connectors import PersonFactory
from tests.factories.connectors_asks import SaidNoFactory
from tests.stored import everything_stored

pytestmark = pytest.mark.django_db

STREETS = ("Mill Lane", "Brook Street", "Canal Row", "Chapel Hill", "Station Road")
FIRST = ("Amara", "Bryn", "Chidi", "Dilys", "Erin", "Femi", "Gwen", "Hari", "Ivy", "Jamal")
LAST = ("Adair", "Bell", "Cole", "Dunn", "Ellis", "Frost", "Grant", "Hale", "Innes", "Jarvis")


def champions(number):
    """Return a number of rows, each about somebody else."""
    return [
        (f"{FIRST[n % 10]} {LAST[n // 10 % 10]}", str(n // 100 + 1), STREETS[n // 100], "", "", "2026-03-01")
        for n in range(number)
    ]


def file_of(rows, headings=("Name", "House number", "Street", "Phone", "Email", "Since"), **options):
    """Return a CSV file of rows."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return SimpleUploadedFile("champions.csv", text.getvalue().encode(options.get("encoding", "utf-8")))


def upload(client, file):
    return client.post(reverse("connectors:champion-import"), {"file": file})


def keep(client, answer):
    return client.post(reverse("connectors:champion-apply"), {"rows": answer.context["sealed"]})


def rows_of(*texts, headings=("Name", "Street", "Phone")):
    columns = columns_of(headings)
    return [
        clean_row(n, dict(zip(headings, row, strict=True)), columns=columns, today=timezone.localdate())
        for n, row in enumerate(texts, start=2)
    ]


def fates(team, *texts):
    return [each.fate for chunk in Judge(team).judge(rows_of(*texts)) for each in chunk]


class TestColumns:
    def test_columns_that_are_not_imported_are_listed(self, client_for, builder) -> None:
        rows = [("Rose Tate", "Mill Lane", "Rose", "BS5 6XX", "likes cats")]
        headings = ("Name", "Street", "First name", "Postcode", "Remarks")
        shown = upload(client_for(builder), file_of(rows, headings)).content.decode()
        assert "These columns will not be imported: First name, Postcode and Remarks." in shown

    def test_no_message_if_every_column_is_imported(self, client_for, builder) -> None:
        shown = upload(client_for(builder), file_of(champions(1))).content.decode()
        assert "will not be imported" not in shown

    def test_the_command_lists_them_too(self, team, tmp_path, capsys) -> None:
        path = tmp_path / "list.csv"
        path.write_text("Name,Street,Postcode\nRose Tate,Mill Lane,BS5 6XX\n")
        call_command("import_champions", str(path), team=team.slug)
        assert "These columns will not be imported: Postcode." in capsys.readouterr().out


class TestALongList:
    def test_501_rows_with_one_duplicate_add_500_once(self, client_for, builder, team):
        rows = champions(500)
        rows.insert(250, (rows[7][0].upper(), rows[7][1], "mill  lane", "", "", ""))
        assert len(rows) == 501
        client = client_for(builder)
        shown = upload(client, file_of(rows))
        assert dict(shown.context["counts"]) == {
            "New resident and champion": 500,
            "Twice in this file, imported once": 1,
        }
        assert not Person.objects.exists()
        assert "The same as row 9." in shown.content.decode()
        assert keep(client, shown).url == reverse("connectors:champion-list")
        assert Person.objects.filter(team=team, champion_since=date(2026, 3, 1)).count() == 500
        assert AuditEntry.objects.filter(verb="create", model="connectors.person").count() == 500
        keep(client, shown)
        assert Person.objects.count() == 500
        again = upload(client, file_of(rows))
        assert again.context["to_write"] == 0
        assert dict(again.context["counts"])["Already a champion, no change"] == 500
        assert keep(client, again).status_code == 302
        assert Person.objects.count() == 500

    def test_the_command_does_the_same(self, team, tmp_path, capsys):
        path = tmp_path / "champions.csv"
        path.write_bytes(file_of([*champions(500), champions(1)[0]]).read())
        call_command("import_champions", path, team=team.slug, dry_run=True)
        assert not Person.objects.exists()
        assert "nothing was written" in capsys.readouterr().out
        for _turn in range(2):
            call_command("import_champions", path, team=team.slug)
        assert Person.objects.filter(team=team).champions().count() == 500
        assert "501 rows. New resident and champion: 0" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("content", "words"),
        [(b"Street\nMill Lane\n", "Which column holds the name"), (b"\xff\xfeN\0", "UTF-16"), (None, "No such file")],
    )
    def test_the_command_reports_errors_in_one_line(self, team, tmp_path, content, words):
        path = tmp_path / "bad.csv"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(CommandError, match=words):
            call_command("import_champions", path, team=team.slug)
        with pytest.raises(CommandError, match="No team"):
            call_command("import_champions", path, team="nowhere")


class TestMatching:
    @pytest.mark.parametrize(
        ("known", "row", "fate"),
        [
            ({"known_as": "Margaret Tate", "street": "Mill Lane"}, ("margaret  TATE", "mill ln", ""), MARK),
            ({"known_as": "José", "street": "12 Mill Lane"}, ("Jose", "Mill Lane", ""), MARK),
            ({"known_as": "Jo", "street": "12 Mill Lane"}, ("Jo", "14 Mill Lane", ""), ASK),
            ({"known_as": "Jo", "street": "Mill Lane"}, ("Jo", "Brook Street", ""), ASK),
            ({"known_as": "Bill Tate", "phone": "0117 4960123"}, ("William Tate", "Mill Lane", "+44 117 496 0123"), MARK),
            ({"known_as": "Ann", "phone": "0117 4960123"}, ("Raj", "Mill Lane", "01174960123"), ASK),
            ({"known_as": "Maggie", "also_known_as": "Margaret Tate", "street": "Mill Lane"}, ("Margaret Tate", "Mill Lane", ""), ASK),
        ],
    )  # fmt: skip
    def test_a_known_resident_is_marked_not_added(self, team, known, row, fate):
        PersonFactory(team=team, **known)
        assert fates(team, row) == [fate]

    def test_only_empty_fields_are_filled(self, team, builder):
        rose = PersonFactory(team=team, known_as="Rose", street="12 Mill Lane", email="rose@example.org")
        rows = rows_of(("Rose", "Mill Lane", "0117 4960123"))
        assert import_champions(team=team, by=builder, rows=rows) == {MARK: 1}
        rose.refresh_from_db()
        assert (rose.street, rose.phone, rose.phone_key) == ("12 Mill Lane", "0117 4960123", "174960123")
        assert rose.champion_since == timezone.localdate()
        assert fates(team, ("Rose", "Mill Lane", "0117 4960123")) == [SAME]

    def test_an_import_is_one_row_that_is_undone_as_a_whole(self, team, builder):
        for name in ("Rose", "Idris"):
            PersonFactory(team=team, known_as=name, street="12 Mill Lane")
        before = everything_stored(ignore=("updated_at",))
        rows = rows_of(("Rose", "Mill Lane", "0117 4960123"), ("Idris", "Mill Lane", ""), ("Nell", "Brook Street", ""))
        assert import_champions(team=team, by=builder, rows=rows) == {MARK: 2, ADD: 1}
        undo(undoable=Undoable.objects.get(), by=builder)
        assert everything_stored(ignore=("updated_at",)) == before

    @pytest.mark.parametrize("kept", ["", "0117 4960999"])
    def test_a_no_between_preview_and_import_is_respected(self, kept, team, builder, monkeypatch):
        """Anything written since the row was validated stays too."""
        rose = PersonFactory(team=team, known_as="Rose", street="12 Mill Lane", phone="", email="")
        locked = champion_actions.locked_person

        def lock(person):
            if kept:
                update_person(person=rose, by=builder, phone=kept)
            else:
                record_consents(person=rose, by=builder, answers={Purpose.CONTACT: False})
            return locked(person)

        monkeypatch.setattr(champion_actions, "locked_person", lock)
        import_champions(team=team, by=builder, rows=rows_of(("Rose", "Mill Lane", "0117 4960123")))
        rose.refresh_from_db()
        assert (rose.phone, rose.champion_since) == (kept, timezone.localdate())

    def test_another_teams_residents_are_not_matched(self, team, other_team):
        PersonFactory(team=other_team, known_as="Rose", street="Mill Lane")
        assert fates(team, ("Rose", "Mill Lane", "")) == [ADD]

    def test_twice_in_the_file_by_phone_or_by_the_same_resident(self, team):
        PersonFactory(team=team, known_as="Rose", street="Mill Lane", phone="0117 4960999")
        assert fates(
            team,
            ("Bill Tate", "Mill Lane", "0117 4960123"),
            ("William Tate", "Brook Street", "01174960123"),
            ("Rose", "Mill Lane", ""),
            ("Rosie", "Canal Row", "0117 4960999"),
        ) == [ADD, TWICE, MARK, TWICE]

    def test_rows_that_cannot_be_imported(self, team):
        assert (
            fates(team, ("", "Mill Lane", ""), ("Rose", "", ""), ("x" * 81, "Mill Lane", ""), ("–", "Mill Lane", ""))
            == [PROBLEM] * 4
        )


class TestFiles:
    @pytest.mark.parametrize(
        "headings",
        [
            ("Name", "Street"),
            ("FULL NAME", "road"),
            ("Street Champion", "Address 1"),
            ("\ufeffname", "Street name"),
        ],
    )
    def test_headings_may_be_spelled_in_many_ways(self, client_for, builder, headings):
        shown = upload(client_for(builder), file_of([("Rose", "Mill Lane")], headings))
        assert shown.context["to_write"] == 1

    def test_first_name_and_surname_are_joined(self, team):
        columns = columns_of(("First name", "Surname", "No", "Street"))
        row = clean_row(
            2,
            {"First name": "Rose", "Surname": "Hale", "No": "4b", "Street": "Mill Lane"},
            columns=columns,
            today=date.today(),
        )
        assert (row.name, row.street) == ("Rose Hale", "4b Mill Lane")

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (SimpleUploadedFile("a.csv", b"Street\nMill Lane\n"), "Which column holds the name?"),
            (SimpleUploadedFile("a.csv", b"Name\nRose\n"), "Which column holds the street?"),
            (SimpleUploadedFile("a.csv", b"Name,Street\n"), "headings and no rows"),
            (SimpleUploadedFile("a.csv", b""), "empty"),
            (SimpleUploadedFile("a.csv", b"Name,Street\nRos\x81,Mill Lane\n"), "not UTF-8"),
            (SimpleUploadedFile("a.csv", "Name,Street\n".encode("utf-16")), "UTF-16"),
            (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 nothing"), "damaged"),
            (SimpleUploadedFile("a.csv", b"x" * (5 * 1024 * 1024 + 1)), "Split it into several files"),
            (SimpleUploadedFile("a.csv", b"Name,Street\n" + b"Rose,Mill Lane\n" * 2001), "more than 2,000 rows"),
        ],
    )
    def test_an_unreadable_file_shows_an_error_beside_the_field(self, client_for, builder, file, words):
        file.seek(0)
        shown = upload(client_for(builder), file).content.decode()
        assert words in shown
        assert 'id="id_file_error"' in shown

    def test_a_byte_order_mark_semicolons_and_written_dates_are_read(self, client_for, builder):
        file = SimpleUploadedFile("a.csv", "\ufeffName;Street;Since\nRosé;Mill Lane;21/03/2026\n".encode())
        keep(client := client_for(builder), upload(client, file))
        assert Person.objects.get().champion_since == date(2026, 3, 21)

    def test_a_workbook_whose_cells_are_formulas(self, client_for, builder):
        book, out = openpyxl.Workbook(), io.BytesIO()
        for row in (
            ("Name", "Street", "Since"),
            ("=1+1", "Mill Lane", date(2026, 3, 1)),
            ("Rose", "Mill Lane", date(2026, 3, 1)),
        ):
            book.active.append(row)
        book.save(out)
        shown = upload(client := client_for(builder), SimpleUploadedFile("a.xlsx", out.getvalue()))
        assert dict(shown.context["counts"]) == {"New resident and champion": 1, "Cannot be imported": 1}
        keep(client, shown)
        assert Person.objects.get().champion_since == date(2026, 3, 1)

    @pytest.mark.parametrize("heading", ["Email", "E-mail", "e-mail address"])
    def test_a_heading_may_spell_email_with_a_hyphen(self, heading):
        assert columns_of(("Name", "Street", heading))["email"] == heading

    def test_invalid_cells_are_reported_and_left_out(self, clock):
        columns = columns_of(("Name", "Street", "Phone", "Email", "Since"))
        told = {"Name": "=Rose", "Street": "Mill Lane", "Phone": "1" * 41, "Email": "rose@", "Since": "3026-01-01"}
        row = clean_row(2, told, columns=columns, today=timezone.localdate())
        assert (row.phone, row.email, row.since, len(row.notes)) == ("", "", None, 4)
        assert (
            "not a date"
            in clean_row(2, {**told, "Since": "soon"}, columns=columns, today=timezone.localdate()).notes[2]
        )

    def test_rows_of_another_team_or_tampered_with_are_refused(self, client_for, builder, stranger):
        answer = upload(client_for(builder), file_of(champions(1)))
        for client, rows in ((client_for(stranger), answer.context["sealed"]), (client_for(builder), "x")):
            refused = client.post(reverse("connectors:champion-apply"), {"rows": rows}, follow=True)
            assert "This preview has expired" in refused.content.decode()
        assert not Person.objects.exists()


class TestStreets:
    @pytest.fixture
    def some(self, team):
        for name, street in (
            ("Rose", "12 Mill Lane"),
            ("Tom", "4 Mill Ln"),
            ("Ada", "Brook Street"),
            ("Ivy", "Old Mill Road"),
        ):
            PersonFactory(
                team=team, known_as=name, street=street, champion_since=date(2026, 3, 1), phone="0117 4960123"
            )
        PersonFactory(team=team, known_as="Nobody", street="Mill Lane")

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("", ["Brook Street", "Mill Ln", "Old Mill Road"]),
            ("mil", ["Mill Ln", "Old Mill Road"]),
            ("MILL lane", ["Mill Ln"]),
            ("stre", ["Brook Street"]),
            ("ill", []),
        ],
    )
    def test_found_by_the_beginning_of_any_word(self, some, team, builder, words, found):
        streets = streets_of(champions_of(user=builder, team=team), words=words)
        assert [street.name for street in streets] == found

    def test_sorted_by_house_number_without_other_residents(self, some, team, builder):
        street = streets_of(champions_of(user=builder, team=team), words="mill lane")[0]
        assert [person.known_as for person in street.champions] == ["Tom", "Rose"]

    def test_streets_are_suggested_while_typing(self, some, client_for, builder):
        shown = (
            client_for(builder)
            .get(reverse("connectors:champion-list"), {"q": "broo"}, headers={"HX-Request": "true"})
            .content.decode()
        )
        assert "Ada" in shown
        assert "Rose" not in shown
        assert "<html" not in shown

    def test_those_who_may_call_on_them_see_house_street_and_first_name(self, client_for, builder, evaluator, team):
        tate = PersonFactory(
            team=team,
            known_as="Margaret Tate",
            street="12b Mill Lane",
            phone="0117 4960123",
            champion_since=date(2026, 3, 1),
            untold=True,
        )
        client = client_for(builder)
        for name in ("champion-list", "champion-sheet", "champion-export"):
            answer = client.get(reverse(f"connectors:{name}"))
            shown = (b"".join(answer) if answer.streaming else answer.content).decode()
            assert "Margaret" in shown
            assert "12b" in shown
            assert "Tate" not in shown
            assert "4960123" not in shown
            assert "Mill Lane" in shown
            assert client_for(evaluator).get(reverse(f"connectors:{name}")).status_code == 404
        SaidNoFactory(person=tate, purpose=Purpose.CONTACT)
        for name in ("champion-list", "champion-sheet", "champion-export"):
            answer = client.get(reverse(f"connectors:{name}"))
            shown = (b"".join(answer) if answer.streaming else answer.content).decode()
            assert "Margaret" not in shown
            assert "M. T." in shown

    @pytest.mark.parametrize(
        ("name", "expected"), [("Mr Patel", "M. P."), ("Mrs. Tate", "M. T."), ("Siân Ŵyn", "Siân"), ("Bo", "Bo")]
    )
    def test_a_title_is_no_first_name(self, builder, team, name, expected):
        person = PersonFactory(team=team, known_as=name, untold=True)
        assert name_to_call_on(builder, person, refuses=False) == expected

    def test_the_file_has_no_formulas(self, client_for, builder, team):
        PersonFactory(team=team, known_as="=1+1", street="@Mill Lane", champion_since=date(2026, 3, 1))
        lines = b"".join(client_for(builder).get(reverse("connectors:champion-export"))).decode()
        assert '"\'=1+1"' in lines
        assert '"\'@Mill Lane"' in lines
        assert "phone" in AuditEntry.objects.get(verb="export").field_names

    def test_streets_are_paged(self, client_for, builder, team):
        for n in range(45):
            PersonFactory(
                team=team,
                known_as="Rose",
                street=f"Street {chr(97 + n // 26)}{chr(97 + n % 26)}",
                champion_since=date(2026, 3, 1),
            )
        first = client_for(builder).get(reverse("connectors:champion-list"))
        assert len(first.context["streets"]) == 40
        rest = client_for(builder).get(reverse("connectors:champion-list"), {"from": first.context["next_from"]})
        assert len(rest.context["streets"]) == 5
        assert not rest.context["next_from"]

    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries(self, client_for, builder, team, rows, django_assert_num_queries):
        for n in range(rows):
            PersonFactory(team=team, street=f"Mill Lane {n}", champion_since=date(2026, 3, 1), placed=True)
        client = client_for(builder)
        with django_assert_num_queries(5):
            client.get(reverse("connectors:champion-list"))


class TestOne:
    def test_becoming_a_champion_again_keeps_the_first_date(self, team, builder):
        rose = PersonFactory(team=team, street="Mill Lane")
        first = timezone.localdate() - timedelta(days=30)
        become_champion(person=rose, by=builder, since=first)
        assert become_champion(person=rose, by=builder).champion_since == first
        assert stop_championing(person=rose, by=builder).champion_since is None
        assert [row.verb for row in AuditEntry.objects.order_by("pk")] == ["become_champion", "stop_championing"]

    @pytest.mark.parametrize(("street", "days"), [("", 0), ("Mill Lane", 1)])
    def test_refused(self, team, builder, street, days):
        with pytest.raises(ValidationError):
            become_champion(
                person=PersonFactory(team=team, street=street),
                by=builder,
                since=timezone.localdate() + timedelta(days=days),
            )

    def test_from_their_page(self, client_for, builder, team):
        rose, ivy = PersonFactory(team=team, street="Mill Lane"), PersonFactory(team=team)
        client = client_for(builder)
        for data, is_one in (({}, True), ({"stop": "1"}, False)):
            client.post(reverse("connectors:person-champion", kwargs={"uuid": rose.uuid}), data)
            rose.refresh_from_db()
            assert bool(rose.champion_since) is is_one
        shown = client.post(reverse("connectors:person-champion", kwargs={"uuid": ivy.uuid}), follow=True)
        assert "Which street do they look out for?" in shown.content.decode()
