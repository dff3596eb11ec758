"""Small grants, from the idea to the money and the story."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from communities.apps import KithConfig
from communities.database_objects import AppendOnly, DatabaseObject

if TYPE_CHECKING:
    from communities.audit_log.subjects import Subject
    from communities.handover import OwnedKind
    from communities.outbox.kinds import Kind
    from communities.searching import Finder


class SparksConfig(KithConfig):
    """The app's name, its audit subjects and its triggers."""

    default = True
    name = "sparks"
    verbose_name = _("Sparks and money")

    def audit_subjects(self) -> "Iterable[Subject]":
        """Return how the audit names the app's records."""
        from sparks.audited import SUBJECTS  # noqa: PLC0415 - models are not ready when apps load

        return SUBJECTS

    def owned_kinds(self) -> "Iterable[OwnedKind]":
        """Return what somebody looks after, for when they leave."""
        from sparks.owned import KINDS  # noqa: PLC0415 - models are not ready when apps load

        return KINDS

    def audit_fields(self) -> Mapping[str, object]:
        """Return how the audit names the app's fields."""
        from sparks.audited import FIELDS  # noqa: PLC0415

        return FIELDS

    def message_kinds(self) -> "Iterable[Kind]":
        """Return the kinds of messages about sparks."""
        from sparks.messages import KINDS  # noqa: PLC0415

        return KINDS

    def finders(self) -> "Iterable[Finder]":
        """Return what of its records the search on every page finds."""
        from sparks.finders import FINDERS  # noqa: PLC0415 - models are not ready when apps load

        return FINDERS

    def database_objects(self) -> Iterable[DatabaseObject]:
        """Return the triggers that guard the ledger and decisions, and those that mark counted rows."""
        from communities.freshness import Counted, Part  # noqa: PLC0415 - models are not ready when apps load
        from sparks.finders import SPARKS  # noqa: PLC0415

        table = "sparks_spark"
        return (
            AppendOnly("sparks_ledgerentry"),
            AppendOnly("sparks_fundentry"),
            AppendOnly("sparks_decision"),
            AppendOnly("sparks_bar"),
            Counted(table),
            Counted(f"{table}_applicants", through=("spark_id", table)),
            Counted("sparks_costline", through=("spark_id", table)),
            Counted("sparks_ledgerentry", through=("round_id", "sparks_round")),
            # A team's own indicators count sparks by the kind of their fund.
            Counted("sparks_fund", parts=(Part("fund_kinds", columns=("kind",), is_change=True),)),
            Counted("sparks_round", parts=(Part("round_funds", columns=("fund_id",), is_change=True),)),
            SPARKS,
        )
