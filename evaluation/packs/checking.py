"""The checks of a pack before it is published, each with what is wrong in sentences; publishing asks the same ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities import disclosure
from evaluation.models import Observation, Pack, PartKind, Story, StoryStatus, ValueStatus
from evaluation.packs.contents import Words, numbers_of
from evaluation.packs.names import Name, names_in
from evaluation.packs.queries import FOR_REPORTS
from evaluation.packs.rules import few_people
from evaluation.packs.trends import is_open

#: The parts of a text that are not free text: choices, days, and the name of the person who signed.
_NOT_WORDS = {"anyway", "day", "source", "went", "signed_by"}


@dataclass(frozen=True)
class Check:
    """One check: what it is about, and a sentence for each fault; none if it is met. names: what is taken for names; few: for small numbers.

    missing: a sentence where there is nothing to check yet, so that it is neither met nor broken.
    """

    title: str
    faults: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    few: tuple[str, ...] = ()
    missing: str = ""

    @property
    def is_met(self) -> bool:
        """Return whether nothing is wrong; there may be nothing to check either."""
        return not self.faults


def checks_of(
    pack: Pack, words: Iterable[Words], *, stories: Iterable[Story], observations: Iterable[Observation]
) -> list[Check]:
    """Return every check but that of names; the stories as they are now."""
    return [
        Check(_("The pack has something in it"), tuple(_empty(pack, stories, observations))),
        Check(
            _("All numbers of people are large enough to show"),
            tuple(_small(pack)),
            missing="" if numbers_of(pack) else _("No number is chosen yet."),
        ),
        Check(
            _("Everybody in the stories agrees to be in reports"),
            tuple(_unwilling(stories)),
            missing="" if list(stories) else _("No story is chosen yet."),
        ),
        Check(_("It says what went wrong"), tuple(_silent(words, observations))),
        _check_few(pack, words),
    ]


def check_names(pack: Pack, words: Iterable[Words]) -> Check:
    """Return the check of names. Show it only to those who may read names of residents."""
    found = names_in(
        pack.team,
        [*_written(words), *_named(pack)],
        apart_from=pack.not_names,
    )
    faults = tuple(
        _("“%(word)s” in “%(where)s” may be a resident’s name. Leave it out.")
        % {"word": name.word, "where": name.where}
        for name in found
    )
    return Check(_("No resident is named"), faults, tuple(found), missing="" if faults else _unwritten(words))


def _check_few(pack: Pack, words: Iterable[Words]) -> Check:
    """Return the check of small numbers of people in what somebody wrote: a manager answers each."""
    threshold = max(pack.team.small_number_threshold, disclosure.LEAST_THRESHOLD)
    found = few_people([*_written(words), *_named(pack)], threshold, apart_from=pack.not_names)
    faults = tuple(
        _(
            "“%(word)s” in “%(where)s” is a small number of people. With what a reader knows, it could say who they are. Write it "
            "without the number, or let a manager say that it can be shown."
        )
        % {"word": each.word, "where": each.where}
        for each in found
    )
    return Check(
        _("No small number of people in words"),
        faults,
        few=tuple(dict.fromkeys(each.word for each in found)),
        missing="" if faults else _unwritten(words),
    )


def _unwritten(words: Iterable[Words]) -> str:
    """Return a sentence if a pack has no text but its title."""
    return _("Only the title is written so far.") if all(each.kind == PartKind.TITLE for each in words) else ""


def _written(words: Iterable[Words]) -> list[tuple[str, str]]:
    """Return (where, text) for every text that somebody wrote."""
    return [(_where(each), text) for each in words for name, text in each.texts.items() if name not in _NOT_WORDS]


def _named(pack: Pack) -> list[tuple[str, str]]:
    """Return (where, text) for what the team wrote of its own indicators, which stands beside their numbers."""
    texts = ("name", "unit", "definition", "source")
    return [(each["name"], each[name]) for each in numbers_of(pack) if each["key"].startswith("own-") for name in texts]


def _where(words: Words) -> str:
    return words.texts["title"] if words.kind == PartKind.STORY else str(words.kind.label)


def _empty(pack: Pack, stories: Iterable[Story], observations: Iterable[Observation]) -> Iterable[str]:
    if not numbers_of(pack) and not list(stories) and not list(observations):
        yield _("Choose a number, a story or something you learned.")


def _small(pack: Pack) -> Iterable[str]:
    """Yield a sentence for each number that the gate would hide today.

    A release has been through the gate. Its threshold may have been raised since, and then a number that was shown is small now.
    """
    threshold = max(pack.team.small_number_threshold, disclosure.LEAST_THRESHOLD)
    for each in numbers_of(pack):
        is_of_people = pack.place in pack.release.kept.get(each["key"], {})
        if each["status"] != ValueStatus.SHOWN or not is_of_people:
            continue
        if not is_open(each["form"], each["value"], each["numerator"], each["denominator"], threshold):
            yield _(
                "“%(name)s” counts fewer than %(threshold)s people, the smallest number that the team now shows. Take it out."
            ) % {
                "name": each["name"],
                "threshold": threshold,
            }


def _unwilling(stories: Iterable[Story]) -> Iterable[str]:
    for story in stories:
        if story.consent_withdrawn_at is not None:
            yield _("The people in “%(title)s” withdrew their consent on %(day)s. Take it out.") % {
                "title": story.title,
                "day": date_format(story.consent_withdrawn_at, "j F Y"),
            }
        elif story.consent_scope not in FOR_REPORTS:
            yield _("The people in “%(title)s” have not agreed to be in reports. Ask them, or take it out.") % {
                "title": story.title
            }
        elif story.status != StoryStatus.PUBLISHED:
            yield _("“%(title)s” is not published. Have it approved, or take it out.") % {"title": story.title}


def _silent(words: Iterable[Words], observations: Iterable[Observation]) -> Iterable[str]:
    if any(each.tells_what_went_wrong for each in observations):
        return
    if not any(each.kind == PartKind.NOTHING_WRONG for each in words):
        yield _("Choose something that went wrong, or write a sentence that says why nothing did.")
