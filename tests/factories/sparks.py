"""Factories for funds, rounds and sparks."""

from datetime import timedelta
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from connectors.rules.people import phone_key
from sparks.actions.fund_money import Behind, move_fund_money
from sparks.applying.words import digest_of
from sparks.models import (
    Applicant,
    Application,
    ApplyPage,
    Attachment,
    Enclosure,
    EnclosureKind,
    Fund,
    FundEntryKind,
    FundProposal,
    HeldBy,
    HostLink,
    Note,
    Round,
    Spark,
    Stage,
    Status,
)
from tests.factories.communities import PartnerFactory, TeamFactory, UserFactory
from tests.photos import photo_bytes


class FundFactory(factory.django.DjangoModelFactory):
    """A small-sparks fund with a million pounds, more than any test needs; `given_gbp=0` has none yet."""

    class Meta:
        model = Fund

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Fund {n:03}")
    given_gbp = Decimal("1000000.00")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        given = Decimal(kwargs.pop("given_gbp"))
        fund = super()._create(model_class, *args, **kwargs)
        if given:
            with transaction.atomic():
                move_fund_money(fund, FundEntryKind.RECEIVED, given, Behind())
            fund.refresh_from_db(fields=["given_gbp"])
        return fund


class RoundFactory(factory.django.DjangoModelFactory):
    """A round of £1,000 that opened yesterday and closes in a month; at most £500 for one spark."""

    class Meta:
        model = Round

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with transaction.atomic():
            made = super()._create(model_class, *args, **kwargs)
            move_fund_money(made.fund, FundEntryKind.SET_ASIDE, made.budget_gbp, Behind(), grant_round=made)
        made.fund.refresh_from_db(fields=["allocated_gbp"])
        return made

    team = factory.SubFactory(TeamFactory)
    fund = factory.SubFactory(FundFactory, team=factory.SelfAttribute("..team"))
    name = factory.Sequence(lambda n: f"Round {n:03}")
    budget_gbp = Decimal("1000.00")
    max_award_gbp = Decimal("500.00")
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class FundProposalFactory(factory.django.DjangoModelFactory):
    """A proposal that waits: £100 from the funder."""

    class Meta:
        model = FundProposal

    fund = factory.SubFactory(FundFactory)
    team = factory.SelfAttribute("fund.team")
    kind = FundProposal.Kind.RECEIVED
    amount_gbp = Decimal("100.00")
    day = factory.LazyFunction(timezone.localdate)
    reason = "The second half of the grant."
    proposed_by = factory.SubFactory(UserFactory)


class SparkFactory(factory.django.DjangoModelFactory):
    """A complete draft for £200 with a host; `handed_in=True` waits for a decision."""

    class Meta:
        model = Spark

    class Params:
        handed_in = factory.Trait(status=Status.SUBMITTED, submitted_at=factory.LazyFunction(timezone.now))
        no_money = factory.Trait(held_by=HeldBy.NO_MONEY, amount_gbp=Decimal("0.00"), host=None)

    team = factory.SelfAttribute("round.team")
    round = factory.SubFactory(RoundFactory)
    title = factory.Sequence(lambda n: f"Spark {n:03}")
    what = "A supper on the green."
    who_with = "The neighbours of Mill Row."
    costs = "Potatoes and oil"
    amount_gbp = Decimal("200.00")
    held_by = HeldBy.HOST
    host = factory.SubFactory(PartnerFactory, team=factory.SelfAttribute("..team"), is_fiscal_host=True)
    #: Money that is ready to be paid has a payee.
    payee = factory.LazyAttribute(lambda row: "Mill Row" if row.status in (Status.READY, Status.PAID) else "")
    created_by = factory.SubFactory(UserFactory)


class NoteFactory(factory.django.DjangoModelFactory):
    """A note to colleagues."""

    class Meta:
        model = Note

    spark = factory.SubFactory(SparkFactory)
    words = "The hall has a tap."
    by = factory.SubFactory(UserFactory)


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A quote as a PDF."""

    class Meta:
        model = Attachment

    spark = factory.SubFactory(SparkFactory)
    title = "Quote for the marquee"
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 a quote", name="quote.pdf"))
    bytes_count = 16
    by = factory.SubFactory(UserFactory)


#: The six words of every application that the factory makes with `words`.
SIX_WORDS = "acorn-bridge-candle-daisy-eagle-feather"


class ApplyPageFactory(factory.django.DjangoModelFactory):
    """The public page of a round, switched on."""

    class Meta:
        model = ApplyPage

    round = factory.SubFactory(RoundFactory)
    code = factory.Sequence(lambda n: f"ideas-{n:03}")
    is_on = True
    first_check = "Would it happen here?"
    second_check = "Would £500 be enough?"


class ApplicationFactory(factory.django.DjangoModelFactory):
    """An application for £40 being written; `sent=True` waits for the team. `words` open it."""

    class Meta:
        model = Application

    class Params:
        sent = factory.Trait(stage=Stage.SENT, sent_at=factory.LazyFunction(timezone.now))
        words = ""

    page = factory.SubFactory(ApplyPageFactory)
    team = factory.SelfAttribute("page.round.team")
    digest = factory.LazyAttribute(lambda row: digest_of(row.words) if row.words else None)
    what = "A bench in the sun."
    who_with = "The neighbours of Mill Row."
    costs = "Wood"
    amount_gbp = Decimal("40.00")
    held_by = HeldBy.GROUP


#: The six words of every link to an organisation that the factory makes with `words`.
HOST_WORDS = "fossil-garden-hazel-kettle-lemon-meadow"


class EnclosureFactory(factory.django.DjangoModelFactory):
    """A photo that was sent with an application."""

    class Meta:
        model = Enclosure

    application = factory.SubFactory(ApplicationFactory)
    kind = EnclosureKind.PHOTO
    file = factory.LazyFunction(lambda: ContentFile(photo_bytes(), name="bench.jpg"))


class HostLinkFactory(factory.django.DjangoModelFactory):
    """A link for the organisation of a spark that waits for a decision. `words` open it."""

    class Meta:
        model = HostLink

    class Params:
        words = ""

    spark = factory.SubFactory(SparkFactory, handed_in=True)
    host = factory.SelfAttribute("spark.host")
    by = factory.SelfAttribute("spark.created_by")
    digest = factory.LazyAttribute(lambda row: digest_of(row.words) if row.words else None)
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=60))


class ApplicantFactory(factory.django.DjangoModelFactory):
    """Whoever sends an application."""

    class Meta:
        model = Applicant

    application = factory.SubFactory(ApplicationFactory)
    name = "Rose"
    phone_key = factory.LazyAttribute(lambda row: phone_key(getattr(row, "phone", "")))
