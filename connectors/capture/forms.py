"""What a phone sends beside the sealed contents, and the sealed contents as the data of a form."""

import json
from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from communities.models import Team, User
from communities.widgets import SERVED
from connectors.capture import rules, sealing
from connectors.capture.items import Arrival, Written
from connectors.capture.queries import form_data
from connectors.forms.conversations import ConversationForm
from connectors.forms.fields import split_names
from connectors.models import ItemKind, SealedItem
from connectors.rules.name_keys import same_name
from connectors.rules.typed_names import in_parts

MOST_META = 4_000
#: The kind of the sealed texts and photos of any other form than a conversation’s: they become a draft, never a `SealedItem`.
FORM = "form"


def read_arrival(text: str, kinds: Collection[str] = ItemKind.values) -> Arrival:
    """Return what a phone sent about an item. Raises: ValidationError if it is malformed."""
    try:
        said = json.loads(text) if len(text) <= MOST_META else None
        arrival = Arrival(
            uuid=UUID(said["uuid"]),
            sha256=str(said["sha256"]),
            kind=str(said["kind"]),
            kid=str(said.get("kid") or "")[:32],
            recorded_at=datetime.fromisoformat(said["recorded_at"]),
            sent_at=datetime.fromisoformat(said["sent_at"]),
            sequence=_number(said.get("sequence")),
            saved=_number(said.get("saved")) or 0,
            parent=UUID(said["parent"]) if said.get("parent") else None,
            draft_version=_number(said.get("draft_version")) or 0,
            is_deleted_on_phone=said.get("deleted_on_phone") is True,
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValidationError("meta", code="meta") from error
    moments = (arrival.recorded_at, arrival.sent_at)
    is_known = arrival.kind in kinds and len(arrival.sha256) == 64 and arrival.kid.isascii()
    if (
        not is_known
        or (arrival.is_deleted_on_phone and arrival.kind == ItemKind.DRAFT)
        or not all(rules.is_moment_possible(moment) for moment in moments)
    ):
        raise ValidationError("meta", code="meta")
    return arrival


def _number(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= rules.MOST_SAVED:
        raise ValueError("no such number")
    return value


def with_right_day(data: MultiValueDict, *, phone_day: object, recorded_at: datetime) -> MultiValueDict:
    """Return the form data with the date corrected where it is "today" by a phone's wrong clock."""
    try:
        wrong = date.fromisoformat(str(phone_day)).isoformat()
    except ValueError:
        return data
    right = timezone.localtime(recorded_at).date().isoformat()
    data = data.copy()
    for name in ("held_on", "held_on-date"):
        if data.get(name) == wrong:
            data[name] = right
    return data


def without_served_days(data: MultiValueDict) -> MultiValueDict:
    """Return the form data without the days on which its page was made: the phone saw to them, and asks nobody later."""
    data = data.copy()
    for name in [name for name in data if name.endswith(SERVED)]:
        del data[name]
    return data


def data_of(written: Written) -> MultiValueDict:
    """Return the form data of an opened item, with its UUID and the right date."""
    data = with_right_day(
        without_served_days(form_data(written.opened)),
        phone_day=written.opened.words.get("phone_day"),
        recorded_at=written.recorded_at,
    )
    data["uuid"] = str(written.uuid)
    return data


def without_names(data: MultiValueDict, names: list[str]) -> MultiValueDict:
    """Return the form data without these names in the typed line, and without the choice between them."""
    gone = {same_name(each) for name in names for each in (name, *in_parts(name))}
    data = data.copy()
    data["people"] = ", ".join(each for each in split_names(data.get("people") or "") if same_name(each) not in gone)
    data.setlist("people-asked", [each for each in data.getlist("people-asked") if same_name(each) not in gone])
    return data


def page_data(item: SealedItem, opened: sealing.Opened) -> MultiValueDict:
    """Return the sealed form data for the page on which somebody reviews it, with the date corrected.

    Different contents under a UUID that was used before get a new UUID, so that they are saved beside the first.
    """
    recorded_at = item.recorded_at or item.received_at
    right = rules.corrected_moment(recorded_at=recorded_at, sent_at=item.sent_at or recorded_at, now=item.received_at)
    data = with_right_day(
        without_served_days(form_data(opened)), phone_day=opened.words.get("phone_day"), recorded_at=right
    )
    data["uuid"] = str(uuid4() if item.reason == "other-words" else item.uuid)
    return data


def form_of_draft(data: MultiValueDict, *, user: User, team: Team) -> ConversationForm:
    """Return the form filled in from a draft, without errors about what is not filled in yet."""
    form = ConversationForm(data, user=user, team=team)
    form.begun_version = data.get("begun_version")
    form.full_clean()
    form.errors.clear()
    for row in form.gifts.forms:
        row.errors.clear()
    return form
