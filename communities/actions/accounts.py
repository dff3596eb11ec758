"""Writes to a person's own account."""

from django.db import transaction

from communities import audit
from communities.actions.attempts import forget_account
from communities.models import User


@transaction.atomic
def change_password(*, user: User, password: str, by: User | None = None) -> User:
    """Set a password that has been checked; every other session of the person ends with it."""
    user.set_password(password)
    user.save(update_fields=["password"])
    forget_account(email=user.email)
    audit.record(by=by or user, verb="change_password", obj=user, fields=["password"])
    return user
