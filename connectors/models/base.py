"""What every row about residents has in common: who may read it."""

from communities.models import Role, TeamScopedQuerySet


class PrivateQuerySet(TeamScopedQuerySet):
    """Rows with residents' names and words: builders and managers read them, evaluators only count them."""

    reading_roles = (Role.BUILDER, Role.MANAGER)
