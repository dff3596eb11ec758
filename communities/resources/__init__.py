"""Spreadsheet export and import, limited to the teams that a user manages."""

from communities.resources.base import Resource
from communities.resources.people import InvitationResource, MembershipResource
from communities.resources.places import NeighbourhoodResource, PartnerResource

__all__ = ["InvitationResource", "MembershipResource", "NeighbourhoodResource", "PartnerResource", "Resource"]
