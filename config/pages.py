"""The pages of Kith that a menu or the search leads to: what each is called, who may open it, and where it stands."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.folding import folded
from communities.models import Role, Team, User
from communities.searching import Finder, Found, Hit, Search

PEOPLE, PLACES, MONEY, EVIDENCE, TEAM = "people", "places", "money", "evidence", "team"
#: The groups of the menu, in order.
GROUPS = {
    PEOPLE: _("People"),
    PLACES: _("Places"),
    MONEY: _("Money"),
    EVIDENCE: _("Evidence"),
    TEAM: _("Team"),
}
EVERYBODY = frozenset(Role.values)
BUILDERS = frozenset({Role.BUILDER, Role.MANAGER})
MANAGERS = frozenset({Role.MANAGER})
PREPARERS = frozenset({Role.MANAGER, Role.EVALUATOR})
#: In the rail of a desktop: of everybody who may open it, of those who log conversations, of others, of nobody.
ALWAYS, WHO_LOGS, WHO_READS, NEVER = "always", "logs", "reads", "never"


@dataclass(frozen=True, eq=False)
class Entry:
    """A page: `name` is that of its URL, `also` are other words for it, by which the search finds it too.

    A page without a group is only in the bar. Each is declared once and compared by identity: comparing the labels would
    translate them, a hundred times a page.
    """

    label: str | Promise
    icon: str
    name: str
    group: str = ""
    who: frozenset[str] = BUILDERS
    rail: str = NEVER
    also: str | Promise = ""

    def is_open_to(self, user: User, team: Team | None) -> bool:
        """Return whether the user's roles in the team open the page."""
        return user.has_role(team, *self.who)


TODAY = Entry(_("Today"), "today", "today", who=EVERYBODY, also=_("home, start"))
LOG = Entry(_("Log"), "log", "connectors:conversation-create", also=_("log a conversation, record, write down"))
MAP = Entry(_("Map"), "map", "assets:asset-list", PLACES, EVERYBODY, also=_("assets, what is strong here"))
PERSONS = Entry(_("People"), "people", "connectors:person-list", PEOPLE, also=_("residents, neighbours, connectors"))
STORIES = Entry(_("Stories"), "story", "evaluation:story-list", EVIDENCE, EVERYBODY, WHO_LOGS)
INDICATORS = Entry(
    _("Indicators"), "indicator", "evaluation:indicator-list", EVIDENCE, EVERYBODY, WHO_LOGS, also=_("numbers, figures")
)
SPARKS = Entry(_("Sparks"), "spark", "sparks:spark-list", MONEY, EVERYBODY, ALWAYS, also=_("small grants, ideas"))
ROUNDS = Entry(_("Funds"), "coins", "sparks:round-list", MONEY, EVERYBODY, also=_("rounds, budget, ledger, money"))
MORE = Entry(_("More"), "more", "communities:more", who=EVERYBODY)
OWN = Entry(
    _("Your settings"),
    "person",
    "communities:own-settings",
    TEAM,
    EVERYBODY,
    also=_("calendar address, daily email, name, profile, account"),
)
ADMIN = Entry(_("Admin"), "admin", "admin:index", TEAM, rail=ALWAYS)

#: Every page besides Today, Log, More and the admin, in the order of the menu.
ENTRIES = (
    PERSONS,
    Entry(
        _("Conversations"), "conversation", "connectors:conversation-list", PEOPLE, rail=WHO_LOGS, also=_("talks, notes")
    ),
    Entry(
        _("Introductions"), "introduction", "connectors:introduction-list", PEOPLE, rail=WHO_LOGS, also=_("introduce two")
    ),
    Entry(_("Web"), "web", "connectors:web", PEOPLE, EVERYBODY, ALWAYS, also=_("connections, network")),
    Entry(_("Asks"), "ask", "connectors:ask-list", PEOPLE, rail=WHO_LOGS, also=_("requests, needs, wanted")),
    Entry(_("Walking alongside"), "walk", "connectors:journey-list", PEOPLE, rail=WHO_LOGS, also=_("journeys")),
    Entry(_("Gifts offered"), "gift", "connectors:gift-list", PEOPLE, also=_("skills, talents")),
    Entry(_("Street champions"), "champion", "connectors:champion-list", PEOPLE),
    Entry(_("Words in passing"), "passed", "connectors:light-touch-list", PEOPLE, also=_("light touches, quick notes")),
    Entry(_("A word in passing"), "passing", "connectors:light-touch-create", PEOPLE, also=_("light touch, quick note")),
    Entry(_("Conversation starters"), "question", "connectors:prompt-list", PEOPLE, also=_("questions, prompts")),
    Entry(
        _("People we haven’t seen for a while"),
        "clock",
        "connectors:past-people",
        PEOPLE,
        also=_("past people, invite again"),
    ),
    Entry(_("Introductions to ask about"), "reply", "connectors:introductions-to-ask", PEOPLE, also=_("did they meet")),
    Entry(_("Requests from residents"), "hand", "connectors:wish-list", PEOPLE, also=_("requests on their own sheets")),
    Entry(_("What we tell people"), "notice", "connectors:notice-list", PEOPLE, also=_("privacy notice, told, consent")),
    Entry(
        _("Possible duplicates"), "twins", "connectors:duplicate-list", PEOPLE, MANAGERS, also=_("merge, noted down twice")
    ),
    Entry(_("Add a resident"), "person-add", "connectors:person-create", PEOPLE, also=_("new person, neighbour")),
    Entry(_("Import champions"), "import", "connectors:champion-import", PEOPLE, also=_("street champions list file")),
    Entry(_("Waiting to send"), "cloud", "connectors:capture-waiting", PEOPLE, also=_("outbox of this phone, offline")),
    Entry(_("Drafts"), "draft", "communities:draft-list", PEOPLE, EVERYBODY, also=_("unfinished, not saved")),
    Entry(_("Next steps"), "flag", "connectors:step-list", PEOPLE, also=_("to come back to, promises, reminders, to do")),
    Entry(
        _("Messages"),
        "message",
        "communities:message-list",
        PEOPLE,
        rail=WHO_LOGS,
        also=_("outbox, emails, letters"),
    ),
    Entry(_("People to tell"), "speak", "communities:messages-to-tell", PEOPLE, also=_("messages to tell, letters")),
    MAP,
    Entry(
        _("Neighbourhoods"),
        "neighbourhood",
        "communities:neighbourhood-list",
        PLACES,
        EVERYBODY,
        ALWAYS,
        also=_("areas, boundaries, outlines"),
    ),
    Entry(_("Add to the map"), "place", "assets:asset-create", PLACES, also=_("new asset, place, group")),
    Entry(_("Import a list"), "table", "assets:import-create", PLACES, also=_("import assets, spreadsheet, csv")),
    SPARKS,
    ROUNDS,
    Entry(_("From the public page"), "inbox", "sparks:application-list", MONEY, also=_("applications, residents apply")),
    Entry(_("Start a spark"), "kindle", "sparks:spark-create", MONEY, also=_("new spark, apply, idea")),
    STORIES,
    INDICATORS,
    Entry(
        _("Patience"), "seedling", "evaluation:patience", EVIDENCE, EVERYBODY, WHO_READS, also=_("expectations, first two years")
    ),
    Entry(
        _("Profile"), "profile", "evaluation:profile", EVIDENCE, EVERYBODY,
        also=_("age, category, route, demographics, who we met"),
    ),
    Entry(
        _("Your own indicators"), "ruler", "evaluation:own-list", EVIDENCE, PREPARERS, also=_("define, outcomes, definitions, custom")
    ),
    Entry(
        _("Packs"), "pack", "evaluation:pack-list", EVIDENCE, PREPARERS, WHO_READS,
        also=_("steering group, report, share, publish"),
    ),
    Entry(
        _("Learning"), "bulb", "evaluation:learning-list", EVIDENCE, EVERYBODY, WHO_READS,
        also=_("what went wrong, what went well, observations, lessons"),
    ),
    Entry(
        _("Priorities"), "target", "evaluation:priority-list", EVIDENCE, EVERYBODY,
        also=_("council plan, health strategy, tags"),
    ),
    Entry(
        _("Value maps"), "scales", "evaluation:value-list", EVIDENCE, EVERYBODY,
        also=_("social value, social return on investment, ratio, deadweight"),
    ),
    Entry(
        _("Introductions by route"), "route", "connectors:introduction-routes", EVIDENCE, EVERYBODY, WHO_READS,
        also=_("source, how they came about"),
    ),
    Entry(_("Asks met by neighbours"), "share", "connectors:ask-shares", EVIDENCE, EVERYBODY, WHO_READS),
    Entry(
        _("Data dictionary"), "book", "evaluation:data-dictionary", EVIDENCE, EVERYBODY, also=_("definitions of indicators")
    ),
    Entry(_("Partners"), "partner", "communities:partner-list", TEAM, EVERYBODY, ALWAYS, also=_("organisations, hosts")),
    Entry(_("Team"), "team", "communities:team-detail", TEAM, EVERYBODY, ALWAYS, also=_("members, colleagues, roles")),
    Entry(_("Words"), "words", "connectors:word-list", TEAM, EVERYBODY, also=_("language, wording, strengths")),
    Entry(_("Who did what"), "audit", "communities:audit-list", TEAM, MANAGERS, also=_("audit, log, changes")),
    Entry(_("Invite somebody"), "invite", "communities:invitation-create", TEAM, MANAGERS, also=_("new member, colleague")),
    Entry(_("Deleted"), "undo", "communities:deleted-list", TEAM, EVERYBODY, also=_("undo, restore, bin")),
    OWN,
    Entry(_("Change your password"), "key", "communities:password-change", TEAM, EVERYBODY, also=_("security, sign-in")),
)  # fmt: skip


def pages_of(user: User, team: Team | None) -> list[Entry]:
    """Return the pages that a user may open in a team, in the order of the menu."""
    return [entry for entry in ENTRIES if entry.is_open_to(user, team)]


def title_of(path: str) -> str:
    """Return the title of the page at a path, if it is in the menu; otherwise ""."""
    return next((str(entry.label) for entry in ENTRIES if reverse(entry.name) == path), "")


def find_pages(search: Search) -> Found:
    """Return the pages of Kith whose title, or another word for it, begins with each word; no query."""
    pages = [entry for entry in (TODAY, LOG) if entry.is_open_to(search.user, search.team)]
    pages += pages_of(search.user, search.team)
    words = search.folded.split()
    return Found([entry for entry in pages if _is_called(entry, words)], lambda entry: str(entry.label), _hit)


def _is_called(entry: Entry, words: list[str]) -> bool:
    known = folded(f"{entry.label} {entry.also}").split()
    return all(any(part.startswith(word) for part in known) for word in words)


def _hit(entry: Entry) -> Hit:
    return Hit(str(entry.label), reverse(entry.name), str(GROUPS.get(entry.group, "")))


FINDER = Finder(kind="pages", label=_("Pages"), icon="more", order=100, find=find_pages)
