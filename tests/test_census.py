"""Erase one resident and take a census of everything left: every column of every table, every file, the log and the
mail.

Fields are found in the models. A new field that can hold text is filled, and fails here until erasing reaches it or a
row below says why it may stay. `python -m pytest tests/test_census.py -s` prints what is left.
"""

import logging
from datetime import date
from types import SimpleNamespace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import models
from django.urls import reverse
from django.utils import timezone

from assets.actions.importing import apply_import, rehearse_import
from assets.models import Visibility
from communities.actions.partners import delete_partner
from communities.full_text import full_texts
from communities.periods import quarter_of
from connectors.actions.asks import delete_ask
from connectors.actions.conversations import delete_conversation
from connectors.actions.gifts import remove_gift
from connectors.actions.merges import merge_people
from connectors.capture.actions.receiving import delete_item
from connectors.models import ConnectorTerm, Conversation, ErasedName, HeardTheme, Person, PersonName, ReviewItem
from evaluation.models import PackLink, PackPart, PublishedPack, Story
from evaluation.releases.actions import close_quarter
from sparks.actions.chaining import append_line
from sparks.models import Amendment, Attachment, CostLine, Decision, FundEntry, LedgerEntry, Note, Report, StepTaken
from tests import census
from tests.census import EMAIL, FIRST, NAME, NICK, PHONE, SONG, STREET, Hit, filled
from tests.factories.assets import AssetFactory, AssetPhotoFactory, ImportBatchFactory, ImportRowFactory
from tests.factories.communities import (
    DraftFactory,
    DraftPhotoFactory,
    InvitationFactory,
    MessageFactory,
    NeighbourhoodFactory,
    PartnerFactory,
    TeamFactory,
)
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    NextStepFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_asks import AskFactory, DismissalFactory
from tests.factories.connectors_capture import Phone, SealingKeyFactory, park
from tests.factories.connectors_consent import ConsentFactory, NoticeFactory, ReadBackLinkFactory, WishFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory
from tests.factories.connectors_merges import PersonMergeFactory, TwoPeopleFactory
from tests.factories.connectors_prompts import PromptSetFactory
from tests.factories.connectors_words import IgnoredWordFactory, TeamWordFactory
from tests.factories.evaluation import (
    ExpectationFactory,
    IndicatorFactory,
    MeasurementFactory,
    ObservationFactory,
    PackFactory,
    PriorityFactory,
    ProfileCategoryFactory,
    ProfileFactory,
    StoryFactory,
    ValueMapFactory,
    YardstickFactory,
)
from tests.factories.sparks import (
    ApplicantFactory,
    ApplicationFactory,
    ApplyPageFactory,
    EnclosureFactory,
    FundFactory,
    FundProposalFactory,
    HostLinkFactory,
    RoundFactory,
    SparkFactory,
)
from tests.photos import photo_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

_DIGEST = "a digest or a key, which no word can be read out of"
_CODE = "a code that Kith chooses"
#: Fields that are not filled, and why they cannot contain anybody's text.
NO_WORDS = {
    "communities.user": "the account of somebody who works here, kept and closed by themselves",
    "communities.signinattempt": _DIGEST,
    "communities.calendaraddress": _DIGEST,
    "communities.idempotencykey": _DIGEST,
    "sparks.steptaken.step": "the name of a step of the workflow",
    "sparks.bar.email_key": _DIGEST,
    "sparks.bar.ground": _CODE,
    "sparks.decision.declaration": _CODE,
    "sparks.ledgerentry.hash": _DIGEST,
    "sparks.ledgerentry.previous_hash": _DIGEST,
    "sparks.fundentry.hash": _DIGEST,
    "sparks.fundentry.previous_hash": _DIGEST,
    "sparks.fundproposal.before": "amounts, dates and the primary key of a fund",
    "sparks.fundproposal.after": "amounts, dates and the primary key of a fund",
    "communities.countmark": _CODE,
    "communities.draft": "filled below, by what a form sends",
    "communities.draftphoto": "the name of a field",
    "communities.auditentry": "names of models and fields; tests/communities asks that no value gets in",
    "communities.undoable.model": _CODE,
    "communities.undoable.object_id": _DIGEST,
    "communities.undoablelink": "names of models and primary keys",
    "communities.team.slug": _CODE,
    "communities.invitation.roles": _CODE,
    "communities.message.kind": _CODE,
    "communities.message.key": _DIGEST,
    "communities.message.about_model": _CODE,
    "communities.messagetry": "sentences of Kith's own about mail servers",
    "communities.neighbourhood.code": "a code of the statistics office",
    "communities.neighbourhood.boundary": "an outline",
    "assets.importbatch.columns": "filled below with the headings, which it must name",
    "assets.importbatch.headings": "filled below",
    "assets.importbatch.counts": _CODE,
    "assets.asset.postcode": "a postcode",
    "assets.asset.quadkey": _CODE,
    "connectors.nextstep.linked_model": _CODE,
    "connectors.person": "filled below, by what each field means",
    "connectors.personname": "written with the names of a resident",
    "connectors.personmerge.moved": "filled by merging",
    "connectors.sealingkey": _DIGEST,
    "connectors.sealeditem": "filled by a phone, sealed",
    "connectors.readbacklink.digest": _DIGEST,
    "connectors.webcount": "numbers; counted anew",
    "connectors.erasedname": _DIGEST,
    "connectors.reviewitem": "pointers and names of fields",
    "evaluation.outcome.key": _CODE,
    "evaluation.indicator.key": _CODE,
    "evaluation.indicator.counted_from": _CODE,
    "evaluation.indicator.conditions": _CODE,
    "evaluation.rollup": "numbers; counted anew",
    "evaluation.profile": "answers chosen from lists",
    "evaluation.release": "numbers, and the words of definitions and places",
    "evaluation.releaseaddress": _DIGEST,
    "evaluation.releasecount": "pointers and numbers",
    "evaluation.pack.numbers": _CODE,
    "evaluation.pack.place": _CODE,
    "evaluation.publishedpack": "numbers, digests, and the words of definitions and places",
    "evaluation.packlink.digest": _DIGEST,
    "sparks.application.digest": _DIGEST,
    "sparks.application.saved_from": _DIGEST,
    "sparks.hostlink.digest": _DIGEST,
    "sparks.applypage.code": _CODE,
    "admin.logentry.object_id": _DIGEST,
}

_MONEY = "the record of money is never changed; who erases is told, and it is on the list to be read"
_READ = (
    "not theirs by any link, so it may be somebody else of the name: on the list to be read, with a link to change it"
)
_OTHER = "somebody else's record that holds a whole name, telephone or address of theirs: on the list to be read"
#: What may still contain something of hers after erasing, and why. All of it is on the list to read.
ALLOWED = {
    "sparks_decision.reason": _MONEY,
    "sparks_ledgerentry.payee": _MONEY,
    "sparks_ledgerentry.reference": _MONEY,
    "sparks_ledgerentry.note": _MONEY,
    "sparks_fundentry.reference": _MONEY,
    "sparks_fundentry.reason": _MONEY,
    "connectors_person.known_as": _OTHER,
    "connectors_person.street": _OTHER,
    "connectors_person.phone": _OTHER,
    "connectors_person.email": _OTHER,
    "connectors_person.name_key": _OTHER,
    "connectors_person.phone_key": _OTHER,
    "connectors_personname.alike": _OTHER,
    "connectors_personname.start": _OTHER,
    "connectors_personmerge.moved": "what somebody else's record said before a merge: gone once that merge is undone or they are erased",
    "files.attachments": "a file of a spark that they are not behind: its title is on the list to be read",
    "files.reports": "a photo of a spark that they are not behind: its words are on the list to be read",
    "connectors_gift.name": _READ,
    "connectors_theme.name": _READ,
    "communities_team.name": _READ,
    "communities_team.authority": _READ,
    "communities_team.host_organisation": _READ,
    "communities_invitation.name": _OTHER,
    "communities_invitation.email": _OTHER,
    **{f"communities_message.{field}": _READ for field in ("name", "address", "subject", "body")},
    "communities_neighbourhood.name": _READ,
    "communities_neighbourhood.boundary_story": _READ,
    "communities_partner.name": _READ,
    "communities_partner.email": _READ,
    "communities_partner.website": _READ,
    **{
        f"assets_asset.{field}": _READ
        for field in (
            "name", "description", "address", "phone", "email", "website", "opening", "access", "retired_reason",
        )
    },
    "assets_assetphoto.alt": _READ,
    **{
        f"connectors_conversation.{field}": _READ
        for field in ("summary", "idea", "place_name", "photo_alt")
    },
    "connectors_nextstep.words": _READ,
    "connectors_nextstep.closed_reason": _READ,
    "connectors_privacynotice.words": _READ,
    "connectors_wish.words": _READ,
    "connectors_wish.answer": _READ,
    "connectors_introduction.reason": _READ,
    "connectors_introduction.outcome_note": _READ,
    "connectors_ask.words": _READ,
    "connectors_journey.vision": _READ,
    "connectors_journey.ending_words": _READ,
    "connectors_journeychange.words": _READ,
    "connectors_teamword.phrase": _READ,
    "connectors_teamword.alternatives": _READ,
    "connectors_teamword.reason": _READ,
    "connectors_ignoredword.phrase": _READ,
    "connectors_promptset.name": _READ,
    "connectors_promptset.prompts": _READ,
    "connectors_promptset.source": _READ,
    "sparks_fund.name": _READ,
    "sparks_fund.purpose": _READ,
    "sparks_round.name": _READ,
    "sparks_fundproposal.reference": _READ,
    "sparks_fundproposal.reason": _READ,
    "sparks_applypage.first_check": _READ,
    "sparks_applypage.second_check": _READ,
    **{f"sparks_application.{field}": _READ for field in ("title", "what", "who_with", "costs", "reason", "help_words")},
    **{f"sparks_applicant.{field}": _READ for field in ("name", "phone", "phone_key", "email", "say")},
    **{f"sparks_hostlink.{field}": _READ for field in ("who", "words")},
    **{
        f"sparks_spark.{field}": _READ
        for field in ("title", "group_name", "what", "who_with", "costs", "question", "payee")
    },
    "sparks_steptaken.words": _READ,
    **{f"sparks_amendment.{field}": _READ for field in ("reason", "payee", "payee_before", "reference")},
    "sparks_costline.what": _READ,
    "sparks_costline.lender": _READ,
    "sparks_note.words": _READ,
    "sparks_attachment.title": _READ,
    **{f"sparks_report.{field}": _READ for field in ("what_happened", "what_changed", "what_next", "photo_alt")},
    "evaluation_measurement.note": _READ,
    **{f"evaluation_outcome.{field}": _READ for field in ("name", "description", "framework")},
    **{
        f"evaluation_indicator.{field}": _READ
        for field in ("name", "question", "definition", "unit", "source", "counted_words")
    },
    "evaluation_yardstick.source": _READ,
    "evaluation_expectation.words": _READ,
    "evaluation_observation.text": _READ,
    "evaluation_priority.plan": _READ,
    "evaluation_priority.reference": _READ,
    "evaluation_priority.title": _READ,
    "evaluation_profilecategory.basis": _READ,
    **{f"evaluation_valuemap.{field}": _READ for field in ("title", "activity")},
    **{f"evaluation_valueline.{field}": _READ for field in ("stakeholder", "change")},
    "evaluation_valueassumption.source": _READ,
    **{f"evaluation_valueinput.{field}": _READ for field in ("who", "what", "source")},
    "evaluation_profilecategory.name": _READ,
    **{
        f"evaluation_story.{field}": _READ
        for field in (
            "title", "self_text", "us_text", "now_text", "quote", "quote_by", "residents_did", "others_did", "we_did",
            "photo_alt",
        )
    },
}  # fmt: skip
#: What stays when the user who erases has ticked every box: what cannot be changed, and names inside lists.
ALLOWED_WHEN_TICKED = {
    table: why for table, why in ALLOWED.items() if why not in (_READ,)
}  # fmt: skip
#: Fields that an action derives from a field of the same record, which is listed.
DERIVED = ("name_key", "phone_key", "start", "alike")
#: The full-text index follows its texts: it may contain what they contain.
FOLLOWS = tuple(name for index in full_texts() for name in (index.index, f"{index.table}.full_text"))


def a_photo() -> ContentFile:
    """Return a photo with something of hers in its bytes, like a face."""
    return ContentFile(photo_bytes() + SONG.encode(), name="photo.jpg")


def fill(row: models.Model, *, own: bool = False) -> models.Model:
    """Fill every field of a row that can hold text with hers."""
    values = filled(type(row), apart_from=NO_WORDS, own=own)
    if values:
        type(row)._base_manager.filter(pk=row.pk).update(**values)
    return row


def value_map_of(team, manager) -> list[models.Model]:
    """Return a value map with all that it consists of."""
    value_map = ValueMapFactory(team=team, whole=True, created_by=manager)
    line = value_map.lines.get()
    return [value_map, line, *line.assumptions.all(), *value_map.inputs.all()]


def money(spark, manager) -> list[models.Model]:
    """Return the decision, payment and report of a spark; append-only rows are filled when they are written."""
    decision = Decision.objects.create(
        spark=spark, by=manager, verdict="approve", **filled(Decision, apart_from=NO_WORDS)
    )
    words = filled(LedgerEntry, apart_from=NO_WORDS)
    line = append_line(
        LedgerEntry(round=spark.round, spark=spark, kind="pay", amount_gbp=5, by=manager, **words),
    )
    lines = [
        line,
        append_line(
            FundEntry(fund=spark.round.fund, kind="received", amount_gbp=5, **filled(FundEntry, apart_from=NO_WORDS))
        ),
    ]
    report = Report.objects.create(spark=spark, what_happened="-", created_by=manager, photo=a_photo())
    step = StepTaken.objects.create(
        spark=spark, number=1, step="ask", before="submitted", after="needs_info", by=manager
    )
    change = Amendment.objects.create(spark=spark, before_gbp=5, amount_gbp=4, reason="-", proposed_by=manager)
    note, attached = Note.objects.create(spark=spark, by=manager, words="-"), ContentFile(SONG.encode(), name="a.pdf")
    file = Attachment.objects.create(spark=spark, by=manager, title="-", file=attached, bytes_count=9)
    link = HostLinkFactory(spark=spark, answer="yes", answered_at=timezone.now())
    cost = CostLine.objects.create(spark=spark, what="-", is_in_kind=True)
    beside = [fill(note), fill(file), fill(cost)]
    return [decision, *lines, fill(report), fill(step), fill(change), fill(link), *beside]


def build_hers(team, builder, manager) -> SimpleNamespace:
    """Write about her in everything that can be linked to a resident, with each row filled."""
    her = PersonFactory(
        team=team, known_as=NAME, also_known_as=NICK, street=STREET, phone=PHONE, email=EMAIL, phone_key="174960999",
        name_key="zyxwinaquibblethwaite",
    )  # fmt: skip
    twin = PersonFactory(team=team, known_as=FIRST, street=STREET, phone=PHONE, phone_key="174960999")
    merge_people(kept=her, absorbed=twin, by=manager)
    bert = PersonFactory(team=team, known_as="Bert")
    talk = ConversationFactory(team=team, builder=builder, people=[her], photo=a_photo())
    spark = SparkFactory(round__team=team, created_by=builder)
    spark.applicants.add(her)
    named = ApplicantFactory(application=ApplicationFactory(page__round__team=team, sent=True), person=her)
    story = StoryFactory(team=team, created_by=builder, published=True, people=[her], photo=a_photo())
    journey = JourneyFactory(person=her, builder=builder)
    own = [
        talk, story, journey, GiftFactory(person=her, heard_in=talk), WishFactory(person=her),
        ConnectorTerm.objects.create(person=her, since="2025-01-01", until="2025-06-01"),
        HeardTheme.objects.create(conversation=talk, person=her, theme=ThemeFactory(team=team)),
        AskFactory(team=team, person=her, created_by=builder),
        NextStepFactory(team=team, person=her, owner=builder, done=True),
        NextStepFactory(team=team, conversation=talk, owner=builder, done=True), JourneyChangeFactory(journey=journey, noted_by=builder),
        IntroductionFactory(team=team, from_person=her, to_person=bert, introduced_by=builder, met=True),
    ]  # fmt: skip
    for row in own:
        fill(row, own=not isinstance(row, Story))
    Story.objects.filter(pk=story.pk).update(quote=SONG)
    Conversation.objects.filter(pk=talk.pk).update(place_name=NAME)
    MessageFactory(team=team, resident_id=her.pk, name="", address=EMAIL, subject=NAME, body=f"{NAME} {SONG}")
    MessageFactory(team=team, resident_id=twin.pk, name="", address=EMAIL, subject=NAME, body=f"{NAME} {SONG}")
    others = [
        her, twin, fill(named), fill(named.application), EnclosureFactory(application=named.application), fill(spark), *money(spark, manager), ConsentFactory(person=her), ReadBackLinkFactory(person=her), ProfileFactory(person=her),
        fill(IntroductionFactory(team=team, from_person=bert, to_person=her, introduced_by=builder)),
        TwoPeopleFactory(team=team, person=her, other=bert, said_by=builder),
        DismissalFactory(team=team, person=her, other=bert, dismissed_by=builder), *her.merges_kept.all(),
    ]  # fmt: skip
    return SimpleNamespace(her=her, talk=talk, spark=spark, story=story, rows=[*own, *others])


def pack_of(team, manager) -> list[models.Model]:
    """Return a published pack with one text, and a link to it."""
    release = close_quarter(by=None, team=team, quarter=quarter_of(date(2025, 11, 1)))
    published = PublishedPack.objects.create(
        pack=PackFactory(team=team, release=release), document={}, sha256="0" * 64, published_by=manager
    )
    return [
        published.pack,
        PackPart.objects.create(published=published, position=0, kind="opening", texts={}),
        PackLink.objects.create(
            published=published, reader="-", digest="0" * 64, made_by=manager, expires_on=date(2026, 1, 1)
        ),
    ]


def build_others(team, builder, manager) -> list[models.Model]:
    """Write her text into rows that are not linked to her, at least one of every model that holds text."""
    bert, place = PersonFactory(team=team, known_as="Bert"), NeighbourhoodFactory(team=team)
    spark = SparkFactory(round__team=team, created_by=builder)
    other = PersonFactory(team=team, known_as=f"{NAME}'s mother", street=STREET, phone=PHONE, email=EMAIL)
    story = StoryFactory(team=team, created_by=builder, published=True)
    indicator = IndicatorFactory(team=team, made_by=manager)
    rows = [
        team, place, PartnerFactory(team=team), InvitationFactory(team=team, invited_by=manager), ThemeFactory(team=team),
        AssetFactory(team=team, public=True), AssetPhotoFactory(asset__team=team), story, GiftFactory(person=bert),
        ConversationFactory(team=team, builder=builder, people=[bert]), WishFactory(person=bert),
        NextStepFactory(team=team, owner=builder, done=True),
        IntroductionFactory(team=team, from_person=bert, introduced_by=builder), AskFactory(team=team, person=bert),
        JourneyChangeFactory(journey=fill(JourneyFactory(person=bert, builder=builder)), noted_by=builder),
        TeamWordFactory(team=team, created_by=manager), IgnoredWordFactory(team=team, user=builder),
        PromptSetFactory(team=team), ApplyPageFactory(round__team=team),
        fill(ApplicantFactory(application__page__round__team=team)).application, EnclosureFactory(application__page__round__team=team), FundFactory(team=team), FundProposalFactory(fund__team=team), RoundFactory(team=team), spark, NoticeFactory(team=team),
        YardstickFactory(team=team), ExpectationFactory(team=team), indicator, indicator.outcomes.get(),
        MeasurementFactory(team=team, created_by=manager), ObservationFactory(team=team, created_by=manager), PriorityFactory(team=team), ProfileCategoryFactory(team=team),
        *value_map_of(team, manager), MessageFactory(team=team),
    ]  # fmt: skip
    rows += pack_of(team, manager)
    PersonMergeFactory(kept=bert, absorbed=PersonFactory(team=team), moved={"values": {"known_as": NAME}})
    return [*map(fill, rows), *money(spark, manager), other]


def build_deleted(world) -> None:
    """Delete rows of hers, and rows that name her, so that they can be restored."""
    team, by = world.team, world.manager
    talk = ConversationFactory(team=team, builder=world.builder, people=[world.her], photo=a_photo())
    delete_conversation(conversation=fill(talk, own=True), by=by)
    remove_gift(gift=fill(GiftFactory(person=world.her)), by=by)
    delete_ask(ask=fill(AskFactory(team=team)), by=by)
    delete_partner(partner=PartnerFactory(team=team, name=f"Friends of {NAME}"), by=by)
    delete_item(item=park(world.builder, team, people=NAME, summary=SONG), by=by)


def build_doors(world) -> None:
    """Write her text in every way that stores it: files, phones, the admin."""
    team, by = world.team, world.manager
    columns = {"name": "Name", "description": NAME}
    row = {"Name": "The shed", NAME: f"Ask {NAME}"}
    for apply in (True, False):
        batch = rehearse_import(
            team=team, by=by, file_name=f"from-{FIRST}.csv", headings=["Name", NAME], rows=[(2, row)],
            columns=columns, kind="place",
        )  # fmt: skip
        world.batch = apply_import(batch=batch, by=by) if apply else batch
    fill(ImportRowFactory(batch=ImportBatchFactory(team=team, file_name=f"{FIRST}.csv")))
    world.item = park(
        world.builder,
        team,
        people=NAME,
        summary=f"{NAME} rang from {PHONE}.",
        **{"people-known": [str(world.her.uuid)]},
    )
    words = [
        ["for_team", str(team.pk)],
        ["people", NAME],
        ["people-known", str(world.her.uuid)],
        ["summary", f"{NAME} rang"],
    ]
    draft = DraftFactory(user=world.builder, team=team, fields=words, title=NAME, page=f"/record/?name={NAME}")
    DraftPhotoFactory(draft=draft, image=a_photo())
    DraftPhotoFactory(draft__user=by, draft__team=team, draft__closed=True, image=a_photo())
    world.begun = Phone(world.builder, team)
    for obj in (world.her, world.spark, world.story):
        kind = ContentType.objects.get_for_model(obj)
        LogEntry.objects.create(
            user=by, content_type=kind, object_id=str(obj.pk), action_flag=CHANGE, object_repr=NAME,
            change_message=f'[{{"added": {{"name": "gift", "object": "{NAME}"}}}}]',
        )  # fmt: skip


@pytest.fixture
def world(team, builder, manager, media, caplog):
    """Write her text into everything."""
    caplog.set_level(logging.INFO)
    SealingKeyFactory()
    made = build_hers(team, builder, manager)
    made.team, made.builder, made.manager, made.media, made.caplog = team, builder, manager, media, caplog
    made.others = build_others(team, builder, manager)
    build_doors(made)
    build_deleted(made)
    return made


def erase(world, client_for, on_commit, *, ticked: bool) -> None:
    """Erase her on the page."""
    client = client_for(world.manager)
    address = reverse("connectors:person-erase", kwargs={"uuid": world.her.uuid})
    page = client.get(address)
    form = page.context["form"]
    also = [value for value, _title in form.fields["also"].choices] if ticked else []
    with on_commit(execute=True):
        answer = client.post(address, {"words_too": "on", "is_sure": "on", "also": also})
    assert answer.status_code == 302


def left(world) -> list[Hit]:
    """Take the census, without the full-text index where the texts that it follows are allowed."""
    hits = census.take(world.media, world.caplog.text)
    return [hit for hit in hits if not f"{hit.table}.{hit.column}".startswith(FOLLOWS)]


def names_of(hits: list[Hit]) -> set[str]:
    """Return the columns of these hits."""
    return {f"{hit.table}.{hit.column}" for hit in hits}


def test_every_text_field_contains_her_data_before(world) -> None:
    found, missing = names_of(census.take(world.media, "")), []
    for model in census.models_of_kith():
        label, table = model._meta.label_lower, model._meta.db_table
        for field in census.text_like(model):
            if label in NO_WORDS or f"{label}.{field.name}" in NO_WORDS:
                continue
            if isinstance(field, models.FileField):
                is_there = any(getattr(row, field.attname) for row in model._base_manager.all())
            else:
                is_there = f"{table}.{field.column}" in found
            missing += [] if is_there else [f"{label}.{field.name}"]
    assert missing == []
    for extra in ("assets_importbatch.headings", "assets_importbatch.columns", "connectors_personmerge.moved"):
        assert extra in found
    assert {"connectors_sealeditem.sealed, opened", "django_admin_log.object_repr"} <= found


def test_every_model_related_to_residents_has_a_row_of_hers(world) -> None:
    through = {"connectors.LightTouch", "connectors.PersonName"}
    wanted = {
        model._meta.label
        for model in census.models_of_kith()
        if census.leads_to_person(model) and not model._meta.auto_created and model not in (ErasedName, ReviewItem)
    }
    assert wanted - {row._meta.label for row in world.rows} - through == set()


def test_only_allowed_data_of_hers_is_left(world, client_for, django_capture_on_commit_callbacks) -> None:
    erase(world, client_for, django_capture_on_commit_callbacks, ticked=False)
    hits = left(world)
    print("\nLeft after erasing, nothing ticked:\n" + census.told(hits, ALLOWED))  # noqa: T201 - the census is to be read
    assert names_of(hits) - set(ALLOWED) == set()
    assert set(ALLOWED) - names_of(hits) == set(), "a line that nothing needs any more"
    hers = {(row._meta.db_table, row.pk) for row in world.rows}
    of_hers = [hit for hit in hits if (hit.table, hit.pk) in hers]
    assert {name for name in names_of(of_hers) if ALLOWED[name] != _MONEY} == set()
    assert not PersonName.objects.filter(person=world.her).exists()


def test_all_that_is_left_is_listed_for_review(world, client_for, django_capture_on_commit_callbacks) -> None:
    erase(world, client_for, django_capture_on_commit_callbacks, ticked=False)
    listed = {(item.model, item.object_id): set(item.field_names) for item in ReviewItem.objects.all()}
    tables = {model._meta.db_table: model for model in census.models_of_kith()}
    missing = []
    for hit in left(world):
        if hit.table == "files":
            continue
        model = tables[hit.table]
        field = next(field.name for field in model._meta.concrete_fields if field.column == hit.column)
        if field in DERIVED:
            continue
        if field not in listed.get((model._meta.label_lower, hit.pk), ()):
            missing.append(hit)
    assert missing == []


def test_ticking_every_text_leaves_only_immutable_data(world, client_for, django_capture_on_commit_callbacks) -> None:
    erase(world, client_for, django_capture_on_commit_callbacks, ticked=True)
    hits = census.take(world.media, world.caplog.text)
    print("\nLeft after erasing, every place ticked:\n" + census.told(hits, ALLOWED))  # noqa: T201
    assert names_of(hits) - set(ALLOWED_WHEN_TICKED) == set()


def test_published_texts_that_name_her_are_unpublished_until_review(
    world, client_for, django_capture_on_commit_callbacks
) -> None:
    erase(world, client_for, django_capture_on_commit_callbacks, ticked=False)
    assert not Story.objects.exclude(status="draft").exists()
    assert [each.visibility for each in world.others if each._meta.label == "assets.Asset"] == [Visibility.PUBLIC]
    for each in world.others:
        if each._meta.label == "assets.Asset":
            each.refresh_from_db()
            assert each.visibility == Visibility.TEAM


def test_another_team_is_unchanged(world, client_for, django_capture_on_commit_callbacks) -> None:
    elsewhere = TeamFactory(name="Hillfoot", slug="hillfoot")
    theirs = fill(StoryFactory(team=elsewhere, published=True))
    asset = fill(AssetFactory(team=elsewhere, public=True))
    erase(world, client_for, django_capture_on_commit_callbacks, ticked=True)
    for row in (theirs, asset):
        row.refresh_from_db()
    assert (theirs.title, theirs.status, asset.visibility) == (NAME, "published", Visibility.PUBLIC)


def test_her_files_are_deleted(world, client_for, django_capture_on_commit_callbacks) -> None:
    assert [hit.column for hit in census.in_files(world.media)] != []
    hers = [row.photo.path for row in (world.talk, world.story, world.spark.report)]
    erase(world, client_for, django_capture_on_commit_callbacks, ticked=False)
    assert [path for path in hers if path in {str(each) for each in world.media.rglob("*")}] == []
    assert not Person.objects.filter(known_as__contains=FIRST, erased_on__isnull=False).exists()
