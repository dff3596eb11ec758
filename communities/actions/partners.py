"""Writes to the organisations that work beside residents."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Membership, Partner, Team, User
from communities.queries.scope import kinds_belonging_to
from communities.rules import takes_self_off


@transaction.atomic
def create_partner(*, team: Team, by: User, signatories: Iterable[User] = (), **values: object) -> Partner:
    """Add a partner to a team. Raises: ValidationError keyed by field."""
    partner = _saved(Partner(team=team, **values))
    _set_signatories(partner, signatories)
    audit.record(by=by, verb="create", obj=partner, fields=[*values, "signatories"])
    return partner


@transaction.atomic
def update_partner(
    *, partner: Partner, by: User, signatories: Iterable[User] | None = None, **values: object
) -> Partner:
    """Change a partner; signatories stay as they are when not given.

    Raises: ValidationError keyed by field, also for somebody who takes themselves off its signatories.
    """
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    changed = [name for name, value in values.items() if getattr(partner, name) != value]
    for name in changed:
        setattr(partner, name, values[name])
    _saved(partner)
    signatories = None if signatories is None else list(signatories)
    if signatories is not None:
        refuse_taking_self_off(by=by, signing=partner.signatories.all(), wanted=signatories)
    if signatories is not None and _set_signatories(partner, signatories):
        changed.append("signatories")
    if changed:
        audit.record(by=by, verb="update", obj=partner, fields=changed)
    return partner


@transaction.atomic
def delete_partner(*, partner: Partner, by: User) -> None:
    """Remove a partner that nothing refers to. Raises: ValidationError when something does."""
    naming = kinds_belonging_to(partner)
    if naming:
        raise ValidationError(
            _("%(name)s cannot be removed: it is named in %(kinds)s, which keep their history."),
            code="protected",
            params={"name": partner.name, "kinds": ", ".join(naming)},
        )
    audit.record(by=by, verb="delete", obj=partner)
    partner.delete()


def refuse_taking_self_off(*, by: User, signing: Iterable[User], wanted: Iterable[User]) -> None:
    """Refuse to let a person off who signs for a partner, by their own hand. Raises: ValidationError."""
    if takes_self_off(by.pk, signing={person.pk for person in signing}, wanted={person.pk for person in wanted}):
        raise ValidationError(
            {
                "signatories": _(
                    "You sign for this organisation, so you stay among those who do. Ask a colleague to take you off."
                )
            },
            code="self",
        )


def _saved(partner: Partner) -> Partner:
    """Check and save; of two people who add the same name at once the second is told."""
    partner.full_clean()
    try:
        with transaction.atomic():
            partner.save()
    except IntegrityError:
        partner.full_clean()
        raise
    return partner


def _set_signatories(partner: Partner, people: Iterable[User]) -> bool:
    """Set who signs, and return whether that changed anything. Raises: ValidationError for people of other teams."""
    wanted = {person.pk for person in people}
    members = set(Membership.objects.filter(team_id=partner.team_id, user__in=wanted).values_list("user_id", flat=True))
    if wanted - members:
        raise ValidationError({"signatories": _("Choose people who work in this team.")})
    if wanted == set(partner.signatories.values_list("pk", flat=True)):
        return False
    partner.signatories.set(wanted)
    return True
