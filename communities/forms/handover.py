"""Forms of leaving and of being away: who takes on what, and who stands in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from communities.handover import Choices, Held, choose_for, held_listed, owners_in, refusal
from communities.models import Team, User
from communities.widgets import DayInput


class HandOverForm(forms.Form):
    """Everything to one colleague; kinds and rows to others, or closed, as exceptions. Each kind offers only who may take it on."""

    NEEDED: ClassVar = {"everything": _("needed unless you choose for each kind below")}

    everything = forms.ModelChoiceField(
        User.objects.none(), label=_("Hand everything over to"), required=False, empty_label=_("Choose a colleague")
    )

    def __init__(
        self, *args: object, team: Team, member: User, reader: User, held: Sequence[Held], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        #: The title of each row, and what tells it from its neighbours, by kind and primary key.
        self.known_by: dict[tuple[str, int], tuple[str, str]] = {}
        colleagues = owners_in(team).exclude(pk=member.pk)
        self.by_pk = {str(each.pk): each for each in colleagues}
        self.able = {each.kind.key: self._able(each, team) for each in held}
        self.fields["everything"].queryset = colleagues
        if len(self.by_pk) == 1:
            self.fields["everything"].initial = next(iter(self.by_pk))
        for each in held:
            key = each.kind.key
            names = [("", _("As chosen above")), *((pk, str(self.by_pk[pk])) for pk in self.able[key])]
            self.fields[f"to_{key}"] = forms.ChoiceField(
                label=each.words, choices=names, required=False, help_text=each.kind.only
            )
            for row, facts in zip(each.rows, each.kind.facts(each.rows, reader), strict=True):
                title = str(each.kind.title(row, reader))
                self.known_by[key, row.pk] = (title, facts)
                label = _("Who takes on: %(title)s") % {"title": ", ".join(filter(None, (title, facts)))}
                self.fields[f"to_{key}_{row.pk}"] = forms.ChoiceField(label=label, choices=names, required=False)
            if each.kind.close:
                self.fields[f"reason_{key}"] = forms.CharField(
                    label=_("Or close them, because"), max_length=250, required=False
                )
        #: The first choice, or the choice above it, says what happens without an answer.
        self.UNMARKED = [name for name in self.fields if name != "everything"]

    def _able(self, held: Held, team: Team) -> list[str]:
        """Return the primary keys of the colleagues who may take on what is held of a kind."""
        if not held.kind.only:
            return list(self.by_pk)
        return [str(pk) for pk in held.kind.takers(team).values_list("pk", flat=True) if str(pk) in self.by_pk]

    def clean(self) -> dict[str, object]:
        """Refuse what goes to nobody, in one sentence with links to the choices, and what goes to somebody who may not take it on."""
        data = self.cleaned_data
        left = [each for each in self.held if not self._goes(each)]
        if left and "everything" not in self.errors:
            things = format_html_join(
                ", ", '<a href="#id_to_{}">{}</a>', ((each.kind.key, each.words) for each in left)
            )
            self.add_error(None, format_html(choose_for("{}"), things))
        everything = data.get("everything")
        for each in self.held if everything else ():
            key = each.kind.key
            if str(everything.pk) not in self.able[key] and not data.get(f"to_{key}") and self._rest(each):
                self.add_error(f"to_{key}", refusal(each.kind, everything))
        return data

    def _goes(self, held: Held) -> bool:
        """Return whether everything of a kind goes to somebody or is closed."""
        data, key = self.cleaned_data, held.kind.key
        answers = (data.get("everything"), data.get(f"to_{key}"), data.get(f"reason_{key}"))
        return any(answers) or not self._rest(held)

    def _rest(self, held: Held) -> bool:
        """Return whether there are rows of a kind that are not given to somebody one by one."""
        chosen = [self.cleaned_data.get(f"to_{held.kind.key}_{row.pk}") for row in held.rows]
        return held.count > len(held.rows) or not all(chosen)

    @property
    def things(self) -> str:
        """Return how many of each kind there are, in words."""
        return held_listed(self.held)

    @property
    def has_exceptions(self) -> bool:
        """Return whether to show the choices for each kind: something was chosen there, or something is wrong."""
        return bool(self.errors) or any(self[name].value() for name in self.UNMARKED)

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
                        "title": self.known_by[each.kind.key, row.pk][0],
                        "facts": self.known_by[each.kind.key, row.pk][1],
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
    """The first and the last day of an absence, and the stand-in."""

    starts_on = forms.DateField(label=_("First day away"), widget=DayInput, initial=timezone.localdate)
    ends_on = forms.DateField(
        label=_("Last day away"), widget=DayInput, initial=lambda: timezone.localdate() + timedelta(days=7)
    )
    stand_in = forms.ModelChoiceField(User.objects.none(), label=_("Who stands in"))

    def __init__(self, *args: object, team: Team, member: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].queryset = owners_in(team).exclude(pk=member.pk)
