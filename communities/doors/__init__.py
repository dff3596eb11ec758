"""How the admin and imports write: a door per model, which calls the same actions as the pages."""

from communities.doors.base import Door, by_field
from communities.doors.people import InvitationDoor, MembershipDoor, TeamDoor, UserDoor
from communities.doors.places import NeighbourhoodDoor, PartnerDoor

__all__ = [
    "Door",
    "InvitationDoor",
    "MembershipDoor",
    "NeighbourhoodDoor",
    "PartnerDoor",
    "TeamDoor",
    "UserDoor",
    "by_field",
]
