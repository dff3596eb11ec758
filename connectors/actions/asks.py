"""Record what somebody asked for, and who met it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from assets.models import Asset
from communities import audit
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Partner, Team, User
from communities.rules import require
from communities.undo import delete_undoably, keep_change
from communities.verbs import Verb
from connectors.actions.conversation_parts import themes_of
from connectors.actions.current_record import current_people, locked_person, refuse_builder
from connectors.actions.people import added_if_new
from connectors.models import Ask, Conversation, Person, Theme, WhoMet
from connectors.rules.asks import MET_BY_FIELDS, can_delete_ask, can_write_ask, refusals_of_ask
from connectors.rules.same_person import NewPerson

ASK_FIELDS = (
    "words",
    "theme",
    "person",
    "neighbourhood",
    "asked_on",
    "conversation",
    "met_by",
    "met_on",
    *(f"met_by_{name}" for name in MET_BY_FIELDS.values()),
    "closed_on",
    "created_by",
)
OTHER_TEAM = _lazy("Choose one that belongs to your team.")


@idempotent(Ask)
@transaction.atomic
def create_ask(
    *,
    team: Team,
    by: User,
    words: str,
    uuid: UUID | None = None,
    theme: Theme | str | None = None,
    person: Person | NewPerson | None = None,
    neighbourhood: Neighbourhood | None = None,
    asked_on: date | None = None,
    conversation: Conversation | None = None,
) -> Ask:
    """Create an ask. The same UUID sent twice gives the same ask. Who asked is created with it if they are new.

    It belongs to the given neighbourhood, or else to that of the person who asked, or of the conversation.
    Raises: PermissionDenied; ValidationError keyed by field: no text, a date in the future, another team's rows.
    """
    require(can_write_ask, by, team)
    person = added_if_new(person, team=team, by=by)
    place = neighbourhood or next(
        (each.neighbourhood for each in (person, conversation) if each and each.neighbourhood_id), None
    )
    ask = Ask(uuid=uuid or uuid4(), team=team, created_by=by)
    values = {"words": words, "theme": theme, "person": person, "neighbourhood": place, "conversation": conversation}
    _write(ask, by, {**values, "asked_on": asked_on or timezone.localdate()})
    audit.record(by=by, verb=Verb.CREATE, obj=ask, fields=[name for name, value in values.items() if value])
    return ask


@transaction.atomic
def update_ask(*, ask: Ask, by: User | None, **values: object) -> Ask:
    """Update the named fields of an ask, some of ASK_FIELDS; writes nothing if nothing changed.

    Raises: PermissionDenied; ValidationError keyed by field, as `create_ask` and `meet_ask`.
    """
    require(can_write_ask, by, ask.team_id)
    if unknown := set(values) - set(ASK_FIELDS):
        raise TypeError(f"Not fields of an ask that are typed: {sorted(unknown)}")
    if "person" in values and by is not None:
        values["person"] = added_if_new(values["person"], team=ask.team, by=by)
    ask = _locked(ask)
    before = {name: getattr(ask, name) for name in values}
    _write(ask, by, values)
    changed = [name for name, value in before.items() if getattr(ask, name) != value]
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=ask, fields=changed)
    return ask


@transaction.atomic
def delete_ask(*, ask: Ask, by: User | None) -> None:
    """Delete an ask that was recorded by mistake. Raises: PermissionDenied."""
    require(can_delete_ask, by, ask.team_id)
    ask = _locked(ask)
    audit.record(by=by, verb=Verb.DELETE, obj=ask)
    delete_undoably(ask, by=by)


@transaction.atomic
def meet_ask(
    *, ask: Ask, by: User, met_by: str = "", by_end: Person | Asset | Partner | None = None, met_on: date | None = None
) -> Ask:
    """Mark an ask as met: by whom, and when. `by_end` is the neighbour, group or service, which also decides `met_by`.

    A closed ask can be met too; who met it can be corrected later.
    Raises: PermissionDenied; ValidationError keyed by field: nobody given, another team's row, the person who asked, a
    date in the future or before the ask.
    """
    require(can_write_ask, by, ask.team_id)
    ask = _locked(ask)
    kinds: dict[type, str] = {Person: WhoMet.NEIGHBOUR, Asset: WhoMet.GROUP, Partner: WhoMet.SERVICE}
    kind = kinds.get(type(by_end), met_by)
    if kind not in WhoMet.values:
        raise ValidationError({"met_by": _("Who met it: a neighbour, a group or a service?")})
    if met_by and met_by != kind:
        raise ValidationError(
            {"met_by": _("%(name)s does not fit the kind you chose. Choose one or the other.") % {"name": by_end}}
        )
    if by_end is not None and by_end.team_id != ask.team_id:
        raise ValidationError({"by_end": OTHER_TEAM})
    if isinstance(by_end, Person):
        by_end = current_people([by_end])[by_end.pk]
    values: dict[str, object] = {
        f"met_by_{name}": by_end if name == MET_BY_FIELDS[kind] else None for name in MET_BY_FIELDS.values()
    }
    values |= {"met_by": kind, "met_on": met_on or timezone.localdate(), "closed_on": None}
    try:
        return _close(ask, by, Verb.MEET, values)
    except ValidationError as error:
        known = error.error_dict
        raise ValidationError(
            {("by_end" if name.startswith("met_by_") else name): words for name, words in known.items()}
        ) from error


@transaction.atomic
def close_ask(*, ask: Ask, by: User, on: date | None = None) -> Ask:
    """Close an ask, because it is no longer wanted.

    Raises: PermissionDenied; ValidationError when it was met, or for a date in the future.
    """
    require(can_write_ask, by, ask.team_id)
    ask = _locked(ask)
    if ask.met_on:
        raise ValidationError(_("This ask has already been met. Reopen it first."))
    return _close(ask, by, Verb.CLOSE_ASK, {"closed_on": on or ask.closed_on or timezone.localdate()})


@transaction.atomic
def reopen_ask(*, ask: Ask, by: User) -> Ask:
    """Reopen an ask that was marked as met, or closed. Raises: PermissionDenied."""
    require(can_write_ask, by, ask.team_id)
    ask = _locked(ask)
    nobody = dict.fromkeys(f"met_by_{name}" for name in MET_BY_FIELDS.values())
    return _close(ask, by, Verb.REOPEN, {**nobody, "met_by": "", "met_on": None, "closed_on": None})


def _locked(ask: Ask) -> Ask:
    return locked(Ask.objects.select_related("team"), ask.pk)


def _write(ask: Ask, by: User | None, values: dict[str, Any]) -> None:
    """Set some of ASK_FIELDS, check and save. Raises: ValidationError keyed by field; PermissionDenied."""
    rows = ("person", "neighbourhood", "conversation", *(f"met_by_{name}" for name in MET_BY_FIELDS.values()))
    for name in rows:
        if values.get(name) is not None and values[name].team_id != ask.team_id:
            raise ValidationError({name: OTHER_TEAM})
    theme, writer = values.get("theme"), values.get("created_by")
    if isinstance(theme, Theme) and theme.team_id != ask.team_id:
        raise ValidationError({"theme": _("Choose themes of your own team.")})
    if writer is not None and writer != ask.created_by:
        refuse_builder(writer, field="created_by", team=ask.team, by=by)
    values = dict(values)
    if meeter := values.get("met_by_person"):
        values["met_by_person"] = current_people([meeter])[meeter.pk]
    if who := values.get("person", ask.person):
        values["person"] = locked_person(who)
    if "words" in values:
        values["words"] = " ".join(str(values["words"]).split())
    if isinstance(theme, str):
        values["theme"] = next(iter(themes_of(team=ask.team, by=by, themes=[theme])), None) if theme.strip() else None
    for name, value in values.items():
        setattr(ask, name, value)
    _check(ask)
    ask.save()


def _close(ask: Ask, by: User, verb: Verb, values: dict) -> Ask:
    """Save the values that changed and audit them; writes nothing if nothing changed."""
    changed = [name for name, value in values.items() if getattr(ask, name) != value]
    if not changed:
        return ask
    before = {name: getattr(ask, name) for name in changed}
    for name in changed:
        setattr(ask, name, values[name])
    _check(ask)
    ask.save(update_fields=[*changed, "updated_at"])
    audit.record(by=by, verb=verb, obj=ask, fields=changed)
    keep_change(ask, by=by, verb=verb, before=before)
    return ask


def _check(ask: Ask) -> None:
    """Check the rule and the model. Raises: ValidationError keyed by field."""
    values = {field.name: getattr(ask, field.name) for field in ask._meta.concrete_fields}
    refused = refusals_of_ask(values, today=timezone.localdate())
    if refused:
        raise ValidationError(refused)
    check_row(ask, validate_unique=False)
