"""Permissions in a team."""

import pytest

from communities import rules

MANAGERS_ONLY = [
    rules.can_write_neighbourhood,
    rules.can_change_team,
    rules.can_invite_member,
    rules.can_change_member,
    rules.can_manage_partners,
    rules.can_read_audit,
]


@pytest.mark.parametrize("rule", MANAGERS_ONLY)
@pytest.mark.parametrize(
    ("person", "may"),
    [("builder", False), ("manager", True), ("evaluator", False), ("administrator", True), ("stranger", False)],
)
def test_managers_of_the_team_and_administrators_are_allowed(rule, person, may, team, request):
    user = request.getfixturevalue(person)
    assert rule(user, team) is may
    assert rule(user, team.pk) is may


@pytest.mark.parametrize("rule", MANAGERS_ONLY)
def test_nobody_is_allowed_without_a_team_or_with_a_closed_account(rule, team, manager, administrator):
    assert rule(manager, None) is False
    manager.is_active = administrator.is_active = False
    assert rule(manager, team) is False
    assert rule(administrator, team) is False
