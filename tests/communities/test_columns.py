"""The columns of models, by name."""

import pytest
from django.core.exceptions import FieldDoesNotExist

from communities.columns import column, longest
from communities.models import Partner, Team


def test_a_column_is_found_by_its_name() -> None:
    assert column(Partner, "name").attname == "name"
    assert column(Partner, "team").attname == "team_id"


@pytest.mark.parametrize("name", ["nmae", "partners", "memberships"])
def test_another_name_is_no_column(name: str) -> None:
    with pytest.raises(FieldDoesNotExist):
        column(Team, name)


def test_the_longest_text_of_a_column() -> None:
    assert longest(Partner, "name") == Partner._meta.get_field("name").max_length


def test_a_column_without_a_limit_has_no_longest_text() -> None:
    with pytest.raises(TypeError, match="no limit"):
        longest(Team, "id")
