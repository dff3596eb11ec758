"""Residents, gifts and introductions as spreadsheets, for the managers of their team."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from import_export.fields import Field

from communities.resources import TeamScopedResource
from connectors.models import Ask, Conversation, Gift, Introduction, Person, Theme
from connectors.queries.consent import refusals_of_meeting, refusals_of_offer
from connectors.rules import records
from connectors.rules.asks import refusals_of_ask
from connectors.rules.duplicates import name_key
from connectors.rules.people import phone_key


class CheckedResource(TeamScopedResource):
    """Rows that are asked the same of `connectors.rules.records` as the pages and the admin ask."""

    def refusals(self, values: dict, instance: Model, today: date) -> records.Refusals:
        """Return what is wrong with the values, by field."""
        raise NotImplementedError

    def validate_instance(
        self, instance: Model, import_validation_errors: dict | None = None, validate_unique: bool = True
    ) -> None:
        """Add what the rule refuses to what the columns and the model refuse. Raises: ValidationError by field."""
        errors = dict(import_validation_errors or {})
        names = {field.name for field in instance._meta.concrete_fields if field.name in self.fields} - errors.keys()
        values = {name: getattr(instance, name, None) for name in names}
        for name, words in self.refusals(values, instance, timezone.localdate()).items():
            errors[name] = [ValidationError(words)]
        super().validate_instance(instance, errors, validate_unique)


class PersonResource(CheckedResource):
    """Residents; the neighbourhood and themes are numbers."""

    class Meta(TeamScopedResource.Meta):
        model = Person
        fields = (
            "id", "team", "known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since",
            "first_met_on", "themes",
        )  # fmt: skip

    def dehydrate_known_as(self, person: Person) -> str:
        """Return the name that pages show: a file leaves with initials of those who were not told yet."""
        return person.shown_as

    def import_field(self, field: Field, instance: Person, row: dict, is_m2m: bool = False, **kwargs: object) -> None:
        """Fill a field; initials that an export gave for a name do not take its place when they come back."""
        kept = instance.pk and not instance.told_on and row.get("known_as") == instance.shown_as
        if not (field.attribute == "known_as" and kept):
            super().import_field(field, instance, row, is_m2m, **kwargs)

    def import_instance(self, instance: Person, row: dict, **kwargs: object) -> None:
        """Fill the row, and write with the name and the telephone what they are found by."""
        super().import_instance(instance, row, **kwargs)
        instance.phone_key, instance.name_key = phone_key(instance.phone or ""), name_key(instance.known_as or "")

    def refusals(self, values: dict, instance: Person, today: date) -> records.Refusals:
        """Refuse days to come."""
        return records.refusals_of_person(values, today=today)


class GiftResource(CheckedResource):
    """Gifts; the person is a number."""

    class Meta(TeamScopedResource.Meta):
        model = Gift
        fields = ("id", "person", "kind", "name", "theme", "is_offered", "heard_on")

    def refusals(self, values: dict, instance: Gift, today: date) -> records.Refusals:
        """Refuse days to come, and offering what its giver said should not be told."""
        before = Gift.objects.filter(pk=instance.pk).first() if instance.pk else None
        return refusals_of_offer(values, before=before) | records.refusals_of_gift(values, today=today)


class IntroductionResource(CheckedResource):
    """Introductions; each end is a number in one of three columns."""

    class Meta(TeamScopedResource.Meta):
        model = Introduction
        fields = (
            "id", "team", "from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner", "introduced_by",
            "source", "introduced_on", "neighbourhood", "reason", "outcome", "outcome_note", "outcome_on",
            "ask_again_on",
        )  # fmt: skip

    def refusals(self, values: dict, instance: Introduction, today: date) -> records.Refusals:
        """Refuse days to come, and residents who do not want to be contacted or introduced unless they are in it already."""
        kept = Introduction.objects.filter(pk=instance.pk).values_list("from_person_id", "to_person_id").first()
        said_no = refusals_of_meeting(values, known_ids=kept or ())
        return said_no | records.refusals_of_introduction(values, today=today, known_ids=kept or ())


class ThemeResource(TeamScopedResource):
    """What people care about."""

    class Meta(TeamScopedResource.Meta):
        model = Theme
        fields = ("id", "team", "name")


class ConversationResource(CheckedResource):
    """Conversations; people and themes are numbers, separated by commas."""

    class Meta(TeamScopedResource.Meta):
        model = Conversation
        fields = (
            "id", "team", "held_on", "neighbourhood", "place", "place_name", "builder", "summary", "people", "themes", "idea",
            "next_step", "next_step_on",
        )  # fmt: skip

    def refusals(self, values: dict, instance: Conversation, today: date) -> records.Refusals:
        """Refuse days to come."""
        return records.refusals_of_conversation(values, today=today)


class AskResource(CheckedResource):
    """Asks, and who met them; people, places and partners are numbers."""

    class Meta(TeamScopedResource.Meta):
        model = Ask
        fields = (
            "id", "team", "person", "words", "theme", "neighbourhood", "asked_on", "met_by", "met_on", "met_by_person",
            "met_by_asset", "met_by_partner", "closed_on", "created_by",
        )  # fmt: skip

    def refusals(self, values: dict, instance: Ask, today: date) -> records.Refusals:
        """Refuse days to come, an ask met before it was asked, and a meeter of another kind than was said."""
        return refusals_of_ask(values, today=today)
