"""Write user accounts, for administrators. Kith never loses its last administrator, nor a team its last manager."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.members import keep_a_manager
from communities.actions.saving import check_row
from communities.idempotency import idempotent
from communities.models import MONEY_ROLES, Membership, Role, Team, User
from communities.queries.mailboxes import second_account_of
from communities.rules import can_manage_users, require
from communities.undo import keep_change
from communities.verbs import Verb

#: The fields that an administrator changes; closing accounts and making administrators are separate actions.
USER_FIELDS = ("email", "name")


@idempotent(User)
@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    by: User | None,
    password: str | None = None,
    is_administrator: bool = False,
    uuid: UUID | None = None,
) -> User:
    """Add an account. Without a password, its owner signs in after a reset or an invitation. Idempotent by `uuid`.

    The password must be validated. Raises: PermissionDenied; ValidationError keyed by field.
    """
    require(can_manage_users, by)
    user = User(
        email=email.strip().lower(), name=name.strip(), is_superuser=is_administrator, is_staff=is_administrator
    )
    user.set_password(password)
    check_row(user, exclude=["password"])
    _refuse_second_account(user, field="email")
    user.save()
    fields = ["email", "name", *(["password"] if password else []), *(["is_superuser"] if is_administrator else [])]
    audit.record(by=by, verb=Verb.CREATE, obj=user, fields=fields)
    return user


@transaction.atomic
def update_user(*, user: User, by: User | None, **values: str) -> User:
    """Change an account; `values` are some of USER_FIELDS.

    Raises: PermissionDenied; ValidationError keyed by field, also for the mailbox of another account if both decide on money.
    """
    require(can_manage_users, by)
    if unknown := set(values) - set(USER_FIELDS):
        raise TypeError(f"Not fields of an account that are typed: {sorted(unknown)}")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if "email" in values:
        values["email"] = values["email"].strip().lower()
    changed = [name for name, value in values.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, values[name])
    if changed:
        check_row(user, exclude=["password"])
        if "email" in changed:
            _refuse_second_account(user, field="email")
        user.save(update_fields=changed)
        audit.record(by=by, verb=Verb.UPDATE, obj=user, fields=changed)
    return user


@transaction.atomic
def set_administrator(*, user: User, is_administrator: bool, by: User | None) -> User:
    """Make a user an administrator, or remove that right.

    Raises: PermissionDenied; ValidationError keyed "is_superuser" for the last active administrator, and for a second account
    of somebody who decides on money.
    """
    require(can_manage_users, by)
    _hold_teams_and_administrators(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_superuser == is_administrator:
        return user
    if not is_administrator:
        _keep_an_administrator(user, field="is_superuser")
    user.is_superuser = user.is_staff = is_administrator
    if is_administrator:
        _refuse_second_account(user, field="is_superuser")
    user.save(update_fields=["is_superuser", "is_staff"])
    verb = Verb.NAME_ADMINISTRATOR if is_administrator else Verb.STOP_ADMINISTERING
    audit.record(by=by, verb=verb, obj=user, fields=["is_superuser"])
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: User | None) -> User:
    """Close an account and end its sessions; what its owner wrote stays, with their name. Idempotent.

    Raises: PermissionDenied; ValidationError keyed "is_active" for the last active administrator or
    the last active manager of a team.
    """
    require(can_manage_users, by)
    _hold_teams_and_administrators(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_active:
        return user
    _keep_an_administrator(user, field="is_active")
    for team in Team.objects.filter(memberships__user=user, memberships__role=Role.MANAGER).order_by("pk"):
        keep_a_manager(team=team, leaving=user, field="is_active")
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by=by, verb=Verb.CLOSE_ACCOUNT, obj=user, fields=["is_active"])
    keep_change(user, by=by, verb=Verb.CLOSE_ACCOUNT, before={"is_active": True}, managers_only=True)
    return user


@transaction.atomic
def activate_user(*, user: User, by: User | None) -> User:
    """Reopen a closed account.

    Raises: PermissionDenied; ValidationError keyed "is_active" for a second account of somebody who decides on money.
    """
    require(can_manage_users, by)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_active:
        user.is_active = True
        _refuse_second_account(user, field="is_active")
        user.save(update_fields=["is_active"])
        audit.record(by=by, verb=Verb.OPEN_ACCOUNT, obj=user, fields=["is_active"])
    return user


def _refuse_second_account(user: User, *, field: str) -> None:
    """Raise ValidationError keyed by `field` if somebody who decides on money or pays would do so from two accounts."""
    decides = user.is_superuser or Membership.objects.filter(user=user.pk, role__in=MONEY_ROLES).exists()
    twin = second_account_of(user) if decides else None
    if twin:
        words = _(
            "This account would have the same mailbox as %(name)s, so it cannot be a second person. Use another one."
        )
        raise ValidationError({field: words % {"name": twin.name}}, code="mailbox")


def _hold_teams_and_administrators(user: User) -> None:
    """Lock every team, then `user` and every administrator, in the order of their primary keys.

    Every action that removes a manager locks the team, so nobody can stop being a manager meanwhile; and if two
    administrators demote each other, the second sees that the first has lost the right. `user` is locked in
    the same order: PostgreSQL keeps a row locked even if, after waiting, it no longer matches the filter.
    """
    list(Team.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    held = User.objects.select_for_update(no_key=True).filter(Q(is_superuser=True) | Q(pk=user.pk))
    list(held.order_by("pk").values_list("pk"))


def _keep_an_administrator(leaving: User, *, field: str) -> None:
    """Raise ValidationError keyed by `field` if nobody else is an active administrator."""
    if not (leaving.is_superuser and leaving.is_active):
        return
    if not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=leaving.pk).exists():
        words = _("This is the last administrator. Make somebody else an administrator first.")
        raise ValidationError({field: words}, code="last_administrator")
