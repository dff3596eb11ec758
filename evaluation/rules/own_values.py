"""What a team's own indicator consists of, as its form hands it to the actions, and what it can be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from communities.models import Team
from evaluation.framework.own import SOURCE_BY_KEY
from evaluation.models import Form, IndicatorKind, Outcome

#: Indicators of a team's own that are in use at a time: a page with more is read by nobody, and every page counts them all.
MOST = 30


@dataclass(frozen=True)
class OwnValues:
    """The values of an indicator. outcomes: their keys. kind: computed from `counted_from` under `conditions`, or recorded or surveyed without."""

    name: str
    question: str
    definition: str
    unit: str
    outcomes: Sequence[str]
    kind: str = IndicatorKind.COMPUTED
    form: str = Form.NUMBER
    counted_from: str = ""
    conditions: Mapping[str, Sequence[str]] = field(default_factory=dict)


def why_not_defined(team: Team, values: OwnValues) -> dict[str, str]:
    """Return why an indicator cannot be defined like this, by field; nothing if it can."""
    refused = {}
    if not values.outcomes:
        refused["outcomes"] = _("Choose at least one outcome.")
    elif set(values.outcomes) - set(Outcome.objects.of_team(team).values_list("key", flat=True)):
        refused["outcomes"] = _("Choose from the team’s outcomes.")
    if values.kind != IndicatorKind.COMPUTED:
        return refused if not values.counted_from else refused | {"counted_from": _("Choose what is counted.")}
    source = SOURCE_BY_KEY.get(values.counted_from)
    if source is None:
        return refused | {"counted_from": _("Choose what is counted.")}
    if values.form == Form.SHARE and not source.has_shares:
        refused["form"] = _("This cannot be a percentage. Choose a number.")
    elif values.form not in (Form.SHARE, source.form):
        refused["form"] = _("Choose how the number is written.")
    known = {each.key: {value for value, _label in each.choices(team)} for each in source.conditions}
    if any(key not in known or set(chosen) - known[key] for key, chosen in values.conditions.items()):
        refused["conditions"] = _("Choose from the lists only.")
    return refused
