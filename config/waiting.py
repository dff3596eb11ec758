"""What waits for a user: counted in the menu, said in an email, and put into a calendar. One list for all three."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from communities.models import Message, MessageState, Role, Team, User
from communities.outbox.queries import messages_to_tell
from communities.queries.managers import count_to_confirm, managers_to_confirm
from connectors.queries.consent import open_wishes
from connectors.queries.duplicates import keep_count, kept_count, names_to_compare, possible_duplicates
from connectors.queries.next_steps import open_steps
from sparks import turns
from sparks.queries import sparks_to_decide

#: Begins the query, so that the database's own lists of queries and the tests can tell it from a page's.
MENU = "/* what waits */"
#: Seconds for which the menu shows the same counts. Building this query takes as long as a third of the smallest page; what
#: a colleague does meanwhile may show this much later, what users do themselves shows at once (`CountAgainMiddleware`).
KEPT = 30
#: The most that is counted of each: "99+" says enough.
MOST = 100
#: How many names are compared to count possible duplicates within a page.
MOST_READ = 3_000
EVERYBODY, MANAGERS = (Role.BUILDER, Role.MANAGER), (Role.MANAGER,)
DECIDERS, PAYERS = (Role.MANAGER, Role.DEPUTY), (Role.MANAGER, Role.DEPUTY, Role.PAYER)


@dataclass(frozen=True)
class Waits:
    """One kind of thing that waits.

    label: with `%(count)s`, by `n`. url: the name of its page. entries: the names of the URLs of the entries in the menu that
    count it. roles: for whom. query: of the URL, so that the page lists what was counted. rows: the rows that wait for a user in a team. is_mailed: whether the email says it. read: for
    rows that take long to count, those that are read for it; the count is kept longer, see `_costly`. exact: counts again, if
    there are any, those of the rows that only Python can tell apart.
    """

    label: Promise
    url: str
    entries: tuple[str, ...]
    roles: tuple[str, ...]
    rows: Callable[[User, Team], QuerySet]
    query: str = ""
    is_mailed: bool = True
    read: Callable[[Team], QuerySet] | None = None
    exact: Callable[[User, Team], int] | None = None


def _steps(user: User, team: Team) -> QuerySet:
    return open_steps(user=user, team=team).filter(owner=user, due_on__lte=timezone.localdate())


def _to_tell(user: User, team: Team) -> QuerySet:
    return messages_to_tell(user, team)


def _failed(user: User, team: Team) -> QuerySet:
    return Message.objects.visible_to(user).filter(team=team, state=MessageState.FAILED)


def _duplicates(user: User, team: Team) -> QuerySet:
    return possible_duplicates(user=user, team=team)


WAITING: dict[str, Waits] = {
    "steps": Waits(
        label=ngettext_lazy("%(count)s next step is due", "%(count)s next steps are due", "n"),
        url="connectors:step-list",
        entries=("today", "connectors:step-list"),
        roles=EVERYBODY,
        rows=_steps,
    ),
    "requests": Waits(
        label=ngettext_lazy("%(count)s resident’s request is waiting for an answer", "%(count)s requests of residents are waiting for an answer", "n"),
        url="connectors:wish-list",
        entries=("connectors:person-list", "connectors:wish-list"),
        roles=EVERYBODY,
        rows=open_wishes,
    ),
    "sparks": Waits(
        label=ngettext_lazy("%(count)s spark is waiting for your decision", "%(count)s sparks are waiting for your decision", "n"),
        url="sparks:spark-list",
        entries=("sparks:spark-list",),
        roles=DECIDERS,
        rows=sparks_to_decide,
    ),
    "agree": Waits(
        label=ngettext_lazy("%(count)s change to a spark is waiting for you to agree", "%(count)s changes to sparks are waiting for you to agree", "n"),
        url="sparks:spark-list",
        query="?waits=agree",
        entries=("sparks:spark-list",),
        roles=DECIDERS,
        rows=turns.sparks_to_agree,
    ),
    "pay": Waits(
        label=ngettext_lazy("%(count)s spark is ready for you to pay", "%(count)s sparks are ready for you to pay", "n"),
        url="sparks:spark-list",
        query="?waits=pay",
        entries=("sparks:spark-list",),
        roles=PAYERS,
        rows=turns.sparks_to_pay,
    ),
    "proposals": Waits(
        label=ngettext_lazy("%(count)s change to a fund or round is waiting for you to agree", "%(count)s changes to funds and rounds are waiting for you to agree", "n"),
        url="sparks:round-list",
        entries=("sparks:round-list",),
        roles=DECIDERS,
        rows=turns.proposals_to_settle,
    ),
    "applications": Waits(
        label=ngettext_lazy("%(count)s idea from the public page to read", "%(count)s ideas from the public page to read", "n"),
        url="sparks:application-list",
        entries=("sparks:application-list",),
        roles=EVERYBODY,
        rows=turns.applications_to_read,
    ),
    "help": Waits(
        label=ngettext_lazy("%(count)s person asks for help with an idea", "%(count)s people ask for help with an idea", "n"),
        url="sparks:application-list",
        entries=("sparks:application-list",),
        roles=EVERYBODY,
        rows=turns.applications_to_help,
    ),
    "answer": Waits(
        label=ngettext_lazy("%(count)s spark has a question to answer", "%(count)s sparks have a question to answer", "n"),
        url="sparks:spark-list",
        query="?waits=answer",
        entries=("sparks:spark-list",),
        roles=EVERYBODY,
        rows=turns.sparks_to_answer,
    ),
    "accept": Waits(
        label=ngettext_lazy("%(count)s award is not accepted yet", "%(count)s awards are not accepted yet", "n"),
        url="sparks:spark-list",
        query="?waits=accept",
        entries=("sparks:spark-list",),
        roles=EVERYBODY,
        rows=turns.sparks_to_accept,
    ),
    "overdue": Waits(
        label=ngettext_lazy("%(count)s report is overdue", "%(count)s reports are overdue", "n"),
        url="sparks:spark-list",
        query="?waits=overdue",
        entries=("sparks:spark-list",),
        roles=EVERYBODY,
        rows=turns.reports_overdue,
    ),
    "closing": Waits(
        label=ngettext_lazy("%(count)s round closes within a week", "%(count)s rounds close within a week", "n"),
        url="sparks:round-list",
        entries=("sparks:round-list",),
        roles=(Role.BUILDER, *DECIDERS),
        rows=turns.rounds_closing,
    ),
    "managers": Waits(
        label=ngettext_lazy("%(count)s new manager has to be confirmed", "%(count)s new managers have to be confirmed", "n"),
        url="communities:team-detail",
        entries=("communities:team-detail",),
        roles=MANAGERS,
        rows=managers_to_confirm,
        exact=count_to_confirm,
    ),
    "to_tell": Waits(
        label=ngettext_lazy("%(count)s person to tell something", "%(count)s people to tell something", "n"),
        url="communities:messages-to-tell",
        entries=("communities:message-list", "communities:messages-to-tell"),
        roles=EVERYBODY,
        rows=_to_tell,
    ),
    "failed": Waits(
        label=ngettext_lazy("%(count)s message could not be sent", "%(count)s messages could not be sent", "n"),
        url="communities:message-list",
        entries=("communities:message-list",),
        roles=MANAGERS,
        rows=_failed,
    ),
    "duplicates": Waits(
        label=ngettext_lazy("%(count)s resident may have been added twice", "%(count)s residents may have been added twice", "n"),
        url="connectors:duplicate-list",
        entries=("connectors:person-list", "connectors:duplicate-list"),
        roles=MANAGERS,
        rows=_duplicates,
        is_mailed=False,
        read=names_to_compare,
    ),
}  # fmt: skip

#: What of it is about money.
MONEY = tuple(name for name, each in WAITING.items() if each.url.startswith("sparks:"))


def counts(user: User, team: Team) -> dict[str, int]:
    """Return how much waits for a user in a team by the keys of `WAITING`, each at most `MOST`; one query, mostly.

    Each part is counted up to `MOST` on the index that its page is read from, so the cost does not grow with the team.
    Possible duplicates are counted from time to time only, and not in a team with more than `MOST_READ` names: there the
    manager's Today counts them after the page is there.
    """
    asked = {name: each for name, each in WAITING.items() if user.has_role(team, *each.roles)}
    kept = {name: kept_count(team) for name, each in asked.items() if each.read}
    parts, values = [], []
    counted = [name for name in asked if kept.get(name) is None]
    for name in counted:
        part, params = (
            _costly(asked[name], user, team) if asked[name].read else _number(asked[name].rows(user, team), MOST)
        )
        parts.append(part)
        values += params
    found: dict[str, int] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"{MENU} SELECT {', '.join(parts)}", values)  # noqa: S608 - compiled by Django, with parameters
            found = dict(zip(counted, cursor.fetchone(), strict=True))
    for name, number in found.items():
        if number and (exact := WAITING[name].exact):
            found[name] = exact(user, team)
    for name in kept.keys() & found:
        keep_count(team, found[name])
    return {name: min(found.get(name, kept.get(name) or 0), MOST) for name in asked}


def _costly(each: Waits, user: User, team: Team) -> tuple[str, list]:
    """Return SQL that counts rows if few have to be read for it, and otherwise gives 0."""
    read, values = _number(each.read(team), MOST_READ + 1) if each.read else ("0", [])
    rows, more = _number(each.rows(user, team), MOST)
    return f"CASE WHEN {read} > {MOST_READ} THEN 0 ELSE {rows} END", [*values, *more]


def _number(rows: QuerySet, most: int) -> tuple[str, list]:
    """Return SQL that counts rows up to a number, and its parameters."""
    try:
        sql, params = rows.order_by().values("pk")[:most].query.sql_with_params()
    except EmptyResultSet:
        sql, params = "SELECT 1 WHERE 1 = 0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS rows_that_wait)", list(params)  # noqa: S608 - compiled by Django


@dataclass(frozen=True)
class Waiting:
    """How much waits of one kind, the same as a sentence, and the page that shows it."""

    count: int
    words: str
    path: str


def lines(user: User, team: Team) -> list[Waiting]:
    """Return what waits for a user in a team, for the email; empty if nothing does. One query."""
    return [_waiting(name, count) for name, count in counts(user, team).items() if count and WAITING[name].is_mailed]


def money_lines(user: User, team: Team) -> list[Waiting]:
    """Return what waits for a user of sparks, rounds and applications; no query if the menu has counted it."""
    found = counted(user, team)
    return [_waiting(name, found[name]) for name in MONEY if found.get(name)]


def waiting_by_entry(user: User, team: Team) -> dict[str, list[Waiting]]:
    """Return what waits for a user in a team, by the URL name of the entry in the menu that counts it.

    At most one query: none for `KEPT` seconds after the last.
    """
    found: dict[str, list[Waiting]] = {}
    for name, count in counted(user, team).items():
        for entry in WAITING[name].entries if count else ():
            found.setdefault(entry, []).append(_waiting(name, count))
    return found


def counted(user: User, team: Team) -> dict[str, int]:
    """Return `counts` as the menu shows them, at most `KEPT` seconds old and the same during a whole request."""
    known = getattr(user, "_waits_by_team", None) or {}
    if team.pk not in known:
        known[team.pk] = cache.get_or_set(_key(user, team), lambda: counts(user, team), KEPT)
        user._waits_by_team = known
    return known[team.pk]


def count_again(user: User, team: Team) -> None:
    """Forget the counts of a user in a team, because the user has changed something."""
    cache.delete(_key(user, team))


def _key(user: User, team: Team) -> str:
    return f"waiting-{user.pk}-{team.pk}"


def _waiting(name: str, count: int) -> Waiting:
    kind = WAITING[name]
    path = f"{reverse(kind.url)}{kind.query}"
    return Waiting(count, str(kind.label % {"count": shown_count(count), "n": count}), path)


def shown_count(count: int) -> str:
    """Return a count as the menu shows it: "99+" from `MOST` on."""
    return str(count) if count < MOST else f"{MOST - 1}+"
