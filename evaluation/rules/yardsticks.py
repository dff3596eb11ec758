"""Which yardsticks can be set: none that says of people what the gate hides."""

from django.utils.translation import gettext as _

from communities import disclosure
from communities.periods import Grain
from evaluation.framework import IndicatorSpec
from evaluation.models import Yardstick, YardstickKind


def why_not_set(spec: IndicatorSpec, yardstick: Yardstick) -> dict[str, str]:
    """Return why a yardstick cannot be set, by field; nothing if it can.

    A baseline says what was counted once, by whatever means. So it keeps the rules of the gate; a target and a comparator say
    nothing about the people of this team.
    """
    if yardstick.kind != YardstickKind.BASELINE or not spec.is_kept:
        return {}
    if yardstick.neighbourhood_id and yardstick.grain == Grain.QUARTER:
        return {"neighbourhood": _("People are counted by neighbourhood for whole years only. Choose a year.")}
    threshold = yardstick.team.small_number_threshold
    if not spec.is_share and yardstick.value is not None and disclosure.is_small(yardstick.value, threshold):
        words = _("A number of people from 1 to %(most)s could identify somebody. Leave this baseline out.")
        return {"value": words % {"most": threshold - 1}}
    return {}
