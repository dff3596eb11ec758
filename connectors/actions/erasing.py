"""Erase a resident: personal data is deleted for good, and figures stay."""

from collections.abc import Collection

from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.columns import column
from communities.free_text import Found
from communities.full_text import purge_deleted_words
from communities.holdings import Erasing, all_holdings
from communities.mentions import Mentions, flat, texts_in
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.current_record import locked_records
from connectors.actions.erasing_admin_log import erase_in_admin_log
from connectors.actions.name_keys import save_names
from connectors.actions.reviews import list_for_review, remove_names_from_places
from connectors.capture.actions.erasing import erase_in_waiting_items
from connectors.capture.actions.late_names import save_erased_names
from connectors.models import (
    Ask,
    ContactPreference,
    Conversation,
    Gift,
    HeardTheme,
    Introduction,
    Journey,
    JourneyChange,
    NextStep,
    Person,
    PersonMerge,
    ReadBackLink,
    TwoPeople,
    Wish,
)
from connectors.queries.reviews import Searched, mentions_of_people, still_searched
from connectors.rules.people import can_write_person

#: The text fields of a conversation in which somebody can be named.
WORDS = ("summary", "idea", "place_name", "photo_alt")


@transaction.atomic
def erase_person(
    *, person: Person, by: User, words_too: bool = False, also: Collection[str] = (), searched: Searched | None = None
) -> Person:
    """Erase a resident, and every record that was merged with theirs. Cannot be undone; safe to repeat.

    Names, phone number, email address, street, themes, photos, and the text of gifts, introductions, asks, journeys
    and wishes are deleted; their name in conversations, sparks and stories that they are in becomes "Somebody".
    words_too: also delete the text of conversations in which they were the only resident. also: rows of others
    ("app.model:primary key") from which their name is removed as well. They are also erased from sealed items that
    phones sent and nobody has reviewed yet. Consents stay as rows of purposes, conversations and introductions as
    counts. Other texts of the team that could name them are listed, as pointers, for review; published ones are
    unpublished until then. searched: the search of `reach_of`, which is not repeated within this transaction as far as
    nothing was written since (`still_searched`).
    Raises: PermissionDenied.
    """
    require(can_write_person, by, person.team_id)
    people = locked_records(person)
    if people[0].erased_on:
        return people[0]
    ids, mentions = [each.pk for each in people], mentions_of_people(people)
    erasing = Erasing(people[0], tuple(ids), person.team_id, mentions, _("Somebody"), by)
    among = still_searched(searched, team=person.team, mentions=mentions)
    talks, alone_in = _erase_in_conversations(ids, mentions, erasing.name, words_too=words_too)
    _erase_as_typed(person.team_id, people, mentions, erasing.name)
    _changed, waiting = erase_in_waiting_items(
        people=people, by=by, team=person.team_id, mentions=mentions, name=erasing.name
    )
    save_erased_names(people, mentions)
    rows = _erase_around(ids, mentions, erasing.name)
    Wish.objects.filter(person__in=ids).update(words="", answer="")
    Wish.objects.filter(person__in=ids, handled_at__isnull=True).update(handled_at=timezone.now(), handled_by=by)
    to_read = [row for holdings in all_holdings() for row in holdings.erase(erasing)]
    erase_in_admin_log(
        rows=[*((Person, pk) for pk in ids), *((Conversation, pk) for pk in talks), *rows],
        team_id=person.team_id,
        mentions=mentions,
    )
    for each in people:
        _empty(each, erasing.name)
        audit.record(
            by=by, verb=Verb.ERASE, obj=each, fields=["known_as", "phone", "email", "street", "gifts", "themes"]
        )
    audit.record_many(
        by=by, verb=Verb.ERASE_NAME, team=person.team_id, model=Conversation, ids=talks, fields=["summary", "idea"]
    )
    remove_names_from_places(erasing, also, among)
    to_read += [Found("connectors.sealeditem", pk, (), is_likely=True) for pk in waiting]
    to_read += alone_in
    list_for_review(erasing, to_read, among)
    purge_deleted_words()
    return people[0]


def _erase_in_conversations(
    ids: list[int], mentions: Mentions, name: str, *, words_too: bool
) -> tuple[list[int], list[Found]]:
    """Remove their names from the conversations they were in, and from the next steps of these.

    Returns the primary keys of those that changed, and for each in which they were the only resident the texts that are
    not empty: a text without a name can still reveal who somebody is.
    """
    theirs = list(Conversation.people.through.objects.filter(person__in=ids).values_list("conversation_id", flat=True))
    talks = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=theirs)
    others = dict(
        Conversation.people.through.objects.filter(conversation__in=theirs)
        .exclude(person__in=ids)
        .values_list("conversation_id")
        .annotate(Count("pk"))
    )
    changed, alone_in = [], []
    for talk in talks:
        is_alone = not others.get(talk.pk)
        alone = words_too and is_alone
        steps = _erase_in_steps(talk, mentions, name, are_deleted=alone)
        before = {field: getattr(talk, field) for field in WORDS}
        for field, words in before.items():
            setattr(talk, field, "" if alone and field != "place_name" else mentions.remove_name(words, name))
        if alone or any(getattr(talk, field) != words for field, words in before.items()):
            for field in WORDS:
                setattr(talk, field, getattr(talk, field)[: column(Conversation, field).max_length])
            talk.save()
            changed.append(talk.pk)
        if is_alone:
            left = tuple(field for field in WORDS if getattr(talk, field))
            alone_in += [Found("connectors.conversation", talk.pk, left, is_likely=True)] if left else []
            alone_in += [Found("connectors.nextstep", step.pk, ("words",), is_likely=True) for step in steps]
    return changed, alone_in


def _erase_in_steps(talk: Conversation, mentions: Mentions, name: str, *, are_deleted: bool) -> list[NextStep]:
    """Remove their name from the next steps of a conversation, or delete these; return those that are left."""
    if are_deleted:
        talk.steps.all().delete()
    left = list(talk.steps.select_for_update(of=("self",)).order_by("pk"))
    for step in left:
        words = mentions.remove_name(step.words, name)[: column(NextStep, "words").max_length]
        if words != step.words:
            step.words = words
            step.save(update_fields=["words", "updated_at"])
    return left


def _erase_as_typed(team_id: int, people: list[Person], mentions: Mentions, name: str) -> None:
    """Remove their names from the unsorted names of conversations sent by phones."""
    names = {flat(name).lower() for each in people for name in (each.known_as, each.also_known_as) if name}
    waiting = Conversation.objects.select_for_update(of=("self",)).filter(team=team_id).exclude(unsorted_names=[])
    for talk in waiting.iterator(chunk_size=200):
        kept = [
            mentions.remove_name(each, name) if isinstance(each, str) and mentions.identifies(each) else each
            for each in talk.unsorted_names
            if not names & set(map(_bare, texts_in(each)))
        ]
        if kept != talk.unsorted_names:
            talk.unsorted_names = kept
            talk.save(update_fields=["unsorted_names", "updated_at"])


def _bare(text: str) -> str:
    return flat(" ".join(text.split())).lower()


def _erase_around(ids: list[int], mentions: Mentions, name: str) -> list[tuple[type[models.Model], int]]:
    """Empty the texts around them, and return the rows whose name could be in the admin's log."""
    gifts = list(Gift.objects.filter(person__in=ids).values_list("pk", flat=True))
    met = Introduction.objects.filter(Q(from_person__in=ids) | Q(to_person__in=ids))
    introductions = list(met.values_list("pk", flat=True))
    journeys = list(Journey.objects.filter(person__in=ids).values_list("pk", flat=True))
    met.update(reason="", outcome_note="")
    Ask.objects.filter(person__in=ids).update(words=_("Something they asked for"))
    for ask in Ask.objects.filter(met_by_person__in=ids):
        ask.words = mentions.remove_name(ask.words, name)[:250]
        ask.save(update_fields=["words", "updated_at"])
    Journey.objects.filter(pk__in=journeys).update(vision="", ending_words="")
    JourneyChange.objects.filter(journey__in=journeys).update(words="")
    _empty_gifts(gifts)
    HeardTheme.objects.filter(person__in=ids).delete()
    # Nobody comes back to somebody who asked to be forgotten, and no figure counts next steps.
    NextStep.objects.filter(person__in=ids).delete()
    TwoPeople.objects.filter(Q(person__in=ids) | Q(other__in=ids)).delete()
    # A merge that nobody is allowed to undo any more has no use.
    PersonMerge.objects.filter(Q(kept__in=ids) | Q(absorbed__in=ids)).delete()
    ReadBackLink.objects.filter(person__in=ids, revoked_at__isnull=True).update(revoked_at=timezone.now())
    named = ((Gift, gifts), (Introduction, introductions), (Journey, journeys))
    return [(model, pk) for model, pks in named for pk in pks]


def _empty_gifts(ids: list[int]) -> None:
    """Leave of each gift that it was heard and whether it was offered: figures of past quarters stay as they were.

    The name becomes the number of the row, because a resident has no two gifts of one name.
    """
    for gift in Gift.objects.filter(pk__in=ids):
        gift.name, gift.theme, gift.heard_in = f"#{gift.pk}", None, None
        gift.save(update_fields=["name", "theme", "heard_in"])


def _empty(person: Person, name: str) -> None:
    """Empty every field of a record that reveals whose it is."""
    for field in person._meta.concrete_fields:
        if isinstance(field, models.CharField) and field.name not in ("known_as", "contact_preference"):
            setattr(person, field.name, "")
    person.known_as, person.contact_preference = name, ContactPreference.NO_CONTACT
    person.erased_on = timezone.localdate()
    person.told_on = person.told_on or person.erased_on
    person.save()
    save_names([person])
    person.themes.clear()
