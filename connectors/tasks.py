"""Work that may take longer than somebody waits for a page. `manage.py db_worker` does it beside the web process."""

from django.tasks import task

from communities.models import Team
from connectors.actions.web import count_web


@task
def recount_web(team_id: int) -> None:
    """Count a team's web and keep the figures. A team that is gone meanwhile has nothing to count."""
    team = Team.objects.filter(pk=team_id).first()
    if team is not None:
        count_web(team=team)
