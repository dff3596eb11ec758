"""Which accounts belong to one person, because they have one mailbox."""

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from communities.compiled import compiled_once
from communities.folding import GMAIL, folded_email, is_same_mailbox
from communities.models import MONEY_ROLES, Team, User


def accounts_of(user: User) -> set[int]:
    """Return the primary keys of every account with the mailbox of a user, their own among them; one query.

    Closed accounts too: what somebody decided with one stays decided.
    """
    # Only Python knows how to fold; an installation has some hundred accounts at most.
    return {user.pk, *(pk for pk, email in _addresses() if is_same_mailbox(email, user.email))}


def of_one_mailbox(address: str) -> QuerySet[User]:
    """Return the accounts whose mailbox is that of an address, for a part of a larger query; `accounts_of` is a query of its own.

    Addresses of accounts are stored in small letters, so the database can compare what `folded_email` does: a part after
    “+” does not count, and at Gmail neither do dots, nor which of its two names it is.
    """
    name, _at, place = folded_email(address).rpartition("@")
    rows, places = User.objects.order_by(), [place]
    compared = "email"
    if place in GMAIL:
        compared, places = "dotless", [each.replace(".", "") for each in GMAIL]
        rows = rows.alias(dotless=Replace("email", Value("."), Value("")))
    begins = Q(**{f"{compared}__startswith": f"{name}@"}) | Q(**{f"{compared}__startswith": f"{name}+"})
    ends = Q()
    for each in places:
        ends |= Q(**{f"{compared}__endswith": f"@{each}"})
    return rows.filter(begins, ends)


@compiled_once
def _addresses() -> QuerySet[User, tuple[int, str]]:
    return User.objects.order_by().values_list("pk", "email")


def second_account_of(user: User, *, team: Team | None = None) -> User | None:
    """Return another open account with the mailbox of a user that decides on money or pays, or an administrator's.

    team: only accounts that do so in this team, and administrators.
    """
    rows = User.objects.filter(is_active=True).exclude(pk=user.pk)
    deciding = Q(memberships__role__in=MONEY_ROLES, memberships__confirmed_at__isnull=False)
    if team is not None:
        deciding &= Q(memberships__team=team)
    others = rows.filter(deciding | Q(is_superuser=True)).distinct().order_by("pk")
    return next((each for each in others if is_same_mailbox(each.email, user.email)), None)
