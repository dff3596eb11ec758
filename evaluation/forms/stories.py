"""The form of a story: self, us, now; who did what; who agreed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.forms.days import TodayField, default_day
from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Team, User
from communities.photos import PhotoField
from communities.row_keys import pks_of
from communities.widgets import DayInput, ManyChoices, WordsArea, WordsLine
from connectors.forms.fields import split_names
from connectors.models import Conversation, Person
from connectors.rules.shown_names import name_for
from evaluation.framework import INDICATORS
from evaluation.models import Indicator, Story
from evaluation.rules.story_values import StoryValues
from sparks.lending import lent_in_words
from sparks.models import Spark, Status


@dataclass(frozen=True)
class Beginning:
    """What a new story starts from: a spark with its report, a conversation, indicators; each is optional."""

    spark: Spark | None = None
    conversation: Conversation | None = None
    indicators: Iterable[str] = field(default=())

    def initial(self) -> dict[str, object]:
        """Return initial values for the form."""
        found: dict[str, object] = {"happened_on": default_day(), "indicators": self._indicators()}
        if self.conversation:
            talk = self.conversation
            found |= {"happened_on": talk.held_on, "neighbourhood": talk.neighbourhood_id, "self_text": talk.summary}
        if self.spark:
            found |= {
                "title": self.spark.title,
                "neighbourhood": self.spark.neighbourhood_id,
                "spark": self.spark,
            }
            found["residents_did"], found["others_did"] = lent_in_words(self.spark)
            report = getattr(self.spark, "report", None)
            if report:
                found |= {
                    "happened_on": timezone.localdate(report.created_at),
                    "us_text": report.what_happened,
                    "now_text": "\n\n".join(filter(None, (report.what_changed, report.what_next))),
                }
        return found

    def _indicators(self) -> list[int]:
        keys = [*self.indicators, *(spec.key for spec in INDICATORS if self.spark and spec.suits_spark_story)]
        return list(Indicator.objects.filter(key__in=keys).values_list("pk", flat=True))


class IndicatorsField(RowsField):
    """Indicators by name, with the version of those of which there are several."""

    def label_from_instance(self, obj: Indicator) -> str:
        """Return the name."""
        return obj.full_name


class StoryForm(KeyMixin, SeenMixin, forms.ModelForm):
    """A story. The people offered are those of the spark, the conversations and the story itself."""

    photo = PhotoField(label=_("Photo"), required=False, help_text=_("Only of people who agreed to be shown."))
    names = forms.CharField(
        label=_("Who else is in it?"),
        required=False,
        max_length=600,
        help_text=_("Residents your team has already met, with commas between them."),
    )
    remove_photo = forms.BooleanField(label=_("Delete the photo"), required=False)

    NEEDED = {  # noqa: RUF012 - read only
        "photo_alt": _("needed with a photo"),
        "consent_scope": _("needed to publish"),
        "consent_on": _("needed to publish"),
    }

    class Meta:
        model = Story
        fields = (
            "title",
            "happened_on",
            "neighbourhood",
            "self_text",
            "us_text",
            "now_text",
            "quote",
            "quote_by",
            "residents_did",
            "others_did",
            "we_did",
            "anyway",
            "people",
            "names",
            "conversations",
            "spark",
            "indicators",
            "photo",
            "remove_photo",
            "photo_alt",
            "consent_scope",
            "consent_on",
        )
        field_classes = {  # noqa: RUF012 - as Django's own forms
            **dict.fromkeys(("people", "conversations"), RowsField),
            "indicators": IndicatorsField,
            "happened_on": TodayField,
        }
        labels = {  # noqa: RUF012 - as Django's own forms have it
            "happened_on": _("When did it happen?"),
            "anyway": _("Would it have happened anyway?"),
            "consent_scope": _("How widely did they agree to share it?"),
            "consent_on": _("On which day did they agree?"),
        }
        help_texts = {  # noqa: RUF012 - as Django's own forms have it
            "photo_alt": _("For people who cannot see it."),
        }
        widgets = {  # noqa: RUF012 - as Django's own forms have it
            "title": WordsLine,
            "photo_alt": WordsLine,
            "happened_on": DayInput,
            "consent_on": DayInput,
            "self_text": WordsArea(attrs={"rows": 4}),
            "us_text": WordsArea(attrs={"rows": 4}),
            "now_text": WordsArea(attrs={"rows": 4}),
            "quote": forms.Textarea(attrs={"rows": 3}),
            "residents_did": WordsArea(attrs={"rows": 3}),
            "others_did": WordsArea(attrs={"rows": 3}),
            "we_did": WordsArea(attrs={"rows": 3}),
            "people": ManyChoices,
            "conversations": ManyChoices,
            "indicators": ManyChoices,
        }

    def __init__(self, *args, team: Team, user: User, beginning: Beginning | None = None, **kwargs) -> None:
        beginning = beginning or Beginning()
        kwargs["initial"] = (beginning.initial() if not kwargs.get("instance") else {}) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.user = user
        if self.is_change:
            self.drop_key()
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["neighbourhood"].empty_label = _("No neighbourhood")
        self.fields["spark"].empty_label = _("No spark")
        self.fields["spark"].queryset = _sparks(team, user, self.instance, beginning.spark)
        self.fields["indicators"].queryset = (
            Indicator.objects.of_team(team).filter(Q(ended_on__isnull=True) | Q(stories=self.instance.pk)).distinct()
        )
        self.fields["people"].queryset = Person.objects.visible_to(user).filter(team=team)
        self.offered = _people(team, user, self.instance, beginning)
        self.fields["conversations"].queryset = _conversations(team, user, self.instance, beginning)
        if not self.is_bound and not self.instance.pk:
            self.initial["people"] = list(self.offered.values_list("pk", flat=True))
            self.initial["conversations"] = list(self.fields["conversations"].queryset.values_list("pk", flat=True))
        if not self.fields["conversations"].queryset.exists():
            del self.fields["conversations"]
        chosen = self.data.getlist("people") if hasattr(self.data, "getlist") else []
        self._offer(pks_of(chosen))
        if not self.instance.photo:
            del self.fields["remove_photo"]
        # The stored photo is shown by the page; the input would point at a file that no address serves.
        self.initial.pop("photo", None)

    def _offer(self, more: Iterable[object]) -> None:
        """Offer the people around the story, and some more; any resident of the team may be chosen."""
        everybody = self.fields["people"].queryset
        shown = everybody.filter(Q(pk__in=self.offered.values("pk")) | Q(pk__in=list(more)))
        self.fields["people"].choices = [
            (person.pk, ", ".join(str(part) for part in (name_for(self.user, person), person.neighbourhood) if part))
            for person in shown.select_related("neighbourhood").order_by("known_as", "pk")
        ]

    def clean(self) -> dict[str, object]:
        """Resolve the names typed to residents; where a name fits several, offer them as choices."""
        cleaned = super().clean()
        named = split_names(cleaned.get("names") or "")
        picked = {person.pk: person for person in cleaned.get("people") or ()}
        unclear: list[Person] = []
        for name in named:
            found = list(self.fields["people"].queryset.filter(known_as__iexact=name).order_by("pk")[:20])
            if not found:
                self.add_error("names", _("Nobody called “%(name)s” is in your team’s records yet.") % {"name": name})
            elif len(found) == 1:
                picked[found[0].pk] = found[0]
            elif picked.keys().isdisjoint(person.pk for person in found):
                unclear += found
                self.add_error(
                    "names", _("More than one person is called “%(name)s”. Tick the one you mean.") % {"name": name}
                )
        self._offer([*picked, *(person.pk for person in unclear)])
        cleaned["people"] = list(picked.values())
        return cleaned

    def values(self) -> StoryValues:
        """Return the values that the actions take."""
        values = dict(self.cleaned_data)
        values.pop("names")
        values.pop("uuid", None)
        values["photo"] = values.get("photo") or None
        return StoryValues(**values)

    def _post_clean(self) -> None:
        """Leave the instance unchanged: the action saves under a lock and reports the same errors."""


def _sparks(team: Team, user: User, story: Story, spark: Spark | None):
    rows = Spark.objects.visible_to(user).filter(team=team)
    kept = [pk for pk in (story.spark_id, spark.pk if spark else None) if pk]
    told = (Status.APPROVED, Status.READY, Status.PAID, Status.REPORTED, Status.CLOSED)
    return rows.filter(Q(status__in=told) | Q(pk__in=kept)).order_by("-created_at", "-pk")


def _people(team: Team, user: User, story: Story, beginning: Beginning):
    wanted = Q(pk__in=[])
    if story.pk:
        wanted |= Q(stories=story) | Q(conversations__stories=story)
        if story.spark_id:
            wanted |= Q(sparks=story.spark_id)
    if beginning.spark:
        wanted |= Q(sparks=beginning.spark)
    if beginning.conversation:
        wanted |= Q(conversations=beginning.conversation)
    ids = Person.objects.filter(wanted).values("pk")
    return Person.objects.visible_to(user).filter(team=team, pk__in=ids).order_by("known_as", "pk")


def _conversations(team: Team, user: User, story: Story, beginning: Beginning):
    ids = [row.pk for row in (beginning.conversation,) if row]
    if beginning.spark and beginning.spark.conversation_id:
        ids.append(beginning.spark.conversation_id)
    if story.pk:
        ids += story.conversations.values_list("pk", flat=True)
    rows = Conversation.objects.visible_to(user).filter(team=team, pk__in=ids)
    return rows.select_related("place").order_by("-held_on", "-pk")
