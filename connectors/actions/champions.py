"""Street champions: import a list, make a resident a champion, end it."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from communities import audit
from communities.models import Team, User
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.actions.current_record import locked_person
from connectors.actions.name_keys import save_names, set_keys
from connectors.actions.since import begin, end
from connectors.models import Person
from connectors.queries.champions import ADD, ASK, CHUNK, MARK, REACH, Judge, Verdict
from connectors.rules.champions import ChampionRow, can_import_champions
from connectors.rules.people import can_write_person
from connectors.rules.records import NO_STREET, refuses_contact
from connectors.rules.same_person import UNANSWERED, Answers


@transaction.atomic
def import_champions(
    *,
    team: Team,
    by: User | None,
    rows: Iterable[ChampionRow],
    answers: Answers | None = None,
    leaves_out_unanswered: bool = False,
    tell: Callable[[list[Verdict]], None] = lambda verdicts: None,
) -> Counter[str]:
    """Import a list of champions, compared with the residents as they are now; all of it or nothing.

    Importing the same list again adds nobody. Imports of one team run one after the other. `tell` is called with the
    verdicts of every 500 rows. Returns the number of rows of each fate. `by` is None for a command.
    answers: what the user said of rows that could be a resident whom the team knows; a row without an answer is left
    out, or refuses the whole list.
    Raises: PermissionDenied; ValidationError with the code "alike" for rows without an answer.
    """
    require(can_import_champions, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    counts: Counter[str] = Counter()
    undo = Undo.of_import(Person, by=by, team=team)
    with audit.batch():
        # All of it before anything is written: a row is not asked about because of one that this list has just added.
        judged = list(Judge(team, answers).judge(rows))
        if not leaves_out_unanswered and any(each.fate == ASK for verdicts in judged for each in verdicts):
            raise ValidationError(UNANSWERED, code="alike")
        for verdicts in judged:
            added = _add([each.row for each in verdicts if each.fate == ADD], team, by)
            undo.added(Person, [person.pk for person in added])
            marked = {each.person.pk: each for each in verdicts if each.fate == MARK and each.person}
            before = Person.objects.in_bulk(list(marked))
            for each in marked.values():
                if each.person:
                    _mark(each.person, each, by)
            undo.changed_since(before)
            counts.update(each.fate for each in verdicts)
            tell(verdicts)
    count = counts[ADD] + counts[MARK]
    undo.title = ngettext("%(n)s champion from a list", "%(n)s champions from a list", count) % {"n": count}
    undo.keep()
    return counts


def _add(rows: list[ChampionRow], team: Team, by: User | None) -> list[Person]:
    today = timezone.localdate()
    people = [
        Person(
            team=team, known_as=row.name, street=row.street, phone=row.phone, email=row.email, created_by=by,
            champion_since=row.since or today, first_met_on=row.since or today,
        )
        for row in rows
    ]  # fmt: skip
    Person.objects.bulk_create(map(set_keys, people), batch_size=CHUNK)
    save_names(people, are_new=True)
    fields = ["known_as", "street", "phone", "email", "champion_since"]
    audit.record_many(
        by=by, verb=Verb.CREATE, team=team, model=Person, ids=[person.pk for person in people], fields=fields
    )
    return people


def _mark(person: Person, verdict: Verdict, by: User | None) -> None:
    person = locked_person(person)
    # Compared with the record as it is now: since the row was judged they can have refused contact, or somebody can
    # have filled in a field.
    fills = {name: value for name, value in verdict.fills.items() if not getattr(person, name)}
    if refuses_contact(person):
        fills = {name: value for name, value in fills.items() if name not in REACH}
    for name, value in fills.items():
        setattr(person, name, value)
    set_keys(person)
    person.champion_since = person.champion_since or verdict.row.since or timezone.localdate()
    person.save()
    audit.record(by=by, verb=Verb.BECOME_CHAMPION, obj=person, fields=[*fills, "champion_since"])


@transaction.atomic
def become_champion(*, person: Person, by: User, since: date | None = None) -> Person:
    """Record that a resident looks out for their street; an earlier date stays.

    Raises: PermissionDenied; ValidationError for a date in the future, and without a street.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    if not person.street:
        raise ValidationError({"street": NO_STREET})
    return begin(person, "champion_since", since=since, by=by, verb=Verb.BECOME_CHAMPION)


@transaction.atomic
def stop_championing(*, person: Person, by: User) -> Person:
    """Record that a resident is no longer a street champion; nothing else changes. Raises: PermissionDenied."""
    require(can_write_person, by, person.team_id)
    return end(locked_person(person), "champion_since", by=by, verb=Verb.STOP_CHAMPIONING)
