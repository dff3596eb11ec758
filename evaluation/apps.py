"""What it adds up to: outcomes, indicators and stories."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from communities.apps import KithConfig
from communities.database_objects import AppendOnly, DatabaseObject

if TYPE_CHECKING:
    from django_filters import Filter

    from communities.audit_log.subjects import Subject
    from communities.handover import OwnedKind
    from communities.searching import Finder


class EvaluationConfig(KithConfig):
    """Name the app, and bring the outcomes and indicators that ship with Kith."""

    default = True
    name = "evaluation"
    verbose_name = _("Stories and indicators")

    def audit_subjects(self) -> "Iterable[Subject]":
        """Return what its records are called in the audit."""
        from evaluation.audited import SUBJECTS  # noqa: PLC0415 - models are not ready when apps load

        return SUBJECTS

    def owned_kinds(self) -> "Iterable[OwnedKind]":
        """Return what somebody looks after, for when they leave."""
        from evaluation.owned import KINDS  # noqa: PLC0415 - models are not ready when apps load

        return KINDS

    def audit_fields(self) -> Mapping[str, object]:
        """Return what its fields are called in the audit."""
        from evaluation.audited import FIELDS  # noqa: PLC0415

        return FIELDS

    def list_filters(self) -> "Mapping[str, Mapping[str, Callable[[], Filter]]]":
        """Return the filters that it adds to lists, by the label of the list's model and the name of the filter."""
        from evaluation.priorities.filters import by_priority  # noqa: PLC0415 - models are not ready when apps load
        from evaluation.priorities.rules import TAGGED  # noqa: PLC0415

        return {kind.model._meta.label: {"priority": by_priority} for kind in TAGGED.values()}

    def finders(self) -> "Iterable[Finder]":
        """Return what of its records the search on every page finds."""
        from evaluation.finders import FINDERS  # noqa: PLC0415 - models are not ready when apps load

        return FINDERS

    def database_objects(self) -> Iterable[DatabaseObject]:
        """Return the catalogue of outcomes and indicators, what is counted, and the triggers that keep releases and published packs."""
        from communities.freshness import Counted  # noqa: PLC0415 - models are not ready when apps load
        from evaluation.actions.framework import Catalogue  # noqa: PLC0415
        from evaluation.finders import LEARNED, PACKS, STORIES  # noqa: PLC0415

        tables = ("evaluation_release", "evaluation_releasecount", "evaluation_publishedpack")
        kept = map(AppendOnly, tables)
        return (Catalogue(), Counted("evaluation_story", day="happened_on"), STORIES, LEARNED, PACKS, *kept)
