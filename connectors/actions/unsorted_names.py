"""Record, afterwards, which resident a name in a conversation refers to."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions import conversation_parts
from connectors.actions.current_record import current_people
from connectors.actions.heard_themes import keep_pairs, pairs_of
from connectors.models import Conversation, Person, SealedItem
from connectors.queries.consent import refusals_of_photo
from connectors.rules import conversations as rules
from connectors.rules.shown_names import name_for
from connectors.rules.typed_names import in_parts


@transaction.atomic
def resolve_name(*, conversation: Conversation, by: User, name: str, person: Person | None) -> Conversation:
    """Record whom an unclear name refers to, a resident or (None) somebody new, and audit it. Safe to repeat.

    They are added to the conversation; its themes are theirs only if nobody else was there. Raises: PermissionDenied; ValidationError keyed `person`
    for another team's resident, and for one who refuses photos while the conversation has one.
    """
    require(rules.can_change_conversation, by, conversation)
    if person is not None:
        # Before the conversation, in the order in which consent and erasing lock them.
        person = current_people([person])[person.pk]
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if person is not None and person.team_id != kept.team_id:
        raise ValidationError({"person": _("This belongs to another team. Choose one of yours.")})
    if name not in kept.unsorted_names:
        return kept
    if person and kept.photo and refusals_of_photo([person.pk]):
        raise ValidationError(
            {
                "person": _("%(name)s said no to photos, and this conversation has one. Remove it first.")
                % {"name": name_for(by, person)}
            }
        )
    met = conversation_parts.people_met(conversation=kept, by=by, people=[person or name])
    kept.people.add(*met.values())
    there: dict[int | str, Person] = {each.pk: each for each in kept.people.all()}
    others = [each for each in kept.unsorted_names if each != name]
    before, themes = list(kept.heard_themes.values_list("person_id", "theme_id")), list(kept.themes.all())
    keep_pairs(kept, pairs_of(None, met=there, themes=themes, before=before, others=others))
    _sorted(kept, name, by=by, fields=["people", "unsorted_names"])
    return kept


@transaction.atomic
def note_name(*, conversation: Conversation, by: User, name: str) -> Conversation:
    """Record that an unclear name is nobody to keep a page for: add it to the text, and audit it. Safe to repeat.

    Raises: PermissionDenied.
    """
    require(rules.can_change_conversation, by, conversation)
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if name not in kept.unsorted_names:
        return kept
    there = _("Also there: %(who)s.") % {"who": name}
    kept.summary = "\n\n".join(filter(None, (kept.summary, there)))
    _sorted(kept, name, by=by, fields=["summary", "unsorted_names"])
    return kept


@transaction.atomic
def separate_name(*, conversation: Conversation, by: User, name: str) -> Conversation:
    """Record that "Patel, Asha" among the unclear names is two people, each to be found out. Safe to repeat.

    Raises: PermissionDenied.
    """
    require(rules.can_change_conversation, by, conversation)
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if name in kept.unsorted_names:
        kept.unsorted_names = [*kept.unsorted_names, *in_parts(name)]
        _sorted(kept, name, by=by, fields=["unsorted_names"])
    return kept


def _sorted(kept: Conversation, name: str, *, by: User, fields: list[str]) -> None:
    """Save a conversation without this unclear name; a phone's item no longer waits when none is left."""
    kept.unsorted_names = [each for each in kept.unsorted_names if each != name]
    kept.save(update_fields=[*(field for field in fields if field != "people"), "updated_at"])
    if not kept.unsorted_names:
        SealedItem.objects.filter(conversation=kept, reason="names").update(reason="")
    audit.record(by=by, verb=Verb.MATCH_PEOPLE, obj=kept, fields=fields)
