"""The indicators of sparks and their money; `evaluation.framework.indicators` puts them in their place."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.framework import sources
from evaluation.framework.declaring import Counting, IndicatorSpec, Phase
from evaluation.framework.outcomes import CHANGES, FRIENDS
from evaluation.framework.row_wordings import award
from evaluation.models import Form
from sparks.models import HeldBy

SPARKS_APPLIED = IndicatorSpec(
    "sparks-applied",
    _("Sparks applied for"),
    _("Are ideas being acted on?"),
    _("Sparks submitted for a decision in this period, whatever was decided."),
    _("sparks"),
    (CHANGES,),
    counting=Counting(sources.HANDED_IN),
)

SPARKS_APPROVED = IndicatorSpec(
    "sparks-approved",
    _("Sparks approved"),
    _("How many ideas were backed?"),
    _("Sparks approved in this period that were not withdrawn or cancelled since."),
    _("sparks"),
    (CHANGES,),
    counting=Counting(sources.DECIDED),
    suits_spark_story=True,
    version=2,
    phase=Phase.ACTING,
)

MONEY_AWARDED = IndicatorSpec(
    "money-awarded",
    _("Money awarded"),
    _("How much has been put into residents' hands?"),
    _(
        "The awards of the sparks approved in this period that were not withdrawn or cancelled since. Money that came back is not subtracted; "
        "it is an indicator of its own."
    ),
    _("pounds"),
    (CHANGES,),
    counting=Counting(sources.DECIDED, amount="award_gbp", row_note=award),
    form=Form.POUNDS,
    version=2,
)

MONEY_RETURNED = IndicatorSpec(
    "money-returned",
    _("Money that came back"),
    _("How much was not needed after all?"),
    _("What was returned of awards in this period, on the day on which it came back, whenever it was awarded."),
    _("pounds"),
    (CHANGES,),
    counting=Counting(sources.RETURNED, amount="amount_gbp"),
    form=Form.POUNDS,
)

IN_KIND_VALUE = IndicatorSpec(
    "in-kind-value",
    _("In-kind value of sparks"),
    _("What do neighbours, groups and places lend or give besides the money?"),
    _(
        "The estimated value of what was lent or given to the sparks that count as approved in this period. It is not money: budgets and ledgers "
        "leave it out, and it is never added to the money awarded. Things without a value are left out."
    ),
    _("pounds"),
    (CHANGES,),
    counting=Counting(sources.LENT, Q(in_kind_gbp__isnull=False), amount="in_kind_gbp"),
    form=Form.POUNDS,
)

SPARKS_HELD_BY_HOST = IndicatorSpec(
    "sparks-held-by-host",
    _("Sparks whose money a host holds"),
    _("Can neighbours without a bank account or a constitution take part?"),
    _("Of the sparks approved in this period, those whose money is held for the group by a host organisation."),
    _("sparks"),
    (CHANGES,),
    counting=Counting(sources.DECIDED, Q(held_by=HeldBy.HOST)),
    version=2,
)

RESIDENTS_BEHIND_SPARKS = IndicatorSpec(
    "residents-behind-sparks",
    _("Residents behind a spark"),
    _("How many people put their name to an idea?"),
    _("Different residents behind the sparks submitted for a decision in this period."),
    _("residents"),
    (CHANGES, FRIENDS),
    counting=Counting(sources.HANDED_IN, whom="applicants"),
    form=Form.PEOPLE,
    counts_people=True,
)

#: In the order in which they are shown.
INDICATORS = (
    SPARKS_APPLIED,
    SPARKS_APPROVED,
    MONEY_AWARDED,
    MONEY_RETURNED,
    IN_KIND_VALUE,
    SPARKS_HELD_BY_HOST,
    RESIDENTS_BEHIND_SPARKS,
)
