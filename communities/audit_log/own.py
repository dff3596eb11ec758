"""The names of the records and fields of communities in the audit."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.audit_log.subjects import Reader, Subject
from communities.models import AuditEntry, Invitation, Membership, Message, Neighbourhood, Partner, Team, User


def _people(reader: Reader) -> QuerySet[User]:
    """Return all users, because an entry may name any of them; `is_member` tells who has a page in the team."""
    here = Membership.objects.filter(user=OuterRef("pk"), team=reader.team)
    return User.objects.annotate(is_member=Exists(here))


def _member_page(user: Any, reader: Reader) -> str:
    """Return the URL of the page of one of `_people`."""
    return reverse("communities:member-update", args=[user.pk]) if user.is_member else ""


SUBJECTS = (
    Subject(
        model=User,
        named="%(title)s",
        unnamed=_("a user"),
        counted=ngettext_lazy("%(count)s user", "%(count)s users", "n"),
        rows=_people,
        address=_member_page,
    ),
    Subject(
        model=Team,
        named=_("the team %(title)s"),
        unnamed=_("a team"),
        counted=ngettext_lazy("%(count)s team", "%(count)s teams", "n"),
        address=lambda team, reader: reverse("communities:team-detail") if team == reader.team else "",
        fields={"name": _("the name")},
    ),
    Subject(
        model=Membership,
        named=_("the membership of %(title)s"),
        unnamed=_("a membership"),
        counted=ngettext_lazy("%(count)s membership", "%(count)s memberships", "n"),
        title=lambda membership: str(membership.user),
        related=("user",),
        address=lambda membership, reader: (
            reverse("communities:member-update", args=[membership.user_id])
            if membership.team_id == reader.team.pk
            else ""
        ),
    ),
    Subject(
        model=Invitation,
        named=_("the invitation to %(title)s"),
        unnamed=_("an invitation"),
        counted=ngettext_lazy("%(count)s invitation", "%(count)s invitations", "n"),
        title=lambda invitation: invitation.name or invitation.email,
        address=lambda invitation, reader: reverse("communities:team-detail"),
    ),
    Subject(
        model=Neighbourhood,
        named=_("the neighbourhood %(title)s"),
        unnamed=_("a neighbourhood"),
        counted=ngettext_lazy("%(count)s neighbourhood", "%(count)s neighbourhoods", "n"),
        address=lambda place, reader: reverse("communities:neighbourhood-detail", args=[place.pk]),
    ),
    Subject(
        model=Partner,
        named=_("the partner %(title)s"),
        unnamed=_("a partner"),
        counted=ngettext_lazy("%(count)s partner", "%(count)s partners", "n"),
        address=lambda partner, reader: reverse("communities:partner-update", args=[partner.pk]),
    ),
    Subject(
        model=Message,
        named=_("the message “%(title)s”"),
        unnamed=_("a message"),
        counted=ngettext_lazy("%(count)s message", "%(count)s messages", "n"),
        address=lambda message, reader: reverse("communities:message-detail", args=[message.uuid]),
        fields={
            "state": _("the state"),
            "subject": _("the subject"),
            "body": _("the text"),
            "name": _("the recipient"),
            "channel": _("how it is sent"),
        },
    ),
    Subject(
        model=AuditEntry,
        named=_("the audit entry of %(title)s"),
        unnamed=_("an audit entry"),
        counted=ngettext_lazy("%(count)s audit entry", "%(count)s audit entries", "n"),
        title=lambda entry: "",
    ),
)

#: Names of fields that mean the same in every app.
FIELDS = {
    "calendar": _("the calendar address"),
    "reminder": _("the hour of the daily email"),
    "address": _("the address"),
    "amount_gbp": _("the amount"),
    "approval_limit_gbp": _("the limit for one manager’s approval"),
    "authority": _("the local authority"),
    "boundary": _("the outline"),
    "boundary_story": _("how residents drew it"),
    "code": _("the official code"),
    "email": _("the email address"),
    "ends_on": _("the last day away"),
    "host_organisation": _("the host organisation"),
    "is_active": _("whether they can sign in"),
    "is_fiscal_host": _("whether it can hold money for a group"),
    "is_funder": _("whether it gives money"),
    "is_host": _("whether it hosts builders"),
    "is_introducer": _("whether it introduces people"),
    "is_staff": _("whether they can open the admin"),
    "is_steering_member": _("whether it sits on the steering group"),
    "is_superuser": _("whether they are an administrator"),
    "kind": _("the kind"),
    "language": _("the language"),
    "name": _("the name"),
    "neighbourhood": _("the neighbourhood"),
    "password": _("the password"),
    "phone": _("the phone number"),
    "photo": _("the photo"),
    "photo_alt": _("the photo description"),
    "population": _("how many people live there"),
    "role": _("the role"),
    "roles": _("the roles"),
    "signatories": _("the people who sign for its money"),
    "slug": _("the short name in web addresses"),
    "small_number_threshold": _("the number below which counts of people are hidden"),
    "stand_in": _("the stand-in"),
    "starts_on": _("the first day away"),
    "status": _("the status"),
    "team": _("the team"),
    "teller": _("who tells them in person"),
    "themes": _("what they care about"),
    "user": _("the person"),
    "website": _("the website"),
}
