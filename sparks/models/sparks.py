"""Sparks, the decisions on them and the reports about them."""

import uuid
from functools import reduce
from operator import or_
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import (
    AppendOnlyModel,
    AppendOnlyQuerySet,
    Neighbourhood,
    Partner,
    Team,
    TeamScopedQuerySet,
    is_plausible,
)
from communities.pounds import pounds
from connectors.models import Conversation, Person
from sparks import declarations, workflow
from sparks.models.funds import ZERO, Round, money


class Status(models.TextChoices):
    """The status of a spark; `sparks.workflow` says what each means and what follows."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a decision")
    NEEDS_INFO = "needs_info", _("Question to answer")
    INELIGIBLE = "ineligible", _("Outside what the fund is for")
    RECOMMENDED = "recommended", _("Waiting for a second decision")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Not this time")
    READY = "ready", _("Ready to pay")
    PAID = "paid", _("Paid")
    REPORTED = "reported", _("Reported")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    CANCELLED = "cancelled", _("Cancelled")
    RECOVERED = "recovered", _("Money returned")


#: Statuses in which the answers can still be changed.
OPEN = workflow.statuses("is_editable")
#: Statuses that count as the one spark of a group in a round. Drafts do not.
LIVE = workflow.statuses("is_live")
#: The condition that a spark waits for a decision. Spelt out, because SQLite does not find a partial index for an IN.
IS_WAITING = reduce(or_, (Q(status=status) for status in workflow.statuses("is_waiting")))


class HeldBy(models.TextChoices):
    """Who holds the money for the people behind a spark."""

    HOST = "host", _("A host organisation")
    GROUP = "group", _("The group’s own account")
    GOODS = "goods", _("Nobody: we buy what is needed")
    NO_MONEY = "none", _("No money needed")


class Spark(models.Model):
    """A small grant, from the idea to the story: what, who with, what it costs and who holds the money."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="sparks")
    # `sparks_spark_queue` begins with it. With an index of its own as well, PostgreSQL read each spark of a round for their sums.
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="sparks", db_index=False, verbose_name=_("round")
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sparks",
        verbose_name=_("neighbourhood"),
    )
    title = models.CharField(_("title"), max_length=120)
    group_name = models.CharField(
        _("group name"),
        max_length=120,
        blank=True,
        help_text=_("A handful of neighbours without a constitution is fine."),
    )
    group = models.ForeignKey(
        Asset,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="sparks",
        verbose_name=_("group on the map"),
    )
    what = models.TextField(_("what they want to do"), blank=True)
    who_with = models.TextField(_("who they will do it with"), blank=True)
    costs = models.TextField(_("costs"), blank=True, help_text=_("One line for each item is enough."))
    amount_gbp = money(_("amount asked for (£)"), default=ZERO)
    held_by = models.CharField(
        _("money held by"),
        max_length=6,
        choices=HeldBy,
        blank=True,
        help_text=_("Empty in a draft until somebody answers it."),
    )
    host = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_sparks",
        verbose_name=_("host organisation"),
    )
    applicants = models.ManyToManyField(
        Person, blank=True, related_name="sparks", verbose_name=_("residents behind it")
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        verbose_name=_("team members in the group"),
        help_text=_("They cannot decide on it."),
    )
    conflicts = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("team members too close to decide")
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="sparks"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        editable=False,
        verbose_name=_("people who wrote the answers"),
        help_text=_("They cannot decide on it or pay it. Actions add people here; nobody is ever removed."),
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    award_gbp = money(_("award (£)"), null=True, blank=True)
    payee = models.CharField(
        _("to be paid to"),
        max_length=160,
        blank=True,
        help_text=_("Written down when the award is accepted. Two people change it afterwards."),
    )
    payee_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Who entered the payee, if it does not follow from the answers. They do not pay it."),
    )
    question = models.TextField(_("question to answer"), blank=True)
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    steps_taken = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("How many times it was submitted. A decision counts for one of them.")
    )
    status_since = models.DateTimeField(default=timezone.now, editable=False)
    lapse_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    due_on = models.DateField(
        _("due"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("By when the people behind it answer, accept or report; empty if nothing is due."),
    )
    report_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    late_asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("spark")
        verbose_name_plural = _("sparks")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=Status.values), name="%(app_label)s_%(class)s_status_known"),
            models.CheckConstraint(
                condition=Q(held_by__in=HeldBy.values)
                | Q(
                    held_by="", status__in=(*OPEN, Status.WITHDRAWN, Status.DECLINED, Status.INELIGIBLE, Status.LAPSED)
                ),
                name="%(app_label)s_%(class)s_holder_known",
                violation_error_message=_("Choose who holds the money, or say that no money is needed."),
            ),
            models.CheckConstraint(
                condition=Q(amount_gbp__gte=0),
                name="%(app_label)s_%(class)s_amount_not_negative",
                violation_error_message=_("The amount cannot be less than £0."),
            ),
            models.CheckConstraint(
                condition=Q(award_gbp__isnull=True) | (Q(award_gbp__gte=0) & Q(award_gbp__lte=F("amount_gbp"))),
                name="%(app_label)s_%(class)s_award_within_asked",
                violation_error_message=_("The award cannot be more than the amount asked for."),
            ),
            models.CheckConstraint(
                condition=~Q(held_by=HeldBy.NO_MONEY) | Q(amount_gbp=0),
                name="%(app_label)s_%(class)s_no_money_is_zero",
                violation_error_message=_("A spark that needs no money must ask for £0."),
            ),
            models.CheckConstraint(
                condition=Q(host__isnull=True) | Q(held_by__in=(HeldBy.HOST, HeldBy.GOODS)),
                name="%(app_label)s_%(class)s_host_holds",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(Status.READY, Status.PAID))
                | Q(award_gbp__isnull=True)
                | Q(award_gbp=0)
                | ~Q(payee=""),
                name="%(app_label)s_%(class)s_payee_known",
                violation_error_message=_("Enter who is to be paid."),
            ),
            is_plausible("due_on"),
            models.UniqueConstraint(
                "round",
                Lower("group_name"),
                condition=Q(status__in=LIVE) & ~Q(group_name=""),
                name="%(app_label)s_%(class)s_one_live_per_group",
                violation_error_message=_("This group already has a spark in this round."),
            ),
        )
        indexes = (
            models.Index(fields=("team", "-created_at", "-id"), name="sparks_spark_list"),
            # How much waits in a round, and where its awards went, are read from it alone.
            models.Index(
                fields=("round", "status", "neighbourhood", "amount_gbp", "award_gbp"), name="sparks_spark_queue"
            ),
            models.Index(fields=("team", "status", "submitted_at", "id"), name="sparks_spark_wait"),
            # What waits, in the order of the pages that list it, so that each reads only its own rows.
            models.Index(fields=("team", "submitted_at", "id"), condition=IS_WAITING, name="sparks_spark_waits"),
            models.Index(fields=("team", "neighbourhood", "submitted_at"), name="sparks_spark_place"),
            # The awards of the last year, with the names of groups and who is paid, are read from it alone.
            models.Index(
                fields=("team", "decided_at", "status", "group_name", "payee", "award_gbp", "id"),
                name="sparks_spark_names",
            ),
            models.Index(
                fields=("team", "status", "due_on"), condition=Q(due_on__isnull=False), name="sparks_spark_due"
            ),
            models.Index(
                fields=("due_on",),
                condition=Q(status="paid", late_asked_at__isnull=True),
                name="sparks_spark_unreported",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def asked(self) -> str:
        """Return what they ask for: “£250”, “no money” if none is needed, “not said yet” while nobody has said."""
        if self.amount_gbp:
            return pounds(self.amount_gbp)
        return gettext("no money") if self.held_by == HeldBy.NO_MONEY else gettext("not said yet")


class ThroughSparkQuerySet(TeamScopedQuerySet):
    """Rows that belong to a spark, and through the spark to a team."""

    team_path = "spark__team_id"


class DecisionQuerySet(AppendOnlyQuerySet, ThroughSparkQuerySet):
    """Decisions, which are never updated or deleted."""

    def standing(self) -> Self:
        """Return the decisions that nobody replaced or took back."""
        return self.filter(replaced_by__isnull=True).exclude(verdict=Decision.Verdict.TAKE_BACK)

    def with_replaced(self) -> Self:
        """Return the decisions, each with `is_replaced`: whether another one took its place."""
        return self.annotate(is_replaced=models.Q(replaced_by__isnull=False))

    def approvals_of(self, spark: Spark) -> Self:
        """Return the standing approvals of a spark as it was submitted last."""
        return self.standing().filter(spark=spark, version=spark.version, verdict=Decision.Verdict.APPROVE)


class Decision(AppendOnlyModel):
    """One person's decision on a spark. Above the approval limit two people decide.

    Nobody changes a decision: another one `replaces` it, so each person has one standing decision on a version of a spark.
    """

    class Verdict(models.TextChoices):
        """The outcome of a decision."""

        APPROVE = "approve", _("Approved")
        DECLINE = "decline", _("Not this time")
        TAKE_BACK = "take_back", _("Taken back")

    spark = models.ForeignKey(Spark, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("decision"), max_length=9, choices=Verdict)
    version = models.PositiveSmallIntegerField(default=0, editable=False)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="replaced_by"
    )
    amount_gbp = money(_("amount (£)"), default=ZERO)
    limit_gbp = money(_("limit at the time (£)"), default=ZERO)
    reason = models.TextField(_("reason"), blank=True)
    #: A key of `declarations.WORDINGS`.
    declaration = models.CharField(_("declaration"), max_length=4, default=declarations.CURRENT, editable=False)
    decided_at = models.DateTimeField(_("date"), default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("decided_at", "pk")
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            models.UniqueConstraint(
                fields=("spark", "by", "version"),
                condition=Q(replaces__isnull=True),
                name="%(app_label)s_%(class)s_once_each",
                violation_error_message=_("You have already decided on this spark."),
            ),
            models.CheckConstraint(
                condition=Q(declaration__in=tuple(declarations.WORDINGS)),
                name="%(app_label)s_%(class)s_declaration_known",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=("approve", "decline", "take_back")),
                name="%(app_label)s_%(class)s_verdict_known",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="decline") | ~Q(reason=""),
                name="%(app_label)s_%(class)s_decline_has_reason",
                violation_error_message=_("People deserve to know why. Please give a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(verdict="take_back") | Q(replaces__isnull=False),
                name="%(app_label)s_%(class)s_takes_back_something",
            ),
        )
        # The queue asks of each spark whether somebody has decided on it: not of all that they ever decided.
        indexes = (models.Index(fields=("spark", "by"), name="sparks_decision_own"),)

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}, {self.by}"

    def is_standing_approval_of(self, spark: Spark) -> bool:
        """Return whether it approves the spark as it was submitted last, and was not replaced; needs `is_replaced`."""
        return self.verdict == self.Verdict.APPROVE and self.version == spark.version and not self.is_replaced

    @property
    def declared(self) -> str:
        """Return the words of the declaration."""
        return str(declarations.WORDINGS[self.declaration])


class Report(models.Model):
    """The report on a spark: three prompts and a photo. It can become a story."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spark = models.OneToOneField(Spark, on_delete=models.PROTECT, related_name="report")
    what_happened = models.TextField(_("what happened"))
    what_changed = models.TextField(_("what is different now"), blank=True)
    what_next = models.TextField(_("what next"), blank=True)
    people_count = models.PositiveIntegerField(_("people who took part"), null=True, blank=True)
    spent_gbp = money(_("amount spent (£)"), null=True, blank=True)
    photo = models.ImageField(_("photo"), upload_to="reports/%Y/%m/", blank=True)
    photo_alt = models.CharField(_("photo description"), max_length=250, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("date"), default=timezone.now)

    objects = ThroughSparkQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = (
            models.CheckConstraint(
                condition=Q(spent_gbp__isnull=True) | Q(spent_gbp__gte=0),
                name="%(app_label)s_%(class)s_spent_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"{self.spark}"
