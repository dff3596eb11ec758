"""Who keeps the list of priorities, and which work is tagged with them, by whom."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from assets.rules import can_write_asset
from communities.models import Role, Team, User
from connectors.models import Introduction
from connectors.rules.introductions import can_introduce
from evaluation.models import Observation, Story
from evaluation.rules import can_change_observation, can_change_story
from sparks.models import Spark
from sparks.rules import can_write_spark


@dataclass(frozen=True)
class Kind:
    """One kind of work that can be tagged.

    field: its many-to-many relation of `Priority`, which is also the name of its list in the table of priorities. may: who
    may tag a row, which is who may change it. page, listed: names of the URLs of a row, by UUID or primary key, and of the list.
    """

    model: type[Model]
    field: str
    label: str | Promise
    may: Callable[[User, Any], bool]
    page: str
    listed: str
    by: str = "uuid"


#: By the word in the URL.
TAGGED: Mapping[str, Kind] = {
    "spark": Kind(
        Spark, "sparks", _("Sparks"), lambda user, row: can_write_spark(user, row.team_id), "sparks:spark-detail",
        "sparks:spark-list",
    ),
    "story": Kind(Story, "stories", _("Stories"), can_change_story, "evaluation:story-detail", "evaluation:story-list"),
    "asset": Kind(
        Asset, "assets", _("Assets"), lambda user, row: can_write_asset(user, row.team_id), "assets:asset-detail",
        "assets:asset-list", by="pk",
    ),
    "introduction": Kind(
        Introduction, "introductions", _("Introductions"), lambda user, row: can_introduce(user, row.team_id),
        "connectors:introduction-detail", "connectors:introduction-list",
    ),
    "learning": Kind(
        Observation, "observations", _("Learning"), can_change_observation, "evaluation:observation-update",
        "evaluation:learning-list",
    ),
}  # fmt: skip


def can_manage_priorities(user: User, team: Team | int | None) -> bool:
    """Return whether a person may keep the team's list of priorities: its managers may."""
    return user.has_role(team, Role.MANAGER)


def can_tag(user: User, kind: str, record: Any) -> bool:  # noqa: ANN401 - a row of any kind
    """Return whether a person may tag a row with priorities: whoever may change it."""
    return TAGGED[kind].may(user, record)
