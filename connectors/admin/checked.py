"""Admin forms that ask the same rules as the pages."""

from django.utils import timezone

from communities.admin import OneTeamForm
from connectors.models import Introduction
from connectors.queries.consent import refusals_of_meeting, refusals_of_offer
from connectors.rules import records
from connectors.rules.duplicates import name_key
from connectors.rules.people import phone_key


class CheckedForm(OneTeamForm):
    """A form whose values are asked of one of `connectors.rules.records`."""

    def refusals(self, values: dict) -> records.Refusals:
        """Return what is wrong with the values, by field."""
        raise NotImplementedError

    def clean(self) -> dict:
        """Add what the rule refuses, beside what the fields refuse themselves."""
        cleaned = super().clean()
        for name, words in self.refusals(cleaned).items():
            self.add_error(name if name in self.fields else None, words)
        return cleaned


class PersonForm(CheckedForm):
    """A resident."""

    def refusals(self, values: dict) -> records.Refusals:
        """Refuse days to come."""
        return records.refusals_of_person(values, today=timezone.localdate())

    def clean(self) -> dict:
        """Write what tells residents apart beside the name and the telephone, as the actions do."""
        cleaned = super().clean()
        self.instance.name_key = name_key(cleaned.get("known_as") or self.instance.known_as)
        self.instance.phone_key = phone_key(cleaned.get("phone", self.instance.phone) or "")
        return cleaned


class GiftForm(CheckedForm):
    """A gift."""

    def refusals(self, values: dict) -> records.Refusals:
        """Refuse days to come, and offering what its giver said should not be told."""
        offer = refusals_of_offer(values, before=self.instance if self.instance.pk else None)
        return offer | records.refusals_of_gift(values, today=timezone.localdate())


class ConversationForm(CheckedForm):
    """A conversation."""

    def refusals(self, values: dict) -> records.Refusals:
        """Refuse days to come."""
        return records.refusals_of_conversation(values, today=timezone.localdate())


class IntroductionForm(CheckedForm):
    """An introduction."""

    def refusals(self, values: dict) -> records.Refusals:
        """Refuse days to come, and residents who do not want to be contacted or introduced unless they are in it already."""
        kept: Introduction = self.instance
        known = {kept.from_person_id, kept.to_person_id} if kept.pk else set()
        said_no = refusals_of_meeting(values, known_ids=known)
        return said_no | records.refusals_of_introduction(values, today=timezone.localdate(), known_ids=known)
