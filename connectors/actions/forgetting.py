"""Forgetting a resident: what tells who they are goes for good, and what only counts stays."""

import re
from collections.abc import Iterable, Iterator

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from connectors.actions.forgetting_waiting import forget_in_waiting
from connectors.actions.standing import locked_records
from connectors.models import (
    Ask,
    ContactPreference,
    Conversation,
    Gift,
    Introduction,
    Journey,
    JourneyChange,
    Person,
    PersonMerge,
    ReadBackLink,
    TwoPeople,
    Wish,
)
from connectors.queries.search import CONVERSATIONS
from connectors.rules.people import can_write_person

#: The texts of a conversation in which somebody may be named.
WORDS = ("summary", "idea", "next_step", "place_name", "photo_alt")


@transaction.atomic
def forget_person(*, person: Person, by: User, words_too: bool = False) -> Person:
    """Forget a resident, and every record that was put together with theirs. It cannot be undone; twice is once.

    Names, telephone, e-mail, street, what they care about, gifts, and the words of introductions, asks, journeys and wishes
    go; their name in conversations with others becomes "Somebody". words_too: what was written in conversations that they
    alone were in goes too, with its photo. What phones sent sealed and nobody has looked at yet forgets them too. Consents
    stay as rows of purposes, conversations and introductions as counts.
    Raises: PermissionDenied.
    """
    if not can_write_person(by, person.team_id):
        raise PermissionDenied
    people = locked_records(person)
    if people[0].forgotten_on:
        return people[0]
    ids = [each.pk for each in people]
    name, pattern = _("Somebody"), _pattern(people)
    talks = _forget_in_conversations(ids, pattern, name, words_too=words_too)
    _forget_as_typed(person.team_id, people)
    forget_in_waiting(people=people, by=by, team=person.team_id, pattern=pattern, name=name)
    rows = _forget_around(ids, pattern, name)
    _forget_in_admin([*((Person, pk) for pk in ids), *((Conversation, pk) for pk in talks), *rows])
    for each in people:
        _empty(each, name)
        audit.record(by=by, verb="forget", obj=each, fields=["known_as", "phone", "email", "street", "gifts", "themes"])
    CONVERSATIONS.let_go_of_old_words()
    audit.record_many(
        by=by, verb="forget_in", team=person.team_id, model=Conversation, ids=talks, fields=["summary", "idea"]
    )
    Wish.objects.filter(person__in=ids).update(words="", answer="")
    Wish.objects.filter(person__in=ids, handled_at__isnull=True).update(handled_at=timezone.now(), handled_by=by)
    return people[0]


def _names(people: Iterable[Person]) -> set[str]:
    whole = {name.strip() for each in people for name in (each.known_as, each.also_known_as) if name.strip()}
    parts = {part for name in whole for part in name.split() if len(part) > 2}
    return whole | parts


def _pattern(people: list[Person]) -> re.Pattern[str]:
    """Return what finds their names, telephone and e-mail as whole words: as typed, capitalised and in capitals.

    Not in small letters: a rose may grow where no Rose was met.
    """
    names = _names(people)
    reach = {text for each in people for text in (each.phone, each.email) if text}
    forms = {form for name in names for form in (name, name.title(), name.upper())} | reach
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(form)}(?!\w)" for form in longest_first))


def _forget_in_conversations(ids: list[int], pattern: re.Pattern, name: str, *, words_too: bool) -> list[int]:
    """Take their names out of the conversations they were in; return the numbers of those that changed."""
    theirs = list(Conversation.people.through.objects.filter(person__in=ids).values_list("conversation_id", flat=True))
    talks = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=theirs)
    others = dict(
        Conversation.people.through.objects.filter(conversation__in=theirs)
        .exclude(person__in=ids)
        .values_list("conversation_id")
        .annotate(Count("pk"))
    )
    changed = []
    for talk in talks:
        alone = words_too and not others.get(talk.pk)
        before = {field: getattr(talk, field) for field in WORDS}
        for field, words in before.items():
            setattr(talk, field, "" if alone and field != "place_name" else pattern.sub(name, words))
        if alone:
            talk.next_step_on = None
            _let_go_of_photo(talk)
        if alone or any(getattr(talk, field) != words for field, words in before.items()):
            talk.next_step = talk.next_step[:250]
            talk.save()
            changed.append(talk.pk)
    return changed


def _let_go_of_photo(talk: Conversation) -> None:
    if talk.photo:
        photo, storage = talk.photo.name, talk.photo.storage
        transaction.on_commit(lambda: storage.delete(photo))
        talk.photo = ""


def _forget_as_typed(team_id: int, people: list[Person]) -> None:
    """Take their names off the lists of names that a phone sent and nobody has sorted yet."""
    names = {name.lower() for each in people for name in (each.known_as, each.also_known_as) if name}
    waiting = Conversation.objects.select_for_update(of=("self",)).filter(team=team_id).exclude(unsorted_names=[])
    for talk in waiting.iterator(chunk_size=200):
        kept = [each for each in talk.unsorted_names if not names & set(_texts(each))]
        if len(kept) != len(talk.unsorted_names):
            talk.unsorted_names = kept
            talk.save(update_fields=["unsorted_names", "updated_at"])


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value of JSON, in small letters."""
    if isinstance(value, str):
        yield " ".join(value.split()).lower()
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _forget_around(ids: list[int], pattern: re.Pattern, name: str) -> list[tuple[type[models.Model], int]]:
    """Empty what was written around them, and return the rows whose name the admin may have kept."""
    gifts = list(Gift.objects.filter(person__in=ids).values_list("pk", flat=True))
    met = Introduction.objects.filter(Q(from_person__in=ids) | Q(to_person__in=ids))
    introductions = list(met.values_list("pk", flat=True))
    journeys = list(Journey.objects.filter(person__in=ids).values_list("pk", flat=True))
    met.update(reason="", outcome_note="")
    Ask.objects.filter(person__in=ids).update(words=_("Something they asked for"))
    for ask in Ask.objects.filter(met_by_person__in=ids):
        ask.words = pattern.sub(name, ask.words)[:250]
        ask.save(update_fields=["words", "updated_at"])
    Journey.objects.filter(pk__in=journeys).update(vision="", ending_words="")
    JourneyChange.objects.filter(journey__in=journeys).update(words="")
    Gift.objects.filter(pk__in=gifts).delete()
    TwoPeople.objects.filter(Q(person__in=ids) | Q(other__in=ids)).delete()
    # A merge that nobody may undo any more has nothing left to tell.
    PersonMerge.objects.filter(Q(kept__in=ids) | Q(absorbed__in=ids)).delete()
    ReadBackLink.objects.filter(person__in=ids, revoked_at__isnull=True).update(revoked_at=timezone.now())
    named = ((Gift, gifts), (Introduction, introductions), (Journey, journeys))
    return [(model, pk) for model, pks in named for pk in pks]


def _forget_in_admin(rows: Iterable[tuple[type[models.Model], int]]) -> None:
    """Empty what the admin's own history calls these rows."""
    by_model: dict[type[models.Model], list[str]] = {}
    for model, pk in rows:
        by_model.setdefault(model, []).append(str(pk))
    for model, pks in by_model.items():
        kind = ContentType.objects.get_for_model(model)
        LogEntry.objects.filter(content_type=kind, object_id__in=pks).update(object_repr="", change_message="")


def _empty(person: Person, name: str) -> None:
    """Empty a record of everything that tells who it is of, whatever texts it holds."""
    for field in person._meta.concrete_fields:
        if isinstance(field, models.CharField) and field.name not in ("known_as", "contact_preference"):
            setattr(person, field.name, "")
    person.known_as, person.contact_preference = name, ContactPreference.NO_CONTACT
    person.forgotten_on = timezone.localdate()
    person.told_on = person.told_on or person.forgotten_on
    person.save()
    person.themes.clear()
