"""How the admin and imports save funds. Rounds, sparks and money have pages of their own."""

from uuid import UUID

from communities.doors import Door
from communities.models import User
from sparks.actions.funds import create_fund, update_fund
from sparks.actions.removing import delete_fund
from sparks.models import Fund


class FundDoor(Door[Fund]):
    """Funds."""

    model = Fund

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Fund:
        """Create a fund."""
        return create_fund(by=by, uuid=uuid, **values)

    def update(self, *, row: Fund, by: User, values: dict) -> Fund:
        """Update a fund."""
        return update_fund(fund=row, by=by, **values)

    def delete(self, *, row: Fund, by: User) -> None:
        """Delete a fund without rounds."""
        delete_fund(fund=row, by=by)
