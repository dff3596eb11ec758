"""Who may open which address of communities."""

from types import SimpleNamespace

from tests.factories.communities import AuditEntryFactory, InvitationFactory, NeighbourhoodFactory, PartnerFactory
from tests.url_table import AdminRow, Page

PAGES: dict[str, Page] = {}

ADMIN = {
    "communities.AuditEntry": AdminRow(managers="read", administrators="read"),
    "communities.Invitation": AdminRow(managers="read", administrators="read"),
    "communities.Membership": AdminRow(managers="read"),
    "communities.Neighbourhood": AdminRow(),
    "communities.Partner": AdminRow(),
    "communities.Team": AdminRow(managers="read change"),
    "communities.User": AdminRow(managers="", administrators="read add change"),
}


def build(world: SimpleNamespace) -> None:
    """Add places, partners and what was done to the world."""
    world.neighbourhood = NeighbourhoodFactory(team=world.team, name="Brook Lane", outlined=True)
    world.partner = PartnerFactory(team=world.team, name="Brookside Trust")
    world.invitation = InvitationFactory(team=world.team, invited_by=world.manager)
    world.audit_entry = AuditEntryFactory(team=world.team, actor=world.manager)
