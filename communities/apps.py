"""Teams, users, neighbourhoods, partners and the audit."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from communities.database_objects import AppendOnly, DatabaseObject, install_missing

if TYPE_CHECKING:
    from django_filters import Filter

    from communities.audit_log.subjects import Subject
    from communities.handover import OwnedKind
    from communities.outbox.kinds import Kind
    from communities.searching import Finder


class KithConfig(AppConfig):
    """Base class for apps that install database objects besides tables."""

    # Django uses the one configuration in an app's module that is marked as the default.
    default = False

    def database_objects(self) -> Iterable[DatabaseObject]:
        """Return the database objects to install after every `migrate`, in order."""
        return ()

    def audit_subjects(self) -> "Iterable[Subject]":
        """Return the names of the app's records in the audit."""
        return ()

    def audit_fields(self) -> Mapping[str, object]:
        """Return the names of the app's fields in the audit, with their articles."""
        return {}

    def message_kinds(self) -> "Iterable[Kind]":
        """Return the kinds of messages that the app writes."""
        return ()

    def list_filters(self) -> "Mapping[str, Mapping[str, Callable[[], Filter]]]":
        """Return the filters that the app adds to lists of other apps, by the label of the list's model and the filter's name."""
        return {}

    def finders(self) -> "Iterable[Finder]":
        """Return what of the app's records the search on every page finds."""
        return ()

    def owned_kinds(self) -> "Iterable[OwnedKind]":
        """Return the kinds of things in the app that somebody looks after, for when they leave or are away."""
        return ()

    def ready(self) -> None:
        """Install after `migrate`."""
        post_migrate.connect(self._install, sender=self)

    def _install(self, *, using: str, **kwargs: object) -> None:
        install_missing(self.database_objects(), connections[using])


class CommunitiesConfig(KithConfig):
    """Configure the app and the triggers that make the audit append-only."""

    default = True
    name = "communities"
    verbose_name = _("Teams and places")

    def ready(self) -> None:
        """Report what the database lacks to `check --database default`, and after each `migrate`."""
        super().ready()
        for name in ("check_database_objects", "check_tables", "check_constraints"):
            checks.register(import_string(f"communities.checks.{name}"), checks.Tags.database)

    def finders(self) -> "Iterable[Finder]":
        """Return what of its records the search on every page finds."""
        from communities.finders import FINDERS  # noqa: PLC0415 - models are not ready when apps load

        return FINDERS

    def message_kinds(self) -> "Iterable[Kind]":
        """Return the kinds of messages that belong to no app to the right."""
        from communities.outbox.messages import KINDS  # noqa: PLC0415

        return KINDS

    def database_objects(self) -> Iterable[DatabaseObject]:
        """Return the triggers on the audit, and full-text indexes."""
        from communities.finders import NEIGHBOURHOODS, PARTNERS  # noqa: PLC0415 - models are not ready when apps load

        return (AppendOnly("communities_auditentry"), NEIGHBOURHOODS, PARTNERS)

    def audit_subjects(self) -> "Iterable[Subject]":
        """Return the names of its records in the audit."""
        from communities.audit_log.own import SUBJECTS  # noqa: PLC0415 - models are not ready when apps load

        return SUBJECTS

    def owned_kinds(self) -> "Iterable[OwnedKind]":
        """Return what somebody looks after, for when they leave."""
        from communities.owned import KINDS  # noqa: PLC0415 - models are not ready when apps load

        return KINDS

    def audit_fields(self) -> Mapping[str, object]:
        """Return the names of its fields in the audit."""
        from communities.audit_log.own import FIELDS  # noqa: PLC0415

        return FIELDS
