"""What connectors stores about a resident, and what erasing them would do to it."""

from collections.abc import Collection, Iterator

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from communities.holdings import Fate, Held
from communities.mentions import Mentions
from communities.models import AuditEntry, IdempotencyKey, Message
from connectors.capture import sealing
from connectors.capture.queries import open_item
from connectors.models import (
    Ask,
    ConnectorTerm,
    ConsentRecord,
    Conversation,
    Gift,
    Introduction,
    ItemKind,
    Journey,
    JourneyChange,
    NextStep,
    Person,
    PersonMerge,
    ReadBackLink,
    SealedItem,
    TwoPeople,
    Wish,
)


def held_by_connectors(*, records: Collection[int], team_id: int, mentions: Mentions) -> list[Held]:
    """Return what belongs to a resident in connectors, in the order of the page."""
    ids = list(records)
    return [*_themselves(ids), *_met(ids), *_said(ids), *_around(ids, team_id, mentions)]


def _themselves(ids: list[int]) -> Iterator[Held]:
    people = Person.everyone.filter(pk__in=ids)
    why = _(
        "Name, nickname, street, phone number, email and what they care about are deleted. A row without a name "
        "stays, so that figures stay correct."
    )
    yield Held(_("Their record, and those merged with it"), people.count(), Fate.UNNAMED, why)
    told = _("They still count in figures, without a name.")
    yield Held(_("Gifts"), Gift.objects.filter(person__in=ids).count(), Fate.UNNAMED, told)
    terms = ConnectorTerm.objects.filter(person__in=ids).count()
    yield Held(
        _("Earlier times as a connector"),
        terms,
        Fate.KEPT,
        _("The two days stay without a name, so that figures stay correct."),
    )
    merges = PersonMerge.objects.filter(Q(kept__in=ids) | Q(absorbed__in=ids)).count()
    pairs = TwoPeople.objects.filter(Q(person__in=ids) | Q(other__in=ids)).count()
    yield Held(
        _("Notes about records merged or marked as different people"),
        merges + pairs,
        Fate.DELETED,
        _("Merges of their records can no longer be undone."),
    )


def _met(ids: list[int]) -> Iterator[Held]:
    talks = Conversation.objects.filter(
        pk__in=Conversation.people.through.objects.filter(person__in=ids).values("conversation_id")
    )
    yield Held(
        _("Conversations"),
        talks.count(),
        Fate.UNNAMED,
        _("The day and place stay. What was said with them alone is deleted too if you tick the box below."),
    )
    yield Held(_("Next steps about them"), NextStep.objects.filter(person__in=ids).count(), Fate.DELETED)
    yield Held(_("Photos of those conversations"), talks.exclude(photo="").count(), Fate.DELETED)
    met = Introduction.objects.filter(Q(from_person__in=ids) | Q(to_person__in=ids))
    yield Held(
        _("Introductions"),
        met.count(),
        Fate.UNNAMED,
        _("They still count in figures, without a name."),
    )
    asks = Ask.objects.filter(Q(person__in=ids) | Q(met_by_person__in=ids))
    yield Held(_("Asks"), asks.count(), Fate.UNNAMED)
    journeys = Journey.objects.filter(person__in=ids)
    notes = JourneyChange.objects.filter(journey__person__in=ids)
    yield Held(
        _("Journeys and what changed in them"),
        journeys.count() + notes.count(),
        Fate.UNNAMED,
    )


def _said(ids: list[int]) -> Iterator[Held]:
    yield Held(
        _("What they asked for on their sheet"),
        Wish.objects.filter(person__in=ids).count(),
        Fate.UNNAMED,
    )
    why = _("The purpose, yes or no, and the day stay as proof of what they agreed to, without text or a name.")
    yield Held(_("What they agreed to"), ConsentRecord.objects.filter(person__in=ids).count(), Fate.KEPT, why)
    yield Held(_("Messages to them"), Message.objects.filter(resident_id__in=ids).count(), Fate.DELETED)
    links = ReadBackLink.objects.filter(person__in=ids).count()
    yield Held(
        _("Links to their own sheet"),
        links,
        Fate.DELETED,
        _("They stop working at once. Kith never stored the links themselves."),
    )


def _around(ids: list[int], team_id: int, mentions: Mentions) -> Iterator[Held]:
    waiting = sum(_speaks_of(item, ids, mentions) for item in _waiting(team_id))
    yield Held(
        _("What phones sent and nobody has checked"), waiting, Fate.UNNAMED,
        _("Ask builders to send what is still waiting on their phones first: it arrives as it was written."),
    )  # fmt: skip
    label = Person._meta.label_lower
    entries = AuditEntry.objects.filter(model=label, object_id__in=list(map(str, ids))).count()
    yield Held(
        _("Audit entries"),
        entries,
        Fate.KEPT,
        _("Who did what, and when: names of fields, never what was in them."),
    )
    kind = ContentType.objects.get_for_model(Person)
    notes = LogEntry.objects.filter(content_type=kind, object_id__in=list(map(str, ids))).count()
    yield Held(_("Entries in the admin’s history"), notes, Fate.UNNAMED)
    uuids = [
        *Person.everyone.filter(pk__in=ids).values_list("uuid", flat=True),
        *Conversation.objects.filter(people__in=ids).values_list("uuid", flat=True),
    ]
    keys = IdempotencyKey.objects.filter(uuid__in=uuids).count()
    yield Held(
        _("Codes of pages that were sent"),
        keys,
        Fate.KEPT,
        _("So that a page sent twice is only saved once. They contain no words."),
    )
    yield Held(_("Search"), 1, Fate.DELETED, _("The search index is updated at once."))


def _waiting(team_id: int) -> Iterator[SealedItem]:
    rows = SealedItem.objects.filter(team=team_id, sealed__isnull=False).exclude(kind=ItemKind.PHOTO)
    return rows.order_by("pk").iterator(chunk_size=20)


def _speaks_of(item: SealedItem, ids: list[int], mentions: Mentions) -> bool:
    try:
        values = [value for _name, value in open_item(item).fields]
    except sealing.SealError:
        return False
    chosen = {str(uuid) for uuid in Person.everyone.filter(pk__in=ids).values_list("uuid", flat=True)}
    return any(value in chosen or mentions.identifies(value) for value in values)
