"""An invented value map of the team's last year, signed, and one in points that is being written."""

from datetime import date
from decimal import Decimal

from communities.models import User
from config.demo.people import World
from evaluation.models import Measure, Starts, ValueAssumption, ValueInput
from evaluation.value.actions import (
    add_value_input,
    add_value_line,
    create_value_map,
    sign_assumption,
    sign_value_input,
    write_assumption,
)

#: For whom, what changed, whether it is for the worse, when it starts, and each assumption: value, low end, high end, source.
CHANGED = (
    ("Neighbours", "Know somebody nearby to ring when they need a hand", False, Starts.DURING, {
        "quantity": (64, 55, 75, "Asked at six gatherings between March and May; 64 of 71 said so."),
        "years": (3, 2, 4, "Neighbours who met two years earlier: most still ring each other."),
        "worth": (1500, 900, 2100, "Eleven of them compared it with other things that they would pay for, at a supper in May."),
        "deadweight": (35, 20, 50, "Stories since April: some said that they would have met anyway, or later."),
        "displacement": (0, 0, 5, "Nobody said that they see other friends less."),
        "attribution": (40, 25, 55, "The school gate and the allotment brought many together before we did."),
        "drop-off": (25, 15, 40, "People move: one in four in a year, by the council’s figures for these streets."),
    }),
    ("Groups that residents began", "Run something of their own that goes on without us", False, Starts.AFTER, {
        "quantity": (9, 7, 11, "Groups that met in three months running after we had left."),
        "years": (2, 1, 3, "Groups of the years before: half of them after two years."),
        "worth": (2400, 1500, 3200, "What a hall and two hours a week of a paid organiser would cost, by two quotes."),
        "deadweight": (30, 10, 45, "Three of nine had tried before, and two of them would have tried again."),
        "displacement": (10, 0, 25, "One group took its members from another."),
        "attribution": (50, 35, 65, "The groups themselves say that they did half or more of it."),
        "drop-off": (20, 10, 40, "Groups of the years before."),
    }),
    ("Connectors", "Are asked too often, and have less time for themselves", True, Starts.DURING, {
        "quantity": (6, 3, 10, "Said so at the residents’ meeting in February."),
        "years": (1, 1, 2, "We share it out differently since."),
        "worth": (800, 400, 1200, "What they said that a free evening a month is worth to them."),
        "deadweight": (20, 0, 40, "Some were asked as often before we came."),
        "displacement": (0, 0, 0, "It is their own time."),
        "attribution": (10, 0, 30, "The school asks some of them too."),
        "drop-off": (0, 0, 0, "It lasts for one year only."),
    }),
)  # fmt: skip
#: Who puts it in, what, from and to how many pounds, and the source.
PUT_IN = (
    ("The council", "One builder", 39_000, 42_000, "The budget of the year, with pension and travel."),
    ("The health board", "One builder", 37_500, 39_000, "Their grant letter; the upper end with overheads."),
    (
        "Residents",
        "Hall, food and lifts that were given",
        1_800,
        4_200,
        "Counted by two groups for a month, times twelve.",
    ),
)


def add_value_maps(world: World, *, by: User, signer: User) -> None:
    """Write a map of the year before last April to which a colleague has put their name, and begin one in points."""
    first_year = (world.today.year if world.today >= date(world.today.year, 4, 1) else world.today.year - 1) - 1
    about = {"starts_on": date(first_year, 4, 1), "years": 1, "price_year": first_year + 1}
    value_map = create_value_map(
        by=by,
        team=world.team,
        title="Two builders for a year",
        activity="Two builders listened, made introductions and got out of the way; residents did the rest. Invented for the demonstration.",
        measure=Measure.MONEY,
        **about,
    )
    for stakeholder, change, is_negative, starts, assumed in CHANGED:
        line = add_value_line(
            by=by, value_map=value_map, stakeholder=stakeholder, change=change, is_negative=is_negative, starts=starts
        )
        for kind, (value, low, high, source) in assumed.items():
            priced = {"price_year": about["price_year"]} if kind == "worth" else {}
            numbers = {"value": Decimal(value), "low": Decimal(low), "high": Decimal(high)}
            write_assumption(by=by, line=line, kind=kind, source=source, **numbers, **priced)
    for who, what, low, high, source in PUT_IN:
        amounts = {"low_gbp": Decimal(low), "high_gbp": Decimal(high)}
        add_value_input(by=by, value_map=value_map, who=who, what=what, year=1, source=source, **amounts)
    for row in ValueAssumption.objects.filter(line__value_map=value_map).select_related("line__value_map"):
        sign_assumption(by=signer, assumption=row, seen=row.entered_at.isoformat())
    for row in ValueInput.objects.filter(value_map=value_map).select_related("value_map"):
        sign_value_input(by=signer, value_input=row, seen=row.entered_at.isoformat())
    points = create_value_map(
        by=by,
        team=world.team,
        title="What mattered to the gardeners",
        activity="Gardeners of three streets gave points from 1 to 10 to what the year changed for them. Invented for the demonstration.",
        measure=Measure.WEIGHTS,
        **about,
    )
    line = add_value_line(
        by=by,
        value_map=points,
        stakeholder="Gardeners",
        change="Grow more of what they eat",
        is_negative=False,
        starts=Starts.DURING,
    )
    write_assumption(
        by=by,
        line=line,
        kind="quantity",
        value=Decimal(14),
        low=Decimal(12),
        high=Decimal(16),
        source="The rota of the season.",
    )
