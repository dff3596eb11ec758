"""Who is meant on the page of a conversation, and whose each gift is. Where it is unclear the page asks; it never guesses."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, gettext_lazy, ngettext

from communities.models import Team, User
from communities.row_keys import uuid_of
from connectors.forms import fields
from connectors.forms.gifts import BaseGiftsHeard, GiftHeardForm
from connectors.models import Conversation, Person
from connectors.queries.duplicates import current_record_of
from connectors.queries.names import match_names, sketch_of
from connectors.rules.duplicates import Sketch, is_reached_alike
from connectors.rules.name_keys import keys_of, same_name
from connectors.rules.names import GiftHeard, NameMatch, Resolution, names_to_match, resolve_people, tidy
from connectors.rules.people import phone_key
from connectors.rules.typed_names import DESCRIBED, NO_NAME, SURNAME_FIRST, apart_from_reach, is_surname

#: What the page asks about a text that may be no name.
ASKED = {
    DESCRIBED: gettext_lazy("“%(name)s” may not be a name. Is it someone to keep a page for?"),
    SURNAME_FIRST: gettext_lazy("Is “%(name)s” one person or two?"),
    NO_NAME: gettext_lazy("What are they called? “%(name)s” has no name."),
}


class PeopleMixin:
    """The part of a conversation's form that turns what was typed and tapped into residents and names.

    resolution: who was there; gifts_heard: the gifts with their owners; notes: what was typed among the names and is
    nobody's name; reach: names of known residents with a number beside them that their records lack. All are empty until
    the form is validated.
    """

    user: User
    team: Team
    conversation: Conversation | None
    gifts: BaseGiftsHeard
    resolution = Resolution()
    notes: Sequence[str] = ()
    reach: Sequence[str] = ()
    gifts_heard: Sequence[GiftHeard] = ()

    def find_people(self, uuids: Iterable[str]) -> list[Person]:
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
        return person.erased_on is None or bool(talk and talk.people.filter(pk=person.pk).exists())

    def find_out_who(self, named: fields.Named) -> None:
        """Set `resolution` and `gifts_heard`, or add an error that asks where it is unclear who is meant."""
        known = self.find_people(named.known)
        if len(known) != len(set(named.known)):
            self.add_error("people", self.fields["people"].error_messages["broken"])
            return
        whose = [row.cleaned_data["whose"] for row in self.gifts.heard]
        self.notes = list(named.notes)
        names, pairs, others = fields.split_names(named.typed), fields.pairs_in(named.typed), named.unanswered(known)
        about = {"known": known, "new": named.new, "whose": whose}
        found = match_names(
            user=self.user,
            team=self.team,
            neighbourhood=self.cleaned_data.get("neighbourhood"),
            names=[*names_to_match(typed=[*names, *others], **about), *pairs],
        )
        typed = fields.joined(names, [pair for pair in pairs if _may_be_one(found[pair])])
        matches = [found[name] for name in names_to_match(typed=[*typed, *others], **about)]
        before = self._there_before() if any(match.is_unclear for match in matches) else {}
        self.resolution = resolve_people(known=known, new=named.new, matches=matches, before=before, whose=whose)
        self.reach = self._reach([*named.settled, *(match.name for match in matches if match.person)])
        if self.resolution.unclear:
            self._ask(self.resolution.unclear)
        else:
            self.gifts_heard = [gift for row in self.gifts.heard if (gift := self._gift(row))]

    def _reach(self, names: Iterable[str]) -> list[str]:
        """Return the names of known residents with a phone number or an address beside them that no record has."""
        there = [sketch_of(each) for each in self.resolution.met if isinstance(each, Person)]
        found = []
        for name in names:
            typed = apart_from_reach(name)
            mine = Sketch((typed.name,), "", phone_key(typed.phone), typed.email)
            if (typed.phone or typed.email) and not any(is_reached_alike(mine, other) for other in there):
                found.append(name)
        return found

    def _there_before(self) -> dict[str, Person]:
        """Return, by name, who is in the conversation that was saved before from this page, or with this UUID."""
        uuid = self.cleaned_data.get("uuid")
        people = Person.objects.visible_to(self.user).filter(conversations__uuid=uuid, conversations__builder=self.user)
        return {same_name(person.known_as): person for person in people} if uuid and not self.conversation else {}

    def _ask(self, unclear: Sequence[NameMatch]) -> None:
        self.fields["people"].widget.unclear = unclear
        for match in unclear:
            count = len(match.candidates)
            if match.why and match.why in ASKED:
                self.add_error("people", ASKED[match.why] % {"name": match.name})
                continue
            words = ngettext(
                "You may know %(name)s already. Is it them?",
                "%(name)s could be one of %(count)s people. Which of them?",
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


def _may_be_one(pair: NameMatch) -> bool:
    """Return whether "Patel, Asha" may be one person: by the first word, or because the team knows somebody of this name."""
    keys = keys_of(pair.name)
    people = [pair.person] if pair.person else pair.candidates
    return is_surname(pair.parts[0]) or any(
        not keys.isdisjoint((each.name_key, each.other_name_key)) for each in people
    )
