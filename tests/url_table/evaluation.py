"""Access to the URLs of evaluation."""

from datetime import date
from types import SimpleNamespace

from communities.periods import quarter_of
from evaluation.actions.addresses import make_release_address
from evaluation.packs.actions import make_pack_link, publish_pack
from evaluation.releases.actions import close_quarter
from tests.factories.evaluation import (
    IndicatorFactory,
    MeasurementFactory,
    ObservationFactory,
    PackFactory,
    PriorityFactory,
    ProfileCategoryFactory,
    ProfileFactory,
    StoryFactory,
    ValueMapFactory,
    YardstickFactory,
)
from tests.url_table import ANYONE, BUILDERS, EVALUATORS, EVERY_ROLE, MANAGERS, POST_ONLY, AdminRow, Page


def measurement(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's measurement."""
    return {"pk": world.measurement.pk}


def story(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's published story."""
    return {"uuid": world.story.uuid}


def submitted(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of a story that waits for approval."""
    return {"uuid": world.submitted_story.uuid}


def release(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's release."""
    return {"uuid": world.release.uuid}


def observation(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's observation, which the manager wrote."""
    return {"uuid": world.observation.uuid}


def pack(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of a pack that is being prepared."""
    return {"uuid": world.pack.uuid}


def recorded(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an indicator that teams record; every team has the same."""
    return {"key": "changes-by-residents"}


def counted(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an indicator that is counted; every team has the same."""
    return {"key": "conversations-held"}


def own_indicator(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an indicator of the team's own."""
    return {"key": world.own.key}


def value_map(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of the world's value map."""
    return {"uuid": world.value_map.uuid}


def value_line(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an outcome of the world's value map."""
    return {"uuid": world.value_line.uuid}


def value_input(world: SimpleNamespace) -> dict[str, object]:
    """Return the URL arguments of an input of the world's value map."""
    return {"uuid": world.value_map.inputs.get().uuid}


#: Who may not read about residents: their pages do not exist for them.
EVALUATOR = frozenset({"evaluator"})
#: Indicators are open to everybody: the stranger sees their own team's figures.
OWN = {"stranger": 200}

PAGES = {
    "evaluation:indicator-list": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:indicator-detail": Page(EVERY_ROLE, counted, statuses=OWN, methods=("GET",)),
    "evaluation:indicator-export": Page(
        EVALUATORS, lambda world: {"file_format": "csv"}, statuses=OWN, methods=("GET",), visit=False
    ),
    "evaluation:indicator-places": Page(EVERY_ROLE, counted, statuses=OWN, methods=("GET",)),
    "evaluation:indicator-picture": Page(EVALUATORS, counted, statuses=OWN, methods=("GET",), visit=False),
    "evaluation:yardstick-list": Page(EVERY_ROLE, counted, statuses=OWN, writers=EVALUATORS | {"stranger"}),
    "evaluation:yardstick-delete": POST_ONLY(EVALUATORS, lambda world: {"uuid": world.yardstick.uuid}),
    "evaluation:own-list": Page(EVALUATORS, methods=("GET",)),
    "evaluation:own-choose": Page(EVALUATORS, methods=("GET",)),
    "evaluation:own-create": Page(
        EVALUATORS, lambda world: {"how": "groups"}, statuses=OWN, writers=EVALUATORS | {"stranger"}
    ),
    "evaluation:own-update": Page(EVALUATORS, own_indicator),
    "evaluation:own-end": POST_ONLY(EVALUATORS, own_indicator),
    "evaluation:outcome-create": Page(EVALUATORS),
    "evaluation:patience": Page(EVERY_ROLE),
    "evaluation:data-dictionary": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:measurement-create": Page(EVALUATORS, recorded, statuses=OWN, writers=EVALUATORS | {"stranger"}),
    "evaluation:measurement-update": Page(EVALUATORS, measurement),
    "evaluation:release-list": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:release-close": Page(
        EVALUATORS, lambda world: {"period": "2026-01-01_2026-03-31"}, statuses=OWN, writers=EVALUATORS | {"stranger"}
    ),
    "evaluation:release-detail": Page(EVERY_ROLE, release, methods=("GET",)),
    "evaluation:release-file": Page(
        EVALUATORS, lambda world: {**release(world), "file_format": "csv"}, methods=("GET",), visit=False
    ),
    "evaluation:release-package": Page(EVALUATORS, statuses={"stranger": 404}, methods=("GET",), visit=False),
    "evaluation:release-addresses": Page(EVALUATORS, release, writers=EVALUATORS),
    "evaluation:address-withdraw": POST_ONLY(EVALUATORS, lambda world: {"uuid": world.address.uuid}),
    "evaluation:release-data": Page(
        ANYONE,
        lambda world: {"secret": world.address.secret, "name": "values.csv"},
        methods=("GET",),
        visit=False,
    ),
    "evaluation:learning-list": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:learning-export": Page(EVALUATORS, methods=("GET",), visit=False),
    "evaluation:observation-create": Page(EVERY_ROLE),
    "evaluation:observation-update": Page(MANAGERS, observation),
    "evaluation:observation-delete": POST_ONLY(MANAGERS, observation),
    "evaluation:pack-list": Page(EVALUATORS, methods=("GET",)),
    "evaluation:pack-create": Page(EVALUATORS),
    "evaluation:pack-detail": Page(EVALUATORS, pack, methods=("GET",)),
    "evaluation:pack-update": Page(EVALUATORS, pack),
    "evaluation:pack-delete": POST_ONLY(EVALUATORS, pack),
    "evaluation:pack-publish": POST_ONLY(MANAGERS, pack),
    "evaluation:pack-not-name": POST_ONLY(MANAGERS, pack),
    "evaluation:pack-links": Page(EVALUATORS, lambda world: {"uuid": world.published.pack.uuid}),
    "evaluation:pack-link-withdraw": POST_ONLY(EVALUATORS, lambda world: {"uuid": world.pack_link.uuid}),
    "evaluation:pack-part-empty": POST_ONLY(
        MANAGERS, lambda world: {"pk": world.published.parts.get(kind="opening").pk}
    ),
    "evaluation:pack-read": Page(ANYONE, lambda world: {"secret": world.pack_link.secret}, methods=("GET",)),
    "evaluation:pack-read-picture": Page(
        ANYONE,
        lambda world: {"secret": world.pack_link.secret, "key": "conversations-held"},
        methods=("GET",),
        visit=False,
    ),
    "evaluation:pack-picture": Page(
        EVALUATORS,
        lambda world: {"uuid": world.published.pack.uuid, "key": "conversations-held"},
        methods=("GET",),
        visit=False,
    ),
    "evaluation:priority-list": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:priority-create": Page(MANAGERS),
    "evaluation:priority-update": Page(MANAGERS, lambda world: {"uuid": world.priority.uuid}),
    "evaluation:priority-delete": POST_ONLY(MANAGERS, lambda world: {"uuid": world.priority.uuid}),
    "evaluation:profile": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:profile-export": Page(EVALUATORS, methods=("GET",), visit=False),
    "evaluation:profile-categories": Page(MANAGERS),
    "evaluation:profile-category-end": POST_ONLY(MANAGERS, lambda world: {"uuid": world.category.uuid}),
    "evaluation:profile-of": Page(BUILDERS, lambda world: {"uuid": world.profile.person.uuid}, hidden_from=EVALUATOR),
    "evaluation:profile-delete": POST_ONLY(BUILDERS, lambda world: {"uuid": world.profile.uuid}, hidden_from=EVALUATOR),
    "evaluation:record-priorities": Page(BUILDERS, lambda world: {"kind": "story", "pk": world.story.pk}),
    "evaluation:story-list": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:story-create": Page(BUILDERS),
    "evaluation:story-detail": Page(EVERY_ROLE, story, methods=("GET",)),
    "evaluation:story-update": Page(BUILDERS, story),
    "evaluation:story-delete": POST_ONLY(BUILDERS, story),
    "evaluation:story-submit": POST_ONLY(BUILDERS, story),
    "evaluation:story-approve": POST_ONLY(MANAGERS, submitted),
    "evaluation:story-return": POST_ONLY(MANAGERS, submitted),
    "evaluation:story-withdraw": Page(BUILDERS, story),
    "evaluation:story-look": POST_ONLY(BUILDERS, story),
    "evaluation:value-list": Page(EVERY_ROLE, methods=("GET",)),
    "evaluation:value-create": Page(EVALUATORS),
    "evaluation:value-elsewhere": Page(EVERY_ROLE, statuses=OWN, methods=("GET",)),
    "evaluation:value-detail": Page(EVERY_ROLE, value_map, methods=("GET",)),
    "evaluation:value-update": Page(EVALUATORS, value_map),
    "evaluation:value-delete": POST_ONLY(EVALUATORS, value_map),
    "evaluation:value-export": Page(EVALUATORS, value_map, methods=("GET",), visit=False),
    "evaluation:value-picture": Page(EVALUATORS, value_map, methods=("GET",), visit=False),
    "evaluation:value-line-create": Page(EVALUATORS, value_map),
    "evaluation:value-line-detail": Page(EVERY_ROLE, value_line, methods=("GET",)),
    "evaluation:value-line-update": Page(EVALUATORS, value_line),
    "evaluation:value-line-delete": POST_ONLY(EVALUATORS, value_line),
    "evaluation:value-assumption": Page(EVALUATORS, lambda world: {**value_line(world), "kind": "deadweight"}),
    "evaluation:value-assumption-sign": POST_ONLY(
        EVALUATORS, lambda world: {"uuid": world.value_line.assumptions.get(kind="deadweight").uuid}
    ),
    "evaluation:value-input-create": Page(EVALUATORS, value_map),
    "evaluation:value-input-update": Page(EVALUATORS, value_input),
    "evaluation:value-input-delete": POST_ONLY(EVALUATORS, value_input),
    "evaluation:value-input-sign": POST_ONLY(EVALUATORS, value_input),
    "evaluation:story-photo": Page(EVERY_ROLE, story, methods=("GET",), status=404, visit=False),
}


def build(world: SimpleNamespace) -> None:
    """Add a measurement, what was learned, packs, a published story, and one that waits."""
    world.measurement = MeasurementFactory(team=world.team, created_by=world.manager)
    world.observation = ObservationFactory(team=world.team, created_by=world.manager)
    world.story = StoryFactory(
        team=world.team,
        created_by=world.builder,
        published=True,
        published_by=world.manager,
        indicators=["groups-formed"],
    )
    world.yardstick = YardstickFactory(team=world.team, created_by=world.manager)
    world.own = IndicatorFactory(team=world.team, made_by=world.manager)
    world.release = close_quarter(by=world.manager, team=world.team, quarter=quarter_of(date(2025, 11, 1)))
    world.address = make_release_address(by=world.manager, release=world.release, program="excel", days=91)
    world.pack = PackFactory(team=world.team, release=world.release, created_by=world.manager)
    ready = PackFactory(
        team=world.team,
        release=world.release,
        created_by=world.manager,
        numbers=["conversations-held"],
        opening="Hello.",
        nothing_wrong="It rained less.",
    )
    ready.stories.add(world.story)
    world.published = publish_pack(by=world.manager, pack=ready)
    world.pack_link = make_pack_link(by=world.manager, published=world.published, reader="Steering group", days=91)
    world.priority = PriorityFactory(team=world.team)
    world.category = ProfileCategoryFactory(team=world.team)
    world.profile = ProfileFactory(person__team=world.team, category=world.category, recorded_by=world.builder)
    world.value_map = ValueMapFactory(team=world.team, created_by=world.builder, whole=True)
    world.value_line = world.value_map.lines.get()
    world.submitted_story = StoryFactory(team=world.team, created_by=world.builder, submitted=True)


ADMIN = {
    "evaluation.Outcome": AdminRow("read", "read", shared=True),
    "evaluation.Indicator": AdminRow("read", "read", shared=True),
    "evaluation.Measurement": AdminRow(),
    "evaluation.Observation": AdminRow("read", "read"),
    "evaluation.Pack": AdminRow("read", "read"),
    "evaluation.Priority": AdminRow("read", "read"),
    "evaluation.Profile": AdminRow("read", "read"),
    "evaluation.ProfileCategory": AdminRow("read", "read"),
    "evaluation.Story": AdminRow("read", "read"),
}
