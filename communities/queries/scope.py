"""Queries that join several models of communities, or apply to any model."""

from typing import Any

from django.db.models import Exists, ManyToOneRel, Model, OuterRef, QuerySet

from communities.models import Membership, Role, User


def rows_managed_by(queryset: QuerySet, user: User) -> QuerySet:
    """Return the rows of any model that belong to teams the user manages; all of them for an administrator.

    Users belong to such a team if they are members of it. Rows that belong to no team, such as outcomes, are included.
    """
    if user.is_superuser and user.is_active:
        return queryset
    if issubclass(queryset.model, User):
        teams = user.team_ids(Role.MANAGER) if user.is_active else []
        return queryset.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), team__in=teams)))
    if hasattr(queryset, "managed_by"):
        return queryset.managed_by(user)
    if hasattr(queryset, "visible_to"):
        return queryset.visible_to(user)
    return queryset


def team_id_of(obj: Model) -> int | None:
    """Return the primary key of a row's team, by the `team_path` of its queryset; None for a row without a team."""
    path = getattr(type(obj)._default_manager.all(), "team_path", None)
    if path is None:
        return None
    found: Any = obj
    for name in path.split("__"):
        found = getattr(found, name, None)
    return found


def kinds_belonging_to(obj: Model) -> list[str]:
    """Return the plural names of the models, of any app, with rows that point to this row, in alphabetical order.

    The row's own many-to-many links do not count. One query for each kind.
    """
    relations = [
        field
        for field in obj._meta.get_fields(include_hidden=True)
        if isinstance(field, ManyToOneRel) and not field.related_model._meta.auto_created
    ]
    found = {
        str(relation.related_model._meta.verbose_name_plural)
        for relation in relations
        if relation.related_model._base_manager.filter(**{relation.field.name: obj.pk}).exists()
    }
    return sorted(found)
