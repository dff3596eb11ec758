"""What connectors stores about residents: their record and everything around it, saved or waiting."""

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import ngettext

from communities import audit
from communities.free_text import Found
from communities.holdings import Erasing, Fate, Held, Holdings, Page, Told
from communities.mentions import Mentions
from communities.models import Undoable, User
from communities.outbox.actions import delete_messages
from communities.photos import delete_after_commit
from communities.verbs import Verb
from connectors.actions.conversation_uuids import delete_sealed_contents
from connectors.actions.undoing import erase_undoables, lock_residents, respect_refusals, undoables_about
from connectors.models import Conversation, ItemKind, ItemState, Person, Purpose, SealedItem
from connectors.queries.holdings import held_by_connectors
from connectors.queries.sheet_sections import told_by_connectors


class ConnectorsHoldings(Holdings):
    """Residents, conversations and the items that phones sent for them."""

    apart_from = (
        "connectors.person.phone_key", "connectors.person.name_key", "connectors.person.other_name_key",
        "connectors.personname", "connectors.sealeditem", "connectors.readbacklink",
        "connectors.webcount", "connectors.reviewitem", "connectors.erasedname", "connectors.nextstep.linked_model",
    )  # fmt: skip
    by_whole_name = ("connectors.person", "connectors.personmerge")
    kept: ClassVar = {
        "connectors.person": _later(
            "Somebody else’s record. If it is theirs too, merge the two before you erase them."
        ),
    }
    own: ClassVar = {
        "connectors.gift": ("person",),
        "connectors.wish": ("person",),
        "connectors.journey": ("person",),
        "connectors.journeychange": ("journey__person",),
        "connectors.ask": ("person", "met_by_person"),
        "connectors.introduction": ("from_person", "to_person"),
        "connectors.conversation": ("people",),
        "connectors.nextstep": ("person", "conversation__people"),
        "connectors.personmerge": ("kept", "absorbed"),
    }
    on_sheet = (
        "connectors.person", "connectors.gift", "connectors.conversation", "connectors.heardtheme", "connectors.wish",
        "connectors.consentrecord", "connectors.readbacklink", "connectors.introduction", "connectors.ask",
        "connectors.dismissal", "connectors.journey", "connectors.nextstep", "connectors.personmerge",
        "connectors.twopeople", "connectors.connectorterm",
    )  # fmt: skip
    off_sheet: ClassVar = {
        "connectors.personname": "Parts of the name, so that a search finds it.",
        "connectors.erasedname": "Written when somebody is erased, and then they have no sheet.",
        "connectors.reviewitem": "Written when somebody is erased, and then they have no sheet.",
    }
    pages: ClassVar = {
        "connectors.theme": Page("connectors:person-list", key=""),
        "connectors.person": Page("connectors:person-detail", "connectors:person-update"),
        "connectors.personmerge": Page("connectors:person-detail", via="kept"),
        "connectors.gift": Page("connectors:person-detail", via="person"),
        "connectors.conversation": Page("connectors:conversation-detail", "connectors:conversation-update"),
        "connectors.nextstep": Page("connectors:step-update", "connectors:step-update"),
        "connectors.sealeditem": Page("connectors:capture-check"),
        "connectors.privacynotice": Page("connectors:notice-list", key=""),
        "connectors.wish": Page("connectors:wish-handle"),
        "connectors.introduction": Page("connectors:introduction-detail", "connectors:introduction-update"),
        "connectors.ask": Page("connectors:ask-detail", "connectors:ask-update"),
        "connectors.journey": Page("connectors:journey-detail", "connectors:journey-update"),
        "connectors.journeychange": Page("connectors:journey-detail", via="journey"),
        "connectors.teamword": Page("connectors:word-update", "connectors:word-update", key="pk"),
        "connectors.ignoredword": Page("connectors:word-list", key=""),
        "connectors.promptset": Page("connectors:prompt-update", "connectors:prompt-update", key="pk"),
    }

    def apply_refusal(self, *, person: Person, records: Collection[int], purpose: str, by: User | None) -> list[str]:
        """Delete the photos of conversations they were in, when they refuse photos."""
        if purpose != Purpose.PHOTO:
            return []
        count = remove_photos(records=records, team_id=person.team_id, by=by)
        words = ngettext(
            "%(n)s photo of a conversation was deleted.", "%(n)s photos of conversations were deleted.", count
        )
        return [words % {"n": count}] if count else []

    def held(self, *, records: Collection[int], team_id: int, mentions: Mentions) -> list[Held]:
        """Return the record, and everything that was written around it."""
        undoables = undoables_about(records=records, team_id=team_id, mentions=mentions)
        what, why = _("What was deleted or changed and can still be undone"), _("They can no longer be restored.")
        held = Held(what, len(undoables), Fate.DELETED, why)
        return [*held_by_connectors(records=records, team_id=team_id, mentions=mentions), held]

    def before_undo(self, refs: Mapping[str, Collection[int]]) -> Mapping[str, Mapping[int, int]]:
        """Lock the residents, and return the records that theirs were merged into."""
        return lock_residents(refs)

    def after_undo(
        self, *, undoable: Undoable, refs: Mapping[str, Collection[int]], rows: Collection[Model], by: User | None
    ) -> None:
        """Apply what residents have refused since."""
        respect_refusals(refs=refs, rows=rows, by=by)

    def tell(self, *, records: Collection[int]) -> list[Told]:
        """Return what the sheet does not show itself: words, promises, requests, and notes about their record."""
        return told_by_connectors(records)

    def erase(self, erasing: Erasing) -> list[Found]:
        """Delete the messages to them, the photos of conversations they were in, and what could be undone; `erase_person` does the rest."""
        erase_undoables(records=erasing.records, team_id=erasing.team_id, mentions=erasing.mentions)
        delete_messages(residents=erasing.records)
        remove_photos(records=erasing.records, team_id=erasing.team_id, by=erasing.by)
        return []


def remove_photos(*, records: Collection[int], team_id: int, by: User | None) -> int:
    """Delete the photos of conversations these records were in, including those waiting to join one; return how many.

    Every conversation of theirs is locked, with a photo or not, so that a photo being added at this moment is found
    too.
    """
    theirs = Conversation.people.through.objects.filter(person__in=list(records)).values("conversation_id")
    talks = list(Conversation.objects.select_for_update(of=("self",)).filter(pk__in=theirs).order_by("pk"))
    shown = [talk for talk in talks if talk.photo]
    for talk in shown:
        delete_after_commit(talk.photo)
        talk.photo, talk.photo_alt = "", ""
        talk.save(update_fields=["photo", "photo_alt", "updated_at"])
    ids = [talk.pk for talk in shown]
    audit.record_many(by=by, verb=Verb.UPDATE, team=team_id, model=Conversation, ids=ids, fields=["photo", "photo_alt"])
    waiting = SealedItem.objects.select_for_update(of=("self",)).filter(
        team=team_id,
        kind=ItemKind.PHOTO,
        state__in=(ItemState.WAITING, ItemState.PARKED),
        parent__in=[talk.uuid for talk in talks],
    )
    held = list(waiting.order_by("pk").values_list("pk", flat=True))
    delete_sealed_contents(SealedItem.objects.filter(pk__in=held))
    audit.record_many(by=by, verb=Verb.DISCARD, team=team_id, model=SealedItem, ids=held, fields=["state", "sealed"])
    return len(shown) + len(held)
