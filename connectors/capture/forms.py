"""What a phone sends beside the sealed contents, and the ordinary form that each kind of item goes through.

A new kind that phones send is one line in `KINDS`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from communities.idempotency import USED
from communities.models import Team, User
from connectors.actions.conversations import log_conversation
from connectors.capture import rules, sealing
from connectors.capture.actions.receiving import Arrival, Outcome, SaveFunctions, Written
from connectors.capture.queries import form_data
from connectors.forms.conversations import ConversationForm
from connectors.forms.fields import split_names
from connectors.forms.journeys import LightTouchForm
from connectors.models import ItemKind, SealedItem
from connectors.rules.conversations import can_log_conversation

PARKED_NAMES, PARKED_FORM, PARKED_PERSON, PARKED_TEAM = "names", "form", "person", "team"
#: Fields whose choices are rows of the team: a value refused there belongs to another team, or was deleted.
OF_THE_TEAM = ("neighbourhood", "themes", "place")
MOST_META = 4_000


class ItemForm(Protocol):
    """A form that a sealed item fills in: it takes files, the user and the team, and `log` saves it or adds errors."""

    def __init__(
        self, data: MultiValueDict | None, files: MultiValueDict | None = None, *, user: User, team: Team
    ) -> None: ...

    def is_valid(self) -> bool:
        """Return whether it can be saved."""

    def log(self) -> object | None:
        """Save it; None, with errors in the form, if the action refuses."""


@dataclass(frozen=True)
class Kind:
    """One kind of item: its form, the function that saves it without review, and the page of its review."""

    form: Callable[..., ItemForm]
    keep: Callable[[Written], Outcome]
    template: str


def read_arrival(text: str) -> Arrival:
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
    is_known = arrival.kind in ItemKind.values and len(arrival.sha256) == 64 and arrival.kid.isascii()
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


def save_conversation(written: Written) -> Outcome:
    """Save a sealed conversation through the ordinary form; park it for any question but unclear names.

    Kith never guesses between two people with the same name: the rest is saved, and the name waits with the
    conversation.
    """
    data = with_right_day(
        form_data(written.opened), phone_day=written.opened.words.get("phone_day"), recorded_at=written.recorded_at
    )
    data["uuid"] = str(written.uuid)
    form = _filled(data, written)
    unsorted: list[str] = []
    if not form.is_valid() and (unclear := _only_unclear(form)):
        data, unsorted = without_names(data, unclear), unclear
        form = _filled(data, written)
        if not form.is_valid():
            return Outcome(is_kept=False, reason=PARKED_NAMES)
    if form.errors:
        return Outcome(is_kept=False, reason=_why(form))
    return _log(form, written, unsorted)


def _filled(data: MultiValueDict, written: Written) -> ConversationForm:
    return ConversationForm(data, user=written.user, team=written.team)


def _log(form: ConversationForm, written: Written, unsorted: list[str]) -> Outcome:
    try:
        kept = log_conversation(
            team=written.team,
            by=written.user,
            uuid=written.uuid,
            recorded_at=written.recorded_at,
            **form.draft(),
            **({"unsorted_names": unsorted} if unsorted else {}),
        )
    except ValidationError as error:
        has_other_words = getattr(error, "code", "") == USED or "uuid" in error.update_error_dict({})
        return Outcome(is_kept=False, reason="other-words" if has_other_words else PARKED_FORM)
    return Outcome(is_kept=True, conversation=kept, reason=PARKED_NAMES if unsorted else "")


def _only_unclear(form: ConversationForm) -> list[str]:
    """Return the unclear names, if they are the only error and no gift could belong to one of them."""
    if set(form.errors) - {"people"} or not form.gifts.is_valid():
        return []
    return form.resolution.unclear_names_to_keep


def without_names(data: MultiValueDict, names: list[str]) -> MultiValueDict:
    """Return the form data without these names in the typed line, and without the choice between them."""
    gone = {name.lower() for name in names}
    data = data.copy()
    data["people"] = ", ".join(each for each in split_names(data.get("people") or "") if each.lower() not in gone)
    data.setlist("people-asked", [each for each in data.getlist("people-asked") if each.lower() not in gone])
    return data


def _why(form: ConversationForm) -> str:
    """Return why the form refuses: names to choose between, an erased person, another team's rows, or anything else."""
    if form.resolution.unclear:
        return PARKED_NAMES
    if "people" in form.errors:
        return PARKED_PERSON
    if any(form.has_error(name, "invalid_choice") or form.has_error(name, "invalid_pk_value") for name in OF_THE_TEAM):
        return PARKED_TEAM
    rows = [row for row in form.gifts.forms if row.errors]
    return PARKED_NAMES if rows and all(set(row.errors) == {"whose"} for row in rows) else PARKED_FORM


def save_light_touch(written: Written) -> Outcome:
    """Save a sealed light touch through its ordinary form; park it if the form refuses it."""
    data = with_right_day(
        form_data(written.opened), phone_day=written.opened.words.get("phone_day"), recorded_at=written.recorded_at
    )
    data["uuid"] = str(written.uuid)
    form = LightTouchForm(data, user=written.user, team=written.team)
    if form.is_valid() and form.log(recorded_at=written.recorded_at):
        return Outcome(is_kept=True)
    if form.has_error("neighbourhood"):
        return Outcome(is_kept=False, reason=PARKED_TEAM)
    return Outcome(is_kept=False, reason="other-words" if form.has_error(NON_FIELD_ERRORS, USED) else PARKED_FORM)


KINDS: dict[str, Kind] = {
    ItemKind.CONVERSATION: Kind(ConversationForm, save_conversation, "connectors/capture_look_conversation.html"),
    ItemKind.LIGHT_TOUCH: Kind(LightTouchForm, save_light_touch, "connectors/capture_look_light.html"),
}


def save_functions() -> SaveFunctions:
    """Return the function that saves each kind."""
    return {kind: each.keep for kind, each in KINDS.items()}


def form_of(
    item: SealedItem, data: MultiValueDict, files: MultiValueDict | None = None, *, by: User
) -> ItemForm | None:
    """Return the ordinary form for a waiting item; None for a kind that has no form.

    It is filled in for the user who wrote it, if they still write for the team; otherwise for the manager who reviews
    it.
    """
    kind = KINDS.get(item.kind)
    if kind is None:
        return None
    writer = item.user if can_log_conversation(item.user, item.team_id) else by
    return kind.form(data, files, user=writer, team=item.team)


def with_saving_errors(form: ItemForm) -> ItemForm:
    """Return the form with every error that saving it would raise, found by saving it and rolling back."""
    with transaction.atomic():
        if form.is_valid():
            form.log()
        transaction.set_rollback(True)
    return form


def page_data(item: SealedItem, opened: sealing.Opened) -> MultiValueDict:
    """Return the sealed form data for the page on which somebody reviews it, with the date corrected.

    Different contents under a UUID that was used before get a new UUID, so that they are saved beside the first.
    """
    recorded_at = item.recorded_at or item.received_at
    right = rules.corrected_moment(recorded_at=recorded_at, sent_at=item.sent_at or recorded_at, now=item.received_at)
    data = with_right_day(form_data(opened), phone_day=opened.words.get("phone_day"), recorded_at=right)
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
