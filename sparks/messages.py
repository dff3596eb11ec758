"""The kinds of messages about sparks."""

from django.utils.translation import gettext_lazy as _

from communities.outbox.kinds import Kind

KINDS = (
    Kind(
        name="spark_host_asked",
        label=_("Question to an organisation"),
        subject=_("Do you hold the money for %(title)s?"),
        template="sparks/told/host_asked.txt",
        when=_("When a builder or manager asks the organisation of a spark by a link, to that organisation."),
    ),
    Kind(
        name="spark_host_answered",
        label=_("Answer of an organisation"),
        subject=_("The organisation answered about %(title)s"),
        template="sparks/told/host_answered.txt",
        when=_("When an organisation says by its link whether it holds the money, to the user who asked."),
    ),
    Kind(
        name="spark_submitted",
        label=_("Receipt for a spark"),
        subject=_("We received your idea: %(title)s"),
        template="sparks/told/submitted.txt",
        when=_("When a spark is submitted, to the residents behind it."),
    ),
    Kind(
        name="spark_question",
        label=_("Question about a spark"),
        subject=_("A question about %(title)s"),
        template="sparks/told/question.txt",
        when=_("When a manager asks a question, to the residents behind it and to the user who started it."),
    ),
    Kind(
        name="spark_approved",
        label=_("Approval of a spark"),
        subject=_("Yes to %(title)s"),
        template="sparks/told/approved.txt",
        when=_(
            "When a spark is approved, to the residents behind it, the user who started it and the organisation that "
            "will hold the money."
        ),
    ),
    Kind(
        name="spark_declined",
        label=_("Decision: not this time"),
        subject=_("Our decision on %(title)s"),
        template="sparks/told/declined.txt",
        when=_("When a spark is declined, with the reason, to the residents behind it and the user who started it."),
    ),
    Kind(
        name="spark_amount_proposed",
        label=_("Another amount for a spark"),
        subject=_("Another amount for %(title)s"),
        template="sparks/told/amount_proposed.txt",
        when=_("When a second manager approves another amount, to the managers who approved it before."),
    ),
    Kind(
        name="spark_amended",
        label=_("Another award for a spark"),
        subject=_("The award for %(title)s has changed"),
        template="sparks/told/amended.txt",
        when=_("When two managers change an award, with the reason, to the same people as the approval."),
    ),
    Kind(
        name="spark_reopened",
        label=_("A spark was reopened"),
        subject=_("%(title)s is open again"),
        template="sparks/told/reopened.txt",
        when=_("When what ended a spark was a mistake, to the residents behind it and the user who started it."),
    ),
    Kind(
        name="spark_lapses_soon",
        label=_("A spark lapses soon"),
        subject=_("%(title)s: please answer"),
        template="sparks/told/lapses_soon.txt",
        when=_(
            "Two weeks before a spark lapses because nobody answered or accepted, to the same people as the approval."
        ),
    ),
    Kind(
        name="spark_lapsed",
        label=_("A spark lapsed"),
        subject=_("%(title)s has lapsed"),
        template="sparks/told/lapsed.txt",
        when=_("When a spark lapses, to the same people."),
    ),
    Kind(
        name="spark_paid",
        label=_("Payment of a spark"),
        subject=_("The money for %(title)s has been paid"),
        template="sparks/told/paid.txt",
        when=_("When an award is paid, to the residents behind it, the user who started it and the organisation."),
    ),
    Kind(
        name="spark_cancelled",
        label=_("A spark was cancelled"),
        subject=_("%(title)s was cancelled"),
        template="sparks/told/cancelled.txt",
        when=_("When an award is cancelled, with the reason, to the same people as the approval."),
    ),
    Kind(
        name="spark_report_due",
        label=_("How did it go?"),
        subject=_("How did %(title)s go?"),
        template="sparks/told/report_due.txt",
        when=_(
            "Six weeks after an award was paid and nobody has reported back, to residents and the user who started it."
        ),
    ),
    Kind(
        name="spark_report_received",
        label=_("Thanks for a report"),
        subject=_("Thank you for telling us about %(title)s"),
        template="sparks/told/report_received.txt",
        when=_(
            "When the first report on a spark is saved, to the residents behind it and the managers who approved it."
        ),
    ),
)
