"""How the audit names records and fields of sparks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.audit_log.subjects import Reader, Subject
from sparks.models import Application, ApplyPage, Decision, Fund, LedgerEntry, Report, Round, Spark


def _spark_page(row: Decision | Report, reader: Reader) -> str:
    return reverse("sparks:spark-detail", args=[row.spark.uuid])


SUBJECTS = (
    Subject(
        model=Fund,
        named=_("the fund %(title)s"),
        unnamed=_("a fund"),
        counted=ngettext_lazy("%(count)s fund", "%(count)s funds", "n"),
        address=lambda fund, reader: reverse("sparks:fund-update", args=[fund.pk]),
    ),
    Subject(
        model=Round,
        named=_("the round %(title)s"),
        unnamed=_("a round"),
        counted=ngettext_lazy("%(count)s round", "%(count)s rounds", "n"),
        related=("fund",),
        address=lambda each, reader: reverse("sparks:round-detail", args=[each.pk]),
    ),
    Subject(
        model=Spark,
        named=_("the spark %(title)s"),
        unnamed=_("a spark"),
        counted=ngettext_lazy("%(count)s spark", "%(count)s sparks", "n"),
        address=lambda spark, reader: reverse("sparks:spark-detail", args=[spark.uuid]),
    ),
    Subject(
        model=ApplyPage,
        named=_("the public page of %(title)s"),
        unnamed=_("a public page"),
        counted=ngettext_lazy("%(count)s public page", "%(count)s public pages", "n"),
        related=("round__fund",),
        address=lambda page, reader: reverse("sparks:apply-page", args=[page.round_id]),
    ),
    Subject(
        model=Application,
        named=_("the application %(title)s"),
        unnamed=_("an application"),
        counted=ngettext_lazy("%(count)s application", "%(count)s applications", "n"),
        address=lambda application, reader: reverse("sparks:application-detail", args=[application.uuid]),
    ),
    Subject(
        model=Decision,
        named=_("the spark %(title)s"),
        unnamed=_("a spark"),
        counted=ngettext_lazy("%(count)s spark", "%(count)s sparks", "n"),
        title=lambda decision: decision.spark.title,
        related=("spark",),
        address=_spark_page,
    ),
    Subject(
        model=LedgerEntry,
        named=_("a ledger line of %(title)s"),
        unnamed=_("a ledger line"),
        counted=ngettext_lazy("%(count)s ledger line", "%(count)s ledger lines", "n"),
        title=lambda line: str(line.round),
        related=("round__fund",),
        address=lambda line, reader: reverse("sparks:round-detail", args=[line.round_id]),
    ),
    Subject(
        model=Report,
        named=_("the report on %(title)s"),
        unnamed=_("a report"),
        counted=ngettext_lazy("%(count)s report", "%(count)s reports", "n"),
        title=lambda report: report.spark.title,
        related=("spark",),
        address=_spark_page,
    ),
)

FIELDS = {
    "applicants": _("the residents behind it"),
    "code": _("the short address"),
    "consent_how": _("how they said yes"),
    "help_words": _("what they want help with"),
    "page": _("the public page"),
    "consent_at": _("their yes to what was read to them"),
    "help_asked_at": _("the request for help"),
    "helper": _("who wrote it down for them"),
    "digest": _("the six words that open it"),
    "first_check": _("the first question"),
    "is_indexed": _("whether search engines list it"),
    "is_on": _("whether the page is on"),
    "second_check": _("the second question"),
    "sent_at": _("the time it was sent"),
    "shows_money": _("whether it shows the money left"),
    "shows_clock": _("whether it shows how long the money takes"),
    "stage": _("where it is"),
    "spark": _("the spark"),
    "award_gbp": _("the award"),
    "budget_gbp": _("the budget"),
    "closes_at": _("the closing time"),
    "committed_gbp": _("the amount promised"),
    "conflicts": _("who is too close to decide"),
    "conversation": _("the conversation it came from"),
    "costs": _("the costs"),
    "decided_at": _("the time of the decision"),
    "fund": _("the fund"),
    "funder": _("the funder"),
    "group": _("the group on the map"),
    "group_name": _("the name of the group"),
    "held_by": _("who holds the money"),
    "host": _("the host organisation"),
    "ledger": _("the ledger"),
    "limit_gbp": _("the limit at the time"),
    "max_award_gbp": _("the maximum award"),
    "members": _("the team members in the group"),
    "opens_at": _("the opening time"),
    "paid_at": _("the time it was paid"),
    "paid_gbp": _("the amount paid"),
    "payee": _("who was paid"),
    "people_count": _("how many people took part"),
    "purpose": _("the purpose"),
    "question": _("the question to answer"),
    "reason": _("the reason"),
    "reference": _("the reference"),
    "round": _("the round"),
    "spent_gbp": _("the amount spent"),
    "submitted_at": _("the time it was submitted"),
    "title": _("the title"),
    "verdict": _("the decision"),
    "what": _("what they want to do"),
    "what_changed": _("what is different now"),
    "what_happened": _("what happened"),
    "what_next": _("what comes next"),
    "who_with": _("who they will do it with"),
    "writers": _("who wrote it"),
}
