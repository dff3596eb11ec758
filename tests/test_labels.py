"""What a label promises holds: "(optional)" may be left empty, whatever else is filled in, and a label without it is required.

Every posted form of every page is sent with all fields filled in, then with each optional field empty, then with each
other field empty, by each of its buttons. Of the rows of a table the first is tried. What is saved is undone.
"""

import json
import re
from collections.abc import Callable, Iterator
from pprint import pformat
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors.actions.readback import make_link
from connectors.models import Purpose
from sparks.models import Spark
from tests.factories.sparks import HostLinkFactory
from tests.labelled import Control, Labelled, labelled_forms
from tests.sparks.walks import people_of, spark_at
from tests.test_drafts_everywhere import opened, reader_of
from tests.test_urls import PAGES, client_of
from tests.url_table import build_world

# Once is enough: what a label says does not depend on the database.
pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

CSV = b"Name,Kind,Latitude,Longitude\nThe Green,place,51.45,-2.59\n"
OUTLINE = json.dumps(
    {
        "type": "Feature",
        "properties": {"name": "Mill Row"},
        "geometry": {"type": "Polygon", "coordinates": [[[-2.6, 51.4], [-2.5, 51.4], [-2.5, 51.5], [-2.6, 51.4]]]},
    }
).encode()
#: What fills in the fields that want more than words, by the name of the page and a pattern of theirs; those under "" on every page.
FILLED: dict[str, dict[str, list[object]]] = {
    "": {"postcode": ["BS1 4DJ"], "latitude": ["51.45"], "longitude": ["-2.59"], "names": [""], "is_sure": ["on"]},
    **dict.fromkeys(
        (f"sparks:spark-detail {each}" for each in ("approved manager", "needs_info builder", "paid manager")),
        {".*day": ["2026-07-01"]},
    ),
    "sparks:decide-several": {".*chosen": ["on"]},
    "communities:neighbourhood-create": {"boundary": [""]},
    "applying:screen": {"voice": [""], "remove": [""]},
    # Only for money carried over.
    "sparks:fund-money": {"from_fund": [""]},
    "sparks:round-create": {"closes_at": ["2026-06-30T12:00"]},
    "assets:import-create": {"file": [("assets.csv", CSV)]},
    "communities:boundary-upload": {"file": [("outline.geojson", OUTLINE)]},
    "connectors:champion-import": {"file": [("champions.csv", b"Name,Street\nIdris,Mill Row\n")]},
}
#: Pages that answer a file with its preview, not with another page.
PREVIEWS = {"communities:boundary-upload", "connectors:champion-import", "evaluation:pack-links"}
#: Pages whose rows in the tables are at a step without the form: after a blank what tells them apart, then the reader, and what makes
#: a row at the right step.
PREPARED: dict[str, tuple[str, Callable[[SimpleNamespace], dict[str, object]]]] = {
    "sparks:report-edit": ("builder", lambda world: {"uuid": _spark(world, "paid").uuid}),
    "sparks:holder-update": ("builder", lambda world: {"uuid": _refused_by_host(world).uuid}),
    **{
        f"sparks:spark-detail {status} {reader}": (
            reader,
            lambda world, status=status: {"uuid": _spark(world, status).uuid},
        )
        for status, reader in {
            "submitted": "manager",
            "needs_info": "builder",
            "approved": "manager",
            "ready": "manager",
            "paid": "manager",
            "declined": "builder",
        }.items()
    },
}
#: Pages whose form is not tried, and why.
NOT_TRIED = {
    "applying:apply": "one question a screen, with answers that lead to other screens",
    "applying:way-back": "wants the six words that somebody was given",
    "applying:host": "the link of an organisation, of a spark that these pages do not approve",
    "sparks:application-aloud": "the questions of an application, one a screen",
    "communities:password-change": "saving it ends the session in which the next answer would be tried; each field is required",
    "connectors:capture-check": "the form of a conversation, with questions about who was meant",
    "connectors:introduction-create": "whom to introduce is found by searching; the same form is tried when it is corrected",
    "styleguide": "samples, which are sent nowhere",
}
#: Fields without "(optional)" that may be empty, by name (or by page and name), and what the page says instead.
MAY_BE_EMPTY = {
    r".*-date": "another answer of the question above it",
    r"\w+_words": "only searches",
    r".*__prefix__.*": "a row to copy, which is not sent",
    r"to_\w+": "its first choice is whoever is chosen for everything",
    r"reason_\w+": "another answer than the choice above it",
    r"place_name|new_themes": "the head of the page says that anything can be left out",
    "|".join(Purpose.values): "a question that was not asked has no answer",
    r"applying:screen what": "it can be said or shown instead, and the last screen asks for it",
    r"cares": "nobody in particular is an answer, too",
}


#: The fields of rows after the first, which promise what those of the first do: they stay as the page has them.
LATER_ROW = re.compile(r"\w+-[1-9]\d*-\w+")


def _spark(world: SimpleNamespace, status: str) -> Spark:
    """Return a spark of the world's builder in a status."""
    people = people_of(world.team)
    people.writer = world.builder
    return spark_at(status, people, world.team)


def _refused_by_host(world: SimpleNamespace) -> Spark:
    """Return a spark whose organisation said that it does not hold the money."""
    spark = _spark(world, "submitted")
    HostLinkFactory(spark=spark, by=world.builder, answer="no", who="Pat Lee", answered_at=timezone.now())
    return spark


def visits(world: SimpleNamespace) -> Iterator[tuple[str, Client, str]]:
    """Yield the name of each page with a reader's client and the URL; prepared pages have a name of two or three words."""
    for name in opened():
        if name in PREPARED:
            continue
        page = PAGES[name]
        url = reverse(name, kwargs=page.kwargs(world) if page.kwargs else {})
        yield name, client_of(world, reader_of(name)), f"{url}?{page.query}" if page.query else url
    for name, (reader, kwargs) in PREPARED.items():
        yield name, client_of(world, reader), reverse(name.split()[0], kwargs=kwargs(world))
    secret = make_link(person=world.person, by=world.builder).secret
    resident = Client()
    resident.post(reverse("connectors:sheet-open", kwargs={"secret": secret}))
    for name in ("connectors:sheet", "connectors:sheet-erase"):
        yield name, resident, reverse(name)


def posted(client: Client, form: Labelled, data: dict[str, object]) -> list[HttpResponse]:
    """Send a form by each of its buttons, and undo what it did."""
    answers = []
    for name, value, action in form.buttons:
        with transaction.atomic():
            answers.append(client.post(action or form.action, {**data, **({name: value} if name else {})}))
            transaction.set_rollback(True)
    return answers


def refuses(answers: list[HttpResponse], control: Control) -> bool:
    """Return whether an answer shows an error beside a field."""
    beside = f'id="{control.id or f"id_{control.name}"}_error"', f'id="id_{control.name}_error"'
    return any(each in answer.text for answer in answers if not answer.streaming for each in beside)


def is_saved(page: str, answers: list[HttpResponse]) -> bool:
    """Return whether one of the buttons saved the form, or showed the preview of its file or what it made."""
    shown = page in PREVIEWS and any(answer.status_code == 200 and "_error" not in answer.text for answer in answers)
    return shown or any(answer.status_code == 302 for answer in answers)


def is_explained(page: str, control: Control) -> bool:
    """Return whether a field may be empty for a reason, or cannot be: nobody can take an answer back from a radio button."""
    is_answered = control.kind == "radio" and any(control.given)
    return is_answered or any(
        re.fullmatch(pattern, each) for pattern in MAY_BE_EMPTY for each in (control.name, f"{page} {control.name}")
    )


def empty(control: Control) -> dict[str, list[str]]:
    """Return what is posted of a field that was left empty."""
    return {control.name: [] if control.kind in ("radio", "ticks", "checkbox", "file") else [""]}


def broken_promises(page: str, client: Client, form: Labelled, filled: dict[str, list[object]]) -> list[str]:
    """Return the labels of a form that promise something else than the form does."""
    filled = {name: control.given for name, control in form.controls.items() if LATER_ROW.fullmatch(name)} | filled
    shown = [
        each
        for each in form.controls.values()
        if each.label and each.kind not in ("hidden", "checkbox") and not LATER_ROW.fullmatch(each.name)
    ]
    optional = [each for each in shown if each.is_optional]
    required = [each for each in shown if not (each.is_optional or each.is_conditional or is_explained(page, each))]
    filled = filled | {name: [""] for name in form.controls if name.endswith("_words")}  # They only search.
    broken = []
    if not is_saved(page, posted(client, form, form.data(**filled))):
        return [f"{form.action} is not saved with everything filled in"]
    nothing = {name: values for control in optional for name, values in empty(control).items()}
    all_empty = posted(client, form, form.data(**filled | nothing)) if optional else []
    for control in optional:
        # One alone is all of them.
        alone = posted(client, form, form.data(**filled | empty(control))) if len(optional) > 1 else []
        if refuses(all_empty, control) or refuses(alone, control):
            broken.append(f"{control.name} is refused though “{control.label}”")
    missing = {name: values for control in required for name, values in empty(control).items()}
    at_once = posted(client, form, form.data(**filled | missing))
    for control in required:
        if not refuses(at_once, control) and not refuses(
            posted(client, form, form.data(**filled | empty(control))), control
        ):
            broken.append(f"{control.name} may be empty, and “{control.label}” does not say so")
    return broken


def test_every_label_keeps_its_promise(clock, media) -> None:
    made, broken = build_world(), {}
    for name, client, url in visits(made):
        if name in NOT_TRIED:
            continue
        answer = client.get(url)
        if answer.streaming:
            b"".join(answer.streaming_content)
        elif answer.status_code == 200 and "html" in answer["Content-Type"]:
            for form in labelled_forms(answer):
                if any(each.label and each.kind != "hidden" for each in form.controls.values()):
                    known = FILLED[""] | FILLED.get(name, {})
                    filled = {
                        field: values
                        for pattern, values in known.items()
                        for field in form.controls
                        if re.fullmatch(pattern, field)
                    }
                    if wrong := broken_promises(name, client, form, filled):
                        broken.setdefault(name, []).extend(wrong)
    assert broken == {}, pformat(broken, width=150)


def test_every_exception_is_a_page() -> None:
    assert {
        name for name in (*FILLED, *NOT_TRIED, *PREVIEWS, *PREPARED) if name and name.split()[0] not in PAGES
    } == set()
