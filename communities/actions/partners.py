"""Write partners, the organisations that work beside residents."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.managers import tell_managers
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.lists import listed
from communities.models import Membership, Partner, Team, User
from communities.queries.mailboxes import accounts_of
from communities.queries.scope import kinds_belonging_to
from communities.rules import can_manage_partners, removes_self, require
from communities.undo import delete_undoably
from communities.verbs import Verb


@idempotent(Partner)
@transaction.atomic
def create_partner(
    *, team: Team, by: User | None, uuid: UUID | None = None, signatories: Iterable[User] = (), **values: object
) -> Partner:
    """Add a partner to a team. Idempotent by `uuid`. Raises: PermissionDenied; ValidationError keyed by field.

    The audit names the email address only if there is one: who entered it counts where an organisation answers by email.
    """
    require(can_manage_partners, by, team)
    partner = _saved(Partner(team=team, **values))
    _set_signatories(partner, signatories)
    entered = [name for name in values if name != "email" or partner.email]
    audit.record(by=by, verb=Verb.CREATE, obj=partner, fields=[*entered, "signatories"])
    if partner.is_fiscal_host:
        tell_managers(team=team, event="host_added", about=partner, by=by, occasion="", name=partner.name)
    return partner


@transaction.atomic
def update_partner(
    *, partner: Partner, by: User | None, signatories: Iterable[User] | None = None, **values: object
) -> Partner:
    """Change the given fields of a partner; signatories are unchanged if not given.

    Raises: PermissionDenied; ValidationError keyed by field, also if `by` would remove themselves from its signatories.
    """
    require(can_manage_partners, by, partner.team_id)
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    before, held = partner.name, partner.is_fiscal_host
    changed = [name for name, value in values.items() if getattr(partner, name) != value]
    for name in changed:
        setattr(partner, name, values[name])
    _saved(partner)
    signatories = None if signatories is None else list(signatories)
    if signatories is not None:
        refuse_removing_self(by=by, signing=partner.signatories.all(), wanted=signatories)
    if signatories is not None and _set_signatories(partner, signatories):
        changed.append("signatories")
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=partner, fields=changed)
    if held or partner.is_fiscal_host:
        _tell_of_host(partner, changed, by=by, before=before)
    return partner


def _tell_of_host(partner: Partner, changed: Iterable[str], *, by: User | None, before: str) -> None:
    """Tell the other managers what changed about an organisation that holds money, or did: they pay what goes to its name."""
    said = {
        "name": _("its name (before: “%(name)s”)") % {"name": before},
        "email": _("the email address that it answers from"),
        "signatories": _("who signs for its money"),
        "is_fiscal_host": _("it holds money for groups now")
        if partner.is_fiscal_host
        else _("it no longer holds money for groups"),
    }
    if what := listed(words for name, words in said.items() if name in changed):
        values = {"name": partner.name, "what": what, "occasion": timezone.now().isoformat()}
        tell_managers(team=partner.team, event="host_changed", about=partner, by=by, **values)


def refusal_of_deletion(partner: Partner) -> str:
    """Return the sentence that says which rows refer to a partner, so that it stays; "" if none do."""
    if naming := kinds_belonging_to(partner):
        words = _("%(name)s cannot be deleted, because these records refer to it: %(kinds)s.")
        return words % {"name": partner.name, "kinds": listed(naming)}
    return ""


@transaction.atomic
def delete_partner(*, partner: Partner, by: User | None) -> None:
    """Delete a partner that no other row refers to.

    Raises: PermissionDenied; ValidationError if another row does, or if it was deleted meanwhile.
    """
    require(can_manage_partners, by, partner.team_id)
    partner = locked(Partner.objects.select_related("team"), partner.pk)
    if refusal := refusal_of_deletion(partner):
        raise ValidationError(refusal, code="protected")
    audit.record(by=by, verb=Verb.DELETE, obj=partner)
    delete_undoably(partner, by=by, managers_only=True)


def refuse_removing_self(*, by: User | None, signing: Iterable[User], wanted: Iterable[User]) -> None:
    """Refuse to let a signatory remove themselves, or another account of their mailbox. Raises: ValidationError."""
    signing, wanted = {person.pk for person in signing}, {person.pk for person in wanted}
    if by is not None and removes_self(accounts_of(by), signing=signing, wanted=wanted):
        raise ValidationError(
            {
                "signatories": _(
                    "You sign for this organisation, so you cannot remove yourself. Ask a colleague to do it."
                )
            },
            code="self",
        )


def _saved(partner: Partner) -> Partner:
    """Validate and save; if two people add the same name at once, the second gets a ValidationError."""
    check_row(partner)
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError:
        check_row(partner)
        raise
    return partner


def _set_signatories(partner: Partner, people: Iterable[User]) -> bool:
    """Set the signatories, and return whether they changed. Raises: ValidationError for users of other teams."""
    wanted = {person.pk for person in people}
    members = set(Membership.objects.filter(team_id=partner.team_id, user__in=wanted).values_list("user_id", flat=True))
    if wanted - members:
        raise ValidationError({"signatories": _("Choose people who work in this team.")})
    if wanted == set(partner.signatories.values_list("pk", flat=True)):
        return False
    partner.signatories.set(wanted)
    return True
