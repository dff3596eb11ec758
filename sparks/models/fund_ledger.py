"""The ledger of a fund: what its funder gave, and what is set aside for rounds."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import AppendOnlyQuerySet, TeamScopedQuerySet, is_plausible, plausible_day
from communities.pounds import pounds
from sparks.models.chained import ChainedModel
from sparks.models.funds import Fund, Round, money


class FundEntryKind(models.TextChoices):
    """What a line does to a fund's money."""

    RECEIVED = "received", _("Received from the funder")
    CARRIED = "carried", _("Carried over")
    PASSED_ON = "passed_on", _("Passed on to another fund")
    RETURNED = "returned", _("Returned to the funder")
    SET_ASIDE = "set_aside", _("Set aside for a round")
    GIVEN_BACK = "given_back", _("Given back from a round")


#: Kinds that bring money into a fund or take it out; the others move it between the fund and its rounds.
IN_OR_OUT = (FundEntryKind.RECEIVED, FundEntryKind.CARRIED, FundEntryKind.PASSED_ON, FundEntryKind.RETURNED)


#: What each kind of line does to (given, set aside).
FUND_EFFECTS: dict[str, tuple[int, int]] = {
    FundEntryKind.RECEIVED: (1, 0),
    FundEntryKind.CARRIED: (1, 0),
    FundEntryKind.PASSED_ON: (-1, 0),
    FundEntryKind.RETURNED: (-1, 0),
    FundEntryKind.SET_ASIDE: (0, 1),
    FundEntryKind.GIVEN_BACK: (0, -1),
}


class FundEntryQuerySet(AppendOnlyQuerySet, TeamScopedQuerySet):
    """Lines of funds, which are never updated or deleted."""

    team_path = "fund__team_id"


class FundEntry(ChainedModel):
    """One movement of a fund's money. Append-only, like the ledger of a round; a mistake is corrected by another line."""

    chain_of = "fund"
    hashed = (
        "uuid",
        "kind",
        "amount_gbp",
        "round",
        "other_fund",
        "day",
        "by",
        "confirmed_by",
        "reference",
        "reason",
        "at",
    )

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(_("what happened"), max_length=10, choices=FundEntryKind)
    amount_gbp = money(_("amount (£)"))
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, null=True, blank=True, related_name="fund_ledger", verbose_name=_("round")
    )
    other_fund = models.ForeignKey(
        Fund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("other fund"),
        help_text=_("Where it came from or went to, within the team."),
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
        help_text=_("Nobody if a command on the server wrote it."),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    day = models.DateField(_("day"), default=timezone.localdate, validators=[plausible_day])
    at = models.DateTimeField(_("written"), default=timezone.now)

    objects = FundEntryQuerySet.as_manager()

    class Meta:
        ordering = ("fund", "number")
        verbose_name = _("line of a fund")
        verbose_name_plural = _("lines of funds")
        constraints = (
            *ChainedModel.Meta.constraints,
            models.UniqueConstraint(fields=("fund", "number"), name="%(app_label)s_%(class)s_one_chain"),
            models.CheckConstraint(condition=Q(amount_gbp__gt=0), name="%(app_label)s_%(class)s_amount_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=IN_OR_OUT, round__isnull=True)
                | Q(kind__in=(FundEntryKind.SET_ASIDE, FundEntryKind.GIVEN_BACK), round__isnull=False),
                name="%(app_label)s_%(class)s_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="passed_on") | Q(other_fund__isnull=False),
                name="%(app_label)s_%(class)s_passed_on_to_a_fund",
            ),
            models.CheckConstraint(
                condition=Q(other_fund__isnull=True)
                | Q(kind__in=(FundEntryKind.CARRIED, FundEntryKind.PASSED_ON)) & ~Q(other_fund=F("fund")),
                name="%(app_label)s_%(class)s_other_fund_known",
            ),
            # What a command writes has nobody's name; what a person brings in or takes out has two.
            models.CheckConstraint(
                condition=~Q(kind__in=IN_OR_OUT) | Q(by__isnull=True) | Q(confirmed_by__isnull=False),
                name="%(app_label)s_%(class)s_two_people",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(by__isnull=False) & ~Q(confirmed_by=F("by")),
                name="%(app_label)s_%(class)s_not_the_same",
            ),
            is_plausible("day"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {pounds(self.amount_gbp)}"

    @property
    def details(self) -> str:
        """The reason and the reference, as far as there are any."""
        return ", ".join(filter(None, (self.reason, self.reference)))
