"""Rows of another team in every field that names a row: refused, never written, never named; and invalid identifiers.

Each form is opened from its page, filled in so that it is valid, and then posted again with one field changed. The
fields are found by their type, so a new field is tested as soon as it exists. A new form, and a new key that a view
reads from a request, must be added to a table below.
"""

import ast
import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone

from assets.models import Asset
from communities.models import Partner, Role
from communities.periods import quarter_of
from connectors.forms.fields import Named, PeopleField
from connectors.forms.introduction_ends import EndField
from connectors.models import Person
from connectors.queries.introductions import end_key
from evaluation.models import Outcome
from tests import checks, url_table
from tests.conftest import ROOT
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, TeamFactory, UserFactory
from tests.factories.connectors import NextStepFactory, PersonFactory, ThemeFactory
from tests.hostile import HostileClient
from tests.standing import Standing, as_built
from tests.stored import with_rows

pytestmark = pytest.mark.django_db

APPS = ("assets", "connectors", "sparks", "evaluation")
#: Part of every name in the other team; no response may contain it.
MARK = "Xanadu"
#: Values that no page ever sends as an identifier: unknown, text, too big for any column, negative, a digit that is not
#: a number, NUL.
NO_NUMBERS = ("987654321", "Rose", str(2**70), "-1", "²", "9" * 5000, "1\x00", "00000000-0000-4000-8000-000000000000")
#: Those of them that can reach a database query. Python refuses the others, on both databases alike.
FOR_THE_DATABASE = (NO_NUMBERS[0], NO_NUMBERS[2], *NO_NUMBERS[-3:])
TRIED = NO_NUMBERS if connection.vendor == "sqlite" else FOR_THE_DATABASE
#: Columns of the other team that get the mark.
NAMES = {"name", "known_as", "also_known_as", "title", "street", "summary", "words", "vision", "place_name", "phrase"}
#: Rows that belong to no team.
SHARED = {"Outcome", "Indicator"}


@dataclass(frozen=True)
class Case:
    """How to save one form: as which user, and with what data beyond the defaults.

    left_out: fields that are not refused but read as empty, because they only come with the page.
    """

    data: Callable[[SimpleNamespace], dict[str, object]] = lambda world: {}
    who: str = "manager"
    left_out: frozenset[str] = frozenset()


def _day(_world: SimpleNamespace) -> str:
    return timezone.localdate().isoformat()


def _talk(world: SimpleNamespace) -> dict[str, object]:
    """Return a complete conversation without gifts; the rows of gifts are a separate form."""
    return {
        "summary": "They grow beans.",
        "held_on": _day(world),
        "place_name": "",
        "gifts-TOTAL_FORMS": "0",
        "gifts-INITIAL_FORMS": "0",
        "people": "",
    }


#: The pages with a form that names rows of the team.
FORMS: dict[str, Case] = {
    "assets:asset-create": Case(lambda world: {"name": "The Oak", "kind": "place"}),
    "assets:asset-update": Case(),
    "connectors:conversation-create": Case(_talk, left_out=frozenset({"place"})),
    "connectors:conversation-update": Case(_talk, left_out=frozenset({"place", "uuid"})),
    "connectors:light-touch-create": Case(lambda world: {"gave": "listening"}),
    "connectors:journey-create": Case(),
    "connectors:journey-update": Case(),
    "connectors:introduction-create": Case(
        lambda world: {
            "from_end": end_key(world.person),
            "to_end": end_key(world.asset),
            "reason": "Both sing.",
            "source": "self",
        },
        left_out=frozenset({"conversation"}),
    ),
    "connectors:introduction-update": Case(),
    "connectors:step-create": Case(lambda world: {"words": "Ring"}),
    "connectors:step-update": Case(),
    "connectors:ask-create": Case(
        lambda world: {"words": "Somebody to walk with", "who_end": end_key(world.person)},
        left_out=frozenset({"conversation"}),
    ),
    "connectors:ask-update": Case(left_out=frozenset({"conversation", "uuid"})),
    "connectors:ask-met": Case(lambda world: {"by_end": end_key(world.gift_giver)}),
    "connectors:person-create": Case(lambda world: {"known_as": "Wilhelmina"}),
    "connectors:person-update": Case(left_out=frozenset({"uuid"})),
    "connectors:gift-create": Case(lambda world: {"name": "Juggling", "kind": "hands"}),
    "connectors:gift-update": Case(),
    "connectors:prompt-create": Case(lambda world: {"name": "Two things", "prompts": "What is good here?"}),
    "connectors:prompt-update": Case(),
    "sparks:spark-create": Case(
        lambda world: {"title": "A supper", "held_by": "host", "host": world.host.pk, "round": world.round.pk}
    ),
    "sparks:spark-update": Case(left_out=frozenset({"conversation", "uuid"})),
    "sparks:group-roots": Case(),
    "sparks:spark-next-step": Case(lambda world: {"words": "Ring"}),
    "sparks:fund-create": Case(lambda world: {"name": "Little things", "kind": "spark"}),
    "sparks:fund-update": Case(),
    "sparks:round-create": Case(
        lambda world: {
            "fund": world.round.fund_id,
            "name": "Spring",
            "budget_gbp": "100",
            "max_award_gbp": "50",
            "opens_at": "2026-01-01T10:00",
            "closes_at": f"{timezone.localdate().year + 2}-01-01T10:00",
        }
    ),
    "sparks:round-update": Case(lambda world: {"reason": "It was agreed."}),
    "sparks:fund-money": Case(lambda world: {"kind": "carried", "amount_gbp": "5", "reason": "From last year."}),
    "evaluation:measurement-create": Case(
        lambda world: {"period": quarter_of(timezone.localdate()).key, "value": "3", "note": "We asked."}
    ),
    "evaluation:measurement-update": Case(),
    "evaluation:own-create": Case(
        lambda world: {
            "name": "Bands",
            "question": "Do they play?",
            "definition": "What we call a band.",
            "form": "number",
            "outcomes": [Outcome.objects.get(key="good-friends").pk],
        }
    ),
    "evaluation:own-update": Case(lambda world: {"question": "Do they last?"}),
    "evaluation:outcome-create": Case(lambda world: {"name": "Streets sing"}),
    "evaluation:patience": Case(lambda world: {"span": "0-6", "words": "We listen."}),
    "evaluation:yardstick-list": Case(
        lambda world: {"kind": "target", "value": "12", "grain": "quarter", "on": "2028-03-31", "source": "The plan"}
    ),
    "evaluation:record-priorities": Case(),
    "evaluation:profile-of": Case(lambda world: {"agrees": "yes", "how": "told"}),
    "evaluation:profile-categories": Case(lambda world: {"name": "Company"}),
    "evaluation:pack-create": Case(lambda world: {"title": "Spring", "release": world.release.pk}),
    "evaluation:pack-update": Case(lambda world: {"title": "Spring"}),
    "evaluation:observation-create": Case(
        lambda world: {"went": "well", "source": "visit", "text": "A bench is enough."}
    ),
    "evaluation:observation-update": Case(),
    "evaluation:value-create": Case(lambda world: {"title": "A year of suppers", "activity": "Neighbours cooked."}),
    "evaluation:value-update": Case(),
    "evaluation:value-line-create": Case(lambda world: {"stakeholder": "Neighbours", "change": "Sing"}),
    "evaluation:value-line-update": Case(),
    "evaluation:value-assumption": Case(),
    "evaluation:value-input-create": Case(
        lambda world: {
            "who": "The council",
            "what": "The hall",
            "low_gbp": "5",
            "high_gbp": "6",
            "source": "The accounts.",
        }
    ),
    "evaluation:value-input-update": Case(),
    "evaluation:story-create": Case(lambda world: {"title": "The bench", "self_text": "We mended it."}),
    "evaluation:story-update": Case(),
}


@dataclass(frozen=True)
class Sent:
    """A key that a view reads from a request, outside any form.

    page: where it is tried; None for a key that does not name a row, and that no query uses. data: what is sent with
    it. row: the other team's row, as the key names it.
    """

    page: str | None = None
    data: Callable[[SimpleNamespace], dict[str, object]] = lambda world: {}
    row: Callable[[SimpleNamespace], object] = lambda theirs: ""


NO_ROW = Sent()


def _of(name: str, number: str = "uuid") -> Callable[[SimpleNamespace], object]:
    return lambda theirs: getattr(getattr(theirs, name), number)


#: Every key read from a POST, by the module of views that reads it.
POSTED: dict[tuple[str, str], Sent] = {
    ("costs", "offer"): Sent("sparks:cost-use", row=lambda theirs: f"asset:{theirs.asset.pk}"),
    ("suggestions", "person"): Sent(
        "connectors:suggestion-dismiss", lambda world: {"other": world.person.uuid}, _of("person")
    ),
    ("suggestions", "other"): Sent(
        "connectors:suggestion-dismiss", lambda world: {"person": world.person.uuid}, _of("person")
    ),
    ("merges", "other"): Sent("connectors:two-people", row=_of("person")),
    ("gifts", "theme"): Sent("connectors:gift-theme", row=_of("theme", "pk")),
    ("conversations", "cares"): Sent(
        "connectors:conversation-cares", row=lambda theirs: json.dumps([str(theirs.person.uuid), str(theirs.theme.pk)])
    ),
    ("conversations", "who"): Sent(
        "connectors:conversation-resolve-name", lambda world: {"name": "Rose"}, _of("person")
    ),
    ("several", "spark"): Sent("sparks:decide-several", row=_of("spark")),
    **dict.fromkeys(
        (
            ("own", "preview"),
            *(("suggestions", key) for key in ("undo", "how")),
            *(("wording", key) for key in ("back", "show", "undo", "name")),
            *(("conversations", key) for key in ("undo", "name")),
            *((module, "look") for module in ("introductions", "introduction_changes", "asks")),
            ("introductions", "answer"),
            ("team", "words"),
            ("asks", "reopen"),
            ("merges", "list"),
            ("prompts", "use"),
            ("champions", "rows"),
            ("champions", "name"),
            ("champions", "stop"),
            ("people", "stop"),
            ("phone", "meta"),
            ("form_drafts", "meta"),
            *(("steps", key) for key in ("outside", "as_shown")),
            *(("next_steps", key) for key in ("back", "log", "undo")),
            ("mine", "as_shown"),
            ("mine", "payee_shown"),
            ("mine", "remove"),
            ("sparks", "hand_in"),
            ("preparing", "word"),
            # Of which version somebody signs, not which row.
            ("writing", "seen"),
        ),
        NO_ROW,
    ),
}
#: Every key read from a query string, in the same way.
ADDRESSED: dict[tuple[str, str], Sent] = {
    ("merges", "of"): Sent("connectors:person-check", lambda world: {"known_as": "R"}, _of("person")),
    ("merges", "with"): Sent("connectors:person-merge", row=_of("gift_giver")),
    ("introductions", "from"): Sent("connectors:introduction-create", row=lambda theirs: end_key(theirs.person)),
    ("introductions", "to"): Sent("connectors:introduction-create", row=lambda theirs: end_key(theirs.asset)),
    ("introductions", "conversation"): Sent("connectors:introduction-create", row=_of("conversation")),
    ("asks", "who"): Sent("connectors:ask-create", row=lambda theirs: end_key(theirs.person)),
    ("asks", "conversation"): Sent("connectors:ask-create", row=_of("conversation")),
    ("asks", "introduction"): Sent("connectors:ask-met", row=_of("introduction")),
    ("autocomplete", "neighbourhood"): Sent(
        "connectors:person-options", lambda world: {"q": "R"}, _of("neighbourhood", "pk")
    ),
    ("record", "draft"): Sent("connectors:conversation-create", row=_of("parked")),
    ("conversations", "place"): Sent("connectors:conversation-create", row=_of("asset", "pk")),
    ("conversations", "like"): Sent("connectors:conversation-create", row=_of("conversation")),
    ("conversations", "step"): Sent("connectors:conversation-create", row=_of("next_step")),
    ("next_steps", "conversation"): Sent("connectors:step-create", row=_of("conversation")),
    ("next_steps", "person"): Sent("connectors:step-create", row=_of("person")),
    ("next_steps", "asset"): Sent("connectors:step-create", row=_of("asset", "pk")),
    ("autocomplete", "q"): Sent("connectors:person-options"),
    ("autocomplete", "whole"): Sent("connectors:person-options"),
    ("merges", "q"): Sent("connectors:person-merge"),
    ("champions", "q"): Sent("connectors:champion-list"),
    ("stories", "size"): Sent("evaluation:story-photo"),
    ("sparks", "from_spark"): Sent("sparks:spark-create", row=_of("spark")),
    ("sparks", "from_group"): Sent("sparks:spark-create", row=_of("asset", "pk")),
    ("sparks", "conversation"): Sent("sparks:spark-create", row=_of("conversation")),
    ("sparks", "round"): Sent("sparks:spark-create", row=_of("round", "pk")),
    ("money", "fund"): Sent("sparks:round-create", row=lambda theirs: theirs.round.fund_id),
    ("stories", "spark"): Sent("evaluation:story-create", row=_of("spark")),
    ("stories", "conversation"): Sent("evaluation:story-create", row=_of("conversation")),
    ("measurements", "place"): Sent("evaluation:measurement-create", row=_of("neighbourhood", "pk")),
    **dict.fromkeys(
        (
            ("service_worker", "bare"),
            *(("wording", key) for key in ("show",)),
            ("web", "us"),
            ("conversations", "q"),
            *(("next_steps", key) for key in ("back", "undo", "some_time", "whose")),
            ("light_touches", "everybody"),
            ("mine", "sent"),
            ("people", "order"),
            ("journeys", "copy"),
            ("journeys", "show"),
            ("hosts", "done"),
            ("introduction_routes", "period"),
            ("introduction_routes", "format"),
            ("prompts", "ready"),
            ("introductions", "reason"),
            ("introductions", "everybody"),
            ("asks", "state"),
            ("asks", "period"),
            ("champions", "from"),
            ("conversations", "copy"),
            ("exports", "format"),
            ("assets", "bbox"),
            ("assets", "zoom"),
            ("imports", "fate"),
            ("indicators", "period"),
            ("learning", "format"),
            *(("profiles", key) for key in ("format", "year")),
            ("reading", "priority"),
            ("indicators", "format"),
            ("stories", "indicator"),
            ("measurements", "period"),
            *(("pictures", key) for key in ("by", "period", "places")),
        ),
        NO_ROW,
    ),
}


# Two worlds.


@pytest.fixture(scope="module")
def standing_worlds(build_once) -> Standing:
    """Build both worlds for all tests here."""
    return build_once(both_worlds)


@pytest.fixture
def world(standing_worlds, db: None) -> Iterator[SimpleNamespace]:
    """Return the world of the URL table."""
    with as_built(standing_worlds) as world:
        yield world


def both_worlds() -> SimpleNamespace:
    """Create the world of the URL table, with the other team's as `theirs`, and the primary keys of its rows as
    `taken`.
    """
    theirs = build_theirs()
    taken = {model: set(model._base_manager.values_list("pk", flat=True)) for model in own_models()}
    world = url_table.build_world()
    more(world)
    world.theirs, world.taken = theirs, taken
    return world


def build_theirs() -> SimpleNamespace:
    """Create the same small world in another team, with a mark in every name."""
    team = TeamFactory(name=f"{MARK} team", slug="xanadu")
    theirs = SimpleNamespace(team=team, other_team=team, anonymous=None)
    for name in ("builder", "manager", "evaluator"):
        setattr(theirs, name, UserFactory(name=f"{MARK} {name}", roles={team: list(Role)}))
    for name in url_table.MODULES:
        module = importlib.import_module(f"tests.url_table.{name}")
        if hasattr(module, "build"):
            module.build(theirs)
    more(theirs)
    for model in own_models():
        marked = [each for each in model._meta.concrete_fields if each.name in NAMES and model.__name__ not in SHARED]
        for row in model._base_manager.all() if marked else ():
            # A message to a user or a resident has no name of its own.
            kept = [each for each in marked if model.__name__ != "Message" or getattr(row, each.attname)]
            names = {each.attname: f"{MARK} {row.pk}" for each in kept}
            if names:
                model._base_manager.filter(pk=row.pk).update(**names)
    return theirs


def more(world: SimpleNamespace) -> None:
    """Add a second row to a world where the forms need one."""
    world.neighbourhood = NeighbourhoodFactory(team=world.team)
    world.host = PartnerFactory(team=world.team, is_fiscal_host=True, is_funder=True)
    world.theme = ThemeFactory(team=world.team)
    world.gift_giver = PersonFactory(team=world.team, known_as="Gwen")
    world.next_step = NextStepFactory(team=world.team, owner=world.builder, person=world.person)


def own_models() -> list[type[models.Model]]:
    """Return every model of Kith with rows that belong to a team, or that link two of them."""
    found = [
        model
        for name in ("communities", *APPS)
        for model in apps.get_app_config(name).get_models(include_auto_created=True)
    ]
    return [model for model in found if model.__name__ != "SignInAttempt"]


def everything() -> dict[type[models.Model], dict[object, tuple]]:
    """Return every row there is, by model and primary key."""
    there = with_rows(own_models())
    return {
        model: {row[0]: row for row in model._base_manager.values_list("pk", *columns(model))} if model in there else {}
        for model in own_models()
    }


def columns(model: type[models.Model]) -> list[str]:
    """Return the names of a model's columns."""
    return [each.attname for each in model._meta.concrete_fields]


def harm(world: SimpleNamespace, after: dict) -> list[str]:
    """Return the other team's rows that were changed, or that a row of this team refers to."""
    faults = []
    for model, numbers in world.taken.items():
        if any(world.before[model][pk] != after[model].get(pk) for pk in numbers if pk in world.before[model]):
            faults.append(f"a {model.__name__} of theirs changed")
        links = [each for each in model._meta.concrete_fields if each.is_relation and each.related_model in world.taken]
        for place, each in enumerate(model._meta.concrete_fields, start=1):
            if each in links and each.related_model.__name__ not in SHARED:
                theirs = world.taken[each.related_model]
                if any(row[place] in theirs for pk, row in after[model].items() if pk not in numbers):
                    faults.append(f"a {model.__name__} of ours has their {each.name}")
    return faults


# One page, one field, one value.


def address_of(name: str, world: SimpleNamespace) -> str:
    """Return the URL of a page in the tables."""
    page = url_table.tables()[name]
    return reverse(name, kwargs=page.kwargs(world) if page.kwargs else None)


def filled(form: forms.BaseForm) -> dict[str, object]:
    """Return what a browser would post from an unchanged form."""
    sent: dict[str, object] = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field, forms.FileField) or value is None or value is False:
            continue
        if isinstance(value, Named):
            sent[f"{bound.html_name}-known"] = list(value.known)
        elif isinstance(value, list | tuple | models.QuerySet):
            sent[bound.html_name] = [plain(each) for each in value]
        else:
            sent[bound.html_name] = plain(value)
    return sent


def plain(value: object) -> str:
    """Return a value as a page shows it."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if value is True:
        return "on"
    return value.isoformat()[:16] if isinstance(value, date) else str(value)


def names_a_row(each: forms.Field) -> bool:
    """Return whether a field names rows."""
    return isinstance(each, forms.ModelChoiceField | forms.UUIDField | EndField | PeopleField)


def foreign(name: str, each: forms.Field, world: SimpleNamespace) -> Iterator[tuple[str, object]]:
    """Yield (key, value) for a row of the other team of each model that a field may name."""
    if isinstance(each, forms.ModelChoiceField):
        model = each.queryset.model
        rows = model._base_manager.filter(pk__in=world.taken[model]) if model.__name__ not in SHARED else ()
        for row in rows[:2]:
            yield name, str(getattr(row, each.to_field_name or "pk"))
    elif isinstance(each, EndField):
        for model in (Person, Asset, Partner):
            yield name, end_key(model._base_manager.filter(pk__in=world.taken[model]).first())
    elif isinstance(each, PeopleField):
        yield f"{name}-known", str(world.theirs.person.uuid)
        yield f"{name}-pick", str(world.theirs.person.uuid)
    else:
        # The key of the page itself creates a row of one model; another field may mean the UUID of any model that has
        # one.
        for model, taken in world.taken.items():
            meant = name not in ("uuid", "key") or model in (Person, getattr(world, "makes", None))
            if meant and any(column.name == "uuid" for column in model._meta.concrete_fields):
                row = model._base_manager.filter(pk__in=taken).first()
                if row is not None:
                    yield name, str(row.uuid)


def broken(name: str, each: forms.Field) -> Iterator[dict[str, str]]:
    """Yield invalid primary keys, each as a browser would send it in the field."""
    if isinstance(each, forms.UUIDField):
        yield from ({name: value} for value in NO_NUMBERS[-3:])
    elif isinstance(each, EndField):
        yield from ({name: f"person:{value}"} for value in TRIED)
        yield from ({name: f"{kind}{value}"} for kind in ("", "asset:", "nobody:") for value in FOR_THE_DATABASE[-2:])
    elif isinstance(each, PeopleField):
        yield from ({f"{name}-known": value} for value in TRIED)
        yield from ({f"{name}-pick": value} for value in FOR_THE_DATABASE)
    else:
        yield from ({name: value} for value in TRIED)


def broken_together(fields: dict[str, forms.Field]) -> Iterator[dict[str, str]]:
    """Yield values for all the fields at once: a form checks each field, whatever it finds in the others."""
    for each in zip_longest(*(broken(name, field) for name, field in fields.items())):
        yield {key: value for one in each if one for key, value in one.items()}


def trouble(
    client: HostileClient, world: SimpleNamespace, url: str, data: dict, *, must_refuse: Iterable[str]
) -> list[str]:
    """Post a form and roll back what it did. Return what is wrong with the response; `must_refuse` names the invalid
    fields.
    """
    faults, writes = [], []
    with transaction.atomic():
        with connection.execute_wrapper(noting(writes)):
            answer = client.post(url, data)
        after = everything() if writes else world.before
        if answer.status_code == 302 and client.get(answer["Location"]).status_code == 404:
            faults.append("led to a page that is not there")
        transaction.set_rollback(True)
    faults += harm(world, after) if writes else []
    if MARK in answer.content.decode():
        faults.append("names the other team's")
    if answer.status_code not in (200, 302, 422, *no_text(data)):
        faults.append(f"answers {answer.status_code}")
    if must_refuse and answer.status_code == 302:
        faults.append("is kept")
    if answer.status_code == 200:
        if world.before != after:
            faults.append("is refused, and something written all the same")
        errors = answer.context["form"].errors
        silent = set(must_refuse) - set(errors)
        if not errors or silent:
            faults.append(f"says nothing beside {sorted(silent)}, but {dict(errors)}")
    return faults


def no_text(data: dict[str, object]) -> tuple[int, ...]:
    """Return the status with which every page refuses a NUL: see `config.errors`."""
    sent = [text for value in data.values() for text in (value if isinstance(value, list) else [value])]
    return (400,) if any("\0" in str(text) for text in sent) else ()


def noting(writes: list[str]) -> Callable[..., object]:
    """Return an execute wrapper for Django that records each statement that writes."""

    def note(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            writes.append(sql)
        return execute(sql, *rest)

    return note


@pytest.mark.parametrize("name", FORMS)
def test_a_form_refuses_rows_of_another_team(name: str, world: SimpleNamespace, client_for) -> None:
    """Each field that names rows, with another team's row of each model, and with values that are not a row at all."""
    case = FORMS[name]
    client, url = client_for(getattr(world, case.who)), address_of(name, world)
    form, world.before = client.get(url).context["form"], everything()
    world.makes = getattr(getattr(form, "_meta", None), "model", None)
    good = filled(form) | case.data(world)
    with transaction.atomic():
        answer = client.post(url, good)
        assert answer.status_code == 302, dict(answer.context["form"].errors)
        transaction.set_rollback(True)
    faults = []
    naming = {column: each for column, each in form.fields.items() if names_a_row(each)}
    passing = {column for column in form.fields if column in case.left_out or column in ("uuid", "key")}
    tries = [
        ({key: value}, {column} - passing)
        for column, each in naming.items()
        for key, value in foreign(column, each, world)
    ]
    refused = {column: each for column, each in naming.items() if column not in passing}
    tries += [
        (values, {key.removesuffix("-known").removesuffix("-pick") for key in values})
        for values in broken_together(refused)
    ]
    tries += [(values, set()) for column in naming if column in passing for values in broken(column, naming[column])]
    texts = [column for column, each in form.fields.items() if isinstance(each, forms.CharField | forms.ChoiceField)]
    tries += [({column: "a\x00b"}, set()) for column in texts]
    several = {column for column, each in form.fields.items() if isinstance(each, forms.ModelMultipleChoiceField)}
    for values, must_refuse in tries:
        sent = {
            key: [value] if key in several or key.endswith(("-known", "-pick")) else value
            for key, value in values.items()
        }
        try:
            found = trouble(client, world, url, good | sent, must_refuse=must_refuse)
        except Exception as error:  # noqa: BLE001 - each is a page that broke, and all of them are told together
            found = [f"broke: {type(error).__name__}: {str(error)[:80]}"]
        faults += [f"{str(values)[:80]} {fault}" for fault in found]
    assert faults == []


def form_classes() -> set[type]:
    """Return the classes of forms and filters in the four apps that have a field of rows."""
    for app in APPS:
        for module in pkgutil.walk_packages(importlib.import_module(app).__path__, f"{app}."):
            if {"forms", "filters"} & set(module.name.split(".")):
                importlib.import_module(module.name)
    found = set(below(forms.BaseForm)) | set(below(django_filters.FilterSet))
    return {
        each
        for each in found
        if each.__module__.split(".")[0] in APPS
        and (
            any(map(names_a_row, getattr(each, "base_fields", {}).values()))
            or any(
                isinstance(one, django_filters.ModelChoiceFilter) for one in getattr(each, "base_filters", {}).values()
            )
        )
    }


#: Their UUID is their own idempotency key, generated by the page; it does not refer to another row.
OWN_KEYS = {"NoteForm", "PayForm", "OwnWordsForm"}
#: Forms on no page of their own: the buttons of a next step (tested below), and the admin's, which tests/test_admin_walk.py and
#: tests/connectors/test_same_person.py try; the fourth screen of an application, in tests/sparks/test_applying.py.
ON_NO_PAGE = {"RootsMixin", "MoveForm", "NewResidentForm", "MoneyForm"}


def below(cls: type) -> Iterator[type]:
    """Yield every subclass of a class."""
    for each in cls.__subclasses__():
        yield each
        yield from below(each)


@pytest.mark.once
def test_every_form_with_references_is_tested(world: SimpleNamespace, client_for) -> None:
    """A new form, or a new filtered list, must be on a page that these tests open."""
    client = client_for(world.manager)
    seen = {type(client.get(address_of(page, world)).context["form"]) for page in FORMS}
    seen |= {type(shown) for _name, _url, shown in narrowed_pages(world, client)}
    assert {each.__qualname__ for each in form_classes() - seen} == OWN_KEYS | ON_NO_PAGE


def test_a_next_step_is_not_given_to_somebody_of_another_team(world: SimpleNamespace, client_for) -> None:
    step = NextStepFactory(team=world.team, owner=world.builder)
    address = reverse("connectors:step-move", args=[step.uuid])
    client_for(world.builder).post(address, {"owner": world.stranger.pk})
    step.refresh_from_db()
    assert step.owner == world.builder


def narrowed_pages(world: SimpleNamespace, client: HostileClient) -> list[tuple[str, str, object]]:
    """Return (name, URL, filter or form) of each page that is filtered by its query string."""
    found = []
    for name, page in url_table.tables().items():
        is_page = "GET" in page.methods and page.status == 200 and (page.visit or page.query)
        if name.split(":")[0] in APPS and is_page and name not in FORMS:
            url = address_of(name, world) + (f"?{page.query}" if page.query else "")
            context = client.get(url).context or {}
            shown = context.get("filter") or context.get("form") if context else None
            if shown is not None:
                found.append((name, url, shown))
    return found


def test_a_list_cannot_be_filtered_by_a_row_of_another_team(world: SimpleNamespace, client_for) -> None:
    """Each choice of rows in each list: a row of the other team reveals nothing of theirs, and nothing breaks a page."""
    client, faults = client_for(world.manager), []
    for page, url, shown in narrowed_pages(world, client):
        fields = getattr(shown, "form", shown).fields
        naming = {name: each for name, each in fields.items() if names_a_row(each)}
        tries = [{key: value} for name, each in naming.items() for key, value in foreign(name, each, world)]
        tries += [*broken_together(naming), *({name: "a\x00b"} for name in fields if name not in naming)]
        for values in tries:
            try:
                answer = client.get(url, values)
                fine = answer.status_code in (200, *no_text(values)) and MARK not in answer.content.decode()
                faults += [] if fine else [f"{page}?{str(values)[:80]} answers {answer.status_code}"]
            except Exception as error:  # noqa: BLE001 - each is a page that broke, and all of them are told together
                faults.append(f"{page}?{str(values)[:80]} broke: {type(error).__name__}: {str(error)[:80]}")
    assert faults == []


# Keys that views read themselves.


def read_by_hand(what: str) -> set[tuple[str, str]]:
    """Return (module of views, key) for each key that views of the four apps read from request.POST or request.GET.

    A room with a single module of views goes by the name of the room.
    """
    found = set()
    for path in [path for app in APPS for path in Path(ROOT, app).rglob("*.py")]:
        if checks.kind_of(path.relative_to(ROOT).as_posix()) != "views":
            continue
        name = path.parent.name if path.stem == "views" else path.stem
        for node in ast.walk(ast.parse(path.read_text())):
            found |= {(name, key) for key in keys_of(node, what)}
    return found


def keys_of(node: ast.AST, what: str) -> list[str]:
    """Return the keys that one expression reads: `.get("key")`, `["key"]`, `"key" in`; of a loop over names, "…"."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("get", "getlist", "pop")
    ):
        place, key = node.func.value, node.args[:1]
    elif isinstance(node, ast.Subscript):
        place, key = node.value, [node.slice]
    elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        place, key = node.comparators[0], [node.left]
    else:
        return []
    if not (isinstance(place, ast.Attribute) and place.attr == what):
        return []
    return [each.value if isinstance(each, ast.Constant) else "…" for each in key]


@pytest.mark.parametrize(("what", "table"), [("POST", POSTED), ("GET", ADDRESSED)])
def test_every_key_read_without_a_form_is_in_its_table(what: str, table: dict) -> None:
    """If a view reads a new key, add it here, with whether it names a row, and of which page."""
    # Keys that are not literals, such as those read in a loop over names.
    loops = {("suggestions", "…"), ("introductions", "…"), ("wording", "…"), ("sparks", "…")}
    loops |= {("steps", "…"), ("next_steps", "…")}
    assert {each for each in read_by_hand(what) if each not in table} <= loops


@pytest.mark.parametrize("key", [key for key, sent in POSTED.items() if sent.page])
def test_a_key_read_without_a_form_refuses_rows_of_another_team(
    key: tuple[str, str], world: SimpleNamespace, client_for
) -> None:
    """Nothing is written, nothing of the other team is named."""
    sent = POSTED[key]
    client, url = client_for(world.manager), address_of(sent.page, world)
    before = everything()
    for value in (sent.row(world.theirs), *TRIED, ""):
        answer = client.post(url, sent.data(world) | {key[1]: value})
        # The page of several sparks is shown again without those that are not found.
        shown = [200] if key == ("several", "spark") else []
        assert answer.status_code in (302, 404, *shown, *no_text({key[1]: value})), value
        assert MARK not in answer.content.decode()
        assert everything() == before, value


@pytest.mark.parametrize("key", [key for key, sent in ADDRESSED.items() if sent.page])
def test_an_address_of_another_teams_row_is_not_found(key: tuple[str, str], world: SimpleNamespace, client_for) -> None:
    """The page is shown without it, or is a 404."""
    sent = ADDRESSED[key]
    client, url = client_for(world.manager), address_of(sent.page, world)
    for value in (sent.row(world.theirs), *TRIED, ""):
        answer = client.get(url, sent.data(world) | {key[1]: value})
        assert answer.status_code in (200, 404, *no_text({key[1]: value})), value
        assert MARK not in answer.content.decode(), value
