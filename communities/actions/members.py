"""Write invitations and memberships. A team never loses its last manager."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.handover import end_without_role, hand_over_rows
from communities.actions.managers import grant_roles, labels_of, tell_managers, tell_roles, waits
from communities.actions.partners import refuse_removing_self
from communities.actions.saving import check_row
from communities.handover import OWNERS, Choices, held_by, held_listed
from communities.idempotency import idempotent
from communities.models import MONEY_ROLES, Absence, Invitation, Membership, Partner, Role, Team, User
from communities.queries.managers import why_to_stay
from communities.rules import can_add_member, can_change_member, can_hand_over, can_invite_member, require
from communities.undo import Undo, keep_change
from communities.verbs import Verb


@idempotent(Invitation)
@transaction.atomic
def invite_member(
    *, team: Team, email: str, name: str, roles: Iterable[str], by: User, uuid: UUID | None = None
) -> Invitation:
    """Create an invitation for an email address; the caller sends its link. Idempotent by `uuid`.

    Raises: PermissionDenied; ValidationError keyed by field if the person is already in the team or invited.
    """
    require(can_invite_member, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    email, wanted = email.strip().lower(), _checked_roles(roles)
    if Membership.objects.filter(team=team, user__email=email).exists():
        raise ValidationError({"email": _("This person is already in the team. You can change their roles instead.")})
    if Invitation.objects.filter(
        team=team, email__iexact=email, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).exists():
        raise ValidationError({"email": _("This person has already been invited. You can send the invitation again.")})
    invitation = Invitation(
        team=team, email=email, name=name.strip(), roles=wanted, invited_by=by, expires_at=_expiry()
    )
    check_row(invitation)
    invitation.save()
    audit.record(by=by, verb=Verb.INVITE, obj=invitation, fields=["email", "name", "roles"])
    who = {
        "name": invitation.name,
        "email": email,
        "roles": labels_of(wanted),
        "to_confirm": not set(wanted).isdisjoint(MONEY_ROLES),
    }
    tell_managers(team=team, event="invited", about=invitation, by=by, occasion="", **who)
    return invitation


@transaction.atomic
def renew_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Extend an open invitation; links sent earlier stop working. The caller sends the new link.

    Raises: PermissionDenied; ValidationError if it was accepted or withdrawn.
    """
    require(can_invite_member, by, invitation.team_id)
    invitation = _locked_open(invitation)
    invitation.expires_at = max(_expiry(), invitation.expires_at + timedelta(seconds=1))
    invitation.sent_at = invitation.send_failed_at = None
    invitation.save(update_fields=["expires_at", "sent_at", "send_failed_at"])
    audit.record(by=by, verb=Verb.INVITE_AGAIN, obj=invitation, fields=["expires_at"])
    return invitation


@transaction.atomic
def record_invitation_sent(*, invitation: Invitation, is_sent: bool) -> Invitation:
    """Record when an invitation's email was sent, or that it failed, to show it on the team page."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    invitation.sent_at = timezone.now() if is_sent else None
    invitation.send_failed_at = None if is_sent else timezone.now()
    invitation.save(update_fields=["sent_at", "send_failed_at"])
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Close an invitation before it is accepted.

    Raises: PermissionDenied; ValidationError if it was already accepted or withdrawn.
    """
    require(can_invite_member, by, invitation.team_id)
    invitation = _locked_open(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record(by=by, verb=Verb.WITHDRAW_INVITATION, obj=invitation, fields=["withdrawn_at"])
    keep_change(invitation, by=by, verb=Verb.WITHDRAW_INVITATION, before={"withdrawn_at": None}, managers_only=True)
    return invitation


@transaction.atomic
def accept_invitation(
    *,
    invitation: Invitation,
    by: User | None = None,
    name: str = "",
    password: str = "",  # noqa: S107 - none given
) -> User:
    """Add the invited person to the team, once; create an account if the address has none.

    by: the signed-in user. If the address has an account, only its owner can accept. Name and password are for a new account.
    Raises: ValidationError if the invitation is no longer open, the account is closed or its owner is not signed in
    (code "sign_in"), or the password is too weak (keyed "password").
    """
    invitation = _locked_open(invitation)
    if invitation.expires_at <= timezone.now():
        raise ValidationError(_("This invitation has expired. Ask the team to send it again."), code="expired")
    known = User.objects.filter(email=invitation.email.lower()).first()
    user = known or _new_user(invitation, name=name, password=password)
    if not user.is_active:
        raise ValidationError(_("This account is closed. Ask an administrator to reopen it."), code="closed")
    if known and known != by:
        raise ValidationError(_("There is already an account with this address. Sign in, then join."), code="sign_in")
    Team.objects.select_for_update(no_key=True).get(pk=invitation.team_id)
    grant_roles(team=invitation.team, user=user, roles=invitation.roles, by=invitation.invited_by)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(by=user, verb=Verb.ACCEPT, obj=invitation, fields=["accepted_at"])
    who = {
        "name": user.name,
        "email": user.email,
        "roles": labels_of(invitation.roles),
        "inviter": invitation.invited_by,
    }
    who["to_confirm"] = waits(invitation.team, user)
    tell_managers(team=invitation.team, event="joined", about=invitation, by=user, occasion="", **who)
    return user


@transaction.atomic
def add_member(*, team: Team, user: User, roles: Iterable[str], by: User | None) -> User:
    """Add a user to a team without an invitation, or give a member more roles.

    Raises: PermissionDenied; ValidationError keyed "roles" for no role or an unknown role.
    """
    require(can_add_member, by, team)
    wanted = set(_checked_roles(roles))
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    held = set(Membership.objects.filter(team=team, user=user).values_list("role", flat=True))
    grant_roles(team=team, user=user, roles=sorted(wanted - held), by=by)
    if wanted - held:
        audit.record(by=by, verb=Verb.CHANGE_ROLES if held else Verb.ADD_MEMBER, obj=user, fields=["roles"], team=team)
        tell_roles(team=team, user=user, by=by)
    return user


@transaction.atomic
def change_member_roles(*, team: Team, user: User, roles: Iterable[str], by: User | None) -> User:
    """Set a member's roles to exactly these.

    What only a role that they lose allowed them to have, such as addresses of releases, ends.
    Raises: PermissionDenied; ValidationError keyed "roles" for no role, for somebody outside the team, or the last manager.
    """
    require(can_change_member, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    wanted = set(_checked_roles(roles))
    held = {membership.role for membership in _held(team, user)}
    if not held:
        raise ValidationError({"roles": _("This person has left the team. You can invite them again.")})
    if Role.MANAGER in held - wanted:
        keep_a_manager(team=team, leaving=user, field="roles")
    if wanted.isdisjoint(OWNERS):
        refuse_leaving_things(team=team, user=user, field="roles")
    undo = Undo(user, by=by, verb=Verb.CHANGE_ROLES, team=team, managers_only=True)
    undo.delete(Membership.objects.filter(team=team, user=user, role__in=held - wanted))
    undo.added(Membership, grant_roles(team=team, user=user, roles=sorted(wanted - held), by=by))
    end_without_role(team=team, user=user, held=held, wanted=wanted, by=by, undo=undo)
    if wanted != held:
        audit.record(by=by, verb=Verb.CHANGE_ROLES, obj=user, fields=["roles"], team=team)
        tell_roles(team=team, user=user, by=by)
    undo.keep()
    return user


@transaction.atomic
def hand_over(*, team: Team, user: User, by: User | None, choices: Choices) -> dict[str, dict[str, int]]:
    """Hand on everything that somebody looks after in a team, or close it; return {kind: {name: how many}}.

    Undoing it gives back what is still with whom it was given to. It holds the memberships of everybody concerned, as saving a
    next step does, so that nothing is added meanwhile and nobody who gets something leaves meanwhile.
    Raises: PermissionDenied; ValidationError for what goes to nobody, or to somebody who may not take it on.
    """
    require(can_hand_over, by, team, user)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    _held(team, user)
    for each in {*choices.by_kind.values(), *choices.by_row.values(), *filter(None, [choices.everything])}:
        if each == user or not each.is_active or not {row.role for row in _held(team, each)} & set(OWNERS):
            raise ValidationError(_("Choose someone who adds records for this team."))
    undo = Undo(user, by=by, verb=Verb.HAND_OVER, team=team)
    went = hand_over_rows(team=team, user=user, by=by, choices=choices, undo=undo)
    if went:
        audit.record(by=by, verb=Verb.HAND_OVER, obj=user, fields=[], team=team)
    undo.keep()
    return went


@transaction.atomic
def remove_member(
    *, team: Team, user: User, by: User | None, choices: Choices | None = None
) -> dict[str, dict[str, int]]:
    """End a membership, and return where what they looked after went, as `hand_over` does.

    What the person wrote stays, with their name; they no longer sign for the team's partners.

    choices: who takes on what they looked after. Undoing it gives that back, too, where it is still with whom it was given to.
    Raises: PermissionDenied; ValidationError for the last manager, and when something would be left without an owner.
    """
    require(can_change_member, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    held = _held(team, user)
    if any(membership.role == Role.MANAGER for membership in held):
        keep_a_manager(team=team, leaving=user)
    undo, went = Undo(user, by=by, verb=Verb.REMOVE_MEMBER, team=team, managers_only=True), {}
    if held and choices is not None:
        with undo.gathering():
            went = hand_over(team=team, user=user, by=by, choices=choices)
    elif held:
        refuse_leaving_things(team=team, user=user)
    ended = undo.delete(Membership.objects.filter(team=team, user=user))
    undo.delete(Absence.objects.filter(Q(user=user) | Q(stand_in=user), team=team))
    for partner in Partner.objects.filter(team=team, signatories=user):
        if by is not None and by.pk != user.pk:
            refuse_removing_self(by=by, signing=[user], wanted=[])
        undo.delete(Partner.signatories.through.objects.filter(partner=partner, user=user))
        audit.record(by=by, verb=Verb.UPDATE, obj=partner, fields=["signatories"])
    if ended:
        audit.record(by=by, verb=Verb.REMOVE_MEMBER, obj=user, fields=["roles"], team=team)
        now = timezone.now().isoformat()
        tell_managers(team=team, event="removed", about=user, by=by, occasion=now, name=user.name)
    undo.keep()
    return went


@transaction.atomic
def remove_role(*, team: Team, user: User, role: str, by: User | None) -> User:
    """Remove a role from a member; removing the last role ends the membership. Does nothing if they lack the role.

    Raises: PermissionDenied; ValidationError for the last manager.
    """
    require(can_change_member, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    held = set(Membership.objects.filter(team=team, user=user).values_list("role", flat=True))
    if role not in held:
        return user
    if held == {role}:
        remove_member(team=team, user=user, by=by)
        return user
    return change_member_roles(team=team, user=user, roles=held - {role}, by=by)


def _held(team: Team, user: User) -> list[Membership]:
    """Return the memberships of a user in a team, locked: whoever saves something for them holds the same rows."""
    return list(Membership.objects.select_for_update(of=("self",)).filter(team=team, user=user).order_by("pk"))


def refuse_leaving_things(*, team: Team, user: User, field: str | None = None) -> None:
    """Raise ValidationError, with the code "looks_after", while somebody still looks after something in a team."""
    if not (left := held_by(user, team)):
        return
    words = _("%(name)s still looks after %(things)s. Hand these over first, on the page of the member in Team.") % {
        "name": user,
        "things": held_listed(left),
    }
    raise ValidationError({field: words} if field else words, code="looks_after")


def _expiry():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _checked_roles(roles: Iterable[str]) -> list[str]:
    """Return the roles without duplicates, in their defined order. Raises: ValidationError keyed "roles"."""
    given = {str(role) for role in roles}
    if not given or given - set(Role.values):
        raise ValidationError({"roles": _("Choose at least one role.")})
    return [role for role in Role.values if role in given]


def _locked_open(invitation: Invitation) -> Invitation:
    """Return the current invitation, locked. Raises: ValidationError if it is closed."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.accepted_at:
        raise ValidationError(_("This invitation has already been used."), code="used")
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
    check_row(user, exclude=["password"], validate_unique=False)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError(
            _("An account with this address was created a moment ago. Open the link again.")
        ) from error
    audit.record(by=user, verb=Verb.CREATE, obj=user, fields=["email", "name", "password"], team=invitation.team)
    return user


def keep_a_manager(*, team: Team, leaving: User, field: str | None = None) -> None:
    """Refuse to leave a team without an active manager, or without a confirmed one if it has one.

    The caller locks the team's row, so that two cannot leave at once.
    Raises: ValidationError with the code "last_manager", keyed by `field` if it is given.
    """
    if words := why_to_stay(team, leaving):
        raise ValidationError({field: words} if field else words, code="last_manager")
