"""Inviting somebody into the team, and the link they open."""

import logging
from smtplib import SMTPException

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from communities.actions.members import accept_invitation, invite_member, renew_invitation, withdraw_invitation
from communities.forms.teams import InvitationForm, JoinForm
from communities.middleware import SESSION_KEY
from communities.models import Invitation, Role, User
from communities.rules import can_invite_member
from communities.views import require_team

logger = logging.getLogger(__name__)
SALT = "kith.invitation"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def invitation_token(invitation: Invitation) -> str:
    """Return the signed part of the link; sending again changes it, so only the newest link works."""
    return signing.dumps([invitation.pk, invitation.expires_at.isoformat()], salt=SALT)


def _send(request: HttpRequest, invitation: Invitation) -> None:
    """Send the link and say so; say so too when the post does not go out, for then nothing is lost."""
    link = request.build_absolute_uri(reverse("communities:invitation-accept", args=[invitation_token(invitation)]))
    with override(invitation.team.language):
        roles = [str(Role(role).label) for role in invitation.roles]
        context = {"invitation": invitation, "team": invitation.team, "link": link, "roles": roles, "by": request.user}
        subject = _("%(name)s invites you to %(team)s on Kith") % {"name": request.user, "team": invitation.team}
        words = render_to_string("communities/email/invitation.txt", context)
    try:
        EmailMessage(subject=" ".join(subject.split()), body=words, to=[invitation.email]).send()
    except (SMTPException, OSError):
        logger.exception("An invitation could not be sent.")
        messages.error(
            request, _("The invitation is kept, but the e-mail could not be sent. Try “Send again” in a few minutes.")
        )
    else:
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})


@require_http_methods(["GET", "HEAD", "POST"])
@require_team
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite somebody into the team."""
    if not can_invite_member(request.user, request.team):
        raise PermissionDenied
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_member(team=request.team, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _send(request, invitation)
            return redirect("communities:team-detail")
    return render(request, "communities/invitation_form.html", {"form": form})


def _change(request: HttpRequest, pk: int, action) -> Invitation | None:
    """Do an action to an invitation of one's team; None after saying why it cannot be done."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    if not can_invite_member(request.user, invitation.team):
        raise PermissionDenied
    try:
        return action(invitation=invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None


@require_POST
def invitation_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation once more; links sent before stop working."""
    invitation = _change(request, pk, renew_invitation)
    if invitation:
        _send(request, invitation)
    return redirect("communities:team-detail")


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation, whose link then says so."""
    invitation = _change(request, pk, withdraw_invitation)
    if invitation:
        messages.success(request, _("The invitation to %(name)s is withdrawn.") % {"name": invitation.name})
    return redirect("communities:team-detail")


def _closed(invitation: Invitation | None, stamp: str) -> str:
    """Return why a link does not work: "", "unknown", "used", "withdrawn", "replaced" or "expired"."""
    if invitation is None:
        return "unknown"
    if invitation.accepted_at:
        return "used"
    if invitation.withdrawn_at:
        return "withdrawn"
    if invitation.expires_at.isoformat() != stamp:
        return "replaced"
    return "" if invitation.is_open else "expired"


def _read(token: str) -> tuple[Invitation | None, str]:
    try:
        pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, "unknown"
    invitation = Invitation.objects.filter(pk=pk).select_related("team", "invited_by").first()
    return invitation, _closed(invitation, stamp)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Open an invitation: name and password for those new to Kith, one button for those who have an account.

    Looking changes nothing, because mail programs look at links too.
    """
    invitation, reason = _read(token)
    if reason:
        status = 404 if reason == "unknown" else 410
        return render(request, "communities/invitation_closed.html", {"reason": reason}, status=status)
    if request.user.is_authenticated and request.user.email != invitation.email.lower():
        return render(request, "communities/invitation_other.html", {"invitation": invitation}, status=403)
    known = User.objects.filter(email=invitation.email.lower()).exists()
    form = None if known else JoinForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and (known or form.is_valid()):
        return _accept(request, invitation, form)
    return _show(request, invitation, form)


def _show(request: HttpRequest, invitation: Invitation, form: JoinForm | None, error: str = "") -> HttpResponse:
    context = {
        "invitation": invitation,
        "form": form,
        "error": error,
        "roles": [Role(role).label for role in invitation.roles],
    }
    return render(request, "communities/invitation_accept.html", context)


def _accept(request: HttpRequest, invitation: Invitation, form: JoinForm | None) -> HttpResponse:
    """Join, then go on: new people are signed in, known ones sign in with the password they have."""
    values = {"name": form.cleaned_data["name"], "password": form.cleaned_data["password1"]} if form else {}
    try:
        user = accept_invitation(invitation=invitation, **values)
    except ValidationError as error:
        return _show(request, invitation, form, error=" ".join(error.messages))
    if form:
        login(request, user, backend=BACKEND)
    if request.user.is_authenticated:
        request.session[SESSION_KEY] = invitation.team_id
    messages.success(request, _("Welcome to %(team)s.") % {"team": invitation.team})
    return redirect("today")
