"""Everything that is stored about one resident, for them to read: their own texts, and nobody else's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from communities.holdings import Told, all_holdings
from communities.models import Undoable, UndoableLink
from communities.verbs import Verb
from connectors.models import (
    Ask,
    Conversation,
    Gift,
    Introduction,
    Journey,
    NextStep,
    Person,
    PrivacyNotice,
    ReadBackLink,
    Theme,
    Wish,
)
from connectors.models.initials import initials_of
from connectors.queries.consent import Agreed, agreed, latest_notice
from connectors.queries.duplicates import numbers_of
from connectors.queries.people import ENDS
from connectors.rules.consent import SHEET_MINUTES

#: How many of the latest conversations, introductions and asks a sheet shows; it says when there are more.
MOST = 300


@dataclass(frozen=True)
class Met:
    """An introduction: the date, and the other end; a resident only as initials."""

    day: date
    other: str


@dataclass(frozen=True)
class Talk:
    """A conversation: its texts are included only when nobody else was in it."""

    day: date
    where: str
    themes: tuple[str, ...]
    words: tuple[str, ...]
    is_shared: bool


@dataclass(frozen=True)
class Sheet:
    """What a resident's own sheet shows."""

    person: Person
    notice: PrivacyNotice | None
    gifts: list[Gift]
    themes: list[Theme]
    introductions: list[Met]
    talks: list[Talk]
    asks: list[Ask]
    steps: list[NextStep]
    journeys: list[Journey]
    agreed: list[Agreed]
    wishes: list[Wish]
    told: list[Told]
    deleted: list[Undoable]
    has_more: bool


def can_be_opened(digest: str) -> bool:
    """Return whether a link with this digest can still be opened; not while its record is merged into another."""
    links = ReadBackLink.objects.filter(digest=digest, opened_at__isnull=True, revoked_at__isnull=True)
    links = links.filter(person__merged_into__isnull=True, person__erased_on__isnull=True)
    return links.filter(expires_at__gt=timezone.now()).exists()


def link_of_open_sheet(number: str) -> ReadBackLink | None:
    """Return the link whose sheet is open; None when its hour is over, it was closed, or the resident was erased."""
    since = timezone.now() - timedelta(minutes=SHEET_MINUTES)
    links = ReadBackLink.objects.filter(pk=number, revoked_at__isnull=True, opened_at__gt=since)
    links = links.filter(person__merged_into__isnull=True, person__erased_on__isnull=True)
    return links.select_related("person__team", "person__neighbourhood").first()


def sheet_of(person: Person) -> Sheet:
    """Return what is stored about a resident; a bounded number of queries, however much it is."""
    talks, met, records = _talks(person), _met(person), numbers_of(person.pk)
    asks = list(Ask.objects.filter(person=person).order_by("-asked_on", "-pk")[: MOST + 1])
    return Sheet(
        person=person,
        notice=latest_notice(person.team_id),
        gifts=list(Gift.objects.filter(person=person).order_by("-is_offered", "name", "pk")),
        themes=list(person.themes.order_by("name", "pk")),
        introductions=met[:MOST],
        talks=talks[:MOST],
        asks=asks[:MOST],
        steps=list(NextStep.objects.filter(person=person).order_by("-created_at", "-pk")[:MOST]),
        journeys=_journeys(person),
        agreed=agreed(person),
        wishes=list(Wish.objects.filter(person=person, handled_at__isnull=True).order_by("made_at", "pk")),
        told=[each for holdings in all_holdings() for each in holdings.tell(records=records)],
        deleted=_deleted(records),
        has_more=max(len(talks), len(met), len(asks)) > MOST,
    )


def _deleted(records: Collection[int]) -> list[Undoable]:
    """Return what was deleted about them and is stored until it is too late to restore it."""
    linked = UndoableLink.objects.filter(model=Person._meta.label_lower, object_id__in=map(str, records))
    rows = Undoable.objects.filter(pk__in=linked.values("undoable"), verb=Verb.DELETE, undone_at__isnull=True)
    return list(rows.defer("rows").order_by("expires_at", "pk")[:MOST])


def _journeys(person: Person) -> list[Journey]:
    """Return their journeys with every text: the vision and the changes that anybody recorded are theirs."""
    rows = Journey.objects.filter(person=person).select_related("builder", "introduced_by")
    return list(rows.prefetch_related("partners", "changes").order_by("-began_on", "-pk"))


def _talks(person: Person) -> list[Talk]:
    links = Conversation.people.through.objects
    rows = Conversation.objects.filter(people=person).select_related("place").prefetch_related("themes", "steps")
    rows = list(rows.order_by("-held_on", "-pk")[: MOST + 1])
    pairs = links.filter(conversation__in=[talk.pk for talk in rows]).order_by().values_list("conversation_id")
    heads = dict(pairs.annotate(Count("pk")))
    return [_talk(talk, is_shared=heads[talk.pk] > 1 or bool(talk.unsorted_names)) for talk in rows]


def _talk(talk: Conversation, *, is_shared: bool) -> Talk:
    words = () if is_shared else tuple(text for text in (talk.summary, talk.idea, *_steps_of(talk)) if text)
    themes = tuple(theme.name for theme in talk.themes.all())
    return Talk(talk.held_on, talk.where, themes, words, is_shared)


def _steps_of(talk: Conversation) -> list[str]:
    return [step.words for step in talk.steps.all()]


def _met(person: Person) -> list[Met]:
    either = Q(from_person=person) | Q(to_person=person)
    rows = Introduction.objects.filter(either).select_related(*ENDS).order_by("-introduced_on", "-pk")
    return [Met(each.introduced_on, _other(each, person)) for each in rows[: MOST + 1]]


def _other(introduction: Introduction, person: Person) -> str:
    end = introduction.to_end if introduction.from_person_id == person.pk else introduction.from_end
    return initials_of(end.known_as) if isinstance(end, Person) else str(end)
