"""The one page on which a conversation is recorded, and edited later."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.urls import reverse_lazy
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.forms.rows import RowsField
from communities.idempotency import USED
from communities.models import Neighbourhood, Team, User
from communities.photos import PhotoField
from communities.row_keys import pks_of, uuid_of
from communities.widgets import WordsArea, WordsLine
from connectors.actions.conversations import GiftHeard, change_conversation, log_conversation
from connectors.catalogue.gift_words import GIFT_WORDS
from connectors.forms import fields
from connectors.forms.gifts import GiftHeardForm, GiftsHeard
from connectors.models import Conversation, Person, Theme
from connectors.queries import conversations as queries
from connectors.queries.duplicates import current_record_of
from connectors.queries.names import match_names
from connectors.queries.vocabulary import Questions, gifts_to_propose, questions_in_use, themes_to_propose
from connectors.rules.names import NameMatch, Resolution, names_to_match, resolve_people, tidy
from connectors.rules.prompts import can_change_prompts
from connectors.wording.forms import noticing


def _words(rows: int, **attrs: str) -> forms.Textarea:
    return WordsArea(attrs={"rows": rows, **attrs})


#: How many themes are offered to tap.
PILLS = 8


class ConversationForm(forms.Form):
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
        self.resolution = Resolution()
        self.gifts_heard: list[GiftHeard] = []
        self.kept_before: Conversation | None = None
        # Submitted data is complete, so no initial values are looked up.
        super().__init__(data, files, initial=self._initial() if conversation or data is None else {})
        self.gifts = GiftsHeard(data, prefix="gifts")
        places = Neighbourhood.objects.visible_to(user).filter(team=team).only("name", "team_id")
        self.fields["neighbourhood"].queryset = places
        self.fields["people"].widget.find = self._find
        self._offer_themes()
        if conversation and conversation.photo:
            self.fields["photo"].initial = conversation.photo

    # Initial values.

    def _initial(self) -> dict[str, object]:
        talk = self.conversation
        if talk is None:
            here, place = queries.last_whereabouts(user=self.user, team=self.team)
            return {
                "uuid": uuid4(),
                "held_on": fields.TODAY.value(),
                "next_step_on": "",
                "neighbourhood": here,
                "place": place.uuid if place else None,
                "place_name": place.name if place else "",
            }
        same = ("summary", "idea", "next_step", "next_step_on", "held_on", "photo_alt", "neighbourhood", "uuid")
        return {name: getattr(talk, name) for name in same} | {
            "seen_at": talk.updated_at.isoformat(),
            "people": fields.Named(known=tuple(str(uuid) for uuid in talk.people.values_list("uuid", flat=True))),
            "themes": list(talk.themes.values_list("pk", flat=True)),
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
        wanted = queries.themes_heard_most(user=self.user, team=self.team, limit=PILLS)
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
        return themes_to_propose(user=self.user, team=self.team)

    def _find(self, uuids: Iterable[str]) -> list[Person]:
        """Return the residents of the team with these UUIDs, in this order; other texts are left out.

        A record that was merged since the page was opened, or a phone saved it, gives the record it was merged into.
        Somebody who was erased since is left out.
        """
        wanted = [uuid for uuid in uuids if uuid_of(uuid)]
        if not wanted:
            return []
        people = Person.everyone.visible_to(self.user).filter(team=self.team, uuid__in=wanted)
        found = {str(each.uuid): current_record_of(each) for each in people.select_related("neighbourhood")}
        return [each for each in dict.fromkeys(found[uuid] for uuid in wanted if uuid in found) if self._may_name(each)]

    def _may_name(self, person: Person) -> bool:
        """Return whether a resident can be named: an erased one only in a conversation they were in already."""
        talk = self.conversation
        return person.forgotten_on is None or bool(talk and talk.people.filter(pk=person.pk).exists())

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
            self._meet(named)
        if not rows_are_fine or any(row.errors for row in self.gifts.forms):
            self.add_error(None, gettext("Check the gifts."))
        if "uuid" in self.errors:
            self._renumber()
        if self.errors and self.files.get("photo") and "photo" not in self.errors:
            self.add_error("photo", gettext("Choose the photo again: the browser could not keep it."))
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
        """Write a next step for a date without one, if it is clear whom to come back to: the first person named."""
        named = self.cleaned_data.get("people")
        if self.cleaned_data.get("next_step_on") and not self.cleaned_data.get("next_step") and named:
            known = [person.shown_as for person in self._find(named.known[:1])]
            first = [*known, *named.new, *fields.split_names(named.typed), *named.asked][:1]
            if first:
                self.cleaned_data["next_step"] = gettext("Come back to %(name)s") % {"name": first[0]}

    def _meet(self, named: fields.Named) -> None:
        known = self._find(named.known)
        if len(known) != len(set(named.known)):
            self.add_error("people", self.fields["people"].error_messages["broken"])
            return
        whose = [row.cleaned_data["whose"] for row in self.gifts.heard]
        typed = [*fields.split_names(named.typed), *named.unanswered(known)]
        matches = match_names(
            user=self.user,
            team=self.team,
            neighbourhood=self.cleaned_data.get("neighbourhood"),
            names=names_to_match(typed=typed, known=known, new=named.new, whose=whose),
        ).values()
        before = self._there_before() if any(match.is_unclear for match in matches) else {}
        self.resolution = resolve_people(known=known, new=named.new, matches=matches, before=before, whose=whose)
        if self.resolution.unclear:
            self._ask(self.resolution.unclear)
        else:
            self.gifts_heard = [gift for row in self.gifts.heard if (gift := self._gift(row))]

    def _there_before(self) -> dict[str, Person]:
        """Return, by name, who is in the conversation that was saved before from this page, or with this UUID."""
        uuid = self.cleaned_data.get("uuid")
        people = Person.objects.visible_to(self.user).filter(conversations__uuid=uuid, conversations__builder=self.user)
        return {person.known_as.lower(): person for person in people} if uuid and not self.conversation else {}

    def _ask(self, unclear: Sequence[NameMatch]) -> None:
        self.fields["people"].widget.unclear = unclear
        for match in unclear:
            count = len(match.candidates)
            words = ngettext(
                "There is already somebody called %(name)s. Is it them?",
                "%(count)s people are called %(name)s. Which of them?",
                count,
            )
            self.add_error("people", words % {"name": match.name, "count": count})

    def _gift(self, row: GiftHeardForm) -> GiftHeard | None:
        """Return the gift with its owner; None, with an error in the row, when the owner is unclear."""
        whose = tidy(row.cleaned_data["whose"])
        owners = self.resolution.owners(whose)
        if len(owners) == 1:
            return GiftHeard(owners[0], row.cleaned_data["name"], row.cleaned_data["kind"])
        if whose and owners:
            words = gettext("More than one of the people you met is called that. Whose gift is it?")
        elif self.resolution.met:
            words = gettext("Whose gift is it?")
        else:
            words = gettext("Whose gift is it? A first name is enough.")
        row.add_error("whose", words)
        return None

    # Saving.

    def draft(self) -> dict[str, object]:
        """Return the values for the actions: people, themes, gifts, photo and details."""
        same = ("held_on", "neighbourhood", "place", "place_name", "summary", "idea", "next_step", "next_step_on")
        return {name: self.cleaned_data[name] for name in (*same, "photo_alt")} | {
            "people": list(self.resolution.met),
            "themes": [*self.cleaned_data["themes"], *self.cleaned_data["new_themes"]],
            "gifts": self.gifts_heard,
            "told": self.cleaned_data["told"],
        }

    def log(self) -> Conversation | None:
        """Save the conversation; None, with errors in the form, when the action refuses.

        A page sent twice gives the conversation saved the first time. If the values differ, that is an error, and the
        page gets a new UUID: saved again it becomes a separate conversation.
        """
        kept = self._try(
            lambda: log_conversation(
                team=self.team,
                by=self.user,
                uuid=self.cleaned_data["uuid"],
                photo=self.cleaned_data["photo"],
                **self.draft(),
            )
        )
        if self.has_error(NON_FIELD_ERRORS, USED):
            mine = Conversation.objects.visible_to(self.user).filter(team=self.team, builder=self.user)
            self.kept_before = mine.filter(uuid=self.cleaned_data["uuid"]).first()
            self._renumber()
        elif "uuid" in self.errors:
            self._renumber()
        return kept

    def change(self) -> Conversation | None:
        """Update the conversation; None, with errors in the form, when the action refuses."""
        photo = self.cleaned_data["photo"]
        kept = self._try(
            lambda: change_conversation(
                conversation=self.conversation,
                by=self.user,
                photo=photo if photo and photo != self.conversation.photo else None,
                removes_photo=photo is False,
                seen_at=_moment(self.cleaned_data["seen_at"]),
                **self.draft(),
            )
        )
        if kept is None:
            self.conversation.refresh_from_db()
            self._put("seen_at", self.conversation.updated_at.isoformat())
        return kept

    def _try(self, act: Callable[[], Conversation]) -> Conversation | None:
        try:
            return act()
        except ValidationError as error:
            for name, errors in error.update_error_dict({}).items():
                self.add_error(name if name in self.fields else None, errors)
            return None

    def _renumber(self) -> None:
        self._put("uuid", str(uuid4()))

    def _put(self, name: str, value: str) -> None:
        """Change a value that the page will send next time."""
        self.data = self.data.copy()
        self.data[name] = value

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
            "gifts": gifts_to_propose(user=self.user, team=self.team),
            "shipped": shipped,
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
