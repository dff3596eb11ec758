"""After a yes: accepting, paying, giving back, and letting go."""

import uuid as uuids
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.models import User
from sparks import queries, rules
from sparks.actions.steps import lock, move, move_money
from sparks.models import ZERO, Application, HeldBy, LedgerEntry, LedgerKind, Status


@transaction.atomic
def mark_ready(*, application: Application, by: User) -> Application:
    """Note that the people said yes to the award and that their host, when they have one, agreed to hold it."""
    return move(lock(application), Status.READY, by=by)


@transaction.atomic
def pay_award(
    *, application: Application, by: User, key: uuids.UUID, reference: str = "", payee: str = ""
) -> LedgerEntry:
    """Write down that the award was paid, to the host when there is one. The same key sent twice pays once.

    Raises: PermissionDenied without the role; ValidationError for the approver and everybody too close to it (`code` is
    the key of `rules.bars_to_paying`), or a step out of turn.
    """
    application = lock(application)
    already = LedgerEntry.objects.filter(key=key, application=application).first()
    if already:
        return already
    fresh = User.objects.get(pk=by.pk)
    if not rules.can_manage_money(fresh, application.team_id):
        raise PermissionDenied(_("Only a manager of this team pays its sparks."))
    bars = queries.bars_to_paying(application, fresh)
    if bars:
        raise ValidationError(queries.PAY_BAR_WORDS[bars[0]], code=bars[0])
    if not application.award_gbp:
        raise ValidationError(_("This spark needs no money, so there is nothing to pay."))
    if application.held_by == HeldBy.HOST:
        payee = application.host.name
    if not payee.strip():
        raise ValidationError({"payee": _("To whom was it paid?")})
    application.paid_at = timezone.now()
    move(application, Status.PAID, by=by, fields=["paid_at"])
    return move_money(
        application,
        LedgerKind.PAY,
        application.award_gbp,
        by=by,
        key=key,
        payee=payee.strip(),
        reference=reference.strip(),
    )


@transaction.atomic
def recover_award(
    *, application: Application, by: User, key: uuids.UUID, amount_gbp: Decimal, note: str
) -> LedgerEntry:
    """Write down that some or all of a payment came back; it can be promised again. The same key counts once.

    Raises: PermissionDenied without the role; ValidationError for more than was paid, £0 or less, or no note.
    """
    application = lock(application)
    already = LedgerEntry.objects.filter(key=key, application=application).first()
    if already:
        return already
    if not rules.can_manage_money(User.objects.get(pk=by.pk), application.team_id):
        raise PermissionDenied(_("Only a manager of this team takes money back."))
    totals = queries.ledger_totals(application)
    most = rules.recoverable_gbp(totals[LedgerKind.PAY], totals[LedgerKind.RECOVER])
    if not ZERO < amount_gbp <= most:
        raise ValidationError({"amount_gbp": _("Between £0.01 and £%(most)s can come back.") % {"most": most}})
    if not note.strip():
        raise ValidationError({"note": _("Say in a few words why it came back.")})
    entry = move_money(application, LedgerKind.RECOVER, amount_gbp, by=by, key=key, note=note.strip())
    audit.record(by=by, verb="recover", obj=application, fields=["ledger"])
    if amount_gbp == most:
        move(application, Status.RECOVERED, by=by)
    return entry


@transaction.atomic
def withdraw_application(*, application: Application, by: User) -> Application:
    """Take an unpaid spark back at the wish of the people behind it; what was promised is released."""
    return _let_go(application, Status.WITHDRAWN, by=by, note="")


@transaction.atomic
def cancel_application(*, application: Application, by: User, reason: str) -> Application:
    """Call off a promised spark that will not happen; what was promised is released.

    Raises: ValidationError without a reason; PermissionDenied without the role.
    """
    if not rules.can_manage_money(User.objects.get(pk=by.pk), application.team_id):
        raise PermissionDenied(_("Only a manager of this team calls a spark off."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a few words why it is called off.")})
    return _let_go(application, Status.CANCELLED, by=by, note=reason.strip())


def _let_go(application: Application, to: Status, *, by: User, note: str) -> Application:
    application = lock(application)
    promised = application.award_gbp if application.status in (Status.APPROVED, Status.READY) else None
    move(application, to, by=by)
    if promised:
        move_money(application, LedgerKind.RELEASE, promised, by=by, note=note)
    return application


@transaction.atomic
def close_application(*, application: Application, by: User) -> Application:
    """Close a spark whose story has been told."""
    return move(lock(application), Status.CLOSED, by=by)
