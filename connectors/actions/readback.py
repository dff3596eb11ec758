"""The link that opens a resident's own sheet, and what they do on it."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from connectors.actions.consent import record_consents, tell_person, wish_to_be_forgotten
from connectors.actions.people import update_person
from connectors.actions.standing import locked_person
from connectors.models import ConsentHow, Person, Purpose, ReadBackLink, Wish, WishKind
from connectors.queries.readback import can_be_opened
from connectors.rules.consent import LINK_DAYS
from connectors.rules.people import can_write_person

#: What a resident changes by themselves; the rest they ask for.
OWN_FIELDS = ("known_as", "street", "phone", "email", "contact_preference")
#: So many wishes of one sheet are enough to say everything.
MOST_WISHES = 10


def digest_of(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_link(*, person: Person, by: User) -> tuple[ReadBackLink, str]:
    """Return a new link to a resident's sheet and its secret (256 random bits), which is kept nowhere and shown once.

    Links made before that nobody opened stop working. Raises: PermissionDenied.
    """
    if not can_write_person(by, person.team_id):
        raise PermissionDenied
    person = locked_person(person)
    now, secret = timezone.now(), secrets.token_urlsafe(32)
    ReadBackLink.objects.filter(person=person, opened_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    link = ReadBackLink.objects.create(
        person=person, digest=digest_of(secret), made_by=by, made_at=now, expires_at=now + timedelta(days=LINK_DAYS)
    )
    audit.record(by=by, verb="make_link", obj=link, fields=["expires_at"])
    return link, secret


@transaction.atomic
def open_link(*, secret: str) -> ReadBackLink | None:
    """Open a sheet with its secret, once; None for a secret that is wrong, too old, used, or taken back.

    Reading the sheet, which begins with the team's notice (its opening; the rest is further down), is being told.
    """
    # The resident first, as whoever makes the next link or forgets them does: in the other order each may wait for the other.
    found = ReadBackLink.objects.filter(digest=digest_of(secret)).select_related("person").first()
    if found is None or found.person.forgotten_on:
        return None
    locked_person(found.person)
    link = ReadBackLink.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not can_be_opened(link.digest):
        return None
    link.opened_at = timezone.now()
    link.save(update_fields=["opened_at"])
    audit.record(by=None, verb="open_sheet", obj=link, fields=["opened_at"])
    tell_person(person=link.person, by=None)
    return link


@transaction.atomic
def correct_own_details(*, link: ReadBackLink, **values: str) -> Person:
    """Put right what a resident changed about themselves; `values` are some of `OWN_FIELDS`. In force at once.

    Raises: ValidationError keyed by field.
    """
    changed = {name: values[name] for name in OWN_FIELDS if name in values}
    person = locked_person(link.person)
    changed = {name: value for name, value in changed.items() if getattr(person, name) != value}
    if changed:
        person = update_person(person=person, by=None, **changed)
        audit.record(by=None, verb="correct_on_sheet", obj=link, fields=changed)
    return person


@transaction.atomic
def answer_on_sheet(*, link: ReadBackLink, answers: dict[str, bool]) -> None:
    """Keep a resident's own yes and no to each purpose. Raises: ValidationError."""
    person = locked_person(link.person)
    rows = record_consents(person=person, by=None, answers=answers, how=ConsentHow.SHEET)
    if rows:
        audit.record(by=None, verb="answer_on_sheet", obj=link, fields=[row.purpose for row in rows])


@transaction.atomic
def wish_on_sheet(*, link: ReadBackLink, kind: str, words: str = "") -> Wish:
    """Keep what a resident asks for on their sheet, for a builder to do within a month.

    To be forgotten is also a no to being remembered. Raises: ValidationError keyed `words`.
    """
    person = locked_person(link.person)
    words = words.strip()
    if kind == WishKind.FORGET:
        record_consents(person=person, by=None, answers={Purpose.REMEMBER: False}, how=ConsentHow.SHEET)
        wish = wish_to_be_forgotten(person=person, by=None, words=words)
    else:
        if not words:
            raise ValidationError({"words": _("Write what we should put right.")})
        if Wish.objects.filter(person=person, handled_at__isnull=True).count() >= MOST_WISHES:
            raise ValidationError({"words": _("You have asked for several things already. We will come and talk.")})
        wish = Wish(person=person, kind=WishKind.CORRECT, words=words)
        wish.full_clean()
        wish.save(force_insert=True)
        audit.record(by=None, verb="wish", obj=wish, fields=["kind", "words"])
    audit.record(by=None, verb="wish_on_sheet", obj=link, fields=["kind"])
    return wish


@transaction.atomic
def close_sheet(*, link: ReadBackLink) -> None:
    """Close a sheet before its hour is over."""
    ReadBackLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    audit.record(by=None, verb="close_sheet", obj=link, fields=["revoked_at"])


@transaction.atomic
def handle_wish(*, wish: Wish, by: User, answer: str) -> Wish:
    """Note what was done about a wish; done twice, the first stands. Raises: PermissionDenied; ValidationError by field."""
    wish = Wish.objects.select_for_update(of=("self",)).select_related("person").get(pk=wish.pk)
    if not can_write_person(by, wish.team_id):
        raise PermissionDenied
    if wish.handled_at is None:
        if not answer.strip():
            raise ValidationError({"answer": _("Say in a few words what was done.")})
        wish.handled_at, wish.handled_by, wish.answer = timezone.now(), by, answer.strip()
        wish.full_clean()
        wish.save(update_fields=["handled_at", "handled_by", "answer"])
        audit.record(by=by, verb="handle_wish", obj=wish, fields=["answer", "handled_at"])
    return wish
