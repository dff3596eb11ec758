"""The demonstration, as somebody reads it who wants its hidden numbers."""

import pytest
from django.utils import timezone

from communities.models import Role, Team, User
from evaluation.models import Release
from evaluation.releases.actions import close_quarter
from evaluation.releases.queries import quarters_to_close
from tests.evaluation.attacker import published, read_files, read_profiles, solve, whole_years

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(built, db, clock):
    return built


def test_no_number_of_the_demonstration_is_narrowed(demo, client_for, capsys) -> None:
    """Also prints how many cells are hidden, by quarter, by place and for the year."""
    team = Team.objects.order_by("pk").first()
    evaluator = User.objects.filter(memberships__team=team, memberships__role=Role.EVALUATOR).first()
    years = whole_years(timezone.localdate())
    for quarter in quarters_to_close(team, timezone.localdate()):
        close_quarter(by=None, team=team, quarter=quarter)
    cells = read_files(client_for(evaluator), years)
    closed = {release.period for release in Release.objects.filter(team=team)}
    assert years[0] in closed
    tried = published(cells, years, team.small_number_threshold, closed=closed, today=timezone.localdate())
    profiles = read_profiles(client_for(evaluator), years, team.small_number_threshold)
    # Five tables of the closed year, of which somebody sees something, and something is hidden.
    assert len(profiles) == 5
    assert any(value for each in profiles for value in each.places.values())
    assert [each for each in profiles if solve(each).narrowest < 4] == []
    solved = {each.name: solve(each) for each in tried}
    with capsys.disabled():
        hidden = sum(len(each.ranges) for each in solved.values())
        print(f"\n{len(tried)} tables, {sum(5 + len(each.places) for each in tried)} cells, {hidden} hidden")
    assert [name for name, each in solved.items() if each.narrowest < 4] == []
