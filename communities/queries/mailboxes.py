"""Which accounts belong to one person, because they have one mailbox."""

from django.db.models import Q, QuerySet

from communities.compiled import compiled_once
from communities.folding import folded_email, is_same_mailbox
from communities.models import MONEY_ROLES, Mailbox, Team, User


def accounts_of(user: User) -> set[int]:
    """Return the primary keys of every account with the mailbox of a user, their own among them; one query.

    Closed accounts too: what somebody decided with one stays decided.
    """
    # Only Python knows how to fold; an installation has some hundred accounts at most.
    return {user.pk, *(pk for pk, email in _addresses() if is_same_mailbox(email, user.email))}


def of_one_mailbox(address: str) -> QuerySet[User]:
    """Return the accounts whose mailbox is that of an address, for a part of a larger query; `accounts_of` is a query of its own."""
    return User.objects.order_by().alias(mailbox=Mailbox("email")).filter(mailbox=folded_email(address))


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
