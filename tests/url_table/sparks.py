"""Access to the URLs of sparks."""

from sparks import actions
from sparks.applying.words import digest_of
from sparks.models import Application, CostLine, Report
from tests.factories.sparks import (
    HOST_WORDS,
    SIX_WORDS,
    ApplicantFactory,
    ApplicationFactory,
    ApplyPageFactory,
    AttachmentFactory,
    EnclosureFactory,
    FundFactory,
    FundProposalFactory,
    HostLinkFactory,
    NoteFactory,
    RoundFactory,
    SparkFactory,
)
from tests.url_table import ANYONE, BUILDERS, EVERY_ROLE, MANAGERS, POST_ONLY, AdminRow, Page

_spark = lambda world: {"uuid": world.spark.uuid}  # noqa: E731
_note = lambda world: {"uuid": world.note.uuid}  # noqa: E731
_attachment = lambda world: {"uuid": world.attachment.uuid}  # noqa: E731
_mine = lambda world: {"words": SIX_WORDS}  # noqa: E731
_screen = lambda world: {"words": SIX_WORDS, "screen": "what"}  # noqa: E731
_page = lambda world: {"code": world.page.code}  # noqa: E731
_aloud = lambda world: {"uuid": world.aloud.uuid}  # noqa: E731
_sent = lambda world: {"uuid": world.sent.uuid}  # noqa: E731
_line = lambda world: {"uuid": world.cost_line.uuid}  # noqa: E731
_group = lambda world: {"pk": world.asset.pk}  # noqa: E731
_round = lambda world: {"pk": world.round.pk}  # noqa: E731
_fund = lambda world: {"pk": world.round.fund_id}  # noqa: E731
_proposal = lambda world: {"uuid": world.proposal.uuid}  # noqa: E731

PAGES: dict[str, Page] = {
    "sparks:spark-list": Page(EVERY_ROLE, methods=("GET",)),
    "sparks:spark-create": Page(BUILDERS),
    "sparks:spark-detail": Page(EVERY_ROLE, _spark, methods=("GET",)),
    "sparks:spark-next-step": Page(BUILDERS, _spark),
    "sparks:note-create": POST_ONLY(BUILDERS, _spark),
    "sparks:note-delete": POST_ONLY(BUILDERS, _note),
    "sparks:attachment-create": POST_ONLY(BUILDERS, _spark),
    "sparks:attachment-file": Page(BUILDERS, _attachment, visit=False, methods=("GET",)),
    "sparks:attachment-delete": POST_ONLY(BUILDERS, _attachment),
    "sparks:spark-update": Page(BUILDERS, _spark),
    "sparks:spark-delete": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-hand-in": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-ask": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-approve": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-decline": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-take-back": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-amend": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-payee": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-agree": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-refuse": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-preview": POST_ONLY(BUILDERS, lambda world: {"uuid": world.spark.uuid, "step": "withdraw"}),
    "sparks:spark-move-date": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-appeal": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-outside": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-reopen": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-conflict": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-ready": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-pay": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-correct": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-recover": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-withdraw": POST_ONLY(BUILDERS, _spark),
    "sparks:spark-cancel": POST_ONLY(MANAGERS, _spark),
    "sparks:spark-close": POST_ONLY(MANAGERS, _spark),
    "sparks:report-edit": Page(BUILDERS, _spark),
    "sparks:report-photo": Page(EVERY_ROLE, _spark, visit=False, status=404, methods=("GET",)),
    "sparks:spark-export": Page(EVERY_ROLE, visit=False, methods=("GET",)),
    "sparks:cost-use": POST_ONLY(BUILDERS, _line),
    "sparks:cost-pay": POST_ONLY(BUILDERS, _line),
    "sparks:group-lineage": Page(EVERY_ROLE, _group, methods=("GET",)),
    "sparks:group-roots": Page(BUILDERS, _group),
    "sparks:decide-several": Page(MANAGERS),
    "sparks:how-it-works": Page(EVERY_ROLE, methods=("GET",)),
    "sparks:round-list": Page(EVERY_ROLE, methods=("GET",)),
    "sparks:round-create": Page(MANAGERS),
    "sparks:round-detail": Page(EVERY_ROLE, _round, methods=("GET",)),
    "sparks:round-update": Page(MANAGERS, _round),
    "sparks:ledger-export": Page(EVERY_ROLE, _round, visit=False, methods=("GET",)),
    "sparks:apply-page": Page(MANAGERS, _round),
    "sparks:application-list": Page(BUILDERS, methods=("GET",)),
    "sparks:application-detail": Page(BUILDERS, _sent),
    "sparks:application-close": POST_ONLY(BUILDERS, _sent),
    "sparks:application-words": Page(BUILDERS, _sent, status=302, visit=False),
    "sparks:application-aloud": Page(BUILDERS, _aloud),
    "sparks:application-helped": POST_ONLY(BUILDERS, _sent),
    "sparks:application-enclosed": Page(
        BUILDERS, lambda world: {**_sent(world), "enclosure": world.photo.uuid}, visit=False, methods=("GET",)
    ),
    "sparks:host-ask": POST_ONLY(BUILDERS, _spark),
    "sparks:host-stop": POST_ONLY(BUILDERS, _spark),
    "sparks:holder-update": Page(BUILDERS, _spark),
    "sparks:apply-poster": Page(BUILDERS, lambda world: {"pk": world.page.round_id}, methods=("GET",)),
    "sparks:aloud-begin": POST_ONLY(BUILDERS, lambda world: {"pk": world.page.round_id}),
    "applying:accept": POST_ONLY(ANYONE, _mine),
    "applying:answer": POST_ONLY(ANYONE, _mine),
    "applying:enclosed": Page(
        ANYONE, lambda world: {**_mine(world), "uuid": world.own_photo.uuid}, visit=False, methods=("GET",)
    ),
    "applying:host": Page(ANYONE, lambda world: {"words": HOST_WORDS}),
    "applying:help": POST_ONLY(ANYONE, _mine),
    "applying:apply": Page(ANYONE, _page),
    "applying:privacy": Page(ANYONE, _page, methods=("GET",)),
    "applying:way-back": Page(ANYONE),
    "applying:mine": Page(ANYONE, _mine, methods=("GET",)),
    "applying:screen": Page(ANYONE, _screen),
    "applying:withdraw": POST_ONLY(ANYONE, _mine),
    "applying:stop": POST_ONLY(ANYONE, _mine),
    "sparks:fund-create": Page(MANAGERS),
    "sparks:fund-detail": Page(EVERY_ROLE, _fund, methods=("GET",)),
    "sparks:fund-money": Page(MANAGERS, _fund),
    "sparks:fund-export": Page(EVERY_ROLE, _fund, visit=False, methods=("GET",)),
    "sparks:proposal-agree": POST_ONLY(MANAGERS, _proposal),
    "sparks:proposal-refuse": POST_ONLY(MANAGERS, _proposal),
    "sparks:proposal-withdraw": POST_ONLY(MANAGERS, _proposal),
    "sparks:fund-update": Page(MANAGERS, _fund),
}


def build(world) -> None:
    """Add a round with a draft, so that every step has something to refuse or accept, and a spark whose money has
    moved.
    """
    world.round = RoundFactory(team=world.team)
    world.proposal = FundProposalFactory(fund=FundFactory(team=world.team))
    world.page = ApplyPageFactory(round=RoundFactory(team=world.team))
    # A test that builds two worlds has the words open the first.
    is_second = Application.objects.filter(digest=digest_of(SIX_WORDS)).exists()
    own = ApplicationFactory(page=world.page, words="" if is_second else SIX_WORDS)
    world.own_photo = EnclosureFactory(application=own)
    world.aloud = ApplicationFactory(page=world.page, helper=world.builder)
    world.sent = ApplicationFactory(page=world.page, sent=True)
    ApplicantFactory(application=world.sent)
    world.photo = EnclosureFactory(application=world.sent)
    world.spark = SparkFactory(round=world.round, created_by=world.builder)
    world.cost_line = CostLine.objects.create(spark=world.spark, what="Tea")
    world.note = NoteFactory(spark=world.spark, by=world.builder)
    world.attachment = AttachmentFactory(spark=world.spark, by=world.builder)
    asked = SparkFactory(round=world.round, handed_in=True, created_by=world.builder)
    HostLinkFactory(spark=asked, by=world.builder, words="" if is_second else HOST_WORDS)
    told = SparkFactory(round=world.round, handed_in=True, created_by=world.builder)
    actions.approve_spark(spark=told, by=world.manager)
    Report.objects.create(spark=told, what_happened="Forty came.", created_by=world.builder)


ADMIN = {
    "sparks.Fund": AdminRow(),
    "sparks.Round": AdminRow("read", "read"),
    "sparks.Spark": AdminRow("read", "read"),
    "sparks.Decision": AdminRow("read", "read"),
    "sparks.LedgerEntry": AdminRow("read", "read"),
    "sparks.FundEntry": AdminRow("read", "read"),
    "sparks.FundProposal": AdminRow("read", "read"),
    "sparks.Report": AdminRow("read", "read"),
}
