"""The one screen on which a conversation is written down, and written down better later."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.choices import CallableChoiceIterator
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.forms.rows import RowsField, numbers_of
from communities.models import Neighbourhood, Team, User
from communities.photos import PhotoField
from communities.widgets import WordsArea, WordsLine
from connectors.actions.conversations import GiftHeard, change_conversation, log_conversation
from connectors.forms import fields
from connectors.forms.gifts import GiftHeardForm, GiftsHeard
from connectors.forms.words import noticing
from connectors.gift_words import GIFT_WORDS
from connectors.models import Conversation, Person, Theme
from connectors.queries import conversations as queries
from connectors.queries.duplicates import standing_for
from connectors.queries.names import match_names
from connectors.queries.vocabulary import Questions, gifts_to_propose, questions_in_use, themes_to_propose
from connectors.rules.prompts import can_change_prompts


def _words(rows: int, **attrs: str) -> forms.Textarea:
    return WordsArea(attrs={"rows": rows, **attrs})


#: How many themes stand there to tap.
PILLS = 8


class ConversationForm(forms.Form):
    """Who, what was heard, what they care about, gifts, what to come back to; where and when; an idea, a photo.

    Nothing is required by itself; the action refuses a page that says nothing at all.
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
        widget=WordsLine(attrs={"autocomplete": "off", "placeholder": _("Something else: dancing, the old railway")}),
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
        label=_("What does it show?"),
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
        self.met: list[Person | str] = []
        self.gifts_heard: list[GiftHeard] = []
        self.kept_before: Conversation | None = None
        # What was sent says everything itself, so nothing is looked up to begin it with.
        super().__init__(data, files, initial=self._initial() if conversation or data is None else {})
        self.gifts = GiftsHeard(data, prefix="gifts")
        places = Neighbourhood.objects.visible_to(user).filter(team=team).only("name", "team_id")
        self.fields["neighbourhood"].queryset = places
        self.fields["people"].widget.find = self._find
        self._offer_themes()
        if conversation and conversation.photo:
            self.fields["photo"].initial = conversation.photo

    # What the page begins with.

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
        """Offer as pills what the team hears most, and what is chosen already; accept any theme of the team.

        The pills are looked up when they are drawn: a conversation that is kept at once never draws them.
        """
        field = self.fields["themes"]
        field.queryset = Theme.objects.visible_to(self.user).filter(team=self.team)
        field.widget.choices = CallableChoiceIterator(self._pills)

    def _pills(self) -> list[tuple[int, str]]:
        names = dict(self.known_themes)
        wanted = queries.themes_heard_most(user=self.user, team=self.team, limit=PILLS)
        wanted += [pk for pk in names if pk not in wanted][: PILLS - len(wanted)]
        chosen = self.data.getlist("themes") if self.is_bound else self.initial.get("themes", [])
        wanted += [pk for pk in numbers_of(chosen) if pk not in wanted]
        missing = [pk for pk in wanted if pk not in names]
        found = self.fields["themes"].queryset.filter(pk__in=missing) if missing else ()
        names |= {theme.pk: theme.name for theme in found}
        return [(pk, names[pk]) for pk in wanted if pk in names]

    @cached_property
    def known_themes(self) -> list[tuple[int, str]]:
        """Return (number, name) of the team's themes."""
        return themes_to_propose(user=self.user, team=self.team)

    def _find(self, uuids: Iterable[str]) -> list[Person]:
        """Return the residents of the team with these uuids, in this order; what is no uuid is nobody.

        Whoever was put together with somebody since the page was opened, or a phone saved it, is that one. Whoever
        was forgotten since is nobody.
        """
        wanted = [uuid for uuid in uuids if _is_uuid(uuid)]
        if not wanted:
            return []
        people = Person.everyone.visible_to(self.user).filter(team=self.team, uuid__in=wanted)
        found = {str(each.uuid): standing_for(each) for each in people.select_related("neighbourhood")}
        return [each for each in dict.fromkeys(found[uuid] for uuid in wanted if uuid in found) if self._may_name(each)]

    def _may_name(self, person: Person) -> bool:
        """Return whether a resident can be named: whoever was forgotten since only where they already were."""
        talk = self.conversation
        return person.forgotten_on is None or bool(talk and talk.people.filter(pk=person.pk).exists())

    # What the page says.

    def clean_new_themes(self) -> list[str]:
        """Return the names typed, each once."""
        names = fields.split_themes(self.cleaned_data["new_themes"])
        if any(len(name) > 80 for name in names):
            raise ValidationError(gettext("A theme is a few words: 80 letters at most. Put commas between two."))
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
            self.add_error(None, gettext("Have another look at the gifts."))
        if "uuid" in self.errors:
            self._renumber()
        if self.errors and self.files.get("photo") and "photo" not in self.errors:
            self.add_error("photo", gettext("A browser cannot keep a photo. Choose it once more, please."))
        return self.cleaned_data

    def _place(self) -> None:
        """Put the asset in `place`, and leave `place_name` for what is on no map."""
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
        """Say what a day without words is for, when it is clear whom to come back to: the first person named."""
        named = self.cleaned_data.get("people")
        if self.cleaned_data.get("next_step_on") and not self.cleaned_data.get("next_step") and named:
            known = [person.shown_as for person in self._find(named.known[:1])]
            first = [*known, *named.new, *fields.split_names(named.typed), *named.asked][:1]
            if first:
                self.cleaned_data["next_step"] = gettext("Come back to %(name)s") % {"name": first[0]}

    def _meet(self, named: fields.Named) -> None:
        known, new = self._find(named.known), list(named.new)
        if len(known) != len(set(named.known)):
            self.add_error("people", self.fields["people"].error_messages["broken"])
            return
        names = [*fields.split_names(named.typed), *named.unanswered(known)]
        names = self._with_gift_givers(names, known, new)
        matches = match_names(
            user=self.user, team=self.team, neighbourhood=self.cleaned_data.get("neighbourhood"), names=names
        )
        unclear = [match for match in matches.values() if match.is_unclear]
        for match in matches.values():
            if match.person is not None and match.person not in known:
                known.append(match.person)
            elif match.person is None and not match.is_unclear:
                new.append(match.name)
        self.met = [*known, *new]
        if unclear:
            self._ask(unclear)
        else:
            self.gifts_heard = [gift for row in self.gifts.heard if (gift := self._gift(row))]

    def _with_gift_givers(self, names: list[str], known: list[Person], new: list[str]) -> list[str]:
        """Return the typed names and those that only a gift names: whoever has a gift was there."""
        there = {person.known_as.lower() for person in known} | {str(person.uuid) for person in known}
        there |= {name.lower() for name in [*names, *new]}
        givers = (" ".join(row.cleaned_data["whose"].split()) for row in self.gifts.heard)
        # A number stands for somebody who is not there any more, and is nobody's name.
        extra = {
            giver.lower(): giver for giver in givers if giver and giver.lower() not in there and not _is_uuid(giver)
        }
        return [*names, *extra.values()]

    def _ask(self, unclear: list) -> None:
        self.fields["people"].widget.asking = unclear
        for match in unclear:
            count = len(match.candidates)
            words = ngettext(
                "Somebody called %(name)s is known already. Is it them?",
                "%(count)s people are called %(name)s. Which of them?",
                count,
            )
            self.add_error("people", words % {"name": match.name, "count": count})

    def _gift(self, row: GiftHeardForm) -> GiftHeard | None:
        """Return the gift with its giver; None, with an error in the row, when it is not clear whose it is."""
        whose = " ".join(row.cleaned_data["whose"].split()).lower()
        if whose:
            fits = [who for who in self.met if whose in _ways_to_say(who)]
        else:
            fits = list(self.met)
        if len(fits) == 1:
            return GiftHeard(fits[0], row.cleaned_data["name"], row.cleaned_data["kind"])
        if whose and fits:
            words = gettext("More than one of the people you met is called that. Whose gift is it?")
        elif self.met:
            words = gettext("Whose gift is it?")
        else:
            words = gettext("Whose gift is it? A first name is enough.")
        row.add_error("whose", words)
        return None

    # What becomes of it.

    def draft(self) -> dict[str, object]:
        """Return what the actions take: people, themes, gifts, photo and details."""
        same = ("held_on", "neighbourhood", "place", "place_name", "summary", "idea", "next_step", "next_step_on")
        return {name: self.cleaned_data[name] for name in (*same, "photo_alt")} | {
            "people": self.met,
            "themes": [*self.cleaned_data["themes"], *self.cleaned_data["new_themes"]],
            "gifts": self.gifts_heard,
            "told": self.cleaned_data["told"],
        }

    def log(self) -> Conversation | None:
        """Write the conversation down; None, with errors in the form, when the action refuses.

        A page sent twice gives the conversation kept the first time. When it says something else by now, that is an
        error, and the page gets a new number: saved again it becomes a conversation of its own.
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
        if kept and not kept.is_new and not queries.says_the_same(kept, self.draft()):
            self.kept_before = kept
            self.add_error(
                None,
                gettext(
                    "A conversation was already kept from this page, and it says something else. What is below is not kept "
                    "yet: save it to add it as another one."
                ),
            )
            kept = None
        if kept is None and (self.kept_before or "uuid" in self.errors):
            self._renumber()
        return kept

    def change(self) -> Conversation | None:
        """Change the conversation; None, with errors in the form, when the action refuses."""
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
            for name, messages in error.update_error_dict({}).items():
                self.add_error(name if name in self.fields else None, messages)
            return None

    def _renumber(self) -> None:
        self._put("uuid", str(uuid4()))

    def _put(self, name: str, value: str) -> None:
        """Change what the page will send next time."""
        self.data = self.data.copy()
        self.data[name] = value

    # What the page's scripts read. None of it names a resident.

    @cached_property
    def questions(self) -> list[Questions]:
        """Return the sets of questions to begin with, which a new page shows."""
        return [] if self.conversation else questions_in_use(user=self.user, team=self.team)

    @cached_property
    def may_change_questions(self) -> bool:
        """Return whether the person keeps the team's questions."""
        return can_change_prompts(self.user, self.team)

    @property
    def begins_fresh(self) -> bool:
        """Return whether nothing was written yet, so that a phone may fill in where it was last."""
        return self.conversation is None and not self.is_bound

    @property
    def vocabulary(self) -> dict[str, object]:
        """Return what static/js/propose.js looks for in the words: themes, shared gifts, Kith's own list; and what it says."""
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
        """Return what static/js/wording.js reads: the team's list without what this person left alone."""
        return noticing(self.user, self.team)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _moment(text: str) -> datetime | None:
    """Return the moment that the page was made from; a page that was tampered with has none and is not compared."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _ways_to_say(who: Person | str) -> set[str]:
    """Return, in small letters, what a gift's row may call somebody who was there."""
    return {who.lower()} if isinstance(who, str) else {who.known_as.lower(), str(who.uuid)}
