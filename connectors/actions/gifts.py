"""Add, update and delete what residents can share."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked
from communities.idempotency import idempotent
from communities.models import User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.actions.current_record import locked_person
from connectors.models import Gift, Person, Theme
from connectors.queries.consent import refusals_of_offer
from connectors.rules.people import can_write_person
from connectors.rules.records import refusals_of_gift

GIFT_FIELDS = ("name", "kind", "theme", "is_offered", "heard_on")


@idempotent(Gift)
@transaction.atomic
def add_gift(
    *,
    person: Person,
    by: User | None,
    name: str,
    kind: str,
    theme: Theme | None = None,
    is_offered: bool = False,
    heard_on: date | None = None,
    uuid: UUID | None = None,
) -> Gift:
    """Add a gift to a resident, or update one that they have by that name, regardless of case.

    `uuid` is the page's idempotency key.
    Raises: PermissionDenied; ValidationError keyed by field, also for another team's theme, and for offering a gift of
    a resident who refuses that.
    """
    require(can_write_person, by, person.team_id)
    name = " ".join(name.split())
    person = locked_person(person)
    gift = Gift.objects.filter(person=person, name__iexact=name).first() or Gift(person=person)
    values = {"name": name, "kind": kind, "theme": theme, "is_offered": is_offered}
    return _write(gift, by, values | ({"heard_on": heard_on} if heard_on else {}))


@transaction.atomic
def update_gift(*, gift: Gift, by: User | None, **values: object) -> Gift:
    """Update the named fields of a gift, some of GIFT_FIELDS.

    Raises: PermissionDenied; ValidationError keyed by field, without a field when the gift was deleted.
    """
    require(can_write_person, by, gift.team_id)
    # Lock the resident first, as recording a refusal does, so that an offer and a refusal never run at the same time.
    locked_person(gift.person)
    kept = Gift.objects.select_for_update(of=("self",)).select_related("person").filter(pk=gift.pk).first()
    if kept is None:
        raise ValidationError(_("This gift has been deleted in the meantime. To keep it, add it to their page again."))
    return _write(kept, by, values)


@transaction.atomic
def remove_gift(*, gift: Gift, by: User | None) -> None:
    """Delete a gift, at the resident's wish or because it was misheard.

    Raises: PermissionDenied; ValidationError when it was deleted meanwhile.
    """
    require(can_write_person, by, gift.team_id)
    gift = locked(Gift.objects.select_related("person"), gift.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=gift)
    delete_undoably(gift, by=by)


def _write(gift: Gift, by: User | None, values: dict[str, Any]) -> Gift:
    """Set the given values, check them, and save what changed."""
    if unknown := set(values) - set(GIFT_FIELDS):
        raise TypeError(f"Not fields of a gift that are typed: {sorted(unknown)}")
    theme = values.get("theme")
    if theme is not None and theme.team_id != gift.person.team_id:
        raise ValidationError({"theme": _("Choose one that belongs to your team.")})
    if "name" in values:
        values["name"] = " ".join(str(values["name"]).split())
    changed = [name for name, value in values.items() if getattr(gift, name) != value] if gift.pk else list(values)
    new = {name: values[name] for name in changed}
    offer = {"person": gift.person, **new}
    refused = refusals_of_offer(offer, before=gift) | refusals_of_gift(new, today=timezone.localdate())
    if refused:
        raise ValidationError(refused)
    for name, value in new.items():
        setattr(gift, name, value)
    if changed:
        verb = Verb.UPDATE if gift.pk else Verb.CREATE
        check_row(gift)
        gift.save()
        audit.record(by=by, verb=verb, obj=gift, fields=changed)
    return gift
