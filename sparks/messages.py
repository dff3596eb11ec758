"""The kinds of messages about sparks."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from communities.outbox.kinds import Kind

#: Stands in the text for the private link of whoever applied, which is made as the message is sent and stored nowhere.
PRIVATE_LINK = "[private link]"
#: The kind of message that asks an organisation.
HOST_ASKED = "spark_host_asked"

_KINDS = (
    Kind(
        name=HOST_ASKED,
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
        when=_("When a spark is submitted or taken up from the public page, to the residents behind it."),
    ),
    Kind(
        name="application_sent",
        label=_("Receipt for an idea from the public page"),
        subject=_("We received your idea"),
        template="sparks/told/application_sent.txt",
        when=_(
            "When somebody sends an idea from the public page, to the email address that they gave, with their private link."
        ),
    ),
    Kind(
        name="applications_waiting",
        label=_("Ideas from the public page"),
        subject=_("Ideas from the public page of %(round)s"),
        template="sparks/told/applications_waiting.txt",
        when=_("When ideas arrive from a public page, to the managers of the team, once a day at most."),
    ),
    Kind(
        name="application_closed",
        label=_("An idea was not taken up"),
        subject=_("Your idea: %(title)s"),
        template="sparks/told/application_closed.txt",
        when=_("When an idea from the public page is not taken up, with the reason, to whoever sent it."),
    ),
    Kind(
        name="spark_question",
        label=_("Question about a spark"),
        subject=_("A question about %(title)s"),
        template="sparks/told/question.txt",
        when=_("When a manager asks a question, to the residents behind it and to the user who started it."),
    ),
    Kind(
        name="spark_answered",
        label=_("Answer about a spark"),
        subject=_("The question about %(title)s is answered"),
        template="sparks/told/answered.txt",
        when=_(
            "When a question is answered, to whoever asked it, the residents behind the spark and the user who started it."
        ),
    ),
    Kind(
        name="spark_appealed",
        label=_("Another decision requested"),
        subject=_("Another decision on %(title)s"),
        template="sparks/told/appealed.txt",
        when=_(
            "When another decision is asked for, to the residents behind it, the user who started it and whoever declined it."
        ),
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
        name="spark_amendment_proposed",
        label=_("Another award is proposed"),
        subject=_("Another award for %(title)s?"),
        template="sparks/told/amendment_proposed.txt",
        when=_("When a manager proposes another award, to the managers who approved the spark."),
    ),
    Kind(
        name="spark_award_kept",
        label=_("A proposal was not agreed to"),
        subject=_("%(title)s stays as it is"),
        template="sparks/told/award_kept.txt",
        when=_(
            "When another award, another payee or returned money was proposed and not agreed to, to whoever proposed it."
        ),
    ),
    Kind(
        name="spark_payee_changed",
        label=_("Somebody else is paid"),
        subject=_("The money for %(title)s will go to somebody else"),
        template="sparks/told/payee_changed.txt",
        when=_(
            "When two people change who is paid, with the reason, to everybody who is told of an approval and the managers who "
            "approved it."
        ),
    ),
    Kind(
        name="spark_accepted",
        label=_("An award was accepted"),
        subject=_("%(title)s: the group said yes"),
        template="sparks/told/accepted.txt",
        when=_("When a group accepts an award, to everybody who is told of an approval."),
    ),
    Kind(
        name="spark_to_pay",
        label=_("An award to pay"),
        subject=_("To pay: %(title)s"),
        template="sparks/told/to_pay.txt",
        when=_(
            "When an award can be paid, to the payers, or if there are none, to the managers and deputies who did not "
            "approve it."
        ),
    ),
    Kind(
        name="spark_date_moved",
        label=_("A date was moved"),
        subject=_("%(title)s: another date"),
        template="sparks/told/date_moved.txt",
        when=_(
            "When the day by which something is due is moved, to the residents behind it and the user who started it."
        ),
    ),
    Kind(
        name="spark_withdrawn",
        label=_("A spark was withdrawn"),
        subject=_("%(title)s was withdrawn"),
        template="sparks/told/withdrawn.txt",
        when=_(
            "When a spark is withdrawn, to the residents behind it and the user who started it; once it was approved also to "
            "the managers who approved it and the organisation."
        ),
    ),
    Kind(
        name="spark_money_returned",
        label=_("Money was returned"),
        subject=_("Money returned from %(title)s"),
        template="sparks/told/money_returned.txt",
        when=_(
            "When money is returned, as a receipt, to everybody who is told of an approval and the managers who approved it."
        ),
    ),
    Kind(
        name="spark_amended",
        label=_("Another award for a spark"),
        subject=_("The award for %(title)s has changed"),
        template="sparks/told/amended.txt",
        when=_("When two managers change an award, with the reason, to everybody who is told of an approval."),
    ),
    Kind(
        name="spark_reopened",
        label=_("A spark was reopened"),
        subject=_("%(title)s is open again"),
        template="sparks/told/reopened.txt",
        when=_(
            "When a spark that was ended by mistake is reopened, to everybody who was told that it had ended and to "
            "whoever ended it; if it was declined, to all managers too."
        ),
    ),
    Kind(
        name="spark_lapses_soon",
        label=_("A spark lapses soon"),
        subject=_("%(title)s: please answer"),
        template="sparks/told/lapses_soon.txt",
        when=_(
            "Two weeks before a spark lapses because nobody answered or accepted, to everybody who is told of an approval."
        ),
    ),
    Kind(
        name="spark_lapsed",
        label=_("A spark lapsed"),
        subject=_("%(title)s has lapsed"),
        template="sparks/told/lapsed.txt",
        when=_("When a spark lapses, to the people who were warned of it."),
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
        when=_("When an award is cancelled, with the reason, to everybody who is told of an approval."),
    ),
    Kind(
        name="spark_report_due",
        label=_("How did it go?"),
        subject=_("How did %(title)s go?"),
        template="sparks/told/report_due.txt",
        when=_(
            "Six weeks after an award was paid, or on the day it was moved to, if nobody has reported back, to the residents "
            "behind it and the user who started it."
        ),
    ),
    Kind(
        name="spark_report_overdue",
        label=_("How did it go? Once more"),
        subject=_("We would still like to hear about %(title)s"),
        template="sparks/told/report_overdue.txt",
        when=_("Four weeks after a report was due, once, to the residents behind it and the user who started it."),
    ),
    Kind(
        name="spark_report_received",
        label=_("Thanks for a report"),
        subject=_("How %(title)s went: thank you"),
        template="sparks/told/report_received.txt",
        when=_(
            "When the first report on a spark is saved, to the residents behind it and the managers who approved it."
        ),
    ),
    Kind(
        name="spark_story",
        label=_("A spark has become a story"),
        subject=_("%(title)s has become a story"),
        template="sparks/told/story.txt",
        when=_(
            "When a story about a spark is approved for the first time, to the residents behind it and the user who started it."
        ),
    ),
)
#: Whoever applied on the public page gets any of them, with their private link.
KINDS = (
    *(
        replace(
            kind,
            fill="sparks.applying.links.private_link",
            mark=PRIVATE_LINK,
            show="sparks.applying.actions.showing.show_link",
        )
        for kind in _KINDS
    ),
    Kind(
        name="fund_proposed",
        label=_("A change to a fund or round is proposed"),
        subject=_("A change to %(title)s needs a second person"),
        template="sparks/told/fund_proposed.txt",
        when=_(
            "When somebody proposes money into or out of a fund, or other rules of a round, to the other managers and the "
            "deputies of the team."
        ),
    ),
    Kind(
        name="fund_settled",
        label=_("A proposed change was answered"),
        subject=_("The change to %(title)s"),
        template="sparks/told/fund_settled.txt",
        when=_(
            "When such a change is agreed, refused, withdrawn or made before anybody used the round, to the managers and "
            "deputies of the team."
        ),
    ),
)
