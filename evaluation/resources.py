"""Measurements in and out as spreadsheets; stories out only, because consent and approval go through actions."""

from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from communities.resources import TeamScopedResource
from evaluation.models import Indicator, Measurement, Story


class MeasurementResource(TeamScopedResource):
    """Recorded indicators; the indicator by its key, the neighbourhood by its number."""

    indicator = Field(attribute="indicator", column_name="indicator", widget=ForeignKeyWidget(Indicator, "key"))

    class Meta(TeamScopedResource.Meta):
        model = Measurement
        fields = ("id", "team", "indicator", "neighbourhood", "period_start", "period_end", "value", "note")

    def import_instance(self, instance: Measurement, row: dict, **kwargs: object) -> None:
        """Name who brings a new row before it is checked."""
        if instance.created_by_id is None:
            instance.created_by = self.user
        super().import_instance(instance, row, **kwargs)


class StoryResource(TeamScopedResource):
    """Stories as they stand, without the people in them."""

    class Meta(TeamScopedResource.Meta):
        model = Story
        fields = (
            "uuid", "team", "neighbourhood", "title", "happened_on", "self_text", "us_text", "now_text", "quote",
            "quote_by", "residents_did", "others_did", "we_did", "anyway", "consent_scope", "consent_on", "status",
            "published_at",
        )  # fmt: skip
        import_id_fields = ("uuid",)
