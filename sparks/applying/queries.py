"""Reads of public pages and applications."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communities.folding import readable
from communities.models import Partner, Team
from communities.pounds import pounds
from connectors.queries.same_person import Alike, alike_for_each
from connectors.rules.duplicates import Sketch
from connectors.rules.people import phone_key
from sparks import closeness
from sparks.applying import links, rules, words
from sparks.models import ZERO, Applicant, Application, ApplyPage, HeldBy, HostLink, Spark, Stage, Status, StepTaken
from sparks.payees import can_enter_payee

#: How many applications that wait are listed.
MOST_WAITING = 100
#: The statuses of awards that an organisation does not hold after all.
NOT_HELD = (Status.WITHDRAWN, Status.LAPSED, Status.CANCELLED, Status.DECLINED, Status.INELIGIBLE, Status.RECOVERED)
#: What is stored of somebody named.
PERSON = ("name", "phone", "email", "say")
_ROWS = ("page__round__fund", "team", "host", "spark")


def public_page(code: str) -> ApplyPage | None:
    """Return the page at a short address, if it is switched on; None otherwise, and nobody is told why."""
    rows = ApplyPage.objects.select_related("round__fund", "round__team")
    return rows.filter(code=code.lower(), is_on=True).first()


def application_of(typed: str) -> Application | None:
    """Return the application that six words or a private link open, or None. Words are compared as digests, by the index."""
    rows = Application.objects.select_related(*_ROWS)
    if links.is_token(typed):
        found = links.opened_by(typed)
        return rows.filter(pk=found.pk).first() if found else None
    return rows.filter(digest=words.digest_of(typed)).first() if typed else None


def host_link_of(typed: str) -> HostLink | None:
    """Return the open link to an organisation that six words or a private link open, or None."""
    rows = HostLink.objects.select_related("spark__team", "spark__round__fund", "spark__host", "host")
    if links.is_token(typed):
        found = links.host_opened_by(typed)
        link = rows.filter(pk=found.pk).first() if found else None
    else:
        link = rows.filter(digest=words.digest_of(typed)).first() if typed else None
    return link if link and link.is_open(timezone.now()) and link.spark.host_id == link.host_id else None


def held_by_host(link: HostLink) -> list[Spark]:
    """Return the sparks whose money the organisation of a link was promised or has held, the newest first."""
    rows = Spark.objects.filter(host=link.host, held_by__in=(HeldBy.HOST, HeldBy.GOODS), award_gbp__gt=ZERO)
    return list(rows.exclude(status__in=NOT_HELD).select_related("round__fund").order_by("-pk")[:MOST_WAITING])


def open_pages(team: Team) -> QuerySet[ApplyPage]:
    """Return the public pages of a team that are on while their rounds are open."""
    now = timezone.now()
    rows = ApplyPage.objects.filter(round__team=team, is_on=True, round__opens_at__lte=now, round__closes_at__gt=now)
    return rows.select_related("round__fund").order_by("round__closes_at", "pk")


def hosts_of(team: Team | int) -> QuerySet[Partner]:
    """Return the organisations of a team that can hold money for a group."""
    return Partner.objects.filter(team=team, is_fiscal_host=True).order_by("name", "pk")


def missing_of(application: Application) -> dict[str, str | Promise]:
    """Return what stops an application from being sent, all at once: a message by screen; empty if nothing does."""
    missing: dict[str, str | Promise] = {}
    if not readable(application.what) and not application.enclosures.exists():
        missing["what"] = _("Say in a sentence or two what you want to do, or record it.")
    if not application.people.exclude(name="").filter(place=0).exists():
        missing["you"] = _("Tell us your name, so that we know who to ask for.")
    most = application.page.round.max_award_gbp
    if application.held_by != HeldBy.NO_MONEY and application.amount_gbp <= ZERO:
        missing["cost"] = _("Say how much would help. If you need no money, say so on the next screen.")
    elif application.amount_gbp > most:
        missing["cost"] = gettext("The most for one idea is %(most)s.") % {"most": pounds(most)}
    return {screen: missing[screen] for screen in rules.QUESTIONS if screen in missing}


def people_on(application: Application, screen: str) -> dict[int, dict[str, str]]:
    """Return the people whom a screen of an application names, by their places; empty for a screen that names none."""
    if screen not in rules.PEOPLE_ON:
        return {}
    rows = application.people.filter(place=0) if rules.PEOPLE_ON[screen] else application.people.filter(place__gt=0)
    return {place: dict(zip(PERSON, said, strict=True)) for place, *said in rows.values_list("place", *PERSON)}


def mark_of(application: Application, screen: str) -> str:
    """Return a digest of what is stored of one screen, by which a page sees that it was changed somewhere else."""
    said = [str(getattr(application, f"{name}_id" if name == "host" else name)) for name in rules.ANSWERS_ON[screen]]
    people = sorted(people_on(application, screen).items())
    return hashlib.sha256(repr((said, people)).encode()).hexdigest()[:16]


def left_of(page: ApplyPage) -> Decimal | None:
    """Return the pounds left in the round if the team shows them; None otherwise."""
    return page.round.left_gbp if page.shows_money else None


def waiting_applications(team: Team) -> QuerySet[Application]:
    """Return what residents sent and nobody has looked at yet, the oldest first."""
    rows = Application.objects.filter(team=team, stage=Stage.SENT)
    return rows.select_related("page__round__fund").order_by("sent_at", "pk")


def asking_for_help(team: Team) -> QuerySet[Application]:
    """Return the applications whose writers asked for help, the longest waiting first."""
    rows = Application.objects.filter(team=team, help_asked_at__isnull=False)
    return rows.select_related("page__round__fund").order_by("help_asked_at", "pk")


@dataclass(frozen=True)
class Moment:
    """A step of a spark as the people behind it read it."""

    at: datetime
    says: str | Promise
    words: str
    amount_gbp: Decimal | None


#: What the people behind a spark read of a step; an approval that needs a second person says so.
STEP_SAYS: Mapping[str, str | Promise] = {
    "hand-in": _("It waits for a decision."),
    "ask": _("The team asked a question."),
    "approve": _("The team said yes."),
    "decline": _("The team said: not this time."),
    "outside": _("The team said: it is outside what this fund is for."),
    "ready": _("You said yes."),
    "holder": _("Somebody else is to hold the money."),
    "agree": _("The team changed something."),
    "pay": _("It was paid."),
    "cancel": _("It was cancelled."),
    "withdraw": _("It was withdrawn."),
    "lapse": _("It lapsed, because nobody answered for two months."),
    "reopen": _("It was reopened."),
}

#: What they read of a change to which the team agreed, by the statuses before and after it.
CHANGE_SAYS: Mapping[tuple[str, str], str | Promise] = {
    ("approved", "approved"): _("The team changed the award."),
    ("ready", "approved"): _("The team changed the award."),
    ("ready", "ready"): _("It is paid to somebody else now."),
    ("paid", "ready"): _("The payment did not arrive, so it is made again."),
    ("recovered", "paid"): _("The money was not returned after all."),
    ("recovered", "reported"): _("The money was not returned after all."),
    ("recovered", "closed"): _("The money was not returned after all."),
    ("paid", "recovered"): _("The money was returned."),
    ("reported", "recovered"): _("The money was returned."),
    ("closed", "recovered"): _("The money was returned."),
}


def moments_of(spark: Spark) -> list[Moment]:
    """Return the steps of a spark that the people behind it read, the newest first."""
    rows = StepTaken.objects.filter(spark=spark, step__in=STEP_SAYS).order_by("-number")
    return [Moment(row.at, said_of(row), row.words, row.amount_gbp) for row in rows]


def said_of(row: StepTaken | None) -> str | Promise:
    """Return what a step says to the people behind a spark, without the names of the team."""
    if row is None:
        return _("Your idea has moved on.")
    if row.step == "approve" and row.after == Status.RECOMMENDED:
        return _("One person in the team said yes. A second person has to agree.")
    if row.step == "agree" and row.before == Status.APPROVED and row.amount_gbp is None:
        return CHANGE_SAYS["ready", "ready"]
    if row.step == "agree":
        return CHANGE_SAYS.get((row.before, row.after), _("Some of the money was returned."))
    return STEP_SAYS.get(row.step, _("Your idea has moved on."))


def may_enter_payee(spark: Spark) -> bool:
    """Return whether the people behind a spark may name the account, as they say yes: if it is the group's own.

    Not if somebody who approved it could have opened their page: one person would promise the money and name the account.
    """
    return spark.held_by == HeldBy.GROUP and can_enter_payee(spark) and not closeness.could_answer_own_yes(spark)


@dataclass(frozen=True)
class Named:
    """Somebody named in an application, and the residents who could be the same person."""

    applicant: Applicant
    alike: Sequence[Alike]


def people_named(application: Application) -> list[Named]:
    """Return whom an application names, each with the residents of the team who could be that person."""
    people = list(application.people.exclude(name="").select_related("person"))
    typed = [Sketch(names=(each.name,), phone_key=phone_key(each.phone), email=each.email) for each in people]
    alike = alike_for_each(team=application.team, typed=typed) if people else []
    return [Named(each, found) for each, found in zip(people, alike, strict=True)]
