"""Tasks that can take longer than a request. `manage.py db_worker` runs them beside the web process."""

from django.tasks import task

from communities.models import Team
from connectors.web.actions import count_web


@task
def recount_web(team_id: int) -> None:
    """Count a team's web and store the figures. Does nothing for a team that was deleted meanwhile."""
    team = Team.objects.filter(pk=team_id).first()
    if team is not None:
        count_web(team=team)
