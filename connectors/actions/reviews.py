"""What somebody must review after a resident was erased: found while the name is known, stored as pointers."""

from collections.abc import Collection, Iterable, Mapping

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities import audit
from communities.free_text import Found
from communities.full_text import purge_deleted_words
from communities.holdings import Erasing, all_holdings, remove_name
from communities.models import User
from communities.rules import require
from communities.verbs import Verb
from connectors.models import Person, ReviewItem
from connectors.queries.reviews import places_naming
from connectors.rules.people import can_write_person


def remove_names_from_places(
    erasing: Erasing, also: Collection[str], among: Mapping[str, Collection[int]] | None = None
) -> None:
    """Remove somebody's names from chosen rows of others, and audit it. also: "app.model:primary key"; among: as for `places_naming`.

    A row that cannot be saved without the name, because another row already has the remaining value, is left for
    review.
    """
    if not also:
        return
    kept = {label for each in all_holdings() for label in each.kept}
    for each in list(places_naming(team_id=erasing.team_id, mentions=erasing.mentions, among=among)):
        if f"{each.model}:{each.pk}" not in also or each.model in kept:
            continue
        row = apps.get_model(each.model)._base_manager.select_for_update(of=("self",)).get(pk=each.pk)
        changed = remove_name(row, erasing.mentions, erasing.name)
        try:
            with transaction.atomic():
                row.save(update_fields=changed)
        except IntegrityError:
            continue
        audit.record(by=erasing.by, verb=Verb.ERASE_NAME, obj=row, fields=changed, team=erasing.team_id)


def list_for_review(
    erasing: Erasing, found: Iterable[Found], among: Mapping[str, Collection[int]] | None = None
) -> int:
    """Store a pointer to each row that can still reveal who an erased resident was, and unpublish those that name them.

    found: rows of theirs to be reviewed although their names were removed. among: as for `places_naming`. Returns how many rows
    there are to review.
    """
    places = {(each.model, each.pk): each for each in found}
    named = list(places_naming(team_id=erasing.team_id, mentions=erasing.mentions, among=among))
    places |= {(each.model, each.pk): each for each in named}
    items = [
        ReviewItem(
            team_id=erasing.team_id,
            person_id=erasing.person.pk,
            model=each.model,
            object_id=each.pk,
            field_names=list(each.fields),
            is_likely=each.is_likely,
        )
        for each in places.values()
    ]
    ReviewItem.objects.bulk_create(items, batch_size=500)
    likely = [each for each in named if each.is_likely]
    for holdings in all_holdings():
        holdings.hide(erasing, likely)
    return len(items)


@transaction.atomic
def mark_as_reviewed(*, item: ReviewItem, by: User) -> ReviewItem:
    """Record that somebody reviewed a text after a resident was erased. A second call changes nothing.

    Raises: PermissionDenied.
    """
    require(can_write_person, by, item.team_id)
    item = ReviewItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.reviewed_at is None:
        _look(item, by)
        # Text that was removed stays in the pages of a search index until these are merged.
        purge_deleted_words()
    return item


@transaction.atomic
def mark_unlikely_as_reviewed(*, person: Person, by: User) -> int:
    """Record as reviewed all texts that contain only a part of a name in lower case; return how many.

    Raises: PermissionDenied.
    """
    require(can_write_person, by, person.team_id)
    items = ReviewItem.objects.select_for_update(of=("self",)).filter(
        person=person.pk, is_likely=False, reviewed_at__isnull=True
    )
    read = list(items.order_by("pk"))
    for item in read:
        _look(item, by)
    purge_deleted_words()
    return len(read)


def _look(item: ReviewItem, by: User) -> None:
    item.reviewed_at, item.reviewed_by = timezone.now(), by
    item.save(update_fields=["reviewed_at", "reviewed_by"])
    audit.record(by=by, verb=Verb.UPDATE, obj=item, fields=["reviewed_at"])
