"""Writes to the sets of questions that a team begins its conversations with."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Neighbourhood, Team, User
from connectors.models import PromptSet
from connectors.queries.vocabulary import lines
from connectors.rules.prompts import can_change_prompts

#: As many as a conversation could ever begin with.
MOST_PROMPTS = 40


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
) -> PromptSet:
    """Add a set of questions, one a line, and audit it; no neighbourhoods means everywhere.

    Raises: PermissionDenied; ValidationError keyed by field for no question, more than 40, a name that is there already,
    another team's neighbourhood.
    """
    if not can_change_prompts(by, team):
        raise PermissionDenied
    places = list(neighbourhoods)
    kept = PromptSet(team=team, name=" ".join(name.split()), prompts=_tidy(prompts), source=source.strip(), is_on=is_on)
    _check(kept, places)
    _save(kept)
    kept.neighbourhoods.set(places)
    audit.record(by=by, verb="added", obj=kept, fields=["name", "prompts", "source", "neighbourhoods", "is_on"])
    return kept


@transaction.atomic
def change_prompt_set(
    *, prompt_set: PromptSet, by: User, neighbourhoods: Iterable[Neighbourhood] | None = None, **values: object
) -> PromptSet:
    """Change a set's name, prompts, source, is_on and, when given, its neighbourhoods; audit what changed.

    Raises: PermissionDenied; ValidationError as `create_prompt_set`.
    """
    kept = PromptSet.objects.select_for_update(of=("self",)).get(pk=prompt_set.pk)
    if not can_change_prompts(by, kept.team_id):
        raise PermissionDenied
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
        audit.record(by=by, verb="changed", obj=kept, fields=changed)
    return kept


@transaction.atomic
def delete_prompt_set(*, prompt_set: PromptSet, by: User) -> None:
    """Remove a set for good, and audit it. Raises: PermissionDenied."""
    if not can_change_prompts(by, prompt_set.team_id):
        raise PermissionDenied
    audit.record(by=by, verb="deleted", obj=prompt_set)
    prompt_set.delete()


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
        kept.full_clean(exclude=["team"])
    except ValidationError as error:
        errors = {**_by_field(error), **errors}
    if errors:
        raise ValidationError(errors)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    """Return messages by field; a name that is there twice is said beside the name."""
    found = error.message_dict
    return {("name" if field == "__all__" else field): messages for field, messages in found.items()}


def _save(kept: PromptSet) -> None:
    """Save; of two people who add the same name at once the second is told."""
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise ValidationError({"name": [_("The team already has a set of this name.")]}) from None
