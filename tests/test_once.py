"""One request, one row: every action that creates a row with an idempotency key, and every page that calls one."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.urls import get_resolver, reverse

from communities.idempotency import USED
from communities.models import AuditEntry
from connectors.actions.readback import make_link, wish_on_sheet
from evaluation.models import Outcome
from tests import action_list, checks
from tests.action_list import as_read, build, state
from tests.factories.assets import AssetFactory
from tests.factories.connectors_journeys import JourneyFactory
from tests.factories.evaluation import ValueMapFactory
from tests.factories.sparks import FundFactory, RoundFactory
from tests.form_reader import form_with, forms_of
from tests.hostile import HostileClient
from tests.photos import photo_bytes
from tests.test_urls import named

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
NOBODYS = "This form has been used before"
ON_SHEET = "connectors.readback.wish_on_sheet"
#: Takes a UUID of its own and no key: one row for each phone.
PHONES = "connectors.capture.receiving.record_device"
KEYED = {
    **{
        name: act
        for name, act in action_list.everything().items()
        if "uuid" in inspect.signature(act).parameters and name != PHONES
    },
    ON_SHEET: wish_on_sheet,
}
#: Different values for when the page is sent again. A new action without a row here fails.
OTHER_WORDS = {
    "assets.assets.create_asset": {"name": "Repair shed"},
    "assets.importing.rehearse_import": {"file_name": "other.csv"},
    "assets.photos.add_asset_photo": {"alt": "A green door"},
    "communities.boundaries.create_neighbourhood": {"name": "Mill Row"},
    "communities.members.invite_member": {"email": "tom@example.org"},
    "communities.partners.create_partner": {"name": "Band"},
    "communities.teams.create_team": {"slug": "hillside"},
    "communities.users.create_user": {"password": "a longer walk"},
    "connectors.asks.create_ask": {"words": "a tree"},
    "connectors.consent.publish_notice": {"words": "We note down other things."},
    "connectors.conversations.log_conversation": {"summary": "Other words"},
    "connectors.gifts.add_gift": {"name": "Bread"},
    "connectors.introductions.introduce": {"reason": "Bread"},
    "connectors.journeys.begin_journey": {"vision": "A garden"},
    "connectors.journeys.log_light_touch": {"gave": "information"},
    "connectors.journeys.record_change": {"words": "A key of her own"},
    "connectors.next_steps.add_next_step": {"words": "Ring the hall"},
    "connectors.people.create_person": {"known_as": "Tom"},
    "connectors.people.welcome_person": {"known_as": "Tom"},
    "connectors.prompts.create_prompt_set": {"prompts": "What grows here?"},
    ON_SHEET: {"words": "My name is spelled wrong."},
    "connectors.themes.create_theme": {"name": "Football"},
    "connectors.wording.add_word": {"phrase": "saucepan"},
    "evaluation.addresses.make_release_address": {"program": "r"},
    "evaluation.learning.create_observation": {"text": "We came too early."},
    "evaluation.packs.create_pack": {"title": "Autumn"},
    "evaluation.packs.make_pack_link": {"reader": "Council"},
    "evaluation.priorities.create_priority": {"title": "Clean air"},
    "evaluation.profiles.add_category": {"name": "Learning"},
    "evaluation.measurements.record_measurement": {"value": Decimal(5)},
    "evaluation.expectations.write_expectation": {"words": "We walk about."},
    "evaluation.own.create_indicator": {"values": replace(action_list._own_values(), name="Bands")},
    "evaluation.own.create_outcome": {"name": "Streets dance"},
    "evaluation.value.create_value_map": {"title": "A year of walks"},
    "evaluation.value.add_value_line": {"change": "Sing"},
    "evaluation.value.add_value_input": {"what": "The hall"},
    "evaluation.yardsticks.add_yardstick": {"value": Decimal(15)},
    "evaluation.stories.create_story": {"values": replace(action_list._told(), title="The kite")},
    "sparks.beside.add_note": {"words": "Ask the chapel."},
    "sparks.beside.add_attachment": {"title": "A letter"},
    "sparks.sparks.create_spark": {"title": "Kite day"},
    "sparks.sparks.report_back": {"what_happened": "We flew kites."},
    "sparks.funds.create_fund": {"name": "Seeds"},
    "sparks.funds.create_round": {"name": "Autumn"},
    "sparks.proposing.propose_money": {"reason": "Carried over."},
    "sparks.money.pay_award": {"reference": "B 12"},
    "communities.outbox.show_private_link": lambda w: {"message": w.letter()},
    "connectors.readback.make_link": lambda w: {"person": w.resident()},
    "sparks.applying.hosting.make_host_words": lambda w: action_list.VALUES["sparks.applying.hosting.make_host_words"](
        w
    ),
    "sparks.applying.team.make_new_words": lambda w: {"application": w.application()},
}
#: Actions that answer with a row that was there before, and a secret that is shown once.
NEW_SECRETS = {
    "communities.outbox.show_private_link", "sparks.applying.hosting.make_host_words", "sparks.applying.team.make_new_words",
}  # fmt: skip


def other_values(name: str, world: SimpleNamespace) -> dict[str, object]:
    """Return the different values of an action."""
    other = OTHER_WORDS[name]
    return other(world) if callable(other) else other


def values_of(name: str, world: SimpleNamespace) -> dict[str, object]:
    """Return the arguments for the action, including its key."""
    if name == ON_SHEET:
        link = make_link(person=world.resident(), by=world.manager)
        return {"link": link, "kind": "correct", "words": "I moved to Mill Row.", "uuid": uuid4()}
    return action_list.arguments(name, KEYED[name], world)


def somebody_else(world: SimpleNamespace, by: object) -> object:
    """Return another user with the same permission."""
    return world.colleague if by == world.administrator else world.second if by != world.second else world.manager


def test_every_keyed_action_is_in_the_table():
    assert sorted(OTHER_WORDS) == sorted(KEYED)


@pytest.mark.parametrize("name", KEYED)
def test_sending_a_page_twice_writes_one_row_and_one_audit_entry(name):
    act, given = KEYED[name], values_of(name, build())
    before = state()
    made = act(**as_read(given))
    kept, entries = state(), list(AuditEntry.objects.values())
    again = act(**as_read(given))
    label = made._meta.label
    assert (type(again), again.pk) == (type(made), made.pk)
    assert len(kept[label]) == len(before[label]) + (name not in NEW_SECRETS)
    assert state() == kept
    assert list(AuditEntry.objects.values()) == entries


@pytest.mark.parametrize("name", KEYED)
def test_different_text_with_the_same_key_is_refused_and_not_lost(name):
    world = build()
    act, given = KEYED[name], values_of(name, world)
    act(**as_read(given))
    other = other_values(name, world)
    kept, entries = state(), AuditEntry.objects.count()
    with pytest.raises(ValidationError, match="This page was already saved with different text") as refused:
        act(**as_read(given | other))
    assert refused.value.code == USED
    assert (state(), AuditEntry.objects.count()) == (kept, entries)


@pytest.mark.parametrize("name", [name for name in KEYED if name != ON_SHEET])
def test_another_users_key_reveals_nothing(name):
    world = build()
    act, given = KEYED[name], values_of(name, world)
    act(**as_read(given))
    kept = state()
    with pytest.raises(ValidationError, match=NOBODYS) as refused:
        act(**as_read(given | {"by": somebody_else(world, given["by"])}))
    assert refused.value.code == USED
    assert refused.value.messages == ["This form has been used before, so nothing is saved yet. Save again."]
    assert state() == kept


@pytest.mark.postgresql
@pytest.mark.parametrize("name", KEYED)
def test_sixteen_requests_at_once_write_one_row_without_error(name, race):
    act, given = KEYED[name], values_of(name, build())
    before = state()
    results = race(*[lambda: act(**as_read(given))] * 16)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len({result.pk for result in results}) == 1
    label = results[0]._meta.label
    assert len(state()[label]) == len(before[label]) + (name not in NEW_SECRETS)
    entries = list(AuditEntry.objects.values_list("verb", "model", "object_id", "field_names"))
    assert len(entries) == len({repr(entry) for entry in entries})


# Through the page


class Page(SimpleNamespace):
    """A page that adds: `url` to post to, `shown` with the form, the `typed` data, and `other` data.

    who: who opens it; beside: whether the other data may create a second row; key: the name of the hidden key.
    """

    def __init__(self, typed, other, **more):
        usual = {"kwargs": lambda w: None, "shown": "", "who": "manager", "beside": True, "files": dict, "key": "uuid"}
        super().__init__(typed=typed, other=other, **usual | more)


def _ends(world: SimpleNamespace) -> dict[str, object]:
    one, two = world.resident(), world.resident()
    return {"from_end": f"person:{one.uuid}", "to_end": f"person:{two.uuid}", "reason": "Bread"}


def _person(world: SimpleNamespace) -> dict[str, object]:
    return {"uuid": world.resident().uuid}


def _round(world: SimpleNamespace) -> dict[str, object]:
    FundFactory(team=world.team, name="Sparks")
    return {
        "name": "Spring", "budget_gbp": "900", "max_award_gbp": "90", "opens_at": "2026-01-01T09:00", "closes_at": "2030-01-01T09:00",
    }  # fmt: skip


def _hung(name: str) -> dict[str, object]:
    return {name: SimpleUploadedFile("bench.jpg", photo_bytes(), "image/jpeg")}


#: Every page whose POST adds a row with a key, by the name of its URL.
PAGES = {
    "communities:neighbourhood-create": Page(lambda w: {"name": "Brook Street"}, {"name": "Mill Row"}),
    "communities:partner-create": Page(lambda w: {"name": "Choir", "kind": "voluntary"}, {"name": "Band"}),
    "communities:invitation-create": Page(
        lambda w: {"name": "Nell", "email": "nell@example.org", "roles": ["builder"]},
        {"name": "Tom", "email": "tom@example.org"},
    ),
    "assets:asset-create": Page(lambda w: {"name": "Bench", "kind": "place"}, {"name": "Repair shed"}),
    "assets:photo-create": Page(
        lambda w: {"photo_alt": "A bench"},
        {"photo_alt": "A green door"},
        kwargs=lambda w: {"pk": AssetFactory(team=w.team).pk},
        files=lambda: _hung("photo"),
    ),
    "assets:import-create": Page(
        lambda w: {"kind": "place"},
        {"kind": "story"},
        files=lambda: {"file": SimpleUploadedFile("a.csv", b"Name\nBench\n", "text/csv")},
    ),
    "connectors:conversation-create": Page(
        lambda w: {"summary": "Hello", "people": "Rose", "new_themes": "Fire"}, {"summary": "Other words", "people": "Ama"}
    ),
    "connectors:light-touch-create": Page(lambda w: {"gave": "listening"}, {"gave": "information"}),
    "connectors:person-create": Page(
        lambda w: {"known_as": "Rose", "themes": "bread", "gift": "Baking"}, {"known_as": "Tom", "street": "Mill Row"}
    ),
    "connectors:gift-create": Page(lambda w: {"name": "Kites"}, {"name": "Bread"}, kwargs=_person),
    "connectors:introduction-create": Page(_ends, {"reason": "Football"}),
    "connectors:ask-create": Page(lambda w: {"words": "a bench", "theme": "Sitting"}, {"words": "a tree"}),
    "connectors:journey-create": Page(lambda w: {"vision": "A garden"}, {"vision": "A boat"}, kwargs=_person, beside=False),
    "connectors:journey-note": Page(
        lambda w: {"outcome": "belonging", "judged_by": "resident", "words": "A key"},
        {"words": "A chair"},
        kwargs=lambda w: {"uuid": JourneyFactory(person=w.resident()).uuid},
        shown="connectors:journey-detail",
    ),
    "connectors:step-create": Page(lambda w: {"words": "Ring Rose"}, {"words": "Ring the hall"}),
    "connectors:prompt-create": Page(
        lambda w: {"name": "Spring", "prompts": "What grows?"}, {"name": "Autumn", "prompts": "What falls?"}
    ),
    "connectors:word-create": Page(lambda w: dict(action_list.WORD), {"phrase": "saucepan"}),
    "connectors:notice-list": Page(lambda w: {"words": "We note down gifts."}, {"words": "We note down little."}),
    "sparks:spark-create": Page(
        lambda w: {"round": RoundFactory(team=w.team).pk, "title": "Supper", "amount_gbp": "50", "held_by": "none", "keep": "1"},
        {"title": "Kite day"},
    ),
    "sparks:spark-next-step": Page(
        lambda w: {"words": "Ring Rose"}, {"words": "Ring the hall"}, kwargs=lambda w: {"uuid": w.spark("ready").uuid}
    ),
    "sparks:fund-create": Page(lambda w: {"name": "Sparks"}, {"name": "Seeds"}),
    "sparks:round-create": Page(_round, {"name": "Autumn"}),
    "sparks:fund-money": Page(
        lambda w: {"kind": "received", "amount_gbp": "50", "day": "2026-01-05", "reason": "Grant letter"},
        {"reason": "Bank statement"}, kwargs=lambda w: {"pk": RoundFactory(team=w.team).fund_id}, beside=False,
    ),
    "sparks:note-create": Page(
        lambda w: {"note-words": "Ask the hall."}, {"note-words": "Ask again."}, key="note-uuid",
        kwargs=lambda w: {"uuid": w.spark("submitted").uuid}, shown="sparks:spark-detail",
    ),
    "sparks:attachment-create": Page(
        lambda w: {"attach-title": "A quote"}, {"attach-title": "A letter"}, key="attach-uuid",
        files=lambda: {"attach-file": SimpleUploadedFile("quote.pdf", b"%PDF-1.7 a quote")},
        kwargs=lambda w: {"uuid": w.spark("submitted").uuid}, shown="sparks:spark-detail",
    ),
    "sparks:spark-pay": Page(
        lambda w: {"reference": "A 1"}, {"reference": "B 2"}, who="second", beside=False,
        kwargs=lambda w: {"uuid": w.spark("ready").uuid}, shown="sparks:spark-detail",
    ),
    "sparks:report-edit": Page(
        lambda w: {"what_happened": "We ate."}, {"what_happened": "We flew kites."},
        kwargs=lambda w: {"uuid": w.spark("paid").uuid}, beside=False,
    ),
    "evaluation:story-create": Page(lambda w: {"title": "The supper", "us_text": "We cooked."}, {"title": "The kite"}),
    "evaluation:outcome-create": Page(lambda w: {"name": "Streets sing"}, {"name": "Streets dance"}),
    "evaluation:own-create": Page(
        lambda w: {
            "name": "Choirs", "question": "Do neighbours sing?", "definition": "What we call a choir.",
            "outcomes": [Outcome.objects.get(key="good-friends").pk],
        },
        {"name": "Bands"}, kwargs=lambda w: {"how": "groups"},
    ),
    "evaluation:patience": Page(
        lambda w: {"span": "0-6", "words": "We listen."}, {"words": "We walk about."}, beside=False
    ),
    "evaluation:yardstick-list": Page(
        lambda w: {"kind": "target", "value": "12", "grain": "quarter", "on": "2027-03-31", "source": "The plan"},
        {"source": "Another plan"}, beside=False, kwargs=lambda w: {"key": "conversations-held"},
    ),
    "evaluation:release-addresses": Page(
        lambda w: {"program": "excel", "days": "91"}, {"program": "r"}, kwargs=lambda w: {"uuid": action_list._closed(w).uuid}
    ),
    "evaluation:value-create": Page(
        lambda w: {"title": "A year of suppers", "activity": "Neighbours cooked.", "starts_on": "2025-04-01"},
        {"title": "A year of walks"},
    ),
    "evaluation:value-line-create": Page(
        lambda w: {"stakeholder": "Neighbours", "change": "Know somebody to ring"}, {"change": "Sing"},
        kwargs=lambda w: {"uuid": ValueMapFactory(team=w.team).uuid},
    ),
    "evaluation:value-input-create": Page(
        lambda w: {"who": "The council", "what": "Two builders", "low_gbp": "200", "high_gbp": "250", "source": "The accounts."},
        {"what": "The hall"}, kwargs=lambda w: {"uuid": ValueMapFactory(team=w.team).uuid},
    ),
    "evaluation:observation-create": Page(
        lambda w: {"went": "wrong", "source": "visit", "text": "We came too late."}, {"text": "We came too early."}
    ),
    "evaluation:pack-create": Page(
        lambda w: {"title": "Spring", "release": action_list._closed(w).pk}, {"title": "Autumn"}, beside=False
    ),
    "evaluation:pack-links": Page(
        lambda w: {"reader": "Steering group", "days": "31"}, {"reader": "Council"},
        kwargs=lambda w: {"uuid": action_list._published(w).pack.uuid},
    ),
    "evaluation:priority-create": Page(
        lambda w: {"plan": "Council plan", "title": "Warm homes"}, {"title": "Clean air"}
    ),
    "evaluation:profile-categories": Page(lambda w: {"name": "Company"}, {"name": "Learning"}, beside=False),
    "evaluation:measurement-create": Page(
        lambda w: {"value": "4", "note": "Counted with residents."}, {"note": "Counted twice."}, beside=False,
        kwargs=lambda w: {"key": "changes-by-residents"},
    ),
}  # fmt: skip
#: URLs that call one in another way, with where they are tested.
ELSEWHERE = {
    "connectors:sheet-words": "tests/connectors/test_sheets.py, on an open sheet",
    "connectors:sheet-erase": "one wish to be forgotten waits at a time, whoever sends it",
    "connectors:capture": "an item is received once: tests/connectors/test_capture_receiving.py",
    "connectors:person-sheet-link": "BUTTONS, below",
    "communities:message-private-link": "BUTTONS, below",
    "sparks:application-words": "BUTTONS, below",
    "connectors:capture-check": "what waits is settled once: tests/connectors/test_capture_look_again.py",
}


def called_by(view: object) -> set[str]:
    """Return the names that a view uses, directly and in functions of modules of views that it calls."""
    found, waiting, seen = set(), [inspect.unwrap(view)], set()
    while waiting:
        function = waiting.pop()
        seen.add(function)
        names = set(re.findall(r"\w+", inspect.getsource(function)))
        for name in names:
            inner = inspect.unwrap(getattr(inspect.getmodule(function), name, None))
            is_ours = inspect.isfunction(inner) and inner.__module__.split(".")[0] in checks.APPS
            if is_ours and inner not in seen and checks.kind_in(tuple(inner.__module__.split("."))) == "views":
                waiting.append(inner)
        found |= names
    return found


def test_every_page_that_adds_is_in_the_table():
    acts = {name.rpartition(".")[2] for name in KEYED}
    # What a phone sent is saved by the function of its kind.
    acts |= {"KINDS"}
    found = set()
    for name, pattern in named(get_resolver()):
        view = inspect.unwrap(pattern.callback)
        if view.__module__.split(".")[0] not in checks.APPS or not inspect.isfunction(view):
            continue
        step = pattern.default_args.get("step")
        if step:
            from sparks.views.steps import BUTTONS

            used = {BUTTONS[step].action.__name__}
        else:
            used = called_by(view)
        if used & acts:
            found.add(name)
    assert sorted(found - set(PAGES) - set(ELSEWHERE)) == []
    assert sorted((set(PAGES) | set(ELSEWHERE)) - found) == []


def opened(page: Page, name: str) -> tuple[HostileClient, str, dict[str, object]]:
    """Return a client, the URL, and the data of the form on the page with what is typed."""
    world = build()
    client = HostileClient()
    client.force_login(getattr(world, page.who))
    kwargs, typed = page.kwargs(world), page.typed(world)
    form = form_with(client.get(reverse(page.shown or name, kwargs=kwargs)), page.key)
    assert form.data[page.key] != [""], "the page carries no key"
    return client, reverse(name, kwargs=kwargs), {**form.data, **typed}


def rows() -> dict[str, int]:
    """Return the number of rows of each model."""
    return {label: len(found) for label, found in state().items()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_sent_twice_adds_once_and_leads_to_the_same_page(name, media):
    page = PAGES[name]
    client, address, data = opened(page, name)
    first = client.post(address, {**data, **page.files()})
    assert first.status_code == 302, first.context["form"].errors
    kept, entries = rows(), AuditEntry.objects.count()
    again = client.post(address, {**data, **page.files()})
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert (rows(), AuditEntry.objects.count()) == (kept, entries)


@pytest.mark.parametrize("name", PAGES)
def test_different_text_from_the_same_page_is_shown_and_can_be_added(name, media):
    page = PAGES[name]
    client, address, data = opened(page, name)
    client.post(address, {**data, **page.files()})
    kept = state()
    data |= page.other
    refused = client.post(address, {**data, **page.files()})
    assert refused.status_code == 200
    shown = refused.content.decode()
    assert all(str(words) in shown for words in page.other.values()), "what was typed is gone"
    assert state() == kept
    if not page.beside:
        return
    form = form_with(refused, page.key)
    assert form.data[page.key] != data[page.key]
    count = rows()
    carried = {name: form.data[name] for name in (page.key, "as_shown") if name in form.data}
    assert client.post(address, {**data, **carried, **page.files()}).status_code == 302
    assert sum(rows().values()) > sum(count.values())


# Buttons that make a secret, which the next page shows once


@dataclass(frozen=True)
class Button:
    """A button on the page `shown` of a row, and with what the address begins that the next page shows."""

    shown: str
    row: Callable[[SimpleNamespace], Model]
    leads_to: str


BUTTONS = {
    "connectors:person-sheet-link": Button("connectors:person-sheet", lambda w: w.resident(), "/sheet/open/"),
    "communities:message-private-link": Button("communities:message-letter", lambda w: w.letter(), "/apply/host/"),
    "sparks:application-words": Button("sparks:application-detail", lambda w: w.application(), "/apply/mine/"),
}


@pytest.mark.parametrize("url", BUTTONS)
def test_a_button_makes_one_secret_however_often_it_is_pressed_and_shows_it_once(url):
    world, button = build(), BUTTONS[url]
    row = button.row(world)
    client, address = HostileClient(), reverse(url, args=[row.uuid])
    client.force_login(world.manager)
    page = client.get(reverse(button.shown, args=[row.uuid]))
    form = next(each for each in forms_of(page) if each.action == address)
    made = client.post(address, form.data)
    kept, entries = state(), AuditEntry.objects.count()
    again = client.post(address, form.data)
    assert (again.status_code, again["Location"]) == (302, made["Location"])
    assert (state(), AuditEntry.objects.count()) == (kept, entries)
    first, reloaded = (client.get(made["Location"], follow=True).content.decode() for _look in range(2))
    assert button.leads_to in first
    assert button.leads_to not in reloaded
    assert (state(), AuditEntry.objects.count()) == (kept, entries)
