"""Spreadsheets of measurements, out and in; of stories and learning out only, because they have pages of their own."""

from communities.resources.base import Resource
from communities.resources.columns import Named, Shown
from evaluation.doors import MeasurementDoor
from evaluation.models import Indicator, Measurement, Observation, Story


class MeasurementResource(Resource):
    """Recorded indicators; the indicator by its key or its name."""

    model = Measurement
    door = MeasurementDoor()
    fields = ("team", "indicator", "neighbourhood", "period_start", "period_end", "value", "note")
    columns_by_name = {  # noqa: RUF012 - read only
        "indicator": Named("indicator", model=Indicator, by=("key", "name"), label=Indicator._meta.verbose_name)
    }
    natural = ("team", "indicator", "neighbourhood", "period_start", "period_end")


class ObservationResource(Resource):
    """What teams learned."""

    model = Observation
    fields = ("uuid", "team", "observed_on", "source", "went", "theme", "neighbourhood", "text", "created_by")


class StoryResource(Resource):
    """Stories as they stand, without the people in them."""

    model = Story
    fields = (
        "uuid", "team", "neighbourhood", "title", "happened_on", "self_text", "us_text", "now_text", "quote", "quote_by",
        "residents_did", "others_did", "we_did", "anyway", "consent_scope", "consent_on", "status", "published_at",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "status": Shown("status", lambda story: story.get_status_display()),
        "anyway": Shown("anyway", lambda story: story.get_anyway_display() if story.anyway else ""),
        "consent_scope": Shown(
            "consent_scope", lambda story: story.get_consent_scope_display() if story.consent_scope else ""
        ),
    }
