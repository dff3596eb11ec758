"""Build the demonstration, all of it or nothing."""

import random
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from communities import audit
from communities.models import Membership, Partner, Role, Team, User
from communities.verbs import Verb
from config.demo import (
    agreed,
    alongside,
    asks,
    closing,
    compared,
    learning,
    messages,
    money,
    own_words,
    packs,
    people,
    places,
    priorities,
    profiles,
    questions,
    states,
    tales,
    twice,
    value,
    weaving,
)
from config.demo.words import FIRST_NAMES

AUTHORITY = "Borough of Eastmere"
#: Every reader of this file knows it, so the demonstration is only ever built in development.
PASSWORD = "kettle-on-the-hob"  # noqa: S105
FIRST_SLUG, SECOND_SLUG = "eastmere", "orchard"


@dataclass(frozen=True)
class SignIn:
    """A user who can sign in to the demonstration."""

    name: str
    email: str
    team: str
    roles: tuple[str, ...]
    does: str


SIGN_INS = (
    SignIn("Bryn Alder", "builder@eastmere.example", FIRST_SLUG, (Role.BUILDER,), "a builder"),
    SignIn("Mona Reed", "manager@eastmere.example", FIRST_SLUG, (Role.MANAGER,), "a manager"),
    SignIn("Sol Whitlow", "second@eastmere.example", FIRST_SLUG, (Role.MANAGER,), "a second manager, for what two people decide"),
    SignIn("Evie Marsh", "evaluator@eastmere.example", FIRST_SLUG, (Role.EVALUATOR,), "an evaluator"),
    SignIn("Cass Holloway", "walker@eastmere.example", FIRST_SLUG, (Role.BUILDER,), "another builder"),
    SignIn("Wren Abara", "wren@eastmere.example", SECOND_SLUG, (Role.BUILDER,), "a builder of the other team"),
    SignIn("Odell Byrne", "orchard@eastmere.example", SECOND_SLUG, (Role.MANAGER,), "a manager of the other team, to see that each sees only its own"),
    SignIn("Pia Fenn", "payer@eastmere.example", FIRST_SLUG, (Role.PAYER,), "somebody who only pays, at the organisation that holds the money"),
    SignIn("Ari Lindqvist", "admin@eastmere.example", "", (), "the administrator"),
)  # fmt: skip
PARTNERS = (
    ("Chapel Hall Trust", "voluntary", {"is_fiscal_host": True, "is_host": True, "email": "money@chapel-hall.example"}),
    ("Eastmere Community Fund", "voluntary", {"is_funder": True, "is_steering_member": True}),
    ("Eastmere Fire and Rescue", "fire", {"is_introducer": True, "is_steering_member": True}),
    ("Ferryside Surgery", "health", {"is_introducer": True}),
    ("Eastmere Homes", "housing", {"is_introducer": True, "is_funder": True}),
    ("Borough Neighbourhoods Directorate", "council", {"is_host": True, "is_steering_member": True}),
    ("Eastmere College", "education", {}),
)


def is_there() -> bool:
    """Return whether the demonstration is in this database."""
    return Team.objects.filter(slug=FIRST_SLUG).exists()


@transaction.atomic
def build(seed: int = 1) -> None:
    """Build both teams with all their rows. Raises: IntegrityError when the same names are in use already."""
    chance = random.Random(seed)  # noqa: S311 - a demonstration, not a secret
    teams = {
        FIRST_SLUG: Team.objects.create(
            name="Eastmere Community Builders",
            slug=FIRST_SLUG,
            authority=AUTHORITY,
            host_organisation="Chapel Hall Trust",
        ),
        SECOND_SLUG: Team.objects.create(
            name="Orchard End Neighbours",
            slug=SECOND_SLUG,
            authority=AUTHORITY,
            host_organisation="Orchard End Tenants",
        ),
    }
    staff = _staff(teams)
    names = chance.sample(FIRST_NAMES, len(FIRST_NAMES))
    _first_team(teams[FIRST_SLUG], staff, chance, names[:120])
    _second_team(teams[SECOND_SLUG], staff, chance, names[120:150])


def _staff(teams: dict[str, Team]) -> dict[str, User]:
    """Create the users; the result's keys are the first parts of their email addresses."""
    password = make_password(PASSWORD)
    found = {}
    for each in SIGN_INS:
        user = User.objects.create(
            email=each.email, name=each.name, password=password, is_superuser=not each.team, is_staff=not each.team
        )
        for role in each.roles:
            Membership.objects.create(user=user, team=teams[each.team], role=role, confirmed_at=timezone.now())
        found[each.email.partition("@")[0]] = user
    for slug, by in ((FIRST_SLUG, "manager"), (SECOND_SLUG, "orchard")):
        audit.record(by=found[by], verb=Verb.CREATE, obj=teams[slug], fields=["name"])
    return found


def _partners(team: Team, by: User) -> list[Partner]:
    rows = [Partner.objects.create(team=team, name=name, kind=kind, **parts) for name, kind, parts in PARTNERS]
    audit.record_many(by=by, verb=Verb.CREATE, team=team, model=Partner, ids=[row.pk for row in rows], fields=["name"])
    return rows


def _first_team(team: Team, staff: dict[str, User], chance: random.Random, names: list[str]) -> None:
    world = people.World(team, [staff["builder"], staff["walker"]], chance, timezone.localdate())
    partners = _partners(team, staff["manager"])
    people.add_places(world, places.FIRST_TEAM, by=staff["manager"])
    people.add_assets(world, 160, by=staff["builder"])
    people.add_people(world, 120, names)
    people.add_conversations(world, extra=420)
    people.add_introductions(world, 50, partners)
    asks.add_asks(world, partners)
    who = money.Staff(writer=staff["builder"], first=staff["manager"], second=staff["second"])
    told = money.add_sparks(world, who, host=partners[0], funder=partners[1])
    states.add_history(world)
    messages.add_messages(world)
    states.add_states(world, who, partners[0], password=PASSWORD)
    tales.add_stories(world, told, 17, writer=staff["builder"], approver=staff["manager"])
    tales.add_measurements(world, by=staff["evaluator"])
    learning.add_learning(world, by=staff["evaluator"], other=staff["builder"])
    twice.add_champions_and_duplicates(world)
    weaving.add_neighbour_introductions(world, 100, by=staff["builder"])
    own_words.add_team_words(world, by=staff["manager"])
    questions.add_questions(world, by=staff["manager"])
    alongside.add_journeys(world, partners, by=staff["builder"])
    agreed.add_agreed(world, manager=staff["manager"], builder=staff["builder"])
    profiles.add_profiles(world, by=staff["builder"], manager=staff["manager"])
    compared.add_compared(world, by=staff["evaluator"], manager=staff["manager"])
    closing.close_quarters(world, by=staff["evaluator"], manager=staff["manager"])
    priorities.add_priorities(world, by=staff["manager"])
    packs.add_packs(world, manager=staff["manager"], evaluator=staff["evaluator"])
    value.add_value_maps(world, by=staff["evaluator"], signer=staff["manager"])


def _second_team(team: Team, staff: dict[str, User], chance: random.Random, names: list[str]) -> None:
    writer, manager = staff["wren"], staff["orchard"]
    world = people.World(team, [writer], chance, timezone.localdate())
    partners = _partners(team, manager)[:2]
    people.add_places(world, places.SECOND_TEAM, by=manager)
    people.add_assets(world, 40, by=writer)
    people.add_people(world, 30, names)
    people.add_conversations(world, extra=40)
    people.add_introductions(world, 10, partners)
    tales.add_stories(world, [], 3, writer=writer, approver=manager)
