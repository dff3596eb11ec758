"""Views for sending and accepting invitations."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from communities.actions.accounts import audit_sign_in
from communities.actions.members import accept_invitation, invite_member, renew_invitation, withdraw_invitation
from communities.browsers import remember_browser
from communities.forms.teams import InvitationForm, JoinForm
from communities.links import read_invitation_token
from communities.middleware import SESSION_KEY
from communities.models import Invitation, Role, User
from communities.rules import can_invite_member
from communities.tasks import send_invitation
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _send(request: HttpRequest, invitation: Invitation) -> None:
    """Send the link after the response; the team page shows whether it was sent."""
    send_invitation.enqueue(invitation.pk, request.user.pk, request.build_absolute_uri("/"))
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})


@require_safe_or_post
@require_team
def invitation_create(request: HttpRequest) -> HttpResponse:
    """Invite somebody into the team."""
    if not can_invite_member(request.user, request.team):
        raise PermissionDenied
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        was_saved = form.was_saved
        invitation = save(request, form, invite_member, team=request.team, by=request.user, **form.cleaned_data)
        if invitation:
            if not was_saved:
                _send(request, invitation)
            return redirect("communities:team-detail")
    return render(request, "communities/invitation_form.html", {"form": form})


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    """Return an invitation of the user's team. Raises: PermissionDenied."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    if not can_invite_member(request.user, invitation.team):
        raise PermissionDenied
    return invitation


@require_POST
def invitation_send_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again; links sent earlier stop working."""
    invitation = _invitation(request, pk)
    if run_action(request, renew_invitation, invitation=invitation, by=request.user):
        # The link in the message names the new end.
        invitation.refresh_from_db()
        _send(request, invitation)
    return redirect("communities:team-detail")


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = _invitation(request, pk)
    if run_action(request, withdraw_invitation, invitation=invitation, by=request.user):
        words = _("The invitation to %(name)s has been withdrawn.") % {"name": invitation.name}
        tell_with_undo(request, words, invitation)
    return redirect("communities:team-detail")


def _closed(invitation: Invitation | None, stamp: str) -> str:
    """Return why a link does not work ("unknown", "used", "withdrawn", "replaced" or "expired"), or ""."""
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
    said = read_invitation_token(token)
    if said is None:
        return None, "unknown"
    pk, stamp = said
    invitation = Invitation.objects.filter(pk=pk).select_related("team", "invited_by").first()
    return invitation, _closed(invitation, stamp)


@login_not_required
@never_cache
@require_safe_or_post
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: new users enter name and password; those with an account sign in and press a button.

    GET changes nothing, because mail programs open links too.
    """
    invitation, reason = _read(token)
    if reason:
        status = 404 if reason == "unknown" else 410
        return render(request, "communities/invitation_closed.html", {"reason": reason}, status=status)
    if request.user.is_authenticated and request.user.email != invitation.email.lower():
        return render(request, "communities/invitation_other.html", {"invitation": invitation}, status=403)
    holder = User.objects.filter(email=invitation.email.lower()).first()
    if holder:
        return _join_with_account(request, invitation, holder)
    form = JoinForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        return _join_as_new(request, invitation, form)
    return _show(request, invitation, form=form)


def _show(request: HttpRequest, invitation: Invitation, **more: object) -> HttpResponse:
    sign_in = f"{reverse('communities:sign-in')}?{urlencode({'next': request.path}, safe='/')}"
    roles = [Role(role).label for role in invitation.roles]
    context = {"invitation": invitation, "form": None, "error": "", "roles": roles, "sign_in": sign_in, **more}
    return render(request, "communities/invitation_accept.html", context)


def _join_with_account(request: HttpRequest, invitation: Invitation, holder: User) -> HttpResponse:
    """Join with the account of the invited address; its owner must sign in, because others may have the link."""
    if not holder.is_active:
        return _show(request, invitation, error=_("This account is closed. Ask an administrator to reopen it."))
    if request.method != "POST":
        return _show(request, invitation)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    try:
        accept_invitation(invitation=invitation, by=request.user)
    except ValidationError as error:
        return _show(request, invitation, error=" ".join(error.messages))
    return _welcome(request, invitation)


def _join_as_new(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
    """Create an account, join the team and sign in."""
    name, password = form.cleaned_data["name"], form.cleaned_data["password1"]
    try:
        user = accept_invitation(invitation=invitation, name=name, password=password)
    except ValidationError as error:
        return _show(request, invitation, form=form, error=" ".join(error.messages))
    login(request, user, backend=BACKEND)
    audit_sign_in(user=user)
    response = _welcome(request, invitation)
    remember_browser(request, response, user.email)
    return response


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    request.session[SESSION_KEY] = invitation.team_id
    messages.success(request, _("Welcome to %(team)s.") % {"team": invitation.team})
    return redirect("today")
