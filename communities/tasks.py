"""Background tasks: email, and work whose duration must not reveal whether an account exists."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.tasks import task
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.actions.accounts import audit_failed_sign_in
from communities.actions.members import record_invitation_sent
from communities.links import invitation_link, reset_link
from communities.models import Invitation, Role, User

logger = logging.getLogger(__name__)


@task(backend="soon")
def send_reset(email: str, origin: str) -> None:
    """Send a password reset link to the user with this address, if there is one."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or not user.has_usable_password():
        return
    context = {"user": user, "link": reset_link(user, origin=origin)}
    subject = render_to_string("communities/email/password_reset_subject.txt", context)
    words = render_to_string("communities/email/password_reset.txt", context)
    if not _send(subject, words, user.email):
        logger.error("A password reset link could not be sent to user %s.", user.pk)


@task(backend="soon")
def send_invitation(invitation_id: int, by_id: int, origin: str) -> None:
    """Send an invitation's link, and record whether the email was sent."""
    invitation = Invitation.objects.filter(pk=invitation_id).select_related("team").first()
    by = User.objects.filter(pk=by_id).first()
    if invitation is None or by is None or not invitation.is_open:
        return
    with override(invitation.team.language):
        context = {
            "invitation": invitation,
            "team": invitation.team,
            "link": invitation_link(invitation, origin=origin),
            "roles": [str(Role(role).label) for role in invitation.roles],
            "by": by,
        }
        subject = _("%(name)s has invited you to join %(team)s on Kith") % {"name": by, "team": invitation.team}
        words = render_to_string("communities/email/invitation.txt", context)
    is_sent = _send(subject, words, invitation.email)
    if not is_sent:
        logger.error("Invitation %s could not be sent.", invitation.pk)
    record_invitation_sent(invitation=invitation, is_sent=is_sent)


@task(backend="soon")
def audit_failed_sign_in_later(email: str) -> None:
    """Audit that a wrong password was tried, if the address has an account."""
    audit_failed_sign_in(email=email)


def _send(subject: str, words: str, address: str) -> bool:
    """Send a message and return whether the mail server accepted it. Line breaks in the subject are removed."""
    try:
        EmailMessage(subject=" ".join(subject.split()), body=words, to=[address]).send()
    except (SMTPException, OSError):
        logger.exception("The mail server refused a message.")
        return False
    return True
