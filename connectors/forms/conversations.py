"""The one page on which a conversation is recorded, and edited later."""

from datetime import datetime
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse_lazy
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.forms.days import default_day
from communities.forms.errors import renumber
from communities.forms.rows import RowsField
from communities.idempotency import USED
from communities.lists import listed
from communities.models import Neighbourhood, Team, User
from communities.photos import PhotoField
from communities.row_keys import pks_of, uuid_of
from communities.widgets import WordsArea, WordsLine
from connectors.catalogue.gift_words import GIFT_WORDS
from connectors.forms import fields
from connectors.forms.conversation_people import PeopleMixin
from connectors.forms.gifts import GiftsHeard
from connectors.forms.heard_themes import CaresMixin, TicksField, initial_ticks
from connectors.models import Conversation, Gift, Theme
from connectors.queries import conversations as queries
from connectors.queries.vocabulary import Questions, gifts_to_suggest, questions_in_use, themes_to_suggest
from connectors.rules.prompts import can_change_prompts
from connectors.wording.forms import noticing


def _words(rows: int, **attrs: str) -> forms.Textarea:
    return WordsArea(attrs={"rows": rows, **attrs})


#: How many themes are offered to tap.
PILLS = 8


class ConversationForm(PeopleMixin, CaresMixin, forms.Form):
    """Who, what was heard, themes, gifts, the next step; where and when; an idea, a photo.

    No field is required on its own; the action refuses an empty conversation.
    """

    uuid = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)
    people = fields.PeopleField(
        label=_("Who did you meet?"), required=False, help_text=_("First names are enough, with commas between them.")
    )
    told = forms.BooleanField(
        label=_("I told the people I met for the first time that we note this down."), required=False
    )
    summary = forms.CharField(label=_("What did you hear?"), required=False, max_length=20_000, widget=_words(4))
    themes = RowsField(
        label=_("What do they care about?"),
        queryset=Theme.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices--pills"}),
    )
    new_themes = forms.CharField(
        label=_("Something else they care about"),
        required=False,
        max_length=400,
        widget=WordsLine(attrs={"autocomplete": "off", "placeholder": _("Something else: dancing")}),
    )
    cares = TicksField()
    next_step = forms.CharField(
        label=_("Something to come back to"),
        required=False,
        max_length=250,
        widget=WordsLine(attrs={"autocomplete": "off", "placeholder": _("Bring Rose the recipe")}),
    )
    next_step_on = fields.DayField(
        label=_("When?"), quick=(fields.NO_DAY, fields.TOMORROW, fields.NEXT_WEEK), required=False
    )
    neighbourhood = forms.ModelChoiceField(
        label=_("Neighbourhood"), queryset=Neighbourhood.objects.none(), required=False, empty_label=_("Not said")
    )
    place = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    place_name = forms.CharField(
        label=_("Where were you?"),
        required=False,
        max_length=160,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "data-pick": "place",
                "data-pick-key": "id_place",
                "hx-get": reverse_lazy("connectors:place-options"),
                "hx-trigger": "pick:ask",
                "hx-target": "#id_place_options",
                "hx-sync": "this:replace",
                "aria-describedby": "id_place_name_hint",
                "enterkeyhint": "done",
            }
        ),
    )
    held_on = fields.DayField(label=_("Which day?"), quick=(fields.TODAY, fields.YESTERDAY))
    idea = forms.CharField(label=_("An idea they had"), required=False, max_length=5_000, widget=_words(2))
    photo = PhotoField(label=_("A photo"), required=False)
    photo_alt = forms.CharField(
        label=_("What the photo shows"),
        required=False,
        max_length=250,
        help_text=_("For people who cannot see it."),
        widget=WordsLine,
    )

    def __init__(
        self,
        data: MultiValueDict | None = None,
        files: MultiValueDict | None = None,
        *,
        user: User,
        team: Team,
        conversation: Conversation | None = None,
    ) -> None:
        self.user, self.team, self.conversation = user, team, conversation
        self.kept_before: Conversation | None = None
        self.is_place_given = False
        # Submitted data is complete, so no initial values are looked up.
        super().__init__(data, files, initial=self._initial() if conversation or data is None else {})
        self.gifts = GiftsHeard(data, prefix="gifts")
        places = Neighbourhood.objects.visible_to(user).filter(team=team).only("name", "team_id")
        self.fields["neighbourhood"].queryset = places
        self.fields["people"].widget.find = self.find_people
        self.fields["people"].widget.reader = user
        self._offer_themes()
        if conversation and conversation.photo:
            self.fields["photo"].initial = conversation.photo

    # Initial values.

    def start_at(self, uuid: str) -> None:
        """Begin with a place on the team's map, and its neighbourhood; any other text changes nothing."""
        places = Asset.objects.visible_to(self.user).filter(team=self.team).listed().select_related("neighbourhood")
        place = places.filter(uuid=uuid_of(uuid)).first()
        if place:
            self.initial |= {"place": place.uuid, "place_name": place.name}
            self.initial["neighbourhood"] = place.neighbourhood or self.initial.get("neighbourhood")
            self.is_place_given = True

    def _initial(self) -> dict[str, object]:
        talk = self.conversation
        if talk is None:
            here, place = queries.last_place_used(user=self.user, team=self.team)
            return {
                "uuid": uuid4(),
                "held_on": default_day(),
                "next_step_on": "",
                "neighbourhood": here,
                "place": place.uuid if place else None,
                "place_name": place.name if place else "",
            }
        same = ("summary", "idea", "held_on", "photo_alt", "neighbourhood", "uuid")
        return {name: getattr(talk, name) for name in same} | {
            "seen_at": talk.updated_at.isoformat(),
            "next_step_on": "",
            "people": fields.Named(known=tuple(str(uuid) for uuid in talk.people.values_list("uuid", flat=True))),
            "themes": list(talk.themes.values_list("pk", flat=True)),
            "cares": initial_ticks(talk),
            "place": talk.place.uuid if talk.place else None,
            "place_name": talk.where,
        }

    def _offer_themes(self) -> None:
        """Offer the most frequent themes and the chosen ones as pills; accept any theme of the team.

        The pills are looked up when they are rendered: a conversation that is saved at once never renders them.
        """
        field = self.fields["themes"]
        field.queryset = Theme.objects.visible_to(self.user).filter(team=self.team)
        field.widget.choices = CallableChoiceIterator(self._pills)

    def _pills(self) -> list[tuple[int, str]]:
        names = dict(self.known_themes)
        wanted = queries.most_frequent_themes(user=self.user, team=self.team, limit=PILLS)
        wanted += [pk for pk in names if pk not in wanted][: PILLS - len(wanted)]
        chosen = self.data.getlist("themes") if self.is_bound else self.initial.get("themes", [])
        wanted += [pk for pk in pks_of(chosen) if pk not in wanted]
        missing = [pk for pk in wanted if pk not in names]
        found = self.fields["themes"].queryset.filter(pk__in=missing) if missing else ()
        names |= {theme.pk: theme.name for theme in found}
        return [(pk, names[pk]) for pk in wanted if pk in names]

    @cached_property
    def known_themes(self) -> list[tuple[int, str]]:
        """Return (primary key, name) of the team's themes."""
        return themes_to_suggest(user=self.user, team=self.team)

    @property
    def where(self) -> list[str]:
        """Return the names of the place and the neighbourhood that the page shows under the names; none that is empty."""
        here = self.initial.get("neighbourhood")
        if self.is_bound:
            chosen = pks_of([self["neighbourhood"].value()])
            here = self.fields["neighbourhood"].queryset.filter(pk__in=chosen).first() if chosen else None
        return [str(name) for name in (self["place_name"].value(), here) if name]

    # Submitted values.

    def clean_new_themes(self) -> list[str]:
        """Return the typed names, each once."""
        names = fields.split_themes(self.cleaned_data["new_themes"])
        if any(len(name) > 80 for name in names):
            raise ValidationError(gettext("A theme can have up to 80 characters. Separate themes with commas."))
        return names

    def clean(self) -> dict[str, object]:
        """Find out who is meant, whose each gift is, and which place; ask where it is unclear, never guess."""
        self._place()
        self._step()
        rows_are_fine = self.gifts.is_valid()
        named = self.cleaned_data.get("people")
        if named is not None:
            self.find_out_who(named)
        if not rows_are_fine or any(row.errors for row in self.gifts.forms):
            self.add_error(None, gettext("Check the gifts."))
        if "uuid" in self.errors:
            renumber(self)
        return self.cleaned_data

    def _place(self) -> None:
        """Set `place` to the asset, and leave `place_name` for a place that is not on the map."""
        name = " ".join(self.cleaned_data.get("place_name", "").split())
        uuid, self.cleaned_data["place"] = self.cleaned_data.get("place"), None
        self.cleaned_data["place_name"] = name
        if not name:
            return
        places = Asset.objects.visible_to(self.user).filter(team=self.team)
        place = places.filter(uuid=uuid).first() if uuid else None
        if place is None or place.name.lower() != name.lower():
            place = queries.place_named(user=self.user, team=self.team, name=name)
        if place is not None:
            self.cleaned_data |= {"place": place, "place_name": ""}

    def _step(self) -> None:
        """Write a next step for a date without one: to come back to the first person named, otherwise to this."""
        named = self.cleaned_data.get("people")
        if not self.cleaned_data.get("next_step_on") or self.cleaned_data.get("next_step"):
            return
        first: list[str] = []
        if named:
            known = [person.shown_as for person in self.find_people(named.known[:1])]
            first = [*known, *named.new, *fields.split_names(named.typed), *named.asked][:1]
        words = gettext("Come back to %(name)s") % {"name": first[0]} if first else gettext("Come back to this")
        self.cleaned_data["next_step"] = words

    # What the actions take.

    @property
    def values(self) -> dict[str, object]:
        """Return the values for `log_conversation`, or for `change_conversation` if the form is about a saved one."""
        same = ("held_on", "neighbourhood", "place", "place_name", "summary", "idea", "next_step", "next_step_on")
        said = {name: self.cleaned_data[name] for name in (*same, "photo_alt")} | {
            "people": list(self.resolution.met),
            "themes": [*self.cleaned_data["themes"], *self.cleaned_data["new_themes"]],
            "gifts": self.gifts_heard,
            "cares": self.cares,
            "told": self.cleaned_data["told"],
            "summary": self._summary(),
        }
        photo = self.cleaned_data["photo"]
        if self.conversation is None:
            return said | {"uuid": self.cleaned_data["uuid"], "photo": photo}
        return said | {
            "photo": photo if photo and photo != self.conversation.photo else None,
            "removes_photo": photo is False,
            "seen_at": _moment(self.cleaned_data["seen_at"]),
        }

    def _summary(self) -> str:
        """Return what was heard, and below it who was there without a name, and numbers typed beside known names."""
        said = [self.cleaned_data["summary"]]
        for words, who in (
            (gettext("Also there: %(who)s."), self.notes),
            (gettext("To reach them: %(who)s."), self.reach),
        ):
            said += [words % {"who": listed(who)}] if who else []
        return "\n\n".join(filter(None, said))

    def prepare_to_send_again(self) -> None:
        """Prepare the page after the action refused.

        A changed conversation is compared with what is saved now. A page that was sent before with other values names
        the conversation saved the first time, and its new UUID makes a separate conversation of it.
        """
        if self.conversation:
            self.conversation.refresh_from_db()
            self.data = self.data.copy()
            self.data["seen_at"] = self.conversation.updated_at.isoformat()
        elif self.has_error(NON_FIELD_ERRORS, USED):
            mine = Conversation.objects.visible_to(self.user).filter(team=self.team, builder=self.user)
            self.kept_before = mine.filter(uuid=self.cleaned_data["uuid"]).first()
        elif "uuid" in self.errors:
            renumber(self)

    @cached_property
    def gifts_before(self) -> list[Gift]:
        """Return the gifts heard in a saved conversation, with whose they are."""
        return list(self.conversation.gifts_heard.select_related("person")) if self.conversation else []

    # Read by the page's scripts. None of it names a resident.

    @cached_property
    def questions(self) -> list[Questions]:
        """Return the sets of conversation starters, which a new page shows."""
        return [] if self.conversation else questions_in_use(user=self.user, team=self.team)

    @cached_property
    def may_change_questions(self) -> bool:
        """Return whether the user is allowed to change the team's conversation starters."""
        return can_change_prompts(self.user, self.team)

    @property
    def begins_fresh(self) -> bool:
        """Return whether the form is new and unsubmitted, so that a phone can fill in where it was last."""
        return self.conversation is None and not self.is_bound

    @property
    def vocabulary(self) -> dict[str, object]:
        """Return what static/js/propose.js needs: themes, shared gifts and Kith's own list, and its messages."""
        shipped = [[gift.name, gift.kind, *gift.phrases] for gift in GIFT_WORDS]
        return {
            "themes": self.known_themes,
            "gifts": gifts_to_suggest(user=self.user, team=self.team),
            "shipped": shipped,
            "recorded": [gift.name for gift in self.gifts_before],
            "say": {
                "add": gettext("Add %s"),
                "whose": gettext("%(gift)s, %(name)s"),
                "nobody": gettext("%s, whose?"),
                "not": gettext("Not this: %s"),
                "added": gettext("Added: %s"),
                "left": gettext("Left out: %s"),
            },
        }

    @cached_property
    def noticing(self) -> dict[str, object]:
        """Return what static/js/wording.js reads: the team's list without the words that this user ignores."""
        return noticing(self.user, self.team)


def _moment(text: str) -> datetime | None:
    """Return when the page was made; None for a value that was tampered with, which is not compared."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
