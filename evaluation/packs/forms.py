"""Begin a pack, choose what is in it, and make a link to it."""

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.forms.keys import KeyMixin
from communities.forms.rows import RowsField
from communities.forms.seen import SeenMixin
from communities.models import Team, User
from communities.periods import period_name
from communities.widgets import WordsArea, WordsLine
from evaluation.framework.own import catalogue_of
from evaluation.models import Observation, Pack, PackLink, Release, Story
from evaluation.packs.queries import OFFERED, observations_to_choose, releases_to_choose, stories_to_choose
from evaluation.packs.rules import DAYS


class ReleaseField(forms.ModelChoiceField):
    """A closed quarter or year."""

    def label_from_instance(self, obj: Release) -> str:
        """Return the period in words."""
        return period_name(obj.period)


class StoriesField(RowsField):
    """Stories by title and day."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Story) -> str:
        """Return the title."""
        return obj.title


class ObservationsField(RowsField):
    """What the team learned, by how it went and the first words."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Observation) -> str:
        """Return how it went and the beginning of the text."""
        return f"{obj.get_went_display()}: {Truncator(obj.text).chars(90)}"


class NewPackForm(KeyMixin, forms.Form):
    """A title and the release whose figures are shown."""

    title = forms.CharField(
        label=_("Title"),
        max_length=Pack._meta.get_field("title").max_length,
        widget=WordsLine,
        help_text=_("What its readers see first, for example “Steering group, July to September”."),
    )
    release = ReleaseField(
        Release.objects.none(),
        label=_("Figures of"),
        empty_label=None,
        help_text=_("You can choose closed quarters and years."),
    )

    def __init__(self, *args: object, team: Team, user: User, **kwargs: object) -> None:
        """Offer the team's releases."""
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = releases_to_choose(user, team)


class PackForm(SeenMixin, forms.ModelForm):
    """Everything that is in a pack."""

    release = ReleaseField(Release.objects.none(), label=_("Figures of"), empty_label=None)
    place = forms.ChoiceField(label=_("Place"))
    numbers = forms.MultipleChoiceField(
        label=_("Numbers"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"})
    )
    stories = StoriesField(
        Story.objects.none(),
        label=_("Stories"),
        required=False,
        help_text=_(
            "These are the stories whose people agree to be in reports. A pack says “a neighbour” instead of their names."
        ),
    )
    observations = ObservationsField(
        Observation.objects.none(),
        label=_("What we learned"),
        required=False,
        help_text=_("Choose something that went wrong, too."),
    )

    class Meta:
        model = Pack
        fields = (
            "title", "release", "place", "opening", "numbers", "stories", "observations", "nothing_wrong",
        )  # fmt: skip
        widgets = {  # noqa: RUF012 - Django's own form
            "title": WordsLine,
            "opening": WordsArea(attrs={"rows": 4}),
            "nothing_wrong": WordsArea(attrs={"rows": 2}),
        }
        labels = {  # noqa: RUF012
            "opening": _("What do you want to say first?"),
            "nothing_wrong": _("If nothing in it went wrong: why?"),
        }
        help_texts = {  # noqa: RUF012
            "opening": _("A few sentences. No names of residents."),
            "nothing_wrong": _("One sentence. The pack shows it with the name of whoever publishes it."),
        }

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        """Offer what the pack's release has, and the team's latest stories and observations with those chosen already."""
        super().__init__(*args, **kwargs)
        pack, team = self.instance, self.instance.team
        content = pack.release.document
        self.fields["release"].queryset = releases_to_choose(user, team)
        *rest, whole = content["places"]
        self.fields["place"].choices = [(each["key"], each["name"]) for each in (whole, *rest)]
        # The words of the release, but for those of which there are several versions with one name.
        several = {each.key: each.full_name for each in catalogue_of(team).indicators if each.full_name != each.name}
        self.fields["numbers"].choices = [
            (each["key"], several.get(each["key"], each["name"])) for each in content["definitions"]
        ]
        for name, rows in (
            ("stories", stories_to_choose(user, team)),
            ("observations", observations_to_choose(user, team)),
        ):
            chosen = getattr(pack, name)
            latest = list(rows.values_list("pk", flat=True)[:OFFERED])
            model = chosen.model
            offered = model.objects.visible_to(user).filter(team=team)
            self.fields[name].queryset = offered.filter(
                pk__in=[*latest, *chosen.values_list("pk", flat=True)]
            ).order_by(*rows.query.order_by)

    def folds(self) -> list[tuple[forms.BoundField, str]]:
        """Return the long lists, each with the heading under which a phone folds it: how many are chosen."""
        words = {
            "numbers": ngettext_lazy("Numbers: %(n)s chosen", "Numbers: %(n)s chosen", "n"),
            "stories": ngettext_lazy("Stories: %(n)s chosen", "Stories: %(n)s chosen", "n"),
            "observations": ngettext_lazy("What we learned: %(n)s chosen", "What we learned: %(n)s chosen", "n"),
        }
        return [(self[name], words[name] % {"n": len(self[name].value() or ())}) for name in words]

    def cleaned_values(self) -> dict[str, object]:
        """Return what the action takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PackLinkForm(KeyMixin, forms.Form):
    """A new link: for whom, and for how long it works. Sent twice, it makes one."""

    reader = forms.CharField(
        label=_("For whom"),
        max_length=PackLink._meta.get_field("reader").max_length,
        help_text=_(
            "A group or an organisation, such as the steering group. If it already has a link, the old one stops working."
        ),
    )
    days = forms.TypedChoiceField(
        label=_("Works for"),
        choices=list(zip(DAYS, (_("A month"), _("Three months"), _("Half a year")), strict=True)),
        coerce=int,
    )
