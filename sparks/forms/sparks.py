"""Forms for the four questions and reports. They validate; views call actions."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from hashlib import sha256

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.forms.amounts import MoneyField
from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Neighbourhood, Partner, Team, User
from communities.photos import PhotoField
from communities.row_keys import pks_of
from communities.widgets import ManyChoices, WordsArea, WordsLine
from connectors.models import Conversation, Person
from connectors.rules.shown_names import name_for
from sparks.forms.costs import cost_rows
from sparks.forms.lineage import RootsMixin, roots_of
from sparks.models import HeldBy, Report, Round, Spark

#: How many residents the form offers as the people behind a spark.
LIKELY_PEOPLE = 200


def _own_round_choices(team: Team, chosen: Round | None):
    open_now = Round.objects.filter(team=team, closes_at__gt=timezone.now()).select_related("fund")
    if chosen:
        open_now = open_now | Round.objects.filter(pk=chosen.pk).select_related("fund")
    return open_now.order_by("closes_at", "pk")


class SparkForm(KeyMixin, SeenMixin, RootsMixin, forms.Form):
    """The four questions, in the order people tell them, and rows of costs. A draft needs only a title and a round."""

    NEEDED = {  # noqa: RUF012 - read only
        **dict.fromkeys(("what", "who_with", "held_by"), _("needed to submit")),
        "amount_gbp": _("needed to submit if it takes money"),
        "host": _("needed if an organisation holds the money"),
    }

    title = forms.CharField(label=_("What shall we call it?"), max_length=120, widget=WordsLine)
    what = forms.CharField(
        label=_("What do you want to do?"), required=False, widget=WordsArea(attrs={"rows": 4}),
        help_text=_("A few sentences in your own words."),
    )  # fmt: skip
    who_with = forms.CharField(
        label=_("Who will you do it with?"), required=False, widget=WordsArea(attrs={"rows": 3}),
        help_text=_("First names, a street, a group. A handful of neighbours without a constitution is fine."),
    )  # fmt: skip
    group_name = forms.CharField(label=_("Group name, if there is one"), max_length=120, required=False)
    applicants = RowsField(
        Person.objects.none(), label=_("Residents behind it"), required=False,
        widget=ManyChoices, help_text=_("People your team has met."),
    )  # fmt: skip
    costs = forms.CharField(
        label=_("What will it cost?"), required=False, widget=WordsArea(attrs={"rows": 3}),
        help_text=_("One line for each item. Include what neighbours lend or give."),
    )  # fmt: skip
    amount_gbp = MoneyField(label=_("How much would help?"), required=False)
    held_by = forms.ChoiceField(
        label=_("Who holds the money?"), choices=HeldBy, widget=forms.RadioSelect, required=False
    )
    host = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Which organisation holds it?"), required=False,
        help_text=_("Partners that can hold money for a group."),
    )  # fmt: skip
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhood"), required=False, empty_label=_("Not set")
    )
    round = forms.ModelChoiceField(Round.objects.none(), label=_("Round"))
    members = RowsField(
        User.objects.none(), label=_("Team members in the group"), required=False,
        widget=ManyChoices, help_text=_("They cannot decide on it."),
    )  # fmt: skip
    conversation = forms.ModelChoiceField(
        Conversation.objects.none(), required=False, widget=forms.HiddenInput, to_field_name="uuid"
    )

    def __init__(self, *args, team: Team, user: User, spark: Spark | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_change = spark is not None
        self.cost_rows = cost_rows(self.data if self.is_bound else None, team=team, user=user, spark=spark)
        self.offer_roots(team=team, user=user, child=spark)
        if self.is_change:
            self.drop_key()
        self.fields["round"].queryset = _own_round_choices(team, spark.round if spark else None)
        self.fields["neighbourhood"].queryset = Neighbourhood.objects.visible_to(user).filter(team=team)
        self.fields["host"].queryset = Partner.objects.visible_to(user).filter(team=team, is_fiscal_host=True)
        self.fields["applicants"].queryset = self._likely_people(team, user, spark)
        self.fields["applicants"].label_from_instance = partial(name_for, user)
        self.fields["members"].queryset = User.objects.filter(memberships__team=team, is_active=True).distinct()
        self.fields["conversation"].queryset = Conversation.objects.visible_to(user).filter(team=team)
        if spark is None:
            only = list(self.fields["round"].queryset[:2])
            self.fields["round"].initial = only[0] if len(only) == 1 else None

    def _likely_people(self, team: Team, user: User, spark: Spark | None) -> QuerySet[Person]:
        """Return a short list: people already behind the spark, in its conversation or met recently, and those chosen.

        Posted choices are included, so that a valid choice is never refused because the list was cut. Erased residents
        are included only if they are already behind the spark.
        """
        people = Person.objects.visible_to(user).filter(team=team)
        near = set(people.remembered().order_by("-updated_at").values_list("pk", flat=True)[:LIKELY_PEOPLE])
        if spark:
            near |= set(spark.applicants.values_list("pk", flat=True))
        near |= {person.pk for person in self.initial.get("applicants", ())}
        if self.is_bound and hasattr(self.data, "getlist"):
            near |= set(pks_of(self.data.getlist("applicants")[:LIKELY_PEOPLE]))
        return people.filter(pk__in=near)

    def digest(self) -> str:
        """Return a digest of the answers and of the cost lines that were shown."""
        return sha256(f"{super().digest()}{self.cost_rows.stored}".encode()).hexdigest()

    def _has_different_text(self) -> bool:
        return super()._has_different_text() or self.cost_rows.has_changed()

    def clean(self) -> dict:
        """Fill in the amount if it is empty, the holder if a host was chosen, and the host if the team has only one.

        An empty amount is what the cost lines add up to, or £0. Handing in asks again for an amount of £0.
        """
        data = super().clean()
        if self.cost_rows.is_sent and self.cost_rows.is_valid():
            data["cost_lines"] = self.cost_rows.costs
        elif self.cost_rows.is_sent:
            self.add_error(None, _("Check the cost lines."))
        if {"from_sparks", "from_groups"} <= data.keys():
            data["grew_from"] = (*data.pop("from_sparks"), *data.pop("from_groups"))
        if "amount_gbp" in data and data["amount_gbp"] is None:
            needed = (each.amount_gbp for each in data.get("cost_lines", ()) if not each.is_in_kind)
            data["amount_gbp"] = sum(filter(None, needed), Decimal("0.00"))
        if data.get("host") and not data.get("held_by"):
            data["held_by"] = HeldBy.HOST
        if data.get("held_by") == HeldBy.HOST and "host" in data and not data["host"]:
            hosts = list(self.fields["host"].queryset[:2])
            data["host"] = hosts[0] if len(hosts) == 1 else None
        return data

    def show_missing(self, missing: Mapping[str, str]) -> None:
        """Show the missing answers as errors beside the fields of a form that has not been sent yet."""
        self.full_clean()
        self.cleaned_data = {}
        for name, message in missing.items():
            self.add_error(name, message)

    @classmethod
    def initial_of(cls, spark: Spark) -> dict:
        """Return the answers of a spark as initial values of the form."""
        names = (
            "title",
            "what",
            "who_with",
            "group_name",
            "costs",
            "held_by",
            "host",
            "neighbourhood",
            "round",
        )
        return {
            **{name: getattr(spark, name) for name in names},
            "amount_gbp": spark.amount_gbp or None,
            "applicants": list(spark.applicants.all()),
            "members": list(spark.members.all()),
            **roots_of(spark),
        }


class ReportForm(KeyMixin, SeenMixin, forms.ModelForm):
    """The report: three prompts and a photo.

    A spark has one report, so even a new one is compared with what somebody else may have saved in the meantime.
    """

    NEEDED = {"photo_alt": _("needed with a photo")}  # noqa: RUF012 - read only

    photo = PhotoField(label=_("Photo"), required=False)
    spent_gbp = MoneyField(label=_("How much was spent?"), required=False)

    class Meta:
        model = Report
        fields = ("what_happened", "what_changed", "what_next", "people_count", "spent_gbp", "photo", "photo_alt")
        labels = {  # noqa: RUF012 - as in Django's own forms
            "what_happened": _("What happened?"),
            "what_changed": _("What is different now?"),
            "what_next": _("What next?"),
            "people_count": _("About how many people took part?"),
            "photo_alt": _("What the photo shows"),
        }
        help_texts = {  # noqa: RUF012 - as in Django's own forms
            "photo_alt": _("For people who cannot see it."),
        }
        widgets = {  # noqa: RUF012 - as in Django's own forms
            "what_happened": WordsArea,
            "what_changed": WordsArea,
            "what_next": WordsArea,
            "photo_alt": WordsLine,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_change = True
        if self.instance.pk:
            self.drop_key()
        # The spark's page shows the stored photo. A file is not text that could be compared.
        self.initial.pop("photo", None)

    def clean(self) -> dict:
        """Require a description with a photo, for people who cannot see it."""
        data = super().clean()
        if (data.get("photo") or self.instance.photo) and not data.get("photo_alt"):
            self.add_error("photo_alt", _("Say briefly what the photo shows, for people who cannot see it."))
        return data


def typed_texts(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Return (label, text) for new text in a form that cannot be saved any more, to show it for copying."""
    return [
        (str(field.label), field.value())
        for field in form.visible_fields()
        if isinstance(field.field.widget, forms.TextInput | forms.Textarea)
        and field.name in form.changed_data
        and (field.value() or "").strip()
    ]
