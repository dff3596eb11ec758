"""Saying, afterwards, whom a name in a conversation means."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from connectors.actions import hearing
from connectors.models import Conversation, Person, SealedItem
from connectors.rules import conversations as rules


@transaction.atomic
def sort_name(*, conversation: Conversation, by: User, name: str, person: Person | None) -> Conversation:
    """Say whom an unclear name means, a resident or (None) somebody new, and audit it; said twice, the first time stands.

    They were there then, and care about what was talked of. Raises: PermissionDenied; ValidationError keyed `person` for
    another team's resident.
    """
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if not rules.can_change_conversation(by, kept):
        raise PermissionDenied
    if person is not None and person.team_id != kept.team_id:
        raise ValidationError({"person": _("This belongs to another team. Choose one of yours.")})
    if name not in kept.unsorted_names:
        return kept
    met = hearing.people_met(conversation=kept, by=by, people=[person or name])
    kept.people.add(*met.values())
    hearing.add_what_they_care_about(people=met.values(), themes=kept.themes.all())
    kept.unsorted_names = [each for each in kept.unsorted_names if each != name]
    kept.save(update_fields=["unsorted_names", "updated_at"])
    if not kept.unsorted_names:
        SealedItem.objects.filter(conversation=kept, reason="names").update(reason="")
    audit.record(by=by, verb="sorted", obj=kept, fields=["people", "unsorted_names"])
    return kept
