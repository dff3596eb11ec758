"""`{% url %}`: the same paths as Django's, whatever the argument."""

from uuid import uuid4

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix

CASES = [
    ("today", []),
    ("connectors:person-detail", [uuid4()]),
    ("connectors:person-detail", [str(uuid4())]),
    ("assets:asset-detail", [7]),
    ("assets:asset-detail", ["7"]),
    ("communities:invitation-accept", ["a-b:c"]),
    ("admin:communities_team_change", [3]),
    ("admin:index", []),
]


@pytest.mark.parametrize("prefix", ["/", "/kith/"])
@pytest.mark.parametrize(("name", "args"), CASES)
def test_a_path_is_the_one_that_django_finds(name, args, prefix) -> None:
    """At the root, under a prefix, and twice, as the second is put together from the first."""
    set_script_prefix(prefix)
    try:
        wanted = reverse(name, args=args)
        for source in ("{% url name value %}" if args else "{% url name %}", "{% url name as found %}{{ found }}"):
            if "as found" in source and args:
                source = "{% url name value as found %}{{ found }}"
            for _twice in range(2):
                assert Template(source).render(Context({"name": name, "value": args[0] if args else ""})) == wanted
    finally:
        set_script_prefix("/")


@pytest.mark.parametrize(
    ("name", "value"),
    [("connectors:person-detail", 3), ("assets:asset-detail", uuid4()), ("assets:asset-detail", None), ("assets:asset-detail", -1),
     ("assets:asset-detail", ""), ("today", 3), ("nowhere", None)],
)  # fmt: skip
def test_a_path_that_django_does_not_find_is_an_error(name, value) -> None:
    """Or nothing, with `as`."""
    for _twice in range(2):
        with pytest.raises(NoReverseMatch):
            Template("{% url name value %}").render(Context({"name": name, "value": value}))
        assert (
            Template("{% url name value as found %}{{ found }}").render(Context({"name": name, "value": value})) == ""
        )


def test_keywords_and_several_arguments_are_left_to_django() -> None:
    """As before."""
    uuid = uuid4()
    source = "{% url 'connectors:person-detail' uuid=value %}"
    assert Template(source).render(Context({"value": uuid})) == reverse("connectors:person-detail", args=[uuid])
