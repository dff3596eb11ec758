"""What somebody looks after in communities, and how it is handed on."""

from collections.abc import Callable, Iterable

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext_lazy

from communities import audit
from communities.handover import OwnedKind
from communities.models import Message, Team, User
from communities.verbs import Verb


def give_by_field(name: str) -> Callable[[Iterable[Model], User, User | None], None]:
    """Return a function that writes the colleague into a field of the rows, and audits it."""

    def give(rows: Iterable[Model], to: User, by: User | None) -> None:
        rows = list(rows)
        model, ids = type(rows[0]), [row.pk for row in rows]
        for at in range(0, len(ids), 500):
            model._base_manager.filter(pk__in=ids[at : at + 500]).update(**{name: to})
        audit.record_many(by=by, verb=Verb.UPDATE, team=rows[0].team_id, model=model, ids=ids, fields=[name])

    return give


def _messages(team: Team, user: User) -> QuerySet[Message]:
    return Message.objects.filter(team=team).to_tell(user)


KINDS = (
    OwnedKind(
        key="messages",
        counted=ngettext_lazy(
            "%(count)s message to pass on in person", "%(count)s messages to pass on in person", "count"
        ),
        fields=("communities.message.teller",),
        rows=_messages,
        give=give_by_field("teller"),
        title=lambda message: message.subject,
        page=lambda message: reverse("communities:message-detail", args=[message.uuid]),
    ),
)
