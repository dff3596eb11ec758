"""Every form about people, saved through every URL that saves it: the text of each such field is noticed.

The URLs are found by the forms that their views name, so a new one fails until it is in the table.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.urls import get_resolver, reverse
from django.utils import timezone

from communities.models import Role
from communities.widgets import AboutPeople
from connectors.queries.introductions import end_key
from sparks import actions
from sparks.models import Spark
from sparks.views.steps import BUTTONS
from tests import checks
from tests.factories.communities import UserFactory
from tests.factories.sparks import SparkFactory
from tests.form_reader import ReadForm, forms_of
from tests.photos import photo_bytes
from tests.standing import Standing, as_built
from tests.test_foreign_ids import more
from tests.test_once import called_by
from tests.test_urls import PAGES, named
from tests.test_words_watched import form_classes
from tests.url_table import build_world


@dataclass(frozen=True)
class Case:
    """How to save a form: the values beside the texts about people, and its photo.

    shown: the URL of the page with the form, by default the one that it posts to. kwargs: the arguments of both, by
    default those of the table of URLs. form: the URL that the form posts to, if this one belongs to another of its buttons.
    """

    data: Callable[[SimpleNamespace], dict[str, object]] = lambda world: {}
    shown: str = ""
    kwargs: Callable[[SimpleNamespace], dict[str, object]] | None = None
    photo: str = ""
    form: str = ""


def typed(**values: str) -> Callable[[SimpleNamespace], dict[str, object]]:
    """Return the values as they are."""
    return lambda world: values


def talk(world: SimpleNamespace) -> dict[str, object]:
    """Return who was there, on which day, and whose the gifts are."""
    gifts = {f"gifts-{row}-whose": "Wilhelmina" for row in range(3)}
    return {"people": "Wilhelmina", "held_on": timezone.localdate().isoformat(), "place_name": "", **gifts}


def step(name: str, reach: Callable[[SimpleNamespace], Spark], **values: str) -> Case:
    """Return the case of a button on the page of a spark, in the form of the step `name`."""
    return Case(
        typed(**values),
        shown="sparks:spark-detail",
        kwargs=lambda world: {"uuid": reach(world).uuid},
        form=f"sparks:spark-{name}",
    )


def submitted(world: SimpleNamespace) -> Spark:
    """Return a spark that waits for a decision."""
    return SparkFactory(round=world.round, handed_in=True, created_by=world.builder)


def approved(world: SimpleNamespace) -> Spark:
    """Return a spark that another manager approved."""
    second = UserFactory(roles={world.team: [Role.MANAGER]})
    return actions.approve_spark(spark=submitted(world), by=second)


def declined(world: SimpleNamespace) -> Spark:
    """Return a spark that was declined."""
    return actions.decline_spark(spark=submitted(world), by=world.manager, reason="Too late.")


def ready(world: SimpleNamespace) -> Spark:
    """Return a spark that waits to be paid."""
    return actions.mark_ready(spark=approved(world), by=world.builder)


def paid(world: SimpleNamespace) -> Spark:
    """Return a spark that was paid."""
    spark = ready(world)
    actions.pay_award(spark=spark, by=world.manager, uuid=uuid4())
    return spark


def recovered(world: SimpleNamespace) -> Spark:
    """Return a spark of which all the money was recorded as returned."""
    spark = paid(world)
    back = {"amount_gbp": spark.award_gbp, "reference": "B 12", "reason": "It rained."}
    second = UserFactory(roles={world.team: [Role.MANAGER]})
    actions.propose_return(spark=spark, by=world.manager, **back)
    return actions.agree_change(spark=spark, by=second)


def an_introduction(world: SimpleNamespace) -> dict[str, object]:
    """Return both ends."""
    return {"from_end": end_key(world.person), "to_end": end_key(world.asset), "source": "self"}


#: Every URL that saves a form about people.
SAVED: dict[str, Case] = {
    "communities:neighbourhood-create": Case(typed(name="Mill Row")),
    "communities:neighbourhood-update": Case(),
    "assets:asset-create": Case(typed(name="The Oak", kind="place"), photo="photo"),
    "assets:asset-update": Case(),
    "assets:asset-retire": Case(),
    "assets:photo-create": Case(photo="photo"),
    "connectors:ask-create": Case(lambda world: {"who_end": end_key(world.person)}),
    "connectors:ask-update": Case(),
    "connectors:capture-check": Case(lambda world: talk(world) | {"people-asked": []}, photo="photo"),
    "connectors:conversation-create": Case(talk, photo="photo"),
    "connectors:conversation-update": Case(talk, photo="photo"),
    "connectors:gift-create": Case(),
    "connectors:gift-update": Case(),
    "connectors:introduction-create": Case(an_introduction),
    "connectors:introduction-update": Case(),
    "connectors:introduction-detail": Case(typed(outcome="met")),
    "connectors:journey-create": Case(),
    "connectors:journey-update": Case(),
    "connectors:journey-note": Case(
        typed(outcome="belonging", judged_by="resident"), shown="connectors:journey-detail"
    ),
    "connectors:journey-end": Case(),
    "connectors:notice-list": Case(),
    "connectors:person-create": Case(typed(known_as="Wilhelmina")),
    "connectors:person-update": Case(),
    "connectors:prompt-create": Case(typed(name="Two things")),
    "connectors:prompt-update": Case(),
    "connectors:step-create": Case(),
    "connectors:step-update": Case(),
    "connectors:step-close": Case(shown="connectors:step-update"),
    "connectors:wish-handle": Case(),
    "sparks:apply-page": Case(),
    "sparks:application-detail": Case(),
    "sparks:application-close": Case(shown="sparks:application-detail"),
    "sparks:spark-create": Case(lambda world: {"round": world.round.pk, "held_by": "none"}),
    "sparks:spark-update": Case(),
    "sparks:spark-next-step": Case(),
    "sparks:note-create": Case(
        shown="sparks:spark-detail", kwargs=lambda world: {"uuid": submitted(world).uuid}, form="sparks:note-create"
    ),
    "sparks:attachment-create": Case(
        shown="sparks:spark-detail",
        kwargs=lambda world: {"uuid": submitted(world).uuid},
        form="sparks:attachment-create",
        photo="attach-file",
    ),
    "sparks:decide-several": Case(
        lambda world: {f"{each.uuid.hex}-chosen": "on" for each in Spark.objects.filter(status="submitted")},
        kwargs=lambda world: submitted(world) and {},
    ),
    "sparks:spark-ask": step("ask", submitted),
    "sparks:spark-approve": step("approve", submitted),
    "sparks:spark-decline": step("decline", submitted),
    "sparks:spark-outside": step("decline", submitted),
    "sparks:spark-cancel": step("cancel", approved),
    "sparks:spark-withdraw": step("withdraw", approved),
    "sparks:spark-appeal": step("appeal", declined),
    "sparks:spark-amend": step("amend", approved, **{"amend-amount_gbp": "20"}),
    "sparks:spark-recover": step("recover", paid, **{"recover-amount_gbp": "20", "recover-reference": "B 12"}),
    "sparks:spark-correct": step("correct", recovered),
    "sparks:spark-payee": step("payee", ready, **{"payee-payee": "Brook Hall"}),
    "sparks:report-edit": Case(photo="photo", kwargs=lambda world: {"uuid": paid(world).uuid}),
    "sparks:fund-create": Case(typed(name="Little things")),
    "sparks:fund-update": Case(),
    "sparks:fund-money": Case(typed(kind="received", amount_gbp="50", day="2026-01-05")),
    "sparks:round-update": Case(typed(max_award_gbp="20")),
    "evaluation:measurement-create": Case(typed(value="3")),
    "evaluation:measurement-update": Case(),
    "evaluation:outcome-create": Case(),
    "evaluation:own-create": Case(lambda world: {"outcomes": [world.own.outcomes.first().pk]}),
    "evaluation:own-update": Case(),
    "evaluation:patience": Case(),
    "evaluation:profile-categories": Case(),
    "evaluation:yardstick-list": Case(typed(kind="target", value="30", grain="quarter", on="2026-05-04")),
    "evaluation:observation-create": Case(typed(went="wrong", source="visit")),
    "evaluation:observation-update": Case(),
    "evaluation:value-create": Case(),
    "evaluation:value-update": Case(),
    "evaluation:value-line-create": Case(),
    "evaluation:value-line-update": Case(),
    "evaluation:value-assumption": Case(),
    "evaluation:value-input-create": Case(typed(low_gbp="5", high_gbp="6")),
    "evaluation:value-input-update": Case(),
    "evaluation:pack-create": Case(),
    "evaluation:pack-update": Case(),
    "evaluation:story-create": Case(photo="photo"),
    "evaluation:story-update": Case(photo="photo"),
}
#: URLs whose views name no form: where the form is found.
NAMED_ELSEWHERE = {"connectors:capture-check": "the kind of what waits has a form in connectors/capture/forms.py"}
#: Forms that no view names: the form that they are rows of.
ROWS_OF = {"GiftHeardForm": "ConversationForm", "CostForm": "SparkForm"}
#: URLs that take such a form and save nothing.
NOT_SAVED = {"sparks:spark-preview"}
#: URLs whose form about people is of a change, and is not shown before there is something to change.
SHOWN_LATER = {"sparks:round-create"}


def about_people() -> dict[str, type[forms.BaseForm]]:
    """Return the classes of forms with a field about people, by name."""
    return {
        form.__name__: form
        for form in form_classes()
        if any(isinstance(field.widget, AboutPeople) for field in form.base_fields.values())
    }


def forms_by_url() -> Iterator[tuple[str, set[str]]]:
    """Yield every URL that takes a POST, and the names of the forms about people that its view names."""
    known = about_people().keys()
    for name, pattern in named(get_resolver()):
        view = inspect.unwrap(pattern.callback)
        is_ours = inspect.isfunction(view) and view.__module__.split(".")[0] in checks.APPS
        if not is_ours or "POST" not in PAGES[name].methods or name in NOT_SAVED | SHOWN_LATER:
            continue
        taken = BUTTONS.get(pattern.default_args.get("step", ""))
        names = called_by(view) if taken is None else {taken.form.__name__} if taken.form else set()
        yield name, names & known


def test_every_url_that_saves_a_form_about_people_is_in_the_table() -> None:
    found = {name for name, names in forms_by_url() if names} | NAMED_ELSEWHERE.keys()
    assert sorted(found - SAVED.keys()) == [], "URLs in no row"
    assert sorted(SAVED.keys() - found) == [], "rows that no longer apply"


def test_every_form_about_people_is_saved_by_one_of_them() -> None:
    found = {form for _name, names in forms_by_url() for form in names}
    assert sorted(about_people().keys() - found - ROWS_OF.keys()) == []
    assert set(ROWS_OF.values()) <= found


@pytest.fixture(scope="module")
def standing_world(build_once) -> Standing:
    """Build the users and their team's rows for all tests here."""

    def build() -> SimpleNamespace:
        world = build_world()
        more(world)
        return world

    return build_once(build)


@pytest.fixture
def world(standing_world, db: None) -> Iterator[SimpleNamespace]:
    """Return the users and their team's rows."""
    with as_built(standing_world) as world:
        yield world


NOTICED: list[str] = []


def note(_request: HttpRequest, texts: list[str]) -> None:
    """Record the texts in which words would be noticed."""
    NOTICED.extend(texts)


@pytest.fixture
def noticed(settings) -> list[str]:
    """Return the list of texts that `note` will record."""
    NOTICED.clear()
    settings.NOTICE_WORDS = f"{__name__}.note"
    return NOTICED


def filled(form: ReadForm, case: Case, world: SimpleNamespace) -> tuple[dict[str, object], list[str]]:
    """Return what to post, and the texts about people in it, each different."""
    names = sorted(name for name in form.about_people if "__prefix__" not in name)
    texts = {name: f"Something for clients, {place}" for place, name in enumerate(names)}
    data = {**form.data, **texts, **case.data(world)}
    if case.photo:
        data[case.photo] = SimpleUploadedFile("bench.jpg", photo_bytes(), "image/jpeg")
    return data, list(texts.values())


@pytest.mark.parametrize("name", SAVED)
def test_each_text_about_people_is_noticed_when_it_is_saved(name: str, world, client_for, noticed, media) -> None:
    case, page = SAVED[name], PAGES[name]
    kwargs = (case.kwargs or page.kwargs or (lambda world: None))(world)
    client, url = client_for(world.manager), reverse(case.form or name, kwargs=kwargs)
    shown = client.get(reverse(case.shown or name, kwargs=kwargs))
    [form] = [form for form in forms_of(shown) if form.action.split("?")[0] == url and form.about_people]
    data, texts = filled(form, case, world)
    assert texts
    response = client.post(reverse(name, kwargs=kwargs) if case.form else form.action, data)
    assert response.status_code == 302, response.context["form"].errors
    assert sorted(noticed) == sorted(texts)
