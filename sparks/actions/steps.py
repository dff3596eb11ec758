"""The single door through which a spark's status changes, and the single door to a round's money."""

import uuid as uuids
from collections.abc import Iterable
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from sparks import rules
from sparks.models import Application, LedgerEntry, LedgerKind, Round, Status

#: What each kind of line does to (promised, paid).
EFFECTS: dict[str, tuple[int, int]] = {
    LedgerKind.RESERVE: (1, 0),
    LedgerKind.RELEASE: (-1, 0),
    LedgerKind.PAY: (0, 1),
    LedgerKind.RECOVER: (-1, -1),
}


def lock(application: Application) -> Application:
    """Return the application as the database has it now, held until the transaction ends.

    Rows that decide who may decide (team, round's fund) are read with it but not locked.
    """
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("team", "round__fund", "host")
        .get(pk=application.pk)
    )


def move(application: Application, to: Status, *, by: User, fields: Iterable[str] = ()) -> Application:
    """Take one step of `rules.TRANSITIONS` with a locked application, save `fields` with it, and write the audit.

    Raises: ValidationError when the step does not follow, saying where the spark stands.
    """
    if not rules.can_follow(to, application.status):
        raise ValidationError(
            _("This spark is now at “%(now)s”, so that step was not taken. Nothing else has changed.")
            % {"now": application.get_status_display()},
            code="step",
        )
    application.status = to
    names = ["status", *fields]
    application.save(update_fields=[*names, "updated_at"])
    audit.record(by=by, verb=str(to), obj=application, fields=names)
    return application


def move_money(
    application: Application,
    kind: LedgerKind,
    amount_gbp: Decimal,
    *,
    by: User,
    key: uuids.UUID | None = None,
    **words: str,
) -> LedgerEntry:
    """Write one ledger line and keep the round's totals true, in the caller's transaction.

    The round is locked, its totals are worked out in pounds and pence here rather than by the database (SQLite would add
    them as floats), and written only if nobody changed them meanwhile; the CHECK constraints stand behind it.
    `words` are `payee`, `reference`, `note`.
    Raises: ValidationError with code "pot" when the round has too little left.
    """
    pot = Round.objects.select_for_update().get(pk=application.round_id)
    promised_sign, paid_sign = EFFECTS[kind]
    promised, paid = pot.committed_gbp + promised_sign * amount_gbp, pot.paid_gbp + paid_sign * amount_gbp
    if promised > pot.budget_gbp:
        raise ValidationError(
            _("Only £%(left)s is left in this round, and this needs £%(amount)s. Nothing was promised.")
            % {"left": pot.left_gbp, "amount": amount_gbp},
            code="pot",
        )
    unchanged = Round.objects.filter(
        pk=pot.pk, committed_gbp=pot.committed_gbp, paid_gbp=pot.paid_gbp, budget_gbp=pot.budget_gbp
    )
    if not unchanged.update(committed_gbp=promised, paid_gbp=paid):
        raise ValidationError(
            _("Somebody else moved money in this round at the same moment. Please try again."), code="pot"
        )
    entry = LedgerEntry(
        round=pot, application=application, kind=kind, amount_gbp=amount_gbp, key=key or uuids.uuid4(), by=by, **words
    )
    entry.full_clean(validate_unique=False, validate_constraints=False)
    entry.save()
    return entry
