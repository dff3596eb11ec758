"""A team's themes; conversations and residents name themes in `actions.conversation_parts`."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_fields, locked
from communities.idempotency import idempotent
from communities.lists import listed
from communities.models import Team, User
from communities.queries.scope import kinds_belonging_to
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.models import Conversation, Person, Theme
from connectors.rules.people import can_manage_themes, can_name_theme


@idempotent(Theme)
@transaction.atomic
def create_theme(*, team: Team, by: User | None, name: str, uuid: UUID | None = None) -> Theme:
    """Create a theme; `uuid` is the page's idempotency key.

    Raises: PermissionDenied; ValidationError keyed by field, also for a name that exists already.
    """
    require(can_name_theme, by, team)
    theme = Theme(team=team, name=" ".join(name.split()))
    _save(theme)
    audit.record(by=by, verb=Verb.CREATE, obj=theme, fields=["name"])
    return theme


@transaction.atomic
def update_theme(*, theme: Theme, by: User | None, name: str) -> Theme:
    """Rename a theme, everywhere. Raises: as `create_theme`."""
    require(can_manage_themes, by, theme.team_id)
    theme = locked(Theme.objects.select_related("team"), theme.pk)
    name = " ".join(name.split())
    if name != theme.name:
        theme.name = name
        _save(theme)
        audit.record(by=by, verb=Verb.UPDATE, obj=theme, fields=["name"])
    return theme


@transaction.atomic
def delete_theme(*, theme: Theme, by: User | None) -> None:
    """Delete a theme that no row refers to.

    Raises: PermissionDenied; ValidationError that lists the kinds of rows that refer to it, from which the deletion
    would remove it.
    """
    require(can_manage_themes, by, theme.team_id)
    theme = locked(Theme.objects.select_related("team"), theme.pk)
    lists = [model for model in (Person, Conversation) if model._base_manager.filter(themes=theme).exists()]
    held = sorted({*kinds_belonging_to(theme), *(str(model._meta.verbose_name_plural) for model in lists)})
    if held:
        words = _("“%(name)s” cannot be deleted, because these have it: %(held)s.")
        raise ValidationError(words % {"name": theme.name, "held": listed(held)}, code="protected")
    audit.record(by=by, verb=Verb.DELETE, obj=theme)
    delete_undoably(theme, by=by, managers_only=True)


def _save(theme: Theme) -> None:
    """Check and save a theme.

    Raises: ValidationError, by `name`, for the second of two users who add the same name at once.
    """
    check_fields(theme, exclude=["team"])
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("The team already has this theme.")}) from error
