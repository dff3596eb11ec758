"""What a phone says beside the sealed words, and the ordinary form that each kind of item goes through.

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

from communities.models import Team, User
from communities.once import USED
from connectors import sealing
from connectors.actions.capture import Arrival, Keepers, Outcome, Written
from connectors.actions.conversations import log_conversation
from connectors.forms.conversations import ConversationForm
from connectors.forms.fields import split_names
from connectors.forms.journeys import LightTouchForm
from connectors.models import ItemKind, Person, SealedItem
from connectors.queries.capture import form_data
from connectors.queries.conversations import says_the_same
from connectors.rules import capture as rules
from connectors.rules.conversations import can_log_conversation

PARKED_NAMES, PARKED_FORM, PARKED_PERSON, PARKED_TEAM = "names", "form", "person", "team"
#: Fields whose choices are rows of the team: what is refused there belongs to another team, or is gone.
OF_THE_TEAM = ("neighbourhood", "themes", "place")
MOST_META = 4_000


class ItemForm(Protocol):
    """A form that a sealed item fills in: it takes files, the person and the team, and `log` keeps it or leaves errors."""

    def __init__(
        self, data: MultiValueDict | None, files: MultiValueDict | None = None, *, user: User, team: Team
    ) -> None: ...

    def is_valid(self) -> bool:
        """Return whether it can be kept."""

    def log(self) -> object | None:
        """Keep it; None, with errors in the form, when that is refused."""


@dataclass(frozen=True)
class Kind:
    """One kind of item: its form, what keeps it without anybody looking, and the page on which somebody looks."""

    form: Callable[..., ItemForm]
    keep: Callable[[Written], Outcome]
    template: str


def read_arrival(text: str) -> Arrival:
    """Return what a phone says of an item. Raises: ValidationError for anything but what the two agreed on."""
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
            is_let_go=said.get("let_go") is True,
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ValidationError("meta", code="meta") from error
    moments = (arrival.recorded_at, arrival.sent_at)
    is_known = arrival.kind in ItemKind.values and len(arrival.sha256) == 64 and arrival.kid.isascii()
    if (
        not is_known
        or (arrival.is_let_go and arrival.kind == ItemKind.DRAFT)
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
    """Return the controls with the day by the right clock, where they say "today" by the phone's wrong one."""
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


def keep_conversation(written: Written) -> Outcome:
    """Keep a sealed conversation through the ordinary form; park what the form asks about, but for unclear names.

    Of two people called the same nobody is guessed: everything else is kept, and the name waits with the conversation.
    """
    data = with_right_day(
        form_data(written.opened), phone_day=written.opened.words.get("phone_day"), recorded_at=written.recorded_at
    )
    data["uuid"] = str(written.uuid)
    form = _filled(data, written)
    unsorted: list[str] = []
    if not form.is_valid() and (known := _there_before(form, written)):
        data = without_names(data, list(known))
        data.setlist("people-known", [*data.getlist("people-known"), *known.values()])
        form = _filled(data, written)
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
    draft = form.draft()
    try:
        kept = log_conversation(
            team=written.team,
            by=written.user,
            uuid=written.uuid,
            recorded_at=written.recorded_at,
            **draft,
            **({"unsorted_names": unsorted} if unsorted else {}),
        )
    except ValidationError as error:
        return Outcome(is_kept=False, reason="other-words" if "uuid" in error.update_error_dict({}) else PARKED_FORM)
    if not kept.is_new and not says_the_same(kept, draft):
        return Outcome(is_kept=False, reason="other-words")
    return Outcome(is_kept=True, conversation=kept, reason=PARKED_NAMES if unsorted else "")


def _there_before(form: ConversationForm, written: Written) -> dict[str, str]:
    """Return the uuids of unclear names that the conversation kept under this very number, on a page, knows already."""
    unclear = {match.name.lower(): match.name for match in form.fields["people"].widget.asking}
    if not unclear:
        return {}
    people = Person.objects.visible_to(written.user).filter(conversations__uuid=written.uuid)
    return {unclear[who.known_as.lower()]: str(who.uuid) for who in people if who.known_as.lower() in unclear}


def _only_unclear(form: ConversationForm) -> list[str]:
    """Return the names that nobody can tell, when they are all that is wrong and no gift hangs on one of them."""
    unclear = [match.name for match in form.fields["people"].widget.asking]
    if set(form.errors) - {"people"} or not unclear or not form.gifts.is_valid():
        return []
    named = {name.lower() for name in unclear}
    givers = [" ".join(row.cleaned_data["whose"].split()).lower() for row in form.gifts.heard]
    return [] if any(not giver or giver in named for giver in givers) else unclear


def without_names(data: MultiValueDict, names: list[str]) -> MultiValueDict:
    """Return the controls without these names in the typed line, and without the question about them."""
    gone = {name.lower() for name in names}
    data = data.copy()
    data["people"] = ", ".join(each for each in split_names(data.get("people") or "") if each.lower() not in gone)
    data.setlist("people-asked", [each for each in data.getlist("people-asked") if each.lower() not in gone])
    return data


def _why(form: ConversationForm) -> str:
    """Return why the form refuses: names to choose between, a person who is gone, another team's things, or anything."""
    if form.fields["people"].widget.asking:
        return PARKED_NAMES
    if "people" in form.errors:
        return PARKED_PERSON
    if any(form.has_error(name, "invalid_choice") or form.has_error(name, "invalid_pk_value") for name in OF_THE_TEAM):
        return PARKED_TEAM
    rows = [row for row in form.gifts.forms if row.errors]
    return PARKED_NAMES if rows and all(set(row.errors) == {"whose"} for row in rows) else PARKED_FORM


def keep_light_touch(written: Written) -> Outcome:
    """Keep a sealed word in passing through its ordinary form; park what the form refuses."""
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
    ItemKind.CONVERSATION: Kind(ConversationForm, keep_conversation, "connectors/capture_look_conversation.html"),
    ItemKind.LIGHT_TOUCH: Kind(LightTouchForm, keep_light_touch, "connectors/capture_look_light.html"),
}


def keepers() -> Keepers:
    """Return what keeps each kind."""
    return {kind: each.keep for kind, each in KINDS.items()}


def form_of(
    item: SealedItem, data: MultiValueDict, files: MultiValueDict | None = None, *, by: User
) -> ItemForm | None:
    """Return the ordinary form for what waits; None for a kind that has none.

    It is filled in for whoever wrote it, as long as they write for the team; otherwise for the manager who looks.
    """
    kind = KINDS.get(item.kind)
    if kind is None:
        return None
    writer = item.user if can_log_conversation(item.user, item.team_id) else by
    return kind.form(data, files, user=writer, team=item.team)


def tried(form: ItemForm) -> ItemForm:
    """Return the form with everything that stands in the way of keeping it, found by trying and taking the try back."""
    with transaction.atomic():
        if form.is_valid():
            form.log()
        transaction.set_rollback(True)
    return form


def page_data(item: SealedItem, opened: sealing.Opened) -> MultiValueDict:
    """Return the sealed controls for the page on which somebody looks, with the day by the right clock.

    Other words under a number used before get a number of their own: saved, they stand beside the first.
    """
    recorded_at = item.recorded_at or item.received_at
    right = rules.corrected_moment(recorded_at=recorded_at, sent_at=item.sent_at or recorded_at, now=item.received_at)
    data = with_right_day(form_data(opened), phone_day=opened.words.get("phone_day"), recorded_at=right)
    data["uuid"] = str(uuid4() if item.reason == "other-words" else item.uuid)
    return data


def begun(data: MultiValueDict, *, user: User, team: Team) -> ConversationForm:
    """Return the form as somebody left it, without judging what is not finished."""
    form = ConversationForm(data, user=user, team=team)
    form.begun_version = data.get("begun_version")
    form.full_clean()
    form.errors.clear()
    for row in form.gifts.forms:
        row.errors.clear()
    return form
