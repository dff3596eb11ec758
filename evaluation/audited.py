"""What the records of evaluation are called in the audit."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.audit_log.subjects import Subject
from evaluation.models import Expectation, Indicator, Measurement, Outcome, Release, ReleaseAddress, Story, Yardstick

SUBJECTS = (
    Subject(
        model=Outcome,
        named=_("the outcome %(title)s"),
        unnamed=_("an outcome"),
        counted=ngettext_lazy("%(count)s outcome", "%(count)s outcomes", "n"),
        rows=lambda reader: Outcome.objects.visible_to(reader.user),
    ),
    Subject(
        model=Indicator,
        named=_("the indicator %(title)s"),
        unnamed=_("an indicator"),
        counted=ngettext_lazy("%(count)s indicator", "%(count)s indicators", "n"),
        rows=lambda reader: Indicator.objects.visible_to(reader.user),
        address=lambda indicator, reader: reverse("evaluation:indicator-detail", args=[indicator.key]),
    ),
    Subject(
        model=Measurement,
        named=_("a measurement of %(title)s"),
        unnamed=_("a measurement"),
        counted=ngettext_lazy("%(count)s measurement", "%(count)s measurements", "n"),
        title=lambda measurement: str(measurement.indicator),
        related=("indicator",),
        address=lambda measurement, reader: reverse("evaluation:measurement-update", args=[measurement.pk]),
        fields={"note": _("how the team knows")},
    ),
    Subject(
        model=Expectation,
        named=_("what is expected of %(title)s"),
        unnamed=_("what is expected"),
        counted=ngettext_lazy("%(count)s expectation", "%(count)s expectations", "n"),
        address=lambda expectation, reader: reverse("evaluation:patience"),
        fields={"span": _("the months"), "words": _("the words")},
    ),
    Subject(
        model=Yardstick,
        named=_("a line beside %(title)s"),
        unnamed=_("a line beside a number"),
        counted=ngettext_lazy("%(count)s line beside numbers", "%(count)s lines beside numbers", "n"),
        title=lambda yardstick: str(yardstick.indicator),
        related=("indicator",),
        address=lambda yardstick, reader: reverse("evaluation:yardstick-list", args=[yardstick.indicator.key]),
        fields={"kind": _("what it is"), "value": _("the number"), "on": _("its day"), "source": _("its source")},
    ),
    Subject(
        model=Release,
        named=_("the figures of %(title)s"),
        unnamed=_("the figures of a period"),
        counted=ngettext_lazy("%(count)s release", "%(count)s releases", "n"),
        address=lambda release, reader: reverse("evaluation:release-detail", args=[release.uuid]),
    ),
    Subject(
        model=ReleaseAddress,
        named=_("the address for %(title)s"),
        unnamed=_("an address of figures"),
        counted=ngettext_lazy("%(count)s address of figures", "%(count)s addresses of figures", "n"),
        title=lambda address: address.get_program_display(),
        related=("release",),
        address=lambda address, reader: reverse("evaluation:release-addresses", args=[address.release.uuid]),
    ),
    Subject(
        model=Story,
        named=_("the story %(title)s"),
        unnamed=_("a story"),
        counted=ngettext_lazy("%(count)s story", "%(count)s stories", "n"),
        address=lambda story, reader: reverse("evaluation:story-detail", args=[story.uuid]),
        fields={"spark": _("the spark in it"), "people": _("the people in it")},
    ),
)

FIELDS = {
    "anyway": _("whether it would have happened anyway"),
    "consent_on": _("the day of the consent"),
    "consent_scope": _("how widely it can be shared"),
    "consent_withdrawn_at": _("the withdrawn consent"),
    "conversations": _("the conversations it grew from"),
    "grain": _("the length of its periods"),
    "happened_on": _("the day it happened"),
    "indicator": _("the indicator"),
    "indicators": _("the indicators it is about"),
    "review_since": _("whether somebody should look again"),
    "note": _("the note"),
    "now_text": _("what is different now"),
    "others_did": _("what others did"),
    "period_end": _("the end of the period"),
    "period_start": _("the beginning of the period"),
    "published_at": _("the time it was published"),
    "published_by": _("who published it"),
    "quote": _("the words in quotation marks"),
    "quote_by": _("who said those words"),
    "residents_did": _("what residents did"),
    "self_text": _("one person’s part"),
    "us_text": _("what neighbours did together"),
    "value": _("the value"),
    "we_did": _("what the team did"),
    "withdrawn_by": _("who noted the withdrawn consent"),
    "withdrawn_person": _("who withdrew their consent"),
    "withdrawn_why": _("why consent was withdrawn"),
}
