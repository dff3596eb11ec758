"""What Kith refuses, and every door through which it can arrive: page, admin, import and command, tested in the same
way.

A door takes the world and returns the text of the response. `tests/test_refusals.py` tries each door and checks that
the message is shown and nothing is written. An action that has a door and no row here fails there.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from types import SimpleNamespace

from django.core.management import CommandError, call_command
from django.db import models
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from communities.models import Membership, Role
from connectors.models import Person
from tests.bringing import preview
from tests.factories.assets import AssetFactory, AssetPhotoFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    NextStepFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_consent import ConsentFactory
from tests.factories.connectors_prompts import PromptSetFactory
from tests.factories.connectors_words import TeamWordFactory
from tests.factories.evaluation import MeasurementFactory
from tests.factories.sparks import FundFactory, RoundFactory
from tests.hostile import HostileClient

World = SimpleNamespace
Door = Callable[[World], str]
REACH = "They asked us not to get in touch, so their phone number and email address were not saved."
ERASED_MEANWHILE = "They asked us to erase their data. Nothing was saved."
LATER = "That day is in the future."
OFFER = "They asked us not to tell neighbours what they offer."
QUIET = "Quentin asked not to be contacted. Speak with them first."
SHY = "Sian does not want to be introduced. Speak with them first."
IMPOSSIBLE = "Choose a day in the last two years, up to today."
LAST_MANAGER = "This is the last manager of Brookside. Make somebody else a manager first."
LAST_ADMINISTRATOR = "This is the last administrator. Make somebody else an administrator first."
#: The clock of these tests is frozen on 20 May 2026.
TOMORROW = "2026-05-21"
NO_GIFTS = {"gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0"}


@dataclass(frozen=True)
class Refusal:
    """A message, the actions that raise it, and the doors that must show it."""

    name: str
    sentence: str
    actions: tuple[str, ...]
    doors: Mapping[str, Door] = field(default_factory=dict)


def build(team, other_team, manager, administrator, stranger) -> World:
    """Create one row of everything that is refused."""
    met = date(2026, 1, 5)
    world = World(team=team, other_team=other_team, manager=manager, administrator=administrator, stranger=stranger)
    world.client, world.admin = HostileClient(), HostileClient()
    world.client.force_login(manager)
    world.admin.force_login(administrator)
    world.rose = PersonFactory(team=team, known_as="Rose", first_met_on=met)
    world.silent = PersonFactory(team=team, known_as="Sol", first_met_on=met, contact_preference="no_contact")
    world.shy = PersonFactory(team=team, known_as="Sian", first_met_on=met)
    world.quiet = PersonFactory(team=team, known_as="Quentin", first_met_on=met, contact_preference="no_contact")
    world.gone = PersonFactory(team=team, known_as="Forgotten", first_met_on=met)
    world.gone_gift = GiftFactory(person=world.gone, name="Song")
    Person.everyone.filter(pk=world.gone.pk).update(erased_on=date(2026, 2, 2))
    for person, purpose in ((world.silent, "contact"), (world.silent, "offer"), (world.shy, "introduce")):
        ConsentFactory(person=person, purpose=purpose, is_given=False, recorded_by=manager)
    world.gift = GiftFactory(person=world.silent, name="Bread", heard_on=met)
    world.other_gift = GiftFactory(person=world.rose, name="Offered", is_offered=True, heard_on=met)
    world.theirs = PersonFactory(team=other_team, known_as="Theirs", first_met_on=met)
    world.place = NeighbourhoodFactory(team=team, name="Brook Lane")
    PersonFactory(team=team, known_as="Holder", neighbourhood=world.place, first_met_on=met)
    world.their_place = NeighbourhoodFactory(team=other_team, name="Far Lane")
    world.partner = PartnerFactory(team=team, name="Trust", kind="voluntary")
    world.signed = PartnerFactory(team=team, name="Signed", kind="voluntary")
    world.signed.signatories.add(manager)
    world.fund = FundFactory(team=team, name="Pot", funder=world.partner)
    world.round = RoundFactory(team=team, fund=world.fund, committed_gbp=500)
    world.talk = ConversationFactory(team=team, builder=manager, held_on=met, summary="Tea.")
    world.theme = ThemeFactory(team=team, name="Bread")
    world.talk.themes.add(world.theme)
    world.ask = AskFactory(team=team, person=world.rose, words="A ladder", asked_on=met, created_by=manager)
    world.introduction = IntroductionFactory(
        team=team, from_person=world.rose, introduced_by=manager, introduced_on=met
    )
    world.measurement = MeasurementFactory(team=team, created_by=manager)
    world.prompts = PromptSetFactory(team=team)
    world.word = TeamWordFactory(team=team, created_by=manager)
    world.asset = AssetFactory(team=team, name="Bench")
    world.photo = AssetPhotoFactory(asset=world.asset)
    world.step = NextStepFactory(team=team, owner=manager, words="Visit")
    world.reader = UserFactory(name="Reader", roles={team: [Role.EVALUATOR]})
    return world


# Doors


def said(response: object) -> str:
    """Return the text of a response, following a redirect to the next page."""
    return " ".join(unescape(response.content.decode()).split())


def fields_of(form: BaseForm) -> dict[str, object]:
    """Return what a browser would post from an unchanged form."""
    found = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, list | tuple | set | models.QuerySet | models.Manager):
            rows = value.all() if isinstance(value, models.Manager) else value
            found[bound.html_name] = [getattr(each, "pk", each) for each in rows]
        elif value is True:
            found[bound.html_name] = "on"
        elif value is not None and value is not False:
            found[bound.html_name] = getattr(value, "pk", value)
    return found


def send(client: Client, path: str, **changes: object) -> str:
    """Open a page, change some of the values in its form, post it, and return the text of the response."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code)
    form = page.context.get("adminform") or page.context["form"]
    data = {**fields_of(getattr(form, "form", form)), **changes}
    for inline in page.context.get("inline_admin_formsets") or ():
        for part in (inline.formset.management_form, *inline.formset.forms):
            data |= {name: value for name, value in fields_of(part).items() if name not in changes}
    return said(client.post(path, {k: v for k, v in data.items() if v is not None}, follow=True))


def page(address: str, /, *, to: Callable[[World], Mapping] = lambda world: {}, **changes: object) -> Door:
    """Return a door through a page of Kith; a change may be a function of the world."""
    return lambda world: send(world.client, reverse(address, kwargs=to(world)), **_of(world, changes))


def press(name: str, *, to: Callable[[World], Mapping]) -> Door:
    """Return a door through a button."""
    return lambda world: said(world.client.post(reverse(name, kwargs=to(world)), follow=True))


def desk(model: str, row: str | None = None, /, *, by: str = "client", **changes: object) -> Door:
    """Return a door through the admin: change `row` of the world, or add one."""

    def go(world: World) -> str:
        at = f"{getattr(world, row).pk}/change/" if row else "add/"
        return send(getattr(world, by), f"/admin/{model}/{at}", **_of(world, changes))

    return go


def throw_away(model: str, row: str | Callable[[World], object], *, by: str = "client") -> Door:
    """Return a door through a deletion in the admin."""

    def go(world: World) -> str:
        found = row(world) if callable(row) else getattr(world, row)
        return said(getattr(world, by).post(f"/admin/{model}/{found.pk}/delete/", {"post": "yes"}, follow=True))

    return go


def file(model: str, rows: str) -> Door:
    """Return a door through a spreadsheet; `{name.pk}` and the like are filled in from the world."""
    return lambda world: said(preview(world.client, model, rows.format(**vars(world))))


def command(*arguments: str, rows: str) -> Door:
    """Return a door through a command that reads a file, named `{path}` among the arguments."""

    def go(world: World) -> str:
        path = world.folder / "rows.csv"
        path.write_text(rows.format(**vars(world)))
        out = io.StringIO()
        try:
            call_command(*(each.format(path=path, **vars(world)) for each in arguments), stdout=out, stderr=out)
        except CommandError as error:
            return str(error)
        return " ".join(out.getvalue().split())

    return go


def _of(world: World, changes: Mapping) -> dict[str, object]:
    return {name: value(world) if callable(value) else value for name, value in changes.items()}


def _uuid(name: str) -> Callable[[World], Mapping]:
    return lambda world: {"uuid": getattr(world, name).uuid}


def _pk(name: str) -> Callable[[World], Mapping]:
    return lambda world: {"pk": getattr(world, name).pk}


def _end(name: str) -> Callable[[World], str]:
    return lambda world: f"person:{getattr(world, name).uuid}"


def _manager_role(world: World) -> Membership:
    return Membership.objects.get(team=world.team, user=world.manager, role=Role.MANAGER)


P, C, S, E, A = (
    "connectors.actions.",
    "communities.actions.",
    "sparks.actions.",
    "evaluation.actions.",
    "assets.actions.",
)
PERSON, GIFT, TALK = "connectors/person", "connectors/gift", "connectors/conversation"
INTRODUCTION, ASK = "connectors/introduction", "connectors/ask"

TABLE = [
    Refusal(
        "a resident who said no to contact gets no telephone number",
        REACH,
        (f"{P}people.update_person",),
        {
            "page": page("connectors:person-update", to=_uuid("silent"), phone="0117 496 0123"),
            "admin": desk(PERSON, "silent", phone="0117 496 0123"),
            "import": file(PERSON, "id,phone\n{silent.pk},0117 496 0123\n"),
        },
    ),
    Refusal(
        "a resident who said no to contact is not said to like the telephone",
        REACH,
        (f"{P}people.update_person",),
        {
            "page": page("connectors:person-update", to=_uuid("silent"), contact_preference="phone"),
            "admin": desk(PERSON, "silent", contact_preference="phone"),
            "import": file(PERSON, "id,contact_preference\n{silent.pk},Phone call\n"),
        },
    ),
    Refusal(
        "nobody was met on a day to come",
        LATER,
        (f"{P}people.update_person",),
        {
            "admin": desk(PERSON, "rose", first_met_on=TOMORROW),
            "import": file(PERSON, "id,first_met_on\n{rose.pk},2026-05-21\n"),
        },
    ),
    Refusal(
        "a resident has a name",
        "required",
        (f"{P}people.create_person",),
        {
            "page": page("connectors:person-create", known_as=" "),
            "admin": desk(PERSON, known_as=" "),
        },
    ),
    Refusal(
        "a new resident has a name, in a file too",
        "This field cannot be blank.",
        (f"{P}people.create_person",),
        {"import": file(PERSON, "known_as,street\n,Mill Row\n")},
    ),
    Refusal(
        "a gift is not offered after a no",
        OFFER,
        (f"{P}gifts.update_gift", f"{P}gifts.add_gift"),
        {
            "page": page("connectors:gift-update", to=_pk("gift"), is_offered="on"),
            "page, new": page("connectors:gift-create", to=_uuid("silent"), name="Jam", kind="hands", is_offered="on"),
            "admin": desk(GIFT, "gift", is_offered="on"),
            "admin, beside the resident": desk(PERSON, "silent", **{"gifts-0-is_offered": "on"}),
            "import": file(GIFT, "id,is_offered\n{gift.pk},yes\n"),
            "import, new": file(GIFT, "person,name,is_offered\nSol,Jam,yes\n"),
        },
    ),
    Refusal(
        "no gift was heard on a day to come",
        LATER,
        (f"{P}gifts.update_gift",),
        {
            "admin": desk(GIFT, "gift", heard_on=TOMORROW),
            "import": file(GIFT, "id,heard_on\n{gift.pk},2026-05-21\n"),
        },
    ),
    Refusal(
        "somebody who asked for quiet is not introduced",
        QUIET,
        (f"{P}introductions.introduce",),
        {
            "page": page(
                "connectors:introduction-create", from_end=_end("rose"), to_end=_end("quiet"), source="builder"
            ),
            "admin": desk(
                INTRODUCTION,
                from_person=lambda world: world.rose.pk,
                to_person=lambda world: world.quiet.pk,
                introduced_by=lambda world: world.manager.pk,
            ),
            "import": file(INTRODUCTION, "from_person,to_person,introduced_on\nRose,Quentin,2026-05-20\n"),
        },
    ),  # fmt: skip
    Refusal(
        "somebody who said no is not introduced",
        SHY,
        (f"{P}introductions.introduce",),
        {
            "page": page("connectors:introduction-create", from_end=_end("rose"), to_end=_end("shy"), source="builder"),
            "admin": desk(
                INTRODUCTION,
                from_person=lambda world: world.rose.pk,
                to_person=lambda world: world.shy.pk,
                introduced_by=lambda world: world.manager.pk,
            ),
            "import": file(INTRODUCTION, "from_person,to_person,introduced_on\nRose,Sian,2026-05-20\n"),
        },
    ),  # fmt: skip
    Refusal(
        "an introduction is not corrected to somebody who asked for quiet",
        QUIET,
        (f"{P}introductions.update_introduction",),
        {
            "admin": desk(INTRODUCTION, "introduction", to_person=lambda world: world.quiet.pk),
            "import": file(INTRODUCTION, "id,to_person\n{introduction.pk},Quentin\n"),
        },
    ),
    Refusal(
        "nothing came of an introduction on a day to come",
        LATER,
        (f"{P}introductions.record_outcome", f"{P}introductions.update_introduction"),
        {
            "page": page(
                "connectors:introduction-detail", to=_uuid("introduction"), outcome="met", outcome_on=TOMORROW
            ),
            "admin": desk(INTRODUCTION, "introduction", outcome="met", outcome_on=TOMORROW),
            "import": file(INTRODUCTION, "id,outcome,outcome_on\n{introduction.pk},They met,2026-05-21\n"),
        },
    ),
    Refusal(
        "nothing is asked on a day to come",
        LATER,
        (f"{P}asks.create_ask", f"{P}asks.update_ask"),
        {
            "page": page("connectors:ask-update", to=_uuid("ask"), asked_on=TOMORROW),
            "page, new": page("connectors:ask-create", words="A drill", asked_on=TOMORROW),
            "admin": desk(ASK, "ask", asked_on=TOMORROW),
            "admin, new": desk(ASK, words="A drill", asked_on=TOMORROW),
            "import": file(ASK, "id,asked_on\n{ask.pk},2026-05-21\n"),
            "import, new": file(ASK, "words,asked_on\nA drill,2026-05-21\n"),
        },
    ),
    Refusal(
        "nobody meets an ask before it was asked",
        "That is before it was asked.",
        (f"{P}asks.meet_ask", f"{P}asks.update_ask"),
        {
            "page": page("connectors:ask-met", to=_uuid("ask"), met_by="neighbour", met_on="2026-01-01"),
            "admin": desk(ASK, "ask", met_by="neighbour", met_on="2026-01-01"),
            "import": file(ASK, "id,met_by,met_on\n{ask.pk},A neighbour,2026-01-01\n"),
        },
    ),
    Refusal(
        "no ask is closed on a future date",
        LATER,
        (f"{P}asks.update_ask",),
        {
            "admin": desk(ASK, "ask", closed_on=TOMORROW),
            "import": file(ASK, "id,closed_on\n{ask.pk},2026-05-21\n"),
        },
    ),
    Refusal(
        "no conversation was held on a day to come",
        IMPOSSIBLE,
        (f"{P}conversations.log_conversation", f"{P}conversations.change_conversation"),
        {
            "page": page("connectors:conversation-update", to=_uuid("talk"), held_on=TOMORROW, people=None, **NO_GIFTS),
            "admin": desk(TALK, "talk", held_on=TOMORROW),
            "admin, new": desk(TALK, builder=lambda world: world.manager.pk, held_on=TOMORROW, summary="Tea."),
            "import": file(TALK, "id,held_on\n{talk.pk},2026-05-21\n"),
            "import, new": file(TALK, "held_on,summary\n2026-05-21,Tea.\n"),
        },
    ),
    Refusal(
        "a conversation is held by somebody of the team",
        "None of your teams has a user",
        (f"{P}conversations.change_conversation",),
        {"import": file(TALK, "id,builder\n{talk.pk},{stranger.email}\n")},
    ),
    Refusal(
        "a theme is there once",
        "The team already has this theme.",
        (f"{P}themes.create_theme",),
        {"admin": desk("connectors/theme", name="bread")},
    ),
    Refusal(
        "a theme has a name",
        "required",
        (f"{P}themes.update_theme",),
        {"admin": desk("connectors/theme", "theme", name=" ")},
    ),
    Refusal(
        "a theme that is talked about stays",
        "“Bread” cannot be deleted, because these have it: conversations.",
        (f"{P}themes.delete_theme",),
        {"admin": throw_away("connectors/theme", "theme")},
    ),
    Refusal(
        "questions hold a question",
        "required",
        (f"{P}prompts.create_prompt_set", f"{P}prompts.change_prompt_set"),
        {
            "page": page("connectors:prompt-update", to=_pk("prompts"), prompts=" "),
            "admin": desk("connectors/promptset", "prompts", prompts=" "),
            "admin, new": desk("connectors/promptset", name="New", prompts=" "),
        },
    ),
    Refusal(
        "a word of the team says what to say instead",
        "What could people say instead? One is enough.",
        ("connectors.wording.actions.add_word", "connectors.wording.actions.change_word"),
        {
            "page": page("connectors:word-update", to=_pk("word"), alternatives=","),
            "admin": desk("connectors/teamword", "word", alternatives=","),
            "admin, new": desk("connectors/teamword", phrase="hard to reach", alternatives=",", reason="It blames."),
        },
    ),
    Refusal(
        "only a shipped word is left alone",
        "not on the list that comes with Kith",
        ("connectors.wording.actions.switch_off_word",),
        {"admin": desk("connectors/teamword", phrase="gooseberry", is_silent="on")},
    ),
    Refusal(
        "another team's neighbourhood is not chosen",
        "None of your teams has a neighbourhood “Far Lane”.",
        (f"{P}people.update_person", f"{P}people.create_person"),
        {"import": file(PERSON, "known_as,neighbourhood\nWren,Far Lane\n")},
    ),
    Refusal(
        "a theme is given to somebody who was there",
        "Choose among the people and the themes of this conversation.",
        (f"{P}heard_themes.give_themes",),
        {
            "admin": desk(
                "connectors/conversation",
                "talk",
                **{
                    "heard_themes-TOTAL_FORMS": "1",
                    "heard_themes-0-person": lambda world: world.rose.pk,
                    "heard_themes-0-theme": lambda world: world.theme.pk,
                },
            )
        },
    ),
    Refusal(
        "a next step is about one record",
        "A next step is about one conversation, resident or asset.",
        (f"{P}next_steps.add_next_step",),
        {
            "admin": desk(
                "connectors/nextstep",
                words="Ring",
                owner=lambda world: world.manager.pk,
                person=lambda world: world.rose.pk,
                asset=lambda world: world.asset.pk,
            )
        },
    ),
    Refusal(
        "a next step goes to somebody who adds records",
        "Choose someone who adds records for this team.",
        (f"{P}next_steps.add_next_step", f"{P}next_steps.change_next_step"),
        {
            "admin": desk("connectors/nextstep", "step", owner=lambda world: world.reader.pk),
            "admin, new": desk("connectors/nextstep", words="Ring", owner=lambda world: world.reader.pk),
        },
    ),
    Refusal(
        "another team's row is not named",
        "None of your teams has a resident with this id.",
        (f"{P}people.update_person",),
        {"import": file(PERSON, "id,known_as\n{theirs.pk},Mine\n")},
    ),
    Refusal(
        "a neighbourhood is there once",
        "already has a neighbourhood with this name",
        (f"{C}boundaries.create_neighbourhood",),
        {
            "page": page("communities:neighbourhood-create", name="Brook Lane"),
            "admin": desk("communities/neighbourhood", name="Brook Lane"),
        },
    ),
    Refusal(
        "a neighbourhood has no fewer people than nobody",
        "greater than or equal to 0",
        (f"{C}boundaries.update_neighbourhood",),
        {
            "page": page("communities:neighbourhood-update", to=_pk("place"), population="-3"),
            "admin": desk("communities/neighbourhood", "place", population="-3"),
            "import": file("communities/neighbourhood", "id,population\n{place.pk},-3\n"),
        },
    ),
    Refusal(
        "a neighbourhood that holds rows stays",
        "residents",
        (f"{C}boundaries.delete_neighbourhood",),
        {
            "page": press("communities:neighbourhood-delete", to=_pk("place")),
            "admin": throw_away("communities/neighbourhood", "place"),
        },
    ),
    Refusal(
        "a partner is there once",
        "already has a partner with this name",
        (f"{C}partners.create_partner",),
        {
            "page": page("communities:partner-create", name="trust", kind="other"),
            "admin": desk("communities/partner", name="trust", kind="other"),
        },
    ),
    Refusal(
        "a partner is of a kind that there is",
        "Choose council, health,",
        (f"{C}partners.create_partner",),
        {"import": file("communities/partner", "Name,Kind\nKiln Hill Mosque,plumber\n")},
    ),
    Refusal(
        "nobody takes themselves off those who sign",
        "you cannot remove yourself. Ask a colleague to do it.",
        (f"{C}partners.update_partner", f"{C}partners.refuse_removing_self"),
        {
            "page": page("communities:partner-update", to=_pk("signed"), signatories=[]),
            "admin": desk("communities/partner", "signed", signatories=[]),
            "import": file("communities/partner", "id,signatories\n{signed.pk},\n"),
        },
    ),
    Refusal(
        "a partner that a fund names stays",
        "funds",
        (f"{C}partners.delete_partner",),
        {
            "page": press("communities:partner-delete", to=_pk("partner")),
            "admin": throw_away("communities/partner", "partner"),
        },
    ),
    Refusal(
        "the last manager of a team stays",
        LAST_MANAGER,
        (f"{C}members.remove_member", f"{C}members.change_member_roles", f"{C}members.remove_role"),
        {
            "page": press("communities:member-remove", to=_pk("manager")),
            "page, roles": page("communities:member-update", to=_pk("manager"), roles=["builder"]),
            "admin": throw_away("communities/membership", _manager_role, by="admin"),
            "admin, beside the person": desk(
                "communities/user", "manager", by="admin", **{"memberships-0-DELETE": "on"}
            ),
        },
    ),
    Refusal(
        "the account of the last manager stays open",
        LAST_MANAGER,
        (f"{C}users.deactivate_user",),
        {"admin": desk("communities/user", "manager", by="admin", is_active=None)},
    ),
    Refusal(
        "the last administrator stays",
        LAST_ADMINISTRATOR,
        (f"{C}users.set_administrator", f"{C}users.deactivate_user"),
        {
            "admin": desk("communities/user", "administrator", by="admin", is_superuser=None),
            "admin, closed": desk("communities/user", "administrator", by="admin", is_active=None),
        },
    ),
    Refusal(
        "an address signs in once",
        "There is already an account with this address.",
        (f"{C}users.create_user", f"{C}users.update_user"),
        {
            "admin": desk("communities/user", "manager", by="admin", email=lambda world: world.stranger.email),
            "admin, new": desk(
                "communities/user",
                by="admin",
                email=lambda world: world.stranger.email,
                name="Sam",
                password1="three herons on the weir",
                password2="three herons on the weir",
            ),
        },
    ),  # fmt: skip
    Refusal(
        "nobody is invited who is there",
        "Choose builder, manager, evaluator",
        (f"{C}members.invite_member",),
        {"import": file("communities/invitation", "email,name,roles\nnell@example.org,Nell,mayor\n")},
    ),
    Refusal(
        "a role is held once",
        "already has that role",
        (f"{C}members.add_member",),
        {
            "admin": desk(
                "communities/membership",
                by="admin",
                team=lambda world: world.team.pk,
                user=lambda world: world.manager.pk,
                role="manager",
            )
        },
    ),  # fmt: skip
    Refusal(
        "a short name is one team's",
        "already exists",
        (f"{C}teams.create_team",),
        {"admin": desk("communities/team", by="admin", name="Other", slug="hillfoot")},
    ),
    Refusal(
        "a threshold hides something",
        "Choose a number from 5 to 20.",
        (f"{C}teams.update_team",),
        {
            "page": page("communities:team-update", small_number_threshold="21"),
            "admin": desk("communities/team", "team", small_number_threshold="21"),
        },
    ),
    Refusal(
        "a team that holds rows stays",
        "Brookside cannot be deleted, because these belong to it:",
        (f"{C}teams.delete_team",),
        {"admin": throw_away("communities/team", "team", by="admin")},
    ),
    Refusal(
        "a fund is there once",
        "Your team already has a fund with this name.",
        (f"{S}funds.create_fund",),
        {
            "page": page("sparks:fund-create", name="pot", kind="spark"),
            "admin": desk("sparks/fund", name="pot", kind="spark"),
        },
    ),
    Refusal(
        "a fund is of a kind that there is",
        "Choose spark, wellbeing, seed",
        (f"{S}funds.update_fund",),
        {"import": file("sparks/fund", "id,kind\n{fund.pk},pocket money\n")},
    ),
    Refusal(
        "a fund with a round stays",
        "Pot cannot be deleted. These belong to it: lines of funds and rounds.",
        (f"{S}removing.delete_fund",),
        {"admin": throw_away("sparks/fund", "fund")},
    ),
    Refusal(
        "a budget is not cut below what is promised",
        "is already promised from this round",
        (f"{S}funds.update_round",),
        {"page": page("sparks:round-update", to=_pk("round"), budget_gbp="400", max_award_gbp="100")},
    ),
    Refusal(
        "a measurement is of a whole time",
        "Choose a whole quarter, or a whole year from April.",
        (f"{E}measurements.record_measurement", f"{E}measurements.update_measurement"),
        {
            "admin": desk("evaluation/measurement", "measurement", period_end="2026-02-03", period_start="2026-02-01"),
            "import": file(
                "evaluation/measurement", "id,period_start,period_end\n{measurement.pk},2026-02-01,2026-02-03\n"
            ),
        },
    ),
    Refusal(
        "a position has two numbers",
        "longitude",
        (f"{A}assets.update_asset", f"{A}assets.create_asset"),
        {
            "admin": desk("assets/asset", "asset", latitude="51.9"),
            "import": file("assets/asset", "id,latitude\n{asset.pk},51.9\n"),
            "import, new": file("assets/asset", "name,latitude,longitude\nHall,51.9,\n"),
        },
    ),
    Refusal(
        "a photo says what it shows",
        "required",
        (f"{A}photos.describe_asset_photo",),
        {"admin": desk("assets/asset", "asset", **{"photos-0-alt": " "})},
    ),
]

#: Actions with a door that refuse nothing but users without permission: `tests/test_admin_walk.py` tries those.
ONLY_WHO_MAY = {
    f"{A}photos.remove_asset_photo": "a photo goes at any time",
    f"{C}users.activate_user": "an account opens again at any time",
    f"{E}removing.delete_measurement": "a value goes at any time",
    f"{P}conversations.delete_conversation": "a conversation goes at any time, for managers",
    f"{P}asks.delete_ask": "an ask goes at any time",
    f"{P}introductions.delete_introduction": "an introduction goes at any time",
    f"{P}dismissals.restore_suggestion": "a suggestion comes back at any time",
    f"{P}gifts.remove_gift": "a gift goes at any time",
    f"{P}merges.confirm_different_people": "who looks alike is never of another team",
    f"{P}next_steps.delete_next_step": "a next step goes at any time",
    f"{P}prompts.delete_prompt_set": "questions go at any time",
    "connectors.wording.actions.restore_word": "a word is noticed again at any time",
    "connectors.wording.actions.remove_word": "a word goes at any time",
}
