"""The page "Who did what": a sentence for every verb and every model, filters, folding, and the file."""

import ast
import contextlib
import csv
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Asset
from communities import audit
from communities.audit_log.sentences import MOST_FIELDS, Line, audit_lines, fields_listed
from communities.audit_log.subjects import FIELDS, Reader, Subject, subjects
from communities.models import AuditEntry, Membership, Partner, Role, Team, User
from communities.verbs import Verb
from communities.views.audit import LISTED
from connectors.actions.erasing import erase_person
from connectors.models import Conversation, Person
from sparks.workflow import STEPS, WAYS
from tests.checks import APPS
from tests.factories.assets import AssetFactory
from tests.factories.communities import AuditEntryFactory, PartnerFactory, UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, IntroductionFactory, PersonFactory
from tests.factories.evaluation import StoryFactory
from tests.test_architecture import SOURCES
from tests.url_table import build_world

AUDIT, FILE = reverse("communities:audit-list"), reverse("communities:audit-export")
#: Tables that the audit never mentions, with the reason.
NEVER_AUDITED = {
    "communities.SignInAttempt": "what the throttle counts",
    "communities.IdempotencyKey": "what tells a request that was sent twice",
    "communities.Draft": "what somebody has not saved yet, and nobody else sees",
    "communities.DraftPhoto": "part of a draft",
    "communities.Absence": "when somebody is away: the audit has it under the user",
    "communities.CalendarAddress": "a user's own address: the audit has it under the user",
    "communities.Reminder": "the hour of a user's daily email: the audit has it under the user",
    "communities.MessageTry": "part of a message",
    "communities.Undoable": "what an audited step did: undoing it is audited under the rows themselves",
    "communities.UndoableLink": "part of what can be undone",
    "connectors.ConnectorTerm": "an earlier time as a connector: the audit has it under the resident",
    "evaluation.ReleaseCount": "part of a release",
    "evaluation.PublishedPack": "the audit has it under the pack",
    "evaluation.PackPart": "part of a published pack",
    "evaluation.PackOpening": "a count of a day",
    "communities.Upkeep": "when the nightly upkeep last finished",
    "communities.CountMark": "what tells that a count is out of date",
    "connectors.HeardTheme": "part of a conversation",
    "connectors.PersonName": "follows from the names of a resident, whose change is audited",
    "assets.ImportRow": "part of an import",
    "sparks.Amendment": "part of a spark: the audit has each step under it",
    "sparks.Applicant": "part of an application",
    "sparks.Bar": "follows from a spark that was submitted",
    "sparks.CostLine": "part of a spark: the audit has it under the spark",
    "sparks.Enclosure": "part of an application",
    "sparks.Growth": "the audit has it under the spark or the group that grew",
    "sparks.StepTaken": "the history of a spark: the audit has each step under it",
    "evaluation.Rollup": "a count that is kept",
}
#: Fields that no sentence names: keys, and values that the database sets by itself.
UNNAMED = re.compile(
    r"^(id|uuid|(\w+_)?(at|by|since|key)|by|last_login|date_joined|groups|user_permissions|counts|asset|journey|\w*kid"
    r"|position|framework|definition|unit|form|version|counts_people|outcomes|kept|absorbed|other|until|figures|stamp"
    r"|about_model|about_id|resident_id|tries)$"
)
#: Models whose rows only get verbs with their own sentences, or that only have entries about a file.
NEVER_CHANGED = {
    "communities.AuditEntry", "communities.Invitation", "connectors.Device", "connectors.Erased", "connectors.ErasedName",
    "connectors.SealedItem", "connectors.SealingKey", "connectors.PrivacyNotice", "connectors.ConsentRecord",
    "connectors.ReadBackLink", "connectors.ReviewItem", "connectors.WebCount", "sparks.FundEntry", "sparks.FundProposal",
    "evaluation.Release", "evaluation.ReleaseAddress", "evaluation.PackLink",
}  # fmt: skip


class Links(HTMLParser):
    """Link of a sentence: what it leads to, and its text."""

    def __init__(self, html: str):
        super().__init__()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.addresses.append(dict(attrs)["href"])


@pytest.fixture
def told(team: Team, manager: User) -> Callable[..., str]:
    """Return a function that writes an entry and returns its sentence as the manager reads it."""

    def read(obj: object, verb: Verb = Verb.UPDATE, *, by: User | None = manager, linked: bool = False, fields=()):
        entry = audit.record(by=by, verb=verb, obj=obj, fields=fields, team=team)
        (line,) = audit_lines([entry], Reader(manager, team))
        return line.html if linked else line.text

    return read


# Every verb, every model


def rows_of(subject: Subject, reader: Reader) -> list[str]:
    """Return the primary keys to write about: one that the reader may see, if there is one, and one that was deleted."""
    seen = subject.seen_by(reader).order_by("pk").last()
    return [*([str(seen.pk)] if seen else []), "987654"]


def lines_of_everything(world: SimpleNamespace) -> list[Line]:
    """Return a line for every verb on every model, with every field."""
    reader = Reader(world.manager, world.team)
    entries = [
        AuditEntry(
            team=world.team, actor=actor, verb=verb, model=label, object_id=pk, rows=2,
            field_names=[field.name for field in (*subject.model._meta.fields, *subject.model._meta.many_to_many)],
        )
        for label, subject in subjects().items()
        for pk in (*rows_of(subject, reader), "")
        for verb in Verb
        for actor in (world.builder, None)
    ]  # fmt: skip
    return audit_lines(entries, reader)


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Return the users and their team's rows."""
    return build_world()


@pytest.mark.once
def test_every_verb_about_every_kind_of_record_is_a_plain_sentence(world, client_for) -> None:
    lines = lines_of_everything(world)
    assert len(lines) >= 2 * len(Verb) * len(subjects())
    for line in lines:
        assert re.fullmatch(r"[A-Z][^_%<>{}]*[^.]\.", line.text), line.text
        assert "None" not in line.text
        assert "  " not in line.text
        assert " the the " not in line.text
        assert not re.search(r"\b(an?|the) (an?|the)\b", line.text), line.text
        assert re.sub(r"<[^>]+>", "", line.html).replace("&#x27;", "'") == line.text
    client = client_for(world.manager)
    addresses = {url for line in lines for url in Links(line.html).addresses}
    assert len(addresses) > 25
    for url in addresses:
        assert client.get(url).status_code == 200, url


def test_every_kind_of_record_has_a_name(db: None) -> None:
    models = {model._meta.label for model in apps.get_models() if model._meta.app_label in APPS}
    assert {subject.model._meta.label for subject in subjects().values()} == models - set(NEVER_AUDITED)


def test_every_field_that_can_change_has_a_name(db: None) -> None:
    nameless = [
        f"{subject.model._meta.label}.{field.name}"
        for subject in subjects().values()
        if subject.model._meta.label not in NEVER_CHANGED
        for field in (*subject.model._meta.fields, *subject.model._meta.many_to_many)
        if field.editable and not UNNAMED.match(field.name) and field.name not in subject.named_fields()
    ]
    assert nameless == []


def test_field_names_read_as_english() -> None:
    for name, words in FIELDS().items():
        assert "_" not in str(words), name
        assert not str(words).endswith("."), name


# The verbs that are stored


@pytest.mark.parametrize("app", APPS)
def test_verbs_are_never_written_as_strings(app: str) -> None:
    """Renaming a verb would leave a literal behind."""
    for path, source in SOURCES.items():
        if not path.startswith(f"{app}/") or path == "communities/verbs.py" or path.startswith("sparks/workflow/"):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg in {"verb", "verb__in"}:
                texts = [each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant)]
                assert not [text for text in texts if isinstance(text, str)], f"{path}:{node.value.lineno}"
            if isinstance(node, ast.Compare) and "verb" in ast.unparse(node.left).split("."):
                assert not any(isinstance(each, ast.Constant) for each in node.comparators), f"{path}:{node.lineno}"


def test_every_verb_exists_and_is_used() -> None:
    named = {
        node.attr
        for path, source in SOURCES.items()
        if not path.startswith("communities/audit_log/")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Verb"
        if node.attr.isupper()
    }
    # The workflow is pure, so it names its verbs by their values; tests/test_verbs.py holds them to the list.
    named |= {
        Verb(verb).name for verb in (*(each.verb for each in STEPS.values()), *(each.verb for each in WAYS)) if verb
    }
    assert named == set(Verb.__members__)


def test_labels_are_short_and_stand_alone() -> None:
    for verb in Verb:
        assert re.fullmatch(r"[A-Z][^_%:.]+", str(verb.label)), verb
        assert len(str(verb.label)) <= 45
    assert len({str(verb.label) for verb in Verb}) == len(Verb)


# Sentences


def test_a_change_names_fields_and_links_to_the_thing(told, builder, team) -> None:
    bench = AssetFactory(team=team, name="Bench & <b>")
    assert told(bench, by=builder, fields=["opening"]) == (
        "Bea Builder changed the opening hours of the asset Bench & <b>."
    )
    assert told(bench, by=builder, fields=["name"], linked=True) == (
        "<strong>Bea Builder</strong> changed the name of the asset "
        f'<a href="/assets/{bench.pk}/">Bench &amp; &lt;b&gt;</a>.'
    )


def test_a_name_that_ends_in_a_full_stop_ends_a_sentence_with_one(told, team) -> None:
    person = PersonFactory(team=team, known_as="R.", untold=True)
    assert told(person, Verb.MERGE).endswith("of the resident R.")
    assert told(person, Verb.MERGE, linked=True).endswith(">R.</a>")


def test_many_fields_are_listed_and_cut(told, team) -> None:
    person = PersonFactory(team=team, known_as="Rose", told_on="2026-01-01")
    assert told(person, fields=["street", "phone", "themes"]) == (
        "Mo Manager changed the phone number, the street and what they care about of the resident Rose."
    )
    assert fields_listed([f"the {n}" for n in range(MOST_FIELDS + 2)]).endswith("the 5 and 2 more details")
    assert fields_listed([]) == ""


def test_a_position_is_listed_once(told, team) -> None:
    place = AssetFactory(team=team, name="Bench")
    assert told(place, fields=["latitude", "longitude"]) == "Mo Manager changed the position of the asset Bench."


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (Verb.SIGN_IN, "Bea Builder signed in."),
        (Verb.SIGN_IN_FAILED, "Somebody tried to sign in as Bea Builder with a wrong password."),
        (Verb.CHANGE_PASSWORD, "Bea Builder changed their own password."),
        (Verb.RESET_PASSWORD, "Bea Builder reset their password by email."),
        (Verb.CREATE, "Bea Builder set up their own account."),
        (Verb.REMOVE_MEMBER, "Bea Builder left the team."),
    ],
)
def test_sentences_about_ones_own_account(told, builder, verb, sentence) -> None:
    assert told(builder, verb, by=builder) == sentence


def test_sentences_about_another_user(told, builder, team) -> None:
    assert told(builder, Verb.CHANGE_ROLES) == "Mo Manager changed the roles of Bea Builder."
    assert f"/team/members/{builder.pk}/" in told(builder, Verb.CHANGE_ROLES, linked=True)
    Membership.objects.filter(user=builder, team=team).delete()
    assert told(builder, Verb.REMOVE_MEMBER, linked=True).endswith("removed Bea Builder from the team.")


def test_entries_without_an_actor_are_by_kith(told, team) -> None:
    assert told(team, Verb.COUNT_WORDS, by=None) == (
        "Kith recounted the noticed words in the conversations of the team Brookside."
    )


def test_a_deleted_row_is_named_by_its_kind_only(told, team) -> None:
    talk = ConversationFactory(team=team)
    created = AuditEntry.objects.get(pk=audit.record(by=None, verb=Verb.CREATE, obj=talk).pk)
    talk_pk = talk.pk
    Conversation.objects.filter(pk=talk_pk).delete()
    deleted = AuditEntryFactory(team=team, verb=Verb.DELETE, model="connectors.conversation", object_id=str(talk_pk))
    manager = UserFactory(roles={team: [Role.MANAGER]})
    lines = audit_lines([created, deleted], Reader(manager, team))
    assert lines[0].text == "Kith added a conversation that has since been deleted."
    assert lines[1].text.endswith(" deleted a conversation.")


def test_an_erased_resident_is_not_named(team, manager) -> None:
    person = PersonFactory(team=team, known_as="Rose", told_on="2026-01-01")
    other = PersonFactory(team=team, known_as="Tom", told_on="2026-01-01")
    entries = [
        audit.record(by=manager, verb=Verb.UPDATE, obj=person, fields=["street"]),
        audit.record(by=manager, verb=Verb.CREATE, obj=GiftFactory(person=person, name="Bakes for Rose")),
        audit.record(by=manager, verb=Verb.CREATE, obj=IntroductionFactory(team=team, from_person=person, to_person=other)),
    ]  # fmt: skip
    before = " ".join(line.text for line in audit_lines(entries, Reader(manager, team)))
    assert before.count("Rose") == 3
    erase_person(person=person, by=manager)
    everything = list(AuditEntry.objects.filter(team=team).select_related("actor"))
    lines = [line.html for line in audit_lines(everything, Reader(manager, team))]
    assert not [line for line in lines if "Rose" in line or "Somebody" in line]
    assert "changed the street of a resident whose record was erased." in " ".join(lines)
    assert "erased the data about a resident, at their request." in " ".join(lines)


def test_a_row_hidden_from_the_reader_is_named_by_its_kind_only(team, evaluator, manager) -> None:
    story = StoryFactory(team=team, title="A wall to paint")
    entry = audit.record(by=manager, verb=Verb.CREATE, obj=story)
    assert audit_lines([entry], Reader(evaluator, team))[0].html == "<strong>Mo Manager</strong> added a story."
    assert "A wall to paint" in audit_lines([entry], Reader(manager, team))[0].html


def test_a_row_of_another_team_is_not_named(team, other_team, manager) -> None:
    theirs = AssetFactory(team=other_team, name="Their bench")
    entry = AuditEntryFactory(team=team, actor=manager, model="assets.asset", object_id=str(theirs.pk), field_names=[])
    assert audit_lines([entry], Reader(manager, team))[0].text == "Mo Manager changed an asset."


def test_a_merged_record_links_to_the_kept_one(told, team) -> None:
    kept = PersonFactory(team=team, known_as="Rose", told_on="2026-01-01")
    absorbed = PersonFactory(team=team, known_as="Rosie", told_on="2026-01-01", merged_into=kept)
    assert told(absorbed, Verb.MERGE, linked=True).endswith(
        f'merged two records of the resident <a href="/people/{kept.uuid}/">Rosie</a>.'
    )


def test_an_export_says_how_many_rows_it_had(team, manager) -> None:
    entries = [
        audit.record_export(by=manager, team=team, model=Asset, rows=1234),
        audit.record_export(by=None, team=team, model=Partner, rows=1, what=PartnerFactory(team=team, name="The Trust").pk),
    ]  # fmt: skip
    lines = [line.text for line in audit_lines(entries, Reader(manager, team))]
    assert lines == [
        "Mo Manager downloaded a file of assets, with 1,234 rows.",
        "Kith downloaded a file about the partner The Trust, with 1 row.",
    ]


def test_an_unreadable_entry_is_still_shown(team, manager) -> None:
    strange = [
        AuditEntryFactory(team=team, actor=manager, model="gone.model", object_id="7", verb=Verb.CREATE),
        AuditEntryFactory(team=team, actor=manager, model="assets.asset", object_id="x7", verb=Verb.CREATE),
        AuditEntryFactory(team=team, actor=manager, model="gone.model", object_id="", verb=Verb.EXPORT, rows=3),
    ]
    assert [line.text for line in audit_lines(strange, Reader(manager, team))] == [
        "Mo Manager added something.",
        "Mo Manager added an asset that has since been deleted.",
        "Mo Manager downloaded a file of records, with 3 rows.",
    ]


# Costs


def test_the_page_takes_as_many_queries_for_many_entries_as_for_one(team, manager, client_for) -> None:
    def write() -> None:
        for factory in (AssetFactory, ConversationFactory, PersonFactory, StoryFactory, IntroductionFactory):
            audit.record(by=UserFactory(roles={team: [Role.BUILDER]}), verb=Verb.UPDATE, obj=factory(team=team))
        audit.record(by=manager, verb=Verb.CREATE, obj=GiftFactory(person=PersonFactory(team=team)))
        audit.record_many(by=manager, verb=Verb.CREATE, team=team, model=Person, ids=[876543, 876544])

    client = client_for(manager)
    counts = []
    for _each in range(3):
        write()
        with CaptureQueriesContext(connection) as queries:
            client.get(AUDIT)
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts


# Folding


def test_entries_of_one_batch_are_one_expandable_line(team, manager, client_for) -> None:
    AuditEntryFactory(team=team, actor=manager, verb=Verb.CLOSE)
    people = PersonFactory.create_batch(2 * LISTED, team=team)
    audit.record_many(by=manager, verb=Verb.CREATE, team=team, model=Person, ids=[each.pk for each in people])
    client = client_for(manager)
    response = client.get(AUDIT)
    lines = [row["line"] for day in response.context["days"] for row in day["lines"]]
    assert [line.text for line in lines] == [
        f"Mo Manager added {2 * LISTED} residents.",
        "Mo Manager closed the team Brookside.",
    ]
    (url,) = [row["open_url"] for day in response.context["days"] for row in day["lines"] if row["open_url"]]
    opened = client.get(url).context
    each = [row["line"] for day in opened["days"] for row in day["lines"]]
    assert len(each) == LISTED
    assert all(line.count == 1 for line in each)
    more = client.get(opened["page"].next_url).context
    assert sum(len(day["lines"]) for day in more["days"]) == LISTED


def test_entries_of_a_batch_are_grouped_by_verb_and_kind(team, manager) -> None:
    with audit.batch():
        for _each in range(3):
            audit.record(by=manager, verb=Verb.UPDATE, obj=AssetFactory(team=team), fields=["name"])
            audit.record(by=manager, verb=Verb.CREATE, obj=PartnerFactory(team=team))
        with audit.batch():
            audit.record_many(by=manager, verb=Verb.UPDATE, team=team, model=Asset, ids=[1, 2])
    alone = audit.record(by=manager, verb=Verb.CREATE, obj=PartnerFactory(team=team))
    heads = AuditEntry.objects.filter(leads=True).select_related("actor").order_by("pk")
    assert [line.text for line in audit_lines(heads, Reader(manager, team))][:2] == [
        "Mo Manager changed 5 assets.",
        "Mo Manager added 3 partners.",
    ]
    assert (alone.batch, alone.leads, heads.count()) == (None, True, 3)


def test_each_team_of_a_batch_reads_of_its_own_rows(team, other_team, manager) -> None:
    with audit.batch():
        entries = [
            audit.record(by=manager, verb=Verb.CREATE, obj=PartnerFactory(team=each))
            for each in (team, other_team, team)
        ]
    assert [entry.leads for entry in entries] == [True, True, False]


def test_a_rolled_back_entry_heads_no_batch(team, manager) -> None:
    with audit.batch():
        with contextlib.suppress(ValueError), transaction.atomic():
            audit.record(by=manager, verb=Verb.CREATE, obj=PartnerFactory(team=team))
            raise ValueError
        entries = [audit.record(by=manager, verb=Verb.CREATE, obj=PartnerFactory(team=team)) for _each in range(2)]
    assert [entry.leads for entry in entries] == [True, False]


def test_the_history_of_one_record_is_not_grouped(team, manager, client_for) -> None:
    ids = [each.pk for each in AssetFactory.create_batch(3, team=team)]
    audit.record_many(by=manager, verb=Verb.CREATE, team=team, model=Asset, ids=ids)
    response = client_for(manager).get(AUDIT, {"model": "assets.asset", "object_id": str(ids[2])})
    (row,) = response.context["days"][0]["lines"]
    assert row["line"].entry.object_id == str(ids[2])
    assert (row["line"].count, row["open_url"]) == (1, "")


# The page


def sentences(response: object) -> list[str]:
    """Return the lines of the page."""
    return [row["line"].text for day in response.context["days"] for row in day["lines"]]


def test_the_page_shows_the_teams_own_entries_by_day(team, other_team, manager, client_for) -> None:
    for moment in ("2026-05-19 23:30:00+00:00", "2026-05-20 08:00:00+00:00", "2026-05-18 12:00:00+00:00"):
        with time_machine.travel(moment, tick=False):
            AuditEntryFactory(team=team, actor=manager, verb=Verb.CLOSE, at=moment)
    AuditEntryFactory(team=other_team, verb=Verb.RETIRE)
    response = client_for(manager).get(AUDIT)
    days = [(f"{day['day']:%d.%m.}", len(day["lines"])) for day in response.context["days"]]
    assert days == [("20.05.", 2), ("18.05.", 1)], "days are London’s"
    assert "00:30" in response.content.decode()
    assert "20 May 2026" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "verbs"),
    [
        ({"model": "communities.partner"}, ["retire"]),
        ({"model": "communities.team", "object_id": "7"}, ["confirm"]),
        ({"actor": "builder"}, ["confirm", "retire"]),
        ({"actor": "gone"}, ["restore"]),
        ({"verb": "restore"}, ["restore"]),
        ({"since": "2026-05-19"}, ["retire", "restore"]),
        ({"until": "2026-05-18"}, ["confirm"]),
        ({"since": "2026-05-19", "until": "2026-05-19"}, ["retire"]),
        ({"model": "nonsense"}, ["confirm", "retire", "restore"]),
        ({"actor": "999999"}, ["confirm", "retire", "restore"]),
        ({"batch": "x"}, ["confirm", "retire", "restore"]),
        ({"since": "2026-05-19", "until": "2026-05-18"}, ["confirm", "retire", "restore"]),
        ({"until": "9999-12-31"}, ["confirm", "retire", "restore"]),
        ({"model": "assets.asset"}, []),
    ],
)
def test_filters(client_for, team, manager, builder, query, verbs) -> None:
    gone = UserFactory(name="Gone Away")
    people = {"builder": builder.pk, "gone": gone.pk}
    rows = (
        (builder, Verb.CONFIRM, "communities.team", "7", "2026-05-18T22:30Z"),
        (builder, Verb.RETIRE, "communities.partner", "7", "2026-05-18T23:30Z"),
        (gone, Verb.RESTORE, "communities.team", "8", "2026-05-20T12:00Z"),
    )
    for actor, verb, model, pk, at in rows:
        AuditEntryFactory(team=team, actor=actor, verb=verb, model=model, object_id=pk, at=at)
    query = {**query, **({"actor": people.get(query["actor"], query["actor"])} if "actor" in query else {})}
    response = client_for(manager).get(AUDIT, query)
    found = [row["line"].entry.verb for day in response.context["days"] for row in day["lines"]]
    assert found == verbs[::-1]


def test_each_filter_in_use_is_a_link_that_clears_it(client_for, team, manager) -> None:
    page = client_for(manager).get(AUDIT, {"since": "2026-05-19", "verb": "retire"}).content.decode()
    assert 'href="/audit/?verb=retire"' in page
    assert 'href="/audit/?since=2026-05-19"' in page
    assert "From: 19 May 2026" in page
    assert "What was done: Retired" in page


def test_an_end_before_the_start_is_refused_with_a_message(client_for, team, manager) -> None:
    page = client_for(manager).get(AUDIT, {"since": "2026-05-19", "until": "2026-05-18"}).content.decode()
    assert "The end date is before the start date. Choose a later date." in page


def test_another_teams_people_are_not_offered(client_for, team, manager, stranger) -> None:
    assert "Sam Stranger" not in client_for(manager).get(AUDIT).content.decode()
    AuditEntryFactory(team=team, actor=stranger)
    assert "Sam Stranger" in client_for(manager).get(AUDIT).content.decode()


# The file


def test_the_file_holds_what_the_page_shows_entry_by_entry(client_for, team, manager) -> None:
    live = PartnerFactory(team=team, name="=HYPERLINK(1)")
    evil = UserFactory(name="=cmd|' /C calc'!A0", roles={team: [Role.BUILDER]})
    audit.record(by=evil, verb=Verb.UPDATE, obj=live, fields=["name", "website"])
    audit.record_many(by=manager, verb=Verb.CREATE, team=team, model=Partner, ids=[live.pk, 987654])
    AuditEntryFactory(team=team, actor=manager, verb=Verb.RETIRE)
    client = client_for(manager)
    data = client.get(FILE, {"model": "communities.partner"}).getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert [row["what_happened"] for row in rows] == [
        "Mo Manager added a partner that has since been deleted.",
        "Mo Manager added the partner =HYPERLINK(1).",
        "'=cmd|' /C calc'!A0 changed the name and the website of the partner =HYPERLINK(1).",
    ]
    assert rows[2]["who"] == "'=cmd|' /C calc'!A0"
    assert (rows[2]["what_was_done"], rows[2]["to_what"], rows[2]["fields"]) == (
        "Changed", "Partners", "the name, the website",
    )  # fmt: skip
    entry = AuditEntry.objects.get(verb=Verb.EXPORT)
    assert (entry.actor, entry.rows, entry.model) == (manager, 3, "communities.auditentry")
    assert "Mo Manager downloaded a file of audit entries, with 3 rows." in sentences(client.get(AUDIT))


def test_an_empty_file_has_its_headings(client_for, team, manager) -> None:
    data = client_for(manager).get(FILE).getvalue().decode("utf-8-sig")
    assert data.splitlines() == ['"when","who","what_happened","what_was_done","to_what","fields","rows_in_file"']


def test_a_new_phone_does_not_read_as_a_telephone_number(team, builder) -> None:
    entry = AuditEntry(
        actor=builder, team=team, verb=Verb.CREATE, model="connectors.device", object_id="1", field_names=["uuid"]
    )
    (line,) = audit_lines([entry], Reader(builder, team))
    assert line.text == "Bea Builder used Kith on a new phone or computer."
