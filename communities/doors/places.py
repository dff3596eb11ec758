"""Doors of neighbourhoods and partners."""

from collections.abc import Mapping
from uuid import UUID

from communities.actions.boundaries import create_neighbourhood, delete_neighbourhood, update_neighbourhood
from communities.actions.partners import create_partner, delete_partner, refuse_removing_self, update_partner
from communities.doors.base import Door, by_field
from communities.models import Neighbourhood, Partner, User


class NeighbourhoodDoor(Door[Neighbourhood]):
    """Neighbourhoods. Their outlines are drawn or uploaded on their own pages."""

    model = Neighbourhood

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Neighbourhood:
        """Add a neighbourhood."""
        return create_neighbourhood(by=by, uuid=uuid, **values)

    def update(self, *, row: Neighbourhood, by: User, values: dict) -> Neighbourhood:
        """Change a neighbourhood."""
        return update_neighbourhood(neighbourhood=row, by=by, **values)

    def delete(self, *, row: Neighbourhood, by: User) -> None:
        """Delete a neighbourhood that no row belongs to."""
        delete_neighbourhood(neighbourhood=row, by=by)


class PartnerDoor(Door[Partner]):
    """Partners."""

    model = Partner

    def create(self, *, by: User, values: dict, uuid: UUID | None = None) -> Partner:
        """Add a partner."""
        return create_partner(by=by, uuid=uuid, **values)

    def update(self, *, row: Partner, by: User, values: dict) -> Partner:
        """Change a partner."""
        return update_partner(partner=row, by=by, **values)

    def delete(self, *, row: Partner, by: User) -> None:
        """Delete a partner that no row refers to."""
        delete_partner(partner=row, by=by)

    def refusals(self, *, row: Partner | None, values: Mapping, by: User) -> Mapping[str, object]:
        """Refuse to let a signatory remove themselves."""
        if row is None or "signatories" not in values:
            return {}
        signing = row.signatories.all()
        return by_field(lambda: refuse_removing_self(by=by, signing=signing, wanted=values["signatories"]))
