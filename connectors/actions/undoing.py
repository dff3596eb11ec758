"""What undoing must respect in connectors: erased and merged residents, and what residents have refused since."""

from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.undo import delete_for_good
from communities.mentions import Mentions, texts_in
from communities.models import Undoable, User
from communities.verbs import Verb
from connectors.actions.consent import apply_refusals
from connectors.actions.current_record import current_people
from connectors.actions.noticed_words import recount_conversation
from connectors.models import Conversation, Gift, NextStep, Person, Purpose
from connectors.queries.consent import refusing

PERSON = "connectors.person"


def lock_residents(refs: Mapping[str, Collection[int]]) -> dict[str, dict[int, int]]:
    """Lock the residents that something undone is about; return the records that theirs were merged into since.

    Raises: ValidationError if one of them was erased meanwhile.
    """
    people = current_people(Person.everyone.filter(pk__in=refs.get(PERSON, ())))
    if any(person.erased_on for person in people.values()):
        raise ValidationError(_("They asked us to erase their data, so this cannot be undone."), code="erased")
    return {PERSON: {pk: person.pk for pk, person in people.items() if person.pk != pk}}


def respect_refusals(*, refs: Mapping[str, Collection[int]], rows: Collection[Model], by: User | None) -> None:
    """Apply the refusals of residents to what came back, and notice its words by the team's list of today."""
    people = list(Person.everyone.filter(pk__in=refs.get(PERSON, ())).order_by("pk"))
    for person in people:
        apply_refusals(person=person, by=by)
    unwilling = refusing([person.pk for person in people], Purpose.OFFER)
    gifts = [row for row in rows if isinstance(row, Gift) and row.is_offered and row.person_id in unwilling]
    Gift.objects.filter(pk__in=[gift.pk for gift in gifts]).update(is_offered=False)
    for gift in gifts:
        audit.record(by=by, verb=Verb.UPDATE, obj=gift, fields=["is_offered"], team=gift.person.team_id)
    for step in (row for row in rows if isinstance(row, NextStep)):
        recount_conversation(step.conversation)
    for talk in (row for row in rows if isinstance(row, Conversation)):
        if talk.words_noticed is not None:
            recount_conversation(talk)


def undoables_about(*, records: Collection[int], team_id: int, mentions: Mentions) -> list[Undoable]:
    """Return what can be undone in a team and is about a resident, or very likely names them."""
    linked = Q(links__model=PERSON, links__object_id__in=list(map(str, records)))
    found = {each.pk: each for each in Undoable.objects.filter(linked, team=team_id).distinct()}
    for each in Undoable.objects.filter(team=team_id).exclude(pk__in=found).order_by("pk").iterator(chunk_size=50):
        # Nobody can look for a name in what a phone sealed.
        is_sealed = any("sealed" in changes for _label, _pk, changes in each.rows.get("changed", ()))
        if is_sealed or any(map(mentions.names_them, texts_in([each.title, each.rows]))):
            found[each.pk] = each
    return [found[pk] for pk in sorted(found)]


def erase_undoables(*, records: Collection[int], team_id: int, mentions: Mentions) -> None:
    """Delete for good, with its photos, whatever could be undone and is about a resident who is erased, or names them."""
    found = undoables_about(records=records, team_id=team_id, mentions=mentions)
    locked = Undoable.objects.select_for_update(of=("self",)).filter(pk__in=[each.pk for each in found])
    for each in locked.order_by("pk"):
        delete_for_good(each)
