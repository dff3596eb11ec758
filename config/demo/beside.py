"""Additions to sparks: a note to colleagues, an attached quote, costs of which some is lent, what grew from what, and what
organisations say about holding the money.
"""

from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from assets.models import Asset, Kind
from communities.models import Partner
from config.demo.money import Staff
from config.demo.people import World
from sparks import actions
from sparks.applying.actions import answer_for_host, ask_host
from sparks.attached import clean_attachment
from sparks.lending import Cost
from sparks.models import HeldBy, Round, Spark

#: A quote of one page, in the fewest words of PDF that readers open.
QUOTE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 62>>stream
BT /F1 18 Tf 60 760 Td (Shed, second-hand, delivered: 350 pounds) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def add_beside(world: World, staff: Staff, pot: Round, host: Partner, spark: Spark) -> None:
    """Add these to a spark that waits for a second person, and a new spark that grew from it and from a group."""
    actions.add_note(spark=spark, by=staff.second, words="I saw the place. The gate is wide enough for a van.")
    actions.add_attachment(
        spark=spark,
        by=staff.writer,
        title="Quote for the shed",
        file=clean_attachment(SimpleUploadedFile("shed.pdf", QUOTE)),
    )
    answer_for_host(
        link=ask_host(spark=spark, by=staff.writer),
        answer="yes",
        who="Pat Lee",
        said="We hold it for them as last year.",
    )
    group = Asset.objects.filter(team=world.team, kind=Kind.ASSOCIATION).order_by("pk").first()
    place = Asset.objects.filter(team=world.team, kind=Kind.PLACE).order_by("pk").first()
    grown = actions.create_spark(
        team=world.team, by=staff.writer, round=pot, title="A bench beside the shed", group_name="Weir Street Bench",
        what="Somewhere to sit while the mower is out.", who_with="The households that share the shed.",
        amount_gbp=Decimal("55.00"), held_by=HeldBy.HOST, host=host, neighbourhood=world.places[0],
        cost_lines=[
            Cost(what="Screws and oil", amount_gbp=Decimal("55.00")),
            Cost(what="A place to saw in", is_in_kind=True, amount_gbp=Decimal("40.00"), asset=place),
        ],
        grew_from=[each for each in (spark, group) if each],
    )  # fmt: skip
    actions.submit_spark(spark=grown, by=staff.writer)
    ask_host(spark=grown, by=staff.writer)
