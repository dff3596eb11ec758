"""Every door through which a resident can be added, each tried with the same names twice.

`tests/test_doors_of_residents.py` compares the list with the code, and counts the records.
"""

import ast
import csv
import io
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.models import Conversation, Person, SealedItem
from tests import checks
from tests.factories.assets import AssetFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory
from tests.factories.connectors_capture import Phone, SealingKeyFactory

ROOT = Path(__file__).parent.parent
#: Names as people type them, none of them a real person's; those of the finding are in the shared file as well.
NAMES = (
    "Ángel", "Émile", "Ŵil", "Жанна", "Ali", "Zoë", "Øystein", "Łucja", "Siân Ŵyn", "Ŷnyr", "Élodie O’Neill", "Łukasz Żak", "Anaïs",
    "Grace Okafor", "Mary-Ann Lloyd-Jones", "李小龍", "مريم", "👩🏽‍🌾 Fern", "🌻", "O", "José Luis Peña", "Đorđe", "Þóra", "Ægir", "Œdipe",
    "Çağla İnan", "Björk", "Müller Straße", "Nguyễn Thị Hoa", "Håkon Ås", "Ștefan Țurcanu", "Dvořák Jiří", "D’Arcy", "ʻAkahi", "Νίκος",
    "עדי", "अमित", "Ольга Ёлкина", "Ceri ap Rhys", "Llŷr", "Eilidh Mac­Leod", "Máire Ní Bhriain", "Seán Ó Sé", "Bea", "Xanthe Vale", "Null",
    "Zed Q", "Jean‐Luc Pïq", "Renée‑Zoé Ünal", "K’naan Öz", "Ğül", "Ħamis", "Tŷ Gŵyn", "Ôlwen Ûr",
)  # fmt: skip


def as_others_type_it(name: str) -> str:
    """Return a name in capitals, with its accents apart, a soft hyphen in it and other apostrophes and dashes."""
    other = name.replace("’", "'").replace("‐", "-").replace("‑", "-")
    other = unicodedata.normalize("NFD", other if len(other.upper()) > len(other) else other.upper())
    return f"{other[:1]}{other[1:]}\u200b"


def names_of(shared: Path | None) -> list[str]:
    """Return the names, with those of the shared list where it is, each once."""
    more = shared.read_text(encoding="utf-8").split("\n") if shared else []
    return list(dict.fromkeys(filter(None, (*NAMES, *(name.strip() for name in more)))))


@dataclass(frozen=True)
class Door:
    """A way to add residents: the module that calls the action, and how to enter names.

    enter: adds names, for the nth time; what is asked stays without an answer. answer: enters them again and says each time
    that it is the resident whom the page offers first.
    """

    name: str
    module: str
    enter: Callable[[SimpleNamespace, Sequence[str], int], None]
    answer: Callable[[SimpleNamespace, Sequence[str]], None]


# What calls the actions that add residents, found in the code.

#: The actions that add residents, by the module that defines them.
MAKERS = {
    "create_person",
    "welcome_person",
    "import_champions",
    "log_conversation",
    "change_conversation",
    "resolve_name",
    "introduce",
    "correct_introduction",
    "create_ask",
    "update_ask",
}


def modules_with(name: str) -> set[str]:
    """Return the modules of the apps that call a function or class of this name with values: a row that can be saved."""
    found = set()
    for path in (each for app in checks.APPS for each in (ROOT / app).rglob("*.py") if "migrations" not in each.parts):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and checks.called_name(node) == name]
        if any(call.keywords for call in calls):
            found.add(str(path.relative_to(ROOT)))
    return found


def modules_that_pass_on(names: Iterable[str]) -> set[str]:
    """Return the modules outside the actions that name one of these functions."""
    wanted, found = set(names), set()
    for path in (each for app in checks.APPS for each in (ROOT / app).rglob("*.py")):
        where = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            node.id if isinstance(node, ast.Name) else node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Name | ast.Attribute)
        }
        if checks.kind_of(where) not in ("actions", "migrations") and named & wanted:
            found.add(where)
    return found


# The doors.


def _conversation(names: Sequence[str], **more: object) -> dict:
    return {
        "uuid": str(uuid.uuid4()), "people": ", ".join(names), "summary": "Hello", "held_on": timezone.localdate().isoformat(),
        "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0", **more,
    }  # fmt: skip


def _some(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[at : at + 20] for at in range(0, len(names), 20))


def _log(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    place = world.here if turn == 1 else world.there
    for some in _some(names):
        world.builder.post(reverse("connectors:conversation-create"), _conversation(some, neighbourhood=place.pk))


def _answered(asked: object) -> dict:
    """Return the fields that answer the questions of a conversation's page with the first who is offered."""
    widget = asked.context["form"].fields["people"].widget
    picks = [f"is:{match.candidates[0].uuid}:{match.name}" for match in widget.unclear]
    return {"people-asked": [match.name for match in widget.unclear], "people-pick": picks}


def _log_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    url = reverse("connectors:conversation-create")
    for some in _some(names):
        asked = world.builder.post(url, _conversation(some, neighbourhood=world.there.pk))
        sent = _conversation((), neighbourhood=world.there.pk, **_answered(asked))
        assert world.builder.post(url, sent).status_code == 302


def _change(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    place = world.here if turn == 1 else world.there
    for some in _some(names):
        _change_one(world, some, neighbourhood=place.pk)


def _change_one(world: SimpleNamespace, names: Sequence[str], **more: object) -> object:
    talk = ConversationFactory(team=world.team, builder=world.user)
    url = reverse("connectors:conversation-update", kwargs={"uuid": talk.uuid})
    return world.builder.post(url, _conversation(names, seen_at=talk.updated_at.isoformat(), **more))


def _change_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    for some in _some(names):
        asked = _change_one(world, some, neighbourhood=world.there.pk)
        assert _change_one(world, (), neighbourhood=world.there.pk, **_answered(asked)).status_code == 302


def _phone(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    place = world.here if turn == 1 else world.there
    phone = world.phone = getattr(world, "phone", None) or _with_a_key(world)
    for some in _some(names):
        sent = phone.write(people=", ".join(some), summary="Hello", neighbourhood=str(place.pk))
        phone.send(sent)


def _with_a_key(world: SimpleNamespace) -> Phone:
    SealingKeyFactory()
    return Phone(world.user, world.team)


def _sort_out(world: SimpleNamespace, names: Sequence[str]) -> None:
    """Answer the questions that wait with the conversations."""
    for talk in Conversation.objects.exclude(unsorted_names=[]):
        shown = world.builder.get(reverse("connectors:conversation-detail", kwargs={"uuid": talk.uuid}))
        url = reverse("connectors:conversation-resolve-name", kwargs={"uuid": talk.uuid})
        for match in shown.context["unsorted"]:
            world.builder.post(url, {"name": match.name, "who": str(match.candidates[0].uuid)})
    assert not Conversation.objects.exclude(unsorted_names=[]).exists()
    assert not SealedItem.objects.filter(reason="names").exists()


def _form(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    for name in names:
        world.builder.post(reverse("connectors:person-create"), {"uuid": str(uuid.uuid4()), "known_as": name})


def _form_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    """The page offers who it may be as a link: to answer yes is to leave the page."""
    for name in names[:3]:
        asked = world.builder.post(reverse("connectors:person-create"), {"uuid": str(uuid.uuid4()), "known_as": name})
        assert asked.context["form"].alike


def _admin(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    for name in names:
        _admin_one(world.manager, world, name)


def _admin_one(client: Client, world: SimpleNamespace, name: str) -> object:
    return client.post(
        reverse("admin:connectors_person_add"),
        {
            "uuid": str(uuid.uuid4()), "team": world.team.pk, "known_as": name, "first_met_on": "2026-05-20",
            "gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0",
        },
    )  # fmt: skip


def _admin_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    for name in names[:3]:
        assert _admin_one(world.manager, world, name).context["adminform"].form.alike


def _file(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return SimpleUploadedFile("people.csv", text.getvalue().encode())


def _first_offers(questions: Iterable[object]) -> dict[str, str]:
    return {question.name: question.options[0].value for question in questions}


def _import(world: SimpleNamespace, names: Sequence[str], turn: int, **answers: str) -> object:
    file = _file(("known_as", "phone"), [(name, "") for name in names])
    shown = world.manager.post(reverse("admin:connectors_person_import"), {"file": file})
    answers |= {"token": shown.context["token"]}
    return world.manager.post(reverse("admin:connectors_person_import_confirm"), answers)


def _import_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    asked = _import(world, names, 3)
    answers = _first_offers(row.question for row in asked.context["questions"])
    assert _import(world, names, 3, **answers).status_code == 302


def _champions(world: SimpleNamespace, names: Sequence[str], turn: int, **answers: str) -> object:
    street = "Mill Lane" if turn == 1 else "Canal Row"
    file = _file(("Name", "Street"), [(name, street) for name in names])
    shown = world.builder.post(reverse("connectors:champion-import"), {"file": file})
    answers |= {"rows": shown.context["sealed"], "name": "people.csv"}
    return world.builder.post(reverse("connectors:champion-apply"), answers)


def _champions_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    asked = _champions(world, names, 3)
    answers = _first_offers(row["question"] for row in asked.context["rows"] if row["question"])
    assert _champions(world, names, 3, **answers).status_code == 302


def _command(world: SimpleNamespace, names: Sequence[str], turn: int, *answers: str) -> str:
    street = "Mill Lane" if turn == 1 else "Canal Row"
    path = world.folder / f"champions-{turn}.csv"
    path.write_bytes(_file(("Name", "Street"), [(name, street) for name in names]).read())
    said = io.StringIO()
    same = [part for answer in answers for part in ("--same", answer)]
    call_command("import_champions", path, *same, team=world.team.slug, stdout=said)
    return said.getvalue()


def _command_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    offered = [line.split()[1] for line in _command(world, names, 3).split("\n") if line.startswith("  --same")]
    first = {answer.partition("=")[0]: answer for answer in reversed(offered)}
    assert "someone you know: please choose: 0" in _command(world, names, 3, *first.values())


def _ends(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    """Introduce each two of the names to each other, somebody new on both sides."""
    for at in range(0, len(names), 2):
        one, other = (names[at], names[at + 1]) if at + 1 < len(names) else (names[at], names[0])
        sides = {"from_end": f"new::{one}", "to_end": f"new::{other}"}
        if at + 1 == len(names):
            sides["to_end"] = f"person:{Person.objects.order_by('pk')[0].uuid}"
        _introduced(world, **sides)


def _introduced(world: SimpleNamespace, **ends: str) -> object:
    sent = {"uuid": str(uuid.uuid4()), "source": "builder", "introduced_on": timezone.localdate().isoformat(), **ends}
    return world.builder.post(reverse("connectors:introduction-create"), sent)


def _first_end(world: SimpleNamespace, side: str, name: str) -> str:
    """Return the first who is offered for a typed name."""
    shown = world.builder.get(reverse("connectors:end-options"), {f"{side}_words": name})
    return shown.context["field"].field.choices[0][0]


def _ends_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    for at in range(0, len(names) - 1, 2):
        ends = {"from_end": _first_end(world, "from", names[at]), "to_end": _first_end(world, "to", names[at + 1])}
        assert _introduced(world, **ends).status_code == 302


def _corrected(world: SimpleNamespace, **ends: str) -> object:
    one, other = AssetFactory(team=world.team), AssetFactory(team=world.team)
    wrong = IntroductionFactory(
        team=world.team, introduced_by=world.user, from_person=None, from_asset=one, to_person=None, to_asset=other
    )
    url = reverse("connectors:introduction-update", kwargs={"uuid": wrong.uuid})
    shown = world.builder.get(url).context["form"]
    sent = {
        "source": "builder",
        "introduced_on": wrong.introduced_on.isoformat(),
        "as_shown": shown["as_shown"].value(),
    }
    return world.builder.post(url, {**sent, **ends})


def _correct(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    for name in names:
        _corrected(world, from_end=f"new::{name}", to_end=f"asset:{AssetFactory(team=world.team).pk}")


def _correct_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    for name in names:
        asset = f"asset:{AssetFactory(team=world.team).pk}"
        assert _corrected(world, from_end=_first_end(world, "from", name), to_end=asset).status_code == 302


def _asks(world: SimpleNamespace, names: Sequence[str], turn: int) -> None:
    for name in names:
        _asked(world, f"new::{name}")


def _asked(world: SimpleNamespace, who: str) -> object:
    sent = {
        "uuid": str(uuid.uuid4()),
        "words": "A ladder",
        "asked_on": timezone.localdate().isoformat(),
        "who_end": who,
    }
    return world.builder.post(reverse("connectors:ask-create"), sent)


def _asks_answered(world: SimpleNamespace, names: Sequence[str]) -> None:
    for name in names:
        assert _asked(world, _first_end(world, "who", name)).status_code == 302


DOORS = (
    Door("both ends of an introduction", "connectors/views/introductions.py", _ends, _ends_answered),
    Door("correcting an introduction", "connectors/views/introduction_changes.py", _correct, _correct_answered),
    Door("who asked", "connectors/views/asks.py", _asks, _asks_answered),
    Door("page of a conversation", "connectors/views/conversations.py", _log, _log_answered),
    Door("changing a conversation", "connectors/views/conversations.py", _change, _change_answered),
    Door("phone without signal", "connectors/capture/views/saving.py", _phone, _sort_out),
    Door("add a resident", "connectors/views/people.py", _form, _form_answered),
    Door("add in the admin", "connectors/doors/people.py", _admin, _admin_answered),
    Door("spreadsheet of residents", "connectors/doors/people.py", _import, _import_answered),
    Door("list of champions", "connectors/views/champions.py", _champions, _champions_answered),
    Door(
        "list of champions by command",
        "connectors/management/commands/import_champions.py",
        _command,
        _command_answered,
    ),
)
#: Modules that name such an action and pass only residents who are there already, and why.
ONLY_KNOWN = {
    "connectors/doors/introductions.py": "the admin and spreadsheets name both ends, and who asked, by their records",
    "connectors/doors/conversations.py": "a conversation in the admin, or in a spreadsheet, names residents by their records",
}


def records() -> int:
    """Return how many residents there are."""
    return Person.everyone.count()
