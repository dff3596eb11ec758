"""Spreadsheets of neighbourhoods and partners."""

from communities.doors import NeighbourhoodDoor, PartnerDoor
from communities.models import Neighbourhood, Partner
from communities.resources.base import Resource


class NeighbourhoodResource(Resource):
    """Neighbourhoods without their outlines."""

    model = Neighbourhood
    door = NeighbourhoodDoor()
    fields = ("team", "name", "code", "population", "boundary_story")
    natural = ("team", "name")


class PartnerResource(Resource):
    """Partners; their signatories by email address, separated by commas."""

    model = Partner
    door = PartnerDoor()
    fields = (
        "team", "name", "kind", "website", "email", "is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member",
        "signatories",
    )  # fmt: skip
    natural = ("team", "name")
