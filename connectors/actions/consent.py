"""Telling residents what is noted down, and keeping what they agree to."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from connectors.actions.standing import locked_person
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
from connectors.queries.consent import agreed, latest_notice
from connectors.rules.consent import can_publish_notice


@transaction.atomic
def publish_notice(*, team: Team, by: User, words: str) -> PrivacyNotice:
    """Publish what the team tells residents as its next version; the versions before stay as they were.

    Raises: PermissionDenied; ValidationError keyed `words` when there are none, or they are those of today.
    """
    if not can_publish_notice(by, team):
        raise PermissionDenied
    team = Team.objects.select_for_update().get(pk=team.pk)
    before = latest_notice(team)
    words = words.replace("\r\n", "\n").strip()
    if before and before.words == words:
        raise ValidationError({"words": _("These are the words of version %(n)s already.") % {"n": before.version}})
    notice = PrivacyNotice(team=team, version=before.version + 1 if before else 1, words=words, published_by=by)
    notice.full_clean()
    notice.save(force_insert=True)
    audit.record(by=by, verb="publish", obj=notice, fields=["words"])
    return notice


@transaction.atomic
def tell_person(*, person: Person, by: User | None, on: date | None = None) -> Person:
    """Note that a resident was told what is noted down, and by which version of the notice; the first day stays.

    `by` is None when they read it on their own sheet. Raises: ValidationError for a day to come.
    """
    person = locked_person(person)
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise ValidationError({"told_on": _("That day is still to come.")})
    if person.told_on is None:
        person.told_on, person.told_notice = on, latest_notice(person.team_id)
        person.save(update_fields=["told_on", "told_notice", "updated_at"])
        audit.record(by=by, verb="tell", obj=person, fields=["told_on", "told_notice"])
    return person


@transaction.atomic
def record_consents(
    *, person: Person, by: User | None, answers: Mapping[str, bool], how: str = ConsentHow.TOLD
) -> list[ConsentRecord]:
    """Keep what a resident said, a row for each purpose whose answer changed, and do what a no asks for.

    answers: purposes to yes or no; a purpose that is left out was not asked. A no takes effect at once: gifts are no
    longer offered; the telephone number and e-mail address go; "remember" becomes a wish to be forgotten, which a builder
    confirms. Raises: ValidationError for an unknown purpose, or without a witness for what was not said on the sheet.
    """
    person = locked_person(person)
    before = {each.purpose: each.record for each in agreed(person)}
    notice, rows = latest_notice(person.team_id), []
    for purpose, is_given in answers.items():
        if purpose in before and before[purpose] is not None and before[purpose].is_given == is_given:
            continue
        row = ConsentRecord(
            person=person, purpose=purpose, is_given=is_given, how=how, notice=notice, recorded_by=by
        )  # fmt: skip
        row.full_clean()
        row.save(force_insert=True)
        audit.record(by=by, verb="agree" if is_given else "refuse", obj=row, fields=[purpose])
        rows.append(row)
        _take_effect(person, by, row)
    return rows


def _take_effect(person: Person, by: User | None, row: ConsentRecord) -> None:
    """Do at once what a yes or a no asks for beyond being kept."""
    if row.purpose == Purpose.CONTACT:
        _reach(person, by, is_welcome=row.is_given)
    elif row.purpose == Purpose.OFFER and not row.is_given:
        _stop_offering(person, by)
    elif row.purpose == Purpose.REMEMBER and not row.is_given:
        wish_to_be_forgotten(person=person, by=by)


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
    audit.record(by=by, verb="update", obj=person, fields=fields)


def _stop_offering(person: Person, by: User | None) -> None:
    offered = list(Gift.objects.select_for_update(of=("self",)).filter(person=person, is_offered=True))
    ids = [gift.pk for gift in offered]
    Gift.objects.filter(pk__in=ids).update(is_offered=False)
    audit.record_many(by=by, verb="update", team=person.team_id, model=Gift, ids=ids, fields=["is_offered"])


@transaction.atomic
def wish_to_be_forgotten(*, person: Person, by: User | None, words: str = "") -> Wish:
    """Keep a resident's wish to be forgotten, for a builder to confirm; one that waits already stays the only one."""
    person = locked_person(person)
    waiting = Wish.objects.filter(person=person, kind=WishKind.FORGET, handled_at__isnull=True).first()
    if waiting:
        return waiting
    wish = Wish.objects.create(person=person, kind=WishKind.FORGET, words=words.strip())
    audit.record(by=by, verb="wish", obj=wish, fields=["kind"])
    return wish
