"""Writing down what a team expects of its first two years."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from evaluation import rules
from evaluation.models import Expectation


@idempotent(Expectation)
@transaction.atomic
def write_expectation(*, by: User, team: Team, span: str, words: str, uuid: UUID | None = None) -> Expectation:
    """Write down what the team expects of a stretch of months, as its next version; earlier versions stay unchanged.

    `uuid` is the page's idempotency key. Raises: PermissionDenied; ValidationError for an unknown stretch of months, for no words, and
    for those of the latest version.
    """
    require(rules.can_write_expectation, by, team)
    # Two who write at once get two versions.
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    before = Expectation.objects.filter(team=team, span=span).first()
    words = words.replace("\r\n", "\n").strip()
    if before and before.words == words:
        raise ValidationError({"words": _("This is the same text as version %(n)s.") % {"n": before.version}})
    expectation = Expectation(
        team=team, span=span, version=before.version + 1 if before else 1, words=words, written_by=by
    )
    check_row(expectation)
    expectation.save(force_insert=True)
    audit.record(by=by, verb=Verb.CREATE, obj=expectation, fields=["words"])
    return expectation
