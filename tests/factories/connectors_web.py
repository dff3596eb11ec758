"""Real rows for a web of connections."""

from communities.models import Team, User
from connectors.models import Introduction, IntroductionSource, Person
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory


def talked(builder: User, *people: Person) -> None:
    """Let a builder have had one conversation with each of these."""
    for person in people:
        ConversationFactory(team=person.team, builder=builder, people=[person])


def tied(one: Person, other: Person, by: User, **values: object) -> Introduction:
    """Introduce two, who met; a neighbour brought them together."""
    values = {"source": IntroductionSource.RESIDENT, "team": one.team, "met": True} | values
    return IntroductionFactory(from_person=one, to_person=other, introduced_by=by, **values)


def the_check(team: Team, builder: User) -> tuple[Person, Person, Person]:
    """Make the published check of real rows: a builder who talked with X, Y and Z, and introduced nobody; X and Y met."""
    x, y, z = (PersonFactory(team=team, known_as=name) for name in ("Xenia", "Yusuf", "Zora"))
    talked(builder, x, y, z)
    tied(x, y, builder)
    return x, y, z
