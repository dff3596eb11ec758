"""Tell the managers and deputies of a team what is proposed about its funds and rounds, and what came of it."""

from django.conf import settings
from django.urls import reverse

from communities.models import Role, User
from communities.outbox.actions import write_message
from communities.outbox.recipients import Recipient
from sparks import proposals
from sparks.models import Fund, FundProposal, Round


def tell_of_proposal(proposal: FundProposal, kind: str, *, by: User) -> None:
    """Write to every manager and deputy of the team, except whoever did it, what is proposed or what came of it."""
    about = proposal.round or proposal.fund
    context = {
        "title": str(about),
        "address": f"{settings.SITE_URL}{_page(about)}",
        "by": by,
        "who": proposal.proposed_by,
        "what": proposals.sentence(proposal),
        "reason": proposal.reason,
        "outcome": proposal.outcome,
    }
    members = User.objects.filter(
        memberships__team=proposal.team_id, memberships__role__in=(Role.MANAGER, Role.DEPUTY), is_active=True
    )
    for user in members.distinct().order_by("pk"):
        if user != by:
            write_message(
                kind=kind,
                team=proposal.team,
                about=about,
                to=Recipient(user=user),
                by=by,
                occasion=f"{proposal.uuid} {proposal.outcome}",
                context=context,
            )


def _page(about: Fund | Round) -> str:
    return reverse("sparks:round-detail" if isinstance(about, Round) else "sparks:fund-detail", args=[about.pk])
