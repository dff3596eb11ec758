"""Who may open which address: one literal table an app, and the small world whose rows the addresses name.

Each module here holds `PAGES`, from the name of a URL to a `Page`, and may hold `ADMIN`, from a model's label to an
`AdminRow`, and `build(world)`, which adds rows of the cast's team to the world. `tests/test_urls.py` and
`tests/test_admin_walk.py` walk them; an address or a model of the admin that is in no table fails there.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

from communities.models import Role
from tests.factories.communities import TeamFactory, UserFactory

MODULES = ("config", "communities", "assets", "connectors", "connectors_asks", "sparks", "evaluation")
#: Those who knock at every address. The stranger holds every role, in another team.
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
    """What one address answers to each of the cast.

    who: those it serves. A page without `kwargs` shows the visitor's own team, so the stranger is served too when any
        team's people are. One with `kwargs` names a row of the cast's team, and the stranger gets 404.
    kwargs: a function from the world to the URL's arguments.
    status: what those it serves get from a GET: 200, or 302 for a page that only sends on.
    hidden_from: those of the team who get 404 instead of 403, because such rows do not exist for them.
    writers: those whose POST is accepted; `who` when not said. Everybody else's POST must be refused.
    methods: "GET", "POST" or both; without GET, a GET gets 405.
    statuses: what particular people get from a GET instead.
    query: a query string, without the question mark.
    visit: whether the browser looks at it too.
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
        """Return the status of a refusal: to the sign-in, not found, or forbidden."""
        if person == "anonymous":
            return 302
        if person in self.hidden_from or (person == "stranger" and self.kwargs):
            return 404
        return 403

    def serves(self, person: str, who: frozenset[str]) -> bool:
        """Return whether a person is served: the stranger is, by pages about the visitor's own team."""
        return person in who or (
            person == "stranger" and self.kwargs is None and bool(who & {"builder", "manager", "evaluator"})
        )

    def answers_get(self, person: str) -> int:
        """Return the status that a person's GET gets."""
        if person in self.statuses:
            return self.statuses[person]
        if "GET" not in self.methods:
            return 405 if person != "anonymous" or "anonymous" in self.who else 302
        return self.status if self.serves(person, self.who) else self.refusal(person)

    def refuses_post(self, person: str) -> bool:
        """Return whether a person's POST must be refused."""
        return not self.serves(person, self.who if self.writers is None else self.writers)


def POST_ONLY(
    who: frozenset[str], kwargs: Callable[[SimpleNamespace], dict[str, object]] | None = None, **more: object
) -> Page:  # noqa: N802
    """Return a page that only takes a POST."""
    return Page(who, kwargs, methods=("POST",), **more)


@dataclass(frozen=True)
class AdminRow:
    """What the admin lets people do with one model's rows: any of read, add, change and delete.

    shared: the rows belong to no team, so that every team's managers have the same rights to all of them.
    """

    managers: str = "read add change delete"
    administrators: str = "read add change delete"
    shared: bool = False


def admin_tables() -> dict[str, AdminRow]:
    """Return the lines of every `ADMIN` table, by the model's label."""
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


def build_world() -> SimpleNamespace:
    """Make the cast, and one or more rows of each kind in their team."""
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
