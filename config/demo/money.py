"""Two rounds of small sparks in every state, with decisions and a ledger that adds up."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from communities import audit
from communities.models import Partner, User
from communities.verbs import Verb
from config.demo.people import World
from config.demo.words import PASSIONS, TALES
from connectors.models import Conversation
from sparks.actions import agree_proposal, create_fund, propose_money
from sparks.actions.chaining import append_line
from sparks.actions.fund_money import Behind, move_fund_money
from sparks.applying.words import digest_of
from sparks.models import (
    Applicant,
    Application,
    ApplyPage,
    Decision,
    Fund,
    FundEntryKind,
    FundProposal,
    HeldBy,
    LedgerEntry,
    LedgerKind,
    Report,
    Round,
    Spark,
    Stage,
    Status,
)
from sparks.payees import default_payee

PAST_ROUND = (
    # title, group, what, who with, costs, asked, status, who holds
    ("Chapel Hall fish and chip suppers", "Chapel Hall Suppers", "A fish and chip supper every month, so that nobody eats alone on a Friday.",
     "Everybody on Mill Row and the four who already cook.", "Fish and potatoes £120\nOil £30\nHall: given by the chapel", "150.00", Status.CLOSED, HeldBy.HOST),
    ("Mending bench", "Mending Bench", "One Saturday a month outside the library: bring it broken, take it home working.",
     "Three who mend and anybody who wants to learn.", "Tools £140\nSpares £60", "200.00", Status.REPORTED, HeldBy.HOST),
    ("Swift boxes on the flats", "Swift Street", "Twenty nest boxes before the swifts are back.", "The stairwell reps and the school's Year 5.",
     "Wood £90\nA ladder, lent by the tool cupboard", "90.00", Status.PAID, HeldBy.GROUP),
    ("Sunday street play", "Sunday Street Play", "Close the street one Sunday a month and let the children have it.", "Eleven households.",
     "Cones and chalk £60\nInsurance £120", "180.00", Status.PAID, HeldBy.HOST),
    ("Lantern walk", "Lantern Walk", "One walk for all the winter festivals, ending at the green.", "Two churches, the gurdwara and the mosque.",
     "Paper, willow and lights £240\nSoup £100", "340.00", Status.READY, HeldBy.HOST),
    ("Film night", "Made Here Film Night", "Show what young people filmed here, on a sheet, outdoors.", "Six young film-makers.", "Projector hire £85",
     "85.00", Status.APPROVED, HeldBy.HOST),
    ("New kitchen for the café", "", "A cooker and a fridge for the café.", "The owner.", "Cooker £480", "480.00", Status.INELIGIBLE, HeldBy.GROUP),
    ("Trip to the sea", "Friday Club", "A coach to the sea for forty.", "The Friday club.", "Coach £460", "460.00", Status.DECLINED, HeldBy.HOST),
    ("Kite day", "Brook Walkers", "Kites on the green.", "Brook Walkers.", "Kites £70", "70.00", Status.WITHDRAWN, HeldBy.HOST),
    ("Summer band tour", "Street Band", "The band on four streets in one day.", "Nine players.", "Van £150", "150.00", Status.CANCELLED, HeldBy.HOST),
    ("Herb beds by the shelter", "Back Wall Growers", "Herbs to pick while you wait for the bus.", "Back Wall Growers.", "Soil and plants £110", "110.00",
     Status.RECOVERED, HeldBy.HOST),
    ("Chess under the arches", "Arch Players", "Two tables and whoever stops.", "Five who play on Thursdays.", "Boards and clocks £75", "75.00",
     Status.LAPSED, HeldBy.GROUP),
)  # fmt: skip
OPEN_ROUND = (
    ("First hello bags", "First Hello", "A bag on the doorstep for everybody who moves in: tea, a map, three names to knock.",
     "Four neighbours on Weir Street.", "Tea and printing £95", "95.00", Status.SUBMITTED, HeldBy.HOST),
    ("Seed swap", "Saturday Seed Swap", "Bring a packet, take a packet, stay for soup.", "Allotment people and the school.", "Hall £40\nSoup £60", "100.00",
     Status.SUBMITTED, HeldBy.HOST),
    ("A wall to paint", "Our Wall", "Forty metres of foundry wall, painted by those who live beside it.", "Twenty young people and two who paint for a living.",
     "Paint £310\nScaffold: lent", "310.00", Status.RECOMMENDED, HeldBy.HOST),
    ("Singing on the steps", "First Friday Singers", "First Friday, half past six, no sheet music.", "Whoever comes.", "", "0.00", Status.SUBMITTED, HeldBy.NO_MONEY),
    ("Tea and talk", "Tea and Talk", "An hour of English for an hour of anything.", "Twelve so far.", "Tea, biscuits £45", "45.00", Status.NEEDS_INFO, HeldBy.HOST),
    ("Walking football", "Walking Football", "Wednesday mornings on the green.", "Nine who used to play.", "Bibs and a ball £80", "80.00", Status.DRAFT, HeldBy.HOST),
    ("Story recordings", "Street Stories", "Record how people came to live here.", "The school and eight who tell well.", "A recorder £120", "120.00",
     Status.APPROVED, HeldBy.HOST),
)  # fmt: skip


#: What the people behind a spark were asked, by its status. The second was never answered, so the spark lapsed.
QUESTIONS = {Status.NEEDS_INFO: "Who will look after the kettle?", Status.LAPSED: "Where will the boards be kept?"}


@dataclass(frozen=True)
class Staff:
    """The users who write, decide, confirm and pay."""

    writer: User
    first: User
    second: User


def add_sparks(world: World, staff: Staff, host: Partner, funder: Partner) -> list[Spark]:
    """Add a fund with a past and an open round; return the sparks whose stories came back."""
    fund = create_fund(
        team=world.team,
        by=staff.first,
        name="Small sparks",
        purpose="Up to £500 for what neighbours want to do together.",
        funder=funder,
    )
    _given(fund, staff, "5000.00", world.today - timedelta(days=210), "Grant letter, first year")
    wellbeing = create_fund(
        team=world.team,
        by=staff.first,
        name="Wellbeing fund",
        kind="wellbeing",
        purpose="For what lifts people, indoors or out.",
        funder=funder,
    )
    _given(wellbeing, staff, "1200.00", world.today - timedelta(days=60), "Grant letter, autumn")
    propose_money(
        fund=wellbeing, by=staff.first, kind=FundProposal.Kind.RECEIVED, amount_gbp=Decimal("800.00"),
        day=world.today - timedelta(days=1), reference="BACS 204117", reason="The second half, as in the autumn letter.",
    )  # fmt: skip
    past = _round(
        world,
        fund,
        staff.first,
        "Summer",
        opens=world.today - timedelta(days=190),
        closes=world.today - timedelta(days=120),
    )
    now = _round(
        world,
        fund,
        staff.first,
        "Winter",
        opens=world.today - timedelta(days=24),
        closes=world.today + timedelta(days=21),
    )
    world.behind.update(founder.pk for founder in world.founders.values())
    told = [
        _spark(world, staff, host, past, row, world.today - timedelta(days=130 - 2 * n))
        for n, row in enumerate(PAST_ROUND)
    ]
    _open_to_everybody(world, now)
    for n, row in enumerate(OPEN_ROUND):
        _spark(world, staff, host, now, row, world.today - timedelta(days=12 - n))
    return [spark for spark in told if spark.status in (Status.REPORTED, Status.CLOSED)]


def _open_to_everybody(world: World, pot: Round) -> None:
    """Switch the public page of a round on, with one idea that waits and one whose writer asks for help."""
    page = ApplyPage.objects.create(
        round=pot, code=world.team.slug, is_on=True, shows_money=True, shows_clock=True,
        first_check="Would it happen in our neighbourhoods, with people who live here?",
        second_check="Would £500 or less be enough?",
    )  # fmt: skip
    sent = Application.objects.create(
        team=world.team, page=page, stage=Stage.SENT, sent_at=world.moment(world.today - timedelta(days=2)),
        title="A bench in the sun", what="A bench where the bus stops, made by us from old scaffold boards.",
        who_with="Four of us from Weir Street.", costs="Screws and oil £35\nBoards: given", amount_gbp=Decimal("35.00"),
        held_by=HeldBy.GOODS, digest=digest_of("acorn-bridge-candle-daisy-eagle-feather"),
    )  # fmt: skip
    Applicant.objects.create(application=sent, name="Nia", phone="0117 496 0155", phone_key="174960155")
    Application.objects.create(
        team=world.team, page=page, title="Sewing on Sundays", what="Mending clothes together on Sunday afternoons.",
        help_words="Who could hold the money for us?", help_asked_at=world.moment(world.today - timedelta(days=1)),
    )  # fmt: skip


def _given(fund: Fund, staff: Staff, pounds: str, day: date, reason: str) -> None:
    """Add what a funder gave: one manager proposes it, the other agrees."""
    proposal = propose_money(
        fund=fund, by=staff.first, kind=FundProposal.Kind.RECEIVED, amount_gbp=Decimal(pounds), day=day, reason=reason
    )
    agree_proposal(proposal=proposal, by=staff.second)


def _round(world: World, fund: Fund, by: User, name: str, *, opens: date, closes: date) -> Round:
    made = Round.objects.create(
        team=world.team, fund=fund, name=f"{name} {closes.year}", budget_gbp=Decimal("2000.00"), max_award_gbp=Decimal("500.00"),
        opens_at=world.moment(opens), closes_at=world.moment(closes).replace(hour=17, minute=0),
    )  # fmt: skip
    # Dated like the round, which an action could not be.
    move_fund_money(fund, FundEntryKind.SET_ASIDE, made.budget_gbp, Behind(by, day=opens), grant_round=made)
    return made


def _spark(world: World, staff: Staff, host: Partner, pot: Round, row: tuple, day: date) -> Spark:
    title, group_name, what, who_with, costs, asked, status, held_by = row
    group = next((asset for asset in world.assets if asset.name == group_name), None)
    place = group.neighbourhood if group else world.chance.choice(world.places)
    amount = Decimal(asked)
    handed_in = None if status == Status.DRAFT else world.moment(day)
    spark = Spark.objects.create(
        team=world.team, round=pot, neighbourhood=place, title=title, group_name=group_name, group=group, what=what, who_with=who_with,
        costs=costs, amount_gbp=amount, held_by=held_by, host=host if held_by == HeldBy.HOST else None, created_by=staff.writer,
        status=status, submitted_at=handed_in, created_at=world.moment(day),
        conversation=_heard(world, group_name, day), question=QUESTIONS.get(status, ""),
    )  # fmt: skip
    spark.writers.add(staff.writer)
    founder = world.founders.get(group_name)
    near = [person for person in world.people if person.neighbourhood_id == place.pk and person.pk not in world.behind]
    behind = [*([founder] if founder else []), *world.chance.sample(near, min(2, len(near)))]
    spark.applicants.set(behind)
    world.behind.update(person.pk for person in behind)
    audit.record(by=staff.writer, verb=Verb.CREATE, obj=spark, fields=["title"])
    if handed_in:
        _decide(world, staff, spark, day + timedelta(days=6))
    return spark


def _heard(world: World, group_name: str, day: date) -> Conversation | None:
    """Return the latest conversation, up to a date, in which the group's idea was heard."""
    ideas = [
        idea
        for passion in PASSIONS
        for name, idea in zip(passion.groups, passion.ideas, strict=True)
        if name == group_name
    ]
    talks = [talk for talk in world.conversations if talk.idea and talk.idea in ideas and talk.held_on <= day]
    return talks[-1] if talks else None


REASONS = (
    "Neighbours lead it, and it will be seen from the bus.",
    "Small, theirs, and it starts next week with or without us.",
    "They have thought of everything, including who brings the chairs.",
    "It brings people out who do not come to meetings.",
)
AWARDED = (
    Status.APPROVED,
    Status.READY,
    Status.PAID,
    Status.REPORTED,
    Status.CLOSED,
    Status.CANCELLED,
    Status.RECOVERED,
)
PAID = (Status.PAID, Status.REPORTED, Status.CLOSED, Status.RECOVERED)


def _decide(world: World, staff: Staff, spark: Spark, day: date) -> None:
    """Create the decisions, ledger, totals and report that match the status, each dated."""
    moment = world.moment(min(day, world.today))
    limit = world.team.approval_limit_gbp
    if spark.status in (Status.DECLINED, Status.INELIGIBLE):
        reason = (
            "A good day out, but the pot is for what stays on the street."
            if spark.status == Status.DECLINED
            else "The fund is for neighbours together, not for one business."
        )
        Decision.objects.create(
            spark=spark, by=staff.first, verdict="decline", reason=reason, limit_gbp=limit, decided_at=moment
        )
        spark.decided_at = moment
    elif spark.status == Status.RECOMMENDED or spark.status in AWARDED:
        deciders = (
            [staff.first]
            if spark.amount_gbp <= limit or spark.status == Status.RECOMMENDED
            else [staff.first, staff.second]
        )
        for decider in deciders:
            Decision.objects.create(
                spark=spark, by=decider, verdict="approve", amount_gbp=spark.amount_gbp, limit_gbp=limit, decided_at=moment,
                reason=world.chance.choice(REASONS),
            )  # fmt: skip
    if spark.status in AWARDED:
        spark.award_gbp, spark.decided_at = spark.amount_gbp, moment
        if spark.status in (Status.READY, *PAID):
            spark.payee = default_payee(spark)
        _money(world, staff, spark, day)
    spark.save()
    if spark.status in (Status.REPORTED, Status.CLOSED):
        founder, tale = world.founders[spark.group_name], TALES[spark.group_name]
        Report.objects.create(
            spark=spark, what_happened=tale.us_text.format(a=founder), what_changed=tale.now_text.format(a=founder),
            what_next="The same again, until somebody is tired of it.", people_count=60, spent_gbp=spark.award_gbp, created_by=staff.writer,
            created_at=world.moment(min(day + timedelta(days=50), world.today)),
        )  # fmt: skip


def _money(world: World, staff: Staff, spark: Spark, day: date) -> None:
    """Create the ledger lines of a spark and add them to its round."""
    award, pot = spark.award_gbp, spark.round
    # Approvers do not pay: what two people approved a third would pay, so those sparks are never paid here.
    payer = staff.second
    lines = [(LedgerKind.RESERVE, staff.first, 0)]
    if spark.status in PAID:
        lines.append((LedgerKind.PAY, payer, 9))
        spark.paid_at = world.moment(day + timedelta(days=9))
    if spark.status == Status.CANCELLED:
        lines.append((LedgerKind.RELEASE, staff.first, 14))
    if spark.status == Status.RECOVERED:
        lines.append((LedgerKind.RECOVER, staff.first, 30))
    words = {
        LedgerKind.PAY: {
            "payee": spark.payee,
            "reference": f"BACS {world.chance.randint(100000, 999999)}",
        },
        LedgerKind.RELEASE: {"note": "The van was sold."},
        LedgerKind.RECOVER: {"note": "The shelter was moved before anything was planted."},
    }
    for kind, by, after in lines:
        when = world.moment(min(day + timedelta(days=after), world.today))
        append_line(
            LedgerEntry(round=pot, spark=spark, kind=kind, amount_gbp=award, by=by, at=when, **words.get(kind, {}))
        )
    if spark.status not in (Status.CANCELLED, Status.RECOVERED):
        pot.committed_gbp += award
        pot.paid_gbp += award if spark.status in PAID else 0
        pot.save(update_fields=["committed_gbp", "paid_gbp"])
