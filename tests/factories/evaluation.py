"""Factories of evaluation; the outcomes and indicators that ship with Kith come with every database."""

from datetime import date
from decimal import Decimal

import factory
import time_machine
from django.utils import timezone

from communities.models import Team, User
from communities.periods import Grain, Period
from connectors.models import Purpose
from evaluation.models import (
    OWN,
    AgeBand,
    ConsentScope,
    Expectation,
    Indicator,
    IndicatorKind,
    LearnedFrom,
    Measurement,
    Observation,
    Outcome,
    Pack,
    Priority,
    Profile,
    ProfileCategory,
    Release,
    Span,
    Story,
    StoryStatus,
    ValueAssumption,
    ValueInput,
    ValueLine,
    ValueMap,
    Went,
    Yardstick,
    YardstickKind,
)
from evaluation.releases.actions import close_quarter
from evaluation.releases.rules import closes_from
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import PersonFactory
from tests.factories.connectors_consent import ConsentFactory


def release(team: Team, *quarters: Period, by: User | None = None) -> Release:
    """Close quarters on the first day on which each can be, whatever the clock says; return the last release."""
    made = []
    for quarter in quarters:
        with time_machine.travel(f"{closes_from(quarter)} 12:00:00+00:00", tick=False):
            made.append(close_quarter(by=by, team=team, quarter=quarter))
    return made[-1]


def in_letters(n: int) -> str:
    """Return three letters that count, from AAA.

    Residents of the factories have numbers in their names, and a pack with the same number in a title seems to name them.
    """
    return "".join(chr(ord("A") + n // 26**place % 26) for place in (2, 1, 0))


class OutcomeFactory(factory.django.DjangoModelFactory):
    """An outcome of a team's own."""

    class Meta:
        model = Outcome

    team = factory.SubFactory(TeamFactory)
    key = factory.Sequence(lambda n: f"{OWN}outcome-{n}")
    framework = "Brookside"
    name = factory.Sequence(lambda n: f"Streets sing {n}")


class IndicatorFactory(factory.django.DjangoModelFactory):
    """An indicator of a team's own, counted from groups, under an outcome of its own."""

    class Meta:
        model = Indicator
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    key = factory.Sequence(lambda n: f"{OWN}choirs-{n}")
    name = factory.Sequence(lambda n: f"Choirs {n}")
    question = "Do neighbours sing?"
    definition = "What we call a choir."
    unit = "groups"
    kind = IndicatorKind.COMPUTED
    counted_from = "groups"
    counted_words = "Groups formed."
    made_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def outcomes(self, create: bool, extracted: list[Outcome] | None, **kwargs: object) -> None:
        """Link outcomes."""
        if create:
            self.outcomes.set(extracted or [OutcomeFactory(team=self.team)])


class MeasurementFactory(factory.django.DjangoModelFactory):
    """A measurement of three changes that residents keep going, in the second quarter of 2026, for the whole team."""

    class Meta:
        model = Measurement

    team = factory.SubFactory(TeamFactory)
    indicator = factory.LazyFunction(lambda: Indicator.objects.get(key="changes-by-residents"))
    period_start = date(2026, 4, 1)
    period_end = date(2026, 6, 30)
    value = Decimal("3.00")
    note = "Counted with the residents of Mill Row."
    created_by = factory.SubFactory(UserFactory)


class YardstickFactory(factory.django.DjangoModelFactory):
    """A target of twelve conversations in a quarter, for the whole team."""

    class Meta:
        model = Yardstick

    team = factory.SubFactory(TeamFactory)
    indicator = factory.LazyFunction(lambda: Indicator.objects.get(key="conversations-held"))
    kind = YardstickKind.TARGET
    grain = Grain.QUARTER
    value = Decimal("12.00")
    on = date(2027, 3, 31)
    source = "The plan that was agreed with the steering group."
    created_by = factory.SubFactory(UserFactory)


class ExpectationFactory(factory.django.DjangoModelFactory):
    """What a team expects of its first months."""

    class Meta:
        model = Expectation

    team = factory.SubFactory(TeamFactory)
    span = Span.FIRST
    version = 1
    words = "We listen, and we are seen in the street."
    written_by = factory.SubFactory(UserFactory)


class ObservationFactory(factory.django.DjangoModelFactory):
    """What somebody learned at a gathering today; it went well."""

    class Meta:
        model = Observation

    team = factory.SubFactory(TeamFactory)
    source = LearnedFrom.GATHERING
    went = Went.WELL
    text = "One long table is better than six small ones."
    created_by = factory.SubFactory(UserFactory)


class PackFactory(factory.django.DjangoModelFactory):
    """A pack of a release, which is given, with nothing in it yet."""

    class Meta:
        model = Pack

    team = factory.SubFactory(TeamFactory)
    title = factory.Sequence(lambda n: f"Steering group {in_letters(n)}")
    created_by = factory.SubFactory(UserFactory)


class PriorityFactory(factory.django.DjangoModelFactory):
    """A priority of a council plan."""

    class Meta:
        model = Priority

    team = factory.SubFactory(TeamFactory)
    plan = "Council plan 2024 to 2028"
    title = factory.Sequence(lambda n: f"Neighbours know each other {in_letters(n)}")


class ProfileCategoryFactory(factory.django.DjangoModelFactory):
    """A category that residents are asked about."""

    class Meta:
        model = ProfileCategory

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Company {n:03}")


class ProfileFactory(factory.django.DjangoModelFactory):
    """The profile of a resident of 55 to 64, who agreed to it."""

    class Meta:
        model = Profile
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    age_band = AgeBand.FROM_55
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def consent(self, create: bool, extracted: object, **kwargs: object) -> None:
        """Record that they agreed."""
        if create:
            ConsentFactory(person=self.person, purpose=Purpose.PROFILE, is_given=True, recorded_by=self.recorded_by)


class StoryFactory(factory.django.DjangoModelFactory):
    """A draft story; `agreed=True` has consent, `submitted=True` waits, `published=True` is published.

    `StoryFactory(indicators=["groups-formed"])` links indicators by key; `people=[...]` sets who is in it.
    """

    class Meta:
        model = Story
        skip_postgeneration_save = True

    class Params:
        agreed = factory.Trait(consent_scope=ConsentScope.REPORTS, consent_on=factory.LazyFunction(timezone.localdate))
        submitted = factory.Trait(agreed=True, status=StoryStatus.SUBMITTED)
        published = factory.Trait(
            agreed=True,
            status=StoryStatus.PUBLISHED,
            published_at=factory.LazyFunction(timezone.now),
            published_by=factory.SubFactory(UserFactory),
        )

    team = factory.SubFactory(TeamFactory)
    title = factory.Sequence(lambda n: f"The supper {in_letters(n)}")
    us_text = "Neighbours cooked together."
    now_text = "They meet every month."
    residents_did = "Found the hall and cooked."
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def indicators(self, create: bool, extracted: list[str] | None, **kwargs: object) -> None:
        """Link indicators by key."""
        if create and extracted:
            self.indicators.set(Indicator.objects.filter(key__in=extracted))

    @factory.post_generation
    def people(self, create: bool, extracted: list[object] | None, **kwargs: object) -> None:
        """Add the residents in it."""
        if create and extracted:
            self.people.set(extracted)


#: The assumptions of the published example: values, and how low and high each could be.
EXAMPLE = {
    "quantity": ("60", "50", "70"),
    "years": ("2", "1", "3"),
    "worth": ("8500", "7000", "9000"),
    "deadweight": ("40", "30", "60"),
    "displacement": ("0", "0", "10"),
    "attribution": ("30", "20", "55"),
    "drop-off": ("30", "20", "50"),
}


class ValueMapFactory(factory.django.DjangoModelFactory):
    """A map in pounds of 2026 of an activity of one year; `whole=True` has the published example, `signed=True` is signed by a colleague."""

    class Meta:
        model = ValueMap
        skip_postgeneration_save = True

    team = factory.SubFactory(TeamFactory)
    title = factory.Sequence(lambda n: f"A year of suppers {n:03}")
    activity = "Neighbours cooked together once a week."
    starts_on = date(2025, 4, 1)
    price_year = 2026
    created_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def whole(self, create: bool, extracted: object, **kwargs: object) -> None:
        """Add the outcome and the input of the published example."""
        if create and extracted:
            line = ValueLineFactory(value_map=self)
            for kind in EXAMPLE:
                ValueAssumptionFactory(line=line, kind=kind, entered_by=self.created_by)
            ValueInputFactory(value_map=self, entered_by=self.created_by)

    @factory.post_generation
    def signed(self, create: bool, extracted: object, **kwargs: object) -> None:
        """Have a colleague sign everything."""
        if create and extracted:
            signature = {"signed_by": UserFactory(), "signed_at": timezone.now()}
            ValueAssumption.objects.filter(line__value_map=self).update(**signature)
            ValueInput.objects.filter(value_map=self).update(**signature)


class ValueLineFactory(factory.django.DjangoModelFactory):
    """An outcome without assumptions."""

    class Meta:
        model = ValueLine

    value_map = factory.SubFactory(ValueMapFactory)
    stakeholder = "Neighbours"
    change = factory.Sequence(lambda n: f"Know somebody to ring {n:03}")


class ValueAssumptionFactory(factory.django.DjangoModelFactory):
    """An assumption of the published example, by its kind."""

    class Meta:
        model = ValueAssumption

    line = factory.SubFactory(ValueLineFactory)
    kind = "quantity"
    value = factory.LazyAttribute(lambda row: Decimal(EXAMPLE[row.kind][0]))
    low = factory.LazyAttribute(lambda row: Decimal(EXAMPLE[row.kind][1]))
    high = factory.LazyAttribute(lambda row: Decimal(EXAMPLE[row.kind][2]))
    price_year = factory.LazyAttribute(lambda row: 2026 if row.kind == "worth" else None)
    source = "Asked at the supper in May."
    entered_by = factory.SubFactory(UserFactory)


class ValueInputFactory(factory.django.DjangoModelFactory):
    """What was put into the published example."""

    class Meta:
        model = ValueInput

    value_map = factory.SubFactory(ValueMapFactory)
    who = "The council"
    what = factory.Sequence(lambda n: f"Two builders {n:03}")
    low_gbp = Decimal(250000)
    high_gbp = Decimal(250000)
    source = "The accounts of the year."
    entered_by = factory.SubFactory(UserFactory)
