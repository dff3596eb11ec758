"""Record that residents were told about their records, and what they consent to."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row
from communities.folding import readable
from communities.holdings import all_holdings
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.current_record import locked_person, numbers_of
from connectors.models import (
    ConsentHow,
    ConsentRecord,
    ContactPreference,
    Gift,
    Person,
    PrivacyNotice,
    Purpose,
    Wish,
    WishKind,
)
from connectors.queries.consent import agreed, latest_notice, refuses
from connectors.rules.consent import can_publish_notice
from connectors.rules.people import can_write_person

#: Purposes of which something can be stored already when a resident refuses: every app then deletes or unpublishes it.
SHOWN = (Purpose.STORY, Purpose.PHOTO, Purpose.PROFILE)


@idempotent(PrivacyNotice)
@transaction.atomic
def publish_notice(*, team: Team, by: User, words: str, uuid: UUID | None = None) -> PrivacyNotice:
    """Publish the team's privacy notice as its next version; earlier versions stay unchanged.

    `uuid` is the page's idempotency key.
    Raises: PermissionDenied; ValidationError keyed `words` for an empty text, or one equal to the latest version.
    """
    require(can_publish_notice, by, team)
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    before = latest_notice(team)
    words = words.replace("\r\n", "\n").strip()
    if before and before.words == words:
        raise ValidationError({"words": _("This is the same text as version %(n)s.") % {"n": before.version}})
    notice = PrivacyNotice(team=team, version=before.version + 1 if before else 1, words=words, published_by=by)
    check_row(notice)
    notice.save(force_insert=True)
    audit.record(by=by, verb=Verb.PUBLISH, obj=notice, fields=["words"])
    return notice


@transaction.atomic
def tell_person(*, person: Person, by: User | None, on: date | None = None) -> Person:
    """Record that a resident was told about their record, and by which version of the notice; the first date stays.

    `by` is None when they read it on their own sheet. Raises: PermissionDenied; ValidationError for a date in the
    future.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise ValidationError({"told_on": _("That day is in the future.")})
    if person.told_on is None:
        person.told_on, person.told_notice = on, latest_notice(person.team_id)
        person.save(update_fields=["told_on", "told_notice", "updated_at"])
        audit.record(by=by, verb=Verb.TELL, obj=person, fields=["told_on", "told_notice"])
    return person


@transaction.atomic
def record_consents(
    *, person: Person, by: User | None, answers: Mapping[str, bool], how: str = ConsentHow.TOLD
) -> list[ConsentRecord]:
    """Record a resident's answers, a row for each purpose whose answer changed, and apply what a refusal requires.

    answers: purposes to yes or no; a purpose that is left out was not asked. A refusal takes effect at once: gifts are
    no longer offered; the phone number and email address are deleted; stories they are in are unpublished; photos of
    them and their profile are deleted; "remember" creates a wish to be erased, which a builder confirms. A later yes restores nothing
    automatically. Each row lists in `effects` what was done. `by` is None when they answer on their own sheet.
    Raises: PermissionDenied; ValidationError for an unknown purpose, or without a witness for an answer that was not
    given on the sheet.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    before = {each.purpose: each.record for each in agreed(person)}
    notice, rows = latest_notice(person.team_id), []
    for purpose, is_given in answers.items():
        earlier = before.get(purpose)
        if earlier is not None and earlier.is_given == is_given:
            continue
        row = ConsentRecord(
            person=person, purpose=purpose, is_given=is_given, how=how, notice=notice, recorded_by=by
        )  # fmt: skip
        check_row(row)
        row.save(force_insert=True)
        audit.record(by=by, verb=Verb.AGREE if is_given else Verb.REFUSE, obj=row, fields=[purpose])
        rows.append(row)
        _take_effect(person, by, row)
    return rows


def _take_effect(person: Person, by: User | None, row: ConsentRecord) -> None:
    """Apply what a yes or a no requires at once, besides its row."""
    if row.purpose == Purpose.CONTACT:
        _reach(person, by, is_welcome=row.is_given)
    elif row.purpose == Purpose.OFFER and not row.is_given:
        _stop_offering(person, by)
    elif row.purpose == Purpose.REMEMBER and not row.is_given:
        request_erasure(person=person, by=by)
    elif row.purpose in SHOWN and not row.is_given:
        row.effects = _apply_refusals(person, by, row.purpose)


def _apply_refusals(person: Person, by: User | None, purpose: str) -> list[str]:
    """Call `apply_refusal` of every app's holdings; return what was done, a sentence each."""
    records = numbers_of(person.pk)
    return [
        words
        for held in all_holdings()
        for words in held.apply_refusal(person=person, records=records, purpose=purpose, by=by)
    ]


def apply_refusals(*, person: Person, by: User | None) -> list[str]:
    """Apply a resident's latest refusals again, after their records were merged or unmerged, or rows of theirs restored.

    Call it in the transaction that locks the records. Returns what was done, a sentence each.
    """
    is_reachable = person.phone or person.email or person.contact_preference != ContactPreference.NO_CONTACT
    if is_reachable and refuses(person, Purpose.CONTACT):
        _reach(person, by, is_welcome=False)
    return [words for purpose in SHOWN if refuses(person, purpose) for words in _apply_refusals(person, by, purpose)]


def _reach(person: Person, by: User | None, *, is_welcome: bool) -> None:
    quiet = person.contact_preference == ContactPreference.NO_CONTACT
    if is_welcome and not quiet:
        return
    fields = ["contact_preference"]
    if is_welcome:
        person.contact_preference = ContactPreference.NONE
    else:
        person.contact_preference = ContactPreference.NO_CONTACT
        person.phone = person.phone_key = person.email = ""
        fields += ["phone", "phone_key", "email"]
    person.save(update_fields=[*fields, "updated_at"])
    audit.record(by=by, verb=Verb.UPDATE, obj=person, fields=fields)


def _stop_offering(person: Person, by: User | None) -> None:
    offered = list(Gift.objects.select_for_update(of=("self",)).filter(person=person, is_offered=True))
    ids = [gift.pk for gift in offered]
    Gift.objects.filter(pk__in=ids).update(is_offered=False)
    audit.record_many(by=by, verb=Verb.UPDATE, team=person.team_id, model=Gift, ids=ids, fields=["is_offered"])


@transaction.atomic
def request_erasure(*, person: Person, by: User | None, words: str = "") -> Wish:
    """Record a resident's wish to be erased, for a builder to confirm; returns the waiting one if there is one.

    `by` is None when they ask on their own sheet. Raises: PermissionDenied.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    waiting = Wish.objects.filter(person=person, kind=WishKind.ERASE, handled_at__isnull=True).first()
    if waiting:
        return waiting
    wish = Wish.objects.create(person=person, kind=WishKind.ERASE, words=readable(words))
    audit.record(by=by, verb=Verb.WISH, obj=wish, fields=["kind"])
    return wish
