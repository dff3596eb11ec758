"""What happens to sparks now and then: an amount to agree on, a changed award, changes that wait for a second person, an appeal, a notice, an idea said aloud, a new manager."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from communities import audit
from communities.models import Membership, Message, MessageState, Partner, Role, User
from communities.verbs import Verb
from config.demo.beside import add_beside
from config.demo.money import Staff
from config.demo.people import World
from sparks import actions
from sparks.actions.endings import NOTICE_DAYS
from sparks.actions.telling import group_and_host, tell
from sparks.models import (
    Applicant,
    Application,
    ApplyPage,
    Decision,
    HeldBy,
    Report,
    Round,
    SaidHow,
    Spark,
    Stage,
    Status,
    StepTaken,
)
from sparks.workflow import LAPSE_DAYS

#: Ideas that are in the middle of something: title, group, what, asked.
AGREE = ("A shed for the tools", "Weir Street Tools", "One shed, so that eleven households need one mower.", "420.00")
AMENDED = ("Bulbs along the brook", "Brook Bulbs", "Two thousand bulbs, planted in one afternoon.", "180.00")
APPEALED = ("A coat rail", "Warm Coats", "Take a coat, leave a coat, outside the chapel.", "60.00")
NOTICE = ("Bread on Thursdays", "Thursday Bread", "One oven, and whoever brings dough.", "90.00")


def add_states(world: World, staff: Staff, host: Partner, *, password: str) -> None:
    """Add one spark in each of these states by the real steps, an application said aloud, and a manager to confirm."""
    pot = Round.objects.filter(team=world.team).order_by("-closes_at").first()
    if pot is None:
        raise ValueError("The demonstration has no round yet.")
    agree = _submitted(world, staff, pot, host, AGREE)
    actions.approve_spark(spark=agree, by=staff.first, reason="It is for everybody on the street.")
    actions.approve_spark(
        spark=agree, by=staff.second, amount_gbp=Decimal("350.00"), reason="The roof can be second-hand."
    )
    add_beside(world, staff, pot, host, agree)
    amended = _submitted(world, staff, pot, host, AMENDED)
    actions.approve_spark(spark=amended, by=staff.first, reason="It will be seen from the bus.")
    actions.propose_award(
        spark=amended, by=staff.first, amount_gbp=Decimal("120.00"), reason="The park gave sixty pounds of bulbs."
    )
    actions.agree_change(spark=amended, by=staff.second)
    appealed = _submitted(world, staff, pot, host, APPEALED)
    actions.decline_spark(spark=appealed, by=staff.first, reason="The library has a coat rail already.")
    actions.appeal_spark(spark=appealed, by=staff.writer, reason="The library’s was taken down in March.")
    _notice(_submitted(world, staff, pot, host, NOTICE), staff)
    _propose_changes(world, staff)
    _said_aloud(world, staff, pot)
    _new_manager(world, staff, password)
    _sent(world)


def _submitted(world: World, staff: Staff, pot: Round, host: Partner, row: tuple[str, str, str, str]) -> Spark:
    title, group_name, what, asked = row
    spark = actions.create_spark(
        team=world.team, by=staff.writer, round=pot, title=title, group_name=group_name, what=what,
        who_with="Neighbours who said yes on their doorsteps.", costs="As it says.", amount_gbp=Decimal(asked),
        held_by=HeldBy.HOST, host=host, neighbourhood=world.places[0],
    )  # fmt: skip
    return actions.submit_spark(spark=spark, by=staff.writer)


def _propose_changes(world: World, staff: Staff) -> None:
    """Let another payee and some money returned wait for a second person."""
    ready = Spark.objects.filter(team=world.team, status=Status.READY).order_by("pk").first()
    if ready:
        actions.propose_payee(
            spark=ready, by=staff.first, payee="Foundry Court Social Club", reason="Their own account was closed."
        )
    paid = Spark.objects.filter(team=world.team, status=Status.PAID).order_by("pk").first()
    if paid:
        actions.propose_return(
            spark=paid, by=staff.first, amount_gbp=Decimal("20.00"), reference="BACS 204417",
            reason="The hall lent the tables, so twenty pounds were left.",
        )  # fmt: skip


def _notice(spark: Spark, staff: Staff) -> None:
    """Ask a question that nobody has answered for weeks, with the notice that the spark lapses soon."""
    actions.ask_question(spark=spark, by=staff.first, question="Whose oven is it?")
    spark = Spark.objects.get(pk=spark.pk)
    spark.lapse_told_at = timezone.now() - timedelta(days=4)
    spark.due_on = timezone.localdate() + timedelta(days=NOTICE_DAYS - 4)
    spark.save(update_fields=["lapse_told_at", "due_on"])
    occasion = f"{spark.status} {spark.due_on}"
    tell(spark, "spark_lapses_soon", by=None, to=group_and_host(spark), day=spark.due_on, occasion=occasion)


def _said_aloud(world: World, staff: Staff, pot: Round) -> None:
    """Add an application that a builder wrote down for somebody, who said yes to what was read back."""
    page, at = ApplyPage.objects.get(round=pot), world.moment(world.today - timedelta(days=1))
    spoken = Application.objects.create(
        team=world.team, page=page, stage=Stage.SENT, sent_at=at, title="Chairs for the landing",
        what="Three chairs on each landing, so that people stop and talk on the way up.",
        who_with="The stairs of Foundry Court.", costs="Twelve chairs £60", amount_gbp=Decimal("60.00"),
        held_by=HeldBy.GOODS, helper=staff.writer, consent_how=SaidHow.IN_PERSON, consent_at=at,
    )  # fmt: skip
    Applicant.objects.create(application=spoken, name="Odile", phone="0117 496 0177", phone_key="174960177")
    audit.record(by=staff.writer, verb=Verb.CREATE, obj=spoken, fields=["helper"])


def _new_manager(world: World, staff: Staff, password: str) -> None:
    """Add a manager whom nobody has confirmed but the person who invited them."""
    user = User.objects.create(
        email="new@eastmere.example", name="Nadia Frost", password=make_password(password), is_staff=False
    )
    role = Membership.objects.create(user=user, team=world.team, role=Role.MANAGER, confirmed_at=None)
    audit.record(by=staff.first, verb=Verb.CREATE, obj=role, fields=["role"])


def _sent(world: World) -> None:
    """Let the emails of these steps have been sent, so that the demonstration sends none."""
    waiting = Message.objects.filter(team=world.team, state=MessageState.WAITING)
    waiting.update(state=MessageState.SENT, next_try_at=None, tries=1, settled_at=timezone.now())


def add_history(world: World) -> None:
    """Add the steps behind the sparks that were made in the status they are in, each on its day."""
    for spark in Spark.objects.filter(team=world.team, steps_taken=0, submitted_at__isnull=False).order_by("pk"):
        payment = spark.ledger.filter(kind="pay").first()
        approved = spark.award_gbp is not None
        rows = [("hand-in", "draft", "submitted", spark.created_by, spark.submitted_at, "")]
        decision = spark.decisions.order_by("pk").last()
        if approved and decision:
            rows.append(("approve", "submitted", "approved", decision.by, spark.decided_at, ""))
        if payment:
            accepted = spark.decided_at + (payment.at - spark.decided_at) / 2
            rows.append(("ready", "approved", "ready", spark.created_by, accepted, ""))
            rows.append(("pay", "ready", "paid", payment.by, payment.at, ""))
        rows += _endings(spark, rows[-1], decision)
        for number, (step, before, after, by, at, words) in enumerate(rows, start=1):
            StepTaken.objects.create(
                spark=spark, number=number, step=step, before=before, after=after, by=by, at=at, words=words
            )
        days = {"paid": (spark.paid_at, 42)}.get(spark.status)
        spark.steps_taken = len(rows)
        if days and days[0]:
            spark.due_on = timezone.localdate(days[0]) + timedelta(days=days[1])
        spark.save(update_fields=["steps_taken", "due_on"])


type _Row = tuple[str, str, str, User | None, datetime, str]


def _endings(spark: Spark, last: _Row, decision: Decision | None) -> list[_Row]:
    """Return the steps from the last one to the status that a spark is in: the clock stops with them."""
    writer, before, after = spark.created_by, last[2], last[4]
    if spark.status in (Status.DECLINED, Status.INELIGIBLE) and decision:
        step = "decline" if spark.status == Status.DECLINED else "outside"
        return [(step, before, spark.status, decision.by, spark.decided_at, decision.reason)]
    if spark.status == Status.WITHDRAWN:
        return [("withdraw", before, spark.status, writer, after + timedelta(days=5), "")]
    if spark.status == Status.RECOMMENDED and decision:
        return [("approve", before, spark.status, decision.by, decision.decided_at, decision.reason)]
    if spark.status in (Status.NEEDS_INFO, Status.LAPSED):
        asked, asker = after + timedelta(hours=4), spark.team.memberships.filter(role=Role.MANAGER).earliest("pk").user
        lapsed = ("lapse", Status.NEEDS_INFO, spark.status, None, asked + timedelta(days=LAPSE_DAYS), "")
        question = ("ask", before, Status.NEEDS_INFO, asker, asked, spark.question)
        return [question, lapsed] if spark.status == Status.LAPSED else [question]
    if spark.status == Status.READY:
        return [("ready", before, spark.status, writer, after + timedelta(days=3), "")]
    if spark.status in (Status.CANCELLED, Status.RECOVERED):
        line = spark.ledger.filter(kind__in=("release", "recover")).latest("pk")
        step = "cancel" if spark.status == Status.CANCELLED else "recover"
        return [(step, before, spark.status, line.by, line.at, line.note)]
    return _told(spark, before)


def _told(spark: Spark, before: str) -> list[_Row]:
    """Return the steps of a report, and of closing it."""
    report = Report.objects.filter(spark=spark).first()
    if report is None or spark.status not in (Status.REPORTED, Status.CLOSED):
        return []
    rows: list[_Row] = [("report", before, Status.REPORTED, report.created_by, report.created_at, "")]
    if spark.status == Status.CLOSED:
        closed = report.created_at + timedelta(days=2)
        rows.append(("close", Status.REPORTED, Status.CLOSED, spark.decisions.latest("pk").by, closed, ""))
    return rows
