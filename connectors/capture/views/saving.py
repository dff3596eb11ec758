"""How each kind of item is saved: by the phone, without review, and on the page of its review.

A new kind that phones send is one line in `KINDS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.utils.datastructures import MultiValueDict

from communities.forms.errors import attempt
from communities.idempotency import USED
from communities.models import Team, User
from connectors.actions.conversations import log_conversation
from connectors.capture.forms import data_of, without_names
from connectors.capture.items import Outcome, SaveFunctions, Written
from connectors.forms.conversations import ConversationForm
from connectors.forms.journeys import LightTouchForm
from connectors.models import ItemKind, SealedItem
from connectors.rules.conversations import can_log_conversation
from connectors.views.conversations import log
from connectors.views.journeys import log_touch

PARKED_NAMES, PARKED_FORM, PARKED_PERSON, PARKED_TEAM = "names", "form", "person", "team"
#: Fields whose choices are rows of the team: a value refused there belongs to another team, or was deleted.
OF_THE_TEAM = ("neighbourhood", "themes", "place")


class ItemForm(Protocol):
    """A form that a sealed item fills in: it takes files, the user and the team."""

    def __init__(
        self, data: MultiValueDict | None, files: MultiValueDict | None = None, *, user: User, team: Team
    ) -> None: ...

    def is_valid(self) -> bool:
        """Return whether it can be saved."""


@dataclass(frozen=True)
class Kind:
    """One kind of item.

    form: the ordinary form. log: saves that form; None, with errors in it, if the action refuses. save: saves an item
    without review. template: the page of its review.
    """

    form: Callable[..., ItemForm]
    log: Callable[[ItemForm], object | None]
    save: Callable[[Written], Outcome]
    template: str


def save_conversation(written: Written) -> Outcome:
    """Save a sealed conversation through the ordinary form; park it for any question but unclear names.

    Kith never guesses between two people with the same name: the rest is saved, and the name waits with the
    conversation.
    """
    data, unsorted = data_of(written), []
    form = ConversationForm(data, user=written.user, team=written.team)
    if not form.is_valid() and (unclear := _only_unclear(form)):
        data, unsorted = without_names(data, unclear), unclear
        form = ConversationForm(data, user=written.user, team=written.team)
        if not form.is_valid():
            return Outcome(is_kept=False, reason=PARKED_NAMES)
    if form.errors:
        return Outcome(is_kept=False, reason=_why(form))
    waiting = {"unsorted_names": unsorted} if unsorted else {}
    kept = attempt(
        form,
        log_conversation,
        team=form.team,
        by=form.user,
        recorded_at=written.recorded_at,
        **form.values,
        **waiting,
    )
    if kept is None:
        return Outcome(is_kept=False, reason="other-words" if _has_other_words(form) else PARKED_FORM)
    return Outcome(is_kept=True, conversation=kept, reason=PARKED_NAMES if unsorted else "")


def _only_unclear(form: ConversationForm) -> list[str]:
    """Return the unclear names, if they are the only error and no gift could belong to one of them."""
    if set(form.errors) - {"people"} or not form.gifts.is_valid():
        return []
    return form.resolution.unclear_names_to_keep


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


def _has_other_words(form: ConversationForm | LightTouchForm) -> bool:
    """Return whether the action refused the UUID: it was used for other contents, or for a conversation deleted since."""
    return form.has_error(NON_FIELD_ERRORS, USED) or form.has_error("uuid")


def save_light_touch(written: Written) -> Outcome:
    """Save a sealed light touch through its ordinary form; park it if the form refuses it."""
    form = LightTouchForm(data_of(written), user=written.user, team=written.team)
    if form.is_valid() and log_touch(form, recorded_at=written.recorded_at):
        return Outcome(is_kept=True)
    if form.has_error("neighbourhood"):
        return Outcome(is_kept=False, reason=PARKED_TEAM)
    return Outcome(is_kept=False, reason="other-words" if form.has_error(NON_FIELD_ERRORS, USED) else PARKED_FORM)


KINDS: dict[str, Kind] = {
    ItemKind.CONVERSATION: Kind(ConversationForm, log, save_conversation, "connectors/capture_look_conversation.html"),
    ItemKind.LIGHT_TOUCH: Kind(LightTouchForm, log_touch, save_light_touch, "connectors/capture_look_light.html"),
}


def save_functions() -> SaveFunctions:
    """Return the function that saves each kind."""
    return {kind: each.save for kind, each in KINDS.items()}


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


def with_refusals(item: SealedItem, form: ItemForm) -> ItemForm:
    """Return the form with every error that saving it would raise, found by saving it and rolling back."""
    with transaction.atomic():
        if form.is_valid():
            KINDS[item.kind].log(form)
        transaction.set_rollback(True)
    return form
