"""Real rows for a web of connections."""

from communities.models import Team, User
from connectors.models import Introduction, IntroductionSource, Person
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory


def talked(builder: User, *people: Person) -> None:
    """Create one conversation of a builder with each of these residents."""
    for person in people:
        ConversationFactory(team=person.team, builder=builder, people=[person])


def tied(one: Person, other: Person, by: User, **values: object) -> Introduction:
    """Introduce two residents, who met; a neighbour introduced them."""
    values = {"source": IntroductionSource.RESIDENT, "team": one.team, "met": True} | values
    return IntroductionFactory(from_person=one, to_person=other, introduced_by=by, **values)


def the_check(team: Team, builder: User) -> tuple[Person, Person, Person]:
    """Build the published example from real rows: a builder talked with X, Y and Z, and introduced nobody; X and Y met."""
    x, y, z = (PersonFactory(team=team, known_as=name) for name in ("Xenia", "Yusuf", "Zora"))
    talked(builder, x, y, z)
    tied(x, y, builder)
    return x, y, z
