"""What is chosen when two records are merged, and who may review possible duplicates of residents."""

from communities.models import Role, Team, User

#: Fields of a resident of which one value stays; gifts, conversations and everything else move.
CHOSEN_FIELDS = (
    "known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference", "connector_since",
    "champion_since", "told_on", "first_met_on", "sign",
)  # fmt: skip


def can_review_duplicates(user: User, team: Team | int | None) -> bool:
    """Return whether a user may review all possible duplicates of residents: the team's managers."""
    return user.has_role(team, Role.MANAGER)
