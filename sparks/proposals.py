"""What is proposed about funds and rounds: which changes need a second person, who that can be, and the words for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.folding import is_same_mailbox
from communities.models import MONEY_ROLES, Membership, Role, Team, User
from communities.pounds import pounds
from sparks import rules, workflow
from sparks.models import Application, Fund, FundProposal, Round, Spark

#: The rules of a round, which need a second person once somebody uses it. Its name does not.
RULES = {
    "fund": gettext_lazy("Fund"),
    "budget_gbp": gettext_lazy("Budget"),
    "max_award_gbp": gettext_lazy("Maximum award for one spark"),
    "opens_at": gettext_lazy("Opens"),
    "closes_at": gettext_lazy("Closes"),
}
#: Why somebody cannot settle a proposal, as the page says it. The keys are those of `rules.reasons_not_to_settle`.
REASONS_NOT_TO_SETTLE = {
    "unconfirmed": gettext_lazy(
        "Your role is new. You can agree once another manager has confirmed you on the Team page."
    ),
    "proposed": gettext_lazy(
        "You proposed it, so somebody else has to agree: another manager, a deputy or an administrator."
    ),
    "same_mailbox": gettext_lazy(
        "It was proposed from an account with the same mailbox as yours, so somebody else has to agree."
    ),
}


@dataclass(frozen=True)
class Change:
    """One rule, before and after, in words."""

    label: str
    before: str
    after: str


def is_used(grant_round: Round) -> bool:
    """Return whether other rules of a round need a second person: it has opened, or somebody has begun a spark for it."""
    return (
        grant_round.opens_at <= timezone.now()
        or Spark.objects.filter(round=grant_round.pk).exists()
        or Application.objects.filter(page__round=grant_round.pk).exists()
    )


def open_proposals(team: Team | int) -> QuerySet[FundProposal]:
    """Return what waits for a second person in a team, oldest first, as pages show it."""
    rows = FundProposal.objects.filter(team=team, outcome=FundProposal.Outcome.OPEN)
    return rows.select_related("fund", "round__fund", "from_fund", "proposed_by").order_by("proposed_at", "pk")


def proposal_for(about: Fund | Round) -> FundProposal | None:
    """Return the proposal that waits for a second person about a round's rules, or about a fund's money; None if none does."""
    own = Q(round=about) if isinstance(about, Round) else Q(fund=about, round__isnull=True)
    return open_proposals(about.team_id).filter(own).first()


def history_of(grant_round: Round) -> QuerySet[FundProposal]:
    """Return every change of a round's rules that was proposed or made, the newest first."""
    rows = FundProposal.objects.filter(round=grant_round.pk).select_related("proposed_by", "settled_by")
    return rows.order_by("-proposed_at", "-pk")


def told_history(grant_round: Round) -> list[tuple[FundProposal, list[Change]]]:
    """Return the same for a page: each with the rules it changes, in words."""
    return [(each, changes_of(each)) for each in history_of(grant_round)[:50]]


def reasons_not_to_settle(proposal: FundProposal, user: User) -> list[str]:
    """Return why a manager, deputy or administrator cannot settle a proposal, as keys of `REASONS_NOT_TO_SETTLE`."""
    proposer = proposal.proposed_by
    same = is_same_mailbox(user.email, proposer.email)
    return rules.reasons_not_to_settle(
        user.pk,
        proposer_ids={proposer.pk},
        mailbox_ids={user.pk} if same else (),
        unconfirmed_ids=() if user.decides_on_money(proposal.team_id) else {user.pk},
    )


def asking_more(proposal: FundProposal) -> int:
    """Return how many sparks that wait for a decision ask for more than the maximum award that is proposed."""
    if "max_award_gbp" not in proposal.after:
        return 0
    most = Decimal(proposal.after["max_award_gbp"])
    waiting = workflow.statuses("is_waiting")
    return Spark.objects.filter(round=proposal.round_id, status__in=waiting, amount_gbp__gt=most).count()


def has_second_person(team: Team | int, user: User) -> bool:
    """Return whether the team has another manager or deputy who can agree to what this person proposes."""
    members = Membership.objects.filter(team=team, user__is_active=True).exclude(user=user)
    able = members.filter(role__in=(Role.MANAGER, Role.DEPUTY), confirmed_at__isnull=False)
    new = members.filter(role__in=MONEY_ROLES, confirmed_at__isnull=True)
    return able.exclude(user__in=new.values("user")).exists()


def as_text(value: object) -> str:
    """Return the value of a rule as it is stored in a proposal: a row by primary key, moments in UTC."""
    match value:
        case Model():
            return str(value.pk)
        case Decimal():
            return f"{value:.2f}"
        case datetime():
            return value.astimezone(UTC).isoformat()
    return str(value)


def values_of(texts: Mapping[str, str]) -> dict[str, object]:
    """Return the values of rules that were stored as texts. Raises: Fund.DoesNotExist."""
    fields = {field.name: field for field in Round._meta.concrete_fields}
    return {
        name: Fund.objects.get(pk=int(text)) if name == "fund" else fields[name].to_python(text)
        for name, text in texts.items()
    }


def changes_of(proposal: FundProposal) -> list[Change]:
    """Return the rules that a proposal changes, in the order of the form."""
    before, after = values_of(proposal.before), values_of(proposal.after)
    return [
        Change(str(label), in_words(before.get(name)), in_words(after[name]))
        for name, label in RULES.items()
        if name in after
    ]


def in_words(value: object) -> str:
    """Return the value of a rule as people read it."""
    match value:
        case Decimal():
            return pounds(value)
        case datetime():
            return date_format(timezone.localtime(value), "j F Y, H:i")
    return str(value or "")


def sentence(proposal: FundProposal) -> str:
    """Return what a proposal would do, in one sentence without a full stop."""
    if proposal.kind == FundProposal.Kind.RULES:
        parts = (
            _("%(rule)s: %(after)s instead of %(before)s")
            % {"rule": each.label, "after": each.after, "before": each.before}
            for each in changes_of(proposal)
        )
        return "; ".join(parts)
    amount = in_words(proposal.amount_gbp)
    if proposal.kind == FundProposal.Kind.RETURNED:
        return _("%(amount)s goes back to the funder") % {"amount": amount}
    if proposal.kind == FundProposal.Kind.RECEIVED:
        return _("%(amount)s came in from the funder") % {"amount": amount}
    if proposal.from_fund:
        return _("%(amount)s is carried over from %(fund)s") % {"amount": amount, "fund": proposal.from_fund}
    return _("%(amount)s is carried over from before") % {"amount": amount}
