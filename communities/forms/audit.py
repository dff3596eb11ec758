"""The filter form of the audit."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.audit_log.subjects import subjects
from communities.models import AuditEntry, AuditEntryQuerySet, Membership, Team, User
from communities.verbs import Verb
from communities.widgets import DayInput


def kinds_of_record() -> list[tuple[str, str]]:
    """Return (label, name) of every kind of record in the audit, sorted by name."""
    kinds = [(label, capfirst(subject.kind)) for label, subject in subjects().items()]
    return sorted(kinds, key=lambda kind: kind[1])


class AuditFilterForm(forms.Form):
    """Filter the audit by person, verb, kind of record and dates; hidden fields select one record or one batch."""

    actor = forms.ModelChoiceField(label=_("Who"), required=False, queryset=User.objects.none())
    verb = forms.ChoiceField(label=_("What was done"), required=False)
    model = forms.ChoiceField(label=_("To what"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DayInput)
    until = forms.DateField(label=_("To"), required=False, widget=DayInput)
    object_id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, team: Team, **kwargs: object):
        """Offer the team's members, and former members who appear in its audit."""
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", _("Everything")), *kinds_of_record()]
        verbs = sorted(((verb.value, str(verb.label)) for verb in Verb), key=lambda verb: verb[1])
        self.fields["verb"].choices = [("", _("Anything")), *verbs]
        did = Exists(AuditEntry.objects.filter(team=team, actor=OuterRef("pk")))
        here = Exists(Membership.objects.filter(team=team, user=OuterRef("pk")))
        self.fields["actor"].queryset = User.objects.filter(Q(did) | Q(here))
        self.fields["actor"].empty_label = _("Everybody")

    def clean(self) -> dict:
        """Refuse an end date before the start date."""
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error(
                "until", ValidationError(_now("The end date is before the start date. Choose a later date."))
            )
        return cleaned

    @property
    def is_unfolded(self) -> bool:
        """Return whether every entry has its own line, because one record or one batch is selected."""
        return self.is_bound and self.is_valid() and bool(self.cleaned_data["object_id"] or self.cleaned_data["batch"])

    def narrow(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Return the filtered entries; all of them if the form has errors."""
        if not self.is_bound or not self.is_valid():
            return entries
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        since, until = chosen.pop("since", None), chosen.pop("until", None)
        if since:
            chosen["at__gte"] = _midnight(since)
        if until and until < date.max:
            chosen["at__lt"] = _midnight(until + timedelta(days=1))
        return entries.filter(**chosen)


def _midnight(day: date) -> datetime:
    """Return the start of a date in London."""
    return timezone.make_aware(datetime.combine(day, time.min))
