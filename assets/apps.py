"""The asset map: associations, institutions, places, exchange and stories of a neighbourhood."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from communities.apps import KithConfig
from communities.database_objects import DatabaseObject

if TYPE_CHECKING:
    from communities.audit_log.subjects import Subject
    from communities.searching import Finder


class AssetsConfig(KithConfig):
    """Configure the app and its database triggers."""

    default = True
    name = "assets"
    verbose_name = _("Asset map")

    def audit_subjects(self) -> "Iterable[Subject]":
        """Return the names of its records in the audit."""
        from assets.audited import SUBJECTS  # noqa: PLC0415 - models are not ready when apps load

        return SUBJECTS

    def audit_fields(self) -> Mapping[str, object]:
        """Return the names of its fields in the audit."""
        from assets.audited import FIELDS  # noqa: PLC0415

        return FIELDS

    def finders(self) -> "Iterable[Finder]":
        """Return what of its records the search on every page finds."""
        from assets.finders import FINDERS  # noqa: PLC0415 - models are not ready when apps load

        return FINDERS

    def database_objects(self) -> Iterable[DatabaseObject]:
        """Return the triggers on the tables that reports count, and the full-text index."""
        from assets.finders import ASSETS  # noqa: PLC0415 - models are not ready when apps load
        from communities.freshness import Counted  # noqa: PLC0415

        return (Counted("assets_asset"), ASSETS)
