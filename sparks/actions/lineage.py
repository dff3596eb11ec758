"""What grew from what. A lineage has no circle: links are added while the team is locked."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from communities import audit
from communities.actions.saving import save_checked
from communities.models import Team, User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from sparks import lineage, rules
from sparks.models import Growth, Spark

_CIRCLE = gettext_lazy("“%(root)s” grew from “%(child)s” itself, so it cannot be the other way round as well.")


def lock_sparks(rows: Iterable[Spark | Asset]) -> None:
    """Lock the sparks among some rows, in the order of their primary keys, before the team.

    A link refers to both of its ends, which waits for whoever holds one of them and then waits for the team.
    """
    keys = {row.pk for row in rows if isinstance(row, Spark)}
    if keys:
        list(Spark.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def write_roots(child: Spark | Asset, roots: Sequence[Spark | Asset], *, by: User) -> bool:
    """Store what a spark or a group grew from, exactly these; return whether anything changed.

    Links that are gone can be undone. The team is locked, so that two people never close a circle at the same time;
    `lock_sparks` comes first.
    Raises: ValidationError under `grew_from` for rows of another team, and for one that grew from the child itself.
    """
    if any(row.team_id != child.team_id for row in roots):
        raise ValidationError({"grew_from": _("Choose one that belongs to your team.")})
    Team.objects.select_for_update(no_key=True).get(pk=child.team_id)
    own = {lineage.CHILD[type(child)]: child}
    links = list(Growth.objects.filter(**own).select_related("spark", "group", "from_spark", "from_group"))
    wanted = {lineage.key_of(row): row for row in roots}
    gone = [each for each in links if lineage.parent_key(each) not in wanted]
    if gone:
        undo = Undo(gone[0], by=by)
        undo.delete(gone)
        undo.keep()
    known = {lineage.parent_key(each) for each in links}
    added = [row for key, row in wanted.items() if key not in known]
    for row in added:
        _refuse_circle(child, row)
        save_checked(Growth(team_id=child.team_id, created_by=by, **own, **{lineage.PARENT[type(row)]: row}))
    return bool(gone or added)


def hold_lineages(refs: Mapping[str, Collection[int]]) -> None:
    """Lock the sparks and then the teams of links that come back by undoing; refs: primary keys by label."""
    if not refs.get(Growth._meta.label_lower):
        return
    own = Spark.objects.filter(pk__in=refs.get(Spark._meta.label_lower, ()))
    teams = {*own.values_list("team", flat=True)}
    teams |= set(Asset.objects.filter(pk__in=refs.get(Asset._meta.label_lower, ())).values_list("team", flat=True))
    lock_sparks(own)
    list(Team.objects.select_for_update(no_key=True).filter(pk__in=teams).order_by("pk").values_list("pk"))


def refuse_restored_circle(link: Growth, *, is_alone: bool) -> None:
    """Check that a link that came back closes no circle with those added since.

    is_alone: only links were undone, so it is refused; otherwise the link stays away and the rest comes back.
    Raises: ValidationError, code "circle".
    """
    child, root = link.spark or link.group, link.from_spark or link.from_group
    if child is None or root is None or lineage.key_of(root) not in lineage.grown_from(child):
        return
    if is_alone:
        raise ValidationError(_CIRCLE % {"root": root, "child": child}, code="circle")
    link.delete()


def _refuse_circle(child: Spark | Asset, root: Spark | Asset) -> None:
    """Check that something did not grow from what is to grow from it. Raises: ValidationError."""
    if lineage.key_of(root) in lineage.grown_from(child):
        raise ValidationError({"grew_from": _CIRCLE % {"root": root, "child": child}}, code="circle")


@transaction.atomic
def set_roots_of_group(*, group: Asset, by: User, grew_from: Sequence[Spark | Asset]) -> Asset:
    """Store what a group on the map grew from: exactly these sparks and groups.

    Raises: PermissionDenied; ValidationError under `grew_from`, as `write_roots`.
    """
    require(rules.can_write_spark, by, group.team_id)
    lock_sparks(grew_from)
    if write_roots(group, grew_from, by=by):
        audit.record(by=by, verb=Verb.UPDATE, obj=group, fields=["grew_from"])
    return group
