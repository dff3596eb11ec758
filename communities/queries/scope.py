"""Reads that join several models of communities, or ask the same of any model."""

from collections.abc import Collection

from django.db.models import Exists, Model, OuterRef, QuerySet

from communities.models import Membership, Role, User


def rows_managed_by(queryset: QuerySet, user: User) -> QuerySet:
    """Keep the rows of any model that belong to teams the person manages; all of them for an administrator.

    People who sign in are those who work in such a team. Rows that belong to no team, such as outcomes, stay.
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


def numbered(rows: QuerySet, ids: Collection[int] | QuerySet) -> QuerySet:
    """Keep those of some rows, such as the ones somebody may read, that have these numbers; each is looked up by its number.

    Numbers and team in one condition, SQLite without statistics walks through everything that the team has.
    """
    return rows.model._base_manager.filter(Exists(rows.order_by().filter(pk=OuterRef("pk"))), pk__in=ids)


def team_id_of(obj: Model) -> int | None:
    """Return the id of the team that a row belongs to, by the `team_path` of its queryset; None when to none."""
    path = getattr(obj._meta.default_manager.all(), "team_path", None)
    if path is None:
        return None
    found: object = obj
    for name in path.split("__"):
        found = getattr(found, name, None)
    return found


def kinds_belonging_to(obj: Model) -> list[str]:
    """Return what points to a row, in any app, by the names that the apps give their rows, in alphabetical order.

    Links of the row's own lists do not count. One query for each kind.
    """
    relations = [
        field
        for field in obj._meta.get_fields(include_hidden=True)
        if (field.one_to_many or field.one_to_one) and field.auto_created and not field.related_model._meta.auto_created
    ]
    found = {
        str(relation.related_model._meta.verbose_name_plural)
        for relation in relations
        if relation.related_model._base_manager.filter(**{relation.field.name: obj.pk}).exists()
    }
    return sorted(found)
