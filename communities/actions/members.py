"""Writes to who works in a team: invitations, roles, leaving. A team never loses its last manager."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Invitation, Membership, Partner, Role, Team, User


@transaction.atomic
def invite_member(*, team: Team, email: str, name: str, roles: Iterable[str], by: User) -> Invitation:
    """Open an invitation for an e-mail address; the caller sends its link.

    Raises: ValidationError keyed by field when the person is already in the team or already invited.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    email, wanted = email.strip().lower(), _checked_roles(roles)
    if Membership.objects.filter(team=team, user__email=email).exists():
        raise ValidationError({"email": _("This person is already in the team. Change their roles instead.")})
    if Invitation.objects.filter(
        team=team, email__iexact=email, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).exists():
        raise ValidationError({"email": _("This person is already invited. You can send the invitation again.")})
    invitation = Invitation(
        team=team, email=email, name=name.strip(), roles=wanted, invited_by=by, expires_at=_expiry()
    )
    invitation.full_clean()
    invitation.save()
    audit.record(by=by, verb="invite", obj=invitation, fields=["email", "name", "roles"])
    return invitation


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Start the days of an open invitation again; links sent earlier stop working. The caller sends the new one.

    Raises: ValidationError when it was accepted or withdrawn.
    """
    invitation = _locked_open(invitation)
    invitation.expires_at = max(_expiry(), invitation.expires_at + timedelta(seconds=1))
    invitation.save(update_fields=["expires_at"])
    audit.record(by=by, verb="invite_again", obj=invitation, fields=["expires_at"])
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Close an invitation before it is accepted. Raises: ValidationError when it already was, or was withdrawn."""
    invitation = _locked_open(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(by=by, verb="withdraw", obj=invitation, fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str = "", password: str = "") -> User:  # noqa: S107 - none given
    """Let the person invited into the team, once; their account is made when the address has none.

    Name and password are for a new account only. Raises: ValidationError when the invitation is not open any more, the
    account is closed, or the password is too weak (keyed "password").
    """
    invitation = _locked_open(invitation)
    if invitation.expires_at <= timezone.now():
        raise ValidationError(_("This invitation is too old. Ask the team to send it again."), code="expired")
    user = User.objects.filter(email=invitation.email.lower()).first() or _new_user(
        invitation, name=name, password=password
    )
    if not user.is_active:
        raise ValidationError(_("This account is closed. Ask an administrator to open it."), code="closed")
    for role in invitation.roles:
        Membership.objects.get_or_create(user=user, team=invitation.team, role=role)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(by=user, verb="accept", obj=invitation, fields=["accepted_at"])
    return user


@transaction.atomic
def change_member_roles(*, team: Team, user: User, roles: Iterable[str], by: User) -> User:
    """Give a member exactly these roles. Raises: ValidationError keyed "roles" for none, or for the last manager."""
    Team.objects.select_for_update().get(pk=team.pk)
    wanted = set(_checked_roles(roles))
    held = set(Membership.objects.filter(team=team, user=user).values_list("role", flat=True))
    if not held:
        raise ValidationError({"roles": _("This person is not in the team any more. Invite them.")})
    if Role.MANAGER in held - wanted:
        _keep_a_manager(team, user, field="roles")
    Membership.objects.filter(team=team, user=user, role__in=held - wanted).delete()
    for role in sorted(wanted - held):
        Membership.objects.create(team=team, user=user, role=role)
    if wanted != held:
        audit.record(by=by, verb="change_roles", obj=user, fields=["roles"], team=team)
    return user


@transaction.atomic
def remove_member(*, team: Team, user: User, by: User) -> User:
    """End a membership; what the person wrote stays, with their name. They stop signing for the team's partners.

    Raises: ValidationError for the last manager.
    """
    Team.objects.select_for_update().get(pk=team.pk)
    if Membership.objects.filter(team=team, user=user, role=Role.MANAGER).exists():
        _keep_a_manager(team, user)
    ended, _by_model = Membership.objects.filter(team=team, user=user).delete()
    for partner in Partner.objects.filter(team=team, signatories=user):
        partner.signatories.remove(user)
        audit.record(by=by, verb="update", obj=partner, fields=["signatories"])
    if ended:
        audit.record(by=by, verb="remove", obj=user, fields=["roles"], team=team)
    return user


def _expiry():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _checked_roles(roles: Iterable[str]) -> list[str]:
    """Return known roles once each, in their own order. Raises: ValidationError keyed "roles"."""
    given = {str(role) for role in roles}
    if not given or given - set(Role.values):
        raise ValidationError({"roles": _("Choose at least one role.")})
    return [role for role in Role.values if role in given]


def _locked_open(invitation: Invitation) -> Invitation:
    """Return the invitation locked, as it is now. Raises: ValidationError when it is closed."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise ValidationError(_("This invitation has been used."), code="used")
    if invitation.withdrawn_at:
        raise ValidationError(_("This invitation was withdrawn."), code="withdrawn")
    return invitation


def _new_user(invitation: Invitation, *, name: str, password: str) -> User:
    user = User(email=invitation.email.lower(), name=(name or invitation.name).strip())
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    user.set_password(password)
    user.full_clean(exclude=["password"], validate_unique=False)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError(_("An account was made for this address just now. Open the link again.")) from error
    audit.record(by=user, verb="create", obj=user, fields=["email", "name", "password"], team=invitation.team)
    return user


def _keep_a_manager(team: Team, leaving: User, field: str | None = None) -> None:
    others = Membership.objects.filter(team=team, role=Role.MANAGER, user__is_active=True).exclude(user=leaving)
    if not others.exists():
        words = _("This is the team’s last manager. Make somebody else a manager first.")
        raise ValidationError({field: words} if field else words, code="last_manager")
