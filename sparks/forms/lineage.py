"""What a spark or a group grew from: earlier sparks and groups."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from assets.models import Asset, Kind
from communities.forms.rows import RowsField
from communities.models import Team, User
from communities.row_keys import pks_of
from communities.widgets import ManyChoices
from sparks.models import Growth, Spark

#: How many sparks and groups are offered, the latest; those chosen already are always among them.
LIKELY = 200


class RootsMixin(forms.Form):
    """Choose the sparks and groups that something grew from. Call `offer_roots` after `super().__init__`."""

    from_sparks = RowsField(Spark.objects.none(), label=_("Earlier sparks"), required=False, widget=ManyChoices)
    from_groups = RowsField(Asset.objects.none(), label=_("Groups on the map"), required=False, widget=ManyChoices)

    def offer_roots(self, *, team: Team, user: User, child: Spark | Asset | None) -> None:
        """Offer the team's latest sparks and groups, without the child itself."""
        for name, model in (("from_sparks", Spark), ("from_groups", Asset)):
            rows = model.objects.visible_to(user).filter(team=team)
            if isinstance(child, model):
                rows = rows.exclude(pk=child.pk)
            self.fields[name].queryset = self._likely(rows, name)

    def _likely(self, rows: QuerySet, name: str) -> QuerySet:
        own = {row.pk for row in self.initial.get(name, ())}
        if self.is_bound and hasattr(self.data, "getlist"):
            own |= set(pks_of(self.data.getlist(name)[:LIKELY]))
        latest = rows
        if name == "from_groups":
            latest = rows.listed().filter(Q(kind=Kind.ASSOCIATION) | Q(sparks__isnull=False))
        near = set(latest.order_by("-created_at", "-pk").values_list("pk", flat=True)[:LIKELY])
        return rows.filter(pk__in=near | own).order_by("-created_at", "-pk")

    @property
    def roots(self) -> tuple[Spark | Asset, ...]:
        """Return what was chosen."""
        return (*self.cleaned_data["from_sparks"], *self.cleaned_data["from_groups"])


def roots_of(child: Spark | Asset) -> dict[str, list]:
    """Return initial values for what a spark or a group grew from."""
    own = {"spark": child} if isinstance(child, Spark) else {"group": child}
    links = list(Growth.objects.filter(**own).select_related("from_spark", "from_group"))
    return {
        "from_sparks": [each.from_spark for each in links if each.from_spark],
        "from_groups": [each.from_group for each in links if each.from_group],
    }


class GroupRootsForm(RootsMixin):
    """What a group on the map grew from."""

    def __init__(self, *args, team: Team, user: User, group: Asset, **kwargs) -> None:
        super().__init__(*args, initial=roots_of(group), **kwargs)
        self.offer_roots(team=team, user=user, child=group)
