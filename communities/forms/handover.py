"""Forms of leaving and of being away: who takes on what, and who stands in."""

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.handover import Choices, Held, owners_in
from communities.models import Team, User
from communities.widgets import DayInput


class HandOverForm(forms.Form):
    """Everything to one colleague, or each kind and each row to its own; promises and questions can be closed with a reason."""

    everything = forms.ModelChoiceField(
        User.objects.none(), label=_("Hand everything over to"), required=False, empty_label=_("Choose below")
    )

    def __init__(
        self, *args: object, team: Team, member: User, reader: User, held: Sequence[Held], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held, self.reader = held, reader
        colleagues = owners_in(team).exclude(pk=member.pk)
        names = [("", _("As chosen above")), *((str(each.pk), str(each)) for each in colleagues)]
        self.by_pk = {str(each.pk): each for each in colleagues}
        self.fields["everything"].queryset = colleagues
        for each in held:
            key = each.kind.key
            self.fields[f"to_{key}"] = forms.ChoiceField(label=each.words, choices=names, required=False)
            for row in each.rows:
                label = _("Who takes on: %(title)s") % {"title": each.kind.title(row, self.reader)}
                self.fields[f"to_{key}_{row.pk}"] = forms.ChoiceField(label=label, choices=names, required=False)
            if each.kind.close:
                self.fields[f"reason_{key}"] = forms.CharField(
                    label=_("Or close them, because"), max_length=250, required=False
                )

    @property
    def parts(self) -> list[dict[str, object]]:
        """Return each kind with its fields, for the template."""
        return [
            {
                "held": each,
                "to": self[f"to_{each.kind.key}"],
                "reason": self[f"reason_{each.kind.key}"] if each.kind.close else None,
                "rows": [
                    {
                        "title": each.kind.title(row, self.reader),
                        "url": each.kind.page(row),
                        "to": self[f"to_{each.kind.key}_{row.pk}"],
                    }
                    for row in each.rows
                ],
                "more": each.count - len(each.rows),
            }
            for each in self.held
        ]

    @property
    def choices(self) -> Choices:
        """Return where everything goes, for the actions."""
        data = self.cleaned_data
        keys = [each.kind.key for each in self.held]
        return Choices(
            everything=data.get("everything"),
            by_kind={key: self.by_pk[data[f"to_{key}"]] for key in keys if data.get(f"to_{key}")},
            by_row={
                (each.kind.key, row.pk): self.by_pk[data[name]]
                for each in self.held
                for row in each.rows
                if data.get(name := f"to_{each.kind.key}_{row.pk}")
            },
            reasons={key: data[f"reason_{key}"] for key in keys if data.get(f"reason_{key}")},
        )


class AbsenceForm(forms.Form):
    """From when to when somebody is away, and who stands in."""

    starts_on = forms.DateField(label=_("First day away"), widget=DayInput, initial=timezone.localdate)
    ends_on = forms.DateField(
        label=_("Last day away"), widget=DayInput, initial=lambda: timezone.localdate() + timedelta(days=7)
    )
    stand_in = forms.ModelChoiceField(User.objects.none(), label=_("Who stands in"))

    def __init__(self, *args: object, team: Team, member: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].queryset = owners_in(team).exclude(pk=member.pk)
