"""The ledger: every movement of a round's money."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import AppendOnlyQuerySet, TeamScopedQuerySet
from communities.pounds import pounds
from sparks.models.chained import ChainedModel
from sparks.models.funds import Round, money
from sparks.models.sparks import Spark


class LedgerKind(models.TextChoices):
    """What a ledger line does to the money."""

    RESERVE = "reserve", _("Promised")
    RELEASE = "release", _("Released")
    PAY = "pay", _("Paid")
    RECOVER = "recover", _("Returned")
    CORRECT = "correct", _("Not returned after all")


#: What each kind of ledger line does to (promised, paid).
EFFECTS: dict[str, tuple[int, int]] = {
    LedgerKind.RESERVE: (1, 0),
    LedgerKind.RELEASE: (-1, 0),
    LedgerKind.PAY: (0, 1),
    LedgerKind.RECOVER: (-1, -1),
    LedgerKind.CORRECT: (1, 1),
}


class LedgerEntryQuerySet(AppendOnlyQuerySet, TeamScopedQuerySet):
    """Ledger lines, which are never updated or deleted."""

    team_path = "round__team_id"


class LedgerEntry(ChainedModel):
    """One movement of a round's money. Append-only: a trigger guards it, and a mistake is corrected by another line."""

    chain_of = "round"
    hashed = ("uuid", "spark", "kind", "amount_gbp", "turn", "by", "payee", "reference", "note", "at", "repeats")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="ledger")
    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(_("what happened"), max_length=8, choices=LedgerKind)
    amount_gbp = money(_("amount (£)"))
    turn = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("How many steps of the spark were taken before this line.")
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Nobody if Kith did it at night."),
    )
    payee = models.CharField(_("paid to"), max_length=160, blank=True)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=250, blank=True)
    at = models.DateTimeField(_("date"), default=timezone.now)
    repeats = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="repeated_by",
        help_text=_(
            "The line that says that money came back, if this one is a payment made again or takes that line back."
        ),
    )

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        constraints = (
            *ChainedModel.Meta.constraints,
            models.UniqueConstraint(fields=("round", "number"), name="%(app_label)s_%(class)s_one_chain"),
            models.CheckConstraint(condition=Q(amount_gbp__gt=0), name="%(app_label)s_%(class)s_amount_positive"),
            models.CheckConstraint(condition=Q(kind__in=LedgerKind.values), name="%(app_label)s_%(class)s_kind_known"),
            # A second payment names the line that says that the first came back, and no two name the same.
            models.UniqueConstraint(
                fields=("spark",),
                condition=Q(kind="pay", repeats__isnull=True),
                name="%(app_label)s_%(class)s_pay_once",
            ),
            models.CheckConstraint(
                condition=Q(repeats__isnull=True) | Q(kind__in=("pay", "correct")),
                name="%(app_label)s_%(class)s_only_payments_repeat",
            ),
            models.CheckConstraint(
                condition=~Q(kind="correct") | Q(repeats__isnull=False), name="%(app_label)s_%(class)s_corrects_a_line"
            ),
            # A spark that was reopened is promised its money again, in another step.
            models.UniqueConstraint(
                fields=("spark", "turn"), condition=Q(kind="reserve"), name="%(app_label)s_%(class)s_promise_once"
            ),
        )
        indexes = (models.Index(Lower("payee"), condition=Q(kind="pay"), name="sparks_ledger_payee"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {pounds(self.amount_gbp)}"

    @property
    def details(self) -> str:
        """Who was paid, the reference and the note, as far as there are any."""
        return ", ".join(filter(None, (self.payee, self.reference, self.note)))
