"""Residents, gifts and introductions as spreadsheets, for the managers of their team."""

from communities.resources import TeamScopedResource
from connectors.models import Conversation, Gift, Introduction, Person, Theme


class PersonResource(TeamScopedResource):
    """Residents; the neighbourhood and themes are numbers."""

    class Meta(TeamScopedResource.Meta):
        model = Person
        fields = (
            "id", "team", "known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since",
            "first_met_on", "themes",
        )  # fmt: skip


class GiftResource(TeamScopedResource):
    """Gifts; the person is a number."""

    class Meta(TeamScopedResource.Meta):
        model = Gift
        fields = ("id", "person", "kind", "name", "theme", "is_offered", "heard_on")


class IntroductionResource(TeamScopedResource):
    """Introductions; each end is a number in one of three columns."""

    class Meta(TeamScopedResource.Meta):
        model = Introduction
        fields = (
            "id", "team", "from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner", "introduced_by",
            "source", "introduced_on", "neighbourhood", "reason", "outcome", "outcome_note", "outcome_on",
        )  # fmt: skip


class ThemeResource(TeamScopedResource):
    """What people care about."""

    class Meta(TeamScopedResource.Meta):
        model = Theme
        fields = ("id", "team", "name")


class ConversationResource(TeamScopedResource):
    """Conversations; people and themes are numbers, separated by commas."""

    class Meta(TeamScopedResource.Meta):
        model = Conversation
        fields = (
            "id", "team", "held_on", "neighbourhood", "place", "place_name", "builder", "summary", "people", "themes", "idea",
            "next_step", "next_step_on",
        )  # fmt: skip
