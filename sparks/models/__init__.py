"""Small grants: funds, rounds, sparks, decisions and the ledger of their money."""

from sparks.models.amendments import Amendment
from sparks.models.applying import Applicant, Application, ApplyPage, SaidHow, Stage
from sparks.models.bars import (
    Bar,
    Ground,
    email_key,
)
from sparks.models.beside import Attachment, Note
from sparks.models.chained import ChainedModel
from sparks.models.costs import CostLine
from sparks.models.enclosures import Enclosure, EnclosureKind
from sparks.models.fund_ledger import FUND_EFFECTS, IN_OR_OUT, FundEntry, FundEntryKind
from sparks.models.funds import (
    ZERO,
    Fund,
    FundKind,
    Round,
    money,
)
from sparks.models.hosts import HostAnswer, HostLink
from sparks.models.ledger import (
    EFFECTS,
    LedgerEntry,
    LedgerEntryQuerySet,
    LedgerKind,
)
from sparks.models.lineage import Growth
from sparks.models.proposals import FundProposal
from sparks.models.sparks import (
    IS_WAITING,
    LIVE,
    OPEN,
    Decision,
    HeldBy,
    Report,
    Spark,
    Status,
    ThroughSparkQuerySet,
)
from sparks.models.steps import StepTaken

__all__ = [
    "Amendment",
    "Applicant",
    "Application",
    "ApplyPage",
    "Attachment",
    "Bar",
    "Ground",
    "email_key",
    "ChainedModel",
    "CostLine",
    "Decision",
    "FUND_EFFECTS",
    "EFFECTS",
    "Enclosure",
    "EnclosureKind",
    "Fund",
    "FundEntry",
    "FundEntryKind",
    "FundKind",
    "FundProposal",
    "Growth",
    "HeldBy",
    "HostAnswer",
    "HostLink",
    "IN_OR_OUT",
    "IS_WAITING",
    "LIVE",
    "LedgerEntry",
    "LedgerEntryQuerySet",
    "LedgerKind",
    "Note",
    "OPEN",
    "Report",
    "Round",
    "SaidHow",
    "Spark",
    "Stage",
    "Status",
    "StepTaken",
    "ThroughSparkQuerySet",
    "ZERO",
    "money",
]
