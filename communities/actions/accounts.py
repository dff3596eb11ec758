"""Write a person's own account, and audit how it is used."""

from django.db import transaction

from communities import audit
from communities.actions.attempts import clear_all_attempts, clear_attempts_of
from communities.models import Team, User
from communities.verbs import Verb


@transaction.atomic
def change_password(*, user: User, password: str, by: User | None = None) -> User:
    """Set a validated password; this ends the user's other sessions."""
    _set_password(user, password)
    _note(user, verb=Verb.CHANGE_PASSWORD, by=by or user, fields=["password"])
    return user


@transaction.atomic
def reset_password(*, user: User, password: str) -> User:
    """Set a validated password by a link from an email; this ends all of the user's sessions."""
    _set_password(user, password)
    _note(user, verb=Verb.RESET_PASSWORD, by=user, fields=["password"])
    return user


@transaction.atomic
def audit_sign_in(*, user: User) -> None:
    """Audit that a user signed in."""
    _note(user, verb=Verb.SIGN_IN, by=user)


@transaction.atomic
def audit_sign_out(*, user: User) -> None:
    """Audit that a user signed out."""
    _note(user, verb=Verb.SIGN_OUT, by=user)


@transaction.atomic
def audit_failed_sign_in(*, email: str) -> None:
    """Audit that somebody tried a wrong password for an account; do nothing if the account does not exist.

    The entry has no actor, because nobody knows who it was.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is not None:
        _note(user, verb=Verb.SIGN_IN_FAILED, by=None)


@transaction.atomic
def unlock_account(*, user: User) -> int:
    """Delete all sign-in attempts for an account, and those from the same sources; return how many."""
    forgotten = clear_all_attempts(email=user.email)
    _note(user, verb=Verb.UNLOCK, by=None)
    return forgotten


def _set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    clear_attempts_of(email=user.email)


def _note(user: User, *, verb: Verb, by: User | None, fields: list[str] | None = None) -> None:
    """Add an audit entry in each of the user's teams, so that their managers see it; one without a team otherwise."""
    for team in Team.objects.filter(memberships__user=user).distinct().order_by("pk") or [None]:
        audit.record(by=by, verb=verb, obj=user, fields=fields or (), team=team)
