"""Actions on a team's sets of conversation starters."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.models import PromptSet
from connectors.queries.vocabulary import lines
from connectors.rules.prompts import can_change_prompts

#: More than any conversation could start with.
MOST_PROMPTS = 40


@idempotent(PromptSet)
@transaction.atomic
def create_prompt_set(
    *,
    team: Team,
    by: User,
    name: str,
    prompts: str,
    source: str = "",
    neighbourhoods: Iterable[Neighbourhood] = (),
    is_on: bool = True,
    uuid: UUID | None = None,
) -> PromptSet:
    """Create a set of questions, one a line, and audit it; no neighbourhoods means everywhere.

    `uuid` is the page's idempotency key.
    Raises: PermissionDenied; ValidationError keyed by field for no question, more than 40, a name that exists already,
    another team's neighbourhood.
    """
    require(can_change_prompts, by, team)
    places = list(neighbourhoods)
    kept = PromptSet(team=team, name=" ".join(name.split()), prompts=_tidy(prompts), source=source.strip(), is_on=is_on)
    _check(kept, places)
    _save(kept)
    kept.neighbourhoods.set(places)
    audit.record(by=by, verb=Verb.CREATE, obj=kept, fields=["name", "prompts", "source", "neighbourhoods", "is_on"])
    return kept


@transaction.atomic
def change_prompt_set(
    *, prompt_set: PromptSet, by: User, neighbourhoods: Iterable[Neighbourhood] | None = None, **values: object
) -> PromptSet:
    """Update a set's name, prompts, source, is_on and, when given, its neighbourhoods; audit what changed.

    Raises: PermissionDenied; ValidationError as `create_prompt_set`.
    """
    require(can_change_prompts, by, prompt_set.team_id)
    kept = PromptSet.objects.select_for_update(of=("self",)).get(pk=prompt_set.pk)
    if "name" in values:
        values["name"] = " ".join(str(values["name"]).split())
    if "prompts" in values:
        values["prompts"] = _tidy(str(values["prompts"]))
    changed = [name for name, value in values.items() if getattr(kept, name) != value]
    for name in changed:
        setattr(kept, name, values[name])
    before = set(kept.neighbourhoods.all())
    places = before if neighbourhoods is None else set(neighbourhoods)
    _check(kept, places)
    _save(kept)
    if places != before:
        kept.neighbourhoods.set(places)
        changed.append("neighbourhoods")
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=changed)
    return kept


@transaction.atomic
def delete_prompt_set(*, prompt_set: PromptSet, by: User) -> None:
    """Delete a set for good, and audit it. Raises: PermissionDenied; ValidationError when it was deleted meanwhile."""
    require(can_change_prompts, by, prompt_set.team_id)
    prompt_set = locked(PromptSet.objects.select_related("team"), prompt_set.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=prompt_set)
    delete_undoably(prompt_set, by=by, managers_only=True)


def _tidy(prompts: str) -> str:
    return "\n".join(lines(prompts))


def _check(kept: PromptSet, places: Iterable[Neighbourhood]) -> None:
    errors: dict[str, list[str]] = {}
    count = len(lines(kept.prompts))
    if not count:
        errors["prompts"] = [_("Write at least one question.")]
    elif count > MOST_PROMPTS:
        errors["prompts"] = [_("At most %(most)s questions fit in one set.") % {"most": MOST_PROMPTS}]
    if any(place.team_id != kept.team_id for place in places):
        errors["neighbourhoods"] = [_("This belongs to another team. Choose one of yours.")]
    try:
        check_row(kept, exclude=["team"])
    except ValidationError as error:
        errors = {**_by_field(error), **errors}
    if errors:
        raise ValidationError(errors)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    """Return messages by field; the one about a name that exists already is put under `name`."""
    found = error.message_dict
    return {("name" if field == "__all__" else field): messages for field, messages in found.items()}


def _save(kept: PromptSet) -> None:
    """Save the set. Raises: ValidationError for the second of two users who add the same name at once."""
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise ValidationError({"name": [_("The team already has a set with this name.")]}) from None
