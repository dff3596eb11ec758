"""Is it somebody the team knows? Asked in imports and in the admin, where nothing is doubled without an answer."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from communities.folding import visible
from connectors.actions.champions import import_champions
from connectors.models import Ask, Introduction, Person, TwoPeople
from connectors.queries.champions import ASK, Judge
from connectors.rules.champions import clean_row
from connectors.rules.same_person import NEW, Answers, answers_in, row_answer
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import GiftFactory, PersonFactory, ThemeFactory
from tests.markup import flat

pytestmark = pytest.mark.django_db


def file_of(headings, *rows, name="people.csv"):
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return SimpleUploadedFile(name, text.getvalue().encode())


class TestAnswers:
    def test_what_a_page_sent_is_read(self):
        said = answers_in({"same-2": NEW, "same-3": row_answer(2), "same-x": NEW, "same-": "", "other": NEW})
        assert (said.is_new(2), said.row(3), said.of(4), said.person(3)) == (True, 2, "", None)
        assert Answers({5: row_answer(2)}, rest_is_new=True).is_new(6)

    @pytest.mark.parametrize("text", ["row:", "row:x", "row:-1", "x", "9" * 40])
    def test_anything_else_is_no_answer(self, text):
        said = Answers({2: text})
        assert (said.row(2), said.person(2), said.is_new(2)) == (None, None, False)


class TestChampions:
    HEADINGS = ("Name", "Street", "Phone")

    def preview(self, client, *rows):
        return client.post(reverse("connectors:champion-import"), {"file": file_of(self.HEADINGS, *rows)})

    def apply(self, client, shown, **answers):
        data = {"rows": shown.context["sealed"], "name": "champions.csv", **answers}
        return client.post(reverse("connectors:champion-apply"), data)

    def test_nothing_is_imported_without_an_answer(self, client_for, builder, team):
        here = NeighbourhoodFactory(team=team, name="Kiln Hill")
        maud = PersonFactory(team=team, known_as="Maud", neighbourhood=here)
        GiftFactory(person=maud, name="baking bread", is_offered=True)
        client = client_for(builder)
        shown = self.preview(client, ("Maud", "Mill Lane", "0117 4960123"), ("Zed", "Mill Lane", ""))
        text = shown.content.decode()
        assert "Do you know Maud already?" in text
        assert "Kiln Hill" in text
        assert "baking bread" in text
        again = self.apply(client, shown, **{"same-9": NEW})
        assert "Nothing has been saved yet" in again.content.decode()
        assert 'name="same-9" value="new"' in again.content.decode()
        assert Person.objects.count() == 1
        self.apply(client, again, **{"same-2": str(maud.uuid)})
        assert Person.objects.count() == 2
        maud.refresh_from_db()
        assert (maud.street, maud.phone) == ("Mill Lane", "0117 4960123")
        assert maud.champion_since

    @pytest.mark.parametrize("answer", [{"same-2": "new"}, {"same-rest": "1"}])
    def test_somebody_new_of_the_same_name(self, client_for, builder, team, answer):
        PersonFactory(team=team, known_as="Maud", street="Canal Row")
        client = client_for(builder)
        shown = self.preview(client, ("Maud", "Mill Lane", ""))
        self.apply(client, shown, **answer)
        assert Person.objects.filter(known_as="Maud").count() == 2
        again = self.preview(client, ("Maud", "Mill Lane", ""))
        assert again.context["to_write"] == 0

    def test_a_row_that_may_be_an_earlier_one(self, client_for, builder, team):
        client = client_for(builder)
        shown = self.preview(client, ("Margaret Tate", "3 Mill Lane", ""), ("Peggy Tate", "3 Mill Lane", ""))
        assert "The same as row 2: Margaret Tate" in shown.content.decode()
        self.apply(client, shown, **{"same-3": row_answer(2)})
        assert list(Person.objects.values_list("known_as", flat=True)) == ["Margaret Tate"]

    def test_an_answer_that_names_somebody_else_is_none(self, team, builder):
        PersonFactory(team=team, known_as="Maud", street="Canal Row")
        other = PersonFactory(team=team, known_as="Zed")
        columns = {"name": "name", "street": "street"}
        row = clean_row(2, {"name": "Maud", "street": "Mill Lane"}, columns=columns, today=None)
        for said in (str(other.uuid), row_answer(7), "x"):
            verdicts = [each for some in Judge(team, Answers({2: said})).judge([row]) for each in some]
            assert [each.fate for each in verdicts] == [ASK]

    def test_the_command_leaves_the_row_out_and_says_how_to_answer(self, team, tmp_path, capsys):
        maud = PersonFactory(team=team, known_as="Maud", street="Canal Row")
        path = tmp_path / "champions.csv"
        path.write_bytes(file_of(self.HEADINGS, ("Maud", "Mill Lane", ""), ("Zed", "Mill Lane", "")).read())
        call_command("import_champions", path, team=team.slug)
        said = capsys.readouterr().out
        assert f"--same 2={maud.uuid}" in said
        assert "--same 2=new" in said
        assert Person.objects.count() == 2
        call_command("import_champions", path, "--same", f"2={maud.uuid}", team=team.slug)
        maud.refresh_from_db()
        assert maud.champion_since
        assert Person.objects.count() == 2

    def test_a_list_does_not_ask_about_those_it_has_just_added(self, team, builder, monkeypatch):
        monkeypatch.setattr("connectors.queries.champions.CHUNK", 1)
        columns = {"name": "name", "street": "street"}
        rows = [
            clean_row(n, {"name": "Maud", "street": street}, columns=columns, today=None)
            for n, street in enumerate(("Mill Lane", "Canal Row"), start=2)
        ]
        assert import_champions(team=team, by=builder, rows=rows) == {"add": 2}

    def test_queries_do_not_grow_with_the_rows(self, team, django_assert_max_num_queries):
        columns = {"name": "name", "street": "street"}
        rows = [
            clean_row(n, {"name": f"Maud {n}", "street": "Mill Lane"}, columns=columns, today=None)
            for n in range(2, 90)
        ]
        PersonFactory.create_batch(3, team=team, known_as="Maud")
        with django_assert_max_num_queries(9):
            list(Judge(team).judge(rows))


class TestSpreadsheetOfResidents:
    HEADINGS = ("known_as", "street", "phone", "themes")

    def preview(self, client, *rows):
        return client.post(reverse("admin:connectors_person_import"), {"file": file_of(self.HEADINGS, *rows)})

    def confirm(self, client, shown, **answers):
        data = {"token": shown.context["token"], **answers}
        return client.post(reverse("admin:connectors_person_import_confirm"), data)

    def test_nothing_is_imported_without_an_answer(self, client_for, manager, team):
        maud = PersonFactory(team=team, known_as="Máud", street="Canal Row")
        theme = ThemeFactory(team=team, name="Kites")
        client = client_for(manager)
        rows = (("MAUD", "", "0117 4960123", "Kites"), ("Zed", "", "", ""))
        shown = self.preview(client, *rows)
        assert "Do you know MAUD already?" in shown.content.decode()
        refused = self.confirm(client, shown)
        assert "Nothing more has been imported yet" in refused.content.decode()
        assert Person.objects.count() == 1
        assert self.confirm(client, refused, **{"same-2": str(maud.uuid)}).status_code == 302
        maud.refresh_from_db()
        assert (maud.known_as, maud.street, maud.phone) == ("Máud", "Canal Row", "0117 4960123")
        assert list(maud.themes.all()) == [theme]
        assert Person.objects.count() == 2
        again = self.confirm(client, self.preview(client, *rows), **{"same-2": str(maud.uuid)})
        assert again.status_code == 302
        assert Person.objects.count() == 2

    def test_two_rows_that_may_be_one(self, client_for, manager, team):
        client = client_for(manager)
        rows = (("Maud", "", "", ""), ("maud", "", "0117 4960123", ""))
        shown = self.preview(client, *rows)
        self.confirm(client, shown, **{"same-3": row_answer(2)})
        assert list(Person.objects.values_list("known_as", "phone")) == [("Maud", "0117 4960123")]

    def test_somebody_new_of_the_same_name_once(self, client_for, manager, team):
        PersonFactory(team=team, known_as="Maud")
        client = client_for(manager)
        for _turn in range(2):
            self.confirm(client, self.preview(client, ("Maud", "Mill Lane", "", "")), **{"same-rest": "1"})
        assert Person.objects.filter(known_as="Maud").count() == 2

    def test_other_teams_are_not_asked_about(self, client_for, manager, team, other_team):
        PersonFactory(team=other_team, known_as="Maud")
        assert not self.preview(client_for(manager), ("Maud", "", "", "")).context["questions"]


class TestTheAdmin:
    def values(self, team, **values):
        return {
            "team": team.pk, "known_as": "Maud", "first_met_on": "2026-05-20", "gifts-TOTAL_FORMS": "0",
            "gifts-INITIAL_FORMS": "0", **values,
        }  # fmt: skip

    def test_adding_asks(self, client_for, manager, team):
        maud = PersonFactory(team=team, known_as="Máud")
        client, url = client_for(manager), reverse("admin:connectors_person_add")
        uuid = client.get(url).context["adminform"].form["uuid"].value()
        asked = client.post(url, self.values(team, uuid=uuid, street="Mill Lane"))
        assert "Is it one of these?" in asked.content.decode()
        assert "Mill Lane" in asked.content.decode()
        assert Person.objects.count() == 1
        saved = client.post(url, self.values(team, uuid=uuid, not_these=str(maud.uuid)))
        assert saved.status_code == 302
        assert Person.objects.count() == 2
        assert TwoPeople.objects.count() == 1

    def test_changing_asks_when_the_name_becomes_that_of_another(self, client_for, manager, team):
        PersonFactory(team=team, known_as="Maud")
        other = PersonFactory(team=team, known_as="Zed")
        client, url = client_for(manager), reverse("admin:connectors_person_change", args=[other.pk])
        shown = client.get(url).context["adminform"].form["as_shown"].value()
        asked = client.post(url, self.values(team, as_shown=shown))
        assert "Is it one of these?" in asked.content.decode()
        other.refresh_from_db()
        assert other.known_as == "Zed"


class TestIntroductionsAndAsks:
    def introduce(self, client, **sent):
        first = {"uuid": str(uuid4()), "source": "builder", "introduced_on": timezone.localdate().isoformat()}
        return client.post(reverse("connectors:introduction-create"), {**first, **sent})

    def offered(self, client, side, words):
        shown = client.get(reverse("connectors:end-options"), {f"{side}_words": words})
        return dict(shown.context["field"].field.choices)

    def test_somebody_new_is_offered_below_those_it_may_be(self, client_for, builder, team):
        william = PersonFactory(
            team=team, known_as="William", neighbourhood=NeighbourhoodFactory(team=team, name="Hill End")
        )
        found = self.offered(client_for(builder), "from", "Bill")
        known, new = found
        assert known == f"person:{william.uuid}"
        assert "Hill End" in found[known]
        assert "last met" in found[known]
        assert (new, found[new]) == (f"new:{william.uuid}:Bill", "Someone new called Bill")

    def test_both_ends_can_be_new_once(self, client_for, builder, team):
        client = client_for(builder)
        sent = {"uuid": str(uuid4()), "from_end": "new::Maud", "to_end": "new::Patel, Asha"}
        for _turn in range(2):
            assert self.introduce(client, **sent).status_code == 302
        assert set(Person.objects.values_list("known_as", flat=True)) == {"Maud", "Asha Patel"}
        assert Introduction.objects.count() == 1

    def test_somebody_who_may_be_known_is_asked_about(self, client_for, builder, team):
        maud = PersonFactory(team=team, known_as="Máud")
        zed = PersonFactory(team=team, known_as="Zed")
        client = client_for(builder)
        sent = {"from_end": "new::Maud", "to_end": f"person:{zed.uuid}", "reason": "Both sing"}
        asked = self.introduce(client, **sent)
        assert "You may know Maud already. Choose who it is." in asked.content.decode()
        assert "Both sing" in asked.content.decode()
        assert f"new:{maud.uuid}:Maud" in asked.content.decode()
        assert Person.objects.count() == 2
        assert self.introduce(client, **{**sent, "from_end": f"new:{maud.uuid}:Maud"}).status_code == 302
        assert Person.objects.count() == 3
        assert TwoPeople.objects.count() == 1

    def test_who_asked_can_be_new_and_a_typed_name_is_not_dropped(self, client_for, builder, team):
        client, url = client_for(builder), reverse("connectors:ask-create")
        sent = {
            "uuid": str(uuid4()),
            "words": "A ladder",
            "asked_on": timezone.localdate().isoformat(),
            "who_words": "Maud",
        }
        asked = client.post(url, sent)
        assert asked.status_code == 200
        assert "Someone new called Maud" in asked.content.decode()
        assert not Ask.objects.exists()
        for _turn in range(2):
            assert client.post(url, {**sent, "who_end": "new::Maud"}).status_code == 302
        assert Ask.objects.get().person.known_as == "Maud"
        assert Person.objects.count() == 1

    @pytest.mark.parametrize("key", ["new", "new:", "new::", "new::\u200b", "new:x:\u200b\u2060"])
    def test_a_name_that_is_none_is_refused(self, client_for, builder, team, key):
        zed = PersonFactory(team=team, known_as="Zed")
        assert self.introduce(client_for(builder), from_end=key, to_end=f"person:{zed.uuid}").status_code == 200
        assert Person.objects.count() == 1


class TestBadNames:
    """Refused in plain words at every door that takes one name, and nothing else typed is lost."""

    def form(self, clients, team, name):
        sent = {"uuid": str(uuid4()), "known_as": name, "street": "Mill Lane"}
        return clients["builder"].post(reverse("connectors:person-create"), sent).content.decode()

    def admin(self, clients, team, name):
        sent = {
            "uuid": str(uuid4()), "team": team.pk, "known_as": name, "street": "Mill Lane", "first_met_on": "2026-05-20",
            "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0",
        }  # fmt: skip
        return clients["manager"].post(reverse("admin:connectors_person_add"), sent).content.decode()

    def spreadsheet(self, clients, team, name):
        file = file_of(("known_as", "street"), (name, "Mill Lane"))
        return clients["manager"].post(reverse("admin:connectors_person_import"), {"file": file}).content.decode()

    def champions(self, clients, team, name):
        file = file_of(("Name", "Street"), (name, "Mill Lane"))
        return clients["builder"].post(reverse("connectors:champion-import"), {"file": file}).content.decode()

    @pytest.mark.parametrize("door", ["form", "admin", "spreadsheet", "champions"])
    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("x" * 81, ("80 characters",)),
            (
                "\u200b\u2060",
                ("What are they called", "name is missing", "is not a name", "cannot be blank"),
            ),
            (
                "\u202e\u202c",
                ("What are they called", "name is missing", "is not a name", "cannot be blank"),
            ),
        ],
    )
    def test_refused(self, client_for, builder, manager, team, door, name, words):
        clients = {"builder": client_for(builder), "manager": client_for(manager)}
        shown = getattr(self, door)(clients, team, name)
        assert any(each in shown for each in words), flat(shown)[-1500:]
        assert "Mill Lane" in shown or door == "spreadsheet"
        assert not Person.objects.exists()

    @pytest.mark.parametrize("door", ["form", "admin"])
    @pytest.mark.parametrize("name", ["O", "x" * 80, "👩🏽‍🌾", "🌻", "مريم", "Jo\u200b\u202aAnn\u202c"])
    def test_kept(self, client_for, builder, manager, team, door, name):
        clients = {"builder": client_for(builder), "manager": client_for(manager)}
        getattr(self, door)(clients, team, name)
        assert Person.objects.get().known_as == visible(name)
