"""The link that opens a resident's own sheet, and what they do on it."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.actions.consent import record_consents, request_erasure, tell_person
from connectors.actions.current_record import locked_person
from connectors.actions.people import update_person
from connectors.models import ConsentHow, Person, Purpose, ReadBackLink, Wish, WishKind
from connectors.queries.readback import can_be_opened
from connectors.rules.consent import LINK_DAYS
from connectors.rules.people import can_write_person

#: Fields that residents change themselves; they ask for other changes.
OWN_FIELDS = ("known_as", "street", "phone", "email", "contact_preference")
#: Enough open wishes for one sheet.
MOST_WISHES = 10


def digest_of(secret: str) -> str:
    """Return the digest of a link's secret, which is what the database stores."""
    return hashlib.sha256(secret.encode()).hexdigest()


@idempotent(ReadBackLink)
@transaction.atomic
def make_link(*, person: Person, by: User, uuid: UUID | None = None) -> ReadBackLink:
    """Return a new link to a resident's sheet, with its `secret` (256 random bits), which is stored nowhere and shown once.

    Earlier links that nobody opened stop working. The same UUID sent twice makes one link, which has no secret the second time.
    Raises: PermissionDenied.
    """
    require(can_write_person, by, person.team_id)
    person = locked_person(person)
    now, secret = timezone.now(), secrets.token_urlsafe(32)
    ReadBackLink.objects.filter(person=person, opened_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    link = ReadBackLink.objects.create(
        person=person, digest=digest_of(secret), made_by=by, made_at=now, expires_at=now + timedelta(days=LINK_DAYS)
    )
    audit.record(by=by, verb=Verb.MAKE_LINK, obj=link, fields=["expires_at"])
    link.secret = secret
    return link


@transaction.atomic
def open_link(*, secret: str) -> ReadBackLink | None:
    """Open a sheet with its secret, once; None for a secret that is wrong, expired, used or revoked.

    The sheet starts with the team's notice (its opening; the rest is further down), so a resident who opens it counts
    as told.
    """
    # Lock the resident first, in the order in which making a link and erasing lock them; the other order could
    # deadlock.
    found = ReadBackLink.objects.filter(digest=digest_of(secret)).select_related("person").first()
    if found is None or found.person.erased_on:
        return None
    locked_person(found.person)
    link = ReadBackLink.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not can_be_opened(link.digest):
        return None
    link.opened_at = timezone.now()
    link.save(update_fields=["opened_at"])
    audit.record(by=None, verb=Verb.OPEN_SHEET, obj=link, fields=["opened_at"])
    tell_person(person=link.person, by=None)
    return link


@transaction.atomic
def correct_own_details(*, link: ReadBackLink, **values: str) -> Person:
    """Save what a resident changed about themselves, at once; `values` are some of `OWN_FIELDS`.

    Raises: ValidationError keyed by field.
    """
    changed = {name: values[name] for name in OWN_FIELDS if name in values}
    person = locked_person(link.person)
    changed = {name: value for name, value in changed.items() if getattr(person, name) != value}
    if changed:
        person = update_person(person=person, by=None, **changed)
        audit.record(by=None, verb=Verb.CORRECT_ON_SHEET, obj=link, fields=changed)
    return person


@transaction.atomic
def answer_on_sheet(*, link: ReadBackLink, answers: dict[str, bool]) -> list[str]:
    """Record a resident's own yes or no to each purpose; return what was done at once, a sentence each.

    Raises: ValidationError.
    """
    person = locked_person(link.person)
    rows = record_consents(person=person, by=None, answers=answers, how=ConsentHow.SHEET)
    if rows:
        audit.record(by=None, verb=Verb.ANSWER_ON_SHEET, obj=link, fields=[row.purpose for row in rows])
    return [words for row in rows for words in row.effects]


@idempotent(Wish)
@transaction.atomic
def wish_on_sheet(*, link: ReadBackLink, kind: str, words: str = "", uuid: UUID | None = None) -> Wish:
    """Record what a resident asks for on their sheet, for a builder to do within a month.

    `uuid` is the page's idempotency key. A wish to be erased is also a refusal of being remembered. Raises:
    ValidationError keyed `words`.
    """
    person = locked_person(link.person)
    words = readable(words)
    if kind == WishKind.ERASE:
        record_consents(person=person, by=None, answers={Purpose.REMEMBER: False}, how=ConsentHow.SHEET)
        wish = request_erasure(person=person, by=None, words=words)
    else:
        if not words:
            raise ValidationError({"words": _("Tell us what to correct.")})
        if Wish.objects.filter(person=person, handled_at__isnull=True).count() >= MOST_WISHES:
            raise ValidationError({"words": _("You have asked for several things already. We will come and talk.")})
        wish = Wish(person=person, kind=WishKind.CORRECT, words=words, uuid=uuid or uuid4())
        check_row(wish)
        wish.save(force_insert=True)
        audit.record(by=None, verb=Verb.WISH, obj=wish, fields=["kind", "words"])
    audit.record(by=None, verb=Verb.WISH_ON_SHEET, obj=link, fields=["kind"])
    return wish


@transaction.atomic
def close_sheet(*, link: ReadBackLink) -> None:
    """Close a sheet before its hour is over."""
    ReadBackLink.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
    audit.record(by=None, verb=Verb.CLOSE_SHEET, obj=link, fields=["revoked_at"])


@transaction.atomic
def handle_wish(*, wish: Wish, by: User, answer: str) -> Wish:
    """Record what was done about a wish; a second call changes nothing.

    Raises: PermissionDenied; ValidationError by field.
    """
    require(can_write_person, by, wish.team_id)
    wish = Wish.objects.select_for_update(of=("self",)).select_related("person").get(pk=wish.pk)
    if wish.handled_at is None:
        if not readable(answer):
            raise ValidationError({"answer": _("Say in a few words what was done.")})
        wish.handled_at, wish.handled_by, wish.answer = timezone.now(), by, readable(answer)
        check_row(wish)
        wish.save(update_fields=["handled_at", "handled_by", "answer"])
        audit.record(by=by, verb=Verb.HANDLE_WISH, obj=wish, fields=["answer", "handled_at"])
    return wish
