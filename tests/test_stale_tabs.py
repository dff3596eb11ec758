"""Pages that were left open while somebody decided, deleted, changed, merged or erased their row.

A user who presses a button on such a page is told what happened, and what they typed is still there. The pages come
from `tests/url_table`; cases that need a scenario of their own are in the table `PRESSES`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from unittest import mock
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http.response import HttpResponseBase
from django.urls import reverse

from assets.models import Asset
from communities.actions.members import accept_invitation, change_member_roles, hand_over, withdraw_invitation
from communities.handover import Choices
from communities.links import invitation_token
from communities.models import IdempotencyKey, Partner, Role, Team, User
from connectors.actions.asks import meet_ask
from connectors.actions.consent import record_consents
from connectors.actions.conversations import delete_conversation
from connectors.actions.erasing import erase_person
from connectors.actions.introductions import record_outcome
from connectors.actions.merges import merge_people
from connectors.models import Person
from sparks import actions as spark_actions
from sparks.models import Spark
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.sparks import SparkFactory
from tests.form_reader import forms_of
from tests.hostile import HostileClient
from tests.test_foreign_ids import FORMS, more
from tests.test_urls import PAGES, client_of
from tests.url_table import Page, build_world

pytestmark = pytest.mark.django_db

TYPED = "Typed by hand a moment ago"
GONE = "This is no longer here"
#: URLs whose arguments are not keys of rows: a signed link, the name of an indicator.
NO_ROW = {"communities:invitation-accept", "communities:password-reset-confirm", "evaluation:measurement-create"}
NO_ROW |= {"evaluation:release-close", "evaluation:yardstick-list", "evaluation:own-create"}
#: Pages that answer a POST with the requested content itself.
SPEAK_FOR_THEMSELVES = {"connectors:person-sheet-link", "sparks:application-words"}
#: Data that a page contains only after the user has chosen something.
CARRIES: dict[str, Callable[[SimpleNamespace], dict[str, object]]] = {
    "sparks:spark-decline": lambda world: {"decline-reason": TYPED},
    "sparks:spark-cancel": lambda world: {"cancel-reason": TYPED},
    "sparks:spark-ask": lambda world: {"question": TYPED},
    "connectors:introduction-answer": lambda world: {"answer": "met"},
    "connectors:introduction-detail": lambda world: {"outcome": "met"},
    "connectors:journey-note": lambda world: {"outcome": "confidence", "judged_by": "self", "words": TYPED},
    "connectors:two-people": lambda world: {"other": world.person.uuid},
    "connectors:suggestion-dismiss": lambda world: {"person": world.person.uuid, "other": world.journey.person.uuid},
    "connectors:person-erase": lambda world: {"is_sure": "on"},
    "connectors:person-consents": lambda world: {"how": "told", "story": "yes"},
    "connectors:word-switch-off": lambda world: {"name": "vulnerable"},
    "connectors:word-ignore": lambda world: {"name": "vulnerable"},
    "connectors:wish-handle": lambda world: {"answer": TYPED},
    "communities:team-switch": lambda world: {"team": world.team.pk},
    "communities:invitation-create": lambda world: {"name": "Nia", "email": "nia@example.org", "roles": ["builder"]},
    "communities:neighbourhood-create": lambda world: {"name": "Mill Lane"},
    "communities:partner-create": lambda world: {"name": "The Mill", "kind": "council"},
    "communities:member-update": lambda world: {"roles": ["builder"]},
}


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Return the users, and one or more rows of each model in their team."""
    world = build_world()
    more(world)
    return world


def takes_posts() -> list[str]:
    """Return the names of every URL that takes a POST from a signed-in user."""
    return [name for name, page in PAGES.items() if "POST" in page.methods and presser(page)]


def about_a_row() -> list[str]:
    """Return the URLs whose arguments name a row."""
    return [name for name in takes_posts() if PAGES[name].kwargs and name not in NO_ROW]


def presser(page: Page) -> str:
    """Return who may post to a page: the manager if allowed; "" if nobody in the team is."""
    writers = page.who if page.writers is None else page.writers
    people = ("manager", "builder", "administrator")
    return "" if "anonymous" in writers else next((person for person in people if person in writers), "")


def gone(kwargs: dict[str, object]) -> dict[str, object]:
    """Return arguments of a row that no longer exists."""
    elsewhere = {"uuid": uuid4(), "key": "own-gone-1", "pk": 987654321}
    return {**kwargs, **{name: value for name, value in elsewhere.items() if name in kwargs}}


def told(client: HostileClient, response: HttpResponseBase) -> str:
    """Return the page after a POST, following any redirects; it must say something."""
    assert response.status_code < 500
    for _each in range(3):
        if response.status_code != 302:
            break
        response = client.get(response["Location"])
    assert response.status_code < 500
    return response.content.decode()


def speaks(page: str) -> bool:
    """Return whether a page reports the result of a POST: a message, errors, or the page for unsaved input."""
    signs = (
        'class="notice',
        'class="errors',
        "errorlist",
        "errornote",
        "messagelist",
        GONE,
        "<h1>This",
        "<h1>You are",
        "<h1>You cannot",
    )
    return any(sign in page for sign in signs)


def pressed(name: str, client: HostileClient, world: SimpleNamespace, address: str) -> dict[str, object]:
    """Return what a browser would post from the page at a URL, or from a button elsewhere that leads to it."""
    case = FORMS.get(name)
    more = {**(case.data(world) if case else {}), **CARRIES.get(name, lambda world: {})(world)}
    if "GET" not in PAGES[name].methods or PAGES[name].status != 200:
        return more
    answer = client.get(address)
    found = (
        [form for form in forms_of(answer) if form.action.split("?")[0] == address] if answer.status_code == 200 else []
    )
    return {**(found[-1].data if found else {}), **more}


# Every page that names a row.


@pytest.mark.parametrize("together", [about_a_row()], ids=["every address"])
def test_posting_to_a_deleted_row_says_so_and_keeps_the_text(together: list[str], world: SimpleNamespace) -> None:
    assert len(together) > 60
    for name in together:
        client = client_of(world, presser(PAGES[name]))
        response = client.post(
            reverse(name, kwargs=gone(PAGES[name].kwargs(world))), {"summary": TYPED, "password": "kettle-on-the-hob"}
        )
        page = response.content.decode()
        assert response.status_code == 404, name
        assert GONE in page, name
        assert TYPED in page, name
        assert "Nothing was changed" in page
        assert "kettle-on-the-hob" not in page, "a page repeats a password"


@contextmanager
def vanished() -> Iterator[None]:
    """Hide every row but teams and users when an action locks it, as if it was deleted after the view had read it."""
    locking = models.QuerySet.select_for_update

    def nothing(self: models.QuerySet, *args: object, **kwargs: object) -> models.QuerySet:
        rows = locking(self, *args, **kwargs)
        return rows if self.model in (Team, User, IdempotencyKey) else rows.none()

    with mock.patch.object(models.QuerySet, "select_for_update", nothing):
        yield


def test_a_row_deleted_before_locking_is_no_server_error(world: SimpleNamespace) -> None:
    for name in about_a_row():
        client = client_of(world, presser(PAGES[name]))
        address = reverse(name, kwargs=PAGES[name].kwargs(world))
        data = pressed(name, client, world, address)
        with transaction.atomic():
            with vanished():
                response = client.post(address, data)
            assert response.status_code < 500, name
            assert response.status_code == 302 or speaks(response.content.decode()), name
            transaction.set_rollback(True)


@pytest.mark.parametrize("half", [0, 1])
def test_every_button_can_be_pressed_twice(half: int, world: SimpleNamespace) -> None:
    silent = []
    for name in takes_posts()[half::2]:
        client = client_of(world, presser(PAGES[name]))
        page = PAGES[name]
        address = reverse(name, kwargs=page.kwargs(world) if page.kwargs else None)
        with transaction.atomic():
            data = pressed(name, client, world, address)
            for _time in range(2):
                response = client.post(address, data)
                assert response.status_code < 500, name
            if not speaks(told(client, response)):
                silent.append(name)
            transaction.set_rollback(True)
    assert set(silent) <= SPEAK_FOR_THEMSELVES, silent


# Cases with a scenario of their own.


@dataclass(frozen=True)
class Press:
    """A page is opened, something happens to its row, and then it is posted.

    page: the page, from the world; to: the URL to post to, by default the page itself; fields: what is typed into it;
    meanwhile: what happens; says: text in the response; names: text that names who did it; who: the user. kept: a text
    that must still be there to copy or send.
    """

    page: Callable[[SimpleNamespace], str]
    meanwhile: Callable[[SimpleNamespace], object]
    says: str
    fields: Callable[[SimpleNamespace], dict[str, object]] = lambda world: {}
    to: Callable[[SimpleNamespace], str] | None = None
    who: str = "manager"
    kept: str = ""
    names: str = ""
    before: Callable[[SimpleNamespace], object] = lambda world: None


def typing(**names: str) -> Callable[[SimpleNamespace], dict[str, object]]:
    """Return the fields as typed."""
    return lambda world: names


def at(name: str, row: str = "", key: str = "uuid") -> Callable[[SimpleNamespace], str]:
    """Return the URL of a page about a row of the world."""
    return lambda world: reverse(name, args=[getattr(getattr(world, row), key)] if row else [])


def handed_in(world: SimpleNamespace) -> None:
    """Add a spark that waits for a decision, in a round with money."""
    world.waiting = SparkFactory(round=world.round, handed_in=True, created_by=world.builder, title="Supper")
    world.second = UserFactory(name="Sal Second", roles={world.team: [Role.MANAGER]})


def ready(world: SimpleNamespace) -> None:
    """Add a spark that waits to be paid."""
    handed_in(world)
    spark_actions.approve_spark(spark=world.waiting, by=world.second)
    spark_actions.mark_ready(spark=Spark.objects.get(pk=world.waiting.pk), by=world.builder)


def approved(world: SimpleNamespace) -> None:
    """Add a spark that was approved and waits for the group to say yes."""
    handed_in(world)
    spark_actions.approve_spark(spark=world.waiting, by=world.second)


def proposed(world: SimpleNamespace, amount_gbp: int = 150) -> None:
    """Propose another award for the spark that waits to be paid."""
    spark_actions.propose_award(
        spark=fresh(world), by=world.second, amount_gbp=Decimal(amount_gbp), reason="The hall is free."
    )


def amended(world: SimpleNamespace) -> None:
    """Change the award by two people, neither of whom has the page open."""
    proposed(world)
    third = UserFactory(roles={world.team: [Role.MANAGER]})
    spark_actions.agree_change(spark=fresh(world), by=third)


def amended_and_accepted(world: SimpleNamespace) -> None:
    """Change the award, and let the group say yes again."""
    amended(world)
    spark_actions.mark_ready(spark=fresh(world), by=world.builder)


def proposed_again(world: SimpleNamespace) -> None:
    """Keep the award as it is, and propose a third amount."""
    spark_actions.refuse_change(spark=fresh(world), by=world.second)
    proposed(world, 120)


def payee_proposed(world: SimpleNamespace) -> None:
    """Propose somebody else to be paid."""
    spark_actions.propose_payee(spark=fresh(world), by=world.second, payee="Brook Hall", reason="Closed.")


def payee_changed(world: SimpleNamespace) -> None:
    """Change who is paid by two people, neither of whom has the page open."""
    payee_proposed(world)
    spark_actions.agree_change(spark=fresh(world), by=UserFactory(roles={world.team: [Role.MANAGER]}))


def return_proposed(world: SimpleNamespace) -> None:
    """Pay the spark, and propose that a part of it came back."""
    ready(world)
    spark_actions.pay_award(spark=fresh(world), by=UserFactory(roles={world.team: [Role.MANAGER]}), uuid=uuid4())
    spark_actions.propose_return(
        spark=fresh(world), by=world.second, amount_gbp=Decimal(20), reference="B 12", reason="Left over."
    )


def ready_and_proposed(world: SimpleNamespace) -> None:
    """Add a spark that waits to be paid, with another award proposed."""
    ready(world)
    proposed(world)


def fresh(world: SimpleNamespace) -> Spark:
    """Return the spark as it is now."""
    return Spark.objects.get(pk=world.waiting.pk)


def press(step: str, meanwhile: Callable, says: str, **more: object) -> Press:
    """Return a case that posts to a step of the waiting spark."""
    return Press(
        at("sparks:spark-detail", "waiting"), meanwhile, says,
        to=at(f"sparks:spark-{step}", "waiting"), **{"before": handed_in, **more},
    )  # fmt: skip


def edits(model: type[models.Model], row: str, **values: object) -> Callable[[SimpleNamespace], object]:
    """Return a function that changes a row meanwhile."""
    return lambda world: model._base_manager.filter(pk=getattr(world, row).pk).update(**values)


def again(world: SimpleNamespace) -> None:
    """Record that the same POST was sent a moment ago: it is sent again below."""
    world.pressed_before = True


def now(status: str) -> str:
    """Return what a page about a spark says whose step is not possible any more."""
    return f"so this spark’s status is now “{status}”. Your step was not taken, and nothing was changed."


CHANGED = "Somebody changed this while you were writing."
PRESSES: dict[str, Press] = {
    "approve what somebody approved": press(
        "approve", lambda w: spark_actions.approve_spark(spark=fresh(w), by=w.second), now("Approved"),
        names="Sal Second chose “Approve” on",
    ),
    "decline what was withdrawn": press(
        "decline", lambda w: spark_actions.withdraw_spark(spark=fresh(w), by=w.builder, reason="They moved."), now("Withdrawn"),
        fields=typing(**{"decline-reason": TYPED}), kept=TYPED, names="Bea Builder chose “Withdraw” on",
    ),
    "ask about what was declined": press(
        "ask", lambda w: spark_actions.decline_spark(spark=fresh(w), by=w.second, reason="Full."), now("Not this time"),
        fields=typing(question=TYPED), kept=TYPED, names="Sal Second chose “Not this time” on",
    ),
    "withdraw what was withdrawn": press(
        "withdraw", again, now("Withdrawn"), who="builder", names="Bea Builder chose “Withdraw” on",
        fields=typing(**{"withdraw-reason": TYPED}), kept=TYPED,
    ),
    "pay what was cancelled": press(
        "pay", lambda w: spark_actions.cancel_spark(spark=fresh(w), by=w.second, reason="Moved."), now("Cancelled"),
        fields=typing(reference=TYPED), kept=TYPED, before=ready, names="Sal Second chose “Cancel this spark” on",
    ),
    "say yes to an award that was changed": press(
        "ready", amended, "The amount is £150 now, and your page showed another one. Nothing was changed.",
        who="builder", before=approved,
    ),
    "pay an award that was changed": press(
        "pay", amended_and_accepted, "The amount is £150 now", fields=typing(reference=TYPED), kept=TYPED, before=ready
    ),
    "agree to an award after another was proposed": press(
        "agree", proposed_again, "Something else is proposed now than your page showed: £120 instead", before=ready_and_proposed
    ),
    "pay to somebody else than the page showed": press(
        "pay", payee_changed, "It is to be paid to “Brook Hall” now", fields=typing(reference=TYPED), kept=TYPED, before=ready
    ),
    "propose a payee after somebody else did": press(
        "payee", payee_proposed, "Sal Second has proposed something already: pay it to “Brook Hall”",
        fields=typing(**{"payee-payee": TYPED, "payee-reason": "Closed."}), kept=TYPED, before=ready,
    ),
    "agree to returned money twice": press("agree", again, "The proposal is no longer there. Nothing was changed.", before=return_proposed),
    "pay twice": press("pay", again, "", before=ready),
    "change what was handed in": Press(
        at("sparks:spark-update", "spark"),
        lambda w: spark_actions.submit_spark(spark=Spark.objects.get(pk=w.spark.pk), by=w.manager),
        "This spark has been submitted, so its answers cannot", typing(title=TYPED), who="builder", kept=TYPED,
    ),
    "publish what was published": Press(
        at("evaluation:story-detail", "submitted_story"), again, "", to=at("evaluation:story-approve", "submitted_story")
    ),
    "withdraw a story twice": Press(at("evaluation:story-withdraw", "story"), again, "", who="builder"),
    "change an asset that was changed": Press(
        at("assets:asset-update", "asset", "pk"), edits(Asset, "asset", name="The Post House"), CHANGED,
        typing(description=TYPED), who="builder", kept=TYPED,
    ),
    "archive an asset twice": Press(
        at("assets:asset-retire", "asset", "pk"), again, "", typing(reason="closed"), who="builder"
    ),
    "change an asset that was merged away": Press(
        at("assets:asset-update", "bench", "pk"), lambda w: w.bench.delete(), GONE, typing(name=TYPED), who="builder",
        kept=TYPED, before=lambda w: setattr(w, "bench", AssetFactory(team=w.team)),
    ),
    "delete a photo twice": Press(at("assets:photo-delete", "asset_photo", "pk"), again, GONE, who="builder"),
    "import a list twice": Press(
        at("assets:import-rehearsal", "import_batch"), again, "", to=at("assets:import-apply", "import_batch"), who="builder"
    ),
    "change a resident who was merged": Press(
        at("connectors:person-update", "gift_giver"),
        lambda w: merge_people(kept=w.person, absorbed=Person.objects.get(pk=w.gift_giver.pk), by=w.manager),
        CHANGED, typing(street=TYPED), who="builder", kept=TYPED,
    ),
    "change a resident who was erased": Press(
        at("connectors:person-update", "gift_giver"),
        lambda w: erase_person(person=Person.objects.get(pk=w.gift_giver.pk), by=w.manager),
        "", typing(street=TYPED), who="builder", kept=TYPED,
    ),
    "erase a resident twice": Press(
        at("connectors:person-erase", "gift_giver"), again, "", typing(is_sure="on"), who="builder"
    ),
    "undo a merge twice": Press(
        at("connectors:person-detail", "person"), again, "", to=at("connectors:merge-undo", "merge")
    ),
    "change a gift that was deleted": Press(
        at("connectors:gift-update", "gift", "pk"), lambda w: w.gift.delete(), GONE, typing(name=TYPED), who="builder",
        kept=TYPED,
    ),
    "answer for a resident who said no meanwhile": Press(
        at("connectors:person-consents", "person"),
        lambda w: record_consents(person=w.person, by=w.manager, answers={"story": False, "photo": False}),
        CHANGED, typing(invite="yes"), who="builder",
    ),
    "change a conversation that was deleted": Press(
        at("connectors:conversation-update", "conversation"), lambda w: delete_conversation(conversation=w.conversation, by=w.builder), GONE, typing(summary=TYPED),
        who="builder", kept=TYPED,
    ),
    "delete a conversation twice": Press(at("connectors:conversation-delete", "conversation"), again, GONE),
    "change an ask that was changed": Press(
        at("connectors:ask-update", "ask"), lambda w: change(w.ask, words="A long ladder"), CHANGED, typing(words=TYPED),
        who="builder", kept=TYPED,
    ),
    "meet an ask that somebody met": Press(
        at("connectors:ask-met", "ask"), lambda w: meet_ask(ask=w.ask, by=w.manager, met_by="group"), CHANGED, typing(met_by="neighbour"), who="builder"
    ),
    "note an outcome after somebody else": Press(
        at("connectors:introduction-detail", "introduction"), lambda w: record_outcome(introduction=w.introduction, by=w.manager, outcome="together"), CHANGED,
        typing(outcome="met", note=TYPED), who="builder", kept=TYPED,
    ),
    "change a journey that was changed": Press(
        at("connectors:journey-update", "journey"), lambda w: change(w.journey, vision="A garden"), CHANGED,
        typing(vision=TYPED), who="builder", kept=TYPED,
    ),
    "change questions that were changed": Press(
        at("connectors:prompt-update", "prompt_set", "pk"), lambda w: change(w.prompt_set, name="Nine good things"),
        CHANGED, typing(prompts=TYPED), kept=TYPED,
    ),
    "change a word that was changed": Press(
        at("connectors:word-update", "word", "pk"), lambda w: change(w.word, reason="It labels."), CHANGED,
        typing(alternatives=TYPED), kept=TYPED,
    ),
    "accept an invitation twice": Press(
        lambda w: reverse("communities:invitation-accept", args=[invitation_token(w.invitation)]),
        lambda w: accept_invitation(invitation=w.invitation, name="Nia", password="kettle-on-the-hob-9"),
        "It has been used. If it was you, sign in.", typing(name=TYPED, password1="kettle-on-the-hob-9", password2="kettle-on-the-hob-9"), who="anonymous",
    ),
    "send an invitation that was withdrawn": Press(
        at("communities:team-detail"), lambda w: withdraw_invitation(invitation=w.invitation, by=w.administrator), "",
        to=at("communities:invitation-send-again", "invitation", "pk"),
    ),
    "withdraw an invitation twice": Press(
        at("communities:team-detail"), again, "", to=at("communities:invitation-withdraw", "invitation", "pk")
    ),
    "change roles that were changed": Press(
        at("communities:member-update", "builder", "pk"),
        lambda w: change_member_roles(team=w.team, user=w.builder, roles=["builder", "evaluator"], by=w.administrator),
        CHANGED, typing(roles="manager"),
    ),
    "remove a member twice": Press(
        at("communities:member-remove", "builder", "pk"), again, GONE, lambda w: {"everything": w.manager.pk}
    ),
    "write after the role is gone": Press(
        at("connectors:person-update", "person"), lambda w: evaluates(w), GONE, typing(street=TYPED), who="builder",
        kept=TYPED,
    ),
    "manage after the role is gone": Press(
        at("communities:partner-update", "partner", "pk"), lambda w: builds(w), "You cannot change this",
        typing(name=TYPED), kept=TYPED,
    ),
    "delete a neighbourhood twice": Press(
        at("communities:neighbourhood-delete", "lane", "pk"), again, GONE, before=lambda w: setattr(w, "lane", NeighbourhoodFactory(team=w.team))
    ),
    "change a partner that was changed": Press(
        at("communities:partner-update", "partner", "pk"), edits(Partner, "partner", name="The Trust"), CHANGED,
        typing(website="https://example.org/"),
    ),
    "write after being signed out": Press(
        at("connectors:conversation-create"), lambda w: w.client.logout(), "You are signed out",
        typing(summary=TYPED), who="builder", kept=TYPED,
    ),
    "save in the admin what was deleted": Press(
        at("admin:communities_partner_change", "mill", "pk"), lambda w: w.mill.delete(), GONE, typing(name=TYPED),
        kept=TYPED, before=lambda w: setattr(w, "mill", PartnerFactory(team=w.team)),
    ),
    "save in the admin what was changed": Press(
        at("admin:communities_partner_change", "partner", "pk"), edits(Partner, "partner", name="The Trust"), CHANGED,
        typing(name=TYPED), kept=TYPED,
    ),
    "delete in the admin twice": Press(
        at("admin:communities_partner_delete", "mill", "pk"), again, "", before=lambda w: setattr(w, "mill", PartnerFactory(team=w.team)),
    ),
}  # fmt: skip


def change(row: models.Model, **values: object) -> None:
    """Change a row without telling the page."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def evaluates(world: SimpleNamespace) -> None:
    """Make the builder, whose things go to the manager, an evaluator, for whom residents do not exist."""
    hand_over(team=world.team, user=world.builder, by=world.administrator, choices=Choices(everything=world.manager))
    change_member_roles(team=world.team, user=world.builder, roles=["evaluator"], by=world.administrator)


def builds(world: SimpleNamespace) -> None:
    """Make the manager a builder."""
    UserFactory(roles={world.team: [Role.MANAGER]})
    change_member_roles(team=world.team, user=world.manager, roles=["builder"], by=world.administrator)


@pytest.mark.parametrize("name", PRESSES)
def test_a_stale_page_gets_a_message(name: str, world: SimpleNamespace) -> None:
    stale = PRESSES[name]
    stale.before(world)
    client = client_of(world, stale.who)
    world.client = client
    # A signed link is made once: it differs from one second to the next.
    page = stale.page(world)
    to = stale.to(world) if stale.to else page
    found = [form for form in forms_of(client.get(page)) if form.action.split("?")[0] == to]
    assert found, f"{page} has no form that goes to {to}"
    data = {**found[-1].data, **stale.fields(world)}
    if stale.meanwhile is again:
        assert client.post(to, data).status_code == 302
    else:
        stale.meanwhile(world)
    response = client.post(to, data)
    answer = told(client, response)
    assert stale.says in answer, answer[answer.find("<main") :][:1500]
    assert stale.names in answer, answer[answer.find("<main") :][:1500]
    assert speaks(answer)
    assert stale.kept in answer, "what was typed is lost"


def test_there_are_many_buttons_to_test() -> None:
    assert len(PRESSES) >= 40


def test_a_form_from_before_a_new_sign_in_keeps_its_text(world: SimpleNamespace) -> None:
    client = HostileClient(enforce_csrf_checks=True)
    client.force_login(world.builder)
    address = reverse("connectors:conversation-create")
    ours = client.post(
        address, {"summary": TYPED}, HTTP_ORIGIN="http://testserver", HTTP_REFERER="http://testserver/record/"
    )
    assert ours.status_code == 403
    assert TYPED in ours.content.decode()
    assert "no-store" in ours.headers["Cache-Control"]
    assert 'href="/record/"' in ours.content.decode()
    strange = client.post(address, {"summary": TYPED}, HTTP_ORIGIN="https://evil.example")
    assert strange.status_code == 403
    assert TYPED not in strange.content.decode(), "another site puts its words on our page"


def test_signing_in_again_leads_back_to_the_page(world: SimpleNamespace) -> None:
    address = reverse("sparks:spark-approve", args=[world.spark.uuid])
    came = f"http://testserver/sparks/{world.spark.uuid}/"
    response = HostileClient().post(address, {"reason": TYPED}, HTTP_REFERER=came)
    assert "no-store" in response.headers["Cache-Control"]
    page = response.content.decode()
    assert f"/sign-in/?next=%2Fsparks%2F{world.spark.uuid}%2F" in page
    for strange in ("https://evil.example/x", "http://testserver/no-such-page/", "javascript:alert(1)"):
        page = HostileClient().post(address, {"reason": TYPED}, HTTP_REFERER=strange).content.decode()
        assert "/sign-in/?next=%2F&quot;" in page or 'next=%2F"' in page


def test_hidden_fields_are_not_reported_as_typed(world: SimpleNamespace) -> None:
    data = {
        "summary": TYPED, "street": "Mill Row", "amount_gbp": "250", "uuid": str(uuid4()), "as_shown": "a" * 64,
        "gifts-TOTAL_FORMS": "1", "gifts-0-name": "Bakes", "for_team": "1", "how": "in_person", "password1": "kettle",
        "contact_token": "abcdef", "empty": " ", "held_on": "2026-05-20", "neighbourhood": "1", "round": "2",
    }  # fmt: skip
    response = client_of(world, "manager").post(reverse("connectors:person-update", args=[uuid4()]), data)
    assert [(each.label, each.words) for each in response.context["typed"]] == [
        ("What was heard", TYPED), ("The street", "Mill Row"), ("The amount", "250"), ("The name", "Bakes"), ("The day", "20 May 2026"),
    ]  # fmt: skip


def test_refusals_that_no_view_handles_are_shown(world: SimpleNamespace) -> None:
    with mock.patch(
        "connectors.views.reviews.mark_as_reviewed", side_effect=ValidationError("It was edited meanwhile.")
    ):
        response = client_of(world, "manager").post(at("connectors:review-done", "review", "pk")(world))
    assert response.status_code == 409
    assert "It was edited meanwhile." in response.content.decode()


def test_text_sent_by_another_site_is_not_repeated(builder) -> None:
    """A URL that leads nowhere is answered before the origin of the data is checked."""
    browser = HostileClient(enforce_csrf_checks=True)
    browser.force_login(builder)
    sent = {"summary": TYPED}
    elsewhere = browser.post("/nowhere/", sent, headers={"origin": "https://elsewhere.example"})
    here = browser.post("/nowhere/", sent, headers={"origin": "http://testserver"})
    assert (elsewhere.status_code, here.status_code) == (404, 404)
    assert TYPED not in elsewhere.content.decode()
    assert TYPED in here.content.decode()
