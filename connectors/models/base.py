"""The base of querysets about residents: who is allowed to read the rows."""

from communities.models import Role, TeamScopedQuerySet


class PrivateQuerySet(TeamScopedQuerySet):
    """Rows with residents' names and texts: builders and managers read them, evaluators only count them."""

    reading_roles = (Role.BUILDER, Role.MANAGER)
