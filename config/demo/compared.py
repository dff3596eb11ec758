"""What the first team compares its numbers with, what it expected beforehand, and an outcome and indicators of its own."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from communities import audit, periods
from communities.models import User
from communities.periods import Grain
from communities.verbs import Verb
from config.demo.people import World
from evaluation import actions
from evaluation.framework import indicators
from evaluation.models import Expectation, Form, Indicator, IndicatorKind, Span, YardstickKind
from evaluation.rules import OwnValues

EXPECTED = (
    (Span.FIRST, "We walk, we listen, and we are seen. Twenty conversations a month, no promises, and hardly a number besides."),
    (Span.SECOND, "Neighbours begin to know each other through us, then without us. A handful of introductions that led somewhere."),
    (Span.THIRD, "Groups form that we did not think of. Residents decide on small sums, and tell others how it went."),
)  # fmt: skip


def add_compared(world: World, *, by: User, manager: User) -> None:
    """Add lines beside three indicators, what was expected of two years, and two indicators of the team's own."""
    _add_expectations(world, by=manager)
    _add_yardsticks(world, by=by)
    _add_own(world, by=by)


def _add_expectations(world: World, *, by: User) -> None:
    """Write down what is expected in the week before the first conversation."""
    first = min(talk.held_on for talk in world.conversations)
    for span, words in EXPECTED:
        row = Expectation.objects.create(
            team=world.team,
            span=span,
            version=1,
            words=words,
            written_by=by,
            written_at=world.moment(first - timedelta(days=9)),
        )
        audit.record(by=by, verb=Verb.CREATE, obj=row, fields=["words"])


def _add_yardsticks(world: World, *, by: User) -> None:
    year = periods.year_of(world.today)
    first = periods.last(8, until=world.today)[0]
    for spec, kind, value, on, source in (
        (indicators.CONVERSATIONS_HELD, YardstickKind.BASELINE, 20, first.end, "The first quarter, counted by hand."),
        (indicators.CONVERSATIONS_HELD, YardstickKind.TARGET, 80, year.end, "Agreed with the steering group."),
        (indicators.CONVERSATIONS_HELD, YardstickKind.COMPARATOR, 65, first.end, "A team of the same size, two towns on."),
        (indicators.GROUPS_FORMED, YardstickKind.TARGET, 4, year.end, "Agreed with the steering group."),
        (indicators.INTRODUCTIONS_MET_SHARE, YardstickKind.COMPARATOR, 60, first.end, "A team of the same size, two towns on."),
    ):  # fmt: skip
        actions.add_yardstick(
            by=by,
            team=world.team,
            indicator=Indicator.objects.get(key=spec.key, team=None),
            kind=kind,
            grain=Grain.QUARTER,
            value=Decimal(value),
            on=on,
            source=source,
        )


def _add_own(world: World, *, by: User) -> None:
    """Define an outcome with one indicator that is counted, in its second version, and one that people are asked."""
    outcome = actions.create_outcome(
        by=by,
        team=world.team,
        name="Streets look after themselves",
        description="What a street needs, it mostly has, and knows where.",
    )
    counted = OwnValues(
        name="Groups that neighbours lead",
        question="Do neighbours lead what they begin?",
        definition="Led by residents, by the last word we heard.",
        unit="groups",
        outcomes=[outcome.key, indicators.GROUPS_FORMED.outcomes[-1]],
        counted_from="groups",
    )
    first = actions.create_indicator(by=by, team=world.team, values=counted)
    Indicator.objects.filter(pk=first.pk).update(made_at=timezone.now() - timedelta(days=200))
    led = OwnValues(**{**vars(counted), "conditions": {"led_by": ["residents"]}})
    actions.change_indicator(by=by, indicator=first, values=led)
    asked = OwnValues(
        name="Would lend a ladder",
        question="Would you lend a neighbour your ladder?",
        definition="Of the households asked at the door, those who said yes.",
        unit="per cent",
        outcomes=[outcome.key],
        kind=IndicatorKind.SURVEYED,
        form=Form.SHARE,
    )
    made = actions.create_indicator(by=by, team=world.team, values=asked)
    for number, period in enumerate(periods.last(4, until=world.today)[:-1]):
        actions.record_measurement(
            by=by,
            team=world.team,
            indicator=made,
            period_start=period.start,
            period_end=period.end,
            value=Decimal(52 + 5 * number),
            note="Sixty doors, asked by street champions.",
        )
