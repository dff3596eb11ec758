"""Who may open which URL: one literal table per app, and the small world whose rows the URLs name.

Each module here holds `PAGES`, from the name of a URL to a `Page`, and may hold `ADMIN`, from a model's label to an
`AdminRow`, and `build(world)`, which adds rows of the team to the world. `tests/test_urls.py` and
`tests/test_admin_walk.py` visit them all; a URL or a model of the admin that is in no table fails there.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.conf import settings
from django.test import Client

from communities.models import Role
from tests.factories.communities import TeamFactory, UserFactory

MODULES = ("config", "communities", "assets", "connectors", "connectors_asks", "sparks", "evaluation")
#: The users that visit every URL. The stranger has every role, in another team.
CAST = ("anonymous", "builder", "manager", "evaluator", "administrator", "stranger")
TEAM = frozenset({"builder", "manager", "evaluator", "administrator"})
BUILDERS = frozenset({"builder", "manager", "administrator"})
MANAGERS = frozenset({"manager", "administrator"})
EVALUATORS = frozenset({"manager", "evaluator", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})
EVERY_ROLE = TEAM
ANYONE = TEAM | {"anonymous", "stranger"}


@dataclass(frozen=True)
class Page:
    """What one URL returns to each user.

    who: the users with access. A page without `kwargs` shows the user's own team, so the stranger has access too if any
        member of the team has. One with `kwargs` names a row of the team, and the stranger gets 404.
    kwargs: a function from the world to the URL's arguments.
    status: the status of a GET by a user with access: 200, or 302 for a page that only redirects.
    hidden_from: the team's users who get 404 instead of 403, because such rows do not exist for them.
    writers: the users whose POST is accepted; `who` by default. Everybody else's POST must be refused.
    methods: "GET", "POST" or both; without GET, a GET gets 405.
    statuses: the status of a GET by particular users, where it differs.
    query: a query string, without the question mark.
    visit: whether the browser tests open it too.
    """

    who: frozenset[str]
    kwargs: Callable[[SimpleNamespace], dict[str, object]] | None = None
    status: int = 200
    hidden_from: frozenset[str] = frozenset()
    writers: frozenset[str] | None = None
    methods: tuple[str, ...] = ("GET", "POST")
    statuses: Mapping[str, int] = field(default_factory=dict)
    query: str = ""
    visit: bool = True

    def refusal(self, person: str) -> int:
        """Return the status of a refusal: a redirect to the sign-in page, not found, or forbidden."""
        if person == "anonymous":
            return 302
        if person in self.hidden_from or (person == "stranger" and self.kwargs):
            return 404
        return 403

    def serves(self, person: str, who: frozenset[str]) -> bool:
        """Return whether a user has access: the stranger has it to pages about the user's own team."""
        return person in who or (
            person == "stranger" and self.kwargs is None and bool(who & {"builder", "manager", "evaluator"})
        )

    def answers_get(self, person: str) -> int:
        """Return the status of a user's GET."""
        if person in self.statuses:
            return self.statuses[person]
        if "GET" not in self.methods:
            return 405 if person != "anonymous" or "anonymous" in self.who else 302
        return self.status if self.serves(person, self.who) else self.refusal(person)

    def refuses_post(self, person: str) -> bool:
        """Return whether a user's POST must be refused."""
        return not self.serves(person, self.who if self.writers is None else self.writers)


def POST_ONLY(
    who: frozenset[str], kwargs: Callable[[SimpleNamespace], dict[str, object]] | None = None, **more: object
) -> Page:  # noqa: N802
    """Return a page that only accepts POST."""
    return Page(who, kwargs, methods=("POST",), **more)


@dataclass(frozen=True)
class AdminRow:
    """What the admin lets users do with one model's rows: any of read, add, change and delete.

    shared: the rows belong to no team, so that every team's managers have the same permissions on all of them.
    """

    managers: str = "read add change delete"
    administrators: str = "read add change delete"
    shared: bool = False


def admin_tables() -> dict[str, AdminRow]:
    """Return the rows of every `ADMIN` table, by the model's label."""
    return {
        label: row
        for module in MODULES
        for label, row in getattr(importlib.import_module(f"tests.url_table.{module}"), "ADMIN", {}).items()
    }


def tables() -> dict[str, Page]:
    """Return every page of every table, by the name of its URL. Raises: ValueError when two tables name the same."""
    pages: dict[str, Page] = {}
    for module in MODULES:
        for name, page in importlib.import_module(f"tests.url_table.{module}").PAGES.items():
            if name in pages:
                raise ValueError(f"{name} is in two tables")
            pages[name] = page
    return pages


def build_signed_in_world() -> SimpleNamespace:
    """Create the same, with all users signed in: `sessions` has each one's session cookie."""
    world = build_world()
    world.sessions = {}
    for person in CAST:
        if getattr(world, person) is not None:
            client = Client()
            client.force_login(getattr(world, person))
            world.sessions[person] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return world


def build_world() -> SimpleNamespace:
    """Create the users, and one or more rows of each model in their team."""
    team, other_team = TeamFactory(name="Brookside", slug="brookside"), TeamFactory(name="Hillfoot", slug="hillfoot")
    world = SimpleNamespace(
        team=team,
        other_team=other_team,
        builder=UserFactory(name="Bea Builder", email="bea@example.org", roles={team: [Role.BUILDER]}),
        manager=UserFactory(name="Mo Manager", email="mo@example.org", roles={team: [Role.MANAGER]}),
        evaluator=UserFactory(name="Eve Evaluator", email="eve@example.org", roles={team: [Role.EVALUATOR]}),
        administrator=UserFactory(name="Ada Administrator", email="ada@example.org", administrator=True),
        stranger=UserFactory(name="Sam Stranger", email="sam@example.org", roles={other_team: list(Role)}),
        anonymous=None,
    )
    for module in MODULES:
        build = getattr(importlib.import_module(f"tests.url_table.{module}"), "build", None)
        if build:
            build(world)
    return world
