"""Street champions: bringing in a list, becoming one, no longer being one."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from connectors.actions.standing import locked_person
from connectors.models import Person
from connectors.queries.champions import ADD, CHUNK, MARK, Judge, Verdict
from connectors.rules.champions import ChampionRow
from connectors.rules.duplicates import name_key
from connectors.rules.people import phone_key
from connectors.rules.records import TO_COME


@transaction.atomic
def import_champions(
    *,
    team: Team,
    by: User | None,
    rows: Iterable[ChampionRow],
    tell: Callable[[list[Verdict]], None] = lambda verdicts: None,
) -> Counter[str]:
    """Write a list of champions, judged against the residents as they are now; all of it or nothing.

    Brought in twice, the second time adds nobody. Lists of one team wait for each other. `tell` is given the verdicts of each
    500 rows. Returns the number of rows of each fate.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    counts: Counter[str] = Counter()
    for verdicts in Judge(team).judge(rows):
        _add([each.row for each in verdicts if each.fate == ADD], team, by)
        for each in verdicts:
            if each.fate == MARK:
                _mark(each, by)
        counts.update(each.fate for each in verdicts)
        tell(verdicts)
    return counts


def _add(rows: list[ChampionRow], team: Team, by: User | None) -> None:
    today = timezone.localdate()
    people = [
        Person(
            team=team, known_as=row.name, street=row.street, phone=row.phone, email=row.email, created_by=by,
            phone_key=phone_key(row.phone), name_key=name_key(row.name), champion_since=row.since or today,
            first_met_on=row.since or today,
        )
        for row in rows
    ]  # fmt: skip
    Person.objects.bulk_create(people, batch_size=CHUNK)
    fields = ["known_as", "street", "phone", "email", "champion_since"]
    audit.record_many(
        by=by, verb="create", team=team, model=Person, ids=[person.pk for person in people], fields=fields
    )


def _mark(verdict: Verdict, by: User | None) -> None:
    person = locked_person(verdict.person)
    for name, value in verdict.fills.items():
        setattr(person, name, value)
    person.phone_key = phone_key(person.phone)
    person.champion_since = person.champion_since or verdict.row.since or timezone.localdate()
    person.save()
    audit.record(by=by, verb="become_champion", obj=person, fields=[*verdict.fills, "champion_since"])


@transaction.atomic
def become_champion(*, person: Person, by: User, since: date | None = None) -> Person:
    """Note that a resident looks out for their street; an earlier day stays.

    Raises: ValidationError for a day to come, and without a street.
    """
    person = locked_person(person)
    since = since or timezone.localdate()
    if since > timezone.localdate():
        raise ValidationError({"since": TO_COME})
    if not person.street:
        raise ValidationError({"street": _("Which street do they look out for? Write it on their page first.")})
    if person.champion_since is None:
        person.champion_since = since
        person.save(update_fields=["champion_since", "updated_at"])
        audit.record(by=by, verb="become_champion", obj=person, fields=["champion_since"])
    return person


@transaction.atomic
def stop_championing(*, person: Person, by: User) -> Person:
    """Note that a resident no longer looks out for their street as a champion; all else stays."""
    person = locked_person(person)
    if person.champion_since is not None:
        person.champion_since = None
        person.save(update_fields=["champion_since", "updated_at"])
        audit.record(by=by, verb="stop_championing", obj=person, fields=["champion_since"])
    return person
