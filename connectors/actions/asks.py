"""Writing down what somebody asked for, and who met it."""

import uuid as uuids
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.models import Neighbourhood, Partner, Team, User
from communities.once import refuse_other_words, refuse_taken
from connectors.actions.hearing import themes_of
from connectors.actions.standing import locked_person, standing_people
from connectors.models import Ask, Conversation, Meeter, Person, Theme
from connectors.rules.asks import MEETERS, refusals_of_ask

ASK_FIELDS = ("words", "theme", "person", "neighbourhood", "asked_on", "conversation")


@transaction.atomic
def create_ask(
    *,
    team: Team,
    by: User,
    words: str,
    uuid: uuids.UUID | None = None,
    theme: Theme | str | None = None,
    person: Person | None = None,
    neighbourhood: Neighbourhood | None = None,
    asked_on: date | None = None,
    conversation: Conversation | None = None,
) -> Ask:
    """Write down what was asked for. The same uuid sent twice gives the same ask.

    It belongs to the neighbourhood given, or else to that of who asked, or of the conversation.
    Raises: ValidationError keyed by field: no words, a day to come, another team's rows; with the code of
    `communities.once` when the uuid belongs to another ask.
    """
    uuid = uuid or uuids.uuid4()
    already = Ask.objects.filter(uuid=uuid, team=team).first()
    if already:
        refuse_other_words(already, {"words": " ".join(words.split()), "person": person})
        return already
    place = neighbourhood or next(
        (each.neighbourhood for each in (person, conversation) if each and each.neighbourhood_id), None
    )
    ask = Ask(uuid=uuid, team=team, created_by=by)
    values = {"words": words, "theme": theme, "person": person, "neighbourhood": place, "conversation": conversation}
    try:
        with transaction.atomic():
            _write(ask, by, {**values, "asked_on": asked_on or timezone.localdate()})
    except IntegrityError:
        already = Ask.objects.filter(uuid=uuid, team=team).first()
        if already is None:
            refuse_taken(Ask, uuid)
            raise
        return already
    audit.record(by=by, verb="create", obj=ask, fields=[name for name, value in values.items() if value])
    return ask


@transaction.atomic
def update_ask(*, ask: Ask, by: User, **values: object) -> Ask:
    """Change an ask; `values` are some of `ASK_FIELDS`. Raises: ValidationError keyed by field."""
    ask = _locked(ask)
    before = {name: getattr(ask, name) for name in values}
    _write(ask, by, values)
    changed = [name for name, value in before.items() if getattr(ask, name) != value]
    if changed:
        audit.record(by=by, verb="update", obj=ask, fields=changed)
    return ask


@transaction.atomic
def meet_ask(
    *, ask: Ask, by: User, met_by: str = "", by_end: Person | Asset | Partner | None = None, met_on: date | None = None
) -> Ask:
    """Write down who met an ask, and when. `by_end` says which neighbour, group or service, and so `met_by` too.

    An ask that was let go is met all the same; who met it may be put right later.
    Raises: ValidationError keyed by field: nobody said, another team's, the one who asked, a day to come or before the ask.
    """
    ask = _locked(ask)
    kind = {Person: Meeter.NEIGHBOUR, Asset: Meeter.GROUP, Partner: Meeter.SERVICE}.get(type(by_end), met_by)
    if kind not in Meeter.values:
        raise ValidationError({"met_by": _("Who met it: a neighbour, a group or a service?")})
    if met_by and met_by != kind:
        raise ValidationError({"met_by": _("%(name)s is another kind. Choose one or the other.") % {"name": by_end}})
    if by_end is not None and by_end.team_id != ask.team_id:
        raise ValidationError({"by_end": _("Choose one of your own team's.")})
    if isinstance(by_end, Person):
        by_end = standing_people([by_end])[by_end.pk]
    values = {f"met_by_{name}": by_end if name == MEETERS[kind] else None for name in MEETERS.values()}
    values |= {"met_by": kind, "met_on": met_on or timezone.localdate(), "closed_on": None}
    try:
        return _close(ask, by, "meet", values)
    except ValidationError as error:
        known = error.error_dict
        raise ValidationError(
            {("by_end" if name.startswith("met_by_") else name): words for name, words in known.items()}
        ) from error


@transaction.atomic
def let_go(*, ask: Ask, by: User, on: date | None = None) -> Ask:
    """Write down that an ask is asked no more. Raises: ValidationError when it was met, or for a day to come."""
    ask = _locked(ask)
    if ask.met_on:
        raise ValidationError(_("This was met already. Open it again first."))
    return _close(ask, by, "let_go", {"closed_on": on or ask.closed_on or timezone.localdate()})


@transaction.atomic
def reopen_ask(*, ask: Ask, by: User) -> Ask:
    """Open an ask again: it was not met, or not let go, after all."""
    ask = _locked(ask)
    nobody = dict.fromkeys(f"met_by_{name}" for name in MEETERS.values())
    return _close(ask, by, "reopen", {**nobody, "met_by": "", "met_on": None, "closed_on": None})


def _locked(ask: Ask) -> Ask:
    return Ask.objects.select_for_update(of=("self",)).select_related("team").get(pk=ask.pk)


def _write(ask: Ask, by: User, values: dict) -> None:
    for name in ("person", "neighbourhood", "conversation"):
        if values.get(name) is not None and values[name].team_id != ask.team_id:
            raise ValidationError({name: _("Choose one of your own team's.")})
    theme = values.get("theme")
    if isinstance(theme, Theme) and theme.team_id != ask.team_id:
        raise ValidationError({"theme": _("Choose themes of your own team.")})
    values = {name: value for name, value in values.items() if name in ASK_FIELDS}
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


def _close(ask: Ask, by: User, verb: str, values: dict) -> Ask:
    """Write what changed and say so in the audit; nothing changed is nothing written."""
    changed = [name for name, value in values.items() if getattr(ask, name) != value]
    if not changed:
        return ask
    for name in changed:
        setattr(ask, name, values[name])
    _check(ask)
    ask.save(update_fields=[*changed, "updated_at"])
    audit.record(by=by, verb=verb, obj=ask, fields=changed)
    return ask


def _check(ask: Ask) -> None:
    """Ask the rule and the model. Raises: ValidationError keyed by field."""
    values = {field.name: getattr(ask, field.name) for field in ask._meta.concrete_fields}
    refused = refusals_of_ask(values, today=timezone.localdate())
    if refused:
        raise ValidationError(refused)
    ask.full_clean(validate_unique=False)
