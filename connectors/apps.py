"""The app of people, conversations, introductions and journeys."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.core.checks import Tags, register
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from communities.apps import KithConfig
from communities.database_objects import DatabaseObject, KeptAsWritten, LatestOf

if TYPE_CHECKING:
    from communities.audit_log.subjects import Subject
    from communities.handover import OwnedKind
    from communities.searching import Finder

PEOPLE, CONSENTS = "connectors_person", "connectors_consentrecord"
TALKS, JOURNEYS = "connectors_conversation", "connectors_journey"


class ConnectorsConfig(KithConfig):
    """Configure the app: audit names, database objects and the check of the sealing key."""

    default = True
    name = "connectors"
    verbose_name = _("People and conversations")

    def audit_subjects(self) -> "Iterable[Subject]":
        """Return the names of its records in the audit."""
        from connectors.audited import SUBJECTS  # noqa: PLC0415 - models are not ready when apps load

        return SUBJECTS

    def owned_kinds(self) -> "Iterable[OwnedKind]":
        """Return what somebody looks after, for when they leave."""
        from connectors.owned import KINDS  # noqa: PLC0415 - models are not ready when apps load

        return KINDS

    def audit_fields(self) -> Mapping[str, object]:
        """Return the names of its fields in the audit."""
        from connectors.audited import FIELDS  # noqa: PLC0415

        return FIELDS

    def finders(self) -> "Iterable[Finder]":
        """Return what of its records the search on every page finds."""
        from connectors.finders import FINDERS  # noqa: PLC0415 - models are not ready when apps load

        return FINDERS

    def database_objects(self) -> Iterable[DatabaseObject]:
        """Return counted tables, the trigger of consents, an index of themes, and the full-text indexes.

        A consent's person can change, because two records of one resident can be merged.
        """
        from communities.freshness import Counted, Part  # noqa: PLC0415 - models are not ready when apps load
        from connectors.queries.search import ASKS, CONVERSATIONS, GIFTS, INTRODUCTIONS, STEPS  # noqa: PLC0415

        said = ("purpose", "is_given", "notice_id", "how", "recorded_at", "recorded_by_id")
        where = ("neighbourhood_id", "merged_into_id")
        parts = (
            # Residents by the day they were first met, those whose gifts and journeys move to another place, and connectors.
            Part("residents", day="first_met_on", columns=("first_met_on", *where)),
            Part("homes", columns=where, is_change=True),
            Part("connectors", if_set="connector_since"),
        )
        return (
            Counted("connectors_twopeople"),
            Counted("connectors_introduction", day="introduced_on"),
            Counted("connectors_ask", day="met_on"),
            Counted("connectors_lighttouch", day="held_on"),
            Counted(PEOPLE, parts=parts),
            Counted(TALKS, day="held_on"),
            Counted(JOURNEYS, day="began_on"),
            Counted("connectors_gift", through=("person_id", PEOPLE), day="heard_on"),
            Counted("connectors_connectorterm", through=("person_id", PEOPLE)),
            Counted("connectors_person_themes", through=("person_id", PEOPLE)),
            Counted("connectors_conversation_themes", through=("conversation_id", TALKS)),
            Counted("connectors_conversation_people", through=("conversation_id", TALKS), owner_day="held_on"),
            Counted("connectors_journeychange", through=("journey_id", JOURNEYS), day="noticed_on"),
            KeptAsWritten(CONSENTS, said),
            LatestOf("connectors_person_themes", "theme_id"),
            CONVERSATIONS,
            GIFTS,
            ASKS,
            STEPS,
            INTRODUCTIONS,
        )

    def ready(self) -> None:
        """Check the sealing key too in `check --database default`, and before each `migrate`."""
        super().ready()
        register(import_string("connectors.checks.check_sealing_key"), Tags.database)
